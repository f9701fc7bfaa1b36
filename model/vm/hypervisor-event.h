// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_HYPERVISOR_EVENT_H
#define VMM_HYPERVISOR_EVENT_H

#include <cstdint>

namespace ns3
{
namespace vmm
{

/// Whether a hypervisor takes a VM.
enum class Admission : uint8_t
{
    ADMITTED,  //!< yes
    NO_MEMORY, //!< not enough memory left
    NO_VCPUS,  //!< not enough virtual processors left
    PRESENT,   //!< a VM of that id is here or expected already
    FAILED     //!< the server has failed
};

/// What happened to a VM at a hypervisor.
enum class HypervisorEvent : uint8_t
{
    DEFINED,   //!< admitted, not running
    CREATED,   //!< boots
    RESERVED,  //!< will come
    CANCELLED, //!< will not come
    LEAVING,   //!< copying begins
    STOPPED,   //!< stopped, copy kept
    RESUMED,   //!< came and runs
    RELEASED,  //!< gone elsewhere
    RESTORED,  //!< rolled back, runs on here
    DESTROYED, //!< does not exist any more
    FAILED     //!< lost with the server
};

/// @param event an event @return its name, for instance "reserved"
const char* HypervisorEventName(HypervisorEvent event);
/// @param admission an answer @return its name, for instance "no-memory"
const char* AdmissionName(Admission admission);

} // namespace vmm
} // namespace ns3

#endif // VMM_HYPERVISOR_EVENT_H
