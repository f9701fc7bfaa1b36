// SPDX-License-Identifier: GPL-2.0-only
// Packets and fluid flows on one link: who gets what.
#include "fluid-net.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/on-off-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/string.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr double NONE = std::numeric_limits<double>::infinity();
constexpr uint64_t MUCH = 1ull << 40; //!< octets

/// a0, a1, ... and b0, b1, ... at the ends of one link m - n.
class FluidPacketsTest : public FluidNetTest
{
  protected:
    void Dumbbell(int ends, const std::string& rate = "1Gbps")
    {
        std::vector<LinkSpec> links = {{"m", "n", rate, "20us"}};
        for (int i = 0; i <= ends; ++i)
        {
            links.push_back({"a" + std::to_string(i), "m", "10Gbps", "5us"});
            links.push_back({"n", "b" + std::to_string(i), "10Gbps", "5us"});
        }
        Build(links);
        m_link = Device("m", "n");
        m_link->TraceConnectWithoutContext("MacTx", MakeCallback(&FluidPacketsTest::Sent, this));
    }

    void TearDown() override
    {
        m_apps.clear();
        m_receivers.clear();
        m_link = nullptr;
        FluidNetTest::TearDown();
    }

    /// Datagrams of 1000 octets of content at a constant rate from ai to bi.
    void AddDatagrams(int i, const std::string& rate, double from, double to)
    {
        const std::string end = std::to_string(i);
        const Address address = AddressOf("b" + end).ToSocketAddress(9000);
        OnOffHelper sender("ns3::UdpSocketFactory", address);
        sender.SetConstantRate(DataRate(rate), 1000);
        AddApp(sender.Install(At("a" + end)), from, to);
        AddReceiver("ns3::UdpSocketFactory", address, "b" + end);
    }

    /// A bulk TCP connection from ai to bi.
    void AddBulk(int i, double from, double to)
    {
        const std::string end = std::to_string(i);
        const Address address = AddressOf("b" + end).ToSocketAddress(9001);
        BulkSendHelper sender("ns3::TcpSocketFactory", address);
        sender.SetAttribute("SendSize", UintegerValue(1448));
        AddApp(sender.Install(At("a" + end)), from, to);
        AddReceiver("ns3::TcpSocketFactory", address, "b" + end);
    }

    void AddReceiver(const std::string& factory, const Address& address, const std::string& node)
    {
        auto sink = PacketSinkHelper(factory, address).Install(At(node));
        sink.Start(Seconds(0));
        m_receivers.push_back(DynamicCast<PacketSink>(sink.Get(0)));
    }

    void AddApp(ApplicationContainer app, double from, double to)
    {
        app.Start(Seconds(from));
        app.Stop(Seconds(to));
        m_apps.push_back(app);
    }

    void Sent(Ptr<const Packet> packet)
    {
        m_sent += packet->GetSize();
    }

    /// Runs on. @return mean rate of packets given to the link meanwhile
    double PacketsUntil(double seconds)
    {
        const double before = m_sent;
        const double start = Simulator::Now().GetSeconds();
        RunTo(seconds);
        return (m_sent - before) * 8 / (seconds - start);
    }

    std::vector<ApplicationContainer> m_apps;
    std::vector<Ptr<PacketSink>> m_receivers;
    Ptr<NetDevice> m_link;
    double m_sent{0};
};

} // namespace

// 300 Mb/s of content are 309 on the link; a quarter more is theirs, the flow has the rest, and not
// one is lost. Before and after that the flow has the link, and the device its own rate.
TEST_F(FluidPacketsTest, DatagramsHaveTheirRate)
{
    Dumbbell(1);
    AddDatagrams(1, "300Mbps", 1, 2);
    auto flow = Open("a0", "b0");
    m_network->Start(flow, MUCH, NONE);
    RunTo(0.999);
    EXPECT_EQ(flow->GetRate(), 1e9);
    EXPECT_EQ(RateOf(m_link), 1e9);
    RunTo(1.1);
    const double load = 300e6 * 1030 / 1000;
    for (int i = 0; i < 8; ++i)
    {
        RunTo(1.2 + i * 0.1);
        EXPECT_NEAR(flow->GetRate(), 1e9 - 1.25 * load, 0.01e9);
        EXPECT_NEAR(RateOf(m_link) + flow->GetRate(), 1e9, 1);
    }
    RunTo(2.1);
    EXPECT_EQ(flow->GetRate(), 1e9);
    EXPECT_EQ(RateOf(m_link), 1e9);
    EXPECT_EQ(m_receivers[0]->GetTotalRx() / 1000.0, m_sent / 1030);
    EXPECT_NEAR(m_receivers[0]->GetTotalRx(), 37.5e6, 1000); // 1 s of them
    m_network->Close(flow);
    EXPECT_EQ(RateOf(m_link), 1e9);
}

// More datagrams than fit leave the flow its least share.
TEST_F(FluidPacketsTest, DatagramsDoNotStarveAFlow)
{
    Dumbbell(1);
    AddDatagrams(1, "2Gbps", 0, 1);
    auto flow = Open("a0", "b0");
    m_network->Start(flow, MUCH, NONE);
    RunTo(0.5);
    EXPECT_NEAR(flow->GetRate(), 0.01e9, 1);
    RunTo(1);
    EXPECT_NEAR(m_receivers[0]->GetTotalRx() * 8, 0.99e9 * 1000 / 1030, 0.02e9);
}

// Each bulk connection is one more competitor.
TEST_F(FluidPacketsTest, BulkConnectionsShareWithAFlow)
{
    for (int bulks : {1, 2, 4})
    {
        Dumbbell(bulks, "300Mbps");
        for (int i = 1; i <= bulks; ++i)
        {
            AddBulk(i, 0.1 * i, 10);
        }
        auto flow = Open("a0", "b0");
        Simulator::Schedule(Seconds(1), &FluidNetwork::Start, m_network, flow, MUCH, NONE);
        RunTo(1.2);
        const uint64_t before = m_network->GetDelivered(flow);
        const double packets = PacketsUntil(2.2);
        const double rate = (m_network->GetDelivered(flow) - before) * 8 / 1.0;
        const double fair = 300e6 / (bulks + 1);
        EXPECT_NEAR(rate, fair, 0.1 * fair) << bulks;
        EXPECT_LE(rate + packets, 309e6) << bulks; // a device is given a little more than it sends
        EXPECT_GE(rate + packets, 270e6) << bulks;
        m_apps.clear();
        m_receivers.clear();
        m_link = nullptr;
        Clear();
    }
}

// A connection that comes later than the flow gets its half within a tenth of a second, and the
// flow has the link again a tenth of a second after it has gone.
TEST_F(FluidPacketsTest, ABulkConnectionComesAndGoes)
{
    Dumbbell(1);
    AddBulk(1, 1, 2);
    auto flow = Open("a0", "b0");
    m_network->Start(flow, MUCH, NONE);
    RunTo(1);
    EXPECT_EQ(flow->GetRate(), 1e9);
    RunTo(1.1);
    EXPECT_NEAR(flow->GetRate(), 0.5e9, 0.05e9);
    EXPECT_NEAR(PacketsUntil(1.9), 0.5e9, 0.05e9);
    RunTo(2.2);
    EXPECT_EQ(flow->GetRate(), 1e9);
}

// A connection that another link holds to 200 Mb/s keeps them, beside a flow.
TEST_F(FluidPacketsTest, WhoIsHeldElsewhereKeepsWhatItHas)
{
    Build({{"a", "m", "1Gbps", "10us"},
           {"x", "m", "200Mbps", "10us"},
           {"m", "n", "1Gbps", "10us"},
           {"n", "b", "10Gbps", "10us"},
           {"n", "y", "10Gbps", "10us"}});
    const Address address = AddressOf("y").ToSocketAddress(9001);
    BulkSendHelper sender("ns3::TcpSocketFactory", address);
    AddApp(sender.Install(At("x")), 0, 10);
    AddReceiver("ns3::TcpSocketFactory", address, "y");
    auto flow = Open("a", "b");
    Simulator::Schedule(Seconds(1), &FluidNetwork::Start, m_network, flow, MUCH, NONE);
    RunTo(2);
    EXPECT_NEAR(flow->GetRate(), 0.75e9, 0.02e9); // a quarter of headroom
    const uint64_t before = m_receivers[0]->GetTotalRx();
    RunTo(3);
    EXPECT_NEAR((m_receivers[0]->GetTotalRx() - before) * 8, 0.2e9 * 1448 / 1502, 0.005e9);
}

// Events are scheduled while packets pass, and only then.
TEST_F(FluidPacketsTest, NoEventsWithoutPackets)
{
    Dumbbell(1);
    AddDatagrams(1, "10Mbps", 1, 2);
    auto flow = Open("a0", "b0");
    m_network->Start(flow, MUCH, NONE);
    RunTo(0.1);
    uint64_t before = Simulator::GetEventCount();
    RunTo(0.9);
    EXPECT_LE(Simulator::GetEventCount() - before, 1u); // the stop itself
    RunTo(2.2);
    before = Simulator::GetEventCount();
    RunTo(100);
    EXPECT_LE(Simulator::GetEventCount() - before, 1u);
}

// A rate that is set while flows use the link is the link's own from then on.
TEST_F(FluidPacketsTest, ARateThatSomebodySetsIsKept)
{
    Dumbbell(1);
    auto flow = Open("a0", "b0");
    m_network->Start(flow, MUCH, NONE);
    RunTo(1);
    m_link->SetAttribute("DataRate", DataRateValue(DataRate("400Mbps")));
    AddDatagrams(1, "100Mbps", 0, 1);
    RunTo(1.5);
    EXPECT_NEAR(flow->GetRate(), 400e6 - 125e6 * 1.03, 5e6);
    RunTo(3);
    EXPECT_EQ(RateOf(m_link), 400e6);
    m_network->Close(flow);
    EXPECT_EQ(RateOf(m_link), 400e6);
}
