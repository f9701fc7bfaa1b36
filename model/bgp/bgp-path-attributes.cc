// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-path-attributes.h"

#include <algorithm>
#include <sstream>
#include <unordered_map>

namespace ns3
{
namespace vmm
{

namespace
{

/// The most AS numbers in a segment: its count has one octet.
constexpr size_t MAX_SEGMENT = 255;

template <typename T>
void
SortUnique(std::vector<T>& list)
{
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
}

template <typename T>
void
AddSorted(std::vector<T>& list, const T& value)
{
    const auto at = std::lower_bound(list.begin(), list.end(), value);
    if (at == list.end() || !(*at == value))
    {
        list.insert(at, value);
    }
}

template <typename T>
bool
HasSorted(const std::vector<T>& list, const T& value)
{
    return std::binary_search(list.begin(), list.end(), value);
}

/// Accumulates numbers into a hash (the mixing step of SplitMix64).
class Mixer
{
  public:
    void Add(uint64_t value)
    {
        m_hash += value + 0x9e3779b97f4a7c15;
        m_hash = (m_hash ^ m_hash >> 30) * 0xbf58476d1ce4e5b9;
        m_hash = (m_hash ^ m_hash >> 27) * 0x94d049bb133111eb;
        m_hash ^= m_hash >> 31;
    }

    template <typename T>
    void AddAll(const std::vector<T>& values)
    {
        Add(values.size());
        for (const auto& value : values)
        {
            Add(value);
        }
    }

    template <typename T>
    void AddOptional(const std::optional<T>& value)
    {
        Add(value.has_value());
        Add(value.value_or(T()));
    }

    size_t Get() const
    {
        return m_hash;
    }

  private:
    uint64_t m_hash = 0;
};

} // namespace

uint32_t
BgpPathAttributes::AsPathLength() const
{
    uint32_t length = 0;
    for (const auto& segment : asPath)
    {
        length += segment.type == BgpAsSegmentType::SET ? 1 : segment.asns.size();
    }
    return length;
}

BgpAsn
BgpPathAttributes::FirstAs() const
{
    return asPath.empty() || asPath.front().type != BgpAsSegmentType::SEQUENCE ||
                   asPath.front().asns.empty()
               ? 0
               : asPath.front().asns.front();
}

BgpAsn
BgpPathAttributes::OriginAs() const
{
    return asPath.empty() || asPath.back().type != BgpAsSegmentType::SEQUENCE ||
                   asPath.back().asns.empty()
               ? 0
               : asPath.back().asns.back();
}

bool
BgpPathAttributes::ContainsAs(BgpAsn asn) const
{
    for (const auto& segment : asPath)
    {
        if (std::find(segment.asns.begin(), segment.asns.end(), asn) != segment.asns.end())
        {
            return true;
        }
    }
    return false;
}

void
BgpPathAttributes::Prepend(BgpAsn asn, uint32_t n)
{
    while (n > 0)
    {
        if (asPath.empty() || asPath.front().type != BgpAsSegmentType::SEQUENCE ||
            asPath.front().asns.size() >= MAX_SEGMENT)
        {
            asPath.insert(asPath.begin(), BgpAsPathSegment());
        }
        auto& asns = asPath.front().asns;
        const uint32_t now = std::min<size_t>(n, MAX_SEGMENT - asns.size());
        asns.insert(asns.begin(), now, asn);
        n -= now;
    }
}

bool
BgpPathAttributes::HasCommunity(uint32_t community) const
{
    return HasSorted(communities, community);
}

bool
BgpPathAttributes::HasLargeCommunity(const BgpLargeCommunity& community) const
{
    return HasSorted(largeCommunities, community);
}

void
BgpPathAttributes::AddCommunity(uint32_t community)
{
    AddSorted(communities, community);
}

void
BgpPathAttributes::RemoveCommunity(uint32_t community)
{
    const auto range = std::equal_range(communities.begin(), communities.end(), community);
    communities.erase(range.first, range.second);
}

void
BgpPathAttributes::AddLargeCommunity(const BgpLargeCommunity& community)
{
    AddSorted(largeCommunities, community);
}

void
BgpPathAttributes::Normalize()
{
    SortUnique(communities);
    SortUnique(extendedCommunities);
    SortUnique(largeCommunities);
    std::sort(unknown.begin(), unknown.end());
}

std::string
BgpPathAttributes::AsPathText() const
{
    std::string text;
    for (const auto& segment : asPath)
    {
        const bool set = segment.type == BgpAsSegmentType::SET;
        text += text.empty() ? "" : " ";
        text += set ? "{" : "";
        for (size_t i = 0; i < segment.asns.size(); i++)
        {
            text += i == 0 ? "" : set ? "," : " ";
            text += std::to_string(segment.asns[i]);
        }
        text += set ? "}" : "";
    }
    return text;
}

std::string
BgpPathAttributes::ToString() const
{
    std::ostringstream os;
    os << BgpOriginName(origin) << " path [" << AsPathText() << "] via " << nextHop;
    if (linkLocalNextHop)
    {
        os << " (" << *linkLocalNextHop << ")";
    }
    if (med)
    {
        os << " med " << *med;
    }
    if (localPref)
    {
        os << " local-pref " << *localPref;
    }
    os << (atomicAggregate ? " atomic-aggregate" : "");
    if (aggregator)
    {
        os << " aggregator " << aggregator->asn << " " << aggregator->address;
    }
    for (const uint32_t community : communities)
    {
        os << " community " << BgpCommunityName(community);
    }
    for (const uint64_t community : extendedCommunities)
    {
        os << " extended-community 0x" << std::hex << community << std::dec;
    }
    for (const auto& community : largeCommunities)
    {
        os << " large-community " << community;
    }
    if (originatorId)
    {
        os << " originator " << BgpRouterIdName(*originatorId);
    }
    for (const BgpRouterId cluster : clusterList)
    {
        os << " cluster " << BgpRouterIdName(cluster);
    }
    for (const auto& attribute : unknown)
    {
        os << " attribute-" << unsigned(attribute.type) << " of " << attribute.bytes.size();
    }
    if (partial)
    {
        os << " partial 0x" << std::hex << unsigned(partial);
    }
    return os.str();
}

size_t
BgpPathAttributes::Hash() const
{
    Mixer mixer;
    mixer.Add(static_cast<uint8_t>(origin));
    for (const auto& segment : asPath)
    {
        mixer.Add(static_cast<uint8_t>(segment.type));
        mixer.AddAll(segment.asns);
    }
    mixer.Add(nextHop.Hash());
    mixer.Add(linkLocalNextHop ? linkLocalNextHop->Hash() : 0);
    mixer.AddOptional(med);
    mixer.AddOptional(localPref);
    mixer.Add(atomicAggregate);
    mixer.Add(aggregator ? aggregator->asn : 0);
    mixer.Add(aggregator ? aggregator->address.Hash() : 0);
    mixer.AddAll(communities);
    mixer.AddAll(extendedCommunities);
    mixer.Add(largeCommunities.size());
    for (const auto& community : largeCommunities)
    {
        mixer.Add(uint64_t(community.a) << 32 | community.b);
        mixer.Add(community.c);
    }
    mixer.AddOptional(originatorId);
    mixer.AddAll(clusterList);
    for (const auto& attribute : unknown)
    {
        mixer.Add(attribute.type << 8 | attribute.flags);
        mixer.AddAll(attribute.bytes);
    }
    mixer.Add(partial);
    return mixer.Get();
}

namespace
{

/// @return all members, in an order in which those that differ most often come first
auto
Tie(const BgpPathAttributes& a)
{
    return std::tie(a.nextHop,
                    a.asPath,
                    a.origin,
                    a.med,
                    a.localPref,
                    a.communities,
                    a.linkLocalNextHop,
                    a.atomicAggregate,
                    a.aggregator,
                    a.extendedCommunities,
                    a.largeCommunities,
                    a.originatorId,
                    a.clusterList,
                    a.unknown,
                    a.partial);
}

} // namespace

bool
BgpPathAttributes::operator==(const BgpPathAttributes& other) const
{
    return Tie(*this) == Tie(other);
}

bool
BgpPathAttributes::operator<(const BgpPathAttributes& other) const
{
    return Tie(*this) < Tie(other);
}

std::ostream&
operator<<(std::ostream& os, const BgpPathAttributes& attributes)
{
    return os << attributes.ToString();
}

namespace
{

/// A set with its hash, which is computed once. The set itself is not owned.
struct Key
{
    const BgpPathAttributes* attributes;
    size_t hash;

    bool operator==(const Key& other) const
    {
        return hash == other.hash && *attributes == *other.attributes;
    }
};

struct KeyHash
{
    size_t operator()(const Key& key) const
    {
        return key.hash;
    }
};

} // namespace

/// Searched only, never iterated.
struct BgpAttributePool::Entries
{
    /// By content. An entry is there as long as its set lives: the deleter takes it out.
    std::unordered_map<Key, std::weak_ptr<const BgpPathAttributes>, KeyHash> map;
};

BgpAttributePool::BgpAttributePool()
    : m_entries(std::make_shared<Entries>())
{
}

BgpAttributePool::~BgpAttributePool() = default;

BgpAttributesPtr
BgpAttributePool::Intern(BgpPathAttributes attributes)
{
    const size_t hash = attributes.Hash();
    const auto found = m_entries->map.find(Key{&attributes, hash});
    if (found != m_entries->map.end())
    {
        return found->second.lock();
    }
    std::weak_ptr<Entries> entries = m_entries;
    BgpAttributesPtr shared(new BgpPathAttributes(std::move(attributes)),
                            [entries, hash](const BgpPathAttributes* dead)
                            {
                                if (const auto alive = entries.lock())
                                {
                                    alive->map.erase(Key{dead, hash});
                                }
                                delete dead;
                            });
    m_entries->map.emplace(Key{shared.get(), hash}, shared);
    return shared;
}

size_t
BgpAttributePool::GetSize() const
{
    return m_entries->map.size();
}

} // namespace vmm
} // namespace ns3
