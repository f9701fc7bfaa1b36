// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/address-plan.h"
#include "ns3/topology-builder.h"

#include <gtest/gtest.h>

#include <set>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr IpFamily V4 = IpFamily::IPV4; //!< short
constexpr IpFamily V6 = IpFamily::IPV6; //!< short

/// @return a topology
Topology
Make(const std::string& builder, const std::map<std::string, std::string>& values)
{
    BuilderInput input;
    input.values = values;
    return TopologyBuilder::Make(builder, input);
}

} // namespace

TEST(AddressPlanTest, LeafSpine)
{
    Topology t = Make("leaf-spine", {{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}});
    AddressPlan plan(t);
    // Order of addition: spine-0, leaf-0, server-0-0, leaf-1, server-1-0, mn.
    NodeId server = t.GetNodeId("server-1-0");
    EXPECT_EQ(plan.GetVmPrefix(server, V4).ToString(), "10.0.1.0/24");
    EXPECT_EQ(plan.GetVmPrefix(server, V6).ToString(), "fd00:0:1::/64");
    EXPECT_EQ(plan.GetLoopback(server, V4).ToString(), "10.255.0.5");
    EXPECT_EQ(plan.GetLoopback(server, V6).ToString(), "fd00:ffff::5");
    EXPECT_EQ(plan.GetVmPrefix(t.GetNodeId("leaf-0"), V4), IpPrefix());
    LinkId link = *t.FindLink(t.GetNodeId("leaf-0"), t.GetNodeId("spine-0"));
    EXPECT_EQ(link, 0u);
    EXPECT_EQ(plan.GetLinkAddress(link, t.GetNodeId("leaf-0"), V4).ToString(), "10.240.0.0");
    EXPECT_EQ(plan.GetLinkAddress(link, t.GetNodeId("spine-0"), V4).ToString(), "10.240.0.1");
    EXPECT_EQ(plan.GetLinkAddress(link, t.GetNodeId("spine-0"), V6).ToString(), "fd00:fffe::1");
    EXPECT_EQ(plan.GetLinkPrefix(3, V4).ToString(), "10.240.0.6/31");
    EXPECT_EQ(plan.GetLinkPrefix(3, V6).ToString(), "fd00:fffe::6/127");
    EXPECT_FALSE(plan.GetLinkAddress(link, server, V4));
    EXPECT_EQ(plan.FindNode(IpAddress::FromString("10.255.0.5")), std::optional<NodeId>(server));
    EXPECT_EQ(plan.FindNode(IpAddress::FromString("fd00:fffe::1")),
              std::optional<NodeId>(t.GetNodeId("spine-0")));
    EXPECT_FALSE(plan.FindNode(IpAddress::FromString("10.0.1.7")));
    EXPECT_EQ(plan.FindNve(IpAddress::FromString("10.0.1.7")), std::optional<NodeId>(server));
    EXPECT_EQ(plan.FindNve(IpAddress::FromString("fd00:0:1::7")), std::optional<NodeId>(server));
    EXPECT_FALSE(plan.FindNve(IpAddress::FromString("10.0.2.7")));
    EXPECT_FALSE(plan.FindNve(IpAddress()));
    // 2 VM prefixes, 6 loopbacks, 5 links.
    EXPECT_EQ(plan.GetRows().size(), 13u);
}

TEST(AddressPlanTest, BridgedSegmentIsOneSubnet)
{
    Topology t = Make("figure-1", {{"switches", "bridged"}});
    AddressPlan plan(t);
    NodeId nveA = t.GetNodeId("nve-a");
    const Adjacency* a = t.FindAdjacency(nveA, t.GetNodeId("nve-b"));
    ASSERT_NE(a, nullptr);
    // Stations in order: r-0, r-1, nve-a, nve-b.
    EXPECT_EQ(plan.GetLinkAddress(a->link, nveA, V4).ToString(), "10.254.0.3");
    EXPECT_EQ(plan.GetLinkAddress(a->remoteLink, a->neighbour, V4).ToString(), "10.254.0.4");
    EXPECT_EQ(plan.GetLinkAddress(a->link, nveA, V6).ToString(), "fd00:fffd::3");
    EXPECT_EQ(plan.GetLinkPrefix(a->link, V4).ToString(), "10.254.0.0/24");
    EXPECT_FALSE(plan.GetLoopback(t.GetNodeId("agg"), V4));
    for (const BridgedSegment& segment : t.GetSegments())
    {
        for (LinkId link : segment.blocked)
        {
            EXPECT_EQ(plan.GetLinkPrefix(link, V4), IpPrefix());
        }
    }
}

TEST(AddressPlanTest, DataCentresAndManyNvesDoNotCollide)
{
    Topology t;
    for (uint32_t i = 0; i < 1200; i++)
    {
        TopologyNode node{"s" + std::to_string(i), NodeRole::SERVER};
        node.nve = true;
        node.dc = i % 2;
        t.AddNode(node);
    }
    AddressPlan plan(t);
    std::set<IpPrefix> all;
    for (NodeId node : t.GetNves())
    {
        EXPECT_TRUE(all.insert(plan.GetVmPrefix(node, V4)).second);
        EXPECT_TRUE(all.insert(plan.GetVmPrefix(node, V6)).second);
        EXPECT_EQ(plan.FindNve(plan.GetVmPrefix(node, V4).At(9)), std::optional<NodeId>(node));
    }
    EXPECT_EQ(plan.GetVmPrefix(3, V4).ToString(), "10.1.1.0/24");
    // NVE 256 of data centre 1: the block after those of both centres.
    EXPECT_EQ(plan.GetVmPrefix(513, V4).ToString(), "10.3.0.0/24");
    EXPECT_EQ(plan.GetVmPrefix(513, V6).ToString(), "fd00:1:100::/64");
}

TEST(AddressPlanTest, RefusesWhatHasNoRoom)
{
    Topology t;
    TopologyNode node{"s", NodeRole::SERVER};
    node.nve = true;
    node.dc = 240;
    t.AddNode(node);
    EXPECT_THROW(AddressPlan{t}, std::invalid_argument);
}
