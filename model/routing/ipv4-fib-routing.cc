// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ipv4-fib-routing.h"

#include "ns3/icmpv4-l4-protocol.h"
#include "ns3/node.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(Ipv4FibRouting);

namespace
{

constexpr uint32_t OUTER_SIZE = 20;        //!< octets that a tunnel adds
constexpr uint32_t LONGEST_BROADCAST = 30; //!< a /31 or /32 has no broadcast address (RFC 3021)

/// @return whether the subnet of an interface address has a broadcast address
bool
HasBroadcast(const Ipv4InterfaceAddress& address)
{
    return address.GetMask().GetPrefixLength() <= LONGEST_BROADCAST;
}

/// @return the broadcast address of an interface address's subnet
Ipv4Address
BroadcastOf(const Ipv4InterfaceAddress& address)
{
    return Ipv4Address(address.GetLocal().Get() | ~address.GetMask().Get());
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
Ipv4FibRouting::SetIpv4(Ptr<Ipv4> ipv4)
{
    Attach(ipv4);
}

void
Ipv4FibRouting::NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    if (AddAddress(interface, address) && HasBroadcast(address))
    {
        m_fib->AddLocal(BroadcastOf(address), m_ip->GetNetDevice(interface));
        AddConnected(interface, address);
    }
}

void
Ipv4FibRouting::NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address)
{
    m_fib->RemoveLocal(address.GetLocal());
    if (m_ip->GetNetDevice(interface) != m_loopback && HasBroadcast(address))
    {
        m_fib->RemoveLocal(BroadcastOf(address));
        RemoveConnected(interface, address);
    }
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
    Fib::Found found = MatchOutput(destination);
    if (found.Is(Fib::Kind::LOCAL) && !found.GetGroup())
    {
        return GetLoopback(destination);
    }
    return RouteUnicast(found, p, header, oif, sockerr);
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
    const Handling handling(*this, FindTenant(idev, p));
    Fib::Found found = MatchOutput(destination);
    int32_t interface = m_ip->GetInterfaceForDevice(idev);
    if (found.Is(Fib::Kind::LOCAL) || destination.IsMulticast() || destination.IsBroadcast())
    {
        if (lcb.IsNull())
        {
            return false;
        }
        lcb(p, header, interface);
        return true;
    }
    if (!m_ip->IsForwarding(interface) && idev != m_loopback)
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
        if (const auto* hop = PickHop(found, p, header))
        {
            ucb(GetRoute(*hop), p, header);
        }
        break;
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
Ipv4FibRouting::SendFragmentationNeeded(const Ipv4Header& header,
                                        Ptr<const Packet> p,
                                        uint32_t mtu) const
{
    if (Ptr<Icmpv4L4Protocol> icmp = m_ip->GetObject<Icmpv4L4Protocol>())
    {
        icmp->SendDestUnreachFragNeeded(header, p, static_cast<uint16_t>(mtu));
    }
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
    Ipv4Header inner = header;
    inner.SetTtl(header.GetTtl() - 1);
    if (Node::ChecksumEnabled())
    {
        inner.EnableChecksum();
    }
    Ptr<Packet> datagram = p->Copy();
    datagram->AddHeader(inner);

    if (found.GetRoute().encapsulation == Encapsulation::VXLAN)
    {
        const uint32_t most = SendVxlan(found, p, datagram, header);
        if (most != 0 && header.IsDontFragment())
        {
            SendFragmentationNeeded(header, p, most);
        }
        return;
    }
    Ipv4Address remote = found.GetRoute().tunnelRemote.ToIpv4();
    Ptr<Ipv4Route> route = RouteTunnel(remote, Ipv4Stack::TUNNEL, datagram);
    if (!route)
    {
        return;
    }
    uint32_t mtu = route->GetOutputDevice()->GetMtu();
    if (header.IsDontFragment() && datagram->GetSize() + OUTER_SIZE > mtu)
    {
        SendFragmentationNeeded(header, p, mtu - OUTER_SIZE);
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
    m_ip->Send(datagram, route->GetSource(), remote, Ipv4Stack::TUNNEL, route);
}

} // namespace vmm
} // namespace ns3
