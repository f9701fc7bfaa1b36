// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BENCH_CHAIN_H
#define VMM_BENCH_CHAIN_H

#include "ns3/fabric.h"
#include "ns3/ipv4-address.h"
#include "ns3/node.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace ns3
{
namespace vmm
{
namespace bench
{

constexpr uint32_t ROUTERS = 4;         //!< between the two hosts of a chain
constexpr uint32_t LINKS = ROUTERS + 1; //!< of a chain; so many packet-hops a packet takes
constexpr uint32_t PACKETS = 24000;     //!< that are measured
constexpr uint32_t WARM_UP = 2000;      //!< packets before them
constexpr uint32_t PAYLOAD = 512;       //!< octets of IP payload
constexpr uint8_t PROTOCOL = 253;       //!< for experiments (RFC 3692); no transport layer costs

/// Two hosts with routers between them, all at 10 Gbit/s and 1 us.
struct Chain
{
    std::vector<Ptr<Node>> nodes; //!< host, routers, host
    Ipv4Address destination;      //!< of the last one
    Ptr<Fabric> fabric;           //!< if it is one of ours
};

/// @return the chain as this module builds it: forwarding tables, FIFO links, static underlay
Chain MakeFabricChain();
/// @return the same links with ns-3's Ipv4GlobalRouting and no queueing disciplines
Chain MakeGlobalChain();
/// @return what InternetStackHelper, PointToPointHelper, Ipv4AddressHelper and
///         PopulateRoutingTables() make of it by default
Chain MakeDefaultChain();

/**
 * Sends datagrams from the first node through a chain.
 * @param chain the chain
 * @param next tells each packet's destination, which the first node then treats alike: ns-3 keeps a
 *        counter for each destination that a node sends to, and that is not what is measured;
 *        null: the last node
 * @param afterwards what else has to be done for the packets, and is measured; null: nothing
 * @return CPU seconds per packet-hop, after a warm-up
 */
double MeasurePacketHop(const Chain& chain,
                        const std::function<Ipv4Address()>& next = {},
                        const std::function<void()>& afterwards = {});

/**
 * Puts host routes into the routers of a fabric chain, and makes the last host lose what comes for
 * them.
 * @param chain from MakeFabricChain()
 * @param count how many
 * @return their addresses
 */
std::vector<Ipv4Address> AddHostRoutes(const Chain& chain, uint32_t count);

/// Random numbers that are the same in every run.
class Shuffle
{
  public:
    /// @return the next number
    uint64_t Next();

  private:
    uint64_t m_state = 88172645463325252ULL; //!< not zero
};

} // namespace bench
} // namespace vmm
} // namespace ns3

#endif // VMM_BENCH_CHAIN_H
