// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/csv-file.h"
#include "ns3/move-concurrency.h"
#include "ns3/trace-writer.h"

namespace ns3
{
namespace vmm
{

void
TraceWriter::WriteOperations() const
{
    CsvFile file(At("operations.csv"),
                 {"operation",
                  "kind",
                  "target",
                  "order_s",
                  "end_s",
                  "outcome",
                  "reason",
                  "moves",
                  "completed",
                  "rolled_back",
                  "refused",
                  "failed",
                  "cancelled",
                  "not_converged",
                  "retries",
                  "unplaced",
                  "skipped",
                  "peak_open",
                  "peak_concurrency"});
    for (const OperationRecord& record : m_results.operations)
    {
        file.Field(record.name).Field(OperationKindName(record.kind)).Field(record.target);
        file.Field(record.order).Field(record.end).Field(record.outcome).Field(record.reason);
        file.Field(record.ordered).Field(record.completed).Field(record.rolledBack);
        file.Field(record.refused).Field(record.failed).Field(record.cancelled);
        file.Field(record.notConverged).Field(record.retries).Field(record.unplaced);
        file.Field(record.skipped).Field(record.peakRunning);
        file.Field(GetMostConcurrent(m_results.timeline->GetMoves(), m_results.end, record.name));
        file.EndRow();
    }
    file.Close();
}

void
TraceWriter::WritePlacements() const
{
    CsvFile file(At("placements.csv"),
                 {"time_s", "vm", "policy", "server", "candidates", "result"});
    for (const auto& [time, record] : m_results.placements)
    {
        file.Field(time).Field(record.vm).Field(record.policy).Field(record.server);
        file.Field(record.candidates).Field(record.result).EndRow();
    }
    file.Close();
}

} // namespace vmm
} // namespace ns3
