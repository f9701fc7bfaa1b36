// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/binding-update-list.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

void
BindingUpdateEntry::SetEpoch(uint32_t newEpoch)
{
    m_epoch = static_cast<uint16_t>(newEpoch);
    m_counter = 0;
}

uint32_t
BindingUpdateEntry::TakeSequence()
{
    if (m_counter > 0xffff)
    {
        throw std::overflow_error("registration: more than 65536 requests about " +
                                  m_vm.ToString() + " in one epoch");
    }
    return MakeSequence(m_epoch, static_cast<uint16_t>(m_counter++));
}

RegistrationMessage
BindingUpdateEntry::MakeRequest(uint8_t flags, uint16_t asked)
{
    RegistrationMessage request;
    request.flags = flags;
    request.sequence = TakeSequence();
    request.lifetime = asked;
    request.vnId = m_vm.vnId;
    request.vmId = m_vm.vmId;
    request.mac = mac;
    request.addresses = m_addresses;
    return request;
}

RedirectVerdict
JudgeRedirect(const BindingUpdateEntry* entry, uint32_t sequence)
{
    if (!entry)
    {
        return RedirectVerdict::UNKNOWN_VM;
    }
    if (entry->role == BindingRole::SERVING && !EpochNewer(EpochOf(sequence), entry->GetEpoch()))
    {
        return RedirectVerdict::STALE;
    }
    if (!entry->redirectSequence || SequenceNewer(sequence, *entry->redirectSequence))
    {
        return RedirectVerdict::ACCEPT;
    }
    return sequence == *entry->redirectSequence ? RedirectVerdict::REPEATED
                                                : RedirectVerdict::STALE;
}

BindingUpdateEntry&
BindingUpdateList::Add(const VmKey& vm, BindingRole role)
{
    const auto it = m_entries.emplace(vm, BindingUpdateEntry(vm, role)).first;
    it->second.role = role;
    m_byVm[vm] = &it->second;
    return it->second;
}

bool
BindingUpdateList::Remove(const VmKey& vm)
{
    const auto it = m_entries.find(vm);
    if (it == m_entries.end())
    {
        return false;
    }
    m_byAddress.Remove(it->second.m_addresses, it->first);
    m_byVm.erase(it->first);
    m_entries.erase(it);
    return true;
}

void
BindingUpdateList::Clear()
{
    m_byAddress.Clear();
    m_byVm.clear();
    m_entries.clear();
}

BindingUpdateEntry*
BindingUpdateList::Find(const VmKey& vm)
{
    const auto it = m_byVm.find(vm);
    return it == m_byVm.end() ? nullptr : it->second;
}

const BindingUpdateEntry*
BindingUpdateList::Find(const VmKey& vm) const
{
    const auto it = m_byVm.find(vm);
    return it == m_byVm.end() ? nullptr : it->second;
}

BindingUpdateEntry*
BindingUpdateList::FindByAddress(const IpAddress& address, std::optional<uint32_t> vnId)
{
    BindingUpdateEntry* found = nullptr;
    for (const auto& vm : m_byAddress.Find(address))
    {
        if (vnId && vm.vnId != *vnId)
        {
            continue;
        }
        BindingUpdateEntry* entry = Find(vm);
        if (entry->role == BindingRole::SERVING)
        {
            return entry;
        }
        found = found ? found : entry;
    }
    return found;
}

void
BindingUpdateList::SetAddresses(BindingUpdateEntry& entry,
                                const std::vector<RegistrationAddress>& addresses)
{
    // A copy: the caller may pass the entry's own list.
    const auto kept = addresses;
    m_byAddress.Remove(entry.m_addresses, entry.m_vm);
    entry.m_addresses = kept;
    m_byAddress.Add(kept, entry.m_vm);
}

size_t
BindingUpdateList::GetCount(BindingRole role) const
{
    return std::count_if(m_entries.begin(),
                         m_entries.end(),
                         [role](const auto& item)
                         {
                             return item.second.role == role;
                         });
}

} // namespace vmm
} // namespace ns3
