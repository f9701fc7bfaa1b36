// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/load-balancing.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{
constexpr double EPSILON = 1e-9; //!< what counts as less full
} // namespace

double
LoadBalancing::Load::GetShare(int64_t memoryMore, int64_t vcpusMore) const
{
    const auto& has = server.candidate;
    return std::max((double(memory) + double(memoryMore)) / double(has.memory),
                    (double(vcpus) + double(vcpusMore)) / double(has.vcpus));
}

Time
LoadBalancing::Begin()
{
    return m_request.until ? *m_request.until - m_environment.Now() : Seconds(-1);
}

std::vector<LoadBalancing::Load>
LoadBalancing::GetLoads(const std::vector<OperationVm>& vms) const
{
    std::vector<Load> loads;
    for (const auto& server : m_environment.GetServers())
    {
        const auto& has = server.candidate;
        if (!IsInside(has.place.server) || has.memory == 0 || has.vcpus == 0)
        {
            continue;
        }
        Load load{server, server.foreignMemory, server.foreignVcpus};
        for (const auto& vm : vms)
        {
            if ((vm.destination.empty() ? vm.server : vm.destination) == has.place.server)
            {
                load.memory += vm.memory;
                load.vcpus += vm.vcpus;
            }
        }
        loads.push_back(load);
    }
    std::stable_sort(loads.begin(),
                     loads.end(),
                     [](const Load& a, const Load& b)
                     {
                         return a.GetShare() > b.GetShare();
                     });
    return loads;
}

std::optional<LoadBalancing::Step>
LoadBalancing::FindStep(const Load& from, const Load& to, const std::vector<OperationVm>& vms) const
{
    const auto& room = to.server.candidate;
    std::optional<Step> best;
    double least = from.GetShare() - EPSILON;
    for (const auto& vm : vms)
    {
        const bool movable = vm.server == from.server.candidate.place.server && vm.running &&
                             vm.destination.empty() && MayTry(vm.vm) &&
                             !HasTried(vm.vm, room.place.server);
        if (!movable || vm.memory > room.freeMemory || vm.vcpus > room.freeVcpus)
        {
            continue;
        }
        const auto memory = static_cast<int64_t>(vm.memory);
        const double fuller =
            std::max(from.GetShare(-memory, -int64_t{vm.vcpus}), to.GetShare(memory, vm.vcpus));
        if (fuller < least)
        {
            least = fuller - EPSILON;
            best = Step{vm.vm, room.place.server};
        }
    }
    return best;
}

std::optional<LoadBalancing::Step>
LoadBalancing::FindStep() const
{
    const auto vms = m_environment.GetVms();
    const auto loads = GetLoads(vms);
    if (loads.empty() || loads.front().GetShare() - loads.back().GetShare() <= m_request.threshold)
    {
        return std::nullopt;
    }
    for (auto to = loads.rbegin(); to + 1 != loads.rend(); ++to)
    {
        const auto step = to->server.open ? FindStep(loads.front(), *to, vms) : std::nullopt;
        if (step)
        {
            return step;
        }
    }
    return std::nullopt;
}

void
LoadBalancing::PlanMore()
{
    for (auto step = FindStep(); step && HasRoom(); step = FindStep())
    {
        Order(step->vm, step->destination);
    }
}

bool
LoadBalancing::IsComplete() const
{
    return true; // with nothing under way, what can be done has been done
}

} // namespace vmm
} // namespace ns3
