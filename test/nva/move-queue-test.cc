// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/move-queue.h"

#include <gtest/gtest.h>
#include <random>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// A queue whose moves go between servers rack-number, for instance a0.
class MoveQueueTest : public ::testing::Test
{
  protected:
    static ServerPlace Place(const std::string& server)
    {
        return {server, server.substr(0, 1), 0};
    }

    /// A move waits.
    void Push(uint32_t move, const std::string& from, const std::string& to)
    {
        m_ends[move] = {Place(from), Place(to)};
        m_queue.Push(move);
    }

    /// @return the moves that begin now
    std::vector<uint32_t> Start()
    {
        std::vector<uint32_t> started;
        while (auto move = m_queue.Next(
                   [this](uint32_t id)
                   {
                       return m_busy.count(id) ? std::optional<MoveEnds>() : m_ends.at(id);
                   }))
        {
            started.push_back(*move);
        }
        return started;
    }

    using Moves = std::vector<uint32_t>;

    MoveQueue m_queue;
    std::map<uint32_t, MoveEnds> m_ends;
    std::set<uint32_t> m_busy; // their VMs are being moved
};

} // namespace

TEST_F(MoveQueueTest, NoLimits)
{
    Push(1, "a0", "b0");
    Push(2, "a0", "b0");
    Push(3, "a1", "b0");
    m_busy = {2};
    EXPECT_EQ(Start(), (Moves{1, 3}));
    EXPECT_EQ(m_queue.GetRunning(), 2u);
    EXPECT_EQ(m_queue.GetWaiting(), 1u);
    m_busy.clear();
    EXPECT_EQ(Start(), (Moves{2}));
    m_queue.Closed(1);
    m_queue.Closed(1);
    m_queue.Closed(9);
    EXPECT_EQ(m_queue.GetRunning(), 2u);
}

TEST_F(MoveQueueTest, LimitInAll)
{
    m_queue.SetLimits({0, 0, 2});
    Push(1, "a0", "b0");
    Push(2, "a1", "b1");
    Push(3, "a2", "b2");
    Push(4, "a3", "b3");
    EXPECT_EQ(Start(), (Moves{1, 2}));
    EXPECT_TRUE(m_queue.Remove(3));
    EXPECT_FALSE(m_queue.Remove(3));
    EXPECT_FALSE(m_queue.Remove(1));
    m_queue.Closed(1);
    EXPECT_EQ(Start(), (Moves{4}));
}

TEST_F(MoveQueueTest, LimitOfHostsIsForEachWay)
{
    m_queue.SetLimits({1, 0, 0});
    Push(1, "a0", "b0");
    Push(2, "a0", "b1"); // a0 sends already
    Push(3, "a1", "b0"); // b0 receives already
    Push(4, "b0", "a0"); // the other way on both links
    Push(5, "a2", "b2"); // does not wait behind 2 and 3
    EXPECT_EQ(Start(), (Moves{1, 4, 5}));
    m_queue.Closed(1);
    EXPECT_EQ(Start(), (Moves{2, 3}));
}

TEST_F(MoveQueueTest, LimitOfRacksIsForTheirUplinks)
{
    m_queue.SetLimits({0, 1, 0});
    Push(1, "a0", "b0");
    Push(2, "a1", "a0"); // within the rack
    Push(3, "a1", "c0"); // leaves a, as 1
    Push(4, "c0", "b1"); // comes to b, as 1
    Push(5, "b0", "a1"); // the other way
    EXPECT_EQ(Start(), (Moves{1, 2, 5}));
    m_queue.Closed(1);
    EXPECT_EQ(Start(), (Moves{3, 4}));
    // Servers of no rack have no uplinks.
    m_ends[6] = {{"x", "", 0}, Place("c1")};
    m_ends[7] = {{"y", "", 0}, Place("d1")};
    m_queue.Push(6);
    m_queue.Push(7);
    EXPECT_EQ(Start(), (Moves{7})); // 3 comes to c
}

TEST_F(MoveQueueTest, AWaitingMoveIsNotOvertakenForEver)
{
    m_queue.SetLimits({1, 0, 0, 2});
    Push(1, "a0", "b0");
    Push(2, "c0", "b0"); // needs c0 and b0
    EXPECT_EQ(Start(), (Moves{1}));
    // Others use c0 while b0 is busy; the third one may not.
    Push(3, "c0", "d0");
    EXPECT_EQ(Start(), (Moves{3}));
    m_queue.Closed(3);
    Push(4, "c0", "d0");
    EXPECT_EQ(Start(), (Moves{4}));
    m_queue.Closed(4);
    Push(5, "c0", "d0");
    Push(6, "d1", "e0"); // shares nothing with it
    EXPECT_EQ(Start(), (Moves{6}));
    m_queue.Closed(1);
    EXPECT_EQ(Start(), (Moves{2}));
    m_queue.Closed(2);
    EXPECT_EQ(Start(), (Moves{5}));
}

TEST_F(MoveQueueTest, StrictOrderOnEachLink)
{
    m_queue.SetLimits({1, 0, 0, 0});
    Push(1, "a0", "b0");
    Push(2, "c0", "b0");
    Push(3, "c0", "d0");
    Push(4, "e0", "f0");
    EXPECT_EQ(Start(), (Moves{1, 4}));
    m_queue.Closed(1);
    EXPECT_EQ(Start(), (Moves{2}));
}

// Random moves come and go: no limit is ever exceeded, each move begins in the end, and none waits
// while more than `overtakes` others pass on a link that it needs.
TEST_F(MoveQueueTest, RandomMoves)
{
    for (uint32_t seed = 1; seed <= 20; ++seed)
    {
        std::mt19937 random(seed);
        const MoveLimits limits{1 + seed % 3, 2 + seed % 4, seed % 2 ? 0U : 7U, 3};
        m_queue = MoveQueue();
        m_queue.SetLimits(limits);
        m_ends.clear();
        std::vector<uint32_t> running;
        std::set<uint32_t> begun;
        auto server = [&random]
        {
            return std::string(1, "abc"[random() % 3]) + std::to_string(random() % 3);
        };
        for (uint32_t step = 1; step <= 600 || !running.empty(); ++step)
        {
            if (step <= 300)
            {
                Push(step, server(), server());
            }
            for (uint32_t move : Start())
            {
                running.push_back(move);
                EXPECT_TRUE(begun.insert(move).second);
            }
            std::map<std::string, uint32_t> use;
            for (uint32_t move : running)
            {
                const auto& [from, to] = m_ends[move];
                ++use["out " + from.server];
                ++use["in " + to.server];
                if (from.rack != to.rack)
                {
                    ++use["out " + from.rack];
                    ++use["in " + to.rack];
                }
            }
            for (const auto& [link, count] : use)
            {
                // "out a0" is a server, "out a" a rack.
                const bool host = std::isdigit(static_cast<unsigned char>(link.back()));
                ASSERT_LE(count, host ? limits.perHost : limits.perRack) << link;
            }
            ASSERT_TRUE(limits.total == 0 || running.size() <= limits.total);
            if (!running.empty())
            {
                const size_t place = random() % running.size();
                m_queue.Closed(running[place]);
                running.erase(running.begin() + static_cast<long>(place));
            }
        }
        EXPECT_EQ(begun.size(), 300u);
        EXPECT_EQ(m_queue.GetWaiting(), 0u);
    }
}
