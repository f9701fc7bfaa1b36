// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GRAPHML_WRITER_H
#define VMM_GRAPHML_WRITER_H

#include "ns3/topology.h"

#include <map>
#include <ostream>

namespace ns3
{
namespace vmm
{

/// Probability of a packet to be lost on a link, above 0 to 1, for the links that have one.
using LinkLosses = std::map<LinkId, double>;

/**
 * Writes a topology as GraphML by boost::write_graphml, in the form that ImportGraphml() reads back
 * as the same graph: nodes and links in their order, with everything that describes them.
 *
 * Keys of a node: label (its name), role, nve, dc (-1 for none), Latitude and Longitude (NaN for
 * none), asn (0 for none), bridged. Keys of an edge: LinkSpeedRaw (bit/s), delay_ns, mtu, cost,
 * queue, loss, and blocked where a spanning tree leaves the link out, which is for the eye alone.
 * Longitude and Latitude, asn, bridged, loss and blocked are left out where no node or link has
 * one. Whether a link is up is not written.
 *
 * @param out where to
 * @param topology the graph
 * @param losses of its links
 */
void WriteGraphml(std::ostream& out, const Topology& topology, const LinkLosses& losses = {});

} // namespace vmm
} // namespace ns3

#endif // VMM_GRAPHML_WRITER_H
