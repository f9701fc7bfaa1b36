// SPDX-License-Identifier: GPL-2.0-only
// Published results beside ours, group by group; `./vmm validate` makes a table of the same cases.
#include "../sim-fixture.h"
#include "validation-cases.h"

namespace ns3
{
namespace vmm
{
namespace
{

class ValidationTest : public SimTest, public ::testing::WithParamInterface<ValidationGroup>
{
};

TEST_P(ValidationTest, WithinTolerance)
{
    const ValidationTable table = GetParam().run(VMM_SOURCE_DIR "/scenarios/validation");
    EXPECT_FALSE(table.GetRows().empty());
    for (const ValidationRow& row : table.GetRows())
    {
        EXPECT_TRUE(row.within) << row.name << ": " << row.source << " " << row.expected
                                << ", ours " << row.ours << " (" << row.difference << ")";
    }
}

INSTANTIATE_TEST_SUITE_P(Case,
                         ValidationTest,
                         ::testing::ValuesIn(GetValidationGroups()),
                         [](const auto& info)
                         {
                             return std::string(info.param.name);
                         });

TEST(ValidationTableTest, Comparisons)
{
    ValidationTable table("somebody");
    table.Add("a", "s", 100, 104.9, 0.05);
    table.Add("b", "s", 100, 94.9, 0.05);
    table.AddAbsolute("c", "", 4, 4, 0);
    table.AddAbsolute("d", "", 4, 5, 0);
    table.AddAtMost("e", "s", 0.6, 0.606, 0.02);
    table.AddAtMost("f", "s", 0.6, 0.613, 0.02);
    table.AddText("g", "yes", "yes");
    table.AddText("h", "yes", "no");
    std::vector<bool> within;
    for (const auto& row : table.GetRows())
    {
        EXPECT_EQ(row.source, "somebody");
        within.push_back(row.within);
    }
    EXPECT_EQ(within, (std::vector<bool>{true, false, true, false, true, false, true, false}));
    EXPECT_EQ(table.GetRows()[0].difference, "+4.90 %");
    EXPECT_EQ(table.GetRows()[0].tolerance, "+-5 %");
    EXPECT_EQ(table.GetRows()[0].expected, "100 s");
    EXPECT_EQ(table.GetRows()[2].tolerance, "exact");
    EXPECT_EQ(table.GetRows()[4].expected, "<= 0.6 s");
}

} // namespace
} // namespace vmm
} // namespace ns3
