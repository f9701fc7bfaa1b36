// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GUEST_STACK_H
#define VMM_GUEST_STACK_H

#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * Install IPv4, IPv6, ARP, ICMP, UDP, TCP and static routing in a VM's node. No duplicate address
 * detection.
 * @param node a node without a stack
 */
void InstallGuestStack(Ptr<Node> node);
/**
 * Give a VM's card its addresses (/32 and /128) and default routes to the gateway. Sends no router
 * solicitation.
 * @param device the card, added to a node with a guest stack
 * @param addresses of either family
 * @param permanentGateway whether the gateway's MAC address is entered in the ARP cache; if not,
 * ARP finds it. The IPv6 entry is always made: ns-3 does not resolve fe80::1.
 */
void ConfigureGuestInterface(Ptr<NetDevice> device,
                             const IpAddressList& addresses,
                             bool permanentGateway);
/**
 * Enter a neighbour that never expires in the ARP or neighbour discovery cache of a device,
 * replacing what is there. What waits for it is sent.
 * @param device a device whose node has a stack of that family
 * @param address the neighbour
 * @param mac its MAC address
 */
void AddPermanentNeighbour(Ptr<NetDevice> device, const IpAddress& address, Address mac);
/**
 * Fix the random streams of the stack of a node.
 * @param node with a stack
 * @param stream the first
 * @return how many are used
 */
int64_t AssignStackStreams(Ptr<Node> node, int64_t stream);

} // namespace vmm
} // namespace ns3

#endif // VMM_GUEST_STACK_H
