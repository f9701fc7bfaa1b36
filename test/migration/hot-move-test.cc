// SPDX-License-Identifier: GPL-2.0-only
#include "../managed-servers.h"

#include "ns3/pre-copy.h"
#include "ns3/tcp-transfer.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;
constexpr uint64_t PAGE = 4104; // on the wire
constexpr uint64_t DEVICE_STATE = 1 << 18;

class HotMoveTest : public ManagedServersTest
{
  protected:
    /// A VM vm1 at s1 that is ordered to s2 at 1 s.
    Ptr<Vm> BuildMove(uint64_t memory, const std::string& dirtyRate, bool ipv6 = false)
    {
        Build(2, ipv6);
        auto vm = AddVm("vm1", "s1", memory, dirtyRate);
        m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
        return vm;
    }
};

} // namespace

TEST_F(HotMoveTest, CourseAndMessages)
{
    for (bool ipv6 : {false, true})
    {
        auto vm = BuildMove(4 * MIB, "100Mbps", ipv6);
        RunTo(5);
        EXPECT_EQ(OutcomeOf(1), "completed");
        ExpectRunsAt(vm, 2);
        EXPECT_EQ(Names(), (std::vector<std::string>{"start", "stopped", "resumed", "finished"}));
        EXPECT_EQ(At(1).heard,
                  (std::vector<std::string>{"created", "leaving", "stopped", "released"}));
        EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "moved"}));
        EXPECT_EQ(At(2).attached.at(0), std::make_pair(std::string("vm1:moved"), 2u));
        std::vector<std::string> states;
        for (const auto& r : m_moves)
        {
            states.push_back(MoveStateName(r.state));
        }
        EXPECT_EQ(states,
                  (std::vector<std::string>{"queued",
                                            "reserving",
                                            "ordered",
                                            "copying",
                                            "stopped",
                                            "resumed",
                                            "committing",
                                            "closed"}));
        const auto& last = m_moves.back();
        EXPECT_EQ(last.outcome, MoveOutcome::COMPLETED);
        EXPECT_EQ(last.source, "s1");
        EXPECT_EQ(last.destination, "s2");
        EXPECT_EQ(last.order, Seconds(1));
        EXPECT_EQ(last.migration, "m1");
        EXPECT_EQ(last.rounds, 1u);
        std::map<std::string, int> orders;
        for (const auto& m : m_messages)
        {
            orders[std::string(ManagementTypeName(m.type)) + (m.acknowledgement ? "-ack" : "")]++;
            EXPECT_EQ(m.from == (ipv6 ? m_net->Address6(0) : m_net->Address4(0)) ||
                          m.to == (ipv6 ? m_net->Address6(0) : m_net->Address4(0)),
                      true);
        }
        EXPECT_EQ(orders,
                  (std::map<std::string, int>{{"hello", 2},
                                              {"hello-ack", 2},
                                              {"create", 1},
                                              {"create-ack", 1},
                                              {"confirm", 1},
                                              {"confirm-ack", 1},
                                              {"registered", 2},
                                              {"registered-ack", 2},
                                              {"reserve", 1},
                                              {"reserve-ack", 1},
                                              {"move", 1},
                                              {"move-ack", 1},
                                              {"progress", 1},
                                              {"stopped", 1},
                                              {"stopped-ack", 1},
                                              {"resumed", 1},
                                              {"resumed-ack", 1},
                                              {"commit", 2},
                                              {"commit-ack", 2}}));
        Clear();
    }
}

TEST_F(HotMoveTest, OctetsAndTimesOfAnIdleVm)
{
    auto vm = BuildMove(8 * MIB, "0bps");
    RunTo(3);
    EXPECT_EQ(OutcomeOf(1), "completed");
    // 2048 pages, nothing again; then the device state.
    ASSERT_EQ(m_rounds.size(), 2u);
    EXPECT_EQ(m_rounds[0].sent, 2048 * PAGE);
    EXPECT_EQ(m_rounds[0].dirtied, 0u);
    EXPECT_EQ(m_rounds[0].migration, "m1");
    EXPECT_EQ(m_rounds[1].sent, 0u);
    EXPECT_TRUE(m_rounds[1].stopped);
    const auto finished = Of("finished").at(0).event;
    EXPECT_EQ(finished.copied, 2048 * PAGE + DEVICE_STATE);
    EXPECT_EQ(Of("resumed").at(0).event.copied, finished.copied);
    // On the wire: OPEN 16 + 7 + 3 octets, 6 record headers, in segments of 1448 with 52 of
    // headers.
    const double stream = finished.copied + 26 + 6 * 16;
    const double segments = std::ceil(stream / 1448);
    EXPECT_GE(finished.wire, stream + 52 * segments);
    EXPECT_LE(finished.wire, stream + 52 * (segments + 40)); // short segments, SYN, ACKs, FIN
    // First round: 8404992 octets at 1448 per frame of 1502 on 1 Gbit/s: 69.75 ms, and less than
    // 1 ms of slow start, propagation and queueing of the answer.
    const double first = (m_rounds[0].end - m_rounds[0].start).GetSeconds();
    EXPECT_GE(first, 8404992.0 / 1448 * 1502 * 8 / 1e9);
    EXPECT_LE(first, 0.0708);
    // Downtime: 262144 octets of device state (2.18 ms), at most 0.5 ms of latency, ResumeDelay.
    const double downtime = (Of("resumed").at(0).when - Of("stopped").at(0).when).GetSeconds();
    EXPECT_GE(downtime, 0.01 + 262144.0 / 1448 * 1502 * 8 / 1e9);
    EXPECT_LE(downtime, 0.0127);
}

TEST_F(HotMoveTest, RoundsFollowTheDirtyRate)
{
    Config::SetDefault("ns3::vmm::PreCopy::MaxDowntime", TimeValue(MicroSeconds(100)));
    Config::SetDefault("ns3::vmm::PreCopy::MinLeft", UintegerValue(MIB / 16));
    auto vm = BuildMove(8 * MIB, "200Mbps");
    RunTo(3);
    EXPECT_EQ(OutcomeOf(1), "completed");
    // Each round about 0.2 / 0.96 of the one before: 8 MiB, 1.7 MiB, 364 KiB, 76 KiB, 16 KiB.
    ASSERT_EQ(m_rounds.size(), 5u);
    for (size_t i = 0; i + 1 < m_rounds.size(); ++i)
    {
        const auto& round = m_rounds[i];
        const double seconds = (round.end - round.start).GetSeconds();
        EXPECT_NEAR(round.dirtied, 25e6 * seconds, 1);
        EXPECT_EQ(m_rounds[i + 1].sent, (round.dirtied + 4095) / 4096 * PAGE);
        EXPECT_EQ(m_rounds[i + 1].start, round.end);
        EXPECT_GT(round.rate, i < 2 ? 0.93e9 : 0.7e9);
        EXPECT_LT(round.rate, 0.965e9);
    }
}

TEST_F(HotMoveTest, WrittenFasterThanSent)
{
    Config::SetDefault("ns3::vmm::PreCopy::MaxDowntime", TimeValue(MilliSeconds(1)));
    Config::SetDefault("ns3::vmm::PreCopy::MaxRounds", UintegerValue(3));
    auto vm = BuildMove(2 * MIB, "2Gbps");
    RunTo(3);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ASSERT_EQ(m_rounds.size(), 4u);
    for (const auto& round : m_rounds)
    {
        EXPECT_EQ(round.sent, 512 * PAGE);
    }
    Clear();
    Config::SetDefault("ns3::vmm::PreCopy::MaxDowntime", TimeValue(MilliSeconds(1)));
    Config::SetDefault("ns3::vmm::PreCopy::MaxRounds", UintegerValue(3));
    Config::SetDefault("ns3::vmm::PreCopy::NotConverged", StringValue("Fail"));
    vm = BuildMove(2 * MIB, "2Gbps");
    RunTo(3);
    EXPECT_EQ(OutcomeOf(1), "not-converged: source: not converged after 3 rounds");
    ExpectRunsAt(vm, 1);
    EXPECT_EQ(m_hypervisors[0]->GetEpoch("vm1"), 1u); // it never stopped
    EXPECT_EQ(At(1).heard, (std::vector<std::string>{"created", "leaving", "rolled-back"}));
    EXPECT_EQ(At(2).heard, (std::vector<std::string>{"arriving", "cancelled"}));
    EXPECT_TRUE(Of("rolled-back").empty());
    EXPECT_EQ(Of("finished").at(0).event.status, ManagementStatus::NOT_CONVERGED);
}

TEST_F(HotMoveTest, OnePageOfMemory)
{
    auto vm = BuildMove(4096, "1Gbps");
    RunTo(3);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    ASSERT_EQ(m_rounds.size(), 2u);
    EXPECT_EQ(m_rounds[0].sent, PAGE);
}

TEST_F(HotMoveTest, StopDelayAndResumeDelay)
{
    Config::SetDefault("ns3::vmm::MigrationAgent::StopDelay",
                       StringValue("ns3::ConstantRandomVariable[Constant=0.02]"));
    Config::SetDefault("ns3::vmm::MigrationAgent::ResumeDelay",
                       StringValue("ns3::ConstantRandomVariable[Constant=0.04]"));
    Config::SetDefault("ns3::vmm::MigrationAgent::DeviceStateBytes",
                       StringValue("ns3::ConstantRandomVariable[Constant=0]"));
    auto vm = BuildMove(MIB, "80Mbps"); // 10 octets a microsecond
    RunTo(3);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ASSERT_EQ(m_rounds.size(), 2u);
    EXPECT_EQ(Of("stopped").at(0).when - m_rounds[0].end, MilliSeconds(20));
    // Written in the first round and in the 20 ms until the stop: 200000 octets.
    EXPECT_EQ(m_rounds[1].sent, (m_rounds[0].dirtied + 200000 + 4095) / 4096 * PAGE);
    const double downtime = (Of("resumed").at(0).when - Of("stopped").at(0).when).GetSeconds();
    EXPECT_GE(downtime, 0.04 + m_rounds[1].sent * 8 / 0.964e9);
    EXPECT_LE(downtime, 0.041 + m_rounds[1].sent * 8 / 0.964e9);
}

TEST_F(HotMoveTest, LimitedRate)
{
    Config::SetDefault("ns3::vmm::CopyMethod::MaxBandwidth", StringValue("100Mbps"));
    auto vm = BuildMove(2 * MIB, "10Mbps");
    RunTo(3);
    EXPECT_EQ(OutcomeOf(1), "completed");
    const double first = (m_rounds.at(0).end - m_rounds[0].start).GetSeconds();
    EXPECT_NEAR(first, 512 * PAGE * 8 / 1e8, 0.006); // a chunk of 64 KiB is 5.2 ms
}

TEST_F(HotMoveTest, LossyLinksDelayOnly)
{
    auto vm = BuildMove(MIB, "10Mbps");
    for (uint32_t i = 0; i < 3; ++i)
    {
        m_net->SetLoss(i, 0.01);
    }
    RunTo(120);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
    const auto finished = Of("finished").at(0).event;
    EXPECT_GT(finished.wire, finished.copied * 1500 / 1448);
    EXPECT_EQ(Of("resumed").at(0).event.copied, finished.copied);
}

TEST_F(HotMoveTest, SameSeedSameTimes)
{
    std::vector<Time> times[2];
    for (auto& run : times)
    {
        BuildMove(MIB, "100Mbps");
        RunTo(3);
        for (const auto& happening : m_happenings)
        {
            run.push_back(happening.when);
        }
        Clear();
    }
    EXPECT_EQ(times[0].size(), 4u);
    EXPECT_EQ(times[0], times[1]);
}

TEST_F(HotMoveTest, StrangersAtTheCopyPort)
{
    auto vm = BuildMove(MIB, "10Mbps");
    auto garbage = CreateObject<TcpTransfer>();
    auto forger = CreateObject<TcpTransfer>();
    std::vector<std::string> failures;
    for (const auto& transfer : {garbage, forger})
    {
        transfer->SetFailedCallback(
            [&](const std::string& why)
            {
                failures.push_back(why);
            });
    }
    CopyRecord open;
    open.type = CopyRecordType::OPEN;
    open.vm = "vm1";
    open.move = 1;
    open.epoch = 7; // not that of the order
    garbage->Send(std::vector<uint8_t>(100, 0xff), 100000, 0);
    forger->Send(EncodeCopyRecord(open), 100000, 0);
    for (const auto& transfer : {garbage, forger})
    {
        Simulator::Schedule(Seconds(1.002),
                            &TcpTransfer::Connect,
                            transfer,
                            m_net->Host(0),
                            m_net->Address4(2),
                            uint16_t(49152));
    }
    RunTo(30);
    EXPECT_EQ(OutcomeOf(1), "completed");
    EXPECT_EQ(failures.size(), 2u);
    garbage->Dispose();
    forger->Dispose();
}
