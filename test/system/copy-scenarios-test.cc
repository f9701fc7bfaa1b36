// SPDX-License-Identifier: GPL-2.0-only
// The scenarios cold-move, warm-standby, post-copy and wan-move: what their READMEs work out by
// hand.
#include "system/shipped-fixture.h"

#include <cmath>

namespace ns3
{
namespace vmm
{
namespace
{

constexpr double MIB = 1048576;
constexpr double PAGE = 4104.0 / 4096;       // a page with its header
constexpr double DEVICES = 262144;           // state of processors and devices
constexpr double RESUME = 0.01;              // s
constexpr double EFFICIENCY = 1440.0 / 1482; // payload of a frame

class CopyScenariosTest : public ShippedRunTest
{
  protected:
    // Longest time that a transfer of a flow took (s).
    double SlowestTransfer(const std::string& flow) const
    {
        double slowest = 0;
        for (const auto& row : Trace("transfers").Where({{"flow", flow}}))
        {
            slowest = std::max(slowest, std::stod("0" + row.at("fct_s")));
        }
        return slowest;
    }
};

TEST_F(CopyScenariosTest, ColdMovesStandStillForAllThatTheySend)
{
    RunShipped("cold-move");
    double rate = 1e9 * EFFICIENCY / 8;
    double memory = 256 * MIB * PAGE + DEVICES;
    double image = 1024 * MIB;
    EXPECT_NEAR(Move("cold-shared", "downtime_s"), memory / rate + RESUME, 0.002);
    EXPECT_NEAR(Move("cold-image", "downtime_s"), (memory + image) / rate + RESUME, 0.005);
    EXPECT_EQ(Move("cold-image", "copied_bytes"), memory + image);
    EXPECT_EQ(Move("cold-image", "storage_bytes"), image);
    EXPECT_EQ(Move("cold-shared", "storage_bytes"), 0);

    // Probes and calls take a little of the link of the hot move while its VM runs.
    double first = image / rate;
    double second = (memory - DEVICES + 4 * MIB * first) / rate;
    double last = (8 * MIB * PAGE + 4 * MIB) * second + DEVICES;
    EXPECT_NEAR(Move("hot-image", "downtime_s"), last / rate + RESUME, 0.003);
    EXPECT_EQ(Trace("rounds").One({{"migration", "hot-image"}, {"round", "1"}})["phase"],
              "storage");

    // A timeout of 200 ms that has doubled five times: 0.2 x (2^6 - 1) after the request.
    EXPECT_NEAR(SlowestTransfer("calls-db-cold"), 12.6, 0.1);
    EXPECT_LT(SlowestTransfer("calls-db-hot"), 0.7);
    auto inside = Trace("flows").One({{"flow", "from-inside"}, {"direction", "forward"}});
    EXPECT_EQ(inside["lost"], "0");
    EXPECT_EQ(inside["suppressed"], "0");
}

TEST_F(CopyScenariosTest, AStandbyLosesAtMostAnInterval)
{
    double rate = 1e9 * EFFICIENCY / 8;
    for (const auto& [text, interval] :
         std::vector<std::pair<std::string, double>>{{"100ms", 0.1}, {"500ms", 0.5}, {"2s", 2}})
    {
        RunShipped("warm-standby", {"ns3::vmm::Checkpoint::Interval=" + text});
        double sending = (interval * 20 * MIB * PAGE + DEVICES) / rate;
        auto rounds = Trace("rounds").Where({{"migration", "failure"}, {"phase", "mirror"}});
        ASSERT_GT(rounds.size(), 5U);
        auto& last = rounds.back();
        EXPECT_NEAR(std::stod(last["end_s"]) - std::stod(last["start_s"]), sending, 0.001);
        EXPECT_NEAR(std::stod(last["start_s"]) - std::stod(rounds[rounds.size() - 2]["start_s"]),
                    interval,
                    1e-6);
        double lost = Move("failure", "lost_state_s");
        EXPECT_GE(lost, sending);
        EXPECT_LE(lost, interval + sending);
        // The last round in the trace was complete, or was under way and does not count.
        EXPECT_NEAR(std::fmod(19 - std::stod(last["start_s"]) + 1e-6 - lost, interval), 0, 1e-5);
        EXPECT_NEAR(Move("failure", "lost_state_bytes"), lost * 20 * MIB, 1);
        EXPECT_GT(Move("failure", "downtime_s"), 1.5);
        EXPECT_LT(Move("failure", "downtime_s"), 2.02);
        EXPECT_EQ(Move("failure", "stop_s"), 19);

        EXPECT_EQ(Move("order", "lost_state_bytes"), 0);
        auto mirrors = Trace("rounds").Where({{"migration", "order"}, {"phase", "mirror"}});
        double written = Move("order", "stop_s") - std::stod(mirrors.back()["start_s"]);
        EXPECT_NEAR(Move("order", "downtime_s"),
                    (written * 20 * MIB * PAGE + DEVICES) / rate + RESUME,
                    0.001);
    }
}

TEST_F(CopyScenariosTest, PostCopyTurnsDowntimeIntoStalls)
{
    RunShipped("post-copy");
    double rate = 10e9 * EFFICIENCY / 8;
    double memory = 1024 * MIB * PAGE;
    const std::pair<int, int> writers[] = {{200, 2}, {600, 5}, {1000, 10}, {1400, 10}};
    for (const auto& [writes, rounds] : writers)
    {
        std::string of = std::to_string(writes);
        double ratio = writes * MIB * PAGE / rate;
        double left = std::min(1.0, std::pow(ratio, rounds)) * memory + DEVICES;
        EXPECT_EQ(Move("pre-" + of, "rounds"), rounds + 1);
        EXPECT_NEAR(
            Move("pre-" + of, "downtime_s"), left / rate + RESUME, 0.01 * left / rate + 0.0005);
        EXPECT_EQ(Move("pre-" + of, "faults"), 0);

        // A bit for each page besides the state of the devices.
        double state = (DEVICES + 262144 / 8) / rate + RESUME;
        EXPECT_NEAR(Move("post-" + of, "downtime_s"), state, 0.0005);
        EXPECT_NEAR(Move("hybrid-" + of, "downtime_s"), state, 0.0005);
        for (const char* method : {"post-", "hybrid-"})
        {
            const std::string move = method + of;
            auto push = Trace("rounds").One({{"migration", move}, {"phase", "push"}});
            double missing = std::stod(push["sent_bytes"]) / memory;
            EXPECT_NEAR(missing, move[0] == 'p' ? 1 : std::min(1.0, ratio), 0.01);
            double all = std::stod(push["end_s"]) - std::stod(push["start_s"]);
            double time = std::stod(push["end_s"]) - Move(move, "resume_s");
            double faults = Move(move, "faults");
            double each = Move(move, "stall_s") / faults;
            EXPECT_GT(each, 40e-6) << "a round trip at least";
            EXPECT_LT(each, 200e-6);
            double w = 2 * writes * 256.0 * missing * time / all * each;
            EXPECT_NEAR(faults, time / each * (1 - std::log1p(w) / w), 0.05 * faults) << move;
            EXPECT_LT(Move(move, "stall_s"), time);
        }
        EXPECT_NEAR(Move("post-" + of, "copied_bytes"), memory + DEVICES, 40000);
    }
    EXPECT_LT(Move("hybrid-200", "stall_s"), 0.15 * Move("post-200", "stall_s"));
}

/// Time of the first round of wan-move (s). @param delay of the WAN (s) @param link bit/s
double
FirstRound(double delay, double link)
{
    double trip = 2 * (delay + 30e-6);
    double rate = std::min(link * EFFICIENCY / 8, 4 * MIB / trip);
    double trips = std::log(rate * trip / 14400) / std::log(1.5);
    double lost = trips - 3 * (1 - std::pow(1.5, -trips));
    return 1024 * MIB * PAGE / rate + lost * trip;
}

TEST_F(CopyScenariosTest, OverAWanTheWindowIsTheRate)
{
    const std::tuple<std::string, double, std::string, double> cases[] = {
        {"1ms", 0.001, "10Gbps", 10e9},
        {"5ms", 0.005, "10Gbps", 10e9},
        {"25ms", 0.025, "10Gbps", 10e9},
        {"5ms", 0.005, "1Gbps", 1e9},
    };
    for (const auto& [delayText, delay, rateText, rate] : cases)
    {
        RunShipped("wan-move", {"wan_delay=" + delayText, "wan_rate=" + rateText});
        double round = Round("out", 1, "end_s") - Round("out", 1, "start_s");
        double expected = FirstRound(delay, rate);
        EXPECT_NEAR(round, expected, 0.015 * expected) << delayText << " " << rateText;
        double added = Move("out", "outage_s") - Move("out", "downtime_s");
        EXPECT_GT(added, 2 * delay) << "registered over the WAN, and told back";
        EXPECT_LT(added, 9 * delay + 0.01);
    }
}

} // namespace
} // namespace vmm
} // namespace ns3
