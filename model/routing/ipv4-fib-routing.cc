// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ipv4-fib-routing.h"

#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/loopback-net-device.h"
#include "ns3/node.h"
#include "ns3/output-stream-wrapper.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(Ipv4FibRouting);

namespace
{

constexpr uint8_t IP_IN_IP = 4;            //!< protocol number (RFC 2003)
constexpr uint32_t OUTER_SIZE = 20;        //!< octets that a tunnel adds
constexpr uint8_t TCP = 6;                 //!< protocol number
constexpr uint32_t LONGEST_BROADCAST = 30; //!< a /31 or /32 has no broadcast address (RFC 3021)

/// @return whether the address is in 169.254.0.0/16 (RFC 3927)
bool
IsLinkLocal(Ipv4Address address)
{
    return address.Get() >> 16 == 0xa9fe;
}

/// @return the broadcast address of an interface address's subnet
Ipv4Address
BroadcastOf(const Ipv4InterfaceAddress& address)
{
    return Ipv4Address(address.GetLocal().Get() | ~address.GetMask().Get());
}

/// @return the subnet of an interface address
IpPrefix
SubnetOf(const Ipv4InterfaceAddress& address)
{
    return IpPrefix(address.GetLocal(), address.GetMask().GetPrefixLength());
}

} // namespace

TypeId
Ipv4FibRouting::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::Ipv4FibRouting")
                            .SetParent<Ipv4RoutingProtocol>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<Ipv4FibRouting>();
    return tid;
}

Ipv4FibRouting::Ipv4FibRouting() = default;

Ipv4FibRouting::~Ipv4FibRouting() = default;

void
Ipv4FibRouting::DoDispose()
{
    m_ipv4 = nullptr;
    m_fib = nullptr;
    m_loopback = nullptr;
    m_loopbackRoute = nullptr;
    Ipv4RoutingProtocol::DoDispose();
}

Ptr<Fib>
Ipv4FibRouting::GetFib() const
{
    return m_fib;
}

void
Ipv4FibRouting::SetIpv4(Ptr<Ipv4> ipv4)
{
    m_ipv4 = ipv4;
    m_fib = ipv4->GetObject<Fib>();
    if (!m_fib)
    {
        m_fib = CreateObject<Fib>();
        ipv4->AggregateObject(m_fib);
    }
    m_fib->SetAttached(IpFamily::IPV4);
    for (uint32_t i = 0; i < ipv4->GetNInterfaces(); ++i)
    {
        if (DynamicCast<LoopbackNetDevice>(ipv4->GetNetDevice(i)))
        {
            m_loopback = ipv4->GetNetDevice(i);
        }
        m_fib->SetInterfaceUp(IpFamily::IPV4, ipv4->GetNetDevice(i), ipv4->IsUp(i));
        for (uint32_t j = 0; j < ipv4->GetNAddresses(i); ++j)
        {
            NotifyAddAddress(i, ipv4->GetAddress(i, j));
        }
    }
}

void
Ipv4FibRouting::NotifyInterfaceUp(uint32_t interface)
{
    m_fib->SetInterfaceUp(IpFamily::IPV4, m_ipv4->GetNetDevice(interface), true);
}

void
Ipv4FibRouting::NotifyInterfaceDown(uint32_t interface)
{
    m_fib->SetInterfaceUp(IpFamily::IPV4, m_ipv4->GetNetDevice(interface), false);
}

void
Ipv4FibRouting::NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    Ptr<NetDevice> device = m_ipv4->GetNetDevice(interface);
    if (!m_loopback && DynamicCast<LoopbackNetDevice>(device))
    {
        m_loopback = device;
    }
    m_fib->AddLocal(address.GetLocal());
    uint32_t length = address.GetMask().GetPrefixLength();
    if (device == m_loopback || length > LONGEST_BROADCAST)
    {
        return;
    }
    m_fib->AddLocal(BroadcastOf(address), device);
    if (!m_fib->Find(SubnetOf(address), RouteOwner::CONNECTED))
    {
        m_fib->SetRoute(
            SubnetOf(address), RouteOwner::CONNECTED, Route::Forward({{IpAddress(), device}}));
    }
}

void
Ipv4FibRouting::NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    Ptr<NetDevice> device = m_ipv4->GetNetDevice(interface);
    m_fib->RemoveLocal(address.GetLocal());
    if (device == m_loopback || address.GetMask().GetPrefixLength() > LONGEST_BROADCAST)
    {
        return;
    }
    m_fib->RemoveLocal(BroadcastOf(address));
    const Route* route = m_fib->Find(SubnetOf(address), RouteOwner::CONNECTED);
    if (route && route->ForwardsLike(Route::Forward({{IpAddress(), device}})))
    {
        m_fib->RemoveRoute(SubnetOf(address), RouteOwner::CONNECTED);
    }
}

Ipv4Address
Ipv4FibRouting::ChooseSource(const Ptr<NetDevice>& device) const
{
    IpAddress router = m_fib->GetRouterAddress(IpFamily::IPV4);
    if (router)
    {
        return router.ToIpv4();
    }
    Ipv4Address other = Ipv4Address::GetAny();
    Ipv4Address linkLocal = Ipv4Address::GetAny();
    for (uint32_t i = 0; i < m_ipv4->GetNInterfaces(); ++i)
    {
        Ptr<NetDevice> candidate = m_ipv4->GetNetDevice(i);
        for (uint32_t j = 0; candidate != m_loopback && j < m_ipv4->GetNAddresses(i); ++j)
        {
            Ipv4Address address = m_ipv4->GetAddress(i, j).GetLocal();
            if (IsLinkLocal(address))
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

Ptr<Ipv4Route>
Ipv4FibRouting::MakeRoute(Ptr<NetDevice> device, Ipv4Address source) const
{
    Ptr<Ipv4Route> route = Create<Ipv4Route>();
    route->SetDestination(Ipv4Address::GetAny());
    route->SetGateway(Ipv4Address::GetAny());
    route->SetSource(source);
    route->SetOutputDevice(device);
    return route;
}

const Ptr<Ipv4Route>&
Ipv4FibRouting::GetRoute(const NextHopGroup::Hop& hop) const
{
    if (!hop.ipv4Route)
    {
        const NextHop& nextHop = hop.nextHop;
        hop.ipv4Route = MakeRoute(nextHop.device, ChooseSource(nextHop.device));
        if (nextHop.gateway)
        {
            hop.ipv4Route->SetGateway(nextHop.gateway.ToIpv4());
        }
    }
    return hop.ipv4Route;
}

const Ptr<Ipv4Route>&
Ipv4FibRouting::GetLoopback(Ipv4Address source)
{
    if (!m_loopbackRoute || m_loopbackRoute->GetSource() != source)
    {
        m_loopbackRoute = MakeRoute(m_loopback, source);
    }
    return m_loopbackRoute;
}

Ptr<Ipv4Route>
Ipv4FibRouting::RouteOutput(Ptr<Packet> p,
                            const Ipv4Header& header,
                            Ptr<NetDevice> oif,
                            Socket::SocketErrno& sockerr)
{
    Ipv4Address destination = header.GetDestination();
    sockerr = Socket::ERROR_NOTERROR;
    if (destination.IsMulticast() || destination.IsBroadcast())
    {
        if (oif)
        {
            return MakeRoute(oif, ChooseSource(oif));
        }
        sockerr = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    Fib::Found found = m_fib->Match(destination);
    const NextHopGroup* group = found.GetGroup();
    if (found.Is(Fib::Kind::LOCAL) && !group)
    {
        return GetLoopback(destination);
    }
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
                bool tcp = header.GetProtocol() == TCP;
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
Ipv4FibRouting::RouteInput(Ptr<const Packet> p,
                           const Ipv4Header& header,
                           Ptr<const NetDevice> idev,
                           Types::Unicast ucb,
                           Types::Multicast,
                           Types::Local lcb,
                           Types::Error ecb)
{
    Ipv4Address destination = header.GetDestination();
    Fib::Found found = m_fib->Match(destination);
    int32_t interface = m_ipv4->GetInterfaceForDevice(idev);
    if (found.Is(Fib::Kind::LOCAL) || destination.IsMulticast() || destination.IsBroadcast())
    {
        if (lcb.IsNull())
        {
            return false;
        }
        lcb(p, header, interface);
        return true;
    }
    if (!m_ipv4->IsForwarding(interface) && idev != m_loopback)
    {
        ecb(p, header, Socket::ERROR_NOROUTETOHOST);
        return true;
    }
    if (!found)
    {
        return false;
    }
    found.Use();
    switch (found.GetKind())
    {
    case Fib::Kind::FORWARD:
    {
        const NextHopGroup* group = found.GetGroup();
        uint64_t hash = group->NeedsHash() ? HashFlow(MakeFlowKey(header, p), m_fib->GetSalt()) : 0;
        if (const auto* hop = group->Pick(hash))
        {
            ucb(GetRoute(*hop), p, header);
        }
        else
        {
            m_fib->NotifyDrop(p, DropCause::LINK_DOWN);
        }
        break;
    }
    case Fib::Kind::TUNNEL:
        Encapsulate(found, p, header, ucb);
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
Ipv4FibRouting::Punt(const Fib::Found& found,
                     Ptr<const Packet> p,
                     const Ipv4Header& header,
                     Ptr<const NetDevice> idev)
{
    PuntedPacket punted;
    punted.datagram = p->Copy();
    punted.datagram->AddHeader(header);
    punted.family = IpFamily::IPV4;
    punted.device = ConstCast<NetDevice>(idev);
    // The handler may replace the very route that holds it.
    PuntHandler handler = found.GetRoute().punt;
    handler(punted);
}

void
Ipv4FibRouting::Encapsulate(const Fib::Found& found,
                            Ptr<const Packet> p,
                            const Ipv4Header& header,
                            const Types::Unicast& ucb)
{
    if (header.GetTtl() <= 1)
    {
        ucb(GetLoopback(ChooseSource(nullptr)), p, header); // expires, with ICMP and drop trace
        return;
    }
    Ipv4Address remote = found.GetRoute().tunnelRemote.ToIpv4();
    Fib::Found outer = m_fib->Match(remote);
    if (!outer.Is(Fib::Kind::FORWARD))
    {
        bool discard = outer.Is(Fib::Kind::DISCARD);
        m_fib->NotifyDrop(p, discard ? outer.GetRoute().cause : DropCause::NO_ROUTE);
        return;
    }
    outer.Use();

    Ipv4Header inner = header;
    inner.SetTtl(header.GetTtl() - 1);
    if (Node::ChecksumEnabled())
    {
        inner.EnableChecksum();
    }
    Ptr<Packet> datagram = p->Copy();
    datagram->AddHeader(inner);

    uint64_t hash = 0;
    if (outer.GetGroup()->NeedsHash())
    {
        Ipv4Header key;
        key.SetSource(ChooseSource(nullptr));
        key.SetDestination(remote);
        key.SetProtocol(IP_IN_IP);
        hash = HashFlow(MakeFlowKey(key, datagram), m_fib->GetSalt());
    }
    const auto* hop = outer.GetGroup()->Pick(hash);
    if (!hop)
    {
        m_fib->NotifyDrop(p, DropCause::LINK_DOWN);
        return;
    }
    Ptr<Ipv4Route> route = GetRoute(*hop);
    uint32_t mtu = route->GetOutputDevice()->GetMtu();
    if (header.IsDontFragment() && datagram->GetSize() + OUTER_SIZE > mtu)
    {
        Ptr<Icmpv4L4Protocol> icmp = m_ipv4->GetObject<Icmpv4L4Protocol>();
        if (icmp)
        {
            icmp->SendDestUnreachFragNeeded(header, p, mtu - OUTER_SIZE);
        }
        m_fib->NotifyDrop(p, DropCause::MTU);
        return;
    }
    if (header.GetTos() != 0)
    {
        SocketIpTosTag tos; // Send() makes the outer header from it
        tos.SetTos(header.GetTos());
        datagram->ReplacePacketTag(tos);
    }
    m_fib->NotifyEncapsulate(datagram, remote);
    m_ipv4->Send(datagram, route->GetSource(), remote, IP_IN_IP, route);
}

void
Ipv4FibRouting::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit) const
{
    for (const auto& listed : m_fib->GetEntries())
    {
        if (listed.prefix.GetAddress().IsIpv4())
        {
            *stream->GetStream() << (listed.best ? "* " : "  ") << listed.prefix << " "
                                 << RouteOwnerName(listed.owner) << " " << listed.route->ToString()
                                 << "\n";
        }
    }
}

} // namespace vmm
} // namespace ns3
