// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/flow-hash.h"

#include <array>
#include <cstring>

namespace ns3
{
namespace vmm
{
namespace
{

constexpr uint8_t IP_IN_IP = 4;    //!< RFC 2003
constexpr uint8_t TCP = 6;         //!< RFC 9293
constexpr uint8_t UDP = 17;        //!< RFC 768
constexpr uint8_t IPV6_IN_IP = 41; //!< RFC 2473
constexpr uint32_t IPV4_SIZE = 20; //!< octets of a header without options
constexpr uint32_t IPV6_SIZE = 40; //!< octets

/// @return four octets in network order
uint32_t
ReadWord(const uint8_t* bytes)
{
    return uint32_t(bytes[0]) << 24 | uint32_t(bytes[1]) << 16 | uint32_t(bytes[2]) << 8 | bytes[3];
}

/// @return whether the protocol's header starts with two ports
bool
HasPorts(uint8_t protocol)
{
    return protocol == TCP || protocol == UDP;
}

/// Reads the inner IPv4 header and ports out of the first size octets at bytes.
void
ReadInnerIpv4(FlowKey& key, const uint8_t* bytes, uint32_t size)
{
    if (size < IPV4_SIZE || bytes[0] >> 4 != 4)
    {
        return;
    }
    key.innerSource = IpAddress::FromBytes(bytes + 12, 4);
    key.innerDestination = IpAddress::FromBytes(bytes + 16, 4);
    key.innerProtocol = bytes[9];
    bool fragment = (bytes[6] & 0x3f) != 0 || bytes[7] != 0;
    uint32_t length = (bytes[0] & 0xf) * 4;
    if (!fragment && HasPorts(key.innerProtocol) && size >= length + 4)
    {
        key.innerPorts = ReadWord(bytes + length);
    }
}

/// Reads the inner IPv6 header and ports out of the first size octets at bytes.
void
ReadInnerIpv6(FlowKey& key, const uint8_t* bytes, uint32_t size)
{
    if (size < IPV6_SIZE || bytes[0] >> 4 != 6)
    {
        return;
    }
    key.innerSource = IpAddress::FromBytes(bytes + 8, 16);
    key.innerDestination = IpAddress::FromBytes(bytes + 24, 16);
    key.innerProtocol = bytes[6];
    if (HasPorts(key.innerProtocol) && size >= IPV6_SIZE + 4)
    {
        key.innerPorts = ReadWord(bytes + IPV6_SIZE);
    }
}

/// Adds what the payload of a whole packet tells.
void
ReadPayload(FlowKey& key, const Packet& payload)
{
    std::array<uint8_t, 64> bytes; // the longest IPv4 header and four octets
    if (HasPorts(key.protocol))
    {
        if (payload.CopyData(bytes.data(), 4) == 4)
        {
            key.ports = ReadWord(bytes.data());
        }
    }
    else if (key.protocol == IP_IN_IP)
    {
        ReadInnerIpv4(key, bytes.data(), payload.CopyData(bytes.data(), bytes.size()));
    }
    else if (key.protocol == IPV6_IN_IP)
    {
        ReadInnerIpv6(key, bytes.data(), payload.CopyData(bytes.data(), IPV6_SIZE + 4));
    }
}

/// @return hash with an address mixed in
uint64_t
MixAddress(uint64_t hash, const IpAddress& address)
{
    uint64_t words[2];
    std::memcpy(words, address.GetBytes(), sizeof(words));
    // Read as big-endian, so that every machine chooses alike.
    for (auto& word : words)
    {
        const auto* b = reinterpret_cast<const uint8_t*>(&word);
        word = uint64_t(ReadWord(b)) << 32 | ReadWord(b + 4);
    }
    hash = MixBits(hash ^ words[0]);
    return address.IsIpv6() ? MixBits(hash ^ words[1]) : hash;
}

} // namespace

FlowKey
MakeFlowKey(const Ipv4Header& header, Ptr<const Packet> payload)
{
    FlowKey key;
    key.source = header.GetSource();
    key.destination = header.GetDestination();
    key.protocol = header.GetProtocol();
    if (payload && header.IsLastFragment() && header.GetFragmentOffset() == 0)
    {
        ReadPayload(key, *payload);
    }
    return key;
}

FlowKey
MakeFlowKey(const Ipv6Header& header, Ptr<const Packet> payload)
{
    FlowKey key;
    key.source = header.GetSource();
    key.destination = header.GetDestination();
    key.protocol = header.GetNextHeader();
    if (payload)
    {
        ReadPayload(key, *payload);
    }
    return key;
}

uint64_t
HashFlow(const FlowKey& key, uint64_t salt)
{
    uint64_t hash = MixBits(salt + 0x632be59bd9b4e019ULL);
    hash = MixAddress(hash, key.source);
    hash = MixAddress(hash, key.destination);
    hash = MixBits(hash ^ (uint64_t(key.ports) << 8 | key.protocol));
    if (key.innerDestination)
    {
        hash = MixAddress(hash, key.innerSource);
        hash = MixAddress(hash, key.innerDestination);
        hash = MixBits(hash ^ (uint64_t(key.innerPorts) << 8 | key.innerProtocol));
    }
    return hash;
}

} // namespace vmm
} // namespace ns3
