// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-method.h"
#include "ns3/copy-transfer.h"
#include "ns3/node.h"
#include "ns3/operation-desk.h"
#include "ns3/simulator.h"
#include "ns3/vm-manager.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

bool
VmManager::DestroyVm(const std::string& id)
{
    const auto found = m_vms.find(id);
    if (found == m_vms.end() || found->second.state == ManagedVm::State::REFUSED ||
        found->second.state == ManagedVm::State::DESTROYING ||
        found->second.state == ManagedVm::State::DESTROYED)
    {
        return false;
    }
    ManagedVm& vm = found->second;
    SetVmState(vm, ManagedVm::State::DESTROYING);
    const auto open = vm.open;
    const bool moving = vm.move != 0;
    for (uint32_t move : open)
    {
        if (move != vm.move)
        {
            m_moves[move - 1]->Destroy(); // it has not begun
        }
    }
    if (moving)
    {
        m_moves[vm.move - 1]->Destroy();
    }
    else
    {
        SendDestroy(vm);
    }
    return true;
}

void
VmManager::SendDestroy(ManagedVm& vm)
{
    if (vm.server.empty())
    {
        m_unplaced.erase(std::remove(m_unplaced.begin(), m_unplaced.end(), vm.spec.id),
                         m_unplaced.end());
        SetVmState(vm, ManagedVm::State::DESTROYED);
        return;
    }
    ManagementMessage order;
    order.type = ManagementType::DESTROY;
    order.epoch = vm.epoch;
    order.vm = vm.spec.id;
    Send(vm.server, order);
}

void
VmManager::CheckOrder(const MoveRequest& request)
{
    if (request.migration.empty() || request.migration.size() > MAX_NAME)
    {
        throw std::invalid_argument("found migration name '" + request.migration +
                                    "', expected 1 to 63 octets");
    }
    CopyMethod::Create(request.method); // throws if there is none
    CopyTransfer::Create(request.transfer);
}

ManagedMove&
VmManager::AddMove(const MoveRequest& request)
{
    MoveRecord record;
    record.id = static_cast<uint32_t>(m_moves.size()) + 1;
    record.migration = request.migration;
    record.vm = request.vm;
    record.type = request.type;
    record.method = request.method;
    record.transfer = request.transfer;
    record.switchOver = request.switchOver;
    record.operation = request.operation;
    record.destination = request.destination;
    record.order = Simulator::Now();
    if (const auto known = m_vms.find(request.vm); known != m_vms.end())
    {
        record.source = known->second.server; // told again when the move begins
    }
    const ManagedMove::Settings settings{m_answerTimeout,
                                         m_resumeTimeout,
                                         m_registrationTimeout,
                                         m_waitForRegistration,
                                         m_leaseTime,
                                         m_serverTimeout};
    m_moves.push_back(std::unique_ptr<ManagedMove>(new ManagedMove(*this, settings, record)));
    m_migrations[request.migration] = record.id;
    return *m_moves.back();
}

uint32_t
VmManager::OrderMove(const MoveRequest& request)
{
    CheckOrder(request);
    if (m_migrations.count(request.migration))
    {
        throw std::invalid_argument("found migration '" + request.migration +
                                    "' twice, expected a name that was not used before");
    }
    ManagedMove& move = AddMove(request);
    const uint32_t id = move.GetRecord().id;
    const auto found = m_vms.find(request.vm);
    const bool behind = found != m_vms.end() && !found->second.open.empty();
    std::string obstacle = behind ? "" : FindObstacle(move.GetRecord());
    if (behind && m_overlapPolicy == REFUSE)
    {
        obstacle = "the VM is being moved";
    }
    m_moveTrace(move.GetRecord());
    if (!obstacle.empty())
    {
        move.Refuse(MoveOutcome::REFUSED, obstacle);
        return id;
    }
    found->second.open.push_back(id);
    Book(found->second);
    m_queue.Push(id);
    StartWaiting();
    return id;
}

std::optional<MoveEnds>
VmManager::LocateMove(uint32_t move) const
{
    const MoveRecord& record = m_moves[move - 1]->GetRecord();
    const ManagedVm& vm = m_vms.at(record.vm);
    if (vm.move != 0 || vm.open.front() != move)
    {
        return std::nullopt;
    }
    return MoveEnds{m_inventory.GetPlace(vm.server), m_inventory.GetPlace(record.destination)};
}

void
VmManager::StartWaiting()
{
    if (m_starting)
    {
        return; // a move that begins may end at once: the loop below sees to it
    }
    m_starting = true;
    const auto locate = [this](uint32_t move)
    {
        return LocateMove(move);
    };
    while (const auto move = m_queue.Next(locate))
    {
        BeginMove(*m_moves[*move - 1]);
    }
    m_starting = false;
}

std::string
VmManager::FindObstacle(const MoveRecord& record) const
{
    const auto found = m_vms.find(record.vm);
    if (found == m_vms.end())
    {
        return "no VM '" + record.vm + "'";
    }
    const ManagedVm& vm = found->second;
    if (vm.state != ManagedVm::State::RUNNING)
    {
        return std::string("the VM is ") + ManagedVmStateName(vm.state);
    }
    if (vm.move != 0)
    {
        return "the VM is being moved";
    }
    if (record.destination.empty() || record.destination.size() > MAX_NAME)
    {
        return "no server '" + record.destination + "'";
    }
    return vm.server == record.destination ? "the VM is there already" : "";
}

void
VmManager::BeginMove(ManagedMove& move)
{
    const std::string obstacle = FindObstacle(move.GetRecord());
    if (!obstacle.empty())
    {
        move.Refuse(MoveOutcome::REFUSED, obstacle);
        return;
    }
    ManagedVm& vm = m_vms.at(move.GetRecord().vm);
    vm.move = move.GetRecord().id;
    const auto epoch = static_cast<uint16_t>(vm.epoch + 1);
    vm.epoch = static_cast<uint16_t>(epoch + 1); // the second is the source's, if it resumes
    m_vmTrace(vm);
    move.Begin(vm.spec, vm.server, epoch);
}

void
VmManager::ScheduleMove(const Time& at, const MoveRequest& request)
{
    if (at < Simulator::Now())
    {
        throw std::invalid_argument("found a move in the past, expected a time from now on");
    }
    if (!GetNode())
    {
        throw std::logic_error("add the VM Manager to its node first");
    }
    CheckOrder(request);
    Simulator::ScheduleWithContext(GetNode()->GetId(),
                                   at - Simulator::Now(),
                                   &VmManager::OrderPlanned,
                                   Ptr<VmManager>(this),
                                   request);
}

void
VmManager::OrderPlanned(MoveRequest request)
{
    if (!m_stopped)
    {
        OrderMove(request);
    }
}

bool
VmManager::CancelMove(uint32_t id)
{
    return id != 0 && id <= m_moves.size() && m_moves[id - 1]->Cancel();
}

void
VmManager::MoveClosed(const MoveRecord& record)
{
    NoteSilent(record);
    const auto found = m_vms.find(record.vm);
    if (found != m_vms.end())
    {
        ManagedVm& vm = found->second;
        const bool begun = vm.move == record.id;
        vm.open.erase(std::remove(vm.open.begin(), vm.open.end(), record.id), vm.open.end());
        vm.move = begun ? 0 : vm.move;
        Book(vm);
        if (begun)
        {
            m_vmTrace(vm);
        }
        if (begun && vm.state == ManagedVm::State::DESTROYING)
        {
            SendDestroy(vm);
        }
    }
    m_queue.Remove(record.id);
    m_queue.Closed(record.id);
    PlaceWaiting();
    m_desk->MoveEnded(record);
    StartWaiting();
}

void
VmManager::NoteSilent(const MoveRecord& record)
{
    if (record.outcome == MoveOutcome::COMPLETED || record.epoch == 0)
    {
        return;
    }
    const Time patience =
        m_serverTimeout.IsZero() ? m_answerTimeout : Min(m_answerTimeout, m_serverTimeout);
    for (const auto& server : {record.source, record.destination})
    {
        if (LastHeard(server) + patience <= Simulator::Now())
        {
            m_inventory.NoteSilent(server, Simulator::Now());
        }
    }
}

void
VmManager::OrderOperation(const OperationRequest& request)
{
    m_desk->Start(request);
}

void
VmManager::ScheduleOperation(const Time& at, const OperationRequest& request)
{
    if (at < Simulator::Now())
    {
        throw std::invalid_argument("found an operation in the past, expected a time from now on");
    }
    if (!GetNode())
    {
        throw std::logic_error("add the VM Manager to its node first");
    }
    Simulator::ScheduleWithContext(GetNode()->GetId(),
                                   at - Simulator::Now(),
                                   &VmManager::OperatePlanned,
                                   Ptr<VmManager>(this),
                                   request);
}

void
VmManager::OperatePlanned(OperationRequest request)
{
    if (!m_stopped)
    {
        OrderOperation(request);
    }
}

} // namespace vmm
} // namespace ns3
