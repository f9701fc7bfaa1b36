// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/incoming-copy.h"

#include "ns3/hypervisor.h"
#include "ns3/log.h"
#include "ns3/simulator.h"

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
    m_lease = order.lease ? MilliSeconds(*order.lease) : m_environment.defaultLease;
    Admission admission = Admission::FAILED;
    try
    {
        admission = m_environment.hypervisor->Reserve(order.GetSpec(), order.epoch);
    }
    catch (const std::invalid_argument& error)
    {
        NS_LOG_WARN(error.what());
    }
    switch (admission)
    {
    case Admission::ADMITTED:
        m_state = State::RESERVED;
        m_timer =
            Simulator::Schedule(m_environment.reserveTimeout, &IncomingCopy::ReserveTimedOut, this);
        CheckLease();
        return ManagementStatus::OK;
    case Admission::NO_MEMORY:
    case Admission::NO_VCPUS:
        return ManagementStatus::NO_RESOURCES;
    case Admission::PRESENT:
        return ManagementStatus::BUSY;
    default:
        return ManagementStatus::UNSPECIFIED;
    }
}

bool
IncomingCopy::Accept(const CopyRecord& open)
{
    if (m_state != State::RESERVED || open.epoch != m_order.epoch || open.vm != m_order.vm)
    {
        return false;
    }
    m_timer.Cancel();
    m_state = State::RECEIVING;
    return true;
}

void
IncomingCopy::Take(const CopyRecord& record)
{
    if (m_state != State::RECEIVING)
    {
        return;
    }
    m_copied += record.length;
    m_rounds += record.type == CopyRecordType::ROUND_END;
    if (record.type == CopyRecordType::END)
    {
        m_state = State::RESUMING;
        m_timer = Simulator::Schedule(m_environment.resumeDelay, &IncomingCopy::Resume, this);
    }
}

Time
IncomingCopy::GetLeaseEnd() const
{
    return m_environment.confirmed() + m_lease;
}

void
IncomingCopy::CheckLease()
{
    if (m_state == State::COMMITTED || m_state == State::ENDED)
    {
        return;
    }
    const Time left = GetLeaseEnd() - Simulator::Now();
    if (m_state == State::RUNNING && !left.IsStrictlyPositive())
    {
        m_state = State::SUSPENDED;
        m_environment.hypervisor->Park(m_order.vm);
        m_environment.suspended(MakeEvent());
        return;
    }
    // A HELLO and its answer are quick, or do not come: the third one that is lost is too much.
    const Time pause = NanoSeconds(m_lease.GetNanoSeconds() / 4 + 1);
    if (left <= m_lease - pause)
    {
        m_environment.greet();
    }
    m_leaseTimer = Simulator::Schedule(
        left.IsStrictlyPositive() ? Min(left, pause) : pause, &IncomingCopy::CheckLease, this);
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
    return event;
}

void
IncomingCopy::Resume()
{
    if (GetLeaseEnd() <= Simulator::Now())
    {
        GiveUp(ManagementStatus::BROKEN, "the VM Manager has not been heard");
        return;
    }
    try
    {
        m_environment.hypervisor->ResumeHere(m_order.vm);
    }
    catch (const std::logic_error& error)
    {
        // The VM was destroyed behind the manager's back, or its content is not to be had.
        GiveUp(ManagementStatus::UNKNOWN_VM, error.what());
        return;
    }
    m_state = State::RUNNING;
    m_environment.resumed(MakeEvent());
    ManagementMessage report;
    report.type = ManagementType::RESUMED;
    report.move = m_order.move;
    report.epoch = m_order.epoch;
    report.vm = m_order.vm;
    report.migration = m_order.migration;
    m_environment.report(report);
}

void
IncomingCopy::ConnectionLost(const std::string& reason)
{
    if (m_state == State::RECEIVING)
    {
        GiveUp(ManagementStatus::BROKEN, reason);
    }
}

void
IncomingCopy::ReserveTimedOut()
{
    GiveUp(ManagementStatus::BROKEN, "no copy has come");
}

void
IncomingCopy::GiveUp(ManagementStatus status, const std::string& reason)
{
    m_state = State::ENDED;
    m_timer.Cancel();
    m_leaseTimer.Cancel();
    m_environment.hypervisor->CancelReserve(m_order.vm);
    ManagementMessage report;
    report.type = ManagementType::FAILED;
    report.move = m_order.move;
    report.epoch = m_order.epoch;
    report.vm = m_order.vm;
    report.migration = m_order.migration;
    report.status = status;
    report.owner = VmOwner::SOURCE;
    report.reason = reason;
    m_environment.report(report);
}

ManagementStatus
IncomingCopy::Commit()
{
    if (m_state == State::RUNNING)
    {
        m_state = State::COMMITTED;
    }
    else if (m_state == State::SUSPENDED)
    {
        m_environment.hypervisor->RollBack(m_order.vm, m_order.epoch); // it goes on
        m_state = State::COMMITTED;
    }
    return m_state == State::COMMITTED ? ManagementStatus::OK : ManagementStatus::BUSY;
}

ManagementStatus
IncomingCopy::Abort(AbortKind kind)
{
    switch (m_state)
    {
    case State::COMMITTED:
        return ManagementStatus::TOO_LATE;
    case State::RESUMING:
    case State::RUNNING:
        if (kind == AbortKind::CANCEL)
        {
            return ManagementStatus::TOO_LATE;
        }
        break;
    default:
        break;
    }
    const State state = m_state;
    m_state = State::ENDED;
    m_timer.Cancel();
    m_leaseTimer.Cancel();
    if (state == State::RUNNING || state == State::SUSPENDED)
    {
        if (state == State::RUNNING)
        {
            m_environment.hypervisor->Suspend(m_order.vm);
        }
        m_environment.hypervisor->Release(m_order.vm);
    }
    else if (state != State::ENDED)
    {
        m_environment.hypervisor->CancelReserve(m_order.vm);
    }
    return ManagementStatus::OK;
}

void
IncomingCopy::VmGone()
{
    if (m_state == State::RUNNING || m_state == State::SUSPENDED)
    {
        m_state = State::COMMITTED; // there is nothing to go back to
    }
}

void
IncomingCopy::Abandon()
{
    m_timer.Cancel();
    m_leaseTimer.Cancel();
    m_state = State::ENDED;
}

} // namespace vmm
} // namespace ns3
