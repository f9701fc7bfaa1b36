// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/goodput-bins.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace
{

/// Adds bytes to each 10 ms bin in [from, to), in bins.
void
Fill(GoodputBins& bins, int64_t from, int64_t to, uint64_t bytes)
{
    for (int64_t i = from; i < to; ++i)
    {
        bins.OnReceived("bulk", MilliSeconds(10 * i + 5), bytes);
    }
}

TEST(GoodputBins, DipAreaAndRecoveryByHand)
{
    GoodputBins bins;
    Fill(bins, 0, 100, 1000);   // 1 s at 100 kB/s = 800 kbit/s
    Fill(bins, 100, 150, 1000); // ordered at 1 s
    Fill(bins, 170, 180, 500);  // stopped at 1.5 s: 20 bins of nothing, 10 of half
    Fill(bins, 180, 181, 950);  // a bin that is good, and 4 bad ones: not held
    Fill(bins, 181, 185, 0);
    Fill(bins, 260, 400, 1000);
    bins.OnTimeout("bulk", MilliSeconds(999));
    bins.OnTimeout("bulk", MilliSeconds(1700));
    bins.OnTimeout("bulk", MilliSeconds(2100));
    const auto figures = bins.Measure("bulk", Seconds(1), MilliSeconds(1500), Seconds(4));
    ASSERT_TRUE(figures);
    EXPECT_DOUBLE_EQ(figures->meanBeforeBps, 800000);
    EXPECT_EQ(figures->recovery, MilliSeconds(1100));
    // 20 bins x 1000, 10 x 500, 1 x 50, bins 181 to 259 x 1000.
    EXPECT_DOUBLE_EQ(figures->dipBytes, 20000 + 5000 + 50 + 79000);
    EXPECT_EQ(figures->timeouts, 2U);
}

TEST(GoodputBins, NeverBackAndNothingBefore)
{
    GoodputBins bins;
    Fill(bins, 50, 150, 1000);
    const auto figures = bins.Measure("bulk", Seconds(1), MilliSeconds(1500), Seconds(2));
    ASSERT_TRUE(figures);
    EXPECT_FALSE(figures->recovery);
    EXPECT_DOUBLE_EQ(figures->dipBytes, 50 * 1000);
    EXPECT_FALSE(bins.Measure("bulk", MilliSeconds(500), Seconds(1), Seconds(2)));
    EXPECT_FALSE(bins.Measure("other", Seconds(1), Seconds(1), Seconds(2)));
    EXPECT_THROW(GoodputBins(Time(0)), std::invalid_argument);
}

TEST(GoodputBins, CountsWhatTheReceiverCanRead)
{
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
    FlowInfo flow;
    flow.name = "bulk";
    flow.fromNode = 1;
    flow.toNode = 2;
    flow.protocol = 6;
    ledger->AddFlow(flow);
    flow.name = "probe";
    flow.protocol = 17;
    ledger->AddFlow(flow);

    struct Segment
    {
        uint32_t book;     // 0 bulk forward, 1 bulk reverse, 2 probe
        uint32_t sequence; // of the first octet
        uint32_t payload;  // octets
        int64_t ms;        // of the delivery
    };

    for (const Segment& s : std::vector<Segment>{{0, 0, 0, 1},      // SYN
                                                 {1, 0, 0, 1},      // SYN-ACK
                                                 {0, 1, 100, 2},    // in order
                                                 {0, 201, 100, 12}, // a hole before it
                                                 {0, 301, 100, 13}, //
                                                 {0, 101, 100, 22}, // fills the hole: 300
                                                 {0, 301, 100, 23}, // once more
                                                 {0, 351, 100, 32}, // half of it is new
                                                 {2, 0, 60, 32},    // UDP
                                                 {0, 0, 0, 42},     // a second connection
                                                 {0, 1, 10, 43}})   //
    {
        const LedgerId id = ledger->Open(s.book, 1, MilliSeconds(0), 1000, s.sequence, s.payload);
        ledger->Deliver(id, 2, MilliSeconds(s.ms));
    }
    GoodputBins bins;
    bins.AddDelivered(*ledger);
    EXPECT_EQ(bins.GetFlows().at("bulk"), (std::vector<uint64_t>{100, 0, 300, 50, 10}));
    EXPECT_EQ(bins.GetFlows().at("probe"), (std::vector<uint64_t>{0, 0, 0, 60}));
}

TEST(GoodputBins, FollowsAStreamOverTheEndOfTheSequenceNumbers)
{
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>();
    FlowInfo flow;
    flow.name = "bulk";
    flow.toNode = 2;
    flow.protocol = 6;
    ledger->AddFlow(flow);
    for (uint32_t sequence : {4294967200U, 4U, 104U})
    {
        ledger->Deliver(ledger->Open(0, 0, Time(0), 140, sequence, 100), 2, MilliSeconds(1));
    }
    GoodputBins bins;
    bins.AddDelivered(*ledger);
    EXPECT_EQ(bins.GetFlows().at("bulk"), std::vector<uint64_t>{300});
}

} // namespace
} // namespace vmm
} // namespace ns3
