// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLOW_HASH_H
#define VMM_FLOW_HASH_H

#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/vmm-ip-address.h"

#include <cstddef>
#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * What an equal-cost choice looks at. Ports count for TCP and UDP only, and only in packets that
 * are no fragment: every fragment of a datagram must take one path, and only the first has ports.
 * A packet that carries an IP packet (protocol 4 or 41) adds the key of the inner one, so that the
 * flows between two tunnel ends do not share a path.
 */
struct FlowKey
{
    IpAddress source;           //!< may be none for a packet that is being sent
    IpAddress destination;      //!< where it goes
    uint8_t protocol = 0;       //!< IPv4 protocol or IPv6 next header
    uint32_t ports = 0;         //!< source port in the upper half, destination port in the lower
    IpAddress innerSource;      //!< of the inner packet, if there is one
    IpAddress innerDestination; //!< of the inner packet
    uint8_t innerProtocol = 0;  //!< of the inner packet
    uint32_t innerPorts = 0;    //!< of the inner packet
};

/**
 * @param header an IPv4 header
 * @param payload what follows it; null if not known
 * @return the key of the packet's flow
 */
FlowKey MakeFlowKey(const Ipv4Header& header, Ptr<const Packet> payload);
/**
 * @param header an IPv6 header
 * @param payload what follows it; null if not known
 * @return the key of the packet's flow; extension headers hide the ports
 */
FlowKey MakeFlowKey(const Ipv6Header& header, Ptr<const Packet> payload);

/**
 * @param x any 64 bits
 * @return 64 bits, each of which depends on all of x
 */
inline uint64_t
MixBits(uint64_t x)
{
    x ^= x >> 31;
    x *= 0x9fb21c651e98df25ULL;
    x ^= x >> 29;
    x *= 0xd6e8feb86659fd93ULL;
    x ^= x >> 32;
    return x;
}

/**
 * @param key a flow
 * @param salt the node's own number: with one salt for all nodes a choice at one tier decides the
 *        choice at the next, and part of the links stays idle
 * @return a hash that is the same in every run and on every machine
 */
uint64_t HashFlow(const FlowKey& key, uint64_t salt);

/**
 * @param hash from HashFlow()
 * @param count how many next hops there are, at least 1
 * @return which of them
 */
inline size_t
PickByHash(uint64_t hash, size_t count)
{
    return static_cast<size_t>(((hash >> 32) * count) >> 32);
}

} // namespace vmm
} // namespace ns3

#endif // VMM_FLOW_HASH_H
