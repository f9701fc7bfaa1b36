// SPDX-License-Identifier: GPL-2.0-only
// The scheme bgp-host-route: NVEs announce their VMs by BGP and nobody registers.
#include "bgp-scenario-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class BgpHostRouteTest : public BgpScenarioTest
{
  protected:
    void SetUp() override
    {
        BgpScenarioTest::SetUp();
        SetKey("bgp_servers", "on");
        SetKey("duration", "8s");
        SetKey("ns3::vmm::Nve::Linger", "2s");
        files["vms.csv"] = "vm,nve,memory,create\n"
                           "web,server-0-0,16MiB,1s\n"
                           "near,server-0-1,4MiB,1s\n"
                           "far,server-3-0,4MiB,1s\n";
        files["moves.csv"] = "migration,time,vm,to\nm1,2s,web,server-2-0\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "near,near,web,udp-probe,1500ms,4s,2ms,100B\n"
                               "far,far,web,udp-probe,1500ms,4s,2ms,100B\n"
                               "back,web,far,udp-probe,1500ms,4s,2ms,100B\n";
    }

    // What holds for every order of withdrawal and announcement.
    void ExpectMoved()
    {
        EXPECT_EQ(Summary("moves_completed"), 1);
        EXPECT_TRUE(Trace("messages").Where({{"kind", "registration"}}).empty());
        EXPECT_EQ(MoveFlow("m1", "near", "hops_after"), "4");
        EXPECT_EQ(MoveFlow("m1", "far", "hops_after"), "4");
        EXPECT_EQ(MoveFlow("m1", "far", "survived"), "true");
        // Every router and NVE but the new one has the BGP route.
        EXPECT_EQ(RoutesAtTheEnd().size(), 4u + 2u + 8u);
        EXPECT_EQ(RoutesAtTheEnd().count("server-0-0 bgp"), 1u);
        EXPECT_EQ(RoutesAtTheEnd().count("server-2-0 serving"), 1u);
    }
};

} // namespace

TEST_F(BgpHostRouteTest, WithdrawFirst)
{
    Run("bgp-host-route:Overlap=WithdrawFirst");
    ExpectMoved();
    // The source withdraws one selection after the stop, the destination announces one after the
    // resume: the route of every other router goes in between or is replaced.
    auto out = Updates("server-0-0", "leaf-0");
    ASSERT_EQ(out.size(), 2u) << "created and withdrawn";
    EXPECT_NEAR(out[1], Move("m1", "stop_s") + 0.050, 1e-5);
    EXPECT_NEAR(Updates("server-2-0", "leaf-2").back(), Move("m1", "resume_s") + 0.050, 1e-5);
}

TEST_F(BgpHostRouteTest, AnnounceFirst)
{
    Run("bgp-host-route:Overlap=AnnounceFirst");
    ExpectMoved();
    auto out = Updates("server-0-0", "leaf-0");
    ASSERT_GE(out.size(), 2u);
    EXPECT_GT(out[1], Move("m1", "resume_s") + 0.050);
    EXPECT_GT(Summary("lost_departed") + Summary("lost_no-route") + Summary("lost_vm-stopped"), 0);
}

TEST_F(BgpHostRouteTest, LocalPref)
{
    Run("bgp-host-route:Overlap=LocalPref");
    ExpectMoved();
    auto out = Updates("server-0-0", "leaf-0");
    ASSERT_GE(out.size(), 3u);
    EXPECT_NEAR(out[1], Move("m1", "copy_start_s") + 0.050, 1e-3) << "last choice";
    // Nobody splits flows over the two routes: the new one wins wherever it comes.
    for (const auto& row : HostRoutes({{"node", "spine-0"}, {"owner", "bgp"}}))
    {
        EXPECT_EQ(row.at("next_hops").find(';'), std::string::npos) << row.at("next_hops");
    }
}

TEST_F(BgpHostRouteTest, AnnounceFirstSplitsFlowsForAWhile)
{
    // With a selection window both changes come in one.
    SetKey("ns3::vmm::BgpRouter::Profile", "Instant");
    Run("bgp-host-route:Overlap=AnnounceFirst");
    size_t two = 0;
    for (const auto& row : HostRoutes({{"node", "spine-0"}, {"owner", "bgp"}}))
    {
        two += row.at("next_hops").find(';') != std::string::npos;
    }
    EXPECT_EQ(two, 1u);
}

TEST_F(BgpHostRouteTest, ChainAndReturn)
{
    SetKey("duration", "14s");
    files["moves.csv"] += "m2,5s,web,server-3-1\nm3,8s,web,server-0-0\n";
    for (const std::string overlap : {"WithdrawFirst", "AnnounceFirst", "LocalPref"})
    {
        Run("bgp-host-route:Overlap=" + overlap);
        EXPECT_EQ(Summary("moves_completed"), 3) << overlap;
        EXPECT_EQ(RoutesAtTheEnd().count("server-0-0 serving"), 1u) << overlap;
        EXPECT_EQ(RoutesAtTheEnd().count("server-0-0 bgp"), 0u) << overlap;
        EXPECT_EQ(RoutesAtTheEnd().size(), 14u) << overlap;
    }
}

TEST_F(BgpHostRouteTest, NothingIsLeftOfADestroyedVm)
{
    files["vms.csv"] = "vm,nve,memory,create,destroy\n"
                       "web,server-0-0,16MiB,1s,5s\n"
                       "near,server-0-1,4MiB,1s,\n"
                       "far,server-3-0,4MiB,1s,\n";
    Run("bgp-host-route");
    EXPECT_EQ(RoutesAtTheEnd(), std::set<std::string>());
}
