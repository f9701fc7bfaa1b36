// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ledger-tap.h"

#include "chain-network.h"
#include "sim-fixture.h"

#include "ns3/arp-cache.h"
#include "ns3/boolean.h"
#include "ns3/csma-channel.h"
#include "ns3/csma-net-device.h"
#include "ns3/error-model.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-routing-table-entry.h"
#include "ns3/ledger-tag.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/string.h"
#include "ns3/traffic-control-helper.h"

namespace ns3
{
namespace vmm
{
namespace
{

/// Real packets over a chain of four nodes.
class LedgerTapTest : public SimTest
{
};

TEST_F(LedgerTapTest, DeliversWithPathAndDelay)
{
    ChainNetwork net;
    net.Watch();
    net.Send(MilliSeconds(10), 3, 972);
    net.Run(Seconds(1));
    EXPECT_EQ(net.Book().sent, 3U);
    EXPECT_EQ(net.Book().delivered, 3U);
    EXPECT_EQ(net.Book().sentBytes, 3000U);
    EXPECT_EQ(net.Book().reordered, 0U);
    EXPECT_TRUE(CheckConservation(*net.ledger).empty());
    const LedgerRow& row = net.ledger->Get(1);
    EXPECT_EQ(net.ledger->GetPaths().GetNodes(row.path), (std::vector<uint32_t>{0, 1, 2, 3}));
    // Three hops of 1 ms and 1002 octets at 100 Mbps.
    EXPECT_EQ(row.endedNs - row.sentNs, 3 * (1000000 + 80160));
    EXPECT_EQ(net.ledger->GetPaths().GetSize(), 5U);
}

TEST_F(LedgerTapTest, EveryKindOfLossBalances)
{
    ChainNetwork net;
    ChainNetwork::SetQueueSize(net.Right(1), 5);
    net.Right(1)->SetDataRate(DataRate("10Mbps"));
    net.Watch();
    net.Send(MilliSeconds(100), 2, 500, 2);
    net.Send(MilliSeconds(200), 20, 972);
    net.SendTo(MilliSeconds(400), 3, 500, "10.9.9.9"); // the last two nodes return it to each other
    Ptr<RateErrorModel> all = CreateObject<RateErrorModel>();
    all->SetUnit(RateErrorModel::ERROR_UNIT_PACKET);
    all->SetRate(1.0);
    Simulator::Schedule(MilliSeconds(500),
                        [&net, all]
                        {
                            net.Left(3)->SetReceiveErrorModel(all);
                        });
    net.Send(MilliSeconds(600), 4, 500);
    net.Run(Seconds(2));
    EXPECT_EQ(net.Book().sent, 29U);
    EXPECT_EQ(net.Lost(DropCause::TTL), 5U);
    const LedgerRow& looped = net.ledger->Get(23);
    EXPECT_EQ(looped.cause, DropCause::TTL);
    EXPECT_EQ(net.ledger->GetPaths().GetLength(looped.path), 65U) << "the sender and 64 nodes";
    EXPECT_EQ(net.Lost(DropCause::CORRUPTED), 4U);
    // 100 Mbps into 10 Mbps: one is sent at once and one while the others come, 5 wait.
    EXPECT_EQ(net.Lost(DropCause::QUEUE), 13U);
    EXPECT_EQ(net.Book().delivered, 7U);
    EXPECT_EQ(net.Book().inFlight, 0U);
    EXPECT_EQ(net.Book().unaccounted, 0U);
    EXPECT_TRUE(CheckConservation(*net.ledger).empty());
}

TEST_F(LedgerTapTest, NoRouteIsLostWhereItHappens)
{
    ChainNetwork net;
    net.Watch();
    Ptr<Ipv4StaticRouting> routes = net.Routes(1);
    for (uint32_t i = routes->GetNRoutes(); i-- > 0;)
    {
        if (routes->GetRoute(i).GetDest() == Ipv4Address("0.0.0.0"))
        {
            routes->RemoveRoute(i);
        }
    }
    net.Send(MilliSeconds(1), 5, 100);
    net.Run(Seconds(1));
    EXPECT_EQ(net.Lost(DropCause::NO_ROUTE), 5U);
    EXPECT_EQ(net.ledger->Get(1).node, 1U);
    EXPECT_TRUE(CheckConservation(*net.ledger).empty());
}

TEST_F(LedgerTapTest, InFlightIsCountedInQueuesAndOnWires)
{
    ChainNetwork net;
    net.Watch();
    // 10 packets of 1002 octets leave node 0 within 0.8016 ms; the first arrives at 1.08016 ms.
    net.Send(MilliSeconds(0), 10, 972);
    net.Run(MicroSeconds(500));
    EXPECT_EQ(net.Book().inFlight, 10U);
    EXPECT_EQ(net.Book().unaccounted, 0U);
    EXPECT_EQ(net.Right(0)->GetQueue()->GetNPackets(), 3U);
    uint32_t onWire = 0;
    for (LedgerId id = 1; id <= 10; ++id)
    {
        onWire += net.ledger->Get(id).wires;
    }
    EXPECT_EQ(onWire, 7U);
    EXPECT_TRUE(CheckConservation(*net.ledger).empty());
}

TEST_F(LedgerTapTest, APacketSwallowedSilentlyIsUnaccounted)
{
    ChainNetwork net;
    net.Watch();
    net.Send(MilliSeconds(10), 1, 100);
    net.Send(MilliSeconds(20), 1, 100);
    net.Send(MilliSeconds(30), 1, 100);
    Ptr<PointToPointNetDevice> device = net.Left(2);
    Ptr<Node> node = net.nodes[2];
    const auto receive =
        [node](Ptr<NetDevice> at, Ptr<const Packet> packet, uint16_t protocol, const Address& from)
    {
        if (Simulator::Now() < MilliSeconds(20) || Simulator::Now() > MilliSeconds(30))
        {
            node->GetObject<Ipv4L3Protocol>()->Receive(
                at, packet, protocol, from, from, NetDevice::PACKET_HOST);
        }
        return true;
    };
    device->SetReceiveCallback(
        Callback<bool, Ptr<NetDevice>, Ptr<const Packet>, uint16_t, const Address&>(receive));
    net.Run(Seconds(1));
    EXPECT_EQ(net.Book().delivered, 2U);
    EXPECT_EQ(net.Book().unaccounted, 1U);
    EXPECT_EQ(CheckConservation(*net.ledger),
              std::vector<std::string>{"flow probe forward: 1 packets unaccounted"});
}

TEST_F(LedgerTapTest, AFragmentedDatagramIsOneEntry)
{
    ChainNetwork net;
    net.Right(1)->SetMtu(500);
    net.Watch();
    net.Send(MilliSeconds(10), 3, 1200);
    net.Run(Seconds(1));
    EXPECT_EQ(net.Book().delivered, 3U);
    EXPECT_EQ(net.Book().duplicated, 0U);
    EXPECT_EQ(net.ledger->GetPaths().GetNodes(net.ledger->Get(2).path),
              (std::vector<uint32_t>{0, 1, 2, 3}));
    EXPECT_TRUE(CheckConservation(*net.ledger).empty());
}

TEST_F(LedgerTapTest, AFragmentedDatagramIsLostOnceWithItsFirstLostFragment)
{
    ChainNetwork net;
    net.Right(1)->SetMtu(500);
    net.Right(1)->SetDataRate(DataRate("1Mbps"));
    ChainNetwork::SetQueueSize(net.Right(1), 4);
    net.Watch();
    // Three fragments each: the first datagram fits, the second loses its third fragment at the
    // least, the third is lost with its first.
    net.Send(MilliSeconds(10), 3, 1200);
    net.Run(Seconds(60));
    EXPECT_EQ(net.Book().delivered, 1U);
    EXPECT_EQ(net.Lost(DropCause::QUEUE), 2U);
    EXPECT_EQ(net.Lost(DropCause::FRAGMENT), 0U);
    EXPECT_TRUE(CheckConservation(*net.ledger).empty());
}

TEST_F(LedgerTapTest, QueueDiscDropsHaveTheirOwnCause)
{
    ChainNetwork net;
    Ptr<NetDeviceQueueInterface> flowControl = CreateObject<NetDeviceQueueInterface>();
    ChainNetwork::SetQueueSize(net.Right(0), 2);
    flowControl->GetTxQueue(0)->ConnectQueueTraces(net.Right(0)->GetQueue());
    net.Right(0)->AggregateObject(flowControl);
    TrafficControlHelper control;
    control.SetRootQueueDisc("ns3::FifoQueueDisc", "MaxSize", StringValue("5p"));
    control.Install(net.Right(0));
    net.Watch();
    net.Send(MilliSeconds(10), 20, 972);
    net.Run(MilliSeconds(500));
    EXPECT_GT(net.Lost(DropCause::QUEUE_DISC), 10U);
    EXPECT_EQ(net.Lost(DropCause::QUEUE_DISC) + net.Book().delivered, 20U);
    EXPECT_TRUE(CheckConservation(*net.ledger).empty());
}

/// Two hosts on a CSMA segment, and an address that nobody has.
class CsmaTest : public SimTest
{
  protected:
    void SetUp() override
    {
        SimTest::SetUp();
        ledger = CreateObject<PacketLedger>();
        Ptr<CsmaChannel> channel = CreateObject<CsmaChannel>();
        channel->SetAttribute("DataRate", DataRateValue(DataRate("100Mbps")));
        InternetStackHelper stack;
        stack.SetIpv6StackInstall(false);
        for (uint32_t i = 0; i < 2; ++i)
        {
            nodes.push_back(CreateObject<Node>());
            stack.Install(nodes[i]);
            stack.AssignStreams(NodeContainer(nodes[i]), 100 * (i + 1));
            Ptr<CsmaNetDevice> device = CreateObject<CsmaNetDevice>();
            device->SetQueue(CreateObject<DropTailQueue<Packet>>());
            device->SetAddress(Mac48Address::Allocate());
            nodes[i]->AddDevice(device);
            device->Attach(channel);
            Ptr<Ipv4> ipv4 = nodes[i]->GetObject<Ipv4>();
            const uint32_t interface = ipv4->AddInterface(device);
            const std::string address = "10.0.0." + std::to_string(i + 1);
            ipv4->AddAddress(interface, Ipv4InterfaceAddress(address.c_str(), "255.255.255.0"));
            ipv4->SetUp(interface);
        }
        FlowInfo flow;
        flow.name = "lan";
        flow.fromNode = 0;
        flow.toNode = 1;
        flow.protocol = 17;
        ledger->AddFlow(flow);
        for (const Ptr<Node>& node : nodes)
        {
            LedgerTap::Watch(ledger, node);
        }
    }

    void TearDown() override
    {
        nodes.clear();
        ledger = nullptr;
        SimTest::TearDown();
    }

    /// Sends five packets at once to an address and runs.
    void Run(const char* to, Time until)
    {
        Ptr<Socket> socket = Socket::CreateSocket(nodes[0], UdpSocketFactory::GetTypeId());
        socket->Connect(InetSocketAddress(to, 9));
        Simulator::ScheduleWithContext(0,
                                       MilliSeconds(1),
                                       [socket]
                                       {
                                           for (uint32_t i = 0; i < 5; ++i)
                                           {
                                               socket->Send(Create<Packet>(100));
                                           }
                                       });
        Simulator::Stop(until);
        Simulator::Run();
        InFlightCensus census(ledger);
        census.AddNode(nodes[0]);
        census.AddNode(nodes[1]);
        census.Run();
    }

    std::vector<Ptr<Node>> nodes; //!< the hosts
    Ptr<PacketLedger> ledger;     //!< the books
};

TEST_F(CsmaTest, UnansweredArpLosesWhatWaitsAndWhatDoesNotFit)
{
    Run("10.0.0.99", Seconds(10));
    EXPECT_EQ(ledger->GetBooks()[0].lost[static_cast<int>(DropCause::ARP)], 5U);
    EXPECT_TRUE(CheckConservation(*ledger).empty());
}

TEST_F(CsmaTest, WhatWaitsForArpIsInFlight)
{
    Ptr<ArpCache> cache = nodes[0]->GetObject<Ipv4L3Protocol>()->GetInterface(1)->GetArpCache();
    // An address that some node has, and that does not answer: its entry is asked for by hand.
    nodes[1]->GetObject<Ipv4>()->GetNetDevice(1)->SetAttribute("ReceiveEnable",
                                                               BooleanValue(false));
    Run("10.0.0.2", MilliSeconds(500));
    EXPECT_EQ(ledger->GetBooks()[0].inFlight, 3U) << "the queue of an entry holds 3";
    EXPECT_EQ(ledger->GetBooks()[0].lost[static_cast<int>(DropCause::ARP)], 2U);
    EXPECT_TRUE(CheckConservation(*ledger).empty());
    ArpCache::Entry* entry = cache->Lookup("10.0.0.2");
    ASSERT_NE(entry, nullptr);
    uint32_t left = 0;
    while (entry->DequeuePending().first)
    {
        ++left;
    }
    EXPECT_EQ(left, 3U) << "the census leaves them where they are";
}

TEST_F(LedgerTapTest, TagSerialises)
{
    Ptr<Packet> packet = Create<Packet>(10);
    packet->AddPacketTag(LedgerTag(0xdeadbeef));
    LedgerTag tag;
    ASSERT_TRUE(packet->Copy()->PeekPacketTag(tag));
    EXPECT_EQ(tag.GetId(), 0xdeadbeefU);
}

} // namespace
} // namespace vmm
} // namespace ns3
