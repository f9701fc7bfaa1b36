// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/stray-informer.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the message that says that a mapping to this NVE is stale
RegistrationMessage
MakeWithdrawal(NveContext& nve,
               uint32_t vn,
               const IpAddress& destination,
               const BindingUpdateEntry* entry)
{
    RegistrationMessage request;
    request.role = RecipientRole::REMOTE_NVE;
    request.flags = REGISTRATION_WITHDRAW;
    request.lifetime = 1;
    request.vnId = vn;
    request.SetVmAddresses({destination});
    if (entry)
    {
        request.vmId = entry->GetVm().vmId;
        request.bindingEpoch = EpochOf(*entry->redirectSequence);
        request.sequence = MakeSequence(*request.bindingEpoch, 0);
        const auto way = nve.GetFibOf(vn).LookupListed(destination);
        if (way && way->prefix.IsHost() && way->owner == RouteOwner::REGISTRATION)
        {
            request.servingNve = entry->newServingNve;
        }
    }
    return request;
}

} // namespace

void
StrayInformer::SetTimes(Time interval, Time patience)
{
    m_interval = interval;
    m_patience = patience;
}

void
StrayInformer::Stray(NveContext& nve,
                     uint32_t vn,
                     const IpAddress& destination,
                     const IpAddress& sender)
{
    const BindingUpdateEntry* entry = nve.GetBindings().FindByAddress(destination, vn);
    if (entry && (entry->role == BindingRole::SERVING || !entry->redirectSequence))
    {
        return;
    }
    const Time now = Simulator::Now();
    const uint16_t epoch = entry ? EpochOf(*entry->redirectSequence) : 0;
    const auto next =
        m_nextTime.try_emplace({vn, destination, sender, epoch}, now + m_patience).first;
    if (next->second > now)
    {
        return;
    }
    next->second = now + m_interval;
    nve.Ask(sender,
            MakeWithdrawal(nve, vn, destination, entry),
            [](const auto&)
            {
            });
    Sweep();
}

void
StrayInformer::Sweep()
{
    if (m_nextTime.size() < m_sweepAt)
    {
        return;
    }
    for (auto path = m_nextTime.begin(); path != m_nextTime.end();)
    {
        path = path->second <= Simulator::Now() ? m_nextTime.erase(path) : std::next(path);
    }
    m_sweepAt = std::max<size_t>(1024, 2 * m_nextTime.size());
}

void
StrayInformer::Close()
{
    m_nextTime.clear();
}

} // namespace vmm
} // namespace ns3
