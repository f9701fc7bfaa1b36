// SPDX-License-Identifier: GPL-2.0-only
#include "fib-chain.h"
#include "ns3/ipv4-fib-routing.h"
#include "ns3/ipv6-fib-routing.h"
#include "ns3/tcp-socket-factory.h"

#include <gmock/gmock.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// Every case runs in both families.
class FibRoutingTest : public FibTest, public testing::WithParamInterface<IpFamily>
{
  protected:
    IpAddress A(uint32_t i) const
    {
        return Router(GetParam(), i);
    }

    IpPrefix H(const IpAddress& address) const
    {
        return IpPrefix::Host(address);
    }

    /// An address that no interface has.
    IpAddress Vm() const
    {
        return V4(GetParam() == IpFamily::IPV4 ? "10.1.0.1" : "fd00:1::1");
    }

    void CountL3Drops(uint32_t i)
    {
        if (GetParam() == IpFamily::IPV4)
        {
            nodes[i]->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "Drop", MakeCallback(&FibRoutingTest::Drop4, this));
        }
        else
        {
            nodes[i]->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
                "Drop", MakeCallback(&FibRoutingTest::Drop6, this));
        }
    }

    void Drop4(const Ipv4Header&,
               Ptr<const Packet>,
               Ipv4L3Protocol::DropReason reason,
               Ptr<Ipv4>,
               uint32_t)
    {
        l3[reason == Ipv4L3Protocol::DROP_TTL_EXPIRED ? "ttl"
           : reason == Ipv4L3Protocol::DROP_NO_ROUTE  ? "no-route"
                                                      : "other"]++;
    }

    void Drop6(const Ipv6Header&,
               Ptr<const Packet>,
               Ipv6L3Protocol::DropReason reason,
               Ptr<Ipv6>,
               uint32_t)
    {
        l3[reason == Ipv6L3Protocol::DROP_TTL_EXPIRED   ? "ttl"
           : reason == Ipv6L3Protocol::DROP_ROUTE_ERROR ? "no-route"
                                                        : "other"]++;
    }

    std::map<std::string, int> l3; //!< drops of the IP layer
};

INSTANTIATE_TEST_SUITE_P(Families,
                         FibRoutingTest,
                         testing::Values(IpFamily::IPV4, IpFamily::IPV6),
                         [](const auto& info)
                         {
                             return info.param == IpFamily::IPV4 ? "IPv4" : "IPv6";
                         });

} // namespace

TEST_P(FibRoutingTest, ForwardsAlongAChainAndBack)
{
    MakeChain(4);
    Listen(3, GetParam());
    Listen(0, GetParam());
    SendAt(Seconds(1), 0, A(3));
    SendAt(Seconds(2), 3, A(0));
    Simulator::Run();
    ASSERT_EQ(received[3].size(), 1u);
    EXPECT_EQ(received[3][0].ttl, 62); // two routers between
    EXPECT_EQ(received[3][0].from, A(0));
    ASSERT_EQ(received[0].size(), 1u);
    EXPECT_EQ(received[0][0].from, A(3));
    EXPECT_GT(fibs[1]->GetLastUse(H(A(3)), RouteOwner::STATIC), Seconds(1));
    EXPECT_LT(fibs[1]->GetLastUse(H(A(3)), RouteOwner::STATIC), MilliSeconds(1001));
}

TEST_P(FibRoutingTest, NodeSendsFromItsRouterAddress)
{
    MakeChain(2);
    AddAddress(0, Vm());
    Set(1, H(Vm()).ToString(), Towards(1, 0));
    fibs[0]->SetRouterAddress(Vm());
    Listen(1, GetParam());
    SendAt(Seconds(1), 0, A(1));
    Simulator::Run();
    ASSERT_EQ(received[1].size(), 1u);
    EXPECT_EQ(received[1][0].from, Vm());
}

TEST_P(FibRoutingTest, SocketBoundToADeviceSendsFromItsAddress)
{
    MakeChain(2);
    AddAddress(0, Vm());
    fibs[0]->SetRouterAddress(Vm());
    bool ipv4 = GetParam() == IpFamily::IPV4;
    auto factory = UdpSocketFactory::GetTypeId();
    Ptr<Socket> sink = Socket::CreateSocket(nodes[1], factory);
    Ptr<Socket> sender = Socket::CreateSocket(nodes[0], factory);
    sender->BindToNetDevice(Device(0, 0));
    Address to = ipv4 ? Address(InetSocketAddress(A(1).ToIpv4(), 9))
                      : Address(Inet6SocketAddress(A(1).ToIpv6(), 9));
    sink->Bind(to);
    ASSERT_EQ(sender->Connect(to), 0);
    sender->Send(Create<Packet>(10));
    Simulator::Run();
    Address from;
    ASSERT_TRUE(sink->RecvFrom(from));
    EXPECT_EQ(ipv4 ? IpAddress(InetSocketAddress::ConvertFrom(from).GetIpv4())
                   : IpAddress(Inet6SocketAddress::ConvertFrom(from).GetIpv6()),
              A(0));
}

TEST_P(FibRoutingTest, NodeReachesItself)
{
    MakeChain(2);
    Listen(0, GetParam());
    SendAt(Seconds(1), 0, A(0));
    Simulator::Run();
    ASSERT_EQ(received[0].size(), 1u);
    EXPECT_EQ(received[0][0].from, A(0));
}

TEST_P(FibRoutingTest, NoRouteIsReportedOnceByTheIpLayer)
{
    MakeChain(3);
    FibProbe probe(fibs[1]);
    CountL3Drops(1);
    Set(0, H(Vm()).ToString(), Towards(0, 1));
    SendAt(Seconds(1), 0, Vm());
    Simulator::Run();
    EXPECT_THAT(l3, testing::ElementsAre(testing::Pair("no-route", 1)));
    EXPECT_TRUE(probe.drops.empty());
}

TEST_P(FibRoutingTest, NodeWithoutRouteCannotSend)
{
    MakeChain(2);
    SendAt(Seconds(1), 0, Vm());
    Simulator::Run();
    EXPECT_EQ(sent, -1);
    Set(0, H(Vm()).ToString(), Route::Discard());
    SendAt(Seconds(1), 0, Vm());
    Simulator::Run();
    EXPECT_EQ(sent, -1);
}

TEST_P(FibRoutingTest, DiscardLosesWithItsCause)
{
    MakeChain(3);
    FibProbe probe(fibs[1]);
    CountL3Drops(1);
    Set(0, H(Vm()).ToString(), Towards(0, 1));
    Set(1, H(Vm()).ToString(), Route::Discard(DropCause::SOURCE_RELEASED));
    SendAt(Seconds(1), 0, Vm());
    SendAt(Seconds(2), 0, Vm());
    Simulator::Run();
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("source-released", 2)));
    EXPECT_TRUE(l3.empty());
    EXPECT_GT(fibs[1]->GetLastUse(H(Vm()), RouteOwner::STATIC), Seconds(2));
    EXPECT_LT(fibs[1]->GetLastUse(H(Vm()), RouteOwner::SERVING), Seconds(0));
}

TEST_P(FibRoutingTest, PuntedPacketGoesOnAfterItsRouteIsReplaced)
{
    MakeChain(3);
    AddAddress(2, Vm());
    Listen(2, GetParam());
    Set(0, H(Vm()).ToString(), Towards(0, 1));
    int punts = 0;
    Set(1,
        H(Vm()).ToString(),
        Route::Punt(
            [&](const PuntedPacket& packet)
            {
                ++punts;
                EXPECT_EQ(packet.family, GetParam());
                EXPECT_EQ(packet.device, Device(1, 0));
                EXPECT_EQ(packet.datagram->GetSize(),
                          100u + 8 + (GetParam() == IpFamily::IPV4 ? 20 : 40));
                Set(1, H(Vm()).ToString(), Towards(1, 2)); // destroys this handler's route
                fibs[1]->Reinject(packet);
            }));
    SendAt(Seconds(1), 0, Vm());
    SendAt(Seconds(2), 0, Vm());
    Simulator::Run();
    EXPECT_EQ(punts, 1);
    ASSERT_EQ(received[2].size(), 2u);
    EXPECT_EQ(received[2][0].ttl, 63); // the way through the handler costs no hop
    EXPECT_EQ(received[2][1].ttl, 63);
}

TEST_P(FibRoutingTest, PacketsOfTheNodeItselfAreForwardedOutOfAPunt)
{
    MakeChain(2);
    AddAddress(1, Vm());
    Listen(1, GetParam());
    int punts = 0;
    Set(0,
        H(Vm()).ToString(),
        Route::Punt(
            [&](const PuntedPacket& packet)
            {
                ++punts;
                Set(0, H(Vm()).ToString(), Towards(0, 1));
                fibs[0]->Reinject(packet);
            }));
    SendAt(Seconds(1), 0, Vm());
    Simulator::Run();
    EXPECT_EQ(punts, 1);
    ASSERT_EQ(received[1].size(), 1u);
    EXPECT_EQ(received[1][0].from, A(0));
}

TEST_P(FibRoutingTest, LoopEndsByTtlAtTheIpLayer)
{
    MakeChain(3);
    CountL3Drops(0);
    CountL3Drops(1);
    CountL3Drops(2);
    Set(0, H(Vm()).ToString(), Towards(0, 1));
    Set(1, H(Vm()).ToString(), Towards(1, 2));
    Set(2, H(Vm()).ToString(), Towards(2, 1));
    SendAt(Seconds(1), 0, Vm());
    Simulator::Run();
    EXPECT_THAT(l3, testing::ElementsAre(testing::Pair("ttl", 1)));
}

TEST_P(FibRoutingTest, NothingIsRoutedToADeviceOrInterfaceThatIsDown)
{
    MakeChain(3);
    FibProbe probe(fibs[1]);
    Listen(2, GetParam());
    auto ipv4 = nodes[1]->GetObject<Ipv4>();
    auto ipv6 = nodes[1]->GetObject<Ipv6>();
    int32_t interface = ipv4->GetInterfaceForDevice(Device(1, 1));
    SendAt(Seconds(1), 0, A(2));
    Simulator::Schedule(Seconds(2), &Fib::SetDeviceUp, fibs[1], Device(1, 1), false);
    SendAt(Seconds(3), 0, A(2));
    Simulator::Schedule(Seconds(4), &Fib::SetDeviceUp, fibs[1], Device(1, 1), true);
    SendAt(Seconds(5), 0, A(2));
    if (GetParam() == IpFamily::IPV4)
    {
        Simulator::Schedule(Seconds(6), &Ipv4::SetDown, ipv4, interface);
        Simulator::Schedule(Seconds(8), &Ipv4::SetUp, ipv4, interface);
    }
    else
    {
        Simulator::Schedule(Seconds(6), &Ipv6::SetDown, ipv6, interface);
        Simulator::Schedule(Seconds(8), &Ipv6::SetUp, ipv6, interface);
    }
    SendAt(Seconds(7), 0, A(2));
    SendAt(Seconds(9), 0, A(2));
    Simulator::Run();
    EXPECT_EQ(received[2].size(), 3u);
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("link-down", 2)));
}

TEST_P(FibRoutingTest, DeviceWithoutInterfaceIsDownUntilItHasOne)
{
    MakeChain(2);
    auto device = CreateObject<PointToPointNetDevice>();
    nodes[0]->AddDevice(device);
    fibs[0]->SetRoute(H(Vm()), RouteOwner::STATIC, Route::Forward({{IpAddress(), device}}));
    FlowKey key;
    key.destination = Vm();
    EXPECT_EQ(fibs[0]->GetNextHop(key), nullptr);
    if (GetParam() == IpFamily::IPV4)
    {
        auto ip = nodes[0]->GetObject<Ipv4>();
        ip->SetUp(ip->AddInterface(device));
    }
    else
    {
        auto ip = nodes[0]->GetObject<Ipv6>();
        ip->SetUp(ip->AddInterface(device));
    }
    ASSERT_NE(fibs[0]->GetNextHop(key), nullptr);
}

TEST_P(FibRoutingTest, FlowsSpreadOverTwoPathsAndEachStaysOnOne)
{
    // 0 has two links to 1; 1 has the address behind them.
    MakeNodes(3);
    Link(0, 1);
    Link(1, 2);
    Link(1, 2);
    Set(0, H(A(2)).ToString(), Route::Forward({{IpAddress(), Device(0, 0)}}));
    Set(1,
        H(A(2)).ToString(),
        Route::Forward({{IpAddress(), Device(1, 1)}, {IpAddress(), Device(1, 2)}}));
    Listen(2, GetParam());
    std::array<int, 2> count{};
    for (int k : {0, 1})
    {
        Device(2, k)->TraceConnectWithoutContext("MacRx",
                                                 Callback<void, Ptr<const Packet>>(
                                                     [&count, k](Ptr<const Packet>)
                                                     {
                                                         ++count[k];
                                                     }));
    }
    for (int flow = 0; flow < 200; ++flow)
    {
        SendAt(Seconds(1) + MilliSeconds(flow), 0, A(2), 100, 2000 + flow);
    }
    Simulator::Run();
    EXPECT_EQ(received[2].size(), 200u);
    EXPECT_EQ(count[0] + count[1], 200);
    EXPECT_NEAR(count[0], 100, 36); // five sigma
    auto before = count;
    for (int n = 0; n < 50; ++n)
    {
        SendAt(Seconds(2) + MilliSeconds(n), 0, A(2), 100, 2000);
    }
    Simulator::Run();
    EXPECT_TRUE(count[0] - before[0] == 50 || count[1] - before[1] == 50);
}

TEST_P(FibRoutingTest, TcpRunsOverTheTables)
{
    MakeChain(3);
    auto server = Socket::CreateSocket(nodes[2], TcpSocketFactory::GetTypeId());
    server->Bind(GetParam() == IpFamily::IPV4 ? Address(InetSocketAddress(80))
                                              : Address(Inet6SocketAddress(80)));
    server->Listen();
    uint32_t got = 0;
    auto receive = [&got](Ptr<Socket> socket)
    {
        while (auto packet = socket->Recv())
        {
            got += packet->GetSize();
        }
    };
    server->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                              Callback<void, Ptr<Socket>, const Address&>(
                                  [&](Ptr<Socket> socket, const Address&)
                                  {
                                      socket->SetRecvCallback(Callback<void, Ptr<Socket>>(receive));
                                  }));
    auto client = Socket::CreateSocket(nodes[0], TcpSocketFactory::GetTypeId());
    EXPECT_EQ(client->Connect(A(2).ToSocketAddress(80)), 0);
    client->Send(Create<Packet>(50000));
    Simulator::Stop(Seconds(10));
    Simulator::Run();
    EXPECT_EQ(got, 50000u);
}

TEST_P(FibRoutingTest, SubnetOfAnInterfaceIsAConnectedRoute)
{
    MakeNodes(1);
    auto device = CreateObject<PointToPointNetDevice>();
    nodes[0]->AddDevice(device);
    std::string subnet;
    if (GetParam() == IpFamily::IPV4)
    {
        auto ip = nodes[0]->GetObject<Ipv4>();
        uint32_t i = ip->AddInterface(device);
        ip->AddAddress(i, Ipv4InterfaceAddress("10.5.0.1", "255.255.255.0"));
        EXPECT_NE(fibs[0]->Find(P("10.5.0.0/24"), RouteOwner::CONNECTED), nullptr);
        EXPECT_TRUE(fibs[0]->IsLocal(V4("10.5.0.1")));
        EXPECT_FALSE(fibs[0]->IsLocal(V4("10.5.0.255")));
        ip->RemoveAddress(i, Ipv4Address("10.5.0.1"));
        EXPECT_FALSE(fibs[0]->IsLocal(V4("10.5.0.1")));
    }
    else
    {
        auto ip = nodes[0]->GetObject<Ipv6>();
        uint32_t i = ip->AddInterface(device);
        ip->AddAddress(i, Ipv6InterfaceAddress("fd00:5::1", Ipv6Prefix(64)));
        EXPECT_NE(fibs[0]->Find(P("fd00:5::/64"), RouteOwner::CONNECTED), nullptr);
        EXPECT_TRUE(fibs[0]->IsLocal(V4("fd00:5::1")));
        ip->RemoveAddress(i, Ipv6Address("fd00:5::1"));
        EXPECT_FALSE(fibs[0]->IsLocal(V4("fd00:5::1")));
    }
    EXPECT_TRUE(fibs[0]->GetEntries().empty());
}
