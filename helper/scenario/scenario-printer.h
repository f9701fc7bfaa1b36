// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_PRINTER_H
#define VMM_SCENARIO_PRINTER_H

#include "ns3/scenario.h"

#include <functional>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// More to print behind the tables of a scenario: the address plan, predicted paths.
using ScenarioSection = std::function<void(std::ostream&, const Scenario&)>;

/**
 * Writes a resolved scenario for people: settings, topology, VMs, flows, moves, failures.
 * @param os where to
 * @param scenario a scenario
 * @param sections written behind it, in order
 */
void PrintScenario(std::ostream& os,
                   const Scenario& scenario,
                   const std::vector<ScenarioSection>& sections = {});

/**
 * Writes a table with aligned columns, indented by two blanks.
 * @param os where to
 * @param rows the first one is the header; all of one width
 */
void PrintTable(std::ostream& os, const std::vector<std::vector<std::string>>& rows);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_PRINTER_H
