// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-forecast.h"

#include "ns3/attribute-value.h"
#include "ns3/flow-choice.h"
#include "ns3/flow-hash.h"
#include "ns3/scenario-networks.h"
#include "ns3/scenario-run.h"
#include "ns3/udp-l4-protocol.h"
#include "ns3/vxlan-header.h"
#include "ns3/vxlan-tunnel.h"

#include <algorithm>
#include <functional>
#include <iomanip>
#include <optional>
#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return how packets are redirected with the scenario's scheme and options; nothing if the scheme
/// is none of those that can be followed on the graph
std::optional<RedirectReading>
GetReading(const Scenario& scenario)
{
    // With bgp-host-route, which has an Overlap, BGP is all there is; an overlay needs no routes.
    if (KeepsNetworksApart(scenario))
    {
        return RedirectReading::IDEAL;
    }
    if (scenario.scheme == "ideal" || !scenario.GetSchemeOption("Overlap").empty())
    {
        return RedirectReading::IDEAL;
    }
    if (!AttributeHandle::Find(scenario.schemeType, "Redirect"))
    {
        return std::nullopt;
    }
    std::string redirect = scenario.GetSchemeOption("Redirect");
    if (redirect == "Tunnel")
    {
        return RedirectReading::TUNNEL;
    }
    if (redirect == "SourceOnly" || redirect == "Fabric")
    {
        return RedirectReading::SOURCE_ONLY;
    }
    return scenario.GetSchemeOption("PathSet") == "AllEqualCost"
               ? RedirectReading::PATH_ALL_EQUAL_COST
               : RedirectReading::PATH_SINGLE;
}

/// Where the VMs are, move by move.
class Whereabouts
{
  public:
    explicit Whereabouts(const Scenario& scenario)
        : m_scenario(scenario)
    {
        for (const auto& vm : scenario.vms)
        {
            m_at[vm.name] = scenario.topology.GetNodeId(vm.nve);
        }
    }

    /// @return the NVE of the sender of a flow, or the host itself
    NodeId GetSender(const FlowRow& flow) const
    {
        return flow.from.host ? m_scenario.get().topology.GetNodeId(flow.from.name)
                              : m_at.at(flow.from.name);
    }

    /// @return what all nodes know of a VM, as things are now; nothing if that cannot be told
    std::optional<ForwardingState> GetState(const std::string& vm, NodeId owner) const
    {
        auto previous = m_previous.find(vm);
        if (previous == m_previous.end())
        {
            return GetBestState(vm, owner);
        }
        const auto reading = GetReading(m_scenario.get());
        if (!reading)
        {
            return std::nullopt;
        }
        return MakeForwardingState(m_scenario.get().topology,
                                   *reading,
                                   owner,
                                   m_at.at(vm),
                                   previous->second,
                                   m_scenario.get().GetSchemeOption("Optimize") == "DefaultRouter");
    }

    /// @return the same if every node knew where the VM is
    ForwardingState GetBestState(const std::string& vm, NodeId owner) const
    {
        return MakeForwardingState(
            m_scenario.get().topology, RedirectReading::IDEAL, owner, m_at.at(vm), {});
    }

    /// @return whether BGP leads the packets of a flow to where its VM is, given time
    bool Announced(const FlowRow& flow) const
    {
        const Scenario& scenario = m_scenario.get();
        const bool announces = scenario.GetSchemeOption("Optimize") == "Bgp" ||
                               scenario.GetSchemeOption("Redirect") == "Fabric" ||
                               !scenario.GetSchemeOption("Overlap").empty();
        const auto dcOf = [&scenario](NodeId node)
        {
            return scenario.topology.GetNode(node).dc;
        };
        const uint16_t dc = dcOf(GetSender(flow));
        return scenario.underlay == UnderlayKind::BGP && announces &&
               (scenario.hostRouteDcs.empty() || dc == NO_DC || scenario.hostRouteDcs.count(dc) ||
                dc == dcOf(m_at.at(flow.to.name)));
    }

    /// @return the NVE of a VM
    NodeId GetPlace(const std::string& vm) const
    {
        return m_at.at(vm);
    }

    /// A move is done.
    void Move(const MoveRow& move)
    {
        NodeId from = m_at[move.vm];
        NodeId to = m_scenario.get().topology.GetNodeId(move.to);
        auto& list = m_previous[move.vm];
        list.erase(std::remove(list.begin(), list.end(), to), list.end());
        list.erase(std::remove(list.begin(), list.end(), from), list.end());
        list.push_back(from);
        m_at[move.vm] = to;
    }

  private:
    std::reference_wrapper<const Scenario> m_scenario;     //!< the scenario
    std::map<std::string, NodeId> m_at;                    //!< NVE of a VM
    std::map<std::string, std::vector<NodeId>> m_previous; //!< previous NVEs of a VM
};

/// @return the flow's key in its forward direction
FlowKey
MakeKey(const FlowInfo& flow)
{
    FlowKey key;
    key.source = flow.fromAddresses.front();
    key.destination = flow.toAddresses.front();
    key.protocol = flow.protocol;
    key.ports = (uint32_t(flow.fromPort) << 16) | flow.toPort;
    return key;
}

/// @return the key that the fabric sees of a flow that goes through a VXLAN tunnel
FlowKey
MakeOuterKey(const Fabric& fabric, const FlowInfo& flow, NodeId from, NodeId to)
{
    const IpFamily family = fabric.HasFamily(IpFamily::IPV4) ? IpFamily::IPV4 : IpFamily::IPV6;
    FlowKey key;
    key.source = fabric.GetAddress(from, family);
    key.destination = fabric.GetAddress(to, family);
    key.protocol = UdpL4Protocol::PROT_NUMBER;
    key.ports = (uint32_t(VxlanTunnel::GetSourcePort(HashFlow(MakeKey(flow), 0))) << 16) |
                VxlanHeader::PORT;
    return key;
}

/// Prints the address plan.
void
PrintPlan(std::ostream& os, const Scenario& scenario)
{
    os << "\naddress plan\n";
    std::vector<std::vector<std::string>> rows{{"kind", "name", "ipv4", "ipv6"}};
    for (const auto& row : AddressPlan(scenario.topology).GetRows())
    {
        rows.push_back({row.kind, row.name, row.ipv4, row.ipv6});
    }
    PrintTable(os, rows);
}

/// @return the names of the nodes of a walk
std::string
ShowNodes(const Scenario& scenario, const ForwardingWalk& walk)
{
    std::string text;
    constexpr size_t SHOWN = 12; // a loop is told by its beginning
    for (size_t i = 0; i < std::min(walk.nodes.size(), SHOWN); ++i)
    {
        text += (i ? " " : "") + scenario.topology.GetNode(walk.nodes[i]).name;
    }
    return walk.nodes.size() > SHOWN ? text + " ..." : text;
}

/// Prints the predicted paths.
void
PrintPaths(std::ostream& os, const Scenario& scenario)
{
    auto forecasts = ForecastPaths(scenario);
    if (forecasts.empty())
    {
        return;
    }
    os << "\npredicted paths of the flows towards a moving VM\n";
    std::vector<std::vector<std::string>> rows{
        {"move", "flow", "phase", "links", "stretch", "turns at", "outcome", "path"}};
    uint64_t best = 0;
    for (auto forecast = forecasts.rbegin(); forecast != forecasts.rend(); ++forecast)
    {
        // The best way stands behind the others of its move and flow.
        const ForwardingWalk& walk = forecast->walk;
        best = forecast->phase == "optimal" ? walk.hops : best;
        std::ostringstream stretch;
        if (forecast->phase == "redirected" && best && walk.outcome == WalkOutcome::DELIVERED)
        {
            stretch << std::fixed << std::setprecision(3) << double(walk.hops) / double(best);
        }
        rows.insert(rows.begin() + 1,
                    {forecast->migration,
                     forecast->flow,
                     forecast->phase,
                     std::to_string(walk.hops),
                     stretch.str(),
                     walk.turningPoint ? scenario.topology.GetNode(*walk.turningPoint).name : "",
                     WalkOutcomeName(walk.outcome),
                     ShowNodes(scenario, walk)});
    }
    PrintTable(os, rows);
    if (KeepsNetworksApart(scenario))
    {
        os << "  before, optimal: the tunnel from NVE to NVE; in between packets go by the NVE "
              "that\n"
              "  the VM has left, or wait for a mapping; flows from hosts are not shown\n";
    }
    else if (scenario.underlay == UnderlayKind::BGP)
    {
        os << "  redirected: until BGP has brought the host route, or for ever where it is "
              "refused; "
              "optimal: from then on\n";
    }
}

/// Prints the AS numbers of the routers.
void
PrintAutonomousSystems(std::ostream& os, const Scenario& scenario)
{
    if (scenario.underlay != UnderlayKind::BGP)
    {
        return;
    }
    std::map<uint32_t, std::string> names;
    auto asns =
        NumberAutonomousSystems(scenario.topology, scenario.bgpNumbering, scenario.bgpServers);
    for (NodeId node = 0; node < scenario.topology.GetNodeCount(); ++node)
    {
        if (asns[node] != 0)
        {
            names[asns[node]] += " " + scenario.topology.GetNode(node).name;
        }
    }
    std::vector<std::vector<std::string>> rows{{"as", "routers"}};
    for (const auto& [asn, routers] : names)
    {
        rows.push_back({std::to_string(asn), routers.substr(1)});
    }
    os << "\nautonomous systems (" << names.size() << ")\n";
    PrintTable(os, rows);
}

} // namespace

std::vector<PathForecast>
ForecastPaths(const Scenario& scenario)
{
    ScenarioRun run(scenario);
    run.Build();
    std::vector<PathForecast> forecasts;
    Whereabouts whereabouts(scenario);
    const bool overlay = KeepsNetworksApart(scenario);
    for (const auto& move : scenario.moves)
    {
        Whereabouts after = whereabouts;
        after.Move(move);
        for (size_t i = 0; i < scenario.flows.size(); ++i)
        {
            const FlowRow& flow = scenario.flows[i];
            if (flow.to.host || flow.to.name != move.vm)
            {
                continue;
            }
            const FlowInfo& info = run.GetFlowInfos()[i];
            if (info.fromPort == 0 || (overlay && flow.from.host))
            {
                continue; // each of its connections has a path of its own; not in the overlay
            }
            auto owner = run.GetFabric()->GetPlan().FindNve(info.toAddresses.front());
            if (!owner)
            {
                continue;
            }
            auto follow = [&](const char* phase, const Whereabouts& now, bool best)
            {
                const NodeId sender = now.GetSender(flow);
                const FlowKey key =
                    overlay ? MakeOuterKey(*run.GetFabric(), info, sender, now.GetPlace(move.vm))
                            : MakeKey(info);
                EcmpChoice choice = MakeFlowChoice(run.GetFabric(), key);
                const std::optional<ForwardingState> state =
                    best ? now.GetBestState(move.vm, *owner) : now.GetState(move.vm, *owner);
                if (state)
                {
                    forecasts.push_back({move.name,
                                         flow.name,
                                         phase,
                                         WalkFlow(scenario.topology, *state, sender, choice)});
                }
            };
            follow("before", whereabouts, whereabouts.Announced(flow));
            if (!overlay)
            {
                follow("redirected", after, false);
            }
            follow("optimal", after, true);
        }
        whereabouts = after;
    }
    return forecasts;
}

std::vector<ScenarioSection>
GetForecastSections()
{
    return {PrintPlan, PrintAutonomousSystems, PrintPaths};
}

} // namespace vmm
} // namespace ns3
