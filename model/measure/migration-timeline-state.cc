// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/migration-timeline.h"

namespace ns3
{
namespace vmm
{

void
MigrationTimeline::OnBindingUpdates(uint32_t node, uint64_t number, Time now)
{
    m_bindingUpdates.Set(node, number, now);
}

void
MigrationTimeline::OnBindings(uint32_t node, uint64_t number, Time now)
{
    m_bindings.Set(node, number, now);
}

void
MigrationTimeline::OnRibs(uint32_t node, const RibSizes& sizes, Time now)
{
    m_adjRibsIn.Set(node, sizes.adjRibIn, now);
    m_locRibs.Set(node, sizes.locRib, now);
    m_adjRibsOut.Set(node, sizes.adjRibOut, now);
}

const StateTally&
MigrationTimeline::GetHostRoutes() const
{
    return m_hostRoutes;
}

const StateTally&
MigrationTimeline::GetBindingUpdates() const
{
    return m_bindingUpdates;
}

const StateTally&
MigrationTimeline::GetBindings() const
{
    return m_bindings;
}

const StateTally&
MigrationTimeline::GetAdjRibsIn() const
{
    return m_adjRibsIn;
}

const StateTally&
MigrationTimeline::GetLocRibs() const
{
    return m_locRibs;
}

const StateTally&
MigrationTimeline::GetAdjRibsOut() const
{
    return m_adjRibsOut;
}

} // namespace vmm
} // namespace ns3
