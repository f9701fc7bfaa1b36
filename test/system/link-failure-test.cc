// SPDX-License-Identifier: GPL-2.0-only
// A link of the told path fails while the triangle is in use.
#include "failure-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

class LinkFailureRunTest : public FailureTest
{
  protected:
    void SetUp() override
    {
        FailureTest::SetUp();
        SetKey("ns3::vmm::Fabric::LinkDetectTime", "50ms");
        SetKey("ns3::vmm::Nva::PathRepairDelay", "30ms");
        // rack hangs on leaf-0, so its packets take leaf-0, spine-0 and leaf-2: the told path.
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,rack,web,udp-probe,500ms,3500ms,1ms,100B\n";
    }

    // The packets that an outage from 2 s on cost.
    std::vector<double> LostByFailure() const
    {
        std::vector<double> lost;
        for (const auto& loss : Trace("losses").Where({{"flow", "probe"}}))
        {
            double sent = std::stod(loss.at("sent_s"));
            if (sent > 1.9)
            {
                EXPECT_EQ(loss.at("cause"), "link-down");
                lost.push_back(sent);
            }
        }
        return lost;
    }

    void ExpectOutage()
    {
        auto lost = LostByFailure();
        ASSERT_FALSE(lost.empty());
        // 50 ms until the routers know and 30 ms until the management node sends the new set: 80
        // packets, and one for the messages' own way of some 100 us.
        EXPECT_NEAR(lost.size(), 81, 1);
        EXPECT_NEAR(lost.front(), 2.0, 0.0015);
        EXPECT_NEAR(lost.back(), 2.08, 0.0015);
        EXPECT_EQ(Summary("lost_ttl"), 0);
        EXPECT_EQ(Outcome("m1"), "completed");
        // The registration, leaf-2, spine-0, leaf-0 and server-0-0, asked and answered: within a
        // millisecond. The repair at 2.08 s is no part of the move.
        EXPECT_EQ(Move("m1", "control_messages"), 10);
        EXPECT_LT(Move("m1", "control_converged_s") - Move("m1", "resume_s"), 0.001);
        // 3 s at 1 kHz; whatever is not lost arrives.
        EXPECT_EQ(Sent("probe"), 3000);
        EXPECT_EQ(Delivered("probe"), 3000 - LostAt("probe").size());
    }
};

TEST_F(LinkFailureRunTest, FirstLinkOfTheToldPath)
{
    files["failures.csv"] = "time,what,target\n2s,link-down,leaf-0:spine-0\n";
    Run();
    ExpectOutage();
    // leaf-0 was told the way around, over its other spine.
    const Route* route = HostRoute("leaf-0", "web");
    ASSERT_NE(route, nullptr);
    ASSERT_EQ(route->nextHops.size(), 1u);
    auto topology = run->GetFabric()->GetTopology();
    auto hops = run->GetFabric()->GetNeighbourHops(
        topology.GetNodeId("leaf-0"), topology.GetNodeId("spine-1"), IpFamily::IPV4);
    ASSERT_EQ(hops.size(), 1u);
    EXPECT_EQ(route->nextHops.front().device, hops.front().device);
}

TEST_F(LinkFailureRunTest, SecondLinkOfTheToldPath)
{
    files["failures.csv"] = "time,what,target\n2s,link-down,spine-0:leaf-2\n";
    Run();
    ExpectOutage();
}

TEST_F(LinkFailureRunTest, RestoredLinkCostsNothing)
{
    files["failures.csv"] = "time,what,target,until\n2s,link-down,leaf-0:spine-0,2500ms\n";
    Build();
    const Route* before = nullptr;
    Ptr<NetDevice> device;
    At(1.9,
       "mn",
       [&]()
       {
           before = HostRoute("leaf-0", "web");
           ASSERT_NE(before, nullptr);
           device = before->nextHops.front().device;
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(Summary("unaccounted"), 0);
    ExpectOutage(); // and its last loss is long before 2.5 s
    // Told anew after the repair: over spine-0 again.
    const Route* after = HostRoute("leaf-0", "web");
    ASSERT_NE(after, nullptr);
    ASSERT_EQ(after->nextHops.size(), 1u);
    EXPECT_EQ(after->nextHops.front().device, device);
}
