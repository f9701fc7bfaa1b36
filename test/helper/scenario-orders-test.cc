// SPDX-License-Identifier: GPL-2.0-only
// orders.csv: what is read, what is refused, and how it is shown.
#include "helper/scenario-files.h"

#include "ns3/scenario-printer.h"

#include <gtest/gtest.h>
#include <sstream>

using namespace ns3;
using namespace ns3::vmm;
using vmmtest::ScenarioFiles;

namespace
{

const char HEADER[] = "order,time,what,target,until,rate,threshold,placement,type,method,"
                      "transfer,concurrency,retries,expect\n";

/// @return the error of a scenario with these rows
std::string
ErrorOf(const std::string& rows)
{
    ScenarioFiles files;
    files.files["orders.csv"] = HEADER + rows;
    return files.Error();
}

} // namespace

TEST(ScenarioOrders, AreReadWithTheirDefaults)
{
    ScenarioFiles files;
    files.files["orders.csv"] = std::string(HEADER) +
                                "stop,6s,cancel,e1.a,,,,,,,,,,\n"
                                "e1,3s,evacuate,leaf-0,5s,,,locality,,,,4,1,partial\n"
                                "b1,4s,balance,dc:0,,,0.25,,,,,,,done\n"
                                "c1,1s,churn,all,,7200/h,,,,,,,,\n"
                                "c2,1s,churn,leaf-1,9s,30/min,,spread,hot,pre-copy,tcp,2,0,\n"
                                "stop-m,2s,cancel,m1,,,,,,,,,,\n";
    // What a cancel names has to stand above it.
    EXPECT_EQ(files.Error(),
              "orders.csv:2:16: found 'e1.a', expected a migration of moves.csv, an order above, "
              "or a move of one");
    files.Replace("orders.csv", "stop,6s,cancel,e1.a,,,,,,,,,,\n", "");
    files.Append("orders.csv", "stop,6s,cancel,e1.a,,,,,,,,,,\n");
    const Scenario scenario = files.Read();
    ASSERT_EQ(scenario.orders.size(), 6U);
    const OrderRow& c1 = scenario.orders[0];
    EXPECT_EQ(c1.request.name, "c1");
    EXPECT_EQ(c1.request.kind, OperationKind::CHURN);
    EXPECT_EQ(c1.request.rate, 2);
    EXPECT_EQ(c1.request.until, Seconds(10));
    EXPECT_EQ(c1.request.placement, "random");
    EXPECT_EQ(c1.expect, "");
    const OrderRow& c2 = scenario.orders[1];
    EXPECT_EQ(c2.request.rate, 0.5);
    EXPECT_EQ(c2.request.until, Seconds(9));
    EXPECT_EQ(c2.request.placement, "spread");
    EXPECT_EQ(c2.request.concurrency, 2U);
    EXPECT_EQ(c2.request.maxRetries, 0U);
    EXPECT_EQ(scenario.orders[2].request.target, "m1");
    const OrderRow& e1 = scenario.orders[3];
    EXPECT_EQ(e1.time, Seconds(3));
    EXPECT_EQ(e1.request.target, "leaf-0");
    EXPECT_EQ(e1.request.until, Seconds(5));
    EXPECT_EQ(e1.request.method, "pre-copy");
    EXPECT_EQ(e1.request.transfer, "tcp");
    EXPECT_EQ(e1.request.type, MoveType::HOT);
    EXPECT_EQ(e1.request.maxRetries, 1U);
    EXPECT_EQ(e1.expect, "partial");
    const OrderRow& b1 = scenario.orders[4];
    EXPECT_EQ(b1.request.threshold, 0.25);
    EXPECT_FALSE(b1.request.until);
    EXPECT_FALSE(b1.request.maxRetries);
    std::ostringstream text;
    PrintScenario(text, scenario, {});
    for (const char* part :
         {"\nOrders (6)\n",
          "  c1      1s    churn     all     10s    7200/h  -          random     hot   pre-copy  "
          "tcp       -            -        any\n",
          "  e1      3s    evacuate  leaf-0  5s     -       -          locality   hot   pre-copy  "
          "tcp       4            1        partial\n",
          "  stop    6s    cancel    e1.a    -      -       -          -          -     -         "
          "-         -            -        any\n"})
    {
        EXPECT_NE(text.str().find(part), std::string::npos) << part << text.str();
    }
}

TEST(ScenarioOrders, NoFileIsNoOrder)
{
    EXPECT_TRUE(ScenarioFiles().Read().orders.empty());
}

TEST(ScenarioOrders, WhatIsWrongIsShown)
{
    const std::pair<const char*, const char*> cases[] = {
        {"e1,3s,vacate,leaf-0,,,,,,,,,,",
         "2:7: found 'vacate', expected one of evacuate, balance, churn, cancel"},
        {"e1,10s,evacuate,leaf-0,,,,,,,,,,",
         "2:4: found '10s', expected a time before 10s, the end of the run"},
        {"e1,3,evacuate,leaf-0,,,,,,,,,,",
         "2:4: found '3', expected a time with its unit, such as 50us"},
        {"e1,3s,evacuate,spine-0,,,,,,,,,,",
         "2:16: found 'spine-0', expected an NVE, a rack (the first router of its NVEs) or dc:N"},
        {"e1,3s,evacuate,all,,,,,,,,,,",
         "2:16: found 'all', expected an NVE, a rack (the first router of its NVEs) or dc:N"},
        {"b1,3s,balance,dc:1,,,,,,,,,,",
         "2:15: found 'dc:1', expected an NVE, a rack (the first router of its NVEs) or dc:N, or "
         "all"},
        {"e1,3s,evacuate,leaf-0,3s,,,,,,,,,",
         "2:23: found '3s', expected a time after 3s and up to 10s, the end of the run"},
        {"e1,3s,evacuate,leaf-0,,1/s,,,,,,,,",
         "2:24: found '1/s', expected an empty field: only churn has one"},
        {"c1,3s,churn,all,,,,,,,,,,",
         "2:18: found an empty field, expected a rate above zero with its unit, such as 1000/h or "
         "2/s"},
        {"c1,3s,churn,all,,5,,,,,,,,",
         "2:18: found '5', expected a rate above zero with its unit, such as 1000/h or 2/s"},
        {"c1,3s,churn,all,,0/s,,,,,,,,",
         "2:18: found '0/s', expected a rate above zero with its unit, such as 1000/h or 2/s"},
        {"c1,3s,churn,all,,1/s,0.1,,,,,,,",
         "2:22: found '0.1', expected an empty field: only balance has one"},
        {"b1,3s,balance,all,,,2,,,,,,,", "2:21: found '2', expected a number from 0 to 1"},
        {"b1,3s,balance,all,,,,spread,,,,,,",
         "2:22: found 'spread', expected an empty field: a balance moves to the emptiest server"},
        {"e1,3s,evacuate,leaf-0,,,,random,,,,,,",
         "2:26: found 'random', expected one of first-fit, locality, spread"},
        {"e1,3s,evacuate,leaf-0,,,,,warm,,,,,", "2:27: found 'warm', expected one of hot, cold"},
        {"e1,3s,evacuate,leaf-0,,,,,,,,-1,,",
         "2:30: found '-1', expected a whole number from 0 to 1000000"},
        {"e1,3s,evacuate,leaf-0,,,,,,,,,,fine",
         "2:32: found 'fine', expected one of done, partial, refused, cancelled, unfinished"},
        {"s1,3s,cancel,m1,4s,,,,,,,,,",
         "2:17: found '4s', expected an empty field: cancel has only a time and a target"},
        {"s1,3s,cancel,s1,,,,,,,,,,",
         "2:14: found 's1', expected a migration of moves.csv, an order above, or a move of one"},
        {"m1,3s,evacuate,leaf-0,,,,,,,,,,",
         "2:1: found 'm1', expected a name with which no migration begins, as 'm1' does"},
        {"a b,3s,evacuate,leaf-0,,,,,,,,,,",
         "2:1: found 'a b', expected a name of 1 to 63 characters A-Z a-z 0-9 . _ -"}};
    for (const auto& [row, error] : cases)
    {
        EXPECT_EQ(ErrorOf(std::string(row) + "\n"), std::string("orders.csv:") + error) << row;
    }
    EXPECT_EQ(ErrorOf("e1,3s,evacuate,leaf-0,,,,,,,,,,\ne1,4s,balance,all,,,,,,,,,,\n"),
              "orders.csv:3:1: found 'e1', expected a name that line 2 does not have already");
    EXPECT_EQ(ErrorOf("e1,3s,evacuate,leaf-0,,,,,cold,pre-copy,,,,\n"),
              "orders.csv:2:32: found 'pre-copy', expected stop-and-copy");
    EXPECT_EQ(ErrorOf("e1,3s,evacuate,leaf-0,,,,,,,magic,,,\n"),
              "orders.csv:2:29: found 'magic', expected one of tcp, fluid");
    EXPECT_EQ(ErrorOf(std::string(41, 'e') + ",3s,evacuate,leaf-0,,,,,,,,,,\n").substr(0, 15),
              "orders.csv:2:1:");
    ScenarioFiles lacking;
    lacking.files["orders.csv"] = "order,time,what\n";
    EXPECT_EQ(lacking.Error().rfind("orders.csv:1:1: found no column 'target', expected ", 0), 0U);
}

TEST(ScenarioOrders, ServersCrash)
{
    ScenarioFiles files;
    files.files["failures.csv"] = "time,what,target,until\n5s,server-crash,server-0-0,\n";
    EXPECT_EQ(files.Read().failures.at(0).what, FailureKind::SERVER_CRASH);
    files.Replace("failures.csv", "server-0-0,", "server-0-0,6s");
    EXPECT_EQ(files.Error(),
              "failures.csv:2:28: found '6s', expected an empty field: a server that has crashed "
              "does not come back");
    files.Replace("failures.csv", "server-0-0,6s", "leaf-0,");
    EXPECT_EQ(files.Error().rfind("failures.csv:2:17: found 'leaf-0', expected ", 0), 0U);
}
