// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/topology-oracle.h"

namespace ns3
{
namespace vmm
{

TopologyOracle::TopologyOracle(const Topology& topology)
    : m_topology(topology)
{
}

void
TopologyOracle::AddFabricNode(uint32_t node, NodeId fabric)
{
    if (m_fabric.size() <= node)
    {
        m_fabric.resize(node + 1, NO_NODE);
    }
    m_fabric[node] = fabric;
    m_name[node] = m_topology.GetNode(fabric).name;
}

void
TopologyOracle::AddName(uint32_t node, const std::string& name)
{
    m_name[node] = name;
}

bool
TopologyOracle::IsFabricNode(uint32_t node) const
{
    return node < m_fabric.size() && m_fabric[node] != NO_NODE;
}

PathCost
TopologyOracle::GetShortest(uint32_t from, uint32_t to) const
{
    const uint64_t hops =
        m_topology.GetDistance(m_fabric.at(from), m_fabric.at(to), PathMetric::HOPS);
    const uint64_t delay =
        m_topology.GetDistance(m_fabric.at(from), m_fabric.at(to), PathMetric::DELAY);
    if (hops == UNREACHABLE_DISTANCE)
    {
        return {};
    }
    return {static_cast<uint32_t>(hops), NanoSeconds(delay)};
}

uint32_t
TopologyOracle::GetRouteHops(uint32_t from, uint32_t to) const
{
    const std::vector<NodeId> way = m_topology.GetShortestPath(m_fabric.at(from), m_fabric.at(to));
    uint32_t hops = 0;
    for (size_t i = 0; i + 1 < way.size(); ++i)
    {
        hops += StepOf(way[i], way[i + 1]).hops;
    }
    return hops;
}

PathCost
TopologyOracle::GetStep(uint32_t from, uint32_t to) const
{
    return StepOf(m_fabric.at(from), m_fabric.at(to));
}

PathCost
TopologyOracle::StepOf(NodeId from, NodeId to) const
{
    if (const Adjacency* adjacency = m_topology.FindAdjacency(from, to))
    {
        return {adjacency->hops, adjacency->delay};
    }
    const uint64_t hops = m_topology.GetDistance(from, to, PathMetric::HOPS);
    const uint64_t delay = m_topology.GetDistance(from, to, PathMetric::DELAY);
    return hops == UNREACHABLE_DISTANCE ? PathCost{}
                                        : PathCost{static_cast<uint32_t>(hops), NanoSeconds(delay)};
}

std::string
TopologyOracle::GetName(uint32_t node) const
{
    const auto found = m_name.find(node);
    return found == m_name.end() ? "node-" + std::to_string(node) : found->second;
}

} // namespace vmm
} // namespace ns3
