// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/topology-summary.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the candidates, grouped by which reach each other
std::vector<std::vector<NodeId>>
GroupByReach(const Topology& topology, const std::vector<NodeId>& candidates)
{
    std::vector<std::vector<NodeId>> groups;
    for (NodeId node : candidates)
    {
        auto group =
            std::find_if(groups.begin(),
                         groups.end(),
                         [&topology, node](const std::vector<NodeId>& other)
                         {
                             return topology.GetDistance(other.front(), node, PathMetric::HOPS) !=
                                    UNREACHABLE_DISTANCE;
                         });
        if (group == groups.end())
        {
            groups.push_back({node});
        }
        else
        {
            group->push_back(node);
        }
    }
    return groups;
}

/// @return the largest group, the first of them
std::vector<NodeId>
TakeLargest(const std::vector<std::vector<NodeId>>& groups)
{
    auto largest = std::max_element(groups.begin(),
                                    groups.end(),
                                    [](const auto& a, const auto& b)
                                    {
                                        return a.size() < b.size();
                                    });
    return largest == groups.end() ? std::vector<NodeId>() : *largest;
}

} // namespace

TopologySummary
Summarize(const Topology& topology)
{
    std::vector<NodeId> nodes;
    for (NodeId node = 0; node < topology.GetNodeCount(); node++)
    {
        if (!topology.GetNode(node).bridged)
        {
            nodes.push_back(node);
        }
    }
    TopologySummary summary;
    const auto parts = GroupByReach(topology, nodes);
    summary.parts = parts.size();
    const std::vector<NodeId> nves = topology.GetNves();
    summary.nves = !nves.empty();
    summary.participants = TakeLargest(summary.nves ? GroupByReach(topology, nves) : parts);
    for (NodeId from : summary.participants)
    {
        auto hops = topology.GetDistances(from, PathMetric::HOPS);
        auto delays = topology.GetDistances(from, PathMetric::DELAY);
        for (NodeId to : summary.participants)
        {
            summary.diameterHops = std::max(summary.diameterHops, hops->at(to));
            summary.diameterDelay =
                std::max(summary.diameterDelay, NanoSeconds(static_cast<int64_t>(delays->at(to))));
        }
    }
    return summary;
}

} // namespace vmm
} // namespace ns3
