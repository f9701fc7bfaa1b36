// SPDX-License-Identifier: GPL-2.0-only
#include "helper/scenario-test-util.h"

#include "ns3/quantities.h"

#include <limits>

using namespace ns3;
using namespace ns3::vmm;
using vmmtest::MessageOf;

namespace
{

uint64_t
Size(const std::string& text)
{
    return ParseSize(text, Bound::NON_NEGATIVE);
}

uint64_t
Rate(const std::string& text)
{
    return ParseRate(text, Bound::NON_NEGATIVE).GetBitRate();
}

int64_t
Nanoseconds(const std::string& text)
{
    return ParseTime(text, Bound::NON_NEGATIVE).GetNanoSeconds();
}

template <typename Action>
std::string
ErrorOf(Action action)
{
    return MessageOf<ValueError>(action);
}

} // namespace

TEST(Quantities, Sizes)
{
    EXPECT_EQ(Size("1500B"), 1500U);
    EXPECT_EQ(Size("10MiB"), 10485760U);
    EXPECT_EQ(Size("4GiB"), 4294967296U);
    EXPECT_EQ(Size("1.5GiB"), 1610612736U);
    EXPECT_EQ(Size("0.5KiB"), 512U);
    EXPECT_EQ(Size("2kB"), 2000U);
    EXPECT_EQ(Size("3MB"), 3000000U);
    EXPECT_EQ(Size("0B"), 0U);
    EXPECT_EQ(Size("0001.250000000000000000000000kB"), 1250U);
    EXPECT_EQ(Size("8388607TiB"), 8388607ULL << 40);
    EXPECT_EQ(Size("9223372036854775807B"), 9223372036854775807U);
}

TEST(Quantities, Rates)
{
    EXPECT_EQ(Rate("10Gbps"), 10000000000U);
    EXPECT_EQ(Rate("250Mbps"), 250000000U);
    EXPECT_EQ(Rate("10MiB/s"), 83886080U);
    EXPECT_EQ(Rate("1.25MB/s"), 10000000U);
    EXPECT_EQ(Rate("2.5Gbps"), 2500000000U);
    EXPECT_EQ(Rate("0MiB/s"), 0U);
    EXPECT_EQ(Rate("0.125B/s"), 1U);
}

TEST(Quantities, Times)
{
    EXPECT_EQ(Nanoseconds("50us"), 50000);
    EXPECT_EQ(Nanoseconds("1.5s"), 1500000000);
    EXPECT_EQ(Nanoseconds("10ms"), 10000000);
    EXPECT_EQ(Nanoseconds("1ns"), 1);
    EXPECT_EQ(Nanoseconds("2min"), 120000000000);
    EXPECT_EQ(Nanoseconds("1h"), 3600000000000);
    EXPECT_EQ(Nanoseconds("0s"), 0);
    EXPECT_EQ(Nanoseconds("0.1s"), 100000000) << "exact, not by way of a double";
}

TEST(Quantities, AnUnitIsNeverLeftOut)
{
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Size("4");
                  }),
              "found '4', expected a size with its unit, such as 4GiB");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Size("0");
                  }),
              "found '0', expected a size with its unit, such as 4GiB");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Rate("1000");
                  }),
              "found '1000', expected a rate with its unit, such as 10Gbps");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Nanoseconds("1.5");
                  }),
              "found '1.5', expected a time with its unit, such as 50us");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Nanoseconds("");
                  }),
              "found an empty field, expected a time with its unit, such as 50us");
}

TEST(Quantities, UnknownUnitsAndForms)
{
    for (const char* text : {"4gib",
                             "4GIB",
                             "4Gib",
                             "4 GiB",
                             "GiB",
                             "4GiBx",
                             "+4GiB",
                             "4e3B",
                             ".5GiB",
                             "5.GiB",
                             "0x4B",
                             "4,5GiB",
                             "nanB",
                             "infB",
                             "4GiB ",
                             " 4GiB",
                             "4\xC2\xB5"
                             "B",
                             "4Mbps",
                             "1.2.3B"})
    {
        EXPECT_THROW(Size(text), ValueError) << text;
    }
    for (const char* text : {"10gbps", "10GB", "10Gb", "10Gbit/s", "10 Gbps"})
    {
        EXPECT_THROW(Rate(text), ValueError) << text;
    }
    for (const char* text : {"1sec", "1S", "1 s", "1d", "s"})
    {
        EXPECT_THROW(Nanoseconds(text), ValueError) << text;
    }
}

TEST(Quantities, NegativeAndZero)
{
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Size("-4GiB");
                  }),
              "found '-4GiB', expected a size with its unit, such as 4GiB");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      ParseRate("-1Gbps", Bound::POSITIVE);
                  }),
              "found '-1Gbps', expected a rate above zero with its unit, such as 10Gbps");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      ParseRate("0Gbps", Bound::POSITIVE);
                  }),
              "found '0Gbps', expected a rate above zero with its unit, such as 10Gbps");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      ParseTime("0.000s", Bound::POSITIVE);
                  }),
              "found '0.000s', expected a time above zero with its unit, such as 50us");
}

TEST(Quantities, NothingIsRoundedOrOverflows)
{
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Size("0.3KiB");
                  }),
              "found '0.3KiB', expected a whole number of bytes");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Nanoseconds("0.5ns");
                  }),
              "found '0.5ns', expected a whole number of nanoseconds");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Rate("0.5bps");
                  }),
              "found '0.5bps', expected a whole number of bits per second");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Size("8388608TiB");
                  }),
              "found '8388608TiB', expected at most 2^63-1 bytes");
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      Nanoseconds("2562048h");
                  }),
              "found '2562048h', expected at most 2^63-1 nanoseconds");
    EXPECT_THROW(Size("99999999999999999999B"), ValueError);
    EXPECT_THROW(Size(std::string(3000, '9') + "B"), ValueError);
    EXPECT_THROW(Nanoseconds("0." + std::string(3000, '1') + "s"), ValueError);
}

TEST(Quantities, CountsAndNumbers)
{
    EXPECT_EQ(ParseCount("7", 1, 10), 7U);
    EXPECT_EQ(ParseCount("18446744073709551615", 0, std::numeric_limits<uint64_t>::max()),
              18446744073709551615U);
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      ParseCount("0", 1, 10);
                  }),
              "found '0', expected a whole number from 1 to 10");
    for (const char* text : {"", "-1", "1.5", "1 ", "+1", "11", "0x1", "18446744073709551616"})
    {
        EXPECT_THROW(ParseCount(text, 0, 10), ValueError) << text;
    }
    EXPECT_DOUBLE_EQ(ParseNumber("-12.5", -90, 90), -12.5);
    EXPECT_DOUBLE_EQ(ParseNumber("90", -90, 90), 90);
    EXPECT_EQ(ErrorOf(
                  []
                  {
                      ParseNumber("90.5", -90, 90);
                  }),
              "found '90.5', expected a number from -90 to 90");
    for (const char* text : {"", "-", "1e1", "nan", "inf", "1,5", "--1", "1 "})
    {
        EXPECT_THROW(ParseNumber(text, -90, 90), ValueError) << text;
    }
}

TEST(Quantities, LocaleDoesNotMatter)
{
    // A locale with a decimal comma, if the machine has one.
    const char* old = std::setlocale(LC_ALL, nullptr);
    std::string saved = old ? old : "C";
    std::setlocale(LC_ALL, "de_DE.UTF-8");
    EXPECT_EQ(Nanoseconds("1.5s"), 1500000000);
    EXPECT_DOUBLE_EQ(ParseNumber("1.5", 0, 2), 1.5);
    std::setlocale(LC_ALL, saved.c_str());
}

TEST(Quantities, FormatIsReadBackAndShort)
{
    EXPECT_EQ(FormatSize(4294967296), "4GiB");
    EXPECT_EQ(FormatSize(1500), "1500B");
    EXPECT_EQ(FormatSize(0), "0B");
    EXPECT_EQ(FormatRate(DataRate(10000000000)), "10Gbps");
    EXPECT_EQ(FormatRate(DataRate(83886080)), "83886080bps");
    EXPECT_EQ(FormatTime(NanoSeconds(1500000000)), "1500ms");
    EXPECT_EQ(FormatTime(Seconds(2)), "2s");
    EXPECT_EQ(FormatTime(Time()), "0s");
    for (uint64_t value : {1ULL, 999ULL, 1024ULL, 5000000ULL, 1ULL << 40, 123456789ULL})
    {
        EXPECT_EQ(Size(FormatSize(value)), value);
        EXPECT_EQ(Rate(FormatRate(DataRate(value))), value);
        EXPECT_EQ(Nanoseconds(FormatTime(NanoSeconds(value))), static_cast<int64_t>(value));
    }
}
