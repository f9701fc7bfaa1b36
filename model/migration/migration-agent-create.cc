// SPDX-License-Identifier: GPL-2.0-only
// How a server comes to run a new VM: it holds what the VM needs, then is told to go on.
#include "ns3/admission-status.h"
#include "ns3/hypervisor.h"
#include "ns3/migration-agent.h"
#include "ns3/simulator.h"
#include "ns3/vm-directory.h"
#include "ns3/vm.h"

namespace ns3
{
namespace vmm
{

ManagementStatus
MigrationAgent::HandleCreate(const ManagementMessage& order)
{
    // The directory stands for the image store that every server reads.
    auto vm = VmDirectory::Find(order.vm);
    if (!vm)
    {
        return ManagementStatus::UNKNOWN_VM;
    }
    const bool held = m_hypervisor->Find(order.vm) == vm;
    if (held &&
        (vm->GetState() == VmState::DEFINED || m_hypervisor->GetEpoch(order.vm) == order.epoch))
    {
        return ManagementStatus::OK; // the order came twice
    }
    const auto status = StatusOf(m_hypervisor->Define(vm));
    if (status == ManagementStatus::OK)
    {
        EventId& timer = m_holds[order.vm];
        timer.Cancel();
        timer = Simulator::Schedule(
            m_reserveTimeout, &MigrationAgent::HoldTimedOut, Ptr<MigrationAgent>(this), order.vm);
    }
    return status;
}

ManagementStatus
MigrationAgent::HandleConfirm(const ManagementMessage& order)
{
    auto vm = VmDirectory::Find(order.vm);
    if (!vm)
    {
        return ManagementStatus::UNKNOWN_VM;
    }
    if (m_hypervisor->Find(order.vm) && m_hypervisor->GetEpoch(order.vm) == order.epoch)
    {
        return ManagementStatus::OK; // the order came twice
    }
    m_holds[order.vm].Cancel();
    // If what was held is given up by now, it is admitted anew, or refused.
    return StatusOf(m_hypervisor->Create(vm, order.epoch));
}

ManagementStatus
MigrationAgent::HandleWithdraw(const ManagementMessage& order)
{
    m_holds[order.vm].Cancel();
    m_hypervisor->Undefine(order.vm);
    return ManagementStatus::OK;
}

void
MigrationAgent::HoldTimedOut(std::string vmId)
{
    m_hypervisor->Undefine(vmId);
}

void
MigrationAgent::AddResources(ManagementMessage& message) const
{
    message.memory = m_hypervisor->GetMemory();
    message.freeMemory = m_hypervisor->GetFreeMemory();
    message.vcpus = m_hypervisor->GetVcpus();
    message.freeVcpus = m_hypervisor->GetFreeVcpus();
}

void
MigrationAgent::RefreshHello()
{
    if (m_channel)
    {
        m_channel->SetProbe(MakeHello());
    }
}

void
MigrationAgent::MemoryChanged(uint64_t, uint64_t)
{
    RefreshHello();
}

void
MigrationAgent::VcpusChanged(uint32_t, uint32_t)
{
    RefreshHello();
}

} // namespace vmm
} // namespace ns3
