// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/incoming-copy.h"

#include "ns3/admission-status.h"
#include "ns3/dirty-model.h"
#include "ns3/hypervisor.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/vm-directory.h"
#include "ns3/vm.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmIncomingCopy");
NS_OBJECT_ENSURE_REGISTERED(IncomingCopy);

TypeId
IncomingCopy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::IncomingCopy").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

IncomingCopy::IncomingCopy() = default;

IncomingCopy::~IncomingCopy() = default;

void
IncomingCopy::DoDispose()
{
    Abandon();
    m_environment = Environment();
    Object::DoDispose();
}

IncomingCopy::State
IncomingCopy::GetState() const
{
    return m_state;
}

const std::string&
IncomingCopy::GetVmId() const
{
    return m_order.vm;
}

uint16_t
IncomingCopy::GetEpoch() const
{
    return m_order.epoch;
}

ManagementStatus
IncomingCopy::Start(Environment environment, const ManagementMessage& order)
{
    m_environment = std::move(environment);
    m_order = order;
    Admission admission = Admission::FAILED;
    try
    {
        admission = m_environment.hypervisor->Reserve(order.GetSpec(), order.epoch);
    }
    catch (const std::invalid_argument& error)
    {
        NS_LOG_WARN(error.what());
    }
    if (admission == Admission::ADMITTED)
    {
        m_state = State::RESERVED;
        m_timer =
            Simulator::Schedule(m_environment.reserveTimeout, &IncomingCopy::ReserveTimedOut, this);
        BeginLease();
    }
    return StatusOf(admission);
}

bool
IncomingCopy::Accept(const CopyRecord& open, PostCopyPager::AskCallback ask)
{
    const bool awaited = m_state == State::RESERVED || m_state == State::RECEIVING;
    if (!awaited || open.epoch != m_order.epoch || open.vm != m_order.vm ||
        !m_streams.insert(open.stream).second)
    {
        return false;
    }
    if (open.stream == COPY_FAULT_STREAM)
    {
        m_ask = std::move(ask);
    }
    m_expected = open.streams;
    m_timer.Cancel();
    m_state = State::RECEIVING;
    if (m_handover && IsWholeOpen())
    {
        PlanResume();
    }
    return true;
}

void
IncomingCopy::Take(const CopyRecord& record)
{
    if (m_state == State::ENDED || m_state == State::RESERVED)
    {
        return;
    }
    m_copied += HasVirtualBody(record.type) ? record.length : 0;
    switch (record.type)
    {
    case CopyRecordType::STORAGE:
        m_storage += record.length;
        break;
    case CopyRecordType::DEVICE_STATE:
        m_hasNewestState = record.round != 0;
        break;
    case CopyRecordType::CHECKPOINT:
        m_nextCheckpoint = NanoSeconds(record.time);
        m_hasNewestState = false;
        break;
    case CopyRecordType::ROUND_END:
        RoundArrived(record.round);
        break;
    case CopyRecordType::HANDOVER:
        HandedOver(record);
        break;
    case CopyRecordType::PUSH:
        if (m_pager)
        {
            m_pager->Arrived(record.length);
        }
        m_early += m_pager ? 0 : record.length;
        break;
    case CopyRecordType::FAULT_PAGE:
        if (m_pager)
        {
            m_pager->Served(record.round, record.length);
        }
        break;
    case CopyRecordType::END:
        EndArrived();
        break;
    default:
        break;
    }
}

void
IncomingCopy::RoundArrived(uint32_t round)
{
    if (++m_roundEnds[round] < m_expected)
    {
        return;
    }
    m_roundEnds.erase(round);
    ++m_rounds;
    if (m_nextCheckpoint)
    {
        m_checkpoint = m_nextCheckpoint;
        m_nextCheckpoint.reset();
    }
}

bool
IncomingCopy::IsWholeOpen() const
{
    return m_streams.count(COPY_FAULT_STREAM) > 0 && m_streams.size() == m_expected + 1;
}

void
IncomingCopy::HandedOver(const CopyRecord& record)
{
    if (m_state == State::RECEIVING)
    {
        m_handover = record;
        if (IsWholeOpen())
        {
            PlanResume();
        }
    }
}

void
IncomingCopy::EndArrived()
{
    const bool faults = m_handover || m_streams.count(COPY_FAULT_STREAM) > 0;
    if (++m_ends < m_expected + (faults ? 1 : 0))
    {
        return;
    }
    if (!m_handover)
    {
        if (m_state == State::RECEIVING)
        {
            PlanResume();
        }
        return;
    }
    m_complete = true;
    if (m_pager)
    {
        m_pager->Stop();
    }
    m_environment.completed(MakeEvent());
    m_environment.report(MakeReport(ManagementType::COPIED));
}

void
IncomingCopy::PlanResume()
{
    m_state = State::RESUMING;
    m_timer = Simulator::Schedule(m_environment.resumeDelay, &IncomingCopy::Resume, this);
}

ManagementStatus
IncomingCopy::SwitchOver()
{
    if (m_state == State::RECEIVING && m_checkpoint)
    {
        m_hasNewestState = false;
        m_environment.closeStreams();
        PlanResume();
    }
    const bool obeys = m_state == State::RESUMING || m_state == State::RUNNING ||
                       m_state == State::SUSPENDED || m_state == State::COMMITTED;
    return obeys ? ManagementStatus::OK : ManagementStatus::BUSY;
}

void
IncomingCopy::BeginLease()
{
    Lease::Holder holder;
    holder.confirmed = m_environment.confirmed;
    holder.greet = m_environment.greet;
    holder.isBound = [this]()
    {
        return m_state != State::COMMITTED && m_state != State::ENDED;
    };
    holder.expired = [this]()
    {
        return LeaseExpired();
    };
    m_lease.Begin(m_order.lease ? MilliSeconds(*m_order.lease) : m_environment.defaultLease,
                  std::move(holder));
}

bool
IncomingCopy::LeaseExpired()
{
    if (m_state != State::RUNNING)
    {
        return false; // before that it only keeps the VM from being started
    }
    m_state = State::SUSPENDED;
    if (m_pager)
    {
        m_pager->Stop(); // a VM that stands touches nothing
    }
    m_environment.hypervisor->Park(m_order.vm);
    m_environment.suspended(MakeEvent());
    return true;
}

CopyEvent
IncomingCopy::MakeEvent() const
{
    CopyEvent event;
    event.move = m_order.move;
    event.migration = m_order.migration;
    event.vm = m_order.vm;
    event.epoch = m_order.epoch;
    event.rounds = m_rounds;
    event.copied = m_copied;
    event.storage = m_storage;
    event.lostTime = m_lostTime;
    event.lostOctets = m_lostOctets;
    if (m_pager)
    {
        event.faults = m_pager->GetFaults();
        event.stalled = m_pager->GetStalled();
    }
    return event;
}

ManagementMessage
IncomingCopy::MakeReport(ManagementType type) const
{
    ManagementMessage report;
    report.type = type;
    report.move = m_order.move;
    report.epoch = m_order.epoch;
    report.vm = m_order.vm;
    report.migration = m_order.migration;
    return report;
}

AttachReason
IncomingCopy::GetAttachReason() const
{
    switch (m_order.moveType.value_or(0))
    {
    case 1:
        return AttachReason::MOVED_WARM;
    case 2:
        return AttachReason::MOVED_COLD;
    default:
        return AttachReason::MOVED;
    }
}

void
IncomingCopy::MeasureLoss(Ptr<Vm> vm)
{
    if (!m_checkpoint || m_hasNewestState)
    {
        return;
    }
    m_lostTime = vm->GetGuestTime() - *m_checkpoint;
    if (auto model = vm->GetObject<DirtyModel>())
    {
        m_lostOctets = model->GetDirtied(*m_checkpoint, vm->GetGuestTime(), vm->GetSpec().memory);
    }
}

void
IncomingCopy::Resume()
{
    if (m_lease.GetEnd() <= Simulator::Now())
    {
        GiveUp(ManagementStatus::BROKEN, "the VM Manager has not been heard");
        return;
    }
    try
    {
        if (auto vm = VmDirectory::Find(m_order.vm))
        {
            MeasureLoss(vm);
        }
        m_environment.hypervisor->ResumeHere(m_order.vm, GetAttachReason());
    }
    catch (const std::logic_error& error)
    {
        // The VM was destroyed behind the manager's back, or its content is not to be had.
        GiveUp(ManagementStatus::UNKNOWN_VM, error.what());
        return;
    }
    m_state = State::RUNNING;
    auto report = MakeReport(ManagementType::RESUMED);
    if (m_handover && !m_complete)
    {
        m_pager = CreateObject<PostCopyPager>();
        m_pager->Start(m_environment.hypervisor->Find(m_order.vm),
                       m_environment.hypervisor->GetNode()->GetId(),
                       m_handover->missing,
                       m_handover->pageSize,
                       m_ask);
        m_pager->Arrived(m_early);
        report.left = m_pager->GetMissing() * m_handover->pageSize;
    }
    m_environment.resumed(MakeEvent());
    m_environment.report(report);
}

} // namespace vmm
} // namespace ns3
