// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-codec.h"

#include "ns3/bgp-codec-parts.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the smallest length of a message of this type, 0 if there is no such type
size_t
MinimumSize(BgpMessageType type)
{
    switch (type)
    {
    case BgpMessageType::OPEN:
        return BGP_HEADER_SIZE + 10;
    case BgpMessageType::UPDATE:
        return BGP_HEADER_SIZE + 4;
    case BgpMessageType::NOTIFICATION:
        return BGP_HEADER_SIZE + 2;
    case BgpMessageType::KEEPALIVE:
        return BGP_HEADER_SIZE;
    case BgpMessageType::ROUTE_REFRESH:
        return BGP_HEADER_SIZE + 4;
    }
    return 0;
}

/// @return the largest length of a message of this type
size_t
MaximumSize(BgpMessageType type, bool extendedMessage)
{
    switch (type)
    {
    case BgpMessageType::KEEPALIVE:
        return BGP_HEADER_SIZE;
    case BgpMessageType::OPEN:
        return BGP_MAX_SIZE;
    default:
        return extendedMessage ? BGP_MAX_EXTENDED_SIZE : BGP_MAX_SIZE;
    }
}

BgpDecodeResult
DecodeNotification(BgpReader body)
{
    BgpNotificationMessage message;
    message.code = static_cast<BgpErrorCode>(body.Take(1));
    message.subcode = body.Take(1);
    message.data = body.Copy();
    BgpDecodeResult result;
    result.messages.push_back(std::move(message));
    return result;
}

/// RFC 7313 section 5: a length that does not fit a subtype of that document is its own error.
BgpDecodeResult
DecodeRouteRefresh(const uint8_t* data, size_t size)
{
    BgpReader body(data + BGP_HEADER_SIZE, size - BGP_HEADER_SIZE);
    BgpRouteRefreshMessage message;
    message.family.afi = static_cast<BgpAfi>(body.Take(2));
    message.subtype = body.Take(1);
    message.family.safi = static_cast<BgpSafi>(body.Take(1));
    BgpDecodeResult result;
    if (body.GetLeft() == 0)
    {
        result.messages.push_back(message);
    }
    else if (message.subtype == 1 || message.subtype == 2)
    {
        result.error = BgpError{BgpErrorCode::ROUTE_REFRESH,
                                1,
                                std::vector<uint8_t>(data, data + size),
                                "ROUTE-REFRESH of " + std::to_string(size) + " octets"};
    }
    else
    {
        result.error = BgpError{BgpErrorCode::HEADER,
                                BGP_BAD_LENGTH,
                                {data[16], data[17]},
                                "ROUTE-REFRESH of " + std::to_string(size) + " octets"};
    }
    return result;
}

} // namespace

std::string
BgpUpdateOutcomeName(BgpUpdateOutcome outcome)
{
    switch (outcome)
    {
    case BgpUpdateOutcome::NONE:
        return "none";
    case BgpUpdateOutcome::ATTRIBUTE_DISCARD:
        return "attribute-discard";
    case BgpUpdateOutcome::TREAT_AS_WITHDRAW:
        return "treat-as-withdraw";
    case BgpUpdateOutcome::SESSION_RESET:
        return "session-reset";
    }
    return "outcome-" + std::to_string(static_cast<uint8_t>(outcome));
}

BgpError
CheckBgpHeader(const uint8_t* header, bool extendedMessage)
{
    if (std::any_of(header,
                    header + 16,
                    [](uint8_t octet)
                    {
                        return octet != 0xff;
                    }))
    {
        return BgpError{BgpErrorCode::HEADER, BGP_NOT_SYNCHRONIZED, {}, "marker is not all ones"};
    }
    const size_t length = header[16] << 8 | header[17];
    const auto type = static_cast<BgpMessageType>(header[18]);
    const size_t least = std::max(BGP_HEADER_SIZE, MinimumSize(type));
    if (length < least || length > MaximumSize(type, extendedMessage))
    {
        return BgpError{BgpErrorCode::HEADER,
                        BGP_BAD_LENGTH,
                        {header[16], header[17]},
                        BgpMessageTypeName(type) + " of " + std::to_string(length) + " octets"};
    }
    if (MinimumSize(type) == 0)
    {
        return BgpError{BgpErrorCode::HEADER,
                        BGP_BAD_TYPE,
                        {header[18]},
                        "message type " + std::to_string(header[18])};
    }
    return BgpError();
}

BgpDecodeResult
DecodeBgpMessage(const uint8_t* data, size_t size, const BgpCodecOptions& options)
{
    BgpDecodeResult result;
    if (size < BGP_HEADER_SIZE)
    {
        result.error = BgpError{BgpErrorCode::HEADER,
                                BGP_BAD_LENGTH,
                                {0, static_cast<uint8_t>(size)},
                                "header of " + std::to_string(size) + " octets"};
        return result;
    }
    result.error = CheckBgpHeader(data, options.extendedMessage);
    if (!result.error && size != size_t(data[16] << 8 | data[17]))
    {
        result.error = BgpError{BgpErrorCode::HEADER,
                                BGP_BAD_LENGTH,
                                {data[16], data[17]},
                                "length field and octets differ"};
    }
    if (result.error)
    {
        return result;
    }
    const BgpReader body(data + BGP_HEADER_SIZE, size - BGP_HEADER_SIZE);
    switch (static_cast<BgpMessageType>(data[18]))
    {
    case BgpMessageType::OPEN:
        return DecodeBgpOpen(body);
    case BgpMessageType::UPDATE:
        return DecodeBgpUpdate(body, options);
    case BgpMessageType::NOTIFICATION:
        return DecodeNotification(body);
    case BgpMessageType::ROUTE_REFRESH:
        return DecodeRouteRefresh(data, size);
    case BgpMessageType::KEEPALIVE:
        break;
    }
    result.messages.push_back(BgpKeepaliveMessage());
    return result;
}

std::vector<uint8_t>
StartBgpMessage(BgpMessageType type)
{
    std::vector<uint8_t> out(16, 0xff);
    PutBgp(out, 0, 2);
    PutBgp(out, static_cast<uint8_t>(type), 1);
    return out;
}

std::vector<uint8_t>
FinishBgpMessage(std::vector<uint8_t> out)
{
    out[16] = out.size() >> 8;
    out[17] = out.size();
    return out;
}

std::vector<uint8_t>
EncodeBgpNotification(const BgpNotificationMessage& message)
{
    auto out = StartBgpMessage(BgpMessageType::NOTIFICATION);
    PutBgp(out, static_cast<uint8_t>(message.code), 1);
    PutBgp(out, message.subcode, 1);
    const size_t size = std::min(message.data.size(), BGP_MAX_SIZE - out.size());
    out.insert(out.end(), message.data.begin(), message.data.begin() + size);
    return FinishBgpMessage(std::move(out));
}

std::vector<uint8_t>
EncodeBgpKeepalive()
{
    return FinishBgpMessage(StartBgpMessage(BgpMessageType::KEEPALIVE));
}

std::vector<uint8_t>
EncodeBgpRouteRefresh(const BgpRouteRefreshMessage& message)
{
    auto out = StartBgpMessage(BgpMessageType::ROUTE_REFRESH);
    PutBgp(out, static_cast<uint16_t>(message.family.afi), 2);
    PutBgp(out, message.subtype, 1);
    PutBgp(out, static_cast<uint8_t>(message.family.safi), 1);
    return FinishBgpMessage(std::move(out));
}

std::vector<std::vector<uint8_t>>
EncodeBgpMessage(const BgpMessage& message, const BgpCodecOptions& options)
{
    switch (GetBgpMessageType(message))
    {
    case BgpMessageType::OPEN:
        return {EncodeBgpOpen(std::get<BgpOpenMessage>(message))};
    case BgpMessageType::UPDATE:
        return EncodeBgpUpdates(std::get<BgpUpdateMessage>(message), options);
    case BgpMessageType::NOTIFICATION:
        return {EncodeBgpNotification(std::get<BgpNotificationMessage>(message))};
    case BgpMessageType::ROUTE_REFRESH:
        return {EncodeBgpRouteRefresh(std::get<BgpRouteRefreshMessage>(message))};
    case BgpMessageType::KEEPALIVE:
        break;
    }
    return {EncodeBgpKeepalive()};
}

} // namespace vmm
} // namespace ns3
