// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_PATH_ATTRIBUTES_H
#define VMM_BGP_PATH_ATTRIBUTES_H

#include "ns3/bgp-types.h"
#include "ns3/vmm-ip-address.h"

#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

/**
 * @file
 * The path attributes of a route as a value, and the pool that stores equal ones once.
 *
 *     BgpAttributePool pool;
 *     BgpPathAttributes attributes;
 *     attributes.nextHop = Ipv4Address("10.0.0.1");
 *     attributes.Prepend(65001, 1);
 *     BgpAttributesPtr shared = pool.Intern(attributes);
 */

namespace ns3
{
namespace vmm
{

/// One segment of AS_PATH (RFC 4271 section 4.3).
struct BgpAsPathSegment
{
    BgpAsSegmentType type = BgpAsSegmentType::SEQUENCE; //!< ordered or not
    std::vector<BgpAsn> asns;                           //!< at least one; the latest AS first

    /// @return whether this equals other
    bool operator==(const BgpAsPathSegment& other) const
    {
        return type == other.type && asns == other.asns;
    }

    /// @return whether this sorts before other
    bool operator<(const BgpAsPathSegment& other) const
    {
        return std::tie(type, asns) < std::tie(other.type, other.asns);
    }
};

/// Value of AGGREGATOR (RFC 4271 section 5.1.7): who formed the aggregate.
struct BgpAggregator
{
    BgpAsn asn = 0;    //!< its AS
    IpAddress address; //!< its IPv4 address

    /// @return whether this equals other
    bool operator==(const BgpAggregator& other) const
    {
        return asn == other.asn && address == other.address;
    }

    /// @return whether this sorts before other
    bool operator<(const BgpAggregator& other) const
    {
        return std::tie(asn, address) < std::tie(other.asn, other.address);
    }
};

/// A transitive attribute that is not known here and is passed on (RFC 4271 section 9).
struct BgpUnknownAttribute
{
    uint8_t flags = 0;          //!< optional, transitive, partial; the length bit is never set
    uint8_t type = 0;           //!< type code
    std::vector<uint8_t> bytes; //!< value

    /// @return whether this equals other
    bool operator==(const BgpUnknownAttribute& other) const
    {
        return flags == other.flags && type == other.type && bytes == other.bytes;
    }

    /// @return whether this sorts before other
    bool operator<(const BgpUnknownAttribute& other) const
    {
        return std::tie(type, flags, bytes) < std::tie(other.type, other.flags, other.bytes);
    }
};

/// Bits of BgpPathAttributes::partial.
enum BgpPartial : uint8_t
{
    BGP_PARTIAL_AGGREGATOR = 0x01,           //!< AGGREGATOR
    BGP_PARTIAL_COMMUNITIES = 0x02,          //!< COMMUNITIES
    BGP_PARTIAL_EXTENDED_COMMUNITIES = 0x04, //!< EXTENDED COMMUNITIES
    BGP_PARTIAL_LARGE_COMMUNITIES = 0x08     //!< LARGE COMMUNITIES
};

/**
 * What a route is made of besides its prefix. The three lists of communities are sorted and without
 * duplicates; who changes them uses the Add functions or calls Normalize().
 */
struct BgpPathAttributes
{
    BgpOrigin origin = BgpOrigin::IGP;               //!< ORIGIN
    std::vector<BgpAsPathSegment> asPath;            //!< AS_PATH, the latest segment first
    IpAddress nextHop;                               //!< NEXT_HOP, or the one of MP_REACH_NLRI
    std::optional<IpAddress> linkLocalNextHop;       //!< second next hop of RFC 2545 section 3
    std::optional<uint32_t> med;                     //!< MULTI_EXIT_DISC
    std::optional<uint32_t> localPref;               //!< LOCAL_PREF
    bool atomicAggregate = false;                    //!< ATOMIC_AGGREGATE
    std::optional<BgpAggregator> aggregator;         //!< AGGREGATOR
    std::vector<uint32_t> communities;               //!< COMMUNITIES
    std::vector<uint64_t> extendedCommunities;       //!< EXTENDED COMMUNITIES, as big-endian number
    std::vector<BgpLargeCommunity> largeCommunities; //!< LARGE COMMUNITIES
    std::optional<BgpRouterId> originatorId;         //!< ORIGINATOR_ID
    std::vector<BgpRouterId> clusterList;            //!< CLUSTER_LIST, the latest cluster first
    std::vector<BgpUnknownAttribute> unknown;        //!< passed on, sorted by type
    /// BgpPartial bits: known attributes that came with the Partial flag, which has to stay set
    /// (RFC 4271 section 5).
    uint8_t partial = 0;

    /// @return the length of AS_PATH as decisions count it: a SET is 1 (RFC 4271 section 9.1.2.2)
    uint32_t AsPathLength() const;
    /// @return the AS nearest to us, 0 if the path is empty or begins with a SET
    BgpAsn FirstAs() const;
    /// @return the AS that originated the route, 0 if the path is empty or ends with a SET
    BgpAsn OriginAs() const;
    /**
     * @param asn an AS number
     * @return whether it is in AS_PATH, in a SET too (loop detection, RFC 4271 section 9.1.2)
     */
    bool ContainsAs(BgpAsn asn) const;
    /**
     * Puts asn in front of AS_PATH (RFC 4271 section 5.1.2). A segment holds at most 255.
     * @param asn AS number
     * @param n how often, may be 0
     */
    void Prepend(BgpAsn asn, uint32_t n);

    /// @return whether the standard community is there
    bool HasCommunity(uint32_t community) const;
    /// @return whether the large community is there
    bool HasLargeCommunity(const BgpLargeCommunity& community) const;
    /// Adds a standard community unless it is there.
    void AddCommunity(uint32_t community);
    /// Removes a standard community if it is there.
    void RemoveCommunity(uint32_t community);
    /// Adds a large community unless it is there.
    void AddLargeCommunity(const BgpLargeCommunity& community);
    /// Sorts the lists of communities and of unknown attributes, and removes duplicate communities.
    void Normalize();

    /// @return AS_PATH as "65001 65002 {65003,65004}", "" if empty
    std::string AsPathText() const;
    /// @return all of it on one line, for logs and tests
    std::string ToString() const;
    /// @return a hash that is the same in every run
    size_t Hash() const;

    /// @return whether all attributes are equal
    bool operator==(const BgpPathAttributes& other) const;

    /// @return whether some attribute differs
    bool operator!=(const BgpPathAttributes& other) const
    {
        return !(*this == other);
    }

    /// @return a strict weak order that has no meaning for routing
    bool operator<(const BgpPathAttributes& other) const;
};

/// A shared set of attributes that nobody changes.
using BgpAttributesPtr = std::shared_ptr<const BgpPathAttributes>;

/**
 * Stores equal sets of attributes once. An entry vanishes with its last user; users may outlive the
 * pool. Pointers of one pool are equal if and only if the attributes are.
 */
class BgpAttributePool
{
  public:
    BgpAttributePool();
    ~BgpAttributePool();
    BgpAttributePool(const BgpAttributePool&) = delete;
    BgpAttributePool& operator=(const BgpAttributePool&) = delete;

    /**
     * @param attributes a set of attributes
     * @return the stored equal one, never null
     */
    BgpAttributesPtr Intern(BgpPathAttributes attributes);
    /// @return number of sets that have a user
    size_t GetSize() const;

  private:
    struct Entries;                     //!< the table
    std::shared_ptr<Entries> m_entries; //!< lives on in the deleters of what it gave out, weakly
};

/// Writes ToString(). @return os
std::ostream& operator<<(std::ostream& os, const BgpPathAttributes& attributes);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_PATH_ATTRIBUTES_H
