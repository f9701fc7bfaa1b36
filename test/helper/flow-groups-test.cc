// SPDX-License-Identifier: GPL-2.0-only
// Rows of traffic.csv that are many flows, and the columns of on-off, sized and incast.
#include "helper/scenario-files.h"

#include "ns3/flow-ends.h"

#include <map>
#include <set>

using namespace ns3;
using namespace ns3::vmm;
using namespace vmmtest;

namespace
{

const std::string HEADER = "flow,from,to,application,start,period,rate,packet_size,response_size,"
                           "think_time,on,off,distribution,direction,count\n";

/// VMs a, b, c on two servers and one behind them, one distribution.
ScenarioFiles
Files(const std::string& rows)
{
    ScenarioFiles files;
    files.Replace("scenario.csv", "duration,10s\n", "duration,10s\nhosts,out-1 out-2 other\n");
    files.Append("vms.csv", "web-1,server-1-1,64MiB,,,\nweb-2,server-1-1,64MiB,,,\n");
    files.files["traffic.csv"] = HEADER + rows;
    files.files["sizes.csv"] = "size,probability\n1000B,0.5\n3000B,1\n";
    return files;
}

/// @return "from>to" of every flow
std::vector<std::string>
Pairs(const Scenario& scenario)
{
    std::vector<std::string> pairs;
    for (const auto& flow : scenario.flows)
    {
        pairs.push_back(flow.from.ToString() + ">" + flow.to.ToString());
    }
    return pairs;
}

TEST(FlowGroups, MaxFlowsKeepsTheFirst)
{
    auto files = Files("ns,host:out-*,web-1,udp-probe,1s,1ms,,,,,,,,,\n"
                       "one,a,b,udp-probe,1s,1ms,,,,,,,,,\n");
    for (const auto& [most, left] : std::map<std::string, size_t>{{"1", 1}, {"2", 2}, {"9", 3}})
    {
        files.overrides.set = {"max_flows=" + most};
        EXPECT_EQ(files.Read().flows.size(), left) << most;
    }
    files.overrides.set = {"max_flows=2"};
    EXPECT_EQ(files.Read().flows.back().name, "ns.2");
    files.overrides.set = {"max_flows=0"};
    EXPECT_NE(files.Error().find("found '0', expected"), std::string::npos) << files.Error();
}

TEST(FlowGroups, ListsAndStarsMakePairs)
{
    auto files = Files("ew,web-* a,web-* b,udp-probe,1s,1ms,,,,,,,,,\n"
                       "ns,host:out-*,web-1,udp-probe,1s,1ms,,,,,,,,,\n"
                       "one,a,b,udp-probe,1s,1ms,,,,,,,,,\n");
    Scenario scenario = files.Read();
    EXPECT_EQ(Pairs(scenario),
              (std::vector<std::string>{"web-1>web-2",
                                        "web-1>b",
                                        "web-2>web-1",
                                        "web-2>b",
                                        "a>web-1",
                                        "a>web-2",
                                        "a>b",
                                        "host:out-1>web-1",
                                        "host:out-2>web-1",
                                        "a>b"}));
    EXPECT_EQ(scenario.flows[0].name, "ew.1");
    EXPECT_EQ(scenario.flows[6].name, "ew.7");
    EXPECT_EQ(scenario.flows[6].row, "ew");
    EXPECT_EQ(scenario.flows[9].name, "one");
    EXPECT_EQ(scenario.flows[9].row, "one");
}

TEST(FlowGroups, ACountIsDrawnBySeedAndName)
{
    auto rows = "ew,*,*,udp-probe,1s,1ms,,,,,,,,,7\n";
    auto files = Files(rows);
    auto first = Pairs(files.Read());
    EXPECT_EQ(first.size(), 7U);
    EXPECT_EQ(std::set<std::string>(first.begin(), first.end()).size(), 7U);
    EXPECT_EQ(Pairs(files.Read()), first) << "same seed, same pairs";
    files.overrides.seed = "2";
    EXPECT_NE(Pairs(files.Read()), first);
    auto later = Files(std::string("x,a,b,udp-probe,1s,1ms,,,,,,,,,\n") + rows);
    auto pairs = Pairs(later.Read());
    pairs.erase(pairs.begin());
    EXPECT_EQ(pairs, first) << "whatever other rows there are";
    files.overrides.set = {"randomness=off"};
    auto even = Pairs(files.Read());
    EXPECT_EQ(even.size(), 7U);
    EXPECT_EQ(even.front(), "a>b") << "evenly over all of them";
    files.overrides.seed = "3";
    EXPECT_EQ(Pairs(files.Read()), even);
}

TEST(FlowGroups, EveryChoiceIsAsLikely)
{
    // 10 of 30, 3000 times: each number 1000 times, standard deviation 25.8.
    std::vector<int> hits(30);
    for (uint64_t seed = 1; seed <= 3000; ++seed)
    {
        auto chosen = ChooseIndices(30, 10, "x", seed);
        EXPECT_EQ(std::set<uint64_t>(chosen.begin(), chosen.end()).size(), 10U);
        for (uint64_t index : chosen)
        {
            ++hits.at(index);
        }
    }
    for (int count : hits)
    {
        EXPECT_NEAR(count, 1000, 4.42 * 25.8);
    }
}

TEST(FlowGroups, ColumnsOfTheApplications)
{
    auto files = Files("o,a,b,on-off,1s,,8Mbps,500B,,,exponential 100ms,pareto 200ms 1.5,,,\n"
                       "up,a,b,sized,1s,,1Mbps,,,,,,sizes,,\n"
                       "down,a,b,sized,1s,20ms,,200B,,,,,sizes,download,\n"
                       "q,a b,web-1,incast,1s,,,50B,5kB,exponential 10ms,,,,,\n"
                       "r,a,b,rpc,1s,,,50B,5kB,exponential 10ms,,,,,\n");
    Scenario scenario = files.Read();
    ASSERT_EQ(scenario.flows.size(), 6U);
    EXPECT_EQ(scenario.flows[0].application, FlowApplication::ON_OFF);
    EXPECT_EQ(scenario.flows[0].on.ToString(), "exponential 100ms");
    EXPECT_EQ(scenario.flows[0].off.ToString(), "pareto 200ms 1.5");
    EXPECT_EQ(scenario.flows[0].rate->GetBitRate(), 8000000U);
    EXPECT_EQ(scenario.flows[0].packetSize, 500U);
    // Half of them 1000 bytes, half between 1000 and 3000: 1500, every 12 ms for 1 Mbit/s.
    EXPECT_EQ(scenario.flows[1].sizes->GetMean(), 1500);
    EXPECT_EQ(scenario.flows[1].interval, MilliSeconds(12));
    EXPECT_FALSE(scenario.flows[1].download);
    EXPECT_EQ(scenario.flows[2].interval, MilliSeconds(20));
    EXPECT_TRUE(scenario.flows[2].download);
    EXPECT_EQ(scenario.flows[2].packetSize, 200U);
    EXPECT_EQ(scenario.flows[2].sizes, scenario.flows[1].sizes) << "read once";
    EXPECT_EQ(scenario.flows[3].name, "q.1");
    EXPECT_EQ(scenario.flows[4].name, "q.2");
    EXPECT_EQ(scenario.flows[4].responseSize, 5000U);
    EXPECT_EQ(scenario.flows[4].thinkTime.ToString(), "exponential 10ms");
    EXPECT_EQ(scenario.flows[5].thinkTime.kind, TimeDistribution::Kind::EXPONENTIAL);
}

TEST(FlowGroups, ADistributionMayLieBesideTheScenario)
{
    auto files = Files("up,a,b,sized,1s,,1Mbps,,,,,,web-search,,\n").files;
    EXPECT_THROW(ReadScenarioFiles(files, "x", {}, Schemes()), ScenarioError);
    files["../distributions/web-search.csv"] = "size,probability\n10kB,1\n";
    Scenario scenario = ReadScenarioFiles(files, "x", {}, Schemes());
    EXPECT_EQ(scenario.flows[0].sizes->GetMean(), 10000);
    auto hash = scenario.scenarioHash;
    files["../distributions/web-search.csv"] = "size,probability\n20kB,1\n";
    EXPECT_NE(ReadScenarioFiles(files, "x", {}, Schemes()).scenarioHash, hash);
}

TEST(FlowGroups, ErrorsHaveTheirPlace)
{
    const std::pair<std::string, std::string> cases[] = {
        {"x,a a,b,udp-probe,1s,1ms,,,,,,,,,",
         "2:3: found 'a a', expected each end once, not 'a' again"},
        {"x,* a,b,udp-probe,1s,1ms,,,,,,,,,",
         "2:3: found '* a', expected each end once, not 'a' again"},
        {"x,z*,b,udp-probe,1s,1ms,,,,,,,,,",
         "2:3: found 'z*', expected at least one of that name before the *"},
        {"x,host:z*,b,udp-probe,1s,1ms,,,,,,,,,",
         "2:3: found 'host:z*', expected at least one of that name before the *"},
        {"x,a zz,b,udp-probe,1s,1ms,,,,,,,,,",
         "2:3: found 'a zz', expected a VM of vms.csv, or host:NAME"},
        {"x,web-1*,web-1,udp-probe,1s,1ms,,,,,,,,,",
         "2:10: found 'web-1', expected another end than from"},
        {"x,*,a,udp-probe,2s,1ms,,,,,,,,,5",
         "2:32: found '5', expected a whole number from 1 to 4"},
        {"x,*,a,udp-probe,0s,1ms,,,,,,,,,",
         "2:17: found '0s', expected a time from 1s, when VM 'c' is created"},
        {"x,web-*,a,udp-probe,2s,1ms,,,,,,,,,\nx.2,b,a,udp-probe,2s,1ms,,,,,,,,,",
         "3:1: found 'x.2', expected a name that line 2 does not have already"},
        {"x.2,b,a,udp-probe,2s,1ms,,,,,,,,,\nx,web-*,a,udp-probe,2s,1ms,,,,,,,,,",
         "3:1: found 'x', expected a name with no 'x.2' besides"},
        {"x,a,web-*,incast,1s,,,,,,,,,,",
         "2:5: found 'web-*', expected the one end that an incast goes to"},
        {"x,a,b,incast,1s,1ms,,,,,,,,,",
         "2:17: found '1ms', expected an empty field: incast has a think_time"},
        {"x,a,b,on-off,1s,,8Mbps,,,,10ms,,,,",
         "2:32: found an empty field, expected a time above zero with its unit, such as 50us"},
        {"x,a,b,on-off,1s,,8Mbps,,,,10ms,often,,,",
         "2:32: found 'often', expected a time above zero with its unit, such as 50us"},
        {"x,a,b,on-off,1s,,8Mbps,,,,10ms,pareto 1ms 1,,,",
         "2:32: found 'pareto 1ms 1', expected a shape above 1, for there is no mean else"},
        {"x,a,b,rpc,1s,,,,,,10ms,,,,",
         "2:19: found '10ms', expected an empty field: on-off alone has it"},
        {"x,a,b,rpc,1s,,,,,,,,sizes,,",
         "2:21: found 'sizes', expected an empty field: sized alone has it"},
        {"x,a,b,sized,1s,,1Mbps,,,,,,,,",
         "2:28: found an empty field, expected a name of 1 to 63 characters A-Z a-z 0-9 . _ -"},
        {"x,a,b,sized,1s,,1Mbps,,,,,,none,,",
         "2:28: found 'none', expected the name of a file none.csv in this folder or in "
         "../distributions"},
        {"x,a,b,sized,1s,,,,,,,,sizes,,",
         "2:17: found an empty field, expected a rate above zero with its unit, such as 10Gbps"},
        {"x,a,b,sized,1s,1ms,1Mbps,,,,,,sizes,,",
         "2:20: found '1Mbps', expected an empty field: the period and the distribution give it"},
        {"x,a,b,sized,1s,1ms,,50B,,,,,sizes,,",
         "2:21: found '50B', expected an empty field: an upload is a request of the size that is "
         "drawn"},
        {"x,a,b,sized,1s,1ms,,,,,,,sizes,sideways,",
         "2:32: found 'sideways', expected one of upload, download"},
    };
    for (const auto& [rows, message] : cases)
    {
        EXPECT_EQ(Files(rows + "\n").Error(), "traffic.csv:" + message) << rows;
    }
}

TEST(FlowGroups, ThereIsAMostOfFlows)
{
    auto files = Files("x,*,*,udp-probe,2s,1ms,,,,,,,,,\n");
    for (int i = 0; i < 100; ++i)
    {
        files.Append("vms.csv", "m" + std::to_string(i) + ",server-0-0,1MiB,,,\n");
    }
    // 105 VMs are 10920 pairs.
    EXPECT_EQ(files.Error(),
              "traffic.csv:2:3: found '*', expected at most 9000 flows in all, not 10920");
}

} // namespace
