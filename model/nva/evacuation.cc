// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/evacuation.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

void
Evacuation::Close(bool closed)
{
    if (closed == m_closed)
    {
        return;
    }
    m_closed = closed;
    for (const auto& server : m_environment.GetServers())
    {
        if (IsInside(server.candidate.place.server))
        {
            m_environment.Close(server.candidate.place.server, closed);
        }
    }
}

Time
Evacuation::Begin()
{
    Close(true);
    return m_request.until ? *m_request.until - m_environment.Now() : Seconds(-1);
}

void
Evacuation::PlanMore()
{
    auto vms = m_environment.GetVms();
    std::stable_sort(vms.begin(),
                     vms.end(),
                     [](const OperationVm& a, const OperationVm& b)
                     {
                         return a.memory > b.memory;
                     });
    m_pending = false;
    for (const auto& vm : vms)
    {
        m_pending = m_pending ||
                    (!vm.destination.empty() && (IsInside(vm.server) || IsInside(vm.destination)));
        if (!IsInside(vm.server) || !vm.destination.empty() || !vm.running)
        {
            continue;
        }
        if (!HasRoom() || !MayTry(vm.vm))
        {
            continue;
        }
        const auto ranked = m_environment.Rank(vm, m_request.placement);
        const auto found = std::find_if(ranked.begin(),
                                        ranked.end(),
                                        [&](const std::string& server)
                                        {
                                            return !HasTried(vm.vm, server);
                                        });
        if (found != ranked.end())
        {
            Order(vm.vm, *found);
        }
    }
}

bool
Evacuation::IsComplete() const
{
    return !m_pending;
}

void
Evacuation::End()
{
    const auto vms = m_environment.GetVms();
    m_record.unplaced = static_cast<uint32_t>(std::count_if(vms.begin(),
                                                            vms.end(),
                                                            [this](const OperationVm& vm)
                                                            {
                                                                return IsInside(vm.server);
                                                            }));
    if (!m_record.reason.empty() || (m_request.until && m_environment.Now() >= *m_request.until))
    {
        Close(false);
    }
}

void
Evacuation::AfterEnd()
{
    Close(false);
}

} // namespace vmm
} // namespace ns3
