// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_STRETCH_CENSUS_H
#define VMM_STRETCH_CENSUS_H

#include "ns3/forwarding-walk.h"
#include "ns3/topology.h"

#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Stretch over all ordered triples (correspondent, source, destination) of distinct nodes. Each
 * triple counts once; its stretch is the length of the way that the correspondent's packets take
 * to the destination while they are redirected at the source, over the shortest distance between
 * correspondent and destination. Where a flow may take one of several equal-cost ways, the
 * triple's stretch is the mean over the ways with each next hop of each node equally likely, and
 * max is over the single ways.
 */
struct StretchCensus
{
    uint64_t triples = 0;   //!< n (n - 1) (n - 2)
    uint64_t looping = 0;   //!< triples of which some way loops or fails: not in the other figures
    uint64_t undefined = 0; //!< triples with correspondent and destination at distance 0: likewise
    double mean = 0;        //!< mean stretch
    double median = 0;      //!< of the triples' stretch; mean of the middle two if even in number
    double p90 = 0;         //!< nearest rank
    double max = 0;         //!< largest stretch of any way
    double meanExtra = 0;   //!< mean of way - shortest, in the metric's unit
    double maxExtra = 0;    //!< largest of it
    double triangleSum = 0; //!< sum of the ways
    double directSum = 0;   //!< sum of the shortest distances
};

/**
 * The triangle: d(correspondent, source) + d(source, destination). In every symmetric metric the
 * sum of all triangles is exactly twice the sum of all direct distances.
 *
 * @param topology the fabric
 * @param nodes who takes part, for instance Topology::GetNves(); distinct, 3 or more
 * @param metric unit of the distances
 * @return the census
 * @throws std::invalid_argument if two of the nodes have no path or there are fewer than 3
 */
StretchCensus
CountTriangles(const Topology& topology, const std::vector<NodeId>& nodes, PathMetric metric);

/**
 * What packets do under a reading when a VM of the source has moved to the destination, in links.
 *
 * @param topology the fabric
 * @param nodes who takes part; distinct, 3 or more
 * @param reading how packets are redirected
 * @param defaultRouters as in MakeForwardingState()
 * @return the census
 * @throws std::invalid_argument as CountTriangles()
 */
StretchCensus CountRedirects(const Topology& topology,
                             const std::vector<NodeId>& nodes,
                             RedirectReading reading,
                             bool defaultRouters = false);

} // namespace vmm
} // namespace ns3

#endif // VMM_STRETCH_CENSUS_H
