// SPDX-License-Identifier: GPL-2.0-only
#include "../managed-servers.h"

#include "ns3/disk-model.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;
constexpr uint64_t PAGE = 4104; // on the wire
constexpr uint64_t DEVICE_STATE = 1 << 18;
constexpr double GOODPUT = 1e9 * 1448 / 1502; // bit/s of payload on 1 Gbit/s

/// Moves of other kinds than by pre-copy, of vm1 from s1 to s2, ordered at 1 s.
class CopyKindsTest : public ManagedServersTest
{
  protected:
    Ptr<Vm> BuildMove(const std::string& method,
                      uint64_t memory,
                      const std::string& dirtyRate,
                      MoveType type = MoveType::HOT,
                      std::optional<Time> switchOver = {})
    {
        Build(2);
        auto vm = AddVm("vm1", "s1", memory, dirtyRate);
        m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2", type, method, "tcp", switchOver});
        for (const auto& agent : m_agents)
        {
            agent->TraceConnectWithoutContext("Completed",
                                              MakeCallback(&CopyKindsTest::Completed, this));
        }
        return vm;
    }

    void TearDown() override
    {
        m_completed.clear();
        ManagedServersTest::TearDown();
    }

    void Completed(const CopyEvent& event)
    {
        m_completed.push_back(event);
    }

    /// @return from stop to resume, s
    double GetDowntime() const
    {
        return (Of("resumed").at(0).when - Of("stopped").at(0).when).GetSeconds();
    }

    /// @return the states that the move went through
    std::vector<std::string> States() const
    {
        std::vector<std::string> states;
        for (const auto& record : m_moves)
        {
            states.push_back(MoveStateName(record.state));
        }
        return states;
    }

    /// Checks that the VM is nowhere any more, in everybody's books.
    void ExpectLost(Ptr<Vm> vm)
    {
        EXPECT_EQ(vm->GetState(), VmState::DESTROYED);
        EXPECT_EQ(m_manager->GetVm("vm1")->state, ManagedVm::State::DESTROYED);
        for (const auto& hypervisor : m_hypervisors)
        {
            EXPECT_FALSE(hypervisor->Find("vm1"));
            EXPECT_FALSE(hypervisor->IsReserved("vm1"));
        }
    }

    void CutLink(uint32_t host, double share)
    {
        m_net->SetLoss(host, share);
    }

    std::vector<CopyEvent> m_completed;
};

} // namespace

TEST_F(CopyKindsTest, ColdMoveStopsFirst)
{
    auto vm = BuildMove("stop-and-copy", 8 * MIB, "1Gbps", MoveType::COLD);
    RunTo(5);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "moved-cold"}));
    // One round, all memory, and the device state, while the VM stands.
    ASSERT_EQ(m_rounds.size(), 1u);
    EXPECT_EQ(m_rounds[0].sent, 2048 * PAGE);
    EXPECT_EQ(m_rounds[0].phase, CopyPhase::LAST);
    EXPECT_TRUE(m_rounds[0].stopped);
    EXPECT_LT(Of("stopped").at(0).when - Of("start").at(0).when, MicroSeconds(1));
    const double octets = 2048 * PAGE + DEVICE_STATE;
    EXPECT_GE(GetDowntime(), 0.01 + octets * 8 / GOODPUT);
    EXPECT_LE(GetDowntime(), 0.011 + octets * 8 / GOODPUT); // slow start
}

TEST_F(CopyKindsTest, ZeroPagesAndOneOfMemoryInEveryMethod)
{
    for (const char* method : {"pre-copy", "post-copy", "hybrid", "stop-and-copy"})
    {
        for (uint64_t memory : {uint64_t(4096), uint64_t(1)})
        {
            auto vm = BuildMove(method, memory, "0bps");
            RunTo(5);
            EXPECT_EQ(OutcomeOf(1), "completed") << method;
            ExpectRunsAt(vm, 2);
            uint64_t sent = 0;
            for (const auto& round : m_rounds)
            {
                sent += round.sent;
            }
            EXPECT_EQ(sent, PAGE) << method;
            Clear();
        }
    }
}

// Nothing but the state of the devices and the bitmap is sent while the VM stands.
TEST_F(CopyKindsTest, PostCopyOfAnIdleVm)
{
    BuildMove("stop-and-copy", 64 * MIB, "0bps");
    RunTo(5);
    const double whole = (m_rounds.at(0).end - m_rounds[0].start).GetSeconds();
    Clear();
    auto vm = BuildMove("post-copy", 64 * MIB, "0bps");
    RunTo(5);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    EXPECT_EQ(States(),
              (std::vector<std::string>{"queued",
                                        "reserving",
                                        "ordered",
                                        "copying",
                                        "stopped",
                                        "resumed",
                                        "filling",
                                        "committing",
                                        "closed"}));
    ASSERT_EQ(m_rounds.size(), 2u);
    EXPECT_EQ(m_rounds[0].phase, CopyPhase::LAST);
    EXPECT_EQ(m_rounds[0].sent, 0u);
    EXPECT_EQ(m_rounds[1].phase, CopyPhase::PUSH);
    EXPECT_EQ(m_rounds[1].sent, 16384 * PAGE);
    const double standing = DEVICE_STATE + 16384 / 8;
    EXPECT_GE(GetDowntime(), 0.01 + standing * 8 / GOODPUT);
    EXPECT_LE(GetDowntime(), 0.011 + standing * 8 / GOODPUT);
    const double push = (m_rounds[1].end - m_rounds[1].start).GetSeconds();
    // As long as a stop-and-copy of the same memory by the same TCP.
    EXPECT_NEAR(push, whole + standing * 8 / GOODPUT, 0.0005);
    ASSERT_EQ(m_completed.size(), 1u);
    EXPECT_EQ(m_completed[0].faults, 0u);
    EXPECT_EQ(m_completed[0].copied, 16384 * PAGE + DEVICE_STATE + 16384 / 8);
    EXPECT_EQ(Of("finished").at(0).event.copied, m_completed[0].copied);
}

// A VM that touches v pages in a second of its own time, of which the part m(t) is missing, waits
// F times, each for s: dF/dt = v m (1 - s dF/dt). m falls from 1 to 0 as the pages come.
TEST_F(CopyKindsTest, FaultsOfAPostCopy)
{
    auto vm = BuildMove("post-copy", 64 * MIB, "100Mbps");
    RunTo(5);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ASSERT_EQ(m_completed.size(), 1u);
    const CopyEvent& done = m_completed[0];
    ASSERT_GT(done.faults, 100u);
    const double stall = done.stalled.GetSeconds() / done.faults;
    // There and back over two links of 10 us each, a page of 4104 octets at 1 Gbit/s over two
    // links, and the queue of what is pushed, at most the window of 1 MiB.
    EXPECT_GE(stall, 40e-6 + 2 * 4104 * 8 / 1e9);
    EXPECT_LE(stall, 0.010);
    const double touched = 2 * 100e6 / 8 / 4096; // written and as many read
    const double begin = Of("resumed").at(0).when.GetSeconds();
    const double end = m_rounds.back().end.GetSeconds();
    const double length = m_rounds.back().end.GetSeconds() - m_rounds.back().start.GetSeconds();
    double faults = 0;
    const double step = 1e-5;
    for (double t = begin; t < end; t += step)
    {
        const double missing = std::max(0.0, (end - t) / length);
        faults += step * touched * missing / (1 + touched * missing * stall);
    }
    EXPECT_NEAR(done.faults, faults, 0.03 * faults);
    // Every page is sent once: the sum is that of an idle VM.
    EXPECT_EQ(m_rounds.back().sent, 16384 * PAGE);
    EXPECT_NEAR(done.copied, 16384 * PAGE + DEVICE_STATE + 16384 / 8, 2 * PAGE);
    EXPECT_EQ(Of("finished").at(0).event.copied, done.copied);
    EXPECT_FALSE(vm->IsStalled());
}

TEST_F(CopyKindsTest, HybridPushesWhatTheRoundsLeave)
{
    auto vm = BuildMove("hybrid", 64 * MIB, "400Mbps");
    RunTo(5);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    ASSERT_EQ(m_rounds.size(), 3u);
    EXPECT_EQ(m_rounds[0].sent, 16384 * PAGE);
    EXPECT_EQ(m_rounds[1].sent, 0u);
    EXPECT_EQ(m_rounds[2].phase, CopyPhase::PUSH);
    EXPECT_EQ(m_rounds[2].sent, (m_rounds[0].dirtied + 4095) / 4096 * PAGE);
    EXPECT_LT(GetDowntime(), 0.014);
}

// The link of the source is cut while pages are missing: the VM waits, and goes on when it is back.
TEST_F(CopyKindsTest, PostCopySurvivesALinkThatComesBack)
{
    auto vm = BuildMove("post-copy", 64 * MIB, "100Mbps");
    Simulator::Schedule(Seconds(1.2), &StarNetwork::SetLoss, m_net.get(), 1, 1.0);
    Simulator::Schedule(Seconds(4.2), &StarNetwork::SetLoss, m_net.get(), 1, 0.0);
    RunTo(3);
    EXPECT_EQ(vm->GetState(), VmState::RUNNING);
    EXPECT_TRUE(vm->IsStalled());
    RunTo(30);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    EXPECT_GT(m_completed.at(0).stalled, Seconds(2.8));
}

// What dies matters: the source of a pre-copy takes the VM with it since it runs there, its
// destination does not; in a post-copy the VM is lost whichever dies.
TEST_F(CopyKindsTest, ServersThatDieInAPostCopy)
{
    for (size_t dead : {0, 1})
    {
        auto vm = BuildMove("post-copy", 64 * MIB, "100Mbps");
        Simulator::Schedule(Seconds(1.3), &Hypervisor::Fail, m_hypervisors[dead]);
        RunTo(1.2);
        EXPECT_EQ(vm->GetState(), VmState::RUNNING);
        RunTo(400);
        EXPECT_EQ(m_manager->GetMove(1)->outcome, MoveOutcome::FAILED) << dead;
        EXPECT_NE(m_manager->GetMove(1)->reason.find("the VM is lost"), std::string::npos)
            << m_manager->GetMove(1)->reason;
        EXPECT_EQ(m_manager->GetVm("vm1")->state, ManagedVm::State::DESTROYED) << dead;
        EXPECT_FALSE(vm->IsRunning());
        Clear();
        m_completed.clear();
    }
}

TEST_F(CopyKindsTest, DestinationThatDiesInAPreCopyHarmsNobody)
{
    auto vm = BuildMove("pre-copy", 64 * MIB, "100Mbps");
    Simulator::Schedule(Seconds(1.3), &Hypervisor::Fail, m_hypervisors[1]);
    RunTo(400);
    EXPECT_EQ(m_manager->GetMove(1)->outcome, MoveOutcome::FAILED);
    ExpectRunsAt(vm, 1);
}

// The registrar refuses a VM of which pages are missing: there is no way back.
TEST_F(CopyKindsTest, PostCopyThatIsRejectedLosesTheVm)
{
    auto vm = BuildMove("post-copy", 64 * MIB, "10Mbps");
    At(2).accept = false;
    RunTo(30);
    EXPECT_EQ(OutcomeOf(1), "failed: registration rejected, status 129; the VM is lost");
    ExpectLost(vm);
}

TEST_F(CopyKindsTest, PostCopyIsCancelledBeforeTheHandOverOnly)
{
    auto vm = BuildMove("post-copy", 64 * MIB, "10Mbps");
    RunTo(1.2);
    EXPECT_FALSE(m_manager->CancelMove(1)); // it runs there
    RunTo(5);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
}

TEST_F(CopyKindsTest, DiskIsSentFirstAndItsWritesFollow)
{
    Build(2);
    auto vm = AddVm("vm1", "s1", 8 * MIB, "100Mbps");
    auto disk = CreateObject<DiskModel>();
    disk->SetAttribute("ImageSize", UintegerValue(32 * MIB));
    disk->SetAttribute("WriteRate", DataRateValue(DataRate("80Mbps"))); // 10 octets a microsecond
    vm->AggregateObject(disk);
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    ASSERT_GE(m_rounds.size(), 3u);
    EXPECT_EQ(m_rounds[0].phase, CopyPhase::STORAGE);
    EXPECT_EQ(m_rounds[0].sent, 32 * MIB);
    EXPECT_EQ(m_rounds[1].phase, CopyPhase::MEMORY);
    EXPECT_EQ(m_rounds[1].sent - m_rounds[1].storage, 2048 * PAGE);
    // What was written during a round comes with the next one; in the end both are equal.
    uint64_t storage = 0;
    for (size_t i = 0; i < m_rounds.size(); ++i)
    {
        storage += m_rounds[i].storage;
        if (i + 1 < m_rounds.size())
        {
            EXPECT_NEAR(m_rounds[i + 1].storage,
                        10e6 * (m_rounds[i + 1].start - m_rounds[i].start).GetSeconds(),
                        1);
        }
    }
    const double written = 10e6 * (Of("stopped").at(0).when - Of("start").at(0).when).GetSeconds();
    EXPECT_NEAR(storage, 32 * MIB + written, m_rounds.size());
    EXPECT_EQ(Of("finished").at(0).event.storage, storage);
    EXPECT_EQ(Of("resumed").at(0).event.storage, storage);
}

TEST_F(CopyKindsTest, ColdMoveTakesTheDiskToo)
{
    Build(2);
    auto vm = AddVm("vm1", "s1", 4 * MIB, "0bps");
    auto disk = CreateObject<DiskModel>();
    disk->SetAttribute("ImageSize", UintegerValue(16 * MIB));
    disk->SetAttribute("WriteRate", DataRateValue(DataRate("80Mbps")));
    vm->AggregateObject(disk);
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2", MoveType::COLD, "stop-and-copy"});
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ASSERT_EQ(m_rounds.size(), 1u);
    EXPECT_EQ(m_rounds[0].sent, 1024 * PAGE + 16 * MIB);
    EXPECT_GE(GetDowntime(), 0.01 + m_rounds[0].sent * 8 / GOODPUT);
}

TEST_F(CopyKindsTest, SeveralStreamsCarryTheSame)
{
    std::vector<uint64_t> copied;
    for (uint32_t streams : {1, 4, 64})
    {
        for (const char* method : {"pre-copy", "post-copy"})
        {
            Config::SetDefault("ns3::vmm::MigrationAgent::Streams", UintegerValue(streams));
            auto vm = BuildMove(method, 16 * MIB, "0bps");
            RunTo(10);
            EXPECT_EQ(OutcomeOf(1), "completed") << streams << method;
            ExpectRunsAt(vm, 2);
            const uint64_t sum = Of("finished").at(0).event.copied;
            EXPECT_EQ(sum, 4096 * PAGE + DEVICE_STATE + (method[1] == 'o' ? 512 : 0)) << streams;
            Clear();
            m_completed.clear();
        }
    }
}

// Written at twice the rate at which it is sent, the copy converges only because the guest loses
// more and more of its time: 20 % after two rounds, then 10 % more every second round.
TEST_F(CopyKindsTest, AutoConvergeSlowsTheGuestDown)
{
    Config::SetDefault("ns3::vmm::PreCopy::AutoConverge", BooleanValue(true));
    Config::SetDefault("ns3::vmm::PreCopy::MaxDowntime", TimeValue(MilliSeconds(20)));
    auto vm = BuildMove("pre-copy", 16 * MIB, "1Gbps");
    RunTo(20);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    EXPECT_EQ(vm->GetSpeed(), 1);
    ASSERT_GT(m_rounds.size(), 6u);
    for (size_t i = 0; i + 1 < m_rounds.size(); ++i)
    {
        const auto& round = m_rounds[i];
        const double expected = i < 2 ? 1 : std::max(0.01, 0.8 - 0.1 * ((i - 2) / 2));
        EXPECT_NEAR(round.speed, expected, 1e-9) << i;
        const double seconds = (round.end - round.start).GetSeconds();
        const double wrote = std::min(125e6 * seconds * round.speed, 16.0 * MIB);
        EXPECT_NEAR(round.dirtied, wrote, 2) << i;
        if (round.dirtied <= 0.5 * round.sent)
        {
            break; // from here on the guest is not slowed down any further
        }
    }
    EXPECT_GT(Of("finished").at(0).event.throttled, Time(0));
}

TEST_F(CopyKindsTest, NoBandwidthEndsWithAStatedOutcome)
{
    for (const char* method : {"pre-copy", "post-copy", "stop-and-copy"})
    {
        auto vm = BuildMove(method, 4 * MIB, "0bps");
        // Through the management connections only: copies are lost.
        Simulator::Schedule(Seconds(1.0005), &StarNetwork::SetLoss, m_net.get(), 2, 1.0);
        Simulator::Schedule(Seconds(150), &StarNetwork::SetLoss, m_net.get(), 2, 0.0);
        RunTo(400);
        const std::string outcome = OutcomeOf(1);
        if (std::string(method) == "post-copy")
        {
            // Whether the VM has begun to run at the destination is not to be known.
            EXPECT_EQ(outcome, "failed: source: stalled; the VM is lost");
            ExpectLost(vm);
        }
        else
        {
            EXPECT_TRUE(outcome.find("failed:") == 0 || outcome.find("rolled-back:") == 0)
                << outcome;
            ExpectRunsAt(vm, 1);
        }
        Clear();
    }
}

TEST_F(CopyKindsTest, LinkThatComesBackInTheCopy)
{
    auto vm = BuildMove("pre-copy", 64 * MIB, "10Mbps");
    Simulator::Schedule(Seconds(1.2), &StarNetwork::SetLoss, m_net.get(), 2, 1.0);
    Simulator::Schedule(Seconds(4.2), &StarNetwork::SetLoss, m_net.get(), 2, 0.0);
    RunTo(60);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    EXPECT_GT(m_rounds.at(0).end - m_rounds[0].start, Seconds(3));
}

// Losses reorder the streams of a copy: what comes first on one may come last on another.
TEST_F(CopyKindsTest, LossyLinksDelayEveryMethodOnly)
{
    for (uint32_t streams : {1, 3})
    {
        for (const char* method : {"post-copy", "hybrid", "stop-and-copy"})
        {
            Config::SetDefault("ns3::vmm::MigrationAgent::Streams", UintegerValue(streams));
            auto vm = BuildMove(method, 2 * MIB, "20Mbps");
            m_net->SetLoss(1, 0.02);
            m_net->SetLoss(2, 0.02);
            RunTo(200);
            EXPECT_EQ(OutcomeOf(1), "completed") << streams << method;
            ExpectRunsAt(vm, 2);
            EXPECT_FALSE(vm->IsStalled());
            EXPECT_EQ(Of("finished").at(0).event.copied,
                      m_completed.empty() ? Of("resumed").at(0).event.copied
                                          : m_completed[0].copied)
                << streams << method;
            EXPECT_EQ(m_hypervisors[0]->GetFreeMemory(), uint64_t(64) << 30);
            Clear();
            m_completed.clear();
        }
    }
}

// What is pushed is a single part, and the flow takes longer than the resume and the registration:
// the move is not over before it has arrived.
TEST_F(CopyKindsTest, FluidPushIsAwaited)
{
    Build(2, false, "10Mbps");
    auto vm = AddVm("vm1", "s1", MIB / 2, "1Mbps");
    m_manager->ScheduleMove(Seconds(1),
                            {"m1", "vm1", "s2", MoveType::HOT, "post-copy", "fluid", {}, {}});
    RunTo(20);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    EXPECT_EQ(m_hypervisors[0]->GetFreeMemory(), uint64_t(64) << 30);
    const auto states = States();
    EXPECT_EQ(std::count(states.begin(), states.end(), "filling"), 1);
    EXPECT_GT(m_manager->GetMove(1)->end - Of("resumed").at(0).when, MilliSeconds(300));
    EXPECT_EQ(m_agents[1]->FindIncoming(1)->GetState(), IncomingCopy::State::COMMITTED);
}

TEST_F(CopyKindsTest, HugePagesArePushedOneByOne)
{
    Config::SetDefault("ns3::vmm::CopyMethod::PageSize", UintegerValue(2 * MIB));
    auto vm = BuildMove("post-copy", 16 * MIB, "10Mbps");
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    EXPECT_EQ(m_rounds.back().sent, 8 * (2 * MIB + 8));
}

TEST_F(CopyKindsTest, RoundOfTheDiskIsNoRoundOfPreCopy)
{
    Config::SetDefault("ns3::vmm::HybridCopy::PreCopyRounds", UintegerValue(2));
    Config::SetDefault("ns3::vmm::PreCopy::MaxDowntime", TimeValue(Time(0)));
    Build(2);
    auto vm = AddVm("vm1", "s1", 8 * MIB, "200Mbps");
    auto disk = CreateObject<DiskModel>();
    disk->SetAttribute("ImageSize", UintegerValue(4 * MIB));
    vm->AggregateObject(disk);
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2", MoveType::HOT, "hybrid"});
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    std::vector<CopyPhase> phases;
    for (const auto& round : m_rounds)
    {
        phases.push_back(round.phase);
    }
    EXPECT_EQ(phases,
              (std::vector<CopyPhase>{CopyPhase::STORAGE,
                                      CopyPhase::MEMORY,
                                      CopyPhase::MEMORY,
                                      CopyPhase::LAST,
                                      CopyPhase::PUSH}));
}

// A destination that dies before the hand-over has left harms nobody, however short the lease is.
TEST_F(CopyKindsTest, DestinationThatDiesBeforeTheHandOver)
{
    Config::SetDefault("ns3::vmm::VmManager::LeaseTime", TimeValue(Seconds(2)));
    Config::SetDefault("ns3::vmm::MigrationAgent::KeepAlive", TimeValue(MilliSeconds(500)));
    Config::SetDefault("ns3::vmm::MigrationAgent::StopDelay",
                       StringValue("ns3::ConstantRandomVariable[Constant=0.5]"));
    auto vm = BuildMove("post-copy", 64 * MIB, "10Mbps");
    Simulator::Schedule(Seconds(1.3), &Hypervisor::Fail, m_hypervisors[1]);
    RunTo(400);
    EXPECT_NE(m_manager->GetMove(1)->outcome, MoveOutcome::COMPLETED);
    EXPECT_EQ(m_manager->GetVm("vm1")->state == ManagedVm::State::DESTROYED,
              vm->GetState() == VmState::DESTROYED)
        << OutcomeOf(1);
}
