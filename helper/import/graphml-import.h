// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GRAPHML_IMPORT_H
#define VMM_GRAPHML_IMPORT_H

#include "ns3/imported-topology.h"

#include <string>

namespace ns3
{
namespace vmm
{

/// What a GraphML file does not say.
struct GraphmlOptions
{
    double usPerKm = 5;                        //!< propagation, microseconds per km; 5: glass
    Time unplacedDelay = MilliSeconds(5);      //!< of a link with an end without a position
    Time leastDelay = MicroSeconds(1);         //!< of a link between positions
    DataRate defaultRate = DataRate("40Gbps"); //!< of a link without a rate
    bool costIsDelay = true;                   //!< routing metric: microseconds; false: 1
    uint16_t mtu = 9000;                       //!< of a link without one
    std::string queue = "100p";                //!< of a link without one
};

/**
 * Reads a topology in GraphML: that of the Internet Topology Zoo (Knight et al., IEEE JSAC 29(9),
 * 2011) as it is published, or one that WriteGraphml() has written.
 *
 * - A node is called as its label, made a name by ImportNames, or `node-ID` without one. Without a
 *   `role` it is a router.
 * - A node without Latitude and Longitude gets the middle of its neighbours that have a position,
 *   again and again until no further node gets one.
 * - A link without `delay_ns` is as long as the great circle between its ends. usPerKm is 5 by
 *   default, the planning value for optical fibre of ITU-T G.114 (05/2003), Annex A; the fibre
 *   takes a longer way than the great circle, which a larger value stands for.
 * - The rate of a link is its LinkSpeedRaw, or its LinkSpeed with LinkSpeedUnits, or what
 *   ParseLinkLabel() finds in LinkLabel or LinkType.
 * - Links of a node to itself are left out; parallel ones are kept.
 *
 * @param name of the file, for errors
 * @param bytes of the file
 * @param options what the file does not say
 * @return the graph, and what was guessed
 * @throws ScenarioError at the first thing wrong
 */
ImportedTopology ImportGraphml(const std::string& name,
                               const std::string& bytes,
                               const GraphmlOptions& options = {});

} // namespace vmm
} // namespace ns3

#endif // VMM_GRAPHML_IMPORT_H
