// SPDX-License-Identifier: GPL-2.0-only
// What a fluid copy costs: it must not depend on the memory that is copied, and must be far less
// than packets would. Exits with 1 when a bar is missed.
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/copy-transfer.h"
#include "ns3/fabric-helper.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"
#include "support/paired-runner.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t GIB = 1ull << 30; //!< octets
constexpr uint32_t ROUNDS = 100;     //!< of a copy whose cost is measured
constexpr uint32_t RECORD = 24;      //!< octets around the pages of a round
constexpr uint16_t PORT = 7000;      //!< of the destination

/// What a copy took.
struct Cost
{
    double events = 0;  //!< of the simulation
    double seconds = 0; //!< CPU time of the run
    double arrived = 0; //!< simulated time at its end
};

/// Sends rounds one after the other, each when the one before has been handed to the network.
class RoundsCopy
{
  public:
    /// @param transfer "tcp" or "fluid" @param octets of each round @param rounds how many
    RoundsCopy(const std::string& transfer, uint64_t octets, uint32_t rounds)
        : m_octets(octets),
          m_rounds(rounds),
          m_transfer(CopyTransfer::Create(transfer))
    {
    }

    /// @return what the copy took over four links of 10 Gbit/s; all 0 if it did not arrive
    Cost Run()
    {
        Topology topology;
        const std::vector<std::string> names = {"source", "leaf-a", "spine", "leaf-b", "target"};
        for (const auto& name : names)
        {
            topology.AddNode({name, NodeRole::ROUTER});
        }
        for (NodeId i = 0; i + 1 < names.size(); ++i)
        {
            topology.AddLink({i, i + 1, DataRate("10Gbps"), MicroSeconds(5)});
        }
        Ptr<Fabric> fabric = FabricHelper().Build(topology);
        const IpAddress remote = fabric->GetAddress(names.size() - 1, IpFamily::IPV4);
        PacketSinkHelper helper("ns3::TcpSocketFactory", remote.ToSocketAddress(PORT));
        auto sinks = helper.Install(fabric->GetNode("target"));
        m_sink = DynamicCast<PacketSink>(sinks.Get(0));
        m_sink->TraceConnectWithoutContext("Rx", MakeCallback(&RoundsCopy::Arrived, this));
        m_transfer->SetConnectedCallback(
            [this]
            {
                SendRound();
            });
        Simulator::ScheduleNow(
            &CopyTransfer::Connect, m_transfer, fabric->GetNode("source"), remote, PORT);
        const double start = bench::CpuSeconds();
        Simulator::Stop(Seconds(36000));
        Simulator::Run();
        Cost cost;
        if (m_done)
        {
            cost.seconds = bench::CpuSeconds() - start;
            cost.events = static_cast<double>(Simulator::GetEventCount());
            cost.arrived = Simulator::Now().GetSeconds();
        }
        m_transfer->Dispose();
        Simulator::Destroy();
        return cost;
    }

  private:
    /// Queues a round.
    void SendRound()
    {
        const std::vector<uint8_t> record(RECORD);
        m_transfer->Send(record, m_octets, 0);
        m_transfer->Send(record, 0, 0);
        m_expected += 2 * RECORD + (m_transfer->CarriesVirtualOctets() ? m_octets : 0);
        --m_rounds;
    }

    /// Something has arrived.
    void Arrived(Ptr<const Packet>, const Address&)
    {
        if (m_sink->GetTotalRx() < m_expected)
        {
            return;
        }
        if (m_rounds > 0)
        {
            SendRound();
            return;
        }
        m_done = true;
        Simulator::Stop();
    }

    uint64_t m_octets;            //!< of a round
    uint32_t m_rounds;            //!< to come
    Ptr<CopyTransfer> m_transfer; //!< what carries it
    Ptr<PacketSink> m_sink;       //!< at the destination
    uint64_t m_expected = 0;      //!< octets that arrive
    bool m_done = false;          //!< all has arrived
};

/// @return the median CPU time and the events of a round of so many octets
Cost
MeasureRound(uint64_t octets)
{
    std::vector<double> seconds;
    Cost cost;
    for (int i = 0; i < 9; ++i)
    {
        cost = RoundsCopy("fluid", octets, ROUNDS).Run();
        seconds.push_back(cost.seconds / ROUNDS);
    }
    std::sort(seconds.begin(), seconds.end());
    cost.seconds = seconds[seconds.size() / 2];
    cost.events /= ROUNDS;
    return cost;
}

/// Prints a comparison. @return whether the bar is reached
bool
Print(const std::string& name, double value, double bar, bool least)
{
    const bool good = least ? value >= bar : value > 0 && value <= bar;
    std::printf("%-28s %10.2f  %s %g  %s\n",
                name.c_str(),
                value,
                least ? ">=" : "<=",
                bar,
                good ? "ok" : "MISSED");
    std::fflush(stdout);
    return good;
}

} // namespace

int
main(int argc, char**)
{
    if (argc > 1)
    {
        std::printf("usage: bench-fluid\n"
                    "What a copy over four links of 10 Gbit/s costs: 64 GiB against 1 GiB as a "
                    "fluid, and a fluid against packets.\n");
        return 0;
    }
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 20));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 20));
    const Cost one = MeasureRound(GIB);
    const Cost many = MeasureRound(64 * GIB);
    const Cost fluid = RoundsCopy("fluid", GIB, 1).Run();
    const Cost packets = RoundsCopy("tcp", GIB, 1).Run();
    std::printf("fluid: a round of 1 GiB %.1f events, %.1f us; of 64 GiB %.1f events, %.1f us\n",
                one.events,
                one.seconds * 1e6,
                many.events,
                many.seconds * 1e6);
    std::printf("fluid: 1 GiB arrives after %.4f s and %.0f events; as packets after %.4f s, "
                "%.0f events and %.1f s of CPU time\n",
                fluid.arrived,
                fluid.events,
                packets.arrived,
                packets.events,
                packets.seconds);
    bool good = Print("events, 64 GiB / 1 GiB", many.events / one.events, 1.5, false);
    good = Print("time, 64 GiB / 1 GiB", many.seconds / one.seconds, 1.5, false) && good;
    good = Print("events, packets / fluid", packets.events / fluid.events, 1000, true) && good;
    return good ? 0 : 1;
}
