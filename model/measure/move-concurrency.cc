// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/move-concurrency.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

/// Half-open spans of time.
using Spans = std::vector<std::pair<Time, Time>>;

/// @return the most spans that overlap in one instant
uint64_t
GetMostOverlapping(const Spans& spans)
{
    std::vector<std::pair<Time, int>> steps; // at the same time, ends come first
    for (const auto& [begin, end] : spans)
    {
        if (begin < end)
        {
            steps.emplace_back(begin, 1);
            steps.emplace_back(end, -1);
        }
    }
    std::sort(steps.begin(), steps.end());
    int64_t now = 0;
    int64_t most = 0;
    for (const auto& step : steps)
    {
        now += step.second;
        most = std::max(most, now);
    }
    return static_cast<uint64_t>(most);
}

} // namespace

uint64_t
GetMostConcurrent(const std::vector<MoveHistory>& moves, Time end, const std::string& operation)
{
    Spans spans;
    for (const MoveHistory& move : moves)
    {
        if (move.begun && (operation.empty() || move.order.operation == operation))
        {
            spans.emplace_back(*move.begun, move.ended.value_or(end));
        }
    }
    return GetMostOverlapping(spans);
}

uint64_t
GetMostQueued(const std::vector<MoveHistory>& moves, Time end)
{
    Spans spans;
    for (const MoveHistory& move : moves)
    {
        spans.emplace_back(move.ordered, move.begun.value_or(move.ended.value_or(end)));
    }
    return GetMostOverlapping(spans);
}

} // namespace vmm
} // namespace ns3
