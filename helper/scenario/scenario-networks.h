// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_NETWORKS_H
#define VMM_SCENARIO_NETWORKS_H

#include "ns3/row-reader.h"
#include "ns3/scenario.h"

namespace ns3
{
namespace vmm
{

/**
 * @param scenario with its scheme
 * @return whether the scheme keeps virtual networks apart, so that two of them may use the same
 *         addresses and none reaches another
 */
bool KeepsNetworksApart(const Scenario& scenario);

/**
 * Checks that both ends of a flow are in one virtual network where the scheme keeps them apart;
 * hosts outside count as network 0, which alone is connected to the outside.
 * @param row of traffic.csv
 * @param scenario with its VMs
 * @param flow with both ends
 * @throws ScenarioError at `to` if they are not
 */
void CheckNetworks(const RowReader& row, const Scenario& scenario, const FlowRow& flow);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_NETWORKS_H
