// SPDX-License-Identifier: GPL-2.0-only
// One speaker: what it does.
#include "bgp-speaker-fixture.h"

using namespace ns3;
using namespace ns3::vmm;
using namespace ns3::vmm::bgp_test;

namespace
{

class BgpSpeakerTest : public BgpSpeakerFixture
{
};

} // namespace

TEST_F(BgpSpeakerTest, LearnsInstallsAndPassesOn)
{
    Make();
    Up(AddPeer(65001));
    Up(AddPeer(65002));
    Announce(0, {"10.1.0.0/16", "10.2.0.0/16"}, {65001});
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.1.0.0/16 10.0.0.1",
                     "0ms fib 10.2.0.0/16 10.0.0.1",
                     "0ms p1 +10.1.0.0/16 +10.2.0.0/16[65000 65001]"}));
    Announce(0, {"10.1.0.0/16"}, {65001}); // nothing new
    EXPECT_EQ(Log(), Lines{});
    EXPECT_EQ(m_speaker->GetReceivedCount(0), 2u);
    EXPECT_EQ(m_speaker->GetAdvertisedCount(1), 2u);
    Withdraw(0, "10.1.0.0/16");
    EXPECT_EQ(Log(), (Lines{"0ms fib -10.1.0.0/16", "0ms p1 -10.1.0.0/16"}));
    Withdraw(0, "10.1.0.0/16");
    Withdraw(0, "10.9.0.0/16");
    EXPECT_EQ(Log(), Lines{});
    m_speaker->PeerDown(0);
    EXPECT_EQ(Log(), (Lines{"0ms fib -10.2.0.0/16", "0ms p1 -10.2.0.0/16"}));
    EXPECT_EQ(m_speaker->GetPrefixCount(), 0u);
    EXPECT_EQ(m_speaker->GetAdvertisedCount(1), 0u);
    Announce(0, {"10.1.0.0/16"}, {65001}); // it is down
    EXPECT_EQ(Log(), Lines{});
}

TEST_F(BgpSpeakerTest, UsesAllEqualPathsAndSpeaksOfTheBest)
{
    Make();
    for (BgpAsn asn : {65001, 65002, 65003})
    {
        Up(AddPeer(asn));
    }
    Announce(1, {"10.1.0.0/16"}, {65002, 65009});
    Log();
    Announce(2, {"10.1.0.0/16"}, {65003, 65009});
    EXPECT_EQ(Log(), (Lines{"0ms fib 10.1.0.0/16 10.0.0.2 10.0.0.3"}));
    Announce(0, {"10.1.0.0/16"}, {65001, 65009}); // lowest identifier
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.1.0.0/16 10.0.0.1 10.0.0.2 10.0.0.3",
                     "0ms p0 -10.1.0.0/16",
                     "0ms p1 +10.1.0.0/16[65000 65001 65009]",
                     "0ms p2 +10.1.0.0/16[65000 65001 65009]"}));
    Withdraw(1, "10.1.0.0/16");
    EXPECT_EQ(Log(), (Lines{"0ms fib 10.1.0.0/16 10.0.0.1 10.0.0.3"}));
}

TEST_F(BgpSpeakerTest, NewNeighbourIsToldAllInOrderAndPacked)
{
    m_config.sendEndOfRib = true;
    Make();
    AddPeer(65001);
    Up(AddPeer(65002));
    Log();
    m_speaker->Originate(P("10.3.0.0/16"), {});
    m_speaker->Originate(P("10.1.0.0/16"), {});
    m_speaker->Originate(P("fd00:1::/32"), {});
    Announce(1, {"10.2.0.0/16"}, {65002});
    Log();
    Up(0);
    EXPECT_EQ(Log(),
              (Lines{"0ms p0 +10.1.0.0/16 +10.3.0.0/16[65000]",
                     "0ms p0 +10.2.0.0/16[65000 65002]",
                     "0ms p0 +fd00:1::/32[65000]",
                     "0ms p0 end ipv4-unicast",
                     "0ms p0 end ipv6-unicast"}));
    EXPECT_EQ(m_speaker->GetAdvertisedCount(0), 4u);
    Up(0, {BGP_IPV4_UNICAST}); // again, without IPv6
    EXPECT_EQ(m_speaker->GetAdvertisedCount(0), 3u);
    Announce(0, {"fd00:2::/32"}, {65001});
    EXPECT_EQ(m_speaker->GetBest(P("fd00:2::/32")), nullptr);
}

TEST_F(BgpSpeakerTest, RefusedRouteTakesThePlaceOfTheFormer)
{
    Make();
    Up(AddPeer(65001));
    Announce(0, {"10.1.0.0/16"}, {65001});
    Log();
    Announce(0, {"10.1.0.0/16"}, {65001, 65000});
    EXPECT_EQ(Log(), (Lines{"0ms fib -10.1.0.0/16"}));
    EXPECT_EQ(m_refused, 1u);
    EXPECT_EQ(m_speaker->GetReceivedCount(0), 0u);
}

TEST_F(BgpSpeakerTest, LocalRoutesComeAndGo)
{
    Make();
    Up(AddPeer(65001));
    m_speaker->Originate(P("10.1.0.0/16"), {});
    EXPECT_EQ(Log(), (Lines{"0ms p0 +10.1.0.0/16[65000]"})); // not installed
    Announce(0, {"10.1.0.0/16"}, {65001});
    EXPECT_EQ(Log(), Lines{});
    BgpPathAttributes other;
    other.origin = BgpOrigin::INCOMPLETE;
    m_speaker->Redistribute(P("10.1.0.0/16"), other); // ORIGIN is worse
    EXPECT_EQ(Log(), Lines{});
    EXPECT_TRUE(m_speaker->Withdraw(P("10.1.0.0/16")));
    EXPECT_EQ(m_lastSent.attributes.origin, BgpOrigin::INCOMPLETE);
    EXPECT_EQ(Log(), (Lines{"0ms p0 +10.1.0.0/16[65000]"}));
    EXPECT_TRUE(m_speaker->WithdrawRedistributed(P("10.1.0.0/16")));
    EXPECT_FALSE(m_speaker->WithdrawRedistributed(P("10.1.0.0/16")));
    EXPECT_EQ(Log(), (Lines{"0ms fib 10.1.0.0/16 10.0.0.1", "0ms p0 -10.1.0.0/16"}));
}

TEST_F(BgpSpeakerTest, RedistributedHostRoutesGetACommunityThatPolicyNames)
{
    // Only host routes are taken over; they are tagged, and go to the neighbour that takes them.
    BgpPolicyRule tag;
    tag.match.prefixes = {BgpPrefixMatch::HostRoutes(IpFamily::IPV4)};
    tag.actions.addCommunities = {MakeBgpCommunity(65000, 2)};
    m_config.redistributionPolicy = BgpPolicy::RejectAll();
    m_config.redistributionPolicy.rules = {tag};
    Make();
    BgpPeerConfig refuses;
    BgpPolicyRule refuse;
    refuse.match.anyOfCommunities = {MakeBgpCommunity(65000, 2)};
    refuse.verdict = BgpVerdict::REJECT;
    refuses.exportPolicy.rules = {refuse};
    Up(AddPeer(65001));
    Up(AddPeer(65002, refuses));
    m_speaker->Redistribute(P("10.1.0.1/32"), {});
    EXPECT_EQ(Log(), (Lines{"0ms p0 +10.1.0.1/32[65000]"}));
    EXPECT_EQ(m_lastSent.attributes.communities,
              (std::vector<uint32_t>{MakeBgpCommunity(65000, 2)}));
    m_speaker->Redistribute(P("10.1.0.0/24"), {});
    EXPECT_EQ(Log(), Lines{});
    m_speaker->SetExportPolicy(1, BgpPolicy::AcceptAll());
    EXPECT_EQ(Log(), (Lines{"0ms p1 +10.1.0.1/32[65000]"}));
    m_speaker->SetExportPolicy(0, BgpPolicy::RejectAll());
    EXPECT_EQ(Log(), (Lines{"0ms p0 -10.1.0.1/32"}));
}

TEST_F(BgpSpeakerTest, ExportPolicyComesBeforeTheRules)
{
    Make();
    BgpPeerConfig config;
    BgpPolicyRule rule;
    rule.match.originAs = 0; // our own, though our AS will be in AS_PATH
    rule.actions.prepend = 2;
    rule.actions.setMed = 5;
    rule.actions.setLocalPref = 7; // is not for external neighbours
    rule.actions.setNextHop = IpAddress(Ipv4Address("10.0.0.77"));
    config.exportPolicy.rules = {rule};
    Up(AddPeer(65001, config));
    m_speaker->Originate(P("10.1.0.0/16"), {});
    EXPECT_EQ(Log(), (Lines{"0ms p0 +10.1.0.0/16[65000 65000 65000]"}));
    EXPECT_EQ(m_lastSent.attributes.med, 5u);
    EXPECT_FALSE(m_lastSent.attributes.localPref);
    EXPECT_EQ(m_lastSent.attributes.nextHop, IpAddress(Ipv4Address("10.0.0.77")));
}

TEST_F(BgpSpeakerTest, ImportPolicyAppliesToWhatIsThere)
{
    Make();
    Up(AddPeer(65001));
    Up(AddPeer(65002));
    Announce(0, {"10.1.0.0/16"}, {65001});
    Announce(1, {"10.1.0.0/16"}, {65002});
    Log();
    m_speaker->SetImportPolicy(0, BgpPolicy::RejectAll());
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.1.0.0/16 10.0.0.2",
                     "0ms p0 +10.1.0.0/16[65000 65002]",
                     "0ms p1 -10.1.0.0/16"}));
    EXPECT_EQ(m_speaker->GetReceivedCount(0), 1u);
    BgpPolicyRule rule;
    rule.actions.setLocalPref = 200;
    BgpPolicy prefer;
    prefer.rules = {rule};
    m_speaker->SetImportPolicy(0, prefer);
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.1.0.0/16 10.0.0.1",
                     "0ms p0 -10.1.0.0/16",
                     "0ms p1 +10.1.0.0/16[65000 65001]"}));
    EXPECT_THROW(m_speaker->SetImportPolicy(2, prefer), std::invalid_argument);
}

TEST_F(BgpSpeakerTest, AggregateIsAnnouncedInstalledAndHides)
{
    Make();
    Up(AddPeer(65001));
    Up(AddPeer(65002));
    BgpAggregateConfig aggregate;
    aggregate.prefix = P("10.1.0.0/16");
    aggregate.summaryOnly = true;
    m_speaker->AddAggregate(aggregate);
    EXPECT_EQ(Log(), Lines{});
    Announce(0, {"10.1.1.0/24", "10.1.2.0/24", "10.2.0.0/16"}, {65001});
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.1.1.0/24 10.0.0.1",
                     "0ms fib 10.1.2.0/24 10.0.0.1",
                     "0ms fib 10.2.0.0/16 10.0.0.1",
                     "0ms fib 10.1.0.0/16",
                     "0ms p1 +10.2.0.0/16[65000 65001]",
                     "0ms p1 +10.1.0.0/16[65000]",
                     "0ms p0 +10.1.0.0/16[65000]"}));
    EXPECT_TRUE(m_lastSent.attributes.atomicAggregate);
    Withdraw(0, "10.1.1.0/24");
    EXPECT_EQ(Log(), (Lines{"0ms fib -10.1.1.0/24"}));
    Withdraw(0, "10.1.2.0/24");
    EXPECT_EQ(Log(),
              (Lines{"0ms fib -10.1.2.0/24",
                     "0ms fib -10.1.0.0/16",
                     "0ms p0 -10.1.0.0/16",
                     "0ms p1 -10.1.0.0/16"}));
    Announce(0, {"10.1.1.0/24"}, {65001});
    Log();
    EXPECT_TRUE(m_speaker->RemoveAggregate(P("10.1.0.0/16")));
    EXPECT_EQ(Log(),
              (Lines{"0ms fib -10.1.0.0/16",
                     "0ms p1 +10.1.1.0/24[65000 65001]",
                     "0ms p0 -10.1.0.0/16",
                     "0ms p1 -10.1.0.0/16"}));
    m_speaker->AddAggregate(aggregate); // over routes that are there
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.1.0.0/16",
                     "0ms p1 -10.1.1.0/24",
                     "0ms p0 +10.1.0.0/16[65000]",
                     "0ms p1 +10.1.0.0/16[65000]"}));
}

TEST_F(BgpSpeakerTest, AggregateOfAggregatesSettlesInOneGo)
{
    Make();
    Up(AddPeer(65001));
    for (const char* prefix : {"10.1.0.0/16", "10.0.0.0/8"})
    {
        BgpAggregateConfig aggregate;
        aggregate.prefix = P(prefix);
        aggregate.asSet = true;
        m_speaker->AddAggregate(aggregate);
    }
    BgpUpdateMessage message = Message(0, {"10.1.1.0/24"}, {65001});
    message.attributes.communities = {7};
    m_speaker->Update(0, message);
    EXPECT_EQ(m_speaker->GetBest(P("10.0.0.0/8"))->attributes->AsPathText(), "{65001}");
    m_speaker->Update(0, Message(0, {"10.1.0.0/16", "10.1.1.0/24"}, {65001, 65002}));
    EXPECT_EQ(m_speaker->GetBest(P("10.1.0.0/16"))->attributes->AsPathText(), "{65001,65002}");
    EXPECT_TRUE(m_speaker->GetBest(P("10.0.0.0/8"))->attributes->communities.empty());
    // Whatever was said in between, the neighbour's last word is what the Adj-RIB-Out holds.
    EXPECT_EQ(m_lastSent.attributes.AsPathText(), "65000 {65001,65002}");
    m_speaker->PeerDown(0);
    EXPECT_EQ(m_speaker->GetPrefixCount(), 0u);
}

TEST_F(BgpSpeakerTest, ReflectorAndItsClients)
{
    Make();
    BgpPeerConfig client;
    client.routeReflectorClient = true;
    Up(AddPeer(65000, client));
    Up(AddPeer(65000, client));
    Up(AddPeer(65000));
    Up(AddPeer(65000));
    Announce(0, {"10.1.0.0/16"}, {65009}); // from a client: to all others
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.1.0.0/16 10.0.0.1",
                     "0ms p1 +10.1.0.0/16[65009]",
                     "0ms p2 +10.1.0.0/16[65009]",
                     "0ms p3 +10.1.0.0/16[65009]"}));
    EXPECT_EQ(m_lastSent.attributes.originatorId, 10u);
    EXPECT_EQ(m_lastSent.attributes.clusterList, (std::vector<BgpRouterId>{1}));
    Announce(2, {"10.2.0.0/16"}, {65009}); // from another: to clients
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.2.0.0/16 10.0.0.3",
                     "0ms p0 +10.2.0.0/16[65009]",
                     "0ms p1 +10.2.0.0/16[65009]"}));
}

TEST_F(BgpSpeakerTest, PrefixThatChangesTwiceInOneSelectionEndsRight)
{
    // The prefix is learnt, and in the same UPDATE becomes an aggregate, which policy hides.
    Make();
    BgpPeerConfig config;
    BgpPolicyRule rule;
    rule.match.sources = {BgpRouteSource::LOCAL};
    rule.verdict = BgpVerdict::REJECT;
    config.exportPolicy.rules = {rule};
    Up(AddPeer(65001));
    Up(AddPeer(65002, config));
    BgpAggregateConfig aggregate;
    aggregate.prefix = P("10.1.0.0/16");
    m_speaker->AddAggregate(aggregate);
    Announce(0, {"10.1.0.0/16", "10.1.1.0/24"}, {65001});
    EXPECT_EQ(Log(),
              (Lines{"0ms fib 10.1.0.0/16",
                     "0ms fib 10.1.1.0/24 10.0.0.1",
                     "0ms p1 +10.1.0.0/16 +10.1.1.0/24[65000 65001]",
                     "0ms p0 +10.1.0.0/16[65000]",
                     "0ms p1 -10.1.0.0/16"}));
    EXPECT_EQ(m_speaker->GetAdvertisedCount(1), 1u);
}

TEST_F(BgpSpeakerTest, ReflectorNoticesANeighboursNewIdentifier)
{
    Make();
    BgpPeerConfig client;
    client.routeReflectorClient = true;
    Up(AddPeer(65000, client));
    Up(AddPeer(65000, client));
    Announce(0, {"10.1.0.0/16"}, {65009});
    EXPECT_EQ(m_lastSent.attributes.originatorId, 10u);
    m_speaker->PeerDown(0);
    m_speaker->PeerUp(0, {65000, 77, {BGP_IPV4_UNICAST}});
    Announce(0, {"10.1.0.0/16"}, {65009});
    EXPECT_EQ(m_lastSent.attributes.originatorId, 77u);
}

TEST_F(BgpSpeakerTest, NextHopsAreFollowed)
{
    IpAddress far = Ipv4Address("10.9.9.9");
    m_resolutions[far] = {true, false, 20, {{Ipv4Address("10.0.0.50"), 1}}};
    Make();
    Up(AddPeer(65000));
    Up(AddPeer(65000));
    BgpUpdateMessage message = Message(0, {"10.1.0.0/16"}, {65009});
    message.attributes.nextHop = far;
    m_speaker->Update(0, message);
    EXPECT_EQ(Log(), (Lines{"0ms fib 10.1.0.0/16 10.0.0.50"}));
    m_resolutions[far].hops.push_back({Ipv4Address("10.0.0.40"), 2});
    m_speaker->NextHopsChanged();
    EXPECT_EQ(Log(), (Lines{"0ms fib 10.1.0.0/16 10.0.0.40 10.0.0.50"}));
    m_resolutions[far].cost = 21; // no other route: nothing to do
    m_speaker->NextHopsChanged();
    EXPECT_EQ(Log(), Lines{});
    Announce(1, {"10.1.0.0/16"}, {65009}); // on the link: cost 0
    EXPECT_EQ(Log(), (Lines{"0ms fib 10.1.0.0/16 10.0.0.2"}));
    m_resolutions[Ipv4Address("10.0.0.2")] = {};
    m_speaker->NextHopsChanged();
    EXPECT_EQ(Log(), (Lines{"0ms fib 10.1.0.0/16 10.0.0.40 10.0.0.50"}));
    m_resolutions[far].reachable = false;
    m_speaker->NextHopsChanged();
    EXPECT_EQ(Log(), (Lines{"0ms fib -10.1.0.0/16"}));
    EXPECT_EQ(m_speaker->GetReceivedCount(0), 1u);
    m_resolutions[far].reachable = true;
    m_resolutions[far].local = true; // our own address
    m_speaker->NextHopsChanged();
    EXPECT_EQ(Log(), Lines{});
}

TEST_F(BgpSpeakerTest, RouteRefreshRepeatsWhatWasTold)
{
    Make();
    Up(AddPeer(65001));
    m_speaker->Originate(P("10.1.0.0/16"), {});
    m_speaker->Originate(P("fd00:1::/32"), {});
    Log();
    m_speaker->RouteRefresh(0, BGP_IPV4_UNICAST);
    EXPECT_EQ(Log(), (Lines{"0ms p0 +10.1.0.0/16[65000]"}));
    EXPECT_EQ(m_speaker->GetAdvertisedCount(0), 2u);
}

TEST_F(BgpSpeakerTest, NeighbourThatDoesNotReadMissesWhatCancelsOut)
{
    Make();
    Up(AddPeer(65001));
    m_speaker->Originate(P("10.1.0.0/16"), {});
    Log();
    m_speaker->SetSendable(0, false);
    m_speaker->Withdraw(P("10.1.0.0/16"));
    m_speaker->Originate(P("10.2.0.0/16"), {});
    m_speaker->Originate(P("10.3.0.0/16"), {});
    m_speaker->Withdraw(P("10.2.0.0/16"));
    EXPECT_EQ(Log(), Lines{});
    m_speaker->SetSendable(0, true);
    EXPECT_EQ(Log(), (Lines{"0ms p0 -10.1.0.0/16", "0ms p0 +10.3.0.0/16[65000]"}));
    EXPECT_EQ(m_speaker->GetPrefixCount(), 1u);
}

TEST_F(BgpSpeakerTest, HostMayCallBackFromSendUpdate)
{
    Make();
    Up(AddPeer(65001));
    Up(AddPeer(65002));
    m_onSend = [this](BgpPeerId)
    {
        m_onSend = nullptr;
        m_speaker->PeerDown(1); // what was for it is not sent
        m_speaker->Originate(P("10.2.0.0/16"), {});
    };
    m_speaker->Originate(P("10.1.0.0/16"), {});
    EXPECT_EQ(Log(), (Lines{"0ms p0 +10.1.0.0/16[65000]", "0ms p0 +10.2.0.0/16[65000]"}));
}

TEST_F(BgpSpeakerTest, WrongSettingsAreRefused)
{
    m_config.identity.asn = 0;
    EXPECT_THROW(Make(), std::invalid_argument);
    m_config.identity.asn = 65000;
    m_config.decision.maxPathsEbgp = 0;
    EXPECT_THROW(Make(), std::invalid_argument);
    m_config.decision.maxPathsEbgp = 1;
    BgpTiming timing;
    timing.selectionDelay = MilliSeconds(-1);
    EXPECT_THROW(Make(timing), std::invalid_argument);
    Make();
    BgpPeerConfig config;
    config.advertisementInterval = Seconds(-1);
    EXPECT_THROW(m_speaker->AddPeer(config), std::invalid_argument);
    EXPECT_THROW(m_speaker->PeerDown(0), std::invalid_argument);
    EXPECT_THROW(m_speaker->Originate(IpPrefix(), {}), std::invalid_argument);
    AddPeer(0);
    EXPECT_THROW(Up(0), std::invalid_argument);
}

TEST_F(BgpSpeakerTest, ManyHostRoutesFromEightNeighboursShareTheirAttributes)
{
    Make();
    for (BgpAsn asn = 65001; asn <= 65008; asn++)
    {
        Up(AddPeer(asn));
    }
    m_quiet = true;
    size_t prefixes = 0;
    for (BgpPeerId peer = 0; peer < 8; peer++)
    {
        for (uint32_t i = 0; i < 20000; i += 500)
        {
            BgpUpdateMessage message = Message(peer, {}, {BgpAsn(65001 + peer), 65100});
            for (uint32_t k = 0; k < 500; k++)
            {
                message.announced.emplace_back(IpAddress(Ipv4Address(0x0b000000 + i + k)), 32);
            }
            m_speaker->Update(peer, message);
            prefixes += 500;
        }
    }
    EXPECT_EQ(prefixes, 160000u);
    EXPECT_EQ(m_speaker->GetPrefixCount(), 20000u);
    // 8 that came, and one that goes out: the best is always from neighbour 0; to it, the first
    // that came from another is not told.
    EXPECT_LE(m_speaker->GetAttributeSetCount(), 10u);
    EXPECT_EQ(m_speaker->GetBest(P("11.0.0.1"))->nextHops->size(), 8u);
    EXPECT_EQ(m_speaker->GetAdvertisedCount(0), 0u);
    EXPECT_EQ(m_speaker->GetAdvertisedCount(7), 20000u);
    for (BgpPeerId peer = 0; peer < 8; peer++)
    {
        m_speaker->PeerDown(peer);
    }
    EXPECT_EQ(m_speaker->GetPrefixCount(), 0u);
}
