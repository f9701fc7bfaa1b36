// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/path-table.h"

namespace ns3
{
namespace vmm
{

PathTable::PathTable()
    : m_steps{{0, 0, 0, 0, 0}}
{
}

PathId
PathTable::Append(PathId path, uint32_t node)
{
    if (path != 0 && m_steps[path].node == node)
    {
        return path;
    }
    for (PathId child = m_steps[path].firstChild; child != 0; child = m_steps[child].nextSibling)
    {
        if (m_steps[child].node == node)
        {
            return child;
        }
    }
    const PathId added = static_cast<PathId>(m_steps.size());
    m_steps.push_back({node, m_steps[path].length + 1, path, 0, m_steps[path].firstChild});
    m_steps[path].firstChild = added;
    return added;
}

std::vector<uint32_t>
PathTable::GetNodes(PathId path) const
{
    std::vector<uint32_t> nodes(m_steps[path].length);
    for (auto at = nodes.rbegin(); at != nodes.rend(); ++at, path = m_steps[path].parent)
    {
        *at = m_steps[path].node;
    }
    return nodes;
}

uint32_t
PathTable::GetLength(PathId path) const
{
    return m_steps[path].length;
}

bool
PathTable::Contains(PathId path, uint32_t node) const
{
    for (; path != 0; path = m_steps[path].parent)
    {
        if (m_steps[path].node == node)
        {
            return true;
        }
    }
    return false;
}

size_t
PathTable::GetSize() const
{
    return m_steps.size();
}

} // namespace vmm
} // namespace ns3
