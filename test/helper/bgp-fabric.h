// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_FABRIC_H
#define VMM_BGP_FABRIC_H

#include "sim-fixture.h"

#include "ns3/bgp-helper.h"
#include "ns3/boolean.h"
#include "ns3/fabric-helper.h"
#include "ns3/string.h"
#include "ns3/topology-builder.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>

namespace ns3
{
namespace vmm
{

/// A fabric whose routers speak BGP.
class BgpFabricTest : public SimTest
{
  protected:
    void Build(const std::string& builder,
               const std::map<std::string, std::string>& values,
               bool ipv4 = true,
               bool ipv6 = false)
    {
        BuilderInput input;
        input.values = values;
        Build(TopologyBuilder::Make(builder, input), ipv4, ipv6);
    }

    void Build(const Topology& topology, bool ipv4 = true, bool ipv6 = false)
    {
        FabricHelper helper;
        helper.SetAttribute("StaticUnderlay", BooleanValue(false));
        helper.SetAttribute("Ipv4", BooleanValue(ipv4));
        helper.SetAttribute("Ipv6", BooleanValue(ipv6));
        helper.SetAttribute("LinkDetectTime", TimeValue(detectTime));
        fabric = helper.Build(topology);
        bgp.Install(fabric);
        fabric->AssignStreams(1);
        bgp.AssignStreams(100000);
        for (const auto& [node, router] : bgp.GetRouters())
        {
            router->TraceConnectWithoutContext("BestPath",
                                               MakeCallback(&BgpFabricTest::BestPath, this));
        }
    }

    void TearDown() override
    {
        fabric = nullptr;
        SimTest::TearDown();
    }

    void BestPath(const IpPrefix&, const BgpBestPath&, const BgpBestPath&)
    {
        lastChange = Simulator::Now();
    }

    void RunUntil(Time time)
    {
        Simulator::Stop(time - Simulator::Now());
        Simulator::Run();
    }

    NodeId Id(const std::string& name) const
    {
        return fabric->GetTopology().GetNodeId(name);
    }

    Ptr<BgpRouter> Router(const std::string& name) const
    {
        return bgp.GetRouter(Id(name));
    }

    /// Next hops of a node towards an address, as text.
    std::set<std::string> Hops(NodeId node, const IpAddress& address) const
    {
        std::set<std::string> hops;
        const Route* route = fabric->GetFib(node)->Lookup(address);
        if (route && route->action == RouteAction::FORWARD)
        {
            for (const NextHop& hop : route->nextHops)
            {
                hops.insert(hop.gateway.ToString() + "%" +
                            std::to_string(hop.device->GetIfIndex()));
            }
        }
        return hops;
    }

    /// Every router has the graph's equal-cost set towards every server's loopback and VM prefix.
    void ExpectShortestPathsToServers(IpFamily family)
    {
        const Topology& topology = fabric->GetTopology();
        size_t checked = 0;
        for (const auto& [node, router] : bgp.GetRouters())
        {
            for (NodeId server : topology.GetNves())
            {
                std::set<std::string> expected;
                for (const NextHop& hop : fabric->GetNextHops(node, server, family))
                {
                    expected.insert(hop.gateway.ToString() + "%" +
                                    std::to_string(hop.device->GetIfIndex()));
                }
                std::string where =
                    topology.GetNode(node).name + " to " + topology.GetNode(server).name;
                EXPECT_EQ(Hops(node, fabric->GetAddress(server, family)), expected) << where;
                IpPrefix vms = fabric->GetPlan().GetVmPrefix(server, family);
                EXPECT_EQ(Hops(node, vms.GetAddress()), expected) << where;
                checked++;
            }
        }
        EXPECT_EQ(checked, bgp.GetRouters().size() * topology.GetNves().size());
    }

    /// No router knows a prefix, in its tables or its Fib.
    void ExpectForgotten(const IpPrefix& prefix)
    {
        for (const auto& [node, router] : bgp.GetRouters())
        {
            EXPECT_FALSE(router->GetSpeaker()->GetEntry(prefix)) << node;
            EXPECT_FALSE(fabric->GetFib(node)->Find(prefix, RouteOwner::BGP)) << node;
        }
    }

    Time detectTime = MilliSeconds(1); //!< of the fabric
    Ptr<Fabric> fabric;                //!< the fabric
    BgpHelper bgp;                     //!< its routers
    Time lastChange;                   //!< of a best path
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_FABRIC_H
