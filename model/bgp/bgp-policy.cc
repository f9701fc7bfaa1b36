// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-policy.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return whether list is empty, or holds value
template <typename T>
bool
IsFreeOrHas(const std::vector<T>& list, const T& value)
{
    return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

/// @return whether list is empty, or test holds for one of it
template <typename T, typename F>
bool
IsFreeOrAny(const std::vector<T>& list, F test)
{
    return list.empty() || std::any_of(list.begin(), list.end(), test);
}

/**
 * @param match conditions
 * @param a attributes
 * @return whether those about communities hold
 */
bool
CommunitiesMatch(const BgpPolicyMatch& match, const BgpPathAttributes& a)
{
    auto has = [&a](uint32_t community)
    {
        return a.HasCommunity(community);
    };
    auto hasLarge = [&a](const BgpLargeCommunity& community)
    {
        return a.HasLargeCommunity(community);
    };
    const auto& all = match.allOfCommunities;
    const auto& none = match.noneOfCommunities;
    return IsFreeOrAny(match.anyOfCommunities, has) && std::all_of(all.begin(), all.end(), has) &&
           std::none_of(none.begin(), none.end(), has) && IsFreeOrAny(match.anyOfLarge, hasLarge);
}

/**
 * @param match conditions
 * @param a attributes
 * @return whether those about AS_PATH hold
 */
bool
AsPathMatches(const BgpPolicyMatch& match, const BgpPathAttributes& a)
{
    return IsFreeOrAny(match.anyOfAsPath,
                       [&a](BgpAsn asn)
                       {
                           return a.ContainsAs(asn);
                       }) &&
           (!match.firstAs || *match.firstAs == a.FirstAs()) &&
           (!match.originAs ||
            (*match.originAs == a.OriginAs() && (*match.originAs != 0 || a.asPath.empty()))) &&
           (!match.minAsPathLength || a.AsPathLength() >= *match.minAsPathLength) &&
           (!match.maxAsPathLength || a.AsPathLength() <= *match.maxAsPathLength);
}

/**
 * @param match conditions
 * @param context prefix and neighbour
 * @param a attributes
 * @return whether all hold
 */
bool
Matches(const BgpPolicyMatch& match, const BgpPolicyContext& context, const BgpPathAttributes& a)
{
    return IsFreeOrAny(match.prefixes,
                       [&context](const BgpPrefixMatch& range)
                       {
                           return range.Matches(context.prefix);
                       }) &&
           IsFreeOrHas(match.neighbors, context.neighbor) &&
           IsFreeOrHas(match.neighborAs, context.neighborAs) &&
           IsFreeOrHas(match.sources, context.source) &&
           (!match.origin || *match.origin == a.origin) && CommunitiesMatch(match, a) &&
           AsPathMatches(match, a);
}

/**
 * @param actions changes
 * @param context for the router's own AS
 * @param a attributes
 * @return the attributes after them
 */
BgpPathAttributes
Change(const BgpPolicyActions& actions, const BgpPolicyContext& context, BgpPathAttributes a)
{
    a.localPref = actions.setLocalPref ? actions.setLocalPref : a.localPref;
    a.med = actions.setMed ? actions.setMed : a.med;
    if (actions.clearMed)
    {
        a.med.reset();
    }
    a.origin = actions.setOrigin.value_or(a.origin);
    if (actions.clearCommunities)
    {
        a.communities.clear();
    }
    for (uint32_t community : actions.removeCommunities)
    {
        a.RemoveCommunity(community);
    }
    for (uint32_t community : actions.addCommunities)
    {
        a.AddCommunity(community);
    }
    for (const BgpLargeCommunity& community : actions.addLarge)
    {
        a.AddLargeCommunity(community);
    }
    if (!actions.addExtended.empty())
    {
        a.extendedCommunities.insert(
            a.extendedCommunities.end(), actions.addExtended.begin(), actions.addExtended.end());
        a.Normalize();
    }
    a.Prepend(actions.prependAs.value_or(context.localAs), actions.prepend);
    if (actions.setNextHop &&
        actions.setNextHop->GetFamily() == context.prefix.GetAddress().GetFamily())
    {
        a.nextHop = *actions.setNextHop;
        a.linkLocalNextHop.reset();
    }
    return a;
}

} // namespace

BgpPrefixMatch
BgpPrefixMatch::Exactly(const IpPrefix& prefix)
{
    return {prefix, prefix.GetLength(), prefix.GetLength()};
}

BgpPrefixMatch
BgpPrefixMatch::OrLonger(const IpPrefix& prefix)
{
    return {prefix, prefix.GetLength(), prefix.GetAddress().GetBits()};
}

BgpPrefixMatch
BgpPrefixMatch::HostRoutes(IpFamily family)
{
    if (family == IpFamily::IPV4)
    {
        return {IpPrefix::FromString("0.0.0.0/0"), 32, 32};
    }
    return {IpPrefix::FromString("::/0"), 128, 128};
}

bool
BgpPrefixMatch::Matches(const IpPrefix& other) const
{
    return other.GetLength() >= std::max(minLength, prefix.GetLength()) &&
           other.GetLength() <= maxLength && prefix.Contains(other.GetAddress());
}

bool
BgpPolicyActions::Any() const
{
    return setLocalPref || setMed || clearMed || setOrigin || clearCommunities ||
           !removeCommunities.empty() || !addCommunities.empty() || !addLarge.empty() ||
           !addExtended.empty() || prepend > 0 || setNextHop;
}

BgpPolicy
BgpPolicy::AcceptAll()
{
    return {};
}

BgpPolicy
BgpPolicy::RejectAll()
{
    return {{}, BgpVerdict::REJECT};
}

void
BgpPolicy::Check() const
{
    for (const BgpPolicyRule& rule : rules)
    {
        for (const BgpPrefixMatch& range : rule.match.prefixes)
        {
            uint8_t least = std::max(range.minLength, range.prefix.GetLength());
            if (range.maxLength < least || range.maxLength > range.prefix.GetAddress().GetBits())
            {
                throw std::invalid_argument("BGP policy rule \"" + rule.name +
                                            "\": found lengths " + std::to_string(range.minLength) +
                                            " to " + std::to_string(range.maxLength) + " in " +
                                            range.prefix.ToString());
            }
        }
        if (rule.actions.prepend > 255)
        {
            throw std::invalid_argument("BGP policy rule \"" + rule.name + "\": found prepend " +
                                        std::to_string(rule.actions.prepend) +
                                        ", expected 0 to 255");
        }
    }
}

bool
BgpPolicy::LooksAtPrefix() const
{
    return std::any_of(rules.begin(),
                       rules.end(),
                       [](const BgpPolicyRule& rule)
                       {
                           return !rule.match.prefixes.empty() || rule.actions.setNextHop;
                       });
}

BgpAttributesPtr
BgpPolicy::Apply(const BgpPolicyContext& context,
                 const BgpAttributesPtr& attributes,
                 BgpAttributePool& pool) const
{
    std::optional<BgpPathAttributes> changed;
    BgpVerdict verdict = otherwise;
    for (const BgpPolicyRule& rule : rules)
    {
        if (!Matches(rule.match, context, changed ? *changed : *attributes))
        {
            continue;
        }
        if (rule.verdict == BgpVerdict::REJECT)
        {
            return nullptr;
        }
        if (rule.actions.Any())
        {
            changed = Change(rule.actions, context, changed ? std::move(*changed) : *attributes);
        }
        if (rule.verdict == BgpVerdict::ACCEPT)
        {
            verdict = BgpVerdict::ACCEPT;
            break;
        }
    }
    if (verdict == BgpVerdict::REJECT)
    {
        return nullptr;
    }
    return changed ? pool.Intern(std::move(*changed)) : attributes;
}

} // namespace vmm
} // namespace ns3
