// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vm-operation.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

const char*
OperationKindName(OperationKind kind)
{
    static const char* const NAMES[] = {"evacuate", "balance", "churn", "cancel"};
    return NAMES[static_cast<size_t>(kind)];
}

VmOperation::VmOperation(Environment& environment,
                         const OperationRequest& request,
                         const std::vector<std::string>& servers,
                         uint32_t maxRetries)
    : m_environment(environment),
      m_request(request),
      m_servers(servers.begin(), servers.end()),
      m_maxRetries(request.maxRetries.value_or(maxRetries))
{
    m_record.name = request.name;
    m_record.kind = request.kind;
    m_record.target = request.target;
}

VmOperation::~VmOperation() = default;

const OperationRecord&
VmOperation::GetRecord() const
{
    return m_record;
}

bool
VmOperation::IsOver() const
{
    return !m_record.outcome.empty();
}

void
VmOperation::Start()
{
    m_record.order = m_environment.Now();
    const Time first = Begin();
    m_environment.SetTimer(*this, first);
    m_environment.OperationChanged(m_record);
    Plan();
}

Time
VmOperation::OnTime()
{
    return Seconds(-1);
}

void
VmOperation::End()
{
}

void
VmOperation::AfterEnd()
{
}

std::string
VmOperation::GetLabel(const std::string& vm)
{
    const uint32_t orders = m_orders[vm];
    return orders == 0 ? vm : vm + "-" + std::to_string(orders + 1);
}

bool
VmOperation::HasRoom() const
{
    return !m_ended && (m_request.concurrency == 0 || m_record.running < m_request.concurrency);
}

bool
VmOperation::MayTry(const std::string& vm) const
{
    const auto tried = m_tried.find(vm);
    return !m_done.count(vm) && (tried == m_tried.end() || tried->second.size() <= m_maxRetries);
}

bool
VmOperation::HasTried(const std::string& vm, const std::string& server) const
{
    const auto tried = m_tried.find(vm);
    return tried != m_tried.end() && tried->second.count(server) != 0;
}

bool
VmOperation::IsInside(const std::string& server) const
{
    return m_servers.count(server) != 0;
}

bool
VmOperation::IsOpen(const std::string& name) const
{
    const auto servers = m_environment.GetServers();
    return std::any_of(servers.begin(),
                       servers.end(),
                       [&name](const OperationServer& server)
                       {
                           return server.candidate.place.server == name && server.open;
                       });
}

void
VmOperation::Order(const std::string& vm, const std::string& destination)
{
    MoveRequest request;
    request.migration = m_environment.MakeMoveName(m_request.name + "." + GetLabel(vm));
    request.operation = m_request.name;
    request.vm = vm;
    request.destination = destination;
    request.type = m_request.type;
    request.method = m_request.method;
    request.transfer = m_request.transfer;
    request.switchOver = m_request.switchOver;
    m_record.retries += m_request.kind != OperationKind::CHURN && m_tried.count(vm) != 0;
    ++m_orders[vm];
    ++m_record.ordered;
    ++m_record.running;
    m_record.peakRunning = std::max(m_record.peakRunning, m_record.running);
    m_under.insert(request.migration);
    m_environment.OperationChanged(m_record);
    m_environment.Order(request);
}

void
VmOperation::Count(MoveOutcome outcome)
{
    switch (outcome)
    {
    case MoveOutcome::COMPLETED:
        ++m_record.completed;
        break;
    case MoveOutcome::REFUSED:
        ++m_record.refused;
        break;
    case MoveOutcome::ROLLED_BACK:
        ++m_record.rolledBack;
        break;
    case MoveOutcome::NOT_CONVERGED:
        ++m_record.notConverged;
        break;
    case MoveOutcome::CANCELLED:
        ++m_record.cancelled;
        break;
    default:
        ++m_record.failed;
    }
}

void
VmOperation::MoveEnded(const MoveRecord& record)
{
    if (m_under.erase(record.migration) == 0)
    {
        return;
    }
    --m_record.running;
    Count(record.outcome);
    if (record.outcome == MoveOutcome::COMPLETED || record.outcome == MoveOutcome::CANCELLED)
    {
        m_done.insert(record.vm); // somebody who calls a move off does not want it again
    }
    else
    {
        m_tried[record.vm].insert(record.destination);
    }
    m_environment.OperationChanged(m_record);
    Plan();
}

void
VmOperation::Look()
{
    Plan();
}

void
VmOperation::TimedOut()
{
    if (IsOver())
    {
        AfterEnd();
        return;
    }
    if (m_request.until && m_environment.Now() >= *m_request.until)
    {
        m_ended = true;
    }
    else
    {
        m_environment.SetTimer(*this, OnTime());
    }
    Plan();
}

void
VmOperation::Plan()
{
    if (m_planning)
    {
        m_again = true;
        return;
    }
    if (IsOver())
    {
        return;
    }
    m_planning = true;
    do
    {
        m_again = false;
        if (!m_ended)
        {
            PlanMore();
        }
    } while (m_again);
    m_planning = false;
    if (m_record.running == 0 && (m_ended || IsComplete()))
    {
        Finish();
    }
}

void
VmOperation::Finish()
{
    m_record.end = m_environment.Now();
    End();
    m_record.outcome = !m_record.reason.empty() ? "cancelled"
                       : m_record.unplaced != 0 ? "partial"
                                                : "done";
    m_environment.OperationChanged(m_record);
}

void
VmOperation::Cancel(const std::string& reason)
{
    if (IsOver())
    {
        return;
    }
    m_record.reason = reason;
    m_ended = true;
    const auto moves = m_under;
    for (const auto& migration : moves)
    {
        m_environment.CancelWaiting(migration);
    }
    Plan();
}

void
VmOperation::CloseBooks()
{
    if (!IsOver())
    {
        m_record.outcome = "unfinished";
        m_record.reason = std::to_string(m_record.running) + " moves under way";
        m_environment.OperationChanged(m_record);
    }
}

} // namespace vmm
} // namespace ns3
