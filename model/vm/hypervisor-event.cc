// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/hypervisor-event.h"

#include <cstddef>

namespace ns3
{
namespace vmm
{

const char*
HypervisorEventName(HypervisorEvent event)
{
    static const char* const NAMES[] = {"defined",
                                        "created",
                                        "reserved",
                                        "cancelled",
                                        "leaving",
                                        "stopped",
                                        "resumed",
                                        "released",
                                        "restored",
                                        "destroyed",
                                        "failed"};
    return NAMES[static_cast<size_t>(event)];
}

const char*
AdmissionName(Admission admission)
{
    static const char* const NAMES[] = {"admitted", "no-memory", "no-vcpus", "present", "failed"};
    return NAMES[static_cast<size_t>(admission)];
}

} // namespace vmm
} // namespace ns3
