// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_DROP_CAUSE_H
#define VMM_DROP_CAUSE_H

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * Why a packet was lost. The names, as DropCauseName() gives them, are the ones of losses.csv and
 * of the lost_<cause> metrics. Adding a cause is fine; renaming one is not.
 */
enum class DropCause : uint8_t
{
    VM_STOPPED,      //!< at a VM's device while the VM does not run
    UNPLUGGED,       //!< on an access port whose VM has been detached
    NO_ROUTE,        //!< no entry in the FIB, or the discard route of an NVE's own prefix
    SOURCE_RELEASED, //!< at a source NVE after the linger time has removed the host route
    DEPARTED,        //!< at a source NVE that knows the VM has left but has no route yet
    EARLY,           //!< at a destination NVE before the VM runs there
    TTL,             //!< hop limit reached zero
    QUEUE,           //!< a device queue was full
    QUEUE_DISC,      //!< a queueing discipline refused or dropped it
    ARP,             //!< address resolution failed or its waiting queue overflowed
    LINK_DOWN,       //!< on a failed link, or every next hop of its route is down
    STALE_MAPPING,   //!< an overlay mapping pointed to an NVE without the VM
    MTU,             //!< too large for a link and not to be fragmented
    CORRUPTED,       //!< an error model of a device
    FRAGMENT,        //!< reassembly gave up
    PORT,            //!< handed to a host that has no such transport port
    HOST,            //!< the node itself is down
    CHECKSUM,        //!< bad checksum
    RX_RING,         //!< a VM's card holds as many frames as it can while the VM stalls
    OTHER            //!< none of the above
};

/// How many causes there are.
constexpr int DROP_CAUSE_COUNT = static_cast<int>(DropCause::OTHER) + 1;

/**
 * @param cause a cause
 * @return its name in the traces, for instance "source-released"
 */
const char* DropCauseName(DropCause cause);

} // namespace vmm
} // namespace ns3

#endif // VMM_DROP_CAUSE_H
