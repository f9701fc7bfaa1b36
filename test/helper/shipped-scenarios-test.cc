// SPDX-License-Identifier: GPL-2.0-only
// The scenarios that come along: each can be read, and leaves time for everything to arrive.
#include "helper/scenario-test-util.h"
#include "helper/test-schemes.h"

#include "ns3/attribute-value.h"
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

/// @return the schemes, the real one in the place of the test's if this library has it
SchemeTypes
RealSchemes()
{
    SchemeTypes schemes = vmmtest::Schemes();
    TypeId type;
    if (TypeId::LookupByNameFailSafe("ns3::vmm::HostRouteScheme", &type))
    {
        schemes["host-route"] = type;
    }
    return schemes;
}

/// Reads a scenario, without the rows that set attributes of classes which are not linked here.
Scenario
ReadShipped(const std::string& name)
{
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(Folder(name)))
    {
        std::ifstream in(entry.path());
        for (std::string line; std::getline(in, line);)
        {
            size_t cut = line.substr(0, line.find(',')).rfind("::");
            TypeId type;
            if (line.rfind("ns3::vmm::", 0) != 0 ||
                TypeId::LookupByNameFailSafe(line.substr(0, cut), &type))
            {
                files[entry.path().filename().string()] += line + "\n";
            }
        }
    }
    return ReadScenarioFiles(files, Folder(name), {}, RealSchemes());
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
                            "ns3::TcpSocket::SegmentSize",
                            "ns3::TcpSocket::SndBufSize",
                            "ns3::TcpSocket::RcvBufSize"})
    {
        EXPECT_EQ(scenario.settings.count(key), 1U) << key;
    }
    EXPECT_TRUE(std::filesystem::exists(Folder(GetParam()) + "/README.md"));
}

INSTANTIATE_TEST_SUITE_P(
    All,
    ShippedScenario,
    testing::Values("chain", "figure-1", "hot-intra-dc", "link-failure", "loops"),
    [](const testing::TestParamInfo<const char*>& info)
    {
        std::string name = info.param;
        std::replace(name.begin(), name.end(), '-', '_');
        return name;
    });

TEST(ShippedScenarios, ChainGoesHome)
{
    Scenario scenario = ReadShipped("chain");
    ASSERT_EQ(scenario.moves.size(), 3U);
    EXPECT_EQ(scenario.moves[2].to, scenario.vms[0].nve);
    EXPECT_EQ(scenario.moves[2].from, "server-2-0");
}
