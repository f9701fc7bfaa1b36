// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_HOST_ROUTE_ANNOUNCER_H
#define VMM_HOST_ROUTE_ANNOUNCER_H

#include "ns3/vmm-ip-address.h"

namespace ns3
{
namespace vmm
{

/// How much others are to like a host route.
enum class HostRouteRank : uint8_t
{
    NORMAL, //!< as any route
    LAST,   //!< only if there is no other to the same address (RFC 8326, graceful shutdown)
    OUTSIDE //!< as LAST, and by a border router to those outside its data centre alone
};

/**
 * Tells a routing protocol of host routes: what stands between those who decide that an address is
 * to be announced and the protocol that carries it.
 */
class HostRouteAnnouncer
{
  public:
    virtual ~HostRouteAnnouncer() = default;
    /**
     * Announces that this node leads to an address, or announces it anew.
     * @param address of a VM
     * @param epoch of the VM's attachment, which the announcement carries
     * @param rank how much others are to like it
     */
    virtual void
    AnnounceHostRoute(const IpAddress& address, uint32_t epoch, HostRouteRank rank) = 0;
    /// @param address whose announcement ends; nothing happens if there is none
    virtual void WithdrawHostRoute(const IpAddress& address) = 0;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_HOST_ROUTE_ANNOUNCER_H
