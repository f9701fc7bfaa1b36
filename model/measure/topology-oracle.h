// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOPOLOGY_ORACLE_H
#define VMM_TOPOLOGY_ORACLE_H

#include "ns3/shortest-path-oracle.h"
#include "ns3/topology.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Answers from a copy of the topology as it is when this is made: the shortest way is that of the
 * whole fabric, also while one of its links is down.
 */
class TopologyOracle : public ShortestPathOracle
{
  public:
    /// @param topology the fabric; copied
    explicit TopologyOracle(const Topology& topology);

    /**
     * Names a node of the fabric by its ns-3 node, with its name in the topology.
     * @param node ns-3 node id
     * @param fabric which node of the topology it is
     */
    void AddFabricNode(uint32_t node, NodeId fabric);
    /**
     * Names a node that is not in the fabric: a VM.
     * @param node ns-3 node id
     * @param name its name in the traces
     */
    void AddName(uint32_t node, const std::string& name);

    bool IsFabricNode(uint32_t node) const override;
    PathCost GetShortest(uint32_t from, uint32_t to) const override;
    uint32_t GetRouteHops(uint32_t from, uint32_t to) const override;
    PathCost GetStep(uint32_t from, uint32_t to) const override;
    /// @return its name; "node-<id>" if it was not named
    std::string GetName(uint32_t node) const override;

  private:
    /// @return what lies between two nodes of the topology that are neighbours or not
    PathCost StepOf(NodeId from, NodeId to) const;

    Topology m_topology;                    //!< as it was
    std::vector<NodeId> m_fabric;           //!< by ns-3 node id; NO_NODE: not in the fabric
    std::map<uint32_t, std::string> m_name; //!< by ns-3 node id
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TOPOLOGY_ORACLE_H
