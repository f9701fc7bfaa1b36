// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VM_DIRECTORY_H
#define VMM_VM_DIRECTORY_H

#include "ns3/ptr.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

class Vm;

/**
 * All VMs of the simulation by id. It stands for the contents of a VM, which no simulated byte
 * carries: whoever has received the last byte of a VM's state may look the VM up here, and nobody
 * else. It is emptied when the simulation is destroyed.
 */
class VmDirectory
{
  public:
    /// @param vm a VM with an id; @throws std::invalid_argument if the id is taken
    static void Add(Ptr<Vm> vm);
    /// @param id VM-ID @return the VM, null if there is none
    static Ptr<Vm> Find(const std::string& id);
    /// @return all VMs in order of id
    static std::vector<Ptr<Vm>> GetAll();
    /// Forget all VMs and dispose of them; runs by itself at Simulator::Destroy.
    static void Clear();
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VM_DIRECTORY_H
