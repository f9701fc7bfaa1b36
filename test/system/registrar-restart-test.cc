// SPDX-License-Identifier: GPL-2.0-only
// The management node loses all that it knew and starts again.
#include "failure-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

class RegistrarRestartTest : public FailureTest
{
  protected:
    void SetUp() override
    {
        FailureTest::SetUp();
        // Bindings are refreshed every 4 s: the VMs' at their servers at 4 s and 8 s, web's 4 s
        // after it has registered behind server-2-0, at about 1.05 s.
        SetKey("ns3::vmm::Nve::Lifetime", "8s");
        SetKey("duration", "13s");
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "one,one,web,udp-probe,500ms,12s,10ms,100B\n"
                               "three,three,web,udp-probe,500ms,12s,10ms,100B\n"
                               "near,near,web,udp-probe,500ms,12s,10ms,100B\n";
    }

    Nva& Mn()
    {
        return *run->GetMobility().GetNva();
    }

    // Has the management node down for a time.
    void Down(double from, double until)
    {
        At(from,
           "mn",
           [this]()
           {
               Mn().Fail();
               EXPECT_FALSE(Mn().IsUp());
               EXPECT_EQ(Mn().GetBindings().GetBoundCount(), 0u);
           });
        At(until,
           "mn",
           [this]()
           {
               Mn().Restart();
               EXPECT_TRUE(Mn().IsUp());
               EXPECT_EQ(Mn().GetBindings().GetBoundCount(), 0u);
           });
    }

    void ExpectFinish()
    {
        EXPECT_EQ(Finish(), std::vector<std::string>());
        EXPECT_EQ(Summary("unaccounted"), 0);
    }

    // Registration messages on the wire about a VM.
    size_t CountMessages(const std::string& vm, double from, double until) const
    {
        size_t count = 0;
        for (const auto& row : Trace("messages").Where({{"kind", "registration"}, {"vm", vm}}))
        {
            const double time = std::stod(row.at("time_s"));
            count += time >= from && time < until;
        }
        return count;
    }

    // The next hops of the host routes to web at a time, by node.
    std::map<std::string, std::string> RoutesAt(double time) const
    {
        std::map<std::string, std::string> routes;
        for (const auto& row :
             Trace("routes").Where({{"prefix", "10.0.0.1/32"}, {"owner", "registration"}}))
        {
            if (std::stod(row.at("time_s")) > time)
            {
                break;
            }
            if (row.at("action") == "remove")
            {
                routes.erase(row.at("node"));
            }
            else
            {
                routes[row.at("node")] = row.at("next_hops");
            }
        }
        return routes;
    }

    // No packet that was sent in this time is lost.
    void ExpectNoLossBetween(double from, double until) const
    {
        for (const std::string flow : {"one", "three", "near"})
        {
            for (double sent : LostAt(flow))
            {
                EXPECT_FALSE(sent > from && sent < until) << flow << " at " << sent;
            }
        }
    }

    void ExpectMoved(const std::string& migration, const std::string& server)
    {
        EXPECT_EQ(Outcome(migration), "completed");
        EXPECT_EQ(Serving("web"), std::vector<std::string>{server});
        EXPECT_EQ(Bound("web"), AddressOf(server));
    }
};

TEST_F(RegistrarRestartTest, FailAndRestart)
{
    Build();
    EXPECT_FALSE(Mn().IsUp());
    EXPECT_NO_THROW(Mn().Fail()); // it does not run yet
    EXPECT_THROW(Mn().Restart(), std::logic_error);
    std::vector<bool> up;
    Mn().TraceConnectWithoutContext("Up",
                                    Callback<void, bool, bool>(
                                        [&](bool, bool now)
                                        {
                                            up.push_back(now);
                                        }));
    Down(2, 3);
    At(2.5,
       "mn",
       [this]()
       {
           EXPECT_NO_THROW(Mn().Fail());
       });
    At(3.5,
       "mn",
       [this]()
       {
           EXPECT_THROW(Mn().Restart(), std::logic_error);
       });
    ExpectFinish();
    EXPECT_EQ(up, (std::vector<bool>{true, false, true}));
}

// After a move: the triangle stays, refreshes make the bindings anew, and later moves are as if
// nothing had happened.
TEST_F(RegistrarRestartTest, SteadyState)
{
    files["moves.csv"] = "migration,time,vm,to\n"
                         "m1,1s,web,server-2-0\n"
                         "m2,7s,web,server-3-0\n"
                         "m3,10s,web,server-0-0\n";

    // Each message with its reply: the source NVEs; the routers leaf-2, spine-0, leaf-0, then
    // leaf-3, spine-0, leaf-2, leaf-0, and all four withdrawn at the return.
    struct Cost
    {
        std::string scheme;
        size_t rebuild;
        size_t m2;
        size_t m3;
    };

    const Cost costs[] = {
        {"host-route:Redirect=Path", 2 + 2 * 1 + 2 * 3, 2 + 2 * 2 + 2 * 4, 2 + 2 * 2 + 2 * 4},
        {"host-route:Redirect=Tunnel", 2 + 2 * 1, 2 + 2 * 2, 2 + 2 * 2}};
    for (const auto& cost : costs)
    {
        for (bool restart : {false, true})
        {
            SCOPED_TRACE(cost.scheme + (restart ? ", restart" : ""));
            Build(cost.scheme);
            if (restart)
            {
                Down(2, 3);
            }
            At(6.5,
               "mn",
               [this]()
               {
                   EXPECT_EQ(Mn().GetBindings().GetBoundCount(), 5u);
                   EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
                   EXPECT_EQ(Bound("near"), AddressOf("server-0-0"));
               });
            ExpectFinish();
            // The routes are in place all the time.
            EXPECT_EQ(RoutesAt(1.9), RoutesAt(6.9));
            EXPECT_EQ(RoutesAt(1.9).count("server-0-0"), 1u);
            ExpectNoLossBetween(Move("m1", "control_converged_s"), 6.99);
            EXPECT_EQ(CountMessages("near", 3.5, 4.5), 2u);
            EXPECT_EQ(CountMessages("web", 4.5, 6), restart ? cost.rebuild : 2u);
            EXPECT_EQ(CountMessages("web", 7, 7.9), cost.m2);
            EXPECT_EQ(Move("m2", "control_messages"), static_cast<double>(cost.m2));
            ExpectNoLossBetween(Move("m2", "control_converged_s"), 9.99);
            EXPECT_EQ(CountMessages("web", 10, 10.9), cost.m3);
            ExpectNoLossBetween(Move("m3", "control_converged_s"), 13);
            ExpectMoved("m3", "server-0-0");
            // No router keeps a route.
            const auto left = RoutesAt(13);
            EXPECT_EQ(left.size(), 2u);
            EXPECT_EQ(left.count("server-2-0") + left.count("server-3-0"), 2u);
        }
    }
}

// It is down when the destination registers: the request comes again after a second, and the
// binding is new to the management node.
TEST_F(RegistrarRestartTest, DownWhenTheDestinationRegisters)
{
    files["moves.csv"] = "migration,time,vm,to\n"
                         "m1,1s,web,server-2-0\n"
                         "m2,7s,web,server-3-0\n";
    Build();
    Down(1.01, 1.5);
    ExpectFinish();
    const double resume = Move("m1", "resume_s");
    EXPECT_NEAR(Move("m1", "mn_updated_s"), resume + 1, 0.001);
    // Two requests and a reply, the source and three routers.
    EXPECT_EQ(CountMessages("web", 1, 3), 3 + 2 * 1 + 2 * 3u);
    ExpectNoLossBetween(resume + 1.01, 6.99);
    for (const std::string flow : {"one", "three", "near"})
    {
        // From the stop to the redirect, one each 10 ms.
        EXPECT_NEAR(LostAt(flow).size(), (resume + 1 - Move("m1", "stop_s")) * 100, 5) << flow;
        EXPECT_LE(Causes(flow).size(), 2u);
    }
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(CountMessages("web", 7, 7.9), 2 + 2 * 2 + 2 * 4u);
    ExpectMoved("m2", "server-3-0");
    ExpectNoLossBetween(Move("m2", "control_converged_s"), 13);
}

// It dies with its answer to the destination, before anybody else has been told of the move. The
// destination's refresh, 4 s later, is the first that it hears of the VM again.
TEST_F(RegistrarRestartTest, DiesBeforeItTellsOfTheMove)
{
    const Course course = Learn();
    const double updated = Move("m1", "mn_updated_s");
    Build();
    Down(updated + 1e-7, 2);
    ExpectFinish();
    ExpectMoved("m1", "server-2-0");
    EXPECT_EQ(Move("m1", "mn_updated_s"), updated);
    // The first router's order was on the wire already.
    EXPECT_EQ(RoutesAt(5).size(), 1u);
    EXPECT_EQ(RoutesAt(5).count("leaf-2"), 1u);
    EXPECT_EQ(RoutesAt(6).size(), 4u);
    const double rebuilt = updated + 4;
    EXPECT_EQ(CountMessages("web", rebuilt - 0.1, rebuilt + 1), 2 + 2 * 1 + 2 * 3u);
    for (const std::string flow : {"one", "three", "near"})
    {
        EXPECT_NEAR(LostAt(flow).size(), (rebuilt - course.stop) * 100, 5) << flow;
    }
    ExpectNoLossBetween(rebuilt + 0.01, 13);
}

// The moment of the crash is swept over the move: to the last reply of those that are told.
TEST_F(RegistrarRestartTest, EveryMomentOfAMove)
{
    const Course course = Learn();
    const double end = Move("m1", "control_converged_s");
    ASSERT_GT(end, course.resume);
    constexpr int STEPS = 8;
    for (int i = 0; i < 2 * STEPS; ++i)
    {
        // The copy first, then the microseconds of the signalling.
        const double crash = i < STEPS
                                 ? 1 + i * (course.resume - 1) / STEPS
                                 : course.resume + (i - STEPS + 1) * (end - course.resume) / STEPS;
        SCOPED_TRACE(crash);
        Build();
        Down(crash, crash + 0.3);
        ExpectFinish();
        ExpectMoved("m1", "server-2-0");
        // Nobody has heard the destination's request: it comes again after 1 s. Else the answer may
        // have been the registrar's last word, and the refresh comes after 4 s.
        ExpectNoLossBetween(course.resume + (crash < course.resume ? 1.01 : 4.01), 13);
        for (const std::string flow : {"one", "three", "near"})
        {
            EXPECT_EQ(Causes(flow).count("ttl"), 0u) << flow;
        }
        EXPECT_EQ(RoutesAt(12).size(), 4u);
    }
}

// The refresh comes while it is down: it is sent after 1 s and after 2 s more.
TEST_F(RegistrarRestartTest, DownWhenABindingIsRefreshed)
{
    Build();
    Down(2, 6.5);
    std::map<std::string, double> created;
    Mn().TraceConnectWithoutContext("Binding",
                                    Callback<void, const BindingEntry&, BindingVerdict>(
                                        [&](const BindingEntry& entry, BindingVerdict verdict)
                                        {
                                            if (verdict == BindingVerdict::CREATED)
                                            {
                                                created[entry.vm.vmId] =
                                                    Simulator::Now().GetSeconds();
                                            }
                                        }));
    ExpectFinish();
    EXPECT_NEAR(created["web"], Move("m1", "mn_updated_s") + 4 + 3, 0.01);
    EXPECT_NEAR(created["near"], 4 + 3, 0.01);
    EXPECT_EQ(Mn().GetBindings().GetBoundCount(), 5u);
    ExpectMoved("m1", "server-2-0");
    ExpectNoLossBetween(Move("m1", "control_converged_s"), 13);
}

// It is down for longer than anybody sends a refresh.
TEST_F(RegistrarRestartTest, RefreshThatWasGivenUp)
{
    SetKey("ns3::vmm::RegistrationEndpoint::MaxRetransmissions", "2");
    SetKey("ns3::vmm::Nve::RefreshRetry", "2s");
    SetKey("duration", "26s");
    files["moves.csv"] = "migration,time,vm,to\n"
                         "m1,1s,web,server-2-0\n"
                         "m2,24s,web,server-3-0\n";
    Build();
    Down(2, 20);
    // Sent at 5.05, 6.05 and 8.05 s, given up at 12.05 s; at 14.05, 15.05 and 17.05 s, given up at
    // 21.05 s; at 23.05 s.
    At(23,
       "mn",
       [this]()
       {
           EXPECT_FALSE(Bound("web"));
       });
    At(23.5,
       "mn",
       [this]()
       {
           EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
       });
    ExpectFinish();
    ExpectNoLossBetween(Move("m1", "control_converged_s"), 13);
    // The VM Manager heard nothing of it: the VM can be moved.
    ExpectMoved("m2", "server-3-0");
    EXPECT_EQ(CountMessages("web", 24, 24.9), 2 + 2 * 2 + 2 * 4u);
}

// A late refresh of the source comes first. It makes a binding, which moves no route, and which the
// destination's newer epoch beats.
TEST_F(RegistrarRestartTest, LateRefreshOfTheSourceComesFirst)
{
    Build();
    Down(2, 3);
    std::optional<RegistrationMessage> reply;
    SendAt(
        3.5,
        "server-0-0",
        Registrar(),
        [this]()
        {
            auto late = Claim("web", 1, 65000);
            late.flags |= REGISTRATION_REFRESH;
            return late;
        },
        reply);
    std::optional<RegistrationMessage> again;
    SendAt(
        6,
        "server-0-0",
        Registrar(),
        [this]()
        {
            auto late = Claim("web", 1, 65001);
            late.flags |= REGISTRATION_REFRESH;
            return late;
        },
        again);
    At(4.5,
       "mn",
       [this]()
       {
           EXPECT_EQ(Bound("web"), AddressOf("server-0-0"));
       });
    ExpectFinish();
    ASSERT_TRUE(reply && again);
    EXPECT_EQ(reply->status, RegistrationStatus::ACCEPTED);
    EXPECT_EQ(again->status, RegistrationStatus::STALE_SEQUENCE);
    EXPECT_EQ(again->servingNve, AddressOf("server-2-0"));
    EXPECT_EQ(RoutesAt(1.9), RoutesAt(12));
    ExpectMoved("m1", "server-2-0");
    ExpectNoLossBetween(Move("m1", "control_converged_s"), 13);
}
