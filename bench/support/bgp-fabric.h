// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BENCH_BGP_FABRIC_H
#define VMM_BENCH_BGP_FABRIC_H

#include <cstdint>
#include <map>
#include <string>

namespace ns3
{
namespace vmm
{
namespace bench
{

/// What the initial convergence of a fabric takes.
struct FabricCost
{
    double routers = 0;      //!< that speak BGP
    double sessions = 0;     //!< between them
    double routes = 0;       //!< in the forwarding tables of all, by BGP
    double simSeconds = 0;   //!< until the last change of a best path
    double updates = 0;      //!< sent by all routers
    double events = 0;       //!< of the simulator
    double buildSeconds = 0; //!< wall time to make the fabric and its routers
    double runSeconds = 0;   //!< wall time of the simulation
    double peakBytes = 0;    //!< of memory, of the whole process
};

/**
 * Lets a fabric start with BGP and profile Instant, for a second of its time, in a process of its
 * own.
 * @param builder name of a builder
 * @param values its keys
 * @return what it took
 * @throws std::runtime_error if sessions are not Established in the end, or routers do not reach
 *         servers
 */
FabricCost MeasureFabric(const std::string& builder,
                         const std::map<std::string, std::string>& values);

} // namespace bench
} // namespace vmm
} // namespace ns3

#endif // VMM_BENCH_BGP_FABRIC_H
