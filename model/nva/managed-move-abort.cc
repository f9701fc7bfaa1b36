// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/managed-move.h"

namespace ns3
{
namespace vmm
{

bool
ManagedMove::Cancel()
{
    switch (m_record.state)
    {
    case MoveState::QUEUED:
        Refuse(MoveOutcome::CANCELLED, "cancelled");
        return true;
    case MoveState::RESERVING:
    case MoveState::ORDERED:
    case MoveState::COPYING:
    case MoveState::STOPPED:
        Abort(AbortKind::CANCEL, MoveOutcome::CANCELLED, "cancelled");
        return true;
    default:
        return false;
    }
}

void
ManagedMove::Destroy()
{
    m_destroying = true;
    switch (m_record.state)
    {
    case MoveState::QUEUED:
        Refuse(MoveOutcome::CANCELLED, "VM destroyed");
        break;
    case MoveState::RESERVING:
    case MoveState::ORDERED:
    case MoveState::COPYING:
    case MoveState::STOPPED:
        m_environment.Send(m_record.source, MakeOrder(ManagementType::DESTROY));
        break;
    default:
        break; // the manager destroys the VM where it is when the move is closed
    }
}

void
ManagedMove::HandleSourceFailed(const ManagementMessage& report)
{
    if (report.owner == VmOwner::DESTINATION)
    {
        if (m_record.state == MoveState::STOPPED)
        {
            Abort(AbortKind::CANCEL, MoveOutcome::ROLLED_BACK, "source: " + report.reason);
        }
        else if (m_record.state == MoveState::FILLING ||
                 (m_record.state == MoveState::RESUMED && m_filling && !m_copied))
        {
            Abort(AbortKind::ROLLBACK, MoveOutcome::FAILED, "source: " + report.reason);
        }
        return;
    }
    // The source of a warm move keeps to its lease until it is told that the move is off.
    const bool waits = m_record.type == MoveType::WARM && report.status == ManagementStatus::BROKEN;
    m_sourceEnded = m_sourceEnded || !waits;
    if (report.status == ManagementStatus::UNKNOWN_VM)
    {
        m_environment.MoveLostVm(m_record);
    }
    if (m_record.state == MoveState::ABORTING_SOURCE)
    {
        AbortSource(m_sourceAbortKind); // nothing is left to abort: closes
    }
    else if (m_record.state != MoveState::ABORTING_DESTINATION)
    {
        const auto outcome = report.status == ManagementStatus::UNKNOWN_VM ? MoveOutcome::CANCELLED
                             : report.status == ManagementStatus::NOT_CONVERGED
                                 ? MoveOutcome::NOT_CONVERGED
                                 : GetBrokenOutcome();
        Abort(AbortKind::CANCEL, outcome, "source: " + report.reason);
    }
}

void
ManagedMove::HandleDestinationFailed(const ManagementMessage& report)
{
    m_destinationEnded = true;
    m_lost = m_lost || report.status == ManagementStatus::LOST;
    if (m_record.state == MoveState::ABORTING_DESTINATION)
    {
        AbortSource(AbortKind::ROLLBACK);
    }
    else if (m_record.state != MoveState::ABORTING_SOURCE)
    {
        const bool gone = report.status == ManagementStatus::UNKNOWN_VM;
        Abort(AbortKind::CANCEL,
              gone ? MoveOutcome::CANCELLED : GetBrokenOutcome(),
              "destination: " + report.reason);
    }
}

MoveOutcome
ManagedMove::GetBrokenOutcome() const
{
    return m_stopped ? MoveOutcome::ROLLED_BACK : MoveOutcome::FAILED;
}

void
ManagedMove::Abort(AbortKind kind, MoveOutcome outcome, const std::string& reason)
{
    if (m_record.state == MoveState::COMMITTING)
    {
        return; // final, whatever a confused peer says
    }
    m_plannedOutcome = outcome;
    m_plannedReason = reason;
    if (m_destinationEnded)
    {
        AbortSource(AbortKind::ROLLBACK);
        return;
    }
    m_abortKind = kind;
    m_destinationTooLate = false;
    auto order = MakeOrder(ManagementType::ABORT);
    order.abortKind = kind;
    Enter(MoveState::ABORTING_DESTINATION);
    m_environment.Send(m_record.destination, order);
}

void
ManagedMove::AbortSource(AbortKind kind)
{
    if (m_lost)
    {
        kind = AbortKind::DISCARD;
        m_plannedOutcome = MoveOutcome::FAILED;
    }
    if (!m_moveSent || m_sourceEnded)
    {
        if (m_lost)
        {
            m_plannedReason += "; the VM is lost";
            m_environment.MoveLostVm(m_record);
        }
        // That the source had stopped the VM may have been heard after the plan was made.
        const bool stopped = m_stopped && !m_lost && m_plannedOutcome == MoveOutcome::FAILED;
        Decide(stopped ? MoveOutcome::ROLLED_BACK : m_plannedOutcome, m_plannedReason);
        Close();
        return;
    }
    m_sourceAbortKind = kind;
    m_sourceAsked = m_sourceAsked || kind == AbortKind::CANCEL;
    auto order = MakeOrder(ManagementType::ABORT);
    order.abortKind = kind;
    Enter(MoveState::ABORTING_SOURCE);
    m_environment.Send(m_record.source, order);
}

void
ManagedMove::HandleDestinationAborted(const ManagementMessage& answer)
{
    m_lost = m_lost || answer.status == ManagementStatus::LOST;
    // Anything else is no promise.
    const bool tooLate =
        answer.status != ManagementStatus::OK && answer.status != ManagementStatus::LOST;
    m_destinationEnded = m_destinationEnded || !tooLate;
    m_destinationTooLate = tooLate;
    if (m_record.state != MoveState::ABORTING_DESTINATION)
    {
        return; // late; the source's answer to CANCEL decides what it is good for
    }
    if (!tooLate)
    {
        AbortSource(AbortKind::ROLLBACK);
    }
    else if (m_abortKind == AbortKind::ROLLBACK)
    {
        // It holds the move for final: so it is, for asking again would not end.
        Decide(MoveOutcome::FAILED, m_plannedReason + "; the destination keeps the VM");
        Commit();
    }
    else if (m_resumed)
    {
        Proceed();
    }
    else
    {
        Enter(MoveState::STOPPED);
    }
}

void
ManagedMove::HandleSourceAborted(const ManagementMessage& answer)
{
    if (m_record.state != MoveState::ABORTING_SOURCE)
    {
        return;
    }
    if (m_sourceAbortKind == AbortKind::DISCARD && answer.status == ManagementStatus::BUSY)
    {
        // It had never handed the VM over.
        m_lost = false;
        m_plannedOutcome = MoveOutcome::ROLLED_BACK;
    }
    if (answer.status != ManagementStatus::TOO_LATE)
    {
        m_sourceEnded = true;
        AbortSource(m_sourceAbortKind); // closes
    }
    else if (m_sourceAbortKind != AbortKind::CANCEL)
    {
        Decide(MoveOutcome::FAILED, "source: too late");
        Close();
    }
    else if (m_destinationEnded)
    {
        AbortSource(AbortKind::ROLLBACK);
    }
    else if (m_destinationTooLate && m_resumed)
    {
        Proceed();
    }
    else if (m_destinationTooLate)
    {
        Enter(MoveState::STOPPED);
    }
    else
    {
        Enter(MoveState::ABORTING_DESTINATION);
        DestinationSilent();
    }
}

Time
ManagedMove::GetLeaseLeft() const
{
    const Time end = m_environment.LastHeard(m_record.destination) + m_settings.leaseTime;
    return Max(end - m_environment.Now(), Time(0));
}

void
ManagedMove::DestinationSilent()
{
    const Time left = GetLeaseLeft();
    if (left.IsZero())
    {
        m_destinationEnded = true;
        // Whether the VM has run there while pages were missing is not to be known any more.
        m_lost = m_lost || (m_resumesFirst && m_stopped && !m_sourceEnded);
        AbortSource(AbortKind::ROLLBACK);
    }
    else if (!m_resumed && !m_sourceAsked)
    {
        AbortSource(AbortKind::CANCEL);
    }
    else
    {
        m_environment.SetTimer(m_record.id, left);
    }
}

void
ManagedMove::SourceSilent()
{
    if (!m_destinationEnded)
    {
        DestinationSilent();
    }
    else if (m_sourceAbortKind == AbortKind::CANCEL)
    {
        AbortSource(AbortKind::ROLLBACK); // the destination has promised in the meantime
    }
    else
    {
        // When it can be heard again it finds the order: the VM is not left standing.
        if (m_lost)
        {
            m_environment.MoveLostVm(m_record);
        }
        Decide(MoveOutcome::FAILED,
               m_plannedReason + "; no answer from the source" +
                   (m_lost ? "; the VM is lost" : ""));
        Close();
    }
}

std::vector<std::pair<std::string, Time>>
ManagedMove::GetWatched() const
{
    std::vector<std::pair<std::string, Time>> watched;
    const bool both = m_record.state == MoveState::COPYING || m_record.state == MoveState::FILLING;
    const bool warm = m_record.state == MoveState::COPYING && m_record.type == MoveType::WARM;
    // The source of a warm move stops the VM when its lease is over.
    const Time ofSource = warm ? m_settings.leaseTime : m_settings.serverTimeout;
    if (both && ofSource.IsStrictlyPositive())
    {
        watched.emplace_back(m_record.source, ofSource);
    }
    if ((both || m_record.state == MoveState::RESUMED) &&
        m_settings.serverTimeout.IsStrictlyPositive())
    {
        watched.emplace_back(m_record.destination, m_settings.serverTimeout);
    }
    return watched;
}

std::string
ManagedMove::FindSilent() const
{
    for (const auto& [server, often] : GetWatched())
    {
        if (m_environment.LastHeard(server) + often <= m_environment.Now())
        {
            return server;
        }
    }
    return "";
}

void
ManagedMove::WatchServers()
{
    std::optional<Time> next = m_deadline;
    for (const auto& [server, often] : GetWatched())
    {
        const Time end = m_environment.LastHeard(server) + often;
        next = next ? Min(*next, end) : end;
    }
    if (next && !GetWatched().empty())
    {
        // At once is not from within the call.
        m_environment.SetTimer(m_record.id, Max(*next - m_environment.Now(), NanoSeconds(1)));
    }
}

bool
ManagedMove::CheckServers()
{
    const std::string silent = FindSilent();
    if (!silent.empty())
    {
        const bool copying = m_record.state == MoveState::COPYING;
        if (copying && m_record.type == MoveType::WARM && silent == m_record.source)
        {
            FailOver();
            return true;
        }
        Abort(copying ? AbortKind::CANCEL : AbortKind::ROLLBACK,
              copying                                ? GetBrokenOutcome()
              : m_record.state == MoveState::FILLING ? MoveOutcome::FAILED
                                                     : MoveOutcome::ROLLED_BACK,
              silent + " is not heard");
        return true;
    }
    if (GetWatched().empty() || (m_deadline && *m_deadline <= m_environment.Now()))
    {
        return false;
    }
    WatchServers();
    return true;
}

void
ManagedMove::HandleDestroyed(const ManagementMessage& answer)
{
    if (answer.status == ManagementStatus::TOO_LATE)
    {
        return; // the manager destroys the VM at the destination when the move is closed
    }
    m_sourceEnded = true;
    m_environment.MoveLostVm(m_record);
    if (!IsAborting())
    {
        Abort(AbortKind::CANCEL, MoveOutcome::CANCELLED, "VM destroyed");
    }
    else if (m_record.state == MoveState::ABORTING_SOURCE)
    {
        AbortSource(m_sourceAbortKind); // closes
    }
}

void
ManagedMove::TimedOut()
{
    if (CheckServers())
    {
        return;
    }
    switch (m_record.state)
    {
    case MoveState::COPYING:
        OrderSwitchOver();
        break;
    case MoveState::RESERVING:
        Abort(AbortKind::CANCEL, MoveOutcome::FAILED, "no answer from the destination");
        break;
    case MoveState::ORDERED:
        Abort(AbortKind::CANCEL, MoveOutcome::FAILED, "no answer from the source");
        break;
    case MoveState::STOPPED:
        Abort(AbortKind::CANCEL, MoveOutcome::ROLLED_BACK, "the VM was not resumed in time");
        break;
    case MoveState::RESUMED:
        Abort(AbortKind::ROLLBACK, MoveOutcome::ROLLED_BACK, "no result of the registration");
        break;
    case MoveState::COMMITTING:
        Decide(MoveOutcome::COMPLETED,
               std::string("COMMIT not confirmed by the ") +
                   (m_sourceCommitted ? "destination" : "source"));
        Close();
        break;
    case MoveState::ABORTING_DESTINATION:
        DestinationSilent();
        break;
    case MoveState::ABORTING_SOURCE:
        SourceSilent();
        break;
    default:
        break;
    }
}

} // namespace vmm
} // namespace ns3
