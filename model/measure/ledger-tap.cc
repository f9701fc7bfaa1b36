// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ledger-tap.h"

#include "ns3/arp-cache.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/fib.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ledger-tag.h"
#include "ns3/link-failure-error-model.h"
#include "ns3/pointer.h"
#include "ns3/queue-disc.h"
#include "ns3/queue.h"
#include "ns3/simulator.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/vxlan-header.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint8_t PROTOCOL_IPV4 = 4;  //!< IPv4 in IP (RFC 2003)
constexpr uint8_t PROTOCOL_IPV6 = 41; //!< IPv6 in IP (RFC 2473)

constexpr uint32_t UDP_HEADER = 8; //!< octets (RFC 768)

/// @return whether what follows an IP header is VXLAN over UDP (RFC 7348), or looks like it
bool
IsVxlan(uint8_t protocol, const Packet& packet)
{
    std::array<uint8_t, 4> begin{};
    return protocol == UdpL4Protocol::PROT_NUMBER &&
           packet.CopyData(begin.data(), begin.size()) == begin.size() &&
           (begin[2] << 8 | begin[3]) == VxlanHeader::PORT;
}

/// What a device's receive error model does to a packet, for the drop hook of that one device.
class ReceiverTap : public SimpleRefCount<ReceiverTap>
{
  public:
    /// @param ledger the books @param device the receiving device
    ReceiverTap(Ptr<PacketLedger> ledger, Ptr<NetDevice> device)
        : m_ledger(ledger),
          m_device(PeekPointer(device))
    {
    }

    /// The device lost a packet that came from the wire.
    void Drop(Ptr<const Packet> packet)
    {
        LedgerTag tag;
        if (!packet->PeekPacketTag(tag))
        {
            return;
        }
        PointerValue value;
        DropCause cause = DropCause::CORRUPTED;
        if (m_device->GetAttributeFailSafe("ReceiveErrorModel", value))
        {
            if (Ptr<LinkFailureErrorModel> model = value.Get<LinkFailureErrorModel>())
            {
                cause = model->GetCause();
            }
        }
        m_ledger->EndWire(tag.GetId());
        m_ledger->Lose(tag.GetId(), cause, m_device->GetNode()->GetId(), Simulator::Now());
    }

  private:
    Ptr<PacketLedger> m_ledger; //!< the books
    NetDevice* m_device;        //!< not owned: the device owns the trace source that owns this
};

/// @return whether object has a trace source of that name
bool
HasTrace(const Object& object, const std::string& name)
{
    return object.GetInstanceTypeId().LookupTraceSourceByName(name) != nullptr;
}

} // namespace

LedgerTap::LedgerTap(Ptr<PacketLedger> ledger, uint32_t nodeId)
    : m_ledger(ledger),
      m_node(nodeId)
{
}

LedgerTap::~LedgerTap() = default;

void
LedgerTap::Watch(Ptr<PacketLedger> ledger, Ptr<Node> node)
{
    Ptr<LedgerTap> tap = Create<LedgerTap>(ledger, node->GetId());
    tap->ConnectStack(node);
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        tap->ConnectDevice(node->GetDevice(i));
    }
}

void
LedgerTap::WatchDevice(Ptr<PacketLedger> ledger, Ptr<NetDevice> device)
{
    Ptr<LedgerTap> tap = Create<LedgerTap>(ledger, device->GetNode()->GetId());
    tap->ConnectDevice(device);
    Ptr<Ipv4L3Protocol> ipv4 = device->GetNode()->GetObject<Ipv4L3Protocol>();
    const int32_t interface = ipv4 ? ipv4->GetInterfaceForDevice(device) : -1;
    if (interface >= 0)
    {
        tap->ConnectArp(*ipv4, interface);
    }
}

void
LedgerTap::ConnectArp(const Ipv4L3Protocol& ipv4, uint32_t interface)
{
    if (Ptr<ArpCache> cache = ipv4.GetInterface(interface)->GetArpCache())
    {
        cache->TraceConnectWithoutContext("Drop",
                                          MakeCallback(&LedgerTap::DropArp, Ptr<LedgerTap>(this)));
    }
}

void
LedgerTap::ConnectStack(Ptr<Node> node)
{
    Ptr<LedgerTap> self = this;
    if (Ptr<Ipv4L3Protocol> ipv4 = node->GetObject<Ipv4L3Protocol>())
    {
        ipv4->TraceConnectWithoutContext("SendOutgoing",
                                         MakeCallback(&LedgerTap::SendOutgoing4, self));
        ipv4->TraceConnectWithoutContext("UnicastForward",
                                         MakeCallback(&LedgerTap::Forward4, self));
        ipv4->TraceConnectWithoutContext("LocalDeliver", MakeCallback(&LedgerTap::Deliver4, self));
        ipv4->TraceConnectWithoutContext("Drop", MakeCallback(&LedgerTap::Drop4, self));
        for (uint32_t i = 0; i < ipv4->GetNInterfaces(); ++i)
        {
            ConnectArp(*ipv4, i);
        }
    }
    if (Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>())
    {
        ipv6->TraceConnectWithoutContext("SendOutgoing",
                                         MakeCallback(&LedgerTap::SendOutgoing6, self));
        ipv6->TraceConnectWithoutContext("UnicastForward",
                                         MakeCallback(&LedgerTap::Forward6, self));
        ipv6->TraceConnectWithoutContext("LocalDeliver", MakeCallback(&LedgerTap::Deliver6, self));
        ipv6->TraceConnectWithoutContext("Drop", MakeCallback(&LedgerTap::Drop6, self));
    }
    if (Ptr<ArpL3Protocol> arp = node->GetObject<ArpL3Protocol>())
    {
        arp->TraceConnectWithoutContext("Drop", MakeCallback(&LedgerTap::DropArp, self));
    }
    if (Ptr<TrafficControlLayer> control = node->GetObject<TrafficControlLayer>())
    {
        if (HasTrace(*control, "TcDrop"))
        {
            control->TraceConnectWithoutContext("TcDrop",
                                                MakeCallback(&LedgerTap::DropQueue, self));
        }
    }
    if (Ptr<Fib> fib = node->GetObject<Fib>())
    {
        fib->TraceConnectWithoutContext("Drop", MakeCallback(&LedgerTap::DropWithCause, self));
    }
}

void
LedgerTap::ConnectDevice(Ptr<NetDevice> device)
{
    Ptr<LedgerTap> self = this;
    if (HasTrace(*device, "PhyTxBegin") && HasTrace(*device, "PhyRxEnd"))
    {
        device->TraceConnectWithoutContext("PhyTxBegin", MakeCallback(&LedgerTap::WireBegin, self));
        device->TraceConnectWithoutContext("PhyRxEnd", MakeCallback(&LedgerTap::WireEnd, self));
    }
    if (HasTrace(*device, "Drop") && HasTrace(*device, "Suppressed"))
    {
        device->TraceConnectWithoutContext("Drop", MakeCallback(&LedgerTap::DropWithCause, self));
        device->TraceConnectWithoutContext("Suppressed",
                                           MakeCallback(&LedgerTap::Suppressed, self));
        return;
    }
    if (HasTrace(*device, "PhyTxDrop"))
    {
        device->TraceConnectWithoutContext("PhyTxDrop",
                                           MakeCallback(&LedgerTap::DropTransmit, self));
    }
    if (HasTrace(*device, "PhyRxDrop"))
    {
        device->TraceConnectWithoutContext(
            "PhyRxDrop", MakeCallback(&ReceiverTap::Drop, Create<ReceiverTap>(m_ledger, device)));
    }
    PointerValue value;
    if (device->GetAttributeFailSafe("TxQueue", value))
    {
        if (Ptr<Queue<Packet>> queue = value.Get<Queue<Packet>>())
        {
            queue->TraceConnectWithoutContext("Drop", MakeCallback(&LedgerTap::DropQueue, self));
            if (!HasTrace(*device, "PhyTxBegin"))
            {
                ConnectSilentWire(device, queue);
            }
        }
    }
    if (Ptr<TrafficControlLayer> control = device->GetNode()->GetObject<TrafficControlLayer>())
    {
        if (Ptr<QueueDisc> disc = control->GetRootQueueDiscOnDevice(device))
        {
            disc->TraceConnectWithoutContext("Drop", MakeCallback(&LedgerTap::DropQueueDisc, self));
        }
    }
}

void
LedgerTap::ConnectSilentWire(Ptr<NetDevice> device, Ptr<Queue<Packet>> queue)
{
    Ptr<LedgerTap> self = this;
    queue->TraceConnectWithoutContext("Dequeue", MakeCallback(&LedgerTap::WireBegin, self));
    queue->TraceConnectWithoutContext("Enqueue", MakeCallback(&LedgerTap::WireEnd, self));
    if (m_listensToRx)
    {
        return;
    }
    m_listensToRx = true;
    Ptr<Node> node = device->GetNode();
    if (Ptr<Ipv4L3Protocol> ipv4 = node->GetObject<Ipv4L3Protocol>())
    {
        ipv4->TraceConnectWithoutContext("Rx", MakeCallback(&LedgerTap::Received4, self));
    }
    if (Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>())
    {
        ipv6->TraceConnectWithoutContext("Rx", MakeCallback(&LedgerTap::Received6, self));
    }
}

LedgerId
LedgerTap::Peek(const Ptr<const Packet>& packet) const
{
    LedgerTag tag;
    return packet->PeekPacketTag(tag) ? tag.GetId() : 0;
}

void
LedgerTap::Begin(const DatagramKey& partial, Ptr<const Packet> packet, uint32_t headerSize)
{
    DatagramKey key = partial;
    uint32_t sequence = 0;
    uint32_t transport = 0;
    const bool tcp = key.protocol == TcpL4Protocol::PROT_NUMBER;
    if (tcp || key.protocol == UdpL4Protocol::PROT_NUMBER)
    {
        std::array<uint8_t, 13> begin{};
        packet->CopyData(begin.data(), begin.size());
        key.sourcePort = static_cast<uint16_t>(begin[0] << 8 | begin[1]);
        key.destinationPort = static_cast<uint16_t>(begin[2] << 8 | begin[3]);
        transport = UDP_HEADER;
        if (tcp)
        {
            sequence = uint32_t(begin[4]) << 24 | uint32_t(begin[5]) << 16 |
                       uint32_t(begin[6]) << 8 | begin[7];
            transport = uint32_t(begin[12] >> 4) * 4;
        }
    }
    const uint32_t book = m_ledger->Classify(m_node, key);
    if (book != PacketLedger::NO_BOOK)
    {
        const uint32_t size = packet->GetSize();
        const uint32_t payload = size - std::min(transport, size);
        LedgerTag tag(m_ledger->Open(book,
                                     m_node,
                                     Simulator::Now(),
                                     size + headerSize,
                                     sequence,
                                     payload,
                                     book % 2 == 0 ? key.sourcePort : key.destinationPort));
        // A datagram that is sent on by an application may still carry the id it came with.
        ConstCast<Packet>(packet)->ReplacePacketTag(tag);
    }
}

void
LedgerTap::Outgoing(const IpAddress& source,
                    const IpAddress& destination,
                    uint8_t protocol,
                    Ptr<const Packet> packet,
                    uint32_t headerSize)
{
    const LedgerId id = Peek(packet);
    if (id != 0 && m_ledger->IsOpen(id))
    {
        const uint32_t more = IsVxlan(protocol, *packet) ? VxlanHeader::OVERHEAD : 0;
        m_ledger->Encapsulate(id, m_node, headerSize + more);
    }
    else if (m_ledger->HasSender(m_node))
    {
        DatagramKey key;
        key.source = source;
        key.destination = destination;
        key.protocol = protocol;
        Begin(key, packet, headerSize);
    }
}

void
LedgerTap::Arrived(Ptr<const Packet> packet, uint8_t protocol)
{
    const LedgerId id = Peek(packet);
    if (!m_ledger->IsKnown(id))
    {
        return;
    }
    const bool outer =
        protocol == PROTOCOL_IPV4 || protocol == PROTOCOL_IPV6 || IsVxlan(protocol, *packet);
    if (!outer && m_ledger->GetReceiver(m_ledger->Get(id).book) == m_node)
    {
        m_ledger->Deliver(id, m_node, Simulator::Now());
    }
    else
    {
        m_ledger->Visit(id, m_node);
    }
}

void
LedgerTap::Lost(const Ptr<const Packet>& packet, DropCause cause)
{
    if (const LedgerId id = Peek(packet))
    {
        m_ledger->Lose(id, cause, m_node, Simulator::Now());
    }
}

} // namespace vmm
} // namespace ns3
