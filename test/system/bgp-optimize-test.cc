// SPDX-License-Identifier: GPL-2.0-only
// Optimize=Bgp of the draft's scheme between data centres: who announces, how far it goes, what it
// does to the triangle, and that nothing is left. In links: server - leaf - spine - border - border
// - spine - leaf - server, 7 between data centres.
#include "bgp-scenario-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class BgpOptimizeTest : public BgpScenarioTest
{
  protected:
    void SetUp() override
    {
        BgpScenarioTest::SetUp();
        SetInterDc();
    }

    // Where the packets of a flow turn, and the links that they cross on the way.
    void Expect(const std::string& flow,
                const std::string& before,
                const std::string& triangle,
                const std::string& after) const
    {
        EXPECT_EQ(MoveFlow("m1", flow, "hops_before"), before) << flow;
        EXPECT_EQ(MoveFlow("m1", flow, "hops_triangle"), triangle) << flow;
        EXPECT_EQ(MoveFlow("m1", flow, "hops_after"), after) << flow;
        EXPECT_EQ(MoveFlow("m1", flow, "survived"), "true") << flow;
    }
};

} // namespace

TEST_F(BgpOptimizeTest, EndsTheTriangleRouterByRouter)
{
    Run();
    EXPECT_EQ(Summary("moves_completed"), 1);
    EXPECT_EQ(Summary("lost_ttl"), 0);
    // Redirect=Path turns those of dc1 at dc0-br-0 until dc1-br-0 has heard of the host route.
    Expect("home", "4", "", "7");
    Expect("third", "7", "8", "7");
    Expect("there", "7", "", "4");
    // Every router selects 50 ms after it hears, the first one after it is told; a route takes
    // 10 ms into the FIB. 1 ms over the WAN, 5 us over a link, and UPDATEs of 100 octets take less
    // than 1 us at 10 Gbit/s.
    const double told = FirstRoute("dc2-leaf-0", "registration");
    EXPECT_GT(told, Move("m1", "resume_s"));
    EXPECT_NEAR(FirstRoute("dc2-leaf-1", "bgp"), told + 0.160 + 2 * 5e-6, 2e-6);
    EXPECT_NEAR(FirstRoute("dc1-br-0", "bgp"), told + 0.210 + 0.001 + 2 * 5e-6, 3e-6);
    EXPECT_NEAR(FirstRoute("dc1-leaf-1", "bgp"), told + 0.310 + 0.001 + 4 * 5e-6, 5e-6);
    EXPECT_NEAR(Move("m1", "control_converged_s"), told + 0.310 + 0.001 + 4 * 5e-6, 5e-6);
    // The last packet by dc0 was at dc1-br-0, three links from its sender, before that.
    EXPECT_NEAR(std::stod(MoveFlow("m1", "third", "data_converged_s")),
                FirstRoute("dc1-br-0", "bgp"),
                0.002);
    EXPECT_GE(Move("m1", "data_converged_s"), FirstRoute("dc1-br-0", "bgp") - 0.0001);
}

TEST_F(BgpOptimizeTest, ASiteThatRefusesKeepsItsTriangle)
{
    SetKey("host_route_dcs", "0 2");
    Run();
    Expect("third", "7", "8", "8");
    EXPECT_EQ(MoveFlow("m1", "third", "data_converged_s"), "");
    EXPECT_EQ(Move("m1", "data_converged_s"), -1);
    for (const std::string node : {"dc1-br-0", "dc1-spine-0", "dc1-leaf-0", "dc1-leaf-1"})
    {
        EXPECT_EQ(FirstRoute(node, "bgp"), -1) << node;
    }
    EXPECT_GT(FirstRoute("dc0-leaf-1", "bgp"), 0);
}

TEST_F(BgpOptimizeTest, WhenTheVmIsHomeAgainNothingIsLeft)
{
    files["moves.csv"] += "m2,3500ms,web,dc0-server-0-0\n";
    Run();
    EXPECT_EQ(Summary("moves_completed"), 2);
    EXPECT_EQ(Summary("lost_ttl"), 0) << "old announcements lead to routers that know better";
    EXPECT_EQ(RoutesAtTheEnd(), std::set<std::string>{"dc0-server-0-0 serving"});
    // The routers between keep their routes for SettleTime, which is no part of the convergence.
    EXPECT_LT(Move("m2", "control_converged_s"), Move("m2", "resume_s") + 0.5);
    double last = 0;
    for (const auto& row : HostRoutes({{"owner", "registration"}, {"action", "remove"}}))
    {
        last = std::max(last, std::stod(row.at("time_s")));
    }
    // One after the other, the round-trip to the farthest of them takes 2.03 ms.
    EXPECT_NEAR(last, Move("m2", "mn_updated_s") + 10, 6 * 0.00204);
    for (const auto& row : HostRoutes({{"owner", "bgp"}}))
    {
        EXPECT_LT(std::stod(row.at("time_s")), Move("m2", "resume_s") + 0.5);
    }
}

TEST_F(BgpOptimizeTest, TheNextMoveTakesTheAnnouncementAlong)
{
    files["moves.csv"] += "m2,3500ms,web,dc1-server-0-0\n";
    Run();
    EXPECT_EQ(Summary("moves_completed"), 2);
    EXPECT_EQ(Summary("lost_ttl"), 0);
    EXPECT_EQ(MoveFlow("m2", "third", "hops_after"), "4");
    EXPECT_EQ(MoveFlow("m2", "home", "hops_after"), "7");
    EXPECT_EQ(MoveFlow("m2", "there", "hops_after"), "7");
    // The last word of every router outside the way of the packets is of the second move.
    auto rows = HostRoutes({{"node", "dc2-leaf-1"}, {"owner", "bgp"}});
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(rows.back().at("epoch"), "4") << "1 at creation, 2 and its roll-back 3, then 4";
}

TEST_F(BgpOptimizeTest, ADestroyedVmIsWithdrawnEverywhere)
{
    files["vms.csv"] = "vm,nve,memory,create,destroy\n"
                       "web,dc0-server-0-0,4MiB,1s,6s\n"
                       "home,dc0-server-1-0,4MiB,1s,\n"
                       "third,dc1-server-1-0,4MiB,1s,\n"
                       "there,dc2-server-1-0,4MiB,1s,\n";
    Run();
    EXPECT_GT(FirstRoute("dc1-leaf-0", "bgp"), 0);
    EXPECT_EQ(RoutesAtTheEnd(), std::set<std::string>());
}

TEST_F(BgpOptimizeTest, AnExpiredEntryIsWithdrawnEverywhere)
{
    SetKey("ns3::vmm::HostRouteScheme::RouterLifetime", "4s");
    SetKey("ns3::vmm::Nve::Lifetime", "1000s");
    Build();
    Simulator::Schedule(Seconds(3.5), &Nva::Fail, run->GetMobility().GetNva());
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_GT(FirstRoute("dc1-leaf-0", "bgp"), 0);
    const std::set<std::string> left{"dc2-server-0-0 serving"};
    EXPECT_EQ(RoutesAtTheEnd(), left);
}

TEST_F(BgpOptimizeTest, TheDestinationNveMayAnnounceItself)
{
    SetKey("bgp_servers", "on");
    Run("host-route:Announcer=Nve");
    Expect("third", "7", "8", "7");
    // Two links and two selections up to the spine: the NVE and its leaf are routers now.
    EXPECT_NEAR(FirstRoute("dc1-br-0", "bgp"), Move("m1", "mn_updated_s") + 0.261 + 20e-6, 0.0011);
    EXPECT_FALSE(Updates("dc2-server-0-0", "dc2-leaf-0").empty());
    // Home again, it withdraws.
    files["moves.csv"] += "m2,3500ms,web,dc0-server-0-0\n";
    Run("host-route:Announcer=Nve");
    EXPECT_EQ(RoutesAtTheEnd(), std::set<std::string>{"dc0-server-0-0 serving"});
}

TEST_F(BgpOptimizeTest, RedirectFabricTellsOneRouterAndWaitsForBgp)
{
    Run("host-route:Redirect=Fabric");
    EXPECT_EQ(Summary("moves_completed"), 1);
    Expect("third", "7", "8", "7"); // those that were under way when both border routers learned
    EXPECT_EQ(Registrations("mn", "dc0-server-0-0"), 2u) << "a reply, and then where it is";
    EXPECT_EQ(Registrations("mn", "dc2-leaf-0"), 1u);
    EXPECT_EQ(Registrations("mn", "dc0-leaf-0"), 0u);
    EXPECT_GT(Summary("lost_ttl"), 0) << "what comes to the source NVE before BGP does";
    EXPECT_GT(Move("m1", "outage_s"), 0.2);
    // Without the 50 ms at each router the loops are over before the source NVE is told.
    SetKey("ns3::vmm::BgpRouter::Profile", "Instant");
    Run("host-route:Redirect=Fabric");
    EXPECT_LT(Move("m1", "outage_s") - Move("m1", "downtime_s"), 0.006);
}

TEST_F(BgpOptimizeTest, ASourceThatStillGetsPacketsTellsItsBorderRouter)
{

    Run("host-route:Redirect=Tunnel");
    EXPECT_EQ(Summary("lost_ttl"), 0);
    // A request when the first packet comes, and one to withdraw it after the linger time.
    EXPECT_EQ(Registrations("dc0-server-0-0", "dc0-br-0"), 2u);
    EXPECT_EQ(Registrations("dc0-br-0", "dc0-server-0-0"), 2u);
    // It tells those outside at once, and its own spine only what it learns from outside.
    const double told = FirstRoute("dc2-leaf-0", "registration");
    ASSERT_FALSE(Updates("dc0-br-0", "dc1-br-0").empty());
    EXPECT_LT(Updates("dc0-br-0", "dc1-br-0").front(), told + 0.06);
    ASSERT_FALSE(Updates("dc0-br-0", "dc0-spine-0").empty());
    EXPECT_GT(Updates("dc0-br-0", "dc0-spine-0").front(),
              Updates("dc2-br-0", "dc0-br-0").front() + 0.050);
    Run("host-route:Redirect=Tunnel:InformBorderRouters=false");
    EXPECT_EQ(Registrations("dc0-server-0-0", "dc0-br-0"), 0u);
}

TEST_F(BgpOptimizeTest, HomeAgainWithTunnels)
{
    files["moves.csv"] += "m2,3500ms,web,dc0-server-0-0\n";
    Run("host-route:Redirect=Tunnel");
    EXPECT_EQ(Summary("moves_completed"), 2);
    // Routers near the former NVE forget the host route first, and others still send by them.
    EXPECT_GT(Summary("lost_ttl"), 0);
    EXPECT_EQ(MoveFlow("m2", "third", "hops_after"), "7");
    EXPECT_EQ(RoutesAtTheEnd(), std::set<std::string>{"dc0-server-0-0 serving"});
    EXPECT_EQ(Registrations("dc2-server-0-0", "dc2-br-0"), 0u) << "not the owner of the prefix";
}

TEST_F(BgpOptimizeTest, Ipv6)
{
    SetKey("family", "ipv6");
    Run();
    Expect("third", "7", "8", "7");
    EXPECT_EQ(Summary("lost_ttl"), 0);
}
