// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/graphml-document.h"

#include "ns3/graphml-scan.h"

#include <algorithm>
#include <boost/graph/graphml.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <set>
#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

/// Takes from boost::read_graphml what it reads.
class DocumentBuilder : public boost::mutate_graph
{
  public:
    explicit DocumentBuilder(GraphmlDocument& document)
        : m_document(document)
    {
    }

    bool is_directed() const override
    {
        return false;
    }

    boost::any do_add_vertex() override
    {
        m_document.nodes.emplace_back();
        return m_document.nodes.size() - 1;
    }

    std::pair<boost::any, bool> do_add_edge(boost::any source, boost::any target) override
    {
        GraphmlEdge edge;
        edge.source = boost::any_cast<size_t>(source);
        edge.target = boost::any_cast<size_t>(target);
        m_document.edges.push_back(edge);
        return {m_document.edges.size() - 1, true};
    }

    void set_graph_property(const std::string& name,
                            const std::string& value,
                            const std::string&) override
    {
        Set(m_document.data, name, value);
    }

    void set_vertex_property(const std::string& name,
                             boost::any vertex,
                             const std::string& value,
                             const std::string&) override
    {
        Set(m_document.nodes.at(boost::any_cast<size_t>(vertex)).data, name, value);
    }

    void set_edge_property(const std::string& name,
                           boost::any edge,
                           const std::string& value,
                           const std::string&) override
    {
        Set(m_document.edges.at(boost::any_cast<size_t>(edge)).data, name, value);
    }

  private:
    /// Notes a value; an empty one takes a default away.
    static void
    Set(std::map<std::string, std::string>& data, const std::string& name, const std::string& value)
    {
        if (value.empty())
        {
            data.erase(name);
        }
        else
        {
            data[name] = value;
        }
    }

    GraphmlDocument& m_document; //!< what is filled
};

/// @return an attribute of a tag, "" if it has none
std::string
GetAttribute(const GraphmlTag& tag, const std::string& name)
{
    auto found = tag.attributes.find(name);
    return found == tag.attributes.end() ? "" : found->second;
}

/// Reads one file.
class DocumentReader
{
  public:
    DocumentReader(const std::string& name, const std::string& bytes)
        : m_name(name),
          m_bytes(bytes)
    {
    }

    /// @return what the file says; throws ScenarioError
    GraphmlDocument Read()
    {
        m_tags = ScanGraphml(m_name, m_bytes);
        CheckTags();
        GraphmlDocument document;
        Parse(document);
        Place(document);
        return document;
    }

  private:
    [[noreturn]] void Fail(size_t at, const std::string& found, const std::string& expected) const
    {
        throw ScenarioError(FindPosition(m_name, m_bytes, at), found, expected);
    }

    /// Refuses what Boost would refuse without a place, or take for something else.
    void CheckTags() const
    {
        if (m_tags.graphs.size() != 1)
        {
            Fail(m_tags.graphs.empty() ? 0 : m_tags.graphs[1].offset,
                 m_tags.graphs.empty() ? "no graph" : "another graph",
                 "GraphML with one graph");
        }
        const GraphmlTag& graph = m_tags.graphs.front();
        if (GetAttribute(graph, "edgedefault") != "undirected")
        {
            Fail(graph.offset,
                 "edgedefault " + ShowText(GetAttribute(graph, "edgedefault")),
                 "undirected");
        }
        std::set<std::string> ids;
        for (const GraphmlTag& node : m_tags.nodes)
        {
            std::string id = GetAttribute(node, "id");
            if (id.empty() || !ids.insert(id).second)
            {
                Fail(node.offset,
                     id.empty() ? "a node without id" : "a second node " + ShowText(id),
                     "an id that no other node has");
            }
        }
        for (const GraphmlTag& edge : m_tags.edges)
        {
            for (const char* end : {"source", "target"})
            {
                if (GetAttribute(edge, end).empty())
                {
                    Fail(edge.offset, "an edge without " + std::string(end), "the id of a node");
                }
            }
            if (GetAttribute(edge, "directed") == "true")
            {
                Fail(edge.offset, "a directed edge", "an undirected one");
            }
        }
    }

    /// Lets Boost read the file.
    void Parse(GraphmlDocument& document) const
    {
        std::istringstream in(m_bytes);
        DocumentBuilder builder(document);
        const SourcePosition start{m_name, 1, 1};
        try
        {
            boost::read_graphml(in, builder, 0);
        }
        catch (const boost::property_tree::xml_parser_error& error)
        {
            throw ScenarioError(
                {m_name, static_cast<uint32_t>(error.line()), 1}, error.message(), "XML");
        }
        catch (const boost::property_tree::ptree_error& error)
        {
            throw ScenarioError(start, ShowText(error.what()), "GraphML");
        }
        catch (const boost::graph_exception& error)
        {
            throw ScenarioError(start, ShowText(error.what()), "GraphML");
        }
    }

    /// Gives nodes and edges their places in the file.
    void Place(GraphmlDocument& document) const
    {
        if (document.nodes.size() > m_tags.nodes.size())
        {
            FailAtUnknownEnd();
        }
        if (document.nodes.size() != m_tags.nodes.size() ||
            document.edges.size() != m_tags.edges.size())
        {
            Fail(0, "nodes or edges outside of the graph", "GraphML");
        }
        PositionFinder positions(m_name, m_bytes);
        for (size_t i = 0; i < document.nodes.size(); i++)
        {
            document.nodes[i].at = positions.Find(m_tags.nodes[i].offset);
            document.nodes[i].id = GetAttribute(m_tags.nodes[i], "id");
        }
        for (size_t i = 0; i < document.edges.size(); i++)
        {
            document.edges[i].at = positions.Find(m_tags.edges[i].offset);
        }
    }

    /// Boost has made up nodes for edges whose ends are no nodes.
    [[noreturn]] void FailAtUnknownEnd() const
    {
        std::set<std::string> ids;
        for (const GraphmlTag& node : m_tags.nodes)
        {
            ids.insert(GetAttribute(node, "id"));
        }
        for (const GraphmlTag& edge : m_tags.edges)
        {
            for (const char* end : {"source", "target"})
            {
                if (!ids.count(GetAttribute(edge, end)))
                {
                    Fail(edge.offset,
                         std::string(end) + " " + ShowText(GetAttribute(edge, end)),
                         "the id of a node");
                }
            }
        }
        Fail(0, "an edge to no node", "the id of a node");
    }

    const std::string& m_name;  //!< of the file
    const std::string& m_bytes; //!< of the file
    GraphmlTags m_tags;         //!< where things stand in it
};

} // namespace

GraphmlDocument
ReadGraphml(const std::string& name, const std::string& bytes)
{
    return DocumentReader(name, bytes).Read();
}

} // namespace vmm
} // namespace ns3
