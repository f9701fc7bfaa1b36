// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vm.h"

#include "ns3/access-device.h"
#include "ns3/access-switch.h"
#include "ns3/application.h"
#include "ns3/boolean.h"
#include "ns3/gratuitous-announcer.h"
#include "ns3/guest-clock.h"
#include "ns3/guest-stack.h"
#include "ns3/log.h"
#include "ns3/make-event.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/vm-directory.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("Vm");
NS_OBJECT_ENSURE_REGISTERED(Vm);

namespace
{

/// @return whether a VM may go from one state to another
bool
IsLegal(VmState from, VmState to)
{
    switch (to)
    {
    case VmState::DEFINED:
        return false;
    case VmState::RUNNING:
        return from != VmState::RUNNING && from != VmState::DESTROYED;
    case VmState::MIGRATING:
        return from == VmState::RUNNING;
    case VmState::STOPPED_AT_SOURCE:
        return from == VmState::MIGRATING;
    case VmState::STOPPED:
        return from == VmState::RUNNING || from == VmState::MIGRATING ||
               from == VmState::STOPPED_AT_SOURCE;
    case VmState::DESTROYED:
        return from != VmState::DESTROYED;
    }
    return false;
}

/// @return whether a VM in this state runs
bool
Runs(VmState state)
{
    return state == VmState::RUNNING || state == VmState::MIGRATING;
}

} // namespace

const char*
VmStateName(VmState state)
{
    switch (state)
    {
    case VmState::DEFINED:
        return "defined";
    case VmState::RUNNING:
        return "running";
    case VmState::MIGRATING:
        return "migrating";
    case VmState::STOPPED_AT_SOURCE:
        return "stopped-at-source";
    case VmState::STOPPED:
        return "stopped";
    case VmState::DESTROYED:
        return "destroyed";
    }
    return "?";
}

std::ostream&
operator<<(std::ostream& os, VmState state)
{
    return os << VmStateName(state);
}

TypeId
Vm::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::Vm")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<Vm>()
            .AddAttribute("GuestClock",
                          "Whether the VM's applications and timers stand still while it does not "
                          "run, if the engine can do that. If not, its card alone is stopped.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&Vm::m_guestClock),
                          MakeBooleanChecker())
            .AddAttribute("PermanentGateway",
                          "Whether the VM knows the gateway's MAC address from the start; if not, "
                          "its first packet asks by ARP.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&Vm::m_permanentGateway),
                          MakeBooleanChecker())
            .AddTraceSource("State",
                            "The VM goes from one state to another.",
                            MakeTraceSourceAccessor(&Vm::m_stateTrace),
                            "ns3::vmm::Vm::StateTracedCallback");
    return tid;
}

Vm::Vm()
    : m_state(VmState::DEFINED),
      m_guestClock(true),
      m_permanentGateway(true)
{
}

Vm::~Vm() = default;

void
Vm::DoDispose()
{
    if (m_announcer)
    {
        m_announcer->Dispose();
    }
    m_announcer = nullptr;
    m_device = nullptr;
    m_node = nullptr;
    m_host = nullptr;
    Object::DoDispose();
}

void
Vm::Build(const VmSpec& spec)
{
    if (m_node)
    {
        throw std::logic_error("VM \"" + m_spec.id + "\" is built already");
    }
    spec.Validate();
    m_spec = spec;
    VmDirectory::Add(this);
    m_node = CreateObject<Node>();
    const bool available = GuestClock::IsAvailable();
    if (m_guestClock && !available)
    {
        NS_LOG_WARN("no guest clock in this engine: VM " << spec.id << " is muted when stopped");
    }
    m_guestClock = m_guestClock && available;
    InstallGuestStack(m_node);
    m_device = CreateObject<AccessDevice>();
    m_device->SetAddress(spec.mac);
    m_device->SetMtu(spec.mtu);
    m_node->AddDevice(m_device);
    ConfigureGuestInterface(m_device, spec.addresses, m_permanentGateway);
    m_announcer = CreateObject<GratuitousAnnouncer>();
    m_announcer->SetUp(m_device, spec.addresses);
    if (m_guestClock)
    {
        GuestClock::AddGuest(m_node->GetId());
    }
    Stand();
}

Ptr<AccessDevice>
Vm::GetDevice() const
{
    return m_device;
}

Ptr<GratuitousAnnouncer>
Vm::GetAnnouncer() const
{
    return m_announcer;
}

void
Vm::AddApplication(Ptr<Application> application)
{
    m_node->AddApplication(application);
    GuestClock::ScheduleRaw(
        m_node->GetId(), Time(0), MakeEvent(&Application::Initialize, application));
}

void
Vm::Plug(Ptr<AccessSwitch> access, Ptr<Node> host)
{
    if (m_host || m_state == VmState::DESTROYED)
    {
        throw std::logic_error("VM \"" + m_spec.id + "\" cannot be plugged in: it is " +
                               (m_host ? "plugged in already" : "destroyed"));
    }
    access->Attach(m_device);
    m_host = host;
}

void
Vm::Unplug()
{
    if (IsRunning())
    {
        throw std::logic_error("VM \"" + m_spec.id + "\" cannot be unplugged: it runs");
    }
    if (m_host)
    {
        m_device->GetSwitch()->Detach(m_device);
        m_host = nullptr;
    }
}

void
Vm::ChangeState(VmState to)
{
    const VmState from = m_state;
    if (!IsLegal(from, to))
    {
        throw std::logic_error("VM \"" + m_spec.id + "\" cannot go from " + VmStateName(from) +
                               " to " + VmStateName(to));
    }
    if (Runs(to) && !m_host)
    {
        throw std::logic_error("VM \"" + m_spec.id + "\" cannot run: it is not plugged in");
    }
    NS_LOG_INFO(m_spec.id << ": " << from << " -> " << to);
    m_state = to;
    if (Runs(from) && !Runs(to))
    {
        Stand();
    }
    else if (!Runs(from) && Runs(to))
    {
        Go(from == VmState::DEFINED);
    }
    m_stateTrace(this, from, to);
}

void
Vm::Stand()
{
    m_device->Halt(DropCause::VM_STOPPED);
    if (m_guestClock)
    {
        GuestClock::Freeze(m_node->GetId());
    }
}

void
Vm::Go(bool first)
{
    if (m_guestClock && first)
    {
        GuestClock::CatchUp(m_node->GetId());
    }
    else if (m_guestClock)
    {
        GuestClock::Thaw(m_node->GetId());
    }
    m_device->Resume();
}

int64_t
Vm::AssignStreams(int64_t stream)
{
    return AssignStackStreams(m_node, stream);
}

} // namespace vmm
} // namespace ns3
