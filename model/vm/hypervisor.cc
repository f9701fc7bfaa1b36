// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/hypervisor.h"

#include "ns3/access-device.h"
#include "ns3/access-gateway.h"
#include "ns3/access-switch.h"
#include "ns3/crash-gate.h"
#include "ns3/gratuitous-announcer.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"
#include "ns3/vm-directory.h"
#include "ns3/vm.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("Hypervisor");
NS_OBJECT_ENSURE_REGISTERED(Hypervisor);

TypeId
Hypervisor::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::Hypervisor")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<Hypervisor>()
            .AddAttribute("Memory",
                          "Memory for VMs, in octets.",
                          UintegerValue(uint64_t(64) << 30),
                          MakeUintegerAccessor(&Hypervisor::m_memory),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("Vcpus",
                          "Virtual processors for VMs.",
                          UintegerValue(64),
                          MakeUintegerAccessor(&Hypervisor::m_vcpus),
                          MakeUintegerChecker<uint32_t>())
            .AddTraceSource("UsedMemory",
                            "Memory given to VMs, kept copies and reservations, in octets.",
                            MakeTraceSourceAccessor(&Hypervisor::m_usedMemory),
                            "ns3::TracedValueCallback::Uint64")
            .AddTraceSource("UsedVcpus",
                            "Virtual processors given to VMs, kept copies and reservations.",
                            MakeTraceSourceAccessor(&Hypervisor::m_usedVcpus),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("Event",
                            "Something has happened to a VM here.",
                            MakeTraceSourceAccessor(&Hypervisor::m_event),
                            "ns3::vmm::Hypervisor::EventTracedCallback")
            .AddTraceSource("AccessDevice",
                            "The device towards the VMs of a virtual network has been made.",
                            MakeTraceSourceAccessor(&Hypervisor::m_accessDevice),
                            "ns3::vmm::Hypervisor::AccessDeviceTracedCallback");
    return tid;
}

Hypervisor::Hypervisor()
    : m_memory(0),
      m_vcpus(0),
      m_failed(false),
      m_gate(CreateObject<CrashGate>()),
      m_usedMemory(0),
      m_usedVcpus(0)
{
}

Hypervisor::~Hypervisor() = default;

void
Hypervisor::DoInitialize()
{
    GetGateway();
    Application::DoInitialize();
}

void
Hypervisor::DoDispose()
{
    m_listeners.clear();
    m_entries.clear();
    for (auto& [vn, gateway] : m_gateways)
    {
        gateway->Dispose();
    }
    m_gateways.clear();
    m_gate->Dispose();
    Application::DoDispose();
}

void
Hypervisor::AddListener(HypervisorListener* listener)
{
    m_listeners.push_back(listener);
}

void
Hypervisor::RemoveListener(HypervisorListener* listener)
{
    m_listeners.erase(std::remove(m_listeners.begin(), m_listeners.end(), listener),
                      m_listeners.end());
}

template <typename... Params, typename... Args>
void
Hypervisor::Tell(void (HypervisorListener::*what)(Params...), const Args&... args)
{
    const std::vector<HypervisorListener*> listeners = m_listeners; // one may remove itself
    for (HypervisorListener* listener : listeners)
    {
        (listener->*what)(args...);
    }
}

Ptr<Vm>
Hypervisor::Find(const std::string& vmId) const
{
    const auto found = m_entries.find(vmId);
    return found == m_entries.end() ? nullptr : found->second.vm;
}

std::vector<std::string>
Hypervisor::GetVmIds() const
{
    std::vector<std::string> ids;
    for (const auto& [id, entry] : m_entries)
    {
        if (entry.vm)
        {
            ids.push_back(id);
        }
    }
    return ids;
}

bool
Hypervisor::IsReserved(const std::string& vmId) const
{
    const auto found = m_entries.find(vmId);
    return found != m_entries.end() && !found->second.vm;
}

uint32_t
Hypervisor::GetEpoch(const std::string& vmId) const
{
    const auto found = m_entries.find(vmId);
    return found == m_entries.end() ? 0 : found->second.epoch;
}

Admission
Hypervisor::CheckAdmission(const VmSpec& spec) const
{
    if (m_failed)
    {
        return Admission::FAILED;
    }
    if (m_entries.count(spec.id))
    {
        return Admission::PRESENT;
    }
    if (spec.memory > GetFreeMemory())
    {
        return Admission::NO_MEMORY;
    }
    return spec.vcpus > GetFreeVcpus() ? Admission::NO_VCPUS : Admission::ADMITTED;
}

Hypervisor::Entry&
Hypervisor::Get(const std::string& vmId)
{
    const auto found = m_entries.find(vmId);
    if (found == m_entries.end() || !found->second.vm)
    {
        throw std::invalid_argument("VM \"" + vmId + "\" is not at this hypervisor");
    }
    return found->second;
}

bool
Hypervisor::IsHere(Ptr<Vm> vm) const
{
    return vm->GetHost() && vm->GetHost() == GetNode();
}

void
Hypervisor::RequireHere(Ptr<Vm> vm) const
{
    if (!IsHere(vm))
    {
        throw std::logic_error("VM \"" + vm->GetId() + "\" is not plugged in at this hypervisor");
    }
}

void
Hypervisor::Insert(const VmSpec& spec, uint32_t epoch, Ptr<Vm> vm)
{
    m_entries[spec.id] = Entry{spec, epoch, vm};
    m_usedMemory += spec.memory;
    m_usedVcpus += spec.vcpus;
}

void
Hypervisor::Erase(const std::string& vmId)
{
    const auto found = m_entries.find(vmId);
    m_usedMemory -= found->second.spec.memory;
    m_usedVcpus -= found->second.spec.vcpus;
    m_entries.erase(found);
}

void
Hypervisor::Run(Ptr<Vm> vm)
{
    if (!IsHere(vm))
    {
        vm->Unplug();
        vm->Plug(GetAccessSwitch(vm->GetSpec().vn), GetNode());
    }
    SetNeighbours(vm->GetSpec(), true);
    vm->ChangeState(VmState::RUNNING);
}

Admission
Hypervisor::Define(Ptr<Vm> vm)
{
    if (vm->GetState() != VmState::DEFINED || vm->GetHost())
    {
        throw std::logic_error("VM \"" + vm->GetId() + "\" is not new");
    }
    const Admission admission = CheckAdmission(vm->GetSpec());
    if (admission == Admission::ADMITTED)
    {
        vm->Plug(GetAccessSwitch(vm->GetSpec().vn), GetNode());
        Insert(vm->GetSpec(), 0, vm);
        m_event(HypervisorEvent::DEFINED, vm->GetId(), 0);
    }
    return admission;
}

bool
Hypervisor::Undefine(const std::string& vmId)
{
    Ptr<Vm> vm = Find(vmId);
    if (!vm || vm->GetState() != VmState::DEFINED)
    {
        return false;
    }
    vm->Unplug();
    Erase(vm->GetId());
    m_event(HypervisorEvent::CANCELLED, vm->GetId(), 0);
    return true;
}

Admission
Hypervisor::Create(Ptr<Vm> vm, uint32_t epoch)
{
    if (Find(vm->GetId()) != vm)
    {
        const Admission admission = Define(vm);
        if (admission != Admission::ADMITTED)
        {
            return admission;
        }
    }
    else if (vm->GetState() != VmState::DEFINED)
    {
        throw std::logic_error("VM \"" + vm->GetId() + "\" is not new");
    }
    Get(vm->GetId()).epoch = epoch;
    Run(vm);
    m_event(HypervisorEvent::CREATED, vm->GetId(), epoch);
    Tell(&HypervisorListener::VmAttached, vm, epoch, AttachReason::CREATED);
    return Admission::ADMITTED;
}

Admission
Hypervisor::Reserve(const VmSpec& spec, uint32_t epoch)
{
    spec.Validate();
    const Admission admission = CheckAdmission(spec);
    if (admission == Admission::ADMITTED)
    {
        GetGateway(spec.vn);
        Insert(spec, epoch, nullptr);
        m_event(HypervisorEvent::RESERVED, spec.id, epoch);
        Tell(&HypervisorListener::VmArriving, spec, epoch);
    }
    return admission;
}

bool
Hypervisor::CancelReserve(const std::string& vmId)
{
    if (!IsReserved(vmId))
    {
        return false;
    }
    const std::string id = vmId; // vmId may be the entry's own
    const uint32_t epoch = GetEpoch(id);
    Erase(id);
    m_event(HypervisorEvent::CANCELLED, id, epoch);
    Tell(&HypervisorListener::ArrivalCancelled, id);
    return true;
}

void
Hypervisor::BeginMigration(const std::string& vmId)
{
    const Entry entry = Get(vmId);
    RequireHere(entry.vm);
    entry.vm->ChangeState(VmState::MIGRATING);
    m_event(HypervisorEvent::LEAVING, entry.spec.id, entry.epoch);
    Tell(&HypervisorListener::VmLeaving, entry.vm);
}

void
Hypervisor::StopAtSource(const std::string& vmId)
{
    Halt(vmId, VmState::MIGRATING, VmState::STOPPED_AT_SOURCE);
}

void
Hypervisor::Suspend(const std::string& vmId)
{
    Halt(vmId, VmState::RUNNING, VmState::STOPPED);
}

void
Hypervisor::Park(const std::string& vmId)
{
    Suspend(vmId);
    Get(vmId).vm->Unplug();
}

void
Hypervisor::Halt(const std::string& vmId, VmState from, VmState to)
{
    const Entry entry = Get(vmId);
    RequireHere(entry.vm);
    if (entry.vm->GetState() != from)
    {
        throw std::logic_error("VM \"" + vmId + "\" is not " + VmStateName(from));
    }
    entry.vm->ChangeState(to);
    m_event(HypervisorEvent::STOPPED, entry.spec.id, entry.epoch);
    Tell(&HypervisorListener::VmStopped, entry.vm);
}

void
Hypervisor::ResumeHere(const std::string& vmId, AttachReason reason)
{
    if (!IsReserved(vmId))
    {
        throw std::invalid_argument("no place is reserved for VM \"" + vmId + "\"");
    }
    const std::string id = vmId;
    Ptr<Vm> vm = VmDirectory::Find(id);
    if (!vm)
    {
        throw std::invalid_argument("there is no VM \"" + id + "\"");
    }
    if (vm->GetState() != VmState::STOPPED_AT_SOURCE && vm->GetState() != VmState::STOPPED)
    {
        throw std::logic_error("VM \"" + id + "\" is " + VmStateName(vm->GetState()) +
                               " and cannot be resumed here");
    }
    Entry& entry = m_entries[id];
    entry.vm = vm;
    const uint32_t epoch = entry.epoch;
    Run(vm);
    m_event(HypervisorEvent::RESUMED, id, epoch);
    Tell(&HypervisorListener::VmAttached, vm, epoch, reason);
    vm->GetAnnouncer()->Start();
}

void
Hypervisor::Release(const std::string& vmId)
{
    const Entry entry = Get(vmId);
    if (IsHere(entry.vm))
    {
        const VmState state = entry.vm->GetState();
        if (state != VmState::STOPPED_AT_SOURCE && state != VmState::STOPPED)
        {
            throw std::logic_error("VM \"" + vmId + "\" is not a stopped copy to be released");
        }
        entry.vm->Unplug();
    }
    SetNeighbours(entry.spec, false);
    Erase(entry.spec.id);
    m_event(HypervisorEvent::RELEASED, entry.spec.id, entry.epoch);
    Tell(&HypervisorListener::VmReleased, entry.vm);
}

void
Hypervisor::RollBack(const std::string& vmId, uint32_t epoch)
{
    Entry& entry = Get(vmId);
    Ptr<Vm> vm = entry.vm;
    const std::string id = entry.spec.id;
    if (vm->GetHost())
    {
        RequireHere(vm);
    }
    if (vm->GetState() == VmState::RUNNING || vm->GetState() == VmState::DEFINED)
    {
        throw std::logic_error("VM \"" + id + "\" is not in a move");
    }
    entry.epoch = epoch;
    Run(vm);
    m_event(HypervisorEvent::RESTORED, id, epoch);
    Tell(&HypervisorListener::VmAttached, vm, epoch, AttachReason::ROLLED_BACK);
}

void
Hypervisor::Destroy(const std::string& vmId)
{
    const Entry entry = Get(vmId);
    if (entry.vm->GetHost())
    {
        RequireHere(entry.vm);
    }
    entry.vm->ChangeState(VmState::DESTROYED);
    entry.vm->Unplug();
    SetNeighbours(entry.spec, false);
    Erase(entry.spec.id);
    m_event(HypervisorEvent::DESTROYED, entry.spec.id, entry.epoch);
    Tell(&HypervisorListener::VmDestroyed, entry.vm);
}

} // namespace vmm
} // namespace ns3
