// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/evacuation.h"
#include "ns3/load-balancing.h"
#include "ns3/random-churn.h"

#include "sim-fixture.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// A manager that books and orders nothing but what the case sees.
class OperationTest : public SimTest, public VmOperation::Environment
{
  protected:
    using Names = std::vector<std::string>;

    /// Adds a server rack-number with 100 octets and 100 processors.
    void AddServer(const std::string& name, bool open = true)
    {
        OperationServer server;
        server.candidate = {{name, name.substr(0, 1), 0}, 100, 100, 100, 100};
        server.open = open;
        m_servers.push_back(server);
    }

    void AddVm(const std::string& name, const std::string& server, uint64_t memory)
    {
        m_vms[name] = {name, memory, 1, server, "", true};
    }

    std::vector<OperationVm> GetVms() const override
    {
        std::vector<OperationVm> vms;
        for (const auto& [name, vm] : m_vms)
        {
            vms.push_back(vm);
        }
        return vms;
    }

    std::vector<OperationServer> GetServers() const override
    {
        auto servers = m_servers;
        for (auto& server : servers)
        {
            auto& has = server.candidate;
            for (const auto& [name, vm] : m_vms)
            {
                if (vm.server == has.place.server || vm.destination == has.place.server)
                {
                    has.freeMemory -= std::min(has.freeMemory, vm.memory);
                    has.freeVcpus -= std::min(has.freeVcpus, vm.vcpus);
                }
            }
            server.open = server.open && m_closed.count(has.place.server) == 0;
        }
        return servers;
    }

    Names Rank(const OperationVm& vm, const std::string& policy) const override
    {
        std::vector<PlacementCandidate> candidates;
        for (const auto& server : GetServers())
        {
            if (server.open && server.candidate.place.server != vm.server)
            {
                candidates.push_back(server.candidate);
            }
        }
        PlacementRequest request;
        request.vm = vm.vm;
        request.memory = vm.memory;
        request.vcpus = vm.vcpus;
        return PlacementPolicy::Create(policy.empty() ? "first-fit" : policy)
            ->Rank(request, candidates);
    }

    void Order(const MoveRequest& request) override
    {
        m_orders.push_back(request.migration + " " + request.destination);
        EXPECT_EQ(request.operation, "op");
        EXPECT_TRUE(m_vms.at(request.vm).destination.empty()) << "it moves already";
        MoveRecord record;
        record.migration = request.migration;
        record.vm = request.vm;
        record.destination = request.destination;
        m_open[request.migration] = record;
        if (m_refusing.count(request.destination))
        {
            Ended(request.migration, MoveOutcome::REFUSED);
            return;
        }
        m_vms[request.vm].destination = request.destination;
    }

    void CancelWaiting(const std::string& migration) override
    {
        if (m_waiting.count(migration))
        {
            Ended(migration, MoveOutcome::CANCELLED);
        }
    }

    void Close(const std::string& server, bool closed) override
    {
        closed ? static_cast<void>(m_closed.insert(server))
               : static_cast<void>(m_closed.erase(server));
    }

    std::string MakeMoveName(const std::string& name) const override
    {
        return name;
    }

    void SetTimer(VmOperation&, const Time& delay) override
    {
        m_timer = delay;
    }

    void OperationChanged(const OperationRecord& record) override
    {
        EXPECT_TRUE(m_record.outcome.empty() || record.outcome == m_record.outcome);
        m_record = record;
    }

    Time Now() const override
    {
        return m_now;
    }

    /// A move is over.
    void Ended(const std::string& migration, MoveOutcome outcome = MoveOutcome::COMPLETED)
    {
        MoveRecord record = m_open.at(migration);
        m_open.erase(migration);
        record.outcome = outcome;
        auto& vm = m_vms[record.vm];
        vm.destination.clear();
        if (outcome == MoveOutcome::COMPLETED)
        {
            vm.server = record.destination;
        }
        m_operation->MoveEnded(record);
    }

    /// Ends all open moves, one after the other.
    void EndAll()
    {
        while (!m_open.empty())
        {
            Ended(m_open.begin()->first);
        }
    }

    template <typename T>
    void Start(const Names& servers, OperationRequest request = {})
    {
        request.name = "op";
        if (!m_request.placement.empty())
        {
            request.placement = m_request.placement;
        }
        m_operation = Create<T>(static_cast<VmOperation::Environment&>(*this), request, servers, 2);
        if (auto* churn = dynamic_cast<RandomChurn*>(PeekPointer(m_operation)))
        {
            churn->SetStreams(m_stream);
        }
        m_operation->Start();
    }

    /// Lets the timer run out so often.
    void Tick(int times)
    {
        for (int i = 0; i < times && !m_timer.IsStrictlyNegative(); ++i)
        {
            m_now += m_timer;
            m_timer = Seconds(-1);
            m_operation->TimedOut();
        }
    }

    std::vector<OperationServer> m_servers;
    std::map<std::string, OperationVm> m_vms;
    std::set<std::string> m_closed;
    std::set<std::string> m_refusing;
    std::set<std::string> m_waiting;
    std::map<std::string, MoveRecord> m_open;
    Names m_orders;
    Time m_now{Seconds(5)};
    Time m_timer{Seconds(-1)};
    OperationRecord m_record;
    OperationRequest m_request;
    Ptr<VmOperation> m_operation;
    int64_t m_stream{100};
};

class EvacuationTest : public OperationTest
{
};

class LoadBalancingTest : public OperationTest
{
  protected:
    /// @return the largest used memory minus the smallest, in the end
    uint64_t Spread() const
    {
        std::vector<uint64_t> free;
        for (const auto& server : GetServers())
        {
            free.push_back(server.candidate.freeMemory);
        }
        return *std::max_element(free.begin(), free.end()) -
               *std::min_element(free.begin(), free.end());
    }
};

class RandomChurnTest : public OperationTest
{
  protected:
    /// Runs a churn of 50 orders among 4 servers. @return its orders with their times
    Names Churn(int64_t stream, const std::string& placement)
    {
        m_servers.clear();
        m_vms.clear();
        m_orders.clear();
        m_record = {};
        m_now = Seconds(5);
        m_stream = stream;
        for (const char* server : {"a0", "a1", "b0", "b1"})
        {
            AddServer(server);
            AddVm(std::string("v-") + server, server, 10);
        }
        OperationRequest request;
        request.kind = OperationKind::CHURN;
        request.rate = 2;
        request.placement = placement;
        Start<RandomChurn>({"a0", "a1", "b0", "b1"}, request);
        Names log;
        for (int i = 0; i < 50; ++i)
        {
            const size_t had = m_orders.size();
            Tick(1);
            if (m_orders.size() > had)
            {
                log.push_back(std::to_string(m_now.GetNanoSeconds()) + " " + m_orders.back() + " " +
                              m_open.begin()->second.vm);
            }
            EndAll();
        }
        return log;
    }
};

} // namespace

TEST_F(EvacuationTest, EveryVmLeavesTheLargestFirst)
{
    for (const char* server : {"a0", "a1", "b0", "c0"})
    {
        AddServer(server);
    }
    AddVm("small", "a0", 20);
    AddVm("large", "a1", 60);
    AddVm("other", "b0", 30);
    AddVm("twin", "a1", 20);
    Start<Evacuation>({"a0", "a1"});
    // Never to a0 or a1, which have room; `large` fits on b0, `small` then only on c0.
    EXPECT_EQ(m_orders, (Names{"op.large b0", "op.small c0", "op.twin c0"}));
    EXPECT_EQ(m_closed, (std::set<std::string>{"a0", "a1"}));
    EXPECT_EQ(m_record.order, Seconds(5));
    m_now = Seconds(6);
    Ended("op.small");
    Ended("op.large");
    EXPECT_FALSE(m_operation->IsOver());
    Ended("op.twin");
    EXPECT_EQ(m_record.outcome, "done");
    EXPECT_EQ(m_record.end, Seconds(6));
    EXPECT_EQ(m_record.ordered, 3u);
    EXPECT_EQ(m_record.completed, 3u);
    EXPECT_EQ(m_record.peakRunning, 3u);
    EXPECT_EQ(m_record.unplaced, 0u);
    EXPECT_EQ(m_closed.size(), 2u); // the servers stay out of service
}

TEST_F(EvacuationTest, AsManyAtOnceAsAllowed)
{
    AddServer("a0");
    AddServer("b0");
    for (int i = 0; i < 5; ++i)
    {
        AddVm("v" + std::to_string(i), "a0", 10);
    }
    OperationRequest request;
    request.concurrency = 2;
    Start<Evacuation>({"a0"}, request);
    EXPECT_EQ(m_orders.size(), 2u);
    Ended("op.v1");
    EXPECT_EQ(m_orders.back(), "op.v2 b0");
    EndAll();
    EXPECT_EQ(m_record.peakRunning, 2u);
    EXPECT_EQ(m_record.completed, 5u);
}

TEST_F(EvacuationTest, TooLittleRoomElsewhere)
{
    AddServer("a0");
    AddServer("b0");
    AddVm("v1", "a0", 50);
    AddVm("v2", "a0", 40);
    AddVm("v3", "a0", 10);
    AddVm("full", "b0", 60);
    Start<Evacuation>({"a0"});
    EXPECT_EQ(m_orders, (Names{"op.v2 b0"})); // v1 does not fit, and then v3 does not
    // Room that comes to be is used.
    m_vms.erase("full");
    Ended("op.v2");
    EXPECT_EQ(m_orders.back(), "op.v3 b0");
    EndAll();
    EXPECT_EQ(m_record.outcome, "done");
    // Without it, what stays is counted.
    m_vms.clear();
    m_orders.clear();
    m_closed.clear();
    m_record = {};
    AddVm("v1", "a0", 50);
    AddVm("v2", "a0", 40);
    AddVm("full", "b0", 60);
    Start<Evacuation>({"a0"});
    EndAll();
    EXPECT_EQ(m_orders, (Names{"op.v2 b0"}));
    EXPECT_EQ(m_record.outcome, "partial");
    EXPECT_EQ(m_record.unplaced, 1u);
    EXPECT_EQ(m_vms["v1"].server, "a0");
}

TEST_F(EvacuationTest, OfNothingIsOverAtOnce)
{
    AddServer("a0");
    AddServer("b0");
    Start<Evacuation>({"a0"});
    EXPECT_EQ(m_record.outcome, "done");
    EXPECT_EQ(m_record.end, Seconds(5));
}

TEST_F(EvacuationTest, RefusedAndRolledBackMovesGoElsewhere)
{
    for (const char* server : {"a0", "b0", "c0", "d0", "e0"})
    {
        AddServer(server);
    }
    m_refusing = {"b0"};
    AddVm("v", "a0", 10);
    Start<Evacuation>({"a0"});
    EXPECT_EQ(m_orders, (Names{"op.v b0", "op.v-2 c0"}));
    Ended("op.v-2", MoveOutcome::ROLLED_BACK);
    EXPECT_EQ(m_orders.back(), "op.v-3 d0");
    Ended("op.v-3", MoveOutcome::FAILED);
    // Two retries, as the manager has it, are over.
    EXPECT_EQ(m_orders.size(), 3u);
    EXPECT_EQ(m_record.outcome, "partial");
    EXPECT_EQ(m_record.refused, 1u);
    EXPECT_EQ(m_record.rolledBack, 1u);
    EXPECT_EQ(m_record.failed, 1u);
    EXPECT_EQ(m_record.retries, 2u);
    EXPECT_EQ(m_record.unplaced, 1u);
}

TEST_F(EvacuationTest, MovesOfOthersAreAwaited)
{
    AddServer("a0");
    AddServer("b0");
    AddServer("c0");
    AddVm("leaving", "a0", 10);
    AddVm("coming", "c0", 10);
    m_vms["leaving"].destination = "b0";
    m_vms["coming"].destination = "a0";
    Start<Evacuation>({"a0"});
    EXPECT_TRUE(m_orders.empty());
    EXPECT_FALSE(m_operation->IsOver());
    m_vms["leaving"].destination.clear(); // rolled back
    m_operation->Look();
    EXPECT_EQ(m_orders, (Names{"op.leaving b0"}));
    m_vms["coming"] = {"coming", 10, 1, "a0", "", true};
    m_operation->Look();
    EXPECT_EQ(m_orders.back(), "op.coming b0");
    EndAll();
    EXPECT_EQ(m_record.outcome, "done");
}

TEST_F(EvacuationTest, CancelledOnesEndAndOpenTheServers)
{
    AddServer("a0");
    AddServer("b0");
    AddVm("v1", "a0", 10);
    AddVm("v2", "a0", 10);
    Start<Evacuation>({"a0"});
    m_waiting = {"op.v2"};
    m_operation->Cancel("by c");
    EXPECT_FALSE(m_operation->IsOver()); // v1 is under way
    Ended("op.v1");
    EXPECT_EQ(m_record.outcome, "cancelled");
    EXPECT_EQ(m_record.reason, "by c");
    EXPECT_EQ(m_record.cancelled, 1u);
    EXPECT_EQ(m_record.completed, 1u);
    EXPECT_TRUE(m_closed.empty());
    m_operation->Cancel("again");
    EXPECT_EQ(m_record.reason, "by c");
}

TEST_F(EvacuationTest, TheServersAreOpenAgainAtItsEnd)
{
    AddServer("a0");
    AddServer("b0");
    AddVm("v1", "a0", 10);
    OperationRequest request;
    request.until = Seconds(9);
    Start<Evacuation>({"a0"}, request);
    EXPECT_EQ(m_timer, Seconds(4));
    EndAll();
    EXPECT_EQ(m_record.outcome, "done");
    EXPECT_EQ(m_closed.size(), 1u);
    Tick(1);
    EXPECT_TRUE(m_closed.empty());
    EXPECT_EQ(m_record.end, Seconds(5));
}

TEST_F(EvacuationTest, UnfinishedAtTheEndOfTheRun)
{
    AddServer("a0");
    AddServer("b0");
    AddVm("v1", "a0", 10);
    Start<Evacuation>({"a0"});
    m_operation->CloseBooks();
    EXPECT_EQ(m_record.outcome, "unfinished");
    EXPECT_EQ(m_record.reason, "1 moves under way");
}

TEST_F(LoadBalancingTest, FromTheFullestToTheEmptiest)
{
    AddServer("a0");
    AddServer("b0");
    AddServer("c0");
    for (int i = 0; i < 6; ++i)
    {
        AddVm("v" + std::to_string(i), "a0", 10);
    }
    AddVm("w", "b0", 20);
    Start<LoadBalancing>({"a0", "b0", "c0"});
    // 60 20 0 -> 50 20 10 -> 40 20 20 -> 30 20 30 (c0 and b0 tie: the last one): spread 10.
    EXPECT_EQ(m_orders.size(), 3u);
    EXPECT_EQ(m_orders[0], "op.v0 c0");
    EXPECT_EQ(m_orders[1], "op.v1 c0");
    EndAll();
    EXPECT_EQ(m_record.outcome, "done");
    EXPECT_EQ(Spread(), 10u);
}

TEST_F(LoadBalancingTest, ThresholdAndMovesThatDoNotHelp)
{
    AddServer("a0");
    AddServer("b0");
    AddVm("v", "a0", 40);
    Start<LoadBalancing>({"a0", "b0"});
    EXPECT_TRUE(m_orders.empty()); // it would only change sides
    EXPECT_EQ(m_record.outcome, "done");
    m_record = {};
    AddVm("x", "a0", 30);
    OperationRequest request;
    request.threshold = 0.7;
    Start<LoadBalancing>({"a0", "b0"}, request);
    EXPECT_TRUE(m_orders.empty()); // 0.7 is not above
    m_record = {};
    request.threshold = 0.5;
    Start<LoadBalancing>({"a0", "b0"}, request);
    EXPECT_EQ(m_orders, (Names{"op.v b0"})); // 30 40 is better than 40 30 by nothing: lower id
}

TEST_F(LoadBalancingTest, ProcessorsCountAsMemoryDoes)
{
    AddServer("a0");
    AddServer("b0");
    AddVm("v1", "a0", 1);
    AddVm("v2", "a0", 1);
    m_vms["v1"].vcpus = 40;
    m_vms["v2"].vcpus = 30;
    Start<LoadBalancing>({"a0", "b0"});
    EXPECT_EQ(m_orders, (Names{"op.v1 b0"}));
}

TEST_F(LoadBalancingTest, ServersOutsideAndClosedOnesAreLeftAlone)
{
    AddServer("a0");
    AddServer("b0", false);
    AddServer("c0");
    AddServer("d0");
    AddVm("v1", "a0", 30);
    AddVm("v2", "a0", 30);
    Start<LoadBalancing>({"a0", "b0", "c0"});
    EXPECT_EQ(m_orders, (Names{"op.v1 c0"}));
}

TEST_F(LoadBalancingTest, WhatFailedIsTriedElsewhere)
{
    AddServer("a0");
    AddServer("b0");
    AddServer("c0");
    AddVm("v1", "a0", 30);
    AddVm("v2", "a0", 30);
    Start<LoadBalancing>({"a0", "b0", "c0"});
    ASSERT_EQ(m_orders, (Names{"op.v1 c0"}));
    Ended("op.v1", MoveOutcome::REFUSED);
    // v1 does not go to c0 again, v2 may.
    EXPECT_EQ(m_orders.back(), "op.v2 c0");
    EndAll();
    EXPECT_EQ(m_record.outcome, "done");
    EXPECT_EQ(Spread(), 30u);
}

TEST_F(RandomChurnTest, IsReproducibleByItsStreamsAndChangesWithThem)
{
    const auto first = Churn(100, "random");
    EXPECT_GE(first.size(), 45u);
    EXPECT_EQ(Churn(100, "random"), first);
    EXPECT_NE(Churn(200, "random"), first);
    std::set<std::string> vms;
    for (const auto& line : first)
    {
        vms.insert(line.substr(line.rfind(' ') + 1));
    }
    EXPECT_EQ(vms.size(), 4u);
    // Another policy for the destinations leaves the times as they were.
    const auto spread = Churn(100, "spread");
    EXPECT_EQ(spread.at(9).substr(0, 12), first.at(9).substr(0, 12));
    // 50 gaps of half a second in the mean, standard deviation 3.5 s.
    EXPECT_NEAR(m_now.GetSeconds() - 5, 25, 10);
}

TEST_F(RandomChurnTest, SkipsWhatItCannotOrderAndEndsInTime)
{
    AddServer("a0");
    AddServer("b0");
    AddVm("v", "a0", 10);
    OperationRequest request;
    request.kind = OperationKind::CHURN;
    request.rate = 10;
    request.placement = "random";
    request.until = Seconds(6);
    request.concurrency = 1;
    Start<RandomChurn>({"a0", "b0"}, request);
    Tick(3);
    EXPECT_EQ(m_orders, (Names{"op.1 b0"})); // its only VM is being moved
    EXPECT_EQ(m_record.skipped, 0u + 2u);
    Tick(1000);
    EXPECT_EQ(m_now, Seconds(6));
    EXPECT_FALSE(m_operation->IsOver()); // the move is not over
    EndAll();
    EXPECT_EQ(m_record.outcome, "done");
    EXPECT_TRUE(m_timer.IsStrictlyNegative());
}
