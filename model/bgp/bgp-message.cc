// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-message.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

bool
BgpCapabilities::Supports(const BgpFamily& family) const
{
    return families.empty() ? family == BGP_IPV4_UNICAST
                            : std::find(families.begin(), families.end(), family) != families.end();
}

bool
BgpCapabilities::operator==(const BgpCapabilities& other) const
{
    return families == other.families && fourOctetAs == other.fourOctetAs &&
           routeRefresh == other.routeRefresh && extendedMessage == other.extendedMessage &&
           unknown == other.unknown;
}

bool
BgpOpenMessage::operator==(const BgpOpenMessage& other) const
{
    return asn == other.asn && holdTime == other.holdTime && routerId == other.routerId &&
           capabilities == other.capabilities;
}

bool
BgpUpdateMessage::IsEmpty() const
{
    return withdrawn.empty() && announced.empty() && opaqueWithdrawn.empty() &&
           opaqueAnnounced.empty() && !endOfRib;
}

bool
BgpUpdateMessage::operator==(const BgpUpdateMessage& other) const
{
    return withdrawn == other.withdrawn && announced == other.announced &&
           attributes == other.attributes && opaqueWithdrawn == other.opaqueWithdrawn &&
           opaqueAnnounced == other.opaqueAnnounced && endOfRib == other.endOfRib;
}

BgpNotificationMessage::BgpNotificationMessage(const BgpError& error)
    : BgpNotificationMessage(error.code, error.subcode, error.data)
{
}

BgpNotificationMessage::BgpNotificationMessage(BgpErrorCode code,
                                               uint8_t subcode,
                                               std::vector<uint8_t> data)
    : code(code),
      subcode(subcode),
      data(std::move(data))
{
}

BgpNotificationMessage
BgpNotificationMessage::Cease(uint8_t subcode, const std::string& text)
{
    size_t size = std::min<size_t>(text.size(), 255);
    // Not in the middle of a character: UTF-8 continues with octets 10xxxxxx.
    while (size > 0 && size < text.size() && (text[size] & 0xc0) == 0x80)
    {
        size--;
    }
    std::vector<uint8_t> data;
    if (size > 0)
    {
        data.push_back(size);
        data.insert(data.end(), text.begin(), text.begin() + size);
    }
    return BgpNotificationMessage(BgpErrorCode::CEASE, subcode, std::move(data));
}

std::string
BgpNotificationMessage::GetShutdownText() const
{
    const bool may = code == BgpErrorCode::CEASE &&
                     (subcode == BGP_CEASE_SHUTDOWN || subcode == BGP_CEASE_RESET);
    if (!may || data.empty() || data.size() != size_t(data[0]) + 1)
    {
        return "";
    }
    return std::string(data.begin() + 1, data.end());
}

bool
BgpNotificationMessage::operator==(const BgpNotificationMessage& other) const
{
    return code == other.code && subcode == other.subcode && data == other.data;
}

BgpMessageType
GetBgpMessageType(const BgpMessage& message)
{
    // The alternatives of the variant stand in the order of the type codes.
    static_assert(
        std::is_same_v<std::variant_alternative_t<4, BgpMessage>, BgpRouteRefreshMessage>);
    return static_cast<BgpMessageType>(message.index() + 1);
}

BgpFamily
BgpFamilyOf(const IpPrefix& prefix)
{
    return prefix.GetAddress().IsIpv6() ? BGP_IPV6_UNICAST : BGP_IPV4_UNICAST;
}

} // namespace vmm
} // namespace ns3
