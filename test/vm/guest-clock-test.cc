// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/guest-clock-simulator-impl.h"
#include "ns3/guest-clock.h"
#include "ns3/make-event.h"
#include "ns3/simulator.h"

#include "sim-fixture.h"

#include <stdexcept>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{
namespace
{

constexpr uint32_t GUEST = 3; //!< a context with a clock
constexpr uint32_t OTHER = 4; //!< one without

class GuestClockTest : public SimTest
{
  public:
    void SetUp() override
    {
        SimTest::SetUp();
        ASSERT_TRUE(GuestClock::Enable());
        GuestClock::AddGuest(GUEST);
    }

    void Note(int what)
    {
        log.emplace_back(what, Simulator::Now().GetMilliSeconds());
        contexts.push_back(Simulator::GetContext());
    }

    /// Schedules a note from the present context.
    void Plan(int what, int64_t ms)
    {
        ids[what] = Simulator::Schedule(MilliSeconds(ms), &GuestClockTest::Note, this, what);
    }

    /// Plans notes in a context at a time.
    void PlanIn(uint32_t context, int64_t at, int what, int64_t ms)
    {
        Simulator::ScheduleWithContext(
            context, MilliSeconds(at), &GuestClockTest::Plan, this, what, ms);
    }

    void At(int64_t ms, void (*what)(uint32_t))
    {
        Simulator::Schedule(MilliSeconds(ms), what, GUEST);
    }

    using Log = std::vector<std::pair<int, int64_t>>;
    Log log;
    std::vector<uint32_t> contexts;
    std::map<int, EventId> ids;
};

TEST_F(GuestClockTest, EventsMoveByTheFreeze)
{
    PlanIn(GUEST, 0, 1, 50);  // before the freeze
    PlanIn(GUEST, 0, 2, 150); // due while frozen
    PlanIn(GUEST, 0, 3, 500); // due after the thaw
    PlanIn(OTHER, 0, 4, 150); // not a guest
    At(100, &GuestClock::Freeze);
    At(300, &GuestClock::Thaw);
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 50}, {4, 150}, {2, 350}, {3, 700}}));
    EXPECT_EQ(contexts, (std::vector<uint32_t>{GUEST, OTHER, GUEST, GUEST}));
    EXPECT_EQ(GuestClock::GetPausedTime(GUEST), MilliSeconds(200));
    EXPECT_EQ(GuestClock::GetPausedTime(OTHER), Time(0));
}

TEST_F(GuestClockTest, OrderIsKeptWhateverWasPlannedFirst)
{
    // All four are due at guest time 200: two planned before, one between, one after the freezes.
    PlanIn(GUEST, 10, 1, 190);
    PlanIn(GUEST, 20, 2, 180);
    At(50, &GuestClock::Freeze);
    At(60, &GuestClock::Thaw);
    PlanIn(GUEST, 70, 3, 130); // guest time 70 at 80 ms: due at 200
    At(100, &GuestClock::Freeze);
    At(150, &GuestClock::Thaw);
    PlanIn(GUEST, 155, 4, 45); // planned in real time 155, moved to 215: guest time 155
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 260}, {2, 260}, {3, 260}, {4, 260}}));
}

TEST_F(GuestClockTest, HeldInOrderOfDueTimeThenOfPlanning)
{
    PlanIn(GUEST, 0, 3, 130);
    PlanIn(GUEST, 0, 1, 110);
    PlanIn(GUEST, 0, 2, 110);
    At(100, &GuestClock::Freeze);
    At(1000, &GuestClock::Thaw);
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 1010}, {2, 1010}, {3, 1030}}));
}

TEST_F(GuestClockTest, SameInstantAsTheFreezeWaits)
{
    At(100, &GuestClock::Freeze);
    PlanIn(GUEST, 0, 1, 100); // planned after the freeze event, for the same instant
    At(200, &GuestClock::Thaw);
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 200}}));
}

TEST_F(GuestClockTest, CatchUpRunsAtOnceWhatIsLate)
{
    GuestClock::Freeze(GUEST);
    PlanIn(GUEST, 10, 1, 10);
    PlanIn(GUEST, 5, 2, 500);
    At(100, &GuestClock::CatchUp);
    Simulator::Run();
    // Planning itself was held until 100.
    EXPECT_EQ(log, (Log{{1, 110}, {2, 600}}));
    EXPECT_EQ(GuestClock::GetPausedTime(GUEST), Time(0));
}

TEST_F(GuestClockTest, RawEventsRunThroughTheFreezeInTheContext)
{
    GuestClock::Freeze(GUEST);
    GuestClock::ScheduleRaw(GUEST, MilliSeconds(7), MakeEvent(&GuestClockTest::Note, this, 1));
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 7}}));
    EXPECT_EQ(contexts, std::vector<uint32_t>{GUEST});
}

/// What an EventId says of an event planned at 0 for 150, frozen from 100 to 300.
class EventIdTest : public GuestClockTest
{
  public:
    void SetUp() override
    {
        GuestClockTest::SetUp();
        PlanIn(GUEST, 0, 1, 150);
        At(100, &GuestClock::Freeze);
        At(300, &GuestClock::Thaw);
    }

    void Look()
    {
        left.push_back(Simulator::GetDelayLeft(ids[1]).GetMilliSeconds());
        expired.push_back(ids[1].IsExpired());
    }

    void LookAt(std::vector<int64_t> times)
    {
        for (const int64_t ms : times)
        {
            Simulator::Schedule(MilliSeconds(ms), &EventIdTest::Look, this);
        }
    }

    std::vector<int64_t> left;
    std::vector<bool> expired;
};

TEST_F(EventIdTest, DelayLeftAndIsExpired)
{
    LookAt({50, 101, 200, 310, 349, 351});
    Simulator::Run();
    EXPECT_EQ(left, (std::vector<int64_t>{100, 50, 50, 40, 1, 0}));
    EXPECT_EQ(expired, (std::vector<bool>{false, false, false, false, false, true}));
    EXPECT_EQ(log, (Log{{1, 350}}));
}

TEST_F(EventIdTest, CancelBeforeDuringAndAfter)
{
    for (const int64_t when : {50, 200, 320})
    {
        Reset();
        log.clear();
        SetUp();
        Simulator::Schedule(MilliSeconds(when),
                            [this]
                            {
                                EXPECT_FALSE(ids[1].IsExpired());
                                ids[1].Cancel();
                                EXPECT_TRUE(ids[1].IsExpired());
                                EXPECT_EQ(Simulator::GetDelayLeft(ids[1]), Time(0));
                                ids[1].Cancel(); // a second time does nothing
                            });
        Simulator::Run();
        EXPECT_EQ(log, Log{}) << when;
    }
}

TEST_F(EventIdTest, RemoveBeforeDuringAndAfter)
{
    for (const int64_t when : {50, 200, 320})
    {
        Reset();
        log.clear();
        SetUp();
        Simulator::Schedule(MilliSeconds(when),
                            [this]
                            {
                                ids[1].Remove();
                                EXPECT_TRUE(ids[1].IsExpired());
                                ids[1].Remove();
                            });
        Simulator::Run();
        EXPECT_EQ(log, Log{}) << when;
    }
}

TEST_F(EventIdTest, PlannedWhileFrozen)
{
    // A raw event in the guest's context plans while the clock stands still.
    GuestClock::ScheduleRaw(
        GUEST, MilliSeconds(150), MakeEvent(&GuestClockTest::Plan, this, 7, int64_t(20)));
    GuestClock::ScheduleRaw(
        GUEST, MilliSeconds(160), MakeEvent(&GuestClockTest::Plan, this, 8, int64_t(20)));
    Simulator::Schedule(MilliSeconds(250),
                        [this]
                        {
                            EXPECT_FALSE(ids[7].IsExpired());
                            EXPECT_EQ(Simulator::GetDelayLeft(ids[7]), MilliSeconds(20));
                            EXPECT_NE(ids[7], ids[8]);
                            ids[8].Cancel();
                            EXPECT_FALSE(ids[7].IsExpired());
                        });
    Simulator::Run();
    EXPECT_EQ(log, (Log{{7, 320}, {1, 350}}));
}

TEST_F(EventIdTest, ExpiredWhileItRuns)
{
    Simulator::ScheduleWithContext(GUEST,
                                   Time(0),
                                   [this]
                                   {
                                       ids[2] =
                                           Simulator::Schedule(MilliSeconds(1),
                                                               [this]
                                                               {
                                                                   EXPECT_TRUE(ids[2].IsExpired());
                                                                   ids[2].Cancel();
                                                                   Note(2);
                                                               });
                                   });
    Simulator::Run();
    EXPECT_EQ(log, (Log{{2, 1}, {1, 350}}));
}

TEST_F(EventIdTest, DestroyEventsAndForeignIdsAreAsBefore)
{
    bool destroyed = false;
    EventId id = Simulator::ScheduleDestroy(
        +[](bool* flag)
        {
            *flag = true;
        },
        &destroyed);
    EXPECT_FALSE(id.IsExpired());
    EXPECT_TRUE(EventId().IsExpired());
    EventId plain = Simulator::Schedule(MilliSeconds(5), &GuestClockTest::Note, this, 5);
    EXPECT_EQ(Simulator::GetDelayLeft(plain), MilliSeconds(5));
    plain.Remove();
    Simulator::Run();
    Simulator::Destroy();
    EXPECT_TRUE(destroyed);
    EXPECT_EQ(log, (Log{{1, 350}}));
}

TEST_F(GuestClockTest, ManyFreezesWithPeriodicTimer)
{
    // A timer each 10 ms of guest time; frozen for 5 ms out of every 20 ms of simulated time.
    struct Timer
    {
        void Tick()
        {
            ticks++;
            Simulator::Schedule(MilliSeconds(10), &Timer::Tick, this);
        }

        int ticks = 0;
    } timer;

    Simulator::ScheduleWithContext(GUEST, MilliSeconds(10), &Timer::Tick, &timer);
    for (int64_t t = 13; t < 1000; t += 20)
    {
        At(t, &GuestClock::Freeze);
        At(t + 5, &GuestClock::Thaw);
    }
    Simulator::Stop(MilliSeconds(1000));
    Simulator::Run();
    EXPECT_EQ(GuestClock::GetPausedTime(GUEST), MilliSeconds(250));
    EXPECT_EQ(timer.ticks, 74); // guest time 750 at the end; the tick due then is not run any more
}

TEST_F(GuestClockTest, DestroyLetsGoOfWhatIsPending)
{
    struct Counted : public SimpleRefCount<Counted>
    {
        explicit Counted(int* alive)
            : m_alive(alive)
        {
            ++*m_alive;
        }

        ~Counted()
        {
            --*m_alive;
        }

        void Go()
        {
        }

        int* m_alive;
    };

    int alive = 0;
    for (int i = 0; i < 3; ++i)
    {
        Simulator::ScheduleWithContext(GUEST, Seconds(i), &Counted::Go, Create<Counted>(&alive));
    }
    At(500, &GuestClock::Freeze);
    Simulator::Run();
    EXPECT_GE(alive, 2);
    Simulator::Destroy();
    EXPECT_EQ(alive, 0);
}

TEST_F(GuestClockTest, UnknownContext)
{
    EXPECT_THROW(GuestClock::Freeze(OTHER), std::invalid_argument);
    EXPECT_THROW(GuestClock::Thaw(99), std::invalid_argument);
    EXPECT_FALSE(GuestClock::IsFrozen(OTHER));
    GuestClock::Freeze(GUEST);
    GuestClock::Freeze(GUEST); // no effect
    EXPECT_TRUE(GuestClock::IsFrozen(GUEST));
}

class NoGuestClockTest : public SimTest
{
};

TEST_F(NoGuestClockTest, DefaultEngineHasNone)
{
    EXPECT_FALSE(GuestClock::IsAvailable());
    GuestClock::AddGuest(1);
    GuestClock::Freeze(1);
    EXPECT_FALSE(GuestClock::IsFrozen(1));
    EXPECT_EQ(GuestClock::GetPausedTime(1), Time(0));
}

} // namespace
} // namespace vmm
} // namespace ns3
