// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SHIPPED_FIXTURE_H
#define VMM_SHIPPED_FIXTURE_H

#include "system/scenario-fixture.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Runs a scenario that comes along, and reads its traces as ScenarioTest does.
class ShippedRunTest : public ScenarioTest
{
  protected:
    // Reads a folder of scenarios/, runs it, and expects books that close and outcomes as planned.
    void RunShipped(const std::string& name,
                    const std::vector<std::string>& settings = {},
                    const std::string& scheme = "")
    {
        run.reset();
        ScenarioOverrides overrides;
        overrides.set = settings;
        overrides.scheme = scheme;
        SchemeTypes schemes;
        for (const auto& entry : SchemeRegistry::List())
        {
            schemes[entry.first] = *SchemeRegistry::Find(entry.first);
        }
        auto path = std::string(VMM_SOURCE_DIR) + "/scenarios/" + name;
        run = std::make_unique<ScenarioRun>(ReadScenario(path, overrides, schemes));
        run->Build();
        EXPECT_EQ(Finish(), std::vector<std::string>());
        EXPECT_EQ(Summary("unaccounted"), 0);
        EXPECT_EQ(Summary("in_flight_packets"), 0);
        EXPECT_EQ(Summary("moves_completed"), Summary("moves_planned"));
    }

    // A column of a round; -1 if it is empty.
    double Round(const std::string& migration, int round, const std::string& column) const
    {
        auto value = Trace("rounds").One(
            {{"migration", migration}, {"round", std::to_string(round)}})[column];
        return value.empty() ? -1 : std::stod(value);
    }

    // A sum over the rounds of a move.
    double SumOfRounds(const std::string& migration, const std::string& column) const
    {
        double sum = 0;
        for (const auto& row : Trace("rounds").Where({{"migration", migration}}))
        {
            sum += std::stod(row.at(column));
        }
        return sum;
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SHIPPED_FIXTURE_H
