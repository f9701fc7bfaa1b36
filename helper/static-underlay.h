// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_STATIC_UNDERLAY_H
#define VMM_STATIC_UNDERLAY_H

namespace ns3
{
namespace vmm
{

class Fabric;

/**
 * Computes the static routes of a whole fabric from its graph and puts them into the tables, owner
 * STATIC; a second call changes only what differs. Every router gets a route to every VM prefix and
 * every loopback over all equal-cost next hops; so does a server, host or management node with
 * several neighbours, while one with a single link gets a default route. An NVE loses what it does
 * not know in its own VM prefix (no-route), since its default route would send it round. A
 * destination without a path gets a route that loses packets (link-down).
 *
 * @param fabric a fabric with its interfaces
 */
void ApplyStaticUnderlay(const Fabric& fabric);

} // namespace vmm
} // namespace ns3

#endif // VMM_STATIC_UNDERLAY_H
