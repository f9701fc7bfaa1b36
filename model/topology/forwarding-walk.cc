// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/forwarding-walk.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// What a node does with a packet.
struct Decision
{
    std::optional<WalkOutcome> end; //!< the walk ends here
    std::vector<Adjacency> options; //!< or goes on to one of these
    NodeId tunnel = NO_NODE;        //!< remote of the tunnel it is in from here
    NodeId target = NO_NODE;        //!< NVE that the options lead towards
    bool turned = false;            //!< a host route or a tunnel of this node was used
};

/// @return the adjacencies of the underlay's next hops from node to target, in their order
std::vector<Adjacency>
GetUnderlay(const Topology& topology, NodeId node, NodeId target)
{
    std::vector<Adjacency> options;
    for (const TopologyNextHop& hop : topology.GetEqualCostNextHops(node, target))
    {
        for (const Adjacency& adjacency : topology.GetAdjacencies(node))
        {
            if (adjacency.neighbour == hop.node && adjacency.link == hop.link)
            {
                options.push_back(adjacency);
            }
        }
    }
    return options;
}

/// @return what node does with a packet for the VM that is in the tunnel to remote, if any
Decision
Decide(const Topology& topology, const ForwardingState& state, NodeId node, NodeId remote)
{
    Decision decision;
    decision.tunnel = node == remote ? NO_NODE : remote;
    if (decision.tunnel == NO_NODE)
    {
        if (node == state.serving)
        {
            decision.end = WalkOutcome::DELIVERED;
            return decision;
        }
        auto head = state.tunnels.find(node);
        auto told = state.hostRoutes.find(node);
        if (head != state.tunnels.end() && head->second != node)
        {
            decision.tunnel = head->second;
            decision.turned = true;
        }
        else if (told != state.hostRoutes.end())
        {
            decision.target = state.serving;
            decision.turned = true;
            for (NodeId next : told->second)
            {
                for (const Adjacency& adjacency : topology.GetAdjacencies(node))
                {
                    if (adjacency.neighbour == next)
                    {
                        decision.options.push_back(adjacency);
                    }
                }
            }
        }
        else if (node == state.owner)
        {
            decision.end = WalkOutcome::NO_ROUTE;
            return decision;
        }
    }
    if (decision.target == NO_NODE)
    {
        decision.target = decision.tunnel != NO_NODE ? decision.tunnel : state.owner;
        decision.options = GetUnderlay(topology, node, decision.target);
    }
    if (decision.options.empty())
    {
        decision.end = WalkOutcome::NO_PATH;
    }
    return decision;
}

/// Makes a step. @param walk the walk so far @param adjacency the chosen one
void
Step(ForwardingWalk& walk, const Adjacency& adjacency)
{
    walk.nodes.push_back(adjacency.neighbour);
    walk.hops += adjacency.hops;
    walk.delay += adjacency.delay;
}

/// @return equal-cost neighbours of node towards target, parallel links once, by name
std::vector<NodeId>
GetNeighboursTowards(const Topology& topology, NodeId node, NodeId target)
{
    std::vector<NodeId> nodes;
    for (const TopologyNextHop& hop : topology.GetEqualCostNextHops(node, target))
    {
        if (nodes.empty() || nodes.back() != hop.node)
        {
            nodes.push_back(hop.node);
        }
    }
    return nodes;
}

/// A walk that GetAllWalks() has not finished.
struct OpenWalk
{
    ForwardingWalk walk;                         //!< so far
    NodeId remote = NO_NODE;                     //!< tunnel it is in
    std::set<std::pair<NodeId, NodeId>> visited; //!< places it was at
};

} // namespace

const char*
WalkOutcomeName(WalkOutcome outcome)
{
    switch (outcome)
    {
    case WalkOutcome::DELIVERED:
        return "delivered";
    case WalkOutcome::LOOP:
        return "loop";
    case WalkOutcome::NO_ROUTE:
        return "no-route";
    case WalkOutcome::NO_PATH:
        break;
    }
    return "no-path";
}

ForwardingState
MakeForwardingState(const Topology& topology,
                    RedirectReading reading,
                    NodeId owner,
                    NodeId serving,
                    const std::vector<NodeId>& previous,
                    bool defaultRouters)
{
    ForwardingState state;
    state.owner = owner;
    state.serving = serving;
    if (reading == RedirectReading::IDEAL)
    {
        // That every node knows is the same as the prefix being where the VM is.
        state.owner = serving;
        return state;
    }
    if (reading == RedirectReading::PATH_SINGLE || reading == RedirectReading::PATH_ALL_EQUAL_COST)
    {
        PathSet paths =
            reading == RedirectReading::PATH_SINGLE ? PathSet::SINGLE : PathSet::ALL_EQUAL_COST;
        state.hostRoutes = PlanRedirect(topology, serving, previous, paths).GetRoutes();
        return state;
    }
    std::set<NodeId> told(previous.begin(), previous.end());
    if (defaultRouters)
    {
        for (NodeId source : previous)
        {
            if (std::optional<NodeId> router = topology.GetDefaultRouter(source))
            {
                told.insert(*router);
            }
        }
    }
    told.erase(serving);
    for (NodeId node : told)
    {
        if (reading == RedirectReading::TUNNEL)
        {
            state.tunnels[node] = serving;
        }
        else
        {
            state.hostRoutes[node] = GetNeighboursTowards(topology, node, serving);
        }
    }
    return state;
}

ForwardingWalk
WalkFlow(const Topology& topology,
         const ForwardingState& state,
         NodeId from,
         const EcmpChoice& choice,
         uint32_t hopLimit)
{
    ForwardingWalk walk;
    walk.nodes.push_back(from);
    NodeId remote = NO_NODE;
    NodeId head = NO_NODE;
    for (uint32_t forwarded = 0;; forwarded++)
    {
        NodeId node = walk.nodes.back();
        Decision decision = Decide(topology, state, node, remote);
        if (decision.turned && !walk.turningPoint)
        {
            walk.turningPoint = node;
        }
        if (decision.end || forwarded >= hopLimit)
        {
            walk.outcome = decision.end.value_or(WalkOutcome::LOOP);
            return walk;
        }
        if (decision.tunnel != remote)
        {
            head = decision.tunnel == NO_NODE ? NO_NODE : node;
        }
        size_t index = 0;
        if (decision.options.size() > 1)
        {
            index = choice({node, decision.options.size(), decision.target, head});
            if (index >= decision.options.size())
            {
                throw std::out_of_range("a choice among next hops is out of range");
            }
        }
        remote = decision.tunnel;
        Step(walk, decision.options[index]);
    }
}

std::vector<ForwardingWalk>
GetAllWalks(const Topology& topology, const ForwardingState& state, NodeId from, size_t limit)
{
    std::vector<ForwardingWalk> walks;
    std::vector<OpenWalk> open(1);
    open.back().walk.nodes.push_back(from);
    while (!open.empty() && walks.size() < limit)
    {
        OpenWalk here = std::move(open.back());
        open.pop_back();
        NodeId node = here.walk.nodes.back();
        Decision decision = Decide(topology, state, node, here.remote);
        if (decision.turned && !here.walk.turningPoint)
        {
            here.walk.turningPoint = node;
        }
        bool again = !here.visited.insert({node, here.remote}).second;
        if (decision.end || again)
        {
            here.walk.outcome = decision.end.value_or(WalkOutcome::LOOP);
            walks.push_back(here.walk);
            continue;
        }
        here.remote = decision.tunnel;
        here.walk.probability /= static_cast<double>(decision.options.size());
        for (auto it = decision.options.rbegin(); it != decision.options.rend(); ++it)
        {
            open.push_back(here);
            Step(open.back().walk, *it);
        }
    }
    return walks;
}

WalkAnalysis::WalkAnalysis(const Topology& topology, const ForwardingState& state)
    : m_topology(topology),
      m_state(state)
{
}

const WalkSummary&
WalkAnalysis::From(NodeId node)
{
    return Visit({node, NO_NODE});
}

const WalkSummary&
WalkAnalysis::Visit(const Place& place)
{
    auto done = m_done.find(place);
    if (done != m_done.end())
    {
        return done->second;
    }
    auto [current, isNew] = m_current.emplace(place, WalkSummary{});
    if (!isNew)
    {
        current->second.mayLoop = true;
        return current->second;
    }
    Decision decision = Decide(m_topology, m_state, place.first, place.second);
    WalkSummary summary;
    summary.mayFail = decision.end && *decision.end != WalkOutcome::DELIVERED;
    for (const Adjacency& adjacency : decision.options)
    {
        const WalkSummary& rest = Visit({adjacency.neighbour, decision.tunnel});
        bool first = &adjacency == &decision.options.front();
        summary.mayLoop = summary.mayLoop || rest.mayLoop;
        summary.mayFail = summary.mayFail || rest.mayFail;
        summary.meanHops += (rest.meanHops + adjacency.hops) / decision.options.size();
        summary.minHops = first ? rest.minHops + adjacency.hops
                                : std::min(summary.minHops, rest.minHops + adjacency.hops);
        summary.maxHops = std::max(summary.maxHops, rest.maxHops + adjacency.hops);
    }
    m_current.erase(place);
    return m_done[place] = summary;
}

} // namespace vmm
} // namespace ns3
