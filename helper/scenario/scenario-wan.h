// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_WAN_H
#define VMM_SCENARIO_WAN_H

#include "ns3/csv-table.h"
#include "ns3/scenario-settings.h"
#include "ns3/topology-builder.h"

#include <memory>
#include <vector>

namespace ns3
{
namespace vmm
{

/// @return the columns of wan.csv
const std::vector<CsvColumn>& GetWanColumns();
/// @param settings settings of a scenario @return whether its fabric has a WAN
bool HasWan(const ScenarioSettings& settings);
/// @param settings settings of a scenario @return whether its WAN is listed in wan.csv
bool NeedsWanFile(const ScenarioSettings& settings);
/**
 * @param settings checked settings of a fabric with a WAN
 * @return propagation on its links: wan_delay, that of wan_distance, or 5 ms
 * @throws ScenarioError if both are set
 */
Time GetWanDelay(const ScenarioSettings& settings);
/**
 * @param settings checked settings of a fabric with a WAN
 * @param input its rates and delays of the WAN and of outside hosts are filled in
 * @throws ScenarioError if both wan_delay and wan_distance are set
 */
void ReadWanSettings(const ScenarioSettings& settings, BuilderInput& input);
/**
 * Reads the links of a WAN. The length of a link is distance_km (5 us per km) or delay, or else
 * that of the settings; so with rate. cost is the routing metric, 1 if empty.
 *
 * @param table wan.csv
 * @param input already with the settings; its WAN links are filled in, one for each row
 * @throws ScenarioError at the first field that is wrong in itself; whether the names are border
 *         or WAN routers is for the builder to say
 */
void ReadWanLinks(std::shared_ptr<const CsvTable> table, BuilderInput& input);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_WAN_H
