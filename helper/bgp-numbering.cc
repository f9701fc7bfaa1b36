// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-numbering.h"

#include <map>
#include <numeric>
#include <set>
#include <tuple>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint32_t FIRST_TWO_OCTET = 64512;       //!< RFC 6996
constexpr uint32_t LAST_TWO_OCTET = 65534;        //!< RFC 6996
constexpr uint32_t FIRST_FOUR_OCTET = 4200000000; //!< RFC 6996

/// Which nodes share a number: tier, data centre, pod or node.
using Group = std::tuple<NodeRole, uint16_t, NodeId>;

/// @return for each node the lowest aggregation or edge router of its pod; itself for others
std::vector<NodeId>
FindPods(const Topology& topology)
{
    std::vector<NodeId> pods(topology.GetNodeCount());
    std::iota(pods.begin(), pods.end(), 0);
    auto find = [&pods](NodeId node)
    {
        while (pods[node] != node)
        {
            node = pods[node];
        }
        return node;
    };
    for (LinkId link = 0; link < topology.GetLinkCount(); link++)
    {
        const TopologyLink& ends = topology.GetLink(link);
        NodeRole a = topology.GetNode(ends.a).role;
        NodeRole b = topology.GetNode(ends.b).role;
        if ((a == NodeRole::EDGE && b == NodeRole::AGGREGATION) ||
            (a == NodeRole::AGGREGATION && b == NodeRole::EDGE))
        {
            NodeId low = std::min(find(ends.a), find(ends.b));
            NodeId high = std::max(find(ends.a), find(ends.b));
            pods[high] = low;
        }
    }
    for (NodeId node = 0; node < pods.size(); node++)
    {
        pods[node] = find(node);
    }
    return pods;
}

/// @return what a node shares its number with
Group
GetGroup(const Topology& topology, NodeId node, NodeId pod, BgpNumbering numbering)
{
    const TopologyNode& what = topology.GetNode(node);
    if (numbering == BgpNumbering::CLOS)
    {
        if (what.role == NodeRole::SPINE || what.role == NodeRole::CORE)
        {
            return {what.role, what.dc, NO_NODE};
        }
        if (what.role == NodeRole::AGGREGATION)
        {
            return {what.role, what.dc, pod};
        }
    }
    return {NodeRole::ROUTER, what.dc, node};
}

} // namespace

std::vector<uint32_t>
NumberAutonomousSystems(const Topology& topology, BgpNumbering numbering, bool everyNode)
{
    std::set<uint32_t> taken;
    for (NodeId node = 0; node < topology.GetNodeCount(); node++)
    {
        taken.insert(topology.GetNode(node).asn.value_or(0));
    }
    std::vector<NodeId> pods = FindPods(topology);
    std::map<Group, uint32_t> numbers;
    std::vector<uint32_t> asns(topology.GetNodeCount(), 0);
    uint32_t next = FIRST_TWO_OCTET;
    for (NodeId node = 0; node < asns.size(); node++)
    {
        const TopologyNode& what = topology.GetNode(node);
        if (what.bridged || (!topology.IsTransit(node) && !everyNode))
        {
            continue;
        }
        if (what.asn)
        {
            asns[node] = *what.asn;
            continue;
        }
        uint32_t& number = numbers[GetGroup(topology, node, pods[node], numbering)];
        while (number == 0)
        {
            number = taken.count(next) ? 0 : next;
            next = next == LAST_TWO_OCTET ? FIRST_FOUR_OCTET : next + 1;
        }
        asns[node] = number;
    }
    return asns;
}

} // namespace vmm
} // namespace ns3
