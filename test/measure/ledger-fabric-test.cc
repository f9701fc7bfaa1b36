// SPDX-License-Identifier: GPL-2.0-only
#include "sim-fixture.h"

#include "ns3/fabric-helper.h"
#include "ns3/in-flight-census.h"
#include "ns3/ledger-tap.h"
#include "ns3/packet-ledger.h"
#include "ns3/socket.h"
#include "ns3/topology-builder.h"
#include "ns3/udp-socket-factory.h"

namespace ns3
{
namespace vmm
{
namespace
{

/// A fabric by its name, its keys, two of its nodes, and how long a packet takes at most.
struct FabricCase
{
    const char* label;                       //!< of the case
    const char* fabric;                      //!< builder
    std::map<std::string, std::string> keys; //!< of the builder
    const char* from;                        //!< sender
    const char* to;                          //!< receiver
};

/// Packets over a fabric that stops at any moment.
class LedgerFabricTest : public SimTest, public ::testing::WithParamInterface<FabricCase>
{
  protected:
    /// Sends 5 packets at 1 ms and stops at a time. @return the forward book
    FlowBook RunUntil(Time stop)
    {
        const FabricCase& c = GetParam();
        BuilderInput input;
        input.values = c.keys;
        input.serverRate = DataRate("100Mbps");
        input.fabricRate = DataRate("100Mbps");
        input.serverDelay = MicroSeconds(40);
        input.fabricDelay = MicroSeconds(40);
        const Topology topology = TopologyBuilder::Make(c.fabric, input);
        FabricHelper helper;
        Ptr<Fabric> fabric = helper.Build(topology);
        Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
        InFlightCensus census(ledger);
        FlowInfo flow;
        flow.name = "probe";
        flow.fromNode = fabric->GetNode(c.from)->GetId();
        flow.toNode = fabric->GetNode(c.to)->GetId();
        flow.protocol = 17;
        ledger->AddFlow(flow);
        for (NodeId id = 0; id < topology.GetNodeCount(); ++id)
        {
            LedgerTap::Watch(ledger, fabric->GetNode(id));
            census.AddNode(fabric->GetNode(id));
        }
        Ptr<Socket> socket =
            Socket::CreateSocket(fabric->GetNode(c.from), UdpSocketFactory::GetTypeId());
        const IpAddress to = fabric->GetAddress(topology.GetNodeId(c.to), IpFamily::IPV4);
        socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 7));
        Simulator::ScheduleWithContext(flow.fromNode,
                                       MilliSeconds(1),
                                       [socket, to]
                                       {
                                           for (int i = 0; i < 5; ++i)
                                           {
                                               socket->SendTo(
                                                   Create<Packet>(500), 0, to.ToSocketAddress(9));
                                           }
                                       });
        Simulator::Stop(stop);
        Simulator::Run();
        census.Run();
        EXPECT_EQ(CheckConservation(*ledger), std::vector<std::string>{}) << stop.As(Time::US);
        const FlowBook book = ledger->GetBooks()[0];
        Reset();
        return book;
    }
};

INSTANTIATE_TEST_SUITE_P(
    Fabrics,
    LedgerFabricTest,
    ::testing::Values(FabricCase{"LeafSpine",
                                 "leaf-spine",
                                 {{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}},
                                 "server-0-0",
                                 "server-1-0"},
                      FabricCase{"Routed", "figure-1", {{"switches", "routed"}}, "nve-a", "nve-b"},
                      FabricCase{
                          "Bridged", "figure-1", {{"switches", "bridged"}}, "nve-a", "nve-b"}),
    [](const auto& info)
    {
        return info.param.label;
    });

TEST_P(LedgerFabricTest, NothingIsUnaccountedWheneverTheRunStops)
{
    bool inFlight = false;
    for (int64_t us = 1000; us < 1800; us += 13)
    {
        const FlowBook book = RunUntil(MicroSeconds(us));
        inFlight = inFlight || book.inFlight > 0;
    }
    EXPECT_TRUE(inFlight);
    const FlowBook all = RunUntil(MilliSeconds(10));
    EXPECT_EQ(all.sent, 5U);
    EXPECT_EQ(all.delivered, 5U);
    EXPECT_EQ(all.inFlight, 0U);
}

} // namespace
} // namespace vmm
} // namespace ns3
