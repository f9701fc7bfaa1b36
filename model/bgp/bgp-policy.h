// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_POLICY_H
#define VMM_BGP_POLICY_H

#include "ns3/bgp-decision.h"
#include "ns3/bgp-path-attributes.h"
#include "ns3/ip-prefix.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * What a router accepts from a neighbour, or tells it, and with which attributes: a list of rules,
 * of which the first that matches and says accept or reject ends the matter.
 *
 *     BgpPolicy policy;                       // accepts what no rule speaks of
 *     BgpPolicyRule rule;
 *     rule.match.prefixes = {BgpPrefixMatch::HostRoutes(IpFamily::IPV4)};
 *     rule.match.noneOfCommunities = {MakeBgpCommunity(65000, 2)};
 *     rule.verdict = BgpVerdict::REJECT;      // host routes need the community of data centre 2
 *     policy.rules.push_back(rule);
 */

namespace ns3
{
namespace vmm
{

/// Prefixes inside a prefix, of certain lengths.
struct BgpPrefixMatch
{
    IpPrefix prefix;       //!< the range
    uint8_t minLength = 0; //!< shortest that matches, in bits; shorter than the range never does
    uint8_t maxLength = 0; //!< longest that matches, in bits

    /// @param prefix matches alone @return the match
    static BgpPrefixMatch Exactly(const IpPrefix& prefix);
    /// @param prefix matches with all prefixes inside it @return the match
    static BgpPrefixMatch OrLonger(const IpPrefix& prefix);
    /// @param family IPV4 or IPV6 @return a match of all its /32 or /128
    static BgpPrefixMatch HostRoutes(IpFamily family);
    /// @param other a prefix @return whether it matches
    bool Matches(const IpPrefix& other) const;
};

/// Conditions; all that are given must hold, and one without any always holds.
struct BgpPolicyMatch
{
    std::vector<BgpPrefixMatch> prefixes;      //!< one of these
    std::vector<uint32_t> anyOfCommunities;    //!< one of these standard communities
    std::vector<uint32_t> allOfCommunities;    //!< all of these
    std::vector<uint32_t> noneOfCommunities;   //!< none of these
    std::vector<BgpLargeCommunity> anyOfLarge; //!< one of these large communities
    std::vector<BgpAsn> anyOfAsPath;           //!< one of these is in AS_PATH
    std::optional<BgpAsn> firstAs;             //!< AS_PATH begins with it: the neighbouring AS
    std::optional<BgpAsn> originAs;            //!< AS_PATH ends with it; 0: AS_PATH is empty
    std::optional<uint32_t> minAsPathLength;   //!< AS_PATH is not shorter
    std::optional<uint32_t> maxAsPathLength;   //!< AS_PATH is not longer
    std::vector<BgpPeerId> neighbors;          //!< the neighbour that the policy acts for
    std::vector<BgpAsn> neighborAs;            //!< its AS
    std::vector<BgpRouteSource> sources;       //!< where the route comes from
    std::optional<BgpOrigin> origin;           //!< ORIGIN
};

/// Changes, in the order of the members.
struct BgpPolicyActions
{
    std::optional<uint32_t> setLocalPref;    //!< LOCAL_PREF
    std::optional<uint32_t> setMed;          //!< MULTI_EXIT_DISC
    bool clearMed = false;                   //!< removes MULTI_EXIT_DISC
    std::optional<BgpOrigin> setOrigin;      //!< ORIGIN
    bool clearCommunities = false;           //!< removes all standard communities
    std::vector<uint32_t> removeCommunities; //!< standard communities
    std::vector<uint32_t> addCommunities;    //!< standard communities
    std::vector<BgpLargeCommunity> addLarge; //!< large communities
    std::vector<uint64_t> addExtended;       //!< extended communities
    uint32_t prepend = 0;                    //!< how often, 0 to 255
    std::optional<BgpAsn> prependAs;         //!< what; the router's own AS if not given
    std::optional<IpAddress> setNextHop;     //!< NEXT_HOP, of the family of the prefix

    /// @return whether any change is asked for
    bool Any() const;
};

/// What a rule says.
enum class BgpVerdict : uint8_t
{
    ACCEPT,  //!< the route passes; no later rule is looked at
    REJECT,  //!< the route does not pass
    CONTINUE //!< the later rules see the changed route
};

/// One step of a policy.
struct BgpPolicyRule
{
    std::string name;                        //!< for messages
    BgpPolicyMatch match;                    //!< conditions
    BgpPolicyActions actions;                //!< changes; none are made by REJECT
    BgpVerdict verdict = BgpVerdict::ACCEPT; //!< what then
};

/// What the conditions look at besides the attributes.
struct BgpPolicyContext
{
    IpPrefix prefix;                               //!< of the route
    BgpRouteSource source = BgpRouteSource::LOCAL; //!< where the route comes from
    BgpPeerId neighbor = 0;                        //!< for whom the policy acts
    BgpAsn neighborAs = 0;                         //!< its AS
    BgpAsn localAs = 0;                            //!< the router's AS
};

/// A list of rules, and what becomes of routes that no rule accepts or rejects.
struct BgpPolicy
{
    std::vector<BgpPolicyRule> rules;          //!< looked at in order
    BgpVerdict otherwise = BgpVerdict::ACCEPT; //!< ACCEPT (also CONTINUE) or REJECT

    /// @return a policy that lets everything pass
    static BgpPolicy AcceptAll();
    /// @return a policy that lets nothing pass
    static BgpPolicy RejectAll();
    /**
     * @throws std::invalid_argument if a prefix match has an impossible range of lengths, or a
     * prepend is above 255; the message names the rule
     */
    void Check() const;
    /// @return whether the outcome can differ between prefixes with equal attributes
    bool LooksAtPrefix() const;
    /**
     * @param context prefix and neighbour
     * @param attributes of the route, not null
     * @param pool where changed attributes go
     * @return the attributes to use: the same pointer if unchanged; null if rejected
     */
    BgpAttributesPtr Apply(const BgpPolicyContext& context,
                           const BgpAttributesPtr& attributes,
                           BgpAttributePool& pool) const;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_POLICY_H
