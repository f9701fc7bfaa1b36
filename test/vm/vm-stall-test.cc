// SPDX-License-Identifier: GPL-2.0-only
#include "vm-net.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace
{

/// Parameter: guest clock. vm1 runs on s0, cn on s2; datagrams each millisecond at x.5 ms.
class VmStallTest : public SimTest, public ::testing::WithParamInterface<bool>
{
  public:
    void SetUp() override
    {
        SimTest::SetUp();
        if (GetParam())
        {
            ASSERT_TRUE(GuestClock::Enable());
        }
        net = std::make_unique<VmNet>(3);
        vm = net->AddVm(1, 0);
        cn = net->AddVm(2, 2);
    }

    void TearDown() override
    {
        net.reset();
        vm = nullptr;
        cn = nullptr;
        SimTest::TearDown();
    }

    /// 1000 datagrams of 100 octets to a sink.
    Ptr<PacketSink> Flow(Ptr<Vm> from, Ptr<Vm> to)
    {
        Ptr<PacketSink> sink = AddSink(to, "ns3::UdpSocketFactory", AnyAddress(false, 9));
        sink->TraceConnectWithoutContext("Rx", MakeCallback(&VmStallTest::OnRx, this));
        AddUdp(from, to, false, MicroSeconds(500), 1000);
        return sink;
    }

    void OnRx(Ptr<const Packet>, const Address&)
    {
        arrivals.push_back(Simulator::Now().GetMicroSeconds());
    }

    /// @return how many datagrams arrived in [from, to) ms
    int Arrived(int64_t from, int64_t to) const
    {
        return std::count_if(arrivals.begin(),
                             arrivals.end(),
                             [=](int64_t us)
                             {
                                 return us >= from * 1000 && us < to * 1000;
                             });
    }

    void StallAt(int64_t from, int64_t to)
    {
        Simulator::Schedule(MilliSeconds(from), &Vm::Stall, vm);
        Simulator::Schedule(MilliSeconds(to), &Vm::Unstall, vm);
    }

    static void Run(int64_t ms)
    {
        Simulator::Stop(MilliSeconds(ms));
        Simulator::Run();
    }

    int64_t GuestMs() const
    {
        return vm->GetGuestTime().GetMilliSeconds();
    }

    std::unique_ptr<VmNet> net;
    Ptr<Vm> vm;
    Ptr<Vm> cn;
    std::vector<int64_t> arrivals; //!< microseconds
};

TEST_P(VmStallTest, SenderWaits)
{
    Ptr<PacketSink> sink = Flow(vm, cn);
    StallAt(300, 500);
    Simulator::Schedule(MilliSeconds(400),
                        [this]
                        {
                            EXPECT_TRUE(vm->IsStalled());
                            EXPECT_TRUE(vm->IsRunning());
                            EXPECT_EQ(vm->GetState(), VmState::RUNNING);
                            EXPECT_EQ(GuestMs(), 300);
                        });
    Run(2000);
    EXPECT_EQ(sink->GetTotalRx(), 100000U);
    EXPECT_EQ(net->drops.Total(), 0U);
    EXPECT_EQ(net->drops.suppressed, 0U);
    EXPECT_EQ(Arrived(301, 500), 0);
    // With a guest clock nothing was said meanwhile; without, the queue kept it.
    EXPECT_EQ(Arrived(500, 503), GetParam() ? 3 : 203);
    EXPECT_EQ(Arrived(1003, 2000), GetParam() ? 197 : 0);
    EXPECT_EQ(GuestMs(), 1800);
}

TEST_P(VmStallTest, ReceiverGetsWhatTheRingKept)
{
    Ptr<PacketSink> sink = Flow(cn, vm);
    StallAt(300, 500);
    Run(2000);
    EXPECT_EQ(sink->GetTotalRx(), 100000U);
    EXPECT_EQ(net->drops.Total(), 0U);
    EXPECT_EQ(Arrived(301, 500), 0);
    EXPECT_EQ(std::count(arrivals.begin(), arrivals.end(), 500000), 200);
    EXPECT_TRUE(std::is_sorted(arrivals.begin(), arrivals.end()));
}

TEST_P(VmStallTest, RingOverflows)
{
    Ptr<PacketSink> sink = Flow(cn, vm);
    StallAt(300, 700); // 400 datagrams, 256 of them are kept
    Simulator::Schedule(MilliSeconds(650),
                        [this]
                        {
                            EXPECT_EQ(vm->GetDevice()->GetRxRing().size(), 256U);
                        });
    Run(2000);
    EXPECT_EQ(net->drops.count[DropCause::RX_RING], 144U);
    EXPECT_EQ(net->drops.Total(), 144U);
    EXPECT_EQ(sink->GetTotalRx(), 85600U);
    EXPECT_TRUE(vm->GetDevice()->GetRxRing().empty());
}

TEST_P(VmStallTest, StopWhileStalledEndsTheStallAndKeepsTheRing)
{
    Ptr<PacketSink> sink = Flow(cn, vm);
    Simulator::Schedule(MilliSeconds(300), &Vm::Stall, vm);
    Simulator::Schedule(MilliSeconds(350), &Hypervisor::Suspend, net->hypervisors[0], "vm1");
    Simulator::Schedule(MilliSeconds(400),
                        [this]
                        {
                            EXPECT_FALSE(vm->IsStalled());
                            EXPECT_EQ(vm->GetDevice()->GetRxRing().size(), 50U);
                            vm->Stall(); // it does not run
                            EXPECT_FALSE(vm->IsStalled());
                            vm->Unstall();
                        });
    Simulator::Schedule(MilliSeconds(600), &Vm::ChangeState, vm, VmState::RUNNING);
    Run(2000);
    EXPECT_EQ(net->drops.count[DropCause::VM_STOPPED], 250U); // from 350 to 600
    EXPECT_EQ(net->drops.Total(), 250U);
    EXPECT_EQ(sink->GetTotalRx(), 75000U);
    EXPECT_EQ(std::count(arrivals.begin(), arrivals.end(), 600000), 50);
    EXPECT_EQ(GuestMs(), 1700);
}

TEST_P(VmStallTest, UnplugWhileStalledIsRefusedAsTheVmRuns)
{
    vm->Stall();
    EXPECT_THROW(vm->Unplug(), std::logic_error);
    EXPECT_TRUE(vm->IsStalled());
    vm->ChangeState(VmState::STOPPED);
    vm->Unplug();
    EXPECT_FALSE(vm->IsStalled());
    EXPECT_EQ(vm->GetHost(), nullptr);
}

TEST_P(VmStallTest, DestroyWhileStalledLosesTheRing)
{
    Ptr<PacketSink> sink = Flow(cn, vm);
    Simulator::Schedule(MilliSeconds(300), &Vm::Stall, vm);
    Simulator::Schedule(MilliSeconds(350), &Hypervisor::Destroy, net->hypervisors[0], "vm1");
    Run(360);
    EXPECT_EQ(sink->GetTotalRx(), 30000U);
    EXPECT_EQ(net->drops.count[DropCause::VM_STOPPED], 50U);
    EXPECT_TRUE(vm->GetDevice()->GetRxRing().empty());
    EXPECT_FALSE(vm->IsStalled());
}

TEST_P(VmStallTest, RingMovesWithTheVm)
{
    Ptr<PacketSink> sink = Flow(cn, vm);
    net->PlanMove(vm, 0, 1, MilliSeconds(350), MilliSeconds(400));
    Simulator::Schedule(MilliSeconds(300), &Vm::Stall, vm);
    Run(2000);
    EXPECT_EQ(vm->GetHost(), net->hypervisors[1]->GetNode());
    EXPECT_EQ(net->drops.count[DropCause::VM_STOPPED], 50U);
    EXPECT_EQ(sink->GetTotalRx(), 95000U);
    EXPECT_EQ(std::count(arrivals.begin(), arrivals.end(), 400000), 50);
}

TEST_P(VmStallTest, SpeedEndsWithTheRun)
{
    std::vector<double> speeds;
    net->PlanMove(vm, 0, 1, MilliSeconds(350), MilliSeconds(400));
    const auto look = [&]
    {
        speeds.push_back(vm->GetSpeed());
        speeds.push_back(GuestMs());
    };
    Simulator::Schedule(MilliSeconds(300), &Vm::SetSpeed, vm, 0.2);
    Simulator::Schedule(MilliSeconds(325), look); // 300 + 5
    Simulator::Schedule(MilliSeconds(375), look); // 300 + 10, stopped
    Simulator::Schedule(MilliSeconds(376), &Vm::SetSpeed, vm, 0.2);
    Simulator::Schedule(MilliSeconds(420), look); // 310 + 20
    // A move given up before the stop.
    Simulator::Schedule(MilliSeconds(500), &Vm::ChangeState, vm, VmState::MIGRATING);
    Simulator::Schedule(MilliSeconds(500), &Vm::SetSpeed, vm, 0.5);
    Simulator::Schedule(MilliSeconds(600), look); // 410 + 50
    Simulator::Schedule(MilliSeconds(600), &Vm::ChangeState, vm, VmState::RUNNING);
    Simulator::Schedule(MilliSeconds(700), look); // 460 + 100
    Run(1000);
    EXPECT_EQ(speeds, (std::vector<double>{0.2, 305, 1, 310, 1, 330, 0.5, 460, 1, 560}));
}

TEST_P(VmStallTest, WrongSpeeds)
{
    for (const double speed : {0.0, -1.0, 1.5})
    {
        EXPECT_THROW(vm->SetSpeed(speed), std::invalid_argument) << speed;
    }
    Ptr<Vm> unborn = net->AddVm(3, 0, false);
    unborn->SetSpeed(0.5);
    unborn->Stall();
    EXPECT_EQ(unborn->GetSpeed(), 1);
    EXPECT_FALSE(unborn->IsStalled());
}

TEST_P(VmStallTest, GuestTimeBeginsWithTheRun)
{
    Ptr<Vm> late = net->AddVm(3, 0, false);
    Simulator::Schedule(MilliSeconds(100),
                        [late]
                        {
                            EXPECT_EQ(late->GetGuestTime(), Time(0));
                        });
    Simulator::Schedule(MilliSeconds(200),
                        [this, late]
                        {
                            EXPECT_EQ(net->hypervisors[0]->Create(late, 1), Admission::ADMITTED);
                            // It boots into the present.
                            EXPECT_EQ(late->GetGuestTime(), MilliSeconds(200));
                        });
    Run(300);
    EXPECT_EQ(late->GetGuestTime(), MilliSeconds(300));
}

INSTANTIATE_TEST_SUITE_P(Clock, VmStallTest, ::testing::Bool());

} // namespace
} // namespace vmm
} // namespace ns3
