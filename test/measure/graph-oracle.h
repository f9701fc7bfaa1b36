// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GRAPH_ORACLE_H
#define VMM_GRAPH_ORACLE_H

#include "ns3/shortest-path-oracle.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A fabric of links of equal delay, for tests.
class GraphOracle : public ShortestPathOracle
{
  public:
    /// Adds a fabric node.
    void Name(uint32_t node, const std::string& name)
    {
        m_names[node] = name;
    }

    /// Adds a link of 10 us.
    void Link(uint32_t a, uint32_t b)
    {
        m_neighbours[a].push_back(b);
        m_neighbours[b].push_back(a);
    }

    bool IsFabricNode(uint32_t node) const override
    {
        return m_neighbours.count(node) != 0;
    }

    PathCost GetShortest(uint32_t from, uint32_t to) const override
    {
        std::map<uint32_t, uint32_t> hops{{from, 0}};
        std::deque<uint32_t> queue{from};
        while (!queue.empty() && hops.count(to) == 0)
        {
            const uint32_t at = queue.front();
            queue.pop_front();
            for (uint32_t next : m_neighbours.at(at))
            {
                if (hops.emplace(next, hops[at] + 1).second)
                {
                    queue.push_back(next);
                }
            }
        }
        return {hops.at(to), MicroSeconds(10 * hops.at(to))};
    }

    uint32_t GetRouteHops(uint32_t from, uint32_t to) const override
    {
        return GetShortest(from, to).hops;
    }

    PathCost GetStep(uint32_t from, uint32_t to) const override
    {
        return GetShortest(from, to);
    }

    std::string GetName(uint32_t node) const override
    {
        const auto found = m_names.find(node);
        return found == m_names.end() ? "node-" + std::to_string(node) : found->second;
    }

  private:
    std::map<uint32_t, std::vector<uint32_t>> m_neighbours; //!< by node
    std::map<uint32_t, std::string> m_names;                //!< by node
};

} // namespace vmm
} // namespace ns3

#endif // VMM_GRAPH_ORACLE_H
