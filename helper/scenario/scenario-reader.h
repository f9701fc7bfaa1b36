// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_READER_H
#define VMM_SCENARIO_READER_H

#include "ns3/scenario-settings.h"
#include "ns3/scenario.h"

#include <map>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * @file
 * From a scenario folder to a Scenario.
 *
 * A folder holds scenario.csv, vms.csv, traffic.csv and moves.csv, and may hold orders.csv and
 * failures.csv; with fabric=csv, nodes.csv and links.csv too; with wan=csv, wan.csv. The way
 * through: bytes to fields with their places (CsvTable), fields to values (quantities, RowReader),
 * keys to settings (ScenarioSettings, which also takes the command line's), settings to a graph
 * (scenario-fabric), rows to structs that refer to what was read before them (scenario-rows). The
 * first thing wrong ends it with a ScenarioError, whose text is one line that points at the field.
 * Nothing of the simulation is created.
 */

/**
 * @param folder path of a scenario folder
 * @param overrides what the command line changes
 * @param schemes the schemes that there are, by name
 * @return the scenario
 * @throws ScenarioError at the first thing wrong
 */
Scenario ReadScenario(const std::string& folder,
                      const ScenarioOverrides& overrides,
                      const SchemeTypes& schemes);

/**
 * Reads a scenario whose files are in memory.
 * @param files content by name, `vms.csv`
 * @param folder path to show in errors
 * @param overrides what the command line changes
 * @param schemes the schemes that there are, by name
 * @return the scenario
 * @throws ScenarioError at the first thing wrong
 */
Scenario ReadScenarioFiles(const std::map<std::string, std::string>& files,
                           const std::string& folder,
                           const ScenarioOverrides& overrides,
                           const SchemeTypes& schemes);

/**
 * @param text any bytes
 * @return the first 8 hex digits of their SHA-256
 */
std::string ShortHash(const std::string& text);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_READER_H
