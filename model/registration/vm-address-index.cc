// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vm-address-index.h"

namespace ns3
{
namespace vmm
{

void
VmAddressIndex::Add(const std::vector<RegistrationAddress>& addresses, const VmKey& vm)
{
    for (const auto& item : addresses)
    {
        m_vms[item.address].insert(vm);
        if (item.newAddress)
        {
            m_vms[item.newAddress].insert(vm);
        }
    }
}

void
VmAddressIndex::Remove(const std::vector<RegistrationAddress>& addresses, const VmKey& vm)
{
    for (const auto& item : addresses)
    {
        for (const auto& address : {item.address, item.newAddress})
        {
            const auto it = m_vms.find(address);
            if (it != m_vms.end() && it->second.erase(vm) && it->second.empty())
            {
                m_vms.erase(it);
            }
        }
    }
}

const std::set<VmKey>&
VmAddressIndex::Find(const IpAddress& address) const
{
    static const std::set<VmKey> none;
    const auto it = m_vms.find(address);
    return it == m_vms.end() ? none : it->second;
}

void
VmAddressIndex::Clear()
{
    m_vms.clear();
}

} // namespace vmm
} // namespace ns3
