// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-message.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr auto SET = BgpAsSegmentType::SET;
constexpr auto SEQUENCE = BgpAsSegmentType::SEQUENCE;

BgpPathAttributes
Sample()
{
    BgpPathAttributes attributes;
    attributes.nextHop = Ipv4Address("10.0.0.1");
    attributes.asPath = {{SEQUENCE, {65001, 65002}}, {SET, {7, 8}}};
    attributes.AddCommunity(MakeBgpCommunity(65001, 2));
    attributes.AddCommunity(MakeBgpCommunity(65001, 1));
    return attributes;
}

/// Each changes one member of Sample().
const std::vector<std::function<void(BgpPathAttributes&)>> CHANGES = {
    [](auto& a)
    {
        a.origin = BgpOrigin::EGP;
    },
    [](auto& a)
    {
        a.asPath[1].asns[0] = 6;
    },
    [](auto& a)
    {
        a.asPath[0].type = SET;
    },
    [](auto& a)
    {
        a.nextHop = Ipv4Address("10.0.0.2");
    },
    [](auto& a)
    {
        a.linkLocalNextHop = IpAddress(Ipv6Address("fe80::1"));
    },
    [](auto& a)
    {
        a.med = 0;
    },
    [](auto& a)
    {
        a.localPref = 0;
    },
    [](auto& a)
    {
        a.atomicAggregate = true;
    },
    [](auto& a)
    {
        a.aggregator = BgpAggregator{1, Ipv4Address("1.1.1.1")};
    },
    [](auto& a)
    {
        a.communities.pop_back();
    },
    [](auto& a)
    {
        a.extendedCommunities.push_back(5);
    },
    [](auto& a)
    {
        a.largeCommunities.push_back({1, 2, 3});
    },
    [](auto& a)
    {
        a.originatorId = 0;
    },
    [](auto& a)
    {
        a.clusterList.push_back(1);
    },
    [](auto& a)
    {
        a.unknown.push_back({0xe0, 99, {1}});
    },
    [](auto& a)
    {
        a.partial = BGP_PARTIAL_COMMUNITIES;
    },
};

} // namespace

TEST(BgpPathAttributes, PathLengthCountsASetOnce)
{
    EXPECT_EQ(Sample().AsPathLength(), 3u);
    EXPECT_EQ(BgpPathAttributes().AsPathLength(), 0u);
}

TEST(BgpPathAttributes, FirstAndOriginAs)
{
    auto attributes = Sample();
    EXPECT_EQ(attributes.FirstAs(), 65001u);
    EXPECT_EQ(attributes.OriginAs(), 0u); // the path ends with a SET
    attributes.asPath.pop_back();
    EXPECT_EQ(attributes.OriginAs(), 65002u);
    EXPECT_EQ(BgpPathAttributes().FirstAs(), 0u);
}

TEST(BgpPathAttributes, ContainsLooksIntoSets)
{
    EXPECT_TRUE(Sample().ContainsAs(65002));
    EXPECT_TRUE(Sample().ContainsAs(8));
    EXPECT_FALSE(Sample().ContainsAs(9));
}

TEST(BgpPathAttributes, PrependFillsSegmentsOf255)
{
    BgpPathAttributes attributes;
    attributes.asPath = {{SET, {5}}};
    attributes.Prepend(1, 0);
    EXPECT_EQ(attributes.asPath.size(), 1u);
    attributes.Prepend(2, 254);
    attributes.Prepend(3, 3);
    ASSERT_EQ(attributes.asPath.size(), 3u);
    EXPECT_EQ(attributes.asPath[0].asns, (std::vector<BgpAsn>{3, 3}));
    EXPECT_EQ(attributes.asPath[1].asns.size(), 255u);
    EXPECT_EQ(attributes.asPath[1].asns[0], 3u);
    EXPECT_EQ(attributes.asPath[1].asns[1], 2u);
    EXPECT_EQ(attributes.AsPathLength(), 258u);
}

TEST(BgpPathAttributes, CommunitiesStaySortedAndUnique)
{
    auto attributes = Sample();
    attributes.AddCommunity(MakeBgpCommunity(65001, 1));
    EXPECT_EQ(attributes.communities, (std::vector<uint32_t>{0xfde90001, 0xfde90002}));
    EXPECT_TRUE(attributes.HasCommunity(0xfde90002));
    attributes.RemoveCommunity(0xfde90002);
    attributes.RemoveCommunity(0xfde90003);
    EXPECT_FALSE(attributes.HasCommunity(0xfde90002));
    attributes.AddLargeCommunity({2, 0, 0});
    attributes.AddLargeCommunity({1, 9, 9});
    attributes.AddLargeCommunity({2, 0, 0});
    ASSERT_EQ(attributes.largeCommunities.size(), 2u);
    EXPECT_TRUE(attributes.HasLargeCommunity({1, 9, 9}));
    attributes.extendedCommunities = {9, 3, 9};
    attributes.Normalize();
    EXPECT_EQ(attributes.extendedCommunities, (std::vector<uint64_t>{3, 9}));
}

TEST(BgpPathAttributes, EveryMemberCountsInEqualityOrderAndHash)
{
    const auto sample = Sample();
    EXPECT_EQ(sample, Sample());
    EXPECT_EQ(sample.Hash(), Sample().Hash());
    EXPECT_FALSE(sample < sample);
    std::set<BgpPathAttributes> all{sample};
    std::set<size_t> hashes{sample.Hash()};
    for (const auto& change : CHANGES)
    {
        auto other = Sample();
        change(other);
        EXPECT_NE(other, sample) << other;
        EXPECT_NE(other < sample, sample < other) << other;
        all.insert(other);
        hashes.insert(other.Hash());
    }
    EXPECT_EQ(all.size(), CHANGES.size() + 1);
    EXPECT_EQ(hashes.size(), CHANGES.size() + 1);
}

TEST(BgpPathAttributes, Text)
{
    auto attributes = Sample();
    attributes.med = 5;
    attributes.AddCommunity(BGP_NO_EXPORT);
    EXPECT_EQ(attributes.AsPathText(), "65001 65002 {7,8}");
    EXPECT_EQ(attributes.ToString(),
              "igp path [65001 65002 {7,8}] via 10.0.0.1 med 5 community 65001:1 "
              "community 65001:2 community no-export");
}

TEST(BgpAttributePool, EqualSetsAreOneAndVanishWithTheirLastUser)
{
    BgpAttributePool pool;
    auto a = pool.Intern(Sample());
    auto b = pool.Intern(Sample());
    auto other = Sample();
    other.med = 1;
    auto c = pool.Intern(other);
    EXPECT_EQ(a, b);
    EXPECT_NE(a, c);
    EXPECT_EQ(*a, Sample());
    EXPECT_EQ(pool.GetSize(), 2u);
    a.reset();
    EXPECT_EQ(pool.GetSize(), 2u);
    b.reset();
    EXPECT_EQ(pool.GetSize(), 1u);
    EXPECT_EQ(pool.Intern(Sample())->FirstAs(), 65001u);
    EXPECT_EQ(pool.GetSize(), 1u);
}

TEST(BgpAttributePool, UsersMayOutliveThePool)
{
    BgpAttributesPtr kept;
    {
        BgpAttributePool pool;
        kept = pool.Intern(Sample());
    }
    EXPECT_EQ(*kept, Sample());
}

TEST(BgpTypes, CommunityTexts)
{
    EXPECT_EQ(BgpCommunityFromString("65000:100"), 0xfde80064u);
    EXPECT_EQ(BgpCommunityFromString("no-export"), 0xffffff01u);
    EXPECT_EQ(BgpCommunityName(0xffffff02), "no-advertise");
    EXPECT_EQ(BgpCommunityName(0x00010002), "1:2");
    for (const char* wrong : {"", "65000", "65000:", ":1", "65536:1", "1:65536", "1:2:3", "1:-2"})
    {
        EXPECT_THROW(BgpCommunityFromString(wrong), std::invalid_argument) << wrong;
    }
}

TEST(BgpTypes, Names)
{
    EXPECT_EQ(BGP_IPV6_UNICAST.ToString(), "ipv6-unicast");
    EXPECT_EQ((BgpFamily{BgpAfi::L2VPN, BgpSafi::EVPN}).ToString(), "l2vpn-evpn");
    EXPECT_EQ((BgpFamily{BgpAfi(3), BgpSafi(2)}).ToString(), "afi-3-safi-2");
    EXPECT_EQ(BgpErrorName(BgpErrorCode::OPEN, BGP_BAD_PEER_AS), "2/2 bad-peer-as");
    EXPECT_EQ(BgpErrorName(BgpErrorCode(77), 3), "77/3");
    EXPECT_EQ(BgpRouterIdName(0x0a000001), "10.0.0.1");
    EXPECT_LT(BGP_IPV4_UNICAST, BGP_IPV6_UNICAST);
}

TEST(BgpMessage, CapabilitiesWithoutMultiprotocolMeanIpv4)
{
    BgpCapabilities capabilities;
    EXPECT_TRUE(capabilities.Supports(BGP_IPV4_UNICAST));
    EXPECT_FALSE(capabilities.Supports(BGP_IPV6_UNICAST));
    capabilities.families = {BGP_IPV6_UNICAST};
    EXPECT_FALSE(capabilities.Supports(BGP_IPV4_UNICAST));
    EXPECT_TRUE(capabilities.Supports(BGP_IPV6_UNICAST));
}

TEST(BgpMessage, ShutdownText)
{
    const auto cease = BgpNotificationMessage::Cease(BGP_CEASE_SHUTDOWN, "bye");
    EXPECT_EQ(cease.data, (std::vector<uint8_t>{3, 'b', 'y', 'e'}));
    EXPECT_EQ(cease.GetShutdownText(), "bye");
    EXPECT_TRUE(BgpNotificationMessage::Cease(BGP_CEASE_RESET).data.empty());
    // 254 octets and then a character of two: it is left out whole.
    const auto cut =
        BgpNotificationMessage::Cease(BGP_CEASE_RESET, std::string(254, 'x') + "\xc3\xa4");
    EXPECT_EQ(cut.GetShutdownText(), std::string(254, 'x'));
    const BgpNotificationMessage wrong(BgpErrorCode::CEASE, BGP_CEASE_SHUTDOWN, {9, 'b'});
    EXPECT_EQ(wrong.GetShutdownText(), "");
}

TEST(BgpMessage, TypesFollowTheVariant)
{
    EXPECT_EQ(GetBgpMessageType(BgpOpenMessage()), BgpMessageType::OPEN);
    EXPECT_EQ(GetBgpMessageType(BgpUpdateMessage()), BgpMessageType::UPDATE);
    EXPECT_EQ(GetBgpMessageType(BgpNotificationMessage()), BgpMessageType::NOTIFICATION);
    EXPECT_EQ(GetBgpMessageType(BgpKeepaliveMessage()), BgpMessageType::KEEPALIVE);
    EXPECT_EQ(GetBgpMessageType(BgpRouteRefreshMessage()), BgpMessageType::ROUTE_REFRESH);
    EXPECT_TRUE(BgpUpdateMessage().IsEmpty());
    EXPECT_EQ(BgpFamilyOf(IpPrefix::FromString("fd00::/8")), BGP_IPV6_UNICAST);
}
