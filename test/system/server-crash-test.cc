// SPDX-License-Identifier: GPL-2.0-only
// A server crashes at some moment of a move.
#include "ns3/incoming-copy.h"
#include "ns3/vm-manager.h"

#include "failure-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

class ServerCrashTest : public FailureTest
{
  protected:
    void SetUp() override
    {
        FailureTest::SetUp();
        SetKey("duration", "200s"); // all timeouts are over by then
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,one,web,udp-probe,500ms,3s,1ms,100B\n";
    }

    // The VM's life, watched from its boot.
    void Watch()
    {
        states.clear();
        VmDirectory::Find("web")->TraceConnectWithoutContext(
            "State",
            Callback<void, Ptr<const Vm>, VmState, VmState>(
                [&](Ptr<const Vm>, VmState, VmState after)
                {
                    states.push_back(after);
                }));
    }

    void RunCrash(double seconds, const std::string& server)
    {
        Build();
        Watch();
        At(seconds,
           server,
           [this, server]()
           {
               Server(server).hypervisor->Fail();
           });
        for (const auto& line : Finish())
        {
            // Whatever the outcome, the books balance.
            EXPECT_EQ(line.rfind("migration m1", 0), 0u) << line;
        }
        EXPECT_EQ(Summary("unaccounted"), 0);
        EXPECT_LE(Serving("web").size(), 1u);
    }

    std::vector<VmState> states;
};

// Octets that the crashed host's stack still acknowledged filled its window, which nobody read:
// ns-3's TCP at the source crashed.
TEST_F(ServerCrashTest, DestinationInTheCopy)
{
    // 4 MiB over 1 Gb/s take 34 ms.
    RunCrash(1.015, "server-2-0");
    // Something broke and the VM never stopped.
    EXPECT_EQ(Outcome("m1"), "failed");
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-0-0"});
    EXPECT_TRUE(LostAt("probe").empty());
    EXPECT_EQ(states,
              (std::vector<VmState>{VmState::RUNNING, VmState::MIGRATING, VmState::RUNNING}));
}

// All the copy is in the source's socket when the destination goes. Its stack acknowledged it all,
// and the source waited for ever.
TEST_F(ServerCrashTest, DestinationWithTheCopyOnItsWay)
{
    // 512 KiB over 100 Mb/s take 44 ms.
    SetKey("server_rate", "100Mbps");
    files["vms.csv"] = "vm,nve,memory\nweb,server-0-0,512KiB\none,server-1-0,4MiB\n";
    RunCrash(1.015, "server-2-0");
    EXPECT_EQ(Outcome("m1"), "failed");
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-0-0"});
    EXPECT_EQ(Bound("web"), AddressOf("server-0-0"));
    EXPECT_TRUE(LostAt("probe").empty());
    EXPECT_EQ(states,
              (std::vector<VmState>{VmState::RUNNING, VmState::MIGRATING, VmState::RUNNING}));
}

TEST_F(ServerCrashTest, SourceInTheCopy)
{
    RunCrash(1.015, "server-0-0");
    // The VM is lost with its server: it never runs anywhere again.
    EXPECT_EQ(Outcome("m1"), "failed");
    EXPECT_TRUE(Serving("web").empty());
    EXPECT_EQ(states,
              (std::vector<VmState>{VmState::RUNNING, VmState::MIGRATING, VmState::STOPPED}));
    EXPECT_FALSE(Server("server-2-0").hypervisor->IsReserved("web"));
    // From 1.015 s to 3 s at 1 kHz.
    EXPECT_NEAR(LostAt("probe").size(), 1985, 1);
    EXPECT_EQ(Causes("probe"), std::set<std::string>{"host"});
}

TEST_F(ServerCrashTest, DestinationAfterTheMove)
{
    RunCrash(1.5, "server-2-0");
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_TRUE(Serving("web").empty());
    EXPECT_EQ(states.back(), VmState::STOPPED);
    // From 1.5 s to 3 s at 1 kHz, after what the move itself cost.
    size_t after = 0;
    for (double sent : LostAt("probe"))
    {
        after += sent > 1.4;
    }
    EXPECT_NEAR(after, 1500, 1);
}

// What the source holds back for the stopped VM goes with it. The destination has all of the copy.
TEST_F(ServerCrashTest, SourceThatHoldsPackets)
{
    SetKey("ns3::vmm::Nve::DepartedBufferPackets", "1000");
    const Course course = Learn();
    ASSERT_GT(course.resume - course.stop, 0.01); // ResumeDelay
    const double crash = course.resume - 0.0005;
    RunCrash(crash, "server-0-0");
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-2-0"});
    // One a millisecond, held from the stop on; some more die until the routers are told.
    EXPECT_EQ(Causes("probe"), std::set<std::string>{"host"});
    size_t held = 0;
    for (double sent : LostAt("probe"))
    {
        held += sent < crash - 0.0001;
    }
    EXPECT_NEAR(held, (crash - course.stop) * 1000, 1);
    EXPECT_EQ(Summary("in_flight_packets"), 0);
    ExpectNoLossAfter("probe", course.resume + 0.002);
}

namespace
{
/// Which server crashes, and in which part of the move.
struct Sweep
{
    const char* server; //!< who
    bool copy;          //!< from the order to the stop; else from the stop to COMMIT
};
} // namespace

/// The crash time is swept over a whole move in a small fabric.
class ServerCrashSweepTest : public ServerCrashTest, public ::testing::WithParamInterface<Sweep>
{
  protected:
    void SetUp() override
    {
        ServerCrashTest::SetUp();
        SetKey("leaves", "2");
        SetKey("spines", "1");
        SetKey("server_rate", "100Mbps");
        SetKey("duration", "260s");
        files["vms.csv"] = "vm,nve,memory\nweb,server-0-0,512KiB\none,server-0-1,1MiB\n";
        files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-1-0\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,one,web,udp-probe,990ms,255s,100ms,100B\n";
    }

    // When the source runs the VM again, nothing at the destination may start it or run it.
    void WatchRollBack()
    {
        Server("server-0-0")
            .agent->TraceConnectWithoutContext(
                "RolledBack",
                Callback<void, const CopyEvent&>(
                    [&](const CopyEvent&)
                    {
                        rollBacks++;
                        auto copy = Server("server-1-0").agent->FindIncoming(1);
                        EXPECT_TRUE(!copy || copy->GetState() == IncomingCopy::State::ENDED ||
                                    copy->GetState() == IncomingCopy::State::SUSPENDED);
                    }));
    }

    void Crash(double seconds, const std::string& server);
    void ExpectLostDestination();
    void ExpectLostSource();

    std::string Expected(double seconds, const std::string& server) const;

    Course course;
    int rollBacks = 0;
};

void
ServerCrashSweepTest::Crash(double seconds, const std::string& server)
{
    SCOPED_TRACE(server + " at " + std::to_string(seconds));
    rollBacks = 0;
    Build();
    Watch();
    WatchRollBack();
    At(seconds,
       server,
       [this, server]()
       {
           Server(server).hypervisor->Fail();
       });
    for (const auto& line : Finish())
    {
        EXPECT_EQ(line.rfind("migration m1", 0), 0u) << line;
    }
    EXPECT_EQ(Summary("unaccounted"), 0);
    EXPECT_EQ(run->GetMobility().GetVmManager()->GetMove(1)->state, MoveState::CLOSED);
    EXPECT_EQ(run->GetMobility().GetVmManager()->GetVm("web")->move, 0u);
    const std::string expected = Expected(seconds, server);
    EXPECT_TRUE(expected.empty() || Outcome("m1") == expected)
        << Outcome("m1") << ", expected " << expected;
    server == "server-0-0" ? ExpectLostSource() : ExpectLostDestination();
}

void
ServerCrashSweepTest::ExpectLostDestination()
{
    EXPECT_FALSE(Server("server-0-0").hypervisor->IsReserved("web"));
    if (Outcome("m1") == "completed")
    {
        EXPECT_EQ(states.back(), VmState::STOPPED); // lost with its server
        EXPECT_TRUE(Serving("web").empty());
        EXPECT_EQ(rollBacks, 0);
        return;
    }
    EXPECT_EQ(Outcome("m1"), rollBacks ? "rolled-back" : "failed");
    EXPECT_EQ(states.back(), VmState::RUNNING);
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-0-0"});
    EXPECT_EQ(Bound("web"), AddressOf("server-0-0"));
    // 120 s for the resume, 60 s for the ABORT.
    ExpectNoLossAfter("probe", rollBacks ? 182 : 0);
}

void
ServerCrashSweepTest::ExpectLostSource()
{
    EXPECT_EQ(rollBacks, 0);
    EXPECT_FALSE(Server("server-1-0").hypervisor->IsReserved("web"));
    if (Outcome("m1") == "completed")
    {
        EXPECT_EQ(states.back(), VmState::RUNNING);
        EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-1-0"});
        EXPECT_EQ(Bound("web"), AddressOf("server-1-0"));
        ExpectNoLossAfter("probe", 1.2);
        return;
    }
    EXPECT_EQ(Outcome("m1"), "failed");
    EXPECT_EQ(states.back(), VmState::STOPPED);
    EXPECT_TRUE(Serving("web").empty());
    EXPECT_EQ(Causes("probe"), std::set<std::string>{"host"});
}

// How the move must end; empty where a message is on its way.
std::string
ServerCrashSweepTest::Expected(double seconds, const std::string& server) const
{
    constexpr double NEAR = 0.001;
    constexpr double RESUME_DELAY = 0.01; // from the last octet to the resume
    const bool source = server == "server-0-0";
    // The source is needed until the destination has all; the destination for good.
    const double needed = source ? course.resume - RESUME_DELAY : course.resume + NEAR;
    if (seconds > needed)
    {
        return "completed";
    }
    if (seconds > needed - NEAR)
    {
        return "";
    }
    return source || seconds < course.stop ? "failed" : "rolled-back";
}

TEST_P(ServerCrashSweepTest, EveryMoment)
{
    course = Learn();
    // The order goes out at 1 s; COMMIT is acknowledged well within 3 ms of the resume.
    const double begin = GetParam().copy ? 0.9995 : course.stop - 0.0005;
    const double end = GetParam().copy ? course.stop : course.resume + 0.003;
    constexpr int STEPS = 12;
    for (int i = 0; i < STEPS; ++i)
    {
        Crash(begin + i * (end - begin) / STEPS, GetParam().server);
    }
}

INSTANTIATE_TEST_SUITE_P(Moments,
                         ServerCrashSweepTest,
                         ::testing::Values(Sweep{"server-1-0", true},
                                           Sweep{"server-1-0", false},
                                           Sweep{"server-0-0", true},
                                           Sweep{"server-0-0", false}));
