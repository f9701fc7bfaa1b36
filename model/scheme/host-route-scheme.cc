// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/host-route-scheme.h"

#include "ns3/boolean.h"
#include "ns3/ns3-compat.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(HostRouteScheme);

namespace
{
const SchemeRegistry::Registration g_registration(
    "host-route",
    HostRouteScheme::GetTypeId(),
    "the draft: registrations and host routes, packets follow a triangle without tunnels");
} // namespace

TypeId
HostRouteScheme::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::HostRouteScheme")
            .SetParent<MobilityScheme>()
            .SetGroupName("VmMobility")
            .AddConstructor<HostRouteScheme>()
            .AddAttribute(
                "Redirect",
                "What carries a packet from the source to the destination NVE",
                EnumValue(HostRouteOptions::PATH),
                MakeEnumAccessorFor<HostRouteOptions::Redirect>(&HostRouteScheme::m_redirect),
                MakeEnumChecker(HostRouteOptions::PATH,
                                "Path",
                                HostRouteOptions::SOURCE_ONLY,
                                "SourceOnly",
                                HostRouteOptions::TUNNEL,
                                "Tunnel",
                                HostRouteOptions::FABRIC,
                                "Fabric"))
            .AddAttribute(
                "Optimize",
                "How the triangle is shortened (draft section 7.2)",
                EnumValue(HostRouteOptions::NONE),
                MakeEnumAccessorFor<HostRouteOptions::Optimize>(&HostRouteScheme::m_optimize),
                MakeEnumChecker(HostRouteOptions::NONE,
                                "None",
                                HostRouteOptions::DEFAULT_ROUTER,
                                "DefaultRouter",
                                HostRouteOptions::BGP,
                                "Bgp"))
            .AddAttribute(
                "Announcer",
                "Who announces the host route with Optimize=Bgp or Redirect=Fabric",
                EnumValue(HostRouteOptions::DEFAULT_ROUTER_OF_NVE),
                MakeEnumAccessorFor<HostRouteOptions::Announcer>(&HostRouteScheme::m_announcer),
                MakeEnumChecker(HostRouteOptions::DEFAULT_ROUTER_OF_NVE,
                                "DefaultRouter",
                                HostRouteOptions::DESTINATION_NVE,
                                "Nve"))
            .AddAttribute("InformBorderRouters",
                          "With Optimize=Bgp a source NVE that gets packets for a VM that has left "
                          "tells the border routers of its data centre (draft section 7.3)",
                          BooleanValue(true),
                          MakeBooleanAccessor(&HostRouteScheme::m_informsBorder),
                          MakeBooleanChecker())
            .AddAttribute(
                "PathSet",
                "Which routers Redirect=Path tells",
                EnumValue(RedirectPaths::SINGLE),
                MakeEnumAccessorFor<RedirectPaths::Set>(&HostRouteScheme::m_pathSet),
                MakeEnumChecker(
                    RedirectPaths::SINGLE, "Single", RedirectPaths::ALL_EQUAL_COST, "AllEqualCost"))
            .AddAttribute(
                "PathOrder",
                "In which order Redirect=Path tells them",
                EnumValue(HostRouteOptions::ORDERED),
                MakeEnumAccessorFor<HostRouteOptions::PathOrder>(&HostRouteScheme::m_pathOrder),
                MakeEnumChecker(
                    HostRouteOptions::ORDERED, "Ordered", HostRouteOptions::PARALLEL, "Parallel"))
            .AddAttribute("RouterLifetime",
                          "Lifetime of a host route at a router unless refreshed (s, a multiple "
                          "of 4); the management node refreshes at half of it",
                          TimeValue(Seconds(240)),
                          MakeTimeAccessor(&HostRouteScheme::m_routerLifetime),
                          MakeTimeChecker(Seconds(4), Seconds(4 * 65535)))
            .AddAttribute("SettleTime",
                          "With Optimize=Bgp, how long routers on the way to a VM's former NVE "
                          "keep leading from there to the VM after a move, home too, since others "
                          "send packets by the old announcement until its withdrawal reaches them "
                          "(s)",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&HostRouteScheme::m_settleTime),
                          MakeTimeChecker(Seconds(0)));
    return tid;
}

void
HostRouteScheme::DoDispose()
{
    m_registrar.Forget();
    m_informer.Close();
    MobilityScheme::DoDispose();
}

void
HostRouteScheme::NotifyConstructionCompleted()
{
    MobilityScheme::NotifyConstructionCompleted();
    m_options.redirect = m_redirect;
    m_options.optimize = m_optimize;
    m_options.announcer = m_announcer;
    m_options.pathSet = m_pathSet;
    m_options.pathOrder = m_pathOrder;
    m_options.routerLifetime = m_routerLifetime;
    m_options.settleTime = m_settleTime;
    m_registrar.SetOptions(m_options);
}

void
HostRouteScheme::VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason)
{
    nve.Register(entry.GetVm(), REGISTRATION_ADDRESS_KEPT | GetMoveFlags(reason));
}

void
HostRouteScheme::VmDestroyed(NveContext& nve, BindingUpdateEntry& entry)
{
    nve.WithdrawHostRoutes(AddressesOf(entry));
    nve.Deregister(entry.GetVm());
}

void
HostRouteScheme::Registered(NveContext& nve, BindingUpdateEntry& entry, RegistrationStatus status)
{
    if (status == RegistrationStatus::ACCEPTED && m_options.Announces() &&
        m_announcer == HostRouteOptions::DESTINATION_NVE)
    {
        // At home the NVE's prefix leads here.
        IpAddressList away = AddressesOf(entry);
        away.erase(std::remove_if(away.begin(),
                                  away.end(),
                                  [&nve](const IpAddress& address)
                                  {
                                      return nve.OwnsPrefixOf(address);
                                  }),
                   away.end());
        nve.AnnounceHostRoutes(away, entry.GetEpoch(), HostRouteRank::NORMAL);
    }
    MobilityScheme::Registered(nve, entry, status);
}

void
HostRouteScheme::SourceRouteUsed(NveContext& nve, const BindingUpdateEntry& entry)
{
    // Others than the owner of the prefix get packets by old host routes, which is no news to BGP.
    if (m_informsBorder && m_optimize == HostRouteOptions::BGP &&
        nve.OwnsPrefixOf(AddressesOf(entry).front()))
    {
        m_informer.Inform(nve, entry, m_routerLifetime);
    }
}

void
HostRouteScheme::SourceRoleEnded(NveContext& nve, const VmKey& key)
{
    m_informer.Withdraw(nve, key);
}

void
HostRouteScheme::NveClosed()
{
    m_informer.Close();
}

void
HostRouteScheme::Redirected(NveContext& nve,
                            BindingUpdateEntry&,
                            const RegistrationMessage& request,
                            Respond respond)
{
    Apply(nve, request, std::move(respond));
}

void
HostRouteScheme::RouterRequested(RouterContext& router,
                                 const RegistrationMessage& request,
                                 Respond respond)
{
    if (request.role == RecipientRole::BORDER_ROUTER)
    {
        TakeNotice(router, request, std::move(respond));
        return;
    }
    Apply(router, request, std::move(respond));
}

void
HostRouteScheme::TakeNotice(RouteContext& border,
                            const RegistrationMessage& request,
                            Respond respond)
{
    // Its own way to the VM stays what BGP says: a host route that the next router does not have
    // yet would bring the packets back.
    IpAddressList addresses = request.GetVmAddresses();
    if (request.HasFlag(REGISTRATION_WITHDRAW))
    {
        border.WithdrawHostRoutes(addresses);
    }
    else
    {
        border.AnnounceHostRoutes(addresses, EpochOf(request.sequence), HostRouteRank::OUTSIDE);
    }
    respond(RegistrationStatus::ACCEPTED);
}

void
HostRouteScheme::Apply(RouteContext& node, const RegistrationMessage& request, Respond respond)
{
    IpAddressList addresses = request.GetVmAddresses();
    uint32_t epoch = EpochOf(request.sequence);
    bool withdraw = request.flags & REGISTRATION_WITHDRAW;
    bool announce =
        m_options.AnnouncesAtRouter() && !withdraw && request.role == RecipientRole::DEFAULT_ROUTER;
    if (!announce)
    {
        node.WithdrawHostRoutes(addresses);
    }
    // The reply means that the route is in the FIB (interpretation).
    auto done = [respond = std::move(respond), announce, addresses, epoch, &node]()
    {
        if (announce)
        {
            node.AnnounceHostRoutes(addresses, epoch, HostRouteRank::NORMAL);
        }
        respond(RegistrationStatus::ACCEPTED);
    };
    if (withdraw)
    {
        node.RemoveHostRoutes(addresses, epoch, std::move(done));
    }
    else
    {
        node.InstallHostRoutes(addresses, MakeRoutes(node, request), std::move(done));
    }
}

std::vector<Route>
HostRouteScheme::MakeRoutes(RouteContext& node, const RegistrationMessage& request) const
{
    IpAddressList targets = request.nextHops;
    if (targets.empty() && request.servingNve)
    {
        targets.push_back(request.servingNve);
    }
    std::vector<Route> routes;
    for (const auto& address : request.GetVmAddresses())
    {
        IpAddressList family;
        for (const auto& target : targets)
        {
            if (target.GetFamily() == address.GetFamily())
            {
                family.push_back(target);
            }
        }
        routes.push_back(MakeRoute(node.GetFib(), family));
        routes.back().epoch = EpochOf(request.sequence);
    }
    return routes;
}

Route
HostRouteScheme::MakeRoute(Fib& fib, const IpAddressList& targets) const
{
    std::vector<NextHop> onLink;
    for (const auto& target : targets)
    {
        const Route* route = fib.Lookup(target);
        if (route && route->action == RouteAction::FORWARD && !route->nextHops.front().gateway)
        {
            onLink.push_back({target, route->nextHops.front().device});
        }
    }
    if (!onLink.empty())
    {
        return Route::Forward(onLink);
    }
    if (!targets.empty() && m_redirect == HostRouteOptions::TUNNEL)
    {
        return Route::Tunnel(targets.front());
    }
    // A next hop that is not on-link is reached as the table says now (RFC 4271 section 5.1.3).
    const Route* via = targets.empty() ? nullptr : fib.Lookup(targets.front());
    return via && via->action == RouteAction::FORWARD ? Route::Forward(via->nextHops)
                                                      : Route::Discard(DropCause::NO_ROUTE);
}

void
HostRouteScheme::BindingCreated(RegistrarContext& registrar, const BindingEntry& entry)
{
    const FabricView* fabric = registrar.GetFabric();
    IpAddressList addresses;
    for (const auto& pair : entry.addresses)
    {
        addresses.push_back(pair.address);
    }
    IpAddress home = fabric ? fabric->GetHome(addresses) : IpAddress();
    if (!home || fabric->IsHome(entry.servingNve, addresses))
    {
        return;
    }
    // A binding that a refresh has rebuilt after a restart of the management node: the VM is away
    // from the NVE that its covering prefix leads to. Later moves concern that one too.
    registrar.GetBindings().AddPrevious(entry.vm, home);
    // The counter of an attachment's first request is 0 (BindingUpdateEntry::SetEpoch).
    const bool rebuilt = CounterOf(entry.sequence) != 0;
    m_registrar.Moved(registrar, entry, rebuilt);
}

void
HostRouteScheme::ForgetEarlierNves(RegistrarContext& registrar,
                                   const BindingEntry& entry,
                                   const IpAddress& previous)
{
    const FabricView* fabric = registrar.GetFabric();
    IpAddressList addresses;
    for (const auto& pair : entry.addresses)
    {
        addresses.push_back(pair.address);
    }
    const IpAddress home = fabric ? fabric->GetHome(addresses) : IpAddress();
    IpAddressList earlier;
    for (const auto& nve : entry.previous)
    {
        if (nve.address != previous && nve.address != home)
        {
            earlier.push_back(nve.address);
        }
    }
    for (const auto& nve : earlier)
    {
        registrar.GetBindings().RemovePrevious(entry.vm, nve);
    }
}

void
HostRouteScheme::BindingMoved(RegistrarContext& registrar,
                              const BindingEntry& entry,
                              const IpAddress& previous)
{
    if (entry.cold)
    {
        ForgetEarlierNves(registrar, entry, previous);
    }
    m_registrar.Moved(registrar, entry);
}

void
HostRouteScheme::BindingRemoved(RegistrarContext& registrar, const BindingEntry& entry)
{
    m_registrar.Removed(registrar, entry);
}

void
HostRouteScheme::RegistrarClosed()
{
    m_registrar.Forget();
}

void
HostRouteScheme::FabricChanged(RegistrarContext& registrar)
{
    m_registrar.FabricChanged(registrar);
}

} // namespace vmm
} // namespace ns3
