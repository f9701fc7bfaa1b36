// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-rib.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return where peer is, or would be, in a list sorted by peer
template <typename List>
auto
PlaceOf(List& list, BgpPeerId peer)
{
    return std::lower_bound(list.begin(),
                            list.end(),
                            peer,
                            [](const auto& item, BgpPeerId wanted)
                            {
                                return item.peer < wanted;
                            });
}

/// @return the item of peer in a list sorted by peer, nullptr if there is none
template <typename List>
auto
FindIn(List& list, BgpPeerId peer)
{
    auto it = PlaceOf(list, peer);
    return it != list.end() && it->peer == peer ? &*it : nullptr;
}

/// @return the item of peer in a list sorted by peer, added if there was none
template <typename T>
T&
FindOrAddIn(std::vector<T>& list, BgpPeerId peer)
{
    auto it = PlaceOf(list, peer);
    if (it == list.end() || it->peer != peer)
    {
        it = list.emplace(it);
        it->peer = peer;
    }
    return *it;
}

/// Removes the item of peer from a list sorted by peer. @return whether there was one
template <typename T>
bool
EraseIn(std::vector<T>& list, BgpPeerId peer)
{
    auto it = PlaceOf(list, peer);
    bool found = it != list.end() && it->peer == peer;
    if (found)
    {
        list.erase(it);
    }
    return found;
}

} // namespace

BgpPath*
BgpRibEntry::FindPath(BgpPeerId peer)
{
    return FindIn(paths, peer);
}

const BgpPath*
BgpRibEntry::FindPath(BgpPeerId peer) const
{
    return FindIn(paths, peer);
}

BgpPath&
BgpRibEntry::FindOrAddPath(BgpPeerId peer)
{
    return FindOrAddIn(paths, peer);
}

BgpAdvertisedPath*
BgpRibEntry::FindOutgoing(BgpPeerId peer)
{
    return FindIn(outgoing, peer);
}

BgpAdvertisedPath&
BgpRibEntry::FindOrAddOutgoing(BgpPeerId peer)
{
    return FindOrAddIn(outgoing, peer);
}

bool
BgpRibEntry::ErasePath(BgpPeerId peer)
{
    return EraseIn(paths, peer);
}

bool
BgpRibEntry::EraseOutgoing(BgpPeerId peer)
{
    return EraseIn(outgoing, peer);
}

bool
BgpRibEntry::IsEmpty() const
{
    return !dirty && !fibQueued && paths.empty() && outgoing.empty() && !best.attributes &&
           !installed;
}

const BgpRibEntry*
BgpRib::Find(const IpPrefix& prefix) const
{
    auto it = m_index.find(prefix);
    return it == m_index.end() ? nullptr : &m_entries[it->second];
}

std::optional<BgpRib::Id>
BgpRib::FindId(const IpPrefix& prefix) const
{
    auto it = m_index.find(prefix);
    return it == m_index.end() ? std::nullopt : std::optional<Id>(it->second);
}

BgpRib::Id
BgpRib::FindOrAdd(const IpPrefix& prefix)
{
    auto [it, added] = m_index.try_emplace(prefix, 0);
    if (added)
    {
        if (m_free.empty())
        {
            it->second = GetEnd();
            m_entries.emplace_back();
        }
        else
        {
            it->second = m_free.back();
            m_free.pop_back();
        }
        m_entries[it->second].prefix = prefix;
    }
    return it->second;
}

void
BgpRib::ReleaseIfEmpty(Id id)
{
    BgpRibEntry& entry = m_entries[id];
    if (IsUsed(id) && entry.IsEmpty())
    {
        m_index.erase(entry.prefix);
        entry = BgpRibEntry();
        m_free.push_back(id);
    }
}

std::vector<BgpRib::Id>
BgpRib::GetSorted() const
{
    std::vector<Id> ids;
    ids.reserve(m_index.size());
    for (Id id = 0; id < GetEnd(); id++)
    {
        if (IsUsed(id))
        {
            ids.push_back(id);
        }
    }
    std::sort(ids.begin(),
              ids.end(),
              [this](Id a, Id b)
              {
                  return m_entries[a].prefix < m_entries[b].prefix;
              });
    return ids;
}

} // namespace vmm
} // namespace ns3
