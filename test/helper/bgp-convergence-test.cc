// SPDX-License-Identifier: GPL-2.0-only
// How BGP converges in a Clos and in a clique (RFC 7938 and what is known of withdrawals), and that
// traffic takes all paths that it finds.
#include "helper/bgp-fabric.h"

#include "ns3/bgp-codec.h"
#include "ns3/inet-socket-address.h"
#include "ns3/packet-sink-helper.h"
#include "ns3/packet-sink.h"
#include "ns3/udp-client-server-helper.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr IpFamily V4 = IpFamily::IPV4; //!< short

/// Withdrawals of one prefix, and when routers lost it.
struct WithdrawalWatch
{
    /// From one node to the neighbour with this address.
    using Way = std::pair<uint32_t, IpAddress>;

    IpPrefix prefix;                       //!< which
    std::map<Way, std::vector<Time>> ways; //!< withdrawals sent
    std::map<uint32_t, Time> lost;         //!< by node, when its Fib lost the route
    std::map<Way, bool> told;              //!< what was announced last

    void Sent(const BgpMessageTrace& message)
    {
        if (message.type != BgpMessageType::UPDATE)
        {
            return;
        }
        const std::vector<uint8_t>& octets = *message.octets;
        for (const auto& decoded : DecodeBgpMessage(octets.data(), octets.size(), {}).messages)
        {
            const auto& update = std::get<BgpUpdateMessage>(decoded);
            if (Has(update.withdrawn))
            {
                ways[{message.node, message.remote}].push_back(Simulator::Now());
                told[{message.node, message.remote}] = false;
            }
            if (Has(update.announced))
            {
                told[{message.node, message.remote}] = true;
            }
        }
    }

    bool Has(const std::vector<IpPrefix>& prefixes) const
    {
        return std::find(prefixes.begin(), prefixes.end(), prefix) != prefixes.end();
    }

    void Changed(const FibChange& change)
    {
        if (change.prefix == prefix && change.action == FibAction::REMOVE)
        {
            lost[change.node] = Simulator::Now();
        }
    }
};

/// Routers of one AS each, all linked to each other at 1 us, and a last one behind the first.
Topology
MakeClique(size_t routers)
{
    Topology clique;
    for (size_t i = 0; i <= routers; ++i)
    {
        clique.AddNode({"r-" + std::to_string(i), NodeRole::ROUTER});
        for (size_t j = 0; j < (i < routers ? i : 1); ++j)
        {
            TopologyLink link;
            link.a = static_cast<NodeId>(j);
            link.b = static_cast<NodeId>(i);
            link.rate = DataRate("10Gbps");
            link.delay = MicroSeconds(1);
            clique.AddLink(link);
        }
    }
    return clique;
}

/// How long a clique takes to forget a prefix that the router behind its first one withdraws.
Time
ForgetInClique(size_t routers, Time interval)
{
    FabricHelper fabrics;
    fabrics.SetAttribute("StaticUnderlay", BooleanValue(false));
    fabrics.SetAttribute("Ipv6", BooleanValue(false));
    Ptr<Fabric> fabric = fabrics.Build(MakeClique(routers));
    BgpHelper bgp;
    bgp.SetNumbering(BgpNumbering::PER_ROUTER);
    bgp.SetAttribute("Mrai", TimeValue(interval));
    bgp.SetAttribute("SplitHorizon", BooleanValue(false));
    bgp.SetAttribute("Jitter", StringValue("ns3::ConstantRandomVariable[Constant=1]"));
    bgp.SetAttribute("HoldTime", TimeValue(Seconds(0)));
    bgp.Install(fabric);
    bgp.AssignStreams(1);
    const IpPrefix prefix = IpPrefix::FromString("10.9.0.0/16");
    WithdrawalWatch watch;
    watch.prefix = prefix;
    for (const auto& [node, router] : bgp.GetRouters())
    {
        fabric->GetFib(node)->TraceConnectWithoutContext(
            "Change", MakeCallback(&WithdrawalWatch::Changed, &watch));
    }
    bgp.GetRouter(routers)->Announce(prefix);
    const Time start = Seconds(5000);
    Simulator::Stop(start);
    Simulator::Run();
    for (size_t i = 0; i < routers; ++i)
    {
        EXPECT_TRUE(fabric->GetFib(i)->Find(prefix, RouteOwner::BGP)) << i;
    }
    bgp.GetRouter(routers)->Withdraw(prefix);
    Simulator::Stop(Seconds(5000));
    Simulator::Run();
    Time last = start;
    for (size_t i = 0; i < routers; ++i)
    {
        EXPECT_FALSE(fabric->GetFib(i)->Find(prefix, RouteOwner::BGP)) << i;
        EXPECT_FALSE(bgp.GetRouter(i)->GetSpeaker()->GetEntry(prefix)) << i;
        last = std::max(last, watch.lost[fabric->GetNode(i)->GetId()]);
    }
    Simulator::Destroy();
    return last - start;
}

/// Counts frames that carry a probe.
void
CountProbe(uint64_t* number, Ptr<const Packet> packet)
{
    *number += packet->GetSize() > 500;
}

class BgpConvergenceTest : public BgpFabricTest
{
  protected:
    /// Listens to what happens to the VM prefix of a server.
    void Watch(const std::string& server)
    {
        watch.prefix = fabric->GetPlan().GetVmPrefix(Id(server), V4);
        for (const auto& [node, router] : bgp.GetRouters())
        {
            router->TraceConnectWithoutContext("Tx", MakeCallback(&WithdrawalWatch::Sent, &watch));
            fabric->GetFib(node)->TraceConnectWithoutContext(
                "Change", MakeCallback(&WithdrawalWatch::Changed, &watch));
        }
    }

    Time LostAt(const std::string& name)
    {
        return watch.lost[fabric->GetNode(name)->GetId()];
    }

    WithdrawalWatch watch; //!< of one prefix
};

} // namespace

// A three-level fat-tree of radix 2 (k=4): two links up and two down at every switch. The rack's
// switch fails; its prefix is gone after four rounds of 51 ms: at the aggregation switches of its
// pod, at the cores and the pod's other rack, at the other aggregation switches, at the other
// racks. (A lab of that size with FRR, whose routers take 51 ms, shows the same rounds.)
TEST_F(BgpConvergenceTest, LeafFailureTakesFourRounds)
{
    detectTime = Seconds(0);
    bgp.SetAttribute("SelectionDelay", TimeValue(MilliSeconds(51)));
    Build("fat-tree", {{"k", "4"}});
    Watch("server-0-0-0");
    RunUntil(Seconds(5));
    ASSERT_TRUE(bgp.AreAllEstablished());
    const auto announced = watch.told;
    const Time failure = Seconds(5);
    for (const std::string agg : {"agg-0-0", "agg-0-1"})
    {
        fabric->FailLinkAt(failure, "edge-0-0", agg);
    }
    RunUntil(Seconds(10));

    // A message takes 1 us and the time of some 100 octets at 100 Gbit/s.
    auto expectRound = [&](const std::string& name, int round)
    {
        const Time expected = failure + MilliSeconds(51) * round;
        EXPECT_GE(LostAt(name), expected) << name;
        EXPECT_LE(LostAt(name), expected + MicroSeconds(2) * round) << name;
    };
    for (const std::string agg : {"agg-0-0", "agg-0-1"})
    {
        expectRound(agg, 1);
    }
    for (const std::string name : {"core-0", "core-1", "core-2", "core-3", "edge-0-1"})
    {
        expectRound(name, 2);
    }
    for (const std::string pod : {"1", "2", "3"})
    {
        expectRound("agg-" + pod + "-0", 3);
        expectRound("agg-" + pod + "-1", 3);
        expectRound("edge-" + pod + "-0", 4);
        expectRound("edge-" + pod + "-1", 4);
    }
    for (const auto& [node, router] : bgp.GetRouters())
    {
        EXPECT_EQ(!router->GetSpeaker()->GetEntry(watch.prefix), node != Id("edge-0-0")) << node;
    }

    // Each way on which the prefix had been announced carries its withdrawal, once; but those to
    // and from the switch that failed.
    const uint32_t failed = fabric->GetNode("edge-0-0")->GetId();
    size_t carried = 0;
    for (const auto& [way, yes] : announced)
    {
        bool toFailed = false;
        for (const std::string agg : {"agg-0-0", "agg-0-1"})
        {
            const LinkId link = *fabric->GetTopology().FindLink(Id("edge-0-0"), Id(agg));
            toFailed |= way.second == fabric->GetPlan().GetLinkAddress(link, Id("edge-0-0"), V4);
        }
        if (yes && way.first != failed && !toFailed)
        {
            EXPECT_EQ(watch.ways[way].size(), 1u) << way.first << " to " << way.second;
            ++carried;
        }
    }
    size_t sent = 0;
    for (const auto& [way, times] : watch.ways)
    {
        sent += way.first == failed ? 0 : times.size();
    }
    EXPECT_EQ(sent, carried) << "and no other does";
    // 2 aggs to 2 cores and a rack; 4 cores to 3 aggs; 6 aggs to 2 racks: 6 + 12 + 12 down the
    // tree. What a switch hears it also tells those of the tier it came from, whose own AS is in
    // the path: nothing, as they would drop it.
    EXPECT_GE(carried, 30u);
}

// A prefix is gone at a router only when all its equal paths are.
TEST_F(BgpConvergenceTest, OneOfTwoPathsIsNoLoss)
{
    detectTime = Seconds(0);
    Build("fat-tree", {{"k", "4"}});
    Watch("server-0-0-0");
    RunUntil(Seconds(2));
    const IpAddress vm = watch.prefix.GetAddress();
    EXPECT_EQ(Hops(Id("edge-1-0"), vm).size(), 2u);
    fabric->FailLinkAt(Seconds(2), "edge-0-0", "agg-0-0");
    RunUntil(Seconds(4));
    EXPECT_EQ(Hops(Id("edge-1-0"), vm).size(), 1u);
    EXPECT_EQ(Hops(Id("agg-1-0"), vm).size(), 0u) << "its cores hang on the switch that was cut";
    EXPECT_EQ(Hops(Id("agg-1-1"), vm).size(), 2u);
    EXPECT_EQ(watch.lost.count(fabric->GetNode("edge-1-0")->GetId()), 0u);
}

// Labovitz and others (SIGCOMM 2000): a clique explores longer and longer paths, one interval each.
TEST(BgpClique, WithdrawalTakesAnIntervalForEachRouter)
{
    std::map<Time, std::map<size_t, double>> times;
    for (const Time& interval : {Seconds(0), Seconds(5), Seconds(30)})
    {
        for (size_t routers = 4; routers <= 8; ++routers)
        {
            times[interval][routers] = ForgetInClique(routers, interval).GetSeconds();
        }
    }
    // Each interval lets every router find one more path of a length gone; the first round is free,
    // and n - 3 are left. The last hops take microseconds.
    for (const Time& interval : {Seconds(5), Seconds(30)})
    {
        for (const auto& [routers, time] : times[interval])
        {
            EXPECT_NEAR(time, interval.GetSeconds() * (routers - 3), 1e-3) << routers;
        }
    }
    // Without an interval a path costs no more than its links.
    for (const auto& [routers, time] : times[Seconds(0)])
    {
        EXPECT_GT(time, 1e-6) << routers;
        EXPECT_LT(time, routers * 4e-6) << routers;
    }
}

// Flows of all ports between two racks: each of the four spines carries what the hash gives it.
TEST_F(BgpConvergenceTest, TrafficTakesAllEqualPaths)
{
    Build("leaf-spine", {{"leaves", "2"}, {"spines", "4"}, {"servers", "1"}});
    RunUntil(Seconds(1));
    EXPECT_EQ(Hops(Id("leaf-0"), fabric->GetAddress(Id("server-1-0"), V4)).size(), 4u);
    constexpr int FLOWS = 200;
    constexpr int PACKETS = 5;
    std::map<uint32_t, uint64_t> carried; // by spine's index
    for (uint32_t spine = 0; spine < 4; ++spine)
    {
        const NodeId id = Id("spine-" + std::to_string(spine));
        const LinkId link = *fabric->GetTopology().FindLink(Id("leaf-1"), id);
        fabric->GetDevice(link, id)->TraceConnectWithoutContext(
            "PhyTxEnd", MakeBoundCallback(&CountProbe, &carried[spine]));
    }
    const Ipv4Address to = fabric->GetAddress(Id("server-1-0"), V4).ToIpv4();
    ApplicationContainer sinks;
    for (uint16_t flow = 0; flow < FLOWS; ++flow)
    {
        const uint16_t port = 10000 + flow;
        PacketSinkHelper sink("ns3::UdpSocketFactory", InetSocketAddress(to, port));
        sinks.Add(sink.Install(fabric->GetNode("server-1-0")));
        UdpClientHelper client(to, port);
        client.SetAttribute("PacketSize", UintegerValue(500));
        client.SetAttribute("MaxPackets", UintegerValue(PACKETS));
        client.SetAttribute("Interval", TimeValue(MilliSeconds(1)));
        client.Install(fabric->GetNode("server-0-0")).Start(MicroSeconds(10 * flow));
    }
    RunUntil(Seconds(2));
    uint64_t received = 0;
    for (uint32_t i = 0; i < sinks.GetN(); ++i)
    {
        received += DynamicCast<PacketSink>(sinks.Get(i))->GetTotalRx();
    }
    EXPECT_EQ(received, uint64_t(FLOWS) * PACKETS * 500) << "none is lost";
    uint64_t sum = 0;
    for (uint32_t spine = 0; spine < 4; ++spine)
    {
        EXPECT_EQ(carried[spine] % PACKETS, 0u) << "a flow stays on its path";
        // 200 flows over 4 paths: 50 each, with a standard deviation of 6.1.
        EXPECT_NEAR(carried[spine] / PACKETS, 50, 25) << spine;
        sum += carried[spine];
    }
    EXPECT_EQ(sum, uint64_t(FLOWS) * PACKETS);
}
