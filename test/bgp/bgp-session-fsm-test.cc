// SPDX-License-Identifier: GPL-2.0-only
#include "bgp/bgp-fsm-host.h"

#include <gtest/gtest.h>
#include <stdexcept>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

const Time T0 = Seconds(100);

/// Timers, negotiation and the connection's end, with one connection.
class BgpSessionFsmTest : public testing::Test
{
  public:
    BgpFsmHost host;                       //!< what was done
    BgpSessionConfig config = FsmConfig(); //!< change before Make()
    std::unique_ptr<BgpSessionFsm> fsm;    //!< under test

    void Make()
    {
        fsm = std::make_unique<BgpSessionFsm>(config, host);
    }

    /// Up to OpenSent on connection 1 at T0.
    void Open()
    {
        Make();
        fsm->Start(T0);
        fsm->TcpConnected(1, BgpDirection::OUTGOING, T0);
    }

    /// Up to Established on connection 1 at T0.
    void Establish(BgpOpenMessage open = PeerOpen())
    {
        Open();
        fsm->Received(1, open, T0);
        fsm->Received(1, BgpKeepaliveMessage(), T0);
        host.TakeSent();
    }
};

TEST_F(BgpSessionFsmTest, OpenSaysWhatIsConfigured)
{
    config.holdTime = Seconds(30);
    config.capabilities.families = {BGP_IPV4_UNICAST, BGP_IPV6_UNICAST};
    const BgpOpenMessage open = MakeBgpOpen(config);
    EXPECT_EQ(open.asn, 65001u);
    EXPECT_EQ(open.holdTime, 30);
    EXPECT_EQ(open.routerId, 0x0a000001u);
    EXPECT_EQ(open.capabilities.families.size(), 2u);
    EXPECT_TRUE(open.capabilities.fourOctetAs);
}

TEST_F(BgpSessionFsmTest, EstablishedInFourSteps)
{
    Make();
    fsm->Start(T0);
    EXPECT_EQ(host.state, BgpSessionState::CONNECT);
    EXPECT_EQ(host.timers, (std::map<BgpTimer, Time>{{BgpTimer::CONNECT_RETRY, Seconds(120)}}));
    fsm->TcpConnected(1, BgpDirection::OUTGOING, T0);
    EXPECT_EQ(host.state, BgpSessionState::OPEN_SENT);
    EXPECT_EQ(host.timers, (std::map<BgpTimer, Time>{{BgpTimer::HOLD, Seconds(240)}}));
    EXPECT_EQ(fsm->GetNegotiated(1), nullptr);
    fsm->Received(1, PeerOpen(), T0);
    EXPECT_EQ(host.state, BgpSessionState::OPEN_CONFIRM);
    EXPECT_EQ(host.timers,
              (std::map<BgpTimer, Time>{{BgpTimer::HOLD, Seconds(90)},
                                        {BgpTimer::KEEPALIVE, Seconds(30)}}));
    EXPECT_NE(fsm->GetNegotiated(1), nullptr);
    fsm->Received(1, BgpKeepaliveMessage(), T0);
    EXPECT_EQ(host.state, BgpSessionState::ESTABLISHED);
    EXPECT_EQ(host.up, 1u);
    EXPECT_EQ(fsm->GetEstablished(), 1u);
    EXPECT_EQ(host.TakeSent(), "1 open, 1 keepalive");
    EXPECT_EQ(host.negotiated.peerAs, 65002u);
    EXPECT_EQ(host.negotiated.peerRouterId, 0x0a000002u);
    EXPECT_FALSE(host.negotiated.internal);
    EXPECT_EQ(host.negotiated.direction, BgpDirection::OUTGOING);
}

TEST_F(BgpSessionFsmTest, SmallerHoldTimeCounts)
{
    config.holdTime = Seconds(9);
    Establish();
    EXPECT_EQ(host.negotiated.holdTime, Seconds(9));
    EXPECT_EQ(host.negotiated.keepaliveTime, Seconds(3));
    EXPECT_EQ(host.timers[BgpTimer::HOLD], Seconds(9));
    EXPECT_EQ(host.timers[BgpTimer::KEEPALIVE], Seconds(3));
}

TEST_F(BgpSessionFsmTest, HoldZeroOfEitherSideMeansNoTimers)
{
    BgpOpenMessage open = PeerOpen();
    open.holdTime = 0;
    Establish(open);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::ESTABLISHED);
    EXPECT_TRUE(host.timers.empty());
    fsm->SendStalled(1, T0);
    EXPECT_TRUE(host.timers.empty()) << "RFC 9687: no SendHoldTimer either";

    host = BgpFsmHost();
    config.holdTime = Seconds(0);
    Establish();
    EXPECT_EQ(fsm->GetState(), BgpSessionState::ESTABLISHED);
    EXPECT_TRUE(host.timers.empty());
}

TEST_F(BgpSessionFsmTest, HoldTimerRunsFromTheLastMessage)
{
    Establish();
    fsm->Received(1, BgpKeepaliveMessage(), T0 + Seconds(30));
    fsm->Received(1, BgpUpdateMessage(), T0 + MilliSeconds(72500));
    ASSERT_EQ(host.updates.size(), 1u);
    // Set at T0 for 90 s; the last message was at 72.5 s, so 72.5 s are left.
    fsm->TimerExpired(BgpTimer::HOLD, T0 + Seconds(90));
    EXPECT_EQ(fsm->GetState(), BgpSessionState::ESTABLISHED);
    EXPECT_EQ(host.timers[BgpTimer::HOLD], MilliSeconds(72500));
    fsm->TimerExpired(BgpTimer::HOLD, T0 + MilliSeconds(162500));
    EXPECT_EQ(fsm->GetState(), BgpSessionState::IDLE);
    EXPECT_EQ(host.TakeSent(), "1 notification 4/0");
    EXPECT_EQ(host.down,
              "local " + BgpErrorName(BgpErrorCode::HOLD_TIMER_EXPIRED, 0) + ": nothing for 90 s");
    EXPECT_EQ(host.closed[1], BgpCloseMode::FLUSH);
}

TEST_F(BgpSessionFsmTest, LargeHoldTimerWaitsForTheOpen)
{
    Open();
    host.TakeSent();
    fsm->TimerExpired(BgpTimer::HOLD, T0 + Seconds(240));
    EXPECT_EQ(host.TakeSent(), "1 notification 4/0");
    EXPECT_EQ(fsm->GetState(), BgpSessionState::IDLE);
}

TEST_F(BgpSessionFsmTest, UpdatesStandForKeepalives)
{
    Establish();
    fsm->UpdateSent(T0 + Seconds(25));
    fsm->TimerExpired(BgpTimer::KEEPALIVE, T0 + Seconds(30));
    EXPECT_EQ(host.TakeSent(), "");
    EXPECT_EQ(host.timers[BgpTimer::KEEPALIVE], Seconds(25));
    fsm->TimerExpired(BgpTimer::KEEPALIVE, T0 + Seconds(55));
    EXPECT_EQ(host.TakeSent(), "1 keepalive");
    EXPECT_EQ(host.timers[BgpTimer::KEEPALIVE], Seconds(30));
}

TEST_F(BgpSessionFsmTest, JitterShortensTimers)
{
    host.jitter = 0.75;
    Establish();
    EXPECT_EQ(host.timers[BgpTimer::KEEPALIVE], MilliSeconds(22500));
    EXPECT_EQ(host.timers[BgpTimer::HOLD], Seconds(90)) << "never that one";
    host = BgpFsmHost();
    host.jitter = 0.75;
    Make();
    fsm->Start(T0);
    EXPECT_EQ(host.timers[BgpTimer::CONNECT_RETRY], Seconds(90));
}

TEST_F(BgpSessionFsmTest, WrongAsGetsBadPeerAs)
{
    Open();
    BgpOpenMessage open = PeerOpen();
    open.asn = 65003;
    fsm->Received(1, open, T0);
    EXPECT_EQ(host.TakeSent(), "1 open, 1 notification 2/2");
    EXPECT_EQ(host.ends[1],
              "local " + BgpErrorName(BgpErrorCode::OPEN, 2) + ": AS 65003, expected 65002");
    EXPECT_EQ(host.down, "") << "it was never up";
}

TEST_F(BgpSessionFsmTest, OpenIsCheckedAgainstTheConfiguration)
{
    const auto subcode = [this](const BgpOpenMessage& open)
    {
        const BgpError error = CheckBgpOpen(config, open);
        EXPECT_TRUE(!error || error.code == BgpErrorCode::OPEN);
        return int(error.subcode);
    };
    BgpOpenMessage open = PeerOpen();
    EXPECT_FALSE(CheckBgpOpen(config, open));
    open.asn = 0;
    EXPECT_EQ(subcode(open), BGP_BAD_PEER_AS);
    config.peerAs = 0;
    EXPECT_EQ(subcode(open), BGP_BAD_PEER_AS) << "AS 0 is never accepted";
    open.asn = 4200000000;
    EXPECT_EQ(subcode(open), 0) << "any other is";
    open.routerId = 0;
    EXPECT_EQ(subcode(open), BGP_BAD_IDENTIFIER);
    open.routerId = config.routerId;
    EXPECT_EQ(subcode(open), 0) << "equal identifiers are good between ASes";
    open.asn = config.localAs;
    EXPECT_EQ(subcode(open), BGP_BAD_IDENTIFIER) << "and bad within one";
    open = PeerOpen();
    for (const uint16_t seconds : {1, 2})
    {
        open.holdTime = seconds;
        EXPECT_EQ(subcode(open), BGP_UNACCEPTABLE_HOLD_TIME);
    }
    open.holdTime = 3;
    EXPECT_EQ(subcode(open), 0);
    config.minHoldTime = Seconds(10);
    EXPECT_EQ(subcode(open), BGP_UNACCEPTABLE_HOLD_TIME);
    open.holdTime = 0;
    EXPECT_EQ(subcode(open), 0);
}

TEST_F(BgpSessionFsmTest, FamiliesAreTheCommonOnes)
{
    config.capabilities.families = {BGP_IPV4_UNICAST, BGP_IPV6_UNICAST};
    BgpOpenMessage open = PeerOpen();
    open.capabilities.families = {BGP_IPV6_UNICAST, BGP_L2VPN_EVPN};
    EXPECT_EQ(NegotiateBgp(config, open).families, std::vector<BgpFamily>{BGP_IPV6_UNICAST});
    EXPECT_TRUE(NegotiateBgp(config, open).Carries(BGP_IPV6_UNICAST));
    EXPECT_FALSE(NegotiateBgp(config, open).Carries(BGP_IPV4_UNICAST));
    // No capability at all: IPv4 unicast.
    open.capabilities = BgpCapabilities();
    const BgpNegotiated old = NegotiateBgp(config, open);
    EXPECT_EQ(old.families, std::vector<BgpFamily>{BGP_IPV4_UNICAST});
    EXPECT_FALSE(old.fourOctetAs);
    EXPECT_FALSE(old.routeRefresh);
    // Nothing in common: the data are the capabilities that were missed.
    config.capabilities.families = {BGP_IPV6_UNICAST};
    const BgpError error = CheckBgpOpen(config, open);
    EXPECT_EQ(error.subcode, BGP_UNSUPPORTED_CAPABILITY);
    EXPECT_EQ(error.data, (std::vector<uint8_t>{1, 4, 0, 2, 0, 1}));
}

TEST_F(BgpSessionFsmTest, StartsAgainAfterAFailure)
{
    Establish();
    fsm->TcpFailed(1, T0 + Seconds(5));
    EXPECT_EQ(host.down, "lost");
    EXPECT_EQ(host.timers, (std::map<BgpTimer, Time>{{BgpTimer::IDLE_HOLD, Seconds(1)}}));
    fsm->TimerExpired(BgpTimer::IDLE_HOLD, T0 + Seconds(6));
    EXPECT_EQ(host.attempts, 2u);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::CONNECT);
    fsm->TcpConnected(2, BgpDirection::OUTGOING, T0 + Seconds(6));
    fsm->Received(2, PeerOpen(), T0 + Seconds(6));
    fsm->Received(2, BgpKeepaliveMessage(), T0 + Seconds(6));
    EXPECT_EQ(host.up, 2u);
}

TEST_F(BgpSessionFsmTest, ManualStopStaysDownAndSaysWhy)
{
    Establish();
    BgpStop stop;
    stop.text = "upgrade";
    fsm->Stop(T0 + Seconds(1), stop);
    EXPECT_EQ(host.TakeSent(), "1 notification 6/2");
    EXPECT_EQ(host.notifications.at(0).GetShutdownText(), "upgrade");
    EXPECT_TRUE(host.timers.empty());
    fsm->TimerExpired(BgpTimer::IDLE_HOLD, T0 + Seconds(2));
    EXPECT_EQ(fsm->GetState(), BgpSessionState::IDLE);
    fsm->Start(T0 + Seconds(3));
    EXPECT_EQ(fsm->GetState(), BgpSessionState::CONNECT);
}

TEST_F(BgpSessionFsmTest, ManualStopEndsTheWaitForAnAutomaticStart)
{
    Establish();
    fsm->TcpFailed(1, T0);
    ASSERT_EQ(host.timers.count(BgpTimer::IDLE_HOLD), 1u);
    fsm->Stop(T0);
    EXPECT_TRUE(host.timers.empty());
}

TEST_F(BgpSessionFsmTest, NoAutomaticStartIfNotAllowed)
{
    config.automaticStart = false;
    Establish();
    fsm->TcpFailed(1, T0);
    EXPECT_TRUE(host.timers.empty());
    EXPECT_EQ(fsm->GetState(), BgpSessionState::IDLE);
}

TEST_F(BgpSessionFsmTest, DampingDoublesTheWait)
{
    config.dampPeerOscillations = true;
    config.idleHoldTime = Seconds(10);
    config.maxIdleHoldTime = Seconds(60);
    Make();
    fsm->Start(T0);
    Time now = T0;
    for (const int wait : {10, 20, 40, 60, 60})
    {
        fsm->TcpConnected(host.attempts, BgpDirection::OUTGOING, now);
        fsm->ReceivedError(host.attempts, {BgpErrorCode::HEADER, 1, {}, ""}, now);
        EXPECT_EQ(host.timers[BgpTimer::IDLE_HOLD], Seconds(wait));
        now += Seconds(wait);
        fsm->TimerExpired(BgpTimer::IDLE_HOLD, now);
    }
    EXPECT_EQ(fsm->GetConnectRetryCounter(), 5u);
    // A session that lasts ends the row.
    fsm->TcpConnected(host.attempts, BgpDirection::OUTGOING, now);
    fsm->Received(host.attempts, PeerOpen(), now);
    fsm->Received(host.attempts, BgpKeepaliveMessage(), now);
    fsm->TcpFailed(host.attempts, now + Seconds(60));
    EXPECT_EQ(fsm->GetConnectRetryCounter(), 1u);
    EXPECT_EQ(host.timers[BgpTimer::IDLE_HOLD], Seconds(10));
}

TEST_F(BgpSessionFsmTest, ConnectionThatCannotBegin)
{
    host.refuses = true;
    Make();
    fsm->Start(T0);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::IDLE);
    EXPECT_EQ(host.timers, (std::map<BgpTimer, Time>{{BgpTimer::IDLE_HOLD, Seconds(1)}}));
}

TEST_F(BgpSessionFsmTest, ConnectRetryGivesUpTheAttempt)
{
    Make();
    fsm->Start(T0);
    fsm->TimerExpired(BgpTimer::CONNECT_RETRY, T0 + Seconds(120));
    EXPECT_EQ(host.closed[1], BgpCloseMode::ABORT);
    EXPECT_EQ(host.attempts, 2u);
    EXPECT_EQ(host.timers[BgpTimer::CONNECT_RETRY], Seconds(120));
    // The first one's answer comes late: nobody waits for it.
    fsm->TcpConnected(1, BgpDirection::OUTGOING, T0 + Seconds(121));
    EXPECT_EQ(host.TakeSent(), "");
    EXPECT_EQ(fsm->GetState(), BgpSessionState::CONNECT);
}

TEST_F(BgpSessionFsmTest, DelayOpenLetsThePeerSpeakFirst)
{
    config.delayOpenTime = Seconds(5);
    Open();
    EXPECT_EQ(host.TakeSent(), "");
    EXPECT_EQ(host.timers, (std::map<BgpTimer, Time>{{BgpTimer::DELAY_OPEN, Seconds(5)}}));
    fsm->Received(1, PeerOpen(), T0 + Seconds(2));
    EXPECT_EQ(host.TakeSent(), "1 open, 1 keepalive");
    EXPECT_EQ(host.timers.count(BgpTimer::DELAY_OPEN), 0u);
    fsm->Received(1, BgpKeepaliveMessage(), T0 + Seconds(2));
    EXPECT_EQ(host.up, 1u);
}

TEST_F(BgpSessionFsmTest, DelayOpenWithoutNotificationWithoutOpen)
{
    config.delayOpenTime = Seconds(5);
    config.notifyWithoutOpen = false;
    Open();
    BgpOpenMessage open = PeerOpen();
    open.asn = 7;
    fsm->Received(1, open, T0 + Seconds(2));
    EXPECT_EQ(host.TakeSent(), "");
    EXPECT_EQ(fsm->GetState(), BgpSessionState::IDLE);
}

TEST_F(BgpSessionFsmTest, PassiveNeverConnects)
{
    config.passive = true;
    Make();
    fsm->Start(T0);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::ACTIVE);
    EXPECT_TRUE(host.timers.empty());
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    EXPECT_EQ(host.TakeSent(), "100 open");
    fsm->TcpFailed(100, T0 + Seconds(1));
    EXPECT_EQ(fsm->GetState(), BgpSessionState::ACTIVE);
    EXPECT_TRUE(host.timers.empty());
    EXPECT_EQ(host.attempts, 0u);
}

TEST_F(BgpSessionFsmTest, IdleRefusesConnections)
{
    Make();
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    EXPECT_EQ(host.closed.count(100), 1u);
    EXPECT_EQ(host.TakeSent(), "100 notification 6/5");
    config.notifyWithoutOpen = false;
    Make();
    fsm->TcpConnected(101, BgpDirection::INCOMING, T0);
    EXPECT_EQ(host.closed.count(101), 1u);
    EXPECT_EQ(host.TakeSent(), "");
}

TEST_F(BgpSessionFsmTest, PeerThatComesEndsTheWait)
{
    Establish();
    fsm->TcpFailed(1, T0);
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0 + MilliSeconds(1));
    EXPECT_EQ(host.TakeSent(), "100 open");
    EXPECT_EQ(host.state, BgpSessionState::OPEN_SENT);
    EXPECT_EQ(host.timers, (std::map<BgpTimer, Time>{{BgpTimer::HOLD, Seconds(240)}}));
}

TEST_F(BgpSessionFsmTest, PeerThatComesDoesNotEndDamping)
{
    config.dampPeerOscillations = true;
    Establish();
    fsm->TcpFailed(1, T0);
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0 + MilliSeconds(1));
    EXPECT_EQ(host.TakeSent(), "") << "the peer goes to Active and listens";
    EXPECT_EQ(host.closed.count(100), 1u);
    EXPECT_EQ(host.timers.count(BgpTimer::IDLE_HOLD), 1u);
    EXPECT_EQ(host.state, BgpSessionState::IDLE);
}

TEST_F(BgpSessionFsmTest, RouteRefreshOfANegotiatedFamilyGoesUp)
{
    Establish();
    fsm->Received(1, BgpRouteRefreshMessage{BGP_IPV6_UNICAST, 0}, T0);
    EXPECT_TRUE(host.refreshes.empty());
    fsm->Received(1, BgpRouteRefreshMessage{BGP_IPV4_UNICAST, 0}, T0);
    ASSERT_EQ(host.refreshes.size(), 1u);
    EXPECT_EQ(host.refreshes[0].family, BGP_IPV4_UNICAST);
}

TEST_F(BgpSessionFsmTest, PeerThatStopsReading)
{
    config.sendHoldTime = Seconds(100);
    Establish();
    fsm->SendStalled(1, T0 + Seconds(10));
    EXPECT_EQ(host.timers[BgpTimer::SEND_HOLD], Seconds(100));
    // Some octets go at 50 s, and more are waiting: 100 s from there.
    fsm->SendProgress(1, false, T0 + Seconds(50));
    fsm->Received(1, BgpKeepaliveMessage(), T0 + Seconds(80));
    fsm->TimerExpired(BgpTimer::SEND_HOLD, T0 + Seconds(110));
    EXPECT_EQ(host.timers[BgpTimer::SEND_HOLD], Seconds(40));
    EXPECT_EQ(fsm->GetState(), BgpSessionState::ESTABLISHED);
    fsm->TimerExpired(BgpTimer::SEND_HOLD, T0 + Seconds(150));
    EXPECT_EQ(fsm->GetState(), BgpSessionState::IDLE);
    EXPECT_EQ(host.TakeSent(), "") << "nobody would read it";
    EXPECT_EQ(host.closed[1], BgpCloseMode::ABORT);
    EXPECT_EQ(host.timers.count(BgpTimer::IDLE_HOLD), 1u);
}

TEST_F(BgpSessionFsmTest, PeerThatReadsAgain)
{
    Establish();
    fsm->SendStalled(1, T0);
    EXPECT_EQ(host.timers[BgpTimer::SEND_HOLD], Minutes(8)) << "more than twice 90 s";
    fsm->SendProgress(1, true, T0 + Seconds(1));
    EXPECT_EQ(host.timers.count(BgpTimer::SEND_HOLD), 0u);
}

TEST_F(BgpSessionFsmTest, ConnectionsThatEndedAreForgotten)
{
    Establish();
    fsm->TcpFailed(1, T0);
    host.down.clear();
    fsm->TcpFailed(1, T0);
    fsm->Received(1, BgpKeepaliveMessage(), T0);
    fsm->ReceivedError(1, {BgpErrorCode::HEADER, 1, {}, ""}, T0);
    fsm->SendStalled(1, T0);
    EXPECT_EQ(host.TakeSent(), "");
    EXPECT_EQ(host.down, "");
    EXPECT_EQ(fsm->GetConnectRetryCounter(), 1u);
}

TEST_F(BgpSessionFsmTest, ConfigurationIsChecked)
{
    const auto bad = [](void (*change)(BgpSessionConfig&))
    {
        BgpSessionConfig config = FsmConfig();
        change(config);
        EXPECT_THROW(CheckBgpSessionConfig(config), std::invalid_argument);
    };
    EXPECT_NO_THROW(CheckBgpSessionConfig(FsmConfig()));
    bad(
        [](BgpSessionConfig& c)
        {
            c.localAs = 0;
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.routerId = 0;
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.holdTime = Seconds(2);
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.holdTime = Seconds(65536);
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.holdTime = MilliSeconds(3500);
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.keepaliveFraction = 0;
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.keepaliveFraction = 1;
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.connectRetryTime = Seconds(0);
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.delayOpenTime = Seconds(-1);
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.idleHoldTime = Seconds(-1);
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.maxIdleHoldTime = Seconds(0);
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.minHoldTime = Seconds(-1);
        });
    bad(
        [](BgpSessionConfig& c)
        {
            c.sendHoldTime = Seconds(-1);
        });
}

/// What happens with two connections. Connection 1 is ours, 100 the peer's.
class BgpCollisionTest : public BgpSessionFsmTest
{
  public:
    static constexpr BgpRouterId LOW = 0x09000001;  //!< below ours
    static constexpr BgpRouterId HIGH = 0x0b000001; //!< above ours

    /// Both connections in OpenSent.
    void Both()
    {
        Open();
        fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
        EXPECT_EQ(host.TakeSent(), "1 open, 100 open");
        EXPECT_EQ(fsm->GetState(), BgpSessionState::OPEN_SENT);
    }
};

TEST_F(BgpCollisionTest, HigherIdentifierKeepsItsConnection)
{
    for (const auto id : {LOW, HIGH})
    {
        for (const BgpConnectionId first : {1, 100})
        {
            host = BgpFsmHost();
            Both();
            const BgpConnectionId winner = id == LOW ? 1 : 100;
            const BgpConnectionId loser = 101 - winner;
            const BgpConnectionId second = 101 - first;
            fsm->Received(first, PeerOpen(id), T0);
            fsm->Received(second, PeerOpen(id), T0);
            EXPECT_EQ(fsm->GetState(), BgpSessionState::OPEN_CONFIRM);
            EXPECT_TRUE(fsm->Knows(winner));
            EXPECT_FALSE(fsm->Knows(loser));
            EXPECT_EQ(host.closed.count(loser), 1u);
            EXPECT_EQ(
                host.notifications,
                (std::vector<BgpNotificationMessage>{{BgpErrorCode::CEASE, BGP_CEASE_COLLISION}}));
            EXPECT_EQ(fsm->GetConnectRetryCounter(), 0u);
            fsm->Received(winner, BgpKeepaliveMessage(), T0);
            EXPECT_EQ(host.up, winner);
        }
    }
}

TEST_F(BgpCollisionTest, EqualIdentifiersCompareTheAs)
{
    Both();
    // The peer has the higher AS, 65002.
    fsm->Received(1, PeerOpen(0x0a000001), T0);
    EXPECT_TRUE(fsm->Knows(1)) << "the better one may be dead";
    fsm->Received(100, PeerOpen(0x0a000001), T0);
    EXPECT_FALSE(fsm->Knows(1));
    EXPECT_EQ(fsm->GetState(), BgpSessionState::OPEN_CONFIRM);
}

TEST_F(BgpCollisionTest, AttemptThatConnectsLateContends)
{
    Make();
    fsm->Start(T0);
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    fsm->Received(100, PeerOpen(LOW), T0);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::OPEN_CONFIRM);
    EXPECT_TRUE(fsm->Knows(1)) << "the attempt goes on";
    fsm->TcpConnected(1, BgpDirection::OUTGOING, T0);
    host.TakeSent();
    fsm->Received(1, PeerOpen(LOW), T0);
    EXPECT_EQ(host.TakeSent(), "100 notification 6/7, 1 keepalive");
    fsm->Received(1, BgpKeepaliveMessage(), T0);
    EXPECT_EQ(host.up, 1u);
}

TEST_F(BgpCollisionTest, EstablishedSessionEndsTheAttempt)
{
    Make();
    fsm->Start(T0);
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    fsm->Received(100, PeerOpen(LOW), T0);
    fsm->Received(100, BgpKeepaliveMessage(), T0);
    EXPECT_EQ(host.up, 100u);
    EXPECT_EQ(host.closed[1], BgpCloseMode::ABORT);
}

TEST_F(BgpCollisionTest, AttemptThatFailsDoesNotMatter)
{
    Make();
    fsm->Start(T0);
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    fsm->TcpFailed(1, T0);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::OPEN_SENT);
    fsm->Received(100, PeerOpen(), T0);
    fsm->Received(100, BgpKeepaliveMessage(), T0);
    EXPECT_EQ(host.up, 100u);
}

TEST_F(BgpCollisionTest, FailureLeavesTheOtherConnection)
{
    Both();
    fsm->Received(100, BgpNotificationMessage(BgpErrorCode::CEASE, BGP_CEASE_COLLISION), T0);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::OPEN_SENT);
    EXPECT_EQ(fsm->GetConnectRetryCounter(), 0u);
    fsm->Received(1, PeerOpen(), T0);
    fsm->Received(1, BgpKeepaliveMessage(), T0);
    EXPECT_EQ(host.up, 1u);
}

TEST_F(BgpCollisionTest, FailureLeavesThePendingAttempt)
{
    Make();
    fsm->Start(T0);
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    fsm->TcpFailed(100, T0);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::CONNECT);
    EXPECT_EQ(host.timers.count(BgpTimer::CONNECT_RETRY), 1u);
    fsm->TcpConnected(1, BgpDirection::OUTGOING, T0);
    EXPECT_EQ(fsm->GetState(), BgpSessionState::OPEN_SENT);
}

TEST_F(BgpCollisionTest, NewConnectionLosesToAnEstablishedOne)
{
    Establish(PeerOpen(HIGH));
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    EXPECT_EQ(host.TakeSent(), "") << "waits for its OPEN";
    fsm->Received(100, PeerOpen(HIGH), T0);
    EXPECT_EQ(host.TakeSent(), "100 notification 6/7");
    EXPECT_EQ(host.up, 1u);
    EXPECT_FALSE(fsm->Knows(100));
}

TEST_F(BgpCollisionTest, UnlessConfiguredOtherwise)
{
    config.collisionDetectEstablished = true;
    Establish(PeerOpen(HIGH));
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    fsm->Received(100, PeerOpen(HIGH), T0);
    EXPECT_EQ(host.TakeSent(), "1 notification 6/7, 100 open, 100 keepalive");
    EXPECT_EQ(host.up, 0u);
    fsm->Received(100, BgpKeepaliveMessage(), T0);
    EXPECT_EQ(host.up, 100u);
}

TEST_F(BgpCollisionTest, WaitingConnectionTakesOver)
{
    Establish();
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    fsm->TcpFailed(1, T0 + Seconds(1));
    EXPECT_EQ(host.down, "lost");
    EXPECT_EQ(host.TakeSent(), "100 open");
    EXPECT_EQ(fsm->GetState(), BgpSessionState::OPEN_SENT);
    fsm->Received(100, PeerOpen(), T0 + Seconds(1));
    fsm->Received(100, BgpKeepaliveMessage(), T0 + Seconds(1));
    EXPECT_EQ(host.up, 100u);
}

TEST_F(BgpCollisionTest, WaitingConnectionThatSaysNothingIsClosed)
{
    Establish();
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    EXPECT_EQ(host.timers[BgpTimer::HOLD_SECOND], Seconds(240));
    fsm->TimerExpired(BgpTimer::HOLD_SECOND, T0 + Seconds(240));
    EXPECT_EQ(host.closed.count(100), 1u);
    EXPECT_EQ(host.up, 1u);
}

TEST_F(BgpCollisionTest, OpenSentBeforeEstablishedContends)
{
    // Connection 100 gets established while our better one has its OPEN out.
    Make();
    fsm->Start(T0);
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    fsm->Received(100, PeerOpen(LOW), T0);
    fsm->TcpConnected(1, BgpDirection::OUTGOING, T0);
    fsm->Received(100, BgpKeepaliveMessage(), T0);
    ASSERT_EQ(host.up, 100u);
    host.TakeSent();
    fsm->Received(1, PeerOpen(LOW), T0);
    EXPECT_EQ(host.TakeSent(), "100 notification 6/7, 1 keepalive");
    EXPECT_EQ(host.up, 0u);
    fsm->Received(1, BgpKeepaliveMessage(), T0);
    EXPECT_EQ(host.up, 1u);
}

TEST_F(BgpCollisionTest, PeerThatConnectsAnewReplacesItsOldConnection)
{
    Both();
    fsm->TcpConnected(101, BgpDirection::INCOMING, T0 + Seconds(1));
    EXPECT_FALSE(fsm->Knows(100));
    EXPECT_EQ(host.closed.count(100), 1u);
    EXPECT_TRUE(fsm->Knows(1));
    EXPECT_TRUE(fsm->Knows(101));
}

TEST_F(BgpCollisionTest, OfTwoIncomingOnesTheLaterStays)
{
    config.passive = true;
    Make();
    fsm->Start(T0);
    fsm->TcpConnected(100, BgpDirection::INCOMING, T0);
    fsm->TcpConnected(101, BgpDirection::INCOMING, T0 + Seconds(1));
    fsm->Received(101, PeerOpen(), T0 + Seconds(1));
    EXPECT_FALSE(fsm->Knows(100));
    fsm->Received(101, BgpKeepaliveMessage(), T0 + Seconds(1));
    EXPECT_EQ(host.up, 101u);
}

TEST_F(BgpCollisionTest, StopEndsBoth)
{
    Both();
    fsm->Stop(T0);
    EXPECT_EQ(host.TakeSent(), "1 notification 6/2, 100 notification 6/2");
    EXPECT_EQ(host.closed.size(), 2u);
    EXPECT_TRUE(host.timers.empty());
}

} // namespace
