// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-fabric.h"

#include "ns3/quantities.h"
#include "ns3/scenario-wan.h"
#include "ns3/topology-builder.h"

#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint64_t MIN_MTU = 576; //!< what every IPv4 host takes (RFC 791)
constexpr uint64_t MAX_MTU = 65535;
constexpr uint64_t MAX_COST = (1 << 24) - 1; //!< sums of it stay far from overflow
constexpr uint64_t MAX_DC = 255;             //!< an octet of the address plan
constexpr uint64_t MAX_ASN = UINT32_MAX - 1; //!< 2^32-1 is reserved (RFC 7300)

const std::vector<std::string>&
RoleNames()
{
    static const std::vector<std::string> names = []
    {
        std::vector<std::string> all;
        for (auto role = NodeRole::SERVER; role <= NodeRole::MANAGEMENT;
             role = static_cast<NodeRole>(static_cast<int>(role) + 1))
        {
            all.push_back(NodeRoleName(role));
        }
        return all;
    }();
    return names;
}

/// Takes over a column of an optional number.
void
ReadDegrees(const RowReader& row, const std::string& column, double most, std::optional<double>& to)
{
    if (row.Has(column))
    {
        to = row.Get(column,
                     [most](const std::string& text)
                     {
                         return ParseNumber(text, -most, most);
                     });
    }
}

TopologyNode
ReadNode(const RowReader& row, std::map<std::string, size_t>& names)
{
    TopologyNode node;
    node.name = row.GetNewName("node", names);
    node.role = static_cast<NodeRole>(row.Get("role",
                                              [](const std::string& text)
                                              {
                                                  return ParseChoice(text, RoleNames());
                                              }));
    node.bridged = node.role == NodeRole::SWITCH;
    node.dc = row.Get("dc",
                      uint16_t{0},
                      [](const std::string& text)
                      {
                          return ParseCount(text, 0, MAX_DC);
                      });
    if (row.Has("asn"))
    {
        node.asn = row.Get("asn",
                           [](const std::string& text)
                           {
                               return ParseCount(text, 1, MAX_ASN);
                           });
    }
    ReadDegrees(row, "latitude", 90, node.latitude);
    ReadDegrees(row, "longitude", 180, node.longitude);
    node.nve = row.Get("nve",
                       size_t{0},
                       [](const std::string& text)
                       {
                           return ParseChoice(text, {"no", "yes"});
                       });
    return node;
}

NodeId
ReadLinkEnd(const RowReader& row, const std::string& column, const Topology& topology)
{
    auto node = topology.FindNode(row.Get(column, ParseName));
    if (!node)
    {
        row.Fail(column, "a node of nodes.csv");
    }
    return *node;
}

TopologyLink
ReadLink(const RowReader& row, const Topology& topology)
{
    TopologyLink link;
    link.a = ReadLinkEnd(row, "a", topology);
    link.b = ReadLinkEnd(row, "b", topology);
    if (link.a == link.b)
    {
        row.Fail("b", "another node than a");
    }
    if (topology.FindLink(link.a, link.b))
    {
        row.Fail("b", "a link that no earlier line has");
    }
    link.rate = row.Get("rate",
                        [](const std::string& text)
                        {
                            return ParseRate(text, Bound::POSITIVE);
                        });
    link.delay = row.Get("delay",
                         [](const std::string& text)
                         {
                             return ParseTime(text, Bound::NON_NEGATIVE);
                         });
    link.mtu = row.Get("mtu",
                       link.mtu,
                       [](const std::string& text)
                       {
                           return ParseCount(text, MIN_MTU, MAX_MTU);
                       });
    link.cost = row.Get("cost",
                        link.cost,
                        [](const std::string& text)
                        {
                            return ParseCount(text, 1, MAX_COST);
                        });
    link.queue = row.Get("queue", link.queue, ParseQueue);
    return link;
}

} // namespace

const std::vector<CsvColumn>&
GetNodeColumns()
{
    static const std::vector<CsvColumn> columns = {{"node", true},
                                                   {"role", true},
                                                   {"dc", false},
                                                   {"asn", false},
                                                   {"latitude", false},
                                                   {"longitude", false},
                                                   {"nve", false}};
    return columns;
}

const std::vector<CsvColumn>&
GetLinkColumns()
{
    static const std::vector<CsvColumn> columns = {{"a", true},
                                                   {"b", true},
                                                   {"rate", true},
                                                   {"delay", true},
                                                   {"mtu", false},
                                                   {"cost", false},
                                                   {"queue", false}};
    return columns;
}

Topology
ReadFabric(std::shared_ptr<const CsvTable> nodes, std::shared_ptr<const CsvTable> links)
{
    Topology topology;
    std::map<std::string, size_t> names;
    for (size_t i = 0; i < nodes->GetRowCount(); ++i)
    {
        RowReader row(nodes, i);
        TopologyNode node = ReadNode(row, names);
        try
        {
            topology.AddNode(node);
        }
        catch (const std::invalid_argument& error)
        {
            throw ScenarioError(row.At("node"), error.what());
        }
    }
    if (nodes->GetRowCount() == 0)
    {
        throw ScenarioError(nodes->GetStart(), "no node", "at least one");
    }
    for (size_t i = 0; i < links->GetRowCount(); ++i)
    {
        RowReader row(links, i);
        TopologyLink link = ReadLink(row, topology);
        try
        {
            topology.AddLink(link);
        }
        catch (const std::invalid_argument& error)
        {
            throw ScenarioError(row.At("a"), error.what());
        }
    }
    if (auto alone = topology.FindUnreachable())
    {
        throw ScenarioError(links->GetStart(),
                            "no way between " + ShowText(topology.GetNode(*alone).name) +
                                " and all other nodes",
                            "a connected topology (servers, hosts and the management node carry "
                            "no traffic of others)");
    }
    return topology;
}

BuilderInput
ReadBuilderInput(const ScenarioSettings& settings)
{
    auto rate = [](const std::string& text)
    {
        return ParseRate(text, Bound::POSITIVE);
    };
    auto time = [](const std::string& text)
    {
        return ParseTime(text, Bound::NON_NEGATIVE);
    };
    BuilderInput input;
    for (const auto& key : TopologyBuilder::Find(settings.GetText("fabric"))->GetKeys())
    {
        if (settings.Has(key.name))
        {
            input.values[key.name] = settings.GetText(key.name);
        }
    }
    input.serverRate = settings.Get("server_rate", rate);
    input.serverDelay = settings.Get("server_delay", time);
    if (settings.Has("management_delay"))
    {
        input.managementDelay = settings.Get("management_delay", time);
    }
    input.fabricRate = settings.Get("fabric_rate", rate);
    input.fabricDelay = settings.Get("fabric_delay", time);
    input.mtu = settings.Get("mtu",
                             [](const std::string& text)
                             {
                                 return static_cast<uint16_t>(ParseCount(text, MIN_MTU, MAX_MTU));
                             });
    input.queue = settings.Get("queue", ParseQueue);
    std::istringstream hosts(settings.GetText("hosts"));
    for (std::string host; hosts >> host;)
    {
        input.hosts.push_back(host);
    }
    return input;
}

Topology
BuildFabric(const ScenarioSettings& settings, std::shared_ptr<const CsvTable> wan)
{
    BuilderInput input = ReadBuilderInput(settings);
    if (HasWan(settings))
    {
        ReadWanSettings(settings, input);
    }
    if (wan)
    {
        ReadWanLinks(wan, input);
    }
    try
    {
        return TopologyBuilder::Make(settings.GetText("fabric"), input);
    }
    catch (const BuilderError& error)
    {
        if (error.GetWanRow())
        {
            throw ScenarioError(wan->At(*error.GetWanRow(), error.GetKey()), error.what());
        }
        throw ScenarioError(settings.At(error.GetKey().empty() ? "fabric" : error.GetKey()),
                            error.what());
    }
    catch (const std::invalid_argument& error)
    {
        throw ScenarioError(settings.At(input.hosts.empty() ? "fabric" : "hosts"), error.what());
    }
}

std::string
ChooseManagementNode(const ScenarioSettings& settings, const Topology& topology)
{
    if (settings.Has("management_node"))
    {
        const std::string& name = settings.GetText("management_node");
        const TopologyNode* node = FindNode(topology, name);
        auto refuse = [&](const std::string& what, const std::string& expected)
        {
            throw ScenarioError(settings.At("management_node"), ShowText(name) + what, expected);
        };
        if (!node)
        {
            refuse("", "a node of the topology");
        }
        // NVEs and routers take orders from the management node, and a bridge has no address.
        if (node->nve || node->bridged || topology.IsTransit(topology.GetNodeId(name)))
        {
            refuse(node->nve       ? ", an NVE"
                   : node->bridged ? ", a bridge"
                                   : ", a router",
                   "a node that is none of NVE, router and bridge");
        }
        return name;
    }
    auto candidates = topology.GetNodesOf(NodeRole::MANAGEMENT);
    if (candidates.empty())
    {
        throw ScenarioError(settings.At("management_node"),
                            "no management_node",
                            "one, as no node of the topology has the role management");
    }
    return topology.GetNode(candidates.front()).name;
}

const TopologyNode*
FindNode(const Topology& topology, const std::string& name)
{
    auto node = topology.FindNode(name);
    return node ? &topology.GetNode(*node) : nullptr;
}

bool
HasLink(const Topology& topology, const std::string& a, const std::string& b)
{
    auto from = topology.FindNode(a);
    auto to = topology.FindNode(b);
    return from && to && *from != *to && topology.FindLink(*from, *to);
}

bool
IsPlainHost(const TopologyNode& node)
{
    return !node.nve && (node.role == NodeRole::HOST || node.role == NodeRole::SERVER);
}

std::string
ReadNve(const RowReader& row, const std::string& column, const Topology& topology)
{
    std::string name = row.Get(column, ParseName);
    const TopologyNode* node = FindNode(topology, name);
    if (!node)
    {
        row.Fail(column, "an NVE: a node of the topology");
    }
    if (!node->nve)
    {
        row.Fail(column, "an NVE, which this node is not");
    }
    return name;
}

} // namespace vmm
} // namespace ns3
