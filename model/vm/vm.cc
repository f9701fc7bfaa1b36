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
#include "ns3/ns3-compat.h"
#include "ns3/simulator.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/vm-directory.h"

#include <cmath>
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
            .AddAttribute("Throttling",
                          "How a slowed guest runs where there is a guest clock: Clock (its clock "
                          "is slower) or Slices (it sleeps for part of each time slice). Without "
                          "one its card is held for part of each slice.",
                          EnumValue(CLOCK),
                          MakeEnumAccessorFor<Throttling>(&Vm::m_throttling),
                          MakeEnumChecker(CLOCK, "Clock", SLICES, "Slices"))
            .AddAttribute("ThrottleSlice",
                          "How long a guest that is slowed in slices runs before it sleeps (time). "
                          "QEMU's throttle has 10 ms.",
                          TimeValue(MilliSeconds(10)),
                          MakeTimeAccessor(&Vm::m_slice),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddTraceSource("Speed",
                            "Guest time per simulated time changes.",
                            MakeTraceSourceAccessor(&Vm::m_speed),
                            "ns3::TracedValueCallback::Double")
            .AddTraceSource("Stalled",
                            "Whether the guest stands still in a VM that runs.",
                            MakeTraceSourceAccessor(&Vm::m_stalled),
                            "ns3::TracedValueCallback::Bool")
            .AddTraceSource("State",
                            "The VM goes from one state to another.",
                            MakeTraceSourceAccessor(&Vm::m_stateTrace),
                            "ns3::vmm::Vm::StateTracedCallback");
    return tid;
}

Vm::Vm()
    : m_state(VmState::DEFINED),
      m_guestClock(true),
      m_permanentGateway(true),
      m_throttling(CLOCK),
      m_speed(1),
      m_stalled(false),
      m_asleep(false),
      m_series(0)
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
    m_series++;
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
    else if (Runs(to) && to == VmState::RUNNING)
    {
        SetSpeed(1); // a move given up
    }
    if (to == VmState::DESTROYED)
    {
        m_device->ClearRxRing();
    }
    m_stateTrace(this, from, to);
}

void
Vm::Stand()
{
    m_series++;
    m_asleep = false;
    m_stalled = false;
    m_speed = 1;
    Settle();
    m_device->Halt(DropCause::VM_STOPPED);
    m_device->Release();
}

void
Vm::Go(bool first)
{
    if (first)
    {
        m_account.CatchUp();
    }
    if (m_guestClock && first)
    {
        GuestClock::CatchUp(m_node->GetId());
    }
    Settle();
    m_device->Resume();
}

void
Vm::Settle()
{
    const int64_t now = Simulator::Now().GetTimeStep();
    const bool stands = !IsRunning() || m_stalled;
    // Where there is no guest clock a slice holds the card, and the account is of the mean.
    stands ? m_account.Freeze(now) : m_account.Thaw(now);
    m_account.SetSpeed(now, m_speed);
    if (m_guestClock)
    {
        const uint32_t context = m_node->GetId();
        GuestClock::SetSpeed(context, SleepsInSlices() ? 1 : m_speed.Get());
        stands || m_asleep ? GuestClock::Freeze(context) : GuestClock::Thaw(context);
    }
    if (IsRunning())
    {
        m_stalled || m_asleep ? m_device->Hold() : m_device->Release();
    }
}

bool
Vm::SleepsInSlices() const
{
    return !m_guestClock || m_throttling == SLICES;
}

void
Vm::SetSpeed(double speed)
{
    if (!(speed > 0 && speed <= 1))
    {
        throw std::invalid_argument("VM \"" + m_spec.id + "\": a guest's speed is above 0 and at " +
                                    "most 1, not " + std::to_string(speed));
    }
    if (!IsRunning() || speed == m_speed.Get())
    {
        return;
    }
    const bool wasSlow = m_speed.Get() < 1;
    m_speed = speed;
    if (speed == 1)
    {
        m_series++;
        m_asleep = false;
    }
    Settle();
    if (speed < 1 && !wasSlow && SleepsInSlices())
    {
        GuestClock::ScheduleRaw(
            m_node->GetId(), m_slice, MakeEvent(&Vm::TurnSlice, Ptr<Vm>(this), ++m_series));
    }
}

void
Vm::TurnSlice(uint32_t series)
{
    if (series != m_series)
    {
        return;
    }
    m_asleep = !m_asleep;
    const double sleep = m_slice.GetDouble() * (1 - m_speed.Get()) / m_speed.Get();
    Settle();
    GuestClock::ScheduleRaw(m_node->GetId(),
                            m_asleep ? TimeStep(std::llround(sleep)) : m_slice,
                            MakeEvent(&Vm::TurnSlice, Ptr<Vm>(this), series));
}

Time
Vm::GetGuestTime() const
{
    return m_guestClock ? GuestClock::GetGuestTime(m_node->GetId())
                        : TimeStep(m_account.GetTime(Simulator::Now().GetTimeStep()));
}

void
Vm::Stall()
{
    if (IsRunning() && !m_stalled)
    {
        m_stalled = true;
        Settle();
    }
}

void
Vm::Unstall()
{
    if (m_stalled)
    {
        m_stalled = false;
        Settle();
    }
}

int64_t
Vm::AssignStreams(int64_t stream)
{
    return AssignStackStreams(m_node, stream);
}

} // namespace vmm
} // namespace ns3
