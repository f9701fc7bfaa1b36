// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_IMPORT_H
#define VMM_SCENARIO_IMPORT_H

#include "ns3/csv-table.h"
#include "ns3/hpcc-import.h"
#include "ns3/imported-topology.h"
#include "ns3/scenario-settings.h"
#include "ns3/scenario.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// @param settings settings of a scenario @return whether its fabric is read from topology_file
bool IsImported(const ScenarioSettings& settings);
/**
 * @param settings checked settings of an imported fabric
 * @return the file of its flows, "" if it has none
 */
std::string GetFlowFile(const ScenarioSettings& settings);
/**
 * @param settings checked settings of an imported fabric
 * @param path of topology_file, for errors
 * @param bytes of it
 * @return the fabric
 * @throws ScenarioError at the first thing wrong
 */
ImportedTopology
ImportFabric(const ScenarioSettings& settings, const std::string& path, const std::string& bytes);

/**
 * The flows of a flow file as rows of traffic.csv: each is a tcp-bulk of its size, `hpcc-1`,
 * `hpcc-2`, ... Its ends are the first VMs of vms.csv on its servers; a server without one gets
 * `vm-N` of 64 MiB, N being its number. Priorities and ports have no effect.
 */
class ImportedWorkload
{
  public:
    /// No flows.
    ImportedWorkload() = default;
    /**
     * @param path of the flow file, for errors
     * @param flows in the order of the file
     * @param stop when they write nothing more, if before the end of the run
     */
    ImportedWorkload(const std::string& path,
                     const std::vector<HpccFlow>& flows,
                     std::optional<Time> stop);

    /**
     * @param vms vms.csv
     * @return it, and the VMs that it lacks for the flows
     */
    std::vector<std::shared_ptr<const CsvTable>> MakeVms(std::shared_ptr<const CsvTable> vms) const;
    /**
     * @param vms vms.csv
     * @return the flows, null if there are none
     */
    std::shared_ptr<const CsvTable> MakeFlows(std::shared_ptr<const CsvTable> vms) const;
    /**
     * @param scenario with the flows of traffic.csv
     * @throws ScenarioError at a flow that begins after its stop or the end of the run, or whose
     * name is taken
     */
    void CheckFlows(const Scenario& scenario) const;

  private:
    /// @return the VM of each server that vms.csv names
    static std::map<std::string, std::string> FindVms(const CsvTable& vms);

    std::string m_path;            //!< of the flow file
    std::vector<HpccFlow> m_flows; //!< in its order
    std::optional<Time> m_stop;    //!< of all of them
};

/**
 * @param settings checked settings of an imported fabric
 * @param path of its flow file, for errors
 * @param bytes of it
 * @param scenario with its topology; is told what has no effect
 * @return the flows
 * @throws ScenarioError at the first thing wrong
 */
ImportedWorkload ImportFlows(const ScenarioSettings& settings,
                             const std::string& path,
                             const std::string& bytes,
                             Scenario& scenario);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_IMPORT_H
