// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/dc-fabric-builder.h"

namespace ns3
{
namespace vmm
{

namespace
{

/**
 * Two-tier Clos: every leaf-L is linked to every spine-S, servers server-L-I with the NVE in the
 * server hang on leaf-L. The management node is on leaf-0, outside hosts on the last leaf.
 */
class LeafSpineBuilder : public DcFabricBuilder
{
  public:
    std::string GetName() const override
    {
        return "leaf-spine";
    }

    std::vector<BuilderKey> GetKeys() const override
    {
        return {{"leaves", "4", "number of leaf switches, 1 to 1024"},
                {"spines", "2", "number of spine switches, 1 to 1024"},
                {"servers", "2", "number of servers on each leaf, 1 to 1024"}};
    }

    LaidFabric
    Lay(Topology& topology, const BuilderInput& input, const FabricPlace& place) const override
    {
        uint32_t leaves = GetCount(input, "leaves", 1, 1024);
        uint32_t spines = GetCount(input, "spines", 1, 1024);
        uint32_t servers = GetCount(input, "servers", 1, 1024);
        std::vector<NodeId> spineIds;
        for (uint32_t s = 0; s < spines; s++)
        {
            spineIds.push_back(
                topology.AddNode(place.Make("spine-" + std::to_string(s), NodeRole::SPINE)));
        }
        std::vector<NodeId> leafIds;
        for (uint32_t l = 0; l < leaves; l++)
        {
            NodeId leaf = topology.AddNode(place.Make("leaf-" + std::to_string(l), NodeRole::LEAF));
            leafIds.push_back(leaf);
            for (NodeId spine : spineIds)
            {
                LinkFabric(topology, input, leaf, spine);
            }
            for (uint32_t i = 0; i < servers; i++)
            {
                TopologyNode server = place.Make(
                    "server-" + std::to_string(l) + "-" + std::to_string(i), NodeRole::SERVER);
                server.nve = true;
                LinkServer(topology, input, topology.AddNode(server), leaf);
            }
        }
        return {spineIds, leafIds.front(), leafIds.back()};
    }
};

const LeafSpineBuilder g_builder;              //!< the builder
const TopologyBuilderEntry g_entry{g_builder}; //!< its entry in the registry

} // namespace

} // namespace vmm
} // namespace ns3
