// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-printer.h"

#include "ns3/attribute-value.h"
#include "ns3/quantities.h"
#include "ns3/scenario-guest.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

using Table = std::vector<std::vector<std::string>>;

std::string
OrDash(const std::string& text)
{
    return text.empty() ? "-" : text;
}

std::string
OrDash(const std::optional<Time>& time)
{
    return time ? FormatTime(*time) : "-";
}

std::string
OrDash(uint32_t bytes)
{
    return bytes ? FormatSize(bytes) : "-";
}

void
PrintSettings(std::ostream& os, const Scenario& scenario)
{
    Table table = {{"setting", "value", "from"}};
    for (const auto& setting : scenario.settings)
    {
        auto source = scenario.sources.find(setting.first);
        table.push_back({setting.first,
                         OrDash(setting.second),
                         source == scenario.sources.end() ? "default" : source->second.ToString()});
    }
    os << "\nSettings\n";
    PrintTable(os, table);
}

/// Prints what can be set of the classes that every run is made of.
void
PrintAttributes(std::ostream& os, const Scenario& scenario)
{
    Table table = {{"attribute", "value", "what it is"}};
    // These are set by the scenario's keys, or differ from node to node.
    const std::set<std::string> inner = {"Ipv4", "Ipv6", "Mtu", "RandomSalts", "ServerName"};
    for (const char* name : {"AccessDevice",
                             "AccessSwitch",
                             "Fabric",
                             "FluidNetwork",
                             "FluidTransfer",
                             "GratuitousAnnouncer",
                             "HostRouteAgent",
                             "Hypervisor",
                             "MigrationAgent",
                             "Nva",
                             "Nve",
                             "PreCopy",
                             "RegistrationEndpoint",
                             "TcpTransfer",
                             "Vm",
                             "VmManager"})
    {
        TypeId type;
        if (!TypeId::LookupByNameFailSafe(std::string("ns3::vmm::") + name, &type))
        {
            continue;
        }
        for (const auto& attribute : AttributeHandle::List(type))
        {
            std::string full = attribute.GetFullName();
            auto set = scenario.settings.find(full);
            if (full.rfind("ns3::vmm::", 0) == 0 && !inner.count(attribute.GetName()))
            {
                table.push_back(
                    {full,
                     OrDash(set == scenario.settings.end() ? attribute.GetDefault() : set->second),
                     attribute.GetHelp()});
            }
        }
    }
    os << "\nAttributes (a row of scenario.csv or --set NAME=VALUE changes them)\n";
    PrintTable(os, table);
}

void
PrintTopology(std::ostream& os, const Scenario& scenario)
{
    const Topology& topology = scenario.topology;
    Table nodes = {{"node", "role", "dc", "nve"}};
    for (NodeId id = 0; id < topology.GetNodeCount(); ++id)
    {
        const TopologyNode& node = topology.GetNode(id);
        nodes.push_back({node.name,
                         std::string(NodeRoleName(node.role)) + (node.bridged ? " (bridge)" : ""),
                         node.dc == NO_DC ? "-" : std::to_string(node.dc),
                         node.nve ? "yes" : "no"});
    }
    os << "\nNodes (" << topology.GetNodeCount() << ")\n";
    PrintTable(os, nodes);
    Table links = {{"a", "b", "rate", "delay", "mtu", "cost", "queue"}};
    for (LinkId id = 0; id < topology.GetLinkCount(); ++id)
    {
        const TopologyLink& link = topology.GetLink(id);
        links.push_back({topology.GetNode(link.a).name,
                         topology.GetNode(link.b).name,
                         FormatRate(link.rate),
                         FormatTime(link.delay),
                         std::to_string(link.mtu),
                         std::to_string(link.cost),
                         link.queue});
    }
    os << "\nLinks (" << topology.GetLinkCount() << ")\n";
    PrintTable(os, links);
    for (const auto& [link, loss] : scenario.linkLosses)
    {
        os << "  " << topology.GetNode(topology.GetLink(link).a).name << " - "
           << topology.GetNode(topology.GetLink(link).b).name << " loses " << loss
           << " of its packets\n";
    }
    if (!scenario.importNotes.empty())
    {
        os << "\nGuessed about the imported topology\n";
    }
    for (const auto& note : scenario.importNotes)
    {
        os << "  " << note << "\n";
    }
}

void
PrintVms(std::ostream& os, const Scenario& scenario)
{
    Table table = {{"vm",
                    "nve",
                    "memory",
                    "vcpus",
                    "vn",
                    "address",
                    "address6",
                    "life",
                    "writes",
                    "zero",
                    "storage"}};
    for (const auto& vm : scenario.vms)
    {
        table.push_back(
            {vm.name,
             vm.nve,
             FormatSize(vm.memory),
             std::to_string(vm.vcpus),
             std::to_string(vm.vn),
             vm.address.ToString(),
             vm.address6.ToString(),
             FormatTime(vm.create) + " to " + (vm.destroy ? FormatTime(*vm.destroy) : "end"),
             DescribeDirty(vm.dirty),
             FormatSize(vm.zero),
             vm.storage ? FormatSize(vm.storage) + " at " + FormatRate(vm.storageRate) : "shared"});
    }
    os << "\nVMs (" << scenario.vms.size() << ")\n";
    PrintTable(os, table);
}

/// @return what a flow has besides the columns of all, "-" for nothing
std::string
DescribeFlow(const FlowRow& flow)
{
    if (flow.application == FlowApplication::ON_OFF)
    {
        return "on " + flow.on.ToString() + ", off " + flow.off.ToString();
    }
    if (flow.application == FlowApplication::SIZED)
    {
        return std::string(flow.download ? "download" : "upload") + " of " + flow.sizes->name +
               ", mean " + FormatSize(std::llround(flow.sizes->GetMean())) + ", every " +
               FormatTime(flow.interval);
    }
    return flow.application == FlowApplication::INCAST ? "part of " + flow.row : "-";
}

void
PrintFlows(std::ostream& os, const Scenario& scenario)
{
    Table table = {{"flow",
                    "from",
                    "to",
                    "application",
                    "start",
                    "stop",
                    "packet",
                    "period",
                    "response",
                    "think",
                    "rate",
                    "bytes",
                    "more"}};
    for (const auto& flow : scenario.flows)
    {
        table.push_back({flow.name,
                         flow.from.ToString(),
                         flow.to.ToString(),
                         FlowApplicationName(flow.application),
                         FormatTime(flow.start),
                         FormatTime(flow.stop),
                         OrDash(flow.packetSize),
                         OrDash(flow.period),
                         OrDash(flow.responseSize),
                         flow.responseSize ? flow.thinkTime.ToString() : "-",
                         flow.rate ? FormatRate(*flow.rate) : "-",
                         flow.bytes ? FormatSize(*flow.bytes) : "-",
                         DescribeFlow(flow)});
    }
    os << "\nFlows (" << scenario.flows.size() << ")\n";
    PrintTable(os, table);
}

void
PrintOrders(std::ostream& os, const Scenario& scenario)
{
    if (scenario.orders.empty())
    {
        return;
    }
    Table orders = {{"order",
                     "time",
                     "what",
                     "target",
                     "until",
                     "rate",
                     "threshold",
                     "placement",
                     "type",
                     "method",
                     "transfer",
                     "concurrency",
                     "retries",
                     "expect"}};
    for (const auto& order : scenario.orders)
    {
        const OperationRequest& request = order.request;
        const bool cancel = request.kind == OperationKind::CANCEL;
        const bool churn = request.kind == OperationKind::CHURN;
        const bool balance = request.kind == OperationKind::BALANCE;
        std::ostringstream rate;
        rate << request.rate * 3600 << "/h";
        std::ostringstream threshold;
        threshold << request.threshold;
        orders.push_back({request.name,
                          FormatTime(order.time),
                          OperationKindName(request.kind),
                          request.target,
                          OrDash(request.until),
                          churn ? rate.str() : "-",
                          balance ? threshold.str() : "-",
                          OrDash(request.placement),
                          cancel ? "-" : MoveTypeName(request.type),
                          cancel ? "-" : request.method,
                          cancel ? "-" : request.transfer,
                          request.concurrency ? std::to_string(request.concurrency) : "-",
                          request.maxRetries ? std::to_string(*request.maxRetries) : "-",
                          order.expect.empty() ? "any" : order.expect});
    }
    os << "\nOrders (" << scenario.orders.size() << ")\n";
    PrintTable(os, orders);
}

void
PrintEvents(std::ostream& os, const Scenario& scenario)
{
    Table moves = {{"migration", "time", "vm", "from", "to", "type", "method", "expect"}};
    for (const auto& move : scenario.moves)
    {
        moves.push_back({move.name,
                         FormatTime(move.time),
                         move.vm,
                         move.from,
                         move.to,
                         move.type,
                         move.method,
                         MoveOutcomeName(move.expect)});
    }
    os << "\nMoves (" << scenario.moves.size() << ")\n";
    PrintTable(os, moves);
    PrintOrders(os, scenario);
    if (scenario.failures.empty())
    {
        return;
    }
    Table failures = {{"time", "what", "target", "until"}};
    for (const auto& failure : scenario.failures)
    {
        failures.push_back({FormatTime(failure.time),
                            FailureKindName(failure.what),
                            failure.node + (failure.peer.empty() ? "" : ":" + failure.peer),
                            OrDash(failure.until)});
    }
    os << "\nFailures (" << scenario.failures.size() << ")\n";
    PrintTable(os, failures);
}

} // namespace

void
PrintTable(std::ostream& os, const std::vector<std::vector<std::string>>& rows)
{
    std::vector<size_t> widths;
    for (const auto& row : rows)
    {
        widths.resize(std::max(widths.size(), row.size()));
        for (size_t i = 0; i < row.size(); ++i)
        {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const auto& row : rows)
    {
        std::string line = " ";
        for (size_t i = 0; i < row.size(); ++i)
        {
            bool last = i + 1 == row.size();
            line += " " + row[i] + (last ? "" : std::string(widths[i] - row[i].size() + 1, ' '));
        }
        os << line << "\n";
    }
}

void
PrintScenario(std::ostream& os,
              const Scenario& scenario,
              const std::vector<ScenarioSection>& sections)
{
    os << "Scenario " << scenario.name << " (files " << scenario.scenarioHash << ")";
    os << (scenario.settingsHash.empty() ? "" : ", changed settings " + scenario.settingsHash)
       << "\n";
    PrintSettings(os, scenario);
    PrintAttributes(os, scenario);
    PrintTopology(os, scenario);
    PrintVms(os, scenario);
    PrintFlows(os, scenario);
    PrintEvents(os, scenario);
    for (const auto& section : sections)
    {
        section(os, scenario);
    }
}

} // namespace vmm
} // namespace ns3
