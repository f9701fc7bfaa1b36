// SPDX-License-Identifier: GPL-2.0-only
#include "fabrics.h"

#include "ns3/forwarding-walk.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;
using Strings = std::vector<std::string>;

namespace
{

/// Always takes the first next hop.
size_t
First(const EcmpQuestion&)
{
    return 0;
}

/// Always takes the last next hop.
size_t
Last(const EcmpQuestion& question)
{
    return question.count - 1;
}

/// One VM of server-0-0 in a leaf-spine 4x2 with two servers a leaf that moves to server-1-0.
class WalkTest : public ::testing::Test
{
  protected:
    /// @return what nodes know after the move
    ForwardingState After(RedirectReading reading, bool defaultRouters = false)
    {
        NodeId source = t.GetNodeId("server-0-0");
        NodeId destination = t.GetNodeId("server-1-0");
        return MakeForwardingState(t, reading, source, destination, {source}, defaultRouters);
    }

    /// @return the way from a node
    ForwardingWalk Walk(const ForwardingState& state, const std::string& from, EcmpChoice choice)
    {
        return WalkFlow(t, state, t.GetNodeId(from), choice);
    }

    Topology t = MakeLeafSpine(4, 2, 2); //!< the fabric
};

} // namespace

TEST_F(WalkTest, BeforeTheMove)
{
    ForwardingState state;
    state.owner = state.serving = t.GetNodeId("server-0-0");
    ForwardingWalk walk = Walk(state, "server-2-0", Last);
    EXPECT_EQ(Names(t, walk.nodes),
              (Strings{"server-2-0", "leaf-2", "spine-1", "leaf-0", "server-0-0"}));
    EXPECT_EQ(walk.hops, 4u);
    EXPECT_EQ(walk.delay, MicroSeconds(4));
    EXPECT_EQ(walk.outcome, WalkOutcome::DELIVERED);
    EXPECT_FALSE(walk.turningPoint);
    EXPECT_EQ(Walk(state, "server-0-0", First).hops, 0u);
}

TEST_F(WalkTest, DuringTheMoveNobodyKnows)
{
    ForwardingState state;
    state.owner = t.GetNodeId("server-0-0");
    state.serving = t.GetNodeId("server-1-0");
    EXPECT_EQ(Walk(state, "server-2-0", First).outcome, WalkOutcome::NO_ROUTE);
    EXPECT_STREQ(WalkOutcomeName(WalkOutcome::NO_ROUTE), "no-route");
    // Its new neighbour on the same server reaches it already.
    EXPECT_EQ(Walk(state, "server-1-0", First).outcome, WalkOutcome::DELIVERED);
}

TEST_F(WalkTest, PathSingleTurnsAtTheFirstToldRouter)
{
    ForwardingState state = After(RedirectReading::PATH_SINGLE);
    ForwardingWalk told = Walk(state, "server-2-0", First);
    EXPECT_EQ(Names(t, told.nodes),
              (Strings{"server-2-0", "leaf-2", "spine-0", "leaf-1", "server-1-0"}));
    EXPECT_EQ(t.GetNode(*told.turningPoint).name, "spine-0");
    ForwardingWalk untold = Walk(state, "server-2-0", Last);
    EXPECT_EQ(
        Names(t, untold.nodes),
        (Strings{"server-2-0", "leaf-2", "spine-1", "leaf-0", "spine-0", "leaf-1", "server-1-0"}));
    EXPECT_EQ(untold.hops, 6u); // stretch 6 / 4 = 1.5
    EXPECT_EQ(t.GetNode(*untold.turningPoint).name, "leaf-0");
    EXPECT_EQ(Walk(state, "server-0-1", Last).hops, 4u);
    EXPECT_EQ(Walk(state, "server-1-1", Last).hops, 2u);
}

TEST_F(WalkTest, AllEqualCostTurnsEverywhere)
{
    ForwardingState state = After(RedirectReading::PATH_ALL_EQUAL_COST);
    for (const EcmpChoice& choice : {EcmpChoice(First), EcmpChoice(Last)})
    {
        ForwardingWalk walk = Walk(state, "server-3-1", choice);
        EXPECT_EQ(walk.hops, 4u);
        EXPECT_EQ(walk.outcome, WalkOutcome::DELIVERED);
    }
}

TEST_F(WalkTest, TunnelIsTheTriangle)
{
    ForwardingWalk walk = Walk(After(RedirectReading::TUNNEL), "server-2-0", First);
    EXPECT_EQ(Names(t, walk.nodes),
              (Strings{"server-2-0",
                       "leaf-2",
                       "spine-0",
                       "leaf-0",
                       "server-0-0",
                       "leaf-0",
                       "spine-0",
                       "leaf-1",
                       "server-1-0"}));
    EXPECT_EQ(walk.hops, 8u); // (4 + 4) / 4
    EXPECT_EQ(t.GetNode(*walk.turningPoint).name, "server-0-0");
    // With the default routers told as well the tunnel begins at leaf-0.
    walk = Walk(After(RedirectReading::TUNNEL, true), "server-2-0", First);
    EXPECT_EQ(walk.hops, 6u);
    EXPECT_EQ(t.GetNode(*walk.turningPoint).name, "leaf-0");
    EXPECT_EQ(walk.outcome, WalkOutcome::DELIVERED);
}

TEST_F(WalkTest, SourceOnlyLoopsBetweenRouters)
{
    ForwardingWalk walk = Walk(After(RedirectReading::SOURCE_ONLY), "server-2-0", First);
    EXPECT_EQ(walk.outcome, WalkOutcome::LOOP);
    EXPECT_EQ(walk.nodes.size(), 65u);
    WalkAnalysis analysis(t, After(RedirectReading::SOURCE_ONLY));
    EXPECT_TRUE(analysis.From(t.GetNodeId("server-2-0")).mayLoop);
    EXPECT_FALSE(analysis.From(t.GetNodeId("server-1-0")).mayLoop);
    for (const ForwardingWalk& each :
         GetAllWalks(t, After(RedirectReading::SOURCE_ONLY), t.GetNodeId("server-2-0")))
    {
        EXPECT_EQ(each.outcome, WalkOutcome::LOOP);
    }
}

TEST_F(WalkTest, AllWalksAndTheirSummaryAgree)
{
    for (RedirectReading reading : {RedirectReading::TUNNEL,
                                    RedirectReading::PATH_SINGLE,
                                    RedirectReading::PATH_ALL_EQUAL_COST,
                                    RedirectReading::IDEAL})
    {
        ForwardingState state = After(reading);
        WalkAnalysis analysis(t, state);
        for (NodeId from : t.GetNves())
        {
            double mean = 0;
            double sum = 0;
            uint64_t most = 0;
            uint64_t least = 1000;
            for (const ForwardingWalk& walk : GetAllWalks(t, state, from))
            {
                EXPECT_EQ(walk.outcome, WalkOutcome::DELIVERED);
                sum += walk.probability;
                mean += walk.probability * walk.hops;
                most = std::max(most, walk.hops);
                least = std::min(least, walk.hops);
            }
            const WalkSummary& summary = analysis.From(from);
            EXPECT_DOUBLE_EQ(sum, 1);
            EXPECT_DOUBLE_EQ(summary.meanHops, mean);
            EXPECT_EQ(summary.minHops, least);
            EXPECT_EQ(summary.maxHops, most);
            EXPECT_FALSE(summary.mayLoop);
            EXPECT_FALSE(summary.mayFail);
        }
    }
    // Tunnel from another leaf: 2 ways to the source times 2 on.
    EXPECT_EQ(GetAllWalks(t, After(RedirectReading::TUNNEL), t.GetNodeId("server-2-0")).size(), 4u);
}

TEST(FigureOneWalkTest, SourceOnlyIsATriangleWhenBridgedAndALoopWhenRouted)
{
    Topology t = MakeFigureOne("bridged");
    NodeId a = t.GetNodeId("nve-a");
    NodeId b = t.GetNodeId("nve-b");
    ForwardingState state = MakeForwardingState(t, RedirectReading::SOURCE_ONLY, a, b, {a});
    // br-0 - r-0 - agg - switch-0 - nve-a, then back up and down: 4 + 4 links instead of 4.
    ForwardingWalk walk = WalkFlow(t, state, t.GetNodeId("br-0"), First);
    EXPECT_EQ(Names(t, walk.nodes), (Strings{"br-0", "r-0", "nve-a", "nve-b"}));
    EXPECT_EQ(walk.outcome, WalkOutcome::DELIVERED);
    EXPECT_EQ(walk.hops, 8u);
    EXPECT_EQ(t.GetDistance(t.GetNodeId("br-0"), b, PathMetric::HOPS), 4u);
    // A correspondent on nve-a itself: no triangle.
    EXPECT_EQ(WalkFlow(t, state, a, First).hops, 4u);
    t = MakeFigureOne("routed");
    state = MakeForwardingState(t, RedirectReading::SOURCE_ONLY, a, b, {a});
    EXPECT_EQ(WalkFlow(t, state, t.GetNodeId("br-0"), First).outcome, WalkOutcome::LOOP);
}
