// SPDX-License-Identifier: GPL-2.0-only
// Where packets turn after a move in a leaf-spine fabric, for each reading of the redirect. In
// links: 2 between servers of a leaf, 4 between servers of different leaves.
#include "scenario-fixture.h"

using namespace ns3::vmm;

namespace
{

class RedirectTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "3s");
        std::string& traffic = files["traffic.csv"];
        traffic = "flow,from,to,application,start,stop,period,packet_size\n"
                  "rack,rack,web,udp-probe,500ms,2s,1ms,100B\n"
                  "near,near,web,udp-probe,500ms,2s,4ms,100B\n";
        // Six source ports on each of two leaves: the hash sends some over either spine.
        for (std::string from : {"one", "three"})
        {
            for (int i = 0; i < 6; ++i)
            {
                std::string name = from + "-" + std::to_string(i);
                remote.push_back(name);
                traffic += name + "," + from + ",web,udp-probe,500ms,2s,4ms,100B\n";
            }
        }
    }

    // Whether the flow crossed a node before the move.
    bool Crossed(const std::string& flow, const std::string& node) const
    {
        auto first = Trace("stretch").Where({{"flow", flow}, {"direction", "forward"}}).front();
        return (first["path"] + " ").find(" " + node + " ") != std::string::npos;
    }

    // Expects links crossed and stretch of all packets of a flow once the move has settled.
    void Expect(const std::string& flow, const std::string& hops, const std::string& stretch) const
    {
        EXPECT_EQ(MoveFlow("m1", flow, "hops_after"), hops) << flow;
        EXPECT_EQ(MoveFlow("m1", flow, "max_hop_stretch"), stretch) << flow;
    }

    std::vector<std::string> remote; // flows from other leaves
};

} // namespace

TEST_F(RedirectTest, PathSingleTurnsAtTheToldSpineOrAtTheSourceLeaf)
{
    Run("host-route:Redirect=Path");
    EXPECT_EQ(Summary("lost_ttl"), 0);
    Expect("rack", "4", "1.000000");
    Expect("near", "4", "1.000000");
    size_t told = 0;
    for (const auto& flow : remote)
    {
        // The told spine is spine-0, the lower name. Over it 2 + 2 links; over the other one 3 to
        // leaf-0 and 3 from there.
        bool overTold = Crossed(flow, "spine-0");
        told += overTold;
        EXPECT_NE(overTold, Crossed(flow, "spine-1"));
        Expect(flow, overTold ? "4" : "6", overTold ? "1.000000" : "1.500000");
        EXPECT_EQ(MoveFlow("m1", flow, "turning_point"), overTold ? "spine-0" : "leaf-0");
    }
    EXPECT_GT(told, 0u);
    EXPECT_LT(told, remote.size());
    EXPECT_EQ(Summary("hop_stretch_max"), 1.5);
}

TEST_F(RedirectTest, AllEqualCostHasNoTriangle)
{
    Run("host-route:Redirect=Path:PathSet=AllEqualCost");
    EXPECT_EQ(Summary("lost_ttl"), 0);
    // Either spine is told, so that each flow turns at its own.
    for (const auto& flow : remote)
    {
        Expect(flow, "4", "1.000000");
    }
    Expect("rack", "4", "1.000000");
    Expect("near", "4", "1.000000");
    EXPECT_EQ(Summary("hop_stretch_max"), 1);
    EXPECT_EQ(Summary("hop_stretch_mean"), 1);
    EXPECT_EQ(Summary("triangle_packets"), 0);
}

TEST_F(RedirectTest, TunnelGoesByTheSourceNve)
{
    Run("host-route:Redirect=Tunnel");
    // (d(CN,N1) + d(N1,N2)) / d(CN,N2) = (4 + 4) / 4, (2 + 4) / 4 on the source's leaf, and
    // (0 + 4) / 4 on the source itself.
    for (const auto& flow : remote)
    {
        Expect(flow, "8", "2.000000");
        EXPECT_EQ(MoveFlow("m1", flow, "turning_point"), "server-0-0");
    }
    Expect("rack", "6", "1.500000");
    Expect("near", "4", "1.000000");
    EXPECT_EQ(MoveFlow("m1", "rack", "turning_point"), "server-0-0");
    EXPECT_EQ(Summary("lost_ttl"), 0);
}

TEST_F(RedirectTest, DefaultRouterBecomesTheTurningPointOfTheTunnel)
{
    Run("host-route:Redirect=Tunnel:Optimize=DefaultRouter");
    // (d(CN,leaf-0) + d(leaf-0,N2)) / d(CN,N2) = (3 + 3) / 4, and (1 + 3) / 4 on that leaf.
    for (const auto& flow : remote)
    {
        Expect(flow, "6", "1.500000");
        EXPECT_EQ(MoveFlow("m1", flow, "turning_point"), "leaf-0");
    }
    Expect("rack", "4", "1.000000");
    EXPECT_EQ(MoveFlow("m1", "rack", "turning_point"), "leaf-0");
}

TEST_F(RedirectTest, OnlyParallelMayLoop)
{
    // Each router takes up to 50 ms to install, so that in parallel leaf-0 may send to a spine-0
    // that still sends back. In order, a router's next hop has the route before it.
    SetKey("ns3::vmm::HostRouteAgent::InstallDelay",
           "ns3::UniformRandomVariable[Min=0.0|Max=0.05]");
    double looped = 0;
    for (uint64_t seed = 1; seed <= 3; ++seed)
    {
        Run("host-route:Redirect=Path:PathOrder=Ordered", seed);
        EXPECT_EQ(Summary("lost_ttl"), 0) << seed;
        Run("host-route:Redirect=Path:PathOrder=Parallel", seed);
        looped += Summary("lost_ttl");
    }
    EXPECT_GT(looped, 0);
}
