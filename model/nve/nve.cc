// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/nve.h"

#include "ns3/enum.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"
#include "ns3/vm.h"

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmNve");
NS_OBJECT_ENSURE_REGISTERED(Nve);

TypeId
Nve::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::Nve")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<Nve>()
            .AddAttribute("Lifetime",
                          "Lifetime that the NVE asks for (s, a multiple of 4); it registers "
                          "again at half of what is granted",
                          TimeValue(Seconds(240)),
                          MakeTimeAccessor(&Nve::m_lifetime),
                          MakeTimeChecker(Seconds(4), Seconds(4 * 65535)))
            .AddAttribute("RefreshRetry",
                          "From when the refresh of a registration is given up, since the "
                          "management node does not answer, to the next one (s)",
                          TimeValue(Seconds(32)),
                          MakeTimeAccessor(&Nve::m_refreshRetry),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("Linger",
                          "How long the entry of a VM that has left outlives the last packet for "
                          "it, whichever route that took, and the change of its host route (s)",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&Nve::m_linger),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("DepartedBufferPackets",
                          "Packets held per address of a VM that has stopped here and has no host "
                          "route yet",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Nve::m_departedBufferPackets),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("EarlyBufferPackets",
                          "Packets held per address of a VM that is on its way here",
                          UintegerValue(0),
                          MakeUintegerAccessor(&Nve::m_earlyBufferPackets),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("InstallDelay",
                          "Time that a change of a host route takes to reach the FIB of the NVE "
                          "(s); that of a router is HostRouteAgent::InstallDelay",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&Nve::m_installDelay),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("OverlayMtu",
                          "What is done about the octets that an isolating scheme adds to the "
                          "packets of VMs, 50 with an IPv4 underlay and 70 with IPv6. Underlay: "
                          "nothing, what is too large for a link of the fabric is lost; "
                          "SmallerInner: the VMs have an MTU that is smaller by so much; "
                          "OuterFragmentation: the outer packet is sent in fragments",
                          EnumValue(Nve::UNDERLAY),
                          MakeEnumAccessorFor<OverlayMtu>(&Nve::m_overlayMtu),
                          MakeEnumChecker(Nve::UNDERLAY,
                                          "Underlay",
                                          Nve::SMALLER_INNER,
                                          "SmallerInner",
                                          Nve::OUTER_FRAGMENTATION,
                                          "OuterFragmentation"))
            .AddTraceSource("BindingCount",
                            "Entries of the binding update list, of both roles",
                            MakeTraceSourceAccessor(&Nve::m_bindingCount),
                            "ns3::TracedValueCallback::Uint32")
            .AddTraceSource("RegistrationSent",
                            "A registration with a new epoch was handed to the endpoint",
                            MakeTraceSourceAccessor(&Nve::m_registrationSent),
                            "ns3::vmm::Nve::VmTracedCallback")
            .AddTraceSource("Registered",
                            "The management node has answered a registration",
                            MakeTraceSourceAccessor(&Nve::m_registered),
                            "ns3::vmm::Nve::RegisteredTracedCallback")
            .AddTraceSource("RedirectInstalled",
                            "The host route to where a VM went is in the FIB",
                            MakeTraceSourceAccessor(&Nve::m_redirectInstalled),
                            "ns3::vmm::Nve::VmTracedCallback")
            .AddTraceSource("SourceReleased",
                            "The entry of a VM that had left is gone after the linger time",
                            MakeTraceSourceAccessor(&Nve::m_sourceReleased),
                            "ns3::vmm::Nve::VmTracedCallback");
    return tid;
}

Nve::Nve()
    : m_endpoint(CreateObject<RegistrationEndpoint>())
{
}

Nve::~Nve() = default;

void
Nve::Setup(Ptr<Hypervisor> hypervisor, Ptr<MobilityScheme> scheme)
{
    m_hypervisor = hypervisor;
    m_scheme = scheme;
    m_isolates = scheme && scheme->IsolatesNetworks();
    hypervisor->AddListener(this);
}

void
Nve::SetRegistrar(const IpAddress& address)
{
    m_registrar = address;
}

void
Nve::SetAddresses(const IpAddressList& addresses, const std::vector<IpPrefix>& prefixes)
{
    m_addresses = addresses;
    m_prefixes = prefixes;
}

void
Nve::SetAttachmentCallback(AttachmentCallback callback)
{
    m_attachment = std::move(callback);
}

int64_t
Nve::AssignStreams(int64_t stream)
{
    m_installDelay->SetStream(stream);
    return 1 + m_endpoint->AssignStreams(stream + 1);
}

void
Nve::StartApplication()
{
    Shared().GetInstaller().Attach(m_fib, m_installDelay);
    for (const auto& address : m_addresses)
    {
        if (address.GetFamily() == m_registrar.GetFamily())
        {
            m_address = address;
        }
    }
    for (const auto& prefix : m_prefixes)
    {
        auto punt = [this](const PuntedPacket& packet)
        {
            HandleUnknown(packet);
        };
        m_fib->SetRoute(prefix, RouteOwner::CONNECTED, Route::Punt(punt));
    }
    m_endpoint->SetRequestHandler(
        [this](const auto& request, const auto& from, auto respond)
        {
            HandleRequest(request, from, respond);
        });
    m_endpoint->Open(GetNode(), m_addresses);
    if (m_isolates)
    {
        OpenTunnel();
    }
}

void
Nve::StopApplication()
{
    for (auto& [key, timers] : m_timers)
    {
        Simulator::Cancel(timers.refresh);
        Simulator::Cancel(timers.linger);
    }
    m_timers.clear();
    if (m_shared)
    {
        m_shared->Close();
    }
    for (auto& [vn, network] : m_networks)
    {
        network->Close();
    }
    m_endpoint->Close();
    if (m_tunnel)
    {
        m_tunnel->Close();
    }
    if (m_scheme)
    {
        m_scheme->NveClosed();
    }
}

void
Nve::DoDispose()
{
    StopApplication();
    m_endpoint->Dispose();
    m_hypervisor = nullptr;
    m_scheme = nullptr;
    m_fib = nullptr;
    m_attachment = nullptr;
    m_tunnel = nullptr;
    Application::DoDispose();
}

// --- the host's side -----------------------------------------------------------------------

void
Nve::VmArriving(const VmSpec& spec, uint32_t)
{
    if (m_isolates)
    {
        MakeTable(spec.vn);
    }
    NetworkOf(spec.vn).Expect(spec);
}

void
Nve::ArrivalCancelled(const std::string& vmId)
{
    Shared().Unhold(Shared().ForgetArrival(vmId));
    for (auto& [vn, network] : m_networks)
    {
        network->Unhold(network->ForgetArrival(vmId));
    }
}

void
Nve::HostFailed()
{
    Shared().LoseHeld(DropCause::HOST);
    for (auto& [vn, network] : m_networks)
    {
        network->LoseHeld(DropCause::HOST);
    }
    m_scheme->VisitHeldPackets(
        [this](Ptr<const Packet> packet)
        {
            m_fib->NotifyDrop(packet, DropCause::HOST);
        });
    StopApplication();
}

void
Nve::VmAttached(Ptr<Vm> vm, uint32_t epoch, AttachReason reason)
{
    const VmSpec& spec = vm->GetSpec();
    VmKey key{spec.vn, spec.id};
    const BindingUpdateEntry* known = m_bindings.Find(key);
    const bool returns = known && known->role == BindingRole::SOURCE;
    ForgetTimers(key);
    if (m_isolates)
    {
        MakeTable(spec.vn);
    }
    TenantNetwork& network = NetworkOf(spec.vn);
    network.ForgetArrival(spec.id);
    BindingUpdateEntry& entry = Serve(key, spec, epoch);
    network.GetInstaller().RemoveNow(spec.addresses, epoch);
    network.SetServingRoutes(spec.addresses, GetAccessDevice(spec.vn), epoch);
    network.Unhold(spec.addresses);
    if (returns)
    {
        m_scheme->SourceRoleEnded(*this, key);
    }
    m_scheme->VmAttached(*this, entry, reason);
}

BindingUpdateEntry&
Nve::Serve(const VmKey& key, const VmSpec& spec, uint32_t epoch)
{
    BindingUpdateEntry& entry = m_bindings.Add(key, BindingRole::SERVING);
    m_bindingCount = m_bindings.GetSize();
    if (entry.GetEpoch() != static_cast<uint16_t>(epoch))
    {
        // A roll-back keeps the epoch, and its numbers go on.
        entry.SetEpoch(epoch);
    }
    entry.progress = BindingProgress::UNREGISTERED;
    entry.mac = spec.mac;
    entry.registeredNve = m_address;
    entry.newServingNve = IpAddress();
    entry.redirectSequence.reset();
    std::vector<RegistrationAddress> addresses;
    for (const auto& address : spec.addresses)
    {
        addresses.push_back({address, IpAddress()});
    }
    m_bindings.SetAddresses(entry, addresses);
    return entry;
}

BindingUpdateEntry*
Nve::FindEntry(Ptr<Vm> vm)
{
    return m_bindings.Find({vm->GetSpec().vn, vm->GetId()});
}

void
Nve::VmLeaving(Ptr<Vm> vm)
{
    if (BindingUpdateEntry* entry = FindEntry(vm))
    {
        m_scheme->VmLeaving(*this, *entry);
    }
}

void
Nve::VmStopped(Ptr<Vm> vm)
{
    BindingUpdateEntry* entry = FindEntry(vm);
    if (!entry)
    {
        return;
    }
    Simulator::Cancel(m_timers[entry->GetVm()].refresh);
    if (m_departedBufferPackets > 0)
    {
        TenantNetwork& network = NetworkOf(vm->GetSpec().vn);
        network.RemoveServingRoutes(AddressesOf(*entry), entry->GetEpoch());
        network.Hold(AddressesOf(*entry), m_departedBufferPackets);
    }
    m_scheme->VmStopped(*this, *entry);
}

void
Nve::VmReleased(Ptr<Vm> vm)
{
    BindingUpdateEntry* entry = FindEntry(vm);
    if (!entry)
    {
        return;
    }
    if (entry->role == BindingRole::SERVING)
    {
        entry->role = BindingRole::SOURCE;
        TenantNetwork& network = NetworkOf(vm->GetSpec().vn);
        network.RemoveServingRoutes(AddressesOf(*entry), entry->GetEpoch());
        network.Hold(AddressesOf(*entry), m_departedBufferPackets);
        m_timers[entry->GetVm()].installed = Simulator::Now();
        CheckLinger(entry->GetVm());
    }
    m_scheme->VmReleased(*this, *entry);
}

void
Nve::VmDestroyed(Ptr<Vm> vm)
{
    BindingUpdateEntry* entry = FindEntry(vm);
    if (!entry)
    {
        return;
    }
    VmKey key = entry->GetVm();
    TenantNetwork& network = NetworkOf(key.vnId);
    if (entry->role == BindingRole::SERVING)
    {
        m_scheme->VmDestroyed(*this, *entry);
        network.RemoveServingRoutes(vm->GetSpec().addresses, entry->GetEpoch());
    }
    network.Unhold(vm->GetSpec().addresses);
    network.GetInstaller().RemoveNow(vm->GetSpec().addresses, entry->GetEpoch());
    ForgetTimers(key);
    m_bindings.Remove(key);
    m_bindingCount = m_bindings.GetSize();
}

void
Nve::ForgetTimers(const VmKey& key)
{
    auto timers = m_timers.find(key);
    if (timers != m_timers.end())
    {
        Simulator::Cancel(timers->second.refresh);
        Simulator::Cancel(timers->second.linger);
        m_timers.erase(timers);
    }
}

// --- NveContext ----------------------------------------------------------------------------------

uint32_t
Nve::GetNodeId() const
{
    return GetNode()->GetId();
}

Fib&
Nve::GetFib()
{
    return *m_fib;
}

const IpAddressList&
Nve::GetAddresses() const
{
    return m_addresses;
}

BindingUpdateList&
Nve::GetBindings()
{
    return m_bindings;
}

void
Nve::InstallHostRoutes(const IpAddressList& addresses,
                       const std::vector<Route>& routes,
                       std::function<void()> done)
{
    Shared().GetInstaller().Install(addresses, routes, std::move(done));
}

void
Nve::RemoveHostRoutes(const IpAddressList& addresses, uint32_t epoch, std::function<void()> done)
{
    Shared().GetInstaller().Remove(addresses, epoch, std::move(done));
}

} // namespace vmm
} // namespace ns3
