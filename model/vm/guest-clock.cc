// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/guest-clock.h"

#include "ns3/global-value.h"
#include "ns3/guest-clock-simulator-impl.h"
#include "ns3/simulator.h"
#include "ns3/string.h"

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the running engine if it has guest clocks, else null
GuestClockSimulatorImpl*
Engine()
{
    return dynamic_cast<GuestClockSimulatorImpl*>(PeekPointer(Simulator::GetImplementation()));
}

} // namespace

bool
GuestClock::Enable()
{
    StringValue chosen;
    GlobalValue::GetValueByName("SimulatorImplementationType", chosen);
    if (chosen.Get() == "ns3::DefaultSimulatorImpl")
    {
        const TypeId tid = GuestClockSimulatorImpl::GetTypeId();
        GlobalValue::Bind("SimulatorImplementationType", StringValue(tid.GetName()));
    }
    return IsAvailable();
}

bool
GuestClock::IsAvailable()
{
    return Engine() != nullptr;
}

void
GuestClock::AddGuest(uint32_t context)
{
    if (auto engine = Engine())
    {
        engine->AddGuest(context);
    }
}

void
GuestClock::Freeze(uint32_t context)
{
    if (auto engine = Engine())
    {
        engine->Freeze(context);
    }
}

void
GuestClock::Thaw(uint32_t context)
{
    if (auto engine = Engine())
    {
        engine->Thaw(context);
    }
}

void
GuestClock::CatchUp(uint32_t context)
{
    if (auto engine = Engine())
    {
        engine->CatchUp(context);
    }
}

void
GuestClock::SetSpeed(uint32_t context, double speed)
{
    if (auto engine = Engine())
    {
        engine->SetSpeed(context, speed);
    }
}

bool
GuestClock::IsFrozen(uint32_t context)
{
    auto engine = Engine();
    return engine && engine->IsFrozen(context);
}

Time
GuestClock::GetGuestTime(uint32_t context)
{
    auto engine = Engine();
    return engine ? engine->GetGuestTime(context) : Simulator::Now();
}

Time
GuestClock::GetPausedTime(uint32_t context)
{
    auto engine = Engine();
    return engine ? engine->GetPausedTime(context) : TimeStep(0);
}

void
GuestClock::ScheduleRaw(uint32_t context, const Time& delay, EventImpl* event)
{
    if (auto engine = Engine())
    {
        engine->ScheduleRaw(context, delay, event);
    }
    else
    {
        Simulator::ScheduleWithContext(context, delay, event);
    }
}

} // namespace vmm
} // namespace ns3
