// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/topology-builder.h"

namespace ns3
{
namespace vmm
{

namespace
{

/**
 * Figure 1 of draft-sarikaya-nvo3-vmm-dmm-pmip: border routers br-0 and br-1, routers r-0 and r-1,
 * one aggregation switch agg, two switches, the management node mn on r-1, and the servers nve-a
 * and nve-b. Two parallel links join agg with each switch, and each NVE is linked to both switches.
 *
 * With switches=bridged, agg and the switches are one layer 2 network and the spanning tree leaves
 * nve-a - switch-0 - agg - switch-1 - nve-b: the NVEs are on-link for each other. With
 * switches=routed they are routers and all links are in use. What the figure leaves open
 * (which router has which border router, and the link between the routers) is an interpretation.
 * Outside hosts are attached to the border routers in turn.
 */
class FigureOneBuilder : public TopologyBuilder
{
  public:
    std::string GetName() const override
    {
        return "figure-1";
    }

    std::vector<BuilderKey> GetKeys() const override
    {
        return {{"switches", "bridged", "what agg and the switches are: bridged or routed"}};
    }

    Topology Build(const BuilderInput& input) const override
    {
        std::string kind = GetText(input, "switches");
        if (kind != "bridged" && kind != "routed")
        {
            throw BuilderError("switches",
                               "found switches \"" + kind + "\", expected bridged or routed");
        }
        Topology topology;
        NodeId br0 = topology.AddNode({"br-0", NodeRole::BORDER});
        NodeId br1 = topology.AddNode({"br-1", NodeRole::BORDER});
        NodeId r0 = topology.AddNode({"r-0", NodeRole::ROUTER});
        NodeId r1 = topology.AddNode({"r-1", NodeRole::ROUTER});
        NodeId agg = AddSwitch(topology, "agg", NodeRole::AGGREGATION, kind == "bridged");
        NodeId switch0 = AddSwitch(topology, "switch-0", NodeRole::SWITCH, kind == "bridged");
        NodeId switch1 = AddSwitch(topology, "switch-1", NodeRole::SWITCH, kind == "bridged");
        NodeId nveA = AddNve(topology, "nve-a");
        NodeId nveB = AddNve(topology, "nve-b");
        LinkFabric(topology, input, br0, r0);
        LinkFabric(topology, input, br1, r1);
        LinkFabric(topology, input, r0, r1);
        LinkFabric(topology, input, r0, agg);
        LinkFabric(topology, input, r1, agg);
        for (uint16_t index = 0; index < 2; index++)
        {
            LinkFabric(topology, input, agg, switch0, index);
            LinkFabric(topology, input, agg, switch1, index);
        }
        // The order decides the ties of the spanning tree: each NVE keeps the switch below it.
        LinkServer(topology, input, nveA, switch0);
        LinkServer(topology, input, nveB, switch1);
        LinkServer(topology, input, nveA, switch1);
        LinkServer(topology, input, nveB, switch0);
        AddOutside(topology, input, r1, {br0, br1});
        return topology;
    }

  private:
    /// @return a new switch
    static NodeId
    AddSwitch(Topology& topology, const std::string& name, NodeRole role, bool bridged)
    {
        TopologyNode node{name, role};
        node.bridged = bridged;
        return topology.AddNode(node);
    }

    /// @return a new server that is an NVE
    static NodeId AddNve(Topology& topology, const std::string& name)
    {
        TopologyNode node{name, NodeRole::SERVER};
        node.nve = true;
        return topology.AddNode(node);
    }
};

const FigureOneBuilder g_builder;              //!< the builder
const TopologyBuilderEntry g_entry{g_builder}; //!< its entry in the registry

} // namespace

} // namespace vmm
} // namespace ns3
