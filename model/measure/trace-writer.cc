// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/trace-writer.h"

#include "ns3/csv-file.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

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
    WriteTransfers();
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
            file.Field(BookDirectionName(flow.book));
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
        file.Field(m_results.ledger->GetFlows()[row.book / 2].name)
            .Field(BookDirectionName(row.book));
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
        file.Field(BookDirectionName(change.book));
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
                 {"time_s", "node", "prefix", "action", "owner", "next_hops", "epoch", "vn"});
    for (const FibEvent& event : m_results.timeline->GetFibEvents())
    {
        file.Field(event.time).Field(NameOf(event.node)).Field(event.prefix.ToString());
        file.Field(FibActionName(event.action)).Field(event.owner).Field(event.nextHops);
        file.Field(event.epoch).Field(event.vn).EndRow();
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
        file.Field(BookDirectionName(row.book)).Field(NanoSeconds(row.sentNs));
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
