// SPDX-License-Identifier: GPL-2.0-only
// Signalling that is lost, duplicated or reordered on its way.
#include "failure-fixture.h"

#include "ns3/inet-socket-address.h"
#include "ns3/udp-socket-factory.h"

using namespace ns3;
using namespace ns3::vmm;

class LossySignallingTest : public FailureTest
{
  protected:
    /// A message as it was sent.
    struct Sent
    {
        Ptr<Node> node;
        IpAddress to;
        std::vector<uint8_t> octets;
    };

    // Notes every message that a node's endpoint sends.
    void Capture(Ptr<RegistrationEndpoint> endpoint, Ptr<Node> node)
    {
        endpoint->TraceConnectWithoutContext(
            "Tx",
            Callback<void,
                     const RegistrationMessage&,
                     const IpAddress&,
                     const IpAddress&,
                     uint32_t>(
                [this, node](const RegistrationMessage& message,
                             const IpAddress&,
                             const IpAddress& to,
                             uint32_t)
                {
                    sent.push_back({node, to, EncodeRegistration(message)});
                    for (const auto& delay : repeatAfter)
                    {
                        Simulator::Schedule(delay, &LossySignallingTest::Repeat, sent.back());
                    }
                }));
    }

    void CaptureAll()
    {
        auto& mobility = run->GetMobility();
        auto fabric = run->GetFabric();
        Capture(mobility.GetNva()->GetEndpoint(), mobility.GetNva()->GetNode());
        for (const auto& [node, server] : mobility.GetServers())
        {
            Capture(server.nve->GetEndpoint(), fabric->GetNode(node));
        }
        for (const auto& [node, agent] : mobility.GetRouterAgents())
        {
            Capture(agent->GetEndpoint(), fabric->GetNode(node));
        }
    }

    // Sends a message once more, from the same node.
    static void Repeat(Sent message)
    {
        auto socket = Socket::CreateSocket(message.node, UdpSocketFactory::GetTypeId());
        ASSERT_EQ(socket->Bind(), 0);
        socket->SendTo(Create<Packet>(message.octets.data(), message.octets.size()),
                       0,
                       InetSocketAddress(message.to.ToIpv4(), REGISTRATION_PORT));
        socket->Close();
    }

    // The first next hop of every node that has a host route for web.
    std::map<std::string, Ptr<NetDevice>> Routes()
    {
        std::map<std::string, Ptr<NetDevice>> routes;
        const auto& topology = run->GetFabric()->GetTopology();
        for (NodeId node = 0; node < topology.GetNodeCount(); ++node)
        {
            std::string name = topology.GetNode(node).name;
            const Route* route = HostRoute(name, "web");
            if (route && !route->nextHops.empty())
            {
                routes[name] = route->nextHops.front().device;
            }
        }
        return routes;
    }

    std::vector<Sent> sent;
    std::vector<Time> repeatAfter;
};

TEST_F(LossySignallingTest, MovesCompleteOverALossyLink)
{
    SetKey("duration", "60s");
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,30s,web,server-3-0\n";
    // From 500 ms on, when the servers are connected; both directions lose every fifth packet.
    files["failures.csv"] = "time,what,target,value\n500ms,link-loss,mn:leaf-0,0.2\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms,58s,10ms,100B\n";
    for (uint64_t seed = 1; seed <= 5; ++seed)
    {
        SCOPED_TRACE(seed);
        Run("host-route", seed);
        EXPECT_EQ(Outcome("m1"), "completed");
        EXPECT_EQ(Outcome("m2"), "completed");
        EXPECT_EQ(Bound("web"), AddressOf("server-3-0"));
        EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-3-0"});
        EXPECT_EQ(Summary("lost_ttl"), 0);
        ExpectNoLossAfter("probe", Move("m2", "control_converged_s"));
    }
}

TEST_F(LossySignallingTest, DuplicatesChangeNothing)
{
    Run();
    double lost = Summary("lost_packets");
    double outage = Move("m1", "outage_s");
    size_t routes = Routes().size();
    EXPECT_GT(routes, 0u);

    Build();
    int alarms = 0;
    run->GetMobility().GetNva()->TraceConnectWithoutContext(
        "Alarm",
        Callback<void, const VmKey&, const IpAddress&, BindingVerdict>(
            [&](const VmKey&, const IpAddress&, BindingVerdict)
            {
                ++alarms;
            }));
    // At once, after the message's answer, and long after everything.
    repeatAfter = {Time(), MilliSeconds(1), MilliSeconds(700)};
    CaptureAll();
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(Summary("unaccounted"), 0);
    EXPECT_GT(sent.size(), 10u);
    EXPECT_EQ(alarms, 0);
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-2-0"});
    EXPECT_EQ(Routes().size(), routes);
    // The repetitions delay the rest by less than a period of 1 ms.
    EXPECT_NEAR(Summary("lost_packets"), lost, 1);
    EXPECT_NEAR(Move("m1", "outage_s"), outage, 0.001);
}

TEST_F(LossySignallingTest, OldMessagesInReverseOrderChangeNothing)
{
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,1500ms,web,server-3-0\n"
                         "m3,2s,web,server-0-0\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms,3500ms,1ms,100B\n";
    Build();
    CaptureAll();
    std::map<std::string, Ptr<NetDevice>> before;
    size_t repeated = 0;
    At(2.5,
       "mn",
       [&]()
       {
           before = Routes();
           auto old = sent;
           repeated = old.size();
           for (size_t i = 0; i < old.size(); ++i)
           {
               Simulator::Schedule(MicroSeconds(100) * static_cast<int64_t>(old.size() - i),
                                   &LossySignallingTest::Repeat,
                                   old[i]);
           }
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(Summary("unaccounted"), 0);
    EXPECT_GT(repeated, 20u);
    EXPECT_EQ(Bound("web"), AddressOf("server-0-0"));
    EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-0-0"});
    EXPECT_EQ(Routes(), before);
    ExpectNoLossAfter("probe", Move("m3", "control_converged_s"));
}
