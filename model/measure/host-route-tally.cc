// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/host-route-tally.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// Changes the number by delta at a time.
void
Change(HostRouteTally::Figures& figures, int delta, Time now)
{
    figures.integral = figures.GetIntegral(now);
    figures.since = now;
    if (delta > 0 || figures.now > 0)
    {
        figures.now += delta;
    }
    figures.peak = std::max(figures.peak, figures.now);
}

} // namespace

double
HostRouteTally::Figures::GetIntegral(Time end) const
{
    return integral + double(now) * (end - since).GetSeconds();
}

void
HostRouteTally::Add(uint32_t node, Time now)
{
    Change(m_nodes[node], 1, now);
    Change(m_total, 1, now);
}

void
HostRouteTally::Remove(uint32_t node, Time now)
{
    Change(m_nodes[node], -1, now);
    Change(m_total, -1, now);
}

const std::map<uint32_t, HostRouteTally::Figures>&
HostRouteTally::GetNodes() const
{
    return m_nodes;
}

const HostRouteTally::Figures&
HostRouteTally::GetTotal() const
{
    return m_total;
}

} // namespace vmm
} // namespace ns3
