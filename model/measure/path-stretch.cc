// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/path-stretch.h"

#include <algorithm>
#include <tuple>

namespace ns3
{
namespace vmm
{

uint32_t
StretchFigures::GetExtraHops() const
{
    return taken.hops > shortest.hops ? taken.hops - shortest.hops : 0;
}

Time
StretchFigures::GetExtraDelay() const
{
    return taken.delay > shortest.delay ? taken.delay - shortest.delay : Time(0);
}

std::optional<double>
StretchFigures::GetHopStretch() const
{
    if (!valid || shortest.hops == 0)
    {
        return std::nullopt;
    }
    return double(taken.hops) / shortest.hops;
}

std::optional<double>
StretchFigures::GetDelayStretch() const
{
    if (!valid || shortest.delay.IsZero())
    {
        return std::nullopt;
    }
    return double(taken.delay.GetNanoSeconds()) / double(shortest.delay.GetNanoSeconds());
}

PathStretch::PathStretch(const PacketLedger& ledger, const ShortestPathOracle& oracle)
    : m_ledger(ledger),
      m_oracle(oracle)
{
}

const ShortestPathOracle&
PathStretch::GetOracle() const
{
    return m_oracle;
}

std::vector<uint32_t>
PathStretch::GetFabricNodes(PathId path) const
{
    std::vector<uint32_t> nodes = m_ledger.GetPaths().GetNodes(path);
    const auto outside = [this](uint32_t node)
    {
        return !m_oracle.IsFabricNode(node);
    };
    nodes.erase(std::remove_if(nodes.begin(), nodes.end(), outside), nodes.end());
    return nodes;
}

std::string
PathStretch::GetNames(PathId path) const
{
    std::string text;
    for (uint32_t node : m_ledger.GetPaths().GetNodes(path))
    {
        text += (text.empty() ? "" : " ") + m_oracle.GetName(node);
    }
    return text;
}

StretchFigures
PathStretch::Weigh(PathId path) const
{
    const std::vector<uint32_t> nodes = GetFabricNodes(path);
    StretchFigures figures;
    if (nodes.empty())
    {
        return figures;
    }
    figures.valid = true;
    for (size_t i = 0; i + 1 < nodes.size(); ++i)
    {
        const PathCost step = m_oracle.GetStep(nodes[i], nodes[i + 1]);
        figures.taken.hops += step.hops;
        figures.taken.delay += step.delay;
    }
    figures.shortest = m_oracle.GetShortest(nodes.front(), nodes.back());
    figures.routeHops = m_oracle.GetRouteHops(nodes.front(), nodes.back());
    return figures;
}

const StretchFigures&
PathStretch::Get(PathId path)
{
    if (m_known.size() <= path)
    {
        m_known.resize(m_ledger.GetPaths().GetSize());
        m_weighed.resize(m_known.size());
    }
    if (!m_weighed[path])
    {
        m_known[path] = Weigh(path);
        m_weighed[path] = true;
    }
    return m_known[path];
}

std::vector<StretchChange>
PathStretch::GetChanges()
{
    const std::vector<std::vector<LedgerId>> arrivals = GetArrivals(m_ledger);
    std::vector<StretchChange> changes;
    for (uint32_t book = 0; book < arrivals.size(); ++book)
    {
        PathId last = 0;
        for (LedgerId id : arrivals[book])
        {
            const LedgerRow& row = m_ledger.Get(id);
            if (row.path != last)
            {
                last = row.path;
                changes.push_back({NanoSeconds(row.endedNs), book, last, Get(last)});
            }
        }
    }
    std::stable_sort(changes.begin(),
                     changes.end(),
                     [](const auto& a, const auto& b)
                     {
                         return std::tie(a.time, a.book) < std::tie(b.time, b.book);
                     });
    return changes;
}

std::vector<std::vector<LedgerId>>
GetArrivals(const PacketLedger& ledger)
{
    std::vector<std::vector<LedgerId>> arrivals(ledger.GetBooks().size());
    for (LedgerId id = 1; id <= ledger.GetLastId(); ++id)
    {
        const LedgerRow& row = ledger.Get(id);
        if (row.state == LedgerState::DELIVERED)
        {
            arrivals[row.book].push_back(id);
        }
    }
    for (std::vector<LedgerId>& ids : arrivals)
    {
        std::stable_sort(ids.begin(),
                         ids.end(),
                         [&ledger](LedgerId a, LedgerId b)
                         {
                             return ledger.Get(a).endedNs < ledger.Get(b).endedNs;
                         });
    }
    return arrivals;
}

} // namespace vmm
} // namespace ns3
