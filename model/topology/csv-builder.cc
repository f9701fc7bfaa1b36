// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/topology-builder.h"

namespace ns3
{
namespace vmm
{

namespace
{

/// Takes nodes and links as they are given: the rows of nodes.csv and links.csv, already read.
class CsvBuilder : public TopologyBuilder
{
  public:
    std::string GetName() const override
    {
        return "csv";
    }

    std::vector<BuilderKey> GetKeys() const override
    {
        return {};
    }

    Topology Build(const BuilderInput& input) const override
    {
        Topology topology;
        for (const TopologyNode& node : input.nodes)
        {
            topology.AddNode(node);
        }
        for (const NamedLink& row : input.links)
        {
            TopologyLink link = row.link;
            link.a = topology.GetNodeId(row.a);
            link.b = topology.GetNodeId(row.b);
            topology.AddLink(link);
        }
        if (topology.GetNodeCount() == 0)
        {
            throw BuilderError("", "found no node, expected at least one");
        }
        if (std::optional<NodeId> node = topology.FindUnreachable())
        {
            throw BuilderError("",
                               "found node \"" + topology.GetNode(*node).name +
                                   "\" out of reach of others, expected a connected topology");
        }
        return topology;
    }
};

const CsvBuilder g_builder;                    //!< the builder
const TopologyBuilderEntry g_entry{g_builder}; //!< its entry in the registry

} // namespace

} // namespace vmm
} // namespace ns3
