// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fib-routing.h"

#include "ns3/flow-hash.h"
#include "ns3/loopback-net-device.h"
#include "ns3/output-stream-wrapper.h"
#include "ns3/vn-tag.h"
#include "ns3/vxlan-tunnel.h"

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint8_t TCP = 6; //!< protocol number

} // namespace

Ipv4Address
Ipv4Stack::GetAddress(const Ipv4InterfaceAddress& address)
{
    return address.GetLocal();
}

IpPrefix
Ipv4Stack::GetSubnet(const Ipv4InterfaceAddress& address)
{
    return IpPrefix(address.GetLocal(), address.GetMask().GetPrefixLength());
}

bool
Ipv4Stack::IsLinkLocal(const Ipv4Address& address)
{
    return address.Get() >> 16 == 0xa9fe;
}

Ipv4Address
Ipv4Stack::ToAddress(const IpAddress& address)
{
    return address.ToIpv4();
}

uint8_t
Ipv4Stack::GetProtocol(const Ipv4Header& header)
{
    return header.GetProtocol();
}

void
Ipv4Stack::SetProtocol(Ipv4Header& header, uint8_t protocol)
{
    header.SetProtocol(protocol);
}

uint8_t
Ipv4Stack::GetTos(const Ipv4Header& header)
{
    return header.GetTos();
}

Ptr<Ipv4Route>&
Ipv4Stack::GetCached(const NextHopGroup::Hop& hop)
{
    return hop.ipv4Route;
}

Ipv6Address
Ipv6Stack::GetAddress(const Ipv6InterfaceAddress& address)
{
    return address.GetAddress();
}

IpPrefix
Ipv6Stack::GetSubnet(const Ipv6InterfaceAddress& address)
{
    return IpPrefix(address.GetAddress(), address.GetPrefix().GetPrefixLength());
}

bool
Ipv6Stack::IsLinkLocal(const Ipv6Address& address)
{
    return address.IsLinkLocal();
}

Ipv6Address
Ipv6Stack::ToAddress(const IpAddress& address)
{
    return address.ToIpv6();
}

uint8_t
Ipv6Stack::GetProtocol(const Ipv6Header& header)
{
    return header.GetNextHeader();
}

void
Ipv6Stack::SetProtocol(Ipv6Header& header, uint8_t protocol)
{
    header.SetNextHeader(protocol);
}

uint8_t
Ipv6Stack::GetTos(const Ipv6Header& header)
{
    return header.GetTrafficClass();
}

Ptr<Ipv6Route>&
Ipv6Stack::GetCached(const NextHopGroup::Hop& hop)
{
    return hop.ipv6Route;
}

template <class Stack>
void
FibRouting<Stack>::DoDispose()
{
    m_ip = nullptr;
    m_fib = nullptr;
    m_loopback = nullptr;
    m_loopbackRoute = nullptr;
    Stack::RoutingProtocol::DoDispose();
}

template <class Stack>
Ptr<Fib>
FibRouting<Stack>::GetFib() const
{
    return m_fib;
}

template <class Stack>
void
FibRouting<Stack>::Attach(Ptr<typename Stack::Ip> ip)
{
    m_ip = ip;
    m_fib = ip->template GetObject<Fib>();
    if (!m_fib)
    {
        m_fib = CreateObject<Fib>();
        ip->AggregateObject(m_fib);
    }
    m_fib->SetAttached(Stack::FAMILY);
    for (uint32_t i = 0; i < ip->GetNInterfaces(); ++i)
    {
        if (DynamicCast<LoopbackNetDevice>(ip->GetNetDevice(i)))
        {
            m_loopback = ip->GetNetDevice(i);
        }
        m_fib->SetInterfaceUp(Stack::FAMILY, ip->GetNetDevice(i), ip->IsUp(i));
        for (uint32_t j = 0; j < ip->GetNAddresses(i); ++j)
        {
            this->NotifyAddAddress(i, ip->GetAddress(i, j));
        }
    }
}

template <class Stack>
void
FibRouting<Stack>::NotifyInterfaceUp(uint32_t interface)
{
    m_fib->SetInterfaceUp(Stack::FAMILY, m_ip->GetNetDevice(interface), true);
}

template <class Stack>
void
FibRouting<Stack>::NotifyInterfaceDown(uint32_t interface)
{
    m_fib->SetInterfaceUp(Stack::FAMILY, m_ip->GetNetDevice(interface), false);
}

template <class Stack>
bool
FibRouting<Stack>::AddAddress(uint32_t interface, const InterfaceAddress& address)
{
    Ptr<NetDevice> device = m_ip->GetNetDevice(interface);
    if (!m_loopback && DynamicCast<LoopbackNetDevice>(device))
    {
        m_loopback = device;
    }
    m_fib->AddLocal(Stack::GetAddress(address));
    return device != m_loopback;
}

template <class Stack>
void
FibRouting<Stack>::AddConnected(uint32_t interface, const InterfaceAddress& address)
{
    IpPrefix subnet = Stack::GetSubnet(address);
    if (!m_fib->Find(subnet, RouteOwner::CONNECTED))
    {
        m_fib->SetRoute(subnet,
                        RouteOwner::CONNECTED,
                        Route::Forward({{IpAddress(), m_ip->GetNetDevice(interface)}}));
    }
}

template <class Stack>
void
FibRouting<Stack>::RemoveConnected(uint32_t interface, const InterfaceAddress& address)
{
    IpPrefix subnet = Stack::GetSubnet(address);
    const Route* route = m_fib->Find(subnet, RouteOwner::CONNECTED);
    if (route &&
        route->ForwardsLike(Route::Forward({{IpAddress(), m_ip->GetNetDevice(interface)}})))
    {
        m_fib->RemoveRoute(subnet, RouteOwner::CONNECTED);
    }
}

template <class Stack>
typename Stack::Address
FibRouting<Stack>::ChooseSource(const Ptr<NetDevice>& device) const
{
    IpAddress router = m_fib->GetRouterAddress(Stack::FAMILY);
    if (router)
    {
        return Stack::ToAddress(router);
    }
    Address other = Address::GetAny();
    Address linkLocal = Address::GetAny();
    for (uint32_t i = 0; i < m_ip->GetNInterfaces(); ++i)
    {
        Ptr<NetDevice> candidate = m_ip->GetNetDevice(i);
        for (uint32_t j = 0; candidate != m_loopback && j < m_ip->GetNAddresses(i); ++j)
        {
            Address address = Stack::GetAddress(m_ip->GetAddress(i, j));
            if (Stack::IsLinkLocal(address))
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

template <class Stack>
Ptr<typename Stack::Route>
FibRouting<Stack>::MakeRoute(Ptr<NetDevice> device, Address source) const
{
    Ptr<IpRoute> route = Create<IpRoute>();
    route->SetDestination(Address::GetAny());
    route->SetGateway(Address::GetAny());
    route->SetSource(source);
    route->SetOutputDevice(device);
    return route;
}

template <class Stack>
const Ptr<typename Stack::Route>&
FibRouting<Stack>::GetRoute(const NextHopGroup::Hop& hop) const
{
    Ptr<IpRoute>& cached = Stack::GetCached(hop);
    if (!cached)
    {
        const NextHop& nextHop = hop.nextHop;
        cached = MakeRoute(nextHop.device, ChooseSource(nextHop.device));
        if (nextHop.gateway)
        {
            cached->SetGateway(Stack::ToAddress(nextHop.gateway));
        }
    }
    return cached;
}

template <class Stack>
const Ptr<typename Stack::Route>&
FibRouting<Stack>::GetLoopback(Address source)
{
    if (!m_loopbackRoute || m_loopbackRoute->GetSource() != source)
    {
        m_loopbackRoute = MakeRoute(m_loopback, source);
    }
    return m_loopbackRoute;
}

template <class Stack>
uint64_t
FibRouting<Stack>::HashOutput(const NextHopGroup& group, Ptr<Packet> p, const Header& header) const
{
    if (!group.NeedsHash())
    {
        return 0;
    }
    // Only TCP has its ports at the front here, and a source may not be known yet.
    bool tcp = Stack::GetProtocol(header) == TCP;
    FlowKey key = MakeFlowKey(header, tcp ? p : nullptr);
    key.source = tcp ? key.source : IpAddress();
    return HashFlow(key, m_fib->GetSalt());
}

template <class Stack>
Ptr<typename Stack::Route>
FibRouting<Stack>::RouteOver(Ptr<NetDevice> oif, const NextHop& nextHop) const
{
    uint32_t interface = m_ip->GetInterfaceForDevice(oif);
    Address source = Address::GetAny();
    for (uint32_t j = 0; j < m_ip->GetNAddresses(interface) && source.IsAny(); ++j)
    {
        Address address = Stack::GetAddress(m_ip->GetAddress(interface, j));
        source = Stack::IsLinkLocal(address) ? source : address;
    }
    Ptr<IpRoute> route = MakeRoute(oif, source.IsAny() ? ChooseSource(oif) : source);
    if (nextHop.gateway)
    {
        route->SetGateway(Stack::ToAddress(nextHop.gateway));
    }
    return route;
}

template <class Stack>
Ptr<typename Stack::Route>
FibRouting<Stack>::RouteUnicast(const Fib::Found& found,
                                Ptr<Packet> p,
                                const Header& header,
                                Ptr<NetDevice> oif,
                                Socket::SocketErrno& sockerr)
{
    if (const NextHopGroup* group = found.GetGroup())
    {
        const NextHopGroup::Hop* hop =
            oif ? group->FindOver(oif) : group->Pick(HashOutput(*group, p, header));
        if (hop)
        {
            if (p)
            {
                found.Use();
            }
            return oif ? RouteOver(oif, hop->nextHop) : GetRoute(*hop);
        }
    }
    else if (found && m_loopback && !oif && !found.Is(Fib::Kind::DISCARD))
    {
        if (m_current && p)
        {
            VnTag tag(*m_current->GetVn());
            p->ReplacePacketTag(tag);
        }
        return GetLoopback(ChooseSource(nullptr));
    }
    sockerr = Socket::ERROR_NOROUTETOHOST;
    return nullptr;
}

template <class Stack>
const NextHopGroup::Hop*
FibRouting<Stack>::PickHop(const Fib::Found& found, Ptr<const Packet> p, const Header& header)
{
    const NextHopGroup* group = found.GetGroup();
    uint64_t hash = group->NeedsHash() ? HashFlow(MakeFlowKey(header, p), m_fib->GetSalt()) : 0;
    const auto* hop = group->Pick(hash);
    if (!hop)
    {
        m_fib->NotifyDrop(p, DropCause::LINK_DOWN);
    }
    return hop;
}

template <class Stack>
Ptr<typename Stack::Route>
FibRouting<Stack>::RouteTunnel(const Address& remote, uint8_t protocol, Ptr<const Packet> payload)
{
    Fib::Found outer = m_fib->Match(remote);
    if (!outer.Is(Fib::Kind::FORWARD))
    {
        bool discard = outer.Is(Fib::Kind::DISCARD);
        m_fib->NotifyDrop(payload, discard ? outer.GetRoute().cause : DropCause::NO_ROUTE);
        return nullptr;
    }
    outer.Use();
    uint64_t hash = 0;
    if (outer.GetGroup()->NeedsHash())
    {
        Header key;
        key.SetSource(ChooseSource(nullptr));
        key.SetDestination(remote);
        Stack::SetProtocol(key, protocol);
        hash = HashFlow(MakeFlowKey(key, payload), m_fib->GetSalt());
    }
    const auto* hop = outer.GetGroup()->Pick(hash);
    if (!hop)
    {
        m_fib->NotifyDrop(payload, DropCause::LINK_DOWN);
        return nullptr;
    }
    return GetRoute(*hop);
}

template <class Stack>
Fib*
FibRouting<Stack>::FindTenantOf(Ptr<const NetDevice> device, Ptr<const Packet> p) const
{
    VnTag tag;
    if (device == m_loopback && p->PeekPacketTag(tag))
    {
        return PeekPointer(m_fib->GetTenant(tag.GetVn()));
    }
    Fib& table = m_fib->GetTableOf(PeekPointer(device));
    return table.GetVn() ? &table : nullptr;
}

template <class Stack>
uint32_t
FibRouting<Stack>::SendVxlan(const Fib::Found& found,
                             Ptr<const Packet> p,
                             Ptr<Packet> inner,
                             const Header& header)
{
    Ptr<VxlanTunnel> tunnel = m_fib->template GetObject<VxlanTunnel>();
    if (!tunnel)
    {
        m_fib->NotifyDrop(p, DropCause::NO_ROUTE);
        return 0;
    }
    VnTag tag;
    inner->RemovePacketTag(tag);
    VxlanTunnel::Inner parcel;
    parcel.datagram = inner;
    parcel.family = Stack::FAMILY;
    parcel.tos = Stack::GetTos(header);
    parcel.hash = HashFlow(MakeFlowKey(header, p), 0);
    return tunnel->Send(parcel, found.GetRoute().tunnelRemote, found.GetRoute().vni);
}

template <class Stack>
void
FibRouting<Stack>::Punt(const Fib::Found& found,
                        Ptr<const Packet> p,
                        const Header& header,
                        Ptr<const NetDevice> idev)
{
    PuntedPacket punted;
    punted.datagram = p->Copy();
    punted.datagram->AddHeader(header);
    punted.family = Stack::FAMILY;
    // A packet of a virtual network finds its table again by the network's device.
    punted.device = m_current ? m_current->GetTenantDevice() : ConstCast<NetDevice>(idev);
    const Handling nothing(*this, nullptr); // what a handler sends is not in answer to the packet
    // The handler may replace the very route that holds it.
    PuntHandler handler = found.GetRoute().punt;
    handler(punted);
}

template <class Stack>
void
FibRouting<Stack>::PrintRoutingTable(Ptr<OutputStreamWrapper> stream, Time::Unit) const
{
    for (const auto& listed : m_fib->GetEntries())
    {
        if (listed.prefix.GetAddress().GetFamily() == Stack::FAMILY)
        {
            *stream->GetStream() << (listed.best ? "* " : "  ") << listed.prefix << " "
                                 << RouteOwnerName(listed.owner) << " " << listed.route->ToString()
                                 << "\n";
        }
    }
}

template class FibRouting<Ipv4Stack>;
template class FibRouting<Ipv6Stack>;

} // namespace vmm
} // namespace ns3
