// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/nva-overlay-registrar.h"

#include "ns3/log.h"

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmNvaOverlayRegistrar");

namespace
{

/// @return what all messages about a binding have in common
RegistrationMessage
MakeAnnouncement(const BindingEntry& entry, Time lifetime)
{
    RegistrationMessage message;
    message.flags = REGISTRATION_ADDRESS_KEPT;
    message.sequence = MakeSequence(EpochOf(entry.sequence), 0);
    message.lifetime = LifetimeToUnits(Max(lifetime, NanoSeconds(1)));
    message.vnId = entry.vm.vnId;
    message.vmId = entry.vm.vmId;
    message.mac = entry.mac;
    message.addresses = entry.addresses;
    message.servingNve = entry.servingNve;
    return message;
}

/// After a move the NVEs before the last one are of no concern: they are not told any more.
void
ForgetEarlierNves(RegistrarContext& registrar, const BindingEntry& entry, const IpAddress& previous)
{
    IpAddressList earlier;
    for (const auto& nve : entry.previous)
    {
        if (nve.address != previous)
        {
            earlier.push_back(nve.address);
        }
    }
    for (const auto& nve : earlier)
    {
        registrar.GetBindings().RemovePrevious(entry.vm, nve);
    }
}

} // namespace

void
NvaOverlayRegistrar::SetOptions(const NvaOverlayOptions& options)
{
    m_options = options;
}

std::set<IpAddress>
NvaOverlayRegistrar::GetUsers(const VmKey& vm) const
{
    const auto users = m_users.find(vm);
    return users == m_users.end() ? std::set<IpAddress>() : users->second;
}

std::set<IpAddress>
NvaOverlayRegistrar::FindAudience(RegistrarContext& registrar, const VmKey& vm) const
{
    std::set<IpAddress> audience = GetUsers(vm);
    if (m_options.pushTo == NvaOverlayOptions::NETWORK)
    {
        for (const auto& [other, entry] : registrar.GetBindings().GetEntries())
        {
            if (other.vnId == vm.vnId && !entry.held)
            {
                audience.insert(entry.servingNve);
            }
        }
    }
    return audience;
}

void
NvaOverlayRegistrar::Moved(RegistrarContext& registrar,
                           const BindingEntry& entry,
                           const IpAddress& previous)
{
    ForgetEarlierNves(registrar, entry, previous);
    Cancel(registrar, m_redirects[entry.vm], entry.servingNve);
    for (const auto& [user, handle] : Pending(m_pushes[entry.vm]))
    {
        Cancel(registrar, m_pushes[entry.vm], user);
    }
    // Both know without being told, the one as it serves the VM, the other by its own message.
    m_users[entry.vm].erase(entry.servingNve);
    m_users[entry.vm].erase(previous);

    RegistrationMessage order = MakeAnnouncement(entry, m_options.inFlightTime);
    order.role = RecipientRole::SOURCE_NVE;
    TellSource(registrar, previous, order);
    if (m_options.update == NvaOverlayOptions::PUSH)
    {
        Push(registrar, entry, previous);
    }
}

void
NvaOverlayRegistrar::Push(RegistrarContext& registrar,
                          const BindingEntry& entry,
                          const IpAddress& previous)
{
    RegistrationMessage update = MakeAnnouncement(entry, m_options.lifetime);
    update.role = RecipientRole::REMOTE_NVE;
    for (const auto& nve : FindAudience(registrar, entry.vm))
    {
        if (nve != entry.servingNve && nve != previous)
        {
            TellUser(registrar, nve, update);
        }
    }
}

void
NvaOverlayRegistrar::Removed(RegistrarContext& registrar, const BindingEntry& entry)
{
    // The VM has not moved, so these are none of a move's messages.
    RegistrationMessage order = MakeAnnouncement(entry, m_options.inFlightTime);
    order.flags |= REGISTRATION_WITHDRAW | REGISTRATION_REFRESH;
    order.role = RecipientRole::SOURCE_NVE;
    for (const auto& previous : entry.previous)
    {
        TellSource(registrar, previous.address, order);
    }
    for (const auto& [user, handle] : Pending(m_pushes[entry.vm]))
    {
        Cancel(registrar, m_pushes[entry.vm], user);
    }
    order.role = RecipientRole::REMOTE_NVE;
    if (m_options.update != NvaOverlayOptions::PULL)
    {
        for (const auto& nve : FindAudience(registrar, entry.vm))
        {
            if (nve != entry.servingNve)
            {
                TellUser(registrar, nve, order);
            }
        }
    }
    m_users.erase(entry.vm);
}

RegistrationMessage
NvaOverlayRegistrar::Answer(RegistrarContext& registrar,
                            const RegistrationMessage& query,
                            const IpAddress& from)
{
    const BindingEntry* entry =
        registrar.GetBindings().FindByAddress(query.addresses.front().address, query.vnId);
    if (!entry)
    {
        return MakeReply(query, RegistrationStatus::UNKNOWN_VM);
    }
    if (m_options.update != NvaOverlayOptions::PULL && from != entry->servingNve)
    {
        m_users[entry->vm].insert(from);
    }
    RegistrationMessage reply = MakeReply(query, RegistrationStatus::ACCEPTED, query.lifetime);
    reply.vmId = entry->vm.vmId;
    reply.mac = entry->mac;
    reply.addresses = entry->addresses;
    reply.servingNve = entry->servingNve;
    reply.bindingEpoch = EpochOf(entry->sequence);
    return reply;
}

void
NvaOverlayRegistrar::TellSource(RegistrarContext& registrar,
                                const IpAddress& source,
                                const RegistrationMessage& request)
{
    const VmKey vm = request.GetVmKey();
    Cancel(registrar, m_redirects[vm], source);
    m_redirects[vm][source] = registrar.SendRequest(
        source,
        request,
        [this, &registrar, vm, source](std::optional<RegistrationStatus> status)
        {
            m_redirects[vm].erase(source);
            const BindingEntry* entry = registrar.GetBindings().Find(vm);
            if (!status && m_options.update == NvaOverlayOptions::REDIRECT && entry && !entry->held)
            {
                // Nobody is there to tell those that still send to it, wherever the VM is by now.
                Push(registrar, *entry, source);
            }
            if (status == RegistrationStatus::UNKNOWN_VM)
            {
                // It has released the VM: nothing to tell it when the VM ends either.
                registrar.GetBindings().RemovePrevious(vm, source);
                return;
            }
            registrar.GetBindings().SetPreviousState(vm,
                                                     source,
                                                     status == RegistrationStatus::ACCEPTED
                                                         ? PreviousNveState::ACKNOWLEDGED
                                                         : PreviousNveState::FAILED);
        });
}

void
NvaOverlayRegistrar::TellUser(RegistrarContext& registrar,
                              const IpAddress& user,
                              const RegistrationMessage& request)
{
    const VmKey vm = request.GetVmKey();
    m_pushes[vm][user] =
        registrar.SendRequest(user,
                              request,
                              [this, vm, user](std::optional<RegistrationStatus> status)
                              {
                                  m_pushes[vm].erase(user);
                                  if (status != RegistrationStatus::ACCEPTED)
                                  {
                                      // It does not use the mapping any more, or cannot be reached:
                                      // if it still sends to a place that the VM has left, it hears
                                      // so from there and asks.
                                      NS_LOG_INFO(user << " is not told of " << vm << " any more");
                                      const auto users = m_users.find(vm);
                                      if (users != m_users.end())
                                      {
                                          users->second.erase(user);
                                      }
                                  }
                              });
}

void
NvaOverlayRegistrar::Cancel(RegistrarContext& registrar, Pending& pending, const IpAddress& nve)
{
    const auto sent = pending.find(nve);
    if (sent != pending.end())
    {
        registrar.CancelRequest(sent->second);
        pending.erase(sent);
    }
}

void
NvaOverlayRegistrar::Forget()
{
    m_users.clear();
    m_pushes.clear();
    m_redirects.clear();
}

} // namespace vmm
} // namespace ns3
