// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/binding-cache.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

const char*
BindingChangeName(BindingChange change)
{
    switch (change)
    {
    case BindingChange::CREATED:
        return "created";
    case BindingChange::MOVED:
        return "moved";
    case BindingChange::REFRESHED:
        return "refreshed";
    case BindingChange::DEREGISTERED:
        return "deregistered";
    case BindingChange::EXPIRED:
        return "expired";
    }
    return "";
}

void
BindingCache::SetMaxLifetime(uint16_t units)
{
    m_maxLifetime = std::max<uint16_t>(units, 1);
}

void
BindingCache::SetHoldTime(Time hold)
{
    m_hold = hold;
}

BindingDecision
BindingCache::Apply(const RegistrationMessage& request, const IpAddress& from, Time now)
{
    auto entry = m_entries.find(request.GetVmKey());
    if (entry == m_entries.end())
    {
        return Create(request, from, now);
    }
    if (entry->second.servingNve == from)
    {
        return ApplyToServing(entry->second, request, now);
    }
    return ApplyFromOther(entry->second, request, from, now);
}

BindingDecision
BindingCache::Create(const RegistrationMessage& request, const IpAddress& from, Time now)
{
    BindingDecision decision;
    VmKey key = request.GetVmKey();
    if (request.HasFlag(REGISTRATION_DEREGISTER))
    {
        decision.status = RegistrationStatus::UNKNOWN_VM;
        return decision;
    }
    auto held = m_held.find(key);
    if (held != m_held.end())
    {
        if (now < held->second.until && !EpochNewer(EpochOf(request.sequence), held->second.epoch))
        {
            decision.status = RegistrationStatus::STALE_SEQUENCE;
            return decision;
        }
        m_held.erase(held);
    }
    BcEntry& entry = m_entries[key];
    entry.key = key;
    entry.servingNve = from;
    decision.lifetime = Take(entry, request, now);
    decision.status = RegistrationStatus::ACCEPTED;
    decision.change = BindingChange::CREATED;
    decision.entry = entry;
    return decision;
}

BindingDecision
BindingCache::ApplyToServing(BcEntry& entry, const RegistrationMessage& request, Time now)
{
    BindingDecision decision;
    if (!SequenceNewer(request.sequence, entry.sequence))
    {
        decision.status = RegistrationStatus::STALE_SEQUENCE;
        decision.current = entry.servingNve;
        return decision;
    }
    decision.status = RegistrationStatus::ACCEPTED;
    if (request.HasFlag(REGISTRATION_DEREGISTER))
    {
        decision.change = BindingChange::DEREGISTERED;
        decision.entry = entry;
        m_held[entry.key] = {EpochOf(request.sequence), now + m_hold};
        Erase(decision.entry.key);
        return decision;
    }
    decision.lifetime = Take(entry, request, now);
    decision.change = BindingChange::REFRESHED;
    decision.entry = entry;
    return decision;
}

BindingDecision
BindingCache::ApplyFromOther(BcEntry& entry,
                             const RegistrationMessage& request,
                             const IpAddress& from,
                             Time now)
{
    BindingDecision decision;
    uint16_t epoch = EpochOf(request.sequence);
    if (epoch == EpochOf(entry.sequence))
    {
        decision.status = RegistrationStatus::PROHIBITED;
        decision.conflict = true;
        return decision;
    }
    if (!EpochNewer(epoch, EpochOf(entry.sequence)))
    {
        decision.status = RegistrationStatus::STALE_SEQUENCE;
        decision.current = entry.servingNve;
        return decision;
    }
    if (request.HasFlag(REGISTRATION_DEREGISTER))
    {
        decision.status = RegistrationStatus::PROHIBITED;
        return decision;
    }
    decision.previous = entry.servingNve;
    auto& list = entry.previousNves;
    list.erase(std::remove(list.begin(), list.end(), from), list.end());
    list.erase(std::remove(list.begin(), list.end(), decision.previous), list.end());
    list.push_back(decision.previous);
    entry.servingNve = from;
    decision.lifetime = Take(entry, request, now);
    decision.status = RegistrationStatus::ACCEPTED;
    decision.change = BindingChange::MOVED;
    decision.entry = entry;
    return decision;
}

uint16_t
BindingCache::Take(BcEntry& entry, const RegistrationMessage& request, Time now)
{
    m_expiries.erase({entry.expiry, entry.key});
    uint16_t granted = std::min(request.lifetime, m_maxLifetime);
    entry.mac = request.mac.value_or(entry.mac);
    entry.addresses = request.GetVmAddresses();
    entry.epoch = EpochOf(request.sequence);
    entry.sequence = request.sequence;
    entry.expiry = now + LifetimeFromUnits(granted);
    m_expiries.insert({entry.expiry, entry.key});
    return granted;
}

std::vector<BcEntry>
BindingCache::Expire(Time now)
{
    std::vector<BcEntry> expired;
    while (!m_expiries.empty() && m_expiries.begin()->first <= now)
    {
        VmKey key = m_expiries.begin()->second;
        expired.push_back(m_entries[key]);
        Erase(key);
    }
    return expired;
}

std::optional<Time>
BindingCache::GetNextExpiry() const
{
    return m_expiries.empty() ? std::nullopt : std::make_optional(m_expiries.begin()->first);
}

const BcEntry*
BindingCache::Find(const VmKey& key) const
{
    auto entry = m_entries.find(key);
    return entry == m_entries.end() ? nullptr : &entry->second;
}

void
BindingCache::RemovePrevious(const VmKey& key, const IpAddress& nve)
{
    auto entry = m_entries.find(key);
    if (entry != m_entries.end())
    {
        auto& list = entry->second.previousNves;
        list.erase(std::remove(list.begin(), list.end(), nve), list.end());
    }
}

void
BindingCache::Erase(const VmKey& key)
{
    auto entry = m_entries.find(key);
    m_expiries.erase({entry->second.expiry, key});
    m_entries.erase(entry);
}

void
BindingCache::Clear()
{
    m_entries.clear();
    m_expiries.clear();
    m_held.clear();
}

} // namespace vmm
} // namespace ns3
