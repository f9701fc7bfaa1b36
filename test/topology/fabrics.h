// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_FABRICS_H
#define VMM_TEST_FABRICS_H

#include "ns3/topology-builder.h"

#include <cmath>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// @return a leaf-spine fabric
inline Topology
MakeLeafSpine(int leaves, int spines, int servers)
{
    BuilderInput input;
    input.values = {{"leaves", std::to_string(leaves)},
                    {"spines", std::to_string(spines)},
                    {"servers", std::to_string(servers)}};
    return TopologyBuilder::Make("leaf-spine", input);
}

/// @return a fat-tree
inline Topology
MakeFatTree(int k)
{
    BuilderInput input;
    input.values = {{"k", std::to_string(k)}};
    return TopologyBuilder::Make("fat-tree", input);
}

/// @return the figure of the draft
inline Topology
MakeFigureOne(const std::string& switches)
{
    BuilderInput input;
    input.values = {{"switches", switches}};
    return TopologyBuilder::Make("figure-1", input);
}

/// @return the Abilene backbone, lengths in km at 5 us/km; every node is an NVE and a router
inline Topology
MakeAbilene()
{
    struct Row
    {
        const char* a;
        const char* b;
        double km;
    };

    const std::vector<Row> rows = {{"NY", "Chi", 1145.8},
                                   {"NY", "DC", 328.5},
                                   {"Chi", "Ind", 263.3},
                                   {"DC", "Atl", 871.9},
                                   {"Sea", "Sun", 1138.6},
                                   {"Sea", "Den", 1641.1},
                                   {"Sun", "LA", 503.2},
                                   {"Sun", "Den", 1503.6},
                                   {"LA", "Hou", 2206.8},
                                   {"Den", "KC", 891.8},
                                   {"KC", "Hou", 1041.9},
                                   {"KC", "Ind", 730.6},
                                   {"Hou", "Atl", 1127.6},
                                   {"Atl", "Ind", 687.6}};
    BuilderInput input;
    for (const char* name :
         {"NY", "Chi", "DC", "Sea", "Sun", "LA", "Den", "KC", "Hou", "Atl", "Ind"})
    {
        TopologyNode node{name, NodeRole::WAN};
        node.nve = true;
        input.nodes.push_back(node);
    }
    for (const Row& row : rows)
    {
        NamedLink link{row.a, row.b, {}};
        link.link.rate = DataRate("10Gbps");
        link.link.delay = NanoSeconds(std::llround(row.km * 5000));
        link.link.cost = static_cast<uint32_t>(std::lround(row.km * 10));
        input.links.push_back(link);
    }
    return TopologyBuilder::Make("csv", input);
}

/// @return names of nodes
inline std::vector<std::string>
Names(const Topology& topology, const std::vector<NodeId>& nodes)
{
    std::vector<std::string> names;
    for (NodeId node : nodes)
    {
        names.push_back(topology.GetNode(node).name);
    }
    return names;
}

/// @return names of next hops
inline std::vector<std::string>
Names(const Topology& topology, const std::vector<TopologyNextHop>& hops)
{
    std::vector<std::string> names;
    for (const TopologyNextHop& hop : hops)
    {
        names.push_back(topology.GetNode(hop.node).name);
    }
    return names;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_FABRICS_H
