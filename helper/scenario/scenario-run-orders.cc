// SPDX-License-Identifier: GPL-2.0-only
// The orders of a scenario that move many VMs, and what must come of them.
#include "ns3/scenario-run.h"
#include "ns3/vm.h"

#include <map>
#include <set>

namespace ns3
{
namespace vmm
{

void
ScenarioRun::BuildOrders()
{
    for (const auto& row : m_scenario.orders)
    {
        m_mobility->ScheduleOperation(row.request, row.time);
    }
    SetPeers();
}

void
ScenarioRun::SetPeers()
{
    std::map<std::string, std::set<std::string>> peers;
    for (const auto& row : m_scenario.flows)
    {
        if (!row.from.host && !row.to.host)
        {
            peers[row.from.name].insert(row.to.name);
            peers[row.to.name].insert(row.from.name);
        }
    }
    for (const auto& [vm, others] : peers)
    {
        m_mobility->GetVmManager()->SetPeers(vm, {others.begin(), others.end()});
    }
}

void
ScenarioRun::ServerEvent(HypervisorEvent event, const std::string& vm, uint32_t)
{
    // The hypervisor unplugs the VMs that stood there before it says so.
    const auto known = m_vms.find(vm);
    if (event == HypervisorEvent::FAILED && known != m_vms.end() && !known->second->GetHost())
    {
        m_crashed.insert(vm);
    }
}

void
ScenarioRun::AddOrderViolations(std::vector<std::string>& violations) const
{
    for (const auto& vm : m_results->lostVms)
    {
        // One whose end is the outcome of a move, or of a crash, is accounted for there.
        const ManagedVm* known = m_mobility->GetVmManager()->GetVm(vm);
        if (!m_crashed.count(vm) && known->state != ManagedVm::State::DESTROYED)
        {
            violations.push_back("VM " + vm + " was lost: it does not run any more");
        }
    }
    for (const auto& row : m_scenario.orders)
    {
        std::string outcome = "never given";
        std::string why;
        for (const auto& record : m_mobility->GetVmManager()->GetOperations())
        {
            if (record.name == row.request.name)
            {
                outcome = record.outcome;
                why = record.reason.empty() ? "" : ": " + record.reason;
            }
        }
        if (!row.expect.empty() && outcome != row.expect)
        {
            violations.push_back("order " + row.request.name + ": outcome " + outcome +
                                 ", expected " + row.expect + why);
        }
    }
}

} // namespace vmm
} // namespace ns3
