// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-codec-parts.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint8_t VERSION = 4;
/// Type of the optional parameter that holds capabilities (RFC 5492 section 4).
constexpr uint8_t PARAMETER_CAPABILITIES = 2;
/// In place of a parameter type: the lengths that follow have two octets (RFC 9072 section 2).
constexpr uint8_t PARAMETER_EXTENDED = 255;
/// Octets that capabilities may take, so that an OPEN never exceeds 4096 octets.
constexpr size_t MAX_CAPABILITIES = 4000;

BgpError
OpenError(uint8_t subcode, const std::string& reason, std::vector<uint8_t> data = {})
{
    return BgpError{BgpErrorCode::OPEN, subcode, std::move(data), reason};
}

/// Adds one capability to what is known. @return an error if its length is wrong
BgpError
AddCapability(BgpOpenMessage& message, uint8_t code, BgpReader value)
{
    auto& capabilities = message.capabilities;
    const size_t size = value.GetLeft();
    size_t expected = size;
    switch (code)
    {
    case BGP_CAPABILITY_MULTIPROTOCOL:
    case BGP_CAPABILITY_FOUR_OCTET_AS:
        expected = 4;
        break;
    case BGP_CAPABILITY_ROUTE_REFRESH:
    case BGP_CAPABILITY_EXTENDED_MESSAGE:
        expected = 0;
        break;
    default:
        capabilities.unknown.push_back({code, value.Copy()});
        return BgpError();
    }
    if (size != expected)
    {
        return OpenError(BGP_OPEN_UNSPECIFIC,
                         "capability " + std::to_string(code) + " of " + std::to_string(size) +
                             " octets, expected " + std::to_string(expected));
    }
    switch (code)
    {
    case BGP_CAPABILITY_MULTIPROTOCOL:
    {
        BgpFamily family;
        family.afi = static_cast<BgpAfi>(value.Take(2));
        value.Take(1);
        family.safi = static_cast<BgpSafi>(value.Take(1));
        capabilities.families.push_back(family);
        break;
    }
    case BGP_CAPABILITY_FOUR_OCTET_AS:
        capabilities.fourOctetAs = true;
        message.asn = value.Take(4);
        break;
    case BGP_CAPABILITY_ROUTE_REFRESH:
        capabilities.routeRefresh = true;
        break;
    default:
        capabilities.extendedMessage = true;
    }
    return BgpError();
}

BgpError
ReadCapabilities(BgpOpenMessage& message, BgpReader field)
{
    while (field.GetLeft() > 0)
    {
        if (field.GetLeft() < 2)
        {
            return OpenError(BGP_OPEN_UNSPECIFIC, "capability cut short");
        }
        const uint8_t code = field.Take(1);
        const size_t size = field.Take(1);
        if (size > field.GetLeft())
        {
            return OpenError(BGP_OPEN_UNSPECIFIC, "capability cut short");
        }
        const BgpError error = AddCapability(message, code, field.Cut(size));
        if (error)
        {
            return error;
        }
    }
    return BgpError();
}

/// Reads the optional parameters: their length, in either form, and all that follows.
BgpError
ReadParameters(BgpOpenMessage& message, BgpReader body)
{
    size_t size = body.Take(1);
    size_t lengthOctets = 1;
    if (size > 0 && body.GetLeft() >= 3 && *body.GetData() == PARAMETER_EXTENDED)
    {
        body.Take(1);
        size = body.Take(2);
        lengthOctets = 2;
    }
    if (size != body.GetLeft())
    {
        return OpenError(BGP_OPEN_UNSPECIFIC, "length of optional parameters");
    }
    while (body.GetLeft() > 0)
    {
        if (body.GetLeft() < 1 + lengthOctets)
        {
            return OpenError(BGP_OPEN_UNSPECIFIC, "optional parameter cut short");
        }
        const uint8_t type = body.Take(1);
        const size_t length = body.Take(lengthOctets);
        if (length > body.GetLeft())
        {
            return OpenError(BGP_OPEN_UNSPECIFIC, "optional parameter cut short");
        }
        if (type != PARAMETER_CAPABILITIES)
        {
            return OpenError(BGP_UNSUPPORTED_PARAMETER,
                             "optional parameter " + std::to_string(type));
        }
        const BgpError error = ReadCapabilities(message, body.Cut(length));
        if (error)
        {
            return error;
        }
    }
    return BgpError();
}

BgpError
ReadOpen(BgpOpenMessage& message, BgpReader body)
{
    const unsigned version = body.Take(1);
    if (version != VERSION)
    {
        return OpenError(
            BGP_UNSUPPORTED_VERSION, "version " + std::to_string(version), {0, VERSION});
    }
    message.asn = body.Take(2);
    message.holdTime = body.Take(2);
    message.routerId = body.Take(4);
    const BgpError error = ReadParameters(message, body);
    if (error)
    {
        return error;
    }
    if (message.asn == 0)
    {
        return OpenError(BGP_BAD_PEER_AS, "AS 0");
    }
    if (message.holdTime == 1 || message.holdTime == 2)
    {
        return OpenError(BGP_UNACCEPTABLE_HOLD_TIME,
                         "hold time of " + std::to_string(message.holdTime) + " s");
    }
    if (message.routerId == 0)
    {
        return OpenError(BGP_BAD_IDENTIFIER, "identifier 0");
    }
    auto& families = message.capabilities.families;
    std::sort(families.begin(), families.end());
    families.erase(std::unique(families.begin(), families.end()), families.end());
    return BgpError();
}

std::vector<std::vector<uint8_t>>
EncodeCapabilities(const BgpOpenMessage& message)
{
    std::vector<std::vector<uint8_t>> list;
    for (const BgpFamily& family : message.capabilities.families)
    {
        list.push_back({BGP_CAPABILITY_MULTIPROTOCOL, 4});
        PutBgp(list.back(), static_cast<uint16_t>(family.afi), 2);
        PutBgp(list.back(), 0, 1);
        PutBgp(list.back(), static_cast<uint8_t>(family.safi), 1);
    }
    if (message.capabilities.routeRefresh)
    {
        list.push_back({BGP_CAPABILITY_ROUTE_REFRESH, 0});
    }
    if (message.capabilities.extendedMessage)
    {
        list.push_back({BGP_CAPABILITY_EXTENDED_MESSAGE, 0});
    }
    if (message.capabilities.fourOctetAs)
    {
        list.push_back({BGP_CAPABILITY_FOUR_OCTET_AS, 4});
        PutBgp(list.back(), message.asn, 4);
    }
    for (const auto& other : message.capabilities.unknown)
    {
        if (other.bytes.size() > 255)
        {
            throw std::invalid_argument("capability " + std::to_string(other.code) + " of " +
                                        std::to_string(other.bytes.size()) +
                                        " octets, expected at most 255");
        }
        list.push_back({other.code, static_cast<uint8_t>(other.bytes.size())});
        PutBgp(list.back(), other.bytes);
    }
    return list;
}

} // namespace

BgpDecodeResult
DecodeBgpOpen(BgpReader body)
{
    BgpDecodeResult result;
    BgpOpenMessage message;
    result.error = ReadOpen(message, body);
    if (!result.error)
    {
        result.messages.push_back(std::move(message));
    }
    return result;
}

std::vector<uint8_t>
EncodeBgpOpen(const BgpOpenMessage& message)
{
    std::vector<uint8_t> capabilities;
    for (const auto& capability : EncodeCapabilities(message))
    {
        PutBgp(capabilities, capability);
    }
    if (capabilities.size() > MAX_CAPABILITIES)
    {
        throw std::invalid_argument("capabilities of " + std::to_string(capabilities.size()) +
                                    " octets, expected at most " +
                                    std::to_string(MAX_CAPABILITIES));
    }
    auto out = StartBgpMessage(BgpMessageType::OPEN);
    PutBgp(out, VERSION, 1);
    PutBgp(out, message.asn > 0xffff ? BGP_AS_TRANS : message.asn, 2);
    PutBgp(out, message.holdTime, 2);
    PutBgp(out, message.routerId, 4);
    // One parameter holds all capabilities: daemons of all ages read that.
    const size_t size = capabilities.size();
    if (size == 0)
    {
        PutBgp(out, 0, 1);
    }
    else if (size + 2 <= 255)
    {
        PutBgp(out, size + 2, 1);
        PutBgp(out, PARAMETER_CAPABILITIES, 1);
        PutBgp(out, size, 1);
    }
    else
    {
        PutBgp(out, 255, 1);
        PutBgp(out, PARAMETER_EXTENDED, 1);
        PutBgp(out, size + 3, 2);
        PutBgp(out, PARAMETER_CAPABILITIES, 1);
        PutBgp(out, size, 2);
    }
    PutBgp(out, capabilities);
    return FinishBgpMessage(std::move(out));
}

} // namespace vmm
} // namespace ns3
