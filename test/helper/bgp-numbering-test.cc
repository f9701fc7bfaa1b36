// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-numbering.h"
#include "ns3/topology-builder.h"

#include <gtest/gtest.h>

#include <set>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// @return a topology
Topology
Make(const std::string& builder, const std::map<std::string, std::string>& values)
{
    BuilderInput input;
    input.values = values;
    return TopologyBuilder::Make(builder, input);
}

/// @return how many numbers there are, without 0
size_t
CountNumbers(const std::vector<uint32_t>& asns)
{
    std::set<uint32_t> numbers(asns.begin(), asns.end());
    numbers.erase(0);
    return numbers.size();
}

} // namespace

TEST(BgpNumberingTest, SpinesShareOneAndEachLeafHasItsOwn)
{
    Topology t = Make("leaf-spine", {{"leaves", "4"}, {"spines", "2"}, {"servers", "2"}});
    auto asns = NumberAutonomousSystems(t, BgpNumbering::CLOS);
    EXPECT_EQ(asns[t.GetNodeId("spine-0")], asns[t.GetNodeId("spine-1")]);
    EXPECT_EQ(CountNumbers(asns), 5U);
    EXPECT_EQ(asns[t.GetNodeId("spine-0")], 64512U);
    EXPECT_EQ(asns[t.GetNodeId("server-0-0")], 0U);
    EXPECT_EQ(asns[t.GetNodeId("mn")], 0U);
    EXPECT_EQ(CountNumbers(NumberAutonomousSystems(t, BgpNumbering::PER_ROUTER)), 6U);
    // 4 leaves, one AS of spines, 8 servers and the management node.
    EXPECT_EQ(CountNumbers(NumberAutonomousSystems(t, BgpNumbering::CLOS, true)), 14U);
}

TEST(BgpNumberingTest, AggregationRoutersShareOnePerPod)
{
    Topology t = Make("fat-tree", {{"k", "4"}});
    auto asns = NumberAutonomousSystems(t, BgpNumbering::CLOS);
    EXPECT_EQ(asns[t.GetNodeId("agg-0-0")], asns[t.GetNodeId("agg-0-1")]);
    EXPECT_NE(asns[t.GetNodeId("agg-0-0")], asns[t.GetNodeId("agg-1-0")]);
    EXPECT_EQ(asns[t.GetNodeId("core-0")], asns[t.GetNodeId("core-3")]);
    EXPECT_NE(asns[t.GetNodeId("edge-0-0")], asns[t.GetNodeId("edge-0-1")]);
    EXPECT_EQ(CountNumbers(asns), 1U + 4U + 8U); // cores, pods, edges
}

TEST(BgpNumberingTest, BridgesHaveNone)
{
    Topology t = Make("figure-1", {});
    auto asns = NumberAutonomousSystems(t, BgpNumbering::CLOS);
    EXPECT_EQ(asns[t.GetNodeId("agg")], 0U);
    EXPECT_EQ(asns[t.GetNodeId("switch-0")], 0U);
    EXPECT_EQ(CountNumbers(asns), 4U); // br-0, br-1, r-0, r-1
}

TEST(BgpNumberingTest, GivenNumbersGoBefore)
{
    Topology t;
    TopologyNode a{"a", NodeRole::ROUTER};
    TopologyNode b{"b", NodeRole::ROUTER};
    b.asn = 64512;
    TopologyNode c{"c", NodeRole::ROUTER};
    t.AddNode(a);
    t.AddNode(b);
    t.AddNode(c);
    EXPECT_EQ(NumberAutonomousSystems(t, BgpNumbering::CLOS),
              (std::vector<uint32_t>{64513, 64512, 64514}));
}

TEST(BgpNumberingTest, FourOctetsWhenTwoHaveRunOut)
{
    Topology t;
    for (int i = 0; i < 1025; i++)
    {
        t.AddNode({"r-" + std::to_string(i), NodeRole::ROUTER});
    }
    auto asns = NumberAutonomousSystems(t, BgpNumbering::PER_ROUTER);
    EXPECT_EQ(asns[1022], 65534U);
    EXPECT_EQ(asns[1023], 4200000000U);
    EXPECT_EQ(asns[1024], 4200000001U);
}
