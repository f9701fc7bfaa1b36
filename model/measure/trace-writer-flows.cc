// SPDX-License-Identifier: GPL-2.0-only
// Files about flows: their books, throughput, TCP and transfers.
#include "ns3/csv-file.h"
#include "ns3/trace-writer.h"

#include <algorithm>
#include <map>

namespace ns3
{
namespace vmm
{

namespace
{

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

/// Writes the figures of a flow's transfers: empty if it has none, or no book is given.
void
FieldTransfers(CsvFile& file, const TransferBook* book, const std::string& flow)
{
    const CompletionFigures figures = book ? book->Summarize(flow) : CompletionFigures();
    if (figures.begun == 0)
    {
        file.Empty().Empty().Empty().Empty();
        return;
    }
    file.Field(figures.begun).Field(figures.completed).Field(figures.mean).Field(figures.p99);
}

} // namespace

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
                  "max_hop_stretch",
                  "transfers",
                  "transfers_completed",
                  "mean_fct_s",
                  "p99_fct_s"});
    const std::vector<std::vector<LedgerId>> arrivals = GetArrivals(*m_results.ledger);
    for (uint32_t i = 0; i < arrivals.size(); ++i)
    {
        const FlowBook& book = m_results.ledger->GetBooks()[i];
        const FlowInfo& flow = m_results.ledger->GetFlows()[i / 2];
        const BookFigures figures = FiguresOf(m_results, arrivals[i]);
        file.Field(flow.name).Field(BookDirectionName(i));
        file.Field(i % 2 == 0 ? flow.from : flow.to).Field(i % 2 == 0 ? flow.to : flow.from);
        file.Field(book.sent).Field(book.delivered).Field(book.GetLost()).Field(book.inFlight);
        file.Field(book.suppressed).Field(book.duplicated).Field(book.reordered);
        file.Field(figures.meanDelay).Field(figures.p99Delay);
        file.Field(figures.meanHopStretch).Field(figures.maxHopStretch);
        FieldTransfers(file, i % 2 == 0 ? m_results.transfers : nullptr, flow.name);
        file.EndRow();
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
TraceWriter::WriteTransfers() const
{
    CsvFile file(At("transfers.csv"),
                 {"flow", "id", "start_s", "end_s", "bytes", "fct_s", "outcome"});
    if (m_results.transfers)
    {
        for (const Transfer& transfer : m_results.transfers->GetTransfers())
        {
            file.Field(transfer.flow).Field(transfer.id).Field(transfer.start);
            file.Field(transfer.end).Field(transfer.bytes).Field(transfer.GetCompletionTime());
            file.Field(TransferOutcomeName(transfer.outcome)).EndRow();
        }
    }
    file.Close();
}

} // namespace vmm
} // namespace ns3
