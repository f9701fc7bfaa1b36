// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-import.h"

#include "ns3/import-builder.h"
#include "ns3/quantities.h"
#include "ns3/scenario-fabric.h"

#include <algorithm>
#include <set>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr const char* VM_MEMORY = "64MiB"; //!< of a VM that a flow file needs

/// @return name of a flow @param index its place in the file, from 0
std::string
GetFlowName(size_t index)
{
    return "hpcc-" + std::to_string(index + 1);
}

/// @return the time, none for "end"; throws ValueError
std::optional<Time>
ParseStop(const std::string& text, Time end)
{
    if (text == "end")
    {
        return std::nullopt;
    }
    Time stop = ParseTime(text, Bound::POSITIVE);
    if (stop > end)
    {
        throw ValueError(ShowText(text),
                         "a time up to " + FormatTime(end) + ", the end of the run");
    }
    return stop;
}

} // namespace

bool
IsImported(const ScenarioSettings& settings)
{
    return ImportBuilder::Find(settings.GetText("fabric")) != nullptr;
}

std::string
GetFlowFile(const ScenarioSettings& settings)
{
    std::string flows = settings.GetText("fabric") == "hpcc" ? settings.GetText("flows") : "none";
    return flows == "none" ? "" : flows;
}

ImportedTopology
ImportFabric(const ScenarioSettings& settings, const std::string& path, const std::string& bytes)
{
    const ImportBuilder* builder = ImportBuilder::Find(settings.GetText("fabric"));
    try
    {
        return builder->Import(path, bytes, ReadBuilderInput(settings));
    }
    catch (const BuilderError& error)
    {
        throw ScenarioError(settings.At(error.GetKey()), error.what());
    }
    catch (const std::invalid_argument& error)
    {
        throw ScenarioError(settings.At("topology_file"), error.what());
    }
}

ImportedWorkload::ImportedWorkload(const std::string& path,
                                   const std::vector<HpccFlow>& flows,
                                   std::optional<Time> stop)
    : m_path(path),
      m_flows(flows),
      m_stop(stop)
{
}

std::map<std::string, std::string>
ImportedWorkload::FindVms(const CsvTable& vms)
{
    std::map<std::string, std::string> found;
    for (size_t row = 0; row < vms.GetRowCount(); ++row)
    {
        found.emplace(vms.Get(row, "nve"), vms.Get(row, "vm"));
    }
    return found;
}

std::vector<std::shared_ptr<const CsvTable>>
ImportedWorkload::MakeVms(std::shared_ptr<const CsvTable> vms) const
{
    const auto there = FindVms(*vms);
    std::set<uint32_t> missing;
    for (const HpccFlow& flow : m_flows)
    {
        for (uint32_t number : {flow.source, flow.destination})
        {
            if (!there.count(GetHpccServer(number)))
            {
                missing.insert(number);
            }
        }
    }
    if (missing.empty())
    {
        return {vms};
    }
    std::string text = "vm,nve,memory\n";
    for (uint32_t number : missing)
    {
        text +=
            "vm-" + std::to_string(number) + "," + GetHpccServer(number) + "," + VM_MEMORY + "\n";
    }
    return {vms,
            std::make_shared<const CsvTable>(
                CsvTable::Parse(m_path, text, {{"vm", true}, {"nve", true}, {"memory", true}}))};
}

std::shared_ptr<const CsvTable>
ImportedWorkload::MakeFlows(std::shared_ptr<const CsvTable> vms) const
{
    if (m_flows.empty())
    {
        return nullptr;
    }
    const auto there = FindVms(*vms);
    const auto vmOf = [&there](uint32_t number)
    {
        auto found = there.find(GetHpccServer(number));
        return found == there.end() ? "vm-" + std::to_string(number) : found->second;
    };
    // A row stands on the line that it has in a flow file of one flow on a line.
    std::string text = "flow,from,to,application,start,stop,bytes\n";
    for (size_t i = 0; i < m_flows.size(); ++i)
    {
        const HpccFlow& flow = m_flows[i];
        text += GetFlowName(i) + "," + vmOf(flow.source) + "," + vmOf(flow.destination) +
                ",tcp-bulk," + FormatTime(flow.start) + "," + (m_stop ? FormatTime(*m_stop) : "") +
                "," + FormatSize(flow.bytes) + "\n";
    }
    return std::make_shared<const CsvTable>(CsvTable::Parse(m_path,
                                                            text,
                                                            {{"flow", true},
                                                             {"from", true},
                                                             {"to", true},
                                                             {"application", true},
                                                             {"start", true},
                                                             {"stop", true},
                                                             {"bytes", true}}));
}

void
ImportedWorkload::CheckFlows(const Scenario& scenario) const
{
    std::set<std::string> names;
    for (const FlowRow& flow : scenario.flows)
    {
        names.insert(flow.name);
    }
    const Time end = m_stop.value_or(scenario.duration);
    for (size_t i = 0; i < m_flows.size(); ++i)
    {
        if (m_flows[i].start >= end)
        {
            throw ScenarioError(m_flows[i].startAt,
                                "start " + FormatTime(m_flows[i].start),
                                "a time before " + FormatTime(end) +
                                    (m_stop ? ", flows_stop" : ", the end of the run"));
        }
        if (names.count(GetFlowName(i)))
        {
            throw ScenarioError(m_flows[i].at,
                                "flow " + GetFlowName(i) + " in traffic.csv too",
                                "no flow of that name there");
        }
    }
}

ImportedWorkload
ImportFlows(const ScenarioSettings& settings,
            const std::string& path,
            const std::string& bytes,
            Scenario& scenario)
{
    const auto flows = ImportHpccFlows(path, bytes, scenario.topology);
    if (!flows.empty())
    {
        scenario.importNotes.push_back("without effect: priority and port of the " +
                                       std::to_string(flows.size()) + " flows");
    }
    const std::optional<Time> stop = settings.Get("flows_stop",
                                                  [&scenario](const std::string& text)
                                                  {
                                                      return ParseStop(text, scenario.duration);
                                                  });
    return ImportedWorkload(path, flows, stop);
}

} // namespace vmm
} // namespace ns3
