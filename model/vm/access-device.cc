// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/access-device.h"

#include "ns3/access-switch.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/ethernet-header.h"
#include "ns3/guest-clock.h"
#include "ns3/log.h"
#include "ns3/make-event.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/pointer.h"
#include "ns3/queue-size.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("AccessDevice");
NS_OBJECT_ENSURE_REGISTERED(AccessDevice);

TypeId
AccessDevice::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::AccessDevice")
            .SetParent<NetDevice>()
            .SetGroupName("VmMobility")
            .AddConstructor<AccessDevice>()
            .AddAttribute("Mtu",
                          "Largest payload of a frame, in octets.",
                          UintegerValue(1500),
                          MakeUintegerAccessor(&AccessDevice::SetMtu, &AccessDevice::GetMtu),
                          MakeUintegerChecker<uint16_t>(68))
            .AddAttribute("TxQueue",
                          "The frames that wait to be sent; 1000 packets unless set.",
                          TypeId::ATTR_GET | TypeId::ATTR_SET,
                          PointerValue(),
                          MakePointerAccessor(&AccessDevice::m_queue),
                          MakePointerChecker<Queue<Packet>>())
            .AddAttribute("RxRingSize",
                          "How many frames the card keeps while its VM stalls (frames).",
                          UintegerValue(256),
                          MakeUintegerAccessor(&AccessDevice::m_ringSize),
                          MakeUintegerChecker<uint32_t>())
            .AddTraceSource("Plugged",
                            "Whether the device is plugged into a switch.",
                            MakeTraceSourceAccessor(&AccessDevice::m_plugged),
                            "ns3::TracedValueCallback::Bool")
            .AddTraceSource("Halted",
                            "Whether the device neither sends nor receives.",
                            MakeTraceSourceAccessor(&AccessDevice::m_halted),
                            "ns3::TracedValueCallback::Bool")
            .AddTraceSource("Held",
                            "Whether the device keeps what arrives and sends nothing.",
                            MakeTraceSourceAccessor(&AccessDevice::m_held),
                            "ns3::TracedValueCallback::Bool")
            .AddTraceSource("Drop",
                            "A packet is lost here, with the cause.",
                            MakeTraceSourceAccessor(&AccessDevice::m_drop),
                            "ns3::vmm::AccessDevice::DropTracedCallback")
            .AddTraceSource("Suppressed",
                            "A packet that the node emits while the device is halted.",
                            MakeTraceSourceAccessor(&AccessDevice::m_suppressed),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacTx",
                            "A packet handed down for sending, without Ethernet header.",
                            MakeTraceSourceAccessor(&AccessDevice::m_macTx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacRx",
                            "A frame for this device or a group, handed up.",
                            MakeTraceSourceAccessor(&AccessDevice::m_macRx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("MacPromiscRx",
                            "A frame handed to the promiscuous receiver.",
                            MakeTraceSourceAccessor(&AccessDevice::m_macPromiscRx),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyTxBegin",
                            "The sending of a frame begins.",
                            MakeTraceSourceAccessor(&AccessDevice::m_phyTxBegin),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyTxEnd",
                            "The sending of a frame is complete.",
                            MakeTraceSourceAccessor(&AccessDevice::m_phyTxEnd),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PhyRxEnd",
                            "A frame has arrived.",
                            MakeTraceSourceAccessor(&AccessDevice::m_phyRxEnd),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("Sniffer",
                            "Frames sent and received by this device, for packet captures.",
                            MakeTraceSourceAccessor(&AccessDevice::m_sniffer),
                            "ns3::Packet::TracedCallback")
            .AddTraceSource("PromiscSniffer",
                            "Frames sent and seen by this device, for packet captures.",
                            MakeTraceSourceAccessor(&AccessDevice::m_promiscSniffer),
                            "ns3::Packet::TracedCallback");
    return tid;
}

AccessDevice::AccessDevice()
    : m_queue(CreateObjectWithAttributes<DropTailQueue<Packet>>(
          "MaxSize", QueueSizeValue(QueueSize("1000p")))),
      m_ifIndex(0),
      m_mtu(1500),
      m_plugCount(0),
      m_busy(false),
      m_plugged(false),
      m_halted(false),
      m_haltCause(DropCause::VM_STOPPED),
      m_held(false),
      m_ringSize(256)
{
}

AccessDevice::~AccessDevice() = default;

void
AccessDevice::DoDispose()
{
    m_node = nullptr;
    m_switch = nullptr;
    m_plugCount++;
    m_queue = nullptr;
    m_ring.clear();
    m_rxCallback = NetDevice::ReceiveCallback();
    m_promiscRxCallback = NetDevice::PromiscReceiveCallback();
    NetDevice::DoDispose();
}

Ptr<AccessSwitch>
AccessDevice::GetSwitch() const
{
    return m_switch;
}

void
AccessDevice::SetSwitch(Ptr<AccessSwitch> access)
{
    m_plugCount++;
    m_switch = access;
    m_plugged = access != nullptr;
    TryTransmit();
}

void
AccessDevice::Halt(DropCause cause)
{
    m_haltCause = cause;
    m_halted = true;
}

void
AccessDevice::Resume()
{
    m_halted = false;
    ScheduleEmptying();
    TryTransmit();
}

void
AccessDevice::Hold()
{
    m_held = true;
}

void
AccessDevice::Release()
{
    if (m_held)
    {
        m_held = false;
        ScheduleEmptying();
        TryTransmit();
    }
}

void
AccessDevice::ClearRxRing()
{
    while (!m_ring.empty())
    {
        const Ptr<Packet> frame = m_ring.front();
        m_ring.pop_front();
        NotifyDrop(frame, DropCause::VM_STOPPED);
    }
}

void
AccessDevice::ScheduleEmptying()
{
    if (!m_ring.empty())
    {
        GuestClock::ScheduleRaw(
            m_node->GetId(), Time(0), MakeEvent(&AccessDevice::EmptyRing, Ptr<AccessDevice>(this)));
    }
}

void
AccessDevice::EmptyRing()
{
    while (!m_ring.empty() && !m_halted && !m_held)
    {
        const Ptr<Packet> frame = m_ring.front();
        m_ring.pop_front();
        HandUp(frame);
    }
}

Ptr<Queue<Packet>>
AccessDevice::GetQueue() const
{
    return m_queue;
}

void
AccessDevice::NotifyDrop(Ptr<const Packet> packet, DropCause cause)
{
    NS_LOG_LOGIC("drop " << DropCauseName(cause));
    m_drop(packet, cause);
}

bool
AccessDevice::Send(Ptr<Packet> packet, const Address& dest, uint16_t protocolNumber)
{
    return SendFrom(packet, m_address, dest, protocolNumber);
}

bool
AccessDevice::SendFrom(Ptr<Packet> packet,
                       const Address& source,
                       const Address& dest,
                       uint16_t protocolNumber)
{
    if (m_halted && m_haltCause == DropCause::VM_STOPPED)
    {
        m_suppressed(packet);
        return false;
    }
    if (m_halted)
    {
        NotifyDrop(packet, m_haltCause);
        return false;
    }
    if (!m_switch)
    {
        NotifyDrop(packet, DropCause::UNPLUGGED);
        return false;
    }
    if (packet->GetSize() > m_mtu)
    {
        NotifyDrop(packet, DropCause::MTU);
        return false;
    }
    m_macTx(packet);
    EthernetHeader header(false);
    header.SetSource(Mac48Address::ConvertFrom(source));
    header.SetDestination(Mac48Address::ConvertFrom(dest));
    header.SetLengthType(protocolNumber);
    packet->AddHeader(header);
    if (!m_queue->Enqueue(packet))
    {
        NotifyDrop(packet, DropCause::QUEUE);
        return false;
    }
    TryTransmit();
    return true;
}

void
AccessDevice::TryTransmit()
{
    if (m_busy || m_halted || m_held || !m_switch || !m_queue || m_queue->IsEmpty())
    {
        return;
    }
    Ptr<Packet> frame = m_queue->Dequeue();
    m_busy = true;
    m_sniffer(frame);
    m_promiscSniffer(frame);
    m_phyTxBegin(frame);
    const Time transmission = m_switch->GetDataRate().CalculateBytesTxTime(frame->GetSize());
    m_switch->Transmit(frame, this, transmission);
    GuestClock::ScheduleRaw(
        m_node->GetId(),
        transmission,
        MakeEvent(&AccessDevice::TransmitComplete, Ptr<AccessDevice>(this), frame));
}

void
AccessDevice::TransmitComplete(Ptr<Packet> frame)
{
    m_phyTxEnd(frame);
    m_busy = false;
    TryTransmit();
}

void
AccessDevice::Receive(Ptr<Packet> frame)
{
    m_phyRxEnd(frame);
    if (m_halted)
    {
        NotifyDrop(frame, m_haltCause);
    }
    else if (!m_held && m_ring.empty())
    {
        HandUp(frame);
    }
    else if (m_ring.size() < m_ringSize)
    {
        m_ring.push_back(frame);
    }
    else
    {
        NotifyDrop(frame, DropCause::RX_RING);
    }
}

void
AccessDevice::HandUp(Ptr<Packet> frame)
{
    Ptr<Packet> payload = frame->Copy();
    EthernetHeader header(false);
    payload->RemoveHeader(header);
    const Mac48Address to = header.GetDestination();
    PacketType type = PACKET_OTHERHOST;
    if (to.IsGroup())
    {
        type = to.IsBroadcast() ? PACKET_BROADCAST : PACKET_MULTICAST;
    }
    else if (to == m_address)
    {
        type = PACKET_HOST;
    }
    m_promiscSniffer(frame);
    if (!m_promiscRxCallback.IsNull())
    {
        m_macPromiscRx(frame);
        m_promiscRxCallback(this, payload, header.GetLengthType(), header.GetSource(), to, type);
    }
    if (type == PACKET_OTHERHOST)
    {
        NotifyDrop(frame, DropCause::OTHER);
        return;
    }
    m_sniffer(frame);
    m_macRx(frame);
    m_rxCallback(this, payload, header.GetLengthType(), header.GetSource());
}

void
AccessDevice::SetIfIndex(const uint32_t index)
{
    m_ifIndex = index;
}

uint32_t
AccessDevice::GetIfIndex() const
{
    return m_ifIndex;
}

Ptr<Channel>
AccessDevice::GetChannel() const
{
    return m_switch;
}

void
AccessDevice::SetAddress(Address address)
{
    if (m_switch)
    {
        throw std::logic_error("the address of a device that is plugged in cannot change");
    }
    m_address = Mac48Address::ConvertFrom(address);
}

Address
AccessDevice::GetAddress() const
{
    return m_address;
}

bool
AccessDevice::SetMtu(const uint16_t mtu)
{
    m_mtu = mtu;
    return true;
}

uint16_t
AccessDevice::GetMtu() const
{
    return m_mtu;
}

bool
AccessDevice::IsLinkUp() const
{
    return true;
}

void
AccessDevice::AddLinkChangeCallback(Callback<void> /* callback */)
{
    // The link never changes for the stack above.
}

bool
AccessDevice::IsBroadcast() const
{
    return true;
}

Address
AccessDevice::GetBroadcast() const
{
    return Mac48Address::GetBroadcast();
}

bool
AccessDevice::IsMulticast() const
{
    return true;
}

Address
AccessDevice::GetMulticast(Ipv4Address multicastGroup) const
{
    return Mac48Address::GetMulticast(multicastGroup);
}

Address
AccessDevice::GetMulticast(Ipv6Address addr) const
{
    return Mac48Address::GetMulticast(addr);
}

bool
AccessDevice::IsBridge() const
{
    return false;
}

bool
AccessDevice::IsPointToPoint() const
{
    return false;
}

Ptr<Node>
AccessDevice::GetNode() const
{
    return m_node;
}

void
AccessDevice::SetNode(Ptr<Node> node)
{
    m_node = node;
}

bool
AccessDevice::NeedsArp() const
{
    return true;
}

void
AccessDevice::SetReceiveCallback(NetDevice::ReceiveCallback cb)
{
    m_rxCallback = cb;
}

void
AccessDevice::SetPromiscReceiveCallback(NetDevice::PromiscReceiveCallback cb)
{
    m_promiscRxCallback = cb;
}

bool
AccessDevice::SupportsSendFrom() const
{
    return true;
}

} // namespace vmm
} // namespace ns3
