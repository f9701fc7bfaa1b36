// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VM_ADDRESS_INDEX_H
#define VMM_VM_ADDRESS_INDEX_H

#include "ns3/registration-message.h"
#include "ns3/vmm-ip-address.h"

#include <set>
#include <unordered_map>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Which VMs have an address: the second key of the binding tables. More than one may, in different
 * virtual networks or while a VM that left is still remembered.
 */
class VmAddressIndex
{
  public:
    /// Enters all addresses of a list, old and new, for a VM.
    void Add(const std::vector<RegistrationAddress>& addresses, const VmKey& vm);
    /// Takes all addresses of a list, old and new, out for a VM.
    void Remove(const std::vector<RegistrationAddress>& addresses, const VmKey& vm);
    /// @return the VMs that have the address, in order
    const std::set<VmKey>& Find(const IpAddress& address) const;
    /// Forgets all.
    void Clear();

  private:
    std::unordered_map<IpAddress, std::set<VmKey>> m_vms; //!< by address, only searched
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VM_ADDRESS_INDEX_H
