// SPDX-License-Identifier: GPL-2.0-only
#include "helper/bgp-fabric.h"

#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr IpFamily V4 = IpFamily::IPV4; //!< short
constexpr IpFamily V6 = IpFamily::IPV6; //!< short

} // namespace

TEST_F(BgpFabricTest, LeafSpineConvergesToAllEqualCostPaths)
{
    Build("leaf-spine", {{"leaves", "4"}, {"spines", "2"}, {"servers", "2"}});
    RunUntil(Seconds(5));
    EXPECT_TRUE(bgp.AreAllEstablished());
    ExpectShortestPathsToServers(V4);
    // A round trip for TCP, OPEN, KEEPALIVE and two hops of UPDATE over links of 1 us.
    EXPECT_LT(lastChange, MicroSeconds(20));
    EXPECT_EQ(Hops(Id("leaf-0"), fabric->GetAddress(Id("server-3-1"), V4)).size(), 2U);
    // Spines share an AS, so that no path leads down and up again.
    EXPECT_TRUE(Hops(Id("spine-0"), fabric->GetAddress(Id("spine-1"), V4)).empty());
}

TEST_F(BgpFabricTest, FatTreeInBothFamilies)
{
    Build("fat-tree", {{"k", "4"}}, true, true);
    RunUntil(Seconds(5));
    EXPECT_TRUE(bgp.AreAllEstablished());
    ExpectShortestPathsToServers(V4);
    ExpectShortestPathsToServers(V6);
}

TEST_F(BgpFabricTest, OneAsPerRouterKnowsEveryRouterToo)
{
    bgp.SetNumbering(BgpNumbering::PER_ROUTER);
    Build("leaf-spine", {{"leaves", "3"}, {"spines", "2"}, {"servers", "1"}});
    RunUntil(Seconds(5));
    ExpectShortestPathsToServers(V4);
    EXPECT_EQ(Hops(Id("spine-0"), fabric->GetAddress(Id("spine-1"), V4)).size(), 3U);
}

TEST_F(BgpFabricTest, Ipv6Alone)
{
    Build("leaf-spine", {{"leaves", "3"}, {"spines", "2"}, {"servers", "1"}}, false, true);
    RunUntil(Seconds(5));
    EXPECT_TRUE(bgp.AreAllEstablished());
    ExpectShortestPathsToServers(V6);
}

TEST_F(BgpFabricTest, BridgedSegmentAndParallelLinks)
{
    Build("figure-1", {});
    RunUntil(Seconds(5));
    EXPECT_TRUE(bgp.AreAllEstablished());
    ExpectShortestPathsToServers(V4);
}

TEST_F(BgpFabricTest, LinkCutIsRoutedRoundAtOnceAndBack)
{
    bgp.SetNumbering(BgpNumbering::PER_ROUTER);
    Build("leaf-spine", {{"leaves", "4"}, {"spines", "2"}, {"servers", "2"}});
    fabric->FailLinkAt(Seconds(5), "leaf-0", "spine-0");
    fabric->RestoreLinkAt(Seconds(10), "leaf-0", "spine-0");
    RunUntil(Seconds(9));
    ExpectShortestPathsToServers(V4);
    EXPECT_EQ(Hops(Id("leaf-0"), fabric->GetAddress(Id("server-3-1"), V4)).size(), 1U);
    EXPECT_EQ(Router("leaf-0")->GetEstablishedCount(), 1U);
    // Noticed after 1 ms, and then a few hops of 1 us each.
    EXPECT_GT(lastChange, Seconds(5) + MilliSeconds(1));
    EXPECT_LT(lastChange, Seconds(5) + MilliSeconds(1) + MicroSeconds(20));
    RunUntil(Seconds(30));
    EXPECT_TRUE(bgp.AreAllEstablished());
    ExpectShortestPathsToServers(V4);
}

TEST_F(BgpFabricTest, SpinesOfOneAsLeadNowhereRoundACutLink)
{
    Build("leaf-spine", {{"leaves", "4"}, {"spines", "2"}, {"servers", "1"}});
    fabric->FailLinkAt(Seconds(5), "leaf-0", "spine-0");
    RunUntil(Seconds(9));
    IpAddress cut = fabric->GetAddress(Id("server-0-0"), V4);
    EXPECT_TRUE(Hops(Id("spine-0"), cut).empty()); // leaf-1, spine-1, leaf-0 would be a valley
    EXPECT_EQ(Hops(Id("leaf-1"), cut).size(), 1U);
    EXPECT_EQ(Hops(Id("leaf-1"), fabric->GetAddress(Id("server-3-0"), V4)).size(), 2U);
}

TEST_F(BgpFabricTest, LinkThatNobodyNoticesEndsWithTheHoldTime)
{
    detectTime = Hours(1);
    bgp.SetAttribute("HoldTime", TimeValue(Seconds(9)));
    Build("leaf-spine", {{"leaves", "3"}, {"spines", "2"}, {"servers", "1"}});
    fabric->FailLinkAt(Seconds(20), "leaf-0", "spine-0");
    RunUntil(Seconds(40));
    EXPECT_EQ(Router("leaf-0")->GetEstablishedCount(), 1U);
    EXPECT_EQ(Router("spine-0")->GetEstablishedCount(), 2U);
    // The last message came within a keepalive time, a third of the hold time, before the cut.
    EXPECT_GE(lastChange, Seconds(20) + Seconds(6));
    EXPECT_LE(lastChange, Seconds(20) + Seconds(9) + MilliSeconds(1));
    EXPECT_EQ(Hops(Id("leaf-0"), fabric->GetAddress(Id("server-2-0"), V4)).size(), 1U);
}

TEST_F(BgpFabricTest, WithdrawnPrefixIsForgottenByAll)
{
    for (BgpNumbering numbering : {BgpNumbering::CLOS, BgpNumbering::PER_ROUTER})
    {
        Reset();
        BgpHelper fresh;
        fresh.SetNumbering(numbering);
        BuilderInput input;
        FabricHelper helper;
        helper.SetAttribute("StaticUnderlay", BooleanValue(false));
        fabric = helper.Build("fat-tree", input);
        fresh.Install(fabric);
        IpPrefix prefix = IpPrefix::FromString("10.77.0.0/16");
        Ptr<BgpRouter> first = fresh.GetRouter(Id("edge-0-0"));
        Ptr<BgpRouter> second = fresh.GetRouter(Id("edge-1-0"));
        first->Announce(prefix);
        second->Announce(prefix);
        RunUntil(Seconds(2));
        for (const auto& [node, router] : fresh.GetRouters())
        {
            ASSERT_TRUE(router->GetSpeaker()->GetBest(prefix)) << node;
        }
        first->Withdraw(prefix);
        RunUntil(Seconds(3));
        EXPECT_TRUE(fresh.GetRouter(Id("edge-0-0"))->GetSpeaker()->GetBest(prefix)->attributes);
        second->Withdraw(prefix);
        RunUntil(Seconds(4));
        for (const auto& [node, router] : fresh.GetRouters())
        {
            EXPECT_FALSE(router->GetSpeaker()->GetEntry(prefix)) << node;
            EXPECT_FALSE(fabric->GetFib(node)->Find(prefix, RouteOwner::BGP)) << node;
        }
        Simulator::Destroy();
    }
}

TEST_F(BgpFabricTest, ServerLinkDownIsWithdrawn)
{
    Build("leaf-spine", {{"leaves", "3"}, {"spines", "2"}, {"servers", "1"}});
    fabric->FailLinkAt(Seconds(5), "leaf-0", "server-0-0");
    fabric->RestoreLinkAt(Seconds(8), "leaf-0", "server-0-0");
    RunUntil(Seconds(7));
    ExpectForgotten(fabric->GetPlan().GetVmPrefix(Id("server-0-0"), V4));
    RunUntil(Seconds(10));
    ExpectShortestPathsToServers(V4);
}

TEST_F(BgpFabricTest, ServersThatSpeakAreReachedByTheirOwnRoutes)
{
    bgp.SetServersSpeak(true);
    Build("leaf-spine", {{"leaves", "3"}, {"spines", "2"}, {"servers", "2"}});
    RunUntil(Seconds(5));
    EXPECT_TRUE(bgp.AreAllEstablished());
    EXPECT_EQ(bgp.GetRouters().size(), 3U + 2U + 6U);
    Ptr<BgpRouter> server = Router("server-0-0");
    IpPrefix vms = fabric->GetPlan().GetVmPrefix(Id("server-2-1"), V4);
    const BgpBestPath* best = server->GetSpeaker()->GetBest(vms);
    ASSERT_TRUE(best && best->attributes);
    EXPECT_EQ(best->attributes->AsPathLength(), 4U); // leaf, spines, leaf, server
    EXPECT_EQ(Hops(Id("leaf-0"), vms.GetAddress()).size(), 2U);
}

TEST_F(BgpFabricTest, RestartOfARouterEndsWithEqualTables)
{
    Build("leaf-spine", {{"leaves", "3"}, {"spines", "2"}, {"servers", "1"}});
    RunUntil(Seconds(2));
    auto before = Router("leaf-1")->GetSpeaker()->GetLocRib();
    Router("spine-0")->Shutdown();
    Router("leaf-0")->Shutdown();
    RunUntil(Seconds(3));
    EXPECT_EQ(Router("leaf-1")->GetEstablishedCount(), 1U);
    Router("spine-0")->Restart();
    Router("leaf-0")->Restart();
    RunUntil(Seconds(30));
    EXPECT_TRUE(bgp.AreAllEstablished());
    ExpectShortestPathsToServers(V4);
    auto after = Router("leaf-1")->GetSpeaker()->GetLocRib();
    ASSERT_EQ(before.size(), after.size());
    for (const auto& [prefix, best] : before)
    {
        EXPECT_EQ(*best.attributes, *after.at(prefix).attributes) << prefix;
    }
}

TEST_F(BgpFabricTest, HostRouteGoesEverywhereWithItsEpochAndComesBack)
{
    Build("leaf-spine", {{"leaves", "3"}, {"spines", "2"}, {"servers", "1"}});
    RunUntil(Seconds(2));
    IpPrefix vm = IpPrefix::FromString("10.0.0.7/32");
    // The VM of server-0-0's prefix is behind server-2-0 now.
    fabric->GetFib(Id("leaf-2"))
        ->SetRoute(vm,
                   RouteOwner::REGISTRATION,
                   Route::Forward(fabric->GetNeighbourHops(Id("leaf-2"), Id("server-2-0"), V4)));
    Router("leaf-2")->AnnounceHostRoute(vm.GetAddress(), 9, HostRouteRank::NORMAL);
    RunUntil(Seconds(3));
    const Route* route = fabric->GetFib(Id("leaf-0"))->Find(vm, RouteOwner::BGP);
    ASSERT_TRUE(route);
    EXPECT_EQ(route->epoch, 9U);
    EXPECT_EQ(route->nextHops.size(), 2U);
    Router("leaf-2")->WithdrawHostRoute(vm.GetAddress());
    RunUntil(Seconds(4));
    ExpectForgotten(vm);
}

TEST_F(BgpFabricTest, RouteOfLastRankYieldsToAnyOther)
{
    Build("leaf-spine", {{"leaves", "4"}, {"spines", "2"}, {"servers", "1"}});
    RunUntil(Seconds(2));
    IpAddress vm = IpAddress::FromString("10.0.0.7");
    Router("leaf-0")->AnnounceHostRoute(vm, 1, HostRouteRank::NORMAL);
    Router("leaf-2")->AnnounceHostRoute(vm, 2, HostRouteRank::NORMAL);
    RunUntil(Seconds(3));
    // Two equal paths from spine-0: the overlap.
    EXPECT_EQ(Hops(Id("spine-0"), vm).size(), 2U);
    Router("leaf-0")->AnnounceHostRoute(vm, 1, HostRouteRank::LAST);
    RunUntil(Seconds(4));
    const auto only = fabric->GetNeighbourHops(Id("spine-0"), Id("leaf-2"), V4);
    ASSERT_EQ(only.size(), 1U);
    EXPECT_EQ(Hops(Id("spine-0"), vm),
              std::set<std::string>{only[0].gateway.ToString() + "%" +
                                    std::to_string(only[0].device->GetIfIndex())});
}
