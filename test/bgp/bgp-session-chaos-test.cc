// SPDX-License-Identifier: GPL-2.0-only
#include "bgp/bgp-session-net.h"

#include <gtest/gtest.h>
#include <random>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

BgpSessionConfig
ConfigOf(BgpAsn localAs, BgpAsn peerAs, BgpRouterId id, std::mt19937& random)
{
    BgpSessionConfig config;
    config.localAs = localAs;
    config.peerAs = peerAs;
    config.routerId = id;
    config.holdTime = Seconds(random() % 2 ? 9 : 30);
    config.sendHoldTime = Seconds(15);
    config.connectRetryTime = Seconds(5);
    config.dampPeerOscillations = random() % 4 == 0;
    config.maxIdleHoldTime = Seconds(4);
    config.collisionDetectEstablished = random() % 4 == 0;
    if (random() % 3 == 0)
    {
        config.delayOpenTime = MilliSeconds(random() % 50);
    }
    return config;
}

/// One thing that goes wrong, or a change of routes.
void
Disturb(BgpTestWire& wire, BgpTestRouter& router, std::mt19937& random)
{
    const auto prefix = IpPrefix::Host(Ipv4Address(0x0a000000 + random() % 50));
    switch (random() % 9)
    {
    case 0:
        router.Restart();
        router.Start();
        break;
    case 1:
        wire.cut = !wire.cut;
        break;
    case 2:
        router.LinkDown();
        break;
    case 3:
        router.Read(!router.reads);
        break;
    case 4:
        router.session->Stop(wire.clock.now, {random() % 2 == 0, BGP_CEASE_RESET, ""});
        break;
    case 5:
        router.Start();
        break;
    case 6:
        router.Announce({prefix});
        break;
    case 7:
        router.Withdraw(prefix);
        break;
    default:
        wire.latency = MilliSeconds(1 + random() % 40);
    }
}

// Whatever happened: when it is over, the session comes up again, on one connection that both sides
// mean, and both know exactly what the other one announces.
TEST(BgpSessionChaos, EndsEstablishedWithEqualRoutes)
{
    int restarts = 0;
    for (uint32_t seed = 1; seed <= 1000; ++seed)
    {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        BgpTestWire wire;
        wire.segment = 1 + random() % 100;
        const bool internal = random() % 3 == 0;
        BgpTestRouter a(wire, ConfigOf(65001, 0, 1 + random() % 9, random));
        BgpTestRouter b(wire, ConfigOf(internal ? 65001 : 65002, 0, 10 + random() % 9, random));
        a.peer = &b;
        b.peer = &a;
        for (auto* router : {&a, &b})
        {
            router->jitter = 0.75 + (random() % 251) / 1000.0;
            router->own = {IpPrefix::Host(Ipv4Address(0x0b000000 + random() % 50))};
            router->Start();
        }
        for (int i = 0; i < 30; ++i)
        {
            Disturb(wire, random() % 2 ? a : b, random);
            wire.clock.Run(MilliSeconds(random() % 4 ? random() % 100 : random() % 5000));
        }
        wire.cut = false;
        for (auto* router : {&a, &b})
        {
            router->Start();
            router->Read(true);
        }
        // A connection that broke in OpenSent, unseen, ends after 4 minutes.
        wire.clock.Run(Seconds(BGP_LARGE_HOLD_SECONDS + 60));
        ASSERT_EQ(a.session->GetState(), BgpSessionState::ESTABLISHED);
        ASSERT_EQ(b.session->GetState(), BgpSessionState::ESTABLISHED);
        EXPECT_NE(a.direction, b.direction);
        EXPECT_EQ(a.learned, b.own);
        EXPECT_EQ(b.learned, a.own);
        restarts += a.ups + b.ups - 2;
    }
    EXPECT_GT(restarts, 1000) << "the cases are not too tame";
}

} // namespace
