// SPDX-License-Identifier: GPL-2.0-only
// The lower bound: what is left of an outage is the hypervisor's downtime.
#include "scenario-fixture.h"

using namespace ns3::vmm;

using IdealTest = ScenarioTest;

TEST_F(IdealTest, OutageIsTheDowntime)
{
    Run("ideal");
    // One period of 1 ms, and one path: 4 links of 5 us, the switches' 1 us, and sending times.
    EXPECT_NEAR(Move("m1", "outage_s"), Move("m1", "downtime_s"), 0.001 + 0.00005);
    EXPECT_EQ(Summary("moves_completed"), 1);
    EXPECT_EQ(Summary("triangle_packets"), 0);
    EXPECT_EQ(Summary("control_messages"), 0);
}

TEST_F(IdealTest, NothingSentAfterTheResumeIsLost)
{
    Run("ideal");
    double resume = Move("m1", "resume_s");
    for (const auto& loss : Trace("losses").rows)
    {
        EXPECT_LT(std::stod(loss.at("sent_s")), resume);
    }
    EXPECT_GT(Summary("lost_packets"), 0);
}
