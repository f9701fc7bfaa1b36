// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/flow-book.h"

#include <algorithm>
#include <numeric>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return whether address is in list, or list is empty
bool
Accepts(const IpAddressList& list, const IpAddress& address)
{
    return list.empty() || std::find(list.begin(), list.end(), address) != list.end();
}

/// @return whether port is wanted, or any is
bool
Accepts(uint16_t wanted, uint16_t port)
{
    return wanted == 0 || wanted == port;
}

} // namespace

const char*
FlowDirectionName(FlowDirection direction)
{
    return direction == FlowDirection::FORWARD ? "forward" : "reverse";
}

const char*
BookDirectionName(uint32_t book)
{
    return FlowDirectionName(static_cast<FlowDirection>(book % 2));
}

bool
DatagramKey::operator==(const DatagramKey& other) const
{
    return source == other.source && destination == other.destination &&
           sourcePort == other.sourcePort && destinationPort == other.destinationPort &&
           protocol == other.protocol;
}

size_t
DatagramKey::Hash() const
{
    const uint64_t ports = uint64_t(sourcePort) << 24 | uint64_t(destinationPort) << 8 | protocol;
    uint64_t hash = source.Hash() * 0x9e3779b97f4a7c15ULL + destination.Hash();
    hash = (hash ^ (hash >> 29)) * 0xbf58476d1ce4e5b9ULL + ports;
    return hash ^ (hash >> 32);
}

bool
Matches(const FlowInfo& flow, FlowDirection direction, const DatagramKey& key)
{
    const bool forward = direction == FlowDirection::FORWARD;
    return (flow.protocol == 0 || flow.protocol == key.protocol) &&
           Accepts(forward ? flow.fromPort : flow.toPort, key.sourcePort) &&
           Accepts(forward ? flow.toPort : flow.fromPort, key.destinationPort) &&
           Accepts(forward ? flow.fromAddresses : flow.toAddresses, key.source) &&
           Accepts(forward ? flow.toAddresses : flow.fromAddresses, key.destination);
}

uint64_t
FlowBook::GetLost() const
{
    return std::accumulate(lost.begin(), lost.end(), uint64_t(0));
}

} // namespace vmm
} // namespace ns3
