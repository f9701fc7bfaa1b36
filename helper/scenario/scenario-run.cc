// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-run.h"

#include "ns3/access-device.h"
#include "ns3/access-pcap-helper.h"
#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/fabric-helper.h"
#include "ns3/graphml-writer.h"
#include "ns3/guest-clock.h"
#include "ns3/link-failure-error-model.h"
#include "ns3/names.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/scenario-guest.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-writer.h"

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{
constexpr int64_t STREAM_OFFSETS = 1000;     //!< starts and moves
constexpr int64_t STREAM_FABRIC = 2000;      //!< salts and stacks
constexpr int64_t STREAM_MOBILITY = 1000000; //!< applications and VMs
constexpr int64_t STREAM_BGP = 100000000;    //!< BGP routers
const Time MOVE_OFFSET = MilliSeconds(10);   //!< a move is ordered within this of its time
constexpr int PROGRESS_STEPS = 200;          //!< reports in a run

/// Trace sink of Hypervisor::AccessDevice.
void
EnableAccessPcap(std::string prefix, uint32_t, Ptr<AccessDevice> device)
{
    AccessPcapHelper().EnablePcap(prefix, device, true);
}

} // namespace

ScenarioRun::ScenarioRun(const Scenario& scenario)
    : m_scenario(scenario)
{
}

ScenarioRun::~ScenarioRun()
{
    Simulator::Destroy();
    Names::Clear();
    Config::Reset();
}

void
ScenarioRun::SetProgress(std::function<void(Time)> report)
{
    m_progress = std::move(report);
}

void
ScenarioRun::Build()
{
    SetDefaults();
    GuestClock::Enable();
    m_random = CreateObject<UniformRandomVariable>();
    m_random->SetStream(STREAM_OFFSETS);
    m_collector = CreateObject<TraceCollector>();
    BuildFabric();
    BuildVms();
    BuildFlows();
    BuildMoves();
    BuildOrders();
    BuildFailures();
    Collect();
    AssignStreams();
}

void
ScenarioRun::SetDefaults()
{
    RngSeedManager::SetSeed(1);
    RngSeedManager::SetRun(m_scenario.seed);
    for (const auto& setting : m_scenario.attributes)
    {
        if (!Config::SetDefaultFailSafe(setting.name, StringValue(setting.value)))
        {
            throw ScenarioError(setting.position,
                                setting.name + "=" + setting.value,
                                "an attribute that takes this value");
        }
    }
}

void
ScenarioRun::BuildFabric()
{
    bool ipv4 = m_scenario.family != FamilyKind::IPV6;
    bool ipv6 = m_scenario.family != FamilyKind::IPV4;
    FabricHelper helper;
    helper.SetAttribute("Ipv4", BooleanValue(ipv4));
    helper.SetAttribute("Ipv6", BooleanValue(ipv6));
    helper.SetAttribute("RandomSalts", BooleanValue(m_scenario.randomness));
    bool bgp = m_scenario.underlay == UnderlayKind::BGP;
    helper.SetAttribute("StaticUnderlay", BooleanValue(!bgp));
    m_fabric = helper.Build(m_scenario.topology);
    for (const auto& [link, loss] : m_scenario.linkLosses)
    {
        m_fabric->SetLinkLoss(link, loss);
    }
    m_mobility = std::make_unique<VmMobilityHelper>(m_scenario.scheme);
    m_mobility->Install(m_fabric, m_scenario.managementNode);
    if (bgp)
    {
        m_bgp = std::make_unique<BgpHelper>();
        m_bgp->SetNumbering(m_scenario.bgpNumbering);
        m_bgp->SetServersSpeak(m_scenario.bgpServers);
        m_bgp->SetHostRouteDataCentres(m_scenario.hostRouteDcs);
        m_bgp->Install(m_fabric);
        m_mobility->UseBgp(*m_bgp);
    }
    m_collector->SetTopology(m_scenario.topology);
    for (NodeId node = 0; node < m_scenario.topology.GetNodeCount(); ++node)
    {
        m_collector->AddFabricNode(m_fabric->GetNode(node), node);
    }
    for (auto& [node, server] : m_mobility->GetServers())
    {
        m_collector->AddNve(server.nve); // before VMs bring devices for their virtual networks
    }
}

void
ScenarioRun::BuildVms()
{
    for (const auto& row : m_scenario.vms)
    {
        VmSpec spec;
        spec.id = row.name;
        spec.vn = row.vn;
        spec.memory = row.memory;
        spec.vcpus = row.vcpus;
        if (m_scenario.family != FamilyKind::IPV6)
        {
            spec.addresses.push_back(
                row.address ? row.address
                            : m_mobility->NextAddress(row.nve, IpFamily::IPV4, row.vn));
        }
        if (m_scenario.family != FamilyKind::IPV4)
        {
            spec.addresses.push_back(
                row.address6 ? row.address6
                             : m_mobility->NextAddress(row.nve, IpFamily::IPV6, row.vn));
        }
        Ptr<Vm> vm = m_mobility->CreateVm(spec, row.nve, row.create);
        InstallGuestModels(vm, row);
        if (row.destroy)
        {
            m_mobility->ScheduleDestroy(row.name, *row.destroy);
        }
        m_collector->AddVm(vm);
        m_vms[row.name] = vm;
    }
}

WorkloadEnd
ScenarioRun::GetEnd(const FlowEnd& end) const
{
    if (!end.host)
    {
        return WorkloadEnd::OfVm(m_vms.at(end.name));
    }
    NodeId node = m_fabric->GetTopology().GetNodeId(end.name);
    IpAddressList addresses;
    for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
    {
        if (m_fabric->HasFamily(family))
        {
            addresses.push_back(m_fabric->GetAddress(node, family));
        }
    }
    return WorkloadEnd::OfHost(end.name, m_fabric->GetNode(node), addresses);
}

Time
ScenarioRun::Draw(Time limit)
{
    // Drawn in any case, so that a flow or move more does not shift the draws before it.
    double part = m_random->GetValue();
    return m_scenario.randomness ? NanoSeconds(static_cast<int64_t>(part * limit.GetNanoSeconds()))
                                 : Time();
}

void
ScenarioRun::BuildMoves()
{
    for (const auto& row : m_scenario.moves)
    {
        MoveRequest request{row.name, row.vm, row.to};
        request.type = row.type == "warm"   ? MoveType::WARM
                       : row.type == "cold" ? MoveType::COLD
                                            : MoveType::HOT;
        request.method = row.method;
        request.transfer = row.transfer;
        if (row.switchOver)
        {
            request.switchOver = *row.switchOver - row.time;
        }
        m_mobility->ScheduleMove(request, row.time + Draw(MOVE_OFFSET));
        m_collector->PlanMove(row.name, MoveOutcomeName(row.expect));
    }
}

void
ScenarioRun::BuildFailures()
{
    for (size_t i = 0; i < m_scenario.failures.size(); ++i)
    {
        const FailureRow& row = m_scenario.failures[i];
        Simulator::Schedule(row.time, &ScenarioRun::SetFailed, this, i, true);
        if (row.until)
        {
            Simulator::Schedule(*row.until, &ScenarioRun::SetFailed, this, i, false);
        }
    }
}

void
ScenarioRun::SetFailed(size_t index, bool failed)
{
    const FailureRow& row = m_scenario.failures[index];
    if (row.what == FailureKind::SERVER_CRASH)
    {
        m_mobility->GetServer(row.node).hypervisor->Fail();
        return;
    }
    const Topology& topology = m_fabric->GetTopology();
    NodeId node = topology.GetNodeId(row.node);
    for (LinkId link : topology.GetLinks(node))
    {
        NodeId other = topology.GetOtherEnd(link, node);
        if (row.what != FailureKind::NODE_DOWN && topology.GetNode(other).name != row.peer)
        {
            continue;
        }
        if (row.what == FailureKind::LINK_LOSS)
        {
            auto own = m_scenario.linkLosses.find(link);
            double rest = own == m_scenario.linkLosses.end() ? 0 : own->second;
            m_fabric->SetLinkLoss(link, failed ? row.value : rest);
        }
        else if (failed)
        {
            m_fabric->FailLink(link);
        }
        else
        {
            m_fabric->RestoreLink(link);
        }
    }
}

void
ScenarioRun::Collect()
{
    m_collector->SetScheme(m_scenario.scheme);
    for (auto& [node, server] : m_mobility->GetServers())
    {
        m_collector->AddAgent(server.agent);
        server.hypervisor->TraceConnectWithoutContext(
            "Event", MakeCallback(&ScenarioRun::ServerEvent, this));
    }
    for (auto& [node, agent] : m_mobility->GetRouterAgents())
    {
        m_collector->AddRouterAgent(agent);
    }
    if (m_bgp)
    {
        for (auto& [node, router] : m_bgp->GetRouters())
        {
            m_collector->AddBgpRouter(router);
        }
    }
    m_collector->AddNva(m_mobility->GetNva());
    m_watch.Connect(m_mobility->GetNva(),
                    [this](const IpAddress& address)
                    {
                        return GetNodeName(address);
                    });
    m_collector->AddVmManager(m_mobility->GetVmManager());
}

std::string
ScenarioRun::GetNodeName(const IpAddress& address) const
{
    auto node = m_fabric->GetPlan().FindNode(address);
    return node ? m_fabric->GetTopology().GetNode(*node).name : address.ToString();
}

void
ScenarioRun::AssignStreams()
{
    m_fabric->AssignStreams(STREAM_FABRIC);
    m_mobility->AssignStreams(STREAM_MOBILITY);
    if (m_bgp)
    {
        m_bgp->AssignStreams(STREAM_BGP);
    }
}

void
ScenarioRun::EnablePcap(const std::string& prefix)
{
    PointToPointHelper links;
    AccessPcapHelper access;
    for (NodeId node = 0; node < m_fabric->GetTopology().GetNodeCount(); ++node)
    {
        Ptr<Node> made = m_fabric->GetNode(node);
        std::string name = prefix + m_fabric->GetTopology().GetNode(node).name;
        for (uint32_t i = 0; i < made->GetNDevices(); ++i)
        {
            links.EnablePcap(name, made->GetDevice(i), true);
            access.EnablePcap(name, made->GetDevice(i), true);
        }
    }
    for (auto& [name, vm] : m_vms)
    {
        access.EnablePcap(prefix + name, vm->GetDevice(), true);
    }
    for (auto& [node, server] : m_mobility->GetServers())
    {
        server.hypervisor->TraceConnectWithoutContext(
            "AccessDevice",
            MakeBoundCallback(&EnableAccessPcap,
                              prefix + m_fabric->GetTopology().GetNode(node).name));
    }
}

void
ScenarioRun::Simulate()
{
    if (m_progress)
    {
        Simulator::Schedule(Time(), &ScenarioRun::ReportProgress, this);
    }
    Simulator::Stop(m_scenario.duration);
    Simulator::Run();
    m_mobility->GetVmManager()->CloseBooks();
}

void
ScenarioRun::ReportProgress()
{
    m_progress(Simulator::Now());
    Simulator::Schedule(m_scenario.duration / PROGRESS_STEPS, &ScenarioRun::ReportProgress, this);
}

void
ScenarioRun::Finish()
{
    m_results = &m_collector->Finish();
}

void
ScenarioRun::WriteTraces(const std::string& folder, bool packets) const
{
    TraceWriter writer(folder, *m_results);
    writer.WriteAll();
    std::ofstream graph(folder + "/topology.graphml", std::ios::binary);
    WriteGraphml(graph, m_scenario.topology, m_scenario.linkLosses);
    graph.close();
    if (!graph)
    {
        throw std::runtime_error(folder + "/topology.graphml: cannot be written");
    }
    if (packets)
    {
        writer.WritePackets();
    }
}

const RunResults&
ScenarioRun::GetResults() const
{
    return *m_results;
}

std::vector<std::string>
ScenarioRun::GetViolations() const
{
    auto violations = CheckResults(*m_results);
    for (const auto& row : m_scenario.vms)
    {
        const ManagedVm* vm = m_mobility->GetVmManager()->GetVm(row.name);
        if (!vm || vm->state == ManagedVm::State::CREATING ||
            vm->state == ManagedVm::State::CONFIRMING || vm->state == ManagedVm::State::REFUSED)
        {
            std::string why = vm && vm->state == ManagedVm::State::REFUSED
                                  ? vm->reason
                                  : "no answer from " + row.nve;
            violations.push_back("VM " + row.name + " was never created: " + why);
        }
    }
    AddOrderViolations(violations);
    for (const auto& move : m_mobility->GetVmManager()->GetMoves())
    {
        std::string start = "migration " + move.migration + " of ";
        for (auto& line : violations)
        {
            if (line.compare(0, start.size(), start) == 0 && !move.reason.empty())
            {
                line += ": " + move.reason;
            }
        }
    }
    return violations;
}

std::vector<std::pair<std::string, std::string>>
ScenarioRun::GetFlowApplications() const
{
    return m_applications;
}

} // namespace vmm
} // namespace ns3
