// SPDX-License-Identifier: GPL-2.0-only
// A speaker with a long and troubled past ends where one ends that is told the outcome alone.
#include "bgp-network.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;
using namespace ns3::vmm::bgp_test;

namespace
{

constexpr BgpPeerId PEERS = 4;
constexpr uint32_t PREFIXES = 24;

/// 0 to 15: 10.1.x.0/24; then 10.2.0.x/32; the last 4 are IPv6.
IpPrefix
PrefixAt(uint32_t i)
{
    if (i < 16)
    {
        return IpPrefix(Ipv4Address(0x0a010000 + (i << 8)), 24);
    }
    std::string digit = std::to_string(i);
    return IpPrefix::FromString(i < 20 ? "10.2.0." + digit + "/32" : "fd00:" + digit + "::/32");
}

/// A speaker, its table, and what each neighbour has been told so far.
struct Mirror : public BgpSpeakerHost, public BgpNextHopResolver
{
    EventQueue queue;
    std::map<BgpSpeakerTimer, EventQueue::Key> timers;
    std::map<IpPrefix, BgpNextHopSet> fib;
    std::map<IpPrefix, BgpPathAttributes> told[PEERS];
    uint32_t unreachable = 0; //!< number of the next hop that is not
    std::unique_ptr<BgpSpeaker> speaker;

    Mirror(const BgpTiming& timing, const BgpPeerConfig& config)
    {
        BgpSpeakerConfig speakerConfig;
        speakerConfig.identity = {65000, 1, {}};
        speakerConfig.timing = timing;
        speaker = std::make_unique<BgpSpeaker>(*this, *this, speakerConfig);
        for (BgpPeerId peer = 0; peer < PEERS; peer++)
        {
            BgpPeerConfig own = config;
            own.address = Ipv4Address(0x0a000001 + peer);
            own.localIpv4 = Ipv4Address("10.0.0.100");
            own.localIpv6 = Ipv6Address("fd00::100");
            own.routeReflectorClient = peer == 3;
            speaker->AddPeer(own);
        }
        for (const char* prefix : {"10.1.0.0/20", "10.1.0.0/16"})
        {
            BgpAggregateConfig aggregate;
            aggregate.prefix = IpPrefix::FromString(prefix);
            aggregate.asSet = aggregate.prefix.GetLength() == 20;
            aggregate.summaryOnly = aggregate.asSet;
            speaker->AddAggregate(aggregate);
        }
    }

    /// Neighbours 0 and 1 are external, 2 and 3 internal.
    void Up(BgpPeerId peer)
    {
        Down(peer);
        BgpAsn asn = peer < 2 ? 65001 + peer : 65000;
        speaker->PeerUp(peer, {asn, 10 + peer, {BGP_IPV4_UNICAST, BGP_IPV6_UNICAST}});
    }

    void Down(BgpPeerId peer)
    {
        told[peer].clear();
        speaker->PeerDown(peer);
    }

    Time GetNow() const override
    {
        return queue.now;
    }

    void SetTimer(const BgpSpeakerTimer& timer, Time delay) override
    {
        timers[timer] = queue.At(queue.now + delay,
                                 [this, timer]
                                 {
                                     timers.erase(timer);
                                     speaker->TimerExpired(timer);
                                 });
    }

    void CancelTimer(const BgpSpeakerTimer& timer) override
    {
        queue.Cancel(timers.at(timer));
        timers.erase(timer);
    }

    void SendUpdate(BgpPeerId peer, const BgpUpdateMessage& update) override
    {
        EXPECT_TRUE(speaker->IsUp(peer));
        for (const IpPrefix& prefix : update.withdrawn)
        {
            EXPECT_EQ(told[peer].erase(prefix), 1u) << "withdrawn, but never told: " << prefix;
        }
        for (const IpPrefix& prefix : update.announced)
        {
            EXPECT_EQ(update.attributes.nextHop.GetFamily(), prefix.GetAddress().GetFamily());
            told[peer][prefix] = update.attributes;
        }
    }

    void InstallRoute(const IpPrefix& prefix, const BgpNextHopSet& nextHops) override
    {
        fib[prefix] = nextHops;
    }

    void RemoveRoute(const IpPrefix& prefix) override
    {
        EXPECT_EQ(fib.erase(prefix), 1u);
    }

    BgpResolution Resolve(const IpAddress& nextHop, std::optional<BgpPeerId>) const override
    {
        uint32_t last = nextHop.GetBytes()[nextHop.GetSize() - 1];
        return {last != unreachable, false, last % 3, {{nextHop, last}}};
    }

    /// @return all that the world sees
    std::string ToText() const
    {
        std::ostringstream text;
        for (const auto& [prefix, best] : speaker->GetLocRib())
        {
            text << prefix << " by " << best.peer << ": " << *best.attributes << "\n";
        }
        for (const auto& [prefix, hops] : fib)
        {
            text << "fib " << prefix;
            for (const BgpNextHop& hop : hops)
            {
                text << " " << hop.gateway;
            }
            text << "\n";
        }
        for (BgpPeerId peer = 0; peer < PEERS; peer++)
        {
            EXPECT_EQ(speaker->GetAdvertisedCount(peer), told[peer].size());
            for (const auto& [prefix, attributes] : told[peer])
            {
                text << "told " << peer << " " << prefix << ": " << attributes << "\n";
            }
        }
        return text.str();
    }
};

/// What there is in the end.
struct Outcome
{
    bool up[PEERS] = {};
    std::map<IpPrefix, BgpPathAttributes> said[PEERS];
    std::map<IpPrefix, BgpPathAttributes> originated;
    std::map<IpPrefix, BgpPathAttributes> redistributed;
    BgpPolicy importPolicy[PEERS];
    BgpPolicy exportPolicy[PEERS];
};

BgpPathAttributes
RandomAttributes(std::mt19937& random, BgpPeerId peer, const IpPrefix& prefix)
{
    BgpPathAttributes a;
    bool external = peer < 2;
    if (external)
    {
        a.Prepend(65100 + random() % 2, 1 + random() % 2);
        a.Prepend(65001 + peer, 1);
    }
    else
    {
        a.localPref = 100 + random() % 2;
        if (random() % 2)
        {
            a.Prepend(65200, 1);
        }
    }
    if (!a.asPath.empty() && random() % 8 == 0)
    {
        a.asPath.back().asns.push_back(65000); // a loop, in part of them
    }
    if (random() % 3 == 0)
    {
        a.med = random() % 2;
    }
    if (random() % 4 == 0)
    {
        a.AddCommunity(random() % 2 ? BGP_NO_EXPORT : MakeBgpCommunity(65000, 1));
    }
    a.origin = static_cast<BgpOrigin>(random() % 3);
    uint32_t last = 1 + random() % 6;
    a.nextHop = prefix.GetAddress().IsIpv4()
                    ? IpAddress(Ipv4Address(0x0a000000 + last))
                    : IpAddress::FromString("fd00::" + std::to_string(last));
    return a;
}

BgpPolicy
RandomPolicy(std::mt19937& random)
{
    BgpPolicy policy;
    if (random() % 3 == 0)
    {
        return policy;
    }
    BgpPolicyRule rule;
    if (random() % 2)
    {
        rule.match.prefixes = {
            BgpPrefixMatch::OrLonger(IpPrefix(Ipv4Address(0x0a010000), 16 + random() % 6))};
    }
    if (random() % 2)
    {
        rule.match.anyOfAsPath = {65101};
    }
    rule.actions.setLocalPref = 100 + random() % 2;
    rule.actions.addCommunities = {uint32_t(1 + random() % 3)};
    rule.actions.prepend = random() % 2;
    rule.verdict = static_cast<BgpVerdict>(random() % 3);
    policy.rules = {rule};
    return policy;
}

/// One thing happens to the speaker, and is noted in the outcome.
void
Disturb(Mirror& mirror, Outcome& outcome, std::mt19937& random)
{
    BgpPeerId peer = random() % PEERS;
    IpPrefix prefix = PrefixAt(random() % PREFIXES);
    BgpUpdateMessage update;
    switch (random() % 16)
    {
    case 0:
        outcome.up[peer] = true;
        outcome.said[peer].clear();
        mirror.Up(peer);
        break;
    case 1:
        outcome.up[peer] = false;
        outcome.said[peer].clear();
        mirror.Down(peer);
        break;
    case 2:
        outcome.originated[prefix] = BgpPathAttributes();
        mirror.speaker->Originate(prefix, {});
        break;
    case 3:
        outcome.originated.erase(prefix);
        mirror.speaker->Withdraw(prefix);
        break;
    case 4:
        outcome.redistributed[prefix].origin = BgpOrigin::INCOMPLETE;
        mirror.speaker->Redistribute(prefix, outcome.redistributed[prefix]);
        break;
    case 5:
        outcome.redistributed.erase(prefix);
        mirror.speaker->WithdrawRedistributed(prefix);
        break;
    case 6:
        outcome.importPolicy[peer] = RandomPolicy(random);
        mirror.speaker->SetImportPolicy(peer, outcome.importPolicy[peer]);
        break;
    case 7:
        outcome.exportPolicy[peer] = RandomPolicy(random);
        mirror.speaker->SetExportPolicy(peer, outcome.exportPolicy[peer]);
        break;
    case 8:
        mirror.unreachable = random() % 7;
        mirror.speaker->NextHopsChanged();
        break;
    case 9:
        mirror.speaker->SetSendable(peer, random() % 2);
        break;
    case 10:
        mirror.speaker->RouteRefresh(peer, BGP_IPV4_UNICAST);
        break;
    default:
        if (!outcome.up[peer])
        {
            break;
        }
        if (random() % 3 == 0)
        {
            update.withdrawn = {PrefixAt(random() % PREFIXES)};
            outcome.said[peer].erase(update.withdrawn.front());
        }
        if (random() % 4)
        {
            update.announced = {prefix};
            update.attributes = RandomAttributes(random, peer, prefix);
            outcome.said[peer][prefix] = update.attributes;
        }
        mirror.speaker->Update(peer, update);
    }
}

/// Tells a new speaker the outcome alone.
void
Tell(Mirror& mirror, const Outcome& outcome)
{
    for (BgpPeerId peer = 0; peer < PEERS; peer++)
    {
        mirror.speaker->SetImportPolicy(peer, outcome.importPolicy[peer]);
        mirror.speaker->SetExportPolicy(peer, outcome.exportPolicy[peer]);
        if (!outcome.up[peer])
        {
            continue;
        }
        mirror.Up(peer);
        for (const auto& [prefix, attributes] : outcome.said[peer])
        {
            BgpUpdateMessage update;
            update.announced = {prefix};
            update.attributes = attributes;
            mirror.speaker->Update(peer, update);
        }
    }
    for (const auto& [prefix, attributes] : outcome.originated)
    {
        mirror.speaker->Originate(prefix, attributes);
    }
    for (const auto& [prefix, attributes] : outcome.redistributed)
    {
        mirror.speaker->Redistribute(prefix, attributes);
    }
}

} // namespace

TEST(BgpSpeakerHistoryTest, PastDoesNotMatter)
{
    std::mt19937 random(5);
    auto time = [&random](uint32_t maxMs)
    {
        return random() % 2 ? Time() : MicroSeconds(random() % (1000 * maxMs));
    };
    size_t routes = 0;
    for (int round = 0; round < 300; round++)
    {
        BgpTiming timing;
        timing.processPerUpdate = time(3);
        timing.processPerPrefix = time(2);
        timing.selectionDelay = time(30);
        timing.installDelay = time(20);
        timing.advertiseStartDelay = time(50);
        timing.externalInterval = time(100);
        timing.internalInterval = time(40);
        timing.withdrawalsWait = random() % 2;
        BgpPeerConfig config;
        config.splitHorizon = random() % 2;
        config.nextHopSelf = random() % 2;
        config.skipLoops = random() % 2;
        Mirror mirror(timing, config);
        Outcome outcome;
        for (int i = 0; i < 200; i++)
        {
            Disturb(mirror, outcome, random);
            mirror.queue.Run(mirror.queue.now + MicroSeconds(random() % 10000));
        }
        for (BgpPeerId peer = 0; peer < PEERS; peer++)
        {
            mirror.speaker->SetSendable(peer, true);
        }
        mirror.queue.Run();
        EXPECT_TRUE(mirror.speaker->IsIdle());
        Mirror fresh(BgpTiming(), config);
        fresh.unreachable = mirror.unreachable;
        Tell(fresh, outcome);
        ASSERT_EQ(mirror.ToText(), fresh.ToText()) << "round " << round;
        for (const auto& told : mirror.told)
        {
            routes += told.size();
        }
        // And when all is taken back, nothing is left.
        for (BgpPeerId peer = 0; peer < PEERS; peer++)
        {
            mirror.Down(peer);
        }
        for (uint32_t i = 0; i < PREFIXES; i++)
        {
            mirror.speaker->Withdraw(PrefixAt(i));
            mirror.speaker->WithdrawRedistributed(PrefixAt(i));
        }
        mirror.queue.Run();
        ASSERT_EQ(mirror.speaker->GetPrefixCount(), 0u);
        ASSERT_TRUE(mirror.fib.empty());
    }
    EXPECT_GT(routes, 300u * 10) << "the rounds are not empty";
}
