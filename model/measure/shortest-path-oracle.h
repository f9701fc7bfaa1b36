// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SHORTEST_PATH_ORACLE_H
#define VMM_SHORTEST_PATH_ORACLE_H

#include "ns3/nstime.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

/// Links and propagation delay of a way between two nodes.
struct PathCost
{
    uint32_t hops = 0; //!< links
    Time delay;        //!< propagation delay, without sending and queueing

    /// @return whether both are equal
    bool operator==(const PathCost& other) const
    {
        return hops == other.hops && delay == other.delay;
    }
};

/**
 * What the measurement asks the fabric's graph. Nodes are ns-3 node ids.
 */
class ShortestPathOracle
{
  public:
    virtual ~ShortestPathOracle() = default;

    /**
     * @param node ns-3 node id
     * @return whether node is in the fabric's graph; a VM is not
     */
    virtual bool IsFabricNode(uint32_t node) const = 0;
    /**
     * @param from a fabric node
     * @param to a fabric node
     * @return the least number of links, and the least propagation delay (of another way, maybe)
     */
    virtual PathCost GetShortest(uint32_t from, uint32_t to) const = 0;
    /**
     * @param from a fabric node
     * @param to a fabric node
     * @return links of the underlay's own route
     */
    virtual uint32_t GetRouteHops(uint32_t from, uint32_t to) const = 0;
    /**
     * @param from a fabric node
     * @param to the next one that forwarded the packet: a neighbour, or behind bridges
     * @return what lies between the two
     */
    virtual PathCost GetStep(uint32_t from, uint32_t to) const = 0;
    /**
     * @param node ns-3 node id
     * @return its name in the traces
     */
    virtual std::string GetName(uint32_t node) const = 0;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SHORTEST_PATH_ORACLE_H
