// SPDX-License-Identifier: GPL-2.0-only
#include "helper/scenario-test-util.h"

#include "ns3/csv-table.h"

#include <random>

using namespace ns3::vmm;
using vmmtest::MessageOf;

namespace
{

const std::vector<CsvColumn> COLUMNS = {{"name", true}, {"size", true}, {"note", false}};

CsvTable
Parse(const std::string& bytes)
{
    return CsvTable::Parse("t.csv", bytes, COLUMNS);
}

std::string
ErrorOf(const std::string& bytes)
{
    return MessageOf<ScenarioError>(
        [&bytes]
        {
            Parse(bytes);
        });
}

} // namespace

TEST(CsvTable, ReadsColumnsInAnyOrderWithPositions)
{
    auto table = Parse("size,name\n1B,first\n22B,second\n");
    ASSERT_EQ(table.GetRowCount(), 2U);
    EXPECT_EQ(table.Get(0, "name"), "first");
    EXPECT_EQ(table.Get(1, "size"), "22B");
    EXPECT_EQ(table.Get(1, "note"), "");
    EXPECT_EQ(table.At(0, "name").ToString(), "t.csv:2:4");
    EXPECT_EQ(table.At(1, "name").ToString(), "t.csv:3:5");
    EXPECT_EQ(table.At(1, "size").ToString(), "t.csv:3:1");
    EXPECT_EQ(table.At(1, "note").ToString(), "t.csv:3:1") << "no such column in this file";
}

TEST(CsvTable, ColumnsCountCharactersNotBytes)
{
    auto table = Parse("name,size\n\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80,1B\n");
    EXPECT_EQ(table.At(0, "size").ToString(), "t.csv:2:5");
}

TEST(CsvTable, AcceptsByteOrderMarkCrLfBlankLinesAndNoFinalNewline)
{
    auto table = Parse("\xEF\xBB\xBFname,size\r\n\r\na,1B\r\n   \nb,2B");
    ASSERT_EQ(table.GetRowCount(), 2U);
    EXPECT_EQ(table.At(0, "name").ToString(), "t.csv:3:1");
    EXPECT_EQ(table.Get(0, "size"), "1B");
    EXPECT_EQ(table.At(1, "size").ToString(), "t.csv:5:3");
    EXPECT_EQ(table.Get(1, "size"), "2B");
}

TEST(CsvTable, TrimsBlanksAroundFields)
{
    auto table = Parse("name , size\n  a\t,  1B  \n");
    EXPECT_EQ(table.Get(0, "name"), "a");
    EXPECT_EQ(table.Get(0, "size"), "1B");
    EXPECT_EQ(table.At(0, "name").column, 3U);
    EXPECT_EQ(table.At(0, "size").column, 8U);
}

TEST(CsvTable, UnquotesFields)
{
    auto table =
        Parse("name,size,note\n\"a,b\",\"\",\"he said \"\"no\"\"\"\nx,\" 1B \",\"\"\"\"\n");
    EXPECT_EQ(table.Get(0, "name"), "a,b");
    EXPECT_EQ(table.Get(0, "size"), "");
    EXPECT_EQ(table.Get(0, "note"), "he said \"no\"");
    EXPECT_EQ(table.At(0, "size").column, 7U);
    EXPECT_EQ(table.At(0, "note").column, 10U);
    EXPECT_EQ(table.Get(1, "size"), " 1B ") << "blanks inside quotes stay";
    EXPECT_EQ(table.Get(1, "note"), "\"");
}

TEST(CsvTable, HeaderAloneIsNoRow)
{
    EXPECT_EQ(Parse("name,size").GetRowCount(), 0U);
}

TEST(CsvTable, RefusesEmptyFiles)
{
    const char* expected =
        "t.csv:1:1: found an empty file, expected a header with the columns name, size";
    EXPECT_EQ(ErrorOf(""), expected);
    EXPECT_EQ(ErrorOf("\n \r\n"), expected);
    EXPECT_EQ(ErrorOf("\xEF\xBB\xBF"), expected);
}

TEST(CsvTable, RefusesHeadersThatDoNotFit)
{
    EXPECT_EQ(ErrorOf("name\na\n"),
              "t.csv:1:1: found no column 'size', expected the columns name, size");
    EXPECT_EQ(ErrorOf("name,size,name\n"),
              "t.csv:1:11: found column 'name' a second time, expected each column once");
    EXPECT_EQ(ErrorOf("name,size,colour\n"),
              "t.csv:1:11: found column 'colour', expected one of name, size, note");
    EXPECT_EQ(ErrorOf("name,size,\n"),
              "t.csv:1:11: found a column without a name, expected one of name, size, note");
}

TEST(CsvTable, RefusesRowsOfAnotherWidth)
{
    EXPECT_EQ(ErrorOf("name,size\na\n"), "t.csv:2:2: found 1 field, expected 2 as in the header");
    EXPECT_EQ(ErrorOf("name,size,note\na,1B\n"),
              "t.csv:2:5: found 2 fields, expected 3 as in the header");
    EXPECT_EQ(ErrorOf("name,size\na,1B,\n"),
              "t.csv:2:6: found 3 fields, expected 2 as in the header");
}

TEST(CsvTable, RefusesWhatIsNoText)
{
    EXPECT_EQ(ErrorOf(std::string("name,size\na\0b,1B\n", 16)),
              "t.csv:2:2: found a NUL byte, expected UTF-8 text");
    EXPECT_EQ(ErrorOf("name,size\na,\xFF\n"),
              "t.csv:2:3: found byte 0xff that is not UTF-8, expected UTF-8 text");
    EXPECT_EQ(ErrorOf("name,size\na,1\xC3"),
              "t.csv:2:4: found byte 0xc3 that is not UTF-8, expected UTF-8 text");
    EXPECT_EQ(ErrorOf("name,size\n\xC0\xAF,1B\n"),
              "t.csv:2:1: found byte 0xc0 that is not UTF-8, expected UTF-8 text")
        << "overlong";
    EXPECT_EQ(ErrorOf("name,size\n\xED\xA0\x80,1B\n"),
              "t.csv:2:1: found byte 0xed that is not UTF-8, expected UTF-8 text")
        << "surrogate";
    EXPECT_EQ(ErrorOf("name,size\na\rb,1B\n"),
              "t.csv:2:2: found control character 0x0d, expected UTF-8 text");
    EXPECT_EQ(ErrorOf("\xFF\xFEn\0a\0"),
              "t.csv:1:1: found byte 0xff that is not UTF-8, expected UTF-8 text");
}

TEST(CsvTable, RefusesMalformedQuotes)
{
    EXPECT_EQ(ErrorOf("name,size\na,\"1B\n"),
              "t.csv:2:3: found a quoted field without its closing quote, expected the quote to "
              "close on the same line");
    EXPECT_EQ(ErrorOf("name,size\na,\"1\"B\n"),
              "t.csv:2:3: found '\"1\"B', expected a field wholly in quotes, each quote inside it "
              "doubled");
    EXPECT_EQ(ErrorOf("name,size\nin\"ch\",1B\n"),
              "t.csv:2:1: found 'in\"ch\"', expected a field wholly in quotes, each quote inside "
              "it doubled");
}

TEST(CsvTable, RefusesHugeFieldsAndLines)
{
    EXPECT_EQ(ErrorOf("name,size\na," + std::string(2 << 20, 'x') + "\n"),
              "t.csv:2:3: found a field of 2097152 bytes, expected at most 4096");
    EXPECT_EQ(ErrorOf("name,size\na," + std::string(5000, 'x') + "\n"),
              "t.csv:2:3: found a field of 5000 bytes, expected at most 4096");
    std::string commas(100000, ',');
    EXPECT_EQ(ErrorOf("name,size\n" + commas + "\n"),
              "t.csv:2:1: found a line of 100000 bytes, expected at most 65536");
    EXPECT_EQ(ErrorOf(std::string(17 << 20, 'x')),
              "t.csv:1:1: found a file of 17825792 bytes, expected at most 16777216");
}

TEST(CsvTable, ReadsFiles)
{
    vmmtest::TempFolder folder;
    folder.Write("a.csv", "name,size\na,1B\n");
    EXPECT_EQ(CsvTable::Read(folder.Path("a.csv"), COLUMNS).Get(0, "size"), "1B");
    std::string missing = folder.Path("b.csv");
    EXPECT_EQ(MessageOf<ScenarioError>(
                  [&]
                  {
                      CsvTable::Read(missing, COLUMNS);
                  }),
              missing + ":1:1: found no file, expected a file with the columns name, size");
    EXPECT_EQ(MessageOf<ScenarioError>(
                  [&]
                  {
                      CsvTable::Read(folder.Path(), COLUMNS);
                  }),
              folder.Path() + ":1:1: found something that is no regular file, expected a file "
                              "with the columns name, size");
    EXPECT_EQ(MessageOf<ScenarioError>(
                  [&]
                  {
                      CsvTable::Read("/dev/zero", COLUMNS);
                  }),
              "/dev/zero:1:1: found something that is no regular file, expected a file with the "
              "columns name, size");
}

TEST(CsvTable, ErrorsAreOneLineOfPrintableText)
{
    std::string text = ErrorOf("name,size,\xC3\xA9" + std::string(100, 'x') + "\n");
    EXPECT_EQ(text,
              "t.csv:1:11: found column '\\xc3\\xa9" + std::string(58, 'x') +
                  "...', expected one of name, size, note");
}

TEST(CsvTable, RandomBytesNeverCrash)
{
    std::mt19937 random(7);
    const std::string alphabet = "name,size\n\r\"\t ,,1B\"\"\n\xC3\xA9\xFF";
    const std::string seed = "name,size,note\na,1B,x\n\"b,c\",2B,\"q\"\"q\"\r\n";
    size_t accepted = 0;
    for (int i = 0; i < 30000; ++i)
    {
        std::string text;
        if (i % 2 == 0)
        {
            text = i % 4 == 0 ? "name,size\n" : "";
            for (size_t n = random() % 40; n > 0; --n)
            {
                text += alphabet[random() % alphabet.size()];
            }
        }
        else
        {
            text = seed;
            for (size_t n = random() % 3 + 1; n > 0; --n)
            {
                text[random() % text.size()] = static_cast<char>(random());
            }
        }
        std::string error = ErrorOf(text);
        accepted += error == "no error";
        ASSERT_EQ(error.find('\n'), std::string::npos) << i;
        ASSERT_TRUE(error == "no error" || error.rfind("t.csv:", 0) == 0) << error;
    }
    EXPECT_GT(accepted, 300U);
}
