// SPDX-License-Identifier: GPL-2.0-only
#include "../managed-servers.h"

#include <stdexcept>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr uint64_t MIB = 1 << 20;

class VmManagerTest : public ManagedServersTest
{
};

} // namespace

TEST_F(VmManagerTest, CreatesAndDestroys)
{
    Build(2);
    auto vm = AddVm("vm1", "s1", MIB);
    EXPECT_EQ(m_manager->GetVm("vm1")->state, ManagedVm::State::CREATING);
    EXPECT_EQ(m_manager->GetVm("other"), nullptr);
    RunTo(1);
    EXPECT_TRUE(m_manager->IsConnected("s1"));
    EXPECT_FALSE(m_manager->IsConnected("s9"));
    EXPECT_EQ(m_manager->GetVm("vm1")->state, ManagedVm::State::RUNNING);
    EXPECT_EQ(m_manager->GetVm("vm1")->epoch, 1);
    ExpectRunsAt(vm, 1);
    EXPECT_EQ(m_hypervisors[0]->GetEpoch("vm1"), 1u);
    EXPECT_TRUE(m_manager->DestroyVm("vm1"));
    EXPECT_EQ(m_manager->GetVm("vm1")->state, ManagedVm::State::DESTROYING);
    RunTo(2);
    EXPECT_EQ(m_manager->GetVm("vm1")->state, ManagedVm::State::DESTROYED);
    EXPECT_EQ(vm->GetState(), VmState::DESTROYED);
    EXPECT_FALSE(m_manager->DestroyVm("vm1"));
    EXPECT_FALSE(m_manager->DestroyVm("other"));
}

TEST_F(VmManagerTest, RefusedByTheHypervisorOrTheRegistrar)
{
    Build(2);
    m_hypervisors[0]->SetAttribute("Memory", UintegerValue(MIB));
    AddVm("big", "s1", 2 * MIB);
    AddVm("small", "s1", MIB);
    auto& registrar = At(1);
    registrar.silent = true;
    RunTo(1);
    m_agents[0]->RegistrationResult("small", 1, false, 129);
    RunTo(2);
    EXPECT_EQ(m_manager->GetVm("big")->state, ManagedVm::State::REFUSED);
    EXPECT_EQ(m_manager->GetVm("big")->reason, "no resources");
    EXPECT_EQ(m_manager->GetVm("small")->state, ManagedVm::State::REJECTED);
    EXPECT_EQ(m_manager->GetVm("small")->reason, "registration status 129");
    m_manager->OrderMove({"m1", "big", "s2"});
    m_manager->OrderMove({"m2", "small", "s2"});
    EXPECT_EQ(OutcomeOf(1), "refused: the VM is refused");
    EXPECT_EQ(OutcomeOf(2), "refused: the VM is rejected");
    // The registrar changes its mind.
    m_agents[0]->RegistrationResult("small", 1, true, 0);
    RunTo(3);
    EXPECT_EQ(m_manager->GetVm("small")->state, ManagedVm::State::RUNNING);
}

TEST_F(VmManagerTest, OrdersThatCannotBegin)
{
    Build(2);
    AddVm("vm1", "s1", MIB);
    m_manager->OrderMove({"early", "vm1", "s2"});
    EXPECT_EQ(OutcomeOf(1), "refused: the VM is creating");
    RunTo(1);
    m_manager->OrderMove({"here", "vm1", "s1"});
    EXPECT_EQ(OutcomeOf(2), "refused: the VM is there already");
    m_manager->OrderMove({"who", "vm7", "s2"});
    EXPECT_EQ(OutcomeOf(3), "refused: no VM 'vm7'");
    m_manager->OrderMove({"where", "vm1", ""});
    EXPECT_EQ(OutcomeOf(4), "refused: no server ''");
    EXPECT_EQ(m_manager->GetMoves().size(), 4u);
    EXPECT_THROW(m_manager->OrderMove({"here", "vm1", "s2"}), std::invalid_argument);
    EXPECT_THROW(m_manager->OrderMove({"", "vm1", "s2"}), std::invalid_argument);
    EXPECT_THROW(m_manager->OrderMove({std::string(64, 'x'), "vm1", "s2"}), std::invalid_argument);
    EXPECT_THROW(m_manager->OrderMove({"m", "vm1", "s2", MoveType::HOT, "magic"}),
                 std::invalid_argument);
    EXPECT_THROW(m_manager->ScheduleMove(Seconds(0.5), {"m", "vm1", "s2"}), std::invalid_argument);
    EXPECT_THROW(m_manager->CreateVm(m_vms[0]->GetSpec(), "s1"), std::invalid_argument);
    EXPECT_THROW(m_manager->CreateVm(VmSpec(), "s1"), std::invalid_argument);
    EXPECT_EQ(m_manager->GetMove(0), nullptr);
    EXPECT_EQ(m_manager->GetMove(5), nullptr);
    RunTo(2);
    ExpectRunsAt(m_vms[0], 1);
    EXPECT_EQ(At(2).heard.size(), 0u);
}

TEST_F(VmManagerTest, ServerThatIsNotThere)
{
    Build(2);
    auto vm = AddVm("vm1", "s1", MIB);
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s9"});
    RunTo(200);
    EXPECT_EQ(OutcomeOf(1), "failed: no answer from the destination");
    ExpectRunsAt(vm, 1);
    EXPECT_EQ(At(1).heard, (std::vector<std::string>{"created"})); // never bothered
    m_manager->OrderMove({"m2", "vm1", "s2"});
    RunTo(210);
    EXPECT_EQ(OutcomeOf(2), "completed");
}

TEST_F(VmManagerTest, OverlapIsRefused)
{
    Build(3);
    auto vm = AddVm("vm1", "s1", 2 * MIB);
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    m_manager->ScheduleMove(Seconds(1.01), {"m2", "vm1", "s3"});
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    EXPECT_EQ(OutcomeOf(2), "refused: the VM is being moved");
    EXPECT_EQ(m_manager->GetMove(2)->epoch, 0);
    EXPECT_EQ(m_manager->GetMove(2)->end, Seconds(1.01));
    ExpectRunsAt(vm, 2);
}

TEST_F(VmManagerTest, OverlapIsQueued)
{
    Config::SetDefault("ns3::vmm::VmManager::OverlapPolicy", StringValue("Queue"));
    Build(3);
    auto vm = AddVm("vm1", "s1", 2 * MIB);
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    m_manager->ScheduleMove(Seconds(1.005), {"m2", "vm1", "s2"}); // there by then
    m_manager->ScheduleMove(Seconds(1.006), {"m3", "vm1", "s1"});
    m_manager->ScheduleMove(Seconds(1.007), {"m4", "vm1", "s3"});
    RunTo(1.01);
    EXPECT_EQ(m_manager->GetMove(4)->state, MoveState::QUEUED);
    EXPECT_TRUE(m_manager->CancelMove(4));
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    EXPECT_EQ(OutcomeOf(2), "refused: the VM is there already");
    EXPECT_EQ(OutcomeOf(3), "completed");
    EXPECT_EQ(OutcomeOf(4), "cancelled: cancelled");
    EXPECT_EQ(m_manager->GetMove(3)->epoch, 4);
    EXPECT_EQ(m_manager->GetMove(3)->source, "s2");
    ExpectRunsAt(vm, 1);
    // Queued moves of a VM that is destroyed.
    m_manager->OrderMove({"m5", "vm1", "s2"});
    m_manager->OrderMove({"m6", "vm1", "s3"});
    RunTo(10.01);
    EXPECT_TRUE(m_manager->DestroyVm("vm1"));
    RunTo(20);
    EXPECT_EQ(OutcomeOf(5), "cancelled: VM destroyed");
    EXPECT_EQ(OutcomeOf(6), "cancelled: VM destroyed");
    EXPECT_EQ(vm->GetState(), VmState::DESTROYED);
}

TEST_F(VmManagerTest, ChainAndReturn)
{
    Build(3);
    auto vm = AddVm("vm1", "s1", MIB, "50Mbps");
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    m_manager->ScheduleMove(Seconds(2), {"m2", "vm1", "s3"});
    m_manager->ScheduleMove(Seconds(3), {"m3", "vm1", "s1"});
    RunTo(4);
    for (uint32_t i = 1; i <= 3; ++i)
    {
        EXPECT_EQ(OutcomeOf(i), "completed");
        EXPECT_EQ(m_manager->GetMove(i)->epoch, 2 * i);
    }
    ExpectRunsAt(vm, 1);
    EXPECT_EQ(m_hypervisors[0]->GetEpoch("vm1"), 6u);
}

TEST_F(VmManagerTest, TwoVmsSwapPlaces)
{
    Build(2);
    auto a = AddVm("a", "s1", 2 * MIB, "50Mbps");
    auto b = AddVm("b", "s2", 2 * MIB, "50Mbps");
    m_manager->ScheduleMove(Seconds(1), {"m1", "a", "s2"});
    m_manager->ScheduleMove(Seconds(1), {"m2", "b", "s1"});
    RunTo(4);
    EXPECT_EQ(OutcomeOf(1), "completed");
    EXPECT_EQ(OutcomeOf(2), "completed");
    ExpectRunsAt(a, 2);
    ExpectRunsAt(b, 1);
}

TEST_F(VmManagerTest, ManyMovesAtOnce)
{
    Build(4);
    for (int i = 0; i < 12; ++i)
    {
        AddVm("vm" + std::to_string(i), "s" + std::to_string(i % 4 + 1), MIB / 4, "10Mbps");
        m_manager->ScheduleMove(Seconds(1),
                                {"m" + std::to_string(i),
                                 "vm" + std::to_string(i),
                                 "s" + std::to_string((i + 1) % 4 + 1)});
    }
    RunTo(20);
    for (uint32_t i = 0; i < 12; ++i)
    {
        EXPECT_EQ(OutcomeOf(i + 1), "completed");
        ExpectRunsAt(m_vms[i], (i + 1) % 4 + 1);
    }
}

TEST_F(VmManagerTest, UnfinishedAtTheEnd)
{
    Build(2);
    AddVm("vm1", "s1", 4 * MIB);
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    RunTo(1.01);
    m_manager->CloseBooks();
    EXPECT_EQ(OutcomeOf(1), "unfinished: still copying");
    EXPECT_EQ(m_moves.back().outcome, MoveOutcome::UNFINISHED);
    m_manager->CloseBooks();
    EXPECT_EQ(OutcomeOf(1), "unfinished: still copying");
}

TEST_F(VmManagerTest, WithoutRegistration)
{
    Config::SetDefault("ns3::vmm::VmManager::WaitForRegistration", BooleanValue(false));
    Build(2);
    At(1).silent = true;
    At(2).silent = true;
    auto vm = AddVm("vm1", "s1", MIB);
    m_manager->ScheduleMove(Seconds(1), {"m1", "vm1", "s2"});
    RunTo(2);
    EXPECT_EQ(OutcomeOf(1), "completed");
    ExpectRunsAt(vm, 2);
}

TEST_F(VmManagerTest, StrangersAreSentAway)
{
    Build(2);
    auto vm = AddVm("vm1", "s1", MIB);
    auto stranger = CreateObject<MessageStream>();
    int lost = 0;
    stranger->SetStateCallback(
        [&](bool connected, const std::string&)
        {
            if (!connected)
            {
                ++lost;
                stranger->Close();
            }
            else
            {
                // An order to commit, before any HELLO.
                ManagementMessage forged;
                forged.type = ManagementType::RESUMED;
                forged.vm = "vm1";
                forged.move = 1;
                stranger->Send(EncodeManagement(forged));
            }
        });
    Simulator::Schedule(Seconds(1),
                        &MessageStream::Connect,
                        stranger,
                        m_net->Host(2),
                        m_net->Address4(0),
                        MigrationAgent::MANAGER_PORT);
    RunTo(5);
    EXPECT_EQ(lost, 1);
    m_manager->OrderMove({"m1", "vm1", "s2"});
    RunTo(10);
    EXPECT_EQ(OutcomeOf(1), "completed");
    stranger->Dispose();
}
