// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/guest-clock.h"
#include "ns3/guest-timeline.h"
#include "ns3/make-event.h"
#include "ns3/random-variable-stream.h"
#include "ns3/simulator.h"

#include "sim-fixture.h"

#include <cmath>
#include <limits>
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

class GuestSpeedTest : public SimTest
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
    }

    void Plan(int what, int64_t ms)
    {
        ids[what] = Simulator::Schedule(MilliSeconds(ms), &GuestSpeedTest::Note, this, what);
    }

    /// The guest plans a note at a simulated time, to come after a delay of its own.
    void PlanIn(int64_t at, int what, int64_t ms)
    {
        GuestClock::ScheduleRaw(
            GUEST, MilliSeconds(at), MakeEvent(&GuestSpeedTest::Plan, this, what, ms));
    }

    void SpeedAt(int64_t ms, double speed)
    {
        Simulator::Schedule(MilliSeconds(ms), &GuestClock::SetSpeed, GUEST, speed);
    }

    void At(int64_t ms, void (*what)(uint32_t))
    {
        Simulator::Schedule(MilliSeconds(ms), what, GUEST);
    }

    static int64_t GuestMs()
    {
        return GuestClock::GetGuestTime(GUEST).GetMilliSeconds();
    }

    using Log = std::vector<std::pair<int, int64_t>>;
    Log log;
    std::map<int, EventId> ids;
};

TEST_F(GuestSpeedTest, WhatIsPendingAndWhatIsPlannedTakesLonger)
{
    PlanIn(0, 1, 50);     // before the change
    PlanIn(0, 2, 200);    // 100 of its 200 ms are left at the change: 400 ms more
    PlanIn(300, 3, 60);   // planned while slow: 240 ms
    PlanIn(300, 4, 1000); // 100 ms of guest time by 700, the other 900 at full speed
    SpeedAt(100, 0.25);
    SpeedAt(700, 1);
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 50}, {2, 500}, {3, 540}, {4, 1600}}));
    EXPECT_EQ(GuestClock::GetPausedTime(GUEST), MilliSeconds(450));
}

TEST_F(GuestSpeedTest, OtherContextsAndRawEventsAreNotSlowed)
{
    GuestClock::SetSpeed(GUEST, 0.1);
    Simulator::ScheduleWithContext(7, MilliSeconds(5), &GuestSpeedTest::Note, this, 7);
    GuestClock::ScheduleRaw(GUEST, MilliSeconds(6), MakeEvent(&GuestSpeedTest::Note, this, 8));
    Simulator::ScheduleWithContext(GUEST, MilliSeconds(2), &GuestSpeedTest::Note, this, 9);
    Simulator::Run();
    EXPECT_EQ(log, (Log{{7, 5}, {8, 6}, {9, 20}}));
    EXPECT_EQ(GuestClock::GetGuestTime(7), Simulator::Now());
}

TEST_F(GuestSpeedTest, PeriodicTimerDoesNotDrift)
{
    struct Timer
    {
        void Tick()
        {
            const auto expected = std::llround(++ticks * 1000000 / 0.7L);
            worst =
                std::max<int64_t>(worst, std::abs(expected - Simulator::Now().GetNanoSeconds()));
            Simulator::Schedule(MilliSeconds(1), &Timer::Tick, this);
        }

        int64_t ticks = 0;
        int64_t worst = 0;
    } timer;

    GuestClock::SetSpeed(GUEST, 0.7);
    Simulator::ScheduleWithContext(GUEST, MilliSeconds(1), &Timer::Tick, &timer);
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    EXPECT_EQ(timer.ticks, 6999); // the stop is before the tick of the same instant
    EXPECT_EQ(timer.worst, 0);
}

TEST_F(GuestSpeedTest, SpeedChangedInAFreezeCountsFromTheThaw)
{
    PlanIn(0, 1, 150);
    At(100, &GuestClock::Freeze);
    SpeedAt(200, 0.5);
    At(300, &GuestClock::Thaw);
    Simulator::Schedule(MilliSeconds(250),
                        [this]
                        {
                            EXPECT_EQ(GuestMs(), 100);
                            EXPECT_EQ(Simulator::GetDelayLeft(ids[1]), MilliSeconds(50));
                        });
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 400}}));
}

TEST_F(GuestSpeedTest, FreezeWhileSlow)
{
    PlanIn(0, 1, 150);
    SpeedAt(0, 0.5);
    At(100, &GuestClock::Freeze); // guest time 50
    At(1000, &GuestClock::Thaw);
    SpeedAt(1100, 1); // guest time 100
    Simulator::Stop(MilliSeconds(1160));
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 1150}}));
    EXPECT_EQ(GuestMs(), 160);
}

TEST_F(GuestSpeedTest, CatchUpIsAsIfTheFreezeHadNotBeen)
{
    GuestClock::Freeze(GUEST);
    Simulator::ScheduleWithContext(GUEST, MilliSeconds(120), &GuestSpeedTest::Note, this, 1);
    Simulator::ScheduleWithContext(GUEST, MilliSeconds(200), &GuestSpeedTest::Note, this, 2);
    SpeedAt(100, 0.5); // guest time would be 100 here, 150 at 200
    At(200, &GuestClock::CatchUp);
    Simulator::Schedule(MilliSeconds(201),
                        []
                        {
                            EXPECT_EQ(GuestClock::GetGuestTime(GUEST), MicroSeconds(150500));
                        });
    Simulator::Run();
    EXPECT_EQ(log, (Log{{1, 200}, {2, 300}}));
}

TEST_F(GuestSpeedTest, EventIdsStayGood)
{
    for (int id = 1; id <= 4; ++id)
    {
        PlanIn(0, id, 100);
    }
    SpeedAt(50, 0.5);
    Simulator::Schedule(MilliSeconds(49),
                        [this]
                        {
                            ids[1].Cancel();
                        });
    Simulator::Schedule(MilliSeconds(60),
                        [this]
                        {
                            EXPECT_TRUE(ids[1].IsExpired());
                            EXPECT_FALSE(ids[2].IsExpired());
                            EXPECT_EQ(Simulator::GetDelayLeft(ids[2]), MilliSeconds(45));
                            ids[2].Cancel();
                            ids[3].Remove();
                            EXPECT_TRUE(ids[2].IsExpired());
                            EXPECT_TRUE(ids[3].IsExpired());
                            EXPECT_EQ(Simulator::GetDelayLeft(ids[3]), Time(0));
                        });
    // One planned while slow is in the queue at the time that its id names.
    PlanIn(70, 5, 10);
    Simulator::Schedule(MilliSeconds(80),
                        [this]
                        {
                            ids[5].Remove();
                        });
    PlanIn(70, 6, 20);
    SpeedAt(90, 1); // half of it is over
    Simulator::Run();
    EXPECT_EQ(log, (Log{{6, 100}, {4, 120}}));
    EXPECT_TRUE(ids[4].IsExpired());
}

TEST_F(GuestSpeedTest, RangeAndUnknownContexts)
{
    const double wrong[] = {0, -0.5, 1.0001, std::nan(""), std::numeric_limits<double>::infinity()};
    for (const double speed : wrong)
    {
        EXPECT_THROW(GuestClock::SetSpeed(GUEST, speed), std::invalid_argument) << speed;
    }
    EXPECT_THROW(GuestClock::SetSpeed(99, 0.5), std::invalid_argument);
    GuestClock::SetSpeed(GUEST, 1); // no effect
    EXPECT_EQ(GuestClock::GetPausedTime(GUEST), Time(0));
}

/// A guest that is stopped, thawed and changed in speed at random while it plans events at random.
TEST_F(GuestSpeedTest, EveryEventRunsAtItsGuestTimeInEveryOrder)
{
    struct Guest
    {
        void Plan()
        {
            const int64_t delay = random->GetInteger(0, 5000000);
            const int64_t due = GuestClock::GetGuestTime(GUEST).GetTimeStep() + delay;
            Simulator::Schedule(TimeStep(delay), &Guest::Run, this, due, ++planned);
        }

        void Run(int64_t due, int number)
        {
            const int64_t now = GuestClock::GetGuestTime(GUEST).GetTimeStep();
            wrong += now != due;
            wrong += std::make_pair(due, number) <= last; // by due time, then by planning
            last = {due, number};
            ran++;
            Plan();
        }

        void Disturb()
        {
            switch (random->GetInteger(0, 3))
            {
            case 0:
                GuestClock::Freeze(GUEST);
                break;
            case 1:
            case 2:
                GuestClock::Thaw(GUEST);
                break;
            default:
                GuestClock::SetSpeed(GUEST, random->GetValue(0.01, 1));
            }
            Simulator::Schedule(TimeStep(random->GetInteger(0, 3000000)), &Guest::Disturb, this);
        }

        Ptr<UniformRandomVariable> random = CreateObject<UniformRandomVariable>();
        std::pair<int64_t, int> last{-1, 0};
        int planned = 0;
        int ran = 0;
        int wrong = 0;
    } guest;

    guest.random->SetStream(1);
    for (int i = 0; i < 5; ++i)
    {
        GuestClock::ScheduleRaw(GUEST, Time(0), MakeEvent(&Guest::Plan, &guest));
    }
    Simulator::Schedule(MilliSeconds(1), &Guest::Disturb, &guest);
    Simulator::Stop(Seconds(20));
    Simulator::Run();
    EXPECT_EQ(guest.wrong, 0);
    EXPECT_GT(guest.ran, 5000);
}

TEST(GuestTimelineTest, PiecesOfALine)
{
    GuestTimeline clock;
    EXPECT_EQ(clock.GetTime(1000), 1000);
    EXPECT_EQ(clock.GetWhen(1500), 1500);
    clock.SetSpeed(1000, 0.1);
    EXPECT_EQ(clock.GetTime(1100), 1010);
    EXPECT_EQ(clock.GetWhen(1011), 1110);
    clock.Freeze(1100);
    clock.Freeze(1200); // no effect
    EXPECT_EQ(clock.GetTime(5000), 1010);
    clock.Thaw(5000);
    clock.Thaw(5500); // no effect
    EXPECT_EQ(clock.GetTime(6000), 1110);
    clock.CatchUp(); // no effect
    EXPECT_EQ(clock.GetTime(6000), 1110);
    EXPECT_EQ(clock.GetWhen(std::numeric_limits<int64_t>::max()),
              std::numeric_limits<int64_t>::max());
}

} // namespace
} // namespace vmm
} // namespace ns3
