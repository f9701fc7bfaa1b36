// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_RUN_H
#define VMM_SCENARIO_RUN_H

#include "ns3/bgp-helper.h"
#include "ns3/redirect-watch.h"
#include "ns3/scenario.h"
#include "ns3/trace-collector.h"
#include "ns3/vm-mobility-helper.h"
#include "ns3/workload-helper.h"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A scenario as a simulation: builds it, runs it, and puts the results together.
 *
 *     ScenarioRun run(scenario);
 *     run.Build();
 *     run.Simulate();
 *     run.Finish();
 *     run.WriteTraces(folder);
 *     for (const auto& line : run.GetViolations()) ...
 *
 * One at a time in a process, since ns-3 has one simulator; its destructor destroys the simulation
 * and forgets all defaults that the scenario has set.
 */
class ScenarioRun
{
  public:
    /// @param scenario what to run; copied
    explicit ScenarioRun(const Scenario& scenario);
    ~ScenarioRun();
    ScenarioRun(const ScenarioRun&) = delete;
    ScenarioRun& operator=(const ScenarioRun&) = delete;

    /// @param report called with the simulated time now and then; set before Simulate
    void SetProgress(std::function<void(Time)> report);
    /**
     * Makes nodes, applications, VMs, flows, moves and failures.
     * @throws ScenarioError for what only shows when it is built
     */
    void Build();
    /**
     * Captures the packets of every device.
     * @param prefix of the files' paths; call after Build
     */
    void EnablePcap(const std::string& prefix);
    /// Runs the simulation to its end.
    void Simulate();
    /// Puts the results together.
    void Finish();
    /**
     * @param folder that exists; all traces are written to it
     * @param packets whether packets.csv is among them
     * @throws std::runtime_error if a file cannot be written
     */
    void WriteTraces(const std::string& folder, bool packets) const;

    /// @return the results, after Finish
    const RunResults& GetResults() const;
    /// @return why the run must exit with status 1, a line each; empty if all is well
    std::vector<std::string> GetViolations() const;

    /// @return what is worth a look, a line each, for instance nodes that refused a host route
    const std::vector<std::string>& GetWarnings() const
    {
        return m_watch.GetWarnings();
    }

    /// @return application of each flow, by its name
    std::vector<std::pair<std::string, std::string>> GetFlowApplications() const;

    /// @return what the ledger knows of each flow, in the order of the file
    const std::vector<FlowInfo>& GetFlowInfos() const
    {
        return m_flowInfos;
    }

    /// @return the fabric
    Ptr<Fabric> GetFabric() const
    {
        return m_fabric;
    }

    /// @return the mobility applications
    VmMobilityHelper& GetMobility()
    {
        return *m_mobility;
    }

    /// @return the collector
    Ptr<TraceCollector> GetCollector() const
    {
        return m_collector;
    }

    /// @return the client application of each flow, by its name
    const std::map<std::string, Ptr<Application>>& GetClients() const
    {
        return m_clients;
    }

  private:
    void SetDefaults();
    void BuildFabric();
    void BuildVms();
    void BuildFlows();
    void BuildMoves();
    void BuildOrders();
    void BuildFailures();
    /// Says which VMs speak to which.
    void SetPeers();
    /// Trace sink of Hypervisor::Event.
    void ServerEvent(HypervisorEvent event, const std::string& vm, uint32_t epoch);
    void Collect();
    void AssignStreams();
    /// @return a flow as the workload helper wants it, its start drawn
    WorkloadFlow MakeFlow(const FlowRow& row);
    /// Installs what is one application at its client. @param first a flow @return its end
    size_t BuildRow(size_t first);
    /// @return the end of a flow that a row names
    WorkloadEnd GetEnd(const FlowEnd& end) const;
    /// Draws from [0, limit), or 0 when randomness is off.
    Time Draw(Time limit);
    /// Cuts or mends the links that a failure concerns.
    void SetFailed(size_t row, bool failed);
    void ReportProgress();
    /// Adds lost VMs, and the orders whose outcome is not the expected one.
    void AddOrderViolations(std::vector<std::string>& violations) const;
    /// @return the name of the node with an address, the address itself if there is none
    std::string GetNodeName(const IpAddress& address) const;

    Scenario m_scenario;                               //!< what to run
    Ptr<Fabric> m_fabric;                              //!< nodes and links
    std::unique_ptr<BgpHelper> m_bgp;                  //!< its BGP routers, if underlay=bgp
    std::unique_ptr<VmMobilityHelper> m_mobility;      //!< applications
    WorkloadHelper m_workload;                         //!< flows
    RedirectWatch m_watch;                             //!< host routes not taken
    Ptr<TraceCollector> m_collector;                   //!< measures
    std::map<std::string, Ptr<Vm>> m_vms;              //!< by name
    std::set<std::string> m_crashed;                   //!< VMs that stood where a server crashed
    std::map<std::string, Ptr<Application>> m_clients; //!< by flow
    std::vector<std::pair<std::string, std::string>> m_applications; //!< of each flow
    std::vector<FlowInfo> m_flowInfos;                               //!< of each flow
    Ptr<UniformRandomVariable> m_random;   //!< offsets of starts and moves
    std::function<void(Time)> m_progress;  //!< told of the simulated time
    const RunResults* m_results = nullptr; //!< after Finish
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_RUN_H
