// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-attribute-decode.h"

#include "ns3/bgp-as-path-codec.h"

#include <bitset>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr auto DISCARD = BgpUpdateOutcome::ATTRIBUTE_DISCARD;
constexpr auto WITHDRAW = BgpUpdateOutcome::TREAT_AS_WITHDRAW;
constexpr auto RESET = BgpUpdateOutcome::SESSION_RESET;

constexpr uint8_t WELL_KNOWN = BGP_FLAG_TRANSITIVE;
constexpr uint8_t OPTIONAL = BGP_FLAG_OPTIONAL;
constexpr uint8_t OPTIONAL_TRANSITIVE = BGP_FLAG_OPTIONAL | BGP_FLAG_TRANSITIVE;

/// @return the Optional and Transitive flags of a known attribute, none for others
std::optional<uint8_t>
FlagsOf(uint8_t type)
{
    switch (type)
    {
    case BGP_ORIGIN:
    case BGP_AS_PATH:
    case BGP_NEXT_HOP:
    case BGP_LOCAL_PREF:
    case BGP_ATOMIC_AGGREGATE:
        return WELL_KNOWN;
    case BGP_MULTI_EXIT_DISC:
    case BGP_ORIGINATOR_ID:
    case BGP_CLUSTER_LIST:
    case BGP_MP_REACH_NLRI:
    case BGP_MP_UNREACH_NLRI:
        return OPTIONAL;
    case BGP_AGGREGATOR:
    case BGP_COMMUNITIES:
    case BGP_EXTENDED_COMMUNITIES:
    case BGP_AS4_PATH:
    case BGP_AS4_AGGREGATOR:
    case BGP_LARGE_COMMUNITIES:
        return OPTIONAL_TRANSITIVE;
    default:
        return std::nullopt;
    }
}

/// Walks over the attributes of one UPDATE.
class Decoder
{
  public:
    explicit Decoder(const BgpCodecOptions& options)
        : m_options(options)
    {
    }

    BgpDecodedAttributes Run(BgpReader field);

  private:
    void One(uint8_t flags, uint8_t type, BgpReader value);
    void Known(uint8_t type, BgpReader value);
    void Unknown(uint8_t flags, uint8_t type, BgpReader value);
    void Origin(BgpReader value);
    void AsPath(BgpReader value);
    void NextHop(BgpReader value);
    void Aggregator(BgpReader value);
    void As4Path(BgpReader value);
    void As4Aggregator(BgpReader value);
    /// Notes the fault of a multiprotocol attribute. @return it
    BgpMpNlri Checked(BgpMpNlri routes);
    void MergeFourOctetAs();

    /// @return whether value has exactly size octets; if not, the fault is noted
    bool HasSize(BgpReader value, size_t size, BgpUpdateOutcome outcome);
    /// @return whether value is a list, not empty, of items of size octets; if not, it is noted
    bool IsList(BgpReader value, size_t size);
    void Raise(BgpUpdateOutcome outcome, uint8_t subcode, const std::string& reason);

    const BgpCodecOptions& m_options;             //!< what the two sides agreed on
    BgpDecodedAttributes m_out;                   //!< the result
    std::bitset<256> m_seen;                      //!< types that came
    std::optional<BgpAsPath> m_as4Path;           //!< AS4_PATH
    std::optional<BgpAggregator> m_as4Aggregator; //!< AS4_AGGREGATOR
    std::vector<uint8_t> m_octets;                //!< the attribute at hand, for a NOTIFICATION
    uint8_t m_type = 0;                           //!< its type
};

void
Decoder::Raise(BgpUpdateOutcome outcome, uint8_t subcode, const std::string& reason)
{
    m_out.fault.Raise(
        outcome, subcode, "attribute " + std::to_string(m_type) + ": " + reason, m_octets);
}

bool
Decoder::HasSize(BgpReader value, size_t size, BgpUpdateOutcome outcome)
{
    if (value.GetLeft() != size)
    {
        Raise(outcome, BGP_ATTRIBUTE_LENGTH, std::to_string(value.GetLeft()) + " octets");
        return false;
    }
    return true;
}

bool
Decoder::IsList(BgpReader value, size_t size)
{
    if (value.GetLeft() == 0 || value.GetLeft() % size != 0)
    {
        Raise(WITHDRAW, BGP_ATTRIBUTE_LENGTH, std::to_string(value.GetLeft()) + " octets");
        return false;
    }
    return true;
}

BgpDecodedAttributes
Decoder::Run(BgpReader field)
{
    while (field.GetLeft() > 0 && m_out.fault.outcome != RESET)
    {
        const uint8_t* start = field.GetData();
        const uint8_t flags = field.Take(1);
        const size_t lengthOctets = flags & BGP_FLAG_EXTENDED_LENGTH ? 2 : 1;
        // RFC 7606 section 4: what is left is no attribute, or the last one reaches too far.
        if (field.GetLeft() < 1 + lengthOctets)
        {
            m_out.fault.Raise(WITHDRAW, BGP_MALFORMED_ATTRIBUTE_LIST, "attribute cut short");
            break;
        }
        m_type = field.Take(1);
        const size_t length = field.Take(lengthOctets);
        if (length > field.GetLeft())
        {
            m_out.fault.Raise(WITHDRAW,
                              BGP_MALFORMED_ATTRIBUTE_LIST,
                              "attribute " + std::to_string(m_type) + " overruns the field");
            break;
        }
        const BgpReader value = field.Cut(length);
        m_octets.assign(start, field.GetData());
        One(flags, m_type, value);
        m_out.count++;
    }
    MergeFourOctetAs();
    m_out.attributes.Normalize();
    return std::move(m_out);
}

void
Decoder::One(uint8_t flags, uint8_t type, BgpReader value)
{
    if (m_seen[type])
    {
        // RFC 7606 section 3 g.
        if (type == BGP_MP_REACH_NLRI || type == BGP_MP_UNREACH_NLRI)
        {
            m_octets.clear();
            Raise(RESET, BGP_MALFORMED_ATTRIBUTE_LIST, "comes twice");
        }
        else
        {
            Raise(DISCARD, BGP_MALFORMED_ATTRIBUTE_LIST, "comes twice");
        }
        return;
    }
    m_seen.set(type);
    const bool internalOnly =
        type == BGP_LOCAL_PREF || type == BGP_ORIGINATOR_ID || type == BGP_CLUSTER_LIST;
    if (internalOnly && !m_options.internal)
    {
        Raise(DISCARD, BGP_MALFORMED_ATTRIBUTE_LIST, "from an external peer");
        return;
    }
    const auto expected = FlagsOf(type);
    if (!expected)
    {
        Unknown(flags, type, value);
        return;
    }
    if ((flags & OPTIONAL_TRANSITIVE) != *expected)
    {
        const bool as4 = type == BGP_AS4_PATH || type == BGP_AS4_AGGREGATOR;
        Raise(as4 ? DISCARD : WITHDRAW, BGP_ATTRIBUTE_FLAGS, "flags " + std::to_string(flags));
        // The routes have to be known all the same, to withdraw them.
        if (type != BGP_MP_REACH_NLRI && type != BGP_MP_UNREACH_NLRI)
        {
            return;
        }
    }
    if (flags & BGP_FLAG_PARTIAL)
    {
        m_out.attributes.partial |= type == BGP_AGGREGATOR    ? BGP_PARTIAL_AGGREGATOR
                                    : type == BGP_COMMUNITIES ? BGP_PARTIAL_COMMUNITIES
                                    : type == BGP_EXTENDED_COMMUNITIES
                                        ? BGP_PARTIAL_EXTENDED_COMMUNITIES
                                    : type == BGP_LARGE_COMMUNITIES ? BGP_PARTIAL_LARGE_COMMUNITIES
                                                                    : 0;
    }
    Known(type, value);
}

void
Decoder::Known(uint8_t type, BgpReader value)
{
    auto& attributes = m_out.attributes;
    switch (type)
    {
    case BGP_ORIGIN:
        return Origin(value);
    case BGP_AS_PATH:
        return AsPath(value);
    case BGP_NEXT_HOP:
        return NextHop(value);
    case BGP_MULTI_EXIT_DISC:
        if (HasSize(value, 4, WITHDRAW))
        {
            attributes.med = value.Take(4);
        }
        return;
    case BGP_LOCAL_PREF:
        if (HasSize(value, 4, WITHDRAW))
        {
            attributes.localPref = value.Take(4);
        }
        return;
    case BGP_ATOMIC_AGGREGATE:
        attributes.atomicAggregate = HasSize(value, 0, DISCARD);
        return;
    case BGP_AGGREGATOR:
        return Aggregator(value);
    case BGP_COMMUNITIES:
        for (bool right = IsList(value, 4); right && value.GetLeft() > 0;)
        {
            attributes.communities.push_back(value.Take(4));
        }
        return;
    case BGP_ORIGINATOR_ID:
        if (HasSize(value, 4, WITHDRAW))
        {
            attributes.originatorId = value.Take(4);
        }
        return;
    case BGP_CLUSTER_LIST:
        for (bool right = IsList(value, 4); right && value.GetLeft() > 0;)
        {
            attributes.clusterList.push_back(value.Take(4));
        }
        return;
    case BGP_MP_REACH_NLRI:
        m_out.mpReach = Checked(DecodeBgpMpReach(value));
        return;
    case BGP_MP_UNREACH_NLRI:
        m_out.mpUnreach = Checked(DecodeBgpMpUnreach(value));
        return;
    case BGP_EXTENDED_COMMUNITIES:
        for (bool right = IsList(value, 8); right && value.GetLeft() > 0;)
        {
            attributes.extendedCommunities.push_back(value.Take(8));
        }
        return;
    case BGP_AS4_PATH:
        return As4Path(value);
    case BGP_AS4_AGGREGATOR:
        return As4Aggregator(value);
    case BGP_LARGE_COMMUNITIES:
        for (bool right = IsList(value, 12); right && value.GetLeft() > 0;)
        {
            BgpLargeCommunity community;
            community.a = value.Take(4);
            community.b = value.Take(4);
            community.c = value.Take(4);
            attributes.largeCommunities.push_back(community);
        }
        return;
    default:
        return;
    }
}

void
Decoder::Unknown(uint8_t flags, uint8_t type, BgpReader value)
{
    if (!(flags & BGP_FLAG_OPTIONAL))
    {
        Raise(RESET, BGP_UNKNOWN_WELL_KNOWN, "not known, but well-known by its flags");
    }
    else if (flags & BGP_FLAG_TRANSITIVE)
    {
        const uint8_t kept = OPTIONAL_TRANSITIVE | BGP_FLAG_PARTIAL;
        m_out.attributes.unknown.push_back({kept, type, value.Copy()});
    }
}

void
Decoder::Origin(BgpReader value)
{
    if (!HasSize(value, 1, WITHDRAW))
    {
        return;
    }
    const uint8_t origin = value.Take(1);
    if (origin > static_cast<uint8_t>(BgpOrigin::INCOMPLETE))
    {
        Raise(WITHDRAW, BGP_INVALID_ORIGIN, "value " + std::to_string(origin));
        return;
    }
    m_out.attributes.origin = static_cast<BgpOrigin>(origin);
    m_out.hasOrigin = true;
}

void
Decoder::AsPath(BgpReader value)
{
    auto path = DecodeBgpAsPath(value.GetData(), value.GetLeft(), m_options.fourOctetAs ? 4 : 2);
    if (!path)
    {
        m_octets.clear(); // RFC 4271 section 6.3 asks for no data here
        Raise(WITHDRAW, BGP_MALFORMED_AS_PATH, "malformed");
        return;
    }
    m_out.attributes.asPath = std::move(*path);
    m_out.hasAsPath = true;
}

void
Decoder::NextHop(BgpReader value)
{
    if (HasSize(value, 4, WITHDRAW))
    {
        m_out.attributes.nextHop = IpAddress::FromBytes(value.GetData(), 4);
    }
}

void
Decoder::Aggregator(BgpReader value)
{
    const size_t asnOctets = m_options.fourOctetAs ? 4 : 2;
    if (!HasSize(value, asnOctets + 4, DISCARD))
    {
        m_out.attributes.partial &= ~BGP_PARTIAL_AGGREGATOR;
        return;
    }
    const BgpAsn asn = value.Take(asnOctets);
    if (asn == 0)
    {
        Raise(DISCARD, BGP_OPTIONAL_ATTRIBUTE, "AS 0"); // RFC 7607 section 2
        m_out.attributes.partial &= ~BGP_PARTIAL_AGGREGATOR;
        return;
    }
    m_out.attributes.aggregator = BgpAggregator{asn, IpAddress::FromBytes(value.GetData(), 4)};
}

void
Decoder::As4Path(BgpReader value)
{
    // RFC 6793 section 4.1 (not between 4-octet speakers) and section 6 (malformed).
    if (m_options.fourOctetAs)
    {
        Raise(DISCARD, BGP_OPTIONAL_ATTRIBUTE, "from a 4-octet speaker");
        return;
    }
    m_as4Path = DecodeBgpAsPath(value.GetData(), value.GetLeft(), 4);
    if (!m_as4Path || m_as4Path->empty())
    {
        m_as4Path.reset();
        Raise(DISCARD, BGP_OPTIONAL_ATTRIBUTE, "malformed");
    }
}

void
Decoder::As4Aggregator(BgpReader value)
{
    if (m_options.fourOctetAs)
    {
        Raise(DISCARD, BGP_OPTIONAL_ATTRIBUTE, "from a 4-octet speaker");
        return;
    }
    if (!HasSize(value, 8, DISCARD))
    {
        return;
    }
    const BgpAsn asn = value.Take(4);
    if (asn == 0)
    {
        Raise(DISCARD, BGP_OPTIONAL_ATTRIBUTE, "AS 0");
        return;
    }
    m_as4Aggregator = BgpAggregator{asn, IpAddress::FromBytes(value.GetData(), 4)};
}

/// RFC 6793 section 4.2.3.
void
Decoder::MergeFourOctetAs()
{
    auto& aggregator = m_out.attributes.aggregator;
    if (aggregator && m_as4Aggregator)
    {
        if (aggregator->asn != BGP_AS_TRANS)
        {
            return; // a 2-octet speaker aggregated anew: what the others say is about older routes
        }
        aggregator = m_as4Aggregator;
    }
    if (m_as4Path && m_out.hasAsPath)
    {
        m_out.attributes.asPath = MergeBgpAs4Path(m_out.attributes.asPath, *m_as4Path);
    }
}

BgpMpNlri
Decoder::Checked(BgpMpNlri routes)
{
    if (routes.outcome != BgpUpdateOutcome::NONE)
    {
        Raise(routes.outcome, BGP_OPTIONAL_ATTRIBUTE, routes.reason);
    }
    return routes;
}

} // namespace

void
BgpUpdateFault::Raise(BgpUpdateOutcome what,
                      uint8_t subcode,
                      const std::string& reason,
                      std::vector<uint8_t> data)
{
    if (what > outcome)
    {
        outcome = what;
        error = BgpError{BgpErrorCode::UPDATE, subcode, std::move(data), reason};
    }
}

BgpDecodedAttributes
DecodeBgpAttributes(BgpReader field, const BgpCodecOptions& options)
{
    return Decoder(options).Run(field);
}

} // namespace vmm
} // namespace ns3
