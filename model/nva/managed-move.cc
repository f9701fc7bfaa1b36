// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/managed-move.h"

#include "ns3/copy-method.h"

namespace ns3
{
namespace vmm
{

ManagedMove::ManagedMove(Environment& environment,
                         const Settings& settings,
                         const MoveRecord& record)
    : m_environment(environment),
      m_settings(settings),
      m_record(record),
      m_resumesFirst(!record.method.empty() && CopyMethod::Create(record.method)->ResumesFirst())
{
}

const MoveRecord&
ManagedMove::GetRecord() const
{
    return m_record;
}

bool
ManagedMove::IsQueued() const
{
    return m_record.state == MoveState::QUEUED;
}

bool
ManagedMove::IsClosed() const
{
    return m_record.state == MoveState::CLOSED;
}

bool
ManagedMove::IsAborting() const
{
    return m_record.state == MoveState::ABORTING_DESTINATION ||
           m_record.state == MoveState::ABORTING_SOURCE;
}

Time
ManagedMove::GetLimit() const
{
    switch (m_record.state)
    {
    case MoveState::STOPPED:
        return m_settings.resumeTimeout;
    case MoveState::RESUMED:
        return m_settings.registrationTimeout;
    case MoveState::COPYING:
        if (m_record.switchOver && !m_switchOverSent)
        {
            // At once is not from within the call.
            return Max(m_record.order + *m_record.switchOver - m_environment.Now(), NanoSeconds(1));
        }
        return Time(0);
    case MoveState::FILLING:
    case MoveState::QUEUED:
    case MoveState::CLOSED:
        return Time(0);
    default:
        return m_settings.answerTimeout;
    }
}

void
ManagedMove::Enter(MoveState state)
{
    m_record.state = state;
    const Time limit = GetLimit();
    m_deadline.reset();
    if (limit.IsStrictlyPositive())
    {
        m_deadline = m_environment.Now() + limit;
    }
    m_environment.SetTimer(m_record.id, limit);
    WatchServers();
    m_environment.MoveChanged(m_record);
}

void
ManagedMove::Decide(MoveOutcome outcome, const std::string& reason)
{
    if (m_record.outcome == MoveOutcome::NONE)
    {
        m_record.outcome = outcome;
        m_record.reason = reason;
        m_record.end = m_environment.Now();
    }
}

void
ManagedMove::Close()
{
    Enter(MoveState::CLOSED);
}

ManagementMessage
ManagedMove::MakeOrder(ManagementType type) const
{
    ManagementMessage order;
    order.type = type;
    order.move = m_record.id;
    order.epoch = m_record.epoch;
    order.vm = m_record.vm;
    order.migration = m_record.migration;
    return order;
}

void
ManagedMove::Begin(const VmSpec& spec, const std::string& source, uint16_t epoch)
{
    m_record.source = source;
    m_record.epoch = epoch;
    m_record.begin = m_environment.Now();
    auto order = MakeOrder(ManagementType::RESERVE);
    order.SetSpec(spec);
    order.moveType = static_cast<uint8_t>(m_record.type);
    order.lease = static_cast<uint32_t>(m_settings.leaseTime.GetMilliSeconds());
    Enter(MoveState::RESERVING);
    m_environment.Send(m_record.destination, order);
}

void
ManagedMove::Refuse(MoveOutcome outcome, const std::string& reason)
{
    Decide(outcome, reason);
    Close();
}

void
ManagedMove::Handle(const std::string& server, const ManagementMessage& message)
{
    const bool fromSource = server == m_record.source;
    if (IsClosed() || (!fromSource && server != m_record.destination))
    {
        return;
    }
    if (!message.acknowledgement)
    {
        HandleReport(fromSource, message);
        return;
    }
    switch (message.type)
    {
    case ManagementType::RESERVE:
        HandleReserved(message);
        break;
    case ManagementType::MOVE:
        HandleMoveAnswer(message);
        break;
    case ManagementType::COMMIT:
        HandleCommitted(fromSource, message);
        break;
    case ManagementType::ABORT:
        if (fromSource)
        {
            HandleSourceAborted(message);
        }
        else
        {
            HandleDestinationAborted(message);
        }
        break;
    case ManagementType::DESTROY:
        HandleDestroyed(message);
        break;
    case ManagementType::SWITCH_OVER:
        HandleSwitchedOver(fromSource, message);
        break;
    default:
        break;
    }
}

void
ManagedMove::HandleReserved(const ManagementMessage& answer)
{
    if (m_record.state != MoveState::RESERVING)
    {
        return; // an ABORT is on its way
    }
    if (answer.status != ManagementStatus::OK || !answer.address || !answer.port)
    {
        Refuse(MoveOutcome::REFUSED,
               std::string("destination: ") + ManagementStatusName(answer.status));
        return;
    }
    if (m_destroying)
    {
        return; // the answer to DESTROY ends the move
    }
    auto order = MakeOrder(ManagementType::MOVE);
    order.moveType = static_cast<uint8_t>(m_record.type);
    order.method = m_record.method;
    order.transfer = m_record.transfer;
    if (m_record.type == MoveType::WARM)
    {
        order.lease = static_cast<uint32_t>(m_settings.leaseTime.GetMilliSeconds());
    }
    order.address = answer.address;
    order.port = answer.port;
    m_moveSent = true;
    Enter(MoveState::ORDERED);
    m_environment.Send(m_record.source, order);
}

void
ManagedMove::HandleMoveAnswer(const ManagementMessage& answer)
{
    const bool accepted = answer.status == ManagementStatus::OK;
    m_sourceEnded = m_sourceEnded || !accepted;
    if (m_record.state != MoveState::ORDERED)
    {
        return;
    }
    if (accepted)
    {
        Enter(MoveState::COPYING);
        return;
    }
    Abort(AbortKind::CANCEL,
          MoveOutcome::REFUSED,
          std::string("source: ") + ManagementStatusName(answer.status));
}

void
ManagedMove::HandleReport(bool fromSource, const ManagementMessage& report)
{
    switch (report.type)
    {
    case ManagementType::PROGRESS:
        m_record.rounds = report.round.value_or(m_record.rounds);
        break;
    case ManagementType::STOPPED:
        HandleStopped(report);
        break;
    case ManagementType::COPIED:
        m_copied = true;
        if (m_record.state == MoveState::FILLING)
        {
            Proceed();
        }
        break;
    case ManagementType::RESUMED:
        m_resumed = true;
        m_filling = report.left.has_value();
        // During an abort the destination's answer to it decides.
        if (m_record.state == MoveState::ORDERED || m_record.state == MoveState::COPYING ||
            m_record.state == MoveState::STOPPED)
        {
            Proceed();
        }
        break;
    case ManagementType::REGISTERED:
        HandleRegistered(report);
        break;
    case ManagementType::FAILED:
        if (fromSource)
        {
            HandleSourceFailed(report);
        }
        else
        {
            HandleDestinationFailed(report);
        }
        break;
    default:
        break;
    }
}

void
ManagedMove::HandleStopped(const ManagementMessage& report)
{
    m_stopped = true;
    if (m_record.state != MoveState::ORDERED && m_record.state != MoveState::COPYING)
    {
        return;
    }
    if (report.status != ManagementStatus::OK)
    {
        // The source of a warm move could not hear us; the standby is not active yet.
        Abort(AbortKind::CANCEL, MoveOutcome::ROLLED_BACK, "source: " + report.reason);
        return;
    }
    Enter(MoveState::STOPPED);
}

void
ManagedMove::OrderSwitchOver()
{
    m_switchOverSent = true;
    m_deadline.reset();
    m_environment.Send(m_record.source, MakeOrder(ManagementType::SWITCH_OVER));
    WatchServers();
}

void
ManagedMove::FailOver()
{
    m_failedOver = true;
    m_sourceCommitted = true; // not awaited; it hears it when it can
    Enter(MoveState::STOPPED);
    m_environment.Send(m_record.destination, MakeOrder(ManagementType::SWITCH_OVER));
}

void
ManagedMove::HandleSwitchedOver(bool fromSource, const ManagementMessage& answer)
{
    if (answer.status == ManagementStatus::OK || IsAborting())
    {
        return;
    }
    if (fromSource)
    {
        if (m_record.state == MoveState::COPYING)
        {
            Abort(AbortKind::CANCEL, MoveOutcome::CANCELLED, "source: no switch-over");
        }
        return;
    }
    Abort(AbortKind::CANCEL,
          MoveOutcome::FAILED,
          m_record.source + " is not heard, and the standby has no checkpoint");
}

void
ManagedMove::HandleRegistered(const ManagementMessage& report)
{
    m_registered = report.status == ManagementStatus::OK;
    m_registrationReason =
        "registration rejected, status " + std::to_string(report.registrationStatus.value_or(128));
    if (m_record.state == MoveState::RESUMED || m_record.state == MoveState::FILLING)
    {
        Proceed();
    }
    else if (!*m_registered && !IsAborting() && m_record.state != MoveState::COMMITTING)
    {
        Abort(AbortKind::ROLLBACK, MoveOutcome::ROLLED_BACK, m_registrationReason);
    }
}

void
ManagedMove::Proceed()
{
    if (m_record.state != MoveState::RESUMED && m_record.state != MoveState::FILLING)
    {
        Enter(MoveState::RESUMED);
    }
    if (m_registered == false)
    {
        Abort(AbortKind::ROLLBACK, MoveOutcome::ROLLED_BACK, m_registrationReason);
    }
    else if (!m_registered && m_settings.waitForRegistration)
    {
        return;
    }
    else if (!m_filling || m_copied)
    {
        Commit();
    }
    else if (m_record.state != MoveState::FILLING)
    {
        Enter(MoveState::FILLING);
    }
}

void
ManagedMove::Commit()
{
    Enter(MoveState::COMMITTING);
    m_environment.MoveCommitted(m_record);
    m_environment.Send(m_record.source, MakeOrder(ManagementType::COMMIT));
    m_environment.Send(m_record.destination, MakeOrder(ManagementType::COMMIT));
}

void
ManagedMove::HandleCommitted(bool fromSource, const ManagementMessage& answer)
{
    if (answer.status == ManagementStatus::BUSY)
    {
        return;
    }
    (fromSource ? m_sourceCommitted : m_destinationCommitted) = true;
    if (m_record.state == MoveState::COMMITTING && m_sourceCommitted && m_destinationCommitted)
    {
        Decide(MoveOutcome::COMPLETED,
               m_failedOver ? "the standby took over, for " + m_record.source + " was not heard"
                            : "");
        Close();
    }
}

void
ManagedMove::CloseBooks()
{
    if (m_record.outcome == MoveOutcome::NONE)
    {
        Decide(MoveOutcome::UNFINISHED, std::string("still ") + MoveStateName(m_record.state));
        m_environment.MoveChanged(m_record);
    }
}

} // namespace vmm
} // namespace ns3
