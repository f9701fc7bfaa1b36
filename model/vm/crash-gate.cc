// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/crash-gate.h"

#include "ns3/drop-tail-queue.h"
#include "ns3/fib.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/queue-size.h"
#include "ns3/queue.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(CrashGate);

TypeId
CrashGate::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::CrashGate")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<CrashGate>()
            .AddTraceSource("Drop",
                            "A packet to or from the crashed node was lost; the node's Fib tells "
                            "of it once more.",
                            MakeTraceSourceAccessor(&CrashGate::m_drop),
                            "ns3::vmm::Fib::DropCallback");
    return tid;
}

CrashGate::CrashGate() = default;

CrashGate::~CrashGate() = default;

void
CrashGate::DoDispose()
{
    m_node = nullptr;
    Object::DoDispose();
}

void
CrashGate::Shut(Ptr<Node> node)
{
    m_node = node;
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        ShutDevice(node->GetDevice(i));
    }
}

void
CrashGate::ShutDevice(Ptr<NetDevice> device)
{
    device->SetReceiveCallback(MakeCallback(&CrashGate::Receive, Ptr<CrashGate>(this)));
    device->SetPromiscReceiveCallback(NetDevice::PromiscReceiveCallback());
    PointerValue value;
    Ptr<Queue<Packet>> waiting;
    if (device->GetAttributeFailSafe("TxQueue", value))
    {
        waiting = value.Get<Queue<Packet>>();
    }
    if (!waiting)
    {
        return;
    }
    // A queue without room for any frame (ns-3 ignores a size of 0): to the device each packet is
    // one that its queue refused.
    auto closed = CreateObjectWithAttributes<DropTailQueue<Packet>>(
        "MaxSize", QueueSizeValue(QueueSize("1B")));
    closed->TraceConnectWithoutContext("Drop",
                                       MakeCallback(&CrashGate::Lose, Ptr<CrashGate>(this)));
    device->SetAttribute("TxQueue", PointerValue(closed));
    while (Ptr<Packet> packet = waiting->Dequeue())
    {
        Lose(packet);
    }
}

bool
CrashGate::Receive(Ptr<NetDevice>, Ptr<const Packet> packet, uint16_t, const Address&)
{
    Lose(packet);
    return false;
}

void
CrashGate::Lose(Ptr<const Packet> packet)
{
    m_drop(packet, DropCause::HOST);
    Ptr<Fib> fib = m_node ? m_node->GetObject<Fib>() : nullptr;
    if (fib)
    {
        fib->NotifyDrop(packet, DropCause::HOST);
    }
}

} // namespace vmm
} // namespace ns3
