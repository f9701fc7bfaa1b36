// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/imported-topology.h"

#include "ns3/scenario-error.h"

#include <algorithm>
#include <locale>
#include <set>
#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

/// Adds a line that names something. @param what says what it is
void
AddLine(std::vector<std::string>& lines,
        const std::string& what,
        const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
    {
        text += (text.empty() ? "" : ", ") + name;
    }
    if (!names.empty())
    {
        lines.push_back(what + " (" + std::to_string(names.size()) + "): " + text);
    }
}

/// Links what is added to a topology with the server rate and delay.
void
LinkAdded(ImportedTopology& imported,
          const BuilderInput& input,
          const TopologyNode& node,
          NodeId router)
{
    TopologyLink link{imported.topology.AddNode(node), router, input.serverRate, input.serverDelay};
    link.mtu = input.mtu;
    link.queue = input.queue;
    imported.topology.AddLink(link);
    imported.report.added.push_back(node.name);
}

/// Gives every router its servers.
void
AddServers(ImportedTopology& imported,
           const BuilderInput& input,
           const std::vector<NodeId>& routers,
           uint32_t servers)
{
    const Topology& topology = imported.topology;
    const std::set<std::string> external(imported.report.external.begin(),
                                         imported.report.external.end());
    for (NodeId router : routers)
    {
        const TopologyNode at = topology.GetNode(router);
        for (uint32_t i = 0; i < servers && !external.count(at.name); i++)
        {
            TopologyNode server{"server-" + at.name + "-" + std::to_string(i), NodeRole::SERVER};
            server.dc = at.dc == NO_DC ? 0 : at.dc;
            server.latitude = at.latitude;
            server.longitude = at.longitude;
            server.nve = true;
            LinkAdded(imported, input, server, router);
        }
    }
}

} // namespace

std::vector<std::string>
ImportReport::GetLines() const
{
    std::vector<std::string> lines;
    for (const auto& [label, name] : renamed)
    {
        lines.push_back("label " + ShowText(label) + " is node " + name);
    }
    AddLine(lines, "without a position, placed amid their neighbours", placed);
    AddLine(lines, "without a position near or far", unplaced);
    AddLine(lines, "not internal to the network, without servers", external);
    AddLine(lines, "links with the default rate", unrated);
    AddLine(lines, "links with the default delay", unlong);
    AddLine(lines, "links of a node to itself, left out", loops);
    AddLine(lines, "added to the file's nodes", added);
    AddLine(lines, "without effect", unused);
    return lines;
}

void
CompleteFabric(ImportedTopology& imported,
               const BuilderInput& input,
               uint32_t servers,
               const std::string& management)
{
    const Topology& topology = imported.topology;
    std::vector<NodeId> routers;
    for (NodeId node = 0; node < topology.GetNodeCount(); node++)
    {
        if (topology.IsTransit(node))
        {
            routers.push_back(node);
        }
    }
    std::optional<NodeId> at = routers.empty()         ? std::nullopt
                               : management == "first" ? std::make_optional(routers.front())
                                                       : topology.FindNode(management);
    if (!at || !topology.IsTransit(*at))
    {
        throw BuilderError("management_at",
                           routers.empty() ? "found no router, expected one"
                                           : "found management_at " + ShowText(management) +
                                                 ", expected a router of the topology");
    }
    if (topology.GetNves().empty())
    {
        AddServers(imported, input, routers, servers);
    }
    if (topology.GetNodesOf(NodeRole::MANAGEMENT).empty())
    {
        TopologyNode mn{"mn", NodeRole::MANAGEMENT, topology.GetNode(*at).dc};
        mn.latitude = topology.GetNode(*at).latitude;
        mn.longitude = topology.GetNode(*at).longitude;
        BuilderInput own = input;
        own.serverDelay = input.managementDelay.value_or(input.serverDelay);
        LinkAdded(imported, own, mn, *at);
    }
    for (size_t i = 0; i < input.hosts.size(); i++)
    {
        LinkAdded(imported, input, {input.hosts[i], NodeRole::HOST}, routers[i % routers.size()]);
    }
}

double
ParseScientific(const std::string& text, double least, double most)
{
    std::istringstream in(text);
    in.imbue(std::locale::classic());
    double value = 0;
    bool valid = text.size() <= 64 && !text.empty() &&
                 text.find_first_not_of("0123456789.eE+-") == std::string::npos &&
                 static_cast<bool>(in >> value) &&
                 in.peek() == std::istringstream::traits_type::eof();
    if (!valid || !(value >= least && value <= most))
    {
        std::ostringstream range;
        range.imbue(std::locale::classic());
        range << "a number from " << least << " to " << most;
        throw ValueError(ShowText(text), range.str());
    }
    return value;
}

} // namespace vmm
} // namespace ns3
