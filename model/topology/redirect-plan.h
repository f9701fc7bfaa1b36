// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_REDIRECT_PLAN_H
#define VMM_REDIRECT_PLAN_H

#include "ns3/topology.h"

#include <map>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Which paths from a previous NVE to the destination NVE are told to the routers on them.
enum class PathSet : uint8_t
{
    SINGLE,        //!< one shortest path, the neighbour of the lowest name at each tie
    ALL_EQUAL_COST //!< every path of the least cost
};

/// One node that is told where a VM is, and the neighbours that it is to send the VM's packets to.
struct RedirectStep
{
    NodeId node = NO_NODE;        //!< router or previous NVE
    std::vector<NodeId> nextHops; //!< neighbours towards the destination NVE, by name
    bool previous = false;        //!< whether the node is a previous NVE
};

/// Who is told, and in which order.
struct RedirectPlan
{
    /// Each level is told at once, after the one before; by distance from the destination NVE,
    /// inside a level by node name. Previous NVEs that forward for nobody form the last level.
    std::vector<std::vector<RedirectStep>> levels;
    /// Previous NVEs without a path to the destination NVE, ascending.
    std::vector<NodeId> unreachable;

    /// @return number of nodes told that are not previous NVEs
    size_t GetRouterCount() const;
    /// @param node a node @return its step, or null
    const RedirectStep* Find(NodeId node) const;
    /// @return the next hops of every node that is told
    std::map<NodeId, std::vector<NodeId>> GetRoutes() const;
};

/**
 * Plans host routes without a tunnel: the routers on paths from the destination NVE back to the
 * previous NVEs, and those NVEs. [Interpretation: the draft says that host routes are established,
 * not at which routers.] All next hops lie on the set of paths and are strictly nearer to the
 * destination, so that the told nodes form one tree (SINGLE) or one acyclic graph (ALL_EQUAL_COST)
 * rooted there, whatever the number of previous NVEs; each node is told once. As a level is told
 * after those nearer to the destination, no packet loops in between.
 *
 * @param topology the fabric, links that are down left out
 * @param destination the destination NVE; not told itself
 * @param previous all previous NVEs; the destination among them and repetitions are ignored
 * @param paths which paths
 * @return the plan; without levels if nobody has to be told
 */
RedirectPlan PlanRedirect(const Topology& topology,
                          NodeId destination,
                          const std::vector<NodeId>& previous,
                          PathSet paths);

} // namespace vmm
} // namespace ns3

#endif // VMM_REDIRECT_PLAN_H
