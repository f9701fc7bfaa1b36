// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_HYPERVISOR_LISTENER_H
#define VMM_HYPERVISOR_LISTENER_H

#include "ns3/ptr.h"
#include "ns3/vm-spec.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

class Vm;

/// Why a VM runs at a hypervisor.
enum class AttachReason : uint8_t
{
    CREATED,     //!< it boots here
    MOVED,       //!< it came from another hypervisor
    ROLLED_BACK, //!< its move away failed; it has been here all the time
    MOVED_WARM,  //!< it came from another hypervisor: a standby that became active
    MOVED_COLD   //!< it came from another hypervisor while it did not run
};

/// @param reason why a VM runs here @return whether it came from another hypervisor
inline bool
HasMoved(AttachReason reason)
{
    return reason == AttachReason::MOVED || reason == AttachReason::MOVED_WARM ||
           reason == AttachReason::MOVED_COLD;
}

/**
 * What the NVE in the same server hears from its hypervisor. Calls come in the context of whoever
 * told the hypervisor, after the change has been made, and before any packet of the VM.
 */
class HypervisorListener
{
  public:
    virtual ~HypervisorListener() = default;

    /// A place is reserved for a VM that will come. @param spec the VM @param epoch of the move
    virtual void VmArriving(const VmSpec& spec, uint32_t epoch) = 0;
    /// A VM runs here from now on. @param vm the VM @param epoch of its attachment @param reason
    /// why
    virtual void VmAttached(Ptr<Vm> vm, uint32_t epoch, AttachReason reason) = 0;
    /// The copying of a VM begins; it still runs here. @param vm the VM
    virtual void VmLeaving(Ptr<Vm> vm) = 0;
    /// A VM has been stopped; its copy is kept. @param vm the VM
    virtual void VmStopped(Ptr<Vm> vm) = 0;
    /// A VM's move is committed: it is elsewhere for good. @param vm the VM
    virtual void VmReleased(Ptr<Vm> vm) = 0;
    /// A VM does not exist any more. @param vm the VM
    virtual void VmDestroyed(Ptr<Vm> vm) = 0;
    /// A VM that was to come will not. @param vmId VM-ID
    virtual void ArrivalCancelled(const std::string& vmId) = 0;

    /// The server has failed; nothing runs here and nothing will be told any more.
    virtual void HostFailed()
    {
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_HYPERVISOR_LISTENER_H
