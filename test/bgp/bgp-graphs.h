// SPDX-License-Identifier: GPL-2.0-only
// Graphs for networks of speakers, and what their routes should be.
#ifndef VMM_BGP_GRAPHS_H
#define VMM_BGP_GRAPHS_H

#include "bgp-network.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{
namespace bgp_test
{

constexpr uint32_t FAR_AWAY = 1000000;

/// A graph: edges between nodes, an AS and a level for each node.
struct Graph
{
    std::vector<std::pair<size_t, size_t>> edges;
    std::vector<BgpAsn> asns;
    std::vector<int> levels; //!< 0 is lowest
};

inline std::string
PrefixOf(size_t node)
{
    return "10.1." + std::to_string(node) + ".0/24";
}

inline void
AddRouters(BgpNetwork& network, const Graph& graph, const BgpTiming& timing = BgpTiming())
{
    for (BgpAsn asn : graph.asns)
    {
        BgpSpeakerConfig config;
        config.timing = timing;
        network.AddRouter(asn, config);
    }
}

/// Connected, with random extra edges. Every AS number is used by one router, or by several.
inline Graph
RandomGraph(std::mt19937& random, size_t nodes, size_t ases)
{
    Graph graph;
    std::set<std::pair<size_t, size_t>> edges;
    for (size_t i = 1; i < nodes; i++)
    {
        edges.insert({random() % i, i});
    }
    for (size_t i = 0; i < nodes; i++)
    {
        size_t a = random() % nodes;
        size_t b = random() % nodes;
        if (a != b)
        {
            edges.insert({std::min(a, b), std::max(a, b)});
        }
    }
    std::vector<BgpAsn> order;
    for (size_t i = 0; i < nodes; i++)
    {
        order.push_back(65001 + i % ases);
    }
    std::shuffle(order.begin(), order.end(), random);
    for (size_t i = 0; i < nodes; i++)
    {
        graph.asns.push_back(order[i]);
        graph.levels.push_back(0);
    }
    for (const auto& [a, b] : edges)
    {
        if (graph.asns[a] != graph.asns[b]) // all sessions are external
        {
            graph.edges.emplace_back(a, b);
        }
    }
    return graph;
}

/// 2 levels: leaves with an AS each, spines with one AS.
inline Graph
LeafSpine(size_t leaves, size_t spines)
{
    Graph graph;
    for (size_t i = 0; i < leaves; i++)
    {
        graph.asns.push_back(65100 + i);
        graph.levels.push_back(0);
    }
    for (size_t i = 0; i < spines; i++)
    {
        graph.asns.push_back(65000);
        graph.levels.push_back(1);
        for (size_t leaf = 0; leaf < leaves; leaf++)
        {
            graph.edges.emplace_back(leaf, leaves + i);
        }
    }
    return graph;
}

/// 3 levels: k pods of k/2 leaves and k/2 aggregation routers, (k/2)^2 cores; RFC 7938 numbering.
inline Graph
FatTree(size_t k)
{
    Graph graph;
    size_t half = k / 2;
    size_t aggregations = k * half;
    for (size_t i = 0; i < aggregations; i++)
    {
        graph.asns.push_back(65100 + i);
        graph.levels.push_back(0);
    }
    for (size_t i = 0; i < aggregations; i++)
    {
        size_t pod = i / half;
        graph.asns.push_back(65050 + pod);
        graph.levels.push_back(1);
        for (size_t leaf = 0; leaf < half; leaf++)
        {
            graph.edges.emplace_back(pod * half + leaf, aggregations + i);
        }
    }
    for (size_t i = 0; i < half * half; i++)
    {
        graph.asns.push_back(65000);
        graph.levels.push_back(2);
        for (size_t pod = 0; pod < k; pod++)
        {
            graph.edges.emplace_back(aggregations + pod * half + i / half, 2 * aggregations + i);
        }
    }
    return graph;
}

using Adjacency = std::vector<std::set<size_t>>;

inline Adjacency
NeighborsOf(const Graph& graph, const std::set<size_t>& failed)
{
    Adjacency neighbors(graph.asns.size());
    for (size_t e = 0; e < graph.edges.size(); e++)
    {
        if (!failed.count(e))
        {
            neighbors[graph.edges[e].first].insert(graph.edges[e].second);
            neighbors[graph.edges[e].second].insert(graph.edges[e].first);
        }
    }
    return neighbors;
}

/// Next nodes on all shortest paths to the origin.
inline std::vector<std::set<size_t>>
ShortestPathSets(const Adjacency& neighbors, size_t origin)
{
    std::vector<uint32_t> distance(neighbors.size(), FAR_AWAY);
    std::deque<size_t> queue{origin};
    distance[origin] = 0;
    while (!queue.empty())
    {
        size_t at = queue.front();
        queue.pop_front();
        for (size_t next : neighbors[at])
        {
            if (distance[next] == FAR_AWAY)
            {
                distance[next] = distance[at] + 1;
                queue.push_back(next);
            }
        }
    }
    std::vector<std::set<size_t>> sets(neighbors.size());
    for (size_t node = 0; node < neighbors.size(); node++)
    {
        for (size_t next : neighbors[node])
        {
            if (distance[node] != FAR_AWAY && distance[next] + 1 == distance[node])
            {
                sets[node].insert(next);
            }
        }
    }
    return sets;
}

/// Next nodes on all shortest paths that go up the levels and then down, never up again.
inline std::vector<std::set<size_t>>
ValleyFreeSets(const Graph& graph, const Adjacency& neighbors, size_t origin)
{
    size_t n = neighbors.size();
    // down[i]: from i to the origin going down only; any[i]: up first, then down.
    std::vector<uint32_t> down(n, FAR_AWAY);
    std::vector<uint32_t> any(n, FAR_AWAY);
    down[origin] = any[origin] = 0;
    for (size_t pass = 0; pass < 2 * n; pass++)
    {
        for (size_t i = 0; i < n; i++)
        {
            for (size_t j : neighbors[i])
            {
                if (graph.levels[j] < graph.levels[i])
                {
                    down[i] = std::min(down[i], down[j] + 1);
                }
                else
                {
                    any[i] = std::min(any[i], any[j] + 1);
                }
            }
            any[i] = std::min(any[i], down[i]);
        }
    }
    std::vector<std::set<size_t>> sets(n);
    for (size_t i = 0; i < n; i++)
    {
        for (size_t j : neighbors[i])
        {
            uint32_t through = (graph.levels[j] < graph.levels[i] ? down[j] : any[j]) + 1;
            if (through < FAR_AWAY && through == any[i])
            {
                sets[i].insert(j);
            }
        }
    }
    return sets;
}

/// All edges up, a prefix at each node of level 0, run to the end.
inline void
Start(BgpNetwork& network, const Graph& graph)
{
    for (const auto& [a, b] : graph.edges)
    {
        network.Connect(a, b);
    }
    network.UpAll();
    for (size_t node = 0; node < graph.asns.size(); node++)
    {
        if (graph.levels[node] == 0)
        {
            network.Originate(node, PrefixOf(node));
        }
    }
    network.queue.Run();
}

} // namespace bgp_test
} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_GRAPHS_H
