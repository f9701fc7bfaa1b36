// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/static-underlay.h"

#include "ns3/fabric.h"

#include <vector>

namespace ns3
{
namespace vmm
{

namespace
{

/**
 * @param topology a fabric
 * @param node a node
 * @return the only link of a node that forwards for nobody, if it leads straight to a router
 */
std::optional<LinkId>
GetOnlyLink(const Topology& topology, NodeId node)
{
    if (topology.IsTransit(node) || topology.GetLinks(node).size() != 1)
    {
        return std::nullopt;
    }
    LinkId link = topology.GetLinks(node).front();
    NodeId peer = topology.GetOtherEnd(link, node);
    return topology.IsTransit(peer) ? std::make_optional(link) : std::nullopt;
}

/// @return the next hop of a node over a point-to-point link
NextHop
GetPeer(const Fabric& fabric, LinkId link, NodeId node, IpFamily family)
{
    NodeId peer = fabric.GetTopology().GetOtherEnd(link, node);
    return {fabric.GetPlan().GetLinkAddress(link, peer, family), fabric.GetDevice(link, node)};
}

/// Sets what a node does with packets for a destination.
void
SetRoutes(const Fabric& fabric, NodeId node, NodeId destination, IpFamily family)
{
    std::vector<NextHop> hops = fabric.GetNextHops(node, destination, family);
    Route route = hops.empty() ? Route::Discard(DropCause::LINK_DOWN) : Route::Forward(hops);
    Ptr<Fib> fib = fabric.GetFib(node);
    IpAddress loopback = fabric.GetPlan().GetLoopback(destination, family);
    fib->SetRoute(IpPrefix::Host(loopback), RouteOwner::STATIC, route);
    IpPrefix prefix = fabric.GetPlan().GetVmPrefix(destination, family);
    if (prefix.GetLength() > 0)
    {
        fib->SetRoute(prefix, RouteOwner::STATIC, route);
    }
}

/// Sets all routes of a node in one family.
void
SetTable(const Fabric& fabric, NodeId node, IpFamily family)
{
    const Topology& topology = fabric.GetTopology();
    Ptr<Fib> fib = fabric.GetFib(node);
    IpPrefix own = fabric.GetPlan().GetVmPrefix(node, family);
    if (own.GetLength() > 0)
    {
        fib->SetRoute(own, RouteOwner::STATIC, Route::Discard(DropCause::NO_ROUTE));
    }
    if (std::optional<LinkId> link = GetOnlyLink(topology, node))
    {
        IpAddress any = family == IpFamily::IPV4 ? IpAddress(Ipv4Address::GetAny())
                                                 : IpAddress(Ipv6Address::GetAny());
        fib->SetRoute(IpPrefix(any, 0),
                      RouteOwner::STATIC,
                      Route::Forward({GetPeer(fabric, *link, node, family)}));
        return;
    }
    for (NodeId destination = 0; destination < topology.GetNodeCount(); destination++)
    {
        if (destination != node && !topology.GetNode(destination).bridged)
        {
            SetRoutes(fabric, node, destination, family);
        }
    }
}

} // namespace

void
ApplyStaticUnderlay(const Fabric& fabric)
{
    for (NodeId node = 0; node < fabric.GetTopology().GetNodeCount(); node++)
    {
        if (!fabric.GetFib(node))
        {
            continue;
        }
        for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
        {
            if (fabric.HasFamily(family))
            {
                SetTable(fabric, node, family);
            }
        }
    }
}

} // namespace vmm
} // namespace ns3
