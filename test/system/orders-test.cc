// SPDX-License-Identifier: GPL-2.0-only
// orders.csv in whole scenarios: balance, churn, cancel, and what must come of them.
#include "ns3/fib.h"

#include "scenario-fixture.h"

#include <fstream>
#include <iterator>

using namespace ns3;
using namespace ns3::vmm;

class OrdersTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "12s");
        SetKey("ns3::vmm::Hypervisor::Memory", "16777216");
        files["moves.csv"] = "migration,time,vm,to\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,b,a,udp-probe,500ms,6s,5ms,100B\n";
        std::string vms = "vm,nve,memory\n";
        for (char name = 'a'; name < 'e'; ++name)
        {
            vms += std::string(1, name) + ",server-0-0,1MiB\n";
        }
        files["vms.csv"] = vms;
    }

    std::string Bytes(const std::string& file) const
    {
        std::ifstream in(folder + "/" + file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    /// @return how many VMs run at a server
    size_t At(const std::string& server)
    {
        return run->GetMobility().GetServer(server).hypervisor->GetVmIds().size();
    }
};

TEST_F(OrdersTest, BalanceSpreadsTheVms)
{
    files["orders.csv"] = "order,time,what,target,threshold,expect\n"
                          "b,1s,balance,dc:0,0.1,done\n";
    Run();
    // 4/16 0 0 0 0 0 0 0 -> 1/16 1/16 1/16 1/16 0 0 0 0: three moves, then the spread is 1/16.
    const auto row = Trace("operations").One({{"operation", "b"}});
    EXPECT_EQ(row.at("completed"), "3");
    EXPECT_EQ(At("server-0-0"), 1u);
    EXPECT_EQ(Trace("migrations").Where({{"operation", "b"}}).size(), 3u);
}

TEST_F(OrdersTest, BalanceStopsAtItsThreshold)
{
    files["orders.csv"] = "order,time,what,target,threshold\nb,1s,balance,all,0.2\n";
    Run();
    // One move: 3/16 against 0.
    EXPECT_EQ(Trace("operations").One({{"operation", "b"}}).at("completed"), "1");
}

TEST_F(OrdersTest, EvacuationByLocalityStaysNear)
{
    files["orders.csv"] = "order,time,what,target,placement,concurrency\n"
                          "e,1s,evacuate,server-0-0,locality,1\n";
    Run();
    // Each has its peer, or the place that it leaves, in rack 0.
    EXPECT_EQ(At("server-0-1"), 4u);
    const auto row = Trace("operations").One({{"operation", "e"}});
    EXPECT_EQ(row.at("peak_concurrency"), "1");
    EXPECT_EQ(row.at("moves"), "4");
}

TEST_F(OrdersTest, ChurnIsTheSameForASeedAndAnotherForAnother)
{
    SetKey("randomness", "");
    files["orders.csv"] = "order,time,what,target,until,rate,placement\n"
                          "c,1s,churn,all,8s,5/s,random\n";
    Run("host-route", 1);
    const std::string first = Bytes("migrations.csv") + Bytes("operations.csv");
    EXPECT_GT(Trace("migrations").rows.size(), 15u);
    Run("host-route", 1);
    EXPECT_EQ(Bytes("migrations.csv") + Bytes("operations.csv"), first);
    Run("host-route", 2);
    EXPECT_NE(Bytes("migrations.csv") + Bytes("operations.csv"), first);
    // Another scheme sees the same orders.
    auto orders = [this]
    {
        std::vector<std::string> lines;
        for (const auto& row : Trace("migrations").rows)
        {
            lines.push_back(row.at("order_s") + row.at("vm") + row.at("destination_nve"));
        }
        return lines;
    };
    const auto host = orders();
    Run("ideal", 2);
    EXPECT_EQ(orders(), host);
}

TEST_F(OrdersTest, WhatWasNotExpectedIsSaid)
{
    // server-0-0 is emptied while every other server is closed: nobody takes the VMs.
    std::string orders = "order,time,what,target,expect\n";
    for (const char* server : {"0-1", "1-0", "1-1", "2-0", "2-1", "3-0", "3-1"})
    {
        orders += std::string("x-") + server + ",1s,evacuate,server-" + server + ",done\n";
    }
    files["orders.csv"] = orders + "e,2s,evacuate,server-0-0,done\n"
                                   "s,3s,cancel,e,done\n";
    Build();
    EXPECT_EQ(Finish(),
              (std::vector<std::string>{"order e: outcome partial, expected done",
                                        "order s: outcome refused, expected done: too late"}));
    EXPECT_EQ(Trace("operations").One({{"operation", "e"}}).at("unplaced"), "4");
    EXPECT_EQ(At("server-0-0"), 4u);
}

TEST_F(OrdersTest, CancelCallsOffWhatWaits)
{
    SetKey("ns3::vmm::VmManager::MaxMoves", "1");
    files["vms.csv"] = "vm,nve,memory\na,server-0-0,4MiB\nb,server-0-0,4MiB\n";
    files["moves.csv"] = "migration,time,vm,to,expect\n"
                         "m1,1s,a,server-1-0,completed\n"
                         "m2,1001ms,b,server-2-0,cancelled\n";
    files["orders.csv"] = "order,time,what,target\ns,1010ms,cancel,m2\n";
    Run();
    EXPECT_EQ(Trace("operations").One({{"operation", "s"}}).at("outcome"), "done");
    EXPECT_EQ(Trace("migrations").One({{"migration", "m2"}}).at("begin_s"), "");
    EXPECT_EQ(Summary("moves_cancelled"), 1);
    EXPECT_EQ(Summary("moves_queued_max"), 1);
}

TEST_F(OrdersTest, AVmThatIsLostWithItsServerIsCountedAndOneThatIsNotIsAnError)
{
    files["failures.csv"] = "time,what,target\n3s,server-crash,server-0-0\n";
    Build();
    EXPECT_EQ(Finish(), std::vector<std::string>()); // that was ordered
    EXPECT_EQ(Summary("vms_lost"), 4);
    files.erase("failures.csv");
    Build();
    auto hypervisor = run->GetMobility().GetServer("server-0-0").hypervisor;
    Simulator::Schedule(Seconds(3), &Hypervisor::Suspend, hypervisor, std::string("d"));
    EXPECT_EQ(Finish(), (std::vector<std::string>{"VM d was lost: it does not run any more"}));
}

// A VM whose server a policy chooses has addresses of the NVE that it is at home at: away from it
// BGP carries its host route.
TEST_F(OrdersTest, APlacedVmIsReachedByItsAnnouncedRoute)
{
    SetKey("underlay", "bgp");
    SetKey("Optimize", "Bgp");
    SetKey("ns3::TcpSocket::ConnTimeout", "1s");
    SetKey("ns3::vmm::VmManager::Placement", "first-fit");
    SetKey("ns3::vmm::Hypervisor::Vcpus", "4"); // server-0-0 has four VMs already
    Build();
    VmSpec spec;
    spec.id = "new";
    spec.memory = 1 << 20;
    auto vm = run->GetMobility().PlaceVm(spec, "server-0-0", Seconds(2));
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(vm->GetState(), VmState::RUNNING);
    EXPECT_EQ(run->GetMobility().GetVmManager()->GetVm("new")->server, "server-0-1");
    const auto fabric = run->GetFabric();
    const NodeId home = fabric->GetTopology().GetNodeId("server-0-0");
    const IpAddress address = vm->GetSpec().addresses.at(0);
    EXPECT_TRUE(fabric->GetPlan().GetVmPrefix(home, IpFamily::IPV4).Contains(address));
    for (const char* router : {"leaf-0", "leaf-3", "spine-0", "spine-1"})
    {
        // The rack's own router is told by a registration, and announces it.
        const auto owner =
            router == std::string("leaf-0") ? RouteOwner::REGISTRATION : RouteOwner::BGP;
        const NodeId id = fabric->GetTopology().GetNodeId(router);
        EXPECT_NE(fabric->GetFib(id)->Find(IpPrefix(address, 32), owner), nullptr) << router;
    }
    const auto placed = Trace("placements").One({{"vm", "new"}, {"result", "running"}});
    EXPECT_EQ(placed.at("policy"), "first-fit");
    EXPECT_EQ(placed.at("server"), "server-0-1");
}
