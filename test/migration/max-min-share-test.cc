// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/max-min-share.h"
#include "ns3/packet-load.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

using namespace ns3::vmm;

namespace
{

/// @return the sum of the rates of the flows on each link
std::vector<double>
Loads(const std::vector<std::vector<uint32_t>>& paths,
      const std::vector<double>& rates,
      size_t links)
{
    std::vector<double> loads(links, 0);
    for (size_t flow = 0; flow < paths.size(); ++flow)
    {
        for (uint32_t link : paths[flow])
        {
            loads[link] += rates[flow];
        }
    }
    return loads;
}

} // namespace

// The textbook case: a long flow over both links, a short one on each. The narrow link gives 3 and
// 3, and the other short flow takes what the long one leaves of the wide link.
TEST(MaxMinShareTest, ALongFlowAndTwoShortOnes)
{
    MaxMinShare share;
    const uint32_t narrow = share.AddLink(6);
    const uint32_t wide = share.AddLink(10);
    share.AddFlow({narrow, wide}, 1);
    share.AddFlow({narrow}, 1);
    share.AddFlow({wide}, 1);
    EXPECT_EQ(share.Solve(), (std::vector<double>{3, 3, 7}));
}

TEST(MaxMinShareTest, Weights)
{
    MaxMinShare share;
    const uint32_t link = share.AddLink(10);
    share.AddFlow({link}, 1);
    share.AddFlow({link}, 4);
    EXPECT_EQ(share.Solve(), (std::vector<double>{2, 8}));
}

// Of 12 the two limited flows take 1 and 3; the others share the rest 1 : 3.
TEST(MaxMinShareTest, Limits)
{
    MaxMinShare share;
    const uint32_t link = share.AddLink(12);
    share.AddFlow({link}, 1, 1);
    share.AddFlow({link}, 2, 3);
    share.AddFlow({link}, 1);
    share.AddFlow({link}, 3);
    EXPECT_EQ(share.Solve(), (std::vector<double>{1, 3, 2, 6}));
}

// Three links in a row, one flow over all, and others that stop one after the other: link 0 gives
// 1 to each of its two, link 1 then 2 to each of its two left, link 2 the rest.
TEST(MaxMinShareTest, ThreeLevels)
{
    MaxMinShare share;
    const uint32_t a = share.AddLink(2);
    const uint32_t b = share.AddLink(5);
    const uint32_t c = share.AddLink(20);
    share.AddFlow({a, b, c}, 1);
    share.AddFlow({a}, 1);
    share.AddFlow({b, c}, 1);
    share.AddFlow({b}, 1);
    share.AddFlow({c}, 1);
    EXPECT_EQ(share.Solve(), (std::vector<double>{1, 1, 2, 2, 17}));
}

TEST(MaxMinShareTest, NothingLimits)
{
    MaxMinShare share;
    share.AddLink(1);
    share.AddFlow({}, 1);
    share.AddFlow({}, 1, 5);
    EXPECT_EQ(share.Solve(), (std::vector<double>{MaxMinShare::UNLIMITED, 5}));
    EXPECT_TRUE(MaxMinShare().Solve().empty());
}

TEST(MaxMinShareTest, ALinkWithoutCapacity)
{
    MaxMinShare share;
    const uint32_t none = share.AddLink(0);
    const uint32_t some = share.AddLink(8);
    share.AddFlow({none, some}, 1);
    share.AddFlow({some}, 1);
    EXPECT_EQ(share.Solve(), (std::vector<double>{0, 8}));
}

// The definition itself, on random networks: no link carries more than it can, and every flow has
// its limit or a full link on which nobody has more per weight.
TEST(MaxMinShareTest, TheDefinitionHolds)
{
    std::mt19937 random(7);
    for (int run = 0; run < 200; ++run)
    {
        const size_t links = 1 + random() % 12;
        const size_t flows = 1 + random() % 40;
        MaxMinShare share;
        std::vector<double> capacity;
        for (size_t i = 0; i < links; ++i)
        {
            capacity.push_back(1 + random() % 100);
            share.AddLink(capacity.back());
        }
        std::vector<std::vector<uint32_t>> paths;
        std::vector<double> weights;
        std::vector<double> limits;
        for (size_t i = 0; i < flows; ++i)
        {
            std::vector<uint32_t> path;
            for (uint32_t link = 0; link < links; ++link)
            {
                if (random() % 3 == 0)
                {
                    path.push_back(link);
                }
            }
            path = path.empty() ? std::vector<uint32_t>{0} : path;
            paths.push_back(path);
            weights.push_back(1 + random() % 4);
            limits.push_back(random() % 2 ? MaxMinShare::UNLIMITED : 1 + random() % 20);
            share.AddFlow(path, weights.back(), limits.back());
        }
        const auto rates = share.Solve();
        const auto loads = Loads(paths, rates, links);
        for (size_t link = 0; link < links; ++link)
        {
            ASSERT_LE(loads[link], capacity[link] * (1 + 1e-9)) << run;
        }
        for (size_t flow = 0; flow < flows; ++flow)
        {
            bool held = rates[flow] >= limits[flow] * (1 - 1e-9);
            for (uint32_t link : paths[flow])
            {
                bool most = loads[link] >= capacity[link] * (1 - 1e-9);
                for (size_t other = 0; other < flows; ++other)
                {
                    const auto& path = paths[other];
                    most = most && (std::find(path.begin(), path.end(), link) == path.end() ||
                                    rates[other] / weights[other] <=
                                        rates[flow] / weights[flow] * (1 + 1e-9));
                }
                held = held || most;
            }
            ASSERT_TRUE(held) << run << " flow " << flow;
        }
    }
}

// 1 MB in 10 ms is 800 Mb/s of datagrams; a quarter more is theirs.
TEST(PacketLoadTest, DatagramsAreReserved)
{
    PacketLoad load({0.25, 0.9});
    EXPECT_TRUE(load.IsEmpty());
    for (int i = 0; i < 1000; ++i)
    {
        load.Add(1000, 1, false);
    }
    EXPECT_FALSE(load.IsEmpty());
    load.Close(0.01, 1250000);
    EXPECT_DOUBLE_EQ(load.GetRate(), 800e6);
    EXPECT_DOUBLE_EQ(load.GetDemand().reserved, 1000e6);
    EXPECT_EQ(load.GetDemand().weight, 0);
}

// Three flows fill what they were offered, one of them with little: two compete.
TEST(PacketLoadTest, WhoFillsTheLinkCompetes)
{
    PacketLoad load({0.25, 0.9});
    load.Add(600000, 1, true);
    load.Add(400000, 2, true);
    load.Add(20000, 3, true);
    load.Close(0.01, 1100000);
    EXPECT_EQ(load.GetDemand().weight, 2);
    EXPECT_EQ(load.GetDemand().limit, std::numeric_limits<double>::infinity());
    EXPECT_DOUBLE_EQ(load.GetDemand().reserved, 16e6 * 1.25);
}

// The same flows with room left are content with a quarter more than they have.
TEST(PacketLoadTest, WhoHasRoomIsContent)
{
    PacketLoad load({0.25, 0.9});
    load.Add(600000, 1, true);
    load.Add(400000, 2, true);
    load.Close(0.01, 1200000);
    EXPECT_EQ(load.GetDemand().weight, 2);
    EXPECT_DOUBLE_EQ(load.GetDemand().limit, 1000e6);
    EXPECT_EQ(load.GetDemand().reserved, 0);
}

// A load falls by half a window, and is forgotten in the end.
TEST(PacketLoadTest, ALoadFadesAndIsForgotten)
{
    PacketLoad load({0.25, 0.9});
    load.Add(1000000, 1, true);
    load.Add(1000000, 2, false);
    load.Close(0.01, 1e7);
    EXPECT_DOUBLE_EQ(load.GetDemand().limit, 1000e6);
    load.Add(1, 1, true);
    load.Close(0.01, 1e7);
    EXPECT_NEAR(load.GetDemand().limit, 500e6, 1e3);
    EXPECT_DOUBLE_EQ(load.GetDemand().reserved, 500e6);
    load.Clear();
    EXPECT_EQ(load.GetDemand().weight, 0);
    EXPECT_EQ(load.GetDemand().reserved, 0);
}
