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

namespace
{

// Routers that take 2 s for a host route: with Path, three of them one after the other, the source
// NVE is told 6 s after the resume, when its own linger time of 1 s has long passed.
class SlowRoutersTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "14s");
        SetKey("ns3::vmm::Nve::Linger", "1s");
        SetKey("ns3::vmm::HostRouteAgent::InstallDelay", "ns3::ConstantRandomVariable[Constant=2]");
    }

    // Traffic that does not concern the VM that moves.
    void LeaveAlone()
    {
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "other,one,three,udp-probe,500ms,3s,100ms,100B\n";
    }
};

} // namespace

TEST_F(SlowRoutersTest, PacketsThatWaitForARouteKeepTheEntry)
{
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,near,web,udp-probe,500ms,10s,5ms,100B\n";
    Run();
    EXPECT_EQ(run->GetWarnings(), std::vector<std::string>());
    double installed = Move("m1", "source_route_s");
    EXPECT_NEAR(installed, Move("m1", "resume_s") + 6, 0.1);
    // The last packet comes at 9.995 s, by the host route.
    EXPECT_NEAR(Move("m1", "source_released_s"), 10.995, 0.001);
    for (const auto& loss : Trace("losses").rows)
    {
        EXPECT_NE(loss.at("cause"), "source-released");
        EXPECT_LT(std::stod(loss.at("sent_s")), installed);
    }
}

TEST_F(SlowRoutersTest, SourceThatForgotBeforeItWasToldIsReported)
{
    LeaveAlone();
    Run();
    ASSERT_EQ(run->GetWarnings().size(), 1u);
    std::string expected = "host route of VM web given to server-0-0 (source-nve): it refused it: "
                           "unknown-vm at ";
    EXPECT_EQ(run->GetWarnings()[0].substr(0, expected.size()), expected);
}

TEST_F(SlowRoutersTest, NoReleaseWhileTheRouteIsBeingInstalled)
{
    LeaveAlone();
    SetKey("ns3::vmm::HostRouteAgent::InstallDelay", "");
    SetKey("ns3::vmm::Nve::InstallDelay", "ns3::ConstantRandomVariable[Constant=3]");
    Run();
    EXPECT_EQ(run->GetWarnings(), std::vector<std::string>());
    EXPECT_NEAR(Move("m1", "source_route_s"), Move("m1", "resume_s") + 3, 0.1);
    EXPECT_NEAR(Move("m1", "source_released_s"), Move("m1", "source_route_s") + 1, 1e-6);
}

TEST_F(SlowRoutersTest, EarlierSourceThatHasForgottenIsNoWarning)
{
    LeaveAlone();
    SetKey("ns3::vmm::HostRouteAgent::InstallDelay", "");
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,5s,web,server-3-0\n";
    Run();
    EXPECT_LT(Move("m1", "source_released_s"), 5);
    EXPECT_EQ(run->GetWarnings(), std::vector<std::string>());
}
