// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/binding-cache.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the refusal of a request
BindingDecision
Refuse(BindingVerdict verdict, RegistrationStatus status, const BindingEntry* entry = nullptr)
{
    BindingDecision decision;
    decision.verdict = verdict;
    decision.status = status;
    decision.servingNve = entry ? entry->servingNve : IpAddress();
    decision.alarm =
        verdict == BindingVerdict::DOUBLE_CLAIM || verdict == BindingVerdict::ADDRESS_TAKEN;
    decision.changed = false;
    return decision;
}

/// @return whether a host can have the address
bool
IsHostAddress(const IpAddress& address)
{
    if (address.IsIpv4())
    {
        const uint8_t first = address.GetBytes()[0];
        return first != 0 && first != 127 && first < 224;
    }
    const Ipv6Address ipv6 = address.ToIpv6();
    return !ipv6.IsAny() && !ipv6.IsLocalhost() && !ipv6.IsMulticast();
}

/// @return the list of previous NVEs after a move to another one
std::vector<PreviousNve>
PreviousAfterMove(const BindingEntry& entry, const IpAddress& to)
{
    std::vector<PreviousNve> previous;
    for (const auto& nve : entry.previous)
    {
        if (nve.address != to && nve.address != entry.servingNve)
        {
            previous.push_back({nve.address, PreviousNveState::TO_TELL});
        }
    }
    previous.push_back({entry.servingNve, PreviousNveState::TO_TELL});
    return previous;
}

/// @return whether an NVE is on the list
bool
Holds(const std::vector<PreviousNve>& previous, const IpAddress& address)
{
    return std::any_of(previous.begin(),
                       previous.end(),
                       [&](const auto& nve)
                       {
                           return nve.address == address;
                       });
}

/// @return the previous NVEs that the first request about a VM names, each once
std::vector<PreviousNve>
PreviousAsNamed(const RegistrationMessage& request, const IpAddress& from)
{
    std::vector<PreviousNve> previous;
    for (const auto& address : request.previousNves)
    {
        if (!Holds(previous, address) && address != from)
        {
            previous.push_back({address, PreviousNveState::TO_TELL});
        }
    }
    return previous;
}

} // namespace

BindingCache::BindingCache(const BindingPolicy& policy)
    : m_policy(policy)
{
    if (policy.maxLifetime == 0 || policy.hold.IsStrictlyNegative())
    {
        throw std::invalid_argument("registration: expected a lifetime above 0 and a hold >= 0");
    }
}

/// @return the entry of a VM unless its time is over
const BindingEntry*
BindingCache::FindLive(const VmKey& vm, Time now) const
{
    const BindingEntry* entry = Find(vm);
    return entry && entry->expires > now ? entry : nullptr;
}

BindingDecision
BindingCache::Decide(const RegistrationMessage& request, const IpAddress& from, Time now) const
{
    if (request.type != RegistrationType::REQUEST ||
        request.role != RecipientRole::MANAGEMENT_NODE ||
        CheckRegistration(request) != RegistrationFault::NONE || !from)
    {
        throw std::invalid_argument("registration: found " + request.ToString() + " from " +
                                    from.ToString() + ", expected a whole request to the MN");
    }
    if (m_policy.onlyKnown && !m_known.count(request.GetVmKey()))
    {
        return Refuse(BindingVerdict::UNKNOWN_VM, RegistrationStatus::UNKNOWN_VM);
    }
    const BindingEntry* entry = FindLive(request.GetVmKey(), now);
    BindingDecision decision = Judge(entry, request, from);
    if (!decision.IsAccepted() || decision.verdict == BindingVerdict::DEREGISTERED ||
        decision.verdict == BindingVerdict::REPEATED)
    {
        return decision;
    }
    if (const auto fault = CheckAddresses(request, now))
    {
        return Refuse(*fault, RegistrationStatus::PROHIBITED, entry);
    }
    const bool adds = !Find(request.GetVmKey());
    if (adds && m_policy.maxEntries != 0 && m_entries.size() >= m_policy.maxEntries)
    {
        return Refuse(BindingVerdict::NO_ROOM, RegistrationStatus::NO_RESOURCES);
    }
    return decision;
}

/// Judges by number and sender alone. @param entry of the VM; null if there is none
BindingDecision
BindingCache::Judge(const BindingEntry* entry,
                    const RegistrationMessage& request,
                    const IpAddress& from) const
{
    const bool ends = request.HasFlag(REGISTRATION_DEREGISTER);
    if (!entry)
    {
        return ends ? Refuse(BindingVerdict::UNKNOWN_VM, RegistrationStatus::UNKNOWN_VM)
                    : Accept(BindingVerdict::CREATED, entry, request, from);
    }
    const bool serving = entry->servingNve == from;
    if (!serving && EpochOf(request.sequence) == EpochOf(entry->sequence))
    {
        return Refuse(BindingVerdict::DOUBLE_CLAIM, RegistrationStatus::PROHIBITED, entry);
    }
    if (serving && request.sequence == entry->sequence && ends == entry->held)
    {
        return Accept(BindingVerdict::REPEATED, entry, request, from);
    }
    if (!SequenceNewer(request.sequence, entry->sequence))
    {
        return Refuse(BindingVerdict::STALE, RegistrationStatus::STALE_SEQUENCE, entry);
    }
    if (ends)
    {
        return serving ? Accept(BindingVerdict::DEREGISTERED, entry, request, from)
                       : Refuse(BindingVerdict::NOT_SERVING, RegistrationStatus::PROHIBITED, entry);
    }
    const auto verdict = !serving      ? BindingVerdict::MOVED
                         : entry->held ? BindingVerdict::CREATED
                                       : BindingVerdict::REFRESHED;
    return Accept(verdict, entry, request, from);
}

BindingDecision
BindingCache::Accept(BindingVerdict verdict,
                     const BindingEntry* entry,
                     const RegistrationMessage& request,
                     const IpAddress& from) const
{
    BindingDecision decision;
    decision.verdict = verdict;
    decision.status = RegistrationStatus::ACCEPTED;
    decision.servingNve = from;
    decision.lifetime = std::min(request.lifetime, m_policy.maxLifetime);
    if (verdict == BindingVerdict::REPEATED)
    {
        decision.lifetime = entry->lifetime;
        decision.changed = false;
    }
    if (verdict == BindingVerdict::REFRESHED)
    {
        decision.changed = entry->addresses != request.addresses || entry->mac != *request.mac ||
                           entry->preRegistered != request.HasFlag(REGISTRATION_PRE_REGISTER);
    }
    if (verdict == BindingVerdict::MOVED)
    {
        decision.oldServingNve = entry->servingNve;
        for (const auto& nve : PreviousAfterMove(*entry, from))
        {
            decision.inform.push_back(nve.address);
        }
        if (request.HasFlag(REGISTRATION_COLD))
        {
            decision.inform = {entry->servingNve};
        }
    }
    return decision;
}

/// @return why the VM cannot have these addresses
std::optional<BindingVerdict>
BindingCache::CheckAddresses(const RegistrationMessage& request, Time now) const
{
    for (const auto& item : request.addresses)
    {
        for (const auto& address : {item.address, item.newAddress})
        {
            if (!address)
            {
                continue;
            }
            if (!IsHostAddress(address))
            {
                return BindingVerdict::BAD_ADDRESS;
            }
            const BindingEntry* other = FindByAddress(address, request.vnId);
            if (other && other->vm != request.GetVmKey() && other->expires > now)
            {
                return BindingVerdict::ADDRESS_TAKEN;
            }
        }
    }
    return std::nullopt;
}

BindingDecision
BindingCache::Process(const RegistrationMessage& request, const IpAddress& from, Time now)
{
    const BindingDecision decision = Decide(request, from, now);
    if (decision.IsAccepted() && decision.verdict != BindingVerdict::REPEATED)
    {
        if (!FindLive(request.GetVmKey(), now))
        {
            Remove(request.GetVmKey());
        }
        Apply(decision, request, from, now);
    }
    return decision;
}

void
BindingCache::Apply(const BindingDecision& decision,
                    const RegistrationMessage& request,
                    const IpAddress& from,
                    Time now)
{
    const VmKey vm = request.GetVmKey();
    const auto [place, added] = m_entries.emplace(vm, BindingEntry());
    BindingEntry& entry = place->second;
    if (added)
    {
        entry.vm = vm;
        entry.held = true;
        entry.previous = PreviousAsNamed(request, from);
        m_byVm[vm] = &entry;
    }
    if (decision.verdict == BindingVerdict::MOVED)
    {
        entry.previous = PreviousAfterMove(entry, from);
    }
    if (added || EpochOf(entry.sequence) != EpochOf(request.sequence))
    {
        entry.nextCounter = 0;
    }
    entry.sequence = request.sequence;
    entry.servingNve = from;
    entry.lifetime = decision.lifetime;
    if (decision.verdict == BindingVerdict::DEREGISTERED)
    {
        SetHeld(entry, true);
        Schedule(entry, now + m_policy.hold);
        return;
    }
    SetHeld(entry, true);
    entry.mac = *request.mac;
    entry.addresses = request.addresses;
    entry.preRegistered = request.HasFlag(REGISTRATION_PRE_REGISTER);
    entry.cold = request.HasFlag(REGISTRATION_COLD);
    SetHeld(entry, false);
    Schedule(entry, now + LifetimeFromUnits(decision.lifetime));
}

/// Sets the end of an entry's time.
void
BindingCache::Schedule(BindingEntry& entry, Time expires)
{
    m_agenda.erase({entry.expires, entry.vm});
    entry.expires = expires;
    m_agenda.emplace(expires, entry.vm);
}

/// Holds or binds an entry; only bound ones are found by their addresses.
void
BindingCache::SetHeld(BindingEntry& entry, bool held)
{
    if (entry.held == held)
    {
        return;
    }
    entry.held = held;
    if (held)
    {
        m_byAddress.Remove(entry.addresses, entry.vm);
        m_bound--;
    }
    else
    {
        m_byAddress.Add(entry.addresses, entry.vm);
        m_bound++;
    }
}

void
BindingCache::AddKnown(const VmKey& vm)
{
    m_known.insert(vm);
}

void
BindingCache::RemoveKnown(const VmKey& vm)
{
    m_known.erase(vm);
}

const BindingEntry*
BindingCache::Find(const VmKey& vm) const
{
    const auto it = m_byVm.find(vm);
    return it == m_byVm.end() ? nullptr : it->second;
}

const BindingEntry*
BindingCache::FindByAddress(const IpAddress& address, uint32_t vnId) const
{
    for (const auto& vm : m_byAddress.Find(address))
    {
        if (vm.vnId == vnId)
        {
            return Find(vm);
        }
    }
    return nullptr;
}

uint32_t
BindingCache::TakeSequence(const VmKey& vm)
{
    BindingEntry& entry = *m_byVm.at(vm);
    if (entry.nextCounter > 0xffff)
    {
        throw std::overflow_error("registration: more than 65536 requests about " + vm.ToString() +
                                  " in one epoch");
    }
    return MakeSequence(EpochOf(entry.sequence), static_cast<uint16_t>(entry.nextCounter++));
}

bool
BindingCache::SetPreviousState(const VmKey& vm, const IpAddress& nve, PreviousNveState state)
{
    const auto it = m_byVm.find(vm);
    if (it == m_byVm.end())
    {
        return false;
    }
    for (auto& item : it->second->previous)
    {
        if (item.address == nve)
        {
            item.state = state;
            return true;
        }
    }
    return false;
}

bool
BindingCache::AddPrevious(const VmKey& vm, const IpAddress& nve)
{
    const auto it = m_byVm.find(vm);
    if (it == m_byVm.end() || it->second->servingNve == nve || Holds(it->second->previous, nve))
    {
        return false;
    }
    auto& previous = it->second->previous;
    previous.insert(previous.begin(), {nve, PreviousNveState::TO_TELL});
    return true;
}

bool
BindingCache::RemovePrevious(const VmKey& vm, const IpAddress& nve)
{
    const auto it = m_byVm.find(vm);
    if (it == m_byVm.end())
    {
        return false;
    }
    auto& list = it->second->previous;
    const auto end = std::remove_if(list.begin(),
                                    list.end(),
                                    [&](const auto& item)
                                    {
                                        return item.address == nve;
                                    });
    const bool found = end != list.end();
    list.erase(end, list.end());
    return found;
}

std::vector<BindingEntry>
BindingCache::Expire(Time now)
{
    std::vector<BindingEntry> gone;
    while (!m_agenda.empty() && m_agenda.begin()->first <= now)
    {
        const VmKey vm = m_agenda.begin()->second;
        gone.push_back(*Find(vm));
        Remove(vm);
    }
    return gone;
}

std::optional<Time>
BindingCache::GetNextExpiry() const
{
    return m_agenda.empty() ? std::nullopt : std::optional<Time>(m_agenda.begin()->first);
}

bool
BindingCache::Remove(const VmKey& vm)
{
    const auto it = m_entries.find(vm);
    if (it == m_entries.end())
    {
        return false;
    }
    SetHeld(it->second, true);
    m_agenda.erase({it->second.expires, it->first});
    m_byVm.erase(it->first);
    m_entries.erase(it);
    return true;
}

void
BindingCache::Clear()
{
    m_entries.clear();
    m_byVm.clear();
    m_byAddress.Clear();
    m_agenda.clear();
    m_bound = 0;
}

} // namespace vmm
} // namespace ns3
