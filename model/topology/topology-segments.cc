// SPDX-License-Identifier: GPL-2.0-only
// The layer 3 view of a Topology: bridged segments, their spanning trees, and adjacencies.
#include "ns3/topology-graph.h"

#include <algorithm>
#include <set>

namespace ns3
{
namespace vmm
{

Topology::Graph&
Topology::Derive() const
{
    if (!m_graph->segmentsValid)
    {
        DeriveSegments();
        m_graph->segmentsValid = true;
    }
    if (!m_graph->routedValid)
    {
        DeriveAdjacencies();
        for (auto& cache : m_graph->distances)
        {
            cache.clear();
        }
        m_graph->routedValid = true;
    }
    return *m_graph;
}

void
Topology::DeriveSegments() const
{
    Graph& g = *m_graph;
    g.segments.clear();
    g.segmentOf.assign(GetNodeCount(), std::nullopt);
    g.inTree.assign(GetLinkCount(), false);
    g.blocked.assign(GetLinkCount(), false);
    for (NodeId first = 0; first < GetNodeCount(); first++)
    {
        if (!GetNode(first).bridged || g.segmentOf[first])
        {
            continue;
        }
        size_t index = g.segments.size();
        BridgedSegment segment;
        g.segmentOf[first] = index;
        segment.bridges.push_back(first);
        for (size_t i = 0; i < segment.bridges.size(); i++)
        {
            for (LinkId link : GetLinks(segment.bridges[i]))
            {
                NodeId other = GetOtherEnd(link, segment.bridges[i]);
                if (GetNode(other).bridged && !g.segmentOf[other])
                {
                    g.segmentOf[other] = index;
                    segment.bridges.push_back(other);
                }
            }
        }
        std::sort(segment.bridges.begin(), segment.bridges.end());
        PruneToTree(segment);
        g.segments.push_back(segment);
    }
}

void
Topology::PruneToTree(BridgedSegment& segment) const
{
    Graph& g = *m_graph;
    std::set<LinkId> all;
    for (NodeId bridge : segment.bridges)
    {
        all.insert(GetLinks(bridge).begin(), GetLinks(bridge).end());
    }
    NodeId root = *std::min_element(segment.bridges.begin(),
                                    segment.bridges.end(),
                                    [this](NodeId a, NodeId b)
                                    {
                                        return GetNode(a).name < GetNode(b).name;
                                    });
    std::set<NodeId> reached = {root};
    std::vector<NodeId> level = {root};
    while (!level.empty())
    {
        std::set<LinkId> links;
        for (NodeId node : level)
        {
            links.insert(GetLinks(node).begin(), GetLinks(node).end());
        }
        std::set<NodeId> current(level.begin(), level.end());
        level.clear();
        for (LinkId link : links)
        {
            NodeId near = current.count(GetLink(link).a) ? GetLink(link).a : GetLink(link).b;
            NodeId far = GetOtherEnd(link, near);
            if (!reached.insert(far).second)
            {
                continue;
            }
            g.inTree[link] = true;
            segment.links.push_back(link);
            if (GetNode(far).bridged)
            {
                level.push_back(far);
            }
            else
            {
                segment.stations.push_back({far, link});
            }
        }
    }
    std::sort(segment.links.begin(), segment.links.end());
    std::sort(segment.stations.begin(),
              segment.stations.end(),
              [](const SegmentStation& a, const SegmentStation& b)
              {
                  return a.node < b.node;
              });
    for (LinkId link : all)
    {
        if (!g.inTree[link])
        {
            g.blocked[link] = true;
            segment.blocked.push_back(link);
        }
    }
}

void
Topology::DeriveAdjacencies() const
{
    Graph& g = *m_graph;
    g.adjacencies.assign(GetNodeCount(), {});
    for (LinkId link = 0; link < GetLinkCount(); link++)
    {
        const TopologyLink& l = g.links[link];
        if (l.up && !GetNode(l.a).bridged && !GetNode(l.b).bridged)
        {
            g.adjacencies[l.a].push_back({l.b, link, link, 1, l.delay, l.cost, std::nullopt});
            g.adjacencies[l.b].push_back({l.a, link, link, 1, l.delay, l.cost, std::nullopt});
        }
    }
    for (size_t segment = 0; segment < g.segments.size(); segment++)
    {
        for (size_t station = 0; station < g.segments[segment].stations.size(); station++)
        {
            DeriveStation(segment, station);
        }
    }
    // Refilled, not assigned or swapped: either copies a Boost graph edge by edge.
    g.routed.clear();
    for (NodeId node = 0; node < GetNodeCount(); node++)
    {
        boost::add_vertex(g.routed);
    }
    for (NodeId node = 0; node < GetNodeCount(); node++)
    {
        auto& list = g.adjacencies[node];
        std::sort(list.begin(),
                  list.end(),
                  [this](const Adjacency& x, const Adjacency& y)
                  {
                      return x.neighbour != y.neighbour
                                 ? GetNode(x.neighbour).name < GetNode(y.neighbour).name
                                 : x.link < y.link;
                  });
        for (const Adjacency& adjacency : list)
        {
            Graph::RoutedEdge edge;
            edge.length = {adjacency.cost,
                           adjacency.hops,
                           static_cast<uint64_t>(adjacency.delay.GetNanoSeconds())};
            boost::add_edge(node, adjacency.neighbour, edge, g.routed);
        }
    }
}

void
Topology::DeriveStation(size_t segment, size_t station) const
{
    Graph& g = *m_graph;
    const BridgedSegment& s = g.segments[segment];
    const SegmentStation& from = s.stations[station];

    /// A place of the walk through the tree.
    struct Place
    {
        NodeId node;   // where
        LinkId by;     // over which link
        uint32_t hops; // links so far
        Time delay;    // delay so far
    };

    const TopologyLink& first = GetLink(from.link);
    if (!first.up)
    {
        return;
    }
    std::vector<Place> open = {{GetOtherEnd(from.link, from.node), from.link, 1, first.delay}};
    while (!open.empty())
    {
        Place here = open.back();
        open.pop_back();
        if (!GetNode(here.node).bridged)
        {
            g.adjacencies[from.node].push_back({here.node,
                                                from.link,
                                                here.by,
                                                here.hops,
                                                here.delay,
                                                std::max(first.cost, GetLink(here.by).cost),
                                                segment});
            continue;
        }
        for (LinkId link : GetLinks(here.node))
        {
            if (link != here.by && g.inTree[link] && GetLink(link).up)
            {
                open.push_back({GetOtherEnd(link, here.node),
                                link,
                                here.hops + 1,
                                here.delay + GetLink(link).delay});
            }
        }
    }
}

const std::vector<BridgedSegment>&
Topology::GetSegments() const
{
    return Derive().segments;
}

bool
Topology::IsBlocked(LinkId link) const
{
    return Derive().blocked.at(link);
}

const std::vector<Adjacency>&
Topology::GetAdjacencies(NodeId node) const
{
    return Derive().adjacencies.at(node);
}

const Adjacency*
Topology::FindAdjacency(NodeId from, NodeId to) const
{
    for (const Adjacency& adjacency : GetAdjacencies(from))
    {
        if (adjacency.neighbour == to)
        {
            return &adjacency;
        }
    }
    return nullptr;
}

std::vector<LinkId>
Topology::GetPhysicalLinks(NodeId from, const Adjacency& adjacency) const
{
    if (!adjacency.segment)
    {
        return {adjacency.link};
    }
    const Graph& g = Derive();
    std::vector<LinkId> path = {adjacency.link};
    if (FollowTree(g, GetOtherEnd(adjacency.link, from), adjacency.remoteLink, path))
    {
        return path;
    }
    return {};
}

bool
Topology::FollowTree(const Graph& g, NodeId bridge, LinkId last, std::vector<LinkId>& path) const
{
    for (LinkId link : GetLinks(bridge))
    {
        if (link == path.back() || !g.inTree[link] || !GetLink(link).up)
        {
            continue;
        }
        path.push_back(link);
        NodeId next = GetOtherEnd(link, bridge);
        if (link == last || (GetNode(next).bridged && FollowTree(g, next, last, path)))
        {
            return true;
        }
        path.pop_back();
    }
    return false;
}

} // namespace vmm
} // namespace ns3
