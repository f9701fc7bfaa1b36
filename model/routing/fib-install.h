// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FIB_INSTALL_H
#define VMM_FIB_INSTALL_H

#include "ns3/fib.h"
#include "ns3/node.h"

namespace ns3
{
namespace vmm
{

/**
 * Makes a node route by a Fib: makes the table, replaces the routing protocol of each family that
 * the node has, lets its IPv6 forward (ns-3's default is not to) without redirects (which would
 * tell a node to go past its next hop), and adds the tunnel's end. What the replaced protocols knew
 * is lost; addresses given before or after are taken over.
 * @param node a node with an internet stack
 * @return the node's table; an existing one if the node has been treated before
 * @throws std::invalid_argument if the node has neither IPv4 nor IPv6
 */
Ptr<Fib> InstallFib(Ptr<Node> node);

} // namespace vmm
} // namespace ns3

#endif // VMM_FIB_INSTALL_H
