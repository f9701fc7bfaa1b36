// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-networks.h"

#include "ns3/mobility-scheme.h"
#include "ns3/object-factory.h"

namespace ns3
{
namespace vmm
{

bool
KeepsNetworksApart(const Scenario& scenario)
{
    const TypeId type = scenario.schemeType;
    if (!type.IsChildOf(MobilityScheme::GetTypeId()) || !type.HasConstructor())
    {
        return false;
    }
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory.Create<MobilityScheme>()->IsolatesNetworks();
}

void
CheckNetworks(const RowReader& row, const Scenario& scenario, const FlowRow& flow)
{
    if (!KeepsNetworksApart(scenario))
    {
        return;
    }
    auto networkOf = [&scenario](const FlowEnd& end)
    {
        return end.host ? 0 : scenario.FindVm(end.name)->vn;
    };
    const uint32_t from = networkOf(flow.from);
    if (from != networkOf(flow.to))
    {
        row.Fail("to",
                 "an end in virtual network " + std::to_string(from) + " as " +
                     flow.from.ToString() + ", which " + scenario.scheme +
                     " keeps apart from others; hosts are in network 0");
    }
}

} // namespace vmm
} // namespace ns3
