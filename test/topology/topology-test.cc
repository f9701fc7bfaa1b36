// SPDX-License-Identifier: GPL-2.0-only
#include "fabrics.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;
using Strings = std::vector<std::string>;

namespace
{

/// @return a link of 1 Gbit/s, 1 us
TopologyLink
MakeLink(NodeId a, NodeId b, uint32_t cost = 1)
{
    TopologyLink link{a, b, DataRate("1Gbps"), MicroSeconds(1)};
    link.cost = cost;
    return link;
}

} // namespace

TEST(TopologyTest, RefusesWhatIsNoFabric)
{
    Topology t;
    NodeId a = t.AddNode({"a", NodeRole::ROUTER});
    NodeId b = t.AddNode({"b", NodeRole::ROUTER});
    EXPECT_THROW(t.AddNode({"a", NodeRole::HOST}), std::invalid_argument);
    EXPECT_THROW(t.AddNode({"", NodeRole::HOST}), std::invalid_argument);
    EXPECT_THROW(t.AddNode({"x y", NodeRole::HOST}), std::invalid_argument);
    TopologyNode bridge{"br", NodeRole::SERVER};
    bridge.bridged = true;
    EXPECT_THROW(t.AddNode(bridge), std::invalid_argument);
    TopologyNode far{"far", NodeRole::WAN};
    far.latitude = 90.5;
    EXPECT_THROW(t.AddNode(far), std::invalid_argument);
    EXPECT_THROW(t.AddLink(MakeLink(a, a)), std::invalid_argument);
    EXPECT_THROW(t.AddLink(MakeLink(a, 2)), std::invalid_argument);
    EXPECT_THROW(t.AddLink(MakeLink(a, b, 0)), std::invalid_argument);
    TopologyLink link = MakeLink(a, b);
    link.rate = DataRate(0);
    EXPECT_THROW(t.AddLink(link), std::invalid_argument);
    link = MakeLink(a, b);
    link.delay = MicroSeconds(-1);
    EXPECT_THROW(t.AddLink(link), std::invalid_argument);
    for (const char* queue :
         {"", "100", "p", "0p", "-5p", "10 p", "10q", "99999999999p", "4097MiB"})
    {
        link = MakeLink(a, b);
        link.queue = queue;
        EXPECT_THROW(t.AddLink(link), std::invalid_argument) << queue;
    }
    EXPECT_EQ(t.GetLinkCount(), 0u);
    t.AddLink(MakeLink(a, b));
    EXPECT_THROW(t.AddLink(MakeLink(b, a)), std::invalid_argument);
    link = MakeLink(b, a);
    link.index = 1;
    EXPECT_EQ(t.AddLink(link), 1u);
    EXPECT_EQ(t.GetNodeCount(), 2u);
    EXPECT_THROW(t.GetNodeId("c"), std::invalid_argument);
    EXPECT_FALSE(t.FindNode("c"));
    EXPECT_THROW(t.GetNode(2), std::out_of_range);
    EXPECT_EQ(t.FindLink(b, a, 1), std::optional<LinkId>(1));
    EXPECT_FALSE(t.FindLink(a, b, 2));
}

TEST(TopologyTest, RolesHaveNames)
{
    for (const char* name : {"server",
                             "leaf",
                             "spine",
                             "edge",
                             "aggregation",
                             "core",
                             "border",
                             "wan",
                             "switch",
                             "router",
                             "host",
                             "management"})
    {
        EXPECT_STREQ(NodeRoleName(ParseNodeRole(name)), name);
    }
    EXPECT_THROW(ParseNodeRole("Leaf"), std::invalid_argument);
}

TEST(TopologyTest, CostDecidesHopsAndDelayAreCounted)
{
    // a - b direct costs 5; a - c - b costs 1 + 2 over two links of 1 us.
    Topology t;
    NodeId a = t.AddNode({"a", NodeRole::ROUTER});
    NodeId b = t.AddNode({"b", NodeRole::ROUTER});
    NodeId c = t.AddNode({"c", NodeRole::ROUTER});
    t.AddLink(MakeLink(a, b, 5));
    LinkId ac = t.AddLink(MakeLink(a, c, 1));
    t.AddLink(MakeLink(c, b, 2));
    EXPECT_EQ(t.GetDistance(a, b, PathMetric::COST), 3u);
    EXPECT_EQ(t.GetDistance(b, a, PathMetric::COST), 3u);
    EXPECT_EQ(t.GetDistance(a, b, PathMetric::HOPS), 1u);
    EXPECT_EQ(t.GetDistance(a, b, PathMetric::DELAY), 1000u);
    EXPECT_EQ(Names(t, t.GetShortestPath(a, b)), (Strings{"a", "c", "b"}));
    uint64_t version = t.GetVersion();
    t.SetLinkUp(ac, false);
    EXPECT_GT(t.GetVersion(), version);
    EXPECT_EQ(t.GetDistance(a, b, PathMetric::COST), 5u);
    EXPECT_EQ(Names(t, t.GetShortestPath(a, b)), (Strings{"a", "b"}));
    t.SetLinkUp(ac, true);
    EXPECT_EQ(t.GetDistance(a, b, PathMetric::COST), 3u);
    Topology copy = t;
    t.SetLinkUp(ac, false);
    EXPECT_EQ(copy.GetDistance(a, b, PathMetric::COST), 3u);
    EXPECT_EQ(t.GetDistance(a, b, PathMetric::COST), 5u);
}

TEST(TopologyTest, ServersDoNotTransit)
{
    // Two leaves joined by a dual-homed server only: the server reaches both, they not each other.
    Topology t;
    NodeId leaf0 = t.AddNode({"leaf-0", NodeRole::LEAF});
    NodeId leaf1 = t.AddNode({"leaf-1", NodeRole::LEAF});
    NodeId server = t.AddNode({"server", NodeRole::SERVER});
    t.AddLink(MakeLink(server, leaf0));
    t.AddLink(MakeLink(server, leaf1));
    EXPECT_EQ(t.GetDistance(server, leaf1, PathMetric::COST), 1u);
    EXPECT_EQ(t.GetDistance(leaf0, server, PathMetric::COST), 1u);
    EXPECT_EQ(t.GetDistance(leaf0, leaf1, PathMetric::COST), UNREACHABLE_DISTANCE);
    EXPECT_TRUE(t.GetShortestPath(leaf0, leaf1).empty());
    EXPECT_TRUE(t.GetEqualCostNextHops(leaf0, leaf1).empty());
    EXPECT_EQ(t.FindUnreachable(), std::optional<NodeId>(leaf1));
    EXPECT_FALSE(t.IsConnected());
    t.AddLink(MakeLink(leaf0, leaf1));
    EXPECT_TRUE(t.IsConnected());
}

TEST(TopologyTest, ServersAloneAreConnectedOnlyAsNeighbours)
{
    Topology t;
    for (const char* name : {"a", "b", "c"})
    {
        t.AddNode({name, NodeRole::SERVER});
    }
    t.AddLink(MakeLink(0, 1));
    t.AddLink(MakeLink(1, 2));
    EXPECT_FALSE(t.IsConnected());
    t.AddLink(MakeLink(0, 2));
    EXPECT_TRUE(t.IsConnected());
    EXPECT_TRUE(Topology().IsConnected());
}

TEST(TopologyTest, EqualCostSetsOfALeafSpine)
{
    Topology t = MakeLeafSpine(4, 2, 2);
    EXPECT_EQ(t.GetNodeCount(), 2u + 4u + 8u + 1u);
    EXPECT_EQ(t.GetLinkCount(), 8u + 8u + 1u);
    NodeId leaf0 = t.GetNodeId("leaf-0");
    NodeId server31 = t.GetNodeId("server-3-1");
    EXPECT_EQ(Names(t, t.GetEqualCostNextHops(leaf0, server31)), (Strings{"spine-0", "spine-1"}));
    EXPECT_EQ(Names(t, t.GetShortestPath(t.GetNodeId("server-0-0"), server31)),
              (Strings{"server-0-0", "leaf-0", "spine-0", "leaf-3", "server-3-1"}));
    EXPECT_EQ(t.GetDistance(t.GetNodeId("server-0-0"), server31, PathMetric::HOPS), 4u);
    EXPECT_EQ(t.GetDistance(t.GetNodeId("server-3-0"), server31, PathMetric::HOPS), 2u);
    EXPECT_EQ(t.GetNode(*t.GetDefaultRouter(server31)).name, "leaf-3");
    EXPECT_EQ(t.GetDefaultRouter(leaf0), std::optional<NodeId>(leaf0));
    EXPECT_EQ(t.GetNves().size(), 8u);
    EXPECT_TRUE(t.GetSegments().empty());
    LinkId uplink = *t.FindLink(leaf0, t.GetNodeId("spine-0"));
    t.SetLinkUp(uplink, false);
    EXPECT_EQ(Names(t, t.GetEqualCostNextHops(leaf0, server31)), (Strings{"spine-1"}));
    EXPECT_EQ(Names(t, t.GetEqualCostNextHops(t.GetNodeId("spine-0"), leaf0)),
              (Strings{"leaf-1", "leaf-2", "leaf-3"}));
}

TEST(TopologyTest, ParallelLinksAreSeveralNextHops)
{
    Topology t = MakeFigureOne("routed");
    NodeId agg = t.GetNodeId("agg");
    std::vector<TopologyNextHop> hops = t.GetEqualCostNextHops(agg, t.GetNodeId("switch-0"));
    ASSERT_EQ(hops.size(), 2u);
    EXPECT_EQ(hops[0].node, hops[1].node);
    EXPECT_LT(hops[0].link, hops[1].link);
    // To nve-a over either switch and either link to it.
    EXPECT_EQ(Names(t, t.GetEqualCostNextHops(agg, t.GetNodeId("nve-a"))),
              (Strings{"switch-0", "switch-0", "switch-1", "switch-1"}));
    // switch-0 reaches switch-1 over agg and never over an NVE: 2 links either way round.
    EXPECT_EQ(Names(t, t.GetEqualCostNextHops(t.GetNodeId("switch-0"), t.GetNodeId("switch-1"))),
              (Strings{"agg", "agg"}));
}

TEST(TopologyTest, BridgedFigureIsOneSegmentWithASpanningTree)
{
    Topology t = MakeFigureOne("bridged");
    ASSERT_EQ(t.GetSegments().size(), 1u);
    const BridgedSegment& segment = t.GetSegments().front();
    EXPECT_EQ(Names(t, segment.bridges), (Strings{"agg", "switch-0", "switch-1"}));
    Strings stations;
    for (const SegmentStation& station : segment.stations)
    {
        stations.push_back(t.GetNode(station.node).name);
    }
    EXPECT_EQ(stations, (Strings{"r-0", "r-1", "nve-a", "nve-b"}));
    // 3 bridges and 4 stations: 6 links in the tree; 10 links in all.
    EXPECT_EQ(segment.links.size(), 6u);
    EXPECT_EQ(segment.blocked.size(), 4u);
    NodeId agg = t.GetNodeId("agg");
    NodeId nveA = t.GetNodeId("nve-a");
    NodeId nveB = t.GetNodeId("nve-b");
    EXPECT_FALSE(t.IsBlocked(*t.FindLink(agg, t.GetNodeId("switch-0"), 0)));
    EXPECT_TRUE(t.IsBlocked(*t.FindLink(agg, t.GetNodeId("switch-0"), 1)));
    EXPECT_FALSE(t.IsBlocked(*t.FindLink(nveB, t.GetNodeId("switch-1"))));
    EXPECT_TRUE(t.IsBlocked(*t.FindLink(nveB, t.GetNodeId("switch-0"))));
    // On-link, over four physical links.
    EXPECT_EQ(Names(t, t.GetEqualCostNextHops(nveA, nveB)), (Strings{"nve-b"}));
    const Adjacency* adjacency = t.FindAdjacency(nveA, nveB);
    ASSERT_NE(adjacency, nullptr);
    EXPECT_EQ(adjacency->hops, 4u);
    EXPECT_EQ(adjacency->cost, 1u);
    EXPECT_EQ(adjacency->delay, MicroSeconds(4));
    EXPECT_EQ(t.GetPhysicalLinks(nveA, *adjacency).size(), 4u);
    EXPECT_EQ(t.GetPhysicalLinks(nveA, *adjacency).front(), adjacency->link);
    EXPECT_EQ(t.GetPhysicalLinks(nveA, *adjacency).back(), adjacency->remoteLink);
    EXPECT_EQ(t.GetDistance(nveA, nveB, PathMetric::HOPS), 4u);
    EXPECT_EQ(t.GetDistance(nveA, t.GetNodeId("br-0"), PathMetric::HOPS), 4u);
    EXPECT_EQ(t.GetDistance(nveA, t.GetNodeId("br-0"), PathMetric::COST), 2u);
    EXPECT_EQ(Names(t, t.GetShortestPath(t.GetNodeId("br-0"), nveB)),
              (Strings{"br-0", "r-0", "nve-b"}));
    EXPECT_EQ(t.GetNode(*t.GetDefaultRouter(nveA)).name, "r-0");
    EXPECT_TRUE(t.IsConnected());
    // A cut tree link cuts the segment: the tree does not heal.
    t.SetLinkUp(*t.FindLink(agg, t.GetNodeId("switch-1"), 0), false);
    EXPECT_EQ(t.FindAdjacency(nveA, nveB), nullptr);
    EXPECT_EQ(t.FindUnreachable(), std::optional<NodeId>(nveB));
}

TEST(TopologyTest, DijkstraAgreesWithFloydWarshall)
{
    // Deterministic pseudo-random routers; every node forwards, so plain all-pairs distances hold.
    for (uint32_t seed = 1; seed <= 20; seed++)
    {
        uint32_t state = seed * 2654435761u;
        auto next = [&state](uint32_t n)
        {
            state = state * 1664525u + 1013904223u;
            return (state >> 16) % n;
        };
        Topology t;
        const uint32_t n = 12;
        std::vector<std::vector<uint64_t>> d(n, std::vector<uint64_t>(n, 1000000));
        for (uint32_t i = 0; i < n; i++)
        {
            t.AddNode({"r" + std::to_string(i), NodeRole::ROUTER});
            d[i][i] = 0;
        }
        for (uint32_t i = 0; i < 20; i++)
        {
            NodeId a = next(n);
            NodeId b = next(n);
            if (a != b && !t.FindLink(a, b))
            {
                uint32_t cost = 1 + next(9);
                t.AddLink(MakeLink(a, b, cost));
                d[a][b] = d[b][a] = cost;
            }
        }
        for (uint32_t k = 0; k < n; k++)
        {
            for (uint32_t i = 0; i < n; i++)
            {
                for (uint32_t j = 0; j < n; j++)
                {
                    d[i][j] = std::min(d[i][j], d[i][k] + d[k][j]);
                }
            }
        }
        for (uint32_t i = 0; i < n; i++)
        {
            for (uint32_t j = 0; j < n; j++)
            {
                uint64_t got = t.GetDistance(i, j, PathMetric::COST);
                EXPECT_EQ(got == UNREACHABLE_DISTANCE ? 1000000 : got, d[i][j]);
                for (const TopologyNextHop& hop : t.GetEqualCostNextHops(i, j))
                {
                    EXPECT_EQ(d[hop.node][j] + t.GetLink(hop.link).cost, d[i][j]);
                }
            }
        }
    }
}
