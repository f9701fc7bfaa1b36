// SPDX-License-Identifier: GPL-2.0-only
#ifndef IDEAL_FABRIC_H
#define IDEAL_FABRIC_H

#include "ns3/binding-cache.h"
#include "ns3/fib.h"

#include <map>

namespace ns3
{
namespace vmm
{

/**
 * Every FIB of the fabric, for the ideal scheme alone: the lower bound may see what no message has
 * told. Whoever builds the fabric fills it; no other scheme may include this header.
 */
class IdealFabric
{
  public:
    /// Where a VM is.
    struct Location
    {
        uint32_t node;              //!< id of the serving NVE's node
        IpAddressList nveAddresses; //!< of the serving NVE
        IpAddressList addresses;    //!< of the VM
        uint32_t epoch;             //!< of its attachment
    };

    /**
     * @param node id of a router or NVE
     * @param fib its table
     */
    static void Add(uint32_t node, Ptr<Fib> fib);
    /// @return the tables by node id
    static const std::map<uint32_t, Ptr<Fib>>& GetFibs();
    /// @return where the VMs are, to be kept by the scheme
    static std::map<VmKey, Location>& GetLocations();
    /// Forgets all; called at the end of a simulation.
    static void Clear();
};

} // namespace vmm
} // namespace ns3

#endif // IDEAL_FABRIC_H
