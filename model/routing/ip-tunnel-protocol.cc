// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ip-tunnel-protocol.h"

#include "ns3/ipv4-interface.h"
#include "ns3/ipv6-interface.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(IpTunnelProtocol);

namespace
{

constexpr uint8_t ECN_MASK = 3; //!< the two low bits of TOS and traffic class (RFC 3168)
constexpr uint8_t ECN_CE = 3;   //!< congestion experienced
constexpr uint8_t ECN_NOT = 0;  //!< the transport does not do ECN

} // namespace

TypeId
IpTunnelProtocol::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::IpTunnelProtocol")
                            .SetParent<IpL4Protocol>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<IpTunnelProtocol>();
    return tid;
}

Ptr<IpTunnelProtocol>
IpTunnelProtocol::Create(Ptr<Node> node, IpFamily family)
{
    Ptr<IpTunnelProtocol> protocol = CreateObject<IpTunnelProtocol>();
    protocol->m_node = node;
    protocol->m_family = family;
    return protocol;
}

IpTunnelProtocol::IpTunnelProtocol() = default;

IpTunnelProtocol::~IpTunnelProtocol() = default;

void
IpTunnelProtocol::DoDispose()
{
    m_node = nullptr;
    IpL4Protocol::DoDispose();
}

int
IpTunnelProtocol::GetProtocolNumber() const
{
    return m_family == IpFamily::IPV4 ? 4 : 41;
}

bool
IpTunnelProtocol::IsDatagram(Ptr<const Packet> p, IpFamily family)
{
    uint8_t b[6] = {};
    uint32_t size = p->GetSize();
    if (p->CopyData(b, sizeof(b)) < sizeof(b))
    {
        return false;
    }
    if (family == IpFamily::IPV4)
    {
        // Ipv4Header reads past the end of the packet if the length field says so.
        uint32_t header = (b[0] & 0xf) * 4;
        uint32_t total = uint32_t(b[2]) << 8 | b[3];
        return b[0] >> 4 == 4 && header >= 20 && total >= header && size >= total;
    }
    uint32_t payload = uint32_t(b[4]) << 8 | b[5];
    return b[0] >> 4 == 6 && size >= 40 + payload;
}

void
IpTunnelProtocol::Deliver(Ptr<Packet> p,
                          IpFamily family,
                          const IpAddress& remote,
                          Ptr<NetDevice> device)
{
    if (Ptr<Fib> fib = m_node->GetObject<Fib>())
    {
        fib->NotifyDecapsulate(p, remote);
        PuntedPacket inner;
        inner.datagram = p;
        inner.family = family;
        inner.device = device;
        fib->Reinject(inner);
    }
}

IpL4Protocol::RxStatus
IpTunnelProtocol::Receive(Ptr<Packet> p,
                          const Ipv4Header& header,
                          Ptr<Ipv4Interface> incomingInterface)
{
    Ptr<Fib> fib = m_node->GetObject<Fib>();
    if (!IsDatagram(p, IpFamily::IPV4))
    {
        fib->NotifyDrop(p, DropCause::OTHER);
        return RX_OK;
    }
    if ((header.GetTos() & ECN_MASK) == ECN_CE)
    {
        Ipv4Header inner;
        if (Node::ChecksumEnabled())
        {
            inner.EnableChecksum();
        }
        p->RemoveHeader(inner);
        if ((inner.GetTos() & ECN_MASK) == ECN_NOT)
        {
            fib->NotifyDrop(p, DropCause::QUEUE_DISC);
            return RX_OK;
        }
        inner.SetTos(inner.GetTos() | ECN_CE);
        p->AddHeader(inner);
    }
    Deliver(p, IpFamily::IPV4, header.GetSource(), incomingInterface->GetDevice());
    return RX_OK;
}

IpL4Protocol::RxStatus
IpTunnelProtocol::Receive(Ptr<Packet> p,
                          const Ipv6Header& header,
                          Ptr<Ipv6Interface> incomingInterface)
{
    Ptr<Fib> fib = m_node->GetObject<Fib>();
    if (!IsDatagram(p, IpFamily::IPV6))
    {
        fib->NotifyDrop(p, DropCause::OTHER);
        return RX_OK;
    }
    if ((header.GetTrafficClass() & ECN_MASK) == ECN_CE)
    {
        Ipv6Header inner;
        p->RemoveHeader(inner);
        if ((inner.GetTrafficClass() & ECN_MASK) == ECN_NOT)
        {
            fib->NotifyDrop(p, DropCause::QUEUE_DISC);
            return RX_OK;
        }
        inner.SetTrafficClass(inner.GetTrafficClass() | ECN_CE);
        p->AddHeader(inner);
    }
    Deliver(p, IpFamily::IPV6, header.GetSource(), incomingInterface->GetDevice());
    return RX_OK;
}

void
IpTunnelProtocol::SetDownTarget(DownTargetCallback cb)
{
    m_downTarget = cb;
}

void
IpTunnelProtocol::SetDownTarget6(DownTargetCallback6 cb)
{
    m_downTarget6 = cb;
}

IpL4Protocol::DownTargetCallback
IpTunnelProtocol::GetDownTarget() const
{
    return m_downTarget;
}

IpL4Protocol::DownTargetCallback6
IpTunnelProtocol::GetDownTarget6() const
{
    return m_downTarget6;
}

} // namespace vmm
} // namespace ns3
