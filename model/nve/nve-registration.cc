// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/log.h"
#include "ns3/nve.h"
#include "ns3/order-reply.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

namespace
{
/// @return whether a request says that a mapping is stale, which anybody may say
bool
IsWithdrawnMapping(const RegistrationMessage& request)
{
    return request.role == RecipientRole::REMOTE_NVE && request.HasFlag(REGISTRATION_WITHDRAW);
}
} // namespace

// --- requests from the network -----------------------------------------------------------------

void
Nve::HandleRequest(const RegistrationMessage& request,
                   const IpAddress& from,
                   const Responder& respond)
{
    auto answer = [&](RegistrationStatus status)
    {
        respond(MakeOrderReply(request, status));
    };
    if (from != m_registrar && !IsWithdrawnMapping(request))
    {
        // Draft section 5: the NVE verifies that the message comes from the management node.
        answer(RegistrationStatus::NOT_FROM_MN);
        return;
    }
    if (request.role == RecipientRole::REMOTE_NVE)
    {
        m_scheme->MappingTold(*this,
                              request,
                              from,
                              [=](RegistrationStatus status)
                              {
                                  respond(MakeOrderReply(request, status));
                              });
        return;
    }
    if (request.role != RecipientRole::SOURCE_NVE)
    {
        answer(RegistrationStatus::PROHIBITED);
        return;
    }
    BindingUpdateEntry* entry = m_bindings.Find(request.GetVmKey());
    if (!entry && request.HasFlag(REGISTRATION_WITHDRAW))
    {
        // The VM exists no more and nothing is left here to take out.
        for (const auto& address : request.GetVmAddresses())
        {
            NetworkOf(request.vnId).ForgetReleased(address);
        }
        answer(RegistrationStatus::ACCEPTED);
        return;
    }
    if (!entry)
    {
        answer(RegistrationStatus::UNKNOWN_VM);
        return;
    }
    RedirectVerdict verdict = JudgeRedirect(entry, request.sequence);
    if (verdict == RedirectVerdict::REPEATED)
    {
        answer(RegistrationStatus::ACCEPTED);
        return;
    }
    if (verdict == RedirectVerdict::STALE)
    {
        RegistrationMessage reply = MakeReply(request, RegistrationStatus::STALE_SEQUENCE);
        reply.servingNve = entry->role == BindingRole::SERVING ? m_address : entry->newServingNve;
        respond(reply);
        return;
    }
    Redirect(*entry, request, respond);
}

void
Nve::Redirect(BindingUpdateEntry& entry,
              const RegistrationMessage& request,
              const Responder& respond)
{
    entry.redirectSequence = request.sequence;
    if (request.servingNve)
    {
        entry.newServingNve = request.servingNve;
    }
    VmKey key = entry.GetVm();
    m_timers[key].installing = true;
    m_scheme->Redirected(*this,
                         entry,
                         request,
                         [=](RegistrationStatus status)
                         {
                             Redirected(key, request, status);
                             respond(MakeOrderReply(request, status));
                         });
}

void
Nve::Redirected(const VmKey& key, const RegistrationMessage& request, RegistrationStatus status)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    if (!entry || entry->redirectSequence != request.sequence)
    {
        return;
    }
    Timers& timers = m_timers[key];
    timers.installing = false;
    if (status != RegistrationStatus::ACCEPTED)
    {
        CheckLinger(key);
        return;
    }
    entry->role = BindingRole::SOURCE;
    TenantNetwork& network = NetworkOf(key.vnId);
    network.RemoveServingRoutes(AddressesOf(*entry), EpochOf(request.sequence));
    network.Unhold(AddressesOf(*entry));
    Simulator::Cancel(timers.refresh);
    timers.installed = Simulator::Now();
    timers.withdrawn = request.HasFlag(REGISTRATION_WITHDRAW);
    CheckLinger(key);
    m_redirectInstalled(key, EpochOf(request.sequence));
    if (!timers.withdrawn)
    {
        WatchRedirect(*entry);
    }
}

void
Nve::WatchRedirect(const BindingUpdateEntry& entry)
{
    VmKey key = entry.GetVm();
    uint32_t sequence = *entry.redirectSequence;
    for (const auto& address : AddressesOf(entry))
    {
        GetFibOf(key.vnId).WatchUse(IpPrefix::Host(address),
                                    RouteOwner::REGISTRATION,
                                    [this, key, sequence]()
                                    {
                                        RedirectUsed(key, sequence);
                                    });
    }
}

void
Nve::RedirectUsed(VmKey key, uint32_t sequence)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    // The second address of a VM with two tells nothing new.
    if (entry && entry->role == BindingRole::SOURCE && entry->redirectSequence == sequence &&
        m_timers[key].reported != sequence)
    {
        m_timers[key].reported = sequence;
        m_scheme->SourceRouteUsed(*this, *entry);
    }
}

Time
Nve::GetLastInbound(const BindingUpdateEntry& entry)
{
    const Fib& fib = GetFibOf(entry.GetVm().vnId);
    Time last;
    for (const auto& address : AddressesOf(entry))
    {
        for (RouteOwner owner : {RouteOwner::REGISTRATION, RouteOwner::STATIC})
        {
            last = Max(last, fib.GetLastUse(IpPrefix::Host(address), owner));
        }
    }
    return last;
}

void
Nve::CheckLinger(VmKey key)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    if (!entry || entry->role != BindingRole::SOURCE)
    {
        return;
    }
    Timers& timers = m_timers[key];
    Simulator::Cancel(timers.linger);
    if (timers.installing)
    {
        return; // goes on when the route is in the FIB
    }
    // A registrar that has not said where the VM went for so long has forgotten that it was here.
    // Packets that the hold route loses must not keep it in place for ever.
    const bool hopeless =
        !entry->redirectSequence && Simulator::Now() >= timers.installed + m_lifetime;
    entry->lastInbound =
        hopeless ? timers.installed : Max(timers.installed, GetLastInbound(*entry));
    Time left = entry->lastInbound + m_linger - Simulator::Now();
    if (left.IsStrictlyPositive())
    {
        timers.linger = Simulator::Schedule(left, &Nve::CheckLinger, this, key);
        return;
    }
    if (!timers.withdrawn && m_scheme->KeepsSource(*this, *entry))
    {
        timers.linger = Simulator::Schedule(m_linger, &Nve::CheckLinger, this, key);
        return;
    }
    Release(key);
}

void
Nve::Release(const VmKey& key)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    IpAddressList addresses = AddressesOf(*entry);
    TenantNetwork& network = NetworkOf(key.vnId);
    uint32_t epoch = EpochOf(entry->redirectSequence.value_or(0));
    if (!m_timers[key].withdrawn)
    {
        for (const auto& address : addresses)
        {
            network.NoteReleased(address);
        }
    }
    network.GetInstaller().RemoveNow(addresses, epoch);
    network.Unhold(addresses);
    ForgetTimers(key);
    m_bindings.Remove(key);
    m_bindingCount = m_bindings.GetSize();
    m_scheme->SourceRoleEnded(*this, key);
    m_sourceReleased(key, epoch);
}

// --- registration of the VMs served here ---------------------------------------------------------

void
Nve::Register(const VmKey& key, uint8_t flags)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    NS_ABORT_MSG_IF(!entry, "no VM " << key << " is attached here");
    RegistrationMessage request = entry->MakeRequest(flags, LifetimeToUnits(m_lifetime));
    uint32_t epoch = entry->GetEpoch();
    if (!(flags & REGISTRATION_REFRESH))
    {
        m_registrationSent(key, epoch);
    }
    m_endpoint->Send(m_registrar,
                     request,
                     [=](const RequestOutcome& outcome)
                     {
                         HandleReply(key, epoch, outcome);
                     });
}

void
Nve::HandleReply(const VmKey& key, uint32_t epoch, const RequestOutcome& outcome)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    if (!entry || entry->GetEpoch() != epoch || entry->role != BindingRole::SERVING)
    {
        return;
    }
    if (!outcome.reply && entry->progress == BindingProgress::REGISTERED)
    {
        // The management node is down. Routes in place keep working; the binding is made anew when
        // it is back (interpretation).
        m_timers[key].refresh = Simulator::Schedule(m_refreshRetry, &Nve::Refresh, this, key);
        return;
    }
    RegistrationStatus status =
        outcome.reply ? outcome.reply->status : RegistrationStatus::UNSPECIFIED;
    m_registered(key, epoch, status);
    if (status == RegistrationStatus::ACCEPTED)
    {
        entry->progress = BindingProgress::REGISTERED;
        entry->lifetime = LifetimeFromUnits(outcome.reply->lifetime);
        entry->expires = Simulator::Now() + entry->lifetime;
        Timers& timers = m_timers[key];
        Simulator::Cancel(timers.refresh);
        timers.refresh = Simulator::Schedule(entry->lifetime / 2, &Nve::Refresh, this, key);
    }
    else
    {
        entry->progress = BindingProgress::REJECTED;
    }
    m_scheme->Registered(*this, *entry, status);
}

void
Nve::Refresh(VmKey key)
{
    const BindingUpdateEntry* entry = m_bindings.Find(key);
    if (entry && entry->role == BindingRole::SERVING)
    {
        Register(key, REGISTRATION_REFRESH);
    }
}

void
Nve::Deregister(const VmKey& key)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    NS_ABORT_MSG_IF(!entry, "no VM " << key << " is attached here");
    RegistrationMessage request = entry->MakeRequest(REGISTRATION_DEREGISTER, 0);
    m_endpoint->Send(m_registrar, request);
}

const IpAddressList&
Nve::GetBorderRouters() const
{
    return m_borderRouters;
}

void
Nve::SetBorderRouters(const IpAddressList& addresses)
{
    m_borderRouters = addresses;
}

void
Nve::SendRequest(const IpAddress& router,
                 const RegistrationMessage& request,
                 NveContext::ReplyCallback reply)
{
    m_endpoint->Send(router,
                     request,
                     [reply = std::move(reply)](const RequestOutcome& outcome)
                     {
                         reply(outcome.reply ? std::optional(outcome.reply->status) : std::nullopt);
                     });
}

void
Nve::Ask(const IpAddress& to, const RegistrationMessage& request, NveContext::MessageCallback reply)
{
    if (!m_endpoint->IsOpen())
    {
        return; // stopped: nothing is under way any more
    }
    RegistrationMessage numbered = request;
    numbered.sequence = MakeSequence(EpochOf(request.sequence), ++m_asked);
    m_endpoint->Send(to,
                     numbered,
                     [reply = std::move(reply)](const RequestOutcome& outcome)
                     {
                         reply(outcome.reply);
                     });
}

const IpAddress&
Nve::GetRegistrar() const
{
    return m_registrar;
}

Ptr<RandomVariableStream>
Nve::GetInstallDelay() const
{
    return m_installDelay;
}

void
Nve::ReportAttachment(const VmKey& key, uint32_t epoch, RegistrationStatus status)
{
    if (m_attachment)
    {
        m_attachment(key, epoch, status);
    }
}

} // namespace vmm
} // namespace ns3
