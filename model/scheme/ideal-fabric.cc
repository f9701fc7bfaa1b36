// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ideal-fabric.h"

#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

namespace
{
std::map<uint32_t, Ptr<Fib>> g_fibs;                //!< by node id
std::map<VmKey, IdealFabric::Location> g_locations; //!< of the VMs
} // namespace

void
IdealFabric::Add(uint32_t node, Ptr<Fib> fib)
{
    if (g_fibs.empty())
    {
        Simulator::ScheduleDestroy(&IdealFabric::Clear);
    }
    g_fibs[node] = fib;
}

const std::map<uint32_t, Ptr<Fib>>&
IdealFabric::GetFibs()
{
    return g_fibs;
}

std::map<VmKey, IdealFabric::Location>&
IdealFabric::GetLocations()
{
    return g_locations;
}

void
IdealFabric::Clear()
{
    g_fibs.clear();
    g_locations.clear();
}

} // namespace vmm
} // namespace ns3
