// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/state-tally.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// Sets the number at a time.
void
Change(StateTally::Figures& figures, uint64_t number, Time now)
{
    figures.integral = figures.GetIntegral(now);
    figures.since = now;
    figures.now = number;
    figures.peak = std::max(figures.peak, figures.now);
}

} // namespace

double
StateTally::Figures::GetIntegral(Time end) const
{
    return integral + double(now) * (end - since).GetSeconds();
}

void
StateTally::Add(uint32_t node, Time now)
{
    Set(node, m_nodes[node].now + 1, now);
}

void
StateTally::Remove(uint32_t node, Time now)
{
    const uint64_t had = m_nodes[node].now;
    Set(node, had == 0 ? 0 : had - 1, now);
}

void
StateTally::Set(uint32_t node, uint64_t number, Time now)
{
    Figures& figures = m_nodes[node];
    Change(m_total, m_total.now - figures.now + number, now);
    Change(figures, number, now);
}

const std::map<uint32_t, StateTally::Figures>&
StateTally::GetNodes() const
{
    return m_nodes;
}

const StateTally::Figures&
StateTally::GetTotal() const
{
    return m_total;
}

} // namespace vmm
} // namespace ns3
