// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-nlri-codec.h"

#include <algorithm>
#include <array>

namespace ns3
{
namespace vmm
{

std::optional<std::vector<IpPrefix>>
DecodeBgpNlri(const uint8_t* data, size_t size, size_t addressSize)
{
    std::vector<IpPrefix> prefixes;
    size_t at = 0;
    while (at < size)
    {
        const size_t bits = data[at++];
        const size_t octets = (bits + 7) / 8;
        if (octets > addressSize || bits > addressSize * 8 || size - at < octets)
        {
            return std::nullopt;
        }
        std::array<uint8_t, 16> address{};
        std::copy(data + at, data + at + octets, address.begin());
        prefixes.emplace_back(IpAddress::FromBytes(address.data(), addressSize), bits);
        at += octets;
    }
    return prefixes;
}

size_t
GetBgpNlriSize(const IpPrefix& prefix)
{
    return 1 + (prefix.GetLength() + 7) / 8;
}

void
PutBgpNlri(std::vector<uint8_t>& out, const IpPrefix& prefix)
{
    const uint8_t* address = prefix.GetAddress().GetBytes();
    out.push_back(prefix.GetLength());
    out.insert(out.end(), address, address + GetBgpNlriSize(prefix) - 1);
}

} // namespace vmm
} // namespace ns3
