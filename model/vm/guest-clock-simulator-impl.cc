// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/guest-clock-simulator-impl.h"

#include "ns3/event-impl.h"
#include "ns3/guest-timeline.h"
#include "ns3/log.h"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("GuestClockSimulatorImpl");
NS_OBJECT_ENSURE_REGISTERED(GuestClockSimulatorImpl);

/**
 * What the caller's EventId points to: the event itself, its due time in guest time, and its place
 * in the guest's list of pending events. It goes into the engine's queue once. A freeze or a change
 * of speed makes that entry void (a void entry does nothing when its time comes); a thaw or the new
 * speed adds a GuestShot instead.
 */
class GuestEvent : public EventImpl
{
  public:
    /// Whether the event is still to run, and where it waits.
    enum class State : uint8_t
    {
        QUEUED, //!< in the engine's queue
        HELD,   //!< its guest is frozen
        DONE    //!< run, cancelled or removed
    };

    /// @param event what to run @param due in guest time @param sequence order at equal due time
    GuestEvent(EventImpl* event, int64_t due, uint64_t sequence)
        : m_due(due),
          m_sequence(sequence),
          m_event(event, false)
    {
    }

    /// Enters the list before the given end; the list holds a reference.
    void Link(GuestEvent* end)
    {
        m_next = end;
        m_previous = end->m_previous;
        m_previous->m_next = this;
        end->m_previous = this;
        Ref();
    }

    /// Leaves the list, done; the caller must hold a reference of its own.
    void Finish()
    {
        m_previous->m_next = m_next;
        m_next->m_previous = m_previous;
        m_next = m_previous = this;
        m_state = State::DONE;
        Unref();
    }

    /// Runs the event if the queue entry of this generation is the valid one.
    void Fire(uint32_t generation)
    {
        if (m_state == State::QUEUED && generation == m_generation)
        {
            Finish();
            m_event->Invoke();
        }
    }

    int64_t m_due;                 //!< guest time, time steps
    uint64_t m_sequence;           //!< order of scheduling
    GuestEvent* m_next = this;     //!< in the guest's list
    GuestEvent* m_previous = this; //!< in the guest's list
    uint32_t m_generation = 0;     //!< of the valid queue entry
    State m_state = State::QUEUED; //!< where it is

  protected:
    void Notify() override
    {
        Fire(0);
    }

  private:
    Ptr<EventImpl> m_event; //!< what the caller scheduled
};

/// A later queue entry of a guest event.
class GuestShot : public EventImpl
{
  public:
    /// @param event which @param generation the one that this entry belongs to
    GuestShot(Ptr<GuestEvent> event, uint32_t generation)
        : m_event(event),
          m_generation(generation)
    {
    }

  protected:
    void Notify() override
    {
        m_event->Fire(m_generation);
    }

  private:
    Ptr<GuestEvent> m_event; //!< which
    uint32_t m_generation;   //!< of this entry
};

/// A context that has a clock of its own.
struct GuestContext
{
    /// @param id the context
    explicit GuestContext(uint32_t id)
        : context(id),
          pending(nullptr, 0, 0)
    {
    }

    uint32_t context;    //!< node id
    GuestTimeline clock; //!< its time
    GuestEvent pending;  //!< end of the ring of events that are queued or held
};

TypeId
GuestClockSimulatorImpl::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::GuestClockSimulatorImpl")
                            .SetParent<DefaultSimulatorImpl>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<GuestClockSimulatorImpl>();
    return tid;
}

GuestClockSimulatorImpl::GuestClockSimulatorImpl()
    : m_sequence(0),
      m_thread(std::this_thread::get_id())
{
}

GuestClockSimulatorImpl::~GuestClockSimulatorImpl()
{
    Forget();
}

void
GuestClockSimulatorImpl::Destroy()
{
    DefaultSimulatorImpl::Destroy();
    Forget();
}

void
GuestClockSimulatorImpl::Forget()
{
    for (const auto& guest : m_guests)
    {
        while (guest && guest->pending.m_next != &guest->pending)
        {
            guest->pending.m_next->Finish();
        }
    }
}

void
GuestClockSimulatorImpl::Run()
{
    m_thread = std::this_thread::get_id();
    DefaultSimulatorImpl::Run();
}

GuestContext*
GuestClockSimulatorImpl::Find(uint32_t context) const
{
    return context < m_guests.size() ? m_guests[context].get() : nullptr;
}

GuestContext&
GuestClockSimulatorImpl::Get(uint32_t context) const
{
    GuestContext* guest = Find(context);
    if (!guest)
    {
        throw std::invalid_argument("context " + std::to_string(context) + " has no guest clock");
    }
    return *guest;
}

GuestEvent*
GuestClockSimulatorImpl::Peek(const EventId& id) const
{
    return Find(id.GetContext()) ? dynamic_cast<GuestEvent*>(id.PeekEventImpl()) : nullptr;
}

int64_t
GuestClockSimulatorImpl::GuestNow(const GuestContext& guest) const
{
    return guest.clock.GetTime(Now().GetTimeStep());
}

void
GuestClockSimulatorImpl::AddGuest(uint32_t context)
{
    if (context >= m_guests.size())
    {
        m_guests.resize(context + 1);
    }
    if (!m_guests[context])
    {
        m_guests[context] = std::make_unique<GuestContext>(context);
    }
}

void
GuestClockSimulatorImpl::Freeze(uint32_t context)
{
    NS_LOG_FUNCTION(this << context);
    GuestContext& guest = Get(context);
    if (!guest.clock.IsFrozen())
    {
        guest.clock.Freeze(Now().GetTimeStep());
        Hold(guest);
    }
}

void
GuestClockSimulatorImpl::Thaw(uint32_t context)
{
    NS_LOG_FUNCTION(this << context);
    GuestContext& guest = Get(context);
    if (guest.clock.IsFrozen())
    {
        guest.clock.Thaw(Now().GetTimeStep());
        Requeue(guest);
    }
}

void
GuestClockSimulatorImpl::CatchUp(uint32_t context)
{
    NS_LOG_FUNCTION(this << context);
    GuestContext& guest = Get(context);
    if (guest.clock.IsFrozen())
    {
        guest.clock.CatchUp();
        Requeue(guest);
    }
}

void
GuestClockSimulatorImpl::SetSpeed(uint32_t context, double speed)
{
    NS_LOG_FUNCTION(this << context << speed);
    GuestContext& guest = Get(context);
    if (speed == guest.clock.GetSpeed())
    {
        return;
    }
    guest.clock.SetSpeed(Now().GetTimeStep(), speed);
    if (!guest.clock.IsFrozen())
    {
        Hold(guest);
        Requeue(guest);
    }
}

void
GuestClockSimulatorImpl::Hold(GuestContext& guest)
{
    for (GuestEvent* e = guest.pending.m_next; e != &guest.pending; e = e->m_next)
    {
        e->m_state = GuestEvent::State::HELD;
        e->m_generation++;
    }
}

void
GuestClockSimulatorImpl::Requeue(GuestContext& guest)
{
    std::vector<GuestEvent*> held;
    for (GuestEvent* e = guest.pending.m_next; e != &guest.pending; e = e->m_next)
    {
        held.push_back(e);
    }
    std::sort(held.begin(),
              held.end(),
              [](const GuestEvent* a, const GuestEvent* b)
              {
                  return a->m_due != b->m_due ? a->m_due < b->m_due : a->m_sequence < b->m_sequence;
              });
    for (GuestEvent* e : held)
    {
        e->m_state = GuestEvent::State::QUEUED;
        ScheduleRaw(guest.context, GetWait(guest, e->m_due), new GuestShot(e, e->m_generation));
    }
}

Time
GuestClockSimulatorImpl::GetWait(const GuestContext& guest, int64_t due) const
{
    const int64_t wait = guest.clock.GetWhen(due) - Now().GetTimeStep();
    return TimeStep(std::max<int64_t>(0, wait));
}

bool
GuestClockSimulatorImpl::IsFrozen(uint32_t context) const
{
    const GuestContext* guest = Find(context);
    return guest && guest->clock.IsFrozen();
}

Time
GuestClockSimulatorImpl::GetGuestTime(uint32_t context) const
{
    const GuestContext* guest = Find(context);
    return guest ? TimeStep(GuestNow(*guest)) : Now();
}

Time
GuestClockSimulatorImpl::GetPausedTime(uint32_t context) const
{
    return Now() - GetGuestTime(context);
}

void
GuestClockSimulatorImpl::ScheduleRaw(uint32_t context, const Time& delay, EventImpl* event)
{
    DefaultSimulatorImpl::ScheduleWithContext(context, delay, event);
}

GuestEvent*
GuestClockSimulatorImpl::Wrap(GuestContext& guest, const Time& delay, EventImpl* event)
{
    auto wrapped = new GuestEvent(event, GuestNow(guest) + delay.GetTimeStep(), ++m_sequence);
    wrapped->Link(&guest.pending);
    if (guest.clock.IsFrozen())
    {
        wrapped->m_state = GuestEvent::State::HELD;
        wrapped->m_generation++;
    }
    return wrapped;
}

EventId
GuestClockSimulatorImpl::Schedule(const Time& delay, EventImpl* event)
{
    GuestContext* guest = Find(DefaultSimulatorImpl::GetContext());
    if (!guest)
    {
        return DefaultSimulatorImpl::Schedule(delay, event);
    }
    GuestEvent* wrapped = Wrap(*guest, delay, event);
    if (!guest->clock.IsFrozen())
    {
        return DefaultSimulatorImpl::Schedule(GetWait(*guest, wrapped->m_due), wrapped);
    }
    constexpr uint32_t UID_NEVER_QUEUED = 4; // any that is none of EventId's special values
    const auto planned = static_cast<uint64_t>((Now() + delay).GetTimeStep());
    return EventId(Ptr<EventImpl>(wrapped, false), planned, guest->context, UID_NEVER_QUEUED);
}

void
GuestClockSimulatorImpl::ScheduleWithContext(uint32_t context, const Time& delay, EventImpl* event)
{
    GuestContext* guest = Find(context);
    if (!guest || std::this_thread::get_id() != m_thread)
    {
        DefaultSimulatorImpl::ScheduleWithContext(context, delay, event);
        return;
    }
    GuestEvent* wrapped = Wrap(*guest, delay, event);
    if (guest->clock.IsFrozen())
    {
        wrapped->Unref(); // the guest's list keeps it
    }
    else
    {
        const Time wait = GetWait(*guest, wrapped->m_due);
        DefaultSimulatorImpl::ScheduleWithContext(context, wait, wrapped);
    }
}

void
GuestClockSimulatorImpl::Cancel(const EventId& id)
{
    GuestEvent* event = Peek(id);
    if (!event)
    {
        DefaultSimulatorImpl::Cancel(id);
    }
    else if (event->m_state != GuestEvent::State::DONE)
    {
        event->Cancel();
        event->Finish();
    }
}

void
GuestClockSimulatorImpl::Remove(const EventId& id)
{
    GuestEvent* event = Peek(id);
    if (!event)
    {
        DefaultSimulatorImpl::Remove(id);
        return;
    }
    if (event->m_state == GuestEvent::State::QUEUED && event->m_generation == 0)
    {
        DefaultSimulatorImpl::Remove(id); // its first queue entry is the one that id names
    }
    if (event->m_state != GuestEvent::State::DONE)
    {
        event->Cancel();
        event->Finish();
    }
}

bool
GuestClockSimulatorImpl::IsExpired(const EventId& id) const
{
    const GuestEvent* event = Peek(id);
    return event ? event->m_state == GuestEvent::State::DONE : DefaultSimulatorImpl::IsExpired(id);
}

Time
GuestClockSimulatorImpl::GetDelayLeft(const EventId& id) const
{
    const GuestEvent* event = Peek(id);
    if (!event)
    {
        return DefaultSimulatorImpl::GetDelayLeft(id);
    }
    if (event->m_state == GuestEvent::State::DONE)
    {
        return TimeStep(0);
    }
    const int64_t left = event->m_due - GuestNow(*Find(id.GetContext()));
    return TimeStep(std::max<int64_t>(0, left));
}

} // namespace vmm
} // namespace ns3
