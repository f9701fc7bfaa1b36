// SPDX-License-Identifier: GPL-2.0-only
// The draft's Figure 1 with the literal text, a host route at the source NVE alone: a triangle
// where the NVEs share a bridged network, a loop where routers lie between them.
#include "scenario-fixture.h"

using namespace ns3::vmm;

namespace
{

class FigureOneTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("fabric", "figure-1");
        SetKey("leaves", "");
        SetKey("spines", "");
        SetKey("servers", "");
        SetKey("hosts", "out-0 out-1");
        files["vms.csv"] = "vm,nve,memory\nweb,nve-a,4MiB\nnear,nve-a,4MiB\nfar,nve-b,4MiB\n";
        files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,nve-b\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "outside,host:out-0,web,udp-probe,500ms,2s,2ms,100B\n"
                               "from-a,near,web,udp-probe,500ms,2s,2ms,100B\n"
                               "from-b,far,web,udp-probe,500ms,2s,2ms,100B\n";
    }

    // Packets of a flow that were sent after the resume and are in this state.
    size_t CountAfterResume(const std::string& flow, const std::string& state) const
    {
        double resume = Move("m1", "resume_s");
        size_t count = 0;
        for (const auto& row : Trace("packets").Where({{"flow", flow}, {"state", state}}))
        {
            count += std::stod(row.at("sent_s")) > resume;
        }
        return count;
    }
};

} // namespace

TEST_F(FigureOneTest, BridgedIsATriangleThroughTheSource)
{
    SetKey("switches", "bridged");
    Run("host-route:Redirect=SourceOnly");
    EXPECT_EQ(Summary("lost_ttl"), 0);
    // out-0 br-0 r-0 agg switch-0 nve-a: 5 links. nve-a switch-0 agg switch-1 nve-b: 4 more. The
    // shortest is 5, out-0 br-0 r-0 agg switch-1 nve-b: 9 / 5.
    EXPECT_EQ(MoveFlow("m1", "outside", "hops_before"), "5");
    EXPECT_EQ(MoveFlow("m1", "outside", "hops_after"), "9");
    EXPECT_EQ(MoveFlow("m1", "outside", "max_hop_stretch"), "1.800000");
    EXPECT_EQ(MoveFlow("m1", "outside", "turning_point"), "nve-a");
    EXPECT_EQ(MoveFlow("m1", "from-a", "hops_before"), "0");
    EXPECT_EQ(MoveFlow("m1", "from-a", "hops_after"), "4");
    EXPECT_EQ(MoveFlow("m1", "from-a", "max_hop_stretch"), "1.000000");
    EXPECT_EQ(MoveFlow("m1", "from-b", "hops_before"), "4");
    EXPECT_EQ(MoveFlow("m1", "from-b", "hops_after"), "0");
    // All that were sent after the resume and arrived from outside came over nve-a. The sender
    // behind nve-a is there anyway.
    EXPECT_EQ(Summary("via_source_packets"), CountAfterResume("outside", "delivered"));
    EXPECT_GT(CountAfterResume("outside", "delivered"), 450u);
}

TEST_F(FigureOneTest, RoutedLoopsUntilTheTtlEnds)
{
    SetKey("switches", "routed");
    Run("host-route:Redirect=SourceOnly");
    EXPECT_GT(Summary("lost_ttl"), 0);
    EXPECT_EQ(CountAfterResume("outside", "delivered"), 0u);
    EXPECT_EQ(CountAfterResume("from-a", "delivered"), 0u);
    // The sender behind nve-b crosses no router.
    EXPECT_EQ(CountAfterResume("from-b", "lost"), 0u);
    EXPECT_GT(CountAfterResume("from-b", "delivered"), 450u);
    EXPECT_EQ(MoveFlow("m1", "outside", "survived"), "false");

    // Hop by hop: a TTL of 64 is used up between nve-a and its router, so nve-a is seen about
    // (64 - 4) / 2 = 30 times.
    auto lost = Trace("packets").Where({{"flow", "outside"}, {"cause", "ttl"}});
    ASSERT_FALSE(lost.empty());
    std::stringstream path(lost.back()["path"]);
    size_t visits = 0;
    for (std::string node; path >> node;)
    {
        visits += node == "nve-a";
    }
    EXPECT_GE(visits, 29u);
    EXPECT_LE(visits, 31u);
}

TEST_F(FigureOneTest, RoutedWithToldRoutersDoesNotLoop)
{
    SetKey("switches", "routed");
    Run("host-route:Redirect=Path");
    EXPECT_EQ(Summary("lost_ttl"), 0);
    EXPECT_EQ(MoveFlow("m1", "outside", "survived"), "true");
}
