// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/registration-message.h"

#include <algorithm>
#include <sstream>
#include <tuple>

namespace ns3
{
namespace vmm
{

std::string
RegistrationStatusName(RegistrationStatus status)
{
    switch (status)
    {
    case RegistrationStatus::ACCEPTED:
        return "accepted";
    case RegistrationStatus::UNSPECIFIED:
        return "unspecified";
    case RegistrationStatus::PROHIBITED:
        return "prohibited";
    case RegistrationStatus::NO_RESOURCES:
        return "no-resources";
    case RegistrationStatus::STALE_SEQUENCE:
        return "stale-sequence";
    case RegistrationStatus::UNKNOWN_VM:
        return "unknown-vm";
    case RegistrationStatus::NOT_FROM_MN:
        return "not-from-mn";
    case RegistrationStatus::MALFORMED:
        return "malformed";
    case RegistrationStatus::AUTHENTICATION_FAILED:
        return "authentication-failed";
    }
    return "status-" + std::to_string(static_cast<unsigned>(status));
}

std::string
RecipientRoleName(RecipientRole role)
{
    switch (role)
    {
    case RecipientRole::MANAGEMENT_NODE:
        return "mn";
    case RecipientRole::SOURCE_NVE:
        return "source-nve";
    case RecipientRole::DEFAULT_ROUTER:
        return "default-router";
    case RecipientRole::PATH_ROUTER:
        return "path-router";
    case RecipientRole::REMOTE_NVE:
        return "remote-nve";
    case RecipientRole::RESOLVER:
        return "resolver";
    case RecipientRole::BORDER_ROUTER:
        return "border-router";
    }
    return "role-" + std::to_string(static_cast<unsigned>(role));
}

const char*
RegistrationFaultName(RegistrationFault fault)
{
    switch (fault)
    {
    case RegistrationFault::NONE:
        return "none";
    case RegistrationFault::TOO_SHORT:
        return "too-short";
    case RegistrationFault::WRONG_VERSION:
        return "wrong-version";
    case RegistrationFault::WRONG_TYPE:
        return "wrong-type";
    case RegistrationFault::LENGTH_MISMATCH:
        return "length-mismatch";
    case RegistrationFault::UNKNOWN_ROLE:
        return "unknown-role";
    case RegistrationFault::OPTION_TRUNCATED:
        return "option-truncated";
    case RegistrationFault::OPTION_LENGTH:
        return "option-length";
    case RegistrationFault::OPTION_UNKNOWN:
        return "option-unknown";
    case RegistrationFault::OPTION_REPEATED:
        return "option-repeated";
    case RegistrationFault::OPTION_MISSING:
        return "option-missing";
    case RegistrationFault::NEW_ADDRESS_MISPLACED:
        return "new-address-misplaced";
    case RegistrationFault::INVALID_VM_ID:
        return "invalid-vm-id";
    case RegistrationFault::DEREGISTER_LIFETIME:
        return "deregister-lifetime";
    case RegistrationFault::AUTHENTICATOR_MISSING:
        return "authenticator-missing";
    case RegistrationFault::AUTHENTICATOR_WRONG:
        return "authenticator-wrong";
    }
    return "unknown";
}

uint32_t
MakeSequence(uint32_t epoch, uint16_t counter)
{
    return (epoch << 16) | counter;
}

uint16_t
EpochOf(uint32_t sequence)
{
    return static_cast<uint16_t>(sequence >> 16);
}

uint16_t
CounterOf(uint32_t sequence)
{
    return static_cast<uint16_t>(sequence & 0xffff);
}

bool
SequenceNewer(uint32_t a, uint32_t b)
{
    const uint32_t ahead = a - b;
    return ahead != 0 && ahead < 0x80000000U;
}

bool
EpochNewer(uint16_t a, uint16_t b)
{
    const auto ahead = static_cast<uint16_t>(a - b);
    return ahead != 0 && ahead < 0x8000U;
}

uint16_t
LifetimeToUnits(Time time)
{
    if (!time.IsStrictlyPositive())
    {
        return 0;
    }
    const int64_t units =
        time.GetNanoSeconds() / Seconds(REGISTRATION_LIFETIME_UNIT).GetNanoSeconds();
    return static_cast<uint16_t>(std::clamp<int64_t>(units, 1, 0xffff));
}

Time
LifetimeFromUnits(uint16_t units)
{
    return Seconds(static_cast<int64_t>(units) * REGISTRATION_LIFETIME_UNIT);
}

std::string
VmKey::ToString() const
{
    return vnId ? vmId + "@" + std::to_string(vnId) : vmId;
}

std::ostream&
operator<<(std::ostream& os, const VmKey& key)
{
    return os << key.ToString();
}

IpAddressList
RegistrationMessage::GetVmAddresses() const
{
    IpAddressList list;
    for (const auto& item : addresses)
    {
        list.push_back(item.address);
    }
    return list;
}

void
RegistrationMessage::SetVmAddresses(const IpAddressList& list)
{
    addresses.clear();
    for (const auto& address : list)
    {
        addresses.push_back({address, IpAddress()});
    }
}

std::string
RegistrationMessage::ToString() const
{
    std::ostringstream os;
    os << (type == RegistrationType::REQUEST ? "request" : "reply") << " to "
       << RecipientRoleName(role) << " vm " << GetVmKey() << " epoch " << EpochOf(sequence)
       << " counter " << CounterOf(sequence) << " flags 0x" << std::hex
       << static_cast<unsigned>(flags) << std::dec << " lifetime "
       << lifetime * REGISTRATION_LIFETIME_UNIT << "s";
    if (type == RegistrationType::REPLY)
    {
        os << " status " << RegistrationStatusName(status);
    }
    for (const auto& item : addresses)
    {
        os << " address " << item.address;
        if (item.newAddress)
        {
            os << " becomes " << item.newAddress;
        }
    }
    if (servingNve)
    {
        os << " serving " << servingNve;
    }
    for (const auto& nve : previousNves)
    {
        os << " previous " << nve;
    }
    for (const auto& hop : nextHops)
    {
        os << " next-hop " << hop;
    }
    return os.str();
}

bool
RegistrationMessage::operator==(const RegistrationMessage& other) const
{
    const auto parts = [](const RegistrationMessage& m)
    {
        return std::tie(m.type,
                        m.flags,
                        m.sequence,
                        m.lifetime,
                        m.status,
                        m.role,
                        m.vnId,
                        m.vmId,
                        m.mac,
                        m.addresses,
                        m.servingNve,
                        m.previousNves,
                        m.nextHops,
                        m.dataCenter,
                        m.timestamp,
                        m.bindingEpoch);
    };
    return parts(*this) == parts(other);
}

std::ostream&
operator<<(std::ostream& os, const RegistrationMessage& message)
{
    return os << message.ToString();
}

RegistrationMessage
MakeReply(const RegistrationMessage& request, RegistrationStatus status, uint16_t lifetime)
{
    RegistrationMessage reply;
    reply.type = RegistrationType::REPLY;
    reply.status = status;
    reply.lifetime = std::min(lifetime, request.lifetime);
    reply.sequence = request.sequence;
    reply.flags = request.flags;
    reply.role = request.role;
    reply.vnId = request.vnId;
    reply.vmId = request.vmId;
    return reply;
}

namespace
{

/// @return whether a reply lacks an option that it must have
bool
ReplyLacksOption(const RegistrationMessage& reply)
{
    if (reply.status == RegistrationStatus::STALE_SEQUENCE && !reply.servingNve)
    {
        return true;
    }
    if (reply.role == RecipientRole::RESOLVER)
    {
        const bool whole = !reply.vmId.empty() && reply.mac && !reply.addresses.empty() &&
                           reply.servingNve && reply.bindingEpoch;
        return reply.IsAccepted() && !whole;
    }
    const bool nameless =
        reply.status == RegistrationStatus::MALFORMED ||
        reply.status == RegistrationStatus::AUTHENTICATION_FAILED ||
        (reply.role == RecipientRole::REMOTE_NVE && reply.HasFlag(REGISTRATION_WITHDRAW));
    return reply.vmId.empty() && !nameless;
}

} // namespace

RegistrationFault
CheckRegistration(const RegistrationMessage& message)
{
    if (message.type == RegistrationType::REPLY)
    {
        return ReplyLacksOption(message) ? RegistrationFault::OPTION_MISSING
                                         : RegistrationFault::NONE;
    }
    if (message.HasFlag(REGISTRATION_DEREGISTER) != (message.lifetime == 0))
    {
        return RegistrationFault::DEREGISTER_LIFETIME;
    }
    if (message.role == RecipientRole::RESOLVER && message.addresses.size() > 1)
    {
        return RegistrationFault::OPTION_REPEATED;
    }
    const bool withdraw = message.HasFlag(REGISTRATION_WITHDRAW);
    bool missing = message.addresses.empty();
    switch (message.role)
    {
    case RecipientRole::MANAGEMENT_NODE:
        missing = missing || message.vmId.empty() || !message.mac;
        break;
    case RecipientRole::SOURCE_NVE:
        missing = missing || message.vmId.empty() || !message.servingNve;
        break;
    case RecipientRole::REMOTE_NVE:
        missing = missing || (!withdraw && (message.vmId.empty() || !message.servingNve));
        break;
    case RecipientRole::RESOLVER:
        break;
    default:
        missing = missing || message.vmId.empty() || (message.nextHops.empty() && !withdraw);
        break;
    }
    return missing ? RegistrationFault::OPTION_MISSING : RegistrationFault::NONE;
}

} // namespace vmm
} // namespace ns3
