// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/host-route-registrar.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <set>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmHostRouteRegistrar");

namespace
{
/// @return the addresses of the previous NVEs of a binding
IpAddressList
PreviousOf(const BindingEntry& entry)
{
    IpAddressList list;
    for (const auto& previous : entry.previous)
    {
        list.push_back(previous.address);
    }
    return list;
}
} // namespace

void
HostRouteRegistrar::Moved(RegistrarContext& registrar, const BindingEntry& entry, bool rebuilt)
{
    Journey& journey = m_journeys[entry.vm];
    journey.serving = entry.servingNve;
    journey.addresses.clear();
    for (const auto& pair : entry.addresses)
    {
        journey.addresses.push_back(pair.address);
    }
    journey.previous = PreviousOf(entry);
    journey.announcement = MakeAnnouncement(entry);
    journey.announcement.lifetime = LifetimeToUnits(m_options.routerLifetime);
    journey.announcement.flags |= rebuilt ? REGISTRATION_REFRESH : 0;
    journey.settled = !m_options.AnnouncesAtRouter() || journey.told.empty();
    Simulator::Cancel(journey.settle);
    if (!journey.settled)
    {
        journey.settle = Simulator::Schedule(
            m_options.settleTime, &HostRouteRegistrar::Settle, this, &registrar, entry.vm);
    }
    Tell(registrar, entry.vm);
}

void
HostRouteRegistrar::Tell(RegistrarContext& registrar, const VmKey& key)
{
    Journey& journey = m_journeys[key];
    const FabricView* fabric = registrar.GetFabric();
    bool home = fabric && fabric->IsHome(journey.serving, journey.addresses) &&
                !(IsSettling(journey) && m_options.redirect == HostRouteOptions::PATH);
    auto routers = PlanRouters(fabric, journey, home);
    Stages routerStages;
    for (const auto& level : routers)
    {
        RedirectRun::Stage stage;
        for (const auto& hop : level)
        {
            stage.push_back(
                MakeRouterOrder(registrar, key, hop, RoleOf(fabric, journey, hop.recipient)));
        }
        routerStages.push_back(std::move(stage));
    }
    RedirectRun::Stage sources;
    for (const auto& hop : PlanSources(fabric, journey))
    {
        sources.push_back(MakeSourceOrder(registrar, key, hop));
    }
    RedirectRun::Stage keep = PlanKeptAnnouncers(registrar, key, routers);
    auto withdrawals = PlanWithdrawals(fabric, key, routers);

    Stages stages;
    auto append = [&stages](Stages& more)
    {
        std::move(more.begin(), more.end(), std::back_inserter(stages));
    };
    if (m_options.redirect != HostRouteOptions::PATH)
    {
        // Section 7.2: the default routers are told after the requests to the source NVEs.
        stages.push_back(std::move(sources));
        for (auto& stage : routerStages)
        {
            std::move(stage.begin(), stage.end(), std::back_inserter(stages.front()));
        }
        std::move(keep.begin(), keep.end(), std::back_inserter(stages.front()));
        if (m_options.redirect == HostRouteOptions::FABRIC)
        {
            // A router that still leads to a source NVE would get its packets back.
            for (auto& stage : withdrawals)
            {
                std::move(stage.begin(), stage.end(), std::back_inserter(stages.front()));
            }
            withdrawals.clear();
        }
        append(withdrawals);
    }
    else if (home)
    {
        append(withdrawals);
        stages.push_back(std::move(sources));
    }
    else
    {
        append(routerStages);
        stages.push_back(std::move(sources));
        append(withdrawals);
    }
    if (m_options.redirect == HostRouteOptions::PATH &&
        m_options.pathOrder == HostRouteOptions::PARALLEL)
    {
        RedirectRun::Stage all;
        for (auto& stage : stages)
        {
            std::move(stage.begin(), stage.end(), std::back_inserter(all));
        }
        stages.assign(1, std::move(all));
    }
    journey.run.Start(registrar, std::move(stages), nullptr);
}

bool
HostRouteRegistrar::IsSettling(const Journey& journey) const
{
    return !journey.settled && (m_options.redirect == HostRouteOptions::PATH ||
                                m_options.redirect == HostRouteOptions::TUNNEL);
}

RedirectRun::Stage
HostRouteRegistrar::PlanKeptAnnouncers(RegistrarContext& registrar,
                                       const VmKey& key,
                                       const std::vector<std::vector<RedirectHop>>& routers)
{
    RedirectRun::Stage stage;
    const Journey& journey = m_journeys[key];
    if (!IsSettling(journey) || m_options.redirect != HostRouteOptions::TUNNEL)
    {
        return stage; // Redirect=Path tells them with the others
    }
    std::set<IpAddress> planned;
    for (const auto& level : routers)
    {
        for (const auto& hop : level)
        {
            planned.insert(hop.recipient);
        }
    }
    std::vector<RedirectHop> kept;
    for (const auto& [router, told] : journey.told)
    {
        if (!planned.count(router))
        {
            kept.push_back({router, told.request.nextHops});
        }
    }
    for (const RedirectHop& hop : kept)
    {
        stage.push_back(MakeRouterOrder(registrar, key, hop, RecipientRole::PATH_ROUTER));
    }
    return stage;
}

void
HostRouteRegistrar::Settle(RegistrarContext* registrar, VmKey key)
{
    Journey& journey = m_journeys.at(key);
    const FabricView* fabric = registrar->GetFabric();
    journey.settled = true;
    journey.announcement.flags |= REGISTRATION_REFRESH;
    bool home = fabric->IsHome(journey.serving, journey.addresses);
    journey.run.Start(
        *registrar, PlanWithdrawals(fabric, key, PlanRouters(fabric, journey, home)), nullptr);
}

RecipientRole
HostRouteRegistrar::RoleOf(const FabricView* fabric,
                           const Journey& journey,
                           const IpAddress& router) const
{
    // With BGP the default router of D-NVE has one thing more to do than a router of the path.
    bool announces = m_options.AnnouncesAtRouter() &&
                     !fabric->IsHome(journey.serving, journey.addresses) &&
                     fabric->GetDefaultRouter(journey.serving).recipient == router;
    return m_options.redirect == HostRouteOptions::PATH && !announces
               ? RecipientRole::PATH_ROUTER
               : RecipientRole::DEFAULT_ROUTER;
}

std::vector<std::vector<RedirectHop>>
HostRouteRegistrar::PlanRouters(const FabricView* fabric, const Journey& journey, bool home) const
{
    std::vector<std::vector<RedirectHop>> levels;
    if (!fabric || home)
    {
        return levels;
    }
    if (m_options.redirect == HostRouteOptions::PATH)
    {
        return fabric->PlanRedirect(journey.serving, journey.previous, m_options.pathSet).routers;
    }
    if (m_options.optimize == HostRouteOptions::DEFAULT_ROUTER)
    {
        std::vector<RedirectHop> level;
        std::set<IpAddress> told;
        auto add = [&](const RedirectHop& hop)
        {
            if (hop.recipient && told.insert(hop.recipient).second)
            {
                level.push_back(hop);
            }
        };
        RedirectHop last = fabric->GetDefaultRouter(journey.serving);
        add(last);
        for (const auto& previous : journey.previous)
        {
            RedirectHop hop = fabric->GetDefaultRouter(previous);
            hop.nextHops = fabric->GetAddresses(journey.serving);
            add(hop);
        }
        levels.push_back(std::move(level));
    }
    else if (m_options.AnnouncesAtRouter())
    {
        RedirectHop last = fabric->GetDefaultRouter(journey.serving);
        if (last.recipient)
        {
            levels.push_back({last});
        }
    }
    return levels;
}

std::vector<RedirectHop>
HostRouteRegistrar::PlanSources(const FabricView* fabric, const Journey& journey) const
{
    if (fabric && m_options.redirect == HostRouteOptions::PATH)
    {
        return fabric->PlanRedirect(journey.serving, journey.previous, m_options.pathSet).sources;
    }
    std::vector<RedirectHop> sources;
    for (const auto& previous : journey.previous)
    {
        RedirectHop hop;
        hop.recipient = previous;
        hop.nextHops = fabric ? fabric->GetAddresses(journey.serving) : IpAddressList{};
        sources.push_back(hop);
    }
    return sources;
}

HostRouteRegistrar::Stages
HostRouteRegistrar::PlanWithdrawals(const FabricView* fabric,
                                    const VmKey& key,
                                    const std::vector<std::vector<RedirectHop>>& keep)
{
    std::set<IpAddress> kept;
    if (IsSettling(m_journeys[key]) && m_options.redirect == HostRouteOptions::TUNNEL)
    {
        return {}; // later, when nothing comes to them any more
    }
    for (const auto& level : keep)
    {
        for (const auto& hop : level)
        {
            kept.insert(hop.recipient);
        }
    }
    const Journey& journey = m_journeys[key];
    IpAddress home = fabric ? fabric->GetHome(journey.addresses) : IpAddress();
    std::map<uint32_t, RedirectRun::Stage> byDistance;
    for (const auto& [router, told] : journey.told)
    {
        if (!kept.count(router))
        {
            uint32_t distance = home ? fabric->GetDistance(router, home) : 0;
            byDistance[distance].push_back(MakeWithdrawal(key, router));
        }
    }
    Stages stages;
    for (auto& [distance, stage] : byDistance)
    {
        stages.push_back(std::move(stage));
    }
    return stages;
}

RegistrationMessage
HostRouteRegistrar::MakeRequest(const Journey& journey, const RedirectHop& hop) const
{
    RegistrationMessage request = journey.announcement;
    request.nextHops = hop.nextHops;
    return request;
}

RedirectOrder
HostRouteRegistrar::MakeSourceOrder(RegistrarContext& registrar,
                                    const VmKey& key,
                                    const RedirectHop& hop)
{
    RedirectOrder order;
    order.to = hop.recipient;
    order.request = MakeRequest(m_journeys[key], hop);
    order.request.role = RecipientRole::SOURCE_NVE;
    order.answered = [this, &registrar, key, source = hop.recipient](auto status)
    {
        SourceAnswered(registrar, key, source, status);
    };
    return order;
}

RedirectOrder
HostRouteRegistrar::MakeRouterOrder(RegistrarContext& registrar,
                                    const VmKey& key,
                                    const RedirectHop& hop,
                                    RecipientRole role)
{
    Journey& journey = m_journeys[key];
    RedirectOrder order;
    order.to = hop.recipient;
    order.request = MakeRequest(journey, hop);
    order.request.role = role;
    order.answered = [this, &registrar, key, router = hop.recipient](auto status)
    {
        RouterAnswered(registrar, key, router, status);
    };
    Told& told = journey.told[hop.recipient];
    Simulator::Cancel(told.refresh);
    told.request = order.request;
    return order;
}

RedirectOrder
HostRouteRegistrar::MakeWithdrawal(const VmKey& key, const IpAddress& router)
{
    Journey& journey = m_journeys[key];
    Simulator::Cancel(journey.told[router].refresh);
    RedirectOrder order;
    order.to = router;
    order.request = journey.announcement;
    order.request.role = journey.told[router].request.role;
    order.request.nextHops.clear();
    order.request.flags |= REGISTRATION_WITHDRAW;
    order.answered = [this, key, router](auto)
    {
        m_journeys[key].told.erase(router);
    };
    return order;
}

void
HostRouteRegistrar::RouterAnswered(RegistrarContext& registrar,
                                   const VmKey& key,
                                   const IpAddress& router,
                                   std::optional<RegistrationStatus> status)
{
    auto journey = m_journeys.find(key);
    if (journey == m_journeys.end() || status != RegistrationStatus::ACCEPTED)
    {
        NS_LOG_WARN("router " << router << " did not take a host route");
        return;
    }
    auto told = journey->second.told.find(router);
    if (told != journey->second.told.end())
    {
        Simulator::Cancel(told->second.refresh);
        told->second.refresh = Simulator::Schedule(m_options.routerLifetime / 2,
                                                   &HostRouteRegistrar::Refresh,
                                                   this,
                                                   &registrar,
                                                   key,
                                                   router);
    }
}

void
HostRouteRegistrar::SourceAnswered(RegistrarContext& registrar,
                                   const VmKey& key,
                                   const IpAddress& source,
                                   std::optional<RegistrationStatus> status)
{
    if (status == RegistrationStatus::UNKNOWN_VM)
    {
        // It has released the VM: nothing to redirect there at later moves either.
        registrar.GetBindings().RemovePrevious(key, source);
        return;
    }
    registrar.GetBindings().SetPreviousState(key,
                                             source,
                                             status == RegistrationStatus::ACCEPTED
                                                 ? PreviousNveState::ACKNOWLEDGED
                                                 : PreviousNveState::FAILED);
}

void
HostRouteRegistrar::Refresh(RegistrarContext* registrar, VmKey key, IpAddress router)
{
    RegistrationMessage request = m_journeys.at(key).told.at(router).request;
    request.flags |= REGISTRATION_REFRESH;
    registrar->SendRequest(router,
                           request,
                           [this, registrar, key, router](auto status)
                           {
                               RouterAnswered(*registrar, key, router, status);
                           });
}

void
HostRouteRegistrar::Removed(RegistrarContext& registrar, const BindingEntry& entry)
{
    auto found = m_journeys.find(entry.vm);
    if (found == m_journeys.end())
    {
        return;
    }
    Journey& journey = found->second;
    journey.settled = true;
    Simulator::Cancel(journey.settle);
    journey.announcement.flags |= REGISTRATION_REFRESH;
    auto stages = PlanWithdrawals(registrar.GetFabric(), entry.vm, {});
    journey.run.Abandon(registrar);
    // Before the routers, which then send what still comes to the home of the address: it is to
    // know that the VM does not exist. Nothing waits for an answer.
    for (const auto& previous : PreviousOf(entry))
    {
        RegistrationMessage request = journey.announcement;
        request.role = RecipientRole::SOURCE_NVE;
        request.flags |= REGISTRATION_WITHDRAW;
        registrar.SendRequest(previous,
                              request,
                              [](auto)
                              {
                              });
    }
    journey.run.Start(registrar,
                      std::move(stages),
                      [this, key = entry.vm]()
                      {
                          m_journeys.erase(key);
                      });
}

void
HostRouteRegistrar::FabricChanged(RegistrarContext& registrar)
{
    for (auto& [key, journey] : m_journeys)
    {
        if (IsSettling(journey) ||
            !registrar.GetFabric()->IsHome(journey.serving, journey.addresses))
        {
            if (!journey.run.IsRunning())
            {
                journey.announcement.flags |= REGISTRATION_REFRESH;
            }
            Tell(registrar, key);
        }
    }
}

void
HostRouteRegistrar::Forget()
{
    for (auto& [key, journey] : m_journeys)
    {
        for (auto& [router, told] : journey.told)
        {
            Simulator::Cancel(told.refresh);
        }
        Simulator::Cancel(journey.settle);
    }
    m_journeys.clear();
}

} // namespace vmm
} // namespace ns3
