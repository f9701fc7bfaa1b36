// SPDX-License-Identifier: GPL-2.0-only
// The parts of a speaker one by one: rows, next hops, packer, aggregates, timing.
#include "ns3/bgp-aggregate.h"
#include "ns3/bgp-next-hop.h"
#include "ns3/bgp-rib.h"
#include "ns3/bgp-timing.h"
#include "ns3/bgp-update-packer.h"

#include <gtest/gtest.h>

#include <stdexcept>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

IpPrefix
P(const std::string& text)
{
    return IpPrefix::FromString(text);
}

/// Knows what it is told.
struct TableResolver : public BgpNextHopResolver
{
    std::map<IpAddress, BgpResolution> known;
    mutable size_t calls = 0;
    mutable std::optional<BgpPeerId> lastPeer;

    BgpResolution Resolve(const IpAddress& nextHop, std::optional<BgpPeerId> peer) const override
    {
        calls++;
        lastPeer = peer;
        auto it = known.find(nextHop);
        return it == known.end() ? BgpResolution() : it->second;
    }
};

BgpPathAttributes
WithPath(const std::vector<BgpAsn>& path)
{
    BgpPathAttributes a;
    a.asPath = {{BgpAsSegmentType::SEQUENCE, path}};
    a.nextHop = Ipv4Address("10.0.0.1");
    return a;
}

} // namespace

TEST(BgpRibTest, RowsAreFoundReusedAndSorted)
{
    BgpRib rib;
    BgpRib::Id a = rib.FindOrAdd(P("10.2.0.0/16"));
    BgpRib::Id b = rib.FindOrAdd(P("10.1.0.0/16"));
    EXPECT_EQ(rib.FindOrAdd(P("10.2.0.0/16")), a);
    EXPECT_EQ(rib.GetSorted(), (std::vector<BgpRib::Id>{b, a}));
    EXPECT_EQ(rib.Find(P("10.1.0.0/16"))->prefix, P("10.1.0.0/16"));
    EXPECT_EQ(rib.Find(P("10.3.0.0/16")), nullptr);
    EXPECT_FALSE(rib.FindId(P("10.3.0.0/16")));
    rib.Get(a).FindOrAddPath(3);
    rib.ReleaseIfEmpty(a);
    EXPECT_EQ(rib.GetSize(), 2u);
    EXPECT_TRUE(rib.Get(a).ErasePath(3));
    EXPECT_FALSE(rib.Get(a).ErasePath(3));
    rib.ReleaseIfEmpty(a);
    rib.ReleaseIfEmpty(a); // twice is once
    EXPECT_EQ(rib.GetSize(), 1u);
    EXPECT_EQ(rib.FindOrAdd(P("fd00::/8")), a);
    EXPECT_EQ(rib.FindOrAdd(P("10.4.0.0/16")), 2u);
    EXPECT_EQ(rib.GetEnd(), 3u);
}

TEST(BgpRibTest, PathsAreSortedByNeighbour)
{
    BgpRibEntry entry;
    EXPECT_TRUE(entry.IsEmpty());
    for (BgpPeerId peer : {5, 1, 3, 1})
    {
        entry.FindOrAddPath(peer);
        entry.FindOrAddOutgoing(peer);
    }
    ASSERT_EQ(entry.paths.size(), 3u);
    EXPECT_EQ(entry.paths[1].peer, 3u);
    EXPECT_EQ(entry.FindPath(5)->peer, 5u);
    EXPECT_EQ(entry.FindPath(4), nullptr);
    EXPECT_TRUE(entry.EraseOutgoing(3));
    EXPECT_EQ(entry.FindOutgoing(3), nullptr);
    EXPECT_FALSE(entry.IsEmpty());
}

TEST(BgpNextHopTest, ResolvedOnceForAllRoutes)
{
    TableResolver resolver;
    IpAddress address = Ipv4Address("10.0.0.1");
    resolver.known[address] = {true, false, 5, {{Ipv4Address("10.0.0.9"), 2}, {address, 1}}};
    BgpNextHopTable table(resolver);
    auto* first = table.Acquire(address, 1);
    auto* second = table.Acquire(address, 2);
    EXPECT_EQ(first, second);
    EXPECT_EQ(resolver.calls, 1u);
    EXPECT_FALSE(resolver.lastPeer);
    EXPECT_EQ(first->second.resolution.cost, 5u);
    ASSERT_EQ(first->second.hops->size(), 2u);
    EXPECT_EQ(first->second.hops->front().gateway, address); // sorted
    EXPECT_FALSE(table.Refresh());
    resolver.known[address].cost = 6;
    EXPECT_TRUE(table.Refresh());
    EXPECT_TRUE(first->second.changed);
    EXPECT_FALSE(table.Refresh());
    EXPECT_FALSE(first->second.changed);
    table.Release(first);
    EXPECT_EQ(table.GetSize(), 1u);
    table.Release(second);
    table.Release(nullptr);
    EXPECT_EQ(table.GetSize(), 0u);
}

TEST(BgpNextHopTest, LinkLocalAddressesBelongToALink)
{
    TableResolver resolver;
    BgpNextHopTable table(resolver);
    auto* a = table.Acquire(Ipv6Address("fe80::1"), 1);
    EXPECT_EQ(resolver.lastPeer, 1u);
    auto* b = table.Acquire(Ipv6Address("fe80::1"), 2);
    EXPECT_EQ(resolver.lastPeer, 2u);
    EXPECT_NE(a, b);
    EXPECT_FALSE(a->second.resolution.reachable);
}

TEST(BgpNextHopTest, EqualSetsAreShared)
{
    TableResolver resolver;
    BgpNextHopTable table(resolver);
    BgpNextHop x{Ipv4Address("10.0.0.1"), 1};
    BgpNextHop y{Ipv4Address("10.0.0.2"), 2};
    BgpNextHopSetPtr a = table.Share({x, y});
    EXPECT_EQ(table.Share({y, x, y}), a);
    EXPECT_NE(table.Share({x}), a);
    std::vector<BgpNextHopSetPtr> kept;
    for (uint32_t i = 0; i < 1000; i++)
    {
        BgpNextHopSetPtr set = table.Share({{Ipv4Address(i + 1), i}});
        ASSERT_EQ(set->front().interface, i);
        if (i % 10 == 0)
        {
            kept.push_back(set);
        }
    }
    EXPECT_EQ(table.Share({y, x}), a);
    EXPECT_EQ(table.Share({{Ipv4Address(11), 10}}), kept[1]);
}

TEST(BgpUpdatePackerTest, OneUpdatePerSetOfAttributesWithdrawalsFirst)
{
    BgpAttributePool pool;
    BgpAttributesPtr a = pool.Intern(WithPath({65001}));
    BgpAttributesPtr b = pool.Intern(WithPath({65002}));
    BgpUpdatePacker packer;
    EXPECT_TRUE(packer.IsEmpty());
    packer.Announce(P("10.1.0.0/32"), a);
    packer.Announce(P("10.2.0.0/32"), b);
    packer.Announce(P("10.3.0.0/32"), a);
    packer.Withdraw(P("10.4.0.0/32"));
    packer.Withdraw(P("fd00::4/128"));
    packer.Withdraw(P("10.5.0.0/32"));
    EXPECT_TRUE(packer.HasAnnouncements());
    std::vector<BgpUpdateMessage> messages = packer.Take();
    ASSERT_EQ(messages.size(), 4u);
    EXPECT_EQ(messages[0].withdrawn, (std::vector<IpPrefix>{P("10.4.0.0/32"), P("10.5.0.0/32")}));
    EXPECT_EQ(messages[1].withdrawn, (std::vector<IpPrefix>{P("fd00::4/128")}));
    EXPECT_EQ(messages[2].announced, (std::vector<IpPrefix>{P("10.1.0.0/32"), P("10.3.0.0/32")}));
    EXPECT_EQ(messages[2].attributes, *a);
    EXPECT_EQ(messages[3].announced, (std::vector<IpPrefix>{P("10.2.0.0/32")}));
    EXPECT_TRUE(packer.IsEmpty());
    EXPECT_TRUE(packer.Take().empty());
}

TEST(BgpTimingTest, ProfilesAndFunctions)
{
    EXPECT_TRUE(BgpTiming::FromProfile("Instant").selectionDelay.IsZero());
    EXPECT_EQ(BgpTiming::FromProfile("Bird").GetProcessingTime(100), MicroSeconds(300));
    EXPECT_EQ(BgpTiming::FromProfile("Frr").selectionDelay, MilliSeconds(50));
    EXPECT_EQ(BgpTiming::FromProfile("Frr").GetInstallTime(), MilliSeconds(10));
    EXPECT_THROW(BgpTiming::FromProfile("bird"), std::invalid_argument);
    BgpTiming timing;
    timing.processPerUpdate = MilliSeconds(2);
    timing.processPerPrefix = MilliSeconds(3);
    EXPECT_EQ(timing.GetProcessingTime(4), MilliSeconds(14));
    timing.processingTime = [](size_t n)
    {
        return MilliSeconds(n) - MilliSeconds(5);
    };
    EXPECT_EQ(timing.GetProcessingTime(7), MilliSeconds(2));
    EXPECT_EQ(timing.GetProcessingTime(4), Time());
}

namespace
{

/// We are AS 65000, identifier 1; aggregate 10.1.0.0/16.
class BgpAggregateTest : public testing::Test
{
  protected:
    BgpAggregateTest()
        : m_aggregates({65000, 1, {}})
    {
        m_config.prefix = P("10.1.0.0/16");
    }

    BgpAggregateConfig m_config;
    BgpAggregates m_aggregates;
};

} // namespace

TEST_F(BgpAggregateTest, LivesFromTheFirstToTheLastContributor)
{
    m_config.communities = {7};
    m_config.med = 3;
    m_aggregates.Add(m_config);
    EXPECT_THROW(m_aggregates.Add(m_config), std::invalid_argument);
    BgpPathAttributes own;
    BgpPathAttributes learnt = WithPath({65001});
    learnt.origin = BgpOrigin::INCOMPLETE;
    m_aggregates.Count(P("10.2.0.0/24"), nullptr, &own);
    m_aggregates.Count(P("10.1.0.0/16"), nullptr, &own); // itself does not count
    m_aggregates.Count(P("10.0.0.0/8"), nullptr, &own);
    EXPECT_TRUE(m_aggregates.TakeChanged().empty());
    EXPECT_FALSE(m_aggregates.GetRoute(m_config.prefix));
    m_aggregates.Count(P("10.1.1.0/24"), nullptr, &own);
    EXPECT_EQ(m_aggregates.TakeChanged(), (std::vector<IpPrefix>{m_config.prefix}));
    auto route = m_aggregates.GetRoute(m_config.prefix);
    ASSERT_TRUE(route);
    EXPECT_EQ(route->origin, BgpOrigin::IGP);
    EXPECT_TRUE(route->asPath.empty());
    EXPECT_FALSE(route->atomicAggregate);
    EXPECT_EQ(route->communities, (std::vector<uint32_t>{7}));
    EXPECT_EQ(route->med, 3u);
    EXPECT_EQ(route->aggregator->asn, 65000u);
    EXPECT_EQ(route->aggregator->address, IpAddress(Ipv4Address("0.0.0.1")));
    m_aggregates.Count(P("10.1.2.0/24"), nullptr, &learnt);
    EXPECT_EQ(m_aggregates.TakeChanged().size(), 1u);
    route = m_aggregates.GetRoute(m_config.prefix);
    EXPECT_EQ(route->origin, BgpOrigin::INCOMPLETE);
    EXPECT_TRUE(route->atomicAggregate);
    m_aggregates.Count(P("10.1.3.0/24"), nullptr, &learnt);
    EXPECT_TRUE(m_aggregates.TakeChanged().empty()); // nothing new about the aggregate
    m_aggregates.Count(P("10.1.1.0/24"), &own, nullptr);
    m_aggregates.Count(P("10.1.2.0/24"), &learnt, nullptr);
    m_aggregates.TakeChanged();
    m_aggregates.Count(P("10.1.3.0/24"), &learnt, nullptr);
    EXPECT_EQ(m_aggregates.TakeChanged().size(), 1u);
    EXPECT_FALSE(m_aggregates.GetRoute(m_config.prefix));
}

TEST_F(BgpAggregateTest, AsSetHoldsAllAsesAndCommunities)
{
    m_config.asSet = true;
    m_aggregates.Add(m_config);
    BgpPathAttributes a = WithPath({65003, 65001});
    a.communities = {1, 2};
    BgpPathAttributes b = WithPath({65002, 65001});
    b.communities = {2, 3};
    m_aggregates.Count(P("10.1.1.0/24"), nullptr, &a);
    m_aggregates.Count(P("10.1.2.0/24"), nullptr, &b);
    auto route = m_aggregates.GetRoute(m_config.prefix);
    EXPECT_EQ(route->AsPathText(), "{65001,65002,65003}");
    EXPECT_EQ(route->AsPathLength(), 1u);
    EXPECT_FALSE(route->atomicAggregate);
    EXPECT_EQ(route->communities, (std::vector<uint32_t>{1, 2, 3}));
    m_aggregates.TakeChanged();
    m_aggregates.Count(P("10.1.1.0/24"), &a, &b);
    EXPECT_EQ(m_aggregates.TakeChanged().size(), 1u);
    EXPECT_EQ(m_aggregates.GetRoute(m_config.prefix)->AsPathText(), "{65001,65002}");
}

TEST_F(BgpAggregateTest, SummaryHidesWhatIsInside)
{
    m_config.summaryOnly = true;
    m_aggregates.Add(m_config);
    EXPECT_FALSE(m_aggregates.IsSuppressed(P("10.1.1.1/32")));
    BgpPathAttributes own;
    m_aggregates.Count(P("10.1.1.1/32"), nullptr, &own);
    EXPECT_TRUE(m_aggregates.IsSuppressed(P("10.1.1.1/32")));
    EXPECT_FALSE(m_aggregates.IsSuppressed(P("10.1.0.0/16")));
    EXPECT_FALSE(m_aggregates.IsSuppressed(P("10.2.1.1/32")));
    EXPECT_TRUE(m_aggregates.Remove(m_config.prefix));
    EXPECT_FALSE(m_aggregates.Remove(m_config.prefix));
    EXPECT_FALSE(m_aggregates.IsSuppressed(P("10.1.1.1/32")));
    m_config.prefix = P("10.1.1.1/32");
    EXPECT_THROW(m_aggregates.Add(m_config), std::invalid_argument);
}
