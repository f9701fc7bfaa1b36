// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ipv6-fib-routing.h"

#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv6-route.h"
#include "ns3/loopback-net-device.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(Ipv6FibRouting);

namespace
{

constexpr uint8_t IPV6_IN_IP = 41;   //!< next header (RFC 2473)
constexpr uint32_t HEADER_SIZE = 40; //!< octets of an IPv6 header
constexpr uint8_t TCP = 6;           //!< next header

/// @return the subnet of an interface address
IpPrefix
SubnetOf(const Ipv6InterfaceAddress& address)
{
    return IpPrefix(address.GetAddress(), address.GetPrefix().GetPrefixLength());
}

} // namespace

TypeId
Ipv6FibRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::Ipv6FibRouting")
                            .SetParent<Ipv6RoutingProtocol>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<Ipv6FibRouting>();
    return tid;
}

Ipv6FibRouting::Ipv6FibRouting() = default;

Ipv6FibRouting::~Ipv6FibRouting() = default;

void
Ipv6FibRouting::DoDispose()
{
    m_ipv6 = nullptr;
    m_fib = nullptr;
    m_loopback = nullptr;
    m_loopbackRoute = nullptr;
    Ipv6RoutingProtocol::DoDispose();
}

Ptr<Fib>
Ipv6FibRouting::GetFib() const
{
    return m_fib;
}

void
Ipv6FibRouting::SetIpv6(Ptr<Ipv6> ipv6)
{
    m_ipv6 = ipv6;
    m_fib = ipv6->GetObject<Fib>();
    if (!m_fib)
    {
        m_fib = CreateObject<Fib>();
        ipv6->AggregateObject(m_fib);
    }
    m_fib->SetAttached(IpFamily::IPV6);
    for (uint32_t i = 0; i < ipv6->GetNInterfaces(); ++i)
    {
        if (DynamicCast<LoopbackNetDevice>(ipv6->GetNetDevice(i)))
        {
            m_loopback = ipv6->GetNetDevice(i);
        }
        m_fib->SetInterfaceUp(IpFamily::IPV6, ipv6->GetNetDevice(i), ipv6->IsUp(i));
        for (uint32_t j = 0; j < ipv6->GetNAddresses(i); ++j)
        {
            NotifyAddAddress(i, ipv6->GetAddress(i, j));
        }
    }
}

void
Ipv6FibRouting::NotifyInterfaceUp(uint32_t interface)
{
    m_fib->SetInterfaceUp(IpFamily::IPV6, m_ipv6->GetNetDevice(interface), true);
}

void
Ipv6FibRouting::NotifyInterfaceDown(uint32_t interface)
{
    m_fib->SetInterfaceUp(IpFamily::IPV6, m_ipv6->GetNetDevice(interface), false);
}

void
Ipv6FibRouting::NotifyAddAddress(uint32_t interface, Ipv6InterfaceAddress address)
{
    Ptr<NetDevice> device = m_ipv6->GetNetDevice(interface);
    if (!m_loopback && DynamicCast<LoopbackNetDevice>(device))
    {
        m_loopback = device;
    }
    m_fib->AddLocal(address.GetAddress());
    if (device != m_loopback && !SubnetOf(address).IsHost() &&
        !address.GetAddress().IsLinkLocal() &&
        !m_fib->Find(SubnetOf(address), RouteOwner::CONNECTED))
    {
        m_fib->SetRoute(
            SubnetOf(address), RouteOwner::CONNECTED, Route::Forward({{IpAddress(), device}}));
    }
}

void
Ipv6FibRouting::NotifyRemoveAddress(uint32_t interface, Ipv6InterfaceAddress address)
{
    Ptr<NetDevice> device = m_ipv6->GetNetDevice(interface);
    m_fib->RemoveLocal(address.GetAddress());
    const Route* route = m_fib->Find(SubnetOf(address), RouteOwner::CONNECTED);
    if (!SubnetOf(address).IsHost() && route &&
        route->ForwardsLike(Route::Forward({{IpAddress(), device}})))
    {
        m_fib->RemoveRoute(SubnetOf(address), RouteOwner::CONNECTED);
    }
}

void
Ipv6FibRouting::NotifyAddRoute(Ipv6Address, Ipv6Prefix, Ipv6Address, uint32_t, Ipv6Address)
{
    // Router advertisements and redirects do not steer a routed fabric.
}

void
Ipv6FibRouting::NotifyRemoveRoute(Ipv6Address, Ipv6Prefix, Ipv6Address, uint32_t, Ipv6Address)
{
}

Ipv6Address
Ipv6FibRouting::ChooseSource(const Ptr<NetDevice>& device) const
{
    IpAddress router = m_fib->GetRouterAddress(IpFamily::IPV6);
    if (router)
    {
        return router.ToIpv6();
    }
    Ipv6Address other = Ipv6Address::GetAny();
    Ipv6Address linkLocal = Ipv6Address::GetAny();
    for (uint32_t i = 0; i < m_ipv6->GetNInterfaces(); ++i)
    {
        Ptr<NetDevice> candidate = m_ipv6->GetNetDevice(i);
        for (uint32_t j = 0; candidate != m_loopback && j < m_ipv6->GetNAddresses(i); ++j)
        {
            Ipv6Address address = m_ipv6->GetAddress(i, j).GetAddress();
            if (address.IsLinkLocal())
            {
                linkLocal = candidate == device || linkLocal.IsAny() ? address : linkLocal;
            }
            else if (candidate == device)
            {
                return address;
            }
            else if (other.IsAny())
            {
                other = address;
            }
        }
    }
    return other.IsAny() ? linkLocal : other;
}

Ptr<Ipv6Route>
Ipv6FibRouting::MakeRoute(Ptr<NetDevice> device, Ipv6Address source) const
{
    Ptr<Ipv6Route> route = Create<Ipv6Route>();
    route->SetDestination(Ipv6Address::GetAny());
    route->SetGateway(Ipv6Address::GetAny());
    route->SetSource(source);
    route->SetOutputDevice(device);
    return route;
}

const Ptr<Ipv6Route>&
Ipv6FibRouting::GetRoute(const NextHopGroup::Hop& hop) const
{
    if (!hop.ipv6Route)
    {
        const NextHop& nextHop = hop.nextHop;
        hop.ipv6Route = MakeRoute(nextHop.device, ChooseSource(nextHop.device));
        if (nextHop.gateway)
        {
            hop.ipv6Route->SetGateway(nextHop.gateway.ToIpv6());
        }
    }
    return hop.ipv6Route;
}

const Ptr<Ipv6Route>&
Ipv6FibRouting::GetLoopback(Ipv6Address source)
{
    if (!m_loopbackRoute || m_loopbackRoute->GetSource() != source)
    {
        m_loopbackRoute = MakeRoute(m_loopback, source);
    }
    return m_loopbackRoute;
}

Ptr<Ipv6Route>
Ipv6FibRouting::RouteOutput(Ptr<Packet> p,
                            const Ipv6Header& header,
                            Ptr<NetDevice> oif,
                            Socket::SocketErrno& sockerr)
{
    Ipv6Address destination = header.GetDestination();
    sockerr = Socket::ERROR_NOTERROR;
    Fib::Found found = m_fib->Match(destination);
    if (found.Is(Fib::Kind::LOCAL))
    {
        return GetLoopback(destination);
    }
    if (destination.IsMulticast() || destination.IsLinkLocal())
    {
        if (oif)
        {
            uint32_t interface = m_ipv6->GetInterfaceForDevice(oif);
            bool near = destination.IsLinkLocal() || destination.IsLinkLocalMulticast();
            return MakeRoute(oif,
                             near ? m_ipv6->SourceAddressSelection(interface, destination)
                                  : ChooseSource(oif));
        }
        sockerr = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    const NextHopGroup* group = found.GetGroup();
    if (group)
    {
        const NextHopGroup::Hop* hop;
        if (oif)
        {
            hop = group->FindOver(oif);
        }
        else
        {
            uint64_t hash = 0;
            if (group->NeedsHash())
            {
                // Only TCP has its ports at the front here, and a source may not be known yet.
                bool tcp = header.GetNextHeader() == TCP;
                FlowKey key = MakeFlowKey(header, tcp ? p : nullptr);
                key.source = tcp ? key.source : IpAddress();
                hash = HashFlow(key, m_fib->GetSalt());
            }
            hop = group->Pick(hash);
        }
        if (hop)
        {
            if (p)
            {
                found.Use();
            }
            return GetRoute(*hop);
        }
    }
    else if (found && m_loopback && !oif && !found.Is(Fib::Kind::DISCARD))
    {
        return GetLoopback(ChooseSource(nullptr));
    }
    sockerr = Socket::ERROR_NOROUTETOHOST;
    return nullptr;
}

bool
Ipv6FibRouting::RouteInput(Ptr<const Packet> p,
                           const Ipv6Header& header,
                           Ptr<const NetDevice> idev,
                           Types::Unicast ucb,
                           Types::Multicast,
                           Types::Local lcb,
                           Types::Error ecb)
{
    Ipv6Address destination = header.GetDestination();
    if (destination.IsMulticast())
    {
        return true;
    }
    Fib::Found found = m_fib->Match(destination);
    uint32_t interface = m_ipv6->GetInterfaceForDevice(idev);
    if (found.Is(Fib::Kind::LOCAL))
    {
        lcb(p, header, interface);
        return true;
    }
    if (!found || destination.IsLinkLocal() ||
        (!m_ipv6->IsForwarding(interface) && idev != m_loopback))
    {
        ecb(p, header, Socket::ERROR_NOROUTETOHOST);
        return true;
    }
    if (header.GetSource().IsLinkLocal())
    {
        m_fib->NotifyDrop(p, DropCause::OTHER);
        return true;
    }
    found.Use();
    switch (found.GetKind())
    {
    case Fib::Kind::FORWARD:
        Forward(found, p, header, idev, ucb);
        break;
    case Fib::Kind::TUNNEL:
        Encapsulate(found, p, header, idev, ucb);
        break;
    case Fib::Kind::PUNT:
        Punt(found, p, header, idev);
        break;
    default:
        m_fib->NotifyDrop(p, found.GetRoute().cause);
        break;
    }
    return true;
}

void
Ipv6FibRouting::Forward(const Fib::Found& found,
                        Ptr<const Packet> p,
                        const Ipv6Header& header,
                        Ptr<const NetDevice> idev,
                        const Types::Unicast& ucb)
{
    const NextHopGroup* group = found.GetGroup();
    uint64_t hash = group->NeedsHash() ? HashFlow(MakeFlowKey(header, p), m_fib->GetSalt()) : 0;
    const auto* hop = group->Pick(hash);
    if (!hop)
    {
        m_fib->NotifyDrop(p, DropCause::LINK_DOWN);
        return;
    }
    Ptr<Ipv6Route> route = GetRoute(*hop);
    if (p->GetSize() + HEADER_SIZE > route->GetOutputDevice()->GetMtu() && idev != m_loopback &&
        header.GetHopLimit() > 1)
    {
        m_fib->NotifyDrop(p, DropCause::MTU);
    }
    ucb(idev, route, p, header);
}

void
Ipv6FibRouting::Punt(const Fib::Found& found,
                     Ptr<const Packet> p,
                     const Ipv6Header& header,
                     Ptr<const NetDevice> idev)
{
    PuntedPacket punted;
    punted.datagram = p->Copy();
    punted.datagram->AddHeader(header);
    punted.family = IpFamily::IPV6;
    punted.device = ConstCast<NetDevice>(idev);
    // The handler may replace the very route that holds it.
    PuntHandler handler = found.GetRoute().punt;
    handler(punted);
}

void
Ipv6FibRouting::Encapsulate(const Fib::Found& found,
                            Ptr<const Packet> p,
                            const Ipv6Header& header,
                            Ptr<const NetDevice> idev,
                            const Types::Unicast& ucb)
{
    if (header.GetHopLimit() <= 1)
    {
        ucb(idev, GetLoopback(ChooseSource(nullptr)), p, header); // expires, with ICMPv6 and trace
        return;
    }
    Ipv6Address remote = found.GetRoute().tunnelRemote.ToIpv6();
    Fib::Found outer = m_fib->Match(remote);
    if (!outer.Is(Fib::Kind::FORWARD))
    {
        bool discard = outer.Is(Fib::Kind::DISCARD);
        m_fib->NotifyDrop(p, discard ? outer.GetRoute().cause : DropCause::NO_ROUTE);
        return;
    }
    outer.Use();

    Ipv6Header inner = header;
    inner.SetHopLimit(header.GetHopLimit() - 1);
    Ptr<Packet> datagram = p->Copy();
    datagram->AddHeader(inner);

    uint64_t hash = 0;
    if (outer.GetGroup()->NeedsHash())
    {
        Ipv6Header key;
        key.SetSource(ChooseSource(nullptr));
        key.SetDestination(remote);
        key.SetNextHeader(IPV6_IN_IP);
        hash = HashFlow(MakeFlowKey(key, datagram), m_fib->GetSalt());
    }
    const auto* hop = outer.GetGroup()->Pick(hash);
    if (!hop)
    {
        m_fib->NotifyDrop(p, DropCause::LINK_DOWN);
        return;
    }
    Ptr<Ipv6Route> route = GetRoute(*hop);
    if (header.GetTrafficClass() != 0)
    {
        SocketIpv6TclassTag tclass; // Send() makes the outer header from it
        tclass.SetTclass(header.GetTrafficClass());
        datagram->ReplacePacketTag(tclass);
    }
    m_fib->NotifyEncapsulate(datagram, remote);
    m_ipv6->Send(datagram, route->GetSource(), remote, IPV6_IN_IP, route);
}

void
Ipv6FibRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit) const
{
    for (const auto& listed : m_fib->GetEntries())
    {
        if (listed.prefix.GetAddress().IsIpv6())
        {
            *stream->GetStream() << (listed.best ? "* " : "  ") << listed.prefix << " "
                                 << RouteOwnerName(listed.owner) << " " << listed.route->ToString()
                                 << "\n";
        }
    }
}

} // namespace vmm
} // namespace ns3
