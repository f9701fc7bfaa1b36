// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/migration-timeline.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

void
MigrationTimeline::OnCopyEffects(const std::string& migration, const CopyEffects& effects)
{
    MoveHistory* move = Find(migration);
    if (!move)
    {
        return;
    }
    CopyEffects& known = move->effects;
    known.storageBytes = std::max(known.storageBytes, effects.storageBytes);
    known.throttled = std::max(known.throttled, effects.throttled);
    known.faults = std::max(known.faults, effects.faults);
    known.stalled = std::max(known.stalled, effects.stalled);
    known.lost = effects.lost ? effects.lost : known.lost;
    known.lostBytes = std::max(known.lostBytes, effects.lostBytes);
}

void
MigrationTimeline::OnHalt(const std::string& vm, Time now)
{
    MoveHistory* move = FindLast(vm);
    if (move && move->copyStart && !move->stop && !move->ended)
    {
        move->stop = now;
    }
}

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
MigrationTimeline::GetVmRoutes() const
{
    return m_vmRoutes;
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
