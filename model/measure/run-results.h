// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RUN_RESULTS_H
#define VMM_RUN_RESULTS_H

#include "ns3/goodput-bins.h"
#include "ns3/migration-timeline.h"
#include "ns3/move-report.h"
#include "ns3/operation-record.h"
#include "ns3/packet-ledger.h"
#include "ns3/path-stretch.h"
#include "ns3/transfer-book.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/// All that was measured in a run. The objects pointed to must outlive this.
struct RunResults
{
    const PacketLedger* ledger = nullptr;        //!< the books
    const MigrationTimeline* timeline = nullptr; //!< the moves
    PathStretch* stretch = nullptr;              //!< weighs paths
    const GoodputBins* goodput = nullptr;        //!< of TCP flows
    const TransferBook* transfers = nullptr;     //!< of applications that have some; or null
    std::vector<MoveReport> moves;               //!< of every move
    uint64_t movesPlanned = 0;                   //!< rows of moves.csv, and of operations
    std::vector<OperationRecord> operations;     //!< in order of their orders
    std::vector<std::pair<Time, PlacementRecord>> placements; //!< in order of time
    std::vector<std::string> lostVms; //!< that stand or are gone, though nobody wanted that
    Time end;                         //!< of the run
};

/// One row of summary.csv.
struct SummaryRow
{
    std::string metric; //!< of the fixed vocabulary
    std::string unit;   //!< s, packets, messages, bytes, routes, entries, moves or 1
    std::string value;  //!< formatted; empty: did not happen
};

/**
 * Means and percentiles of outage are over the moves that have one; each counts with the largest
 * outage of its flows. Percentiles are by nearest rank.
 * @param results of a run
 * @return the whole vocabulary, always the same metrics in the same order
 */
std::vector<SummaryRow> Summarize(const RunResults& results);

/**
 * What makes a run fail: books that do not balance, something unaccounted, and moves whose outcome
 * is not the expected one.
 * @param results of a run, after the census
 * @return one line for each violation; empty if all is well
 */
std::vector<std::string> CheckResults(const RunResults& results);

} // namespace vmm
} // namespace ns3

#endif // VMM_RUN_RESULTS_H
