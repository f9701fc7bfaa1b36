// SPDX-License-Identifier: GPL-2.0-only
// What a decision of the BindingCache is called, and how it is answered.
#include "ns3/binding-cache.h"

namespace ns3
{
namespace vmm
{

const char*
BindingVerdictName(BindingVerdict verdict)
{
    switch (verdict)
    {
    case BindingVerdict::CREATED:
        return "created";
    case BindingVerdict::MOVED:
        return "moved";
    case BindingVerdict::REFRESHED:
        return "refreshed";
    case BindingVerdict::DEREGISTERED:
        return "deregistered";
    case BindingVerdict::REPEATED:
        return "repeated";
    case BindingVerdict::STALE:
        return "stale";
    case BindingVerdict::DOUBLE_CLAIM:
        return "double-claim";
    case BindingVerdict::NOT_SERVING:
        return "not-serving";
    case BindingVerdict::UNKNOWN_VM:
        return "unknown-vm";
    case BindingVerdict::NO_ROOM:
        return "no-room";
    case BindingVerdict::ADDRESS_TAKEN:
        return "address-taken";
    case BindingVerdict::BAD_ADDRESS:
        return "bad-address";
    }
    return "unknown";
}

RegistrationMessage
BindingDecision::MakeReplyTo(const RegistrationMessage& request) const
{
    auto reply = MakeReply(request, status, lifetime);
    if (status == RegistrationStatus::STALE_SEQUENCE)
    {
        reply.servingNve = servingNve;
    }
    return reply;
}

} // namespace vmm
} // namespace ns3
