// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ip-tunnel-protocol.h"

#include "ns3/inner-datagram.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv6-interface.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(IpTunnelProtocol);

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

void
IpTunnelProtocol::Deliver(Ptr<Packet> p,
                          uint8_t outerTos,
                          const IpAddress& remote,
                          Ptr<NetDevice> device)
{
    Ptr<Fib> fib = m_node->GetObject<Fib>();
    if (!fib)
    {
        return;
    }
    if (!IsDatagram(p, m_family))
    {
        fib->NotifyDrop(p, DropCause::OTHER);
        return;
    }
    if (!CarryCongestion(p, m_family, outerTos))
    {
        fib->NotifyDrop(p, DropCause::QUEUE_DISC);
        return;
    }
    fib->NotifyDecapsulate(p, remote);
    PuntedPacket inner;
    inner.datagram = p;
    inner.family = m_family;
    inner.device = device;
    fib->Reinject(inner);
}

IpL4Protocol::RxStatus
IpTunnelProtocol::Receive(Ptr<Packet> p,
                          const Ipv4Header& header,
                          Ptr<Ipv4Interface> incomingInterface)
{
    Deliver(p, header.GetTos(), header.GetSource(), incomingInterface->GetDevice());
    return RX_OK;
}

IpL4Protocol::RxStatus
IpTunnelProtocol::Receive(Ptr<Packet> p,
                          const Ipv6Header& header,
                          Ptr<Ipv6Interface> incomingInterface)
{
    Deliver(p, header.GetTrafficClass(), header.GetSource(), incomingInterface->GetDevice());
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
