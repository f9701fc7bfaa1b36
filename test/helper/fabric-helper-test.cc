// SPDX-License-Identifier: GPL-2.0-only
#include "sim-fixture.h"

#include "ns3/boolean.h"
#include "ns3/fabric-helper.h"
#include "ns3/flow-choice.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/nstime.h"
#include "ns3/packet.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"

#include <map>
#include <set>

using namespace ns3;
using namespace ns3::vmm;
using Strings = std::vector<std::string>;

namespace
{

constexpr uint16_t PORT = 4000; //!< where all nodes listen

/// Sends datagrams between the nodes of a fabric and notes which way they take.
class FabricTest : public SimTest
{
  protected:
    void TearDown() override
    {
        m_sockets.clear();
        m_fabric = nullptr;
        SimTest::TearDown();
    }

    /// Makes a fabric.
    void Build(const std::string& builder,
               const std::map<std::string, std::string>& values,
               const FabricHelper& helper = FabricHelper())
    {
        BuilderInput input;
        input.values = values;
        m_fabric = helper.Build(builder, input);
        for (NodeId node = 0; node < m_fabric->GetTopology().GetNodeCount(); node++)
        {
            if (!m_fabric->GetFib(node))
            {
                continue;
            }
            for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
            {
                if (m_fabric->HasFamily(family))
                {
                    Listen(node, family);
                }
            }
            m_fabric->GetFib(node)->TraceConnectWithoutContext(
                "Drop", MakeCallback(&FabricTest::NoteDrop, this));
        }
    }

    /// Opens a socket at a node's loopback address and hears where packets pass.
    void Listen(NodeId node, IpFamily family)
    {
        Ptr<Node> n = m_fabric->GetNode(node);
        Ptr<Socket> socket = Socket::CreateSocket(n, UdpSocketFactory::GetTypeId());
        ASSERT_EQ(socket->Bind(m_fabric->GetAddress(node, family).ToSocketAddress(PORT)), 0);
        socket->SetRecvCallback(MakeCallback(&FabricTest::Receive, this));
        m_sockets[{node, family}] = socket;
        if (family == IpFamily::IPV4)
        {
            n->GetObject<Ipv4L3Protocol>()->TraceConnect(
                "UnicastForward", std::to_string(node), MakeCallback(&FabricTest::Forward4, this));
        }
        else
        {
            n->GetObject<Ipv6L3Protocol>()->TraceConnect(
                "UnicastForward", std::to_string(node), MakeCallback(&FabricTest::Forward6, this));
        }
    }

    /// Sends a datagram now. The port decides nothing but the flow.
    void Send(NodeId from, NodeId to, IpFamily family)
    {
        m_last.clear();
        int sent = m_sockets.at({from, family})
                       ->SendTo(Create<Packet>(100),
                                0,
                                m_fabric->GetAddress(to, family).ToSocketAddress(PORT));
        EXPECT_EQ(sent, 100);
    }

    /// Schedules a datagram.
    void SendAt(Time at, const std::string& from, const std::string& to, IpFamily family)
    {
        Simulator::Schedule(at,
                            &FabricTest::Send,
                            this,
                            m_fabric->GetTopology().GetNodeId(from),
                            m_fabric->GetTopology().GetNodeId(to),
                            family);
    }

    void Receive(Ptr<Socket> socket)
    {
        Address from;
        while (Ptr<Packet> packet = socket->RecvFrom(from))
        {
            NodeId sender =
                m_fabric->GetPlan().FindNode(IpAddress::FromAddress(from)).value_or(NO_NODE);
            NodeId here = m_fabric->FindNode(socket->GetNode()).value_or(NO_NODE);
            m_received[{sender, here}]++;
            m_arrivals.push_back(Simulator::Now());
            m_ways.push_back(m_last);
        }
    }

    void Forward4(std::string node, const Ipv4Header&, Ptr<const Packet>, uint32_t)
    {
        m_last.push_back(m_fabric->GetTopology().GetNode(std::stoul(node)).name);
    }

    void Forward6(std::string node, const Ipv6Header&, Ptr<const Packet>, uint32_t)
    {
        m_last.push_back(m_fabric->GetTopology().GetNode(std::stoul(node)).name);
    }

    void NoteDrop(Ptr<const Packet>, DropCause cause)
    {
        m_drops[cause]++;
    }

    /// Every node with a stack sends to every other one.
    void ExpectFullMesh(IpFamily family)
    {
        std::vector<NodeId> nodes;
        for (NodeId node = 0; node < m_fabric->GetTopology().GetNodeCount(); node++)
        {
            if (m_fabric->GetFib(node))
            {
                nodes.push_back(node);
            }
        }
        Time at = Simulator::Now();
        size_t count = 0;
        for (NodeId from : nodes)
        {
            for (NodeId to : nodes)
            {
                if (from != to)
                {
                    Simulator::Schedule(at, &FabricTest::Send, this, from, to, family);
                    at += MilliSeconds(1);
                    count++;
                }
            }
        }
        m_received.clear();
        m_ways.clear();
        Simulator::Run();
        EXPECT_EQ(m_received.size(), count);
        for (const auto& [pair, number] : m_received)
        {
            EXPECT_EQ(number, 1);
        }
        EXPECT_TRUE(m_drops.empty());
    }

    Ptr<Fabric> m_fabric;                                         //!< the fabric
    std::map<std::pair<NodeId, IpFamily>, Ptr<Socket>> m_sockets; //!< of each node
    std::map<std::pair<NodeId, NodeId>, int> m_received;          //!< datagrams by ends
    std::vector<Time> m_arrivals;                                 //!< of each datagram
    Strings m_last;                                               //!< forwarders of the last one
    std::vector<Strings> m_ways;                                  //!< forwarders of each arrival
    std::map<DropCause, int> m_drops;                             //!< losses in the tables
};

/// Cases for both families.
class FabricFamilyTest : public FabricTest, public ::testing::WithParamInterface<IpFamily>
{
};

} // namespace

INSTANTIATE_TEST_SUITE_P(Families,
                         FabricFamilyTest,
                         ::testing::Values(IpFamily::IPV4, IpFamily::IPV6),
                         [](const auto& info)
                         {
                             return info.param == IpFamily::IPV4 ? "Ipv4" : "Ipv6";
                         });

TEST_P(FabricFamilyTest, LeafSpineReachesEveryone)
{
    Build("leaf-spine", {{"leaves", "3"}, {"spines", "2"}, {"servers", "2"}});
    ExpectFullMesh(GetParam());
}

TEST_P(FabricFamilyTest, FatTreeReachesEveryone)
{
    Build("fat-tree", {{"k", "4"}});
    ExpectFullMesh(GetParam());
}

TEST_P(FabricFamilyTest, FigureOneReachesEveryone)
{
    for (const char* kind : {"routed", "bridged"})
    {
        Build("figure-1", {{"switches", kind}});
        ExpectFullMesh(GetParam());
        m_sockets.clear();
        Reset();
    }
}

TEST_P(FabricFamilyTest, StationsFindEachOtherWithoutPermanentEntriesToo)
{
    FabricHelper helper;
    helper.SetAttribute("PermanentNeighbours", BooleanValue(false));
    Build("figure-1", {{"switches", "bridged"}}, helper);
    ExpectFullMesh(GetParam());
}

TEST_P(FabricFamilyTest, BridgedNeighboursAreOneHopAndFourLinksApart)
{
    Build("figure-1", {{"switches", "bridged"}});
    SendAt(MilliSeconds(1), "nve-a", "nve-b", GetParam());
    SendAt(MilliSeconds(2), "nve-b", "nve-a", GetParam());
    SendAt(MilliSeconds(3), "br-0", "nve-b", GetParam());
    Simulator::Run();
    ASSERT_EQ(m_ways.size(), 3u);
    EXPECT_EQ(m_ways[0], Strings());
    EXPECT_EQ(m_ways[2], (Strings{"r-0"}));
    // Datagram of 128 (148) octets: two links at 10 Gbit/s, two at 40 Gbit/s, four times 1 us.
    int64_t bits = (GetParam() == IpFamily::IPV4 ? 128 : 148) * 8;
    int64_t ns = 4000 + 2 * bits / 10 + 2 * bits / 40;
    EXPECT_NEAR((m_arrivals[1] - MilliSeconds(2)).GetNanoSeconds(), ns, 4);
}

TEST_P(FabricFamilyTest, FlowsStayOnThePredictedPath)
{
    FabricHelper helper;
    helper.SetAttribute("RandomSalts", BooleanValue(true));
    Build("fat-tree", {{"k", "4"}}, helper);
    m_fabric->AssignStreams(7);
    const Topology& t = m_fabric->GetTopology();
    std::vector<NodeId> nves = t.GetNves();
    std::vector<std::pair<NodeId, NodeId>> flows;
    Time at;
    for (int round = 0; round < 3; round++)
    {
        for (NodeId to : nves)
        {
            if (to != nves[0])
            {
                at += MilliSeconds(1);
                SendAt(at, t.GetNode(nves[0]).name, t.GetNode(to).name, GetParam());
                flows.emplace_back(nves[0], to);
            }
        }
    }
    Simulator::Run();
    ASSERT_EQ(m_ways.size(), flows.size());
    std::set<Strings> distinct;
    for (size_t i = 0; i < flows.size(); i++)
    {
        FlowKey key;
        key.source = m_fabric->GetAddress(flows[i].first, GetParam());
        key.destination = m_fabric->GetAddress(flows[i].second, GetParam());
        key.protocol = 17;
        key.ports = (PORT << 16) | PORT;
        ForwardingState state;
        state.owner = state.serving = flows[i].second;
        ForwardingWalk walk = WalkFlow(t, state, flows[i].first, MakeFlowChoice(m_fabric, key));
        Strings expected;
        for (size_t n = 1; n + 1 < walk.nodes.size(); n++)
        {
            expected.push_back(t.GetNode(walk.nodes[n]).name);
        }
        EXPECT_EQ(m_ways[i], expected);
        EXPECT_EQ(m_ways[i], m_ways[i % 15]);
        distinct.insert(m_ways[i]);
    }
    EXPECT_GT(distinct.size(), 8u);
}

TEST_P(FabricFamilyTest, FailureReroutesAfterDetection)
{
    FabricHelper helper;
    helper.SetAttribute("LinkDetectTime", TimeValue(MilliSeconds(20)));
    Build("leaf-spine", {{"leaves", "2"}, {"spines", "2"}, {"servers", "1"}}, helper);
    // Which spine the flow takes is the hash's choice: learn it, then cut that spine's far link.
    SendAt(MilliSeconds(1), "server-0-0", "server-1-0", GetParam());
    Simulator::Stop(MilliSeconds(5));
    Simulator::Run();
    ASSERT_EQ(m_ways.size(), 1u);
    ASSERT_EQ(m_ways[0].size(), 3u);
    std::string spine = m_ways[0][1];
    std::string other = spine == "spine-0" ? "spine-1" : "spine-0";
    m_fabric->FailLinkAt(MilliSeconds(10), "leaf-1", spine);
    m_fabric->RestoreLinkAt(MilliSeconds(100), "leaf-1", spine);
    for (int ms : {15, 25, 35, 95, 115, 125}) // from now, 5 ms
    {
        SendAt(MilliSeconds(ms - 5), "server-0-0", "server-1-0", GetParam());
    }
    Simulator::Stop(MilliSeconds(300));
    Simulator::Run();
    // 15 and 25 are lost; 35 and 95 go round; at 115 the repair is not known; at 125 it is.
    ASSERT_EQ(m_ways.size(), 5u);
    EXPECT_EQ(m_ways[1], (Strings{"leaf-0", other, "leaf-1"}));
    EXPECT_EQ(m_ways[2], (Strings{"leaf-0", other, "leaf-1"}));
    EXPECT_EQ(m_ways[3], (Strings{"leaf-0", other, "leaf-1"}));
    EXPECT_EQ(m_ways[4], (Strings{"leaf-0", spine, "leaf-1"}));
    EXPECT_TRUE(m_drops.empty());
}

TEST_P(FabricFamilyTest, WithoutAnyPathTheCauseIsLinkDown)
{
    FabricHelper helper;
    helper.SetAttribute("LinkDetectTime", TimeValue(MilliSeconds(1)));
    Build("leaf-spine", {{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}}, helper);
    m_fabric->FailLinkAt(MilliSeconds(1), "leaf-1", "spine-0");
    SendAt(MilliSeconds(5), "server-0-0", "server-1-0", GetParam());
    SendAt(MilliSeconds(6), "server-0-0", "mn", GetParam());
    Simulator::Run();
    EXPECT_EQ(m_received.size(), 1u);
    EXPECT_EQ(m_drops, (std::map<DropCause, int>{{DropCause::LINK_DOWN, 1}}));
}

TEST_P(FabricFamilyTest, EveryoneIsReachedRoundACut)
{
    Build("fat-tree", {{"k", "4"}});
    m_fabric->FailLinkAt(MilliSeconds(1), "agg-0-0", "core-0");
    m_fabric->FailLinkAt(MilliSeconds(1), "edge-1-1", "agg-1-1");
    Simulator::Stop(MilliSeconds(60));
    Simulator::Run();
    ExpectFullMesh(GetParam());
}

TEST_P(FabricFamilyTest, ACutTreeLinkCutsTheSegment)
{
    FabricHelper helper;
    helper.SetAttribute("LinkDetectTime", TimeValue(MilliSeconds(10)));
    Build("figure-1", {{"switches", "bridged"}}, helper);
    // Both parallel links are named; one of them is pruned and carries nothing anyway.
    m_fabric->FailLinkAt(MilliSeconds(1), "agg", "switch-1");
    m_fabric->RestoreLinkAt(MilliSeconds(30), "agg", "switch-1");
    for (int ms : {5, 20, 50})
    {
        SendAt(MilliSeconds(ms), "mn", "nve-b", GetParam());
        SendAt(MilliSeconds(ms + 1), "mn", "nve-a", GetParam());
    }
    Simulator::Run();
    NodeId from = m_fabric->GetTopology().GetNodeId("mn");
    EXPECT_EQ((m_received[{from, m_fabric->GetTopology().GetNodeId("nve-a")}]), 3);
    // At 5 ms lost on the link, at 20 ms in the table of r-1.
    EXPECT_EQ((m_received[{from, m_fabric->GetTopology().GetNodeId("nve-b")}]), 1);
    EXPECT_EQ(m_drops, (std::map<DropCause, int>{{DropCause::LINK_DOWN, 1}}));
}

TEST_F(FabricTest, AShortCutGoesUnnoticed)
{
    FabricHelper helper;
    helper.SetAttribute("LinkDetectTime", TimeValue(MilliSeconds(20)));
    Build("leaf-spine", {{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}}, helper);
    m_fabric->FailLinkAt(MilliSeconds(1), "leaf-1", "spine-0");
    m_fabric->RestoreLinkAt(MilliSeconds(11), "leaf-1", "spine-0");
    uint64_t version = m_fabric->GetTopology().GetVersion();
    Simulator::Run();
    EXPECT_EQ(m_fabric->GetTopology().GetVersion(), version);
    EXPECT_EQ(Simulator::Now(), MilliSeconds(31));
    EXPECT_THROW(m_fabric->FailLinkAt(MilliSeconds(1), "leaf-1", "spine-0"), std::invalid_argument);
    EXPECT_THROW(m_fabric->FailLinkAt(Seconds(1), "leaf-1", "leaf-0"), std::invalid_argument);
    EXPECT_THROW(m_fabric->FailLinkAt(Seconds(1), "leaf-1", "leaf-9"), std::invalid_argument);
}

TEST_F(FabricTest, TablesHoldWhatTheyShould)
{
    Build("leaf-spine", {{"leaves", "4"}, {"spines", "2"}, {"servers", "2"}});
    const Topology& t = m_fabric->GetTopology();
    // 15 nodes, 8 NVEs: 14 loopbacks and 8 VM prefixes in each family.
    EXPECT_EQ(m_fabric->GetFib(t.GetNodeId("leaf-2"))->GetRouteCount(RouteOwner::STATIC), 44u);
    // A default route and the discard route of the own prefix in each family.
    NodeId server = t.GetNodeId("server-2-1");
    Ptr<Fib> fib = m_fabric->GetFib(server);
    EXPECT_EQ(fib->GetRouteCount(RouteOwner::STATIC), 4u);
    IpPrefix own = m_fabric->GetPlan().GetVmPrefix(server, IpFamily::IPV4);
    const Route* route = fib->Lookup(own.At(77));
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(route->action, RouteAction::DISCARD);
    EXPECT_EQ(route->cause, DropCause::NO_ROUTE);
    route = fib->Lookup(IpAddress::FromString("10.0.0.9"));
    ASSERT_NE(route, nullptr);
    ASSERT_EQ(route->nextHops.size(), 1u);
    EXPECT_EQ(m_fabric->GetPlan().FindNode(route->nextHops[0].gateway),
              std::optional<NodeId>(t.GetNodeId("leaf-2")));
    route = m_fabric->GetFib(t.GetNodeId("leaf-0"))->Lookup(own.At(77));
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(route->nextHops.size(), 2u);
    EXPECT_EQ(
        m_fabric->GetNeighbourHops(t.GetNodeId("leaf-0"), t.GetNodeId("spine-1"), IpFamily::IPV6)
            .size(),
        1u);
}

TEST_F(FabricTest, OneFamilyAndNoUnderlay)
{
    FabricHelper helper;
    helper.SetAttribute("Ipv6", BooleanValue(false));
    helper.SetAttribute("StaticUnderlay", BooleanValue(false));
    Build("leaf-spine", {{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}}, helper);
    EXPECT_EQ(m_fabric->GetNode("leaf-0")->GetObject<Ipv6>(), nullptr);
    NodeId leaf = m_fabric->GetTopology().GetNodeId("leaf-0");
    EXPECT_EQ(m_fabric->GetFib(leaf)->GetRouteCount(RouteOwner::STATIC), 0u);
    EXPECT_GT(m_fabric->GetFib(leaf)->GetRouteCount(RouteOwner::CONNECTED), 0u);
    helper.SetAttribute("Ipv4", BooleanValue(false));
    EXPECT_THROW(helper.Build(m_fabric->GetTopology()), std::invalid_argument);
    EXPECT_THROW(m_fabric->Build(m_fabric->GetTopology()), std::invalid_argument);
}

TEST_F(FabricTest, SaltsFollowTheStreams)
{
    FabricHelper helper;
    helper.SetAttribute("RandomSalts", BooleanValue(true));
    Build("leaf-spine", {{"leaves", "2"}, {"spines", "1"}, {"servers", "1"}}, helper);
    EXPECT_EQ(m_fabric->GetFib(0)->GetSalt(), 1u);
    int64_t used = m_fabric->AssignStreams(5);
    EXPECT_GT(used, 0);
    uint64_t first = m_fabric->GetFib(0)->GetSalt();
    EXPECT_NE(first, 1u);
    EXPECT_NE(first, m_fabric->GetFib(1)->GetSalt());
    m_fabric->AssignStreams(5);
    EXPECT_EQ(m_fabric->GetFib(0)->GetSalt(), first);
    EXPECT_EQ(m_fabric->AssignStreams(6), used);
    EXPECT_NE(m_fabric->GetFib(0)->GetSalt(), first);
}
