// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ipv6-fib-routing.h"

#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/node.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(Ipv6FibRouting);

namespace
{

constexpr uint32_t HEADER_SIZE = 40; //!< octets of an IPv6 header

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
Ipv6FibRouting::SetIpv6(Ptr<Ipv6> ipv6)
{
    Attach(ipv6);
}

void
Ipv6FibRouting::NotifyAddAddress(uint32_t interface, Ipv6InterfaceAddress address)
{
    if (AddAddress(interface, address) && !Ipv6Stack::GetSubnet(address).IsHost() &&
        !address.GetAddress().IsLinkLocal())
    {
        AddConnected(interface, address);
    }
}

void
Ipv6FibRouting::NotifyRemoveAddress(uint32_t interface, Ipv6InterfaceAddress address)
{
    m_fib->RemoveLocal(address.GetAddress());
    if (!Ipv6Stack::GetSubnet(address).IsHost())
    {
        RemoveConnected(interface, address);
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

Ptr<Ipv6Route>
Ipv6FibRouting::RouteOutput(Ptr<Packet> p,
                            const Ipv6Header& header,
                            Ptr<NetDevice> oif,
                            Socket::SocketErrno& sockerr)
{
    Ipv6Address destination = header.GetDestination();
    sockerr = Socket::ERROR_NOTERROR;
    Fib::Found found = MatchOutput(destination);
    if (found.Is(Fib::Kind::LOCAL))
    {
        return GetLoopback(destination);
    }
    if (destination.IsMulticast() || destination.IsLinkLocal())
    {
        if (oif)
        {
            uint32_t interface = m_ip->GetInterfaceForDevice(oif);
            bool near = destination.IsLinkLocal() || destination.IsLinkLocalMulticast();
            return MakeRoute(oif,
                             near ? m_ip->SourceAddressSelection(interface, destination)
                                  : ChooseSource(oif));
        }
        sockerr = Socket::ERROR_NOROUTETOHOST;
        return nullptr;
    }
    return RouteUnicast(found, p, header, oif, sockerr);
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
    const Handling handling(*this, FindTenant(idev, p));
    Fib::Found found = MatchOutput(destination);
    uint32_t interface = m_ip->GetInterfaceForDevice(idev);
    if (found.Is(Fib::Kind::LOCAL))
    {
        lcb(p, header, interface);
        return true;
    }
    if (!found || destination.IsLinkLocal() ||
        (!m_ip->IsForwarding(interface) && idev != m_loopback))
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
    const auto* hop = PickHop(found, p, header);
    if (!hop)
    {
        return;
    }
    Ptr<Ipv6Route> route = GetRoute(*hop);
    if (p->GetSize() + HEADER_SIZE > route->GetOutputDevice()->GetMtu() &&
        header.GetHopLimit() > 1 && (idev != m_loopback || !m_fib->IsLocal(header.GetSource())))
    {
        m_fib->NotifyDrop(p, DropCause::MTU);
    }
    ucb(idev, route, p, header);
}

void
Ipv6FibRouting::SendTooBig(const Ipv6Header& header, Ptr<const Packet> p, uint32_t mtu) const
{
    if (Ptr<Icmpv6L4Protocol> icmp = m_ip->GetObject<Icmpv6L4Protocol>())
    {
        Ptr<Packet> refused = p->Copy();
        refused->AddHeader(header);
        icmp->SendErrorTooBig(refused, header.GetSource(), mtu);
    }
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
    Ipv6Header inner = header;
    inner.SetHopLimit(header.GetHopLimit() - 1);
    Ptr<Packet> datagram = p->Copy();
    datagram->AddHeader(inner);

    if (found.GetRoute().encapsulation == Encapsulation::VXLAN)
    {
        if (const uint32_t most = SendVxlan(found, p, datagram, header))
        {
            SendTooBig(header, p, most);
        }
        return;
    }
    Ipv6Address remote = found.GetRoute().tunnelRemote.ToIpv6();
    Ptr<Ipv6Route> route = RouteTunnel(remote, Ipv6Stack::TUNNEL, datagram);
    if (!route)
    {
        return;
    }
    if (header.GetTrafficClass() != 0)
    {
        SocketIpv6TclassTag tclass; // Send() makes the outer header from it
        tclass.SetTclass(header.GetTrafficClass());
        datagram->ReplacePacketTag(tclass);
    }
    m_fib->NotifyEncapsulate(datagram, remote);
    m_ip->Send(datagram, route->GetSource(), remote, Ipv6Stack::TUNNEL, route);
}

} // namespace vmm
} // namespace ns3
