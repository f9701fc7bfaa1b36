// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/address-plan.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// First octets of the VM prefixes end below this second octet.
constexpr uint32_t VM_BLOCKS = 240;
/// IPv4 blocks of the fabric itself.
constexpr uint32_t LINK_BASE = (10u << 24) + (240u << 16);
/// Bridged segments.
constexpr uint32_t SEGMENT_BASE = (10u << 24) + (254u << 16);
/// Loopbacks.
constexpr uint32_t LOOPBACK_BASE = (10u << 24) + (255u << 16);

/// @param value what must be below limit @param what its name @throws std::invalid_argument
void
CheckRoom(size_t value, size_t limit, const std::string& what)
{
    if (value > limit)
    {
        throw std::invalid_argument("found " + std::to_string(value) + " " + what +
                                    ", expected at most " + std::to_string(limit));
    }
}

/// @return an address from its groups of 16 bits 1 and 2 after fd00, and the last 32 bits
IpAddress
MakeIpv6(uint32_t group1, uint32_t group2, uint32_t low)
{
    std::array<uint8_t, 16> bytes{};
    bytes[0] = 0xfd;
    bytes[2] = static_cast<uint8_t>(group1 >> 8);
    bytes[3] = static_cast<uint8_t>(group1);
    bytes[4] = static_cast<uint8_t>(group2 >> 8);
    bytes[5] = static_cast<uint8_t>(group2);
    for (int i = 0; i < 4; i++)
    {
        bytes[12 + i] = static_cast<uint8_t>(low >> (24 - 8 * i));
    }
    return IpAddress::FromBytes(bytes.data(), bytes.size());
}

/// @return 0 for IPv4, 1 for IPv6
size_t
Index(IpFamily family)
{
    return family == IpFamily::IPV6 ? 1 : 0;
}

} // namespace

AddressPlan::AddressPlan(const Topology& topology)
{
    CheckRoom(topology.GetNodeCount(), 65534, "nodes");
    CheckRoom(topology.GetLinkCount(), (14u << 16) / 2, "links");
    for (NodeId node = 0; node < topology.GetNodeCount(); node++)
    {
        const TopologyNode& n = topology.GetNode(node);
        m_nodes.push_back({n.name, n.bridged, std::nullopt});
        if (n.bridged)
        {
            continue;
        }
        Enter(node, GetLoopback(node, IpFamily::IPV4));
        Enter(node, GetLoopback(node, IpFamily::IPV6));
    }
    NumberNves(topology);
    NumberLinks(topology);
}

void
AddressPlan::NumberNves(const Topology& topology)
{
    uint32_t centres = 1;
    for (NodeId nve : topology.GetNves())
    {
        centres = std::max<uint32_t>(centres, topology.GetNode(nve).dc + 1u);
    }
    CheckRoom(centres, VM_BLOCKS, "data centres");
    std::map<uint16_t, uint32_t> next;
    for (NodeId nve : topology.GetNves())
    {
        uint16_t dc = topology.GetNode(nve).dc;
        uint32_t n = next[dc]++;
        uint32_t block = dc + centres * (n / 256);
        if (block >= VM_BLOCKS || n > 0xffff)
        {
            throw std::invalid_argument("found more NVEs in data centre " + std::to_string(dc) +
                                        " than there are VM prefixes");
        }
        uint32_t ipv4 = (10u << 24) + (block << 16) + ((n % 256) << 8);
        m_nodes[nve].vm = {IpPrefix(Ipv4Address(ipv4), 24), IpPrefix(MakeIpv6(dc, n, 0), 64)};
        m_nveOf[m_nodes[nve].vm->at(0)] = nve;
        m_nveOf[m_nodes[nve].vm->at(1)] = nve;
    }
}

void
AddressPlan::NumberLinks(const Topology& topology)
{
    m_ends.resize(topology.GetLinkCount());
    for (LinkId link = 0; link < topology.GetLinkCount(); link++)
    {
        const TopologyLink& l = topology.GetLink(link);
        m_linkNames.push_back(m_nodes[l.a].name + " - " + m_nodes[l.b].name);
        if (!topology.GetNode(l.a).bridged && !topology.GetNode(l.b).bridged)
        {
            m_ends[link] = {{l.a, {link, std::nullopt, 0}}, {l.b, {link, std::nullopt, 1}}};
        }
    }
    const std::vector<BridgedSegment>& segments = topology.GetSegments();
    CheckRoom(segments.size(), 256, "bridged segments");
    for (size_t s = 0; s < segments.size(); s++)
    {
        CheckRoom(segments[s].stations.size(), 254, "stations of one bridged segment");
        m_segmentNames.push_back(m_nodes[segments[s].bridges.front()].name);
        for (uint32_t k = 0; k < segments[s].stations.size(); k++)
        {
            const SegmentStation& station = segments[s].stations[k];
            m_ends[station.link].push_back({station.node, {station.link, s, k}});
        }
    }
    for (const auto& ends : m_ends)
    {
        for (const auto& [node, end] : ends)
        {
            Enter(node, MakeAddress(end, IpFamily::IPV4));
            Enter(node, MakeAddress(end, IpFamily::IPV6));
        }
    }
}

void
AddressPlan::Enter(NodeId node, const IpAddress& address)
{
    m_owner[address] = node;
}

IpAddress
AddressPlan::MakeAddress(const End& end, IpFamily family)
{
    if (end.segment)
    {
        uint32_t s = static_cast<uint32_t>(*end.segment);
        return family == IpFamily::IPV4
                   ? IpAddress(Ipv4Address(SEGMENT_BASE + (s << 8) + end.place + 1))
                   : MakeIpv6(0xfffd, s, end.place + 1);
    }
    uint32_t number = 2 * end.link + end.place;
    return family == IpFamily::IPV4 ? IpAddress(Ipv4Address(LINK_BASE + number))
                                    : MakeIpv6(0xfffe, 0, number);
}

IpPrefix
AddressPlan::MakePrefix(const End& end, IpFamily family)
{
    uint8_t length = family == IpFamily::IPV4 ? (end.segment ? 24 : 31) : (end.segment ? 64 : 127);
    return IpPrefix(MakeAddress(end, family), length);
}

IpPrefix
AddressPlan::GetVmPrefix(NodeId node, IpFamily family) const
{
    const auto& vm = m_nodes.at(node).vm;
    return vm ? vm->at(Index(family)) : IpPrefix();
}

IpAddress
AddressPlan::GetLoopback(NodeId node, IpFamily family) const
{
    if (m_nodes.at(node).bridged)
    {
        return {};
    }
    return family == IpFamily::IPV4 ? IpAddress(Ipv4Address(LOOPBACK_BASE + node + 1))
                                    : MakeIpv6(0xffff, 0, node + 1);
}

IpAddress
AddressPlan::GetLinkAddress(LinkId link, NodeId node, IpFamily family) const
{
    for (const auto& [at, end] : m_ends.at(link))
    {
        if (at == node)
        {
            return MakeAddress(end, family);
        }
    }
    return {};
}

IpPrefix
AddressPlan::GetLinkPrefix(LinkId link, IpFamily family) const
{
    const auto& ends = m_ends.at(link);
    return ends.empty() ? IpPrefix() : MakePrefix(ends.front().second, family);
}

std::optional<NodeId>
AddressPlan::FindNode(const IpAddress& address) const
{
    auto it = m_owner.find(address);
    return it == m_owner.end() ? std::nullopt : std::make_optional(it->second);
}

std::optional<NodeId>
AddressPlan::FindNve(const IpAddress& address) const
{
    if (!address)
    {
        return std::nullopt;
    }
    auto it = m_nveOf.find(IpPrefix(address, address.IsIpv4() ? 24 : 64));
    return it == m_nveOf.end() ? std::nullopt : std::make_optional(it->second);
}

std::vector<AddressPlanRow>
AddressPlan::GetRows() const
{
    std::vector<AddressPlanRow> rows;
    for (const NodeEntry& node : m_nodes)
    {
        if (node.vm)
        {
            rows.push_back(
                {"vm-prefix", node.name, node.vm->at(0).ToString(), node.vm->at(1).ToString()});
        }
    }
    for (NodeId node = 0; node < m_nodes.size(); node++)
    {
        if (m_nodes[node].bridged)
        {
            continue;
        }
        rows.push_back({"loopback",
                        m_nodes[node].name,
                        GetLoopback(node, IpFamily::IPV4).ToString(),
                        GetLoopback(node, IpFamily::IPV6).ToString()});
    }
    std::map<size_t, End> segments;
    for (LinkId link = 0; link < m_ends.size(); link++)
    {
        for (const auto& [node, end] : m_ends[link])
        {
            if (end.segment)
            {
                segments.emplace(*end.segment, end);
            }
        }
        if (m_ends[link].size() == 2)
        {
            const End& end = m_ends[link].front().second;
            rows.push_back({"link",
                            m_linkNames[link],
                            MakePrefix(end, IpFamily::IPV4).ToString(),
                            MakePrefix(end, IpFamily::IPV6).ToString()});
        }
    }
    for (const auto& [segment, end] : segments)
    {
        rows.push_back({"segment",
                        m_segmentNames[segment],
                        MakePrefix(end, IpFamily::IPV4).ToString(),
                        MakePrefix(end, IpFamily::IPV6).ToString()});
    }
    return rows;
}

} // namespace vmm
} // namespace ns3
