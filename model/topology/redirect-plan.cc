// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/redirect-plan.h"

#include <algorithm>
#include <set>

namespace ns3
{
namespace vmm
{

namespace
{

/**
 * @param topology the fabric
 * @param node where
 * @param destination where to
 * @param paths one or all
 * @return neighbours on the path set, by name, parallel links only once
 */
std::vector<NodeId>
GetNextHops(const Topology& topology, NodeId node, NodeId destination, PathSet paths)
{
    std::vector<NodeId> nodes;
    for (const TopologyNextHop& hop : topology.GetEqualCostNextHops(node, destination))
    {
        if (nodes.empty() || (paths == PathSet::ALL_EQUAL_COST && nodes.back() != hop.node))
        {
            nodes.push_back(hop.node);
        }
    }
    return nodes;
}

} // namespace

size_t
RedirectPlan::GetRouterCount() const
{
    size_t count = 0;
    for (const auto& level : levels)
    {
        count += std::count_if(level.begin(),
                               level.end(),
                               [](const RedirectStep& step)
                               {
                                   return !step.previous;
                               });
    }
    return count;
}

const RedirectStep*
RedirectPlan::Find(NodeId node) const
{
    for (const auto& level : levels)
    {
        for (const RedirectStep& step : level)
        {
            if (step.node == node)
            {
                return &step;
            }
        }
    }
    return nullptr;
}

std::map<NodeId, std::vector<NodeId>>
RedirectPlan::GetRoutes() const
{
    std::map<NodeId, std::vector<NodeId>> routes;
    for (const auto& level : levels)
    {
        for (const RedirectStep& step : level)
        {
            routes[step.node] = step.nextHops;
        }
    }
    return routes;
}

RedirectPlan
PlanRedirect(const Topology& topology,
             NodeId destination,
             const std::vector<NodeId>& previous,
             PathSet paths)
{
    RedirectPlan plan;
    std::set<NodeId> sources(previous.begin(), previous.end());
    sources.erase(destination);
    auto distances = topology.GetDistances(destination, PathMetric::COST);
    std::set<NodeId> told = {destination};
    std::vector<NodeId> open;
    for (NodeId source : sources)
    {
        if (distances->at(source) == UNREACHABLE_DISTANCE)
        {
            plan.unreachable.push_back(source);
        }
        else if (told.insert(source).second)
        {
            open.push_back(source);
        }
    }
    // The key sorts by distance, then name; the end stations have a level of their own at the end.
    std::map<std::pair<bool, uint64_t>, std::map<std::string, RedirectStep>> sorted;
    while (!open.empty())
    {
        NodeId node = open.back();
        open.pop_back();
        RedirectStep step{
            node, GetNextHops(topology, node, destination, paths), sources.count(node) > 0};
        for (NodeId next : step.nextHops)
        {
            if (told.insert(next).second)
            {
                open.push_back(next);
            }
        }
        bool end = !topology.IsTransit(node);
        sorted[{end, end ? 0 : distances->at(node)}][topology.GetNode(node).name] = step;
    }
    for (const auto& [key, steps] : sorted)
    {
        plan.levels.emplace_back();
        for (const auto& [name, step] : steps)
        {
            plan.levels.back().push_back(step);
        }
    }
    return plan;
}

} // namespace vmm
} // namespace ns3
