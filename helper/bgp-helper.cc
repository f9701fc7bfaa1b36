// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-helper.h"

#include "ns3/fib.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// @param name of the rule @param community of routes @return what keeps them out
BgpPolicyRule
MakeRefusal(const std::string& name, uint32_t community)
{
    BgpPolicyRule rule;
    rule.name = name;
    rule.match.anyOfCommunities = {community};
    rule.verdict = BgpVerdict::REJECT;
    return rule;
}

} // namespace

BgpHelper::BgpHelper()
{
    m_factory.SetTypeId(BgpRouter::GetTypeId());
}

void
BgpHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void
BgpHelper::SetNumbering(BgpNumbering numbering)
{
    m_numbering = numbering;
}

void
BgpHelper::SetServersSpeak(bool speak)
{
    m_serversSpeak = speak;
}

void
BgpHelper::SetHostRouteDataCentres(const std::set<uint16_t>& dcs)
{
    m_hostRouteDcs = dcs;
}

void
BgpHelper::Install(Ptr<Fabric> fabric)
{
    if (m_fabric)
    {
        throw std::invalid_argument("found a fabric with BGP routers, expected one without");
    }
    m_fabric = fabric;
    const Topology& topology = fabric->GetTopology();
    std::vector<uint32_t> asns = NumberAutonomousSystems(topology, m_numbering, m_serversSpeak);
    for (NodeId node = 0; node < topology.GetNodeCount(); node++)
    {
        if (Speaks(node))
        {
            MakeRouter(node, asns[node]);
        }
    }
    for (NodeId node = 0; node < topology.GetNodeCount(); node++)
    {
        if (topology.GetNode(node).bridged)
        {
            continue;
        }
        for (const Adjacency& adjacency : topology.GetAdjacencies(node))
        {
            if (Speaks(node) && Speaks(adjacency.neighbour))
            {
                MakeNeighbor(node, adjacency, asns[adjacency.neighbour]);
            }
        }
        for (IpFamily family : GetFamilies())
        {
            if (!Speaks(node))
            {
                MakeDefaultRoute(node, family);
                continue;
            }
            for (const Adjacency& adjacency : topology.GetAdjacencies(node))
            {
                if (!Speaks(adjacency.neighbour))
                {
                    LeadTo(node, adjacency.neighbour, family);
                }
            }
        }
    }
    fabric->TraceConnectWithoutContext("LinkDetected",
                                       MakeCallback(&BgpHelper::LinkDetected, this));
}

bool
BgpHelper::Speaks(NodeId node) const
{
    const TopologyNode& what = m_fabric->GetTopology().GetNode(node);
    return !what.bridged &&
           (m_fabric->GetTopology().IsTransit(node) || (m_serversSpeak && what.nve));
}

std::vector<IpFamily>
BgpHelper::GetFamilies() const
{
    std::vector<IpFamily> families;
    for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
    {
        if (m_fabric->HasFamily(family))
        {
            families.push_back(family);
        }
    }
    return families;
}

std::vector<IpPrefix>
BgpHelper::GetPrefixes(NodeId node, IpFamily family) const
{
    const AddressPlan& plan = m_fabric->GetPlan();
    std::vector<IpPrefix> prefixes{IpPrefix::Host(plan.GetLoopback(node, family))};
    IpPrefix vms = plan.GetVmPrefix(node, family);
    if (vms.GetLength() > 0)
    {
        prefixes.push_back(vms);
    }
    return prefixes;
}

void
BgpHelper::MakeRouter(NodeId node, uint32_t asn)
{
    m_factory.Set("Asn", UintegerValue(asn));
    Ptr<BgpRouter> router = m_factory.Create<BgpRouter>();
    m_fabric->GetNode(node)->AddApplication(router);
    m_routers[node] = router;
    for (IpFamily family : GetFamilies())
    {
        for (const IpPrefix& prefix : GetPrefixes(node, family))
        {
            router->Announce(prefix);
            if (!prefix.IsHost())
            {
                m_fabric->GetFib(node)->SetRoute(
                    prefix, RouteOwner::STATIC, Route::Discard(DropCause::NO_ROUTE));
            }
        }
    }
}

void
BgpHelper::MakeNeighbor(NodeId node, const Adjacency& adjacency, uint32_t asn)
{
    const Topology& topology = m_fabric->GetTopology();
    const AddressPlan& plan = m_fabric->GetPlan();
    BgpNeighborConfig config;
    config.asn = asn;
    config.device = m_fabric->GetDevice(adjacency.link, node);
    config.peer.name = topology.GetNode(adjacency.neighbour).name;
    for (IpFamily family : GetFamilies())
    {
        IpAddress local = plan.GetLinkAddress(adjacency.link, node, family);
        (family == IpFamily::IPV4 ? config.peer.localIpv4 : config.peer.localIpv6) = local;
        if (!config.localAddress)
        {
            config.localAddress = local;
            config.peer.address =
                plan.GetLinkAddress(adjacency.remoteLink, adjacency.neighbour, family);
        }
    }
    SetPolicy(node, adjacency.neighbour, config);
    m_routers[node]->AddNeighbor(config);
}

void
BgpHelper::SetPolicy(NodeId node, NodeId neighbour, BgpNeighborConfig& config) const
{
    const TopologyNode& own = m_fabric->GetTopology().GetNode(node);
    const TopologyNode& other = m_fabric->GetTopology().GetNode(neighbour);
    auto communityOf = [router = GetRouter(node)](const std::string& attribute)
    {
        UintegerValue community;
        router->GetAttribute(attribute, community);
        return static_cast<uint32_t>(community.Get());
    };
    const bool foreign = other.dc != own.dc || other.role == NodeRole::WAN;
    // What lies between data centres passes host routes on to those that want them.
    if (foreign && own.dc != NO_DC && own.role != NodeRole::WAN && !m_hostRouteDcs.empty() &&
        m_hostRouteDcs.count(own.dc) == 0)
    {
        config.peer.importPolicy.rules.push_back(
            MakeRefusal("no-host-routes", communityOf("HostRouteCommunity")));
    }
    if (!foreign && own.role == NodeRole::BORDER)
    {
        config.peer.exportPolicy.rules.push_back(
            MakeRefusal("outside-alone", communityOf("OutsideCommunity")));
    }
}

void
BgpHelper::MakeDefaultRoute(NodeId node, IpFamily family)
{
    Ptr<Fib> fib = m_fabric->GetFib(node);
    std::vector<NextHop> hops;
    for (const Adjacency& adjacency : m_fabric->GetTopology().GetAdjacencies(node))
    {
        if (Speaks(adjacency.neighbour))
        {
            hops.push_back({m_fabric->GetPlan().GetLinkAddress(
                                adjacency.remoteLink, adjacency.neighbour, family),
                            m_fabric->GetDevice(adjacency.link, node)});
        }
    }
    IpPrefix own = m_fabric->GetPlan().GetVmPrefix(node, family);
    if (own.GetLength() > 0)
    {
        fib->SetRoute(own, RouteOwner::STATIC, Route::Discard(DropCause::NO_ROUTE));
    }
    if (!hops.empty())
    {
        IpAddress any = family == IpFamily::IPV4 ? IpAddress(Ipv4Address::GetAny())
                                                 : IpAddress(Ipv6Address::GetAny());
        fib->SetRoute(IpPrefix(any, 0), RouteOwner::STATIC, Route::Forward(hops));
    }
}

void
BgpHelper::LeadTo(NodeId router, NodeId stub, IpFamily family)
{
    std::vector<NextHop> hops = m_fabric->GetNeighbourHops(router, stub, family);
    Ptr<Fib> fib = m_fabric->GetFib(router);
    for (const IpPrefix& prefix : GetPrefixes(stub, family))
    {
        if (hops.empty())
        {
            m_routers[router]->Withdraw(prefix);
            fib->RemoveRoute(prefix, RouteOwner::STATIC);
        }
        else
        {
            fib->SetRoute(prefix, RouteOwner::STATIC, Route::Forward(hops));
            m_routers[router]->Announce(prefix);
        }
    }
}

void
BgpHelper::LinkDetected(uint32_t link, bool)
{
    const TopologyLink& ends = m_fabric->GetTopology().GetLink(link);
    for (auto [router, stub] : {std::pair(ends.a, ends.b), std::pair(ends.b, ends.a)})
    {
        if (m_routers.count(router) && !m_fabric->GetTopology().GetNode(stub).bridged &&
            !Speaks(stub))
        {
            for (IpFamily family : GetFamilies())
            {
                LeadTo(router, stub, family);
            }
        }
    }
}

Ptr<BgpRouter>
BgpHelper::GetRouter(NodeId node) const
{
    auto it = m_routers.find(node);
    return it == m_routers.end() ? nullptr : it->second;
}

bool
BgpHelper::AreAllEstablished() const
{
    return std::all_of(m_routers.begin(),
                       m_routers.end(),
                       [](const auto& entry)
                       {
                           return entry.second->GetEstablishedCount() ==
                                  entry.second->GetNeighborCount();
                       });
}

int64_t
BgpHelper::AssignStreams(int64_t stream)
{
    int64_t used = 0;
    for (auto& [node, router] : m_routers)
    {
        used += router->AssignStreams(stream + used);
    }
    return used;
}

} // namespace vmm
} // namespace ns3
