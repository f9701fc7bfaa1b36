// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PATH_TABLE_H
#define VMM_PATH_TABLE_H

#include <cstddef>
#include <cstdint>
#include <vector>

namespace ns3
{
namespace vmm
{

/// An interned sequence of nodes: 0 is the empty one.
using PathId = uint32_t;

/**
 * The sequences of nodes that packets have taken, each stored once. A path is a leaf of a trie, so
 * that a packet carries one 32-bit number and a hop that some packet has taken before costs no
 * memory.
 */
class PathTable
{
  public:
    PathTable();

    /**
     * @param path a path of this table
     * @param node the node id visited next; equal to the last one of path, the path stays as it is
     * @return the path with node at its end
     */
    PathId Append(PathId path, uint32_t node);

    /**
     * @param path a path of this table
     * @return its nodes from the sender on
     */
    std::vector<uint32_t> GetNodes(PathId path) const;

    /**
     * @param path a path of this table
     * @return how many nodes it has
     */
    uint32_t GetLength(PathId path) const;

    /**
     * @param path a path of this table
     * @param node a node id
     * @return whether node is on path
     */
    bool Contains(PathId path, uint32_t node) const;

    /// @return how many distinct paths and beginnings of paths there are, the empty one included
    size_t GetSize() const;

  private:
    /// One step of the trie.
    struct Step
    {
        uint32_t node;      //!< node id
        uint32_t length;    //!< nodes up to this one
        PathId parent;      //!< the path without this node
        PathId firstChild;  //!< 0: none
        PathId nextSibling; //!< 0: none
    };

    std::vector<Step> m_steps; //!< by PathId
};

} // namespace vmm
} // namespace ns3

#endif // VMM_PATH_TABLE_H
