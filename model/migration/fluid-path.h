// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLUID_PATH_H
#define VMM_FLUID_PATH_H

#include "ns3/flow-hash.h"
#include "ns3/net-device.h"
#include "ns3/ptr.h"

#include <vector>

namespace ns3
{

class Node;

namespace vmm
{

/// One crossing of a link.
struct FluidHop
{
    Ptr<NetDevice> sender;   //!< where the packets leave
    Ptr<NetDevice> receiver; //!< where they arrive
};

/// The way of a flow's packets through the network.
struct FluidPath
{
    std::vector<FluidHop> hops;   //!< in order, links of bridges too
    std::vector<Ptr<Node>> nodes; //!< whose tables decide, the source first
    bool complete{false};         //!< whether it ends at the destination
};

/**
 * Finds the way that the packets of a flow take now, by asking each node on it what it would do
 * with them: its Fib, or without one its routing protocol. Bridged segments are crossed by looking
 * for the station with the next hop's address: their links are a tree.
 *
 * The path ends early where no packet gets on: no route, a next hop that is down, a route that
 * discards, punts or tunnels (a copy goes between addresses of servers, whose packets need no
 * tunnel), a loop, a medium with more than two stations.
 *
 * @param source the node that sends
 * @param key the flow, complete as in its packets
 * @return the path, as far as it goes
 */
FluidPath FindFluidPath(Ptr<Node> source, const FlowKey& key);

} // namespace vmm
} // namespace ns3

#endif // VMM_FLUID_PATH_H
