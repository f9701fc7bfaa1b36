// SPDX-License-Identifier: GPL-2.0-only
// FluidTransfer against a plain TCP sink: order, times, limits, failures.
#include "fluid-net.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr double EFFICIENCY = 1448.0 / (1448 + 20 + 20 + 2); //!< TCP, IPv4, PPP

/// a and b with a router between.
class FluidTransferTest : public FluidNetTest
{
  protected:
    void Line(const std::string& rate = "1Gbps", const std::string& delay = "10us")
    {
        Config::SetDefault("ns3::vmm::FluidTransfer::SlowStartGrowth", DoubleValue(1));
        Build({{"a", "m", rate, delay}, {"m", "b", rate, delay}});
        m_sink = &AddSink("b");
    }

    /// Notes when something happens to a transfer.
    void Watch(Ptr<CopyTransfer> transfer)
    {
        transfer->SetConnectedCallback(
            [this]
            {
                m_connected = Simulator::Now();
            });
        transfer->SetWrittenCallback(
            [this]
            {
                m_written.push_back(Simulator::Now());
            });
        transfer->SetReceiveCallback(
            [this](Ptr<const Packet> data)
            {
                m_received += data->GetSize();
            });
    }

    CopySink* m_sink{nullptr};
    Time m_connected;
    std::vector<Time> m_written;
    uint64_t m_received{0};
};

} // namespace

TEST_F(FluidTransferTest, IsThereByName)
{
    auto transfer = CopyTransfer::Create("fluid");
    EXPECT_TRUE(DynamicCast<FluidTransfer>(transfer));
    EXPECT_FALSE(transfer->CarriesVirtualOctets());
}

// The record behind the pages arrives when it would in one stream: a second for the pages, then
// the path's delay.
TEST_F(FluidTransferTest, OrderIsKept)
{
    Line();
    auto transfer = AddTransfer("a", "b");
    Watch(transfer);
    const auto octets = static_cast<uint64_t>(125e6 * EFFICIENCY);
    transfer->Send(Octets(24), octets, 0);
    transfer->Send(Octets(24), 0, 0);
    EXPECT_FALSE(transfer->IsWritten());
    RunTo(0.5);
    EXPECT_EQ(m_sink->GetOctets(), 24u);
    EXPECT_NEAR(transfer->GetSentVirtualOctets(), octets / 2.0, octets * 1e-3);
    EXPECT_TRUE(m_written.empty());
    RunTo(10);
    EXPECT_EQ(m_sink->GetOctets(), 48u);
    EXPECT_EQ(transfer->GetSentVirtualOctets(), octets);
    EXPECT_TRUE(transfer->IsWritten());
    ASSERT_EQ(m_written.size(), 1u);
    // The pages leave in 1 s; a frame is stored once; the record itself takes 66 octets twice.
    const double frame = 1490 * 8e-9;
    const double record = (24 + 42) * 8e-9;
    const double left = m_connected.GetSeconds() + 1 + frame;
    EXPECT_NEAR(m_written[0].GetSeconds(), left, 1e-6);
    EXPECT_NEAR(m_sink->When(48).GetSeconds(), left + 20e-6 + 2 * record, 1e-6);
    EXPECT_TRUE(m_failures.empty());
}

// Payload, a header for every segment, and what the records took.
TEST_F(FluidTransferTest, WireOctets)
{
    Line();
    auto transfer = AddTransfer("a", "b");
    RunTo(0.1);
    const uint64_t before = transfer->GetWireOctets();
    transfer->Send({}, 1448 * 10 + 1, 0);
    RunTo(1);
    EXPECT_EQ(transfer->GetWireOctets() - before, 1448 * 10 + 1 + 11 * 40);
    EXPECT_DOUBLE_EQ(DynamicCast<FluidTransfer>(transfer)->GetEfficiency(), EFFICIENCY);
}

TEST_F(FluidTransferTest, EfficiencyOfTimestampsAndIpv6)
{
    Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(true));
    Line();
    AddSink("b", IpFamily::IPV6);
    auto transfer = AddTransfer("a", "b", IpFamily::IPV6);
    EXPECT_DOUBLE_EQ(transfer->GetEfficiency(), 1448.0 / (1448 + 20 + 12 + 40 + 2));
    transfer->Send(Octets(24), 1000000, 0);
    transfer->Send(Octets(24), 0, 0);
    RunTo(10);
    EXPECT_EQ(m_sinks[1]->GetOctets(), 48u);
    EXPECT_EQ(transfer->GetSentVirtualOctets(), 1000000u);
    EXPECT_TRUE(m_failures.empty());
}

TEST_F(FluidTransferTest, EfficiencyIsGiven)
{
    Config::SetDefault("ns3::vmm::FluidTransfer::Efficiency", DoubleValue(0.5));
    Line();
    auto transfer = AddTransfer("a", "b");
    Watch(transfer);
    transfer->Send({}, 125000000, 0);
    RunTo(10);
    ASSERT_EQ(m_written.size(), 1u);
    EXPECT_NEAR((m_written[0] - m_connected).GetSeconds(), 2, 1e-4);
    EXPECT_GE(transfer->GetWireOctets(), 250000000u);
}

TEST_F(FluidTransferTest, LimitsOfTheRate)
{
    Line();
    auto transfer = AddTransfer("a", "b");
    RunTo(0.1);
    transfer->Send({}, 1000000000, 100000000);
    RunTo(0.2);
    EXPECT_DOUBLE_EQ(transfer->GetFlow()->GetRate(), 100e6);
    transfer->Close();
    Config::SetDefault("ns3::vmm::FluidTransfer::RateCap", DataRateValue(DataRate("50Mbps")));
    transfer = AddTransfer("a", "b");
    RunTo(0.3);
    transfer->Send({}, 1000000000, 100000000);
    RunTo(0.4);
    EXPECT_DOUBLE_EQ(transfer->GetFlow()->GetRate(), 50e6);
}

// 1 GiB over a round trip of 40 ms: 1 MiB at once, then in each trip 1 MiB less a piece of 64 KiB,
// but for two segments. Two streams have two windows; another window is as it says.
TEST_F(FluidTransferTest, WindowsLimitALongPath)
{
    Line("1Gbps", "10ms");
    auto transfer = AddTransfer("a", "b");
    transfer->Send(Octets(24), 1 << 30, 0);
    RunTo(1);
    const double trip = 0.04 + 2 * 1490 * 8e-9;
    auto rate = [&](double window, double refill)
    {
        const double octets = (1 << 30) + 24;
        const double trips = std::ceil((octets - window) / refill);
        const double last = octets - window - (trips - 1) * refill;
        return octets * 8 / (trips * trip + last * 8 / (1e9 * EFFICIENCY));
    };
    const double window = 1 << 20;
    const double refill = window - 65536 + 2 * 1448;
    EXPECT_NEAR(transfer->GetFlow()->GetRate(), rate(window, refill), 0.001 * 200e6); // a trip
    EXPECT_NEAR(transfer->GetFlow()->GetRate(), refill * 8 / trip, 0.002 * window * 8 / trip);
    transfer->Close();
    Config::SetDefault("ns3::vmm::FluidTransfer::Streams", UintegerValue(2));
    transfer = AddTransfer("a", "b");
    transfer->Send(Octets(24), 1 << 30, 0);
    RunTo(2);
    EXPECT_NEAR(transfer->GetFlow()->GetRate(), rate(2 * window, 2 * refill), 0.002 * 400e6);
    transfer->Close();
    Config::SetDefault("ns3::vmm::FluidTransfer::Streams", UintegerValue(1));
    Config::SetDefault("ns3::vmm::FluidTransfer::MaxWindow", UintegerValue(1 << 19));
    transfer = AddTransfer("a", "b");
    transfer->Send(Octets(24), 1 << 30, 0);
    RunTo(3);
    EXPECT_NEAR(transfer->GetFlow()->GetRate(), rate(window / 2, window / 2), 10);
}

// What fits into the window goes at once, also what follows while there is room; what does not
// waits for the acknowledgements of the first.
TEST_F(FluidTransferTest, BurstsOnALongPath)
{
    Config::SetDefault("ns3::vmm::FluidTransfer::MaxWindow", UintegerValue(1000000));
    Line("1Gbps", "10ms");
    auto transfer = AddTransfer("a", "b");
    RunTo(1);
    const double second = 1e9 * EFFICIENCY / 8; // octets
    const double trip = 0.04 + 2 * 1490 * 8e-9;
    transfer->Send({}, 600000, 0);
    transfer->Send({}, 300000, 0);
    transfer->Send({}, 600000, 0);
    RunTo(2);
    ASSERT_EQ(m_ended.size(), 3u);
    EXPECT_NEAR(m_ended[0].first.GetSeconds(), 1 + 600000 / second, 1e-6);
    EXPECT_NEAR(m_ended[1].first.GetSeconds(), 1 + 900000 / second + 12e-6, 1e-6);
    EXPECT_NEAR(m_ended[2].first.GetSeconds(), 1 + trip + 500000 / second, 1e-6);
    transfer->Send({}, 1000000, 0);
    RunTo(3);
    EXPECT_NEAR(m_ended[3].first.GetSeconds(), 2 + 1000000 / second, 1e-6);
}

// Ten segments in the first round trip, twice as many in the next.
TEST_F(FluidTransferTest, SlowStart)
{
    Line("1Gbps", "10ms");
    Config::SetDefault("ns3::vmm::FluidTransfer::SlowStartGrowth", DoubleValue(2));
    auto transfer = AddTransfer("a", "b");
    Watch(transfer);
    transfer->Send(Octets(24), 1 << 30, 0);
    const double trip = 0.04 + 2 * 1490 * 8e-9;
    RunTo(0.0401 + trip / 2);
    EXPECT_DOUBLE_EQ(transfer->GetFlow()->GetRate(), 14480 * 8 / trip);
    RunTo(0.0401 + trip * 3 / 2);
    EXPECT_DOUBLE_EQ(transfer->GetFlow()->GetRate(), 2 * 14480 * 8 / trip);
}

TEST_F(FluidTransferTest, StreamsCountInTheSharing)
{
    Line();
    auto one = AddTransfer("a", "b");
    Config::SetDefault("ns3::vmm::FluidTransfer::Streams", UintegerValue(4));
    auto four = AddTransfer("a", "b");
    RunTo(0.1);
    one->Send({}, 1 << 30, 0);
    four->Send({}, 1 << 30, 0);
    RunTo(0.2);
    EXPECT_NEAR(one->GetFlow()->GetRate(), 0.2e9 * EFFICIENCY, 1);
    EXPECT_NEAR(four->GetFlow()->GetRate(), 0.8e9 * EFFICIENCY, 1);
}

TEST_F(FluidTransferTest, RepliesComeBack)
{
    Line();
    auto transfer = AddTransfer("a", "b");
    Watch(transfer);
    transfer->Send(Octets(24), 1000, 0);
    RunTo(0.1);
    m_sink->sockets.at(0)->Send(Create<Packet>(7));
    RunTo(0.2);
    EXPECT_EQ(m_received, 7u);
}

// A body takes longer than StallTimeout while an answer is due: nobody is impatient. The answer
// does not come: that is a failure, 20 s after the record that asks for it.
TEST_F(FluidTransferTest, AnAnswerIsAwaitedFromTheEndOfTheBody)
{
    Line("10Mbps");
    auto transfer = AddTransfer("a", "b");
    transfer->Send(Octets(24), 50000000, 0);
    transfer->Send(Octets(24), 0, 0);
    transfer->ExpectReply(true);
    RunTo(41);
    EXPECT_TRUE(m_failures.empty());
    const double end = 0.00014 + 50e6 * 8 / (10e6 * EFFICIENCY);
    RunTo(100);
    ASSERT_EQ(m_failures.size(), 1u);
    EXPECT_EQ(m_failures[0].second, "stalled");
    // The record is acknowledged at the latest when the delayed acknowledgement is due.
    EXPECT_GT(m_failures[0].first.GetSeconds(), end + 20);
    EXPECT_LT(m_failures[0].first.GetSeconds(), end + 20 + 0.042);
    EXPECT_FALSE(transfer->GetFlow());
}

TEST_F(FluidTransferTest, ALinkIsCutForGood)
{
    Line();
    auto transfer = AddTransfer("a", "b");
    transfer->Send(Octets(24), 1 << 30, 0);
    m_fabric->FailLinkAt(Seconds(1), "m", "b");
    RunTo(100);
    ASSERT_EQ(m_failures.size(), 1u);
    EXPECT_EQ(m_failures[0].second, "stalled");
    EXPECT_EQ(m_failures[0].first, Seconds(21));
    EXPECT_NEAR(transfer->GetSentVirtualOctets(), 125e6 * EFFICIENCY, 1e5);
}

TEST_F(FluidTransferTest, ALinkIsCutAndComesBack)
{
    Line();
    auto transfer = AddTransfer("a", "b");
    Watch(transfer);
    transfer->Send(Octets(24), static_cast<uint64_t>(125e6 * EFFICIENCY), 0);
    transfer->Send(Octets(24), 0, 0);
    m_fabric->FailLinkAt(Seconds(0.5), "m", "b");
    m_fabric->RestoreLinkAt(Seconds(15), "m", "b");
    RunTo(100);
    EXPECT_TRUE(m_failures.empty());
    EXPECT_EQ(m_sink->GetOctets(), 48u);
    EXPECT_NEAR(m_sink->When(48).GetSeconds(), m_connected.GetSeconds() + 1 + 14.55, 1e-4);
}

// A device that does not get a segment out in 20 s: no progress, no hanging. (One with the rate 0
// ends an ns-3 simulation with the first packet.)
TEST_F(FluidTransferTest, NoBandwidthIsAFailure)
{
    Line();
    auto transfer = AddTransfer("a", "b");
    RunTo(1);
    Device("m", "b")->SetAttribute("DataRate", DataRateValue(DataRate("500bps")));
    transfer->Send({}, 4096, 0);
    RunTo(100);
    ASSERT_EQ(m_failures.size(), 1u);
    EXPECT_EQ(m_failures[0].first, Seconds(21));
}

TEST_F(FluidTransferTest, NobodyListens)
{
    Line();
    auto transfer = AddTransfer("b", "a");
    transfer->Send(Octets(24), 1 << 20, 0);
    RunTo(100);
    ASSERT_EQ(m_failures.size(), 1u);
    EXPECT_EQ(transfer->GetSentVirtualOctets(), 0u);
}

TEST_F(FluidTransferTest, NoRouteToThePeer)
{
    Build({{"a", "b", "1Gbps", "1ms"}, {"c", "d", "1Gbps", "1ms"}});
    auto transfer = AddTransfer("a", "d");
    transfer->Send(Octets(24), 1 << 20, 0);
    RunTo(100);
    ASSERT_EQ(m_failures.size(), 1u);
    EXPECT_EQ(m_failures[0].second, "no connection");
}

TEST_F(FluidTransferTest, ThePeerCloses)
{
    Line();
    auto transfer = AddTransfer("a", "b");
    transfer->Send(Octets(24), 1 << 30, 0);
    RunTo(1);
    m_sink->sockets.at(0)->Close();
    RunTo(2);
    ASSERT_EQ(m_failures.size(), 1u);
    EXPECT_EQ(m_failures[0].second, "closed by the destination");
    EXPECT_LT(m_failures[0].first, Seconds(1.001));
}

// At every moment of a short copy: nothing more is sent or told, and the link is as it was.
TEST_F(FluidTransferTest, EndsAtAnyMoment)
{
    for (int end = 0; end < 3; ++end)
    {
        for (int when = 0; when < 40; ++when)
        {
            Line("1Gbps", "1ms");
            auto transfer = AddTransfer("a", "b");
            Watch(transfer);
            transfer->Send(Octets(24), 1000000, 0);
            transfer->Send(Octets(24), 500000, 0);
            transfer->Send(Octets(24), 0, 0);
            RunTo(when * 0.0005 + 1e-7);
            end == 0 ? transfer->Close() : end == 1 ? transfer->Abandon() : transfer->Dispose();
            const uint64_t sent = transfer->GetSentVirtualOctets();
            const size_t told = m_written.size();
            RunTo(1);
            EXPECT_EQ(transfer->GetSentVirtualOctets(), sent);
            EXPECT_LE(sent, 1500000u);
            EXPECT_EQ(m_written.size(), told);
            EXPECT_TRUE(m_failures.empty());
            EXPECT_EQ(m_network->GetFluidRate(Device("a", "m")), 0);
            EXPECT_EQ(RateOf(Device("a", "m")), 1e9);
            EXPECT_NEAR(
                m_network->GetFluidOctets(Device("m", "b")) * EFFICIENCY, double(sent), 1.01);
            m_written.clear();
            Clear();
        }
    }
}

// A callback that ends the transfer, or drops it.
TEST_F(FluidTransferTest, EndsInACallback)
{
    for (int which = 0; which < 3; ++which)
    {
        Line();
        auto transfer = AddTransfer("a", "b");
        auto end = [this]
        {
            m_transfers.at(0)->Close();
            m_transfers.clear();
        };
        if (which == 0)
        {
            transfer->SetConnectedCallback(end);
        }
        else if (which == 1)
        {
            transfer->SetWrittenCallback(end);
        }
        else
        {
            transfer->SetFailedCallback(
                [end](const std::string&)
                {
                    end();
                });
            m_fabric->FailLinkAt(Seconds(0.001), "m", "b");
        }
        transfer->Send(Octets(24), 1000000, 0);
        transfer = nullptr;
        RunTo(50);
        EXPECT_TRUE(m_transfers.empty()) << which;
        Clear();
    }
}

// The flow takes the way of the connection's packets, among four.
TEST_F(FluidTransferTest, TheWayOfItsPackets)
{
    std::vector<LinkSpec> links;
    const std::vector<std::string> middles = {"c", "d", "e", "f"};
    for (const auto& middle : middles)
    {
        links.push_back({"a", middle, "1Gbps", "1ms"});
        links.push_back({middle, "b", "1Gbps", "1ms"});
    }
    Build(links);
    AddSink("b");
    std::map<std::string, uint64_t> packets;
    for (const auto& middle : middles)
    {
        Device("a", middle)
            ->TraceConnect("MacTx",
                           middle,
                           Callback<void, std::string, Ptr<const Packet>>(
                               [&packets](std::string way, Ptr<const Packet>)
                               {
                                   ++packets[way];
                               }));
    }
    for (int i = 0; i < 12; ++i)
    {
        packets.clear();
        auto transfer = AddTransfer("a", "b");
        RunTo(i + 0.5);
        transfer->Send(Octets(24), 1 << 30, 0);
        RunTo(i + 0.6);
        ASSERT_EQ(packets.size(), 1u) << i;
        for (const auto& middle : middles)
        {
            EXPECT_EQ(m_network->GetFluidRate(Device("a", middle)) > 0, packets.count(middle) > 0);
        }
        transfer->Abandon();
        RunTo(i + 1);
    }
}

TEST_F(FluidTransferTest, TheSameEveryTime)
{
    std::vector<std::vector<std::pair<Time, std::pair<uint32_t, double>>>> runs;
    for (int run = 0; run < 2; ++run)
    {
        Line();
        for (int i = 0; i < 20; ++i)
        {
            auto transfer = AddTransfer("a", "b");
            transfer->Send(Octets(24), 1000000 * (i + 1), 0);
            transfer->Send(Octets(24), 12345 * i, 0);
        }
        RunTo(10);
        runs.push_back(m_rates);
        Clear();
    }
    EXPECT_GT(runs[0].size(), 100u);
    EXPECT_EQ(runs[0], runs[1]);
}
