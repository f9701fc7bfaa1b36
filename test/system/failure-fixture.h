// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FAILURE_FIXTURE_H
#define VMM_FAILURE_FIXTURE_H

#include "ns3/vm-directory.h"

#include "scenario-fixture.h"

#include <functional>

namespace ns3
{
namespace vmm
{

/// A scenario in which a test interferes, and what it asks of the nodes afterwards.
class FailureTest : public ScenarioTest
{
  protected:
    /// The times at which web's copy ran, from a run of m1 without interference.
    struct Course
    {
        double copyStart; // s
        double stop;      // s
        double resume;    // s
    };

    // Calls something on a node at a time. After Build.
    void At(double seconds, const std::string& node, std::function<void()> action)
    {
        Simulator::ScheduleWithContext(
            run->GetFabric()->GetNode(node)->GetId(), Seconds(seconds), action);
    }

    const VmMobilityHelper::Server& Server(const std::string& name)
    {
        return run->GetMobility().GetServer(name);
    }

    IpAddress AddressOf(const std::string& name)
    {
        auto node = run->GetFabric()->GetTopology().GetNodeId(name);
        return run->GetFabric()->GetAddress(node, IpFamily::IPV4);
    }

    IpAddress Registrar()
    {
        return AddressOf("mn");
    }

    // Where the management node says that a VM is; none if it says nothing.
    IpAddress Bound(const std::string& vm)
    {
        const BindingEntry* entry = run->GetMobility().GetNva()->GetBindings().Find({0, vm});
        return entry && !entry->held ? entry->servingNve : IpAddress();
    }

    // The servers that serve a VM by their own books.
    std::vector<std::string> Serving(const std::string& vm)
    {
        std::vector<std::string> names;
        for (const auto& [node, server] : run->GetMobility().GetServers())
        {
            const BindingUpdateEntry* entry = server.nve->GetBindings().Find({0, vm});
            if (entry && entry->role == BindingRole::SERVING && !server.hypervisor->HasFailed())
            {
                names.push_back(run->GetFabric()->GetTopology().GetNode(node).name);
            }
        }
        return names;
    }

    // A host route for a VM that a registration has put into a node's table; null if there is none.
    const Route* HostRoute(const std::string& node, const std::string& vm)
    {
        auto address = VmDirectory::Find(vm)->GetSpec().addresses.front();
        return run->GetFabric()->GetNode(node)->GetObject<Fib>()->Find(IpPrefix::Host(address),
                                                                       RouteOwner::REGISTRATION);
    }

    // What an NVE would register for a VM.
    RegistrationMessage Claim(const std::string& vm, uint16_t epoch, uint16_t counter)
    {
        const VmSpec& spec = VmDirectory::Find(vm)->GetSpec();
        RegistrationMessage request;
        request.flags = REGISTRATION_ADDRESS_KEPT;
        request.sequence = MakeSequence(epoch, counter);
        request.lifetime = 60;
        request.vmId = vm;
        request.mac = spec.mac;
        request.SetVmAddresses(spec.addresses);
        return request;
    }

    // Sends a request from a server's own endpoint and stores the reply.
    void SendAt(double seconds,
                const std::string& server,
                const IpAddress& to,
                std::function<RegistrationMessage()> request,
                std::optional<RegistrationMessage>& reply)
    {
        At(seconds,
           server,
           [this, server, to, request, &reply]()
           {
               Server(server).nve->GetEndpoint()->Send(to,
                                                       request(),
                                                       [&reply](const RequestOutcome& outcome)
                                                       {
                                                           if (outcome.reply)
                                                           {
                                                               reply = *outcome.reply;
                                                           }
                                                       });
           });
    }

    // The send times of a flow's lost packets.
    std::vector<double> LostAt(const std::string& flow) const
    {
        std::vector<double> times;
        for (const auto& loss : Trace("losses").Where({{"flow", flow}}))
        {
            times.push_back(std::stod(loss.at("sent_s")));
        }
        return times;
    }

    void ExpectNoLossAfter(const std::string& flow, double seconds) const
    {
        for (double sent : LostAt(flow))
        {
            EXPECT_LT(sent, seconds) << flow;
        }
    }

    // The causes of a flow's losses.
    std::set<std::string> Causes(const std::string& flow) const
    {
        std::set<std::string> causes;
        for (const auto& loss : Trace("losses").Where({{"flow", flow}}))
        {
            causes.insert(loss.at("cause"));
        }
        return causes;
    }

    std::string Outcome(const std::string& migration) const
    {
        return Trace("migrations").One({{"migration", migration}})["outcome"];
    }

    double Delivered(const std::string& flow) const
    {
        return std::stod(
            Trace("flows").One({{"flow", flow}, {"direction", "forward"}})["delivered"]);
    }

    double Sent(const std::string& flow) const
    {
        return std::stod(Trace("flows").One({{"flow", flow}, {"direction", "forward"}})["sent"]);
    }

    // Runs m1 alone, to learn when things happen: without randomness the next run is the same.
    Course Learn()
    {
        Run();
        return {Move("m1", "copy_start_s"), Move("m1", "stop_s"), Move("m1", "resume_s")};
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FAILURE_FIXTURE_H
