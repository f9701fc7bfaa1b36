// SPDX-License-Identifier: GPL-2.0-only
// Limits, queues, operations and creation, with real messages between a manager and servers.
#include "../managed-servers.h"

#include <algorithm>
#include <set>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;

/// Six servers in three racks: s1 s2 in a, s3 s4 in b, s5 s6 in c.
class VmManagerLimitsTest : public ManagedServersTest
{
  protected:
    void BuildRacks()
    {
        Build(6);
        m_runsAt.clear();
        for (uint32_t i = 1; i <= 6; ++i)
        {
            m_manager->AddServer({"s" + std::to_string(i), std::string(1, "abc"[(i - 1) / 2]), 0});
        }
        m_manager->TraceConnectWithoutContext("Placement",
                                              MakeCallback(&VmManagerLimitsTest::Placed, this));
    }

    /// Notes when each VM starts and stops to run.
    void Watch(Ptr<Vm> vm)
    {
        vm->TraceConnectWithoutContext("State",
                                       MakeCallback(&VmManagerLimitsTest::StateChanged, this));
    }

    /// Adds so many VMs to a server.
    void AddVms(uint32_t count, const std::string& server, uint64_t memory)
    {
        for (uint32_t i = 0; i < count; ++i)
        {
            Watch(AddVm(server + "-v" + std::to_string(i), server, memory));
        }
    }

    /// The most moves at once over the Move trace, of those that a rule picks.
    template <typename Rule>
    size_t MostAtOnce(Rule rule) const
    {
        std::set<uint32_t> active;
        size_t most = 0;
        for (const MoveRecord& record : m_moves)
        {
            if (record.state == MoveState::QUEUED || record.state == MoveState::CLOSED)
            {
                active.erase(record.id);
            }
            else if (rule(record))
            {
                active.insert(record.id);
            }
            most = std::max(most, active.size());
        }
        return most;
    }

    static std::string RackOf(const std::string& server)
    {
        return std::string(1, "abc"[(server[1] - '1') / 2]);
    }

    /// Each VM runs at one place, in everybody's books.
    void ExpectNoneLostNoneTwice()
    {
        for (const auto& vm : m_vms)
        {
            EXPECT_EQ(vm->GetState(), VmState::RUNNING) << vm->GetId();
            ExpectRunsAt(vm, static_cast<uint32_t>(m_manager->GetVm(vm->GetId())->server[1] - '0'));
        }
        EXPECT_EQ(m_twice, 0);
    }

    void Evacuate(const std::string& target, double at, uint32_t concurrency = 0)
    {
        OperationRequest request;
        request.name = "e";
        request.target = target;
        request.concurrency = concurrency;
        m_manager->ScheduleOperation(Seconds(at), request);
    }

    OperationRecord Operation(const std::string& name) const
    {
        for (const auto& record : m_manager->GetOperations())
        {
            if (record.name == name)
            {
                return record;
            }
        }
        return {};
    }

    std::vector<PlacementRecord> m_placed;
    int m_twice{0};

  private:
    void Placed(const PlacementRecord& record)
    {
        m_placed.push_back(record);
    }

    void StateChanged(Ptr<const Vm> vm, VmState, VmState to)
    {
        const bool runs = to == VmState::RUNNING || to == VmState::MIGRATING;
        auto& at = m_runsAt[vm->GetId()];
        m_twice += runs && at && at != vm->GetHost();
        at = runs ? vm->GetHost() : nullptr;
    }

    std::map<std::string, Ptr<Node>> m_runsAt;
};

} // namespace

TEST_F(VmManagerLimitsTest, NeverMoreMovesThanAllowed)
{
    Config::SetDefault("ns3::vmm::VmManager::MaxMoves", UintegerValue(4));
    Config::SetDefault("ns3::vmm::VmManager::MaxMovesPerHost", UintegerValue(2));
    Config::SetDefault("ns3::vmm::VmManager::MaxMovesPerRack", UintegerValue(3));
    BuildRacks();
    AddVms(5, "s1", 2 * MIB);
    AddVms(5, "s2", 2 * MIB);
    AddVms(5, "s3", 2 * MIB);
    int number = 0;
    for (const auto& vm : m_vms)
    {
        // Each to the server two on: another rack.
        const int to = (vm->GetId()[1] - '1' + 2 + number % 2) % 6 + 1;
        m_manager->ScheduleMove(
            Seconds(1) + MilliSeconds(number),
            {"m" + std::to_string(number), vm->GetId(), "s" + std::to_string(to)});
        ++number;
    }
    RunTo(60);
    for (uint32_t i = 1; i <= 15; ++i)
    {
        EXPECT_EQ(OutcomeOf(i), "completed");
    }
    ExpectNoneLostNoneTwice();
    EXPECT_EQ(MostAtOnce(
                  [](const MoveRecord&)
                  {
                      return true;
                  }),
              4u);
    for (const char* server : {"s1", "s2", "s3", "s4", "s5", "s6"})
    {
        EXPECT_LE(MostAtOnce(
                      [server](const MoveRecord& r)
                      {
                          return r.source == server;
                      }),
                  2u);
        EXPECT_LE(MostAtOnce(
                      [server](const MoveRecord& r)
                      {
                          return r.destination == server;
                      }),
                  2u);
    }
    for (const char* rack : {"a", "b", "c"})
    {
        EXPECT_LE(MostAtOnce(
                      [rack](const MoveRecord& r)
                      {
                          return RackOf(r.source) == rack && RackOf(r.destination) != rack;
                      }),
                  3u);
    }
    // The first ones begin at once, and those that waited say how long.
    EXPECT_EQ(m_manager->GetMove(1)->begin, m_manager->GetMove(1)->order);
    EXPECT_GT(m_manager->GetMove(15)->begin, m_manager->GetMove(15)->order + MilliSeconds(10));
}

TEST_F(VmManagerLimitsTest, WhatCanGoDoesNotWaitBehindWhatCannot)
{
    Config::SetDefault("ns3::vmm::VmManager::MaxMovesPerHost", UintegerValue(1));
    BuildRacks();
    AddVms(2, "s1", 4 * MIB);
    AddVms(1, "s2", 4 * MIB);
    m_manager->ScheduleMove(Seconds(1), {"m1", "s1-v0", "s3"});
    m_manager->ScheduleMove(Seconds(1), {"m2", "s1-v1", "s4"}); // s1 sends already
    m_manager->ScheduleMove(Seconds(1), {"m3", "s2-v0", "s5"});
    RunTo(1.01);
    EXPECT_EQ(m_manager->GetMove(2)->state, MoveState::QUEUED);
    EXPECT_NE(m_manager->GetMove(3)->state, MoveState::QUEUED);
    RunTo(20);
    EXPECT_EQ(m_manager->GetMove(2)->begin, m_manager->GetMove(1)->end);
    ExpectNoneLostNoneTwice();
}

TEST_F(VmManagerLimitsTest, AMoveThatWaitsIsAnOrderAllTheSame)
{
    Config::SetDefault("ns3::vmm::VmManager::MaxMoves", UintegerValue(1));
    BuildRacks();
    AddVms(2, "s1", 4 * MIB);
    m_manager->ScheduleMove(Seconds(1), {"m1", "s1-v0", "s3"});
    m_manager->ScheduleMove(Seconds(1), {"m2", "s1-v1", "s4"});
    m_manager->ScheduleMove(Seconds(1), {"m3", "s1-v1", "s5"}); // its VM waits for a move
    m_manager->ScheduleMove(Seconds(1), {"m4", "s1-v1", "s1"});
    RunTo(1.01);
    EXPECT_EQ(OutcomeOf(3), "refused: the VM is being moved");
    // What waits is booked: the server's books show it.
    const auto* record = m_manager->GetInventory().Find("s4");
    EXPECT_EQ(record->bookedMemory, 4 * MIB);
    EXPECT_TRUE(m_manager->CancelMove(2));
    EXPECT_FALSE(m_manager->CancelMove(2));
    EXPECT_EQ(record->bookedMemory, 0u);
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    EXPECT_EQ(OutcomeOf(2), "cancelled: cancelled");
    m_manager->OrderMove({"m5", "s1-v1", "s5"});
    RunTo(20);
    EXPECT_EQ(OutcomeOf(5), "completed");
    ExpectNoneLostNoneTwice();
}

TEST_F(VmManagerLimitsTest, AQueuedVmThatIsDestroyedLeavesTheQueue)
{
    Config::SetDefault("ns3::vmm::VmManager::MaxMoves", UintegerValue(1));
    BuildRacks();
    AddVms(3, "s1", 4 * MIB);
    for (int i = 0; i < 3; ++i)
    {
        m_manager->ScheduleMove(Seconds(1),
                                {"m" + std::to_string(i), "s1-v" + std::to_string(i), "s3"});
    }
    RunTo(1.01);
    EXPECT_TRUE(m_manager->DestroyVm("s1-v1"));
    RunTo(10);
    EXPECT_EQ(OutcomeOf(2), "cancelled: VM destroyed");
    EXPECT_EQ(OutcomeOf(3), "completed");
    EXPECT_EQ(m_manager->GetInventory().Find("s1")->bookedMemory, 0u);
    EXPECT_EQ(m_manager->GetInventory().Find("s3")->bookedMemory, 8 * MIB);
}

TEST_F(VmManagerLimitsTest, EvacuatesARack)
{
    Config::SetDefault("ns3::vmm::VmManager::MaxMovesPerHost", UintegerValue(2));
    BuildRacks();
    AddVms(6, "s1", MIB);
    AddVms(6, "s2", MIB);
    AddVms(1, "s3", MIB);
    Evacuate("a", 1);
    RunTo(30);
    const auto record = Operation("e");
    EXPECT_EQ(record.outcome, "done");
    EXPECT_EQ(record.ordered, 12u);
    EXPECT_EQ(record.completed, 12u);
    EXPECT_EQ(record.peakRunning, 12u);
    ExpectNoneLostNoneTwice();
    EXPECT_TRUE(m_hypervisors[0]->GetVmIds().empty());
    EXPECT_TRUE(m_hypervisors[1]->GetVmIds().empty());
    // Spread: 13 VMs on four servers.
    for (uint32_t i = 2; i < 6; ++i)
    {
        EXPECT_GE(m_hypervisors[i]->GetVmIds().size(), 3u);
    }
    EXPECT_EQ(m_manager->FindMove("e.s1-v0")->operation, "e");
    EXPECT_FALSE(m_manager->IsOpen("s1"));
}

TEST_F(VmManagerLimitsTest, ADestinationThatRefusesIsNotTheEnd)
{
    BuildRacks();
    AddVms(1, "s1", 4 * MIB);
    // A stranger has taken what s2 said it had: first fit asks it all the same.
    m_manager->SetAttribute("Placement", StringValue("first-fit"));
    RunTo(0.9);
    VmSpec foreign;
    foreign.id = "foreign";
    foreign.mac = VmMac(99);
    foreign.addresses = {Ipv4Address("10.8.0.1")};
    foreign.memory = m_hypervisors[1]->GetFreeMemory() - MIB;
    EXPECT_EQ(m_hypervisors[1]->Reserve(foreign, 1), Admission::ADMITTED);
    Evacuate("s1", 1);
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "refused: destination: no resources");
    EXPECT_EQ(m_manager->GetMove(1)->destination, "s2");
    EXPECT_EQ(OutcomeOf(2), "completed");
    EXPECT_EQ(m_manager->GetMove(2)->migration, "e.s1-v0-2");
    const auto record = Operation("e");
    EXPECT_EQ(record.outcome, "done");
    EXPECT_EQ(record.refused, 1u);
    EXPECT_EQ(record.retries, 1u);
    ExpectRunsAt(m_vms[0], 3);
    // Its answer has told the manager of the stranger.
    EXPECT_EQ(m_manager->GetInventory().Find("s2")->GetFreeMemory(), MIB);
}

TEST_F(VmManagerLimitsTest, ADestinationThatDiesHalfWayIsReplaced)
{
    Config::SetDefault("ns3::vmm::VmManager::ServerTimeout", TimeValue(Seconds(15)));
    Config::SetDefault("ns3::vmm::VmManager::AnswerTimeout", TimeValue(Seconds(5)));
    Config::SetDefault("ns3::vmm::VmManager::LeaseTime", TimeValue(Seconds(20)));
    Config::SetDefault("ns3::vmm::VmManager::Placement", StringValue("first-fit"));
    BuildRacks();
    AddVms(3, "s1", 32 * MIB);
    Evacuate("s1", 1);
    Simulator::Schedule(Seconds(1.3), &Hypervisor::Fail, m_hypervisors[1]);
    RunTo(1.29);
    EXPECT_EQ(m_manager->GetMove(1)->state, MoveState::COPYING);
    RunTo(120);
    const auto record = Operation("e");
    EXPECT_EQ(record.outcome, "done");
    EXPECT_EQ(record.ordered, 6u);
    EXPECT_EQ(record.retries, 3u);
    EXPECT_EQ(record.failed + record.rolledBack, 3u);
    for (uint32_t i = 4; i <= 6; ++i)
    {
        EXPECT_EQ(OutcomeOf(i), "completed");
        EXPECT_EQ(m_manager->GetMove(i)->destination, "s3");
    }
    ExpectNoneLostNoneTwice();
    EXPECT_FALSE(m_manager->IsOpen("s2"));
}

TEST_F(VmManagerLimitsTest, CancelInEachPhase)
{
    struct Phase
    {
        MoveState state; // in which the order to cancel comes
        bool cancelled;  // whether it is heeded
        const char* outcome;
        uint32_t at; // where the VM runs in the end
    };

    const Phase phases[] = {{MoveState::QUEUED, true, "cancelled: cancelled", 1},
                            {MoveState::RESERVING, true, "cancelled: cancelled", 1},
                            {MoveState::ORDERED, true, "cancelled: cancelled", 1},
                            {MoveState::COPYING, true, "cancelled: cancelled", 1},
                            {MoveState::STOPPED, true, "cancelled: cancelled", 1},
                            {MoveState::RESUMED, false, "completed", 3},
                            {MoveState::COMMITTING, false, "completed", 3}};
    for (const auto& phase : phases)
    {
        SCOPED_TRACE(MoveStateName(phase.state));
        Config::SetDefault("ns3::vmm::VmManager::MaxMoves", UintegerValue(1));
        BuildRacks();
        AddVms(2, "s1", 4 * MIB);
        RunTo(0.5);
        m_manager->OrderMove({"before", "s1-v1", "s2"});
        m_manager->OrderMove({"m", "s1-v0", "s3"});
        const MoveRecord* move = m_manager->FindMove("m");
        for (int step = 0; move->state != phase.state; ++step)
        {
            ASSERT_LT(step, 200000);
            Simulator::Stop(MicroSeconds(5));
            Simulator::Run();
        }
        OperationRequest cancel;
        cancel.name = "c";
        cancel.kind = OperationKind::CANCEL;
        cancel.target = "m";
        m_manager->OrderOperation(cancel);
        EXPECT_EQ(Operation("c").outcome, phase.cancelled ? "done" : "refused");
        RunTo(60);
        EXPECT_EQ(OutcomeOf(2), phase.outcome);
        ExpectRunsAt(m_vms[0], phase.at);
        ExpectRunsAt(m_vms[1], 2);
        EXPECT_EQ(m_twice, 0);
        Clear();
    }
}

TEST_F(VmManagerLimitsTest, CancellingAnOperationCallsOffWhatWaits)
{
    Config::SetDefault("ns3::vmm::VmManager::MaxMoves", UintegerValue(1));
    BuildRacks();
    AddVms(4, "s1", 4 * MIB);
    Evacuate("s1", 1);
    RunTo(1.01);
    OperationRequest cancel;
    cancel.name = "c";
    cancel.kind = OperationKind::CANCEL;
    cancel.target = "e";
    m_manager->OrderOperation(cancel);
    RunTo(10);
    const auto record = Operation("e");
    EXPECT_EQ(record.outcome, "cancelled");
    EXPECT_EQ(record.reason, "by c");
    EXPECT_EQ(record.completed, 1u);
    EXPECT_EQ(record.cancelled, 3u);
    EXPECT_TRUE(m_manager->IsOpen("s1"));
    ExpectNoneLostNoneTwice();
    cancel.name = "c2";
    cancel.target = "nothing";
    m_manager->OrderOperation(cancel);
    EXPECT_EQ(Operation("c2").outcome, "refused");
    EXPECT_THROW(m_manager->OrderOperation(cancel), std::invalid_argument);
}

TEST_F(VmManagerLimitsTest, BalancesByMovesThatHelp)
{
    for (const char* name : {"Memory"})
    {
        Config::SetDefault(std::string("ns3::vmm::Hypervisor::") + name, UintegerValue(16 * MIB));
    }
    BuildRacks();
    AddVms(12, "s1", MIB);
    OperationRequest request;
    request.name = "b";
    request.kind = OperationKind::BALANCE;
    request.target = "all";
    request.threshold = 0.1;
    m_manager->ScheduleOperation(Seconds(1), request);
    RunTo(30);
    EXPECT_EQ(Operation("b").outcome, "done");
    for (const auto& hypervisor : m_hypervisors)
    {
        EXPECT_EQ(hypervisor->GetVmIds().size(), 2u);
    }
    EXPECT_EQ(Operation("b").completed, 10u);
    ExpectNoneLostNoneTwice();
}

TEST_F(VmManagerLimitsTest, ChurnIsReproducibleBySeed)
{
    std::vector<std::vector<std::string>> logs;
    for (uint32_t seed : {1, 1, 2})
    {
        RngSeedManager::SetRun(seed);
        BuildRacks();
        for (const char* server : {"s1", "s3", "s5"})
        {
            AddVms(2, server, MIB);
        }
        m_manager->AssignStreams(500);
        OperationRequest request;
        request.name = "churn";
        request.kind = OperationKind::CHURN;
        request.target = "all";
        request.placement = "random";
        request.rate = 4;
        request.until = Seconds(11);
        m_manager->ScheduleOperation(Seconds(1), request);
        RunTo(20);
        const auto record = Operation("churn");
        EXPECT_EQ(record.outcome, "done");
        EXPECT_EQ(record.completed, record.ordered);
        EXPECT_GT(record.ordered, 20u);
        ExpectNoneLostNoneTwice();
        std::vector<std::string> log;
        for (const auto& move : m_manager->GetMoves())
        {
            log.push_back(move.migration + " " + move.vm + " " + move.destination + " " +
                          std::to_string(move.order.GetNanoSeconds()));
        }
        logs.push_back(log);
        Clear();
    }
    EXPECT_EQ(logs[0], logs[1]);
    EXPECT_NE(logs[0], logs[2]);
}

TEST_F(VmManagerLimitsTest, ThreeStepsOfCreation)
{
    BuildRacks();
    auto vm = AddVm("v", "s1", 4 * MIB);
    RunTo(1);
    ExpectRunsAt(vm, 1);
    std::vector<std::string> messages;
    for (const auto& event : m_messages)
    {
        if (event.vm == "v")
        {
            messages.push_back(std::string(ManagementTypeName(event.type)) +
                               (event.acknowledgement ? "-ack" : ""));
        }
    }
    EXPECT_EQ(
        messages,
        (std::vector<std::string>{
            "create", "create-ack", "confirm", "confirm-ack", "registered", "registered-ack"}));
    ASSERT_EQ(m_placed.size(), 3u);
    EXPECT_EQ(m_placed[0].result, "asked");
    EXPECT_EQ(m_placed[1].result, "held");
    EXPECT_EQ(m_placed[2].result, "running");
    EXPECT_EQ(m_placed[2].policy, "");
}

TEST_F(VmManagerLimitsTest, AServerThatRefusesANewVmIsNotTheEnd)
{
    Config::SetDefault("ns3::vmm::VmManager::Placement", StringValue("first-fit"));
    BuildRacks();
    RunTo(0.5);
    // s1 is full, and nobody has told the manager.
    VmSpec foreign;
    foreign.id = "foreign";
    foreign.mac = VmMac(99);
    foreign.addresses = {Ipv4Address("10.8.0.1")};
    foreign.memory = m_hypervisors[0]->GetFreeMemory();
    EXPECT_EQ(m_hypervisors[0]->Reserve(foreign, 1), Admission::ADMITTED);
    auto vm = CreateObject<Vm>();
    VmSpec spec;
    spec.id = "v";
    spec.mac = VmMac(1);
    spec.addresses = {Ipv4Address("10.9.0.1")};
    spec.memory = MIB;
    vm->Build(spec);
    m_manager->PlaceVm(spec);
    RunTo(1);
    ExpectRunsAt(vm, 2);
    std::vector<std::string> results;
    for (const auto& record : m_placed)
    {
        results.push_back(record.server + " " + record.result);
    }
    EXPECT_EQ(results,
              (std::vector<std::string>{
                  "s1 asked", "s1 no resources", "s2 asked", "s2 held", "s2 running"}));
    EXPECT_EQ(m_placed[0].candidates, 6u);
    EXPECT_EQ(m_manager->GetVm("v")->epoch, 2);
    vm->Dispose();
}

TEST_F(VmManagerLimitsTest, NewVmsWaitForServersAndForRoom)
{
    Config::SetDefault("ns3::vmm::Hypervisor::Memory", UintegerValue(4 * MIB));
    Config::SetDefault("ns3::vmm::VmManager::PlacementTimeout", TimeValue(Seconds(5)));
    BuildRacks();
    for (int i = 0; i < 8; ++i)
    {
        VmSpec spec;
        spec.id = "v" + std::to_string(i);
        spec.mac = VmMac(static_cast<uint32_t>(i) + 1);
        spec.addresses = {Ipv4Address(Ipv4Address("10.9.0.1").Get() + static_cast<uint32_t>(i))};
        spec.memory = 4 * MIB;
        auto vm = CreateObject<Vm>();
        vm->Build(spec);
        m_vms.push_back(vm);
        m_manager->PlaceVm(spec); // before any server is connected
    }
    RunTo(1);
    std::set<std::string> servers;
    for (int i = 0; i < 6; ++i)
    {
        servers.insert(m_manager->GetVm("v" + std::to_string(i))->server);
    }
    EXPECT_EQ(servers.size(), 6u); // spread, though they said hello one after the other
    EXPECT_EQ(m_manager->GetVm("v6")->state, ManagedVm::State::CREATING);
    m_manager->DestroyVm("v0");
    RunTo(4);
    EXPECT_EQ(m_manager->GetVm("v6")->state, ManagedVm::State::RUNNING);
    RunTo(6);
    EXPECT_EQ(m_manager->GetVm("v7")->state, ManagedVm::State::REFUSED);
    EXPECT_EQ(m_manager->GetVm("v7")->reason, "no server has room");
    EXPECT_THROW(m_manager->PlaceVm(m_vms[1]->GetSpec(), "magic"), std::invalid_argument);
}

TEST_F(VmManagerLimitsTest, AServerThatDoesNotAnswerIsNotTheEnd)
{
    Config::SetDefault("ns3::vmm::VmManager::Placement", StringValue("first-fit"));
    Config::SetDefault("ns3::vmm::VmManager::AnswerTimeout", TimeValue(Seconds(2)));
    BuildRacks();
    RunTo(0.5);
    m_hypervisors[0]->Fail();
    auto vm = CreateObject<Vm>();
    VmSpec spec;
    spec.id = "v";
    spec.mac = VmMac(1);
    spec.addresses = {Ipv4Address("10.9.0.1")};
    spec.memory = MIB;
    vm->Build(spec);
    m_manager->PlaceVm(spec);
    RunTo(2);
    EXPECT_EQ(m_manager->GetVm("v")->server, "s1");
    RunTo(3);
    ExpectRunsAt(vm, 2);
    EXPECT_FALSE(m_manager->IsOpen("s1"));
    vm->Dispose();
}

TEST_F(VmManagerLimitsTest, ResourcesThatNobodyConfirmsAreGivenBack)
{
    Config::SetDefault("ns3::vmm::MigrationAgent::ReserveTimeout", TimeValue(Seconds(3)));
    BuildRacks();
    auto vm = AddVm("v", "s1", 4 * MIB);
    // The manager goes silent when the server has answered.
    RunTo(0.000);
    for (int step = 0; !m_hypervisors[0]->Find("v"); ++step)
    {
        ASSERT_LT(step, 100000);
        Simulator::Stop(MicroSeconds(1));
        Simulator::Run();
    }
    m_net->SetLoss(0, 1);
    EXPECT_EQ(vm->GetState(), VmState::DEFINED);
    EXPECT_EQ(m_hypervisors[0]->GetFreeMemory(), m_hypervisors[0]->GetMemory() - 4 * MIB);
    RunTo(4);
    EXPECT_EQ(m_hypervisors[0]->Find("v"), nullptr);
    EXPECT_EQ(m_hypervisors[0]->GetFreeMemory(), m_hypervisors[0]->GetMemory());
    EXPECT_EQ(vm->GetHost(), nullptr);
    // It hears of the confirmation after all: the VM is admitted anew.
    m_net->SetLoss(0, 0);
    RunTo(60);
    ExpectRunsAt(vm, 1);
}
