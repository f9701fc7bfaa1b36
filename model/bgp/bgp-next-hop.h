// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_NEXT_HOP_H
#define VMM_BGP_NEXT_HOP_H

#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Number of a neighbour at its speaker, in order of addition; the highest numbers are local.
using BgpPeerId = uint32_t;

/// A place to send packets to: what the forwarding table needs.
struct BgpNextHop
{
    IpAddress gateway;      //!< a neighbour on the link
    uint32_t interface = 0; //!< the interface that leads there, numbered by whoever resolves

    /// @return whether this equals other
    bool operator==(const BgpNextHop& other) const
    {
        return gateway == other.gateway && interface == other.interface;
    }

    /// @return whether this sorts before other: by gateway, then by interface
    bool operator<(const BgpNextHop& other) const
    {
        return gateway != other.gateway ? gateway < other.gateway : interface < other.interface;
    }
};

/// Equal-cost next hops, sorted, each once.
using BgpNextHopSet = std::vector<BgpNextHop>;
/// A set that all routes with the same next hops share; none: no route.
using BgpNextHopSetPtr = std::shared_ptr<const BgpNextHopSet>;

/// What a NEXT_HOP leads to (RFC 4271 section 5.1.3: the immediate next hop and its cost).
struct BgpResolution
{
    bool reachable = false; //!< whether a route may use it (RFC 4271 section 9.1.2)
    bool local = false;     //!< an address of this router: the route is ignored (section 6.3)
    uint32_t cost = 0;      //!< interior cost, 0 for a neighbour on the link
    BgpNextHopSet hops;     //!< immediate next hops after recursive resolution

    /// @return whether this equals other
    bool operator==(const BgpResolution& other) const
    {
        return reachable == other.reachable && local == other.local && cost == other.cost &&
               hops == other.hops;
    }
};

/// Looks NEXT_HOPs up in whatever routes packets: a forwarding table, a graph.
class BgpNextHopResolver
{
  public:
    virtual ~BgpNextHopResolver() = default;
    /**
     * Resolves recursively, without routes that are themselves resolved through this address.
     *
     * @param nextHop a NEXT_HOP as received, of either family, or a link-local address
     * @param peer whose link a link-local address is on; no value for any other address
     * @return what it leads to; the hops in any order
     */
    virtual BgpResolution Resolve(const IpAddress& nextHop,
                                  std::optional<BgpPeerId> peer) const = 0;
};

/**
 * The next hops in use, each resolved once for all the routes that have it. A route holds a
 * pointer to its next hop, so a decision looks nothing up.
 */
class BgpNextHopTable
{
  public:
    /// A next hop in use.
    struct Entry
    {
        BgpResolution resolution; //!< the present result
        BgpNextHopSetPtr hops;    //!< its hops as a shared set
        bool changed = false;     //!< whether the last Refresh() changed it
        size_t uses = 0;          //!< Acquire() less Release()
    };

    /// An entry with its key; stays where it is while used.
    using Node = std::pair<const std::pair<IpAddress, std::optional<BgpPeerId>>, Entry>;

    /// @param resolver outlives the table
    explicit BgpNextHopTable(const BgpNextHopResolver& resolver);

    /**
     * @param address a next hop
     * @param peer who gave it
     * @return its entry, resolved now if it is new; to be given back by Release()
     */
    Node* Acquire(const IpAddress& address, BgpPeerId peer);
    /// @param node what Acquire() returned, or nullptr, which does nothing
    void Release(Node* node);
    /**
     * Resolves every entry again and marks those that changed.
     *
     * @return whether any changed
     */
    bool Refresh();

    /// @return how many next hops are in use
    size_t GetSize() const
    {
        return m_entries.size();
    }

    /**
     * @param hops in any order, also repeated
     * @return the shared set of them
     */
    BgpNextHopSetPtr Share(BgpNextHopSet hops);

  private:
    const BgpNextHopResolver& m_resolver;                                      //!< who resolves
    std::map<std::pair<IpAddress, std::optional<BgpPeerId>>, Entry> m_entries; //!< in use
    std::map<BgpNextHopSet, std::weak_ptr<const BgpNextHopSet>> m_sets;        //!< shared sets
    size_t m_sweepAt = 64; //!< size of m_sets at which sets that nobody holds are forgotten
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_NEXT_HOP_H
