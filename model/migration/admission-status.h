// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ADMISSION_STATUS_H
#define VMM_ADMISSION_STATUS_H

#include "ns3/hypervisor.h"
#include "ns3/management-message.h"

namespace ns3
{
namespace vmm
{

/**
 * @param admission how a server took a VM
 * @return what it answers to the order: OK; NO_RESOURCES for memory and CPUs; BUSY if it has the
 * VM; UNSPECIFIED
 */
inline ManagementStatus
StatusOf(Admission admission)
{
    switch (admission)
    {
    case Admission::ADMITTED:
        return ManagementStatus::OK;
    case Admission::NO_MEMORY:
    case Admission::NO_VCPUS:
        return ManagementStatus::NO_RESOURCES;
    case Admission::PRESENT:
        return ManagementStatus::BUSY;
    default:
        return ManagementStatus::UNSPECIFIED;
    }
}

} // namespace vmm
} // namespace ns3

#endif // VMM_ADMISSION_STATUS_H
