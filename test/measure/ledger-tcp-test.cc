// SPDX-License-Identifier: GPL-2.0-only
#include "chain-network.h"
#include "sim-fixture.h"

#include "ns3/bulk-send-application.h"
#include "ns3/goodput-bins.h"
#include "ns3/packet-sink.h"
#include "ns3/string.h"

#include <numeric>

namespace ns3
{
namespace vmm
{
namespace
{

/// TCP over the chain of four nodes.
class LedgerTcpTest : public SimTest
{
};

TEST_F(LedgerTcpTest, BooksOfBothDirectionsCloseWithLossesAndGoodputIsTheSinks)
{
    ChainNetwork net;
    ChainNetwork::SetQueueSize(net.Right(1), 8);
    net.Right(1)->SetDataRate(DataRate("10Mbps"));
    FlowInfo flow;
    flow.name = "bulk";
    flow.fromNode = 0;
    flow.toNode = 3;
    flow.protocol = 6;
    flow.toPort = 80;
    net.ledger->AddFlow(flow);
    net.Watch();
    Ptr<BulkSendApplication> source = CreateObject<BulkSendApplication>();
    source->SetAttribute("Protocol", StringValue("ns3::TcpSocketFactory"));
    source->SetAttribute("Remote", AddressValue(InetSocketAddress("10.0.2.2", 80)));
    source->SetAttribute("MaxBytes", UintegerValue(2000000));
    net.nodes[0]->AddApplication(source);
    Ptr<PacketSink> sink = CreateObject<PacketSink>();
    sink->SetAttribute("Protocol", StringValue("ns3::TcpSocketFactory"));
    sink->SetAttribute("Local", AddressValue(InetSocketAddress(Ipv4Address::GetAny(), 80)));
    net.nodes[3]->AddApplication(sink);
    uint32_t started = 0;
    const auto count = [&started](uint32_t)
    {
        ++started;
    };
    net.ledger->TraceConnectWithoutContext("Started", Callback<void, uint32_t>(count));
    net.Run(Seconds(30));

    EXPECT_EQ(sink->GetTotalRx(), 2000000U);
    const FlowBook& forward = net.ledger->GetBooks()[0];
    const FlowBook& reverse = net.ledger->GetBooks()[1];
    EXPECT_GT(forward.lost[static_cast<int>(DropCause::QUEUE)], 0U);
    EXPECT_EQ(forward.sent, forward.delivered + forward.GetLost());
    EXPECT_EQ(reverse.sent, reverse.delivered);
    EXPECT_GT(reverse.sent, 100U);
    EXPECT_EQ(started, 2U);
    EXPECT_TRUE(CheckConservation(*net.ledger).empty());
    GoodputBins bins;
    bins.AddDelivered(*net.ledger);
    const std::vector<uint64_t>& bulk = bins.GetFlows().at("bulk");
    EXPECT_EQ(std::accumulate(bulk.begin(), bulk.end(), uint64_t(0)), 2000000U);
}

} // namespace
} // namespace vmm
} // namespace ns3
