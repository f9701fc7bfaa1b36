// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOPOLOGY_GRAPH_H
#define VMM_TOPOLOGY_GRAPH_H

#include "ns3/topology.h"

#include <boost/graph/adjacency_list.hpp>

#include <array>
#include <map>
#include <tuple>
#include <unordered_map>

namespace ns3
{
namespace vmm
{

/**
 * What a Topology holds; only its own sources include this. Nodes and links are the graph itself;
 * everything below "derived" follows from them and is built when it is first asked for.
 */
struct Topology::Graph
{
    /// An edge of the physical graph.
    struct PhysicalEdge
    {
        LinkId link = NO_LINK; //!< index in links
    };

    /// An edge of the layer 3 graph, with its length in each PathMetric.
    struct RoutedEdge
    {
        std::array<uint64_t, 3> length{}; //!< indexed by PathMetric
    };

    /// Nodes and physical links.
    using PhysicalGraph = boost::
        adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, TopologyNode, PhysicalEdge>;
    /// Nodes and layer 3 adjacencies, one edge in each direction.
    using RoutedGraph = boost::
        adjacency_list<boost::vecS, boost::vecS, boost::directedS, boost::no_property, RoutedEdge>;

    Graph() = default;

    /// Copies the graph itself; the copy derives the rest anew. @param other source
    Graph(const Graph& other)
        : physical(other.physical),
          links(other.links),
          incident(other.incident),
          byName(other.byName),
          byEnds(other.byEnds),
          version(other.version)
    {
    }

    PhysicalGraph physical;                                        //!< nodes and links
    std::vector<TopologyLink> links;                               //!< by LinkId
    std::vector<std::vector<LinkId>> incident;                     //!< links of each node
    std::unordered_map<std::string, NodeId> byName;                //!< node of a name
    std::map<std::tuple<NodeId, NodeId, uint16_t>, LinkId> byEnds; //!< (lower, higher, index)
    uint64_t version = 0;                                          //!< changes so far

    // derived
    bool segmentsValid = false;                      //!< whether the next four hold
    std::vector<BridgedSegment> segments;            //!< by index
    std::vector<std::optional<size_t>> segmentOf;    //!< of each bridge
    std::vector<bool> inTree;                        //!< of each link: in a spanning tree
    std::vector<bool> blocked;                       //!< of each link: pruned
    bool routedValid = false;                        //!< whether the next two hold
    std::vector<std::vector<Adjacency>> adjacencies; //!< of each node
    RoutedGraph routed;                              //!< the layer 3 graph
    std::array<std::unordered_map<NodeId, std::shared_ptr<const DistanceTable>>, 3>
        distances; //!< by PathMetric and source
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TOPOLOGY_GRAPH_H
