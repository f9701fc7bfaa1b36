// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_NUMBERING_H
#define VMM_BGP_NUMBERING_H

#include "ns3/topology.h"

#include <cstdint>
#include <vector>

namespace ns3
{
namespace vmm
{

/// How the routers of a fabric get their AS numbers.
enum class BgpNumbering : uint8_t
{
    CLOS,      //!< RFC 7938 section 5.2.1: a tier that never routes through itself shares one
    PER_ROUTER //!< every router has its own
};

/**
 * Gives every node of a fabric an AS number.
 *
 * With CLOS the spines of a data centre are one AS and so are its cores; the aggregation routers of
 * a pod (those that edges connect) are one AS; a leaf, an edge and every other router is one of its
 * own. A path then never leads down and up again, since it would enter the shared AS twice. Numbers
 * are given in the order of the nodes, from 64512, the 1023 private ones of two octets, and from
 * 4200000000 when these have run out (RFC 6996). A node's own TopologyNode::asn goes before, and no
 * other node gets that number.
 *
 * @param topology the fabric
 * @param numbering how
 * @param everyNode also number the nodes that forward for nobody, each an AS of its own
 * @return the AS of each node by NodeId, 0 for one that has none: bridges, and nodes that forward
 *         for nobody unless everyNode
 */
std::vector<uint32_t>
NumberAutonomousSystems(const Topology& topology, BgpNumbering numbering, bool everyNode = false);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_NUMBERING_H
