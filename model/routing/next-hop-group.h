// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_NEXT_HOP_GROUP_H
#define VMM_NEXT_HOP_GROUP_H

#include "ns3/fib-route.h"
#include "ns3/flow-hash.h"
#include "ns3/ipv4-route.h"
#include "ns3/ipv6-route.h"

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A set of equal-cost next hops. All routes of a table with the same next hops share one, so that
 * a device that fails is noted once and not once per route.
 */
class NextHopGroup
{
  public:
    /// A next hop and what ns-3 wants to see of it.
    struct Hop
    {
        NextHop nextHop;                  //!< where to
        bool up = true;                   //!< whether its device can be used
        mutable Ptr<Ipv4Route> ipv4Route; //!< made by the adapter at first use
        mutable Ptr<Ipv6Route> ipv6Route; //!< made by the adapter at first use
    };

    /**
     * @param nextHops at least one
     * @param isUp tells whether a device can be used
     */
    NextHopGroup(const std::vector<NextHop>& nextHops,
                 const std::function<bool(const NetDevice*)>& isUp);

    /// @return its number in its NextHopGroups, from 1
    uint32_t GetIndex() const
    {
        return m_index;
    }

    /// @return whether Pick() looks at its hash
    bool NeedsHash() const
    {
        return m_live.size() > 1;
    }

    /**
     * @param hash of the packet's flow and the node
     * @return the flow's next hop, null if all are down. While a next hop is down only its own
     *         flows move; they are spread over the others and come back with it.
     */
    const Hop* Pick(uint64_t hash) const
    {
        if (m_live.size() <= 1)
        {
            return m_live.empty() ? nullptr : m_live.front();
        }
        const Hop& hop = m_hops[PickByHash(hash, m_hops.size())];
        return hop.up ? &hop : m_live[PickByHash(MixBits(hash), m_live.size())];
    }

    /**
     * @param device an output device
     * @return the first next hop over the device that is up, null if none
     */
    const Hop* FindOver(const Ptr<NetDevice>& device) const;
    /**
     * Asks again which devices can be used.
     * @param isUp tells whether a device can be used
     */
    void Refresh(const std::function<bool(const NetDevice*)>& isUp);
    /// Drops the routes made for ns-3: an address has changed.
    void ForgetRoutes();

  private:
    friend class NextHopGroups;

    uint32_t m_index = 0;           //!< number in NextHopGroups
    std::vector<Hop> m_hops;        //!< as given
    std::vector<const Hop*> m_live; //!< those that are up
};

/// The groups of one table and family, each set of next hops once.
class NextHopGroups
{
  public:
    /// How routes refer to a group.
    using Handle = std::shared_ptr<NextHopGroup>;

    /**
     * @param nextHops at least one, each with a device
     * @param isUp tells whether a device can be used
     * @return the group of these next hops
     */
    Handle Get(const std::vector<NextHop>& nextHops,
               const std::function<bool(const NetDevice*)>& isUp);
    /**
     * Gives a group back; the last user's return deletes it.
     * @param nextHops of the group
     * @param handle from Get(), null afterwards
     */
    void Release(const std::vector<NextHop>& nextHops, Handle& handle);

    /// @param index from GetIndex(), or 0 @return the group; null for 0
    const NextHopGroup* At(uint32_t index) const
    {
        return m_byIndex[index];
    }

    /// @param visit called for every group
    void ForEach(const std::function<void(NextHopGroup&)>& visit);
    /// Forgets every group.
    void Clear();

  private:
    using Key = std::vector<std::pair<IpAddress, uint32_t>>; //!< gateway and interface index

    /// @param nextHops next hops @return their key
    static Key MakeKey(const std::vector<NextHop>& nextHops);

    std::map<Key, Handle> m_groups;                   //!< in use
    std::vector<NextHopGroup*> m_byIndex = {nullptr}; //!< the same, null where free
    std::vector<uint32_t> m_free;                     //!< numbers to use again
};

} // namespace vmm
} // namespace ns3

#endif // VMM_NEXT_HOP_GROUP_H
