// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-types.h"

#include <map>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

const std::map<std::string, uint32_t> COMMUNITY_NAMES = {
    {"graceful-shutdown", BGP_GRACEFUL_SHUTDOWN},
    {"blackhole", BGP_BLACKHOLE},
    {"no-export", BGP_NO_EXPORT},
    {"no-advertise", BGP_NO_ADVERTISE},
    {"no-export-subconfed", BGP_NO_EXPORT_SUBCONFED},
    {"no-peer", BGP_NO_PEER},
};

/// Names of subcodes, by code * 256 + subcode; those of a whole code have subcode 0.
const std::map<uint32_t, std::string> ERROR_NAMES = {
    {0x0101, "connection-not-synchronized"},
    {0x0102, "bad-message-length"},
    {0x0103, "bad-message-type"},
    {0x0200, "open-message-error"},
    {0x0201, "unsupported-version"},
    {0x0202, "bad-peer-as"},
    {0x0203, "bad-bgp-identifier"},
    {0x0204, "unsupported-optional-parameter"},
    {0x0206, "unacceptable-hold-time"},
    {0x0207, "unsupported-capability"},
    {0x0300, "update-message-error"},
    {0x0301, "malformed-attribute-list"},
    {0x0302, "unrecognized-well-known-attribute"},
    {0x0303, "missing-well-known-attribute"},
    {0x0304, "attribute-flags-error"},
    {0x0305, "attribute-length-error"},
    {0x0306, "invalid-origin"},
    {0x0308, "invalid-next-hop"},
    {0x0309, "optional-attribute-error"},
    {0x030a, "invalid-network-field"},
    {0x030b, "malformed-as-path"},
    {0x0400, "hold-timer-expired"},
    {0x0500, "fsm-error"},
    {0x0501, "unexpected-in-open-sent"},
    {0x0502, "unexpected-in-open-confirm"},
    {0x0503, "unexpected-in-established"},
    {0x0600, "cease"},
    {0x0601, "maximum-prefixes"},
    {0x0602, "administrative-shutdown"},
    {0x0603, "peer-deconfigured"},
    {0x0604, "administrative-reset"},
    {0x0605, "connection-rejected"},
    {0x0606, "other-configuration-change"},
    {0x0607, "connection-collision"},
    {0x0608, "out-of-resources"},
    {0x0609, "hard-reset"},
    {0x0701, "invalid-message-length"},
};

/// @return the 16-bit number at the start of text, moving begin behind it
uint32_t
ReadHalf(const std::string& text, size_t& begin)
{
    const size_t from = begin;
    uint32_t value = 0;
    while (begin < text.size() && text[begin] >= '0' && text[begin] <= '9' && value <= 0xffff)
    {
        value = value * 10 + (text[begin++] - '0');
    }
    if (begin == from || value > 0xffff)
    {
        throw std::invalid_argument("found '" + text + "', expected a community such as 65000:100");
    }
    return value;
}

} // namespace

std::string
BgpFamily::ToString() const
{
    if (*this == BGP_IPV4_UNICAST)
    {
        return "ipv4-unicast";
    }
    if (*this == BGP_IPV6_UNICAST)
    {
        return "ipv6-unicast";
    }
    if (*this == BGP_L2VPN_EVPN)
    {
        return "l2vpn-evpn";
    }
    return "afi-" + std::to_string(static_cast<uint16_t>(afi)) + "-safi-" +
           std::to_string(static_cast<uint8_t>(safi));
}

uint32_t
BgpCommunityFromString(const std::string& text)
{
    const auto known = COMMUNITY_NAMES.find(text);
    if (known != COMMUNITY_NAMES.end())
    {
        return known->second;
    }
    size_t at = 0;
    const uint32_t high = ReadHalf(text, at);
    if (at >= text.size() || text[at] != ':')
    {
        throw std::invalid_argument("found '" + text + "', expected a community such as 65000:100");
    }
    at++;
    const uint32_t low = ReadHalf(text, at);
    if (at != text.size())
    {
        throw std::invalid_argument("found '" + text + "', expected a community such as 65000:100");
    }
    return high << 16 | low;
}

std::string
BgpCommunityName(uint32_t community)
{
    for (const auto& [name, value] : COMMUNITY_NAMES)
    {
        if (value == community)
        {
            return name;
        }
    }
    return std::to_string(community >> 16) + ":" + std::to_string(community & 0xffff);
}

std::string
BgpErrorName(BgpErrorCode code, uint8_t subcode)
{
    const std::string numbers =
        std::to_string(static_cast<uint8_t>(code)) + "/" + std::to_string(subcode);
    const auto name = ERROR_NAMES.find(static_cast<uint32_t>(code) << 8 | subcode);
    return name == ERROR_NAMES.end() ? numbers : numbers + " " + name->second;
}

std::string
BgpOriginName(BgpOrigin origin)
{
    switch (origin)
    {
    case BgpOrigin::IGP:
        return "igp";
    case BgpOrigin::EGP:
        return "egp";
    case BgpOrigin::INCOMPLETE:
        return "incomplete";
    }
    return "origin-" + std::to_string(static_cast<uint8_t>(origin));
}

std::string
BgpMessageTypeName(BgpMessageType type)
{
    switch (type)
    {
    case BgpMessageType::OPEN:
        return "open";
    case BgpMessageType::UPDATE:
        return "update";
    case BgpMessageType::NOTIFICATION:
        return "notification";
    case BgpMessageType::KEEPALIVE:
        return "keepalive";
    case BgpMessageType::ROUTE_REFRESH:
        return "route-refresh";
    }
    return "type-" + std::to_string(static_cast<uint8_t>(type));
}

std::string
BgpRouterIdName(BgpRouterId id)
{
    return std::to_string(id >> 24) + "." + std::to_string(id >> 16 & 0xff) + "." +
           std::to_string(id >> 8 & 0xff) + "." + std::to_string(id & 0xff);
}

std::ostream&
operator<<(std::ostream& os, const BgpFamily& family)
{
    return os << family.ToString();
}

std::ostream&
operator<<(std::ostream& os, const BgpLargeCommunity& community)
{
    return os << community.a << ":" << community.b << ":" << community.c;
}

} // namespace vmm
} // namespace ns3
