// SPDX-License-Identifier: GPL-2.0-only
// Properties of whole networks of speakers: the outcome does not depend on the order of things, it
// is the graph's shortest paths, and nothing is left of what is withdrawn.
#include "bgp-graphs.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace ns3;
using namespace ns3::vmm;
using namespace ns3::vmm::bgp_test;

namespace
{

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

TEST(BgpConvergenceTest, ReflectorsCarryRoutesInsideAnAsAndForgetThem)
{
    // One AS: 0 and 1 reflect for 2, 3, 4, and are no clients of each other. 5 is outside,
    // behind 2.
    BgpNetwork network;
    for (BgpAsn asn : {65000, 65000, 65000, 65000, 65000, 65001})
    {
        network.AddRouter(asn);
    }
    BgpPeerConfig toClient;
    toClient.routeReflectorClient = true;
    BgpPeerConfig self;
    self.nextHopSelf = true;
    for (size_t reflector : {0, 1})
    {
        for (size_t client : {2, 3, 4})
        {
            network.Connect(reflector, client, MilliSeconds(1), toClient, self);
        }
    }
    network.Connect(0, 1);
    network.Connect(2, 5);
    for (const auto& router : network.routers)
    {
        for (const auto& link : network.links)
        {
            for (const auto& end : link.ends)
            {
                router->remote[end.address] = {true, false, 10, {{end.address, 99}}};
            }
        }
    }
    network.UpAll();
    network.Originate(5, "10.9.0.1/32");
    network.queue.Run();
    IpPrefix prefix = IpPrefix::FromString("10.9.0.1/32");
    const BgpRibEntry* entry = network.routers[3]->speaker->GetEntry(prefix);
    ASSERT_EQ(entry->paths.size(), 2u); // one from each reflector
    EXPECT_EQ(entry->best.peer, 0u);    // ORIGINATOR_ID ties; then the lowest neighbour address
    EXPECT_EQ(entry->best.attributes->originatorId, 0x0a000003u);
    EXPECT_EQ(entry->best.attributes->clusterList, (std::vector<BgpRouterId>{0x0a000001}));
    EXPECT_EQ(entry->best.attributes->AsPathText(), "65001");
    // Client 2 hears its own route from nobody, and the reflectors hear it from each other.
    EXPECT_EQ(network.routers[2]->speaker->GetEntry(prefix)->paths.size(), 1u);
    EXPECT_EQ(network.routers[0]->speaker->GetEntry(prefix)->paths.size(), 2u);
    network.Down(0); // reflector 0 and client 2
    network.queue.Run();
    EXPECT_EQ(network.routers[0]->speaker->GetBest(prefix)->attributes->clusterList,
              (std::vector<BgpRouterId>{0x0a000002}));
    EXPECT_TRUE(network.routers[4]->speaker->GetBest(prefix));
    network.Withdraw(5, "10.9.0.1/32");
    network.queue.Run();
    EXPECT_TRUE(network.IsForgotten(prefix));
}
