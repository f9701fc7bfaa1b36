// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/trace-writer.h"

#include "ns3/csv-file.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the direction of a book
const char*
DirectionOf(uint32_t book)
{
    return FlowDirectionName(static_cast<FlowDirection>(book % 2));
}

/// Delay and stretch over the delivered packets of one book.
struct BookFigures
{
    std::optional<Time> meanDelay;        //!< one way
    std::optional<Time> p99Delay;         //!< nearest rank
    std::optional<double> meanHopStretch; //!< of those that have one
    std::optional<double> maxHopStretch;  //!< of those that have one
};

/// @return the figures of one book from the ids of its deliveries
BookFigures
FiguresOf(const RunResults& results, const std::vector<LedgerId>& ids)
{
    BookFigures figures;
    std::vector<int64_t> delays;
    int64_t sum = 0;
    double stretches = 0;
    uint64_t stretched = 0;
    for (LedgerId id : ids)
    {
        const LedgerRow& row = results.ledger->Get(id);
        delays.push_back(row.endedNs - row.sentNs);
        sum += delays.back();
        if (const std::optional<double> stretch = results.stretch->Get(row.path).GetHopStretch())
        {
            stretches += *stretch;
            ++stretched;
            figures.maxHopStretch = std::max(figures.maxHopStretch.value_or(0), *stretch);
        }
    }
    if (!delays.empty())
    {
        const size_t rank = (delays.size() * 99 + 99) / 100 - 1;
        std::nth_element(delays.begin(), delays.begin() + rank, delays.end());
        figures.p99Delay = NanoSeconds(delays[rank]);
        figures.meanDelay = NanoSeconds(sum / static_cast<int64_t>(delays.size()));
    }
    if (stretched != 0)
    {
        figures.meanHopStretch = stretches / double(stretched);
    }
    return figures;
}

} // namespace

TraceWriter::TraceWriter(const std::string& folder, const RunResults& results)
    : m_folder(folder),
      m_results(results)
{
}

std::string
TraceWriter::At(const std::string& name) const
{
    return m_folder + "/" + name;
}

std::string
TraceWriter::NameOf(uint32_t node) const
{
    return m_results.stretch->GetOracle().GetName(node);
}

void
TraceWriter::WriteAll() const
{
    WriteSummary();
    WriteMigrations();
    WriteMoveFlows();
    WriteFlows();
    WriteLosses();
    WriteStretch();
    WriteRounds();
    WriteRoutes();
    WriteMessages();
    WriteThroughput();
    WriteTcp();
    WriteState();
    WriteOperations();
    WritePlacements();
}

void
TraceWriter::WriteSummary() const
{
    CsvFile file(At("summary.csv"), {"metric", "unit", "value"});
    for (const SummaryRow& row : Summarize(m_results))
    {
        file.Field(row.metric).Field(row.unit).Field(row.value).EndRow();
    }
    file.Close();
}

void
TraceWriter::WriteMigrations() const
{
    CsvFile file(At("migrations.csv"),
                 {"migration",
                  "vm",
                  "type",
                  "method",
                  "transfer",
                  "scheme",
                  "source_nve",
                  "destination_nve",
                  "order_s",
                  "copy_start_s",
                  "stop_s",
                  "resume_s",
                  "register_s",
                  "mn_updated_s",
                  "source_route_s",
                  "path_ready_s",
                  "first_packet_s",
                  "control_converged_s",
                  "data_converged_s",
                  "source_released_s",
                  "rounds",
                  "copied_bytes",
                  "wire_bytes",
                  "storage_bytes",
                  "throttled_s",
                  "faults",
                  "stall_s",
                  "lost_state_s",
                  "lost_state_bytes",
                  "downtime_s",
                  "outage_s",
                  "outage_censored",
                  "detect_s",
                  "register_delay_s",
                  "inform_s",
                  "install_s",
                  "propagate_s",
                  "alignment_s",
                  "lost_packets",
                  "triangle_packets",
                  "via_source_packets",
                  "triangle_s",
                  "max_hop_stretch",
                  "max_delay_stretch",
                  "control_messages",
                  "control_bytes",
                  "outcome",
                  "begin_s",
                  "end_s",
                  "queue_s",
                  "operation"});
    for (const MoveReport& report : m_results.moves)
    {
        const MoveHistory& move = m_results.timeline->GetMoves()[report.move];
        const MoveOrder& order = move.order;
        file.Field(order.migration).Field(order.vm).Field(order.type).Field(order.method);
        file.Field(order.transfer)
            .Field(order.scheme)
            .Field(order.sourceNve)
            .Field(order.destinationNve);
        file.Field(move.ordered).Field(move.copyStart).Field(move.stop).Field(move.resume);
        file.Field(move.registerSent).Field(move.bindingUpdated).Field(move.sourceRoute);
        file.Field(move.pathReady).Field(report.firstPacket).Field(move.controlConverged);
        file.Field(report.dataConverged).Field(move.sourceReleased);
        file.Field(uint64_t(move.rounds.size())).Field(move.copiedBytes).Field(move.wireBytes);
        const CopyEffects& effects = move.effects;
        file.Field(effects.storageBytes).Field(effects.throttled).Field(effects.faults);
        file.Field(effects.stalled).Field(effects.lost).Field(effects.lostBytes);
        file.Field(move.GetDowntime()).Field(report.outage);
        file.Field(!report.outage ? "" : report.censored ? "yes" : "no").Field(report.detect);
        file.Field(report.registerDelay).Field(report.inform).Field(report.install);
        file.Field(report.propagate).Field(report.alignment);
        file.Field(report.lost).Field(report.trianglePackets);
        file.Field(report.viaSourcePackets).Field(report.triangle).Field(report.maxHopStretch);
        file.Field(report.maxDelayStretch).Field(move.controlMessages).Field(move.controlBytes);
        file.Field(move.outcome).Field(move.begun).Field(move.ended);
        file.Field(move.begun ? std::optional<Time>(*move.begun - move.ordered) : std::nullopt);
        file.Field(order.operation).EndRow();
    }
    file.Close();
}

void
TraceWriter::WriteMoveFlows() const
{
    CsvFile file(At("move_flows.csv"), {"migration",
                                        "flow",
                                        "direction",
                                        "turning_point",
                                        "sent",
                                        "delivered",
                                        "lost",
                                        "outage_s",
                                        "censored",
                                        "longest_stall_s",
                                        "hops_before",
                                        "hops_triangle",
                                        "hops_after",
                                        "max_hop_stretch",
                                        "triangle_packets",
                                        "triangle_bytes",
                                        "triangle_s",
                                        "data_converged_s",
                                        "survived",
                                        "first_arrival_s"});
    for (const MoveReport& report : m_results.moves)
    {
        const MoveHistory& move = m_results.timeline->GetMoves()[report.move];
        for (const MoveFlowReport& flow : report.flows)
        {
            file.Field(move.order.migration);
            file.Field(m_results.ledger->GetFlows()[flow.book / 2].name);
            file.Field(DirectionOf(flow.book));
            file.Field(flow.turningPoint ? NameOf(*flow.turningPoint) : std::string());
            file.Field(flow.sent).Field(flow.delivered).Field(flow.lost);
            file.Field(flow.outage).Field(flow.censored).Field(flow.longestStall);
            file.Field(flow.hopsBefore).Field(flow.hopsTriangle).Field(flow.hopsAfter);
            file.Field(flow.maxHopStretch).Field(flow.trianglePackets).Field(flow.triangleBytes);
            file.Field(flow.triangleFirst
                           ? std::optional<Time>(*flow.triangleLast - *flow.triangleFirst)
                           : std::nullopt);
            file.Field(flow.dataConverged).Field(flow.survived);
            file.Field(flow.firstArrival).EndRow();
        }
    }
    file.Close();
}

void
TraceWriter::WriteFlows() const
{
    CsvFile file(At("flows.csv"),
                 {"flow",
                  "direction",
                  "from",
                  "to",
                  "sent",
                  "delivered",
                  "lost",
                  "in_flight",
                  "suppressed",
                  "duplicated",
                  "reordered",
                  "mean_delay_s",
                  "p99_delay_s",
                  "mean_hop_stretch",
                  "max_hop_stretch"});
    const std::vector<std::vector<LedgerId>> arrivals = GetArrivals(*m_results.ledger);
    for (uint32_t i = 0; i < arrivals.size(); ++i)
    {
        const FlowBook& book = m_results.ledger->GetBooks()[i];
        const FlowInfo& flow = m_results.ledger->GetFlows()[i / 2];
        const BookFigures figures = FiguresOf(m_results, arrivals[i]);
        file.Field(flow.name).Field(DirectionOf(i));
        file.Field(i % 2 == 0 ? flow.from : flow.to).Field(i % 2 == 0 ? flow.to : flow.from);
        file.Field(book.sent).Field(book.delivered).Field(book.GetLost()).Field(book.inFlight);
        file.Field(book.suppressed).Field(book.duplicated).Field(book.reordered);
        file.Field(figures.meanDelay).Field(figures.p99Delay);
        file.Field(figures.meanHopStretch).Field(figures.maxHopStretch).EndRow();
    }
    file.Close();
}

void
TraceWriter::WriteLosses() const
{
    std::vector<LedgerId> lost;
    for (LedgerId id = 1; id <= m_results.ledger->GetLastId(); ++id)
    {
        if (m_results.ledger->Get(id).state == LedgerState::LOST)
        {
            lost.push_back(id);
        }
    }
    std::stable_sort(lost.begin(),
                     lost.end(),
                     [this](LedgerId a, LedgerId b)
                     {
                         return m_results.ledger->Get(a).endedNs < m_results.ledger->Get(b).endedNs;
                     });
    CsvFile file(At("losses.csv"),
                 {"time_s", "flow", "direction", "packet_id", "cause", "node", "sent_s", "hops"});
    for (LedgerId id : lost)
    {
        const LedgerRow& row = m_results.ledger->Get(id);
        file.Field(NanoSeconds(row.endedNs));
        file.Field(m_results.ledger->GetFlows()[row.book / 2].name).Field(DirectionOf(row.book));
        file.Field(id).Field(DropCauseName(row.cause)).Field(NameOf(row.node));
        file.Field(NanoSeconds(row.sentNs));
        file.Field(m_results.stretch->Get(row.path).taken.hops).EndRow();
    }
    file.Close();
}

void
TraceWriter::WriteStretch() const
{
    CsvFile file(At("stretch.csv"),
                 {"time_s",
                  "flow",
                  "direction",
                  "hops",
                  "shortest_hops",
                  "delay_s",
                  "shortest_delay_s",
                  "extra_hops",
                  "extra_delay_s",
                  "hop_stretch",
                  "delay_stretch",
                  "path"});
    for (const StretchChange& change : m_results.stretch->GetChanges())
    {
        const StretchFigures& figures = change.figures;
        file.Field(change.time).Field(m_results.ledger->GetFlows()[change.book / 2].name);
        file.Field(DirectionOf(change.book));
        file.Field(figures.taken.hops).Field(figures.shortest.hops);
        file.Field(figures.taken.delay).Field(figures.shortest.delay);
        file.Field(figures.GetExtraHops()).Field(figures.GetExtraDelay());
        file.Field(figures.GetHopStretch()).Field(figures.GetDelayStretch());
        file.Field(m_results.stretch->GetNames(change.path)).EndRow();
    }
    file.Close();
}

void
TraceWriter::WriteRounds() const
{
    CsvFile file(At("rounds.csv"),
                 {"migration",
                  "round",
                  "start_s",
                  "end_s",
                  "sent_bytes",
                  "dirtied_bytes",
                  "rate_bps",
                  "phase",
                  "throttle"});
    for (const MoveHistory& move : m_results.timeline->GetMoves())
    {
        for (const RoundRecord& round : move.rounds)
        {
            file.Field(move.order.migration).Field(round.round).Field(round.start);
            file.Field(round.end).Field(round.sentBytes).Field(round.dirtiedBytes);
            file.Field(round.rateBps).Field(round.phase).Field(round.throttle).EndRow();
        }
    }
    file.Close();
}

void
TraceWriter::WriteRoutes() const
{
    CsvFile file(At("routes.csv"),
                 {"time_s", "node", "prefix", "action", "owner", "next_hops", "epoch"});
    for (const FibEvent& event : m_results.timeline->GetFibEvents())
    {
        file.Field(event.time).Field(NameOf(event.node)).Field(event.prefix.ToString());
        file.Field(FibActionName(event.action)).Field(event.owner).Field(event.nextHops);
        file.Field(event.epoch).EndRow();
    }
    file.Close();
}

void
TraceWriter::WriteMessages() const
{
    CsvFile file(At("messages.csv"), {"time_s", "kind", "type", "from", "to", "vm", "bytes"});
    for (const MessageEvent& message : m_results.timeline->GetMessages())
    {
        file.Field(message.time).Field(message.kind).Field(message.type).Field(message.from);
        file.Field(message.to).Field(message.vm).Field(message.bytes).EndRow();
    }
    file.Close();
}

void
TraceWriter::WriteThroughput() const
{
    CsvFile file(At("throughput.csv"), {"bin_start_s", "flow", "bytes"});
    std::map<std::string, size_t> first; // the zeros before a flow's first octet say nothing
    size_t last = 0;
    for (const auto& [name, bins] : m_results.goodput->GetFlows())
    {
        const auto begin = std::find_if(bins.begin(),
                                        bins.end(),
                                        [](auto b)
                                        {
                                            return b != 0;
                                        });
        first[name] = static_cast<size_t>(begin - bins.begin());
        last = std::max(last, bins.size());
    }
    for (size_t i = 0; i < last; ++i)
    {
        for (const auto& [name, bins] : m_results.goodput->GetFlows())
        {
            if (i >= first[name] && i < bins.size())
            {
                file.Field(m_results.goodput->GetBin() * static_cast<int64_t>(i));
                file.Field(name).Field(bins[i]).EndRow();
            }
        }
    }
    file.Close();
}

void
TraceWriter::WriteTcp() const
{
    CsvFile file(At("tcp.csv"),
                 {"migration",
                  "flow",
                  "mean_before_bps",
                  "dip_bytes",
                  "recovery_s",
                  "timeouts",
                  "longest_stall_s",
                  "survived"});
    for (const MoveReport& report : m_results.moves)
    {
        const MoveHistory& move = m_results.timeline->GetMoves()[report.move];
        for (const MoveFlowReport& flow : report.flows)
        {
            const FlowInfo& info = m_results.ledger->GetFlows()[flow.book / 2];
            if (flow.book % 2 != 0 || info.protocol != 6 || !move.stop)
            {
                continue;
            }
            Time end = MigrationTimeline::GetWindowEnd(move, m_results.end);
            end = info.stop.IsZero() ? end : std::min(end, info.stop);
            const std::optional<TcpRecovery> tcp =
                m_results.goodput->Measure(info.name, move.ordered, *move.stop, end);
            file.Field(move.order.migration).Field(info.name);
            file.Field(tcp ? std::optional<double>(tcp->meanBeforeBps) : std::nullopt);
            file.Field(tcp ? std::optional<double>(tcp->dipBytes) : std::nullopt);
            file.Field(tcp ? tcp->recovery : std::nullopt);
            file.Field(tcp ? std::optional<uint64_t>(tcp->timeouts) : std::nullopt);
            file.Field(flow.longestStall).Field(flow.survived).EndRow();
        }
    }
    file.Close();
}

void
TraceWriter::WritePackets() const
{
    CsvFile file(At("packets.csv"),
                 {"packet_id",
                  "flow",
                  "direction",
                  "sent_s",
                  "ended_s",
                  "state",
                  "cause",
                  "node",
                  "bytes",
                  "sequence",
                  "path"});
    for (LedgerId id = 1; id <= m_results.ledger->GetLastId(); ++id)
    {
        const LedgerRow& row = m_results.ledger->Get(id);
        const bool ended = row.endedNs >= 0;
        file.Field(id).Field(m_results.ledger->GetFlows()[row.book / 2].name);
        file.Field(DirectionOf(row.book)).Field(NanoSeconds(row.sentNs));
        file.Field(ended ? std::optional<Time>(NanoSeconds(row.endedNs)) : std::nullopt);
        file.Field(LedgerStateName(row.state));
        file.Field(row.state == LedgerState::LOST ? DropCauseName(row.cause) : "");
        file.Field(ended ? NameOf(row.node) : std::string())
            .Field(uint32_t(row.size))
            .Field(row.sequence);
        file.Field(m_results.stretch->GetNames(row.path)).EndRow();
    }
    file.Close();
}

} // namespace vmm
} // namespace ns3
