// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/redirect-watch.h"

#include "ns3/csv-file.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

void
RedirectWatch::Connect(Ptr<Nva> nva, NameOf nameOf)
{
    m_nameOf = std::move(nameOf);
    nva->TraceConnectWithoutContext("Answer", MakeCallback(&RedirectWatch::Answered, this));
    nva->TraceConnectWithoutContext("Binding", MakeCallback(&RedirectWatch::Bound, this));
}

void
RedirectWatch::Bound(const BindingEntry& entry, BindingVerdict)
{
    m_told.erase({entry.vm, entry.servingNve});
}

void
RedirectWatch::Answered(const RegistrationMessage& request,
                        const IpAddress& to,
                        const RequestOutcome& outcome)
{
    Pair pair{request.GetVmKey(), to};
    bool source = request.role == RecipientRole::SOURCE_NVE;
    if (outcome.IsAccepted())
    {
        if (source)
        {
            m_told.insert(pair);
        }
        return;
    }
    bool unknown = outcome.reply && outcome.reply->status == RegistrationStatus::UNKNOWN_VM;
    if (source && unknown && m_told.erase(pair) > 0)
    {
        return;
    }
    const bool mapping = request.role == RecipientRole::REMOTE_NVE;
    if (mapping && unknown)
    {
        return; // it has no use for the mapping any more
    }
    std::string reason = outcome.reply
                             ? "refused it: " + RegistrationStatusName(outcome.reply->status)
                             : "did not answer";
    std::string what =
        (mapping ? "mapping of VM " : "host route of VM ") + pair.first.ToString() +
        (request.HasFlag(REGISTRATION_WITHDRAW) ? " withdrawn from " : " given to ") +
        m_nameOf(to) + " (" + RecipientRoleName(request.role) + "): it " + reason;
    if (m_seen.insert(what).second)
    {
        m_warnings.push_back(what + " at " + FormatSeconds(Simulator::Now()) + " s");
    }
}

} // namespace vmm
} // namespace ns3
