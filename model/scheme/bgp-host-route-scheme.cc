// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-host-route-scheme.h"

#include "ns3/ns3-compat.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(BgpHostRouteScheme);

namespace
{
const SchemeRegistry::Registration
    g_registration("bgp-host-route",
                   BgpHostRouteScheme::GetTypeId(),
                   "the NVE that has the VM announces its host route by BGP, no registrations",
                   SchemeTraits{true, true});
} // namespace

TypeId
BgpHostRouteScheme::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::BgpHostRouteScheme")
            .SetParent<MobilityScheme>()
            .SetGroupName("VmMobility")
            .AddConstructor<BgpHostRouteScheme>()
            .AddAttribute("Overlap",
                          "Order of withdrawal at the source and announcement at the destination",
                          EnumValue(ANNOUNCE_FIRST),
                          MakeEnumAccessorFor<Overlap>(&BgpHostRouteScheme::m_overlap),
                          MakeEnumChecker(WITHDRAW_FIRST,
                                          "WithdrawFirst",
                                          ANNOUNCE_FIRST,
                                          "AnnounceFirst",
                                          LOCAL_PREF,
                                          "LocalPref"));
    return tid;
}

void
BgpHostRouteScheme::VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason)
{
    nve.AnnounceHostRoutes(AddressesOf(entry), entry.GetEpoch(), HostRouteRank::NORMAL);
    MobilityScheme::VmAttached(nve, entry, reason);
}

void
BgpHostRouteScheme::VmLeaving(NveContext& nve, BindingUpdateEntry& entry)
{
    if (m_overlap == LOCAL_PREF)
    {
        nve.AnnounceHostRoutes(AddressesOf(entry), entry.GetEpoch(), HostRouteRank::LAST);
    }
}

void
BgpHostRouteScheme::VmStopped(NveContext& nve, BindingUpdateEntry& entry)
{
    if (m_overlap == WITHDRAW_FIRST)
    {
        nve.WithdrawHostRoutes(AddressesOf(entry));
    }
}

void
BgpHostRouteScheme::VmReleased(NveContext& nve, BindingUpdateEntry& entry)
{
    nve.WithdrawHostRoutes(AddressesOf(entry));
}

void
BgpHostRouteScheme::VmDestroyed(NveContext& nve, BindingUpdateEntry& entry)
{
    nve.WithdrawHostRoutes(AddressesOf(entry));
}

} // namespace vmm
} // namespace ns3
