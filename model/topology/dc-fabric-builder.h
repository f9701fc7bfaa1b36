// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_DC_FABRIC_BUILDER_H
#define VMM_DC_FABRIC_BUILDER_H

#include "ns3/topology-builder.h"

namespace ns3
{
namespace vmm
{

/// Where a fabric is laid: what its nodes are called and which data centre they are in.
struct FabricPlace
{
    std::string prefix; //!< in front of every name
    uint16_t dc = 0;    //!< data centre

    /// @param name without the prefix @param role what it is @return the node, not an NVE
    TopologyNode Make(const std::string& name, NodeRole role) const;
};

/// What others are linked to in a fabric that was laid.
struct LaidFabric
{
    std::vector<NodeId> top{}; //!< its highest tier: spines or cores, in order
    NodeId first = NO_NODE;    //!< its first top-of-rack, where the management node belongs
    NodeId last = NO_NODE;     //!< its last top-of-rack
};

/**
 * A builder whose fabric fills one data centre, so that it can stand alone or be one of several of
 * a larger topology.
 */
class DcFabricBuilder : public TopologyBuilder
{
  public:
    /// Lays the fabric alone, with the management node on its first and hosts on its last rack.
    Topology Build(const BuilderInput& input) const final;
    /**
     * @param topology what the fabric is added to
     * @param input what to build; keys that are missing have their standard value
     * @param place names and data centre
     * @return what others may be linked to; there are no management node and no hosts yet
     * @throws BuilderError if a value is refused
     * @throws std::invalid_argument as Topology::AddNode() and Topology::AddLink()
     */
    virtual LaidFabric
    Lay(Topology& topology, const BuilderInput& input, const FabricPlace& place) const = 0;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_DC_FABRIC_BUILDER_H
