// SPDX-License-Identifier: GPL-2.0-only
// What a scenario may say under a scheme that keeps virtual networks apart, and what is outside.
#include "ns3/scenario-forecast.h"
#include "overlay-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class OverlayScenarioTest : public OverlayTest
{
  protected:
    void SetUp() override
    {
        OverlayTest::SetUp();
        SetKey("hosts", "ext");
    }

    /// What reading the scenario says, empty if nothing.
    std::string Refusal(const std::string& scheme = "test-overlay")
    {
        try
        {
            Read(scheme);
        }
        catch (const ScenarioError& error)
        {
            return error.what();
        }
        return "";
    }
};

INSTANTIATE_TEST_SUITE_P(Families,
                         OverlayScenarioTest,
                         testing::Values(FamilyKind::IPV4, FamilyKind::IPV6),
                         [](const auto& info)
                         {
                             return info.param == FamilyKind::IPV4 ? "IPv4" : "IPv6";
                         });

} // namespace

TEST_P(OverlayScenarioTest, AddressIsUniqueInItsNetwork)
{
    const std::string column = Is4() ? "address" : "address6";
    const std::string address = Is4() ? "10.0.0.9" : "fd00:0:0::9";
    auto vms = [&](int vn)
    {
        return "vm,nve,memory,vn," + column + "\na7,server-0-0,4MiB,7," + address +
               "\na8,server-0-0,4MiB," + std::to_string(vn) + "," + address + "\n";
    };
    files["traffic.csv"] = "flow,from,to,application\n";
    files["vms.csv"] = vms(8);
    EXPECT_EQ(Refusal(), "");
    EXPECT_EQ(Refusal("host-route"),
              "test/vms.csv:3:22: found '" + address +
                  "', expected an address that no other VM has");
    files["vms.csv"] = vms(7);
    EXPECT_EQ(Refusal(),
              "test/vms.csv:3:22: found '" + address +
                  "', expected an address that no other VM of its virtual network has");
}

TEST_P(OverlayScenarioTest, FlowStaysInItsNetwork)
{
    files["traffic.csv"] = "flow,from,to,application,period,packet_size\n"
                           "leak,a7,b8,udp-probe,2ms,100B\n";
    EXPECT_EQ(Refusal("host-route"), "");
    EXPECT_EQ(Refusal(),
              "test/traffic.csv:2:9: found 'b8', expected an end in virtual network 7 as a7, which "
              "test-overlay keeps apart from others; hosts are in network 0");
    files["traffic.csv"] = "flow,from,to,application,period,packet_size\n"
                           "out,a7,host:ext,udp-probe,2ms,100B\n";
    EXPECT_NE(Refusal().find("found 'host:ext', expected an end in virtual network 7"),
              std::string::npos);
}

TEST_P(OverlayScenarioTest, NetworkZeroReachesTheOutsideNatively)
{
    files["vms.csv"] = "vm,nve,memory\nw,server-0-0,4MiB\nv,server-1-0,4MiB\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "out,w,host:ext,udp-probe,500ms,2s,2ms,100B\n"
                           "in,host:ext,w,udp-probe,500ms,2s,2ms,100B\n";
    RunOverlay();
    EXPECT_EQ(Flow("out", "delivered"), 750);
    EXPECT_EQ(Flow("in", "delivered"), 750);
    EXPECT_EQ(Summary("header_bytes"), 0);

    files["moves.csv"] = "migration,time,vm,to\nm1,1s,w,server-2-0\n";
    StaticOverlay::Clear();
    RunOverlay();
    EXPECT_GT(Flow("out", "delivered"), 700);
    EXPECT_GT(Flow("in", "delivered"), 700);
    // What comes for w after it has left goes by its home NVE and through a tunnel from there.
    double late = 0;
    for (const auto& row : Trace("packets").Where({{"flow", "in"}, {"state", "delivered"}}))
    {
        late += row.at("path").find(" server-2-0 ") != std::string::npos;
    }
    EXPECT_GT(late, 200);
    EXPECT_EQ(Summary("header_bytes"), late * Overhead());
}

TEST_P(OverlayScenarioTest, ForecastIsThePathOfTheTunnel)
{
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,a7,server-2-0\n";
    RunOverlay();
    Scenario scenario = Read("test-overlay");
    run.reset();
    auto forecasts = ForecastPaths(scenario);
    ASSERT_EQ(forecasts.size(), 2u); // back7 before and after
    std::vector<std::string> walks;
    for (const auto& forecast : forecasts)
    {
        EXPECT_EQ(forecast.flow, "back7");
        EXPECT_EQ(forecast.walk.hops, 4u);
        std::string walk;
        for (NodeId node : forecast.walk.nodes)
        {
            walk += (walk.empty() ? "" : " ") + scenario.topology.GetNode(node).name;
        }
        walks.push_back(walk);
    }
    std::set<std::string> seen;
    for (const auto& row : Trace("packets").Where({{"flow", "back7"}, {"state", "delivered"}}))
    {
        seen.insert(row.at("path"));
    }
    // The packets of the run took these very paths, from VM to VM.
    for (const auto& walk : walks)
    {
        EXPECT_EQ(seen.count("b7 " + walk + " a7"), 1u) << walk;
    }
}
