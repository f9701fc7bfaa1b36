// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/nva-overlay-scheme.h"

#include "ns3/ns3-compat.h"
#include "ns3/simulator.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(NvaOverlayScheme);

namespace
{
const SchemeRegistry::Registration g_registration(
    "nva-overlay",
    NvaOverlayScheme::GetTypeId(),
    "VXLAN between NVEs, mappings from a central authority by push, pull or redirect");
} // namespace

TypeId
NvaOverlayScheme::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::NvaOverlayScheme")
            .SetParent<MobilityScheme>()
            .SetGroupName("VmMobility")
            .AddConstructor<NvaOverlayScheme>()
            .AddAttribute(
                "Update",
                "How NVEs other than the two of a move learn of it",
                EnumValue(NvaOverlayOptions::PUSH),
                MakeEnumAccessorFor<NvaOverlayOptions::Update>(&NvaOverlayScheme::m_update),
                MakeEnumChecker(NvaOverlayOptions::PUSH,
                                "Push",
                                NvaOverlayOptions::PULL,
                                "Pull",
                                NvaOverlayOptions::REDIRECT,
                                "Redirect"))
            .AddAttribute(
                "PushTo",
                "Whom Update=Push tells: the NVEs that have asked for the VM, or those and all "
                "that serve a VM of its virtual network",
                EnumValue(NvaOverlayOptions::USERS),
                MakeEnumAccessorFor<NvaOverlayOptions::PushTo>(&NvaOverlayScheme::m_pushTo),
                MakeEnumChecker(
                    NvaOverlayOptions::USERS, "Users", NvaOverlayOptions::NETWORK, "Network"))
            .AddAttribute("InFlightTunnelTime",
                          "How long an NVE sends packets for a VM that has left on to its new NVE, "
                          "from when it can (s); 0: never. Nve::Linger may end it earlier",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&NvaOverlayScheme::m_inFlightTime),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("MappingLifetime",
                          "With Update=Pull, how long after it was learnt a mapping is used (s, a "
                          "multiple of 4)",
                          TimeValue(Seconds(20)),
                          MakeTimeAccessor(&NvaOverlayScheme::m_mappingLifetime),
                          MakeTimeChecker(Seconds(4), Seconds(4 * 65535)))
            .AddAttribute("BackstopLifetime",
                          "With Update=Push and Redirect, how long a mapping is used that nothing "
                          "is heard of (s, a multiple of 4)",
                          TimeValue(Seconds(240)),
                          MakeTimeAccessor(&NvaOverlayScheme::m_backstopLifetime),
                          MakeTimeChecker(Seconds(4), Seconds(4 * 65535)))
            .AddAttribute("NegativeLifetime",
                          "How long an NVE believes that nobody has an address for which the "
                          "management node knows no VM (s)",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&NvaOverlayScheme::m_negativeLifetime),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("RedirectInterval",
                          "Least time between two messages to an NVE that its mapping of a VM is "
                          "stale (s); with Update=Push also the time that it is left to hear so "
                          "from the management node",
                          TimeValue(Seconds(3)),
                          MakeTimeAccessor(&NvaOverlayScheme::m_redirectInterval),
                          MakeTimeChecker(Seconds(0)))
            .AddAttribute("ResolveBufferPackets",
                          "Packets held per address while the management node is asked where it is",
                          UintegerValue(100),
                          MakeUintegerAccessor(&NvaOverlayScheme::m_bufferPackets),
                          MakeUintegerChecker<uint32_t>());
    return tid;
}

void
NvaOverlayScheme::NotifyConstructionCompleted()
{
    MobilityScheme::NotifyConstructionCompleted();
    const bool pull = m_update == NvaOverlayOptions::PULL;
    const Time lifetime = pull ? m_mappingLifetime : m_backstopLifetime;
    MappingOptions mappings;
    mappings.lifetime = lifetime;
    mappings.negativeLifetime = m_negativeLifetime;
    mappings.bufferPackets = m_bufferPackets;
    mappings.onlyUsed = m_pushTo == NvaOverlayOptions::USERS;
    m_resolver.SetOptions(mappings);
    m_informer.SetTimes(m_redirectInterval,
                        m_update == NvaOverlayOptions::PUSH ? m_redirectInterval : Time());
    NvaOverlayOptions options;
    options.update = m_update;
    options.pushTo = m_pushTo;
    options.inFlightTime = m_inFlightTime;
    options.lifetime = lifetime;
    m_registrar.SetOptions(options);
}

void
NvaOverlayScheme::DoDispose()
{
    NveClosed();
    m_registrar.Forget();
    MobilityScheme::DoDispose();
}

bool
NvaOverlayScheme::IsolatesNetworks() const
{
    return true;
}

void
NvaOverlayScheme::VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const
{
    m_resolver.VisitHeldPackets(visit);
}

// --- at an NVE -----------------------------------------------------------------------------------

void
NvaOverlayScheme::VmAttached(NveContext& nve, BindingUpdateEntry& entry, AttachReason reason)
{
    Simulator::Cancel(m_tunnels[entry.GetVm()]);
    m_resolver.Attached(nve, entry);
    nve.Register(entry.GetVm(), REGISTRATION_ADDRESS_KEPT | GetMoveFlags(reason));
}

void
NvaOverlayScheme::VmDestroyed(NveContext& nve, BindingUpdateEntry& entry)
{
    nve.Deregister(entry.GetVm());
}

void
NvaOverlayScheme::SourceRoleEnded(NveContext&, const VmKey& key)
{
    Simulator::Cancel(m_tunnels[key]);
    m_tunnels.erase(key);
}

void
NvaOverlayScheme::NveClosed()
{
    m_resolver.Close();
    m_informer.Close();
    for (auto& [key, end] : m_tunnels)
    {
        Simulator::Cancel(end);
    }
    m_tunnels.clear();
}

void
NvaOverlayScheme::Redirected(NveContext& nve,
                             BindingUpdateEntry& entry,
                             const RegistrationMessage& request,
                             Respond respond)
{
    const VmKey& vm = entry.GetVm();
    Simulator::Cancel(m_tunnels[vm]);
    // The reply means that the route is in the table (interpretation).
    auto done = [respond = std::move(respond)]()
    {
        respond(RegistrationStatus::ACCEPTED);
    };
    if (request.HasFlag(REGISTRATION_WITHDRAW) || m_inFlightTime.IsZero())
    {
        nve.RemoveMappings(vm.vnId, AddressesOf(entry), EpochOf(request.sequence), done);
        return;
    }
    OpenTunnel(nve, vm, request, done);
}

void
NvaOverlayScheme::OpenTunnel(NveContext& nve,
                             const VmKey& vm,
                             const RegistrationMessage& request,
                             const std::function<void()>& done)
{
    const IpAddressList addresses = request.GetVmAddresses();
    const uint32_t epoch = EpochOf(request.sequence);
    const std::vector<Route> routes(addresses.size(),
                                    Route::Vxlan(request.servingNve, vm.vnId, epoch));
    auto installed = [=, &nve, sequence = request.sequence]()
    {
        const BindingUpdateEntry* entry = nve.GetBindings().Find(vm);
        if (entry && entry->redirectSequence == sequence)
        {
            m_tunnels[vm] = Simulator::Schedule(
                m_inFlightTime, &NvaOverlayScheme::EndTunnel, this, &nve, vm, addresses, epoch);
        }
        done();
    };
    nve.InstallMappings(vm.vnId, addresses, routes, std::move(installed));
}

void
NvaOverlayScheme::EndTunnel(NveContext* nve, VmKey vm, IpAddressList addresses, uint32_t epoch)
{
    nve->RemoveMappings(vm.vnId, addresses, epoch, nullptr);
}

bool
NvaOverlayScheme::UnknownDestination(NveContext& nve,
                                     std::optional<uint32_t> vn,
                                     const PuntedPacket& packet)
{
    if (vn)
    {
        return m_resolver.Miss(nve, *vn, packet);
    }
    // A packet from outside, which the covering prefix has led here, enters network 0.
    nve.GetFibOf(0).Reinject(packet);
    return true;
}

void
NvaOverlayScheme::StrayPacket(NveContext& nve,
                              uint32_t vn,
                              const IpAddress& destination,
                              const IpAddress& sender)
{
    if (m_update != NvaOverlayOptions::PULL)
    {
        m_informer.Stray(nve, vn, destination, sender);
    }
}

void
NvaOverlayScheme::MappingTold(NveContext& nve,
                              const RegistrationMessage& request,
                              const IpAddress& from,
                              Respond respond)
{
    if (request.HasFlag(REGISTRATION_WITHDRAW))
    {
        m_resolver.Withdraw(nve, request, from);
        respond(RegistrationStatus::ACCEPTED);
        return;
    }
    m_resolver.Tell(nve, request, std::move(respond));
}

// --- at the registrar ----------------------------------------------------------------------------

void
NvaOverlayScheme::MappingQueried(RegistrarContext& registrar,
                                 const RegistrationMessage& request,
                                 const IpAddress& from,
                                 RespondMessage respond)
{
    respond(m_registrar.Answer(registrar, request, from));
}

void
NvaOverlayScheme::BindingMoved(RegistrarContext& registrar,
                               const BindingEntry& entry,
                               const IpAddress& previous)
{
    m_registrar.Moved(registrar, entry, previous);
}

void
NvaOverlayScheme::BindingRemoved(RegistrarContext& registrar, const BindingEntry& entry)
{
    m_registrar.Removed(registrar, entry);
}

void
NvaOverlayScheme::RegistrarClosed()
{
    m_registrar.Forget();
}

} // namespace vmm
} // namespace ns3
