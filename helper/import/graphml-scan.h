// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GRAPHML_SCAN_H
#define VMM_GRAPHML_SCAN_H

#include "ns3/scenario-error.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A start tag of a GraphML file.
struct GraphmlTag
{
    size_t offset = 0;                             //!< of its '<' in the file
    std::map<std::string, std::string> attributes; //!< as written, entities not resolved
};

/// Where the elements of a GraphML file stand.
struct GraphmlTags
{
    std::vector<GraphmlTag> graphs; //!< `graph`, in the order of the file
    std::vector<GraphmlTag> nodes;  //!< `node`
    std::vector<GraphmlTag> edges;  //!< `edge`
};

/**
 * Finds the lines and columns of many offsets of one file. It goes on from the last one, so that
 * offsets in ascending order together cost one pass, however long the lines are.
 */
class PositionFinder
{
  public:
    /**
     * @param name of the file; must outlive this
     * @param bytes of the file; must outlive this
     */
    PositionFinder(const std::string& name, const std::string& bytes);

    /**
     * @param offset in the file; what is beyond its end counts as the end
     * @return line and column, from 1; columns count characters
     */
    SourcePosition Find(size_t offset);

  private:
    const std::string& m_name;  //!< of the file
    const std::string& m_bytes; //!< of the file
    size_t m_at = 0;            //!< the last offset
    uint32_t m_line = 1;        //!< of m_at
    uint32_t m_column = 1;      //!< of m_at
};

/**
 * @param name of the file
 * @param bytes of the file
 * @param offset in the file
 * @return where that is, for an error
 */
SourcePosition FindPosition(const std::string& name, const std::string& bytes, size_t offset);

/**
 * Goes over the tags of an XML file before boost::read_graphml does, which says of an error in what
 * it reads only that there is one, takes any end tag for any element, and needs stack for each
 * level of nesting.
 *
 * @param name of the file
 * @param bytes of the file
 * @return the tags that Boost.Graph reads
 * @throws ScenarioError if it is not UTF-8, or tags are malformed, do not pair, or are nested more
 * than 100 deep
 */
GraphmlTags ScanGraphml(const std::string& name, const std::string& bytes);

} // namespace vmm
} // namespace ns3

#endif // VMM_GRAPHML_SCAN_H
