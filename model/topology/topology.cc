// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/topology.h"

#include "ns3/topology-graph.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// @param condition what must not be @param what the message @throws std::invalid_argument
void
Refuse(bool condition, const std::string& what)
{
    if (condition)
    {
        throw std::invalid_argument(what);
    }
}

/// @param name a name @return whether it is [A-Za-z0-9._-]+
bool
IsName(const std::string& name)
{
    const std::string others = "._-";
    return !name.empty() &&
           std::all_of(name.begin(),
                       name.end(),
                       [&others](char c)
                       {
                           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                                  (c >= '0' && c <= '9') || others.find(c) != std::string::npos;
                       });
}

/// @param role a role @return whether nodes of it carry others' traffic
bool
Forwards(NodeRole role)
{
    return role != NodeRole::SERVER && role != NodeRole::HOST && role != NodeRole::MANAGEMENT;
}

/// @param text a queue size @return whether ns-3 can read it and it is not zero
bool
IsQueueSize(const std::string& text)
{
    // ns-3's own parser stops the program on a bad size, so the form is checked before.
    size_t digits = text.find_first_not_of("0123456789");
    if (digits == 0 || digits == std::string::npos || digits > 9)
    {
        return false;
    }
    static const std::map<std::string, uint64_t> units = {{"p", 1},
                                                          {"kp", 1000},
                                                          {"Kp", 1000},
                                                          {"Kip", 1024},
                                                          {"Mp", 1000000},
                                                          {"Mip", 1048576},
                                                          {"B", 1},
                                                          {"kB", 1000},
                                                          {"KB", 1000},
                                                          {"KiB", 1024},
                                                          {"MB", 1000000},
                                                          {"MiB", 1048576}};
    auto unit = units.find(text.substr(digits));
    uint64_t value = std::stoul(text.substr(0, digits));
    return unit != units.end() && value > 0 &&
           value * unit->second <= std::numeric_limits<uint32_t>::max();
}

} // namespace

Topology::Topology()
    : m_graph(std::make_unique<Graph>())
{
}

Topology::~Topology() = default;

Topology::Topology(const Topology& other)
    : m_graph(std::make_unique<Graph>(*other.m_graph))
{
}

Topology&
Topology::operator=(const Topology& other)
{
    m_graph = std::make_unique<Graph>(*other.m_graph);
    return *this;
}

Topology::Topology(Topology&& other) noexcept = default;

Topology& Topology::operator=(Topology&& other) noexcept = default;

NodeId
Topology::AddNode(const TopologyNode& node)
{
    Refuse(!IsName(node.name),
           "found node name \"" + node.name + "\", expected letters, digits, '.', '_' and '-'");
    Refuse(m_graph->byName.count(node.name) > 0, "found a second node \"" + node.name + "\"");
    Refuse(node.latitude && !(*node.latitude >= -90 && *node.latitude <= 90),
           "found a latitude of \"" + node.name + "\" outside -90 to 90");
    Refuse(node.longitude && !(*node.longitude >= -180 && *node.longitude <= 180),
           "found a longitude of \"" + node.name + "\" outside -180 to 180");
    Refuse(node.bridged && !Forwards(node.role),
           "found a bridge \"" + node.name + "\" of role " + NodeRoleName(node.role));
    Refuse(node.bridged && node.nve, "found a bridge \"" + node.name + "\" that is an NVE");
    NodeId id = static_cast<NodeId>(boost::add_vertex(node, m_graph->physical));
    m_graph->incident.emplace_back();
    m_graph->byName.emplace(node.name, id);
    Touch(true);
    return id;
}

LinkId
Topology::AddLink(const TopologyLink& link)
{
    Refuse(link.a >= GetNodeCount() || link.b >= GetNodeCount(), "found a link of an unknown node");
    std::string what = "link " + GetNode(link.a).name + " - " + GetNode(link.b).name;
    Refuse(link.a == link.b, "found a " + what + " of a node to itself");
    Refuse(link.rate.GetBitRate() == 0, "found " + what + " without a rate above 0");
    Refuse(link.delay.IsStrictlyNegative(), "found " + what + " with a negative delay");
    Refuse(link.mtu < 576, "found " + what + " with an MTU below 576");
    Refuse(link.cost == 0, "found " + what + " with cost 0, expected 1 or more");
    Refuse(!IsQueueSize(link.queue),
           "found " + what + " with queue \"" + link.queue + "\", expected a size such as 100p");
    auto key = std::make_tuple(std::min(link.a, link.b), std::max(link.a, link.b), link.index);
    Refuse(m_graph->byEnds.count(key) > 0, "found a second " + what);
    LinkId id = static_cast<LinkId>(m_graph->links.size());
    m_graph->links.push_back(link);
    m_graph->byEnds.emplace(key, id);
    m_graph->incident[link.a].push_back(id);
    m_graph->incident[link.b].push_back(id);
    boost::add_edge(link.a, link.b, Graph::PhysicalEdge{id}, m_graph->physical);
    Touch(true);
    return id;
}

size_t
Topology::GetNodeCount() const
{
    return boost::num_vertices(m_graph->physical);
}

size_t
Topology::GetLinkCount() const
{
    return m_graph->links.size();
}

const TopologyNode&
Topology::GetNode(NodeId node) const
{
    if (node >= GetNodeCount())
    {
        throw std::out_of_range("no node " + std::to_string(node));
    }
    return m_graph->physical[node];
}

const TopologyLink&
Topology::GetLink(LinkId link) const
{
    return m_graph->links.at(link);
}

std::optional<NodeId>
Topology::FindNode(const std::string& name) const
{
    auto it = m_graph->byName.find(name);
    return it == m_graph->byName.end() ? std::nullopt : std::make_optional(it->second);
}

NodeId
Topology::GetNodeId(const std::string& name) const
{
    std::optional<NodeId> node = FindNode(name);
    Refuse(!node, "found node \"" + name + "\", expected one of the topology");
    return *node;
}

std::optional<LinkId>
Topology::FindLink(NodeId a, NodeId b, uint16_t index) const
{
    auto it = m_graph->byEnds.find(std::make_tuple(std::min(a, b), std::max(a, b), index));
    return it == m_graph->byEnds.end() ? std::nullopt : std::make_optional(it->second);
}

const std::vector<LinkId>&
Topology::GetLinks(NodeId node) const
{
    return m_graph->incident.at(node);
}

NodeId
Topology::GetOtherEnd(LinkId link, NodeId node) const
{
    const TopologyLink& l = GetLink(link);
    return l.a == node ? l.b : l.a;
}

std::vector<NodeId>
Topology::GetNves() const
{
    std::vector<NodeId> nves;
    for (NodeId node = 0; node < GetNodeCount(); node++)
    {
        if (m_graph->physical[node].nve)
        {
            nves.push_back(node);
        }
    }
    return nves;
}

std::vector<NodeId>
Topology::GetNodesOf(NodeRole role) const
{
    std::vector<NodeId> nodes;
    for (NodeId node = 0; node < GetNodeCount(); node++)
    {
        if (m_graph->physical[node].role == role)
        {
            nodes.push_back(node);
        }
    }
    return nodes;
}

bool
Topology::IsTransit(NodeId node) const
{
    const TopologyNode& n = GetNode(node);
    return !n.bridged && Forwards(n.role);
}

void
Topology::SetLinkUp(LinkId link, bool up)
{
    TopologyLink& l = m_graph->links.at(link);
    if (l.up != up)
    {
        l.up = up;
        Touch(false);
    }
}

uint64_t
Topology::GetVersion() const
{
    return m_graph->version;
}

void
Topology::Touch(bool segments)
{
    m_graph->version++;
    m_graph->routedValid = false;
    if (segments)
    {
        m_graph->segmentsValid = false;
    }
}

} // namespace vmm
} // namespace ns3
