// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MOVE_CONCURRENCY_H
#define VMM_MOVE_CONCURRENCY_H

#include "ns3/migration-timeline.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A move is under way from when it leaves the queue until its outcome is known, the latter not
 * included.
 * @param moves of a run
 * @param end of the run
 * @param operation only the moves that it ordered; empty: all
 * @return the most moves that were under way at once
 */
uint64_t GetMostConcurrent(const std::vector<MoveHistory>& moves,
                           Time end,
                           const std::string& operation = "");
/**
 * @param moves of a run
 * @param end of the run
 * @return the most moves that waited at once; one that begins when it is ordered does not wait
 */
uint64_t GetMostQueued(const std::vector<MoveHistory>& moves, Time end);

} // namespace vmm
} // namespace ns3

#endif // VMM_MOVE_CONCURRENCY_H
