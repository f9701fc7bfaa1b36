// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vxlan-tunnel.h"

#include "ns3/ethernet-header.h"
#include "ns3/fib-routing.h"
#include "ns3/inner-datagram.h"
#include "ns3/ipv4-packet-info-tag.h"
#include "ns3/ipv6-packet-info-tag.h"
#include "ns3/node.h"
#include "ns3/udp-header.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/vxlan-header.h"

#include <array>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(VxlanTunnel);

namespace
{

constexpr uint32_t ETHERNET_SIZE = 14;      //!< octets of an Ethernet header
constexpr uint16_t ETHERTYPE_IPV4 = 0x0800; //!< RFC 894
constexpr uint16_t ETHERTYPE_IPV6 = 0x86dd; //!< RFC 2464
constexpr uint16_t FIRST_PORT = 49152;      //!< of the dynamic ports (RFC 6335)
constexpr uint16_t PORT_COUNT = 16384;      //!< of the dynamic ports

/// Puts the type of service on a packet to be sent.
void
SetTos(Packet& p, IpFamily family, uint8_t tos)
{
    if (family == IpFamily::IPV4)
    {
        SocketIpTosTag tag;
        tag.SetTos(tos);
        p.ReplacePacketTag(tag);
        return;
    }
    SocketIpv6TclassTag tag;
    tag.SetTclass(tos);
    p.ReplacePacketTag(tag);
}

/// @return whether an IPv6 packet has hop-by-hop options, in which ns-3 would read without checks
bool
HasHopByHop(const Packet& p, IpFamily family)
{
    std::array<uint8_t, 7> begin{};
    p.CopyData(begin.data(), begin.size());
    return family == IpFamily::IPV6 && begin[6] == 0;
}

/// @return type of service or traffic class that a socket has noted, taken off the packet
uint8_t
TakeTos(Packet& p)
{
    SocketIpTosTag tos;
    SocketIpv6TclassTag tclass;
    const uint8_t value = p.RemovePacketTag(tos) ? tos.GetTos() : 0;
    return p.RemovePacketTag(tclass) ? tclass.GetTclass() : value;
}

} // namespace

TypeId
VxlanTunnel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::VxlanTunnel")
                            .SetParent<Object>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<VxlanTunnel>();
    return tid;
}

VxlanTunnel::VxlanTunnel() = default;

VxlanTunnel::~VxlanTunnel() = default;

void
VxlanTunnel::DoDispose()
{
    Close();
    m_fib = nullptr;
    Object::DoDispose();
}

uint32_t
VxlanTunnel::GetOverhead(IpFamily family)
{
    return VxlanHeader::OVERHEAD + (family == IpFamily::IPV6 ? 40 : 20);
}

uint16_t
VxlanTunnel::GetSourcePort(uint64_t hash)
{
    return static_cast<uint16_t>(FIRST_PORT + PickByHash(hash, PORT_COUNT));
}

IpAddress
VxlanTunnel::GetOwn(IpFamily family) const
{
    for (const auto& address : m_addresses)
    {
        if (address.GetFamily() == family)
        {
            return address;
        }
    }
    return IpAddress();
}

void
VxlanTunnel::Open(const IpAddressList& addresses, Mac48Address mac, Receiver receiver)
{
    Ptr<Node> node = GetObject<Node>();
    m_fib = node->GetObject<Fib>();
    m_addresses = addresses;
    m_mac = mac;
    m_receiver = std::move(receiver);
    for (const auto& address : addresses)
    {
        Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
        if (socket->Bind(address.ToSocketAddress(VxlanHeader::PORT)) != 0)
        {
            throw std::invalid_argument("found " + address.ToString() +
                                        " port 4789 in use, expected it for VXLAN");
        }
        socket->SetRecvPktInfo(true);
        socket->SetIpRecvTos(true);
        socket->SetIpv6RecvTclass(true);
        socket->SetRecvCallback(MakeCallback(&VxlanTunnel::HandleRead, this));
        m_sockets.push_back(socket);
    }
}

void
VxlanTunnel::Close()
{
    for (const auto& socket : m_sockets)
    {
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        socket->Close();
    }
    m_sockets.clear();
    m_receiver = nullptr;
}

uint32_t
VxlanTunnel::Send(const Inner& inner, const IpAddress& remote, uint32_t vni)
{
    if (!GetOwn(remote.GetFamily()))
    {
        m_fib->NotifyDrop(inner.datagram, DropCause::NO_ROUTE);
        return 0;
    }
    return remote.IsIpv4() ? SendOver<Ipv4Stack>(inner, remote, vni)
                           : SendOver<Ipv6Stack>(inner, remote, vni);
}

template <class Stack>
uint32_t
VxlanTunnel::SendOver(const Inner& inner, const IpAddress& remote, uint32_t vni)
{
    const auto from = Stack::ToAddress(GetOwn(Stack::FAMILY));
    const auto to = Stack::ToAddress(remote);
    Ptr<Packet> outer = inner.datagram->Copy();
    EthernetHeader ethernet(false);
    ethernet.SetSource(m_mac);
    ethernet.SetDestination(m_mac);
    ethernet.SetLengthType(inner.family == IpFamily::IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6);
    outer->AddHeader(ethernet);
    outer->AddHeader(VxlanHeader(vni));
    UdpHeader udp;
    udp.SetSourcePort(GetSourcePort(inner.hash));
    udp.SetDestinationPort(VxlanHeader::PORT);
    if (Node::ChecksumEnabled())
    {
        udp.EnableChecksums();
        udp.InitializeChecksum(from, to, UdpL4Protocol::PROT_NUMBER);
    }
    outer->AddHeader(udp);

    Ptr<typename Stack::Ip> ip = GetObject<typename Stack::Ip>();
    auto routing = DynamicCast<FibRouting<Stack>>(ip->GetRoutingProtocol());
    auto route = routing->RouteTunnel(to, UdpL4Protocol::PROT_NUMBER, outer);
    if (!route)
    {
        return 0;
    }
    const uint32_t most = route->GetOutputDevice()->GetMtu() - GetOverhead(Stack::FAMILY);
    if (!m_fragment && inner.datagram->GetSize() > most)
    {
        m_fib->NotifyDrop(inner.datagram, DropCause::MTU);
        return most;
    }
    m_fib->NotifyEncapsulate(inner.datagram, remote);
    SetTos(*outer, Stack::FAMILY, inner.tos);
    ip->Send(outer, from, to, UdpL4Protocol::PROT_NUMBER, route);
    return 0;
}

bool
VxlanTunnel::IsFromTenant(Ptr<Packet> p) const
{
    Ipv4PacketInfoTag ipv4;
    Ipv6PacketInfoTag ipv6;
    uint32_t index = p->RemovePacketTag(ipv4) ? ipv4.GetRecvIf() : 0;
    index = p->RemovePacketTag(ipv6) ? ipv6.GetRecvIf() : index;
    Ptr<Node> node = GetObject<Node>();
    return index < node->GetNDevices() &&
           m_fib->GetTableOf(PeekPointer(node->GetDevice(index))).GetVn().has_value();
}

void
VxlanTunnel::HandleRead(Ptr<Socket> socket)
{
    Address from;
    while (Ptr<Packet> p = socket->RecvFrom(from))
    {
        const uint8_t outerTos = TakeTos(*p);
        Received received;
        received.remote = IpAddress::FromAddress(from);
        if (IsFromTenant(p) || !Unwrap(p, received))
        {
            m_fib->NotifyDrop(p, DropCause::OTHER);
        }
        else if (!CarryCongestion(p, received.family, outerTos))
        {
            m_fib->NotifyDrop(p, DropCause::QUEUE_DISC);
        }
        else
        {
            m_fib->NotifyDecapsulate(p, received.remote);
            m_receiver(received);
        }
    }
}

bool
VxlanTunnel::Unwrap(Ptr<Packet> p, Received& received) const
{
    // Headers read as many octets as they have, whether or not they are there.
    if (p->GetSize() < VxlanHeader::SIZE + ETHERNET_SIZE)
    {
        return false;
    }
    VxlanHeader vxlan;
    p->RemoveHeader(vxlan);
    EthernetHeader ethernet(false);
    p->RemoveHeader(ethernet);
    received.vni = vxlan.GetVni();
    received.datagram = p;
    received.family = ethernet.GetLengthType() == ETHERTYPE_IPV4   ? IpFamily::IPV4
                      : ethernet.GetLengthType() == ETHERTYPE_IPV6 ? IpFamily::IPV6
                                                                   : IpFamily::NONE;
    return vxlan.IsValid() && ethernet.GetDestination() == m_mac &&
           received.family != IpFamily::NONE && IsDatagram(p, received.family) &&
           !HasHopByHop(*p, received.family);
}

} // namespace vmm
} // namespace ns3
