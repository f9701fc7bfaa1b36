// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/move-report.h"

#include "one-move.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace vmm
{
namespace
{

TEST(MoveReport, HandMadeMoveGivesHandComputedFigures)
{
    OneMove run;
    run.Move();
    run.Packets();
    const std::vector<MoveReport> reports = run.Analyse();
    ASSERT_EQ(reports.size(), 1U);
    const MoveReport& report = reports[0];
    ASSERT_EQ(report.flows.size(), 1U);
    const MoveFlowReport& flow = report.flows[0];
    // Sent in the window: 10 ms to 399 ms. Lost: 100 to 153.
    EXPECT_EQ(flow.sent, 390U);
    EXPECT_EQ(flow.lost, 54U);
    EXPECT_EQ(flow.delivered, 336U);
    // Last arrival 99.05 ms, next one 154.09 ms, period 1 ms.
    EXPECT_EQ(report.outage, MicroSeconds(54040));
    EXPECT_FALSE(flow.censored);
    EXPECT_FALSE(flow.longestStall);
    EXPECT_EQ(flow.turningPoint, uint32_t(OneMove::N1));
    EXPECT_EQ(report.detect, MilliSeconds(1));
    EXPECT_EQ(report.registerDelay, MilliSeconds(1));
    EXPECT_EQ(report.inform, MilliSeconds(1));
    EXPECT_EQ(report.install, MilliSeconds(1));
    EXPECT_EQ(report.propagate, MicroSeconds(90));
    // Outage 54.04 ms = downtime 50 ms + 4.09 ms - 0.05 ms: at the stop a packet was due in 0.05 ms
    // and counts as part of the period that the outage is less.
    EXPECT_EQ(report.alignment, MicroSeconds(-50));
    EXPECT_FALSE(report.censored);
    EXPECT_EQ(report.firstPacket, MicroSeconds(154090));
    EXPECT_EQ(flow.hopsBefore, 4U);
    EXPECT_EQ(flow.hopsTriangle, 8U);
    EXPECT_EQ(flow.hopsAfter, 4U);
    EXPECT_EQ(flow.trianglePackets, 146U);
    EXPECT_EQ(flow.triangleBytes, 14600U);
    EXPECT_EQ(report.triangle, MilliSeconds(145));
    // Via the source: the lost ones after the resume (150 to 153) and the triangles.
    EXPECT_EQ(report.viaSourcePackets, 150U);
    EXPECT_EQ(report.maxHopStretch, 2.0);
    EXPECT_EQ(report.maxDelayStretch, 2.0);
    EXPECT_EQ(report.dataConverged, MilliSeconds(300));
    EXPECT_EQ(flow.survived, true);
    const MoveHistory& move = run.timeline.GetMoves()[0];
    EXPECT_EQ(move.GetDowntime(), MilliSeconds(50));
    EXPECT_EQ(move.sourceRoute, MilliSeconds(154));
    EXPECT_EQ(move.pathReady, MicroSeconds(299500));
    EXPECT_EQ(move.controlConverged, MicroSeconds(299500));
}

TEST(MoveReport, ATriangleThatStaysNeverConverges)
{
    OneMove run;
    run.Move();
    for (int64_t ms = 0; ms < 400; ++ms)
    {
        ms < 100 ? run.Deliver(MilliSeconds(ms), OneMove::OLD)
                 : run.Deliver(MilliSeconds(ms), OneMove::TRIANGLE);
    }
    const MoveReport report = run.Analyse()[0];
    EXPECT_FALSE(report.dataConverged);
    EXPECT_EQ(report.flows[0].hopsAfter, 8U);
}

TEST(MoveReport, AFullQueueDoesNotStandAgainstConvergenceAndADiscardDoes)
{
    OneMove run;
    run.Move();
    run.Packets();
    run.Lose(MilliSeconds(400), DropCause::QUEUE);
    run.Deliver(MilliSeconds(401), OneMove::NEW);
    EXPECT_EQ(run.Analyse(MilliSeconds(500))[0].dataConverged, MilliSeconds(300));
    run.Lose(MilliSeconds(402), DropCause::NO_ROUTE);
    EXPECT_FALSE(run.Analyse(MilliSeconds(500))[0].dataConverged);
    run.Deliver(MilliSeconds(403), OneMove::NEW);
    EXPECT_EQ(run.Analyse(MilliSeconds(500))[0].dataConverged, MilliSeconds(403));
}

TEST(MoveReport, NothingAfterTheStopIsCensored)
{
    OneMove run;
    run.timeline.OnOrder(OneMove::Order(), MilliSeconds(10));
    run.timeline.OnStop("m1", MilliSeconds(100));
    for (int64_t ms = 0; ms < 100; ++ms)
    {
        run.Deliver(MilliSeconds(ms), OneMove::OLD);
    }
    run.Lose(MilliSeconds(100), DropCause::VM_STOPPED);
    const MoveReport report = run.Analyse()[0];
    EXPECT_TRUE(report.flows[0].censored);
    EXPECT_TRUE(report.censored);
    EXPECT_FALSE(report.alignment);
    EXPECT_EQ(report.outage, MilliSeconds(400) - MicroSeconds(99050));
    EXPECT_FALSE(report.firstPacket);
    EXPECT_FALSE(report.propagate);
    EXPECT_FALSE(report.dataConverged);
}

TEST(MoveReport, AFlowThatStartsInTheDowntimeHasNoGap)
{
    OneMove run;
    run.Move();
    for (int64_t ms = 120; ms < 400; ++ms)
    {
        ms < 154 ? run.Lose(MilliSeconds(ms), DropCause::VM_STOPPED)
                 : run.Deliver(MilliSeconds(ms), OneMove::NEW);
    }
    const MoveReport report = run.Analyse()[0];
    EXPECT_EQ(report.outage, Time(0));
    EXPECT_EQ(report.lost, 34U);
    EXPECT_FALSE(report.flows[0].turningPoint) << "there is no way before to compare with";
    EXPECT_EQ(report.flows[0].survived, true);
}

TEST(MoveReport, AFlowWhoseSourceEndedBeforeTheStopHasNoOutage)
{
    OneMove run;
    FlowInfo early;
    early.name = "early";
    early.fromNode = OneMove::CN;
    early.toNode = OneMove::VM;
    early.period = MilliSeconds(1);
    early.stop = MilliSeconds(50);
    run.ledger->AddFlow(early);
    run.Move();
    for (int64_t ms = 0; ms < 50; ++ms)
    {
        run.Deliver(MilliSeconds(ms), OneMove::OLD, 2);
    }
    const MoveReport report = run.Analyse()[0];
    EXPECT_FALSE(report.outage);
    ASSERT_EQ(report.flows.size(), 2U) << "the probe is censored without an arrival";
    EXPECT_FALSE(report.flows[1].outage);
    EXPECT_FALSE(report.flows[1].survived);
}

TEST(MoveReport, AFlowWithoutPeriodHasItsLongestStall)
{
    OneMove run;
    FlowInfo bulk;
    bulk.name = "bulk";
    bulk.fromNode = OneMove::CN;
    bulk.toNode = OneMove::VM;
    run.ledger->AddFlow(bulk);
    run.Move();
    for (int64_t ms : {5, 20, 22, 90, 170, 180})
    {
        run.Deliver(MilliSeconds(ms), OneMove::NEW, 2);
    }
    const MoveReport report = run.Analyse()[0];
    const MoveFlowReport& flow = report.flows.back();
    EXPECT_EQ(flow.longestStall, MilliSeconds(80));
    EXPECT_FALSE(flow.outage);
}

TEST(MoveReport, UnknownPointsLeaveTheirShareToTheNext)
{
    // As a scheme without messages: the route is simply there at 152 ms.
    OneMove run;
    run.timeline.OnOrder(OneMove::Order(), MilliSeconds(10));
    run.timeline.OnStop("m1", MilliSeconds(100));
    run.timeline.OnResume("m1", MilliSeconds(150));
    run.timeline.OnFibChange(OneMove::Route(MilliSeconds(152), OneMove::SPINE, "10.9.9.5"));
    for (int64_t ms = 0; ms < 200; ++ms)
    {
        ms < 100 ? run.Deliver(MilliSeconds(ms), OneMove::OLD)
                 : (ms < 152 ? run.Lose(MilliSeconds(ms), DropCause::VM_STOPPED)
                             : run.Deliver(MilliSeconds(ms), OneMove::NEW));
    }
    const MoveReport report = run.Analyse(MilliSeconds(200))[0];
    EXPECT_EQ(report.flows[0].turningPoint, uint32_t(OneMove::SPINE));
    EXPECT_FALSE(report.detect);
    EXPECT_FALSE(report.registerDelay);
    EXPECT_FALSE(report.inform);
    EXPECT_EQ(report.install, MilliSeconds(2));
    EXPECT_EQ(report.propagate, MicroSeconds(50));
    // Last arrival 99.05 ms, next one 152.05 ms: 52 = 50 + 2 + 0.05 - 0.05.
    EXPECT_EQ(report.outage, MilliSeconds(52));
    EXPECT_EQ(report.alignment, MicroSeconds(-50));
    EXPECT_EQ(report.dataConverged, MilliSeconds(152));
}

/// Adds a flow from node to node, with a period in ms. @return its index
uint32_t
AddFlow(OneMove& run, const std::string& name, uint32_t from, uint32_t to, int64_t period)
{
    FlowInfo flow;
    flow.name = name;
    flow.fromNode = from;
    flow.toNode = to;
    flow.protocol = 17;
    flow.period = MilliSeconds(period);
    return run.ledger->AddFlow(flow);
}

TEST(MoveReport, DataConvergenceIsOneInstantOverAllFlows)
{
    OneMove run;
    AddFlow(run, "sparse", OneMove::CN, OneMove::VM, 300);
    run.Move();
    run.Deliver(MilliSeconds(50), OneMove::OLD, 2);
    run.Packets();
    run.Deliver(MilliSeconds(350), OneMove::NEW, 2);
    // The last bad packet is the probe's of 299 ms; the first one after it is the probe's too.
    const MoveReport report = run.Analyse()[0];
    EXPECT_EQ(report.dataConverged, MilliSeconds(300));
    EXPECT_EQ(report.flows[0].dataConverged, MilliSeconds(300));
    EXPECT_EQ(report.flows[1].dataConverged, MilliSeconds(350));
    // A bad one of the sparse flow is bad for all,
    run.Deliver(MilliSeconds(390), OneMove::TRIANGLE, 2);
    EXPECT_FALSE(run.Analyse()[0].dataConverged) << "none has come after it";
    run.Deliver(MilliSeconds(395), OneMove::NEW, 2);
    EXPECT_EQ(run.Analyse()[0].dataConverged, MilliSeconds(391)) << "when the probe was good again";
}

TEST(MoveReport, AnotherGapHasNoSplit)
{
    OneMove run;
    run.Move();
    for (int64_t ms = 0; ms < 400; ++ms)
    {
        const bool lost = (ms >= 100 && ms < 154) || (ms >= 200 && ms < 300);
        lost ? run.Lose(MilliSeconds(ms), DropCause::LINK_DOWN)
             : run.Deliver(MilliSeconds(ms), ms < 100 ? OneMove::OLD : OneMove::NEW);
    }
    // 199.05 to 300.05 ms less a period, against 99.05 to 154.05 ms.
    const MoveReport report = run.Analyse()[0];
    EXPECT_EQ(report.outage, MilliSeconds(100));
    EXPECT_FALSE(report.detect || report.propagate || report.alignment);
    EXPECT_EQ(report.firstPacket, MicroSeconds(154050));
}

TEST(MoveReport, AGapThatBeganBeforeTheStopHasNoSplit)
{
    OneMove run;
    run.Move();
    for (int64_t ms = 0; ms < 200; ++ms)
    {
        ms >= 90 && ms < 154 ? run.Lose(MilliSeconds(ms), DropCause::LINK_DOWN)
                             : run.Deliver(MilliSeconds(ms), ms < 90 ? OneMove::OLD : OneMove::NEW);
    }
    // 89.05 to 154.05 ms less a period; the stop at 100 ms is not what began it.
    const MoveReport report = run.Analyse(MilliSeconds(200))[0];
    EXPECT_EQ(report.outage, MilliSeconds(64));
    EXPECT_FALSE(report.detect || report.propagate || report.alignment);
}

TEST(MoveReport, TheFirstPacketIsOfAnyFlowToTheVm)
{
    OneMove run;
    AddFlow(run, "other", OneMove::CN, OneMove::VM, 300);
    AddFlow(run, "out", OneMove::VM, OneMove::CN, 300);
    run.Move();
    run.Deliver(MilliSeconds(151), OneMove::NEW, 4); // arrives at the correspondent
    run.Deliver(MilliSeconds(152), OneMove::NEW, 2); // 5 nodes: 50 us
    run.Packets();
    const MoveReport report = run.Analyse()[0];
    EXPECT_EQ(report.firstPacket, MicroSeconds(152050));
    EXPECT_EQ(report.propagate, MicroSeconds(90)) << "of the probe, which the outage is of";
    EXPECT_EQ(report.alignment, MicroSeconds(-50));
}

TEST(MoveReport, WhoIsAtTheSourceIsNotViaIt)
{
    constexpr uint32_t FROM_N1[] = {4, 3, 2, 5, 6};
    constexpr uint32_t TO_N1[] = {6, 5, 2, 3, 4};
    constexpr uint32_t OUT_BY_N1[] = {6, 5, 2, 3, 4, 3, 2, 1, 0};
    OneMove run;
    AddFlow(run, "out", OneMove::VM, OneMove::CN, 300);
    run.Move();
    for (int64_t ms : {200, 210, 220})
    {
        run.Deliver(MilliSeconds(ms), FROM_N1);
        run.Deliver(MilliSeconds(ms), TO_N1, 2);
    }
    EXPECT_EQ(run.Analyse()[0].viaSourcePackets, 0U);
    run.Deliver(MilliSeconds(230), OneMove::TRIANGLE);
    run.Deliver(MilliSeconds(230), OUT_BY_N1, 2);
    run.Lose(MilliSeconds(240), DropCause::SOURCE_RELEASED);
    EXPECT_EQ(run.Analyse()[0].viaSourcePackets, 3U);
}

TEST(MoveReport, TheWindowEndsWithTheNextOrder)
{
    OneMove run;
    run.Move();
    run.Packets();
    MoveOrder second = OneMove::Order("m2");
    second.sourceNode = OneMove::N2;
    second.destinationNode = OneMove::N1;
    second.epoch = 3;
    run.timeline.OnOrder(second, MilliSeconds(200));
    MoveOrder third = OneMove::Order("m3");
    third.epoch = 0;
    run.timeline.OnOrder(third, MilliSeconds(210));
    run.timeline.OnOutcome("m3", "refused", MilliSeconds(210));
    const std::vector<MoveReport> reports = run.Analyse();
    EXPECT_EQ(reports[0].flows[0].sent, 190U);
    EXPECT_EQ(reports[0].flows[0].trianglePackets, 46U);
    EXPECT_EQ(reports[1].flows[0].sent, 200U) << "a refused order ends no window";
    EXPECT_TRUE(reports[2].flows.empty());
}

} // namespace
} // namespace vmm
} // namespace ns3
