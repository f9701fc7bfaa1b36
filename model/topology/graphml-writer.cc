// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/graphml-writer.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphml.hpp>
#include <boost/property_map/function_property_map.hpp>

#include <functional>
#include <limits>
#include <string>

namespace ns3
{
namespace vmm
{

namespace
{

/// The graph as Boost writes it: vertices are NodeIds, edges carry their LinkId.
using PlainGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, LinkId>;

/// @return a map that Boost can ask by key
template <typename Key, typename Function>
auto
MakeMap(const Function& function)
{
    return boost::make_function_property_map<Key>(function);
}

/// Collects the keys that a file has.
class KeyWriter
{
  public:
    /// @param topology the graph @param losses of its links
    KeyWriter(const Topology& topology, const LinkLosses& losses)
        : m_topology(topology),
          m_losses(losses),
          m_graph(topology.GetNodeCount())
    {
        for (LinkId link = 0; link < topology.GetLinkCount(); link++)
        {
            boost::add_edge(topology.GetLink(link).a, topology.GetLink(link).b, link, m_graph);
        }
    }

    /// Adds a key of nodes. @param name of the key @param get its value at a node
    template <typename Value>
    void AddNodeKey(const std::string& name, Value (*get)(const TopologyNode&))
    {
        std::function<Value(NodeId)> value = [this, get](NodeId node)
        {
            return get(m_topology.GetNode(node));
        };
        m_keys.property(name, MakeMap<PlainGraph::vertex_descriptor>(value));
    }

    /// Adds a key of links. @param name of the key @param get its value at a link
    template <typename Value>
    void AddLinkKey(const std::string& name, Value (*get)(const TopologyLink&))
    {
        std::function<Value(PlainGraph::edge_descriptor)> value =
            [this, get](const PlainGraph::edge_descriptor& edge)
        {
            return get(m_topology.GetLink(m_graph[edge]));
        };
        m_keys.property(name, MakeMap<PlainGraph::edge_descriptor>(value));
    }

    /// Adds the key of losses.
    void AddLosses()
    {
        std::function<double(PlainGraph::edge_descriptor)> value =
            [this](const PlainGraph::edge_descriptor& edge)
        {
            auto loss = m_losses.find(m_graph[edge]);
            return loss == m_losses.end() ? 0.0 : loss->second;
        };
        m_keys.property("loss", MakeMap<PlainGraph::edge_descriptor>(value));
    }

    /// @param test a condition @return whether some node meets it
    bool HasNode(bool (*test)(const TopologyNode&)) const
    {
        for (NodeId node = 0; node < m_topology.GetNodeCount(); node++)
        {
            if (test(m_topology.GetNode(node)))
            {
                return true;
            }
        }
        return false;
    }

    /// Writes the file. @param out where to
    void Write(std::ostream& out) const
    {
        boost::write_graphml(out, m_graph, m_keys, true);
    }

  private:
    const Topology& m_topology;       //!< the graph
    const LinkLosses& m_losses;       //!< of its links
    PlainGraph m_graph;               //!< its shape
    boost::dynamic_properties m_keys; //!< the keys, by name
};

/// Adds the keys of nodes that not every topology has.
void
AddRareKeys(KeyWriter& keys)
{
    if (keys.HasNode(
            [](const TopologyNode& node)
            {
                return node.latitude || node.longitude;
            }))
    {
        keys.AddNodeKey<double>("Latitude",
                                [](const TopologyNode& node)
                                {
                                    return node.latitude.value_or(
                                        std::numeric_limits<double>::quiet_NaN());
                                });
        keys.AddNodeKey<double>("Longitude",
                                [](const TopologyNode& node)
                                {
                                    return node.longitude.value_or(
                                        std::numeric_limits<double>::quiet_NaN());
                                });
    }
    if (keys.HasNode(
            [](const TopologyNode& node)
            {
                return node.asn.has_value();
            }))
    {
        keys.AddNodeKey<long>("asn",
                              [](const TopologyNode& node)
                              {
                                  return static_cast<long>(node.asn.value_or(0));
                              });
    }
    if (keys.HasNode(
            [](const TopologyNode& node)
            {
                return node.bridged;
            }))
    {
        keys.AddNodeKey<int>("bridged",
                             [](const TopologyNode& node)
                             {
                                 return node.bridged ? 1 : 0;
                             });
    }
}

/// Adds the keys of links that every topology has.
void
AddLinkKeys(KeyWriter& keys)
{
    keys.AddLinkKey<long>("LinkSpeedRaw",
                          [](const TopologyLink& link)
                          {
                              return static_cast<long>(link.rate.GetBitRate());
                          });
    keys.AddLinkKey<long>("delay_ns",
                          [](const TopologyLink& link)
                          {
                              return static_cast<long>(link.delay.GetNanoSeconds());
                          });
    keys.AddLinkKey<int>("mtu",
                         [](const TopologyLink& link)
                         {
                             return static_cast<int>(link.mtu);
                         });
    keys.AddLinkKey<long>("cost",
                          [](const TopologyLink& link)
                          {
                              return static_cast<long>(link.cost);
                          });
    keys.AddLinkKey<std::string>("queue",
                                 [](const TopologyLink& link)
                                 {
                                     return link.queue;
                                 });
}

} // namespace

void
WriteGraphml(std::ostream& out, const Topology& topology, const LinkLosses& losses)
{
    KeyWriter keys(topology, losses);
    keys.AddNodeKey<std::string>("label",
                                 [](const TopologyNode& node)
                                 {
                                     return node.name;
                                 });
    keys.AddNodeKey<std::string>("role",
                                 [](const TopologyNode& node)
                                 {
                                     return std::string(NodeRoleName(node.role));
                                 });
    keys.AddNodeKey<int>("nve",
                         [](const TopologyNode& node)
                         {
                             return node.nve ? 1 : 0;
                         });
    keys.AddNodeKey<int>("dc",
                         [](const TopologyNode& node)
                         {
                             return node.dc == NO_DC ? -1 : static_cast<int>(node.dc);
                         });
    AddRareKeys(keys);
    AddLinkKeys(keys);
    if (!losses.empty())
    {
        keys.AddLosses();
    }
    keys.Write(out);
}

} // namespace vmm
} // namespace ns3
