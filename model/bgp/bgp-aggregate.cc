// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-aggregate.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// Most ASes in a segment of AS_PATH: its length has one octet (RFC 4271 section 4.3).
constexpr size_t MAX_SEGMENT = 255;

/// @return whether inner is a longer prefix inside outer
bool
IsInside(const IpPrefix& outer, const IpPrefix& inner)
{
    return inner.GetLength() > outer.GetLength() && outer.Contains(inner.GetAddress());
}

/**
 * @param count changed by one
 * @param more whether up or down
 * @return whether it came from or went to 0
 */
bool
Step(size_t& count, bool more)
{
    count += more ? 1 : -1;
    return count == (more ? 1 : 0);
}

/// As Step() for the count of key, which is forgotten at 0.
template <typename K>
bool
Step(std::map<K, size_t>& counts, const K& key, bool more)
{
    size_t& count = counts[key];
    bool turned = Step(count, more);
    if (count == 0)
    {
        counts.erase(key);
    }
    return turned;
}

} // namespace

BgpAggregates::BgpAggregates(const BgpRouterIdentity& self)
    : m_self(self)
{
}

void
BgpAggregates::Add(const BgpAggregateConfig& config)
{
    if (Find(config.prefix))
    {
        throw std::invalid_argument("found a second aggregate " + config.prefix.ToString());
    }
    if (!config.prefix.GetAddress() || config.prefix.IsHost())
    {
        throw std::invalid_argument("aggregate: found " + config.prefix.ToString() +
                                    ", expected a prefix with longer ones inside");
    }
    m_states.emplace_back();
    m_states.back().config = config;
}

std::optional<BgpAggregateConfig>
BgpAggregates::Remove(const IpPrefix& prefix)
{
    State* state = Find(prefix);
    if (!state)
    {
        return std::nullopt;
    }
    BgpAggregateConfig config = state->config;
    m_states.erase(m_states.begin() + (state - m_states.data()));
    return config;
}

void
BgpAggregates::CountFor(const IpPrefix& aggregate,
                        const IpPrefix& prefix,
                        const BgpPathAttributes* attributes)
{
    State* state = Find(aggregate);
    if (state && attributes && IsInside(aggregate, prefix))
    {
        Tally(*state, *attributes, true);
    }
}

void
BgpAggregates::Count(const IpPrefix& prefix,
                     const BgpPathAttributes* before,
                     const BgpPathAttributes* after)
{
    for (State& state : m_states)
    {
        if (IsInside(state.config.prefix, prefix))
        {
            // First what comes: so a replacement does not look like an end and a new beginning.
            if (after)
            {
                Tally(state, *after, true);
            }
            if (before)
            {
                Tally(state, *before, false);
            }
        }
    }
}

void
BgpAggregates::Tally(State& state, const BgpPathAttributes& a, bool more)
{
    bool turned = Step(state.routes, more);
    turned |= Step(state.origins.at(static_cast<size_t>(a.origin)), more);
    if (!a.asPath.empty())
    {
        turned |= Step(state.foreign, more);
    }
    if (a.atomicAggregate)
    {
        turned |= Step(state.atomic, more);
    }
    if (state.config.asSet)
    {
        std::set<BgpAsn> asns;
        for (const BgpAsPathSegment& segment : a.asPath)
        {
            asns.insert(segment.asns.begin(), segment.asns.end());
        }
        for (BgpAsn asn : asns)
        {
            turned |= Step(state.asns, asn, more);
        }
        for (uint32_t community : a.communities)
        {
            turned |= Step(state.communities, community, more);
        }
    }
    state.changed = state.changed || turned;
}

std::vector<IpPrefix>
BgpAggregates::TakeChanged()
{
    std::vector<IpPrefix> prefixes;
    for (State& state : m_states)
    {
        if (state.changed)
        {
            state.changed = false;
            prefixes.push_back(state.config.prefix);
        }
    }
    return prefixes;
}

std::optional<BgpPathAttributes>
BgpAggregates::GetRoute(const IpPrefix& prefix) const
{
    const State* state = Find(prefix);
    if (!state || state->routes == 0)
    {
        return std::nullopt;
    }
    BgpPathAttributes a;
    a.origin = state->origins[2]   ? BgpOrigin::INCOMPLETE
               : state->origins[1] ? BgpOrigin::EGP
                                   : BgpOrigin::IGP;
    a.med = state->config.med;
    a.aggregator = BgpAggregator{m_self.asn, Ipv4Address(m_self.routerId)};
    a.atomicAggregate = state->atomic > 0 || (!state->config.asSet && state->foreign > 0);
    for (const auto& [asn, count] : state->asns)
    {
        if (a.asPath.empty() || a.asPath.back().asns.size() == MAX_SEGMENT)
        {
            a.asPath.push_back({BgpAsSegmentType::SET, {}});
        }
        a.asPath.back().asns.push_back(asn);
    }
    a.communities = state->config.communities;
    for (const auto& [community, count] : state->communities)
    {
        a.communities.push_back(community);
    }
    a.Normalize();
    return a;
}

bool
BgpAggregates::IsSuppressed(const IpPrefix& prefix) const
{
    return std::any_of(m_states.begin(),
                       m_states.end(),
                       [&prefix](const State& state)
                       {
                           return state.config.summaryOnly && state.routes > 0 &&
                                  IsInside(state.config.prefix, prefix);
                       });
}

const BgpAggregates::State*
BgpAggregates::Find(const IpPrefix& prefix) const
{
    auto it = std::find_if(m_states.begin(),
                           m_states.end(),
                           [&prefix](const State& state)
                           {
                               return state.config.prefix == prefix;
                           });
    return it == m_states.end() ? nullptr : &*it;
}

BgpAggregates::State*
BgpAggregates::Find(const IpPrefix& prefix)
{
    return const_cast<State*>(static_cast<const BgpAggregates*>(this)->Find(prefix));
}

} // namespace vmm
} // namespace ns3
