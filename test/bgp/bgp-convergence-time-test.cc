// SPDX-License-Identifier: GPL-2.0-only
// How long networks of speakers take, and with how many messages.
#include "bgp-graphs.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;
using namespace ns3::vmm::bgp_test;

TEST(BgpConvergenceTimeTest, WithdrawalTravelsInFourRounds)
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

TEST(BgpConvergenceTimeTest, WithdrawalCrossesEachAdjacencyOnceEachWayItMust)
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

TEST(BgpConvergenceTimeTest, WithdrawalInACliqueGrowsByTheIntervalPerRouter)
{
    // Each interval lets every router find one more path of a length gone; the first round is free.
    for (size_t n = 4; n <= 10; n++)
    {
        EXPECT_EQ(CliqueWithdrawal(n, Seconds(30)),
                  Seconds(30) * static_cast<int64_t>(n - 3) + MilliSeconds(30))
            << n;
    }
}

TEST(BgpConvergenceTimeTest, WithdrawalInACliqueWithoutIntervalTakesLinkDelays)
{
    for (size_t n = 3; n <= 7; n++)
    {
        EXPECT_EQ(CliqueWithdrawal(n, Time()), MilliSeconds(10) * static_cast<int64_t>(n)) << n;
    }
}
