// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLOW_ENDS_H
#define VMM_FLOW_ENDS_H

#include "ns3/row-reader.h"
#include "ns3/scenario.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Reads the ends in a field of traffic.csv: a VM, `host:NAME` for a node without VMs, several of
 * these with blanks between, `*` for all VMs, `web-*` for those whose names begin so, `host:*` and
 * `host:NAME*` likewise.
 * @param row a row
 * @param column `from` or `to`
 * @param scenario with its VMs and fabric
 * @return the ends, each once: as written, those of a `*` in the order of vms.csv or of the fabric
 * @throws ScenarioError at the field
 */
std::vector<FlowEnd>
ReadFlowEnds(const RowReader& row, const std::string& column, const Scenario& scenario);

/// @param row a row @param column `from` or `to` @return whether the field may name several ends
bool NamesGroup(const RowReader& row, const std::string& column);

/// The pairs of two lists of ends, without those of an end with itself; made one by one.
class FlowPairs
{
  public:
    /**
     * @param from ends, each once
     * @param to ends, each once
     */
    FlowPairs(std::vector<FlowEnd> from, std::vector<FlowEnd> to);

    /// @return how many there are
    uint64_t GetCount() const
    {
        return m_starts.back();
    }

    /// @param index of a pair @return the pair; by from, then by to
    std::pair<FlowEnd, FlowEnd> At(uint64_t index) const;

  private:
    std::vector<FlowEnd> m_from;    //!< ends
    std::vector<FlowEnd> m_to;      //!< ends
    std::vector<uint64_t> m_starts; //!< index of the first pair of each from; then their number
};

/**
 * Chooses without putting back.
 * @param total how many there are
 * @param count how many are wanted, at most total
 * @param name of what they are for: with the seed all that the choice depends on
 * @param seed run number; none: evenly over all of them instead
 * @return numbers below total, rising
 */
std::vector<uint64_t> ChooseIndices(uint64_t total,
                                    uint64_t count,
                                    const std::string& name,
                                    std::optional<uint64_t> seed);

} // namespace vmm
} // namespace ns3

#endif // VMM_FLOW_ENDS_H
