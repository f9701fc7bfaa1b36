// SPDX-License-Identifier: GPL-2.0-only
// Rates and times of fluid flows on networks small enough to compute by hand.
#include "fluid-net.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr double NONE = std::numeric_limits<double>::infinity();
constexpr uint64_t SECOND = 125000000; //!< octets that 1 Gbit/s carries in a second

class FluidNetworkTest : public FluidNetTest
{
  protected:
    /// Starts a flow at a time.
    void StartAt(double seconds, Ptr<FluidFlow> flow, uint64_t octets, double limit = NONE)
    {
        Simulator::Schedule(Seconds(seconds), &FluidNetwork::Start, m_network, flow, octets, limit);
    }

    /// Cuts or mends a link at a time.
    void CutAt(double seconds, const std::string& a, const std::string& b)
    {
        m_fabric->FailLinkAt(Seconds(seconds), a, b);
    }

    void MendAt(double seconds, const std::string& a, const std::string& b)
    {
        m_fabric->RestoreLinkAt(Seconds(seconds), a, b);
    }
};

} // namespace

TEST_F(FluidNetworkTest, OneFlowOneLink)
{
    Build({{"a", "b", "1Gbps", "1ms"}});
    auto flow = Open("a", "b", 1, 0.9);
    EXPECT_TRUE(flow->HasPath());
    EXPECT_EQ(flow->GetDelay(), MilliSeconds(1));
    StartAt(1, flow, SECOND * 9 / 10);
    RunTo(10);
    EXPECT_EQ(EndOf(flow), Seconds(2));
    EXPECT_EQ(m_network->GetDelivered(flow), SECOND * 9 / 10);
    EXPECT_EQ(m_started, 1u);
    ASSERT_EQ(m_rates.size(), 1u); // the end is told by FlowEnded
    EXPECT_EQ(m_rates[0].first, Seconds(1));
    EXPECT_EQ(m_rates[0].second.second, 0.9e9);
    ASSERT_EQ(m_ended.size(), 1u);
    EXPECT_EQ(m_ended[0].second.second, SECOND * 9 / 10);
}

// The time of an odd size is right to the nanosecond, and no octet is lost to rounding.
TEST_F(FluidNetworkTest, OddSizes)
{
    Build({{"a", "b", "7Mbps", "1ms"}});
    auto flow = Open("a", "b", 1, 0.964);
    Time now(0);
    for (uint64_t octets : {1ull, 12347ull, 64ull << 30})
    {
        m_network->Start(flow, octets, NONE);
        Simulator::Run();
        now += NanoSeconds(std::llround(octets * 8e9 / (7e6 * 0.964)));
        EXPECT_EQ(EndOf(flow), now);
    }
    const uint64_t all = 1 + 12347 + (64ull << 30);
    EXPECT_EQ(m_network->GetDelivered(flow), all);
    EXPECT_NEAR(m_network->GetFluidOctets(Device("a", "b")), all / 0.964, 1);
    EXPECT_EQ(m_network->GetFluidOctets(Device("b", "a")), 0);
}

TEST_F(FluidNetworkTest, TwoFlowsShare)
{
    Build({{"a", "b", "1Gbps", "1ms"}});
    auto first = Open("a", "b");
    auto second = Open("a", "b");
    StartAt(0, first, SECOND);
    StartAt(0, second, SECOND);
    RunTo(10);
    EXPECT_EQ(EndOf(first), Seconds(2));
    EXPECT_EQ(EndOf(second), Seconds(2));
}

// Alone 0.5 s, then half the link until the other has gone after 0.5 s, then alone again.
TEST_F(FluidNetworkTest, AFlowJoinsAndLeaves)
{
    Build({{"a", "b", "1Gbps", "1ms"}});
    auto first = Open("a", "b");
    auto second = Open("a", "b");
    StartAt(0, first, SECOND);
    StartAt(0.5, second, SECOND / 4);
    RunTo(0.75);
    EXPECT_EQ(m_network->GetDelivered(first), SECOND / 2 + SECOND / 8);
    EXPECT_EQ(m_network->GetFluidOctets(Device("a", "b")), SECOND * 3 / 4);
    EXPECT_EQ(m_network->GetFluidRate(Device("a", "b")), 1e9);
    RunTo(10);
    EXPECT_EQ(EndOf(second), Seconds(1));
    EXPECT_EQ(EndOf(first), Seconds(1.25));
    EXPECT_EQ(m_network->GetFluidRate(Device("a", "b")), 0);
}

// Opposite directions do not meet.
TEST_F(FluidNetworkTest, DirectionsAreLinksOfTheirOwn)
{
    Build({{"a", "b", "1Gbps", "1ms"}});
    auto there = Open("a", "b");
    auto back = Open("b", "a");
    StartAt(0, there, SECOND);
    StartAt(0, back, SECOND);
    RunTo(10);
    EXPECT_EQ(EndOf(there), Seconds(1));
    EXPECT_EQ(EndOf(back), Seconds(1));
}

// The textbook case of MaxMinShareTest, on a fabric.
TEST_F(FluidNetworkTest, ALongFlowAndTwoShortOnes)
{
    Build({{"a", "b", "600Mbps", "1ms"}, {"b", "c", "1Gbps", "1ms"}});
    auto through = Open("a", "c");
    auto narrow = Open("a", "b");
    auto wide = Open("b", "c");
    for (const auto& flow : {through, narrow, wide})
    {
        StartAt(0, flow, SECOND);
    }
    RunTo(0.1);
    EXPECT_DOUBLE_EQ(through->GetRate(), 300e6);
    EXPECT_DOUBLE_EQ(narrow->GetRate(), 300e6);
    EXPECT_DOUBLE_EQ(wide->GetRate(), 700e6);
    RunTo(10);
    EXPECT_EQ(EndOf(wide), NanoSeconds(1428571429));
    EXPECT_NEAR(EndOf(through).GetSeconds(), 10 / 3.0, 1e-8);
}

TEST_F(FluidNetworkTest, WeightsAndLimits)
{
    Build({{"a", "b", "1Gbps", "1ms"}});
    auto one = Open("a", "b", 1);
    auto four = Open("a", "b", 4);
    auto limited = Open("a", "b", 1, 0.5);
    StartAt(0, one, SECOND);
    StartAt(0, four, SECOND);
    StartAt(0, limited, SECOND, 50e6); // takes 100 Mb/s of the link
    RunTo(0.1);
    EXPECT_DOUBLE_EQ(one->GetRate(), 180e6);
    EXPECT_DOUBLE_EQ(four->GetRate(), 720e6);
    EXPECT_DOUBLE_EQ(limited->GetRate(), 50e6);
    m_network->SetLimit(four, 100e6);
    m_network->SetLimit(limited, 25e6);
    RunTo(0.2);
    EXPECT_DOUBLE_EQ(one->GetRate(), 850e6);
    EXPECT_DOUBLE_EQ(four->GetRate(), 100e6);
    EXPECT_DOUBLE_EQ(limited->GetRate(), 25e6);
}

// What happens on one link leaves a link that no flow connects with it alone.
TEST_F(FluidNetworkTest, OthersAreNotTold)
{
    Build({{"a", "b", "1Gbps", "1ms"}, {"b", "c", "1Gbps", "1ms"}});
    auto near = Open("a", "b");
    auto far = Open("b", "c");
    StartAt(0, near, SECOND);
    StartAt(0.5, far, SECOND);
    RunTo(10);
    size_t told = 0;
    for (const auto& [when, what] : m_rates)
    {
        told += what.first == near->GetId();
    }
    EXPECT_EQ(told, 1u); // its start
}

// A cut that is over before routers notice: the flow stands meanwhile.
TEST_F(FluidNetworkTest, AShortCut)
{
    Build({{"a", "b", "1Gbps", "1ms"}, {"b", "c", "1Gbps", "1ms"}});
    auto flow = Open("a", "c");
    StartAt(0, flow, SECOND);
    CutAt(0.5, "b", "c");
    MendAt(0.52, "b", "c");
    RunTo(0.51);
    EXPECT_EQ(flow->GetRate(), 0);
    EXPECT_EQ(m_network->GetDelivered(flow), SECOND / 2);
    RunTo(10);
    EXPECT_EQ(EndOf(flow), Seconds(1.02));
}

// Routers notice after 50 ms, also that it is back.
TEST_F(FluidNetworkTest, ALongCut)
{
    Build({{"a", "b", "1Gbps", "1ms"}, {"b", "c", "1Gbps", "1ms"}});
    auto flow = Open("a", "c");
    StartAt(0, flow, SECOND);
    CutAt(0.5, "b", "c");
    MendAt(1.5, "b", "c");
    RunTo(1);
    EXPECT_FALSE(flow->HasPath());
    RunTo(10);
    EXPECT_EQ(EndOf(flow), Seconds(2.05));
    EXPECT_EQ(m_network->GetFluidOctets(Device("b", "c")), SECOND);
}

// After 50 ms without a way the flow goes by the slower one.
TEST_F(FluidNetworkTest, AnotherWayIsTaken)
{
    Build({{"a", "b", "1Gbps", "1ms"},
           {"b", "d", "1Gbps", "1ms"},
           {"a", "c", "250Mbps", "1ms"},
           {"c", "e", "250Mbps", "1ms"},
           {"e", "d", "250Mbps", "3ms"}});
    auto flow = Open("a", "d");
    StartAt(0, flow, SECOND);
    CutAt(0.5, "b", "d");
    RunTo(10);
    EXPECT_EQ(EndOf(flow), Seconds(0.55 + 2));
    EXPECT_EQ(m_network->GetFluidOctets(Device("a", "b")), SECOND / 2);
    EXPECT_EQ(m_network->GetFluidOctets(Device("c", "e")), SECOND / 2);
    EXPECT_EQ(m_network->GetFluidOctets(Device("b", "d")), SECOND / 2);
    EXPECT_EQ(flow->GetDelay(), MilliSeconds(5));
}

// A route that discards takes the path; one that forwards gives it back.
TEST_F(FluidNetworkTest, RoutesChange)
{
    Build({{"a", "b", "1Gbps", "1ms"}, {"b", "c", "1Gbps", "1ms"}});
    auto flow = Open("a", "c");
    StartAt(0, flow, SECOND);
    const IpPrefix host = IpPrefix::Host(AddressOf("c"));
    Ptr<Fib> fib = At("b")->GetObject<Fib>();
    RunTo(0.5);
    fib->SetRoute(host, RouteOwner::SERVING, Route::Discard());
    RunTo(0.75);
    EXPECT_FALSE(flow->HasPath());
    EXPECT_EQ(flow->GetRate(), 0);
    fib->RemoveRoute(host, RouteOwner::SERVING);
    RunTo(10);
    EXPECT_EQ(EndOf(flow), Seconds(1.25));
}

TEST_F(FluidNetworkTest, NoRoute)
{
    Build({{"a", "b", "1Gbps", "1ms"}, {"c", "d", "1Gbps", "1ms"}});
    auto flow = Open("a", "d");
    EXPECT_FALSE(flow->HasPath());
    StartAt(0, flow, SECOND);
    RunTo(100);
    EXPECT_EQ(flow->GetRate(), 0);
    EXPECT_TRUE(flow->IsActive());
    EXPECT_EQ(m_network->GetDelivered(flow), 0u);
}

// A device that cannot send carries nothing; once it can, the flow goes on at the next computation.
TEST_F(FluidNetworkTest, NoBandwidth)
{
    Build({{"a", "b", "1Gbps", "1ms"}});
    Device("a", "b")->SetAttribute("DataRate", DataRateValue(DataRate(uint64_t{0})));
    auto flow = Open("a", "b");
    StartAt(0, flow, SECOND);
    RunTo(10);
    EXPECT_EQ(flow->GetRate(), 0);
    EXPECT_EQ(m_network->GetDelivered(flow), 0u);
    Device("a", "b")->SetAttribute("DataRate", DataRateValue(DataRate("1Gbps")));
    m_network->SetLimit(flow, 2e9);
    RunTo(20);
    EXPECT_EQ(EndOf(flow), Seconds(11));
}

TEST_F(FluidNetworkTest, ToItself)
{
    Build({{"a", "b", "1Gbps", "1ms"}});
    auto flow = Open("a", "a");
    auto limited = Open("a", "a");
    EXPECT_TRUE(flow->HasPath());
    StartAt(1, flow, SECOND);
    StartAt(1, limited, SECOND, 1e9);
    RunTo(10);
    EXPECT_EQ(EndOf(flow), Seconds(1));
    EXPECT_EQ(EndOf(limited), Seconds(2));
}

TEST_F(FluidNetworkTest, AClosedFlowLeavesTheRest)
{
    Build({{"a", "b", "1Gbps", "1ms"}});
    auto first = Open("a", "b");
    auto second = Open("a", "b");
    StartAt(0, first, SECOND);
    StartAt(0, second, SECOND);
    RunTo(0.5);
    m_network->Close(first);
    m_network->Close(first);
    EXPECT_EQ(m_network->GetDelivered(first), SECOND / 4);
    RunTo(10);
    EXPECT_EQ(EndOf(second), Seconds(1.25));
    EXPECT_EQ(m_ended[0].second.second, SECOND / 4);
    EXPECT_EQ(m_network->GetFluidOctets(Device("a", "b")), SECOND * 5 / 4);
}

// The path is that of the connection's packets: by address, protocol and ports.
TEST_F(FluidNetworkTest, EqualPathsAreChosenByPorts)
{
    std::vector<LinkSpec> links;
    for (const char* middle : {"b", "c", "d", "e"})
    {
        links.push_back({"a", middle, "1Gbps", "1ms"});
        links.push_back({middle, "z", "1Gbps", "1ms"});
    }
    Build(links);
    std::vector<Ptr<FluidFlow>> flows;
    for (int i = 0; i < 40; ++i)
    {
        flows.push_back(Open("a", "z"));
        StartAt(0, flows.back(), SECOND);
    }
    RunTo(0.001);
    double sum = 0;
    for (const char* middle : {"b", "c", "d", "e"})
    {
        EXPECT_DOUBLE_EQ(m_network->GetFluidRate(Device("a", middle)), 1e9) << middle;
        EXPECT_DOUBLE_EQ(m_network->GetFluidRate(Device(middle, "z")), 1e9) << middle;
    }
    for (const auto& flow : flows)
    {
        sum += flow->GetRate();
    }
    EXPECT_NEAR(sum, 4e9, 1);
}

// The cost of a flow does not depend on what it carries.
TEST_F(FluidNetworkTest, EventsDoNotGrowWithOctets)
{
    std::vector<uint64_t> events;
    for (uint64_t octets : {1ull << 20, 1ull << 30, 1ull << 40})
    {
        Build({{"a", "b", "10Gbps", "1ms"}, {"b", "c", "10Gbps", "1ms"}});
        StartAt(0, Open("a", "c"), octets);
        Simulator::Run();
        events.push_back(Simulator::GetEventCount());
        Clear();
    }
    EXPECT_EQ(events[0], events[1]);
    EXPECT_EQ(events[1], events[2]);
}
