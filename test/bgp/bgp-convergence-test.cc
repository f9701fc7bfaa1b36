// SPDX-License-Identifier: GPL-2.0-only
// Properties of whole networks of speakers: the outcome does not depend on the order of things, it
// is the graph's shortest paths, and nothing is left of what is withdrawn.
#include "bgp-network.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint32_t FAR = 1000000;

/// A graph: edges between nodes, an AS and a level for each node.
struct Graph
{
    std::vector<std::pair<size_t, size_t>> edges;
    std::vector<BgpAsn> asns;
    std::vector<int> levels; //!< 0 is lowest
};

std::string
PrefixOf(size_t node)
{
    return "10.1." + std::to_string(node) + ".0/24";
}

void
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
Graph
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
Graph
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
Graph
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

Adjacency
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
std::vector<std::set<size_t>>
ShortestPathSets(const Adjacency& neighbors, size_t origin)
{
    std::vector<uint32_t> distance(neighbors.size(), FAR);
    std::deque<size_t> queue{origin};
    distance[origin] = 0;
    while (!queue.empty())
    {
        size_t at = queue.front();
        queue.pop_front();
        for (size_t next : neighbors[at])
        {
            if (distance[next] == FAR)
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
            if (distance[node] != FAR && distance[next] + 1 == distance[node])
            {
                sets[node].insert(next);
            }
        }
    }
    return sets;
}

/// Next nodes on all shortest paths that go up the levels and then down, never up again.
std::vector<std::set<size_t>>
ValleyFreeSets(const Graph& graph, const Adjacency& neighbors, size_t origin)
{
    size_t n = neighbors.size();
    // down[i]: from i to the origin going down only; any[i]: up first, then down.
    std::vector<uint32_t> down(n, FAR);
    std::vector<uint32_t> any(n, FAR);
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
            if (through < FAR && through == any[i])
            {
                sets[i].insert(j);
            }
        }
    }
    return sets;
}

Time
RandomTime(std::mt19937& random, uint32_t maxMs)
{
    return MicroSeconds(random() % (1000 * maxMs + 1));
}

/// Timings that differ from network to network.
BgpTiming
RandomTiming(std::mt19937& random)
{
    BgpTiming timing;
    if (random() % 2)
    {
        timing.processPerUpdate = RandomTime(random, 3);
        timing.processPerPrefix = RandomTime(random, 2);
    }
    if (random() % 2)
    {
        timing.selectionDelay = RandomTime(random, 60);
    }
    if (random() % 2)
    {
        timing.installDelay = RandomTime(random, 15);
    }
    if (random() % 2)
    {
        timing.advertiseStartDelay = RandomTime(random, 200);
    }
    if (random() % 2)
    {
        timing.externalInterval = RandomTime(random, 300);
        timing.withdrawalsWait = random() % 2;
    }
    return timing;
}

/**
 * Brings all edges up and originates a prefix at each node (and 10.9.0.0/24 at two) at random
 * times, with sessions that flap and routes that come and go in between, and runs to the end.
 */
void
Stir(BgpNetwork& network, const Graph& graph, std::mt19937& random)
{
    network.randomDelay = [&random]
    {
        return RandomTime(random, 20);
    };
    network.jitter = [&random]
    {
        return 0.75 + 0.25 * (random() % 1001) / 1000;
    };
    BgpPeerConfig config;
    config.splitHorizon = random() % 2;
    config.skipLoops = random() % 2;
    for (const auto& [a, b] : graph.edges)
    {
        BgpNetwork::LinkId id = network.Connect(a, b, MilliSeconds(1), config, config);
        bool flip = random() % 2;
        Time at = RandomTime(random, 500);
        auto up = [&network, id, flip]
        {
            network.Up(id, flip);
        };
        network.queue.At(at, up);
        if (random() % 4 == 0)
        {
            network.queue.At(at + RandomTime(random, 300),
                             [&network, id]
                             {
                                 network.Down(id);
                             });
            network.queue.At(at + MilliSeconds(300) + RandomTime(random, 300), up);
        }
    }
    auto originate = [&network, &random](size_t node, const std::string& prefix)
    {
        Time at = RandomTime(random, 1000);
        auto announce = [&network, node, prefix]
        {
            network.Originate(node, prefix);
        };
        network.queue.At(at, announce);
        if (random() % 4 == 0)
        {
            network.queue.At(at + RandomTime(random, 100),
                             [&network, node, prefix]
                             {
                                 network.Withdraw(node, prefix);
                             });
            network.queue.At(at + MilliSeconds(100) + RandomTime(random, 100), announce);
        }
    };
    for (size_t node = 0; node < graph.asns.size(); node++)
    {
        originate(node, PrefixOf(node));
    }
    originate(0, "10.9.0.0/24");
    originate(graph.asns.size() - 1, "10.9.0.0/24");
    network.queue.Run();
}

void
ExpectSets(const BgpNetwork& network,
           const std::string& prefix,
           size_t origin,
           const std::vector<std::set<size_t>>& expected)
{
    for (size_t node = 0; node < expected.size(); node++)
    {
        if (node != origin)
        {
            EXPECT_EQ(network.NextNodes(node, IpPrefix::FromString(prefix)), expected[node])
                << "at " << node << " to " << prefix;
        }
    }
}

/// All edges up, a prefix at each node of level 0, run to the end.
void
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

} // namespace

TEST(BgpConvergenceTest, OrderOfSessionsAndAnnouncementsDoesNotMatter)
{
    std::mt19937 random(1);
    for (int round = 0; round < 40; round++)
    {
        size_t nodes = 4 + random() % 7;
        size_t ases = 3 + random() % (nodes - 2);
        Graph graph = RandomGraph(random, nodes, std::min(ases, nodes));
        std::string first;
        for (int order = 0; order < 6; order++)
        {
            BgpNetwork network;
            AddRouters(network, graph, order ? RandomTiming(random) : BgpTiming());
            Stir(network, graph, random);
            std::string text = network.ToText();
            if (order == 0)
            {
                first = text;
                EXPECT_NE(text.find("10.9.0.0/24"), std::string::npos);
                continue;
            }
            ASSERT_EQ(text, first) << "round " << round << " order " << order;
        }
    }
}

TEST(BgpConvergenceTest, OneAsPerRouterGivesShortestPathSetsAlsoAfterFailures)
{
    std::mt19937 random(2);
    for (int round = 0; round < 30; round++)
    {
        size_t nodes = 4 + random() % 12;
        Graph graph = RandomGraph(random, nodes, nodes);
        BgpNetwork network;
        AddRouters(network, graph, RandomTiming(random));
        Start(network, graph);
        std::set<size_t> failed;
        for (int failure = 0; failure <= 3; failure++)
        {
            Adjacency neighbors = NeighborsOf(graph, failed);
            for (size_t origin = 0; origin < nodes; origin++)
            {
                ExpectSets(network, PrefixOf(origin), origin, ShortestPathSets(neighbors, origin));
            }
            size_t edge = random() % graph.edges.size();
            if (failed.insert(edge).second)
            {
                network.Down(edge);
                network.queue.Run();
            }
        }
        for (size_t edge : failed)
        {
            network.Up(edge);
        }
        network.queue.Run();
        ExpectSets(network, PrefixOf(0), 0, ShortestPathSets(NeighborsOf(graph, {}), 0));
    }
}

TEST(BgpConvergenceTest, SharedSpineAsGivesValleyFreePathSetsAlsoAfterFailures)
{
    std::mt19937 random(3);
    for (const Graph& graph : {LeafSpine(4, 2), LeafSpine(6, 4), FatTree(2), FatTree(4)})
    {
        BgpNetwork network;
        AddRouters(network, graph);
        Start(network, graph);
        std::set<size_t> failed;
        for (int failure = 0; failure <= 5; failure++)
        {
            Adjacency neighbors = NeighborsOf(graph, failed);
            for (size_t origin = 0; origin < graph.asns.size(); origin++)
            {
                if (graph.levels[origin] == 0)
                {
                    ExpectSets(network,
                               PrefixOf(origin),
                               origin,
                               ValleyFreeSets(graph, neighbors, origin));
                }
            }
            size_t edge = random() % graph.edges.size();
            if (failed.insert(edge).second)
            {
                network.Down(edge);
                network.queue.Run();
            }
        }
    }
}

TEST(BgpConvergenceTest, LeafSpineUsesEverySpine)
{
    Graph graph = LeafSpine(4, 3);
    BgpNetwork network;
    AddRouters(network, graph);
    Start(network, graph);
    IpPrefix prefix = IpPrefix::FromString(PrefixOf(1));
    EXPECT_EQ(network.NextNodes(0, prefix), (std::set<size_t>{4, 5, 6}));
    EXPECT_EQ(network.NextNodes(4, prefix), (std::set<size_t>{1}));
    EXPECT_EQ(network.routers[0]->speaker->GetBest(prefix)->attributes->AsPathText(),
              "65000 65101");
}

TEST(BgpConvergenceTest, NothingIsLeftAfterWithdrawal)
{
    std::mt19937 random(4);
    std::vector<Graph> graphs{LeafSpine(4, 2), FatTree(4)};
    for (int i = 0; i < 20; i++)
    {
        size_t nodes = 4 + random() % 8;
        graphs.push_back(RandomGraph(random, nodes, 3 + random() % (nodes - 2)));
    }
    for (Graph shared : std::vector<Graph>(graphs))
    {
        for (size_t i = 0; i < shared.asns.size(); i++)
        {
            shared.asns[i] = 4200000000 + i; // the same with one AS per router
        }
        graphs.push_back(shared);
    }
    for (const Graph& graph : graphs)
    {
        BgpNetwork network;
        AddRouters(network, graph, RandomTiming(random));
        Stir(network, graph, random);
        // A third place takes the prefix over: there, local routes win over what was best before.
        network.Originate(graph.asns.size() / 2, "10.9.0.0/24");
        network.queue.Run();
        std::vector<size_t> origins{0, graph.asns.size() / 2, graph.asns.size() - 1};
        std::shuffle(origins.begin(), origins.end(), random);
        for (size_t origin : origins)
        {
            network.queue.At(network.queue.now + RandomTime(random, 50),
                             [&network, origin]
                             {
                                 network.Withdraw(origin, "10.9.0.0/24");
                             });
        }
        if (random() % 2)
        {
            size_t edge = random() % graph.edges.size();
            network.queue.At(network.queue.now + RandomTime(random, 50),
                             [&network, edge]
                             {
                                 network.Down(edge);
                             });
        }
        network.queue.Run();
        EXPECT_TRUE(network.IsForgotten(IpPrefix::FromString("10.9.0.0/24")));
        for (const auto& router : network.routers)
        {
            EXPECT_TRUE(router->speaker->IsIdle());
            router->speaker->Withdraw(IpPrefix::FromString(PrefixOf(router->id)));
        }
        network.queue.Run();
        for (const auto& router : network.routers)
        {
            EXPECT_EQ(router->speaker->GetPrefixCount(), 0u);
            EXPECT_TRUE(router->fib.empty());
        }
    }
}

TEST(BgpConvergenceTest, PeersRouteThatBeatsOursReplacesItEverywhere)
{
    // 0 - 1 - 2 in a row; 1 originates, then hears a better route from 2 by local preference.
    BgpNetwork network;
    for (BgpAsn asn : {65001, 65002, 65003})
    {
        network.AddRouter(asn);
    }
    BgpPolicyRule rule;
    rule.actions.setLocalPref = 200;
    BgpPeerConfig preferred;
    preferred.importPolicy.rules = {rule};
    network.Connect(0, 1);
    network.Connect(1, 2, MilliSeconds(1), preferred);
    network.UpAll();
    IpPrefix prefix = IpPrefix::FromString("10.9.0.1/32");
    network.Originate(1, "10.9.0.1/32");
    network.queue.Run();
    EXPECT_EQ(network.NextNodes(2, prefix), (std::set<size_t>{1}));
    EXPECT_TRUE(network.routers[1]->fib.empty());
    network.Originate(2, "10.9.0.1/32");
    network.queue.Run();
    EXPECT_EQ(network.NextNodes(1, prefix), (std::set<size_t>{2}));
    EXPECT_EQ(network.routers[0]->speaker->GetBest(prefix)->attributes->AsPathText(),
              "65002 65003");
    // What 1 told 2 about its own route is taken back: 2 has its local route alone.
    EXPECT_EQ(network.routers[2]->speaker->GetEntry(prefix)->paths.size(), 1u);
    network.Withdraw(1, "10.9.0.1/32");
    network.Withdraw(2, "10.9.0.1/32");
    network.queue.Run();
    EXPECT_TRUE(network.IsForgotten(prefix));
}

TEST(BgpConvergenceTest, WithdrawalTravelsInFourRounds)
{
    // Radix 2: 2 pods of one leaf (0, 1) and one aggregation router (2, 3), one core (4).
    // Each router selects 50 ms after the first change; links take 1 ms: leaf 0 at 50 ms,
    // aggregation at 101, core at 152, the other aggregation at 203, the other leaf at 254.
    Graph graph = FatTree(2);
    BgpTiming timing = BgpTiming::Frr();
    BgpNetwork network;
    AddRouters(network, graph, timing);
    Start(network, graph);
    Time start = network.queue.now;
    size_t before = 0;
    for (const auto& router : network.routers)
    {
        before += router->withdrawals;
    }
    EXPECT_EQ(before, 0u);
    network.Withdraw(0, PrefixOf(0));
    network.queue.Run();
    EXPECT_EQ(network.lastChange - start, MilliSeconds(254));
    IpPrefix prefix = IpPrefix::FromString(PrefixOf(0));
    std::map<size_t, int> installed{{2, 111}, {4, 162}, {3, 213}, {1, 264}};
    for (const auto& [node, ms] : installed)
    {
        EXPECT_EQ(network.routers[node]->installedAt.at(prefix) - start, MilliSeconds(ms)) << node;
        EXPECT_EQ(network.routers[node]->withdrawals, node == 1 ? 0u : 1u) << node;
    }
    EXPECT_EQ(network.routers[0]->withdrawals, 1u);
}

TEST(BgpConvergenceTest, WithdrawalCrossesEachAdjacencyOnceEachWayItMust)
{
    // Fat-tree of 4, changes collected: each route that was announced is withdrawn once, and
    // nothing else is said. A prefix goes at a router only when all its equal paths are gone.
    Graph graph = FatTree(4);
    BgpNetwork network;
    AddRouters(network, graph, BgpTiming::Frr());
    Start(network, graph);
    IpPrefix prefix = IpPrefix::FromString(PrefixOf(0));
    // Leaf 0 tells 2 aggregation routers; each of them the other leaf and 2 cores; each of 4 cores
    // tells 3 pods; each of 6 aggregation routers there 2 leaves and its other core. A leaf with
    // two equal routes tells the aggregation router whose route is not its best: 7 leaves.
    size_t adjacencies = 2 + 2 * 3 + 4 * 3 + 6 * 3 + 7;
    size_t announced = 0;
    for (const auto& router : network.routers)
    {
        const BgpRibEntry* entry = router->speaker->GetEntry(prefix);
        announced += std::count_if(entry->outgoing.begin(),
                                   entry->outgoing.end(),
                                   [](const BgpAdvertisedPath& path)
                                   {
                                       return path.sent != nullptr;
                                   });
        router->announcements = 0;
    }
    EXPECT_EQ(announced, adjacencies);
    network.Withdraw(0, PrefixOf(0));
    network.queue.Run();
    size_t withdrawals = 0;
    for (const auto& router : network.routers)
    {
        withdrawals += router->withdrawals;
        EXPECT_EQ(router->announcements, 0u) << router->id;
        EXPECT_EQ(std::count_if(router->changes.begin(),
                                router->changes.end(),
                                [&prefix](const auto& change)
                                {
                                    return change.first == prefix && change.second == "none";
                                }),
                  1)
            << router->id;
    }
    EXPECT_EQ(withdrawals, adjacencies);
    EXPECT_TRUE(network.IsForgotten(prefix));
}

namespace
{

/// Time from the withdrawal at a stub behind node 0 of a clique of n until nothing changes.
Time
CliqueWithdrawal(size_t n, Time interval)
{
    BgpNetwork network;
    BgpSpeakerConfig config;
    config.timing.externalInterval = interval;
    BgpPeerConfig peer;
    peer.splitHorizon = false;
    for (size_t i = 0; i <= n; i++)
    {
        network.AddRouter(65001 + i, config);
    }
    for (size_t i = 0; i < n; i++)
    {
        for (size_t j = i + 1; j < n; j++)
        {
            network.Connect(i, j, MilliSeconds(10), peer, peer);
        }
    }
    network.Connect(0, n, MilliSeconds(10), peer, peer); // the stub
    network.UpAll();
    network.Originate(n, "10.9.0.0/24");
    network.queue.Run();
    Time start = network.queue.now;
    network.Withdraw(n, "10.9.0.0/24");
    network.queue.Run();
    EXPECT_TRUE(network.IsForgotten(IpPrefix::FromString("10.9.0.0/24"))) << n;
    return network.lastChange - start;
}

} // namespace

TEST(BgpConvergenceTest, WithdrawalInACliqueGrowsByTheIntervalPerRouter)
{
    // Each interval lets every router find one more path of a length gone; the first round is free.
    for (size_t n = 4; n <= 10; n++)
    {
        EXPECT_EQ(CliqueWithdrawal(n, Seconds(30)),
                  Seconds(30) * static_cast<int64_t>(n - 3) + MilliSeconds(30))
            << n;
    }
}

TEST(BgpConvergenceTest, WithdrawalInACliqueWithoutIntervalTakesLinkDelays)
{
    for (size_t n = 3; n <= 7; n++)
    {
        EXPECT_EQ(CliqueWithdrawal(n, Time()), MilliSeconds(10) * static_cast<int64_t>(n)) << n;
    }
}
