// SPDX-License-Identifier: GPL-2.0-only
#include "fib-chain.h"
#include "ns3/ip-tunnel-protocol.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv6-interface.h"

#include <gmock/gmock.h>

#include <random>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// A tunnel over three links: 0 sends, 1 encapsulates, 2 forwards, 3 decapsulates, 4 receives.
class IpTunnelTest : public FibTest, public testing::WithParamInterface<IpFamily>
{
  protected:
    bool Is4() const
    {
        return GetParam() == IpFamily::IPV4;
    }

    uint32_t Header() const
    {
        return Is4() ? 20 : 40;
    }

    IpAddress A(uint32_t i) const
    {
        return Router(GetParam(), i);
    }

    IpAddress Vm() const
    {
        return V4(Is4() ? "10.1.0.1" : "fd00:1::1");
    }

    void MakeTunnel(uint16_t mtu = 9000)
    {
        MakeChain(5, mtu);
        AddAddress(4, Vm());
        Listen(4, GetParam());
        std::string vm = Vm().ToString();
        Set(0, vm, Towards(0, 1));
        Set(1, vm, Route::Tunnel(A(3)));
        Set(3, vm, Towards(3, 4));
        if (Is4())
        {
            nodes[2]->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "UnicastForward", MakeCallback(&IpTunnelTest::Forward4, this));
        }
        else
        {
            nodes[2]->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
                "UnicastForward", MakeCallback(&IpTunnelTest::Forward6, this));
        }
    }

    void Forward4(const Ipv4Header& header, Ptr<const Packet> p, uint32_t)
    {
        outer.push_back({p->GetSize(), header.GetTtl(), header.GetTos(), {}, header.GetSource()});
        protocol = header.GetProtocol();
    }

    void Forward6(const Ipv6Header& header, Ptr<const Packet> p, uint32_t)
    {
        outer.push_back(
            {p->GetSize(), header.GetHopLimit(), header.GetTrafficClass(), {}, header.GetSource()});
        protocol = header.GetNextHeader();
    }

    /// @return a UDP datagram with IP header from 0 to the VM
    Ptr<Packet> Inner(uint8_t tos) const
    {
        Ptr<Packet> p = Create<Packet>(50);
        if (Is4())
        {
            Ipv4Header header;
            header.SetSource(A(0).ToIpv4());
            header.SetDestination(Vm().ToIpv4());
            header.SetProtocol(17);
            header.SetTtl(10);
            header.SetTos(tos);
            header.SetPayloadSize(50);
            p->AddHeader(header);
        }
        else
        {
            Ipv6Header header;
            header.SetSource(A(0).ToIpv6());
            header.SetDestination(Vm().ToIpv6());
            header.SetNextHeader(17);
            header.SetHopLimit(10);
            header.SetTrafficClass(tos);
            header.SetPayloadLength(50);
            p->AddHeader(header);
        }
        return p;
    }

    /// Lets node 3 take a packet out of the tunnel. @param tos of the outer header
    void Decapsulate(Ptr<Packet> p, uint8_t tos)
    {
        if (Is4())
        {
            auto ip = nodes[3]->GetObject<Ipv4L3Protocol>();
            Ipv4Header header;
            header.SetSource(A(1).ToIpv4());
            header.SetTos(tos);
            ip->GetProtocol(4)->Receive(p, header, ip->GetInterface(1));
        }
        else
        {
            auto ip = nodes[3]->GetObject<Ipv6L3Protocol>();
            Ipv6Header header;
            header.SetSource(A(1).ToIpv6());
            header.SetTrafficClass(tos);
            ip->GetProtocol(41)->Receive(p, header, ip->GetInterface(1));
        }
    }

    /// Notes the TOS of what node 3 forwards.
    void WatchTosAtExit()
    {
        if (Is4())
        {
            nodes[3]->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "UnicastForward", MakeCallback(&IpTunnelTest::Forward4, this));
        }
        else
        {
            nodes[3]->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
                "UnicastForward", MakeCallback(&IpTunnelTest::Forward6, this));
        }
    }

    std::vector<Seen> outer; //!< what the middle of the tunnel forwards
    int protocol = 0;        //!< of the last of them
};

INSTANTIATE_TEST_SUITE_P(Families,
                         IpTunnelTest,
                         testing::Values(IpFamily::IPV4, IpFamily::IPV6),
                         [](const auto& info)
                         {
                             return info.param == IpFamily::IPV4 ? "IPv4" : "IPv6";
                         });

} // namespace

TEST_P(IpTunnelTest, CarriesPacketsAndCountsHops)
{
    MakeTunnel();
    FibProbe entry(fibs[1]);
    FibProbe exit(fibs[3]);
    SendAt(Seconds(1), 0, Vm(), 100, 1000, 0xb8);
    Simulator::Run();
    ASSERT_EQ(received[4].size(), 1u);
    EXPECT_EQ(received[4][0].size, 100u);
    EXPECT_EQ(received[4][0].ttl, 62); // entry and exit are hops, the tunnel between is none
    EXPECT_EQ(received[4][0].tos, 0xb8);
    EXPECT_EQ(received[4][0].from, A(0));
    uint32_t inner = 100 + 8 + Header();
    ASSERT_EQ(outer.size(), 1u);
    EXPECT_EQ(outer[0].size, inner); // payload of the outer header
    EXPECT_EQ(outer[0].ttl, 63);
    EXPECT_EQ(outer[0].tos, 0xb8);
    EXPECT_EQ(outer[0].from, A(1));
    EXPECT_EQ(protocol, Is4() ? 4 : 41);
    EXPECT_THAT(entry.encapsulated, testing::ElementsAre(std::make_pair(inner, A(3).ToString())));
    EXPECT_THAT(exit.decapsulated, testing::ElementsAre(std::make_pair(inner, A(1).ToString())));
    EXPECT_TRUE(entry.drops.empty());
    EXPECT_TRUE(exit.drops.empty());
    EXPECT_GT(fibs[1]->GetLastUse(IpPrefix::Host(Vm()), RouteOwner::STATIC), Seconds(1));
}

TEST_P(IpTunnelTest, SurvivesFragmentationOfTheOuterPacket)
{
    MakeTunnel(1500);
    uint32_t size = 1500 - 8 - Header(); // the inner datagram fills the link
    SendAt(Seconds(1), 0, Vm(), size);
    SendAt(Seconds(2), 0, Vm(), size - Header()); // and this one fits with the outer header
    Simulator::Run();
    ASSERT_EQ(received[4].size(), 2u);
    EXPECT_EQ(received[4][0].size, size);
    EXPECT_EQ(received[4][1].size, size - Header());
    ASSERT_EQ(outer.size(), 3u); // two fragments and a whole packet
    EXPECT_LE(outer[0].size + Header(), 1500u);
    EXPECT_LE(outer[1].size + Header(), 1500u);
    EXPECT_EQ(outer[2].size + Header(), 1500u);
}

TEST_P(IpTunnelTest, AcceptsPacketsOfTheEntryNodeItself)
{
    MakeTunnel();
    SendAt(Seconds(1), 1, Vm());
    Simulator::Run();
    ASSERT_EQ(received[4].size(), 1u);
    EXPECT_EQ(received[4][0].from, A(1));
    EXPECT_EQ(outer.size(), 1u);
}

TEST_P(IpTunnelTest, LosesPacketsWithACauseIfTheRemoteCannotBeReached)
{
    MakeTunnel();
    FibProbe probe(fibs[1]);
    std::string remote = A(3).ToString();
    Simulator::Schedule(Seconds(2), &Fib::SetDeviceUp, fibs[1], Device(1, 1), false);
    SendAt(Seconds(3), 0, Vm());
    Simulator::Schedule(Seconds(4), &Fib::SetDeviceUp, fibs[1], Device(1, 1), true);
    Simulator::Stop(Seconds(5));
    Simulator::Run();
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("link-down", 1)));
    Set(1, remote, Route::Discard(DropCause::STALE_MAPPING));
    SendAt(Seconds(1), 0, Vm());
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    EXPECT_EQ(probe.drops["stale-mapping"], 1);
    Set(1, remote, Route::Tunnel(A(4))); // a tunnel in a tunnel
    SendAt(Seconds(1), 0, Vm());
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    EXPECT_EQ(probe.drops["no-route"], 1);
    Set(1, Vm().ToString(), Route::Tunnel(A(1))); // to itself
    SendAt(Seconds(1), 0, Vm());
    fibs[1]->RemoveRoute(P(remote), RouteOwner::STATIC);
    Simulator::Stop(Seconds(2));
    Simulator::Run();
    EXPECT_EQ(probe.drops["no-route"], 2);
    Set(1, Vm().ToString(), Route::Tunnel(A(3)));
    SendAt(Seconds(1), 0, Vm());
    Simulator::Run();
    EXPECT_EQ(probe.drops["no-route"], 3);
    EXPECT_TRUE(received[4].empty());
    EXPECT_TRUE(probe.encapsulated.empty());
}

TEST_P(IpTunnelTest, TwoEntriesThatPointAtEachOtherEndByTtl)
{
    MakeTunnel();
    FibProbe probe(fibs[1]);
    Set(3, Vm().ToString(), Route::Tunnel(A(1)));
    SendAt(Seconds(1), 0, Vm());
    Simulator::Run();
    // TTL 64 at 0; each end takes one off before it encapsulates again: 63 times in all.
    FibProbe unused(fibs[3]);
    EXPECT_EQ(probe.encapsulated.size(), 32u);
    EXPECT_TRUE(received[4].empty());
}

TEST_P(IpTunnelTest, FlowsInATunnelSpreadAndFragmentsOfOneStayTogether)
{
    // 0 - 1 = 2 with two links between entry and exit.
    MakeNodes(3);
    Link(0, 1, 1500);
    Link(1, 2, 1500);
    Link(1, 2, 1500);
    AddAddress(2, Vm());
    Listen(2, GetParam());
    Set(0, Vm().ToString(), Route::Forward({{IpAddress(), Device(0, 0)}}));
    Set(1, Vm().ToString(), Route::Tunnel(A(2)));
    Set(1,
        A(2).ToString(),
        Route::Forward({{IpAddress(), Device(1, 1)}, {IpAddress(), Device(1, 2)}}));
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
        SendAt(Seconds(1) + MilliSeconds(flow), 0, Vm(), 100, 2000 + flow);
    }
    Simulator::Run();
    EXPECT_EQ(received[2].size(), 200u);
    EXPECT_NEAR(count[0], 100, 36);
    count = {};
    SendAt(Seconds(2), 0, Vm(), 1500 - 8 - Header(), 2000);
    Simulator::Run();
    EXPECT_EQ(received[2].size(), 201u);
    EXPECT_EQ(count[0] * count[1], 0);
    EXPECT_EQ(count[0] + count[1], 2);
}

TEST_P(IpTunnelTest, CongestionMarkGoesIntoTheInnerHeader)
{
    MakeTunnel();
    FibProbe probe(fibs[3]);
    WatchTosAtExit();
    Decapsulate(Inner(0xba), 0xbb); // ECT(0) inside, CE outside
    Decapsulate(Inner(0xb9), 0xb8); // ECT(1) inside, no mark
    Decapsulate(Inner(0xb8), 0xbb); // no ECN inside, CE outside: RFC 6040 section 4.2 says drop
    std::vector<int> seen;
    for (const auto& o : outer)
    {
        seen.push_back(o.tos);
    }
    EXPECT_THAT(seen, testing::ElementsAre(0xbb, 0xb9));
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("queue-disc", 1)));
}

TEST_P(IpTunnelTest, WhatIsNoIpPacketIsDropped)
{
    MakeTunnel();
    FibProbe probe(fibs[3]);
    Decapsulate(Create<Packet>(0), 0);
    Decapsulate(Create<Packet>(100), 0); // version 0
    Ptr<Packet> cut = Inner(0);
    Decapsulate(cut->CreateFragment(0, Header() - 1), 0);
    Decapsulate(cut->CreateFragment(0, Header() - 1), 3);
    Decapsulate(cut->CreateFragment(0, Header() + 49), 0); // one octet is missing
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("other", 5)));
    EXPECT_TRUE(probe.decapsulated.empty());
}

TEST_P(IpTunnelTest, RandomPayloadsDoNoHarm)
{
    MakeTunnel();
    FibProbe probe(fibs[3]);
    fibs[3]->SetRoute(P(Is4() ? "0.0.0.0/0" : "::/0"), RouteOwner::STATIC, Route::Discard());
    std::mt19937 random(5);
    std::vector<uint8_t> bytes(120);
    for (int i = 0; i < 100000; ++i)
    {
        for (auto& b : bytes)
        {
            b = static_cast<uint8_t>(random());
        }
        uint32_t size = 60 + random() % 61;
        if (i % 2 && Is4())
        {
            bytes[0] = (bytes[0] & 0xf) | 0x40;
            bytes[2] = 0;
            bytes[3] = static_cast<uint8_t>(size);
        }
        else if (i % 2)
        {
            bytes[0] = (bytes[0] & 0xf) | 0x60;
            bytes[4] = 0;
            bytes[5] = static_cast<uint8_t>(size - 40);
            bytes[6] |= 1; // ns-3 does not check hop-by-hop options, which are no matter of tunnels
        }
        Decapsulate(Create<Packet>(bytes.data(), i % 2 ? size : random() % 121), random() % 4);
    }
    EXPECT_GT(probe.drops["other"], 40000);
    EXPECT_GT(probe.decapsulated.size(), 10000u);
}

TEST_F(FibTest, TunnelDoesNotFragmentWhatMustNotBe)
{
    MakeChain(4, 1500);
    std::string vm = "10.1.0.1";
    Set(0, vm, Towards(0, 1));
    Set(1, vm, Route::Tunnel(Router(IpFamily::IPV4, 3)));
    FibProbe probe(fibs[1]);
    int errors = 0;
    nodes[0]->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
        "LocalDeliver",
        Callback<void, const Ipv4Header&, Ptr<const Packet>, uint32_t>(
            [&](const Ipv4Header& header, Ptr<const Packet>, uint32_t)
            {
                errors += header.GetProtocol() == 1;
            }));
    auto ipv4 = nodes[0]->GetObject<Ipv4L3Protocol>();
    Ipv4Header header;
    header.SetSource(Router(IpFamily::IPV4, 0).ToIpv4());
    header.SetDestination(Router(IpFamily::IPV4, 3).ToIpv4());
    header.SetDestination(Ipv4Address(vm.c_str()));
    header.SetProtocol(17);
    header.SetTtl(64);
    header.SetDontFragment();
    Socket::SocketErrno error;
    auto route = ipv4->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
    for (uint32_t size : {1460u, 1461u})
    {
        header.SetPayloadSize(size);
        ipv4->SendWithHeader(Create<Packet>(size), header, route);
    }
    Simulator::Run();
    EXPECT_EQ(probe.encapsulated.size(), 1u); // 1460 + 20 + 20 is 1500
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("mtu", 1)));
    EXPECT_GE(errors, 1);
}
