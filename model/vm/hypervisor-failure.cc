// SPDX-License-Identifier: GPL-2.0-only
// How a server goes down.
#include "ns3/access-device.h"
#include "ns3/access-gateway.h"
#include "ns3/crash-gate.h"
#include "ns3/hypervisor.h"
#include "ns3/node.h"
#include "ns3/vm.h"

namespace ns3
{
namespace vmm
{

void
Hypervisor::Fail()
{
    if (m_failed)
    {
        return;
    }
    m_failed = true;
    GetGateway();
    for (const auto& [vn, gateway] : m_gateways)
    {
        gateway->GetDevice()->Halt(DropCause::HOST);
    }
    // First of all: nobody who is told below can still say a word to a peer.
    m_gate->Shut(GetNode());
    std::map<std::string, Entry> lost;
    lost.swap(m_entries);
    m_usedMemory = 0;
    m_usedVcpus = 0;
    for (const auto& [id, entry] : lost)
    {
        if (entry.vm && IsHere(entry.vm))
        {
            if (entry.vm->IsRunning() || entry.vm->GetState() == VmState::STOPPED_AT_SOURCE)
            {
                entry.vm->ChangeState(VmState::STOPPED);
            }
            entry.vm->Unplug();
        }
        m_event(HypervisorEvent::FAILED, id, entry.epoch);
    }
    const std::vector<HypervisorListener*> listeners = m_listeners; // one may remove itself
    for (HypervisorListener* listener : listeners)
    {
        listener->HostFailed();
    }
}

} // namespace vmm
} // namespace ns3
