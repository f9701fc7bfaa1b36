// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/move-concurrency.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

MoveHistory
Move(int ordered, int begun, int ended, const std::string& operation = "")
{
    MoveHistory move;
    move.order.operation = operation;
    move.ordered = Seconds(ordered);
    if (begun >= 0)
    {
        move.begun = Seconds(begun);
    }
    if (ended >= 0)
    {
        move.ended = Seconds(ended);
    }
    return move;
}

} // namespace

TEST(MoveConcurrency, CountsWhatOverlaps)
{
    const std::vector<MoveHistory> moves = {Move(1, 1, 4, "e"),
                                            Move(1, 2, 3),
                                            Move(1, 4, 9, "e"), // begins when the first ends
                                            Move(2, 5, -1),     // never ends
                                            Move(2, -1, 3),     // cancelled in the queue
                                            Move(8, -1, 8)};    // refused at once
    EXPECT_EQ(GetMostConcurrent(moves, Seconds(10)), 2u);
    EXPECT_EQ(GetMostConcurrent(moves, Seconds(10), "e"), 1u);
    EXPECT_EQ(GetMostConcurrent(moves, Seconds(10), "other"), 0u);
    // From 2 s on: the third, the fourth and the fifth wait; the second does from 1 s to 2 s.
    EXPECT_EQ(GetMostQueued(moves, Seconds(10)), 3u);
    EXPECT_EQ(GetMostQueued({}, Seconds(10)), 0u);
}
