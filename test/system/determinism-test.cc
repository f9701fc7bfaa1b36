// SPDX-License-Identifier: GPL-2.0-only
// Same seed, same bytes; and what the seed changes.
#include "scenario-fixture.h"

using namespace ns3::vmm;

namespace
{

using Files = std::map<std::string, std::string>; // contents of the CSV files, by name

class DeterminismTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "3s");
        SetKey("randomness", "on");
        files["traffic.csv"] =
            "flow,from,to,application,start,stop,period,packet_size,rate,response_size,think_time\n"
            "probe,one,web,udp-probe,500ms,2s,1ms,100B,,,\n"
            "inside,web,three,udp-probe,500ms,2s,1ms,100B,,,\n"
            "bulk,three,web,tcp-bulk,500ms,2s,,1400B,20Mbps,,\n"
            "calls,rack,web,rpc,500ms,2s,,100B,,2kB,1ms\n";
    }

    Files RunFiles(uint64_t seed)
    {
        Run("host-route", seed);
        Files read;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
        {
            if (entry.path().extension() == ".csv")
            {
                std::ifstream file(entry.path(), std::ios::binary);
                std::stringstream text;
                text << file.rdbuf();
                read[entry.path().filename().string()] = text.str();
            }
        }
        EXPECT_GE(read.size(), 12u);
        return read;
    }

    // Names the file instead of printing it.
    static void ExpectSame(const Files& a, const Files& b)
    {
        ASSERT_EQ(a.size(), b.size());
        for (const auto& [name, text] : a)
        {
            EXPECT_TRUE(b.count(name) && b.at(name) == text) << name;
        }
    }
};

} // namespace

TEST_F(DeterminismTest, SameSeedSameBytes)
{
    Files first = RunFiles(7);
    ExpectSame(first, RunFiles(7));
}

TEST_F(DeterminismTest, AnotherSeedMovesTheOffsets)
{
    std::set<double> orders;
    std::set<double> starts;
    for (uint64_t seed = 1; seed <= 3; ++seed)
    {
        Run("host-route", seed);
        double order = Move("m1", "order_s");
        EXPECT_GE(order, 1);
        EXPECT_LT(order, 1.01);
        orders.insert(order);
        auto first = Trace("packets").Where({{"flow", "probe"}}).front();
        double start = std::stod(first["sent_s"]);
        EXPECT_GE(start, 0.5);
        EXPECT_LT(start, 0.501);
        starts.insert(start);
    }
    EXPECT_EQ(orders.size(), 3u);
    EXPECT_EQ(starts.size(), 3u);
}

TEST_F(DeterminismTest, WithoutRandomnessTheSeedIsNothing)
{
    SetKey("randomness", "off");
    Files first = RunFiles(1);
    EXPECT_EQ(Move("m1", "order_s"), 1);
    ExpectSame(first, RunFiles(2));
}

TEST_F(DeterminismTest, SchemesSeeTheSameDraws)
{
    Run("host-route", 5);
    double order = Move("m1", "order_s");
    Run("ideal", 5);
    EXPECT_EQ(Move("m1", "order_s"), order);
}
