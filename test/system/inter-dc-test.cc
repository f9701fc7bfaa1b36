// SPDX-License-Identifier: GPL-2.0-only
// A hot move from one of three data centres to another, with static routes in the fabrics and the
// WAN. One spine and one border router each, so that nothing is left to a hash. In links:
// server - leaf - spine - border - border - spine - leaf - server, 7 between data centres.
#include "scenario-fixture.h"

#include "ns3/scenario-forecast.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class InterDcTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("fabric", "multi-dc");
        SetKey("dcs", "3");
        SetKey("borders", "1");
        SetKey("leaves", "2");
        SetKey("spines", "1");
        SetKey("servers", "1");
        SetKey("wan_distance", "200km");
        SetKey("wan_rate", "10Gbps");
        SetKey("management_dc", "1");
        SetKey("hosts", "client");
        SetKey("hosts_at", "dc0-br-0");
        files["vms.csv"] = "vm,nve,memory\n"
                           "web,dc0-server-0-0,4MiB\n"
                           "home,dc0-server-1-0,4MiB\n"
                           "third,dc1-server-1-0,4MiB\n"
                           "there,dc2-server-1-0,4MiB\n";
        files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,dc2-server-0-0\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "home,home,web,udp-probe,500ms,3s,2ms,100B\n"
                               "third,third,web,udp-probe,500ms,3s,2ms,100B\n"
                               "there,there,web,udp-probe,500ms,3s,2ms,100B\n"
                               "client,host:client,web,udp-probe,500ms,3s,2ms,100B\n"
                               "back,web,third,udp-probe,500ms,3s,2ms,100B\n";
    }

    // Expects links before and after the move and the largest stretch of a flow, and where it
    // turns.
    void Expect(const std::string& flow,
                const std::string& before,
                const std::string& after,
                const std::string& stretch,
                const std::string& turn) const
    {
        EXPECT_EQ(MoveFlow("m1", flow, "hops_before"), before) << flow;
        EXPECT_EQ(MoveFlow("m1", flow, "hops_after"), after) << flow;
        EXPECT_EQ(MoveFlow("m1", flow, "max_hop_stretch"), stretch) << flow;
        EXPECT_EQ(MoveFlow("m1", flow, "turning_point"), turn) << flow;
        EXPECT_EQ(MoveFlow("m1", flow, "survived"), "true") << flow;
    }

    // Expects what --check predicts for a flow: links before, redirected, and at best.
    void ExpectForecast(const std::string& scheme,
                        const std::string& flow,
                        const std::vector<uint64_t>& links)
    {
        std::vector<uint64_t> found;
        for (const auto& forecast : ForecastPaths(Read(scheme)))
        {
            if (forecast.flow == flow)
            {
                EXPECT_EQ(forecast.walk.outcome, WalkOutcome::DELIVERED);
                found.push_back(forecast.walk.hops);
            }
        }
        EXPECT_EQ(found, links) << scheme << " " << flow;
        Simulator::Destroy();
    }
};

} // namespace

TEST_F(InterDcTest, TunnelCrossesTheWanTwice)
{
    Run("host-route:Redirect=Tunnel");
    EXPECT_EQ(Summary("moves_completed"), 1);
    EXPECT_EQ(Trace("migrations").One({{"migration", "m1"}})["outcome"], "completed");
    EXPECT_EQ(Summary("lost_ttl"), 0);
    // To the source, and 7 from there; the shortest are 7, 7, 4 and client br br spine leaf server.
    Expect("home", "4", "11", "1.571429", "dc0-server-0-0");
    Expect("third", "7", "14", "2.000000", "dc0-server-0-0");
    Expect("there", "7", "14", "3.500000", "dc0-server-0-0");
    Expect("client", "4", "11", "2.200000", "dc0-server-0-0");
    EXPECT_EQ(MoveFlow("m1", "back", "hops_after"), "7");
    EXPECT_EQ(Summary("hop_stretch_max"), 3.5);
    // Delay of the one that suffers most: two crossings of 1 ms and 6 x 5 us, against 4 x 5 us.
    EXPECT_NEAR(Summary("delay_stretch_max"), 2 * 1030.0 / 20, 1e-6);
}

TEST_F(InterDcTest, PathTurnsAtTheFirstToldRouter)
{
    Run("host-route:Redirect=Path");
    EXPECT_EQ(Summary("moves_completed"), 1);
    EXPECT_EQ(Summary("lost_ttl"), 0);
    // Told: leaf, spine and border router of dc2 and dc0. From dc1, 4 to dc0-br-0 and 4 from there.
    Expect("home", "4", "7", "1.000000", "dc0-spine-0");
    Expect("third", "7", "8", "1.142857", "dc0-br-0");
    Expect("there", "7", "4", "1.000000", "dc2-spine-0");
    Expect("client", "4", "5", "1.000000", "dc0-br-0");
    EXPECT_EQ(MoveFlow("m1", "back", "hops_after"), "7");
    std::set<std::string> told;
    for (const auto& row : Trace("routes").Where({{"owner", "registration"}, {"action", "add"}}))
    {
        told.insert(row.at("node"));
    }
    EXPECT_EQ(told,
              (std::set<std::string>{"dc0-server-0-0",
                                     "dc0-leaf-0",
                                     "dc0-spine-0",
                                     "dc0-br-0",
                                     "dc2-br-0",
                                     "dc2-spine-0",
                                     "dc2-leaf-0"}));
}

TEST_F(InterDcTest, IdealHasNoTriangle)
{
    Run("ideal");
    EXPECT_EQ(Summary("moves_completed"), 1);
    EXPECT_EQ(Summary("hop_stretch_max"), 1);
    EXPECT_EQ(Summary("triangle_packets"), 0);
}

TEST_F(InterDcTest, ThePredictionSaysTheSame)
{
    ExpectForecast("host-route:Redirect=Tunnel", "home", {4, 11, 7});
    ExpectForecast("host-route:Redirect=Tunnel", "third", {7, 14, 7});
    ExpectForecast("host-route:Redirect=Tunnel", "there", {7, 14, 4});
    ExpectForecast("host-route:Redirect=Tunnel", "client", {4, 11, 5});
    ExpectForecast("host-route:Redirect=Path", "home", {4, 7, 7});
    ExpectForecast("host-route:Redirect=Path", "third", {7, 8, 7});
    ExpectForecast("host-route:Redirect=Path", "there", {7, 4, 4});
    ExpectForecast("host-route:Redirect=Path", "client", {4, 5, 5});
}

TEST_F(InterDcTest, SeveralBorderRoutersAFatTreeAndIpv6)
{
    SetKey("borders", "2");
    SetKey("spines", "2");
    SetKey("dc_fabric", "leaf-spine leaf-spine fat-tree");
    SetKey("k", "2");
    SetKey("family", "dual");
    std::string& vms = files["vms.csv"];
    vms.replace(vms.find("dc2-server-1-0"), 14, "dc2-server-1-0-0");
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,dc2-server-0-0-0\n";
    Run("host-route:Redirect=Path:PathSet=AllEqualCost");
    EXPECT_EQ(Summary("moves_completed"), 1);
    // server edge agg core br br spine leaf server, 8; from dc1, 4 to either border router of dc0
    // and br, core, agg, edge, server from there.
    EXPECT_EQ(MoveFlow("m1", "third", "hops_after"), "9");
    EXPECT_EQ(MoveFlow("m1", "home", "hops_after"), "8");
    EXPECT_EQ(MoveFlow("m1", "back", "hops_after"), "8");
    EXPECT_EQ(Summary("lost_ttl"), 0);
}
