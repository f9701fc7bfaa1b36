// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GRAPHML_DOCUMENT_H
#define VMM_GRAPHML_DOCUMENT_H

#include "ns3/scenario-error.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A node of a GraphML file.
struct GraphmlNode
{
    SourcePosition at;                       //!< of its tag
    std::string id;                          //!< as written
    std::map<std::string, std::string> data; //!< by the name of the key; empty values left out
};

/// An edge of a GraphML file.
struct GraphmlEdge
{
    SourcePosition at;                       //!< of its tag
    size_t source = 0;                       //!< index in nodes
    size_t target = 0;                       //!< index in nodes
    std::map<std::string, std::string> data; //!< by the name of the key; empty values left out
};

/// What a GraphML file says, all values as text.
struct GraphmlDocument
{
    std::map<std::string, std::string> data; //!< of the graph itself
    std::vector<GraphmlNode> nodes;          //!< in the order of the file
    std::vector<GraphmlEdge> edges;          //!< in the order of the file
};

/**
 * Reads GraphML by boost::read_graphml: one graph, undirected, any keys. Defaults of keys are
 * filled in, types of keys are not looked at.
 *
 * @param name of the file, for errors
 * @param bytes of the file
 * @return what it says
 * @throws ScenarioError if it is no such file; at a line and column, but of what Boost alone finds
 *         only a line, or none
 */
GraphmlDocument ReadGraphml(const std::string& name, const std::string& bytes);

} // namespace vmm
} // namespace ns3

#endif // VMM_GRAPHML_DOCUMENT_H
