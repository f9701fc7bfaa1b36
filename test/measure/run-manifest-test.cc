// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/run-manifest.h"

#include "sim-fixture.h"

#include "ns3/nstime.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace vmm
{
namespace
{

/// Attribute defaults are process-wide.
class RunManifestTest : public SimTest
{
};

TEST_F(RunManifestTest, JsonQuotes)
{
    EXPECT_EQ(QuoteJson("a \"b\" \\ c\n"), "\"a \\\"b\\\" \\\\ c\\u000a\"");
}

TEST_F(RunManifestTest, ListsChangedDefaultsOnly)
{
    EXPECT_TRUE(ListNonDefaultAttributes().empty());
    Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
    const SettingList list = ListNonDefaultAttributes();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].first, "ns3::TcpSocketBase::MinRto");
    EXPECT_EQ(Time(list[0].second), MilliSeconds(200));
}

TEST_F(RunManifestTest, FormatsEveryMember)
{
    RunManifest manifest;
    manifest.commandLine = {"vmm", "run", "a b"};
    manifest.scenario = "hot";
    manifest.scheme = "host-route";
    manifest.seed = 7;
    manifest.settings = {{"duration", "10s"}, {"fabric", "leaf-spine"}};
    manifest.duration = Seconds(10);
    manifest.violations = {"flow x: bad"};
    manifest.warnings = {"odd"};
    const std::string text = FormatRunJson(manifest);
    for (const char* part : {"\"command\": \"vmm run \\\"a b\\\"\"",
                             "\"command_line\": [\"vmm\", \"run\", \"a b\"]",
                             "\"seed\": 7",
                             "\"duration_s\": 10.000000000",
                             "\"settings\": {\n    \"duration\": \"10s\",\n",
                             "\"attributes\": {\n  }",
                             "\"violations\": [\"flow x: bad\"]",
                             "\"warnings\": [\"odd\"]",
                             "\"ns-3\": \"3.",
                             "\"wall_time_s\": 0.000",
                             "\"peak_memory_bytes\": "})
    {
        EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
    }
    EXPECT_GT(GetPeakMemory(), 1000000U);
    EXPECT_THROW(WriteRunJson("/nonexistent/run.json", manifest), std::runtime_error);
}

} // namespace
} // namespace vmm
} // namespace ns3
