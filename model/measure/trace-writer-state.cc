// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/csv-file.h"
#include "ns3/trace-writer.h"

#include <set>
#include <utility>

namespace ns3
{
namespace vmm
{

void
TraceWriter::WriteState() const
{
    const MigrationTimeline& timeline = *m_results.timeline;
    const std::vector<std::pair<std::string, const StateTally*>> kinds{
        {"host_routes", &timeline.GetHostRoutes()},
        {"binding_updates", &timeline.GetBindingUpdates()},
        {"bindings", &timeline.GetBindings()},
        {"adj_rib_in", &timeline.GetAdjRibsIn()},
        {"loc_rib", &timeline.GetLocRibs()},
        {"adj_rib_out", &timeline.GetAdjRibsOut()},
        {"vm_routes", &timeline.GetVmRoutes()}};
    std::vector<std::string> columns{"node"};
    std::set<uint32_t> nodes;
    for (const auto& [name, tally] : kinds)
    {
        columns.push_back(name + "_peak");
        columns.push_back(name + "_integral_s");
        for (const auto& node : tally->GetNodes())
        {
            nodes.insert(node.first);
        }
    }
    CsvFile file(At("state.csv"), columns);
    for (uint32_t node : nodes)
    {
        file.Field(NameOf(node));
        for (const auto& [name, tally] : kinds)
        {
            const auto found = tally->GetNodes().find(node);
            const StateTally::Figures figures =
                found == tally->GetNodes().end() ? StateTally::Figures() : found->second;
            file.Field(figures.peak).Field(figures.GetIntegral(m_results.end));
        }
        file.EndRow();
    }
    file.Close();
}

} // namespace vmm
} // namespace ns3
