// SPDX-License-Identifier: GPL-2.0-only
// Moves that meet each other, the end of the run, or the end of the VM.
#include "failure-fixture.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::vmm;

namespace
{
std::string
Nanoseconds(double seconds)
{
    return std::to_string(static_cast<int64_t>(seconds * 1e9)) + "ns";
}
} // namespace

using EdgeMovesTest = FailureTest;

TEST_F(EdgeMovesTest, BothEndsOfAFlowMoveAtOnce)
{
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,1s,one,server-3-1\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "there,one,web,udp-probe,500ms,3s,1ms,100B\n"
                           "back,web,one,udp-probe,500ms,3s,1ms,100B\n";
    Run();
    EXPECT_EQ(Summary("moves_completed"), 2);
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-2-0"});
    EXPECT_EQ(Serving("one"), std::vector<std::string>{"server-3-1"});
    EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
    EXPECT_EQ(Bound("one"), AddressOf("server-3-1"));
    double ready = std::max(Move("m1", "control_converged_s"), Move("m2", "control_converged_s"));
    for (const auto* flow : {"there", "back"})
    {
        // Sent every 1 ms from 0.5 s until 3 s: 2500, less what the sender did not send while it
        // stood. The outage is far below the second that is left.
        EXPECT_GT(Delivered(flow), 2000);
        ExpectNoLossAfter(flow, ready);
    }
}

TEST_F(EdgeMovesTest, TwoVmsSwapPlaces)
{
    files["vms.csv"] += "two,server-2-0,4MiB\n";
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,1s,two,server-0-0\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "w,one,web,udp-probe,500ms,3s,1ms,100B\n"
                           "t,one,two,udp-probe,500ms,3s,1ms,100B\n";
    Run();
    EXPECT_EQ(Summary("moves_completed"), 2);
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-2-0"});
    EXPECT_EQ(Serving("two"), std::vector<std::string>{"server-0-0"});
    EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
    EXPECT_EQ(Bound("two"), AddressOf("server-0-0"));
    double ready = std::max(Move("m1", "control_converged_s"), Move("m2", "control_converged_s"));
    ExpectNoLossAfter("w", ready);
    ExpectNoLossAfter("t", ready);
    EXPECT_EQ(Summary("lost_ttl"), 0);
}

TEST_F(EdgeMovesTest, FlowStartsInTheDowntime)
{
    Course course = Learn();
    ASSERT_LT(course.stop, course.resume);
    double start = (course.stop + course.resume) / 2;
    files["traffic.csv"] += "late,three,web,udp-probe," + Nanoseconds(start) + ",3s,1ms,100B\n";
    Run();
    auto lost = LostAt("late");
    ASSERT_FALSE(lost.empty());
    EXPECT_NEAR(lost.front(), start, 1e-6);
    // Lost from its start until the routes are in place: one packet per ms, and one at the edge.
    double ready = Move("m1", "control_converged_s");
    ExpectNoLossAfter("late", ready);
    EXPECT_NEAR(lost.size(), (ready - start) * 1000, 1.5);
    EXPECT_EQ(Delivered("late") + lost.size(), Sent("late"));
}

TEST_F(EdgeMovesTest, VmDestroyedDuringItsCopy)
{
    // 16 MiB over 1 Gb/s take 0.13 s: at 1.06 s the copy is under way.
    files["vms.csv"] = "vm,nve,memory,destroy\nweb,server-0-0,16MiB,1060ms\none,server-1-0,4MiB,\n";
    files["moves.csv"] = "migration,time,vm,to,expect\nm1,1s,web,server-2-0,cancelled\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms,1060ms,1ms,100B\n";
    Run();
    EXPECT_EQ(Outcome("m1"), "cancelled");
    EXPECT_EQ(VmDirectory::Find("web")->GetState(), VmState::DESTROYED);
    EXPECT_TRUE(Serving("web").empty());
    EXPECT_FALSE(Bound("web"));
    for (const auto* server : {"server-0-0", "server-2-0"})
    {
        EXPECT_EQ(Server(server).hypervisor->Find("web"), nullptr) << server;
        EXPECT_FALSE(Server(server).hypervisor->IsReserved("web")) << server;
    }
    // It runs until the order arrives; the last packets were sent before the order was.
    EXPECT_LE(LostAt("probe").size(), 1u);
    EXPECT_EQ(Move("m1", "resume_s"), -1);
}

TEST_F(EdgeMovesTest, VmDestroyedWhileItIsStopped)
{
    auto course = Learn();
    std::string middle = Nanoseconds((course.stop + course.resume) / 2);
    files["vms.csv"] =
        "vm,nve,memory,destroy\nweb,server-0-0,4MiB," + middle + "\none,server-1-0,4MiB,\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms," +
                           middle + ",1ms,100B\n";
    Run();
    // The end of the copy was out: the VM belongs to the destination, resumes there, is committed,
    // and is destroyed then.
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_GT(Move("m1", "register_s"), Move("m1", "resume_s") - 1e-9);
    EXPECT_EQ(VmDirectory::Find("web")->GetState(), VmState::DESTROYED);
    EXPECT_EQ(run->GetMobility().GetVmManager()->GetVm("web")->state, ManagedVm::State::DESTROYED);
    EXPECT_TRUE(Serving("web").empty());
    EXPECT_FALSE(Bound("web"));
    for (const auto* node : {"server-0-0", "server-2-0", "leaf-0", "leaf-2", "spine-0", "spine-1"})
    {
        EXPECT_EQ(HostRoute(node, "web"), nullptr) << node;
    }
}

TEST_F(EdgeMovesTest, PacketsForADestroyedVmHaveNoRoute)
{
    SetKey("duration", "6s");
    SetKey("ns3::vmm::Nve::Linger", "500ms");
    files["vms.csv"] = "vm,nve,memory\nweb,server-0-0,4MiB\none,server-1-0,4MiB\n";
    // Nobody sends between 1.2 and 4 s, so that the source has released the VM when it ends; or
    // somebody sends throughout, and it has not.
    for (std::string early : {"1200ms", "3s"})
    {
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "early,one,web,udp-probe,500ms," +
                               early + ",10ms,100B\nlate,one,web,udp-probe,4s,5s,10ms,100B\n";
        Build();
        // Not in vms.csv, where a flow to a VM has to end with it.
        run->GetMobility().ScheduleDestroy("web", Seconds(3));
        EXPECT_EQ(Finish(), std::vector<std::string>());
        EXPECT_EQ(Causes("late"), std::set<std::string>{"no-route"});
        EXPECT_EQ(Trace("losses").Where({{"flow", "late"}, {"node", "server-0-0"}}).size(), 100u);
    }
}

TEST_F(EdgeMovesTest, VmThatItsHypervisorRefusesIsAViolation)
{
    SetKey("ns3::vmm::Hypervisor::Memory", "8388608");
    files["vms.csv"] += "fat,server-3-1,16MiB\n";
    Build();
    EXPECT_EQ(Finish(), std::vector<std::string>{"VM fat was never created: no resources"});
}

TEST_F(EdgeMovesTest, MoveOfAMovingVmIsRefused)
{
    files["vms.csv"] = "vm,nve,memory\nweb,server-0-0,16MiB\none,server-1-0,4MiB\n";
    files["moves.csv"] = "migration,time,vm,to,expect\nm1,1s,web,server-2-0,\n"
                         "m2,1050ms,web,server-3-0,refused\n";
    Run();
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(Outcome("m2"), "refused");
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-2-0"});
}

TEST_F(EdgeMovesTest, MoveOfAMovingVmIsQueued)
{
    SetKey("ns3::vmm::VmManager::OverlapPolicy", "Queue");
    files["vms.csv"] = "vm,nve,memory\nweb,server-0-0,16MiB\none,server-1-0,4MiB\n";
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,1050ms,web,server-3-0\n";
    Run();
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(Outcome("m2"), "completed");
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-3-0"});
    EXPECT_EQ(Bound("web"), AddressOf("server-3-0"));
    EXPECT_GE(Move("m2", "copy_start_s"), Move("m1", "resume_s"));
    ExpectNoLossAfter("probe", Move("m2", "control_converged_s"));
}

TEST_F(EdgeMovesTest, MoveStillRunsAtTheEnd)
{
    // 64 MiB over 1 Gb/s take at least 0.54 s; 0.3 s are left.
    files["vms.csv"] = "vm,nve,memory\nweb,server-0-0,64MiB\none,server-1-0,4MiB\n";
    SetKey("duration", "2s");
    files["moves.csv"] = "migration,time,vm,to,expect\nm1,1700ms,web,server-2-0,unfinished\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms,1900ms,1ms,100B\n";
    Run();
    EXPECT_EQ(Outcome("m1"), "unfinished");
    EXPECT_GT(Move("m1", "copy_start_s"), 0);
    EXPECT_EQ(Move("m1", "resume_s"), -1);
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-0-0"});
    EXPECT_TRUE(LostAt("probe").empty()); // it never stopped
}

TEST_F(EdgeMovesTest, UnexpectedOutcomeIsAViolationThatSaysWhy)
{
    files["vms.csv"] = "vm,nve,memory\nweb,server-0-0,16MiB\none,server-1-0,4MiB\n";
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,1050ms,web,server-3-0\n";
    Build();
    auto violations = Finish();
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_EQ(violations.front(),
              "migration m2 of web: outcome refused, expected completed: the VM is being moved");
}

TEST_F(EdgeMovesTest, PlainHostTalksToTheVm)
{
    // host - spine - leaf-a - a, and the same with b; the management node is on the spine.
    for (const auto* key : {"leaves", "spines", "servers", "server_rate", "server_delay"})
    {
        SetKey(key, "");
    }
    SetKey("fabric_rate", "");
    SetKey("fabric_delay", "");
    SetKey("fabric", "csv");
    files["nodes.csv"] = "node,role,nve\nspine,spine,\nleaf-a,leaf,\nleaf-b,leaf,\na,server,yes\n"
                         "b,server,yes\noutside,host,\nmn,management,\n";
    files["links.csv"] = "a,b,rate,delay\nspine,leaf-a,10Gbps,5us\nspine,leaf-b,10Gbps,5us\n"
                         "leaf-a,a,1Gbps,5us\nleaf-b,b,1Gbps,5us\noutside,spine,1Gbps,5us\n"
                         "mn,spine,1Gbps,5us\n";
    files["vms.csv"] = "vm,nve,memory\nweb,a,4MiB\n";
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,b\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "in,host:outside,web,udp-probe,500ms,3s,1ms,100B\n"
                           "out,web,host:outside,udp-probe,500ms,3s,1ms,100B\n";
    Run();
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(Sent("in"), 2500); // 2.5 s at 1 kHz
    ExpectNoLossAfter("in", Move("m1", "control_converged_s"));
    EXPECT_EQ(Delivered("in"), Sent("in") - LostAt("in").size());
    EXPECT_EQ(Delivered("out"), Sent("out")); // the host has not moved
    // outside, spine, leaf-b, b: three links, as many as before.
    EXPECT_EQ(MoveFlow("m1", "in", "hops_before"), "3");
    EXPECT_EQ(MoveFlow("m1", "in", "hops_after"), "3");
}
