// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-method.h"
#include "ns3/copy-transfer.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/vm-manager.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{
constexpr size_t MAX_NAME = 63; //!< octets of a name in messages
} // namespace

void
VmManager::CreateVm(const VmSpec& spec, const std::string& server)
{
    spec.Validate();
    if (server.empty() || server.size() > MAX_NAME)
    {
        throw std::invalid_argument("found server name '" + server + "', expected 1 to 63 octets");
    }
    const auto found = m_vms.find(spec.id);
    if (found != m_vms.end() && found->second.state != ManagedVm::State::DESTROYED &&
        found->second.state != ManagedVm::State::REFUSED)
    {
        throw std::invalid_argument("VM '" + spec.id + "' exists");
    }
    ManagedVm& vm = m_vms[spec.id];
    vm.spec = spec;
    vm.server = server;
    ++vm.epoch; // 1, or what follows if a VM of that name was refused
    SetVmState(vm, ManagedVm::State::CREATING);
    ManagementMessage order;
    order.type = ManagementType::CREATE;
    order.epoch = vm.epoch;
    order.SetSpec(spec);
    Send(server, order);
}

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
    const auto waiting = vm.queue;
    vm.queue.clear();
    for (uint32_t move : waiting)
    {
        m_moves[move - 1]->Destroy();
    }
    if (vm.move != 0)
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
VmManager::SendDestroy(const ManagedVm& vm)
{
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

uint32_t
VmManager::OrderMove(const MoveRequest& request)
{
    CheckOrder(request);
    const bool used = std::any_of(m_moves.begin(),
                                  m_moves.end(),
                                  [&](const auto& move)
                                  {
                                      return move->GetRecord().migration == request.migration;
                                  });
    if (used)
    {
        throw std::invalid_argument("found migration '" + request.migration +
                                    "' twice, expected a name that was not used before");
    }
    MoveRecord record;
    record.id = static_cast<uint32_t>(m_moves.size()) + 1;
    record.migration = request.migration;
    record.vm = request.vm;
    record.type = request.type;
    record.method = request.method;
    record.transfer = request.transfer;
    record.switchOver = request.switchOver;
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
    ManagedMove& move = *m_moves.back();
    m_moveTrace(record);
    const auto found = m_vms.find(request.vm);
    if (found != m_vms.end() && found->second.move != 0 && m_overlapPolicy == QUEUE)
    {
        found->second.queue.push_back(record.id);
        return record.id;
    }
    BeginMove(move);
    return record.id;
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
    if (id == 0 || id > m_moves.size() || !m_moves[id - 1]->Cancel())
    {
        return false;
    }
    const auto found = m_vms.find(m_moves[id - 1]->GetRecord().vm);
    if (found != m_vms.end())
    {
        auto& queue = found->second.queue;
        queue.erase(std::remove(queue.begin(), queue.end(), id), queue.end());
    }
    return true;
}

void
VmManager::MoveClosed(const MoveRecord& record)
{
    const auto found = m_vms.find(record.vm);
    if (found == m_vms.end() || found->second.move != record.id)
    {
        return; // it never began
    }
    ManagedVm& vm = found->second;
    vm.move = 0;
    m_vmTrace(vm);
    if (vm.state == ManagedVm::State::DESTROYING)
    {
        SendDestroy(vm);
    }
    while (vm.move == 0 && !vm.queue.empty())
    {
        const uint32_t next = vm.queue.front();
        vm.queue.pop_front();
        BeginMove(*m_moves[next - 1]);
    }
}

} // namespace vmm
} // namespace ns3
