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

} // namespace
} // namespace vmm
} // namespace ns3
