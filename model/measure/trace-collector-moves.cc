// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/access-device.h"
#include "ns3/ledger-tap.h"
#include "ns3/simulator.h"
#include "ns3/trace-collector.h"

namespace ns3
{
namespace vmm
{

void
TraceCollector::AddNve(Ptr<Nve> nve)
{
    AddEndpoint(nve->GetEndpoint(), nve->GetNode());
    AddBuffer(
        [nve](const PacketVisitor& visit)
        {
            nve->VisitHeldPackets(visit);
        });
    nve->TraceConnectWithoutContext(
        "SourceReleased",
        MakeBoundCallback(&TraceCollector::SourceReleased, this, nve->GetNode()->GetId()));
    nve->TraceConnectWithoutContext(
        "BindingCount",
        MakeBoundCallback(&TraceCollector::BindingUpdatesChanged, this, nve->GetNode()->GetId()));
    if (Ptr<Hypervisor> host = nve->GetHypervisor())
    {
        host->TraceConnectWithoutContext(
            "AccessDevice", MakeBoundCallback(&TraceCollector::AccessDeviceMade, this));
    }
}

void
TraceCollector::AccessDeviceMade(TraceCollector* self, uint32_t, Ptr<AccessDevice> device)
{
    LedgerTap::WatchDevice(self->m_ledger, device);
}

void
TraceCollector::AddRouterAgent(Ptr<HostRouteAgent> agent)
{
    AddEndpoint(agent->GetEndpoint(), agent->GetNode());
}

void
TraceCollector::AddNva(Ptr<Nva> nva)
{
    AddEndpoint(nva->GetEndpoint(), nva->GetNode());
    nva->TraceConnectWithoutContext(
        "BindingCount",
        MakeBoundCallback(&TraceCollector::BindingsChanged, this, nva->GetNode()->GetId()));
}

void
TraceCollector::AddVmManager(Ptr<VmManager> manager)
{
    manager->TraceConnectWithoutContext("Move", MakeCallback(&TraceCollector::MoveChanged, this));
    manager->TraceConnectWithoutContext("Operation",
                                        MakeCallback(&TraceCollector::OperationChanged, this));
    manager->TraceConnectWithoutContext("Vm", MakeCallback(&TraceCollector::VmRecordChanged, this));
    manager->TraceConnectWithoutContext("Placement", MakeCallback(&TraceCollector::VmPlaced, this));
    manager->TraceConnectWithoutContext("MessageTx",
                                        MakeCallback(&TraceCollector::ManagementSent, this));
}

void
TraceCollector::AddAgent(Ptr<MigrationAgent> agent)
{
    m_agents.push_back(agent);
    agent->TraceConnectWithoutContext("CopyStart",
                                      MakeCallback(&TraceCollector::CopyStarted, this));
    agent->TraceConnectWithoutContext("Round", MakeCallback(&TraceCollector::RoundDone, this));
    agent->TraceConnectWithoutContext("Stopped", MakeCallback(&TraceCollector::VmStopped, this));
    agent->TraceConnectWithoutContext("Resumed", MakeCallback(&TraceCollector::VmResumed, this));
    agent->TraceConnectWithoutContext("Completed",
                                      MakeCallback(&TraceCollector::EffectsSeen, this));
    agent->TraceConnectWithoutContext("Finished",
                                      MakeCallback(&TraceCollector::CopyFinished, this));
    agent->TraceConnectWithoutContext("MessageTx",
                                      MakeCallback(&TraceCollector::ManagementSent, this));
}

void
TraceCollector::SourceReleased(TraceCollector* self, uint32_t node, const VmKey& vm, uint32_t)
{
    self->m_timeline.OnReleased(vm.vmId, node, Simulator::Now());
}

void
TraceCollector::BindingUpdatesChanged(TraceCollector* self, uint32_t node, uint32_t, uint32_t now)
{
    self->m_timeline.OnBindingUpdates(node, now, Simulator::Now());
}

void
TraceCollector::BindingsChanged(TraceCollector* self, uint32_t node, uint32_t, uint32_t now)
{
    self->m_timeline.OnBindings(node, now, Simulator::Now());
}

void
TraceCollector::Announced(TraceCollector* self,
                          std::string vm,
                          Ptr<const Packet> packet,
                          const IpAddress& address)
{
    MessageEvent event;
    event.time = Simulator::Now();
    event.kind = "announcement";
    event.type = address.IsIpv4() ? "gratuitous-arp" : "unsolicited-na";
    event.from = vm;
    event.vm = vm;
    event.bytes = packet->GetSize();
    self->m_timeline.OnMessage(event);
}

void
TraceCollector::CountUnfinishedCopies()
{
    for (const Ptr<MigrationAgent>& agent : m_agents)
    {
        agent->VisitUnfinishedCopies(
            [this](const CopyEvent& event)
            {
                m_timeline.OnCopied(event.migration, event.copied, event.wire);
                EffectsSeen(event);
            });
    }
}

void
TraceCollector::MoveChanged(const MoveRecord& record)
{
    if (m_seenMoves.insert(record.id).second)
    {
        MoveOrder order;
        order.migration = record.migration;
        order.vm = record.vm;
        order.type = MoveTypeName(record.type);
        order.method = record.method;
        order.transfer = record.transfer;
        order.scheme = m_scheme;
        order.sourceNve = record.source;
        order.destinationNve = record.destination;
        order.sourceNode = FindNode(record.source);
        order.destinationNode = FindNode(record.destination);
        order.epoch = record.epoch;
        order.operation = record.operation;
        if (!record.operation.empty())
        {
            m_expected.emplace(record.migration, ""); // any outcome will do
        }
        const auto expected = m_expected.find(record.migration);
        order.expected = expected == m_expected.end() ? "" : expected->second;
        m_timeline.OnOrder(order, record.order);
    }
    if (record.epoch != 0)
    {
        m_timeline.OnBegin(record.migration,
                           record.source,
                           FindNode(record.source),
                           record.epoch,
                           Simulator::Now());
    }
    if (record.outcome != MoveOutcome::NONE)
    {
        m_timeline.OnOutcome(record.migration, MoveOutcomeName(record.outcome), Simulator::Now());
    }
}

void
TraceCollector::OperationChanged(const OperationRecord& record)
{
    for (OperationRecord& known : m_results.operations)
    {
        if (known.name == record.name)
        {
            known = record;
            return;
        }
    }
    m_results.operations.push_back(record);
}

void
TraceCollector::VmPlaced(const PlacementRecord& record)
{
    m_results.placements.emplace_back(Simulator::Now(), record);
}

void
TraceCollector::VmRecordChanged(const ManagedVm& vm)
{
    if (vm.state == ManagedVm::State::DESTROYING)
    {
        m_unwanted.insert(vm.spec.id);
    }
}

void
TraceCollector::FindLostVms()
{
    std::set<std::string> moving;
    for (const MoveHistory& move : m_timeline.GetMoves())
    {
        if (move.outcome == "unfinished")
        {
            moving.insert(move.order.vm);
        }
    }
    for (const Ptr<Vm>& vm : m_vms)
    {
        const bool stands =
            vm->GetState() == VmState::STOPPED || vm->GetState() == VmState::STOPPED_AT_SOURCE;
        const bool gone =
            vm->GetState() == VmState::DESTROYED && m_unwanted.count(vm->GetId()) == 0;
        if (gone || (stands && !moving.count(vm->GetId())))
        {
            m_results.lostVms.push_back(vm->GetId());
        }
    }
}

void
TraceCollector::ManagementSent(const ManagementEvent& event)
{
    m_timeline.OnMessage(
        {Simulator::Now(),
         "management",
         std::string(ManagementTypeName(event.type)) + (event.acknowledgement ? "-ack" : ""),
         NameOf(event.from),
         NameOf(event.to),
         event.vm,
         event.bytes,
         event.epoch,
         false});
}

void
TraceCollector::CopyStarted(const CopyEvent& event)
{
    m_timeline.OnCopyStart(event.migration, Simulator::Now());
}

void
TraceCollector::RoundDone(const CopyRound& round)
{
    m_timeline.OnRound(round.migration,
                       {round.round,
                        round.start,
                        round.end,
                        round.sent,
                        round.dirtied,
                        static_cast<uint64_t>(round.rate),
                        CopyPhaseName(round.phase),
                        1 - round.speed});
}

void
TraceCollector::VmStopped(const CopyEvent& event)
{
    m_timeline.OnStop(event.migration, Simulator::Now());
}

void
TraceCollector::VmResumed(const CopyEvent& event)
{
    m_timeline.OnResume(event.migration, Simulator::Now());
    EffectsSeen(event);
}

void
TraceCollector::EffectsSeen(const CopyEvent& event)
{
    CopyEffects effects;
    effects.storageBytes = event.storage;
    effects.throttled = event.throttled;
    effects.faults = event.faults;
    effects.stalled = event.stalled;
    if (event.lostTime.IsStrictlyPositive())
    {
        effects.lost = event.lostTime;
    }
    effects.lostBytes = event.lostOctets;
    m_timeline.OnCopyEffects(event.migration, effects);
}

void
TraceCollector::VmStateChanged(TraceCollector* self, Ptr<const Vm> vm, VmState, VmState to)
{
    if (to == VmState::STOPPED)
    {
        self->m_timeline.OnHalt(vm->GetId(), Simulator::Now());
    }
}

void
TraceCollector::CopyFinished(const CopyEvent& event)
{
    m_timeline.OnCopied(event.migration, event.copied, event.wire);
    EffectsSeen(event);
}

} // namespace vmm
} // namespace ns3
