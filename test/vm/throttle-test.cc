// SPDX-License-Identifier: GPL-2.0-only
// What slowness does to a guest's traffic: with a guest clock, in slices, and by the card alone.
// The figures of doc/guest-clock.md are the ones expected here.
#include "vm-net.h"

#include "ns3/bulk-send-application.h"
#include "ns3/onoff-application.h"
#include "ns3/rpc-client.h"
#include "ns3/rpc-server.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{
namespace
{

/// How the guest is slowed.
enum class Way
{
    CLOCK,  //!< guest clock, slower
    SLICES, //!< guest clock, sleeping
    CARD    //!< no guest clock
};

class ThrottleTest : public SimTest, public ::testing::WithParamInterface<Way>
{
  public:
    void SetUp() override
    {
        SimTest::SetUp();
        if (GetParam() != Way::CARD)
        {
            ASSERT_TRUE(GuestClock::Enable());
        }
        if (GetParam() == Way::SLICES)
        {
            Config::SetDefault("ns3::vmm::Vm::Throttling", StringValue("Slices"));
        }
        net = std::make_unique<VmNet>(2);
        vm = net->AddVm(1, 0);
        cn = net->AddVm(2, 1);
    }

    void TearDown() override
    {
        net.reset();
        vm = nullptr;
        cn = nullptr;
        SimTest::TearDown();
    }

    /// @return the one of three figures that is for the way of this test
    template <typename T>
    static T Of(T clock, T slices, T card)
    {
        return GetParam() == Way::CLOCK ? clock : GetParam() == Way::SLICES ? slices : card;
    }

    void OnRx(Ptr<const Packet> packet, const Address&)
    {
        arrivals.push_back(Simulator::Now());
        octets += packet->GetSize();
    }

    void Forget()
    {
        arrivals.clear();
        octets = 0;
    }

    /// Runs at full speed for 1 s, then at a speed; arrivals and octets are of the second part.
    void Run(double speed, Time duration)
    {
        Simulator::Schedule(Seconds(1), &Vm::SetSpeed, vm, speed);
        Simulator::Schedule(Seconds(1), &ThrottleTest::Forget, this);
        Simulator::Stop(Seconds(1) + duration);
        Simulator::Run();
    }

    Time LargestGap() const
    {
        Time largest;
        for (size_t i = 1; i < arrivals.size(); ++i)
        {
            largest = Max(largest, arrivals[i] - arrivals[i - 1]);
        }
        return largest;
    }

    Ptr<PacketSink> Sink(Ptr<Vm> to, const char* factory)
    {
        Ptr<PacketSink> sink = AddSink(to, factory, AnyAddress(false, 9));
        sink->TraceConnectWithoutContext("Rx", MakeCallback(&ThrottleTest::OnRx, this));
        return sink;
    }

    /// A request each 10 ms of thinking; @return the client
    Ptr<RpcClient> Calls(Ptr<Vm> from, Ptr<Vm> to)
    {
        Ptr<RpcServer> server = CreateObject<RpcServer>();
        server->SetAttribute("Local", AddressValue(AnyAddress(false, 7)));
        AddApp(to, server, Time(0));
        Ptr<RpcClient> client = CreateObject<RpcClient>();
        client->SetAttribute("Remote", AddressValue(AddressOf(to, false).ToSocketAddress(7)));
        client->TraceConnectWithoutContext("Response",
                                           MakeCallback(&ThrottleTest::OnResponse, this));
        return AddApp(from, client, MilliSeconds(500));
    }

    void OnResponse(Time latency)
    {
        if (Simulator::Now() >= Seconds(1))
        {
            responses++;
            longest = Max(longest, latency);
        }
    }

    std::unique_ptr<VmNet> net;
    Ptr<Vm> vm;
    Ptr<Vm> cn;
    std::vector<Time> arrivals;
    uint64_t octets = 0;
    int responses = 0;
    Time longest;
};

TEST_P(ThrottleTest, SenderOfAThousandDatagramsASecond)
{
    Sink(cn, "ns3::UdpSocketFactory");
    AddUdp(vm, cn, false, MicroSeconds(500), 10000);
    Run(0.5, Seconds(4));
    // Half of them; the card alone keeps back what it cannot send in a slice, but loses none.
    EXPECT_NEAR(static_cast<double>(arrivals.size()), Of(2000, 2000, 4000), Of(1, 10, 10));
    EXPECT_NEAR(LargestGap().GetMicroSeconds(), Of(2000, 11000, 10500), 10);
    EXPECT_EQ(vm->GetGuestTime(), Seconds(3));
}

TEST_P(ThrottleTest, SleepEndsWithTheSlowness)
{
    // At speed 0.25 a guest runs for 10 ms of each 40.
    std::vector<bool> held;
    const auto look = [this, &held]
    {
        held.push_back(vm->GetDevice()->IsHeld());
    };
    vm->SetSpeed(0.25);
    Simulator::Schedule(MilliSeconds(5), look);
    Simulator::Schedule(MilliSeconds(15), look); // asleep
    Simulator::Schedule(MilliSeconds(16), &Vm::SetSpeed, vm, 0.5);
    Simulator::Schedule(MilliSeconds(35), look); // still: a new speed counts from the next sleep
    Simulator::Schedule(MilliSeconds(45), look);
    Simulator::Schedule(MilliSeconds(55), look); // asleep until 60
    Simulator::Schedule(MilliSeconds(56), &Vm::SetSpeed, vm, 1.0);
    Simulator::Schedule(MilliSeconds(57), look);
    Simulator::Schedule(MilliSeconds(100), look);
    Simulator::Schedule(MilliSeconds(101), &Vm::SetSpeed, vm, 0.25);
    Simulator::Schedule(MilliSeconds(112), &Vm::Stall, vm); // while it sleeps
    Simulator::Schedule(MilliSeconds(145), look);           // would be awake
    Simulator::Schedule(MilliSeconds(155), &Vm::Unstall, vm);
    Simulator::Schedule(MilliSeconds(156), look); // sleeps again
    Simulator::Schedule(MilliSeconds(160), &Hypervisor::Suspend, net->hypervisors[0], "vm1");
    Simulator::Schedule(MilliSeconds(170), &Vm::ChangeState, vm, VmState::RUNNING);
    Simulator::Schedule(MilliSeconds(175), look);
    Simulator::Stop(MilliSeconds(200));
    Simulator::Run();
    const bool sleeps = GetParam() != Way::CLOCK;
    EXPECT_EQ(held,
              (std::vector<bool>{
                  false, sleeps, sleeps, false, sleeps, false, false, true, sleeps, false}));
    EXPECT_EQ(vm->GetSpeed(), 1);
}

TEST_P(ThrottleTest, TcpSender)
{
    std::vector<double> goodput; // Mbit/s, at full speed and at half
    for (const double speed : {1.0, 0.5})
    {
        TearDown();
        SetUp();
        Sink(cn, "ns3::TcpSocketFactory");
        Ptr<BulkSendApplication> bulk = CreateObject<BulkSendApplication>();
        bulk->SetAttribute("Protocol", StringValue("ns3::TcpSocketFactory"));
        bulk->SetAttribute("Remote", AddressValue(AddressOf(cn, false).ToSocketAddress(9)));
        bulk->SetAttribute("MaxBytes", UintegerValue(0));
        AddApp(vm, bulk, MilliSeconds(900));
        Run(speed, MilliSeconds(200));
        goodput.push_back(octets * 8 / 0.2 / 1e6);
    }
    EXPECT_NEAR(goodput[0], 955, 1);
    // Acknowledgements clock it, so a slower clock changes nothing. A guest that runs for 10 of 20
    // ms sends for these, less the 0.42 ms of a round trip until segments pace each other again;
    // what is beyond its card when it falls asleep, a window of 128 KiB, arrives nevertheless.
    const double window = 131072 * 8 / goodput[0] / 1e3; // ms
    const double slices = goodput[0] * (10 - 0.42 + window) / 20;
    EXPECT_NEAR(goodput[1], Of(goodput[0], slices, slices), Of(1e-9, 2.0, 2.0));
}

TEST_P(ThrottleTest, CallsToTheGuestAndFromIt)
{
    for (const bool fromGuest : {true, false})
    {
        TearDown();
        SetUp();
        responses = 0;
        longest = Time();
        Ptr<RpcClient> client = fromGuest ? Calls(vm, cn) : Calls(cn, vm);
        Run(0.5, Seconds(4));
        SCOPED_TRACE(fromGuest ? "from" : "to");
        EXPECT_FALSE(client->HasFailed());
        // A round trip is 0.424 ms. With the clock, 10 ms of thinking are 20 ms in the guest. In
        // slices of 10 ms a call falls into each period of 20 ms, and waits for up to 10 ms.
        if (fromGuest)
        {
            EXPECT_EQ(responses, Of(196, 192, 200));
            EXPECT_NEAR(longest.GetMicroSeconds(), Of(424, 10290, 10000), 2);
        }
        else
        {
            EXPECT_EQ(responses, Of(384, 200, 200));
            EXPECT_NEAR(longest.GetMicroSeconds(), Of(424, 10000, 10000), 2);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Way, ThrottleTest, ::testing::Values(Way::CLOCK, Way::SLICES, Way::CARD));

} // namespace
} // namespace vmm
} // namespace ns3
