// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_FABRIC_H
#define VMM_SCENARIO_FABRIC_H

#include "ns3/row-reader.h"
#include "ns3/scenario-settings.h"
#include "ns3/topology-builder.h"
#include "ns3/topology.h"

#include <functional>
#include <memory>
#include <string>

namespace ns3
{
namespace vmm
{

/// @return the columns of nodes.csv
const std::vector<CsvColumn>& GetNodeColumns();
/// @return the columns of links.csv
const std::vector<CsvColumn>& GetLinkColumns();

/**
 * @param settings checked settings of a fabric that has a builder
 * @return the builder's keys, and what all links have
 * @throws ScenarioError at the value that is wrong
 */
BuilderInput ReadBuilderInput(const ScenarioSettings& settings);

/**
 * @param settings checked settings of a fabric that has a builder
 * @param wan wan.csv, if NeedsWanFile()
 * @return what the builder makes of them
 * @throws ScenarioError at the key or the field that the builder refuses
 */
Topology BuildFabric(const ScenarioSettings& settings,
                     std::shared_ptr<const CsvTable> wan = nullptr);

/**
 * A node of role `switch` is a bridge: it forwards frames; one that routes has role `router`.
 *
 * @param nodes nodes.csv
 * @param links links.csv
 * @return the graph; connected
 * @throws ScenarioError at the first field that is wrong, or in links.csv if there are parts
 *         without a way between them
 */
Topology ReadFabric(std::shared_ptr<const CsvTable> nodes, std::shared_ptr<const CsvTable> links);

/**
 * @param settings checked settings
 * @param topology the graph
 * @return name of the node of the MN and the VM Manager: the one that was set, or the first of
 *         role MANAGEMENT
 * @throws ScenarioError if there is none
 */
std::string ChooseManagementNode(const ScenarioSettings& settings, const Topology& topology);

/// @return the node of that name, nullptr if there is none
const TopologyNode* FindNode(const Topology& topology, const std::string& name);
/// @return whether a link joins the two
bool HasLink(const Topology& topology, const std::string& a, const std::string& b);
/// @return whether the node is an end of flows, but has no VMs
bool IsPlainHost(const TopologyNode& node);
/**
 * @param row a row
 * @param column a column that names an NVE
 * @param topology the graph
 * @return the name
 * @throws ScenarioError unless it is a node with an NVE
 */
std::string ReadNve(const RowReader& row, const std::string& column, const Topology& topology);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_FABRIC_H
