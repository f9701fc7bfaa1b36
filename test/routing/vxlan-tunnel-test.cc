// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/global-value.h"
#include "ns3/icmpv4.h"
#include "ns3/icmpv6-header.h"
#include "ns3/vxlan-header.h"
#include "vxlan-chain.h"

#include <gmock/gmock.h>

#include <random>
#include <set>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// An ICMP error as the sender gets it.
struct IcmpError
{
    int type;       //!< of the message
    int code;       //!< of the message
    uint32_t mtu;   //!< that it tells, 0 if it tells none
    IpAddress from; //!< who sent it
};

class VxlanTunnelTest : public VxlanChain
{
  protected:
    /// Notes the ICMP errors that the host at node 0 gets.
    void WatchErrors()
    {
        if (Is4())
        {
            nodes[0]->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "LocalDeliver", MakeCallback(&VxlanTunnelTest::Deliver4, this));
        }
        else
        {
            nodes[0]->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
                "LocalDeliver", MakeCallback(&VxlanTunnelTest::Deliver6, this));
        }
    }

    /// Sends a datagram with a TTL, and where there is one the don't-fragment flag. @param size
    /// octets with its IP header
    void SendRaw(uint32_t size, uint8_t ttl)
    {
        Ptr<Packet> p = Create<Packet>(size - Header());
        Socket::SocketErrno error;
        if (Is4())
        {
            auto ip = nodes[0]->GetObject<Ipv4L3Protocol>();
            Ipv4Header header;
            header.SetSource(Host(0).ToIpv4());
            header.SetDestination(Host(4).ToIpv4());
            header.SetProtocol(17);
            header.SetTtl(ttl);
            header.SetDontFragment();
            header.SetPayloadSize(p->GetSize());
            auto route = ip->GetRoutingProtocol()->RouteOutput(nullptr, header, nullptr, error);
            ip->SendWithHeader(p, header, route);
            return;
        }
        SocketIpv6HopLimitTag tag;
        tag.SetHopLimit(ttl);
        p->AddPacketTag(tag);
        nodes[0]->GetObject<Ipv6L3Protocol>()->Send(
            p, Host(0).ToIpv6(), Host(4).ToIpv6(), 17, nullptr);
    }

    void SendRawAt(Time at, uint32_t size, uint8_t ttl)
    {
        Simulator::ScheduleWithContext(
            nodes[0]->GetId(), at, &VxlanTunnelTest::SendRaw, this, size, ttl);
    }

    void InjectAt(Time at, const std::vector<uint8_t>& octets, uint8_t tos)
    {
        Simulator::ScheduleWithContext(
            nodes[1]->GetId(), at, &VxlanTunnelTest::Inject, this, octets, tos);
    }

    /// Gives octets to the VXLAN port of node 3, as if node 1 had sent them.
    void Inject(const std::vector<uint8_t>& octets, uint8_t tos = 0)
    {
        if (!injector)
        {
            injector = Socket::CreateSocket(nodes[1], UdpSocketFactory::GetTypeId());
            injector->Bind(A(1).ToSocketAddress(50000));
        }
        Ptr<Packet> p = Create<Packet>(octets.data(), octets.size());
        if (Is4())
        {
            SocketIpTosTag tag;
            tag.SetTos(tos);
            p->AddPacketTag(tag);
        }
        else
        {
            injector->SetIpv6Tclass(tos);
        }
        injector->SendTo(p, 0, A(3).ToSocketAddress(VxlanHeader::PORT));
    }

    /// A frame for the host at node 4, VXLAN header first. @param tos of the inner header
    std::vector<uint8_t> Frame(uint8_t tos = 0) const
    {
        std::vector<uint8_t> octets{8, 0, 0, 0, 0, 0, VN, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1};
        octets.push_back(Is4() ? 0x08 : 0x86);
        octets.push_back(Is4() ? 0x00 : 0xdd);
        Ptr<Packet> p = Create<Packet>(30);
        if (Is4())
        {
            Ipv4Header header;
            header.SetSource(Host(0).ToIpv4());
            header.SetDestination(Host(4).ToIpv4());
            header.SetProtocol(17);
            header.SetTtl(10);
            header.SetTos(tos);
            header.SetPayloadSize(30);
            p->AddHeader(header);
        }
        else
        {
            Ipv6Header header;
            header.SetSource(Host(0).ToIpv6());
            header.SetDestination(Host(4).ToIpv6());
            header.SetNextHeader(17);
            header.SetHopLimit(10);
            header.SetTrafficClass(tos);
            header.SetPayloadLength(30);
            p->AddHeader(header);
        }
        const size_t head = octets.size();
        octets.resize(head + p->GetSize());
        p->CopyData(octets.data() + head, p->GetSize());
        return octets;
    }

    void TearDown() override
    {
        injector = nullptr;
        VxlanChain::TearDown();
    }

    std::vector<IcmpError> errors; //!< in order
    Ptr<Socket> injector;          //!< at node 1

  private:
    void Deliver4(const Ipv4Header& header, Ptr<const Packet> packet, uint32_t)
    {
        Ptr<Packet> p = packet->Copy();
        Icmpv4Header icmp;
        if (header.GetProtocol() == 1 && p->RemoveHeader(icmp))
        {
            Icmpv4DestinationUnreachable unreachable;
            p->RemoveHeader(unreachable);
            errors.push_back({icmp.GetType(),
                              icmp.GetCode(),
                              icmp.GetType() == 3 ? unreachable.GetNextHopMtu() : 0u,
                              header.GetSource()});
        }
    }

    void Deliver6(const Ipv6Header& header, Ptr<const Packet> packet, uint32_t)
    {
        Ptr<Packet> p = packet->Copy();
        Icmpv6Header icmp;
        p->PeekHeader(icmp);
        if (header.GetNextHeader() != 58 || icmp.GetType() >= 128)
        {
            return;
        }
        Icmpv6TooBig big;
        const bool tooBig = icmp.GetType() == Icmpv6Header::ICMPV6_ERROR_PACKET_TOO_BIG;
        if (tooBig)
        {
            p->PeekHeader(big);
        }
        errors.push_back(
            {icmp.GetType(), icmp.GetCode(), tooBig ? big.GetMtu() : 0, header.GetSource()});
    }
};

INSTANTIATE_TEST_SUITE_P(Families,
                         VxlanTunnelTest,
                         testing::Values(IpFamily::IPV4, IpFamily::IPV6),
                         [](const auto& info)
                         {
                             return info.param == IpFamily::IPV4 ? "IPv4" : "IPv6";
                         });

} // namespace

TEST_P(VxlanTunnelTest, CarriesAFrameFromGatewayToGateway)
{
    MakeTunnel();
    WatchMiddle();
    SendAt(Seconds(1), 0, Host(4), 100, 1000, 0xb8);
    Simulator::Run();
    ASSERT_EQ(received[4].size(), 1u);
    EXPECT_EQ(received[4][0].size, 100u);
    EXPECT_EQ(received[4][0].ttl, 62); // entry and exit are hops, the tunnel between is none
    EXPECT_EQ(received[4][0].tos, 0xb8);
    EXPECT_EQ(received[4][0].from, Host(0));
    EXPECT_THAT(vnis, testing::ElementsAre(VN));

    ASSERT_EQ(outer.size(), 1u);
    const auto& b = outer[0].octets;
    const uint32_t inner = 100 + 8 + Header();
    EXPECT_EQ(b.size(), 8u + 8u + 14u + inner);
    EXPECT_EQ(outer[0].protocol, 17);
    EXPECT_EQ(outer[0].tos, 0xb8);
    EXPECT_EQ(outer[0].from, A(1));
    EXPECT_GE(b[0] << 8 | b[1], 49152);         // UDP source port
    EXPECT_EQ(b[2] << 8 | b[3], 4789);          // UDP destination port
    EXPECT_EQ(b[4] << 8 | b[5], int(b.size())); // UDP length
    EXPECT_EQ(b[6] << 8 | b[7], 0);             // UDP checksum
    const std::vector<uint8_t> frame(b.begin() + 8, b.begin() + 30);
    EXPECT_THAT(frame,
                testing::ElementsAreArray({8,
                                           0,
                                           0,
                                           0,
                                           0,
                                           0,
                                           int(VN),
                                           0,
                                           2,
                                           0,
                                           0,
                                           0,
                                           0,
                                           1,
                                           2,
                                           0,
                                           0,
                                           0,
                                           0,
                                           1,
                                           Is4() ? 0x08 : 0x86,
                                           Is4() ? 0x00 : 0xdd}));
    EXPECT_EQ(b[30] >> 4, Is4() ? 4 : 6);
    EXPECT_EQ(b[Is4() ? 38 : 37], 63); // TTL or hop limit
}

TEST_P(VxlanTunnelTest, SourcePortIsOfTheFlow)
{
    MakeTunnel();
    WatchMiddle();
    for (int flow = 0; flow < 40; ++flow)
    {
        SendAt(Seconds(1) + MilliSeconds(flow), 0, Host(4), 100, 2000 + flow / 2);
    }
    Simulator::Run();
    ASSERT_EQ(outer.size(), 40u);
    std::set<int> ports;
    for (size_t i = 0; i < outer.size(); i += 2)
    {
        const int port = outer[i].octets[0] << 8 | outer[i].octets[1];
        EXPECT_EQ(port, outer[i + 1].octets[0] << 8 | outer[i + 1].octets[1]);
        ports.insert(port);
    }
    EXPECT_GE(ports.size(), 19u); // 20 flows share a port with probability 190 / 16384
}

TEST_P(VxlanTunnelTest, ChecksumIsRightWhereNs3Computes)
{
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(true));
    MakeTunnel();
    WatchMiddle();
    SendAt(Seconds(1), 0, Host(4));
    Simulator::Run();
    GlobalValue::Bind("ChecksumEnabled", BooleanValue(false));
    ASSERT_EQ(outer.size(), 1u);
    EXPECT_NE(outer[0].octets[6] << 8 | outer[0].octets[7], 0);
    EXPECT_EQ(received[4].size(), 1u);
}

TEST_P(VxlanTunnelTest, LinkIsFullAt50Or70OctetsLess)
{
    MakeTunnel(1500);
    WatchErrors();
    FibProbe probe(fibs[1]);
    const uint32_t most = Is4() ? 1450 : 1430; // 1500 - 14 - 8 - 8 - 20 or 40
    SendRawAt(Seconds(1), most, 64);
    SendRawAt(Seconds(2), most + 1, 64);
    Simulator::Run();
    EXPECT_EQ(vnis.size(), 1u);
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("mtu", 1)));
    const auto told = std::find_if(errors.begin(),
                                   errors.end(),
                                   [&](const IcmpError& error)
                                   {
                                       return error.mtu == most;
                                   });
    ASSERT_NE(told, errors.end());
    EXPECT_EQ(told->type, Is4() ? 3 : 2); // destination unreachable (RFC 792), too big (RFC 4443)
    EXPECT_EQ(told->code, Is4() ? 4 : 0); // fragmentation needed
    EXPECT_EQ(told->from, A(1));
}

TEST_P(VxlanTunnelTest, OuterPacketIsFragmentedIfAllowed)
{
    MakeTunnel(1500, true);
    WatchMiddle();
    FibProbe probe(fibs[1]);
    const uint32_t most = Is4() ? 1450 : 1430;
    SendAt(Seconds(1), 0, Host(4), most - Header() - 8);
    SendAt(Seconds(2), 0, Host(4), most - Header() - 8 + 1);
    SendAt(Seconds(3), 0, Host(4), 1500 - Header() - 8);
    Simulator::Run();
    ASSERT_EQ(received[4].size(), 3u);
    EXPECT_EQ(received[4][2].size, 1500 - Header() - 8);
    EXPECT_EQ(outer.size(), 5u); // whole, and two pieces of each of the others
    EXPECT_TRUE(probe.drops.empty());
}

TEST_P(VxlanTunnelTest, ErrorsStayInTheNetwork)
{
    MakeTunnel();
    WatchErrors();
    // The nodes' own tables do not know the host, only those of the network do.
    ASSERT_EQ(fibs[1]->Lookup(Host(0)), nullptr);
    SendRawAt(Seconds(1), 100, 1); // ends at the entry
    SendRawAt(Seconds(2), 100, 2); // ends at the exit
    Simulator::Run();
    ASSERT_EQ(errors.size(), 2u);
    for (const auto& error : errors)
    {
        EXPECT_EQ(error.type, Is4() ? 11 : 3); // time exceeded
    }
    EXPECT_EQ(errors[0].from, A(1));
    EXPECT_EQ(errors[1].from, A(3));
    EXPECT_THAT(vnis, testing::ElementsAre(VN)); // the second
    EXPECT_THAT(back, testing::ElementsAre(VN)); // its error
}

TEST_P(VxlanTunnelTest, NetworkDoesNotReachTheNodeItself)
{
    MakeTunnel();
    FibProbe probe(fibs[1]);
    Set(0, A(1).ToString(), Towards(0, 1));
    // A VM that makes VXLAN packets itself.
    injector = Socket::CreateSocket(nodes[0], UdpSocketFactory::GetTypeId());
    injector->Bind(Host(0).ToSocketAddress(50000));
    const auto frame = Frame();
    injector->SendTo(
        Create<Packet>(frame.data(), frame.size()), 0, A(1).ToSocketAddress(VxlanHeader::PORT));
    Simulator::Run();
    EXPECT_TRUE(vnis.empty());
}

TEST_P(VxlanTunnelTest, CongestionMarkIsCarriedIn)
{
    MakeTunnel();
    FibProbe probe(fibs[3]);
    Inject(Frame(0xba), 0xbb); // ECT(0) inside, CE outside
    Inject(Frame(0xb9), 0xb8); // ECT(1) inside, no mark
    Inject(Frame(0xb8), 0xbb); // no ECN inside, CE outside: RFC 6040 section 4.2 says drop
    Simulator::Run();
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("queue-disc", 1)));
    EXPECT_EQ(vnis.size(), 2u);
}

TEST_P(VxlanTunnelTest, WhatIsNoFrameForTheGatewayIsDropped)
{
    MakeTunnel();
    FibProbe probe(fibs[3]);
    const auto good = Frame();
    auto flag = good;
    flag[0] = 0xf7;
    auto mac = good;
    mac[13] = 2;
    auto type = good;
    type[20] = 0x88;
    auto version = good;
    version[22] = 0x55;
    std::vector<uint8_t> cut(good.begin(), good.end() - 1);
    std::vector<uint8_t> shorter(good.begin(), good.begin() + 21);
    for (const auto& bad : {flag, mac, type, version, cut, shorter, std::vector<uint8_t>()})
    {
        Inject(bad);
    }
    Simulator::Run();
    EXPECT_THAT(probe.drops, testing::ElementsAre(testing::Pair("other", 7)));
    EXPECT_TRUE(vnis.empty());
    auto reserved = good;
    reserved[0] = 0xff;
    reserved[1] = 0xff;
    reserved[7] = 0xff;
    Inject(reserved);
    Simulator::Run();
    EXPECT_THAT(vnis, testing::ElementsAre(VN));
}

TEST_P(VxlanTunnelTest, RandomOctetsDoNoHarm)
{
    MakeTunnel();
    tables[3]->SetRoute(P(Is4() ? "0.0.0.0/0" : "::/0"), RouteOwner::STATIC, Route::Discard());
    std::mt19937 random(7);
    const auto good = Frame();
    for (int i = 0; i < 20000; ++i)
    {
        auto octets = good;
        octets.resize(random() % (good.size() + 20));
        for (int changes = random() % 4; changes > 0 && !octets.empty(); --changes)
        {
            octets[random() % octets.size()] = static_cast<uint8_t>(random());
        }
        InjectAt(MicroSeconds(10 * i), octets, i % 256);
    }
    Simulator::Run();
    EXPECT_GT(vnis.size(), 1000u); // a quarter is not changed, half of that is long enough
}

TEST_P(VxlanTunnelTest, InnerAndOuterFamilyMayDiffer)
{
    MakeTunnel();
    const IpFamily other = Is4() ? IpFamily::IPV6 : IpFamily::IPV4;
    for (uint32_t i : {1, 3})
    {
        tunnels[i]->Close();
        Ptr<Fib> fib = fibs[i];
        Ptr<NetDevice> access = tables[i]->GetTenantDevice();
        tunnels[i]->Open({Router(other, i)},
                         Mac48Address("02:00:00:00:00:01"),
                         [this, fib, access](const VxlanTunnel::Received& r)
                         {
                             vnis.push_back(r.vni);
                             fib->Reinject({r.datagram, r.family, access});
                         });
    }
    tables[1]->SetRoute(
        IpPrefix::Host(Host(4)), RouteOwner::MAPPING, Route::Vxlan(Router(other, 3), VN));
    SendAt(Seconds(1), 0, Host(4));
    Simulator::Run();
    EXPECT_EQ(received[4].size(), 1u);
    EXPECT_THAT(vnis, testing::ElementsAre(VN));
}
