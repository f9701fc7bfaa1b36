// SPDX-License-Identifier: GPL-2.0-only
// The applications of flows: what they offer, that they keep time, and that they end.
#include "workload/workload-star.h"

#include "ns3/incast-client.h"
#include "ns3/packet-sink.h"
#include "ns3/rpc-client.h"
#include "ns3/rpc-server.h"
#include "ns3/sized-client.h"

#include <cmath>

namespace ns3
{
namespace vmm
{
namespace
{

// A normal variable is further from its mean than this in one of 100000 cases.
constexpr double SIGMAS = 4.42;

class WorkloadApplicationsTest : public SimTest
{
  protected:
    // ns-3 does not take a refusal for one: a connection fails when its SYNs are used up.
    static void GiveUpSoon()
    {
        Config::SetDefault("ns3::TcpSocket::ConnTimeout", TimeValue(MilliSeconds(20)));
        Config::SetDefault("ns3::TcpSocket::ConnCount", UintegerValue(2));
    }

    void Run(Time end)
    {
        Simulator::Stop(end);
        Simulator::Run();
    }
};

TEST_F(WorkloadApplicationsTest, OnOffKeepsItsDutyCycleToThePacket)
{
    WorkloadStar star(2);
    auto flow = star.Flow("f", 0, 1, Seconds(4.1));
    flow.rate = DataRate("8Mbps");
    flow.packetSize = 1000;
    flow.onTime = WorkloadStar::Constant(0.1);
    flow.offTime = WorkloadStar::Constant(0.3);
    auto made = star.helper.InstallOnOff(flow);
    Run(Seconds(6));
    // 10 on times of 100 ms, a packet every ms; the last one of each falls on its end.
    auto packets = DynamicCast<PacketSink>(made.server)->GetTotalRx() / 1000;
    EXPECT_GE(packets, 990U);
    EXPECT_LE(packets, 1000U);
    EXPECT_EQ(star.sent[0], packets);
    EXPECT_LE(star.lastSent[0], flow.stop);
    EXPECT_EQ(made.info.application, "on-off");
    EXPECT_EQ(made.info.protocol, 17);
}

TEST_F(WorkloadApplicationsTest, OnOffWithRandomTimesIsOnForItsShare)
{
    WorkloadStar star(2);
    const double length = 400;
    auto flow = star.Flow("f", 0, 1, MilliSeconds(100) + Seconds(length));
    flow.rate = DataRate("800kbps");
    flow.packetSize = 100;
    flow.onTime = WorkloadStar::Exponential(0.1);
    flow.offTime = WorkloadStar::Exponential(0.3);
    star.helper.InstallOnOff(flow);
    Run(flow.stop + Seconds(1));
    // Time in the on state of an alternating renewal process of exponential times: variance
    // 2 on^2 off^2 / (on + off)^3 per second. 1000 packets a second while on; a part of a packet
    // is carried over from one on time to the next.
    double mean = 0.25 * length;
    double deviation = std::sqrt(2 * 0.01 * 0.09 / 0.064 * length);
    EXPECT_NEAR(double(star.sent[0]) / 1000, mean, SIGMAS * deviation);
    EXPECT_LT(deviation, 0.05 * mean);
}

TEST_F(WorkloadApplicationsTest, SizedOffersAPoissonProcessOfItsRateAndSizes)
{
    WorkloadStar star(2);
    const double length = 100;
    auto flow = star.Flow("f", 0, 1, MilliSeconds(100) + Seconds(length));
    flow.interval = WorkloadStar::Exponential(0.02);
    flow.sizes = WorkloadStar::Exponential(5000);
    auto made = star.helper.InstallSized(flow);
    star.book->Watch(made.client, {"f"});
    Run(flow.stop + Seconds(1));
    auto client = DynamicCast<SizedClient>(made.client);
    double flows = length / 0.02;
    EXPECT_NEAR(double(client->GetBegun()), flows, SIGMAS * std::sqrt(flows));
    double bytes = 0;
    for (const auto& transfer : star.book->GetTransfers())
    {
        bytes += double(transfer.bytes);
    }
    // A compound Poisson sum: variance is flows x the mean square of a size.
    EXPECT_NEAR(bytes, flows * 5000, SIGMAS * std::sqrt(flows * 2) * 5000);
    EXPECT_EQ(client->GetOpen(), 0U);
    auto figures = star.book->Summarize();
    EXPECT_EQ(figures.begun, client->GetBegun());
    EXPECT_EQ(figures.completed, client->GetCompleted());
    // Cut at the stop is at most what was under way then: a flow takes less than 2 ms.
    EXPECT_LE(figures.begun - figures.completed, 2U);
    EXPECT_EQ(made.info.fromPort, 0);
    EXPECT_EQ(made.info.toPort, 20000);
}

/// Wire bytes of a payload in segments of 1448, with IP, TCP with time stamps, and PPP.
double
WireBytes(double payload)
{
    return payload + std::ceil(payload / 1448) * (20 + 32 + 2);
}

/// Time to send bytes at 1 Gbit/s (us).
double
Micros(double bytes)
{
    return bytes * 8e-3;
}

TEST_F(WorkloadApplicationsTest, ASizedFlowTakesWhatTheWireTakes)
{
    for (bool download : {false, true})
    {
        Reset();
        WorkloadStar star(2);
        auto flow = star.Flow("f", 0, 1, Seconds(1.05));
        flow.interval = WorkloadStar::Constant(0.1);
        flow.sizes = WorkloadStar::Constant(10000);
        flow.packetSize = 100;
        flow.download = download;
        auto made = star.helper.InstallSized(flow);
        star.book->Watch(made.client, {"f"});
        Run(Seconds(3));
        ASSERT_EQ(star.book->GetTransfers().size(), 9U);
        // SYN and SYN-ACK with 20 and 20 octets of options; the initial window of 10 segments
        // holds all of 10000 bytes. Store and forward at the router, 10 us on each of two links.
        double handshake = 4 * Micros(20 + 40 + 2) + 40;
        double small = download ? 100 : 1;
        double payload = Micros(WireBytes(10000)) + Micros(1448 + 54) + 20;
        double expected = handshake + payload + 2 * Micros(WireBytes(small)) + 20;
        for (const auto& transfer : star.book->GetTransfers())
        {
            ASSERT_TRUE(transfer.GetCompletionTime());
            EXPECT_NEAR(transfer.GetCompletionTime()->GetSeconds() * 1e6, expected, 1.5);
            EXPECT_EQ(transfer.bytes, 10000U);
        }
        EXPECT_EQ(star.book->GetTransfers()[0].start, MilliSeconds(200));
        // Both ends have closed and fallen silent long before the end.
        EXPECT_LT(star.lastSent[0], Seconds(1.01));
        EXPECT_LT(star.lastSent[1], Seconds(1.01));
    }
}

TEST_F(WorkloadApplicationsTest, WhatIsOpenAtTheStopIsClosed)
{
    for (bool download : {false, true})
    {
        Reset();
        WorkloadStar star(2);
        auto flow = star.Flow("f", 0, 1, Seconds(1));
        flow.interval = WorkloadStar::Constant(0.425);
        flow.sizes = WorkloadStar::Constant(200e6); // 1.6 s alone
        flow.packetSize = 100;
        flow.download = download;
        auto made = star.helper.InstallSized(flow);
        star.book->Watch(made.client, {"f"});
        Run(Seconds(10));
        ASSERT_EQ(star.book->GetTransfers().size(), 2U); // at 525 and 950 ms
        for (const auto& transfer : star.book->GetTransfers())
        {
            EXPECT_EQ(transfer.outcome, TransferOutcome::STOPPED);
            EXPECT_EQ(*transfer.end, Seconds(1));
        }
        // Two send buffers of 1 MiB are 17 ms of 1 Gbit/s; losses may add timeouts of 200 ms.
        for (uint32_t host : {0, 1})
        {
            EXPECT_GE(star.lastSent[host], Seconds(1));
            EXPECT_LT(star.lastSent[host], Seconds(2)) << host << " download " << download;
        }
    }
}

TEST_F(WorkloadApplicationsTest, SizedFlowsWithoutAServerFail)
{
    GiveUpSoon();
    WorkloadStar star(2);
    auto flow = star.Flow("f", 0, 1, Seconds(1));
    flow.interval = WorkloadStar::Constant(0.3);
    flow.sizes = WorkloadStar::Constant(10000);
    auto made = star.helper.InstallSized(flow);
    made.client->SetAttribute("Remote", AddressValue(star.net.Address4(1).ToSocketAddress(9)));
    star.book->Watch(made.client, {"f"});
    Run(Seconds(3));
    ASSERT_EQ(star.book->GetTransfers().size(), 2U);
    for (const auto& transfer : star.book->GetTransfers())
    {
        EXPECT_EQ(transfer.outcome, TransferOutcome::FAILED);
        EXPECT_FALSE(transfer.GetCompletionTime());
    }
}

TEST_F(WorkloadApplicationsTest, IncastAnswersMeetAtTheClient)
{
    constexpr uint32_t SENDERS = 4;
    WorkloadStar star(SENDERS + 1);
    std::vector<WorkloadFlow> flows;
    std::vector<std::string> names{"q"};
    for (uint32_t i = 1; i <= SENDERS; ++i)
    {
        flows.push_back(star.Flow("q." + std::to_string(i), i, 0, Seconds(1)));
        flows.back().packetSize = 100;
        flows.back().responseSize = 10000;
        flows.back().thinkTimes = WorkloadStar::Constant(0.1);
        names.push_back(flows.back().name);
    }
    auto made = star.helper.InstallIncast(flows);
    star.book->Watch(made.front().client, names);
    Run(Seconds(3));
    ASSERT_EQ(made.size(), SENDERS);
    EXPECT_EQ(made[1].info.from, "h2");
    EXPECT_EQ(made[1].info.to, "h0");
    EXPECT_EQ(made[1].info.toPort, made[1].info.fromPort + 20000);
    // By hand: the first request and the first segment of its answer pass two links each, then the
    // client's link is busy with the other 27 segments without a gap.
    double wire = SENDERS * Micros(WireBytes(10000));
    double expected = 2 * Micros(100 + 54) + 20 + Micros(1448 + 54) + 20 + wire;
    uint64_t questions = 0;
    const auto& transfers = star.book->GetTransfers();
    for (size_t i = 0; i < transfers.size(); i += SENDERS + 1)
    {
        ++questions;
        EXPECT_EQ(transfers[i].flow, "q");
        EXPECT_EQ(transfers[i].id, questions);
        EXPECT_EQ(transfers[i].bytes, SENDERS * 10000U);
        EXPECT_FALSE(transfers[i].part);
        ASSERT_TRUE(transfers[i].GetCompletionTime());
        EXPECT_NEAR(transfers[i].GetCompletionTime()->GetSeconds() * 1e6, expected, 1);
        Time last;
        for (uint32_t k = 1; k <= SENDERS; ++k)
        {
            EXPECT_EQ(transfers[i + k].flow, names[k]);
            EXPECT_EQ(transfers[i + k].start, transfers[i].start) << "asked at one instant";
            EXPECT_TRUE(transfers[i + k].part);
            last = std::max(last, *transfers[i + k].end);
        }
        EXPECT_EQ(*transfers[i].end, last);
    }
    // From 100 ms on, each some 387 us and 100 ms: the ninth begins at 903 ms.
    EXPECT_EQ(questions, 9U);
    EXPECT_EQ(DynamicCast<IncastClient>(made[0].client)->GetAnswered(), 9U);
    EXPECT_EQ(star.book->Summarize().begun, 9U);
    EXPECT_EQ(star.book->Summarize("q.3").completed, 9U);
    for (uint32_t i = 0; i <= SENDERS; ++i)
    {
        EXPECT_LT(star.lastSent[i], Seconds(1.01)) << "closed at the stop, silent afterwards";
    }
}

TEST_F(WorkloadApplicationsTest, IncastGoesOnWithoutAServerThatIsNotThere)
{
    GiveUpSoon();
    WorkloadStar star(3);
    std::vector<WorkloadFlow> flows{star.Flow("q.1", 1, 0, Seconds(1)),
                                    star.Flow("q.2", 2, 0, Seconds(1))};
    for (auto& flow : flows)
    {
        flow.packetSize = 100;
        flow.responseSize = 1000;
        flow.thinkTime = MilliSeconds(100);
    }
    auto made = star.helper.InstallIncast(flows);
    made[1].server->SetAttribute(
        "Local",
        AddressValue(InetSocketAddress(Ipv4Address::GetAny(), 9))); // refuses at its own port
    star.book->Watch(made.front().client, {"q", "q.1", "q.2"});
    Run(Seconds(3));
    EXPECT_EQ(DynamicCast<IncastClient>(made[0].client)->GetLost(), 1U);
    // The first question waits until the connection is given up, at most 100 ms.
    EXPECT_GE(star.book->Summarize().completed, 7U);
    EXPECT_EQ(star.book->Summarize().completed, star.book->Summarize("q.1").completed);
    EXPECT_EQ(star.book->Summarize("q.2").begun, 0U);
    EXPECT_EQ(star.book->GetTransfers()[0].bytes, 1000U);
}

TEST_F(WorkloadApplicationsTest, RpcThinksForTimesThatAreDrawn)
{
    WorkloadStar star(2);
    auto flow = star.Flow("f", 0, 1, Seconds(100.1));
    flow.packetSize = 100;
    flow.responseSize = 1000;
    flow.thinkTimes = WorkloadStar::Exponential(0.05);
    auto made = star.helper.InstallRpc(flow);
    star.book->Watch(made.client, {"f"});
    Run(Seconds(102));
    auto responses = double(DynamicCast<RpcClient>(made.client)->GetResponses());
    // A renewal process of 50 ms and some 67 us: 1997 in 100 s, variance as a Poisson process.
    EXPECT_NEAR(responses, 100 / 0.050067, SIGMAS * std::sqrt(2000));
    EXPECT_EQ(star.book->Summarize("f").completed, uint64_t(responses));
    EXPECT_LT(star.lastSent[0], Seconds(100.11));
    EXPECT_LT(star.lastSent[1], Seconds(100.11));
}

TEST_F(WorkloadApplicationsTest, ClientsHaveNoMorePortsThanThereAre)
{
    WorkloadStar star(2);
    auto flow = star.Flow("f", 0, 1, Seconds(1));
    flow.packetSize = 100;
    flow.period = Seconds(1);
    for (int i = 0; i < 9152; ++i)
    {
        flow.name = "f" + std::to_string(i);
        auto made = star.helper.InstallUdpProbe(flow);
        ASSERT_LT(made.info.fromPort, 49152);
    }
    EXPECT_THROW(star.helper.InstallUdpProbe(flow), std::invalid_argument);
    EXPECT_THROW(star.helper.InstallIncast({}), std::invalid_argument);
}

} // namespace
} // namespace vmm
} // namespace ns3
