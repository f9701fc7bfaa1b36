// SPDX-License-Identifier: GPL-2.0-only
#ifndef FABRIC_VIEW_H
#define FABRIC_VIEW_H

#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Which routers of the way from D-NVE back to S-NVE are told (Redirect=Path; interpretation).
struct RedirectPaths
{
    /// The values.
    enum Set
    {
        SINGLE,        //!< those of one shortest path, the lowest node name at each tie
        ALL_EQUAL_COST //!< those of every shortest path
    };
};

/// One recipient of a redirect and the next hops it is to use.
struct RedirectHop
{
    IpAddress recipient;    //!< address the request is sent to
    IpAddressList nextHops; //!< on-link next hops towards the destination NVE, of either family
};

/// Whom the management node tells of a move, and in which order (draft section 5, Redirect=Path).
struct RedirectRecipients
{
    std::vector<std::vector<RedirectHop>> routers; //!< levels by increasing distance from D-NVE
    std::vector<RedirectHop> sources;              //!< the previous NVEs
};

/**
 * What the management node knows of the fabric: it plans a redirect with it and finds default
 * routers. The simulation script or FabricHelper supplies it; a real management node has it from
 * its inventory.
 */
class FabricView
{
  public:
    virtual ~FabricView() = default;

    /**
     * @param destination address of the destination NVE
     * @param previous addresses of the previous NVEs
     * @param pathSet which routers to tell
     * @return the routers and previous NVEs to tell; a previous NVE that cannot be reached is
     *         still listed, without next hops
     */
    virtual RedirectRecipients PlanRedirect(const IpAddress& destination,
                                            const IpAddressList& previous,
                                            RedirectPaths::Set pathSet) const = 0;
    /**
     * @param nve address of an NVE
     * @return its default router, with the NVE itself as next hop (draft section 7.2); the
     *         recipient is none if the NVE has no router
     */
    virtual RedirectHop GetDefaultRouter(const IpAddress& nve) const = 0;
    /**
     * @param nve address of an NVE
     * @return all its addresses, of either family; nve alone if it is unknown
     */
    virtual IpAddressList GetAddresses(const IpAddress& nve) const = 0;
    /**
     * @param nve address of an NVE
     * @param addresses addresses of a VM
     * @return whether every address lies in the VM prefixes that the NVE owns
     */
    virtual bool IsHome(const IpAddress& nve, const IpAddressList& addresses) const = 0;
    /**
     * @param addresses addresses of a VM
     * @return address of the NVE whose VM prefix holds the first of them; none if there is none
     */
    virtual IpAddress GetHome(const IpAddressList& addresses) const = 0;
    /**
     * @param from address of any node
     * @param to address of any node
     * @return cost of the shortest path, UINT32_MAX if there is none
     */
    virtual uint32_t GetDistance(const IpAddress& from, const IpAddress& to) const = 0;
    /**
     * @param changed called after the view has changed (a link failed or came back)
     */
    virtual void SetChangeCallback(std::function<void()> changed) = 0;
};

} // namespace vmm
} // namespace ns3

#endif // FABRIC_VIEW_H
