// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GUEST_CLOCK_H
#define VMM_GUEST_CLOCK_H

#include "ns3/event-impl.h"
#include "ns3/nstime.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * The way to the guest clocks of the running engine, whichever engine it is. A program calls
 * Enable() before it makes its first node:
 *
 *     GuestClock::Enable();                         // else VMs can only be muted, not stopped
 *
 * Under another engine every function but ScheduleRaw does nothing and a stopped VM's applications
 * and timers run on; its device swallows what they send.
 */
class GuestClock
{
  public:
    /**
     * Choose the engine with guest clocks, through the global value SimulatorImplementationType,
     * unless that was set to another engine than ns-3's default. Call it before anything else
     * touches the simulator.
     * @return whether the guest clock is available now
     */
    static bool Enable();
    /// @return whether the engine that runs has guest clocks
    static bool IsAvailable();
    /// @param context node id that gets a clock of its own
    static void AddGuest(uint32_t context);
    /// @param context guest whose clock is stopped
    static void Freeze(uint32_t context);
    /// @param context guest whose clock goes on from where it stopped
    static void Thaw(uint32_t context);
    /// @param context guest whose clock goes on as if it had never stopped
    static void CatchUp(uint32_t context);
    /// @param context guest @param speed of its clock, above 0, at most 1: 1 is real time
    static void SetSpeed(uint32_t context, double speed);
    /// @param context any @return whether it is a guest that stands still
    static bool IsFrozen(uint32_t context);
    /// @param context any @return what its clock shows; simulated time if it has none
    static Time GetGuestTime(uint32_t context);
    /// @param context any @return all the time that its clock has lost to freezes and slowness
    static Time GetPausedTime(uint32_t context);
    /**
     * Run an event in a context even while that guest stands still.
     * @param context a context
     * @param delay in simulated time
     * @param event from MakeEvent; ownership passes to the simulator
     */
    static void ScheduleRaw(uint32_t context, const Time& delay, EventImpl* event);
};

} // namespace vmm
} // namespace ns3

#endif // VMM_GUEST_CLOCK_H
