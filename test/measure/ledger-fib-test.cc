// SPDX-License-Identifier: GPL-2.0-only
#include "routing/fib-chain.h"

#include "ns3/in-flight-census.h"
#include "ns3/ledger-tap.h"
#include "ns3/link-failure-error-model.h"
#include "ns3/packet-ledger.h"

namespace ns3
{
namespace vmm
{
namespace
{

/**
 * Five nodes in a row that route by Fib, a flow from the first to the last one, in both families:
 * 10.1.0.9 or fd01::9 at node 4.
 */
class LedgerFibTest : public FibTest, public ::testing::WithParamInterface<IpFamily>
{
  protected:
    /// Makes nodes, routes and books.
    void Make(uint16_t mtu = 9000)
    {
        MakeChain(5, mtu);
        AddAddress(4, Vm());
        Listen(4, GetParam());
        for (uint32_t i = 0; i < 4; ++i)
        {
            Set(i, Host(), Towards(i, 4));
        }
        FlowInfo flow;
        flow.name = "probe";
        flow.fromNode = 0;
        flow.toNode = 4;
        flow.protocol = 17;
        ledger->AddFlow(flow);
        for (const Ptr<Node>& node : nodes)
        {
            LedgerTap::Watch(ledger, node);
        }
    }

    /// @return the destination
    IpAddress Vm() const
    {
        return V4(GetParam() == IpFamily::IPV4 ? "10.1.0.9" : "fd01::9");
    }

    /// @return the destination's host prefix
    std::string Host() const
    {
        return IpPrefix::Host(Vm()).ToString();
    }

    /// @return octets of an IP header
    uint32_t HeaderSize() const
    {
        return GetParam() == IpFamily::IPV4 ? 20 : 40;
    }

    /// Runs, and counts what is left.
    void Run(Time until = Seconds(1))
    {
        Simulator::Stop(until);
        Simulator::Run();
        InFlightCensus census(ledger);
        for (const Ptr<Node>& node : nodes)
        {
            census.AddNode(node);
        }
        census.Run();
        EXPECT_EQ(CheckConservation(*ledger), std::vector<std::string>{});
    }

    /// @return the nodes that the packet has been at
    std::vector<uint32_t> PathOf(LedgerId id) const
    {
        return ledger->GetPaths().GetNodes(ledger->Get(id).path);
    }

    /// @return packets lost from a cause
    uint64_t Lost(DropCause cause) const
    {
        return ledger->GetBooks()[0].lost[static_cast<int>(cause)];
    }

    void TearDown() override
    {
        ledger = nullptr;
        FibTest::TearDown();
    }

    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>(); //!< the books
};

INSTANTIATE_TEST_SUITE_P(Families,
                         LedgerFibTest,
                         ::testing::Values(IpFamily::IPV4, IpFamily::IPV6),
                         [](const auto& info)
                         {
                             return info.param == IpFamily::IPV4 ? "Ipv4" : "Ipv6";
                         });

TEST_P(LedgerFibTest, ATunnelIsPartOfThePathAndItsEndIsNotTheReceiver)
{
    Make();
    Set(1, Host(), Route::Tunnel(Router(GetParam(), 3)));
    SendAt(MilliSeconds(1), 0, Vm());
    SendAt(MilliSeconds(2), 0, Vm());
    Run();
    EXPECT_EQ(ledger->GetBooks()[0].delivered, 2U);
    EXPECT_EQ(ledger->GetBooks()[0].duplicated, 0U);
    EXPECT_EQ(PathOf(1), (std::vector<uint32_t>{0, 1, 2, 3, 4}));
    EXPECT_EQ(ledger->GetHeaderBytes(), 2 * HeaderSize());
    EXPECT_EQ(received[4].size(), 2U);
}

TEST_P(LedgerFibTest, AFragmentedTunnelIsOneEntryWithOnePath)
{
    Make(1500);
    Set(1, Host(), Route::Tunnel(Router(GetParam(), 3)));
    SendAt(MilliSeconds(1), 0, Vm(), 1500 - 8 - HeaderSize());
    Run();
    EXPECT_EQ(ledger->GetBooks()[0].delivered, 1U);
    EXPECT_EQ(ledger->Get(1).size, 1500U);
    EXPECT_EQ(PathOf(1), (std::vector<uint32_t>{0, 1, 2, 3, 4}));
    EXPECT_EQ(received[4].size(), 1U);
}

TEST_P(LedgerFibTest, ALostFragmentOfATunnelLosesTheEntryOnce)
{
    Make(1500);
    Set(1, Host(), Route::Tunnel(Router(GetParam(), 3)));
    // Of a burst of fragment pairs the queue of node 2 takes some first halves only.
    Ptr<PointToPointNetDevice> slow = DynamicCast<PointToPointNetDevice>(Device(2, 1));
    slow->SetDataRate(DataRate("1Mbps"));
    slow->GetQueue()->SetMaxSize(QueueSize("4p"));
    for (int i = 0; i < 6; ++i)
    {
        SendAt(MilliSeconds(1), 0, Vm(), 1500 - 8 - HeaderSize());
    }
    Run(Seconds(100));
    const FlowBook& book = ledger->GetBooks()[0];
    EXPECT_GT(book.delivered, 0U);
    EXPECT_GT(Lost(DropCause::QUEUE), 0U);
    EXPECT_EQ(book.delivered + Lost(DropCause::QUEUE), 6U);
}

TEST_P(LedgerFibTest, DiscardRoutesKeepTheirCause)
{
    Make();
    Set(2, Host(), Route::Discard(DropCause::SOURCE_RELEASED));
    SendAt(MilliSeconds(1), 0, Vm());
    Run();
    EXPECT_EQ(Lost(DropCause::SOURCE_RELEASED), 1U);
    EXPECT_EQ(ledger->Get(1).node, 2U);
    EXPECT_EQ(PathOf(1), (std::vector<uint32_t>{0, 1, 2}));
}

TEST_P(LedgerFibTest, ALoopIsTracedHopByHop)
{
    Make();
    Set(3, Host(), Towards(3, 2));
    SendAt(MilliSeconds(1), 0, Vm());
    Run();
    EXPECT_EQ(Lost(DropCause::TTL), 1U);
    EXPECT_EQ(PathOf(1).size(), 65U) << "the sender and 64 more";
    EXPECT_EQ(PathOf(1)[3], 3U);
    EXPECT_EQ(PathOf(1)[4], 2U);
}

TEST_P(LedgerFibTest, FailedLinksAreTold)
{
    Make();
    auto failure = CreateObject<LinkFailureErrorModel>();
    DynamicCast<PointToPointNetDevice>(Device(3, 0))->SetReceiveErrorModel(failure);
    Simulator::Schedule(MilliSeconds(10),
                        [failure]
                        {
                            failure->SetDown(true);
                        });
    SendAt(MilliSeconds(5), 0, Vm());
    SendAt(MilliSeconds(15), 0, Vm());
    Simulator::Schedule(MilliSeconds(20),
                        [this]
                        {
                            fibs[1]->SetDeviceUp(Device(1, 1), false);
                        });
    SendAt(MilliSeconds(25), 0, Vm());
    Run();
    EXPECT_EQ(ledger->GetBooks()[0].delivered, 1U);
    EXPECT_EQ(Lost(DropCause::LINK_DOWN), 2U);
    EXPECT_EQ(ledger->Get(2).node, 3U);
    EXPECT_EQ(ledger->Get(3).node, 1U);
}

} // namespace
} // namespace vmm
} // namespace ns3
