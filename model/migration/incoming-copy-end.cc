// SPDX-License-Identifier: GPL-2.0-only
// How a copy to here ends.
#include "ns3/hypervisor.h"
#include "ns3/incoming-copy.h"

namespace ns3
{
namespace vmm
{

void
IncomingCopy::ConnectionLost(const std::string& reason)
{
    if (m_handover && !m_complete)
    {
        if (m_state == State::RUNNING || m_state == State::SUSPENDED)
        {
            Lose(reason);
        }
        else if (m_state == State::RESUMING || m_state == State::RECEIVING)
        {
            GiveUp(ManagementStatus::BROKEN, reason);
        }
    }
    else if (m_state == State::RECEIVING && !m_checkpoint)
    {
        GiveUp(ManagementStatus::BROKEN, reason);
    }
    // A standby waits for the word of the manager.
}

void
IncomingCopy::Lose(const std::string& reason)
{
    m_state = State::ENDED;
    m_lease.Cancel();
    m_pager->Stop();
    m_environment.hypervisor->Destroy(m_order.vm);
    auto event = MakeEvent();
    event.status = ManagementStatus::LOST;
    event.reason = reason;
    m_environment.completed(event);
    auto report = MakeReport(ManagementType::FAILED);
    report.status = ManagementStatus::LOST;
    report.owner = VmOwner::DESTINATION;
    report.reason = reason;
    m_environment.report(report);
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
    m_lease.Cancel();
    m_environment.hypervisor->CancelReserve(m_order.vm);
    auto report = MakeReport(ManagementType::FAILED);
    report.status = status;
    report.owner = VmOwner::SOURCE;
    report.reason = reason;
    m_environment.report(report);
}

ManagementStatus
IncomingCopy::Commit()
{
    if (m_handover && !m_complete)
    {
        return ManagementStatus::BUSY;
    }
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
    const bool runs = state == State::RUNNING || state == State::SUSPENDED;
    if (runs && m_handover)
    {
        Lose("aborted by the VM Manager");
        return ManagementStatus::LOST;
    }
    m_state = State::ENDED;
    m_timer.Cancel();
    m_lease.Cancel();
    if (runs)
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
        if (m_pager)
        {
            m_pager->Stop();
        }
    }
}

void
IncomingCopy::Abandon()
{
    m_timer.Cancel();
    m_lease.Cancel();
    m_state = State::ENDED;
    if (m_pager)
    {
        m_pager->Dispose();
        m_pager = nullptr;
    }
}

} // namespace vmm
} // namespace ns3
