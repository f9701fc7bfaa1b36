// SPDX-License-Identifier: GPL-2.0-only
#include "vm/vm-net.h"

#include "ns3/in-flight-census.h"
#include "ns3/ledger-tap.h"
#include "ns3/packet-ledger.h"

namespace ns3
{
namespace vmm
{
namespace
{

/**
 * vm1 at server 0 sends to vm2 at server 1 every millisecond from 100 ms to 1.1 s; one of them
 * moves to server 2, stopped from 400 to 600 ms. In both families, with and without a guest clock.
 */
class LedgerVmTest : public SimTest, public ::testing::WithParamInterface<std::tuple<bool, bool>>
{
  protected:
    /// What happens.
    enum class Course
    {
        SENDER_MOVES,
        RECEIVER_MOVES,
        RECEIVER_STALLS //!< from 400 ms to the end
    };

    FlowBook Run(Course course)
    {
        const bool senderMoves = course == Course::SENDER_MOVES;
        const auto [v6, clock] = GetParam();
        if (clock)
        {
            EXPECT_TRUE(GuestClock::Enable());
        }
        VmNet net(3);
        Ptr<Vm> from = net.AddVm(1, 0);
        Ptr<Vm> to = net.AddVm(2, 1);
        AddUdp(from, to, v6, MilliSeconds(100), 1000);
        AddSink(to, "ns3::UdpSocketFactory", AnyAddress(v6, 9));
        if (course == Course::RECEIVER_STALLS)
        {
            Simulator::Schedule(MicroSeconds(400500), &Vm::Stall, to);
        }
        else
        {
            net.PlanMove(senderMoves ? from : to,
                         senderMoves ? 0 : 1,
                         2,
                         MilliSeconds(400) + MicroSeconds(500),
                         MilliSeconds(600) + MicroSeconds(500));
        }
        Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
        FlowInfo flow;
        flow.name = "probe";
        flow.fromNode = from->GetNode()->GetId();
        flow.toNode = to->GetNode()->GetId();
        flow.fromAddresses = from->GetSpec().addresses;
        flow.toAddresses = to->GetSpec().addresses;
        flow.protocol = 17;
        ledger->AddFlow(flow);
        InFlightCensus census(ledger);
        std::vector<Ptr<Node>> nodes{net.router, from->GetNode(), to->GetNode()};
        for (const auto& hypervisor : net.hypervisors)
        {
            nodes.push_back(hypervisor->GetNode());
        }
        for (const Ptr<Node>& node : nodes)
        {
            LedgerTap::Watch(ledger, node);
            census.AddNode(node);
        }
        Simulator::Stop(Seconds(3));
        Simulator::Run();
        census.Run();
        EXPECT_EQ(CheckConservation(*ledger), std::vector<std::string>{});
        return ledger->GetBooks()[0];
    }
};

INSTANTIATE_TEST_SUITE_P(FamiliesAndClocks,
                         LedgerVmTest,
                         ::testing::Combine(::testing::Bool(), ::testing::Bool()));

TEST_P(LedgerVmTest, WhatAStoppedSenderEmitsIsSuppressedAndNotLost)
{
    const bool clock = std::get<1>(GetParam());
    const FlowBook book = Run(Course::SENDER_MOVES);
    EXPECT_EQ(book.suppressed, clock ? 0U : 200U);
    EXPECT_EQ(book.sent, clock ? 1000U : 800U);
    EXPECT_EQ(book.delivered, book.sent);
    EXPECT_EQ(book.GetLost(), 0U);
    EXPECT_EQ(book.inFlight, 0U);
}

TEST_P(LedgerVmTest, WhatAStoppedReceiverMissesIsLostThere)
{
    const FlowBook book = Run(Course::RECEIVER_MOVES);
    EXPECT_EQ(book.sent, 1000U);
    EXPECT_EQ(book.suppressed, 0U);
    EXPECT_EQ(book.lost[static_cast<int>(DropCause::VM_STOPPED)], 200U);
    EXPECT_EQ(book.GetLost(), 200U);
    EXPECT_EQ(book.delivered, 800U);
    EXPECT_EQ(book.inFlight, 0U);
}

TEST_P(LedgerVmTest, WhatTheCardOfAStalledReceiverKeepsIsInFlight)
{
    const FlowBook book = Run(Course::RECEIVER_STALLS);
    EXPECT_EQ(book.sent, 1000U);
    EXPECT_EQ(book.delivered, 301U);
    EXPECT_EQ(book.inFlight, 256U);
    EXPECT_EQ(book.lost[static_cast<int>(DropCause::RX_RING)], 443U);
    EXPECT_EQ(book.GetLost(), 443U);
}

} // namespace
} // namespace vmm
} // namespace ns3
