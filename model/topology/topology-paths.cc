// SPDX-License-Identifier: GPL-2.0-only
// Shortest paths of a Topology, over its layer 3 graph.
#include "ns3/topology-graph.h"

#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/filtered_graph.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// How many distances of one metric are kept before all are forgotten: 256 MiB.
constexpr size_t CACHE_LIMIT = size_t{1} << 25;

/// Keeps the edges that leave the root or a node that forwards.
template <typename G>
struct TransitEdges
{
    const G* graph = nullptr;                   //!< the graph
    const std::vector<bool>* transit = nullptr; //!< of each node: whether it forwards
    NodeId root = NO_NODE;                      //!< where the search begins

    /// @param edge an edge @return whether a path may take it
    template <typename Edge>
    bool operator()(const Edge& edge) const
    {
        NodeId from = static_cast<NodeId>(boost::source(edge, *graph));
        return from == root || (*transit)[from];
    }
};

} // namespace

std::shared_ptr<const DistanceTable>
Topology::GetDistances(NodeId source, PathMetric metric) const
{
    GetNode(source);
    Graph& g = Derive();
    size_t kind = static_cast<size_t>(metric);
    auto& cache = g.distances.at(kind);
    auto it = cache.find(source);
    if (it != cache.end())
    {
        return it->second;
    }
    std::vector<bool> transit(GetNodeCount());
    for (NodeId node = 0; node < GetNodeCount(); node++)
    {
        transit[node] = IsTransit(node);
    }
    using Filter = TransitEdges<Graph::RoutedGraph>;
    boost::filtered_graph<Graph::RoutedGraph, Filter> view(g.routed,
                                                           Filter{&g.routed, &transit, source});
    auto table = std::make_shared<DistanceTable>(GetNodeCount(), UNREACHABLE_DISTANCE);
    auto length = boost::make_function_property_map<Graph::RoutedGraph::edge_descriptor, uint64_t>(
        [&g, kind](const Graph::RoutedGraph::edge_descriptor& edge)
        {
            return g.routed[edge].length[kind];
        });
    auto index = boost::get(boost::vertex_index, g.routed);
    boost::dijkstra_shortest_paths(
        view,
        source,
        boost::weight_map(length)
            .distance_map(boost::make_iterator_property_map(table->begin(), index))
            .distance_inf(UNREACHABLE_DISTANCE));
    if (!cache.empty() && (cache.size() + 1) * GetNodeCount() > CACHE_LIMIT)
    {
        cache.clear();
    }
    cache[source] = table;
    return table;
}

uint64_t
Topology::GetDistance(NodeId a, NodeId b, PathMetric metric) const
{
    return GetDistances(a, metric)->at(b);
}

std::vector<TopologyNextHop>
Topology::GetEqualCostNextHops(NodeId node, NodeId destination) const
{
    std::vector<TopologyNextHop> hops;
    auto distances = GetDistances(destination, PathMetric::COST);
    uint64_t here = distances->at(node);
    if (node == destination || here == UNREACHABLE_DISTANCE)
    {
        return hops;
    }
    for (const Adjacency& adjacency : GetAdjacencies(node))
    {
        NodeId next = adjacency.neighbour;
        uint64_t rest = (*distances)[next];
        if ((next == destination || IsTransit(next)) && rest != UNREACHABLE_DISTANCE &&
            rest + adjacency.cost == here)
        {
            hops.push_back({next, adjacency.link});
        }
    }
    return hops;
}

std::vector<NodeId>
Topology::GetShortestPath(NodeId from, NodeId to) const
{
    std::vector<NodeId> path = {from};
    while (path.back() != to)
    {
        std::vector<TopologyNextHop> hops = GetEqualCostNextHops(path.back(), to);
        if (hops.empty())
        {
            return {};
        }
        path.push_back(hops.front().node);
    }
    return path;
}

std::optional<NodeId>
Topology::GetDefaultRouter(NodeId nve) const
{
    if (IsTransit(nve))
    {
        return nve;
    }
    const Adjacency* best = nullptr;
    for (const Adjacency& adjacency : GetAdjacencies(nve))
    {
        if (IsTransit(adjacency.neighbour) && (!best || adjacency.cost < best->cost))
        {
            best = &adjacency;
        }
    }
    return best ? std::make_optional(best->neighbour) : std::nullopt;
}

std::optional<NodeId>
Topology::FindUnreachable() const
{
    for (const BridgedSegment& segment : GetSegments())
    {
        if (segment.stations.empty())
        {
            return segment.bridges.front();
        }
    }
    // One forwarding node that reaches all is enough: it joins any two. Without one, every node
    // must be a neighbour of every other.
    std::vector<NodeId> sources;
    std::vector<NodeId> all;
    for (NodeId node = 0; node < GetNodeCount(); node++)
    {
        if (!GetNode(node).bridged)
        {
            all.push_back(node);
        }
        if (sources.empty() && IsTransit(node))
        {
            sources.push_back(node);
        }
    }
    for (NodeId source : sources.empty() ? all : sources)
    {
        auto distances = GetDistances(source, PathMetric::COST);
        for (NodeId node : all)
        {
            if ((*distances)[node] == UNREACHABLE_DISTANCE)
            {
                return node;
            }
        }
    }
    return std::nullopt;
}

bool
Topology::IsConnected() const
{
    return !FindUnreachable();
}

} // namespace vmm
} // namespace ns3
