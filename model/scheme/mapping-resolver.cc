// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/mapping-resolver.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmMappingResolver");

namespace
{

/// @return whether list has address
bool
Has(const IpAddressList& list, const IpAddress& address)
{
    return std::find(list.begin(), list.end(), address) != list.end();
}

/// @return whether the NVE serves the VM itself
bool
Serves(NveContext& nve, const VmKey& vm)
{
    const BindingUpdateEntry* entry = nve.GetBindings().Find(vm);
    return entry && entry->role == BindingRole::SERVING;
}

/// @return the mapping that a message of the NVA gives. @param epoch of the binding
Mapping
MakeMapping(const RegistrationMessage& message, uint16_t epoch)
{
    Mapping mapping;
    mapping.vm = message.GetVmKey();
    mapping.addresses = message.GetVmAddresses();
    mapping.nve = message.servingNve;
    mapping.epoch = epoch;
    mapping.learnt = Simulator::Now();
    mapping.expires = mapping.learnt + LifetimeFromUnits(message.lifetime);
    return mapping;
}

} // namespace

MappingResolver::MappingResolver()
{
    m_cache.SetExpired(
        [this](const Mapping& mapping)
        {
            Expired(mapping);
        });
}

void
MappingResolver::SetOptions(const MappingOptions& options)
{
    m_options = options;
}

// --- packets -------------------------------------------------------------------------------------

bool
MappingResolver::Miss(NveContext& nve, uint32_t vn, const PuntedPacket& packet)
{
    const VnAddress address{vn, packet.GetDestination()};
    Quest& quest = m_quests[address];
    if (quest.unknownUntil > Simulator::Now())
    {
        return false;
    }
    // With a mapping in the cache the route is on its way into the table.
    if (quest.number == 0 && !m_cache.FindByAddress(address))
    {
        Ask(nve, address, 0);
    }
    return quest.held.Push(packet, m_options.bufferPackets);
}

void
MappingResolver::Release(NveContext& nve, const VnAddress& address)
{
    const auto quest = m_quests.find(address);
    if (quest == m_quests.end())
    {
        return;
    }
    const auto way = nve.GetFibOf(address.first).LookupListed(address.second);
    if (way && way->prefix.IsHost() && way->route->action != RouteAction::PUNT)
    {
        for (const auto& packet : TakeHeld(address))
        {
            nve.GetFibOf(address.first).Reinject(packet);
        }
        return;
    }
    if (quest->second.number == 0 && !m_cache.FindByAddress(address) &&
        !quest->second.held.GetPackets().empty())
    {
        // The mapping went while its route was on its way into the table.
        Ask(nve, address, 0);
    }
}

std::deque<PuntedPacket>
MappingResolver::TakeHeld(const VnAddress& address)
{
    auto quest = m_quests.extract(address);
    return quest.empty() ? std::deque<PuntedPacket>() : quest.mapped().held.Take();
}

void
MappingResolver::VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const
{
    for (const auto& [address, quest] : m_quests)
    {
        for (const auto& packet : quest.held.GetPackets())
        {
            visit(packet.datagram);
        }
    }
}

// --- queries -------------------------------------------------------------------------------------

void
MappingResolver::Ask(NveContext& nve, const VnAddress& address, uint16_t epoch)
{
    RegistrationMessage query;
    query.role = RecipientRole::RESOLVER;
    query.sequence = MakeSequence(epoch, 0);
    query.lifetime = LifetimeToUnits(m_options.lifetime);
    query.vnId = address.first;
    query.SetVmAddresses({address.second});
    if (m_aged.erase(address) > 0)
    {
        query.flags |= REGISTRATION_REFRESH;
    }
    const uint64_t number = ++m_number;
    m_quests[address].number = number;
    nve.Ask(nve.GetRegistrar(),
            query,
            [this, &nve, address, number](const std::optional<RegistrationMessage>& reply)
            {
                Answered(nve, address, number, reply);
            });
}

void
MappingResolver::Answered(NveContext& nve,
                          const VnAddress& address,
                          uint64_t number,
                          const std::optional<RegistrationMessage>& reply)
{
    const auto quest = m_quests.find(address);
    if (quest == m_quests.end() || quest->second.number != number)
    {
        return; // the VM has come here meanwhile
    }
    quest->second.number = 0;
    if (!reply)
    {
        NS_LOG_WARN("no answer where " << address.second << " is");
        GiveUp(nve, address, Time());
        return;
    }
    const bool known =
        reply->status == RegistrationStatus::ACCEPTED && reply->vnId == address.first &&
        Has(reply->GetVmAddresses(), address.second) && !Has(nve.GetAddresses(), reply->servingNve);
    if (!known)
    {
        if (const Mapping* stale = m_cache.FindByAddress(address))
        {
            Forget(nve, Mapping(*stale));
        }
        GiveUp(nve, address, Simulator::Now() + m_options.negativeLifetime);
        return;
    }
    Learn(nve, MakeMapping(*reply, *reply->bindingEpoch), nullptr);
}

void
MappingResolver::GiveUp(NveContext& nve, const VnAddress& address, Time unknownUntil)
{
    for (const auto& packet : TakeHeld(address))
    {
        nve.GetFib().NotifyDrop(packet.datagram, DropCause::NO_ROUTE);
    }
    const Mapping* mapping = m_cache.FindByAddress(address);
    if (mapping && mapping->suspect)
    {
        Doubt(nve, Mapping(*mapping), 0);
    }
    else if (unknownUntil > Simulator::Now())
    {
        m_quests[address].unknownUntil = unknownUntil;
    }
}

// --- mappings ------------------------------------------------------------------------------------

HostRouteInstaller&
MappingResolver::GetTable(NveContext& nve, uint32_t vn)
{
    Table& table = m_tables[vn];
    Ptr<Fib> fib(&nve.GetFibOf(vn));
    if (table.fib != fib)
    {
        table.routes.Detach();
        table.routes.Attach(fib, nve.GetInstallDelay());
        table.fib = fib;
    }
    return table.routes;
}

void
MappingResolver::Learn(NveContext& nve, const Mapping& mapping, std::function<void()> done)
{
    const uint32_t vn = mapping.vm.vnId;
    const Mapping* known = m_cache.Find(mapping.vm);
    const bool late = known && !known->suspect && EpochNewer(known->epoch, mapping.epoch);
    auto finish = [this, &nve, vn, addresses = mapping.addresses, done = std::move(done)]()
    {
        for (const auto& address : addresses)
        {
            Release(nve, {vn, address});
        }
        if (done)
        {
            done();
        }
    };
    if (late || Serves(nve, mapping.vm))
    {
        finish();
        return;
    }
    for (const auto& address : mapping.addresses)
    {
        const Mapping* other = m_cache.FindByAddress({vn, address});
        if (other && other->vm != mapping.vm)
        {
            Forget(nve, Mapping(*other));
        }
    }
    for (const auto& address : mapping.addresses)
    {
        m_aged.erase({vn, address});
    }
    m_cache.Put(mapping);
    const Route route = Route::Vxlan(mapping.nve, vn, mapping.epoch);
    GetTable(nve, vn).Install(
        mapping.addresses, std::vector<Route>(mapping.addresses.size(), route), std::move(finish));
}

void
MappingResolver::Forget(NveContext& nve, const Mapping& mapping)
{
    GetTable(nve, mapping.vm.vnId).RemoveNow(mapping.addresses, mapping.epoch);
    m_cache.Remove(mapping.vm);
}

void
MappingResolver::Expired(const Mapping& mapping)
{
    m_tables.at(mapping.vm.vnId).routes.RemoveNow(mapping.addresses, mapping.epoch);
    for (const auto& address : mapping.addresses)
    {
        m_aged.insert({mapping.vm.vnId, address});
    }
}

void
MappingResolver::Tell(NveContext& nve,
                      const RegistrationMessage& request,
                      MobilityScheme::Respond respond)
{
    const IpAddressList addresses = request.GetVmAddresses();
    const uint32_t vn = request.vnId;
    const bool used = m_cache.Find(request.GetVmKey()) ||
                      std::any_of(addresses.begin(),
                                  addresses.end(),
                                  [this, vn](const IpAddress& address)
                                  {
                                      const auto quest = m_quests.find({vn, address});
                                      return quest != m_quests.end() && quest->second.number != 0;
                                  });
    if (!used && m_options.onlyUsed && !Serves(nve, request.GetVmKey()))
    {
        respond(RegistrationStatus::UNKNOWN_VM);
        return;
    }
    Learn(nve,
          MakeMapping(request, EpochOf(request.sequence)),
          [respond = std::move(respond)]()
          {
              respond(RegistrationStatus::ACCEPTED);
          });
}

void
MappingResolver::Withdraw(NveContext& nve,
                          const RegistrationMessage& request,
                          const IpAddress& from)
{
    const Mapping* found = m_cache.FindByAddress({request.vnId, request.addresses.front().address});
    if (!found)
    {
        return;
    }
    const Mapping mapping = *found;
    if (from == nve.GetRegistrar())
    {
        if (!EpochNewer(mapping.epoch, EpochOf(request.sequence)))
        {
            Forget(nve, mapping);
        }
        return;
    }
    const bool late = request.bindingEpoch && !EpochNewer(*request.bindingEpoch, mapping.epoch);
    if (mapping.nve != from || late)
    {
        return;
    }
    if (request.servingNve)
    {
        Doubt(nve, mapping, request.bindingEpoch.value_or(0));
    }
    else
    {
        Forget(nve, mapping);
    }
}

void
MappingResolver::Doubt(NveContext& nve, const Mapping& mapping, uint16_t epoch)
{
    m_cache.Suspect(mapping.vm);
    for (const auto& host : mapping.addresses)
    {
        const VnAddress address{mapping.vm.vnId, host};
        nve.GetFibOf(address.first)
            .WatchUse(IpPrefix::Host(host),
                      RouteOwner::MAPPING,
                      [this, &nve, address, epoch]()
                      {
                          const Mapping* used = m_cache.FindByAddress(address);
                          const auto quest = m_quests.find(address);
                          const bool asked = quest != m_quests.end() && quest->second.number != 0;
                          if (used && used->suspect && !asked)
                          {
                              Ask(nve, address, epoch);
                          }
                      });
    }
}

void
MappingResolver::Attached(NveContext& nve, const BindingUpdateEntry& entry)
{
    if (const Mapping* mapping = m_cache.Find(entry.GetVm()))
    {
        Forget(nve, Mapping(*mapping));
    }
    const uint32_t vn = entry.GetVm().vnId;
    for (const auto& address : AddressesOf(entry))
    {
        m_aged.erase({vn, address});
        for (const auto& packet : TakeHeld({vn, address}))
        {
            nve.GetFibOf(vn).Reinject(packet);
        }
    }
}

void
MappingResolver::Close()
{
    for (auto& [vn, table] : m_tables)
    {
        table.routes.Detach();
    }
    m_tables.clear();
    m_cache.Clear();
    m_quests.clear();
    m_aged.clear();
}

} // namespace vmm
} // namespace ns3
