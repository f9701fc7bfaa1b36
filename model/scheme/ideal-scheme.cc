// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ideal-scheme.h"

#include "ns3/ideal-fabric.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(IdealScheme);

namespace
{
const SchemeRegistry::Registration
    g_registration("ideal",
                   IdealScheme::GetTypeId(),
                   "the lower bound: every FIB is right at the instant of resume, no messages",
                   SchemeTraits{false, false});

/// @return the route that an address takes where there is no host route for it, null if none
const Route*
Covering(const Fib& fib, const IpAddress& address)
{
    for (int length = address.GetBits() - 1; length >= 0; --length)
    {
        for (int owner = ROUTE_OWNER_COUNT - 1; owner >= 0; --owner)
        {
            IpPrefix prefix(address, static_cast<uint8_t>(length));
            if (const Route* route = fib.Find(prefix, static_cast<RouteOwner>(owner)))
            {
                return route;
            }
        }
    }
    return nullptr;
}

/// Makes one FIB send packets for a VM to where the NVE is.
void
Point(Fib& fib, const IpAddress& nve, const IpAddress& address, uint32_t epoch)
{
    IpPrefix host = IpPrefix::Host(address);
    const Route* toNve = fib.Lookup(nve);
    const Route* covering = Covering(fib, address);
    // Where the VM was, a route holds what comes for it.
    bool held = fib.Find(host, RouteOwner::STATIC);
    bool covered = !toNve || (!held && covering && covering->ForwardsLike(*toNve));
    if (covered)
    {
        fib.RemoveRoute(host, RouteOwner::REGISTRATION, epoch);
        return;
    }
    Route route = Route::Forward(toNve->nextHops, epoch);
    const Route* present = fib.Find(host, RouteOwner::REGISTRATION);
    if (!present || !present->ForwardsLike(route))
    {
        fib.SetRoute(host, RouteOwner::REGISTRATION, route);
    }
}

/// Makes a FIB, not of the serving node, right for a VM.
void
Point(Fib& fib, const IdealFabric::Location& location)
{
    for (const auto& address : location.addresses)
    {
        for (const auto& nve : location.nveAddresses)
        {
            if (nve.GetFamily() == address.GetFamily())
            {
                Point(fib, nve, address, location.epoch);
            }
        }
    }
}

/// Makes every FIB right for a VM.
void
PointAll(const IdealFabric::Location& location)
{
    for (const auto& [node, fib] : IdealFabric::GetFibs())
    {
        if (node != location.node)
        {
            Point(*fib, location);
            continue;
        }
        for (const auto& address : location.addresses)
        {
            fib->RemoveRoute(IpPrefix::Host(address), RouteOwner::REGISTRATION, location.epoch);
        }
    }
}
} // namespace

TypeId
IdealScheme::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::IdealScheme")
                            .SetParent<MobilityScheme>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<IdealScheme>();
    return tid;
}

void
IdealScheme::VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason)
{
    IdealFabric::Location& location = IdealFabric::GetLocations()[entry.GetVm()];
    location = {nve.GetNodeId(), nve.GetAddresses(), AddressesOf(entry), entry.GetEpoch()};
    PointAll(location);
    MobilityScheme::VmAttached(nve, entry, reason);
}

void
IdealScheme::VmReleased(NveContext& nve, BindingUpdateEntry& entry)
{
    auto found = IdealFabric::GetLocations().find(entry.GetVm());
    if (found != IdealFabric::GetLocations().end() && found->second.node != nve.GetNodeId())
    {
        Point(nve.GetFib(), found->second);
    }
}

bool
IdealScheme::KeepsSource(NveContext&, const BindingUpdateEntry& entry)
{
    return IdealFabric::GetLocations().count(entry.GetVm()) > 0;
}

void
IdealScheme::VmDestroyed(NveContext&, BindingUpdateEntry& entry)
{
    IdealFabric::GetLocations().erase(entry.GetVm());
    for (const auto& [node, fib] : IdealFabric::GetFibs())
    {
        for (const auto& address : AddressesOf(entry))
        {
            fib->RemoveRoute(IpPrefix::Host(address), RouteOwner::REGISTRATION, entry.GetEpoch());
        }
    }
}

void
IdealScheme::FabricChanged(RegistrarContext&)
{
    for (const auto& [key, location] : IdealFabric::GetLocations())
    {
        PointAll(location);
    }
}

} // namespace vmm
} // namespace ns3
