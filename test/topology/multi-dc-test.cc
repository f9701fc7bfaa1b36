// SPDX-License-Identifier: GPL-2.0-only
// Several data centres and the WAN between them, with everything counted by hand.
#include "fabrics.h"

#include "ns3/forwarding-walk.h"

#include <gtest/gtest.h>

#include <set>

using namespace ns3;
using namespace ns3::vmm;
using Strings = std::vector<std::string>;
using Values = std::map<std::string, std::string>;

namespace
{

/// @return an input with small leaf-spine data centres: 2 spines, 2 leaves, 1 server on each
BuilderInput
Small(const Values& values)
{
    BuilderInput input;
    input.values = {{"leaves", "2"}, {"spines", "2"}, {"servers", "1"}};
    for (const auto& [key, value] : values)
    {
        input.values[key] = value;
    }
    return input;
}

/// @return the topology
Topology
Make(const BuilderInput& input)
{
    return TopologyBuilder::Make("multi-dc", input);
}

/// @return a row of a listed WAN
NamedLink
Row(const std::string& a, const std::string& b, uint64_t km)
{
    NamedLink row{a, b, {}};
    row.link.rate = DataRate("1Gbps");
    row.link.delay = GetFibreDelay(km * 1000);
    return row;
}

/// @return "a b" of every link between two routers of the WAN, in order
Strings
WanLinks(const Topology& t)
{
    Strings names;
    auto isWan = [&t](NodeId node)
    {
        NodeRole role = t.GetNode(node).role;
        return role == NodeRole::BORDER || role == NodeRole::WAN;
    };
    for (LinkId link = 0; link < t.GetLinkCount(); link++)
    {
        const TopologyLink& l = t.GetLink(link);
        if (isWan(l.a) && isWan(l.b))
        {
            names.push_back(t.GetNode(l.a).name + " " + t.GetNode(l.b).name);
        }
    }
    return names;
}

/// @return fewest and most links of the ways from a node to a VM of dc0-server-0-0 that moved
std::pair<uint64_t, uint64_t>
Triangle(const Topology& t, RedirectReading reading, const std::string& from, const std::string& to)
{
    NodeId source = t.GetNodeId("dc0-server-0-0");
    ForwardingState state = MakeForwardingState(t, reading, source, t.GetNodeId(to), {source});
    WalkSummary summary = WalkAnalysis(t, state).From(t.GetNodeId(from));
    EXPECT_FALSE(summary.mayLoop || summary.mayFail);
    return {summary.minHops, summary.maxHops};
}

} // namespace

TEST(MultiDcTest, TwoLeafSpinesCounted)
{
    Topology t = Make(Small({{"borders", "1"}}));
    // A data centre: 2 spines, 2 leaves, 2 servers, 1 border router; one management node.
    EXPECT_EQ(t.GetNodeCount(), 2 * 7 + 1u);
    // 4 leaf - spine, 2 servers, 2 border - spine; one WAN link, one management node.
    EXPECT_EQ(t.GetLinkCount(), 2 * 8 + 2u);
    EXPECT_TRUE(t.IsConnected());
    for (NodeId node = 0; node < t.GetNodeCount(); node++)
    {
        const TopologyNode& n = t.GetNode(node);
        bool server = n.role == NodeRole::SERVER;
        EXPECT_EQ(n.nve, server) << n.name;
        if (n.name != "mn")
        {
            EXPECT_EQ(n.name.substr(0, 4), "dc" + std::to_string(n.dc) + "-");
        }
    }
    EXPECT_EQ(Names(t, t.GetNodesOf(NodeRole::BORDER)), (Strings{"dc0-br-0", "dc1-br-0"}));
    EXPECT_EQ(Names(t, t.GetNodesOf(NodeRole::SPINE)),
              (Strings{"dc0-spine-0", "dc0-spine-1", "dc1-spine-0", "dc1-spine-1"}));
    EXPECT_EQ(Names(t, t.GetNodesOf(NodeRole::LEAF)),
              (Strings{"dc0-leaf-0", "dc0-leaf-1", "dc1-leaf-0", "dc1-leaf-1"}));
    EXPECT_EQ(Names(t, t.GetNves()),
              (Strings{"dc0-server-0-0", "dc0-server-1-0", "dc1-server-0-0", "dc1-server-1-0"}));
    NodeId from = t.GetNodeId("dc0-server-1-0");
    NodeId to = t.GetNodeId("dc1-server-0-0");
    // server leaf spine br br spine leaf server.
    EXPECT_EQ(t.GetDistance(from, to, PathMetric::HOPS), 7u);
    EXPECT_EQ(t.GetDistance(from, to, PathMetric::DELAY), 5000000u + 6 * 1000u);
    EXPECT_EQ(Names(t, t.GetEqualCostNextHops(t.GetNodeId("dc0-leaf-1"), to)),
              (Strings{"dc0-spine-0", "dc0-spine-1"}));
    // Nothing of one data centre goes through another one.
    EXPECT_EQ(t.GetDistance(from, t.GetNodeId("dc0-server-0-0"), PathMetric::HOPS), 4u);
}

TEST(MultiDcTest, FabricsMayDiffer)
{
    BuilderInput input;
    input.values = {
        {"dcs", "3"}, {"dc_fabric", "leaf-spine fat-tree leaf-spine"}, {"management_dc", "1"}};
    Topology t = Make(input);
    // leaf-spine 4x2 with 2 servers a leaf: 14 nodes, 16 links; 2 border routers of 2 links each.
    // fat-tree k=4: 36 nodes, 48 links; 2 border routers of 4 links each. Three WAN links for each
    // border router of a data centre.
    EXPECT_EQ(t.GetNodeCount(), 2 * 16 + 38 + 1u);
    EXPECT_EQ(t.GetLinkCount(), 2 * 20 + 56 + 2 * 3 + 1u);
    EXPECT_EQ(t.GetNves().size(), 2 * 8 + 16u);
    NodeId core = t.GetNodeId("dc1-core-3");
    EXPECT_EQ(t.GetNode(core).dc, 1);
    EXPECT_EQ(t.GetNode(t.GetNodeId("dc1-agg-3-1")).role, NodeRole::AGGREGATION);
    EXPECT_TRUE(t.FindLink(t.GetNodeId("dc1-br-1"), core));
    NodeId mn = t.GetNodeId("mn");
    EXPECT_EQ(t.GetNode(mn).dc, 1);
    EXPECT_TRUE(t.FindLink(mn, t.GetNodeId("dc1-edge-0-0")));
    // server edge agg core br br spine leaf server.
    EXPECT_EQ(t.GetDistance(
                  t.GetNodeId("dc1-server-2-1-0"), t.GetNodeId("dc2-server-3-1"), PathMetric::HOPS),
              8u);
    EXPECT_EQ(t.GetDistance(t.GetNodeId("dc1-server-2-1-0"),
                            t.GetNodeId("dc1-server-3-1-0"),
                            PathMetric::HOPS),
              6u);
}

TEST(MultiDcTest, MeshAndRing)
{
    Topology mesh = Make(Small({{"dcs", "4"}}));
    EXPECT_EQ(WanLinks(mesh).size(), 6 * 2u);
    EXPECT_EQ(WanLinks(mesh)[1], "dc0-br-1 dc1-br-1");
    Topology ring = Make(Small({{"dcs", "4"}, {"wan", "ring"}}));
    EXPECT_EQ(WanLinks(ring),
              (Strings{"dc0-br-0 dc1-br-0",
                       "dc0-br-1 dc1-br-1",
                       "dc0-br-0 dc3-br-0",
                       "dc0-br-1 dc3-br-1",
                       "dc1-br-0 dc2-br-0",
                       "dc1-br-1 dc2-br-1",
                       "dc2-br-0 dc3-br-0",
                       "dc2-br-1 dc3-br-1"}));
    auto hops = [](const Topology& t, const std::string& to)
    {
        return t.GetDistance(t.GetNodeId("dc0-server-0-0"), t.GetNodeId(to), PathMetric::HOPS);
    };
    EXPECT_EQ(hops(mesh, "dc2-server-0-0"), 7u);
    EXPECT_EQ(hops(ring, "dc3-server-0-0"), 7u);
    // Through the border router of dc1 or dc3.
    EXPECT_EQ(hops(ring, "dc2-server-0-0"), 8u);
    EXPECT_EQ(Names(ring,
                    ring.GetEqualCostNextHops(ring.GetNodeId("dc0-br-0"),
                                              ring.GetNodeId("dc2-server-0-0"))),
              (Strings{"dc1-br-0", "dc3-br-0"}));
    EXPECT_EQ(WanLinks(Make(Small({{"wan", "ring"}}))).size(), 2u) << "two are no ring";
    EXPECT_EQ(WanLinks(Make(Small({{"dcs", "1"}}))).size(), 0u);
}

TEST(MultiDcTest, RatesAndDelays)
{
    BuilderInput input = Small({});
    input.serverRate = DataRate("1Gbps");
    input.fabricRate = DataRate("10Gbps");
    input.fabricDelay = MicroSeconds(3);
    input.wanRate = DataRate("25Gbps");
    input.wanDelay = GetFibreDelay(1234);
    input.siteRate = DataRate("100Mbps");
    input.siteDelay = MilliSeconds(7);
    input.mtu = 1500;
    input.hosts = {"client"};
    Topology t = Make(input);
    auto link = [&t](const std::string& a, const std::string& b)
    {
        return t.GetLink(*t.FindLink(t.GetNodeId(a), t.GetNodeId(b)));
    };
    EXPECT_EQ(link("dc0-br-1", "dc1-br-1").rate, DataRate("25Gbps"));
    EXPECT_EQ(link("dc0-br-1", "dc1-br-1").delay, NanoSeconds(6170)) << "5 ns for each metre";
    EXPECT_EQ(link("dc0-br-1", "dc1-br-1").mtu, 1500);
    EXPECT_EQ(link("dc1-br-0", "dc1-spine-1").rate, DataRate("10Gbps"));
    EXPECT_EQ(link("dc1-br-0", "dc1-spine-1").delay, MicroSeconds(3));
    EXPECT_EQ(link("client", "dc0-br-0").rate, DataRate("100Mbps"));
    EXPECT_EQ(link("client", "dc0-br-0").delay, MilliSeconds(7));
    EXPECT_EQ(link("mn", "dc0-leaf-0").rate, DataRate("1Gbps"));
}

TEST(MultiDcTest, HostsInTurn)
{
    BuilderInput input = Small({{"dcs", "3"}});
    input.hosts = {"h0", "h1", "h2", "h3"};
    Topology t = Make(input);
    auto at = [](const Topology& topology, const std::string& host)
    {
        NodeId node = topology.GetNodeId(host);
        EXPECT_EQ(topology.GetNode(node).role, NodeRole::HOST);
        EXPECT_EQ(topology.GetNode(node).dc, NO_DC);
        EXPECT_EQ(topology.GetLinks(node).size(), 1u);
        return topology.GetNode(topology.GetOtherEnd(topology.GetLinks(node)[0], node)).name;
    };
    EXPECT_EQ(at(t, "h0"), "dc0-br-0");
    EXPECT_EQ(at(t, "h1"), "dc1-br-0");
    EXPECT_EQ(at(t, "h2"), "dc2-br-0");
    EXPECT_EQ(at(t, "h3"), "dc0-br-1");
    input.values["hosts_at"] = "dc2-br-1  wan-x";
    input.values["wan"] = "csv";
    input.values["borders"] = "2";
    for (const char* border : {"dc0-br-0", "dc1-br-0", "dc2-br-0"})
    {
        input.wanLinks.push_back(Row("wan-x", border, 10));
    }
    t = Make(input);
    EXPECT_EQ(at(t, "h0"), "dc2-br-1");
    EXPECT_EQ(at(t, "h1"), "wan-x");
    EXPECT_EQ(at(t, "h2"), "dc2-br-1");
}

TEST(MultiDcTest, ListedWan)
{
    BuilderInput input = Small({{"dcs", "3"}, {"borders", "1"}, {"wan", "csv"}});
    input.wanLinks = {Row("dc0-br-0", "wan-a", 100),
                      Row("wan-a", "wan-b", 300),
                      Row("wan-b", "dc1-br-0", 50),
                      Row("dc2-br-0", "wan-a", 20)};
    Topology t = Make(input);
    EXPECT_EQ(t.GetNodeCount(), 3 * 7 + 2 + 1u);
    EXPECT_EQ(t.GetLinkCount(), 3 * 8 + 4 + 1u);
    EXPECT_EQ(Names(t, t.GetNodesOf(NodeRole::WAN)), (Strings{"wan-a", "wan-b"}));
    EXPECT_EQ(t.GetNode(t.GetNodeId("wan-a")).dc, NO_DC);
    EXPECT_FALSE(t.GetNode(t.GetNodeId("wan-a")).nve);
    NodeId from = t.GetNodeId("dc0-server-0-0");
    NodeId to = t.GetNodeId("dc1-server-0-0");
    // 3 links to the border router, 3 in the WAN, 3 from the other one; 450 km at 5 us and 6 us.
    EXPECT_EQ(t.GetDistance(from, to, PathMetric::HOPS), 9u);
    EXPECT_EQ(t.GetDistance(from, to, PathMetric::DELAY), 450 * 5000u + 6000u);
    EXPECT_EQ(t.GetDistance(from, t.GetNodeId("dc2-server-0-0"), PathMetric::DELAY),
              120 * 5000u + 6000u);
}

TEST(MultiDcTest, InterDcTriangles)
{
    // One border router and one spine: no choice anywhere. web of dc0-server-0-0 moves to dc2.
    Topology t = Make(Small({{"dcs", "3"}, {"borders", "1"}, {"spines", "1"}}));
    using Ways = std::pair<uint64_t, uint64_t>;
    std::string to = "dc2-server-0-0";
    auto tunnel = RedirectReading::TUNNEL;
    auto path = RedirectReading::PATH_SINGLE;
    auto best = RedirectReading::IDEAL;
    // From a third data centre: 7 to the source and 7 on; turned at dc0-br-0, 4 and 4; 7 at best.
    EXPECT_EQ(Triangle(t, tunnel, "dc1-server-0-0", to), (Ways{14, 14}));
    EXPECT_EQ(Triangle(t, path, "dc1-server-0-0", to), (Ways{8, 8}));
    EXPECT_EQ(Triangle(t, best, "dc1-server-0-0", to), (Ways{7, 7}));
    // From the destination's data centre: twice over the WAN for what is 4 links away.
    EXPECT_EQ(Triangle(t, tunnel, "dc2-server-1-0", to), (Ways{14, 14}));
    EXPECT_EQ(Triangle(t, path, "dc2-server-1-0", to), (Ways{4, 4}));
    EXPECT_EQ(Triangle(t, best, "dc2-server-1-0", to), (Ways{4, 4}));
    // From the source's data centre: 4 to the source and 7 on; the spine turns.
    EXPECT_EQ(Triangle(t, tunnel, "dc0-server-1-0", to), (Ways{11, 11}));
    EXPECT_EQ(Triangle(t, path, "dc0-server-1-0", to), (Ways{7, 7}));

    // With two border routers and two spines half of the ways miss the told ones.
    t = Make(Small({{"dcs", "3"}}));
    EXPECT_EQ(Triangle(t, tunnel, "dc1-server-0-0", to), (Ways{14, 14}));
    // Over dc0-br-0, 8; over dc0-br-1 and spine-0, 5 + 5 = 10; over the other spine to leaf-0, 12.
    EXPECT_EQ(Triangle(t, path, "dc1-server-0-0", to), (Ways{8, 12}));
    EXPECT_EQ(Triangle(t, RedirectReading::PATH_ALL_EQUAL_COST, "dc1-server-0-0", to),
              (Ways{8, 8}));

    // The delay of the triangle: two crossings of the WAN, each 5 ms and 6 us, against 4 us.
    ForwardingState state = MakeForwardingState(
        t, tunnel, t.GetNodeId("dc0-server-0-0"), t.GetNodeId(to), {t.GetNodeId("dc0-server-0-0")});
    for (const ForwardingWalk& walk : GetAllWalks(t, state, t.GetNodeId("dc2-server-1-0")))
    {
        EXPECT_EQ(walk.delay, MicroSeconds(2 * 5006));
    }
}

TEST(MultiDcTest, SingleFabricsKeepTheirNames)
{
    Topology one = MakeFatTree(4);
    BuilderInput input;
    input.values = {{"dcs", "1"}, {"dc_fabric", "fat-tree"}};
    Topology several = Make(input);
    // The fabric comes first, in the same order, with dc0- in front.
    for (NodeId node = 0; node + 1 < one.GetNodeCount(); node++)
    {
        EXPECT_EQ("dc0-" + one.GetNode(node).name, several.GetNode(node).name);
        EXPECT_EQ(one.GetNode(node).role, several.GetNode(node).role);
        EXPECT_EQ(one.GetNode(node).nve, several.GetNode(node).nve);
    }
    EXPECT_EQ(one.GetNode(one.GetNodeId("mn")).dc, 0);
}

TEST(MultiDcTest, RefusedValuesNameTheirKey)
{
    struct Case
    {
        const char* key;
        const char* value;
        const char* what;
    };

    for (const Case& c :
         {Case{"dcs", "0", "found dcs \"0\", expected a whole number from 1 to 200"},
          Case{"dcs", "201", "found dcs \"201\", expected a whole number from 1 to 200"},
          Case{"dcs", "two", "found dcs \"two\", expected a whole number from 1 to 200"},
          Case{"borders", "0", "found borders \"0\", expected a whole number from 1 to 64"},
          Case{"borders", "1.5", "found borders \"1.5\", expected a whole number from 1 to 64"},
          Case{"leaves", "0", "found leaves \"0\", expected a whole number from 1 to 1024"},
          Case{"management_dc",
               "2",
               "found management_dc \"2\", expected a whole number from 0 to 1"},
          Case{"wan", "star", "found wan \"star\", expected full-mesh, ring or csv"},
          Case{"wan",
               "csv",
               "found node \"dc1-spine-0\" out of reach of others, expected a WAN that joins all "
               "data centres"},
          Case{"k",
               "4",
               "found key \"k\" with dc_fabric \"leaf-spine\", expected it only with a data "
               "centre that is a fat-tree"},
          Case{"dc_fabric",
               "torus",
               "found dc_fabric \"torus\", expected one of fat-tree, leaf-spine, or one for each "
               "of the 2 data centres"},
          Case{"dc_fabric",
               "multi-dc",
               "found dc_fabric \"multi-dc\", expected one of fat-tree, leaf-spine, or one for "
               "each of the 2 data centres"},
          Case{"dc_fabric",
               "leaf-spine leaf-spine leaf-spine",
               "found dc_fabric \"leaf-spine leaf-spine leaf-spine\", expected one of fat-tree, "
               "leaf-spine, or one for each of the 2 data centres"},
          Case{"dc_fabric",
               " ",
               "found dc_fabric \" \", expected one of fat-tree, leaf-spine, or one for each of "
               "the 2 data centres"},
          Case{"hosts_at",
               "dc0-br-0 dc0-leaf-0",
               "found hosts_at \"dc0-leaf-0\", expected borders, or border and WAN routers with "
               "blanks between"},
          Case{"hosts_at",
               "wan-x",
               "found hosts_at \"wan-x\", expected borders, or border and WAN routers with blanks "
               "between"},
          Case{"hosts_at",
               " ",
               "found hosts_at without a name, expected borders, or border and WAN routers with "
               "blanks between"},
          Case{"colour", "red", nullptr}})
    {
        try
        {
            Make(Small({{c.key, c.value}}));
            ADD_FAILURE() << c.key << "=" << c.value << " was taken";
        }
        catch (const BuilderError& error)
        {
            EXPECT_EQ(error.GetKey(), c.key);
            EXPECT_FALSE(error.GetWanRow());
            if (c.what)
            {
                EXPECT_STREQ(error.what(), c.what);
            }
        }
    }
    // The fat-tree's own check, and a key of the fabric that is not there.
    for (const Values& values : {Values{{"k", "5"}, {"dc_fabric", "fat-tree"}},
                                 Values{{"leaves", "3"}, {"dc_fabric", "fat-tree"}}})
    {
        BuilderInput input;
        input.values = values;
        EXPECT_THROW(Make(input), BuilderError);
    }
    BuilderInput large = Small({{"dcs", "200"}, {"leaves", "1024"}});
    EXPECT_THROW(Make(large), BuilderError) << "200 x 2050 nodes";
}

TEST(MultiDcTest, RefusedRowsOfTheWan)
{
    struct Case
    {
        const char* a;
        const char* b;
        const char* column;
        const char* found;
    };

    for (const Case& c : {Case{"dc0-leaf-0", "dc1-br-0", "a", "found \"dc0-leaf-0\""},
                          Case{"dc0-br-0", "dc1-br-9", "b", "found \"dc1-br-9\""},
                          Case{"dc0-br-0", "mn", "b", "found \"mn\""},
                          Case{"dc0-br-0", "dc0-br-0", "b", "found \"dc0-br-0\""},
                          Case{"dc0-br-0", "dc1-br-0", "b", "found \"dc1-br-0\""},
                          Case{"dc1-br-0", "dc0-br-0", "b", "found \"dc0-br-0\""}})
    {
        BuilderInput input = Small({{"wan", "csv"}});
        input.wanLinks = {Row("dc0-br-0", "dc1-br-0", 1), Row(c.a, c.b, 1)};
        try
        {
            Make(input);
            ADD_FAILURE() << c.a << " " << c.b << " was taken";
        }
        catch (const BuilderError& error)
        {
            EXPECT_EQ(error.GetWanRow(), std::optional<size_t>(1));
            EXPECT_EQ(error.GetKey(), c.column);
            EXPECT_EQ(std::string(error.what()).rfind(c.found, 0), 0u) << error.what();
            EXPECT_NE(std::string(error.what()).find(", expected "), std::string::npos);
        }
    }
    BuilderInput input = Small({});
    input.hosts = {"dc0-br-0"};
    EXPECT_THROW(Make(input), std::invalid_argument) << "a name that is taken";
}
