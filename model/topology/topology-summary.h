// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOPOLOGY_SUMMARY_H
#define VMM_TOPOLOGY_SUMMARY_H

#include "ns3/stretch-census.h"
#include "ns3/topology.h"

#include <vector>

namespace ns3
{
namespace vmm
{

/// The size of a topology.
struct TopologySummary
{
    size_t parts = 0;                 //!< groups of nodes without a way between them
    bool nves = false;                //!< whether participants are NVEs
    std::vector<NodeId> participants; //!< between which the rest counts: the NVEs of the largest
                                      //!< part, or all its nodes if the topology has no NVE
    uint64_t diameterHops = 0;        //!< longest of the shortest ways, in links
    Time diameterDelay;               //!< longest of the shortest delays
};

/**
 * @param topology a topology, connected or not
 * @return how large it is; bridges are no participants
 */
TopologySummary Summarize(const Topology& topology);

} // namespace vmm
} // namespace ns3

#endif // VMM_TOPOLOGY_SUMMARY_H
