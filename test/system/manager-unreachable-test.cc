// SPDX-License-Identifier: GPL-2.0-only
// The management node cannot be reached for 10 s around a move.
#include "failure-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

class ManagerUnreachableTest : public FailureTest
{
  protected:
    void SetUp() override
    {
        FailureTest::SetUp();
        SetKey("duration", "40s");
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,one,web,udp-probe,500ms,38s,10ms,100B\n";
    }

    // Runs with the link down for 10 s, and expects that the move completes nevertheless.
    void RunCut(const std::string& from, const std::string& until)
    {
        files["failures.csv"] =
            "time,what,target,until\n" + from + ",link-down,mn:leaf-0," + until + "\n";
        Build();
        std::vector<std::pair<VmState, VmState>> states;
        VmDirectory::Find("web")->TraceConnectWithoutContext(
            "State",
            Callback<void, Ptr<const Vm>, VmState, VmState>(
                [&](Ptr<const Vm>, VmState before, VmState after)
                {
                    states.emplace_back(before, after);
                }));
        EXPECT_EQ(Finish(), std::vector<std::string>());
        EXPECT_EQ(Summary("unaccounted"), 0);
        EXPECT_EQ(Summary("in_flight_packets"), 0);
        EXPECT_EQ(Outcome("m1"), "completed");
        EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-2-0"});
        EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
        // Booted once, resumed once, and stopped in between: never alive twice.
        std::vector<std::pair<VmState, VmState>> once = {
            {VmState::DEFINED, VmState::RUNNING},
            {VmState::RUNNING, VmState::MIGRATING},
            {VmState::MIGRATING, VmState::STOPPED_AT_SOURCE},
            {VmState::STOPPED_AT_SOURCE, VmState::RUNNING}};
        EXPECT_EQ(states, once);
        ExpectNoLossAfter("probe", Move("m1", "control_converged_s"));
    }
};

TEST_F(ManagerUnreachableTest, WhenTheMoveIsOrdered)
{
    // The order waits in TCP: after 10.5 s it is retransmitted, at the latest 12.8 s after it was
    // first sent (0.2 s, doubling six times).
    RunCut("500ms", "10500ms");
    EXPECT_GT(Move("m1", "copy_start_s"), 10.5);
    EXPECT_LT(Move("m1", "copy_start_s"), 14);
    EXPECT_LT(Move("m1", "outage_s"), 0.2);
}

TEST_F(ManagerUnreachableTest, WhenTheVmIsRegistered)
{
    // 4 MiB over 1 Gb/s take 34 ms: at 1.02 s the copy is under way and needs no manager.
    RunCut("1020ms", "11020ms");
    double resume = Move("m1", "resume_s");
    EXPECT_LT(resume, 1.2);
    // Registration Requests 0, 1, 3, 7 and 15 s after the resume: the last one arrives.
    EXPECT_NEAR(Move("m1", "mn_updated_s"), resume + 15, 0.01);
}
