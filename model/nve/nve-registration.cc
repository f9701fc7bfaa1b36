// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/log.h"
#include "ns3/nve.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

// --- requests from the network -----------------------------------------------------------------

void
Nve::HandleRequest(const RegistrationMessage& request,
                   const IpAddress& from,
                   const Responder& respond)
{
    auto refuse = [&](RegistrationStatus status)
    {
        respond(MakeReply(request, status));
    };
    if (from != m_registrar)
    {
        // Draft section 5: the NVE verifies that the message comes from the management node.
        refuse(RegistrationStatus::NOT_FROM_MN);
        return;
    }
    if (request.role != RecipientRole::SOURCE_NVE)
    {
        refuse(RegistrationStatus::PROHIBITED);
        return;
    }
    BindingUpdateEntry* entry = m_bindings.Find(request.GetVmKey());
    if (!entry)
    {
        refuse(RegistrationStatus::UNKNOWN_VM);
        return;
    }
    RedirectVerdict verdict = JudgeRedirect(entry, request.sequence);
    if (verdict == RedirectVerdict::REPEATED)
    {
        refuse(RegistrationStatus::ACCEPTED);
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
    m_scheme->Redirected(*this,
                         entry,
                         request,
                         [=](RegistrationStatus status)
                         {
                             if (status == RegistrationStatus::ACCEPTED)
                             {
                                 RedirectInstalled(key, request.sequence);
                             }
                             respond(MakeReply(request, status));
                         });
}

void
Nve::RedirectInstalled(const VmKey& key, uint32_t sequence)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    if (!entry || entry->redirectSequence != sequence)
    {
        return;
    }
    entry->role = BindingRole::SOURCE;
    RemoveServingRoutes(AddressesOf(*entry), EpochOf(sequence));
    Unhold(AddressesOf(*entry));
    Timers& timers = m_timers[key];
    Simulator::Cancel(timers.refresh);
    Simulator::Cancel(timers.linger);
    timers.installed = Simulator::Now();
    timers.linger = Simulator::Schedule(m_linger, &Nve::CheckLinger, this, key);
    m_redirectInstalled(key, EpochOf(sequence));
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
    Time last = timers.installed;
    for (const auto& address : AddressesOf(*entry))
    {
        last = Max(last, m_fib->GetLastUse(IpPrefix::Host(address), RouteOwner::REGISTRATION));
    }
    entry->lastInbound = last;
    Time left = last + m_linger - Simulator::Now();
    if (left.IsStrictlyPositive())
    {
        timers.linger = Simulator::Schedule(left, &Nve::CheckLinger, this, key);
        return;
    }
    Release(key);
}

void
Nve::Release(const VmKey& key)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    IpAddressList addresses = AddressesOf(*entry);
    uint32_t epoch = EpochOf(entry->redirectSequence.value_or(0));
    m_installer.RemoveNow(addresses, epoch);
    Unhold(addresses);
    for (const auto& address : addresses)
    {
        m_released[address] = true;
    }
    ForgetTimers(key);
    m_bindings.Remove(key);
    m_bindingCount = m_bindings.GetSize();
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
    Register(key, REGISTRATION_REFRESH);
}

void
Nve::Deregister(const VmKey& key)
{
    BindingUpdateEntry* entry = m_bindings.Find(key);
    NS_ABORT_MSG_IF(!entry, "no VM " << key << " is attached here");
    RegistrationMessage request = entry->MakeRequest(REGISTRATION_DEREGISTER, 0);
    m_endpoint->Send(m_registrar, request);
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
