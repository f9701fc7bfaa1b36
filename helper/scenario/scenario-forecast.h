// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_FORECAST_H
#define VMM_SCENARIO_FORECAST_H

#include "ns3/forwarding-walk.h"
#include "ns3/scenario-printer.h"
#include "ns3/scenario.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Where one flow's packets to a moving VM are expected to go, in one phase.
struct PathForecast
{
    std::string migration; //!< the move
    std::string flow;      //!< the flow
    std::string phase;     //!< "before", "redirected" or "optimal"
    ForwardingWalk walk;   //!< the way
};

/**
 * Predicts the path of every flow towards a moving VM before and after each move, and the best
 * possible one, from the graph, the reading of the scheme and the hash of each flow: nothing is
 * simulated. Flows are followed with the ports and salts that the run has.
 * @param scenario a scenario
 * @return the paths, by move, flow and phase
 */
std::vector<PathForecast> ForecastPaths(const Scenario& scenario);
/// @return what `check` prints behind the scenario: the address plan and the predicted paths
std::vector<ScenarioSection> GetForecastSections();

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_FORECAST_H
