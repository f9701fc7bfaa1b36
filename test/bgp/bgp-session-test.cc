// SPDX-License-Identifier: GPL-2.0-only
#include "bgp/bgp-session-net.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr int OPEN = 1;
constexpr int UPDATE = 2;
constexpr int NOTIFICATION = 3;
constexpr int KEEPALIVE = 4;

BgpSessionConfig
ConfigOf(BgpAsn localAs, BgpAsn peerAs, BgpRouterId id)
{
    BgpSessionConfig config;
    config.localAs = localAs;
    config.peerAs = peerAs;
    config.routerId = id;
    return config;
}

std::set<IpPrefix>
Prefixes(uint32_t base, uint32_t count)
{
    std::set<IpPrefix> result;
    for (uint32_t i = 0; i < count; ++i)
    {
        result.insert(IpPrefix::Host(Ipv4Address(base + i)));
    }
    return result;
}

/// Two routers, a (AS 65001, 10.0.0.1) and b (AS 65002, 10.0.0.2), over octets.
class BgpSessionTest : public testing::Test
{
  public:
    BgpTestWire wire;                                              //!< between them
    BgpSessionConfig configA = ConfigOf(65001, 65002, 0x0a000001); //!< change before Make()
    BgpSessionConfig configB = ConfigOf(65002, 65001, 0x0a000002); //!< change before Make()
    std::unique_ptr<BgpTestRouter> a;                              //!< one
    std::unique_ptr<BgpTestRouter> b;                              //!< the other one

    void Make()
    {
        a.reset();
        b.reset();
        wire.clock = BgpTestClock();
        wire.pipes.clear();
        a = std::make_unique<BgpTestRouter>(wire, configA);
        b = std::make_unique<BgpTestRouter>(wire, configB);
        a->peer = b.get();
        b->peer = a.get();
        a->own = Prefixes(0x0a010000, 3);
        b->own = Prefixes(0x0a020000, 4);
    }

    /// a connects, b waits; established after one second.
    void Establish()
    {
        configB.passive = true;
        Make();
        b->Start();
        a->Start();
        wire.clock.Run(Seconds(1));
        ExpectUp();
    }

    /// Established, on one connection, with equal routes.
    void ExpectUp()
    {
        EXPECT_EQ(a->session->GetState(), BgpSessionState::ESTABLISHED);
        EXPECT_EQ(b->session->GetState(), BgpSessionState::ESTABLISHED);
        EXPECT_TRUE(a->up && b->up);
        EXPECT_NE(a->direction, b->direction);
        EXPECT_EQ(a->learned, b->own);
        EXPECT_EQ(b->learned, a->own);
    }
};

TEST_F(BgpSessionTest, RoutesGoBothWays)
{
    Establish();
    EXPECT_EQ(a->sent, (std::map<int, int>{{OPEN, 1}, {UPDATE, 1}, {KEEPALIVE, 1}}));
    const IpPrefix gone = *a->own.begin();
    a->Withdraw(gone);
    b->Announce(Prefixes(0x0a030000, 1));
    wire.clock.Run(Seconds(1));
    EXPECT_EQ(b->learned.count(gone), 0u);
    ExpectUp();
}

TEST_F(BgpSessionTest, SegmentsOfAnySize)
{
    for (const size_t segment : {1, 2, 18, 19, 20, 23, 4096, 1000000})
    {
        wire.segment = segment;
        Establish();
        a->Announce(Prefixes(0x0a040000, 2000));
        wire.clock.Run(Seconds(1));
        ExpectUp();
        EXPECT_EQ(a->ups, 1);
        a->session->Stop(wire.clock.now);
        b->session->Stop(wire.clock.now);
    }
}

TEST_F(BgpSessionTest, ThreeRoundTripsToEstablished)
{
    configB.passive = true;
    Make();
    b->Start();
    a->Start();
    // 10 ms each: SYN; SYN-ACK and b's OPEN; a's OPEN, KEEPALIVE; b's KEEPALIVE.
    wire.clock.Run(MilliSeconds(29));
    EXPECT_FALSE(b->up);
    wire.clock.Run(MilliSeconds(1));
    EXPECT_TRUE(b->up);
    EXPECT_FALSE(a->up);
    wire.clock.Run(MilliSeconds(10));
    EXPECT_TRUE(a->up);
}

TEST_F(BgpSessionTest, SimultaneousOpenLeavesOneConnection)
{
    int cases = 0;
    for (const uint32_t idB : {0x0a000000u, 0x0a000002u})
    {
        for (int lead = -50; lead <= 50; lead += 5)
        {
            for (const bool delay : {false, true})
            {
                configB.routerId = idB;
                configB.delayOpenTime.reset();
                if (delay)
                {
                    configB.delayOpenTime = MilliSeconds(15);
                }
                Make();
                (lead < 0 ? a : b)->Start();
                wire.clock.Run(MilliSeconds(std::abs(lead)));
                (lead < 0 ? b : a)->Start();
                wire.clock.Run(Seconds(5));
                SCOPED_TRACE("lead " + std::to_string(lead) + " ms, delay " +
                             std::to_string(delay) + ", identifier " + std::to_string(idB));
                ExpectUp();
                EXPECT_LE(a->ups, delay ? 2 : 1);
                if (std::abs(lead) < 10 && !delay)
                {
                    // Both connections exist: the one of the higher identifier stays.
                    const bool ours = idB < 0x0a000001u;
                    EXPECT_EQ(a->direction, ours ? BgpDirection::OUTGOING : BgpDirection::INCOMING);
                    EXPECT_GE(a->sent[NOTIFICATION] + b->sent[NOTIFICATION], 1);
                }
                ++cases;
            }
        }
    }
    EXPECT_EQ(cases, 84);
}

TEST_F(BgpSessionTest, WrongAsGetsItsNotification)
{
    configA.peerAs = 65009;
    configB.passive = true;
    Make();
    b->Start();
    a->Start();
    wire.clock.Run(MilliSeconds(100));
    ASSERT_EQ(a->ends.size(), 1u);
    EXPECT_EQ(a->ends[0].cause, BgpEndCause::LOCAL);
    EXPECT_EQ(a->ends[0].code, BgpErrorCode::OPEN);
    EXPECT_EQ(a->ends[0].subcode, BGP_BAD_PEER_AS);
    ASSERT_EQ(b->ends.size(), 1u);
    EXPECT_EQ(b->ends[0].cause, BgpEndCause::REMOTE);
    EXPECT_EQ(b->ends[0].code, BgpErrorCode::OPEN);
    EXPECT_EQ(b->ends[0].subcode, BGP_BAD_PEER_AS);
    wire.clock.Run(Seconds(10));
    EXPECT_GT(a->attempts, 5) << "it tries again, after a second each";
    EXPECT_EQ(a->ups + b->ups, 0);
}

TEST_F(BgpSessionTest, CutLinkIsNoticedAtHoldTime)
{
    configA.holdTime = Seconds(9);
    Establish();
    wire.clock.Run(Seconds(9));
    const Time cutAt = wire.clock.now;
    wire.cut = true;
    wire.clock.Run(Seconds(20));
    for (const auto* router : {a.get(), b.get()})
    {
        ASSERT_EQ(router->downs.size(), 1u);
        EXPECT_EQ(router->downs[0].code, BgpErrorCode::HOLD_TIMER_EXPIRED);
        EXPECT_EQ(router->downs[0].cause, BgpEndCause::LOCAL);
        // The last KEEPALIVE came at most 3 s before the cut.
        EXPECT_GE(router->downAt, cutAt + Seconds(6));
        EXPECT_LE(router->downAt, cutAt + Seconds(9));
        EXPECT_TRUE(router->learned.empty());
    }
    wire.cut = false;
    wire.clock.Run(Seconds(125));
    ExpectUp();
}

TEST_F(BgpSessionTest, LinkThatTellsIsNoticedAtOnce)
{
    Establish();
    const Time cutAt = wire.clock.now;
    a->LinkDown();
    b->LinkDown();
    EXPECT_EQ(a->downAt, cutAt);
    EXPECT_EQ(b->downAt, cutAt);
    EXPECT_EQ(a->downs.at(0).cause, BgpEndCause::LOST);
    wire.clock.Run(Seconds(3));
    ExpectUp();
}

TEST_F(BgpSessionTest, RestartOfOneSide)
{
    Establish();
    b->Restart();
    b->own = Prefixes(0x0a050000, 7);
    b->Start();
    // a notices when its next KEEPALIVE finds nobody.
    wire.clock.Run(Seconds(40));
    ExpectUp();
    EXPECT_EQ(a->ups, 2);
}

TEST_F(BgpSessionTest, RestartOfTheSideThatConnects)
{
    Establish();
    a->Restart();
    a->Start();
    wire.clock.Run(Seconds(40));
    ExpectUp();
}

TEST_F(BgpSessionTest, RestartOfBothSides)
{
    for (const bool passive : {false, true})
    {
        configB.passive = passive;
        Make();
        a->Start();
        b->Start();
        wire.clock.Run(Seconds(2));
        ExpectUp();
        a->Restart();
        b->Restart();
        a->Start();
        b->Start();
        wire.clock.Run(Seconds(5));
        ExpectUp();
        a->session->Stop(wire.clock.now);
        b->session->Stop(wire.clock.now);
        wire.clock.Run(Seconds(1));
    }
}

TEST_F(BgpSessionTest, DownInTheMiddleOfTheRoutes)
{
    Establish();
    a->Announce(Prefixes(0x0b000000, 20000));
    wire.clock.Run(MilliSeconds(5));
    b->Announce(Prefixes(0x0c000000, 5000));
    a->LinkDown();
    wire.clock.Run(Seconds(5));
    EXPECT_EQ(a->ups, 2);
    EXPECT_EQ(b->learned.size(), 20003u);
    ExpectUp();
}

TEST_F(BgpSessionTest, PeerThatStopsReadingLosesTheSession)
{
    configA.holdTime = Seconds(600);
    configB.holdTime = Seconds(600);
    configA.sendHoldTime = Seconds(30);
    Establish();
    b->reads = false;
    a->Announce(Prefixes(0x0b000000, 10000));
    const Time stalledAt = wire.clock.now;
    EXPECT_GT(a->session->GetQueued(), 0u);
    wire.clock.Run(Seconds(29));
    EXPECT_TRUE(a->up);
    wire.clock.Run(Seconds(2));
    EXPECT_EQ(a->downAt, stalledAt + Seconds(30));
    EXPECT_EQ(a->downs.at(0).code, BGP_SEND_HOLD_EXPIRED);
    b->Read(true);
    wire.clock.Run(Seconds(250));
    ExpectUp();
}

TEST_F(BgpSessionTest, PeerThatPausesKeepsTheSession)
{
    Establish();
    b->reads = false;
    a->Announce(Prefixes(0x0b000000, 10000));
    wire.clock.Run(Seconds(20));
    for (int i = 0; i < 2; ++i)
    {
        b->Read(true);
        wire.clock.Run(Seconds(1));
    }
    EXPECT_EQ(a->session->GetQueued(), 0u);
    EXPECT_EQ(a->ups, 1);
    ExpectUp();
}

TEST_F(BgpSessionTest, HoldZeroIsSilent)
{
    configA.holdTime = Seconds(0);
    Establish();
    EXPECT_EQ(wire.clock.GetSize(), 0u) << "no event waits at all";
    wire.clock.Run(Hours(24));
    ExpectUp();
    EXPECT_EQ(a->sent[KEEPALIVE], 1);
}

TEST_F(BgpSessionTest, NoTickWhenNothingHappens)
{
    Establish();
    const uint64_t before = a->expiries;
    wire.clock.Run(Hours(1));
    // A KEEPALIVE each 30 s, and HoldTimer moved each 60 s or more.
    EXPECT_EQ(a->sent[KEEPALIVE], 1 + 120);
    EXPECT_LE(a->expiries - before, 120u + 60u);
    ExpectUp();
}

TEST_F(BgpSessionTest, UpdatesPutOffKeepalives)
{
    Establish();
    const int before = a->sent[KEEPALIVE];
    for (int i = 0; i < 60; ++i)
    {
        a->Announce(Prefixes(0x0b000000 + i, 1));
        wire.clock.Run(Seconds(10));
    }
    EXPECT_EQ(a->sent[KEEPALIVE], before);
    ExpectUp();
}

TEST_F(BgpSessionTest, RouteRefreshBringsTheRoutesAgain)
{
    Establish();
    b->learned.clear();
    EXPECT_TRUE(b->session->SendRouteRefresh(BGP_IPV4_UNICAST, wire.clock.now));
    wire.clock.Run(Seconds(1));
    EXPECT_EQ(a->refreshes, 1);
    ExpectUp();
}

TEST_F(BgpSessionTest, OldSpeakerGetsTwoOctetNumbers)
{
    configA.localAs = 4200000001;
    configB.peerAs = BGP_AS_TRANS;
    configB.capabilities = BgpCapabilities();
    Establish();
    EXPECT_FALSE(a->session->GetNegotiated()->fourOctetAs);
    EXPECT_EQ(b->session->GetNegotiated()->peerAs, BGP_AS_TRANS);
    EXPECT_FALSE(a->session->SendRouteRefresh(BGP_IPV4_UNICAST, wire.clock.now));
    ExpectUp();
}

TEST_F(BgpSessionTest, StopIsGraceful)
{
    Establish();
    BgpStop stop;
    stop.text = "maintenance";
    a->session->Stop(wire.clock.now, stop);
    wire.clock.Run(MilliSeconds(500));
    EXPECT_EQ(b->downs.at(0).cause, BgpEndCause::REMOTE);
    EXPECT_EQ(b->downs.at(0).code, BgpErrorCode::CEASE);
    EXPECT_EQ(b->downs.at(0).subcode, BGP_CEASE_SHUTDOWN);
    EXPECT_EQ(b->downs.at(0).text, "maintenance");
    wire.clock.Run(Seconds(100));
    EXPECT_EQ(a->session->GetState(), BgpSessionState::IDLE);
    EXPECT_EQ(b->session->GetState(), BgpSessionState::ACTIVE);
}

TEST_F(BgpSessionTest, GarbageGetsAHeaderError)
{
    Establish();
    const std::vector<uint8_t> garbage(19, 0);
    b->session->BytesReceived(
        b->session->GetFsm().GetEstablished(), garbage.data(), garbage.size(), wire.clock.now);
    EXPECT_EQ(b->downs.at(0).code, BgpErrorCode::HEADER);
    EXPECT_EQ(b->downs.at(0).subcode, BGP_NOT_SYNCHRONIZED);
    wire.clock.Run(Seconds(5));
    EXPECT_EQ(a->downs.at(0).cause, BgpEndCause::REMOTE);
    ExpectUp();
}

TEST_F(BgpSessionTest, PeerThatDoesNotListenYet)
{
    configB.passive = true;
    Make();
    b->listens = false;
    a->Start();
    wire.clock.Run(Seconds(10));
    EXPECT_FALSE(a->up);
    EXPECT_GT(a->attempts, 5);
    b->listens = true;
    b->Start();
    wire.clock.Run(Seconds(3));
    ExpectUp();
}

} // namespace
