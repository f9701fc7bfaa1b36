// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_INNER_DATAGRAM_H
#define VMM_INNER_DATAGRAM_H

#include "ns3/packet.h"
#include "ns3/ptr.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * @param p what a tunnel carried
 * @param family of the IP header that it ought to begin with
 * @return whether it is a complete IP packet of the family
 */
bool IsDatagram(Ptr<const Packet> p, IpFamily family);
/**
 * Carries the congestion mark of an outer header into the inner one, RFC 6040 section 4.2.
 * @param p the inner datagram, complete
 * @param family of its header
 * @param outerTos type of service or traffic class of the outer header
 * @return false if the mark has no place in it, since its transport does not do ECN: to be dropped
 */
bool CarryCongestion(Ptr<Packet> p, IpFamily family, uint8_t outerTos);

} // namespace vmm
} // namespace ns3

#endif // VMM_INNER_DATAGRAM_H
