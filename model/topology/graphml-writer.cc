// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/graphml-writer.h"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graphml.hpp>
#include <boost/make_shared.hpp>

#include <cmath>
#include <functional>
#include <iomanip>
#include <limits>
#include <locale>
#include <sstream>
#include <string>
#include <typeinfo>
#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

/// The graph as Boost writes it: vertices are NodeIds, edges carry their LinkId.
using PlainGraph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, LinkId>;

/// @return the fewest digits that give the number back
std::string
Spell(double value)
{
    if (std::isnan(value))
    {
        return "NaN";
    }
    for (int digits = 6;; digits++)
    {
        std::ostringstream out;
        out.imbue(std::locale::classic());
        out << std::setprecision(digits) << value;
        std::istringstream in(out.str());
        in.imbue(std::locale::classic());
        double back = 0;
        if ((in >> back && back == value) || digits == std::numeric_limits<double>::max_digits10)
        {
            return out.str();
        }
    }
}

std::string
Spell(long value)
{
    return std::to_string(value);
}

std::string
Spell(const std::string& value)
{
    return value;
}

/// A key of nodes or links. Boost's own maps write a double with six digits.
template <typename Key, typename Value>
class KeyMap : public boost::dynamic_property_map
{
  public:
    /// @param get the value of a node or link
    explicit KeyMap(std::function<Value(const Key&)> get)
        : m_get(std::move(get))
    {
    }

    boost::any get(const boost::any& key) override
    {
        return m_get(boost::any_cast<const Key&>(key));
    }

    std::string get_string(const boost::any& key) override
    {
        return Spell(m_get(boost::any_cast<const Key&>(key)));
    }

    void put(const boost::any&, const boost::any&) override
    {
        throw boost::dynamic_const_put_error();
    }

    const std::type_info& key() const override
    {
        return typeid(Key);
    }

    const std::type_info& value() const override
    {
        return typeid(Value);
    }

  private:
    std::function<Value(const Key&)> m_get; //!< asks
};

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
        Add<Vertex, Value>(name,
                           [this, get](const Vertex& node)
                           {
                               return get(m_topology.GetNode(static_cast<NodeId>(node)));
                           });
    }

    /// Adds a key of links. @param name of the key @param get its value at a link
    template <typename Value>
    void AddLinkKey(const std::string& name, Value (*get)(const TopologyLink&))
    {
        Add<Edge, Value>(name,
                         [this, get](const Edge& edge)
                         {
                             return get(m_topology.GetLink(m_graph[edge]));
                         });
    }

    /// Adds the key of losses.
    void AddLosses()
    {
        Add<Edge, double>("loss",
                          [this](const Edge& edge)
                          {
                              auto loss = m_losses.find(m_graph[edge]);
                              return loss == m_losses.end() ? 0.0 : loss->second;
                          });
    }

    /// Adds the key of links that spanning trees leave out, if there are any.
    void AddBlocked()
    {
        bool any = false;
        for (LinkId link = 0; link < m_topology.GetLinkCount(); link++)
        {
            any = any || m_topology.IsBlocked(link);
        }
        if (any)
        {
            Add<Edge, long>("blocked",
                            [this](const Edge& edge)
                            {
                                return m_topology.IsBlocked(m_graph[edge]) ? 1L : 0L;
                            });
        }
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
    using Vertex = PlainGraph::vertex_descriptor; //!< a NodeId
    using Edge = PlainGraph::edge_descriptor;     //!< a link

    /// Adds a key.
    template <typename Key, typename Value>
    void Add(const std::string& name, std::function<Value(const Key&)> get)
    {
        m_keys.insert(name, boost::make_shared<KeyMap<Key, Value>>(std::move(get)));
    }

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
        keys.AddNodeKey<long>("bridged",
                              [](const TopologyNode& node)
                              {
                                  return node.bridged ? 1L : 0L;
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
    keys.AddLinkKey<long>("mtu",
                          [](const TopologyLink& link)
                          {
                              return static_cast<long>(link.mtu);
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
    keys.AddNodeKey<long>("nve",
                          [](const TopologyNode& node)
                          {
                              return node.nve ? 1L : 0L;
                          });
    keys.AddNodeKey<long>("dc",
                          [](const TopologyNode& node)
                          {
                              return node.dc == NO_DC ? -1L : static_cast<long>(node.dc);
                          });
    AddRareKeys(keys);
    AddLinkKeys(keys);
    keys.AddBlocked();
    if (!losses.empty())
    {
        keys.AddLosses();
    }
    keys.Write(out);
}

} // namespace vmm
} // namespace ns3
