// SPDX-License-Identifier: GPL-2.0-only
// Distributions of sizes and times: what is drawn has the mean and the shares that were asked for.
#include "sim-fixture.h"

#include "ns3/flow-sizes.h"
#include "ns3/scenario-error.h"
#include "ns3/time-distribution.h"

#include <cmath>

namespace ns3
{
namespace vmm
{
namespace
{

// A normal variable is further from its mean than this in one of 100000 cases.
constexpr double SIGMAS = 4.42;

std::shared_ptr<const FlowSizes>
Shipped(const std::string& name)
{
    auto path = std::string(VMM_SOURCE_DIR) + "/scenarios/distributions/" + name + ".csv";
    return ReadFlowSizes(
        std::make_shared<const CsvTable>(CsvTable::Read(path, GetFlowSizesColumns())), name);
}

/// Expected square of a size: between two points a uniform distribution.
double
MeanSquare(const FlowSizes& sizes)
{
    double first = double(sizes.points.front().size);
    double sum = sizes.points.front().probability * first * first;
    for (size_t i = 1; i < sizes.points.size(); ++i)
    {
        double a = double(sizes.points[i - 1].size);
        double b = double(sizes.points[i].size);
        sum += (sizes.points[i].probability - sizes.points[i - 1].probability) *
               (a * a + a * b + b * b) / 3;
    }
    return sum;
}

class DistributionsTest : public SimTest
{
};

/// Draws from a shipped distribution and compares mean and every point with what they must be.
void
CheckDraws(const std::string& name)
{
    auto sizes = Shipped(name);
    auto variable = sizes->MakeVariable(true);
    variable->SetStream(7);
    constexpr int DRAWS = 400000;
    double sum = 0;
    std::vector<int> below(sizes->points.size());
    for (int i = 0; i < DRAWS; ++i)
    {
        double drawn = variable->GetValue();
        sum += drawn;
        for (size_t k = 0; k < below.size(); ++k)
        {
            below[k] += drawn <= double(sizes->points[k].size);
        }
    }
    double mean = sizes->GetMean();
    double deviation = std::sqrt((MeanSquare(*sizes) - mean * mean) / DRAWS);
    EXPECT_NEAR(sum / DRAWS, mean, SIGMAS * deviation);
    EXPECT_LT(deviation, 0.02 * mean) << "the check above says something";
    for (size_t k = 0; k < below.size(); ++k)
    {
        double share = sizes->points[k].probability;
        EXPECT_NEAR(
            double(below[k]) / DRAWS, share, SIGMAS * std::sqrt(share * (1 - share) / DRAWS) + 1e-9)
            << sizes->points[k].size;
    }
    EXPECT_EQ(sizes->MakeVariable(false)->GetValue(), mean);
}

TEST_F(DistributionsTest, WebSearchIsDrawnAsPublished)
{
    // 1141 packets of 1460 bytes, by hand; pFabric's scripts say 1138.
    EXPECT_NEAR(Shipped("web-search")->GetMean(), 1140.98 * 1460, 1);
    CheckDraws("web-search");
}

TEST_F(DistributionsTest, DataMiningIsDrawnAsPublished)
{
    // pFabric's scripts say 5117 packets.
    EXPECT_NEAR(Shipped("data-mining")->GetMean(), 5116.6 * 1460, 1);
    CheckDraws("data-mining");
}

TEST_F(DistributionsTest, ErrorsOfAFileOfSizesHaveTheirPlace)
{
    const std::pair<const char*, const char*> cases[] = {
        {"", "f.csv:1:1: found no row, expected points of a distribution"},
        {"100,1\n",
         "f.csv:2:1: found '100', expected a size above zero with its unit, such as 4GiB"},
        {"4B,1\n", "f.csv:2:1: found '4B', expected a size from 8B to 4294967295B"},
        {"9B,0.5\n8B,1\n", "f.csv:3:1: found '8B', expected a size from 9B to 4294967295B"},
        {"9B,0\n", "f.csv:2:4: found '0', expected one above 0"},
        {"9B,0.5\n10B,0.5\n", "f.csv:3:5: found '0.5', expected one above that of the line before"},
        {"9B,0.5\n10B,2\n", "f.csv:3:5: found '2', expected a number from 0 to 1"},
        {"9B,0.5\n10B,0.9\n", "f.csv:3:5: found '0.9', expected 1 in the last line"},
    };
    for (const auto& [rows, message] : cases)
    {
        try
        {
            ReadFlowSizes(
                std::make_shared<const CsvTable>(CsvTable::Parse(
                    "f.csv", std::string("size,probability\n") + rows, GetFlowSizesColumns())),
                "f");
            ADD_FAILURE() << rows;
        }
        catch (const ScenarioError& error)
        {
            EXPECT_STREQ(error.what(), message);
        }
    }
}

/// @return the mean of many draws (s)
double
MeanOf(const TimeDistribution& times, int draws)
{
    auto variable = times.MakeVariable(true);
    variable->SetStream(8);
    double sum = 0;
    for (int i = 0; i < draws; ++i)
    {
        sum += variable->GetValue();
    }
    return sum / draws;
}

TEST_F(DistributionsTest, TimesHaveTheirMeans)
{
    auto constant = ParseTimeDistribution("10ms", Bound::POSITIVE);
    EXPECT_EQ(MeanOf(constant, 1), 0.01);
    EXPECT_EQ(constant.ToString(), "10ms");

    auto exponential = ParseTimeDistribution("exponential 10ms", Bound::POSITIVE);
    EXPECT_NEAR(MeanOf(exponential, 100000), 0.01, SIGMAS * 0.01 / std::sqrt(100000));
    EXPECT_EQ(exponential.ToString(), "exponential 10ms");
    EXPECT_EQ(exponential.MakeVariable(false)->GetValue(), 0.01);

    // Variance of a Pareto variable of shape a: mean^2 / (a (a - 2)).
    auto pareto = ParseTimeDistribution("pareto 10ms 3", Bound::POSITIVE);
    EXPECT_NEAR(MeanOf(pareto, 100000), 0.01, SIGMAS * 0.01 / std::sqrt(3.0 * 100000));
    EXPECT_EQ(pareto.ToString(), "pareto 10ms 3");
    EXPECT_EQ(pareto.MakeVariable(false)->GetValue(), 0.01);
}

TEST_F(DistributionsTest, TimesThatAreNone)
{
    for (const char* text : {"",
                             "10",
                             "exponential",
                             "exponential 0ms",
                             "exponential 1ms 2",
                             "pareto 10ms",
                             "pareto 10ms 1",
                             "pareto 10ms 101",
                             "normal 10ms"})
    {
        EXPECT_THROW(ParseTimeDistribution(text, Bound::POSITIVE), ValueError) << text;
    }
    EXPECT_THROW(ParseTimeDistribution("0s", Bound::POSITIVE), ValueError);
    EXPECT_EQ(ParseTimeDistribution("0s", Bound::NON_NEGATIVE).mean, Time());
}

} // namespace
} // namespace vmm
} // namespace ns3
