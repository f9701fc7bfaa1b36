// SPDX-License-Identifier: GPL-2.0-only
// A TCP connection that is idle for longer than the source NVE remembers the VM, and then active:
// what becomes of it under each reading.
#include "scenario-fixture.h"

using namespace ns3::vmm;

namespace
{

class LingerTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "30s");
        SetKey("ns3::vmm::Nve::Linger", "2s");
        // One call at 0.5 s, the next 14 s later: the move is at 1 s, linger + 10 s end at 13.1 s.
        files["traffic.csv"] =
            "flow,from,to,application,start,stop,packet_size,response_size,think_time\n"
            "calls,one,web,rpc,500ms,27s,100B,100B,14s\n";
    }

    // Nothing used the host route, so it goes 2 s after it was installed.
    void ExpectRelease()
    {
        EXPECT_NEAR(Move("m1", "source_released_s"), Move("m1", "source_route_s") + 2, 1e-6);
    }

    // All that is sent to the VM after the pause ends at the source NVE, which has forgotten it.
    void ExpectDeadConnection()
    {
        ExpectRelease();
        EXPECT_EQ(MoveFlow("m1", "calls", "delivered"), "0");
        EXPECT_EQ(MoveFlow("m1", "calls", "survived"), "false");
        // The request and at least four retransmissions, 0.2 to 3 s later.
        EXPECT_GE(Summary("lost_source-released"), 5);
        EXPECT_EQ(Summary("lost_source-released"), Summary("lost_packets"));
    }
};

} // namespace

TEST_F(LingerTest, PathSurvivesBecauseRoutersStillRedirect)
{
    Run("host-route:Redirect=Path");
    ExpectRelease();
    EXPECT_EQ(MoveFlow("m1", "calls", "survived"), "true");
    EXPECT_EQ(Summary("lost_packets"), 0);
    EXPECT_GE(std::stoi(MoveFlow("m1", "calls", "delivered")), 1);
}

TEST_F(LingerTest, TunnelEndsWithItsHead)
{
    Run("host-route:Redirect=Tunnel");
    ExpectDeadConnection();
    for (const auto& loss : Trace("losses").rows)
    {
        EXPECT_EQ(loss.at("node"), "server-0-0");
        EXPECT_GT(std::stod(loss.at("sent_s")), 14.5);
    }
}

TEST_F(LingerTest, TunnelHeadAtTheDefaultRouterSurvives)
{
    Run("host-route:Redirect=Tunnel:Optimize=DefaultRouter");
    EXPECT_EQ(MoveFlow("m1", "calls", "survived"), "true");
    EXPECT_EQ(Summary("lost_packets"), 0);
}

TEST_F(LingerTest, SourceOnlyEndsWithTheHostRoute)
{
    SetKey("fabric", "figure-1");
    SetKey("switches", "bridged");
    SetKey("hosts", "out-0");
    SetKey("leaves", "");
    SetKey("spines", "");
    SetKey("servers", "");
    files["vms.csv"] = "vm,nve,memory\nweb,nve-a,4MiB\n";
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,nve-b\n";
    files["traffic.csv"] =
        "flow,from,to,application,start,stop,packet_size,response_size,think_time\n"
        "calls,host:out-0,web,rpc,500ms,27s,100B,100B,14s\n";
    Run("host-route:Redirect=SourceOnly");
    ExpectDeadConnection();
}
