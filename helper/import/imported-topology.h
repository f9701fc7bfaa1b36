// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IMPORTED_TOPOLOGY_H
#define VMM_IMPORTED_TOPOLOGY_H

#include "ns3/graphml-writer.h"
#include "ns3/topology-builder.h"
#include "ns3/topology.h"

#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What the reader of a topology made of it on its own account; names are those of the topology.
struct ImportReport
{
    std::vector<std::pair<std::string, std::string>> renamed; //!< label in the file, name
    std::vector<std::string> placed;   //!< nodes without a position, placed amid their neighbours
    std::vector<std::string> unplaced; //!< nodes without a position near or far
    std::vector<std::string> external; //!< nodes that the file calls not internal, or a hyperedge
    std::vector<std::string> unrated;  //!< links "a - b" with the default rate
    std::vector<std::string> unlong;   //!< links "a - b" with the default delay
    std::vector<std::string> loops;    //!< nodes whose link to themselves was left out
    std::vector<std::string> added;    //!< nodes that are not in the file
    std::vector<std::string> unused;   //!< what the file says that has no effect

    /// @return a line for each kind that there is, for a reader; one for each that was renamed
    std::vector<std::string> GetLines() const;
};

/// A topology that was read from somebody's file.
struct ImportedTopology
{
    Topology topology;   //!< the graph; whether it is connected is not checked
    LinkLosses losses;   //!< of its links
    ImportReport report; //!< what was guessed
};

/**
 * Makes a fabric of a topology: routers that are in the file as such get servers, which are NVEs,
 * if the file has no NVE; and the management node `mn`, if it has none, and the outside hosts of
 * the input are attached.
 *
 * @param imported a topology; its nodes that ImportReport::external names get no servers
 * @param input rates and delays of server links, MTU, queue, hosts
 * @param servers of each router
 * @param management the router that mn is attached to; "first": the first one
 * @throws BuilderError if there is no such router
 */
void CompleteFabric(ImportedTopology& imported,
                    const BuilderInput& input,
                    uint32_t servers,
                    const std::string& management);

/**
 * @param text a decimal fraction, also with an exponent: `1e9`, `-7.5E+01`
 * @param least smallest value allowed
 * @param most largest value allowed
 * @return the number
 * @throws ValueError if text is no such number
 */
double ParseScientific(const std::string& text, double least, double most);

} // namespace vmm
} // namespace ns3

#endif // VMM_IMPORTED_TOPOLOGY_H
