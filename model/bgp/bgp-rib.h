// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_RIB_H
#define VMM_BGP_RIB_H

#include "ns3/bgp-next-hop.h"
#include "ns3/bgp-path-attributes.h"
#include "ns3/ip-prefix.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

/**
 * @file
 * The three routing information bases of RFC 4271 section 3.2 in one table with a row per prefix:
 * the row holds what each neighbour said (Adj-RIBs-In), what was chosen (Loc-RIB) and what each
 * neighbour was told (Adj-RIBs-Out). One look-up per prefix of an UPDATE finds all three, and a
 * route costs a few words, its attributes being shared. The price is that the loss of a neighbour
 * walks all rows.
 */

namespace ns3
{
namespace vmm
{

/// Stands for the neighbour of a route that was originated here by hand.
constexpr BgpPeerId BGP_LOCAL_NETWORK = 0xfffffffd;
/// Stands for the neighbour of a route redistributed from another protocol.
constexpr BgpPeerId BGP_LOCAL_REDISTRIBUTED = 0xfffffffe;
/// Stands for the neighbour of an aggregate.
constexpr BgpPeerId BGP_LOCAL_AGGREGATE = 0xffffffff;

/// @param peer a neighbour's number @return whether it stands for this router
constexpr bool
IsBgpLocal(BgpPeerId peer)
{
    return peer >= BGP_LOCAL_NETWORK;
}

/// A route in an Adj-RIB-In, or a local one.
struct BgpPath
{
    BgpPeerId peer = 0;                       //!< who said it
    uint32_t arrival = 0;                     //!< lower: came earlier
    BgpAttributesPtr received;                //!< as it came
    BgpAttributesPtr imported;                //!< after policy; null: rejected
    BgpNextHopTable::Node* nextHop = nullptr; //!< of imported; nullptr: a local route
};

/// A route in an Adj-RIB-Out.
struct BgpAdvertisedPath
{
    BgpPeerId peer = 0;    //!< who is told
    bool pending = false;  //!< waits for the neighbour's turn; in its list of such prefixes
    bool resend = false;   //!< goes out even if it is what was sent
    BgpAttributesPtr sent; //!< what it was told last; null: nothing, or a withdrawal
};

/// A row of the Loc-RIB.
struct BgpBestPath
{
    BgpAttributesPtr attributes; //!< null: no route
    BgpPeerId peer = 0;          //!< who said it
    /// Where packets go: all equal routes together. Null: nothing to install (no route, or one that
    /// is in the forwarding table for another reason); empty: packets are discarded (aggregate).
    BgpNextHopSetPtr nextHops;

    /// @return whether this equals other
    bool operator==(const BgpBestPath& other) const
    {
        return attributes == other.attributes && nextHops == other.nextHops &&
               (!attributes || peer == other.peer);
    }
};

/// All about a prefix.
struct BgpRibEntry
{
    IpPrefix prefix;                         //!< the prefix
    bool dirty = false;                      //!< in the list of rows to decide
    bool fibQueued = false;                  //!< in the queue of rows to install
    uint32_t round = 0;                      //!< the last selection that decided it
    std::vector<BgpPath> paths;              //!< sorted by peer
    std::vector<BgpAdvertisedPath> outgoing; //!< sorted by peer
    BgpBestPath best;                        //!< Loc-RIB
    BgpNextHopSetPtr installed;              //!< in the forwarding table; null: not

    /// @param peer a neighbour @return its route, nullptr if there is none
    BgpPath* FindPath(BgpPeerId peer);
    /// @param peer a neighbour @return its route, nullptr if there is none
    const BgpPath* FindPath(BgpPeerId peer) const;
    /// @param peer a neighbour @return its route, added if there was none
    BgpPath& FindOrAddPath(BgpPeerId peer);
    /// Removes the neighbour's route. @param peer the neighbour @return whether there was one
    bool ErasePath(BgpPeerId peer);
    /// @param peer a neighbour @return what it was told, nullptr if nothing
    BgpAdvertisedPath* FindOutgoing(BgpPeerId peer);
    /// @param peer a neighbour @return what it was told, added if there was nothing
    BgpAdvertisedPath& FindOrAddOutgoing(BgpPeerId peer);
    /// Removes what the neighbour was told. @param peer the neighbour @return whether there was one
    bool EraseOutgoing(BgpPeerId peer);
    /// @return whether nothing is known and nothing is to be done
    bool IsEmpty() const;
};

/// The rows, found by prefix or by number. A row keeps its place and number until released.
class BgpRib
{
  public:
    /// Number of a row.
    using Id = uint32_t;

    /// @param prefix a prefix @return its row, nullptr if there is none
    const BgpRibEntry* Find(const IpPrefix& prefix) const;
    /// @param prefix a prefix @return the number of its row, no value if there is none
    std::optional<Id> FindId(const IpPrefix& prefix) const;
    /// @param prefix a prefix @return the number of its row, added if there was none
    Id FindOrAdd(const IpPrefix& prefix);

    /// @param id of a row in use @return the row
    BgpRibEntry& Get(Id id)
    {
        return m_entries[id];
    }

    /// @param id of a row in use @return the row
    const BgpRibEntry& Get(Id id) const
    {
        return m_entries[id];
    }

    /// Frees the row if it is in use and empty. @param id below GetEnd()
    void ReleaseIfEmpty(Id id);
    /// @return numbers of all rows in use, in the order of their prefixes
    std::vector<Id> GetSorted() const;

    /// @return one more than the highest number that was ever in use
    Id GetEnd() const
    {
        return static_cast<Id>(m_entries.size());
    }

    /// @param id below GetEnd() @return whether the row is in use
    bool IsUsed(Id id) const
    {
        return static_cast<bool>(m_entries[id].prefix.GetAddress());
    }

    /// @return number of rows
    size_t GetSize() const
    {
        return m_index.size();
    }

  private:
    std::unordered_map<IpPrefix, Id> m_index; //!< searched only
    std::deque<BgpRibEntry> m_entries;        //!< rows; those not in use have no prefix
    std::vector<Id> m_free;                   //!< rows not in use
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_RIB_H
