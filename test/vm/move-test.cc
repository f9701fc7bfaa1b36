// SPDX-License-Identifier: GPL-2.0-only
#include "vm-net.h"

#include "ns3/bulk-send-application.h"
#include "ns3/gratuitous-announcer.h"
#include "ns3/onoff-application.h"
#include "ns3/tcp-socket-base.h"

#include <tuple>

namespace ns3
{
namespace vmm
{
namespace
{

/// Parameters: IPv6, guest clock.
class MoveTest : public SimTest, public ::testing::WithParamInterface<std::tuple<bool, bool>>
{
  public:
    void SetUp() override
    {
        SimTest::SetUp();
        if (std::get<1>(GetParam()))
        {
            ASSERT_TRUE(GuestClock::Enable());
        }
    }

    bool V6() const
    {
        return std::get<0>(GetParam());
    }

    bool Clock() const
    {
        return std::get<1>(GetParam());
    }

    void OnCongState(TcpSocketState::TcpCongState_t, TcpSocketState::TcpCongState_t to)
    {
        timeouts += to == TcpSocketState::CA_LOSS;
    }

    void OnRx(Ptr<const Packet>, const Address&)
    {
        lastRx = Simulator::Now();
    }

    uint32_t timeouts = 0;
    Time lastRx;
};

TEST_P(MoveTest, UdpSenderInsideTheVm)
{
    VmNet net(3);
    Ptr<Vm> vm = net.AddVm(1, 0);
    Ptr<Vm> cn = net.AddVm(2, 2);
    Ptr<PacketSink> sink = AddSink(cn, "ns3::UdpSocketFactory", AnyAddress(V6(), 9));
    sink->TraceConnectWithoutContext("Rx", MakeCallback(&MoveTest::OnRx, this));
    AddUdp(vm, cn, V6(), MicroSeconds(500500), 3000);
    net.PlanMove(vm, 0, 1, Seconds(1), MilliSeconds(1200));
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    // One packet each millisecond at x.5 ms: 200 of them in the stop of 200 ms.
    EXPECT_EQ(sink->GetTotalRx(), Clock() ? 300000U : 280000U);
    EXPECT_EQ(net.drops.suppressed, Clock() ? 0U : 200U);
    EXPECT_EQ(net.drops.Total(), 0U);
    const Time sent = MicroSeconds(500500) + MilliSeconds(2999 + (Clock() ? 200 : 0));
    EXPECT_GT(lastRx, sent + MicroSeconds(200)); // two links
    EXPECT_LT(lastRx, sent + MicroSeconds(210));
    EXPECT_EQ(vm->GetHost(), net.hypervisors[1]->GetNode());
}

TEST_P(MoveTest, UdpToTheVm)
{
    VmNet net(3);
    Ptr<Vm> vm = net.AddVm(1, 0);
    Ptr<Vm> cn = net.AddVm(2, 2);
    Ptr<PacketSink> sink = AddSink(vm, "ns3::UdpSocketFactory", AnyAddress(V6(), 9));
    AddUdp(cn, vm, V6(), MicroSeconds(500500), 3000);
    net.PlanMove(vm, 0, 1, Seconds(1), MilliSeconds(1200));
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    // 200 arrive at the stopped VM; the route changes at the resume, 0.2 ms of packets are no
    // whole packet.
    EXPECT_EQ(sink->GetTotalRx(), 280000U);
    EXPECT_EQ(net.drops.count[DropCause::VM_STOPPED], 200U);
    EXPECT_EQ(net.drops.Total(), 200U);
    EXPECT_EQ(net.drops.suppressed, 0U);
}

TEST_P(MoveTest, TcpSenderInsideTheVm)
{
    VmNet net(3);
    Ptr<Vm> vm = net.AddVm(1, 0);
    Ptr<Vm> cn = net.AddVm(2, 2);
    Ptr<PacketSink> sink = AddSink(cn, "ns3::TcpSocketFactory", AnyAddress(V6(), 9));
    Ptr<OnOffApplication> sender = CreateObject<OnOffApplication>();
    sender->SetAttribute("Protocol", StringValue("ns3::TcpSocketFactory"));
    sender->SetAttribute("Remote", AddressValue(AddressOf(cn, V6()).ToSocketAddress(9)));
    sender->SetAttribute("OnTime", StringValue("ns3::ConstantRandomVariable[Constant=1000]"));
    sender->SetAttribute("OffTime", StringValue("ns3::ConstantRandomVariable[Constant=0]"));
    sender->SetAttribute("DataRate", StringValue("8Mbps"));
    sender->SetAttribute("PacketSize", UintegerValue(1000));
    sender->SetAttribute("MaxBytes", UintegerValue(2000000));
    AddApp(vm, sender, MilliSeconds(500));
    Simulator::Schedule(MilliSeconds(600),
                        [&]
                        {
                            sender->GetSocket()->TraceConnectWithoutContext(
                                "CongState", MakeCallback(&MoveTest::OnCongState, this));
                        });
    net.PlanMove(vm, 0, 1, MicroSeconds(1000300), MicroSeconds(1300300));
    Simulator::Stop(Seconds(6));
    Simulator::Run();
    EXPECT_EQ(sink->GetTotalRx(), 2000000U);
    if (Clock())
    {
        EXPECT_EQ(timeouts, 0U);
        EXPECT_EQ(net.drops.suppressed, 0U);
    }
    else
    {
        EXPECT_GE(timeouts, 1U);
        EXPECT_GE(net.drops.suppressed, 2U);
    }
}

TEST_P(MoveTest, TcpSurvivesStopsInBothDirections)
{
    for (const int64_t stop : {100, 200, 300})
    {
        for (const bool fromVm : {false, true})
        {
            Reset();
            if (Clock())
            {
                ASSERT_TRUE(GuestClock::Enable());
            }
            VmNet net(3);
            Ptr<Vm> vm = net.AddVm(1, 0);
            Ptr<Vm> cn = net.AddVm(2, 2);
            Ptr<Vm> to = fromVm ? cn : vm;
            Ptr<PacketSink> sink = AddSink(to, "ns3::TcpSocketFactory", AnyAddress(V6(), 9));
            Ptr<BulkSendApplication> bulk = CreateObject<BulkSendApplication>();
            bulk->SetAttribute("Protocol", StringValue("ns3::TcpSocketFactory"));
            bulk->SetAttribute("Remote", AddressValue(AddressOf(to, V6()).ToSocketAddress(9)));
            bulk->SetAttribute("MaxBytes", UintegerValue(3000000));
            AddApp(fromVm ? vm : cn, bulk, MilliSeconds(980));
            net.PlanMove(vm, 0, 1, Seconds(1), MilliSeconds(1000 + stop));
            Simulator::Stop(Seconds(10));
            Simulator::Run();
            EXPECT_EQ(sink->GetTotalRx(), 3000000U) << stop << " ms, from VM " << fromVm;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Vm, MoveTest, ::testing::Combine(::testing::Bool(), ::testing::Bool()));

} // namespace
} // namespace vmm
} // namespace ns3
