// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_BGP_OCTETS_UTIL_H
#define VMM_TEST_BGP_OCTETS_UTIL_H

#include "ns3/bgp-codec.h"

#include <cctype>
#include <stdexcept>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

using BgpOctets = std::vector<uint8_t>;

/// @return the octets of "0a 0B,ff": pairs of hex digits, anything else separates
inline BgpOctets
BgpHex(const std::string& text)
{
    BgpOctets out;
    std::string pair;
    for (const char c : text)
    {
        if (std::isxdigit(static_cast<unsigned char>(c)))
        {
            pair += c;
        }
        if (pair.size() == 2)
        {
            out.push_back(std::stoul(pair, nullptr, 16));
            pair.clear();
        }
    }
    if (!pair.empty())
    {
        throw std::invalid_argument("half an octet in '" + text + "'");
    }
    return out;
}

/// @return a message of this type with a right header
inline BgpOctets
BgpRaw(uint8_t type, const BgpOctets& body)
{
    BgpOctets out(16, 0xff);
    const size_t size = body.size() + 19;
    out.push_back(size >> 8);
    out.push_back(size);
    out.push_back(type);
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

/// @return an UPDATE of these three fields in hex
inline BgpOctets
BgpRawUpdate(const std::string& withdrawn, const std::string& attributes, const std::string& nlri)
{
    BgpOctets body;
    for (const auto& field : {BgpHex(withdrawn), BgpHex(attributes)})
    {
        body.push_back(field.size() >> 8);
        body.push_back(field.size());
        body.insert(body.end(), field.begin(), field.end());
    }
    const auto tail = BgpHex(nlri);
    body.insert(body.end(), tail.begin(), tail.end());
    return BgpRaw(2, body);
}

/// @return what the octets mean
inline BgpDecodeResult
BgpDecode(const BgpOctets& octets, const BgpCodecOptions& options = {})
{
    return DecodeBgpMessage(octets.data(), octets.size(), options);
}

/// @return the one UPDATE in the result; throws if there is none
inline BgpUpdateMessage
BgpOnlyUpdate(const BgpDecodeResult& result)
{
    if (result.messages.size() != 1)
    {
        throw std::runtime_error("messages: " + std::to_string(result.messages.size()) + ", " +
                                 result.error.reason);
    }
    return std::get<BgpUpdateMessage>(result.messages[0]);
}

/// @return prefixes of these texts
inline std::vector<IpPrefix>
BgpPrefixes(const std::vector<std::string>& texts)
{
    std::vector<IpPrefix> out;
    for (const auto& text : texts)
    {
        out.push_back(IpPrefix::FromString(text));
    }
    return out;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_BGP_OCTETS_UTIL_H
