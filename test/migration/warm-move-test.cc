// SPDX-License-Identifier: GPL-2.0-only
#include "../managed-servers.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;
constexpr uint64_t PAGE = 4104; // on the wire
constexpr uint64_t DEVICE_STATE = 1 << 18;

/// vm1 at s1 with a standby at s2, mirrored every 500 ms from 1 s on.
class WarmMoveTest : public ManagedServersTest
{
  protected:
    void Build(std::optional<Time> switchOver, const std::string& dirtyRate = "40Mbps")
    {
        ManagedServersTest::Build(2);
        m_vm = AddVm("vm1", "s1", 16 * MIB, dirtyRate);
        m_manager->ScheduleMove(
            Seconds(1), {"m1", "vm1", "s2", MoveType::WARM, "checkpoint", "tcp", switchOver});
    }

    void SetLease(double seconds)
    {
        Config::SetDefault("ns3::vmm::VmManager::LeaseTime", TimeValue(Seconds(seconds)));
        Config::SetDefault("ns3::vmm::MigrationAgent::KeepAlive", TimeValue(Seconds(seconds / 4)));
        Config::SetDefault("ns3::vmm::VmManager::ServerTimeout", TimeValue(Seconds(seconds)));
    }

    void TearDown() override
    {
        m_vm = nullptr;
        ManagedServersTest::TearDown();
    }

  public:
    /// Cuts the standby's link for 10 s.
    void CutStandby(const CopyEvent&)
    {
        m_net->SetLoss(2, 1);
        Simulator::Schedule(Seconds(10), &StarNetwork::SetLoss, m_net.get(), 2, 0.0);
    }

  protected:
    Ptr<Vm> m_vm;
};

} // namespace

TEST_F(WarmMoveTest, CheckpointsEveryInterval)
{
    Build(Seconds(4));
    RunTo(4.9);
    EXPECT_EQ(OutcomeOf(1), "");
    EXPECT_EQ(m_vm->GetState(), VmState::MIGRATING);
    // All memory at once, then a checkpoint at once, then one every 500 ms.
    ASSERT_GE(m_rounds.size(), 8u);
    EXPECT_EQ(m_rounds[0].phase, CopyPhase::MEMORY);
    EXPECT_EQ(m_rounds[0].sent, 4096 * PAGE);
    for (size_t i = 1; i < m_rounds.size(); ++i)
    {
        EXPECT_EQ(m_rounds[i].phase, CopyPhase::MIRROR);
        if (i > 1)
        {
            EXPECT_EQ(m_rounds[i].start - m_rounds[i - 1].start, MilliSeconds(500));
            // 40 Mbit/s for 500 ms: 2.5 MB, in whole pages, and the state of the devices.
            EXPECT_EQ(m_rounds[i].sent, (2500000 + 4095) / 4096 * PAGE + DEVICE_STATE);
        }
    }
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(m_vm, 2);
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "moved-warm"}));
    // Nothing is lost: what was not mirrored was sent while the VM stood.
    EXPECT_EQ(Of("resumed").at(0).event.lostTime, Time(0));
    EXPECT_EQ(Of("resumed").at(0).event.lostOctets, 0u);
    EXPECT_EQ(m_rounds.back().phase, CopyPhase::LAST);
    EXPECT_GT(Of("stopped").at(0).when, Seconds(5));
    EXPECT_LT(Of("stopped").at(0).when, Seconds(5.05));
}

TEST_F(WarmMoveTest, SwitchOverWithoutTheLastDelta)
{
    Config::SetDefault("ns3::vmm::Checkpoint::FinalDelta", BooleanValue(false));
    Build(Seconds(4.3));
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(m_vm, 2);
    const CopyEvent event = Of("resumed").at(0).event;
    // The last checkpoint before the stop was taken at the beginning of its round.
    const auto& last = m_rounds.at(m_rounds.size() - 2);
    EXPECT_EQ(last.phase, CopyPhase::MIRROR);
    EXPECT_EQ(event.lostTime, Of("stopped").at(0).when - last.start);
    EXPECT_LT(event.lostTime, MilliSeconds(500) + (last.end - last.start));
    EXPECT_NEAR(event.lostOctets, 5e6 * event.lostTime.GetSeconds(), 1);
    EXPECT_EQ(m_rounds.back().sent, 0u);
}

TEST_F(WarmMoveTest, StandbyTakesOverWhenTheSourceDies)
{
    SetLease(2);
    Build(std::nullopt);
    Simulator::Schedule(Seconds(6.25), &Hypervisor::Fail, m_hypervisors[0]);
    RunTo(6.3);
    EXPECT_EQ(m_vm->GetState(), VmState::STOPPED);
    RunTo(30);
    EXPECT_EQ(OutcomeOf(1), "completed: the standby took over, for s1 was not heard");
    EXPECT_EQ(m_vm->GetState(), VmState::RUNNING);
    EXPECT_EQ(m_vm->GetHost(), m_net->Host(2));
    const auto resumed = Of("resumed").at(0);
    const auto& last = m_rounds.back();
    EXPECT_EQ(last.phase, CopyPhase::MIRROR);
    EXPECT_EQ(resumed.event.lostTime, Seconds(6.25) - last.start);
    EXPECT_NEAR(resumed.event.lostOctets, 5e6 * resumed.event.lostTime.GetSeconds(), 1);
    // The source was heard last at most a HELLO before it died, and the lease is 2 s.
    EXPECT_GT(resumed.when, Seconds(6.25 + 2 - 0.5));
    EXPECT_LT(resumed.when, Seconds(6.25 + 2.1));
}

TEST_F(WarmMoveTest, NoCheckpointNoStandby)
{
    SetLease(2);
    Config::SetDefault("ns3::vmm::CopyMethod::MaxBandwidth", StringValue("10Mbps"));
    Build(std::nullopt);
    // All memory takes 13 s at this rate.
    Simulator::Schedule(Seconds(3), &Hypervisor::Fail, m_hypervisors[0]);
    RunTo(200);
    EXPECT_EQ(m_manager->GetMove(1)->outcome, MoveOutcome::FAILED);
    EXPECT_NE(m_manager->GetMove(1)->reason.find("no checkpoint"), std::string::npos);
    EXPECT_FALSE(m_hypervisors[1]->IsReserved("vm1"));
    EXPECT_FALSE(m_vm->IsRunning());
}

// A source that the manager cannot hear stops the VM before the standby may take over: it never
// runs twice. Hypervisor::ResumeHere would throw if it did.
TEST_F(WarmMoveTest, SourceThatIsCutOffStopsTheVmInTime)
{
    SetLease(2);
    Build(std::nullopt);
    Simulator::Schedule(Seconds(6.25), &StarNetwork::SetLoss, m_net.get(), 1, 1.0);
    Simulator::Schedule(Seconds(60), &StarNetwork::SetLoss, m_net.get(), 1, 0.0);
    RunTo(30);
    const auto stopped = Of("stopped").at(0);
    const auto resumed = Of("resumed").at(0);
    EXPECT_LT(stopped.when, resumed.when);
    EXPECT_GT(stopped.when, Seconds(7.5));
    EXPECT_EQ(m_vm->GetHost(), m_net->Host(2));
    EXPECT_EQ(resumed.event.lostTime, stopped.when - m_rounds.back().start);
    RunTo(200);
    EXPECT_EQ(OutcomeOf(1), "completed: the standby took over, for s1 was not heard");
    ExpectRunsAt(m_vm, 2); // the source has let its copy go when it could be heard again
}

// The copy connection is given up long before the lease is over. The VM runs on, but under the
// lease still: else it would run twice when the standby takes over.
TEST_F(WarmMoveTest, LossOfTheConnectionDoesNotEndTheLease)
{
    SetLease(4);
    Config::SetDefault("ns3::vmm::TcpTransfer::StallTimeout", TimeValue(Seconds(1)));
    Build(std::nullopt);
    Simulator::Schedule(Seconds(6.25), &StarNetwork::SetLoss, m_net.get(), 1, 1.0);
    Simulator::Schedule(Seconds(60), &StarNetwork::SetLoss, m_net.get(), 1, 0.0);
    RunTo(8.5);
    EXPECT_EQ(m_agents[0]->FindOutgoing(1)->GetState(), OutgoingCopy::State::CUT);
    EXPECT_TRUE(m_vm->IsRunning());
    RunTo(30);
    const auto stopped = Of("stopped").at(0);
    const auto resumed = Of("resumed").at(0);
    EXPECT_LT(stopped.when, resumed.when);
    EXPECT_EQ(m_vm->GetHost(), m_net->Host(2));
    RunTo(200);
    EXPECT_EQ(OutcomeOf(1), "completed: the standby took over, for s1 was not heard");
    ExpectRunsAt(m_vm, 2);
}

// The standby cannot be reached, and the manager can: the move is off, and the VM never stops.
TEST_F(WarmMoveTest, StandbyThatIsCutOffIsGivenUp)
{
    SetLease(8);
    Config::SetDefault("ns3::vmm::TcpTransfer::StallTimeout", TimeValue(Seconds(1)));
    Build(std::nullopt);
    Simulator::Schedule(Seconds(6.25), &StarNetwork::SetLoss, m_net.get(), 2, 1.0);
    Simulator::Schedule(Seconds(10), &StarNetwork::SetLoss, m_net.get(), 2, 0.0);
    RunTo(100);
    EXPECT_EQ(m_manager->GetMove(1)->outcome, MoveOutcome::FAILED) << OutcomeOf(1);
    ExpectRunsAt(m_vm, 1);
    EXPECT_TRUE(Of("stopped").empty());
}

// The connection breaks while the VM stands for an ordered switch-over: the manager is asked, and
// the VM goes on at the source.
TEST_F(WarmMoveTest, SwitchOverThatBreaksIsRolledBack)
{
    SetLease(30);
    Config::SetDefault("ns3::vmm::TcpTransfer::StallTimeout", TimeValue(Seconds(1)));
    Build(Seconds(4.3), "400Mbps");
    for (const auto& agent : m_agents)
    {
        agent->TraceConnectWithoutContext("Stopped", MakeCallback(&WarmMoveTest::CutStandby, this));
    }
    RunTo(100);
    EXPECT_EQ(OutcomeOf(1), "rolled-back: source: stalled");
    ExpectRunsAt(m_vm, 1);
}

// Cut off for less than the lease: nothing happens.
TEST_F(WarmMoveTest, ShortSilenceIsForgiven)
{
    SetLease(8);
    Build(Seconds(20));
    Simulator::Schedule(Seconds(6.25), &StarNetwork::SetLoss, m_net.get(), 1, 1.0);
    Simulator::Schedule(Seconds(8), &StarNetwork::SetLoss, m_net.get(), 1, 0.0);
    RunTo(40);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(m_vm, 2);
    EXPECT_EQ(Of("resumed").at(0).event.lostTime, Time(0));
    EXPECT_GT(Of("stopped").at(0).when, Seconds(21));
}

TEST_F(WarmMoveTest, CancelledStandby)
{
    Build(std::nullopt);
    RunTo(6);
    EXPECT_TRUE(m_manager->CancelMove(1));
    RunTo(20);
    EXPECT_EQ(OutcomeOf(1), "cancelled: cancelled");
    ExpectRunsAt(m_vm, 1);
    EXPECT_TRUE(Of("stopped").empty());
}

TEST_F(WarmMoveTest, GuestStandsAtEachCheckpoint)
{
    Config::SetDefault("ns3::vmm::Checkpoint::PauseTime", TimeValue(MilliSeconds(3)));
    Build(Seconds(4));
    RunTo(4.9);
    EXPECT_EQ(OutcomeOf(1), "");
    // Its own time falls behind by 3 ms with each checkpoint, of which the last may be under way.
    const double checkpoints = static_cast<double>(m_rounds.size()) - 1;
    const double behind = (Simulator::Now() - m_vm->GetGuestTime()).GetSeconds();
    EXPECT_NEAR(behind, 0.003 * checkpoints, 0.0031);
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
}
