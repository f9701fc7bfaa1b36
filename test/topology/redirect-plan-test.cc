// SPDX-License-Identifier: GPL-2.0-only
#include "fabrics.h"

#include "ns3/redirect-plan.h"

#include <gtest/gtest.h>

#include <set>

using namespace ns3;
using namespace ns3::vmm;
using Strings = std::vector<std::string>;

namespace
{

/// @return "leaf-1>server-1-0 | spine-0>leaf-1 | ..." with a * at previous NVEs
std::string
Text(const Topology& t, const RedirectPlan& plan)
{
    std::string text;
    for (const auto& level : plan.levels)
    {
        text += text.empty() ? "" : " | ";
        for (size_t i = 0; i < level.size(); i++)
        {
            text +=
                (i ? ", " : "") + t.GetNode(level[i].node).name + (level[i].previous ? "*>" : ">");
            Strings names = Names(t, level[i].nextHops);
            for (size_t j = 0; j < names.size(); j++)
            {
                text += (j ? "+" : "") + names[j];
            }
        }
    }
    return text;
}

/// @return the plan as text, of nodes by name
std::string
Plan(const Topology& t, const std::string& to, const Strings& previous, PathSet paths)
{
    std::vector<NodeId> nodes;
    for (const std::string& name : previous)
    {
        nodes.push_back(t.GetNodeId(name));
    }
    return Text(t, PlanRedirect(t, t.GetNodeId(to), nodes, paths));
}

} // namespace

TEST(RedirectPlanTest, LeafSpine)
{
    Topology t = MakeLeafSpine(4, 2, 2);
    EXPECT_EQ(Plan(t, "server-1-0", {"server-0-0"}, PathSet::SINGLE),
              "leaf-1>server-1-0 | spine-0>leaf-1 | leaf-0>spine-0 | server-0-0*>leaf-0");
    EXPECT_EQ(Plan(t, "server-1-0", {"server-0-0"}, PathSet::ALL_EQUAL_COST),
              "leaf-1>server-1-0 | spine-0>leaf-1, spine-1>leaf-1 | leaf-0>spine-0+spine-1 | "
              "server-0-0*>leaf-0");
    EXPECT_EQ(Plan(t, "server-0-1", {"server-0-0"}, PathSet::SINGLE),
              "leaf-0>server-0-1 | server-0-0*>leaf-0");
}

TEST(RedirectPlanTest, ChainIsOneTreeAndTellsEachNodeOnce)
{
    Topology t = MakeLeafSpine(4, 2, 2);
    EXPECT_EQ(Plan(t,
                   "server-2-0",
                   {"server-0-0", "server-1-0", "server-2-1", "server-0-0", "server-2-0"},
                   PathSet::SINGLE),
              "leaf-2>server-2-0 | spine-0>leaf-2 | leaf-0>spine-0, leaf-1>spine-0 | "
              "server-0-0*>leaf-0, server-1-0*>leaf-1, server-2-1*>leaf-2");
    RedirectPlan plan = PlanRedirect(t, t.GetNodeId("server-2-0"), {}, PathSet::SINGLE);
    EXPECT_TRUE(plan.levels.empty());
    EXPECT_EQ(plan.GetRouterCount(), 0u);
    plan = PlanRedirect(t,
                        t.GetNodeId("server-2-0"),
                        {t.GetNodeId("server-0-0"), t.GetNodeId("server-1-0")},
                        PathSet::ALL_EQUAL_COST);
    EXPECT_EQ(plan.GetRouterCount(), 5u);
    ASSERT_NE(plan.Find(t.GetNodeId("leaf-1")), nullptr);
    EXPECT_EQ(plan.Find(t.GetNodeId("leaf-1"))->nextHops.size(), 2u);
    EXPECT_EQ(plan.Find(t.GetNodeId("leaf-3")), nullptr);
}

TEST(RedirectPlanTest, BridgedNeighboursNeedNoRouter)
{
    Topology t = MakeFigureOne("bridged");
    for (PathSet paths : {PathSet::SINGLE, PathSet::ALL_EQUAL_COST})
    {
        EXPECT_EQ(Plan(t, "nve-b", {"nve-a"}, paths), "nve-a*>nve-b");
    }
    t = MakeFigureOne("routed");
    EXPECT_EQ(Plan(t, "nve-b", {"nve-a"}, PathSet::SINGLE), "switch-0>nve-b | nve-a*>switch-0");
    EXPECT_EQ(Plan(t, "nve-b", {"nve-a"}, PathSet::ALL_EQUAL_COST),
              "switch-0>nve-b, switch-1>nve-b | nve-a*>switch-0+switch-1");
}

TEST(RedirectPlanTest, PreviousNveThatForwardsHasTheLevelOfItsDistance)
{
    // NVEs in the leaves: leaf-1 is a router on no path here, so make a line of NVE routers.
    Topology t;
    for (const char* name : {"r0", "r1", "r2", "r3"})
    {
        TopologyNode node{name, NodeRole::LEAF};
        node.nve = true;
        t.AddNode(node);
    }
    for (NodeId i = 0; i < 3; i++)
    {
        t.AddLink({i, i + 1, DataRate("1Gbps"), MicroSeconds(1)});
    }
    EXPECT_EQ(Plan(t, "r3", {"r0", "r1"}, PathSet::SINGLE), "r2>r3 | r1*>r2 | r0*>r1");
}

TEST(RedirectPlanTest, FollowsFailures)
{
    Topology t = MakeLeafSpine(4, 2, 1);
    t.SetLinkUp(*t.FindLink(t.GetNodeId("leaf-1"), t.GetNodeId("spine-0")), false);
    EXPECT_EQ(Plan(t, "server-1-0", {"server-0-0"}, PathSet::ALL_EQUAL_COST),
              "leaf-1>server-1-0 | spine-1>leaf-1 | leaf-0>spine-1 | server-0-0*>leaf-0");
    t.SetLinkUp(*t.FindLink(t.GetNodeId("leaf-1"), t.GetNodeId("spine-1")), false);
    RedirectPlan plan =
        PlanRedirect(t, t.GetNodeId("server-1-0"), {t.GetNodeId("server-0-0")}, PathSet::SINGLE);
    EXPECT_TRUE(plan.levels.empty());
    EXPECT_EQ(Names(t, plan.unreachable), (Strings{"server-0-0"}));
}

TEST(RedirectPlanTest, EveryStepIsANeighbourAndNearer)
{
    for (const Topology& t : {MakeLeafSpine(4, 2, 2),
                              MakeFatTree(4),
                              MakeFigureOne("bridged"),
                              MakeFigureOne("routed"),
                              MakeAbilene()})
    {
        std::vector<NodeId> nves = t.GetNves();
        for (NodeId to : nves)
        {
            for (PathSet paths : {PathSet::SINGLE, PathSet::ALL_EQUAL_COST})
            {
                RedirectPlan plan = PlanRedirect(t, to, nves, paths);
                auto distances = t.GetDistances(to, PathMetric::COST);
                std::set<NodeId> told = {to};
                for (const auto& level : plan.levels)
                {
                    std::set<NodeId> before = told;
                    for (const RedirectStep& step : level)
                    {
                        EXPECT_TRUE(told.insert(step.node).second);
                        ASSERT_FALSE(step.nextHops.empty());
                        EXPECT_TRUE(paths != PathSet::SINGLE || step.nextHops.size() == 1);
                        for (NodeId next : step.nextHops)
                        {
                            EXPECT_NE(t.FindAdjacency(step.node, next), nullptr);
                            EXPECT_LT((*distances)[next], (*distances)[step.node]);
                            EXPECT_TRUE(before.count(next)) << "told after the node before it";
                        }
                    }
                }
            }
        }
    }
}
