// SPDX-License-Identifier: GPL-2.0-only
#include "fabrics.h"

#include <gtest/gtest.h>

#include <set>

using namespace ns3;
using namespace ns3::vmm;
using Strings = std::vector<std::string>;

TEST(TopologyBuilderTest, RegistryKnowsAllBuilders)
{
    EXPECT_EQ(
        TopologyBuilder::GetNames(),
        (Strings{"csv", "fat-tree", "figure-1", "graphml", "hpcc", "leaf-spine", "multi-dc"}));
    EXPECT_EQ(TopologyBuilder::Find("ring"), nullptr);
    EXPECT_THROW(TopologyBuilder::Make("ring", {}), BuilderError);
    for (const std::string& name : TopologyBuilder::GetNames())
    {
        for (const BuilderKey& key : TopologyBuilder::Find(name)->GetKeys())
        {
            EXPECT_FALSE(key.help.empty()) << name << " " << key.name;
        }
    }
}

TEST(TopologyBuilderTest, RefusedValuesNameTheirKey)
{
    struct Case
    {
        const char* builder;
        const char* key;
        const char* value;
    };

    for (const Case& c : {Case{"leaf-spine", "leaves", "0"},
                          Case{"leaf-spine", "spines", "-1"},
                          Case{"leaf-spine", "servers", "2.5"},
                          Case{"leaf-spine", "servers", "99999999999999999999"},
                          Case{"leaf-spine", "k", "4"},
                          Case{"fat-tree", "k", "5"},
                          Case{"fat-tree", "k", "0"},
                          Case{"figure-1", "switches", "both"},
                          Case{"csv", "leaves", "4"}})
    {
        BuilderInput input;
        input.values = {{c.key, c.value}};
        try
        {
            TopologyBuilder::Make(c.builder, input);
            ADD_FAILURE() << c.builder << " took " << c.key << "=" << c.value;
        }
        catch (const BuilderError& error)
        {
            EXPECT_EQ(error.GetKey(), c.key);
            EXPECT_NE(std::string(error.what()).find("expected"), std::string::npos);
        }
    }
}

TEST(TopologyBuilderTest, LeafSpineHasRatesHostsAndManagement)
{
    BuilderInput input;
    input.values = {{"leaves", "3"}, {"spines", "2"}, {"servers", "1"}};
    input.serverRate = DataRate("1Gbps");
    input.serverDelay = MicroSeconds(7);
    input.fabricRate = DataRate("100Gbps");
    input.fabricDelay = MicroSeconds(3);
    input.mtu = 1500;
    input.hosts = {"client", "other"};
    Topology t = TopologyBuilder::Make("leaf-spine", input);
    NodeId mn = t.GetNodeId("mn");
    EXPECT_EQ(t.GetNode(mn).role, NodeRole::MANAGEMENT);
    const TopologyLink& mnLink = t.GetLink(*t.FindLink(mn, t.GetNodeId("leaf-0")));
    EXPECT_EQ(mnLink.rate, DataRate("1Gbps"));
    EXPECT_EQ(mnLink.delay, MicroSeconds(7));
    EXPECT_EQ(mnLink.mtu, 1500);
    EXPECT_TRUE(t.FindLink(t.GetNodeId("client"), t.GetNodeId("leaf-2")));
    EXPECT_TRUE(t.FindLink(t.GetNodeId("other"), t.GetNodeId("leaf-2")));
    EXPECT_EQ(t.GetNode(t.GetNodeId("client")).role, NodeRole::HOST);
    EXPECT_FALSE(t.GetNode(t.GetNodeId("client")).nve);
    const TopologyLink& up = t.GetLink(*t.FindLink(t.GetNodeId("leaf-1"), t.GetNodeId("spine-1")));
    EXPECT_EQ(up.rate, DataRate("100Gbps"));
    EXPECT_EQ(up.delay, MicroSeconds(3));
    EXPECT_TRUE(t.IsConnected());
    input.hosts = {"leaf-0"};
    EXPECT_THROW(TopologyBuilder::Make("leaf-spine", input), std::invalid_argument);
}

TEST(TopologyBuilderTest, FatTreeCountsAndDistances)
{
    Topology t = MakeFatTree(4);
    EXPECT_EQ(t.GetNodesOf(NodeRole::CORE).size(), 4u);
    EXPECT_EQ(t.GetNodesOf(NodeRole::AGGREGATION).size(), 8u);
    EXPECT_EQ(t.GetNodesOf(NodeRole::EDGE).size(), 8u);
    EXPECT_EQ(t.GetNves().size(), 16u);
    // 16 core links, 16 in the pods, 16 servers, 1 management node.
    EXPECT_EQ(t.GetLinkCount(), 49u);
    NodeId from = t.GetNodeId("server-2-1-0");
    EXPECT_EQ(t.GetDistance(from, t.GetNodeId("server-2-1-1"), PathMetric::HOPS), 2u);
    EXPECT_EQ(t.GetDistance(from, t.GetNodeId("server-2-0-1"), PathMetric::HOPS), 4u);
    EXPECT_EQ(t.GetDistance(from, t.GetNodeId("server-0-0-0"), PathMetric::HOPS), 6u);
    EXPECT_EQ(Names(t, t.GetEqualCostNextHops(t.GetNodeId("agg-2-1"), t.GetNodeId("edge-0-0"))),
              (Strings{"core-2", "core-3"}));
    EXPECT_TRUE(t.FindLink(t.GetNodeId("mn"), t.GetNodeId("edge-0-0")));
    EXPECT_TRUE(t.IsConnected());
    EXPECT_EQ(MakeFatTree(8).GetNves().size(), 128u);
}

TEST(TopologyBuilderTest, FigureOneHasTheNodesOfTheDraft)
{
    for (const char* kind : {"bridged", "routed"})
    {
        Topology t = MakeFigureOne(kind);
        EXPECT_EQ(t.GetNodesOf(NodeRole::BORDER).size(), 2u);
        EXPECT_EQ(t.GetNodesOf(NodeRole::ROUTER).size(), 2u);
        EXPECT_EQ(t.GetNodesOf(NodeRole::SWITCH).size(), 2u);
        EXPECT_EQ(t.GetNodesOf(NodeRole::AGGREGATION).size(), 1u);
        EXPECT_EQ(Names(t, t.GetNves()), (Strings{"nve-a", "nve-b"}));
        EXPECT_TRUE(t.FindLink(t.GetNodeId("mn"), t.GetNodeId("r-1")));
        EXPECT_TRUE(t.IsConnected());
    }
    EXPECT_EQ(MakeFigureOne("routed").GetDistance(7, 8, PathMetric::HOPS), 2u);
}

TEST(TopologyBuilderTest, CsvTakesRowsAndRefusesPieces)
{
    BuilderInput input;
    EXPECT_THROW(TopologyBuilder::Make("csv", input), BuilderError);
    input.nodes = {{"a", NodeRole::ROUTER}, {"b", NodeRole::ROUTER}, {"c", NodeRole::ROUTER}};
    NamedLink row{"a", "b", {}};
    row.link.rate = DataRate("1Gbps");
    input.links = {row};
    EXPECT_THROW(TopologyBuilder::Make("csv", input), BuilderError);
    row.b = "x";
    input.links.push_back(row);
    EXPECT_THROW(TopologyBuilder::Make("csv", input), std::invalid_argument);
    input.links.back().b = "c";
    EXPECT_EQ(TopologyBuilder::Make("csv", input).GetLinkCount(), 2u);
    EXPECT_EQ(MakeAbilene().GetLinkCount(), 14u);
}
