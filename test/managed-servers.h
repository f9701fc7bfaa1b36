// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MANAGED_SERVERS_H
#define VMM_MANAGED_SERVERS_H

#include "star-network.h"

#include "ns3/data-rate.h"
#include "ns3/dirty-model.h"
#include "ns3/hypervisor.h"
#include "ns3/migration-agent.h"
#include "ns3/vm-directory.h"
#include "ns3/vm-manager.h"
#include "ns3/vm.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A VM Manager (host 0 of a StarNetwork) and servers (hosts 1, 2, ..., named s1, s2, ...), each
 * with hypervisor and migration agent, and a record of what their traces said. There is no NVE:
 * the first call of Build() says what stands in for it.
 */
class ManagedServersTest : public SimTest
{
  protected:
    /// What an NVE would say of a VM that is attached.
    class Registrar : public HypervisorListener
    {
      public:
        Ptr<MigrationAgent> agent;                              //!< of the same server
        std::vector<std::pair<std::string, uint32_t>> attached; //!< (VM-ID:reason, epoch)
        std::vector<std::string> heard;                         //!< all calls in order
        bool accept{true};             //!< the answer for VMs that moved here
        bool silent{false};            //!< or none
        Time delay{MicroSeconds(100)}; //!< until it comes

        void VmArriving(const VmSpec&, uint32_t) override
        {
            heard.push_back("arriving");
        }

        void VmAttached(Ptr<Vm> vm, uint32_t epoch, AttachReason reason) override
        {
            static const char* const NAMES[] = {
                "created", "moved", "rolled-back", "moved-warm", "moved-cold"};
            heard.push_back(NAMES[static_cast<int>(reason)]);
            attached.emplace_back(vm->GetId() + ":" + heard.back(), epoch);
            if (!silent)
            {
                const bool ok = accept || !HasMoved(reason);
                Simulator::Schedule(delay,
                                    &MigrationAgent::RegistrationResult,
                                    agent,
                                    vm->GetId(),
                                    epoch,
                                    ok,
                                    uint8_t(ok ? 0 : 129));
            }
        }

        void VmLeaving(Ptr<Vm>) override
        {
            heard.push_back("leaving");
        }

        void VmStopped(Ptr<Vm>) override
        {
            heard.push_back("stopped");
        }

        void VmReleased(Ptr<Vm>) override
        {
            heard.push_back("released");
        }

        void VmDestroyed(Ptr<Vm>) override
        {
            heard.push_back("destroyed");
        }

        void ArrivalCancelled(const std::string&) override
        {
            heard.push_back("cancelled");
        }
    };

    /// One line of what happened.
    struct Happening
    {
        std::string what; //!< of which trace
        Time when;        //!< time
        CopyEvent event;  //!< what it said
    };

    /// Makes a manager and so many servers.
    void Build(uint32_t servers,
               bool ipv6 = false,
               const std::string& rate = "1Gbps",
               const std::string& delay = "10us")
    {
        m_net = std::make_unique<StarNetwork>(servers + 1, rate, delay);
        m_manager = CreateObject<VmManager>();
        m_net->Host(0)->AddApplication(m_manager);
        m_manager->TraceConnectWithoutContext("Move",
                                              MakeCallback(&ManagedServersTest::MoveChanged, this));
        m_manager->TraceConnectWithoutContext("MessageTx",
                                              MakeCallback(&ManagedServersTest::MessageSent, this));
        for (uint32_t i = 1; i <= servers; ++i)
        {
            AddServer(i, ipv6);
        }
    }

    /// Makes server i.
    void AddServer(uint32_t i, bool ipv6)
    {
        auto hypervisor = CreateObject<Hypervisor>();
        m_net->Host(i)->AddApplication(hypervisor);
        auto agent = CreateObject<MigrationAgent>();
        agent->SetAttribute("ServerName", StringValue("s" + std::to_string(i)));
        agent->SetHypervisor(hypervisor);
        agent->SetManager(ipv6 ? m_net->Address6(0) : m_net->Address4(0));
        m_net->Host(i)->AddApplication(agent);
        m_registrars.push_back(std::make_unique<Registrar>());
        m_registrars.back()->agent = agent;
        hypervisor->AddListener(m_registrars.back().get());
        m_hypervisors.push_back(hypervisor);
        m_agents.push_back(agent);
        agent->TraceConnectWithoutContext("CopyStart",
                                          MakeCallback(&ManagedServersTest::Started, this));
        agent->TraceConnectWithoutContext("Stopped",
                                          MakeCallback(&ManagedServersTest::Stopped, this));
        agent->TraceConnectWithoutContext("Resumed",
                                          MakeCallback(&ManagedServersTest::Resumed, this));
        agent->TraceConnectWithoutContext("Suspended",
                                          MakeCallback(&ManagedServersTest::Suspended, this));
        agent->TraceConnectWithoutContext("RolledBack",
                                          MakeCallback(&ManagedServersTest::RolledBack, this));
        agent->TraceConnectWithoutContext("Finished",
                                          MakeCallback(&ManagedServersTest::Finished, this));
        agent->TraceConnectWithoutContext("Round",
                                          MakeCallback(&ManagedServersTest::RoundDone, this));
        agent->TraceConnectWithoutContext("MessageTx",
                                          MakeCallback(&ManagedServersTest::MessageSent, this));
    }

    /// Makes a VM and has the manager create it at a server.
    Ptr<Vm> AddVm(const std::string& id,
                  const std::string& server,
                  uint64_t memory,
                  const std::string& dirtyRate = "0bps")
    {
        VmSpec spec;
        spec.id = id;
        spec.mac = VmMac(static_cast<uint32_t>(m_vms.size()) + 1);
        spec.addresses = {
            Ipv4Address(Ipv4Address("10.9.0.1").Get() + static_cast<uint32_t>(m_vms.size()))};
        spec.memory = memory;
        auto vm = CreateObject<Vm>();
        vm->Build(spec);
        auto model = CreateObject<ConstantDirtyModel>();
        model->SetAttribute("Rate", DataRateValue(DataRate(dirtyRate)));
        vm->AggregateObject(model);
        m_vms.push_back(vm);
        m_manager->CreateVm(spec, server);
        return vm;
    }

    void TearDown() override
    {
        Clear();
    }

    /// Ends the simulation and forgets everything, so that a case can build another.
    void Clear()
    {
        m_vms.clear();
        m_manager = nullptr;
        m_agents.clear();
        m_hypervisors.clear();
        Reset();
        m_registrars.clear();
        m_happenings.clear();
        m_rounds.clear();
        m_moves.clear();
        m_messages.clear();
        m_net.reset();
    }

    /// @return what happened, in order
    std::vector<std::string> Names() const
    {
        std::vector<std::string> names;
        for (const auto& happening : m_happenings)
        {
            names.push_back(happening.what);
        }
        return names;
    }

    void RunTo(double seconds)
    {
        Simulator::Stop(Seconds(seconds) - Simulator::Now());
        Simulator::Run();
    }

    /// @return server i's registrar
    Registrar& At(uint32_t i)
    {
        return *m_registrars.at(i - 1);
    }

    /// @return the happenings of this kind
    std::vector<Happening> Of(const std::string& what) const
    {
        std::vector<Happening> found;
        for (const auto& happening : m_happenings)
        {
            if (happening.what == what)
            {
                found.push_back(happening);
            }
        }
        return found;
    }

    /// @return the outcome of a move and why
    std::string OutcomeOf(uint32_t move) const
    {
        const auto* record = m_manager->GetMove(move);
        return std::string(MoveOutcomeName(record->outcome)) +
               (record->reason.empty() ? "" : ": " + record->reason);
    }

    /// Checks that a VM runs at exactly this server, in everybody's books.
    void ExpectRunsAt(Ptr<Vm> vm, uint32_t server)
    {
        EXPECT_EQ(vm->GetState(), VmState::RUNNING);
        EXPECT_EQ(vm->GetHost(), m_net->Host(server));
        EXPECT_EQ(m_manager->GetVm(vm->GetId())->server, "s" + std::to_string(server));
        for (uint32_t i = 1; i <= m_hypervisors.size(); ++i)
        {
            EXPECT_EQ(m_hypervisors[i - 1]->Find(vm->GetId()) != nullptr, i == server) << i;
            EXPECT_FALSE(m_hypervisors[i - 1]->IsReserved(vm->GetId())) << i;
        }
    }

    std::unique_ptr<StarNetwork> m_net;
    Ptr<VmManager> m_manager;
    std::vector<Ptr<Hypervisor>> m_hypervisors;
    std::vector<Ptr<MigrationAgent>> m_agents;
    std::vector<std::unique_ptr<Registrar>> m_registrars;
    std::vector<Ptr<Vm>> m_vms;
    std::vector<Happening> m_happenings;
    std::vector<CopyRound> m_rounds;
    std::vector<MoveRecord> m_moves;
    std::vector<ManagementEvent> m_messages;

  private:
    void Note(const char* what, const CopyEvent& event)
    {
        m_happenings.push_back({what, Simulator::Now(), event});
    }

    void Started(const CopyEvent& event)
    {
        Note("start", event);
    }

    void Stopped(const CopyEvent& event)
    {
        Note("stopped", event);
    }

    void Resumed(const CopyEvent& event)
    {
        Note("resumed", event);
    }

    void Suspended(const CopyEvent& event)
    {
        Note("suspended", event);
    }

    void RolledBack(const CopyEvent& event)
    {
        Note("rolled-back", event);
    }

    void Finished(const CopyEvent& event)
    {
        Note("finished", event);
    }

    void RoundDone(const CopyRound& round)
    {
        m_rounds.push_back(round);
    }

    void MoveChanged(const MoveRecord& record)
    {
        m_moves.push_back(record);
    }

    void MessageSent(const ManagementEvent& event)
    {
        m_messages.push_back(event);
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MANAGED_SERVERS_H
