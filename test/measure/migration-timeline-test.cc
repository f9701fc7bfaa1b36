// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/migration-timeline.h"

#include "one-move.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace
{

TEST(MigrationTimeline, TheFirstTimeCounts)
{
    OneMove run;
    run.Move();
    run.timeline.OnRegistrationSent("vm-a", 2, MilliSeconds(1151)); // a retransmission
    run.timeline.OnBindingUpdated("vm-a", 2, MilliSeconds(1152));
    run.timeline.OnRequestReceived("vm-a", 2, OneMove::N1, MilliSeconds(1153));
    const MoveHistory& move = run.timeline.GetMoves()[0];
    EXPECT_EQ(move.registerSent, MilliSeconds(151));
    EXPECT_EQ(move.bindingUpdated, MilliSeconds(152));
    EXPECT_EQ(move.redirects.at(OneMove::N1).request, MilliSeconds(153));
    EXPECT_EQ(move.redirects.at(OneMove::N1).route, MilliSeconds(154));
    EXPECT_EQ(move.outcome, "completed");
    EXPECT_EQ(move.rounds.size(), 1U);
    EXPECT_EQ(move.copiedBytes, 1100U);
    EXPECT_EQ(move.wireBytes, 1200U);
}

TEST(MigrationTimeline, IgnoresWhatIsOfNoMove)
{
    OneMove run;
    run.Move();
    run.timeline.OnStop("other", MilliSeconds(1));
    run.timeline.OnRegistrationSent("vm-a", 1, MilliSeconds(1));
    run.timeline.OnRegistrationSent("vm-a", 0, MilliSeconds(1));
    run.timeline.OnRegistrationSent("vm-b", 2, MilliSeconds(1));
    run.timeline.OnReleased("vm-b", OneMove::N1, MilliSeconds(1));
    run.timeline.OnFibChange(OneMove::Route(MilliSeconds(1), OneMove::N2, "-", 1));
    EXPECT_EQ(run.timeline.GetMoves()[0].registerSent, MilliSeconds(151));
    EXPECT_EQ(run.timeline.GetMoves()[0].controlConverged, MicroSeconds(299500));
    EXPECT_THROW(run.timeline.OnOrder(OneMove::Order(), MilliSeconds(2)), std::invalid_argument);
}

TEST(MigrationTimeline, ExpiryAndRefreshAreNotConvergence)
{
    OneMove run;
    run.Move();
    FibEvent same = OneMove::Route(MilliSeconds(500), OneMove::SPINE, "10.9.9.5");
    same.action = FibAction::REPLACE;
    run.timeline.OnFibChange(same);
    FibEvent gone = OneMove::Route(MilliSeconds(600), OneMove::N1, "");
    gone.action = FibAction::REMOVE;
    run.timeline.OnFibChange(gone);
    run.timeline.OnReleased("vm-a", OneMove::N1, MilliSeconds(600));
    const MoveHistory& move = run.timeline.GetMoves()[0];
    EXPECT_EQ(move.controlConverged, MicroSeconds(299500));
    EXPECT_EQ(move.sourceReleased, MilliSeconds(600));
    EXPECT_EQ(run.timeline.GetFibEvents().size(), 4U);
    FibEvent other = OneMove::Route(MilliSeconds(700), OneMove::SPINE, "10.9.9.6");
    other.action = FibAction::REPLACE;
    run.timeline.OnFibChange(other);
    EXPECT_EQ(move.controlConverged, MilliSeconds(700));
    EXPECT_EQ(move.pathReady, MicroSeconds(299500));
    EXPECT_EQ(run.timeline.GetFibEvents().size(), 5U);
}

TEST(MigrationTimeline, LingerAfterARetellingIsNotConvergence)
{
    OneMove run;
    run.Move();
    MoveOrder on = OneMove::Order("m2");
    on.sourceNode = OneMove::N2;
    on.destinationNode = OneMove::A;
    on.epoch = 4;
    run.timeline.OnOrder(on, MilliSeconds(800));
    run.timeline.OnResume("m2", MilliSeconds(900));
    // n2 is the source now; n1 is told again, with the next hop that it had.
    run.timeline.OnRequestReceived("vm-a", 4, OneMove::N2, MilliSeconds(902));
    run.timeline.OnFibChange(OneMove::Route(MilliSeconds(903), OneMove::N2, "10.9.9.7", 4));
    run.timeline.OnRequestReceived("vm-a", 4, OneMove::N1, MilliSeconds(903));
    FibEvent again = OneMove::Route(MilliSeconds(904), OneMove::N1, "10.9.9.1", 4);
    again.action = FibAction::REPLACE;
    again.effective = false;
    run.timeline.OnFibChange(again);
    FibEvent gone = OneMove::Route(Seconds(2), OneMove::N1, "10.9.9.1", 4);
    gone.action = FibAction::REMOVE;
    run.timeline.OnFibChange(gone);
    EXPECT_EQ(run.timeline.GetMoves()[1].controlConverged, MilliSeconds(903));
    EXPECT_EQ(run.timeline.GetMoves()[0].controlConverged, MicroSeconds(299500));
}

TEST(MigrationTimeline, ARemovalWithAnOlderEpochIsNotConvergence)
{
    OneMove run;
    run.Move();
    MoveOrder back = OneMove::Order("m2");
    back.epoch = 3;
    run.timeline.OnOrder(back, MilliSeconds(800));
    run.timeline.OnFibChange(OneMove::Route(MilliSeconds(901), OneMove::A, "10.9.9.2", 3));
    FibEvent gone = OneMove::Route(MilliSeconds(950), OneMove::A, "10.9.9.2", 2);
    gone.action = FibAction::REMOVE;
    run.timeline.OnFibChange(gone);
    EXPECT_EQ(run.timeline.GetMoves()[0].controlConverged, MicroSeconds(299500));
    EXPECT_EQ(run.timeline.GetMoves()[1].controlConverged, MilliSeconds(901));
}

TEST(MigrationTimeline, ARepairIsNotConvergence)
{
    OneMove run;
    run.Move();
    // Another router and another next hop, by a repair: the route changes, the move is over.
    run.timeline.OnRequestReceived("vm-a", 2, 3, MilliSeconds(500), true);
    run.timeline.OnFibChange(OneMove::Route(MilliSeconds(500), 3, "10.9.9.8"));
    run.timeline.OnRequestReceived("vm-a", 2, OneMove::N1, MilliSeconds(501), true);
    FibEvent other = OneMove::Route(MilliSeconds(501), OneMove::N1, "10.9.9.6");
    other.action = FibAction::REPLACE;
    run.timeline.OnFibChange(other);
    const MoveHistory& move = run.timeline.GetMoves()[0];
    EXPECT_EQ(move.controlConverged, MicroSeconds(299500));
    EXPECT_EQ(move.redirects.count(3), 0U);
    // The next move's request there counts again.
    MoveOrder next = OneMove::Order("m2");
    next.epoch = 4;
    run.timeline.OnOrder(next, MilliSeconds(800));
    run.timeline.OnRequestReceived("vm-a", 4, 3, MilliSeconds(901));
    FibEvent moved = OneMove::Route(MilliSeconds(902), 3, "10.9.9.9", 4);
    moved.action = FibAction::REPLACE;
    run.timeline.OnFibChange(moved);
    EXPECT_EQ(run.timeline.GetMoves()[1].controlConverged, MilliSeconds(902));
}

TEST(MigrationTimeline, CountsBindingsAtNodesAndOverTime)
{
    MigrationTimeline timeline;
    timeline.OnBindingUpdates(1, 1, Seconds(0));
    timeline.OnBindingUpdates(1, 2, Seconds(1));
    timeline.OnBindingUpdates(2, 1, Seconds(2));
    timeline.OnBindingUpdates(1, 0, Seconds(3));
    timeline.OnBindings(9, 4, Seconds(1));
    // 1 for 1 s and 2 for 2 s; 1 for 2 s; 4 for 3 s.
    const StateTally& updates = timeline.GetBindingUpdates();
    EXPECT_EQ(updates.GetNodes().at(1).peak, 2U);
    EXPECT_NEAR(updates.GetNodes().at(1).GetIntegral(Seconds(4)), 5, 1e-9);
    EXPECT_NEAR(updates.GetNodes().at(2).GetIntegral(Seconds(4)), 2, 1e-9);
    EXPECT_EQ(updates.GetTotal().peak, 3U);
    EXPECT_NEAR(updates.GetTotal().GetIntegral(Seconds(4)), 7, 1e-9);
    EXPECT_EQ(timeline.GetBindings().GetTotal().peak, 4U);
    EXPECT_NEAR(timeline.GetBindings().GetTotal().GetIntegral(Seconds(4)), 12, 1e-9);
}

TEST(MigrationTimeline, ARouteThatALaterMoveRemovesIsConvergence)
{
    OneMove run;
    run.Move();
    MoveOrder back = OneMove::Order("m2");
    back.sourceNode = OneMove::N2;
    back.destinationNode = OneMove::N1;
    back.epoch = 3;
    run.timeline.OnOrder(back, MilliSeconds(800));
    run.timeline.OnResume("m2", MilliSeconds(900));
    FibEvent gone = OneMove::Route(MilliSeconds(901), OneMove::SPINE, "", 3);
    gone.action = FibAction::REMOVE;
    run.timeline.OnFibChange(gone);
    const MoveHistory& move = run.timeline.GetMoves()[1];
    EXPECT_EQ(move.controlConverged, MilliSeconds(901));
    EXPECT_EQ(move.redirects.at(OneMove::SPINE).route, MilliSeconds(901));
    EXPECT_EQ(move.pathReady, MilliSeconds(901));
}

TEST(MigrationTimeline, AHiddenRouteIsInPlaceWhenTheServingOneGoes)
{
    OneMove run;
    run.timeline.OnOrder(OneMove::Order(), MilliSeconds(10));
    run.timeline.OnResume("m1", MilliSeconds(150));
    FibEvent serving = OneMove::Route(MilliSeconds(1), OneMove::N1, "link%2", 1);
    serving.owner = "serving";
    run.timeline.OnFibChange(serving);
    FibEvent hidden = OneMove::Route(MilliSeconds(154), OneMove::N1, "10.9.9.1");
    hidden.effective = false;
    run.timeline.OnFibChange(hidden);
    const MoveHistory& move = run.timeline.GetMoves()[0];
    EXPECT_FALSE(move.sourceRoute);
    serving.time = MilliSeconds(156);
    serving.action = FibAction::REMOVE;
    run.timeline.OnFibChange(serving);
    EXPECT_EQ(move.sourceRoute, MilliSeconds(156));
    EXPECT_EQ(move.controlConverged, MilliSeconds(156));
    EXPECT_EQ(move.redirects.at(OneMove::N1).route, MilliSeconds(156));
}

TEST(MigrationTimeline, CountsHostRoutesAtNodesAndOverTime)
{
    OneMove run;
    run.Move(); // n1 from 0.154 s, spine from 0.2995 s
    FibEvent gone = OneMove::Route(MilliSeconds(654), OneMove::N1, "");
    gone.action = FibAction::REMOVE;
    run.timeline.OnFibChange(gone);
    FibEvent serving = OneMove::Route(MilliSeconds(660), OneMove::N2, "-");
    serving.owner = "serving";
    run.timeline.OnFibChange(serving);
    const StateTally& routes = run.timeline.GetHostRoutes();
    EXPECT_EQ(routes.GetTotal().peak, 2U);
    EXPECT_EQ(routes.GetTotal().now, 1U);
    EXPECT_EQ(routes.GetNodes().size(), 2U) << "a serving route is no exception to a prefix";
    EXPECT_NEAR(routes.GetNodes().at(OneMove::N1).GetIntegral(Seconds(1)), 0.5, 1e-9);
    EXPECT_NEAR(routes.GetNodes().at(OneMove::SPINE).GetIntegral(Seconds(1)), 0.7005, 1e-9);
    EXPECT_NEAR(routes.GetTotal().GetIntegral(Seconds(1)), 1.2005, 1e-9);
}

TEST(MigrationTimeline, CountsMessagesOfAMove)
{
    OneMove run;
    run.Move();
    MessageEvent message{
        MilliSeconds(151), "registration", "request", "n2", "mn", "vm-a", 60, 2, false};
    run.timeline.OnMessage(message);
    message.type = "reply";
    message.bytes = 40;
    run.timeline.OnMessage(message);
    message.upkeep = true;
    run.timeline.OnMessage(message);
    message.upkeep = false;
    message.epoch = 1;
    run.timeline.OnMessage(message);
    message.epoch = 2;
    message.kind = "management";
    run.timeline.OnMessage(message);
    EXPECT_EQ(run.timeline.GetMoves()[0].controlMessages, 2U);
    EXPECT_EQ(run.timeline.GetMoves()[0].controlBytes, 100U);
    EXPECT_EQ(run.timeline.CountMessages("registration").messages, 4U);
    EXPECT_EQ(run.timeline.CountMessages("registration").bytes, 180U);
    EXPECT_EQ(run.timeline.CountMessages("management").messages, 1U);
    EXPECT_EQ(run.timeline.GetMessages().size(), 5U);
}

// A withdrawal by BGP has no epoch, and a router that falls back on a route of an earlier move has
// that one's: both are the doing of the last move.
TEST(MigrationTimeline, WhatBgpChangesBelongsToTheLastMove)
{
    OneMove run;
    run.Move();
    FibEvent first = OneMove::Route(MilliSeconds(400), OneMove::A, "10.9.9.1", 2);
    first.owner = "bgp";
    run.timeline.OnFibChange(first);
    EXPECT_EQ(run.timeline.GetMoves()[0].controlConverged, MilliSeconds(400));
    MoveOrder back = OneMove::Order("m2");
    back.epoch = 4;
    run.timeline.OnOrder(back, MilliSeconds(800));
    FibEvent older = OneMove::Route(MilliSeconds(900), OneMove::A, "10.9.9.2", 2);
    older.owner = "bgp";
    older.action = FibAction::REPLACE;
    run.timeline.OnFibChange(older);
    EXPECT_EQ(run.timeline.GetMoves()[1].controlConverged, MilliSeconds(900));
    FibEvent gone = OneMove::Route(MilliSeconds(950), OneMove::A, "10.9.9.2", 2);
    gone.owner = "bgp";
    gone.action = FibAction::REMOVE;
    MoveOrder refused = OneMove::Order("m3");
    refused.epoch = 0;
    run.timeline.OnOrder(refused, MilliSeconds(920));
    run.timeline.OnFibChange(gone);
    EXPECT_EQ(run.timeline.GetMoves()[0].controlConverged, MilliSeconds(400));
    EXPECT_EQ(run.timeline.GetMoves()[1].controlConverged, MilliSeconds(950));
    EXPECT_EQ(run.timeline.GetFibEvents().back().epoch, 2u) << "the trace says what the route said";
}

TEST(MigrationTimeline, AnUpdateIsAMessageOfEveryMoveItServes)
{
    OneMove run;
    run.Move();
    const uint64_t before = run.timeline.GetMoves()[0].controlMessages;
    MessageEvent update{
        MilliSeconds(300), "bgp", "update", "leaf", "spine", "vm-a vm-b", 90, 0, false};
    run.timeline.OnMessage(update);
    update.vm = "vm-b";
    run.timeline.OnMessage(update);
    EXPECT_EQ(run.timeline.GetMoves()[0].controlMessages, before + 1);
    EXPECT_EQ(run.timeline.GetMessages().size(), before + 2);
}

TEST(MigrationTimeline, ReleaseBelongsToTheLastMoveAwayFromTheNode)
{
    OneMove run;
    run.Move();
    MoveOrder back = OneMove::Order("m2");
    back.sourceNode = OneMove::N2;
    back.destinationNode = OneMove::N1;
    back.epoch = 3;
    run.timeline.OnOrder(back, Seconds(1));
    run.timeline.OnResume("m2", Seconds(2));
    MoveOrder again = OneMove::Order("m3");
    again.epoch = 4;
    run.timeline.OnOrder(again, Seconds(3));
    run.timeline.OnResume("m3", Seconds(4));
    run.timeline.OnReleased("vm-a", OneMove::N1, Seconds(40));
    EXPECT_FALSE(run.timeline.GetMoves()[0].sourceReleased);
    EXPECT_FALSE(run.timeline.GetMoves()[1].sourceReleased);
    EXPECT_EQ(run.timeline.GetMoves()[2].sourceReleased, Seconds(40));
}

} // namespace
} // namespace vmm
} // namespace ns3
