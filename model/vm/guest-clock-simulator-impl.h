// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GUEST_CLOCK_SIMULATOR_IMPL_H
#define VMM_GUEST_CLOCK_SIMULATOR_IMPL_H

#include "ns3/default-simulator-impl.h"

#include <memory>
#include <thread>
#include <vector>

namespace ns3
{
namespace vmm
{

class GuestEvent;
struct GuestContext;

/**
 * ns-3's sequential engine with a clock per guest that can be stopped and slowed. The events of a
 * registered context (the node id of a VM) are due in guest time: simulated time minus all that the
 * context has lost to freezes and slowness. While it is frozen none of its events run; on thaw they
 * run in the order in which they would have run, each later by the length of the freeze. A guest at
 * speed 0.25 needs 4 s for each second of its own: all its delays, planned before or now, are four
 * times as long in simulated time.
 *
 * An EventId of a guest event stays good through any number of freezes and changes of speed:
 * IsExpired, Cancel, Remove and GetDelayLeft answer in guest time. Only EventId::GetTs keeps the
 * time first planned. Contexts that are not registered pay one bounds check per event. A change of
 * speed costs as many queue entries as the guest has events pending.
 *
 * Simulator::Stop(delay) called from a guest's own context is a guest event too. Events scheduled
 * from another thread are never frozen.
 */
class GuestClockSimulatorImpl : public DefaultSimulatorImpl
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();
    GuestClockSimulatorImpl();
    ~GuestClockSimulatorImpl() override;

    /**
     * From now on the events of this context follow a guest clock. What is scheduled already (a
     * node's initialisation) is not affected. A second call does nothing.
     * @param context a node id
     */
    void AddGuest(uint32_t context);
    /**
     * Stop the guest's clock; no effect if it stands still already.
     * @param context a registered context
     * @throws std::invalid_argument if the context is not registered
     */
    void Freeze(uint32_t context);
    /**
     * Let the guest's clock run on from where it stopped; no effect if it runs.
     * @param context a registered context
     * @throws std::invalid_argument if the context is not registered
     */
    void Thaw(uint32_t context);
    /**
     * End a freeze as if it had never been: the clock is not moved, what became due meanwhile runs
     * now in its order, the rest at the time first planned. For a guest that has not booted before.
     * @param context a registered context
     * @throws std::invalid_argument if the context is not registered
     */
    void CatchUp(uint32_t context);
    /**
     * Change the speed of the guest's clock. In a freeze the clock still stands, and runs at the
     * new speed after the thaw.
     * @param context a registered context
     * @param speed guest time per simulated time, above 0, at most 1
     * @throws std::invalid_argument if the context is not registered or the speed out of range
     */
    void SetSpeed(uint32_t context, double speed);
    /**
     * @param context any context
     * @return whether the context is registered and frozen
     */
    bool IsFrozen(uint32_t context) const;
    /**
     * @param context any context
     * @return the time that the guest's clock shows; simulated time if the context is not
     * registered
     */
    Time GetGuestTime(uint32_t context) const;
    /**
     * @param context any context
     * @return by how much the guest's clock is behind simulated time: all that it has lost to
     * freezes, one under way included, and to slowness; 0 if the context is not registered
     */
    Time GetPausedTime(uint32_t context) const;
    /**
     * Schedule in a context without regard to its guest clock: for the hardware around a guest.
     * @param context a context
     * @param delay in simulated time, not negative
     * @param event the event; the simulator takes over the reference
     */
    void ScheduleRaw(uint32_t context, const Time& delay, EventImpl* event);

    EventId Schedule(const Time& delay, EventImpl* event) override;
    void ScheduleWithContext(uint32_t context, const Time& delay, EventImpl* event) override;
    void Remove(const EventId& id) override;
    void Cancel(const EventId& id) override;
    bool IsExpired(const EventId& id) const override;
    Time GetDelayLeft(const EventId& id) const override;
    void Run() override;
    void Destroy() override;

  private:
    /// Lets go of all guest events that are still to run.
    void Forget();
    /// @return the guest of a context, null if there is none
    GuestContext* Find(uint32_t context) const;
    /// @return the guest of a context @throws std::invalid_argument if there is none
    GuestContext& Get(uint32_t context) const;
    /// @return the guest event behind an id, null if it is no guest event
    GuestEvent* Peek(const EventId& id) const;
    /// @return the guest's time now, in time steps
    int64_t GuestNow(const GuestContext& guest) const;
    /// @return a new event in the guest's list, wrapped around event, due after delay
    GuestEvent* Wrap(GuestContext& guest, const Time& delay, EventImpl* event);
    /// Makes the queue entries of all pending events of the guest void.
    void Hold(GuestContext& guest);
    /// Puts all held events of the guest back into the queue, in their order.
    void Requeue(GuestContext& guest);
    /// @param due in guest time @return how long that is from now in simulated time, 0 if past
    Time GetWait(const GuestContext& guest, int64_t due) const;

    std::vector<std::unique_ptr<GuestContext>> m_guests; //!< by context
    uint64_t m_sequence;                                 //!< of the last guest event
    std::thread::id m_thread;                            //!< the one that runs the simulation
};

} // namespace vmm
} // namespace ns3

#endif // VMM_GUEST_CLOCK_SIMULATOR_IMPL_H
