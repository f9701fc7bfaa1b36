// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/move-report.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return whether a loss of this cause says that the network does not know where the VM is
bool
StandsAgainstConvergence(DropCause cause)
{
    switch (cause)
    {
    case DropCause::QUEUE:
    case DropCause::QUEUE_DISC:
    case DropCause::MTU:
    case DropCause::CORRUPTED:
    case DropCause::FRAGMENT:
    case DropCause::PORT:
    case DropCause::CHECKSUM:
        return false;
    default:
        return true;
    }
}

/// Sets value to the larger one of both.
template <typename T>
void
Raise(std::optional<T>& value, const std::optional<T>& other)
{
    if (other && (!value || *value < *other))
    {
        value = other;
    }
}

/// Sets value to the smaller one of both.
template <typename T>
void
Lower(std::optional<T>& value, const std::optional<T>& other)
{
    if (other && (!value || *other < *value))
    {
        value = other;
    }
}

/// @return how many nodes two ways have in common from their beginnings
size_t
CommonLength(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b)
{
    const size_t length = std::min(a.size(), b.size());
    const auto differ = std::mismatch(a.begin(), a.begin() + length, b.begin());
    return static_cast<size_t>(differ.first - a.begin());
}

} // namespace

MoveAnalysis::MoveAnalysis(const PacketLedger& ledger,
                           const MigrationTimeline& timeline,
                           PathStretch& stretch,
                           const std::map<std::string, uint32_t>& vmNodes,
                           Time end)
    : m_ledger(ledger),
      m_timeline(timeline),
      m_stretch(stretch),
      m_vmNodes(vmNodes),
      m_end(end),
      m_sent(ledger.GetBooks().size()),
      m_arrivals(GetArrivals(ledger))
{
    for (LedgerId id = 1; id <= ledger.GetLastId(); ++id)
    {
        if (ledger.Get(id).state != LedgerState::SUPPRESSED)
        {
            m_sent[ledger.Get(id).book].push_back(id);
        }
    }
}

std::vector<MoveReport>
MoveAnalysis::Run()
{
    std::vector<MoveReport> reports;
    for (size_t i = 0; i < m_timeline.GetMoves().size(); ++i)
    {
        reports.push_back(Report(i));
    }
    return reports;
}

std::pair<size_t, size_t>
MoveAnalysis::SentWithin(uint32_t book, Time from, Time to) const
{
    const std::vector<LedgerId>& ids = m_sent[book];
    const auto before = [this](LedgerId id, int64_t ns)
    {
        return m_ledger.Get(id).sentNs < ns;
    };
    const auto first = std::lower_bound(ids.begin(), ids.end(), from.GetNanoSeconds(), before);
    const auto last = std::lower_bound(first, ids.end(), to.GetNanoSeconds(), before);
    return {first - ids.begin(), last - ids.begin()};
}

MoveReport
MoveAnalysis::Report(size_t index)
{
    const MoveHistory& move = m_timeline.GetMoves()[index];
    MoveReport report;
    report.move = index;
    const auto node = m_vmNodes.find(move.order.vm);
    if (node == m_vmNodes.end() || move.outcome == "refused")
    {
        return report;
    }
    std::optional<Time> first;
    std::optional<Time> last;
    for (uint32_t book = 0; book < m_ledger.GetBooks().size(); ++book)
    {
        const FlowInfo& flow = m_ledger.GetFlows()[book / 2];
        if (flow.fromNode != node->second && flow.toNode != node->second)
        {
            continue;
        }
        MoveFlowReport row = ReportFlow(move, book);
        if (row.sent == 0 && !row.censored)
        {
            continue;
        }
        report.lost += row.lost;
        report.trianglePackets += row.trianglePackets;
        report.viaSourcePackets += row.viaSourcePackets;
        Raise(report.maxHopStretch, row.maxHopStretch);
        Raise(report.maxDelayStretch, row.maxDelayStretch);
        Raise(last, row.triangleLast);
        first = first && row.triangleFirst ? std::min(first, row.triangleFirst)
                                           : (first ? first : row.triangleFirst);
        report.flows.push_back(row);
    }
    if (first)
    {
        report.triangle = *last - *first;
    }
    Combine(move, report);
    const MoveFlowReport* worst = nullptr;
    for (const MoveFlowReport& row : report.flows)
    {
        if (row.outage && (!worst || *worst->outage < *row.outage))
        {
            worst = &row;
        }
    }
    if (worst)
    {
        report.outage = worst->outage;
        report.censored = worst->censored;
        Split(move, *worst, report);
    }
    return report;
}

void
MoveAnalysis::Combine(const MoveHistory& move, MoveReport& report) const
{
    if (!move.resume)
    {
        return;
    }
    const uint32_t vm = m_vmNodes.at(move.order.vm);
    std::optional<Time> lastBad;
    for (const MoveFlowReport& flow : report.flows)
    {
        Raise(lastBad, flow.lastBad);
        if (m_ledger.GetReceiver(flow.book) == vm)
        {
            Lower(report.firstPacket, flow.firstArrival);
        }
    }
    for (const MoveFlowReport& flow : report.flows)
    {
        if (flow.lastBad && !flow.dataConverged)
        {
            return; // not even its last packet went the shortest way
        }
    }
    // One instant for all flows, so that a flow that seldom sends does not decide.
    const Time from = lastBad ? *lastBad + NanoSeconds(1) : *move.resume;
    const Time end = MigrationTimeline::GetWindowEnd(move, m_end);
    for (const MoveFlowReport& flow : report.flows)
    {
        const auto range = SentWithin(flow.book, from, end);
        if (range.first < range.second)
        {
            const LedgerRow& row = m_ledger.Get(m_sent[flow.book][range.first]);
            Lower(report.dataConverged, std::optional<Time>(NanoSeconds(row.sentNs)));
        }
    }
}

MoveFlowReport
MoveAnalysis::ReportFlow(const MoveHistory& move, uint32_t book)
{
    MoveFlowReport report;
    report.book = book;
    const Time end = MigrationTimeline::GetWindowEnd(move, m_end);
    const auto range = SentWithin(book, move.ordered, end);
    bool sentAfter = false;
    bool deliveredAfter = false;
    for (size_t i = range.first; i < range.second; ++i)
    {
        const LedgerRow& row = m_ledger.Get(m_sent[book][i]);
        Count(move, row, report);
        if (move.resume && NanoSeconds(row.sentNs) >= *move.resume)
        {
            sentAfter = true;
            deliveredAfter = deliveredAfter || row.state == LedgerState::DELIVERED;
        }
    }
    if (sentAfter)
    {
        report.survived = deliveredAfter;
    }
    MeasureGaps(move, report);
    CompareWays(move, report);
    FindConvergence(move, report);
    return report;
}

void
MoveAnalysis::Count(const MoveHistory& move, const LedgerRow& row, MoveFlowReport& report)
{
    ++report.sent;
    report.lost += row.state == LedgerState::LOST;
    if (row.state == LedgerState::DELIVERED)
    {
        ++report.delivered;
    }
    const Time sent = NanoSeconds(row.sentNs);
    if (!move.resume || sent < *move.resume)
    {
        return;
    }
    report.viaSourcePackets += IsViaSource(move, row);
    const StretchFigures& figures = m_stretch.Get(row.path);
    if (row.state != LedgerState::DELIVERED || !figures.valid)
    {
        return;
    }
    report.hopsAfter = figures.taken.hops;
    Raise(report.maxHopStretch, figures.GetHopStretch());
    Raise(report.maxDelayStretch, figures.GetDelayStretch());
    if (figures.GetExtraHops() > 0)
    {
        ++report.trianglePackets;
        report.triangleBytes += row.size;
        Raise(report.hopsTriangle, std::optional<uint32_t>(figures.taken.hops));
        report.triangleFirst = report.triangleFirst.value_or(sent);
        report.triangleLast = sent;
    }
}

bool
MoveAnalysis::IsViaSource(const MoveHistory& move, const LedgerRow& row) const
{
    const uint32_t source = move.order.sourceNode;
    if (!m_ledger.GetPaths().Contains(row.path, source))
    {
        return false;
    }
    const std::vector<uint32_t> nodes = m_stretch.GetFabricNodes(row.path);
    const bool fromVm = m_ledger.GetReceiver(row.book) != m_vmNodes.at(move.order.vm);
    const bool receiverThere = fromVm && nodes.back() == source;
    return nodes.front() != source && !receiverThere;
}

bool
MoveAnalysis::IsNextUnderWay(uint32_t book, LedgerId id, Time at) const
{
    const std::vector<LedgerId>& ids = m_sent[book];
    const auto next = std::upper_bound(ids.begin(), ids.end(), id);
    if (id == 0 || next == ids.end())
    {
        return false;
    }
    const LedgerRow& row = m_ledger.Get(*next);
    return row.endedNs < 0 || NanoSeconds(row.endedNs) >= at;
}

void
MoveAnalysis::MeasureGaps(const MoveHistory& move, MoveFlowReport& report) const
{
    const uint32_t book = report.book;
    const FlowInfo& flow = m_ledger.GetFlows()[book / 2];
    const bool fixed = book % 2 == 0 && !flow.period.IsZero();
    const Time windowEnd = MigrationTimeline::GetWindowEnd(move, m_end);
    const Time flowEnd = flow.stop.IsZero() ? windowEnd : std::min(flow.stop, windowEnd);
    std::optional<Time> previous;
    std::optional<Time> largest;
    LedgerId last = 0;
    LedgerId beforeGap = 0;
    bool after = false;
    for (LedgerId id : m_arrivals[book])
    {
        const LedgerRow& row = m_ledger.Get(id);
        const Time arrival = NanoSeconds(row.endedNs);
        if (arrival >= windowEnd)
        {
            break;
        }
        if (arrival >= move.ordered)
        {
            if (previous && (!largest || *largest < arrival - *previous))
            {
                largest = arrival - *previous;
                report.gapBegin = previous;
                beforeGap = last;
                report.gapEnd = arrival;
            }
            // What was on its way at the stop does not show that the flow goes on.
            after = after || (move.stop && NanoSeconds(row.sentNs) >= *move.stop);
        }
        previous = arrival;
        last = id;
    }
    report.gapFromStop = move.stop && IsNextUnderWay(book, beforeGap, *move.stop);
    const bool active = move.stop && flowEnd > *move.stop;
    if (!fixed)
    {
        report.longestStall = largest;
        return;
    }
    if (!active)
    {
        return;
    }
    if (after)
    {
        report.outage = std::max(largest.value_or(flow.period) - flow.period, Time(0));
        return;
    }
    report.censored = true;
    if (previous)
    {
        report.outage = flowEnd - *previous;
    }
}

void
MoveAnalysis::CompareWays(const MoveHistory& move, MoveFlowReport& report)
{
    if (!move.stop)
    {
        return;
    }
    const uint32_t book = report.book;
    const LedgerRow* before = nullptr;
    const LedgerRow* after = nullptr;
    const Time end = MigrationTimeline::GetWindowEnd(move, m_end);
    for (LedgerId id : m_arrivals[book])
    {
        const LedgerRow& row = m_ledger.Get(id);
        const Time arrival = NanoSeconds(row.endedNs);
        if (NanoSeconds(row.sentNs) < *move.stop && arrival < *move.stop)
        {
            before = &row;
        }
        else if (move.resume && arrival >= *move.resume && arrival < end &&
                 m_ledger.GetPaths().Contains(row.path, move.order.destinationNode))
        {
            after = &row;
            break;
        }
    }
    if (before && m_stretch.Get(before->path).valid)
    {
        report.hopsBefore = m_stretch.Get(before->path).taken.hops;
    }
    if (!after)
    {
        return;
    }
    report.firstArrival = NanoSeconds(after->endedNs);
    const auto vm = m_vmNodes.find(move.order.vm);
    if (before && m_ledger.GetReceiver(book) == vm->second)
    {
        const std::vector<uint32_t> was = m_stretch.GetFabricNodes(before->path);
        const std::vector<uint32_t> is = m_stretch.GetFabricNodes(after->path);
        const size_t common = CommonLength(was, is);
        if (common > 0)
        {
            report.turningPoint = was[common - 1];
        }
    }
}

void
MoveAnalysis::FindConvergence(const MoveHistory& move, MoveFlowReport& report)
{
    if (!move.resume)
    {
        return;
    }
    const std::vector<LedgerId>& ids = m_sent[report.book];
    const Time end = MigrationTimeline::GetWindowEnd(move, m_end);
    const auto range = SentWithin(report.book, *move.resume, end);
    for (size_t i = range.second; i > range.first; --i)
    {
        const LedgerRow& row = m_ledger.Get(ids[i - 1]);
        const StretchFigures& figures = m_stretch.Get(row.path);
        bool well = true;
        if (row.state == LedgerState::DELIVERED)
        {
            well = figures.valid && figures.taken.hops <= figures.routeHops;
        }
        else if (row.state == LedgerState::LOST)
        {
            well = !StandsAgainstConvergence(row.cause);
        }
        if (!well)
        {
            report.lastBad = NanoSeconds(row.sentNs);
            return;
        }
        report.dataConverged = NanoSeconds(row.sentNs);
    }
}

void
MoveAnalysis::Split(const MoveHistory& move, const MoveFlowReport& flow, MoveReport& report) const
{
    const bool spans = move.GetDowntime() && flow.firstArrival && flow.gapBegin &&
                       flow.gapFromStop && *flow.gapBegin <= *move.stop &&
                       flow.gapEnd == flow.firstArrival;
    if (!spans || flow.censored)
    {
        return;
    }
    Time at = *move.resume;
    const auto part = [&at](const std::optional<Time>& point, std::optional<Time>& share)
    {
        if (point)
        {
            share = std::max(*point - at, Time(0));
            at = std::max(*point, at);
        }
    };
    if (flow.turningPoint)
    {
        const auto redirect = move.redirects.find(*flow.turningPoint);
        part(move.registerSent, report.detect);
        part(move.bindingUpdated, report.registerDelay);
        if (redirect != move.redirects.end())
        {
            part(redirect->second.request, report.inform);
            part(redirect->second.route, report.install);
        }
    }
    part(flow.firstArrival, report.propagate);
    report.alignment = *flow.outage - *move.GetDowntime() - (at - *move.resume);
}

} // namespace vmm
} // namespace ns3
