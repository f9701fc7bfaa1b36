// SPDX-License-Identifier: GPL-2.0-only
#include "../managed-servers.h"

#include "ns3/pre-copy.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;

/// What goes wrong with a move of vm1 from s1 to s2, ordered at 1 s, whose copy takes some 35 ms.
class FailedMoveTest : public ManagedServersTest
{
  protected:
    void Build()
    {
        ManagedServersTest::Build(2);
        m_vm = AddVm("vm1", "s1", 4 * MIB, "100Mbps");
        m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    }

    void TearDown() override
    {
        m_vm = nullptr;
        ManagedServersTest::TearDown();
    }

    /// Cuts the link of a host as soon as a trace has spoken, and heals it after a time.
    void CutAt(const std::string& what, uint32_t host, double seconds)
    {
        m_cutHost = host;
        m_cutFor = Seconds(seconds);
        for (const auto& agent : m_agents)
        {
            agent->TraceConnectWithoutContext(what, MakeCallback(&FailedMoveTest::Cut, this));
        }
    }

    void Cut(const CopyEvent& event)
    {
        if (event.move != 1)
        {
            return;
        }
        // After the trace's own event, when END has been handed to TCP.
        Simulator::Schedule(NanoSeconds(1), &StarNetwork::SetLoss, m_net.get(), m_cutHost, 1.0);
        Simulator::Schedule(m_cutFor, &StarNetwork::SetLoss, m_net.get(), m_cutHost, 0.0);
    }

    /// Checks that a further move works.
    void ExpectMovable(uint32_t from, uint32_t to, double now)
    {
        m_manager->ScheduleMove(Seconds(now + 1), {"again", "vm1", "s" + std::to_string(to)});
        RunTo(now + 40);
        EXPECT_EQ(OutcomeOf(static_cast<uint32_t>(m_manager->GetMoves().size())), "completed");
        ExpectRunsAt(m_vm, to);
        EXPECT_NE(from, to);
    }

    /// Checks that the VM is nowhere any more, in everybody's books.
    void ExpectGone()
    {
        EXPECT_EQ(m_vm->GetState(), VmState::DESTROYED);
        EXPECT_EQ(m_manager->GetVm("vm1")->state, ManagedVm::State::DESTROYED);
        for (const auto& hypervisor : m_hypervisors)
        {
            EXPECT_FALSE(hypervisor->Find("vm1"));
            EXPECT_FALSE(hypervisor->IsReserved("vm1"));
            EXPECT_EQ(hypervisor->GetFreeMemory(), uint64_t(64) << 30);
        }
    }

    Ptr<Vm> m_vm;
    uint32_t m_cutHost{0};
    Time m_cutFor;
};

} // namespace

// The copy connection breaks while the VM runs: it never stops.
TEST_F(FailedMoveTest, LinkOfTheDestinationBreaksInTheCopy)
{
    Build();
    CutAt("CopyStart", 2, 200);
    RunTo(15);
    EXPECT_EQ(m_vm->GetState(), VmState::MIGRATING);
    RunTo(150);
    EXPECT_EQ(OutcomeOf(1), "failed: source: stalled");
    ExpectRunsAt(m_vm, 1);
    EXPECT_TRUE(Of("stopped").empty());
    EXPECT_EQ(m_hypervisors[0]->GetEpoch("vm1"), 1u);
    RunTo(300);
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
    ExpectMovable(1, 2, 300);
}

// END has been handed to TCP and never arrives: the source must not resume the VM by itself. The
// destination was heard last when it answered RESERVE at 1 s: its lease ends at 91 s.
TEST_F(FailedMoveTest, LinkOfTheDestinationBreaksBeforeTheEndArrives)
{
    Build();
    CutAt("Stopped", 2, 200);
    RunTo(90.9);
    EXPECT_EQ(OutcomeOf(1), "");
    EXPECT_EQ(m_vm->GetState(), VmState::STOPPED_AT_SOURCE);
    EXPECT_NE(m_manager->GetVm("vm1")->move, 0u); // no other move may begin
    EXPECT_EQ(m_agents[0]->FindOutgoing(1)->GetState(), OutgoingCopy::State::SENT);
    RunTo(91.1);
    EXPECT_EQ(OutcomeOf(1), "rolled-back: source: stalled");
    ExpectRunsAt(m_vm, 1);
    // When the destination can be heard again, nothing changes.
    RunTo(300);
    ExpectRunsAt(m_vm, 1);
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
    EXPECT_EQ(Of("rolled-back").size(), 1u);
    EXPECT_EQ(At(1).attached.back(), std::make_pair(std::string("vm1:rolled-back"), 3u));
    ExpectMovable(1, 2, 300);
}

// The same, but the link is back before anybody has given up: TCP heals it.
TEST_F(FailedMoveTest, ShortBreakBeforeTheEndArrives)
{
    Build();
    CutAt("Stopped", 2, 3);
    RunTo(30);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(m_vm, 2);
}

// The destination runs the VM and cannot say so for a while.
TEST_F(FailedMoveTest, ResumedCannotBeReported)
{
    Build();
    CutAt("Resumed", 2, 60);
    RunTo(50);
    EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::STOPPED);
    EXPECT_EQ(m_vm->GetHost(), m_net->Host(2));
    RunTo(150);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(m_vm, 2);
    ExpectMovable(2, 1, 150);
}

// The same for longer than the lease, but the manager has not given up: COMMIT lets it go on.
TEST_F(FailedMoveTest, ResumedCannotBeReportedForLongerThanTheLease)
{
    Build();
    CutAt("Resumed", 2, 100);
    RunTo(89.9);
    EXPECT_EQ(m_vm->GetState(), VmState::RUNNING);
    EXPECT_EQ(m_vm->GetHost(), m_net->Host(2));
    // Its last HELLO with an answer was the one of the connection, at 0 s.
    RunTo(90.1);
    EXPECT_EQ(m_vm->GetState(), VmState::STOPPED);
    ASSERT_EQ(Of("suspended").size(), 1u);
    RunTo(120);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(m_vm, 2);
    EXPECT_EQ(At(2).heard,
              (std::vector<std::string>{"arriving", "moved", "stopped", "rolled-back"}));
    EXPECT_EQ(At(2).attached.back(), std::make_pair(std::string("vm1:rolled-back"), 2u));
    ExpectMovable(2, 1, 150);
}

// The same for so long that the manager gives up: 120 s from the stop, 60 s for the ABORT. The
// source runs the VM, and the destination gives up what it still has when it hears of it.
TEST_F(FailedMoveTest, ResumedCannotBeReportedForVeryLong)
{
    Build();
    CutAt("Resumed", 2, 400);
    RunTo(181);
    EXPECT_EQ(m_vm->GetState(), VmState::STOPPED);
    EXPECT_EQ(OutcomeOf(1), "");
    RunTo(182);
    EXPECT_EQ(OutcomeOf(1), "rolled-back: the VM was not resumed in time");
    EXPECT_EQ(m_vm->GetState(), VmState::RUNNING);
    EXPECT_EQ(m_vm->GetHost(), m_net->Host(1));
    EXPECT_EQ(m_hypervisors[1]->Find("vm1"), m_vm);
    RunTo(500);
    ExpectRunsAt(m_vm, 1);
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "moved", "stopped", "released"}));
    EXPECT_EQ(m_hypervisors[1]->GetFreeMemory(), uint64_t(64) << 30);
    EXPECT_TRUE(m_manager->GetVm("vm1")->move == 0);
    ExpectMovable(1, 2, 500);
}

// The end of the copy comes when the lease is over: the VM is not started.
TEST_F(FailedMoveTest, LeaseIsOverAtTheEndOfTheCopy)
{
    Config::SetDefault("ns3::vmm::VmManager::LeaseTime", TimeValue(Seconds(4)));
    Config::SetDefault("ns3::vmm::VmManager::ServerTimeout", TimeValue(Seconds(0)));
    Config::SetDefault("ns3::vmm::CopyMethod::MaxBandwidth", StringValue("10Mbps"));
    Config::SetDefault("ns3::vmm::PreCopy::MaxRounds", UintegerValue(1));
    Build();
    CutAt("CopyStart", 0, 20);
    RunTo(21);
    // Rounds of 3.4 s: stopped at 4.4 s, END at 8 s.
    EXPECT_EQ(Of("stopped").size(), 1u);
    EXPECT_TRUE(Of("resumed").empty());
    EXPECT_EQ(m_vm->GetState(), VmState::STOPPED_AT_SOURCE);
    RunTo(60);
    EXPECT_EQ(OutcomeOf(1), "rolled-back: destination: the VM Manager has not been heard");
    ExpectRunsAt(m_vm, 1);
}

// Both servers lose the manager in the copy, and the copy takes long.
TEST_F(FailedMoveTest, ManagerIsCutOffInTheCopy)
{
    Config::SetDefault("ns3::vmm::VmManager::ServerTimeout", TimeValue(Seconds(30)));
    Config::SetDefault("ns3::vmm::CopyMethod::MaxBandwidth", StringValue("100kbps"));
    Build();
    CutAt("CopyStart", 0, 40);
    RunTo(41);
    // The last message was an answer at 1 s.
    EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::ABORTING_DESTINATION);
    EXPECT_EQ(m_vm->GetState(), VmState::MIGRATING);
    RunTo(80);
    EXPECT_EQ(OutcomeOf(1).substr(0, 7), "failed:");
    EXPECT_NE(OutcomeOf(1).find(" is not heard"), std::string::npos);
    ExpectRunsAt(m_vm, 1);
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
}

TEST_F(FailedMoveTest, ManagerUnreachableForTenSeconds)
{
    for (const char* phase : {"CopyStart", "Stopped", "Resumed"})
    {
        Build();
        CutAt(phase, 0, 10);
        RunTo(8);
        EXPECT_EQ(m_vm->GetHost(), m_net->Host(2)) << phase; // the copy needs no manager
        EXPECT_EQ(OutcomeOf(1), "") << phase;
        RunTo(60);
        EXPECT_EQ(OutcomeOf(1), "completed") << phase;
        ExpectRunsAt(m_vm, 2);
        Clear();
    }
}

TEST_F(FailedMoveTest, LinkOfTheSourceBreaksInTheCopy)
{
    Build();
    CutAt("CopyStart", 1, 40);
    RunTo(150);
    EXPECT_EQ(OutcomeOf(1).substr(0, 7), "failed:");
    ExpectRunsAt(m_vm, 1);
    ExpectMovable(1, 2, 150);
}

TEST_F(FailedMoveTest, DestinationCrashes)
{
    const std::map<std::string, std::string> outcomes{
        {"CopyStart", "failed: source: "},
        {"Stopped", "rolled-back: source: "},
        {"Resumed", "rolled-back: the VM was not resumed in time"}};
    for (const auto& [phase, outcome] : outcomes)
    {
        Build();
        for (const auto& agent : m_agents)
        {
            agent->TraceConnectWithoutContext(
                phase,
                MakeBoundCallback(
                    +[](Ptr<Hypervisor> hypervisor, const CopyEvent&)
                    {
                        Simulator::Schedule(NanoSeconds(1), &Hypervisor::Fail, hypervisor);
                    },
                    m_hypervisors[1]));
        }
        RunTo(300);
        EXPECT_EQ(OutcomeOf(1).substr(0, outcome.size()), outcome) << phase;
        ExpectRunsAt(m_vm, 1);
        EXPECT_TRUE(m_manager->GetVm("vm1")->move == 0);
        Clear();
    }
}

// The manager waits for the registration, of which the destination cannot tell any more. It was
// heard last at 1 s, when the VM resumed: given up at 91 s, ABORT until 151 s.
TEST_F(FailedMoveTest, DestinationCrashesBeforeItIsRegistered)
{
    Build();
    At(2).silent = true;
    Simulator::Schedule(Seconds(1.5), &Hypervisor::Fail, m_hypervisors[1]);
    RunTo(90);
    EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::RESUMED);
    RunTo(92);
    EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::ABORTING_DESTINATION);
    RunTo(151);
    EXPECT_EQ(m_vm->GetState(), VmState::STOPPED);
    RunTo(152);
    EXPECT_EQ(OutcomeOf(1), "rolled-back: s2 is not heard");
    ExpectRunsAt(m_vm, 1);
}

TEST_F(FailedMoveTest, BothServersCrash)
{
    for (const char* phase : {"CopyStart", "Stopped", "Resumed"})
    {
        Build();
        for (const auto& agent : m_agents)
        {
            for (const auto& hypervisor : m_hypervisors)
            {
                agent->TraceConnectWithoutContext(
                    phase,
                    MakeBoundCallback(
                        +[](Ptr<Hypervisor> failing, const CopyEvent&)
                        {
                            Simulator::Schedule(NanoSeconds(1), &Hypervisor::Fail, failing);
                        },
                        hypervisor));
            }
        }
        RunTo(400);
        EXPECT_EQ(OutcomeOf(1).substr(0, 7), "failed:") << phase;
        EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::CLOSED) << OutcomeOf(1);
        EXPECT_EQ(m_vm->GetState(), VmState::STOPPED);
        Clear();
    }
}

// The destination has acknowledged a round and cannot say so any more: nothing is unacknowledged,
// and yet the source must not wait for ever.
TEST_F(FailedMoveTest, DestinationCrashesWithAllOctetsAcknowledged)
{
    Build();
    // The destination's answer, an octet record, dies in its own network card.
    auto device = m_net->Host(2)->GetDevice(1);
    bool done = false;
    device->TraceConnectWithoutContext("MacTx",
                                       Callback<void, Ptr<const Packet>>(
                                           [&](Ptr<const Packet> packet)
                                           {
                                               const bool copy = Simulator::Now() > Seconds(1.001);
                                               if (copy && !done && packet->GetSize() > 56)
                                               {
                                                   done = true;
                                                   m_hypervisors[1]->Fail();
                                               }
                                           }));
    RunTo(100);
    EXPECT_TRUE(done);
    EXPECT_EQ(OutcomeOf(1), "failed: source: stalled");
    ExpectRunsAt(m_vm, 1);
}

TEST_F(FailedMoveTest, SourceCrashesInTheCopy)
{
    Build();
    Simulator::Schedule(Seconds(1.01), &Hypervisor::Fail, m_hypervisors[0]);
    RunTo(300);
    EXPECT_EQ(OutcomeOf(1), "failed: destination: stalled; no answer from the source");
    EXPECT_EQ(m_vm->GetState(), VmState::STOPPED);
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
}

// The last round cannot be sent within CommitTimeout: END has not gone, the source resumes the VM.
TEST_F(FailedMoveTest, CommitTimeoutBeforeTheEnd)
{
    Config::SetDefault("ns3::vmm::MigrationAgent::CommitTimeout", TimeValue(Seconds(1)));
    Config::SetDefault("ns3::vmm::PreCopy::MaxRounds", UintegerValue(1));
    Config::SetDefault("ns3::vmm::CopyMethod::MaxBandwidth", StringValue("10Mbps"));
    Build();
    RunTo(10);
    // Rounds of 3.4 s: stopped at 4.4 s, back at 5.4 s.
    ASSERT_EQ(Of("rolled-back").size(), 1u);
    EXPECT_EQ(Of("rolled-back")[0].when - Of("stopped").at(0).when, Seconds(1));
    EXPECT_EQ(OutcomeOf(1), "rolled-back: source: the last round was not sent in time");
    ExpectRunsAt(m_vm, 1);
    EXPECT_EQ(m_hypervisors[0]->GetEpoch("vm1"), 3u);
    EXPECT_EQ(At(1).heard,
              (std::vector<std::string>{"created", "leaving", "stopped", "rolled-back"}));
    RunTo(30);
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
    ExpectRunsAt(m_vm, 1);
}

TEST_F(FailedMoveTest, RegistrationRejected)
{
    Build();
    At(2).accept = false;
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "rolled-back: registration rejected, status 129");
    ExpectRunsAt(m_vm, 1);
    EXPECT_EQ(At(2).heard[0], "arriving");
    EXPECT_EQ(At(2).heard[1], "moved");
    EXPECT_EQ(At(2).heard.back(), "released");
    EXPECT_EQ(At(1).attached.back(), std::make_pair(std::string("vm1:rolled-back"), 3u));
    At(2).accept = true;
    ExpectMovable(1, 2, 10);
    EXPECT_EQ(At(2).attached.back(), std::make_pair(std::string("vm1:moved"), 4u));
}

TEST_F(FailedMoveTest, RegistrationNeverAnswered)
{
    Config::SetDefault("ns3::vmm::VmManager::RegistrationTimeout", TimeValue(Seconds(30)));
    Build();
    At(2).silent = true;
    RunTo(20);
    EXPECT_EQ(OutcomeOf(1), "");
    EXPECT_EQ(m_vm->GetHost(), m_net->Host(2));
    RunTo(40);
    EXPECT_EQ(OutcomeOf(1), "rolled-back: no result of the registration");
    ExpectRunsAt(m_vm, 1);
}

TEST_F(FailedMoveTest, NoRoomAtTheDestination)
{
    Build();
    m_hypervisors[1]->SetAttribute("Memory", UintegerValue(MIB));
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "refused: destination: no resources");
    ExpectRunsAt(m_vm, 1);
    EXPECT_EQ(At(1).heard, (std::vector<std::string>{"created"}));
}

TEST_F(FailedMoveTest, CancelInEachPhase)
{
    // Before RESERVE is answered, in the copy, and while the VM stands but END has not gone.
    for (double when : {1.00001, 1.02, 6.0})
    {
        if (when > 2)
        {
            Config::SetDefault("ns3::vmm::PreCopy::MaxRounds", UintegerValue(1));
            Config::SetDefault("ns3::vmm::CopyMethod::MaxBandwidth", StringValue("10Mbps"));
        }
        Build();
        RunTo(when);
        ASSERT_EQ(OutcomeOf(1), "");
        EXPECT_EQ(m_vm->GetState(),
                  when > 2      ? VmState::STOPPED_AT_SOURCE
                  : when > 1.01 ? VmState::MIGRATING
                                : VmState::RUNNING);
        EXPECT_TRUE(m_manager->CancelMove(1));
        EXPECT_FALSE(m_manager->CancelMove(1));
        RunTo(20);
        EXPECT_EQ(OutcomeOf(1), "cancelled: cancelled") << when;
        ExpectRunsAt(m_vm, 1);
        EXPECT_EQ(m_hypervisors[0]->GetEpoch("vm1"), when > 2 ? 3u : 1u);
        EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
        EXPECT_FALSE(m_manager->CancelMove(1));
        EXPECT_FALSE(m_manager->CancelMove(7));
        Clear();
    }
}

TEST_F(FailedMoveTest, CancelTooLate)
{
    // END has gone to TCP, and the VM is about to run at the destination: the move is completed.
    Config::SetDefault("ns3::vmm::MigrationAgent::ResumeDelay",
                       StringValue("ns3::ConstantRandomVariable[Constant=1]"));
    Build();
    RunTo(1.5);
    EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::STOPPED);
    EXPECT_TRUE(m_manager->CancelMove(1));
    RunTo(5);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(m_vm, 2);
    // After the resume it is refused at once.
    Clear();
    Build();
    At(2).silent = true;
    RunTo(5);
    EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::RESUMED);
    EXPECT_FALSE(m_manager->CancelMove(1));
}

TEST_F(FailedMoveTest, VmDestroyedInEachPhase)
{
    // Before RESERVE is answered, in the copy, and while the VM stands but END has not gone.
    for (double when : {1.00001, 1.02, 6.0})
    {
        if (when > 2)
        {
            Config::SetDefault("ns3::vmm::PreCopy::MaxRounds", UintegerValue(1));
            Config::SetDefault("ns3::vmm::CopyMethod::MaxBandwidth", StringValue("10Mbps"));
        }
        Build();
        RunTo(when);
        EXPECT_TRUE(m_manager->DestroyVm("vm1"));
        EXPECT_FALSE(m_manager->DestroyVm("vm1"));
        RunTo(30);
        EXPECT_EQ(OutcomeOf(1), "cancelled: VM destroyed") << when;
        ExpectGone();
        EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
        Clear();
    }
}

TEST_F(FailedMoveTest, VmDestroyedWhenTheEndHasGone)
{
    Config::SetDefault("ns3::vmm::MigrationAgent::ResumeDelay",
                       StringValue("ns3::ConstantRandomVariable[Constant=1]"));
    Build();
    RunTo(1.5);
    EXPECT_TRUE(m_manager->DestroyVm("vm1"));
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectGone();
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "moved", "destroyed"}));
}

TEST_F(FailedMoveTest, VmDestroyedBehindTheManagersBack)
{
    Build();
    RunTo(1.02);
    m_hypervisors[0]->Destroy("vm1");
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "cancelled: source: VM destroyed");
    ExpectGone();
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
}

// Links break and heal at random: in the end exactly one server runs the VM, and all books agree.
TEST_F(FailedMoveTest, RandomBreaks)
{
    std::map<std::string, int> outcomes;
    for (uint32_t seed = 1; seed <= 60; ++seed)
    {
        Config::SetDefault("ns3::vmm::VmManager::AnswerTimeout", TimeValue(Seconds(15)));
        Config::SetDefault("ns3::vmm::VmManager::ResumeTimeout", TimeValue(Seconds(20)));
        Config::SetDefault("ns3::vmm::TcpTransfer::StallTimeout", TimeValue(Seconds(5)));
        Config::SetDefault("ns3::vmm::MigrationAgent::StallTimeout", TimeValue(Seconds(5)));
        Config::SetDefault("ns3::vmm::MigrationAgent::ReserveTimeout", TimeValue(Seconds(8)));
        ManagedServersTest::Build(2);
        m_vm = AddVm("vm1", "s1", MIB, "100Mbps");
        auto random = CreateObject<UniformRandomVariable>();
        random->SetStream(seed);
        At(2).accept = random->GetValue() < 0.8;
        m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
        for (int i = 0; i < 3; ++i)
        {
            const auto host = static_cast<uint32_t>(random->GetInteger(0, 2));
            const double begin = random->GetValue(1.0, 1.03);
            const double length = std::pow(10, random->GetValue(-3, 2));
            Simulator::Schedule(Seconds(begin), &StarNetwork::SetLoss, m_net.get(), host, 1.0);
            Simulator::Schedule(
                Seconds(begin + length), &StarNetwork::SetLoss, m_net.get(), host, 0.0);
        }
        RunTo(400);
        const std::string outcome = MoveOutcomeName(m_manager->GetMove(1)->outcome);
        outcomes[outcome]++;
        EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::CLOSED) << seed << " " << OutcomeOf(1);
        const uint32_t at = m_vm->GetHost() == m_net->Host(2) ? 2 : 1;
        ExpectRunsAt(m_vm, at);
        EXPECT_FALSE(outcome == "completed" && at != 2) << seed;
        EXPECT_FALSE((outcome == "rolled-back" || outcome == "refused") && at != 1) << seed;
        if (HasFailure())
        {
            std::cout << "seed " << seed << ": " << OutcomeOf(1) << "\n";
            return;
        }
        m_vm = nullptr;
        Clear();
    }
    for (const auto& [outcome, count] : outcomes)
    {
        std::cout << outcome << " " << count << "\n";
    }
    EXPECT_GE(outcomes.size(), 3u);
}
