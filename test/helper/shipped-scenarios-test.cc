// SPDX-License-Identifier: GPL-2.0-only
// The scenarios that come along: each can be read, and leaves time for everything to arrive.
#include "helper/scenario-test-util.h"

#include "ns3/mobility-scheme.h"
#include "ns3/scenario-reader.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

std::string
Folder(const std::string& name)
{
    auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
    return (root / "scenarios" / name).string();
}

/// @return the scenario, with the schemes of the library
Scenario
ReadShipped(const std::string& name)
{
    SchemeTypes schemes;
    for (const auto& entry : SchemeRegistry::List())
    {
        schemes[entry.first] = *SchemeRegistry::Find(entry.first);
    }
    return ReadScenario(Folder(name), {}, schemes);
}

class ShippedScenario : public testing::TestWithParam<const char*>
{
};

} // namespace

TEST_P(ShippedScenario, CanBeReadAndEndsQuietly)
{
    Scenario scenario = ReadShipped(GetParam());
    EXPECT_EQ(scenario.name, GetParam());
    EXPECT_EQ(scenario.managementNode, "mn");
    EXPECT_FALSE(scenario.moves.empty());
    for (const auto& flow : scenario.flows)
    {
        EXPECT_LE(flow.stop + Seconds(4), scenario.duration) << flow.name;
        EXPECT_GT(flow.stop, scenario.moves.back().time + Seconds(4)) << flow.name;
    }
    auto fromInside = std::find_if(scenario.flows.begin(),
                                   scenario.flows.end(),
                                   [&scenario](const FlowRow& flow)
                                   {
                                       return flow.from.name == scenario.moves.front().vm;
                                   });
    EXPECT_NE(fromInside, scenario.flows.end()) << "a sender inside the VM";
    for (const char* key : {"ns3::TcpSocketBase::MinRto",
                            "ns3::TcpSocket::DelAckTimeout",
                            "ns3::TcpSocketBase::Timestamp",
                            "ns3::TcpSocket::SegmentSize",
                            "ns3::TcpSocket::SndBufSize",
                            "ns3::TcpSocket::RcvBufSize"})
    {
        EXPECT_EQ(scenario.settings.count(key), 1U) << key;
    }
    EXPECT_TRUE(std::filesystem::exists(Folder(GetParam()) + "/README.md"));
}

INSTANTIATE_TEST_SUITE_P(All,
                         ShippedScenario,
                         testing::Values("abilene",
                                         "chain",
                                         "cold-move",
                                         "copy-contention",
                                         "figure-1",
                                         "hot-inter-dc",
                                         "hot-intra-dc",
                                         "hpcc-import",
                                         "link-failure",
                                         "loops",
                                         "post-copy",
                                         "wan-move",
                                         "warm-standby"),
                         [](const testing::TestParamInfo<const char*>& info)
                         {
                             std::string name = info.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(ShippedScenarios, HotIntraDcHasTheCorrespondentsItNeeds)
{
    Scenario scenario = ReadShipped("hot-intra-dc");
    const VmRow& moved = *scenario.FindVm(scenario.moves.at(0).vm);
    std::map<std::string, int> probes; // by leaf, "same" for the VM's own server
    for (const auto& flow : scenario.flows)
    {
        const VmRow* from = scenario.FindVm(flow.from.name);
        if (flow.to.name == moved.name && flow.application == FlowApplication::UDP_PROBE)
        {
            EXPECT_EQ(*flow.period, MilliSeconds(1));
            ++probes[from->nve == moved.nve ? "same" : from->nve.substr(0, 8)];
        }
    }
    EXPECT_EQ(probes["same"], 1);
    EXPECT_EQ(probes["server-0"], 1) << "same leaf";
    EXPECT_EQ(probes["server-1"], 3);
    EXPECT_EQ(probes["server-3"], 3);
}

TEST(ShippedScenarios, OrdersOfManyMovesEndQuietly)
{
    for (const char* name : {"churn", "rack-evacuation"})
    {
        const Scenario scenario = ReadShipped(name);
        ASSERT_EQ(scenario.orders.size(), 1U) << name;
        EXPECT_EQ(scenario.orders[0].expect, "done");
        EXPECT_TRUE(scenario.moves.empty());
        for (const auto& flow : scenario.flows)
        {
            EXPECT_LE(flow.stop + Seconds(4), scenario.duration) << flow.name;
        }
    }
    const Scenario evacuation = ReadShipped("rack-evacuation");
    const auto& vms = evacuation.vms;
    EXPECT_EQ(std::count_if(vms.begin(),
                            vms.end(),
                            [](const VmRow& vm)
                            {
                                return vm.nve.rfind("server-0-", 0) == 0;
                            }),
              200);
    const Scenario churn = ReadShipped("churn");
    EXPECT_DOUBLE_EQ(churn.orders[0].request.rate * 3600, 1000);
    EXPECT_EQ(churn.orders[0].request.transfer, "fluid");
    EXPECT_EQ(*churn.orders[0].request.until - churn.orders[0].time, Seconds(3600));
}

TEST(ShippedScenarios, ChainGoesHome)
{
    Scenario scenario = ReadShipped("chain");
    ASSERT_EQ(scenario.moves.size(), 3U);
    EXPECT_EQ(scenario.moves[2].to, scenario.vms[0].nve);
    EXPECT_EQ(scenario.moves[2].from, "server-2-0");
}
