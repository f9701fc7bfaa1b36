// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_UPDATE_PACKER_H
#define VMM_BGP_UPDATE_PACKER_H

#include "ns3/bgp-message.h"

#include <array>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Collects what a neighbour is to be told at one time and makes the fewest UPDATEs of it: one per
 * family for all withdrawals, then one per set of attributes for all its prefixes. The encoder cuts
 * what is longer than a message. The caller speaks of a prefix once at most.
 */
class BgpUpdatePacker
{
  public:
    /// @param prefix that is not reachable any more
    void Withdraw(const IpPrefix& prefix);
    /**
     * @param prefix that is reachable
     * @param attributes interned, not null; equal sets are recognised by their pointer
     */
    void Announce(const IpPrefix& prefix, const BgpAttributesPtr& attributes);

    /// @return whether Announce() was called since the last Take()
    bool HasAnnouncements() const
    {
        return !m_groups.empty();
    }

    /// @return whether nothing was said since the last Take()
    bool IsEmpty() const
    {
        return m_groups.empty() && m_withdrawn[0].empty() && m_withdrawn[1].empty();
    }

    /// @return the messages, sets of attributes in the order in which they first occurred
    std::vector<BgpUpdateMessage> Take();

  private:
    /// Prefixes with the same attributes.
    using Group = std::pair<BgpAttributesPtr, std::vector<IpPrefix>>;

    std::array<std::vector<IpPrefix>, 2> m_withdrawn;             //!< IPv4, IPv6
    std::vector<Group> m_groups;                                  //!< in order of first use
    std::unordered_map<const BgpPathAttributes*, size_t> m_index; //!< searched only
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_UPDATE_PACKER_H
