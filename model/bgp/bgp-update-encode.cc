// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-as-path-codec.h"
#include "ns3/bgp-codec-parts.h"
#include "ns3/bgp-nlri-codec.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

using Octets = std::vector<uint8_t>;

constexpr uint8_t WELL_KNOWN = BGP_FLAG_TRANSITIVE;
constexpr uint8_t OPTIONAL = BGP_FLAG_OPTIONAL;
constexpr uint8_t OPTIONAL_TRANSITIVE = BGP_FLAG_OPTIONAL | BGP_FLAG_TRANSITIVE;

/// Octets of an UPDATE besides attributes and routes.
constexpr size_t FRAME_SIZE = BGP_HEADER_SIZE + 4;
/// Octets of flags, type and the longer form of length.
constexpr size_t ATTRIBUTE_HEADER_SIZE = 4;

void
PutAttribute(Octets& out, uint8_t flags, uint8_t type, const Octets& value)
{
    const bool extended = value.size() > 255;
    out.push_back(flags | (extended ? BGP_FLAG_EXTENDED_LENGTH : 0));
    out.push_back(type);
    PutBgp(out, value.size(), extended ? 2 : 1);
    PutBgp(out, value);
}

void
PutNumber(Octets& out, uint8_t flags, uint8_t type, uint64_t value, size_t octets)
{
    out.push_back(flags);
    out.push_back(type);
    out.push_back(octets);
    PutBgp(out, value, octets);
}

/// Writes the attributes of a route in the order of their types.
class AttributeWriter
{
  public:
    AttributeWriter(const BgpPathAttributes& attributes, const BgpCodecOptions& options)
        : m_attributes(attributes),
          m_options(options)
    {
    }

    /// @return the attributes; NEXT_HOP, which IPv4 alone has, if withNextHop
    Octets Run(bool withNextHop);

  private:
    void Basic(bool withNextHop);
    void Aggregation();
    void Lists();
    void FourOctetAs();
    /// Attributes that are not known and have a type below this one.
    void UnknownBelow(unsigned type);
    /// @return optional transitive, and partial if this bit of partial is set
    uint8_t FlagsFor(BgpPartial bit) const;

    const BgpPathAttributes& m_attributes; //!< what to write
    const BgpCodecOptions& m_options;      //!< what the two sides agreed on
    size_t m_unknown = 0;                  //!< next attribute that is not known
    Octets m_out;                          //!< written so far
};

uint8_t
AttributeWriter::FlagsFor(BgpPartial bit) const
{
    return OPTIONAL_TRANSITIVE | (m_attributes.partial & bit ? BGP_FLAG_PARTIAL : 0);
}

Octets
AttributeWriter::Run(bool withNextHop)
{
    Basic(withNextHop);
    Aggregation();
    Lists();
    FourOctetAs();
    UnknownBelow(BGP_LARGE_COMMUNITIES);
    if (!m_attributes.largeCommunities.empty())
    {
        Octets value;
        for (const auto& community : m_attributes.largeCommunities)
        {
            PutBgp(value, community.a, 4);
            PutBgp(value, community.b, 4);
            PutBgp(value, community.c, 4);
        }
        PutAttribute(m_out, FlagsFor(BGP_PARTIAL_LARGE_COMMUNITIES), BGP_LARGE_COMMUNITIES, value);
    }
    UnknownBelow(256);
    return std::move(m_out);
}

void
AttributeWriter::Basic(bool withNextHop)
{
    PutNumber(m_out, WELL_KNOWN, BGP_ORIGIN, static_cast<uint8_t>(m_attributes.origin), 1);
    PutAttribute(m_out,
                 WELL_KNOWN,
                 BGP_AS_PATH,
                 EncodeBgpAsPath(m_attributes.asPath, m_options.fourOctetAs ? 4 : 2));
    if (withNextHop)
    {
        const uint8_t* nextHop = m_attributes.nextHop.GetBytes();
        PutAttribute(m_out, WELL_KNOWN, BGP_NEXT_HOP, Octets(nextHop, nextHop + 4));
    }
    if (m_attributes.med)
    {
        PutNumber(m_out, OPTIONAL, BGP_MULTI_EXIT_DISC, *m_attributes.med, 4);
    }
    if (m_attributes.localPref)
    {
        PutNumber(m_out, WELL_KNOWN, BGP_LOCAL_PREF, *m_attributes.localPref, 4);
    }
}

void
AttributeWriter::Aggregation()
{
    if (m_attributes.atomicAggregate)
    {
        PutAttribute(m_out, WELL_KNOWN, BGP_ATOMIC_AGGREGATE, {});
    }
    if (m_attributes.aggregator)
    {
        const BgpAsn asn = m_attributes.aggregator->asn;
        const uint8_t* address = m_attributes.aggregator->address.GetBytes();
        Octets value;
        if (m_options.fourOctetAs)
        {
            PutBgp(value, asn, 4);
        }
        else
        {
            PutBgp(value, asn > 0xffff ? BGP_AS_TRANS : asn, 2);
        }
        value.insert(value.end(), address, address + 4);
        PutAttribute(m_out, FlagsFor(BGP_PARTIAL_AGGREGATOR), BGP_AGGREGATOR, value);
    }
}

void
AttributeWriter::Lists()
{
    const auto put = [this](uint8_t flags, uint8_t type, const auto& list, size_t octets)
    {
        if (!list.empty())
        {
            Octets value;
            for (const auto item : list)
            {
                PutBgp(value, item, octets);
            }
            PutAttribute(m_out, flags, type, value);
        }
    };
    put(FlagsFor(BGP_PARTIAL_COMMUNITIES), BGP_COMMUNITIES, m_attributes.communities, 4);
    if (m_attributes.originatorId)
    {
        PutNumber(m_out, OPTIONAL, BGP_ORIGINATOR_ID, *m_attributes.originatorId, 4);
    }
    put(OPTIONAL, BGP_CLUSTER_LIST, m_attributes.clusterList, 4);
    UnknownBelow(BGP_EXTENDED_COMMUNITIES);
    put(FlagsFor(BGP_PARTIAL_EXTENDED_COMMUNITIES),
        BGP_EXTENDED_COMMUNITIES,
        m_attributes.extendedCommunities,
        8);
}

void
AttributeWriter::FourOctetAs()
{
    if (m_options.fourOctetAs)
    {
        return;
    }
    if (NeedsBgpAs4Path(m_attributes.asPath))
    {
        PutAttribute(
            m_out, OPTIONAL_TRANSITIVE, BGP_AS4_PATH, EncodeBgpAsPath(m_attributes.asPath, 4));
    }
    if (m_attributes.aggregator && m_attributes.aggregator->asn > 0xffff)
    {
        const uint8_t* address = m_attributes.aggregator->address.GetBytes();
        Octets value;
        PutBgp(value, m_attributes.aggregator->asn, 4);
        value.insert(value.end(), address, address + 4);
        PutAttribute(m_out, OPTIONAL_TRANSITIVE, BGP_AS4_AGGREGATOR, value);
    }
}

void
AttributeWriter::UnknownBelow(unsigned type)
{
    const auto& unknown = m_attributes.unknown;
    for (; m_unknown < unknown.size() && unknown[m_unknown].type < type; m_unknown++)
    {
        const auto& attribute = unknown[m_unknown];
        PutAttribute(
            m_out, attribute.flags & ~BGP_FLAG_EXTENDED_LENGTH, attribute.type, attribute.bytes);
    }
}

/// Cuts and collects the messages of one UPDATE.
class UpdateWriter
{
  public:
    UpdateWriter(const BgpUpdateMessage& update, const BgpCodecOptions& options)
        : m_update(update),
          m_options(options),
          m_max(options.extendedMessage ? BGP_MAX_EXTENDED_SIZE : BGP_MAX_SIZE)
    {
    }

    std::vector<Octets> Run();

  private:
    void Announce();
    void AnnounceOpaque();
    void Withdraw();
    void WithdrawOpaque(const BgpOpaqueNlri& routes);
    void EndOfRib();
    Octets MpReachHead(const BgpFamily& family, const Octets& nextHop) const;
    Octets NextHopOctets() const;
    /// Fields of NLRI of at most room octets; prefixes larger than that go to m_unsendable.
    std::vector<Octets> Cut(const std::vector<IpPrefix>& prefixes, size_t room);
    static Octets Message(const Octets& withdrawn, const Octets& attributes, const Octets& nlri);
    /// @return how much room size octets leave in a message
    size_t RoomBeside(size_t size) const;

    const BgpUpdateMessage& m_update;    //!< what to write
    const BgpCodecOptions& m_options;    //!< what the two sides agreed on
    const size_t m_max;                  //!< octets of a message
    std::vector<IpPrefix> m_unsendable;  //!< announced, but to be withdrawn
    std::vector<Octets> m_withdrawals;   //!< messages
    std::vector<Octets> m_announcements; //!< messages
};

size_t
UpdateWriter::RoomBeside(size_t size) const
{
    return m_max - FRAME_SIZE > size ? m_max - FRAME_SIZE - size : 0;
}

std::vector<Octets>
UpdateWriter::Cut(const std::vector<IpPrefix>& prefixes, size_t room)
{
    std::vector<Octets> fields;
    for (const IpPrefix& prefix : prefixes)
    {
        const size_t size = GetBgpNlriSize(prefix);
        if (size > room)
        {
            m_unsendable.push_back(prefix);
            continue;
        }
        if (fields.empty() || fields.back().size() + size > room)
        {
            fields.emplace_back();
        }
        PutBgpNlri(fields.back(), prefix);
    }
    return fields;
}

Octets
UpdateWriter::Message(const Octets& withdrawn, const Octets& attributes, const Octets& nlri)
{
    auto out = StartBgpMessage(BgpMessageType::UPDATE);
    out.reserve(FRAME_SIZE + withdrawn.size() + attributes.size() + nlri.size());
    PutBgp(out, withdrawn.size(), 2);
    PutBgp(out, withdrawn);
    PutBgp(out, attributes.size(), 2);
    PutBgp(out, attributes);
    PutBgp(out, nlri);
    return FinishBgpMessage(std::move(out));
}

Octets
UpdateWriter::NextHopOctets() const
{
    const auto& attributes = m_update.attributes;
    Octets octets(attributes.nextHop.GetBytes(), attributes.nextHop.GetBytes() + 16);
    if (attributes.linkLocalNextHop)
    {
        const uint8_t* second = attributes.linkLocalNextHop->GetBytes();
        octets.insert(octets.end(), second, second + 16);
    }
    return octets;
}

Octets
UpdateWriter::MpReachHead(const BgpFamily& family, const Octets& nextHop) const
{
    Octets head;
    PutBgp(head, static_cast<uint16_t>(family.afi), 2);
    PutBgp(head, static_cast<uint8_t>(family.safi), 1);
    PutBgp(head, nextHop.size(), 1);
    PutBgp(head, nextHop);
    PutBgp(head, 0, 1);
    return head;
}

void
UpdateWriter::Announce()
{
    if (m_update.announced.empty())
    {
        return;
    }
    const auto& nextHop = m_update.attributes.nextHop;
    for (const IpPrefix& prefix : m_update.announced)
    {
        if (!nextHop || prefix.GetAddress().GetFamily() != nextHop.GetFamily())
        {
            throw std::invalid_argument("prefix " + prefix.ToString() + " with next hop " +
                                        nextHop.ToString());
        }
    }
    const Octets attributes = AttributeWriter(m_update.attributes, m_options).Run(nextHop.IsIpv4());
    if (nextHop.IsIpv4())
    {
        for (const Octets& nlri : Cut(m_update.announced, RoomBeside(attributes.size())))
        {
            m_announcements.push_back(Message({}, attributes, nlri));
        }
        return;
    }
    const Octets head = MpReachHead(BGP_IPV6_UNICAST, NextHopOctets());
    const size_t room = RoomBeside(attributes.size() + ATTRIBUTE_HEADER_SIZE + head.size());
    for (const Octets& nlri : Cut(m_update.announced, room))
    {
        Octets value = head;
        PutBgp(value, nlri);
        Octets all;
        PutAttribute(all, OPTIONAL, BGP_MP_REACH_NLRI, value);
        PutBgp(all, attributes);
        m_announcements.push_back(Message({}, all, {}));
    }
}

void
UpdateWriter::AnnounceOpaque()
{
    for (const BgpOpaqueNlri& routes : m_update.opaqueAnnounced)
    {
        if (routes.nextHop.size() > 255)
        {
            throw std::invalid_argument("next hop of " + std::to_string(routes.nextHop.size()) +
                                        " octets, expected at most 255");
        }
        Octets value = MpReachHead(routes.family, routes.nextHop);
        PutBgp(value, routes.nlri);
        Octets all;
        PutAttribute(all, OPTIONAL, BGP_MP_REACH_NLRI, value);
        PutBgp(all, AttributeWriter(m_update.attributes, m_options).Run(false));
        if (all.size() > m_max - FRAME_SIZE)
        {
            WithdrawOpaque(routes);
        }
        else
        {
            m_announcements.push_back(Message({}, all, {}));
        }
    }
}

void
UpdateWriter::Withdraw()
{
    std::vector<IpPrefix> ipv4;
    std::vector<IpPrefix> ipv6;
    const auto sort = [&](const std::vector<IpPrefix>& list)
    {
        for (const IpPrefix& prefix : list)
        {
            (prefix.GetAddress().IsIpv6() ? ipv6 : ipv4).push_back(prefix);
        }
    };
    sort(m_update.withdrawn);
    sort(m_unsendable);
    for (const Octets& withdrawn : Cut(ipv4, RoomBeside(0)))
    {
        m_withdrawals.push_back(Message(withdrawn, {}, {}));
    }
    for (const Octets& withdrawn : Cut(ipv6, RoomBeside(ATTRIBUTE_HEADER_SIZE + 3)))
    {
        WithdrawOpaque({BGP_IPV6_UNICAST, {}, withdrawn});
    }
}

void
UpdateWriter::WithdrawOpaque(const BgpOpaqueNlri& routes)
{
    Octets value;
    PutBgp(value, static_cast<uint16_t>(routes.family.afi), 2);
    PutBgp(value, static_cast<uint8_t>(routes.family.safi), 1);
    PutBgp(value, routes.nlri);
    Octets attribute;
    PutAttribute(attribute, OPTIONAL, BGP_MP_UNREACH_NLRI, value);
    if (attribute.size() > m_max - FRAME_SIZE)
    {
        throw std::length_error("routes of " + routes.family.ToString() + " of " +
                                std::to_string(routes.nlri.size()) + " octets do not fit");
    }
    m_withdrawals.push_back(Message({}, attribute, {}));
}

void
UpdateWriter::EndOfRib()
{
    if (!m_update.endOfRib)
    {
        return;
    }
    if (*m_update.endOfRib == BGP_IPV4_UNICAST)
    {
        m_announcements.push_back(Message({}, {}, {}));
        return;
    }
    const Octets value{static_cast<uint8_t>(static_cast<uint16_t>(m_update.endOfRib->afi) >> 8),
                       static_cast<uint8_t>(m_update.endOfRib->afi),
                       static_cast<uint8_t>(m_update.endOfRib->safi)};
    Octets attribute;
    PutAttribute(attribute, OPTIONAL, BGP_MP_UNREACH_NLRI, value);
    m_announcements.push_back(Message({}, attribute, {}));
}

std::vector<Octets>
UpdateWriter::Run()
{
    Announce(); // first, since it finds what has to be withdrawn
    Withdraw();
    for (const BgpOpaqueNlri& routes : m_update.opaqueWithdrawn)
    {
        WithdrawOpaque(routes);
    }
    AnnounceOpaque();
    EndOfRib();
    m_withdrawals.insert(m_withdrawals.end(),
                         std::make_move_iterator(m_announcements.begin()),
                         std::make_move_iterator(m_announcements.end()));
    return std::move(m_withdrawals);
}

} // namespace

std::vector<std::vector<uint8_t>>
EncodeBgpUpdates(const BgpUpdateMessage& message, const BgpCodecOptions& options)
{
    return UpdateWriter(message, options).Run();
}

} // namespace vmm
} // namespace ns3
