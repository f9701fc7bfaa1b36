// SPDX-License-Identifier: GPL-2.0-only
// One copy over four links beside bulk TCP connections, packet by packet or as a fluid: either all
// of the copy's server, whose queue is fair as that of Linux hosts (--fair=true), or of servers of
// their own that share the two links in the middle, with one queue for all. Prints when the copy
// has arrived, or the rates over time as CSV (--bin=10ms).
#include "ns3/boolean.h"
#include "ns3/bulk-send-helper.h"
#include "ns3/command-line.h"
#include "ns3/config.h"
#include "ns3/copy-transfer.h"
#include "ns3/fabric-helper.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"
#include "ns3/uinteger.h"

#include <cstdio>
#include <string>
#include <vector>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint32_t RECORD = 24; //!< octets around the pages, each
constexpr uint16_t PORT = 5000; //!< of everything

/// What the command line says.
struct Options
{
    std::string transfer = "fluid"; //!< see CopyTransfer::Create
    uint32_t bulk = 1;              //!< connections
    bool fair = false;              //!< they are of the same server, with a fair queue
    std::string rate = "1Gbps";     //!< of each link
    std::string delay = "5us";      //!< of each link
    std::string queue = "100p";     //!< of each link
    uint32_t memory = 256;          //!< MiB
    Time start = Seconds(1);        //!< of the copy; bulk connections begin in the half before
    Time bin;                       //!< of the CSV; 0 for the summary alone
};

/// The run: what is sampled, and the end.
struct Run
{
    Options options;                    //!< as given
    Ptr<Fabric> fabric;                 //!< the network
    Ptr<CopyTransfer> copy;             //!< the copy
    Ptr<PacketSink> sink;               //!< of the copy
    std::vector<Ptr<PacketSink>> bulks; //!< of the bulk connections
    uint64_t copied = 0;                //!< octets at the last sample
    uint64_t received = 0;              //!< likewise
    Time end;                           //!< when the last record arrived

    /// @return octets of content that the copy's sink gets in all
    uint64_t Expected() const
    {
        const uint64_t pages = uint64_t{options.memory} << 20;
        return 2 * RECORD + (copy->CarriesVirtualOctets() ? pages : 0);
    }

    /// Something of the copy has arrived.
    void Arrived(Ptr<const Packet>, const Address&)
    {
        if (sink->GetTotalRx() >= Expected())
        {
            end = Simulator::Now();
            Simulator::Stop();
        }
    }

    /// Prints the rates since the last sample.
    void Sample()
    {
        const uint64_t nowCopied = copy->GetSentVirtualOctets();
        uint64_t nowReceived = 0;
        for (const auto& bulk : bulks)
        {
            nowReceived += bulk->GetTotalRx();
        }
        const double seconds = options.bin.GetSeconds();
        std::printf("%.6f,%.0f,%.0f\n",
                    (Simulator::Now() - options.start).GetSeconds(),
                    (nowCopied - copied) * 8 / seconds,
                    (nowReceived - received) * 8 / seconds);
        copied = nowCopied;
        received = nowReceived;
        Simulator::Schedule(options.bin, &Run::Sample, this);
    }

    /// Begins the copy.
    void Start()
    {
        const std::vector<uint8_t> record(RECORD);
        const IpAddress remote =
            fabric->GetAddress(fabric->GetTopology().GetNodeId("d"), IpFamily::IPV4);
        copy->Connect(fabric->GetNode("s"), remote, PORT);
        copy->Send(record, uint64_t{options.memory} << 20, 0);
        copy->Send(record, 0, 0);
    }

    /// @return a sink at a node
    Ptr<PacketSink> AddSink(const std::string& node)
    {
        const NodeId id = fabric->GetTopology().GetNodeId(node);
        PacketSinkHelper helper("ns3::TcpSocketFactory",
                                fabric->GetAddress(id, IpFamily::IPV4).ToSocketAddress(PORT));
        return DynamicCast<PacketSink>(helper.Install(fabric->GetNode(id)).Get(0));
    }
};

/// @return the network: s - m - x - n - d, and a pair pI, qI for each bulk connection
Topology
MakeTopology(const Options& options)
{
    Topology topology;
    auto connect = [&](const std::string& a, const std::string& b)
    {
        for (const auto& name : {a, b})
        {
            if (!topology.FindNode(name))
            {
                topology.AddNode({name, NodeRole::ROUTER});
            }
        }
        TopologyLink link;
        link.a = topology.GetNodeId(a);
        link.b = topology.GetNodeId(b);
        link.rate = DataRate(options.rate);
        link.delay = Time(options.delay);
        link.queue = options.queue;
        topology.AddLink(link);
    };
    connect("s", "m");
    connect("m", "x");
    connect("x", "n");
    connect("n", "d");
    for (uint32_t i = 0; i < options.bulk; ++i)
    {
        if (!options.fair)
        {
            connect("p" + std::to_string(i), "m");
        }
        connect("n", "q" + std::to_string(i));
    }
    return topology;
}

/// Gives a device the queueing discipline that Linux hosts have, with flow control.
void
QueueFairly(Ptr<NetDevice> device)
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

} // namespace

int
main(int argc, char** argv)
{
    // As hosts of a data centre have it; ns-3's own values are those of long ago.
    Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(1448));
    Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(1 << 20));
    Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(1 << 20));
    Config::SetDefault("ns3::TcpSocket::DelAckTimeout", TimeValue(MilliSeconds(40)));
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
    Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(false));
    Run run;
    Options& options = run.options;
    CommandLine line(__FILE__);
    line.AddValue("transfer", "tcp or fluid", options.transfer);
    line.AddValue("bulk", "how many bulk connections share the links in the middle", options.bulk);
    line.AddValue("fair", "whether they are of the same server, with a fair queue", options.fair);
    line.AddValue("rate", "of each link", options.rate);
    line.AddValue("delay", "of each link", options.delay);
    line.AddValue("queue", "of each link", options.queue);
    line.AddValue("memory", "what is copied, in MiB", options.memory);
    line.AddValue("start", "of the copy; bulk connections begin in the half before", options.start);
    line.AddValue("bin", "prints the rates over such times as CSV; 0 for none", options.bin);
    line.Parse(argc, argv);

    run.fabric = FabricHelper().Build(MakeTopology(options));
    if (options.fair)
    {
        QueueFairly(run.fabric->GetDevice(0, 0));
    }
    run.copy = CopyTransfer::Create(options.transfer);
    run.sink = run.AddSink("d");
    run.sink->TraceConnectWithoutContext("Rx", MakeCallback(&Run::Arrived, &run));
    for (uint32_t i = 0; i < options.bulk; ++i)
    {
        const std::string end = std::to_string(i);
        run.bulks.push_back(run.AddSink("q" + end));
        const NodeId to = run.fabric->GetTopology().GetNodeId("q" + end);
        BulkSendHelper sender("ns3::TcpSocketFactory",
                              run.fabric->GetAddress(to, IpFamily::IPV4).ToSocketAddress(PORT));
        sender.SetAttribute("SendSize", UintegerValue(1448));
        sender.Install(run.fabric->GetNode(options.fair ? "s" : "p" + end))
            .Start(options.start * i / options.bulk / 2);
    }
    Simulator::Schedule(options.start, &Run::Start, &run);
    if (options.bin.IsStrictlyPositive())
    {
        std::printf("time_s,copy_bps,bulk_bps\n");
        Simulator::Schedule(options.bin, &Run::Sample, &run);
    }
    Simulator::Stop(Seconds(3600));
    Simulator::Run();
    if (!options.bin.IsStrictlyPositive())
    {
        std::printf("%s: %u MiB beside %u bulk connections in %.4f s, %llu events\n",
                    options.transfer.c_str(),
                    options.memory,
                    options.bulk,
                    (run.end - options.start).GetSeconds(),
                    static_cast<unsigned long long>(Simulator::GetEventCount()));
    }
    run.copy->Dispose();
    run.fabric = nullptr;
    Simulator::Destroy();
    return run.end.IsZero() ? 1 : 0;
}
