// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fabric-helper.h"

namespace ns3
{
namespace vmm
{

FabricHelper::FabricHelper()
{
    m_factory.SetTypeId(Fabric::GetTypeId());
}

void
FabricHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

Ptr<Fabric>
FabricHelper::Build(const Topology& topology) const
{
    Ptr<Fabric> fabric = m_factory.Create<Fabric>();
    fabric->Build(topology);
    return fabric;
}

Ptr<Fabric>
FabricHelper::Build(const std::string& builder, const BuilderInput& input) const
{
    return Build(TopologyBuilder::Make(builder, input));
}

} // namespace vmm
} // namespace ns3
