// SPDX-License-Identifier: GPL-2.0-only
// Whole moves with the fluid transfer: the same as with packets, and ended in the middle.
#include "../managed-servers.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/packet-sink-helper.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;

/// vm1 moves from s1 to s2, ordered at 1 s.
class FluidMoveTest : public ManagedServersTest
{
  protected:
    /// How a move went.
    struct Outcome
    {
        double total;                  //!< seconds from the first record until the VM runs
        double downtime;               //!< seconds that it stood still
        uint64_t copied;               //!< octets of pages and device state
        uint64_t wire;                 //!< octets of datagrams
        std::vector<CopyRound> rounds; //!< all
    };

    void TearDown() override
    {
        m_vm = nullptr;
        ManagedServersTest::TearDown();
    }

    /// Makes the network and orders the move.
    void Order(const std::string& transfer,
               uint64_t memory,
               const std::string& dirtyRate,
               const std::string& rate,
               const std::string& delay)
    {
        m_vm = nullptr;
        Clear();
        Config::SetDefault("ns3::vmm::TcpTransfer::SendBuffer", UintegerValue(m_window));
        Build(3, false, rate, delay);
        m_vm = AddVm("vm1", "s1", memory, dirtyRate);
        m_manager->ScheduleMove(Seconds(1),
                                {"m1", "vm1", "s2", MoveType::HOT, "pre-copy", transfer});
    }

    /// Runs the move, beside so many bulk connections from s1 to s3.
    Outcome Move(const std::string& transfer,
                 uint64_t memory,
                 const std::string& dirtyRate,
                 const std::string& rate,
                 const std::string& delay,
                 int bulks = 0)
    {
        Order(transfer, memory, dirtyRate, rate, delay);
        for (int i = 0; i < bulks; ++i)
        {
            const Address to = m_net->Address4(3).ToSocketAddress(9000 + i);
            PacketSinkHelper("ns3::TcpSocketFactory", to).Install(m_net->Host(3));
            BulkSendHelper sender("ns3::TcpSocketFactory", to);
            sender.SetAttribute("SendSize", UintegerValue(1448));
            sender.Install(m_net->Host(1)).Start(Seconds(0.5 + 0.1 * i));
        }
        for (double time = 1.5; time < 60 && Of("finished").empty(); time += 0.1)
        {
            RunTo(time);
        }
        EXPECT_EQ(OutcomeOf(1), "completed");
        ExpectRunsAt(m_vm, 2);
        const double start = Of("start").at(0).when.GetSeconds();
        const double stop = Of("stopped").at(0).when.GetSeconds();
        const double resume = Of("resumed").at(0).when.GetSeconds();
        const auto& event = Of("finished").at(0).event;
        return {resume - start, resume - stop, event.copied, event.wire, m_rounds};
    }

    /// Compares both transfers.
    void Compare(uint64_t memory,
                 const std::string& dirtyRate,
                 const std::string& rate,
                 const std::string& delay,
                 int bulks,
                 double part)
    {
        const Outcome tcp = Move("tcp", memory, dirtyRate, rate, delay, bulks);
        const Outcome fluid = Move("fluid", memory, dirtyRate, rate, delay, bulks);
        std::string trace = rate + " " + delay + " beside " + std::to_string(bulks) + "; sent";
        for (const Outcome* outcome : {&tcp, &fluid})
        {
            for (const CopyRound& round : outcome->rounds)
            {
                trace += " " + std::to_string(round.sent) + "/" +
                         std::to_string((round.end - round.start).GetSeconds());
            }
            trace += ";";
        }
        SCOPED_TRACE(trace);
        EXPECT_NEAR(fluid.total, tcp.total, part * tcp.total);
        EXPECT_NEAR(fluid.downtime, tcp.downtime, std::max(0.005, part * tcp.downtime));
        EXPECT_EQ(fluid.rounds.size(), tcp.rounds.size());
        EXPECT_NEAR(fluid.copied, tcp.copied, part * tcp.copied);
    }

    Ptr<Vm> m_vm;
    uint32_t m_window{1 << 20}; //!< octets that TcpTransfer has in flight at most
};

} // namespace

// 2 % of the total time and of what was copied, 5 ms of the downtime.
TEST_F(FluidMoveTest, AsWithPackets)
{
    Compare(16 * MIB, "0bps", "1Gbps", "10us", 0, 0.02);
    // A window of 1 MiB stands for longer in the hosts' queue than CoDel likes: it drops, and a
    // full window then stands still for a round trip.
    m_window = 1 << 18;
    Compare(32 * MIB, "100Mbps", "1Gbps", "10us", 0, 0.02);
    m_window = 1 << 20;
    Compare(16 * MIB, "10Mbps", "100Mbps", "100us", 0, 0.02);
    Compare(64 * MIB, "20Mbps", "1Gbps", "5ms", 0, 0.02);
}

TEST_F(FluidMoveTest, AsWithPacketsBesideBulkConnections)
{
    Compare(16 * MIB, "20Mbps", "1Gbps", "10us", 1, 0.1);
    Compare(16 * MIB, "20Mbps", "1Gbps", "10us", 4, 0.1);
}

// Without dirty pages: exactly the memory and the device state, and a header for each segment.
TEST_F(FluidMoveTest, Octets)
{
    const Outcome tcp = Move("tcp", 16 * MIB, "0bps", "1Gbps", "10us");
    const Outcome fluid = Move("fluid", 16 * MIB, "0bps", "1Gbps", "10us");
    EXPECT_EQ(fluid.copied, tcp.copied);
    EXPECT_NEAR(fluid.wire, tcp.wire, 0.002 * tcp.wire);
}

TEST_F(FluidMoveTest, EndsInTheCopy)
{
    const std::vector<std::function<void()>> ends{[this]
                                                  {
                                                      m_manager->CancelMove(1);
                                                  },
                                                  [this]
                                                  {
                                                      m_manager->DestroyVm("vm1");
                                                  },
                                                  [this]
                                                  {
                                                      m_hypervisors[0]->Destroy("vm1");
                                                  },
                                                  [this]
                                                  {
                                                      m_hypervisors[0]->Fail();
                                                  },
                                                  [this]
                                                  {
                                                      m_hypervisors[1]->Fail();
                                                  }};
    for (size_t end = 0; end < ends.size(); ++end)
    {
        for (double when : {1.0005, 1.002, 1.02, 1.1})
        {
            Order("fluid", 64 * MIB, "100Mbps", "1Gbps", "10us");
            Simulator::Schedule(Seconds(when), MakeEvent(ends[end]));
            RunTo(300);
            EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::CLOSED) << OutcomeOf(1);
            EXPECT_NE(OutcomeOf(1), "completed") << end << " at " << when;
            if (end == 0 || end == 4)
            {
                ExpectRunsAt(m_vm, 1);
            }
        }
    }
}

// The destination dies silently while 8 GiB are on their way: the source gives up when nothing was
// acknowledged for StallTimeout, if nobody has told it before.
TEST_F(FluidMoveTest, TheDestinationDies)
{
    Order("fluid", 8192 * MIB, "0bps", "1Gbps", "10us");
    RunTo(5);
    ASSERT_EQ(Of("start").size(), 1u);
    m_hypervisors[1]->Fail();
    RunTo(30);
    ASSERT_EQ(Of("finished").size(), 1u);
    EXPECT_LE(Of("finished")[0].when, Seconds(25.001));
    EXPECT_NEAR(Of("finished")[0].event.copied, 4 * 125e6 * 0.96, 0.02 * 4 * 125e6);
    RunTo(100);
    EXPECT_NE(OutcomeOf(1), "completed");
    EXPECT_EQ(m_vm->GetState(), VmState::RUNNING);
}
