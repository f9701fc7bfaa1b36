// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_STATE_TALLY_H
#define VMM_STATE_TALLY_H

#include "ns3/nstime.h"

#include <cstdint>
#include <map>

namespace ns3
{
namespace vmm
{

/**
 * How many entries of one kind (host routes, bindings) there are, at each node and in all: now, at
 * most, and summed over time.
 */
class StateTally
{
  public:
    /// The figures of one node, or of all.
    struct Figures
    {
        uint64_t now = 0;    //!< at the last change
        uint64_t peak = 0;   //!< at most
        double integral = 0; //!< entries x seconds up to the last change
        Time since;          //!< the last change

        /// @param end of the run @return entries x seconds up to end
        double GetIntegral(Time end) const;
    };

    /// @param node where @param now when: one more
    void Add(uint32_t node, Time now);
    /// @param node where @param now when: one less
    void Remove(uint32_t node, Time now);
    /// @param node where @param number of entries from now on @param now when
    void Set(uint32_t node, uint64_t number, Time now);
    /// @return figures by ns-3 node id
    const std::map<uint32_t, Figures>& GetNodes() const;
    /// @return figures of all nodes together
    const Figures& GetTotal() const;

  private:
    std::map<uint32_t, Figures> m_nodes; //!< by node
    Figures m_total;                     //!< of all
};

} // namespace vmm
} // namespace ns3

#endif // VMM_STATE_TALLY_H
