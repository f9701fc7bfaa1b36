// SPDX-License-Identifier: GPL-2.0-only
#include "helper/scenario-files.h"

using namespace ns3;
using namespace ns3::vmm;
using vmmtest::ScenarioFiles;

namespace
{

Scenario
ReadWith(const ScenarioOverrides& overrides)
{
    ScenarioFiles files;
    files.overrides = overrides;
    return files.Read();
}

const std::string REDIRECT = "vmmtest::FakeHostRoute::Redirect";

} // namespace

TEST(ScenarioSettings, SetOverridesARow)
{
    Scenario scenario = ReadWith({"", "", {"Redirect=Tunnel", "duration=9500ms"}});
    EXPECT_EQ(scenario.GetSchemeOption("Redirect"), "Tunnel");
    EXPECT_EQ(scenario.duration, MilliSeconds(9500));
    EXPECT_EQ(scenario.sources.at("duration").ToString(), "--set");
    EXPECT_EQ(scenario.differences,
              (std::map<std::string, std::string>{{"duration", "9500ms"}, {REDIRECT, "Tunnel"}}));
    EXPECT_EQ(scenario.settingsHash, ShortHash("duration=9500ms\n" + REDIRECT + "=Tunnel\n"));
}

TEST(ScenarioSettings, LaterSetsWinAndFullNamesAreTheSame)
{
    Scenario scenario = ReadWith({"host-route:Redirect=SourceOnly:Linger=5s",
                                  "",
                                  {"Redirect=Path", REDIRECT + "=Tunnel", "Common=4"}});
    EXPECT_EQ(scenario.GetSchemeOption("Redirect"), "Tunnel");
    EXPECT_EQ(scenario.GetSchemeOption("Linger"), "5s");
    EXPECT_EQ(scenario.GetSchemeOption("Common"), "4");
    EXPECT_EQ(scenario.differences.count("vmmtest::FakeScheme::Common"), 1U);
    EXPECT_EQ(scenario.attributes.size(), 4U);
}

TEST(ScenarioSettings, HashIsKnownAndOnlyOverWhatDiffers)
{
    EXPECT_EQ(ShortHash("abc"), "ba7816bf");
    std::string none = ReadWith({}).settingsHash;
    EXPECT_EQ(none, "");
    EXPECT_EQ(ReadWith({"", "7", {}}).settingsHash, "") << "the seed has its own folder";
    EXPECT_EQ(ReadWith({"ideal", "", {}}).settingsHash, "") << "so has the scheme";
    EXPECT_EQ(ReadWith({"", "", {"duration=10000ms"}}).settingsHash, "") << "the same value";
    EXPECT_EQ(ReadWith({"", "", {"Linger=30s"}}).settingsHash, "") << "the default";
    EXPECT_EQ(ReadWith({"", "", {"ns3::TcpSocketBase::MinRto=0.2s"}}).settingsHash, "");
    std::string one = ReadWith({"", "", {"Linger=31s"}}).settingsHash;
    EXPECT_EQ(one.size(), 8U);
    EXPECT_EQ(one, ReadWith({"host-route:Linger=31s", "", {}}).settingsHash);
    EXPECT_NE(one, ReadWith({"", "", {"Linger=32s"}}).settingsHash);
}

TEST(ScenarioSettings, AnEmptyValueIsTheDefault)
{
    Scenario scenario = ReadWith({"", "", {"ns3::TcpSocketBase::MinRto="}});
    EXPECT_EQ(scenario.settings.count("ns3::TcpSocketBase::MinRto"), 0U);
    EXPECT_EQ(scenario.differences.count("ns3::TcpSocketBase::MinRto"), 1U);
    EXPECT_NE(scenario.settingsHash, "");
    EXPECT_EQ(ReadWith({"", "", {"Redirect="}}).settingsHash, "") << "Path is the default";
}

TEST(ScenarioSettings, AnotherSchemeKeepsTheRowsOfTheFirst)
{
    Scenario scenario = ReadWith({"ideal:Common=5", "", {}});
    EXPECT_EQ(scenario.scheme, "ideal");
    EXPECT_EQ(scenario.schemeType, vmmtest::FakeScheme::GetTypeId());
    EXPECT_EQ(scenario.GetSchemeOption("Common"), "5");
    EXPECT_EQ(scenario.GetSchemeOption("Redirect"), "");
    EXPECT_EQ(scenario.settings.at(REDIRECT), "Path");
}

TEST(ScenarioSettings, AnotherFabricDropsTheBuildersKeys)
{
    ScenarioFiles files;
    files.UseCsvFabric();
    files.files["scenario.csv"] = "key,value\nfabric,leaf-spine\nleaves,2\nspines,2\nservers,2\n"
                                  "duration,10s\n";
    files.overrides.set = {"fabric=csv"};
    Scenario scenario = files.Read();
    EXPECT_EQ(scenario.fabric, "csv");
    EXPECT_EQ(scenario.settings.count("leaves"), 0U);
    EXPECT_NE(scenario.settingsHash, "");
}

TEST(ScenarioSettings, ScenarioHashIsOverTheBytes)
{
    ScenarioFiles files;
    std::string hash = files.Read().scenarioHash;
    EXPECT_EQ(files.Read().scenarioHash, hash);
    EXPECT_EQ(ScenarioFiles().Read().scenarioHash, hash) << "the folder's name does not matter";
    files.overrides.set = {"duration=9500ms"};
    EXPECT_EQ(files.Read().scenarioHash, hash) << "nor does the command line";
    files.Append("moves.csv", "\n");
    EXPECT_NE(files.Read().scenarioHash, hash);
}

TEST(ScenarioSettings, Split)
{
    using Strings = std::vector<std::string>;
    EXPECT_EQ(SplitSettings(""), Strings{});
    EXPECT_EQ(SplitSettings("a=1"), Strings{"a=1"});
    EXPECT_EQ(SplitSettings("a=1,b=2"), (Strings{"a=1", "b=2"}));
    EXPECT_EQ(SplitSettings("a=1\\,2,b=\\\\,"), (Strings{"a=1,2", "b=\\", ""}));
    EXPECT_EQ(SplitSettings("a=\\"), Strings{"a=\\"});
}
