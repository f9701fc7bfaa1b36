// SPDX-License-Identifier: GPL-2.0-only
// scenarios/copy-contention: what its README works out by hand.
#include "system/shipped-fixture.h"

namespace ns3
{
namespace vmm
{
namespace
{

class CopyContentionTest : public ShippedRunTest
{
  protected:
    static constexpr double PAGE = 4104.0 / 4096;
    static constexpr double MEMORY = 32 * 1048576 * PAGE;
    static constexpr double WRITTEN = 2 * 1048576 * PAGE;

    // Seconds from the start of the copy to the stop of the VM.
    double CopyTime(const std::string& move) const
    {
        return Move(move, "stop_s") - Move(move, "copy_start_s");
    }

    // Mean rate of all rounds while the VM runs (bit/s).
    double MeanRate(const std::string& move) const
    {
        auto rows = Trace("rounds").Where({{"migration", move}});
        double bytes = SumOfRounds(move, "sent_bytes") - std::stod(rows.back()["sent_bytes"]);
        return bytes * 8 / CopyTime(move);
    }

    // Time until nothing is left to copy (s), had the VM not been stopped before.
    static double WholeTime(double rate)
    {
        double bytes = rate / 8;
        return MEMORY / bytes / (1 - WRITTEN / bytes);
    }
};

TEST_F(CopyContentionTest, TheCopyTakesWhatIsLeft)
{
    RunShipped("copy-contention");
    double link = 100e6 * 1440 / 1482;
    double alone = link - 130 * 8 / 5e-3 * 1440 / 1482; // a probe of 130 bytes every 5 ms
    EXPECT_NEAR(Round("alone", 1, "rate_bps"), alone, 0.005 * alone);
    EXPECT_NEAR(CopyTime("alone"), WholeTime(alone), 0.02 * WholeTime(alone));

    double beside = (100e6 - 40e6 * 1470 / 1440) * 1440 / 1482;
    EXPECT_NEAR(Round("beside-udp", 1, "rate_bps"), beside, 0.01 * beside);
    EXPECT_NEAR(CopyTime("beside-udp"), WholeTime(beside), 0.02 * WholeTime(beside));
    auto stream = Trace("flows").One({{"flow", "stream"}, {"direction", "forward"}});
    EXPECT_LT(std::stod(stream["lost"]), 0.005 * std::stod(stream["sent"]));

    // A mean of two connections that take turns.
    EXPECT_NEAR(MeanRate("beside-tcp"), link / 2, 0.12 * link / 2);
    EXPECT_NEAR(CopyTime("beside-tcp"), WholeTime(link / 2), 0.15 * WholeTime(link / 2));

    // Less bandwidth, more bytes.
    double least = SumOfRounds("alone", "sent_bytes");
    EXPECT_GT(SumOfRounds("beside-udp", "sent_bytes"), 1.1 * least);
    EXPECT_GT(SumOfRounds("beside-tcp", "sent_bytes"), 1.2 * least);

    // The goodput of bulk while the copy runs is what the copy leaves.
    double bytes = 0;
    double from = Move("beside-tcp", "copy_start_s");
    double to = Move("beside-tcp", "stop_s");
    for (const auto& row : Trace("throughput").Where({{"flow", "bulk"}}))
    {
        double bin = std::stod(row.at("bin_start_s"));
        bytes += bin >= from && bin < to ? std::stod(row.at("bytes")) : 0;
    }
    EXPECT_NEAR(bytes * 8 / (to - from) + MeanRate("beside-tcp"), link, 0.02 * link);
}

TEST_F(CopyContentionTest, CubicKeepsTheQueueThatItHas)
{
    RunShipped("copy-contention", {"ns3::TcpL4Protocol::SocketType=ns3::TcpCubic"});
    double link = 100e6 * 1440 / 1482;
    EXPECT_LT(Round("beside-tcp", 1, "rate_bps"), 0.4 * link);
    EXPECT_GT(Move("beside-tcp", "stop_s"), 19.0) << "after the end of bulk";
}

} // namespace
} // namespace vmm
} // namespace ns3
