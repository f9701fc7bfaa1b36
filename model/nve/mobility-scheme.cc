// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/mobility-scheme.h"

#include <map>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(MobilityScheme);

IpAddressList
AddressesOf(const BindingUpdateEntry& entry)
{
    IpAddressList addresses;
    for (const auto& pair : entry.GetAddresses())
    {
        addresses.push_back(pair.address);
    }
    return addresses;
}

RegistrationMessage
MakeAnnouncement(const BindingEntry& entry)
{
    RegistrationMessage message;
    message.flags = REGISTRATION_ADDRESS_KEPT;
    message.sequence = MakeSequence(EpochOf(entry.sequence), 0);
    message.lifetime = entry.lifetime;
    message.vnId = entry.vm.vnId;
    message.vmId = entry.vm.vmId;
    message.addresses = entry.addresses;
    message.servingNve = entry.servingNve;
    return message;
}

void
RouteContext::SetAnnouncer(HostRouteAnnouncer* announcer)
{
    m_announcer = announcer;
}

uint8_t
GetMoveFlags(AttachReason reason)
{
    return reason == AttachReason::MOVED_COLD   ? REGISTRATION_COLD
           : reason == AttachReason::MOVED_WARM ? REGISTRATION_WARM
                                                : 0;
}

void
RouteContext::AnnounceHostRoutes(const IpAddressList& addresses, uint32_t epoch, HostRouteRank rank)
{
    for (const auto& address : m_announcer ? addresses : IpAddressList())
    {
        m_announcer->AnnounceHostRoute(address, epoch, rank);
    }
}

void
RouteContext::WithdrawHostRoutes(const IpAddressList& addresses)
{
    for (const auto& address : m_announcer ? addresses : IpAddressList())
    {
        m_announcer->WithdrawHostRoute(address);
    }
}

TypeId
MobilityScheme::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::MobilityScheme").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

bool
MobilityScheme::IsolatesNetworks() const
{
    return false;
}

void
MobilityScheme::VisitHeldPackets(const std::function<void(Ptr<const Packet>)>&) const
{
}

void
MobilityScheme::VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason)
{
    nve.ReportAttachment(entry.GetVm(), entry.GetEpoch(), RegistrationStatus::ACCEPTED);
}

void
MobilityScheme::VmLeaving(NveContext&, BindingUpdateEntry&)
{
}

void
MobilityScheme::VmStopped(NveContext&, BindingUpdateEntry&)
{
}

void
MobilityScheme::VmReleased(NveContext&, BindingUpdateEntry&)
{
}

void
MobilityScheme::VmDestroyed(NveContext&, BindingUpdateEntry&)
{
}

void
MobilityScheme::Registered(NveContext& nve, BindingUpdateEntry& entry, RegistrationStatus status)
{
    nve.ReportAttachment(entry.GetVm(), entry.GetEpoch(), status);
}

void
MobilityScheme::Redirected(NveContext&,
                           BindingUpdateEntry&,
                           const RegistrationMessage&,
                           Respond respond)
{
    respond(RegistrationStatus::UNSPECIFIED);
}

void
MobilityScheme::SourceRouteUsed(NveContext&, const BindingUpdateEntry&)
{
}

bool
MobilityScheme::KeepsSource(NveContext&, const BindingUpdateEntry&)
{
    return false;
}

void
MobilityScheme::SourceRoleEnded(NveContext&, const VmKey&)
{
}

void
MobilityScheme::NveClosed()
{
}

bool
MobilityScheme::UnknownDestination(NveContext&, std::optional<uint32_t>, const PuntedPacket&)
{
    return false;
}

void
MobilityScheme::StrayPacket(NveContext&, uint32_t, const IpAddress&, const IpAddress&)
{
}

void
MobilityScheme::MappingTold(NveContext&,
                            const RegistrationMessage&,
                            const IpAddress&,
                            Respond respond)
{
    respond(RegistrationStatus::UNSPECIFIED);
}

void
MobilityScheme::MappingQueried(RegistrarContext&,
                               const RegistrationMessage& request,
                               const IpAddress&,
                               RespondMessage respond)
{
    respond(MakeReply(request, RegistrationStatus::UNSPECIFIED));
}

void
MobilityScheme::RouterRequested(RouterContext&, const RegistrationMessage&, Respond respond)
{
    respond(RegistrationStatus::UNSPECIFIED);
}

void
MobilityScheme::BindingCreated(RegistrarContext&, const BindingEntry&)
{
}

void
MobilityScheme::BindingMoved(RegistrarContext&, const BindingEntry&, const IpAddress&)
{
}

void
MobilityScheme::BindingRemoved(RegistrarContext&, const BindingEntry&)
{
}

void
MobilityScheme::RegistrarClosed()
{
}

void
MobilityScheme::FabricChanged(RegistrarContext&)
{
}

namespace
{
/// A scheme that has been made known.
struct KnownScheme
{
    TypeId type;         //!< of the scheme
    std::string summary; //!< one line
    SchemeTraits traits; //!< what is particular
};

/// The registry; a function, since registrations run before main in any order.
std::map<std::string, KnownScheme>&
KnownSchemes()
{
    static std::map<std::string, KnownScheme> schemes;
    return schemes;
}
} // namespace

SchemeRegistry::Registration::Registration(const std::string& name,
                                           TypeId type,
                                           const std::string& summary,
                                           const SchemeTraits& traits)
{
    KnownSchemes()[name] = {type, summary, traits};
}

std::optional<TypeId>
SchemeRegistry::Find(const std::string& name)
{
    auto known = KnownSchemes().find(name);
    return known == KnownSchemes().end() ? std::nullopt : std::make_optional(known->second.type);
}

SchemeTraits
SchemeRegistry::GetTraits(const std::string& name)
{
    auto known = KnownSchemes().find(name);
    return known == KnownSchemes().end() ? SchemeTraits() : known->second.traits;
}

std::vector<std::pair<std::string, std::string>>
SchemeRegistry::List()
{
    std::vector<std::pair<std::string, std::string>> list;
    for (const auto& [name, scheme] : KnownSchemes())
    {
        list.emplace_back(name, scheme.summary);
    }
    return list;
}

} // namespace vmm
} // namespace ns3
