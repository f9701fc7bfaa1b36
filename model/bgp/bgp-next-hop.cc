// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-next-hop.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @param address an address @return whether it has a meaning on one link only (RFC 4291)
bool
IsLinkLocal(const IpAddress& address)
{
    return address.IsIpv6() && address.GetBytes()[0] == 0xfe &&
           (address.GetBytes()[1] & 0xc0) == 0x80;
}

/// @param resolution a result @return it with its hops sorted, each once
BgpResolution
Sorted(BgpResolution resolution)
{
    auto& hops = resolution.hops;
    std::sort(hops.begin(), hops.end());
    hops.erase(std::unique(hops.begin(), hops.end()), hops.end());
    return resolution;
}

} // namespace

BgpNextHopTable::BgpNextHopTable(const BgpNextHopResolver& resolver)
    : m_resolver(resolver)
{
}

BgpNextHopTable::Node*
BgpNextHopTable::Acquire(const IpAddress& address, BgpPeerId peer)
{
    std::optional<BgpPeerId> link;
    if (IsLinkLocal(address))
    {
        link = peer;
    }
    auto [it, added] = m_entries.try_emplace({address, link});
    if (added)
    {
        it->second.resolution = Sorted(m_resolver.Resolve(address, link));
        it->second.hops = Share(it->second.resolution.hops);
    }
    it->second.uses++;
    return &*it;
}

void
BgpNextHopTable::Release(Node* node)
{
    if (node && --node->second.uses == 0)
    {
        m_entries.erase(m_entries.find(node->first));
    }
}

bool
BgpNextHopTable::Refresh()
{
    bool any = false;
    for (auto& [key, entry] : m_entries)
    {
        BgpResolution now = Sorted(m_resolver.Resolve(key.first, key.second));
        entry.changed = !(now == entry.resolution);
        any = any || entry.changed;
        entry.resolution = std::move(now);
        entry.hops = Share(entry.resolution.hops);
    }
    return any;
}

BgpNextHopSetPtr
BgpNextHopTable::Share(BgpNextHopSet hops)
{
    std::sort(hops.begin(), hops.end());
    hops.erase(std::unique(hops.begin(), hops.end()), hops.end());
    auto it = m_sets.find(hops);
    if (it != m_sets.end())
    {
        if (auto shared = it->second.lock())
        {
            return shared;
        }
        auto fresh = std::make_shared<const BgpNextHopSet>(std::move(hops));
        it->second = fresh;
        return fresh;
    }
    if (m_sets.size() >= m_sweepAt)
    {
        for (auto old = m_sets.begin(); old != m_sets.end();)
        {
            old = old->second.expired() ? m_sets.erase(old) : std::next(old);
        }
        m_sweepAt = std::max<size_t>(64, 2 * m_sets.size());
    }
    auto fresh = std::make_shared<const BgpNextHopSet>(hops);
    m_sets.emplace(std::move(hops), fresh);
    return fresh;
}

} // namespace vmm
} // namespace ns3
