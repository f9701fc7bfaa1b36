// SPDX-License-Identifier: GPL-2.0-only
// How VMs come into being, and the books of the servers.
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

ManagedVm&
VmManager::EnterVm(const VmSpec& spec)
{
    spec.Validate();
    const auto found = m_vms.find(spec.id);
    if (found != m_vms.end() && found->second.state != ManagedVm::State::DESTROYED &&
        found->second.state != ManagedVm::State::REFUSED)
    {
        throw std::invalid_argument("VM '" + spec.id + "' exists");
    }
    ManagedVm& vm = m_vms[spec.id];
    vm.spec = spec;
    vm.server.clear();
    vm.policy.reset();
    vm.refusedBy.clear();
    vm.order = Simulator::Now();
    return vm;
}

void
VmManager::CreateVm(const VmSpec& spec, const std::string& server)
{
    spec.Validate();
    if (server.empty() || server.size() > MAX_NAME)
    {
        throw std::invalid_argument("found server name '" + server + "', expected 1 to 63 octets");
    }
    AskServer(EnterVm(spec), server, 0);
}

void
VmManager::PlaceVm(const VmSpec& spec, const std::string& policy)
{
    PlacementPolicy::Create(GetPolicyName(policy)); // throws if there is none
    ManagedVm& vm = EnterVm(spec);
    vm.policy = GetPolicyName(policy);
    SetVmState(vm, ManagedVm::State::CREATING);
    m_unplaced.push_back(spec.id);
    PlaceWaiting();
}

void
VmManager::AskServer(ManagedVm& vm, const std::string& server, uint32_t candidates)
{
    vm.server = server;
    ++vm.epoch; // 1, or what follows if the VM was refused before
    SetVmState(vm, ManagedVm::State::CREATING);
    TracePlacement(vm, candidates, "asked");
    ManagementMessage order;
    order.type = ManagementType::CREATE;
    order.epoch = vm.epoch;
    order.SetSpec(vm.spec);
    Send(server, order);
    if (vm.policy)
    {
        Simulator::Schedule(m_answerTimeout,
                            &VmManager::CreateTimedOut,
                            Ptr<VmManager>(this),
                            vm.spec.id,
                            vm.epoch);
    }
}

void
VmManager::HandleCreated(ManagedVm& vm, const ManagementMessage& answer)
{
    const bool confirmed = answer.type == ManagementType::CONFIRM;
    const auto awaited = confirmed ? ManagedVm::State::CONFIRMING : ManagedVm::State::CREATING;
    if (vm.state != awaited || answer.epoch != vm.epoch)
    {
        return; // destroyed meanwhile, or somebody else was asked
    }
    if (answer.status != ManagementStatus::OK)
    {
        ServerRefused(vm, ManagementStatusName(answer.status));
        return;
    }
    if (confirmed)
    {
        vm.refusedBy.clear();
    }
    SetVmState(vm, confirmed ? ManagedVm::State::RUNNING : ManagedVm::State::CONFIRMING);
    TracePlacement(vm, 0, confirmed ? "running" : "held");
    if (!confirmed)
    {
        ManagementMessage order;
        order.type = ManagementType::CONFIRM;
        order.epoch = vm.epoch;
        order.vm = vm.spec.id;
        Send(vm.server, order);
    }
}

void
VmManager::ServerRefused(ManagedVm& vm, const std::string& why)
{
    TracePlacement(vm, 0, why);
    if (!vm.policy)
    {
        SetVmState(vm, ManagedVm::State::REFUSED, why);
        return;
    }
    vm.refusedBy.insert(vm.server);
    vm.server.clear();
    SetVmState(vm, ManagedVm::State::CREATING, why);
    m_unplaced.push_back(vm.spec.id);
    PlaceWaiting();
}

void
VmManager::CreateTimedOut(std::string id, uint16_t epoch)
{
    ManagedVm& vm = m_vms.at(id);
    if (m_stopped || vm.state != ManagedVm::State::CREATING || vm.epoch != epoch ||
        vm.server.empty())
    {
        return;
    }
    // It may have held the resources, and may still have to hear of it.
    ManagementMessage order;
    order.type = ManagementType::WITHDRAW;
    order.epoch = epoch;
    order.vm = id;
    Send(vm.server, order);
    m_inventory.NoteSilent(vm.server, Simulator::Now());
    ServerRefused(vm, "no answer");
}

void
VmManager::PlaceWaiting()
{
    if (m_stopped)
    {
        return;
    }
    m_placementTimer.Cancel();
    const auto waiting = std::move(m_unplaced);
    m_unplaced.clear();
    std::optional<Time> next;
    for (const auto& id : waiting)
    {
        ManagedVm& vm = m_vms.at(id);
        const bool complete = m_inventory.IsComplete();
        const Time now = Simulator::Now();
        const bool early = !complete && now < vm.order + m_placementWait;
        const auto servers = early ? std::vector<std::string>() : RankServers(vm, *vm.policy);
        if (!servers.empty())
        {
            AskServer(vm, servers.front(), static_cast<uint32_t>(servers.size()));
            continue;
        }
        const Time end = vm.order + (early ? m_placementWait : m_placementTimeout);
        if (!early && now >= end)
        {
            SetVmState(vm, ManagedVm::State::REFUSED, "no server has room");
            TracePlacement(vm, 0, vm.reason);
            continue;
        }
        next = next ? Min(*next, end) : end;
        m_unplaced.push_back(id);
    }
    if (next)
    {
        m_placementTimer =
            Simulator::Schedule(*next - Simulator::Now(), &VmManager::PlaceWaiting, this);
    }
}

void
VmManager::TracePlacement(const ManagedVm& vm, uint32_t candidates, const std::string& result)
{
    m_placementTrace({vm.spec.id, vm.policy.value_or(""), vm.server, candidates, result});
}

void
VmManager::LearnResources(const std::string& server, const ManagementMessage& message)
{
    if (message.memory && message.freeMemory && message.vcpus && message.freeVcpus)
    {
        m_inventory.Learn(server,
                          *message.memory,
                          *message.freeMemory,
                          *message.vcpus,
                          *message.freeVcpus,
                          message.status == ManagementStatus::OK ? "" : message.vm);
    }
}

std::string
VmManager::GetPolicyName(const std::string& policy) const
{
    static const char* const NAMES[] = {"first-fit", "locality", "spread"};
    return policy.empty() ? NAMES[m_placement] : policy;
}

void
VmManager::AddServer(const ServerPlace& place)
{
    m_inventory.Add(place);
}

void
VmManager::SetPeers(const std::string& vm, const std::vector<std::string>& peers)
{
    m_peers[vm] = peers;
}

void
VmManager::CloseServer(const std::string& server, bool closed)
{
    m_inventory.Close(server, closed);
}

bool
VmManager::IsOpen(const std::string& server) const
{
    const ServerRecord* record = m_inventory.Find(server);
    if (!record || !record->known || record->closed != 0 || !IsConnected(server))
    {
        return false;
    }
    const Time heard = LastHeard(server);
    const bool silent = record->silentSince && heard <= *record->silentSince;
    return !silent && (m_serverTimeout.IsZero() || heard + m_serverTimeout > Simulator::Now());
}

std::vector<std::string>
VmManager::RankServers(const ManagedVm& vm, const std::string& policy) const
{
    PlacementRequest request;
    request.vm = vm.spec.id;
    request.memory = vm.spec.memory;
    request.vcpus = vm.spec.vcpus;
    request.from = vm.server.empty() ? ServerPlace() : m_inventory.GetPlace(vm.server);
    if (const auto peers = m_peers.find(vm.spec.id); peers != m_peers.end())
    {
        for (const auto& peer : peers->second)
        {
            const ManagedVm* known = GetVm(peer);
            if (known && known->state == ManagedVm::State::RUNNING)
            {
                request.peers.push_back(m_inventory.GetPlace(known->server));
            }
        }
    }
    std::vector<PlacementCandidate> candidates;
    for (const ServerRecord* record : m_inventory.GetServers())
    {
        const std::string& server = record->place.server;
        if (server != vm.server && !vm.refusedBy.count(server) && IsOpen(server))
        {
            candidates.push_back({record->place,
                                  record->memory,
                                  record->GetFreeMemory(),
                                  record->vcpus,
                                  record->GetFreeVcpus()});
        }
    }
    return PlacementPolicy::Create(GetPolicyName(policy))->Rank(request, candidates);
}

std::set<std::string>
VmManager::GetPlaces(const ManagedVm& vm) const
{
    std::set<std::string> servers;
    if (vm.state == ManagedVm::State::REFUSED || vm.state == ManagedVm::State::DESTROYED)
    {
        return servers;
    }
    servers.insert(vm.server);
    for (uint32_t move : vm.open)
    {
        servers.insert(m_moves[move - 1]->GetRecord().source);
        servers.insert(m_moves[move - 1]->GetRecord().destination);
    }
    servers.erase("");
    return servers;
}

void
VmManager::Book(const ManagedVm& vm)
{
    m_inventory.Book(vm.spec, GetPlaces(vm));
}

} // namespace vmm
} // namespace ns3
