// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/topology-fabric-view.h"

#include "ns3/redirect-plan.h"

namespace ns3
{
namespace vmm
{

TopologyFabricView::TopologyFabricView(Ptr<Fabric> fabric)
    : m_fabric(fabric)
{
    m_fabric->TraceConnectWithoutContext("LinkDetected",
                                         MakeCallback(&TopologyFabricView::LinkDetected, this));
}

TopologyFabricView::~TopologyFabricView()
{
    m_fabric->TraceDisconnectWithoutContext("LinkDetected",
                                            MakeCallback(&TopologyFabricView::LinkDetected, this));
}

RedirectRecipients
TopologyFabricView::PlanRedirect(const IpAddress& destination,
                                 const IpAddressList& previous,
                                 RedirectPaths::Set pathSet) const
{
    const AddressPlan& plan = m_fabric->GetPlan();
    RedirectRecipients recipients;
    std::vector<NodeId> nodes;
    for (const auto& address : previous)
    {
        if (auto node = plan.FindNode(address))
        {
            nodes.push_back(*node);
        }
    }
    auto to = plan.FindNode(destination);
    if (!to)
    {
        return recipients;
    }
    PathSet set = pathSet == RedirectPaths::SINGLE ? PathSet::SINGLE : PathSet::ALL_EQUAL_COST;
    RedirectPlan order = vmm::PlanRedirect(m_fabric->GetTopology(), *to, nodes, set);
    for (const auto& level : order.levels)
    {
        std::vector<RedirectHop> routers;
        for (const auto& step : level)
        {
            RedirectHop hop;
            hop.recipient = m_fabric->GetAddress(step.node, destination.GetFamily());
            hop.nextHops = GetGateways(step.node, step.nextHops);
            (step.previous ? recipients.sources : routers).push_back(std::move(hop));
        }
        if (!routers.empty())
        {
            recipients.routers.push_back(std::move(routers));
        }
    }
    for (NodeId node : order.unreachable)
    {
        recipients.sources.push_back({m_fabric->GetAddress(node, destination.GetFamily()), {}});
    }
    return recipients;
}

IpAddressList
TopologyFabricView::GetGateways(NodeId node, const std::vector<NodeId>& neighbours) const
{
    IpAddressList gateways;
    for (NodeId neighbour : neighbours)
    {
        for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
        {
            if (m_fabric->HasFamily(family))
            {
                for (const auto& hop : m_fabric->GetNeighbourHops(node, neighbour, family))
                {
                    gateways.push_back(hop.gateway);
                }
            }
        }
    }
    return gateways;
}

RedirectHop
TopologyFabricView::GetDefaultRouter(const IpAddress& nve) const
{
    auto node = m_fabric->GetPlan().FindNode(nve);
    auto router = node ? m_fabric->GetTopology().GetDefaultRouter(*node) : std::nullopt;
    if (!router || *router == *node)
    {
        return {};
    }
    return {m_fabric->GetAddress(*router, nve.GetFamily()), GetGateways(*router, {*node})};
}

IpAddressList
TopologyFabricView::GetAddresses(const IpAddress& nve) const
{
    auto node = m_fabric->GetPlan().FindNode(nve);
    return node ? GetLoopbacks(*node) : IpAddressList{nve};
}

IpAddressList
TopologyFabricView::GetLoopbacks(NodeId node) const
{
    IpAddressList addresses;
    for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
    {
        if (m_fabric->HasFamily(family))
        {
            addresses.push_back(m_fabric->GetAddress(node, family));
        }
    }
    return addresses;
}

bool
TopologyFabricView::IsHome(const IpAddress& nve, const IpAddressList& addresses) const
{
    auto node = m_fabric->GetPlan().FindNode(nve);
    for (const auto& address : addresses)
    {
        if (!node || m_fabric->GetPlan().FindNve(address) != node)
        {
            return false;
        }
    }
    return true;
}

IpAddress
TopologyFabricView::GetHome(const IpAddressList& addresses) const
{
    auto node = addresses.empty() ? std::nullopt : m_fabric->GetPlan().FindNve(addresses.front());
    return node ? GetLoopbacks(*node).front() : IpAddress();
}

uint32_t
TopologyFabricView::GetDistance(const IpAddress& from, const IpAddress& to) const
{
    auto a = m_fabric->GetPlan().FindNode(from);
    auto b = m_fabric->GetPlan().FindNode(to);
    if (!a || !b)
    {
        return UINT32_MAX;
    }
    uint64_t cost = m_fabric->GetTopology().GetDistance(*a, *b, PathMetric::COST);
    return static_cast<uint32_t>(std::min<uint64_t>(cost, UINT32_MAX));
}

void
TopologyFabricView::SetChangeCallback(std::function<void()> changed)
{
    m_changed = std::move(changed);
}

void
TopologyFabricView::LinkDetected(uint32_t, bool)
{
    if (m_changed)
    {
        m_changed();
    }
}

} // namespace vmm
} // namespace ns3
