// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/dc-fabric-builder.h"

namespace ns3
{
namespace vmm
{

TopologyNode
FabricPlace::Make(const std::string& name, NodeRole role) const
{
    return {prefix + name, role, dc};
}

Topology
DcFabricBuilder::Build(const BuilderInput& input) const
{
    Topology topology;
    LaidFabric laid = Lay(topology, input, {});
    AddOutside(topology, input, laid.first, {laid.last});
    return topology;
}

} // namespace vmm
} // namespace ns3
