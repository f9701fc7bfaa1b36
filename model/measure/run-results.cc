// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/run-results.h"

#include "ns3/csv-file.h"
#include "ns3/move-concurrency.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace ns3
{
namespace vmm
{

namespace
{

/// Collects rows in the order of the vocabulary.
class Vocabulary
{
  public:
    /// A number of things.
    void Count(const std::string& metric, const std::string& unit, uint64_t value)
    {
        rows.push_back({metric, unit, std::to_string(value)});
    }

    /// A duration, empty if there is none.
    void Duration(const std::string& metric, const std::optional<Time>& value)
    {
        rows.push_back({metric, "s", value ? FormatSeconds(*value) : ""});
    }

    /// A ratio, empty if there is none.
    void Ratio(const std::string& metric, const std::optional<double>& value)
    {
        char text[40] = "";
        if (value)
        {
            std::snprintf(text, sizeof text, "%.6f", *value);
        }
        rows.push_back({metric, "1", text});
    }

    std::vector<SummaryRow> rows; //!< so far
};

/// Durations of one kind over the moves.
class Durations
{
  public:
    /// Adds one if it happened; less than nothing is nothing.
    void Add(const std::optional<Time>& value)
    {
        if (value)
        {
            m_values.push_back(std::max(*value, Time(0)));
        }
    }

    /// @return the mean
    std::optional<Time> GetMean() const
    {
        if (m_values.empty())
        {
            return std::nullopt;
        }
        int64_t sum = 0;
        for (const Time& value : m_values)
        {
            sum += value.GetNanoSeconds();
        }
        return NanoSeconds(sum / static_cast<int64_t>(m_values.size()));
    }

    /// @param percent 1 to 100 @return that percentile by nearest rank
    std::optional<Time> GetPercentile(double percent) const
    {
        if (m_values.empty())
        {
            return std::nullopt;
        }
        std::vector<Time> sorted = m_values;
        std::sort(sorted.begin(), sorted.end());
        const double rank = std::ceil(percent / 100.0 * double(sorted.size()));
        return sorted[static_cast<size_t>(std::max(rank, 1.0)) - 1];
    }

  private:
    std::vector<Time> m_values; //!< in order of the moves
};

/// @return value - since, if both happened
std::optional<Time>
Since(const std::optional<Time>& value, const std::optional<Time>& since)
{
    return value && since ? std::optional<Time>(*value - *since) : std::nullopt;
}

/// Mean and largest stretch of all delivered packets.
struct StretchTotals
{
    double sum = 0;                 //!< of hop stretch
    uint64_t packets = 0;           //!< that have one
    std::optional<double> maxHops;  //!< largest hop stretch
    std::optional<double> maxDelay; //!< largest delay stretch
};

/// @return the stretch of all delivered packets
StretchTotals
TotalStretch(const RunResults& results)
{
    StretchTotals totals;
    for (LedgerId id = 1; id <= results.ledger->GetLastId(); ++id)
    {
        const LedgerRow& row = results.ledger->Get(id);
        if (row.state != LedgerState::DELIVERED)
        {
            continue;
        }
        const StretchFigures& figures = results.stretch->Get(row.path);
        const std::optional<double> hops = figures.GetHopStretch();
        const std::optional<double> delay = figures.GetDelayStretch();
        if (hops)
        {
            totals.sum += *hops;
            ++totals.packets;
            totals.maxHops = std::max(totals.maxHops.value_or(0), *hops);
        }
        if (delay)
        {
            totals.maxDelay = std::max(totals.maxDelay.value_or(0), *delay);
        }
    }
    return totals;
}

/// Adds the metrics of moves and outages.
void
AddMoves(const RunResults& results, Vocabulary& out)
{
    uint64_t completed = 0;
    uint64_t failed = 0;
    Durations downtime;
    Durations outage;
    for (const MoveReport& report : results.moves)
    {
        const MoveHistory& move = results.timeline->GetMoves()[report.move];
        completed += move.outcome == "completed";
        failed += move.outcome != "completed";
        downtime.Add(move.GetDowntime());
        outage.Add(report.outage);
    }
    out.Count("moves_planned", "moves", results.movesPlanned);
    out.Count("moves_completed", "moves", completed);
    out.Count("moves_failed", "moves", failed);
    out.Duration("downtime_mean", downtime.GetMean());
    out.Duration("outage_mean", outage.GetMean());
    out.Duration("outage_p50", outage.GetPercentile(50));
    out.Duration("outage_p99", outage.GetPercentile(99));
    out.Duration("outage_max", outage.GetPercentile(100));
}

/// Adds the metrics of what the VM Manager had to do with many moves.
void
AddOperations(const RunResults& results, Vocabulary& out)
{
    const auto& moves = results.timeline->GetMoves();
    for (const char* outcome : {"rolled-back", "refused", "cancelled", "not-converged"})
    {
        std::string metric = std::string("moves_") + outcome;
        std::replace(metric.begin(), metric.end(), '-', '_');
        out.Count(metric,
                  "moves",
                  std::count_if(moves.begin(),
                                moves.end(),
                                [outcome](const MoveHistory& move)
                                {
                                    return move.outcome == outcome;
                                }));
    }
    Durations queued;
    for (const MoveHistory& move : moves)
    {
        queued.Add(Since(move.begun, move.ordered));
    }
    uint64_t retries = 0;
    for (const OperationRecord& operation : results.operations)
    {
        retries += operation.retries;
    }
    out.Count("moves_retried", "moves", retries);
    out.Count("moves_queued_max", "moves", GetMostQueued(moves, results.end));
    out.Count("moves_concurrent_max", "moves", GetMostConcurrent(moves, results.end));
    out.Duration("queue_time_mean", queued.GetMean());
    out.Duration("queue_time_max", queued.GetPercentile(100));
    out.Count("vms_lost", "VMs", results.lostVms.size());
}

/// Adds the metrics of packets and stretch.
void
AddPackets(const RunResults& results, Vocabulary& out)
{
    FlowBook all;
    for (const FlowBook& book : results.ledger->GetBooks())
    {
        for (int i = 0; i < DROP_CAUSE_COUNT; ++i)
        {
            all.lost[i] += book.lost[i];
        }
        all.sent += book.sent;
        all.delivered += book.delivered;
        all.suppressed += book.suppressed;
        all.inFlight += book.inFlight;
    }
    uint64_t triangles = 0;
    uint64_t viaSource = 0;
    Durations exposure;
    for (const MoveReport& report : results.moves)
    {
        triangles += report.trianglePackets;
        viaSource += report.viaSourcePackets;
        exposure.Add(report.triangle);
    }
    out.Count("sent_packets", "packets", all.sent);
    out.Count("delivered_packets", "packets", all.delivered);
    out.Count("lost_packets", "packets", all.GetLost());
    for (int i = 0; i < DROP_CAUSE_COUNT; ++i)
    {
        out.Count(std::string("lost_") + DropCauseName(static_cast<DropCause>(i)),
                  "packets",
                  all.lost[i]);
    }
    out.Count("in_flight_packets", "packets", all.inFlight);
    out.Count("suppressed_packets", "packets", all.suppressed);
    out.Count("group_packets", "packets", results.ledger->GetGroupPackets());
    out.Count("triangle_packets", "packets", triangles);
    out.Count("via_source_packets", "packets", viaSource);
    out.Duration("triangle_time_max", exposure.GetPercentile(100));
    const StretchTotals stretch = TotalStretch(results);
    out.Ratio("hop_stretch_mean",
              stretch.packets ? std::optional<double>(stretch.sum / double(stretch.packets))
                              : std::nullopt);
    out.Ratio("hop_stretch_max", stretch.maxHops);
    out.Ratio("delay_stretch_max", stretch.maxDelay);
}

/// Adds the metrics of convergence, signalling and state.
void
AddControl(const RunResults& results, Vocabulary& out)
{
    Durations control;
    Durations data;
    uint64_t copied = 0;
    MessageCount ofMoves;
    for (const MoveReport& report : results.moves)
    {
        const MoveHistory& move = results.timeline->GetMoves()[report.move];
        control.Add(Since(move.controlConverged, move.resume));
        data.Add(Since(report.dataConverged, move.resume));
        copied += move.copiedBytes;
        ofMoves.messages += move.controlMessages;
        ofMoves.bytes += move.controlBytes;
    }
    out.Duration("control_convergence_mean", control.GetMean());
    out.Duration("control_convergence_max", control.GetPercentile(100));
    out.Duration("data_convergence_mean", data.GetMean());
    out.Duration("data_convergence_max", data.GetPercentile(100));
    const MessageCount registration = results.timeline->CountMessages("registration");
    const MessageCount bgp = results.timeline->CountMessages("bgp");
    const double moves = static_cast<double>(std::max<size_t>(results.moves.size(), 1));
    out.Ratio("move_messages_mean", static_cast<double>(ofMoves.messages) / moves);
    out.Ratio("move_bytes_mean", static_cast<double>(ofMoves.bytes) / moves);
    const MessageCount management = results.timeline->CountMessages("management");
    out.Count("control_messages", "messages", registration.messages + bgp.messages);
    out.Count("control_bytes", "bytes", registration.bytes + bgp.bytes);
    out.Count("management_messages", "messages", management.messages);
    out.Count("management_bytes", "bytes", management.bytes);
    const MessageCount announcements = results.timeline->CountMessages("announcement");
    out.Count("announcements", "messages", announcements.messages);
    out.Count("announcement_bytes", "bytes", announcements.bytes);
    out.Count("host_routes_peak", "routes", results.timeline->GetHostRoutes().GetTotal().peak);
    out.Count("vm_routes_peak", "routes", results.timeline->GetVmRoutes().GetTotal().peak);
    out.Count(
        "binding_updates_peak", "entries", results.timeline->GetBindingUpdates().GetTotal().peak);
    out.Count("bindings_peak", "entries", results.timeline->GetBindings().GetTotal().peak);
    out.Count("header_bytes", "bytes", results.ledger->GetHeaderBytes());
    out.Count("copied_bytes", "bytes", copied);
    uint64_t unaccounted = 0;
    for (const FlowBook& book : results.ledger->GetBooks())
    {
        unaccounted += book.unaccounted;
    }
    out.Count("unaccounted", "packets", unaccounted);
}

/// Adds the metrics of transfers.
void
AddTransfers(const RunResults& results, Vocabulary& out)
{
    const CompletionFigures figures =
        results.transfers ? results.transfers->Summarize() : CompletionFigures();
    out.Count("transfers_begun", "transfers", figures.begun);
    out.Count("transfers_completed", "transfers", figures.completed);
    out.Duration("transfer_time_mean", figures.mean);
    out.Duration("transfer_time_p50", figures.p50);
    out.Duration("transfer_time_p99", figures.p99);
    out.Duration("transfer_time_max", figures.max);
}

} // namespace

std::vector<SummaryRow>
Summarize(const RunResults& results)
{
    Vocabulary vocabulary;
    AddMoves(results, vocabulary);
    AddPackets(results, vocabulary);
    AddControl(results, vocabulary);
    AddOperations(results, vocabulary);
    AddTransfers(results, vocabulary);
    return vocabulary.rows;
}

std::vector<std::string>
CheckResults(const RunResults& results)
{
    std::vector<std::string> violations = CheckConservation(*results.ledger);
    for (const MoveHistory& move : results.timeline->GetMoves())
    {
        if (!move.order.expected.empty() && move.order.expected != move.outcome)
        {
            violations.push_back("migration " + move.order.migration + " of " + move.order.vm +
                                 ": outcome " + move.outcome + ", expected " + move.order.expected);
        }
    }
    return violations;
}

} // namespace vmm
} // namespace ns3
