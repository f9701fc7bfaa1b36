// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/csv-file.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace
{

TEST(CsvFile, SecondsAreExactWithNineDecimals)
{
    EXPECT_EQ(FormatSeconds(NanoSeconds(0)), "0.000000000");
    EXPECT_EQ(FormatSeconds(NanoSeconds(1)), "0.000000001");
    EXPECT_EQ(FormatSeconds(NanoSeconds(123456789012LL)), "123.456789012");
    EXPECT_EQ(FormatSeconds(NanoSeconds(-1500000000LL)), "-1.500000000");
}

TEST(CsvFile, QuotesAsRfc4180)
{
    EXPECT_EQ(QuoteCsv("plain text"), "plain text");
    EXPECT_EQ(QuoteCsv("a,b"), "\"a,b\"");
    EXPECT_EQ(QuoteCsv("say \"hi\""), "\"say \"\"hi\"\"\"");
    EXPECT_EQ(QuoteCsv("two\nlines"), "\"two\nlines\"");
}

TEST(CsvFile, WritesRowsAndRefusesShortOnes)
{
    const std::string path = ::testing::TempDir() + "vmm-csv-file-test.csv";
    {
        CsvFile file(path, {"a", "b", "c"});
        file.Field("x").Field(uint64_t(7)).Field(std::optional<Time>()).EndRow();
        file.Field(true).Field(1.5).Field(std::optional<Time>(MilliSeconds(2))).EndRow();
        file.Field("x");
        EXPECT_THROW(file.EndRow(), std::logic_error);
        file.Close();
    }
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    EXPECT_EQ(text.str(), "a,b,c\nx,7,\ntrue,1.500000,0.002000000\n");
    std::remove(path.c_str());
    EXPECT_THROW(CsvFile("/nonexistent/folder/x.csv", {"a"}), std::runtime_error);
}

} // namespace
} // namespace vmm
} // namespace ns3
