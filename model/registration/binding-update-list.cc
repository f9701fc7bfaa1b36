// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/binding-update-list.h"

namespace ns3
{
namespace vmm
{

RegistrationMessage
BulEntry::MakeRegistration(uint8_t flags, uint16_t lifetimeUnits)
{
    RegistrationMessage request;
    request.flags = flags;
    request.sequence = MakeSequence(epoch, ++counter);
    request.lifetime = lifetimeUnits;
    request.vnId = key.vnId;
    request.vmId = key.vmId;
    request.mac = mac;
    request.SetVmAddresses(addresses);
    return request;
}

BulEntry&
BindingUpdateList::Serve(const VmKey& key,
                         Mac48Address mac,
                         const IpAddressList& addresses,
                         const IpAddress& nveAddress,
                         uint32_t epoch)
{
    BulEntry entry;
    auto known = m_entries.find(key);
    if (known != m_entries.end() && known->second.epoch == epoch)
    {
        // A roll-back to the same attachment: its sequence numbers go on.
        entry.counter = known->second.counter;
    }
    entry.key = key;
    entry.mac = mac;
    entry.addresses = addresses;
    entry.nveAddress = nveAddress;
    entry.epoch = epoch;
    return m_entries[key] = entry;
}

BulEntry*
BindingUpdateList::Find(const VmKey& key)
{
    auto entry = m_entries.find(key);
    return entry == m_entries.end() ? nullptr : &entry->second;
}

bool
BindingUpdateList::Remove(const VmKey& key)
{
    return m_entries.erase(key) > 0;
}

} // namespace vmm
} // namespace ns3
