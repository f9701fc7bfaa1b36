// SPDX-License-Identifier: GPL-2.0-only
// The same copy over TcpTransfer and over FluidTransfer.
#include "copy-run.h"

#include "ns3/bulk-send-helper.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/pointer.h"
#include "ns3/traffic-control-helper.h"

#include <cstdio>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;

/// A path of four links, and a copy in three rounds.
struct Case
{
    const char* server; //!< rate of the first and last link
    const char* fabric; //!< rate of the two between
    const char* delay;  //!< of each link
    uint64_t memory;    //!< octets of the first round
    uint64_t last;      //!< octets of the last one
    const char* queue;  //!< of each link
};

/// How a copy went.
struct Outcome
{
    double total;    //!< seconds
    double downtime; //!< seconds
    uint64_t events; //!< of the simulation
};

class FluidAgreementTest : public FluidNetTest
{
  protected:
    /// Copies over one of the transfers, beside so many bulk connections.
    template <typename T>
    Outcome Copy(const Case& c, int bulks = 0)
    {
        std::vector<LinkSpec> links = {{"s", "m", c.server, c.delay},
                                       {"m", "x", c.fabric, c.delay},
                                       {"x", "n", c.fabric, c.delay},
                                       {"n", "d", bulks ? c.fabric : c.server, c.delay}};
        for (int i = 0; i < bulks; ++i)
        {
            links.push_back({"n", "q" + std::to_string(i), c.fabric, c.delay});
        }
        Build(links, c.queue);
        if (bulks > 0)
        {
            QueueFairly(Device("s", "m"));
        }
        for (int i = 0; i < bulks; ++i)
        {
            AddBulk("s", "q" + std::to_string(i));
        }
        CopyRun run(AddSink("d"), {c.memory, c.memory / 8, c.last});
        auto transfer = CreateObject<T>();
        m_transfers.push_back(transfer);
        Simulator::Schedule(
            Seconds(bulks ? 1 : 0.001), &CopyRun::Start, &run, transfer, At("s"), AddressOf("d"));
        Simulator::Stop(Seconds(600));
        Simulator::Run();
        const Outcome outcome = {run.GetTotal(), run.GetDowntime(), Simulator::GetEventCount()};
        EXPECT_GT(outcome.total, 0);
        EXPECT_EQ(transfer->GetSentVirtualOctets(), c.memory + c.memory / 8 + c.last);
        Clear();
        return outcome;
    }

    /// Gives a device the queueing discipline that Linux hosts have, with flow control.
    static void QueueFairly(Ptr<NetDevice> device)
    {
        PointerValue queue;
        device->GetAttribute("TxQueue", queue);
        auto queues = CreateObject<NetDeviceQueueInterface>();
        queues->GetTxQueue(0)->ConnectQueueTraces(queue.Get<Queue<Packet>>());
        device->AggregateObject(queues);
        TrafficControlHelper discipline;
        discipline.SetRootQueueDisc("ns3::FqCoDelQueueDisc");
        discipline.Install(device);
    }

    void AddBulk(const std::string& from, const std::string& to)
    {
        const Address address = AddressOf(to).ToSocketAddress(9001);
        BulkSendHelper sender("ns3::TcpSocketFactory", address);
        sender.SetAttribute("SendSize", UintegerValue(1448));
        sender.Install(At(from));
        PacketSinkHelper("ns3::TcpSocketFactory", address).Install(At(to));
    }

    /// Compares and prints.
    void Compare(const Case& c, int bulks, double total, double downtime, double slack)
    {
        const Outcome tcp = Copy<TcpTransfer>(c, bulks);
        const Outcome fluid = Copy<FluidTransfer>(c, bulks);
        std::printf("%s %s %s %llu MiB, %d bulk: total %.4f s / %.4f s (%+.2f %%), downtime "
                    "%.3f ms / %.3f ms (%+.3f ms), events %llu / %llu\n",
                    c.server,
                    c.fabric,
                    c.delay,
                    static_cast<unsigned long long>(c.memory / MIB),
                    bulks,
                    fluid.total,
                    tcp.total,
                    (fluid.total / tcp.total - 1) * 100,
                    fluid.downtime * 1e3,
                    tcp.downtime * 1e3,
                    (fluid.downtime - tcp.downtime) * 1e3,
                    static_cast<unsigned long long>(fluid.events),
                    static_cast<unsigned long long>(tcp.events));
        std::fflush(stdout);
        EXPECT_NEAR(fluid.total, tcp.total, total * tcp.total);
        EXPECT_NEAR(fluid.downtime, tcp.downtime, std::max(slack, downtime * tcp.downtime));
    }
};

} // namespace

// Short paths lose nothing that matters to the queue of 100 packets that a fabric has. On the long
// ones the queue takes a window: a shorter one costs TCP what a fluid does not know of, see
// doc/fluid-transfer.md.
TEST_F(FluidAgreementTest, Alone)
{
    const std::vector<Case> cases = {
        {"1Gbps", "10Gbps", "5us", 16 * MIB, MIB, "100p"},
        {"1Gbps", "10Gbps", "5us", 32 * MIB, 4 * MIB, "100p"},
        {"10Gbps", "10Gbps", "5us", 32 * MIB, 4 * MIB, "100p"},
        {"10Gbps", "40Gbps", "1us", 32 * MIB, 4 * MIB, "100p"},
        {"100Mbps", "1Gbps", "50us", 16 * MIB, MIB, "100p"},
        {"1Gbps", "10Gbps", "2500us", 64 * MIB, 4 * MIB, "1000p"},
        {"1Gbps", "10Gbps", "5ms", 32 * MIB, MIB, "1000p"},
        {"10Gbps", "10Gbps", "5ms", 64 * MIB, 4 * MIB, "1000p"},
        {"100Mbps", "1Gbps", "5ms", 32 * MIB, MIB, "1000p"},
    };
    for (const Case& c : cases)
    {
        Compare(c, 0, 0.02, 0.02, 0.005);
    }
}

// The copy and the server's other connections leave by one link, whose queue serves them in turn as
// that of a Linux host does. What becomes of it in a single queue is a matter of chance, see
// doc/fluid-transfer.md.
TEST_F(FluidAgreementTest, BesideBulkConnections)
{
    for (int bulks : {1, 4})
    {
        Compare({"1Gbps", "10Gbps", "5us", 16 * MIB, MIB, "100p"}, bulks, 0.1, 0.1, 0.005);
    }
}
