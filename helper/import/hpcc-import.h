// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_HPCC_IMPORT_H
#define VMM_HPCC_IMPORT_H

#include "ns3/imported-topology.h"
#include "ns3/nstime.h"
#include "ns3/scenario-error.h"

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A flow of a flow file.
struct HpccFlow
{
    SourcePosition at;        //!< of its source in the file
    SourcePosition startAt;   //!< of its start in the file
    uint32_t source = 0;      //!< number of the sender
    uint32_t destination = 0; //!< number of the receiver
    uint32_t priority = 0;    //!< its priority group
    uint32_t port = 0;        //!< its destination port
    uint64_t bytes = 0;       //!< its size
    Time start;               //!< when it begins
};

/**
 * Reads the topology file of the HPCC simulator (Li et al., SIGCOMM 2019) and of those that descend
 * from it, words with blanks or line ends between: numbers of nodes, of switches and of links; the
 * switches; then for each link source, destination, rate (`100Gbps`), delay (`1us`, `0.001ms`) and
 * probability of a packet to be lost. Nodes are numbered from 0.
 *
 * A switch n becomes a node `switch-n` that routes, any other node an NVE `server-n`. Every link
 * costs 1.
 *
 * @param name of the file, for errors
 * @param bytes of the file
 * @param input MTU and queue of the links
 * @return the graph with its losses
 * @throws ScenarioError at the first word that is wrong
 */
ImportedTopology
ImportHpcc(const std::string& name, const std::string& bytes, const BuilderInput& input = {});

/**
 * Reads a flow file of the same simulators: the number of flows; then for each flow source,
 * destination, priority, port, size in bytes, and start in seconds.
 *
 * @param name of the file, for errors
 * @param bytes of the file
 * @param topology of ImportHpcc(): the ends of flows are servers of it
 * @return the flows in the order of the file
 * @throws ScenarioError at the first word that is wrong
 */
std::vector<HpccFlow>
ImportHpccFlows(const std::string& name, const std::string& bytes, const Topology& topology);

/// @param number of a node that is no switch @return its name
std::string GetHpccServer(uint32_t number);

} // namespace vmm
} // namespace ns3

#endif // VMM_HPCC_IMPORT_H
