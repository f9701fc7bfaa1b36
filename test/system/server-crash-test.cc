// SPDX-License-Identifier: GPL-2.0-only
// A server crashes in the middle of a move.
#include "failure-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

class ServerCrashTest : public FailureTest
{
  protected:
    void SetUp() override
    {
        FailureTest::SetUp();
        SetKey("duration", "200s"); // all timeouts are over by then
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,one,web,udp-probe,500ms,3s,1ms,100B\n";
    }

    // The VM's life, watched from its boot.
    void Watch()
    {
        VmDirectory::Find("web")->TraceConnectWithoutContext(
            "State",
            Callback<void, Ptr<const Vm>, VmState, VmState>(
                [&](Ptr<const Vm>, VmState, VmState after)
                {
                    states.push_back(after);
                }));
    }

    void RunCrash(double seconds, const std::string& server)
    {
        Build();
        Watch();
        At(seconds,
           server,
           [this, server]()
           {
               Server(server).hypervisor->Fail();
           });
        for (const auto& line : Finish())
        {
            // Whatever the outcome, the books balance.
            EXPECT_EQ(line.rfind("migration m1", 0), 0u) << line;
        }
        EXPECT_EQ(Summary("unaccounted"), 0);
        EXPECT_LE(Serving("web").size(), 1u);
    }

    std::vector<VmState> states;
};

TEST_F(ServerCrashTest, SourceInTheCopy)
{
    RunCrash(1.015, "server-0-0");
    // The VM is lost with its server: it never runs anywhere again.
    EXPECT_EQ(Outcome("m1"), "failed");
    EXPECT_TRUE(Serving("web").empty());
    EXPECT_EQ(states,
              (std::vector<VmState>{VmState::RUNNING, VmState::MIGRATING, VmState::STOPPED}));
    EXPECT_FALSE(Server("server-2-0").hypervisor->IsReserved("web"));
    // From 1.015 s to 3 s at 1 kHz.
    EXPECT_NEAR(LostAt("probe").size(), 1985, 1);
    EXPECT_EQ(Causes("probe"), std::set<std::string>{"host"});
}

TEST_F(ServerCrashTest, DestinationAfterTheMove)
{
    RunCrash(1.5, "server-2-0");
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_TRUE(Serving("web").empty());
    EXPECT_EQ(states.back(), VmState::STOPPED);
    // From 1.5 s to 3 s at 1 kHz, after what the move itself cost.
    size_t after = 0;
    for (double sent : LostAt("probe"))
    {
        after += sent > 1.4;
    }
    EXPECT_NEAR(after, 1500, 1);
}
