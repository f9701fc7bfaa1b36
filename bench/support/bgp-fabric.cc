// SPDX-License-Identifier: GPL-2.0-only
#include "support/bgp-fabric.h"

#include "support/paired-runner.h"

#include "ns3/bgp-helper.h"
#include "ns3/boolean.h"
#include "ns3/fabric-helper.h"
#include "ns3/run-manifest.h"
#include "ns3/simulator.h"

#include <chrono>
#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace bench
{
namespace
{

/// What the routers tell while they converge.
struct Listener
{
    void BestPath(const IpPrefix&, const BgpBestPath&, const BgpBestPath&)
    {
        lastChange = Simulator::Now();
    }

    void Sent(const BgpMessageTrace& message)
    {
        updates += message.type == BgpMessageType::UPDATE ? 1 : 0;
    }

    Time lastChange;      //!< of a best path
    uint64_t updates = 0; //!< of all routers
};

/// @return seconds since then
double
Since(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// @return routes of owner BGP to servers, in all tables
uint64_t
CountRoutes(Ptr<Fabric> fabric, const BgpHelper& bgp)
{
    uint64_t routes = 0;
    for (const auto& [node, router] : bgp.GetRouters())
    {
        Ptr<Fib> fib = fabric->GetFib(node);
        for (NodeId server : fabric->GetTopology().GetNves())
        {
            IpPrefix vms = fabric->GetPlan().GetVmPrefix(server, IpFamily::IPV4);
            if (!fib->Lookup(vms.GetAddress()))
            {
                throw std::runtime_error("a router that does not reach a server");
            }
            routes += fib->Find(vms, RouteOwner::BGP) ? 1 : 0;
            auto loopback = IpPrefix::Host(fabric->GetAddress(server, IpFamily::IPV4));
            routes += fib->Find(loopback, RouteOwner::BGP) ? 1 : 0;
        }
    }
    return routes;
}

std::vector<double>
Converge(const std::string& builder, const std::map<std::string, std::string>& values)
{
    auto start = std::chrono::steady_clock::now();
    BuilderInput input;
    input.values = values;
    FabricHelper fabrics;
    fabrics.SetAttribute("StaticUnderlay", BooleanValue(false));
    Ptr<Fabric> fabric = fabrics.Build(builder, input);
    BgpHelper bgp;
    bgp.Install(fabric);
    bgp.AssignStreams(100000);
    Listener listener;
    size_t ends = 0;
    for (const auto& [node, router] : bgp.GetRouters())
    {
        router->TraceConnectWithoutContext("BestPath",
                                           MakeCallback(&Listener::BestPath, &listener));
        router->TraceConnectWithoutContext("Tx", MakeCallback(&Listener::Sent, &listener));
        ends += router->GetNeighborCount();
    }
    double build = Since(start);

    start = std::chrono::steady_clock::now();
    Simulator::Stop(Seconds(1));
    Simulator::Run();
    double run = Since(start);
    if (!bgp.AreAllEstablished())
    {
        throw std::runtime_error("a session that is not Established");
    }
    auto routers = static_cast<double>(bgp.GetRouters().size());
    return {routers,
            static_cast<double>(ends) / 2,
            static_cast<double>(CountRoutes(fabric, bgp)),
            listener.lastChange.GetSeconds(),
            static_cast<double>(listener.updates),
            static_cast<double>(Simulator::GetEventCount()),
            build,
            run,
            static_cast<double>(GetPeakMemory())};
}

} // namespace

FabricCost
MeasureFabric(const std::string& builder, const std::map<std::string, std::string>& values)
{
    auto measure = [&]()
    {
        return Converge(builder, values);
    };
    std::vector<double> r = CollectInChild(measure, 9);
    return {r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8]};
}

} // namespace bench
} // namespace vmm
} // namespace ns3
