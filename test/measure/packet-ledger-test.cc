// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/packet-ledger.h"

#include "ns3/path-table.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace
{

/// @return a UDP flow from node 1 (10.0.0.1) to node 9 (10.0.0.9), port 9
FlowInfo
Probe(const std::string& name = "probe")
{
    FlowInfo flow;
    flow.name = name;
    flow.fromNode = 1;
    flow.toNode = 9;
    flow.fromAddresses = {Ipv4Address("10.0.0.1")};
    flow.toAddresses = {Ipv4Address("10.0.0.9")};
    flow.protocol = 17;
    flow.toPort = 9;
    return flow;
}

/// @return the key of a datagram of Probe()
DatagramKey
ProbeKey()
{
    return {Ipv4Address("10.0.0.1"), Ipv4Address("10.0.0.9"), 4000, 9, 17};
}

/// @return lost packets of one cause in a book
uint64_t
LostBy(const PacketLedger& ledger, uint32_t book, DropCause cause)
{
    return ledger.GetBooks()[book].lost[static_cast<int>(cause)];
}

TEST(PathTable, InternsSequences)
{
    PathTable paths;
    const PathId ab = paths.Append(paths.Append(0, 7), 8);
    const PathId abc = paths.Append(ab, 9);
    EXPECT_EQ(paths.GetNodes(abc), (std::vector<uint32_t>{7, 8, 9}));
    EXPECT_EQ(paths.Append(paths.Append(paths.Append(0, 7), 8), 9), abc);
    EXPECT_EQ(paths.Append(abc, 9), abc) << "the same node twice in a row is one visit";
    const PathId loop = paths.Append(abc, 8);
    EXPECT_EQ(paths.GetNodes(loop), (std::vector<uint32_t>{7, 8, 9, 8}));
    EXPECT_EQ(paths.GetLength(loop), 4U);
    EXPECT_TRUE(paths.Contains(loop, 7));
    EXPECT_FALSE(paths.Contains(loop, 10));
    EXPECT_EQ(paths.GetNodes(0), std::vector<uint32_t>{});
    EXPECT_EQ(paths.GetSize(), 5U);
}

TEST(PacketLedger, ClassifiesByNodeAndFiveTuple)
{
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
    EXPECT_EQ(ledger->AddFlow(Probe()), 0U);
    EXPECT_THROW(ledger->AddFlow(Probe()), std::invalid_argument);
    DatagramKey key = ProbeKey();
    EXPECT_EQ(ledger->Classify(1, key), 0U);
    EXPECT_EQ(ledger->Classify(2, key), PacketLedger::NO_BOOK);
    EXPECT_EQ(ledger->Classify(9, key), PacketLedger::NO_BOOK) << "the reverse has other ports";
    key.destinationPort = 10;
    EXPECT_EQ(ledger->Classify(1, key), PacketLedger::NO_BOOK);
    key = {Ipv4Address("10.0.0.9"), Ipv4Address("10.0.0.1"), 9, 4000, 17};
    EXPECT_EQ(ledger->Classify(9, key), 1U);
    key.protocol = 6;
    EXPECT_EQ(ledger->Classify(9, key), PacketLedger::NO_BOOK);

    FlowInfo any;
    any.name = "any";
    any.fromNode = 9;
    any.toNode = 3;
    ledger->AddFlow(any);
    EXPECT_EQ(ledger->Classify(9, key), 2U) << "a cached answer is forgotten with a new flow";
    EXPECT_EQ(ledger->GetReceiver(0), 9U);
    EXPECT_EQ(ledger->GetReceiver(1), 1U);
    EXPECT_TRUE(ledger->HasSender(3));
    EXPECT_FALSE(ledger->HasSender(4));
}

TEST(PacketLedger, BalancesDeliveredLostAndSuppressed)
{
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
    ledger->AddFlow(Probe());
    std::vector<LedgerId> ids;
    for (int i = 0; i < 6; ++i)
    {
        ids.push_back(ledger->Open(0, 1, MilliSeconds(i), 100, 0));
    }
    EXPECT_EQ(ids.front(), 1U);
    ledger->Visit(ids[0], 5);
    ledger->Deliver(ids[0], 9, MilliSeconds(10));
    ledger->Lose(ids[1], DropCause::TTL, 5, MilliSeconds(11));
    ledger->Lose(ids[1], DropCause::QUEUE, 6, MilliSeconds(12));
    ledger->Suppress(ids[2], 1, MilliSeconds(2));
    ledger->BeginWire(ids[3]);
    const FlowBook& book = ledger->GetBooks()[0];
    EXPECT_EQ(book.sent, 5U);
    EXPECT_EQ(book.sentBytes, 500U);
    EXPECT_EQ(book.delivered, 1U);
    EXPECT_EQ(LostBy(*ledger, 0, DropCause::TTL), 1U);
    EXPECT_EQ(LostBy(*ledger, 0, DropCause::QUEUE), 0U) << "exactly one cause";
    EXPECT_EQ(book.suppressed, 1U);

    EXPECT_EQ(CheckConservation(*ledger),
              std::vector<std::string>{"flow probe forward: 3 packets unaccounted"});
    ledger->Settle(ids[3], true);
    ledger->Settle(ids[4], true);
    ledger->Settle(ids[5], false);
    EXPECT_EQ(book.inFlight, 2U);
    EXPECT_EQ(book.unaccounted, 1U);
    EXPECT_EQ(CheckConservation(*ledger),
              std::vector<std::string>{"flow probe forward: 1 packets unaccounted"});
    ledger->Settle(ids[5], true);
    EXPECT_EQ(book.unaccounted, 0U);
    EXPECT_TRUE(CheckConservation(*ledger).empty());
    EXPECT_EQ(ledger->GetPaths().GetNodes(ledger->Get(ids[0]).path),
              (std::vector<uint32_t>{1, 5, 9}));
    EXPECT_EQ(ledger->GetPaths().GetNodes(ledger->Get(ids[1]).path), (std::vector<uint32_t>{1, 5}));
    EXPECT_EQ(ledger->Get(ids[1]).endedNs, 11000000);
}

TEST(PacketLedger, CountsDuplicatesAndReordering)
{
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
    ledger->AddFlow(Probe());
    for (int i = 0; i < 5; ++i)
    {
        ledger->Open(0, 1, MilliSeconds(i), 100, 0);
    }
    // RFC 4737: 4 and 3 come after 5; 1, 2 and 5 are in order.
    for (LedgerId id : {1U, 2U, 5U, 4U, 3U})
    {
        ledger->Deliver(id, 9, MilliSeconds(10));
    }
    ledger->Deliver(2, 9, MilliSeconds(11));
    EXPECT_EQ(ledger->GetBooks()[0].reordered, 2U);
    EXPECT_EQ(ledger->GetBooks()[0].duplicated, 1U);
    EXPECT_EQ(ledger->GetBooks()[0].delivered, 5U);
    EXPECT_TRUE(CheckConservation(*ledger).empty());
}

TEST(PacketLedger, DeliveryOfACopyUndoesTheLossOfAnother)
{
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
    ledger->AddFlow(Probe());
    ledger->Open(0, 1, MilliSeconds(0), 100, 0);
    ledger->Lose(1, DropCause::OTHER, 4, MilliSeconds(1));
    ledger->Deliver(1, 9, MilliSeconds(2));
    EXPECT_EQ(ledger->GetBooks()[0].GetLost(), 0U);
    EXPECT_EQ(ledger->GetBooks()[0].delivered, 1U);
    EXPECT_TRUE(CheckConservation(*ledger).empty());
}

TEST(PacketLedger, IgnoresIdsThatAreNotItsOwn)
{
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
    ledger->AddFlow(Probe());
    for (LedgerId id : {0U, 1U, 4000000000U})
    {
        EXPECT_FALSE(ledger->IsKnown(id));
        ledger->Visit(id, 3);
        ledger->BeginWire(id);
        ledger->EndWire(id);
        ledger->Deliver(id, 9, MilliSeconds(1));
        ledger->Lose(id, DropCause::TTL, 3, MilliSeconds(1));
        ledger->Suppress(id, 3, MilliSeconds(1));
    }
    EXPECT_EQ(ledger->GetBooks()[0].delivered, 0U);
    EXPECT_TRUE(CheckConservation(*ledger).empty());
}

TEST(PacketLedger, KeepsRowsOverManyChunks)
{
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
    ledger->AddFlow(Probe());
    for (uint32_t i = 0; i < 20000; ++i)
    {
        const LedgerId id = ledger->Open(0, 1, NanoSeconds(i), 100, i);
        ledger->Deliver(id, 9, NanoSeconds(i + 5));
    }
    EXPECT_EQ(ledger->GetLastId(), 20000U);
    EXPECT_EQ(ledger->Get(4096).sequence, 4095U);
    EXPECT_EQ(ledger->Get(4097).sequence, 4096U);
    EXPECT_EQ(ledger->Get(20000).endedNs, 20004);
    EXPECT_TRUE(CheckConservation(*ledger).empty());
}

} // namespace
} // namespace vmm
} // namespace ns3
