// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/mapping-cache.h"

#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

MappingCache::~MappingCache()
{
    Clear();
}

void
MappingCache::SetExpired(std::function<void(const Mapping&)> expired)
{
    m_expired = std::move(expired);
}

void
MappingCache::Put(const Mapping& mapping)
{
    Remove(mapping.vm);
    for (const auto& address : mapping.addresses)
    {
        const auto other = m_byAddress.find({mapping.vm.vnId, address});
        if (other != m_byAddress.end())
        {
            Remove(VmKey(other->second));
        }
        m_byAddress[{mapping.vm.vnId, address}] = mapping.vm;
    }
    Held& held = m_mappings[mapping.vm];
    held.mapping = mapping;
    held.expiry = Simulator::Schedule(
        mapping.expires - Simulator::Now(), &MappingCache::Expire, this, mapping.vm);
}

const Mapping*
MappingCache::Find(const VmKey& vm) const
{
    const auto held = m_mappings.find(vm);
    return held == m_mappings.end() ? nullptr : &held->second.mapping;
}

const Mapping*
MappingCache::FindByAddress(const VnAddress& address) const
{
    const auto vm = m_byAddress.find(address);
    return vm == m_byAddress.end() ? nullptr : Find(vm->second);
}

void
MappingCache::Suspect(const VmKey& vm)
{
    const auto held = m_mappings.find(vm);
    if (held != m_mappings.end())
    {
        held->second.mapping.suspect = true;
    }
}

bool
MappingCache::Remove(const VmKey& vm)
{
    const auto held = m_mappings.find(vm);
    if (held == m_mappings.end())
    {
        return false;
    }
    Simulator::Cancel(held->second.expiry);
    for (const auto& address : held->second.mapping.addresses)
    {
        m_byAddress.erase({vm.vnId, address});
    }
    m_mappings.erase(held);
    return true;
}

void
MappingCache::Clear()
{
    for (auto& [vm, held] : m_mappings)
    {
        Simulator::Cancel(held.expiry);
    }
    m_mappings.clear();
    m_byAddress.clear();
}

void
MappingCache::Expire(VmKey vm)
{
    const Mapping mapping = *Find(vm);
    Remove(vm);
    if (m_expired)
    {
        m_expired(mapping);
    }
}

} // namespace vmm
} // namespace ns3
