// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOPOLOGY_H
#define VMM_TOPOLOGY_H

#include "ns3/topology-types.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Distances from one node to all nodes, indexed by NodeId.
using DistanceTable = std::vector<uint64_t>;

/// A neighbour on layer 3: the other end of a link, or another station of a bridged segment.
struct Adjacency
{
    NodeId neighbour = NO_NODE;    //!< the node on the other side, never a bridged one
    LinkId link = NO_LINK;         //!< the first physical link, at this node
    LinkId remoteLink = NO_LINK;   //!< the last physical link, at the neighbour; link if direct
    uint32_t hops = 0;             //!< physical links between the two
    Time delay;                    //!< propagation between the two
    uint32_t cost = 0;             //!< routing metric: the larger cost of the two end links
    std::optional<size_t> segment; //!< index in GetSegments(); none for a direct link
};

/// A station of a bridged segment: a node that is not a bridge, and its link into the segment.
struct SegmentStation
{
    NodeId node = NO_NODE; //!< the station
    LinkId link = NO_LINK; //!< its active link to a bridge
};

/// Bridges that are linked to each other, and all that is attached to them: one layer 2 network.
struct BridgedSegment
{
    std::vector<NodeId> bridges;          //!< ascending
    std::vector<SegmentStation> stations; //!< ascending by node
    std::vector<LinkId> links;            //!< of the spanning tree, ascending
    std::vector<LinkId> blocked;          //!< pruned links, ascending
};

/// A possible next hop.
struct TopologyNextHop
{
    NodeId node = NO_NODE; //!< the neighbour
    LinkId link = NO_LINK; //!< the own link towards it

    /// @return whether this equals other
    bool operator==(const TopologyNextHop& other) const
    {
        return node == other.node && link == other.link;
    }
};

/**
 * The fabric as a graph: the only description of it. Builders fill it, FabricHelper turns it into
 * ns-3 nodes and links, path planning and stretch ask it for shortest paths.
 *
 *     Topology t;
 *     NodeId leaf = t.AddNode({"leaf-0", NodeRole::LEAF});
 *     NodeId server = t.AddNode({"server-0-0", NodeRole::SERVER});
 *     t.AddLink({server, leaf, DataRate("10Gbps"), MicroSeconds(1)});
 *     t.GetDistance(server, leaf, PathMetric::HOPS); // 1
 *
 * Which nodes forward. A path runs through routers only: servers, hosts and the management node
 * begin and end paths but do not carry those of others, even where they have several links.
 *
 * Bridges. A node with TopologyNode::bridged forwards frames. Bridges that are linked form a
 * segment with all that is attached, pruned to a spanning tree: rooted at the bridge of the lowest
 * name, every node reached over the fewest links, a tie going to the link that was added first.
 * Stations of a segment are neighbours on layer 3 (Adjacency) and bridges are no part of any
 * routed path; HOPS still counts every physical link. The tree does not change when links fail:
 * a failed tree link cuts the segment (there is no spanning tree protocol).
 *
 * All results are the same in every run. Distances are computed when asked for and kept until the
 * graph changes.
 */
class Topology
{
  public:
    Topology();
    ~Topology();
    /// Copies the graph. @param other source
    Topology(const Topology& other);
    /// Copies the graph. @param other source @return this
    Topology& operator=(const Topology& other);
    /// Takes the graph. @param other source, then only good to be assigned or destroyed
    Topology(Topology&& other) noexcept;
    /// Takes the graph. @param other source @return this
    Topology& operator=(Topology&& other) noexcept;

    /**
     * @param node a node
     * @return its id
     * @throws std::invalid_argument if the name is empty, malformed or taken, a coordinate is out
     *         of range, or a bridge is an NVE or of a role that does not forward
     */
    NodeId AddNode(const TopologyNode& node);
    /**
     * @param link a link
     * @return its id
     * @throws std::invalid_argument if an end is unknown, both ends are one node, (a, b, index) is
     *         taken, or rate, delay, MTU, cost or queue is out of range
     */
    LinkId AddLink(const TopologyLink& link);

    /// @return number of nodes
    size_t GetNodeCount() const;
    /// @return number of links
    size_t GetLinkCount() const;
    /// @param node a node @return it @throws std::out_of_range if unknown
    const TopologyNode& GetNode(NodeId node) const;
    /// @param link a link @return it @throws std::out_of_range if unknown
    const TopologyLink& GetLink(LinkId link) const;
    /// @param name a name @return the node of that name, if any
    std::optional<NodeId> FindNode(const std::string& name) const;
    /// @param name a name @return the node @throws std::invalid_argument if unknown
    NodeId GetNodeId(const std::string& name) const;
    /**
     * @param a one end
     * @param b other end
     * @param index which of parallel links, as in TopologyLink::index
     * @return the link, if any
     */
    std::optional<LinkId> FindLink(NodeId a, NodeId b, uint16_t index = 0) const;
    /// @param node a node @return its links, ascending, down and blocked ones too
    const std::vector<LinkId>& GetLinks(NodeId node) const;
    /// @param link a link @param node one end of it @return the other end
    NodeId GetOtherEnd(LinkId link, NodeId node) const;
    /// @return all NVEs, ascending
    std::vector<NodeId> GetNves() const;
    /// @param role a role @return all nodes of it, ascending
    std::vector<NodeId> GetNodesOf(NodeRole role) const;
    /// @param node a node @return whether it forwards datagrams for others
    bool IsTransit(NodeId node) const;

    /// @param link a link @param up whether it carries traffic
    void SetLinkUp(LinkId link, bool up);
    /// @return a number that grows with every change of the graph
    uint64_t GetVersion() const;

    /**
     * @return a node that cannot be reached by all others (or cannot reach them) under the
     *         forwarding rules above, if there is one: the topology is connected if there is none
     */
    std::optional<NodeId> FindUnreachable() const;
    /// @return whether every node reaches every other one
    bool IsConnected() const;

    /// @return the bridged segments, in the order of their lowest bridge
    const std::vector<BridgedSegment>& GetSegments() const;
    /// @param link a link @return whether the spanning tree of its segment leaves it out
    bool IsBlocked(LinkId link) const;
    /**
     * @param node a node
     * @return its layer 3 neighbours over links that are up, by neighbour name, then link
     */
    const std::vector<Adjacency>& GetAdjacencies(NodeId node) const;
    /// @param from a node @param to a neighbour @return the first adjacency, or null
    const Adjacency* FindAdjacency(NodeId from, NodeId to) const;
    /**
     * @param adjacency of the node from
     * @param from a node
     * @return the physical links in order from it to the neighbour
     */
    std::vector<LinkId> GetPhysicalLinks(NodeId from, const Adjacency& adjacency) const;

    /**
     * Dijkstra's algorithm over the layer 3 graph.
     *
     * @param source a node
     * @param metric what to count
     * @return distance of every node, UNREACHABLE_DISTANCE where there is no path; symmetric
     */
    std::shared_ptr<const DistanceTable> GetDistances(NodeId source, PathMetric metric) const;
    /// @param a a node @param b a node @param metric what to count @return their distance
    uint64_t GetDistance(NodeId a, NodeId b, PathMetric metric) const;
    /**
     * @param node where a packet is
     * @param destination where it goes
     * @return all neighbours that lie on a path of the least cost, by name, then link: the ECMP
     *         set of the node; empty if node is the destination or there is no path
     */
    std::vector<TopologyNextHop> GetEqualCostNextHops(NodeId node, NodeId destination) const;
    /**
     * @param from a node
     * @param to a node
     * @return the nodes of the path of the least cost that takes the neighbour of the lowest name
     *         (compared byte by byte) at each tie, both ends included; empty if there is none
     */
    std::vector<NodeId> GetShortestPath(NodeId from, NodeId to) const;
    /**
     * @param nve a node
     * @return its default router: the forwarding neighbour of the least cost, then lowest name;
     *         the node itself if it forwards; none without such a neighbour [draft -04: usually
     *         the top-of-rack]
     */
    std::optional<NodeId> GetDefaultRouter(NodeId nve) const;

  private:
    struct Graph;                   //!< the graph and what was derived from it
    std::unique_ptr<Graph> m_graph; //!< keeps Boost out of this header

    /// @return the graph with its layer 3 part brought up to date
    Graph& Derive() const;
    /// Finds the segments and prunes each to a tree.
    void DeriveSegments() const;
    /// @param segment its bridges are known; its spanning tree and stations are found
    void PruneToTree(BridgedSegment& segment) const;
    /// Finds the layer 3 neighbours of all nodes.
    void DeriveAdjacencies() const;
    /// @param segment a segment's index @param station a station's index in it
    void DeriveStation(size_t segment, size_t station) const;
    /**
     * Extends a walk through a spanning tree until it reaches a link.
     *
     * @param g the graph
     * @param bridge where the walk is
     * @param last the link to reach
     * @param path the links so far
     * @return whether path now ends with last; unchanged if not
     */
    bool FollowTree(const Graph& g, NodeId bridge, LinkId last, std::vector<LinkId>& path) const;
    /// Forgets what was derived, after a change. @param segments the spanning trees too
    void Touch(bool segments);
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TOPOLOGY_H
