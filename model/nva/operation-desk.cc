// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/operation-desk.h"

#include "ns3/evacuation.h"
#include "ns3/load-balancing.h"
#include "ns3/random-churn.h"
#include "ns3/simulator.h"
#include "ns3/vm-manager.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{
constexpr size_t MAX_NAME = 63;           //!< octets of the name of a move
constexpr size_t MAX_OPERATION_NAME = 40; //!< leaves room for what its moves add
} // namespace

OperationDesk::OperationDesk(VmManager& manager)
    : m_manager(manager)
{
}

OperationDesk::~OperationDesk() = default;

void
OperationDesk::Check(const OperationRequest& request) const
{
    if (request.name.empty() || request.name.size() > MAX_OPERATION_NAME)
    {
        throw std::invalid_argument("found operation name '" + request.name +
                                    "', expected 1 to 40 octets");
    }
    if (m_operations.count(request.name) || m_cancels.count(request.name))
    {
        throw std::invalid_argument("found operation '" + request.name +
                                    "' twice, expected a name that was not used before");
    }
    if (request.kind == OperationKind::CANCEL)
    {
        return;
    }
    VmManager::CheckOrder({request.name, "", "", request.type, request.method, request.transfer});
    if (!request.placement.empty() &&
        !(request.kind == OperationKind::CHURN && request.placement == RandomChurn::RANDOM))
    {
        PlacementPolicy::Create(request.placement); // throws if there is none
    }
    if (request.kind == OperationKind::CHURN && !(request.rate > 0))
    {
        throw std::invalid_argument("found a churn without a rate, expected one above 0");
    }
    if (request.until && *request.until <= Simulator::Now())
    {
        throw std::invalid_argument("found an end in the past, expected a time from now on");
    }
    if (m_manager.GetInventory().Resolve(request.target).empty())
    {
        throw std::invalid_argument("found target '" + request.target +
                                    "', expected a server, a rack, dc:N or all");
    }
}

Ptr<VmOperation>
OperationDesk::Make(const OperationRequest& request)
{
    const auto servers = m_manager.GetInventory().Resolve(request.target);
    const uint32_t retries = m_manager.GetMaxRetries();
    VmOperation::Environment& environment = *this;
    if (request.kind == OperationKind::EVACUATE)
    {
        return Create<Evacuation>(environment, request, servers, retries);
    }
    if (request.kind == OperationKind::BALANCE)
    {
        return Create<LoadBalancing>(environment, request, servers, retries);
    }
    auto churn = Create<RandomChurn>(environment, request, servers, retries);
    if (m_stream >= 0)
    {
        const auto place = static_cast<int64_t>(m_order.size()) % MAX_OPERATIONS;
        churn->SetStreams(m_stream + place * RandomChurn::STREAMS);
    }
    return churn;
}

void
OperationDesk::Start(const OperationRequest& request)
{
    Check(request);
    if (request.kind == OperationKind::CANCEL)
    {
        m_order.push_back(request.name);
        m_cancels[request.name] = Cancel(request);
        OperationChanged(m_cancels[request.name]);
        return;
    }
    auto operation = Make(request);
    m_order.push_back(request.name);
    m_operations[request.name] = operation;
    operation->Start();
}

OperationRecord
OperationDesk::Cancel(const OperationRequest& request)
{
    OperationRecord record;
    record.name = request.name;
    record.kind = request.kind;
    record.target = request.target;
    record.order = Now();
    record.end = Now();
    const auto operation = m_operations.find(request.target);
    const MoveRecord* move = m_manager.FindMove(request.target);
    if (operation != m_operations.end() && !operation->second->IsOver())
    {
        operation->second->Cancel("by " + request.name);
        record.outcome = "done";
    }
    else if (move && m_manager.CancelMove(move->id))
    {
        record.outcome = "done";
    }
    else
    {
        record.outcome = "refused";
        record.reason = move || operation != m_operations.end()
                            ? "too late"
                            : "nothing of the name '" + request.target + "' was ordered";
    }
    return record;
}

void
OperationDesk::MoveEnded(const MoveRecord& record)
{
    const auto own = m_operations.find(record.operation);
    if (own != m_operations.end())
    {
        own->second->MoveEnded(record);
    }
    for (const auto& name : m_order)
    {
        const auto other = m_operations.find(name);
        if (other != m_operations.end() && other != own)
        {
            other->second->Look();
        }
    }
}

void
OperationDesk::CloseBooks()
{
    for (const auto& name : m_order)
    {
        const auto found = m_operations.find(name);
        if (found != m_operations.end())
        {
            found->second->CloseBooks();
        }
    }
}

void
OperationDesk::Stop()
{
    for (auto& [name, timer] : m_timers)
    {
        timer.Cancel();
    }
}

int64_t
OperationDesk::AssignStreams(int64_t stream)
{
    m_stream = stream;
    return MAX_OPERATIONS * RandomChurn::STREAMS;
}

std::vector<OperationRecord>
OperationDesk::GetRecords() const
{
    std::vector<OperationRecord> records;
    for (const auto& name : m_order)
    {
        const auto found = m_operations.find(name);
        records.push_back(found == m_operations.end() ? m_cancels.at(name)
                                                      : found->second->GetRecord());
    }
    return records;
}

std::vector<OperationVm>
OperationDesk::GetVms() const
{
    std::vector<OperationVm> vms;
    for (const auto& [id, vm] : m_manager.GetVms())
    {
        if (vm.state == ManagedVm::State::REFUSED || vm.state == ManagedVm::State::DESTROYED)
        {
            continue;
        }
        OperationVm seen;
        seen.vm = id;
        seen.memory = vm.spec.memory;
        seen.vcpus = vm.spec.vcpus;
        seen.server = vm.server;
        seen.destination = vm.open.empty() ? "" : m_manager.GetMove(vm.open.back())->destination;
        seen.running = vm.state == ManagedVm::State::RUNNING;
        vms.push_back(seen);
    }
    return vms;
}

std::vector<OperationServer>
OperationDesk::GetServers() const
{
    std::vector<OperationServer> servers;
    for (const ServerRecord* record : m_manager.GetInventory().GetServers())
    {
        OperationServer seen;
        seen.candidate = {record->place,
                          record->memory,
                          record->GetFreeMemory(),
                          record->vcpus,
                          record->GetFreeVcpus()};
        seen.foreignMemory = record->foreignMemory;
        seen.foreignVcpus = record->foreignVcpus;
        seen.open = m_manager.IsOpen(record->place.server);
        servers.push_back(seen);
    }
    return servers;
}

std::vector<std::string>
OperationDesk::Rank(const OperationVm& vm, const std::string& policy) const
{
    return m_manager.RankServers(*m_manager.GetVm(vm.vm), policy);
}

void
OperationDesk::Order(const MoveRequest& request)
{
    m_manager.OrderMove(request);
}

void
OperationDesk::CancelWaiting(const std::string& migration)
{
    const MoveRecord* move = m_manager.FindMove(migration);
    if (move && move->state == MoveState::QUEUED)
    {
        m_manager.CancelMove(move->id);
    }
}

void
OperationDesk::Close(const std::string& server, bool closed)
{
    m_manager.CloseServer(server, closed);
}

std::string
OperationDesk::MakeMoveName(const std::string& name) const
{
    // What does not fit, or was taken, gets a number in the place of its end.
    std::string made = name;
    for (uint32_t number = 2; made.size() > MAX_NAME || m_manager.FindMove(made); ++number)
    {
        const std::string end = "_" + std::to_string(number);
        made = name.substr(0, MAX_NAME - end.size()) + end;
    }
    return made;
}

void
OperationDesk::SetTimer(VmOperation& operation, const Time& delay)
{
    const std::string& name = operation.GetRecord().name;
    EventId& timer = m_timers[name];
    timer.Cancel();
    if (!delay.IsStrictlyNegative())
    {
        timer = Simulator::Schedule(delay, &OperationDesk::TimedOut, this, name);
    }
}

void
OperationDesk::TimedOut(std::string name)
{
    m_operations.at(name)->TimedOut();
}

void
OperationDesk::OperationChanged(const OperationRecord& record)
{
    m_manager.OperationChanged(record);
}

Time
OperationDesk::Now() const
{
    return Simulator::Now();
}

} // namespace vmm
} // namespace ns3
