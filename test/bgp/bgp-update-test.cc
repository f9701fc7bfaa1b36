// SPDX-License-Identifier: GPL-2.0-only
// UPDATEs without fault: their octets, four-octet AS numbers, cutting.
#include "bgp/bgp-octets-util.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr auto SET = BgpAsSegmentType::SET;
constexpr auto SEQUENCE = BgpAsSegmentType::SEQUENCE;

BgpCodecOptions
TwoOctets()
{
    BgpCodecOptions options;
    options.fourOctetAs = false;
    return options;
}

BgpUpdateMessage
SampleIpv4()
{
    BgpUpdateMessage update;
    update.announced = BgpPrefixes({"10.1.0.0/16", "10.2.3.0/25", "0.0.0.0/0"});
    update.attributes.origin = BgpOrigin::INCOMPLETE;
    update.attributes.asPath = {{SEQUENCE, {65001, 70000}}};
    update.attributes.nextHop = Ipv4Address("192.0.2.1");
    return update;
}

const char* const IPV4_ATTRIBUTES = "40 01 01 02  40 02 0a 02 02 0000fde9 00011170"
                                    "40 03 04 c0000201";

/// An UPDATE whose only content is this AS_PATH and AS4_PATH, decoded from a 2-octet speaker.
BgpPathAttributes
MergePaths(const std::string& asPath, const std::string& more)
{
    const auto raw =
        BgpRawUpdate("", "40 01 01 00 40 03 04 0a000001 40 02" + asPath + more, "08 0a");
    return BgpOnlyUpdate(BgpDecode(raw, TwoOctets())).attributes;
}

/// @return all routes of the messages, in order, with a check of their sizes
BgpUpdateMessage
Together(const std::vector<BgpOctets>& messages, const BgpCodecOptions& options, size_t max)
{
    BgpUpdateMessage all;
    for (const auto& octets : messages)
    {
        EXPECT_LE(octets.size(), max);
        const auto update = BgpOnlyUpdate(BgpDecode(octets, options));
        all.withdrawn.insert(all.withdrawn.end(), update.withdrawn.begin(), update.withdrawn.end());
        all.announced.insert(all.announced.end(), update.announced.begin(), update.announced.end());
        if (!update.announced.empty())
        {
            all.attributes = update.attributes;
        }
    }
    return all;
}

} // namespace

TEST(BgpUpdate, Ipv4OctetByOctet)
{
    const auto octets = EncodeBgpUpdates(SampleIpv4(), {});
    ASSERT_EQ(octets.size(), 1u);
    EXPECT_EQ(octets[0], BgpRawUpdate("", IPV4_ATTRIBUTES, "10 0a01  19 0a020300  00"));
    EXPECT_EQ(BgpOnlyUpdate(BgpDecode(octets[0])), SampleIpv4());
}

TEST(BgpUpdate, WithdrawalOctetByOctet)
{
    BgpUpdateMessage update;
    update.withdrawn = BgpPrefixes({"fd00:1::/32", "10.1.0.0/16", "fd00:2::/32"});
    const auto octets = EncodeBgpUpdates(update, {});
    ASSERT_EQ(octets.size(), 2u);
    EXPECT_EQ(octets[0], BgpRawUpdate("10 0a01", "", ""));
    EXPECT_EQ(octets[1], BgpRawUpdate("", "80 0f 0d 0002 01 20 fd000001 20 fd000002", ""));
    EXPECT_EQ(BgpOnlyUpdate(BgpDecode(octets[1])).withdrawn,
              BgpPrefixes({"fd00:1::/32", "fd00:2::/32"}));
}

TEST(BgpUpdate, Ipv6OctetByOctet)
{
    BgpUpdateMessage update;
    update.announced = BgpPrefixes({"fd00:1::/32"});
    update.attributes.nextHop = Ipv6Address("fd00::1");
    update.attributes.Prepend(1, 1);
    auto octets = EncodeBgpUpdates(update, {});
    ASSERT_EQ(octets.size(), 1u);
    // MP_REACH_NLRI is the first attribute, and there is no NEXT_HOP.
    EXPECT_EQ(octets[0],
              BgpRawUpdate("",
                           "80 0e 1a 0002 01 10 fd000000000000000000000000000001 00 20 fd000001"
                           "40 01 01 00  40 02 06 02 01 00000001",
                           ""));
    EXPECT_EQ(BgpOnlyUpdate(BgpDecode(octets[0])), update);
    update.attributes.linkLocalNextHop = IpAddress(Ipv6Address("fe80::2"));
    octets = EncodeBgpUpdates(update, {});
    EXPECT_EQ(octets.at(0).size(), 23u + 3 + 26 + 16 + 4 + 9);
    EXPECT_EQ(BgpOnlyUpdate(BgpDecode(octets[0])), update);
}

TEST(BgpUpdate, SecondNextHopThatIsNotLinkLocalIsLeftOut)
{
    const auto raw = BgpRawUpdate("",
                                  "80 0e 2a 0002 01 20 fd000000000000000000000000000001"
                                  "fd000000000000000000000000000002 00 20 fd000001"
                                  "40 01 01 00  40 02 00",
                                  "");
    const auto result = BgpDecode(raw);
    EXPECT_EQ(result.outcome, BgpUpdateOutcome::NONE);
    EXPECT_FALSE(BgpOnlyUpdate(result).attributes.linkLocalNextHop);
}

TEST(BgpUpdate, AllAttributesGoThere)
{
    auto update = SampleIpv4();
    auto& attributes = update.attributes;
    attributes.asPath.push_back({SET, {1, 2}});
    attributes.med = 7;
    attributes.localPref = 100;
    attributes.atomicAggregate = true;
    attributes.aggregator = BgpAggregator{70000, Ipv4Address("10.0.0.9")};
    attributes.communities = {0x00010002, BGP_NO_EXPORT};
    attributes.originatorId = 0x01020304;
    attributes.clusterList = {9, 8};
    attributes.extendedCommunities = {0x0002000100000001};
    attributes.largeCommunities = {{1, 2, 3}, {4, 5, 6}};
    attributes.unknown = {{0xe0, 11, {1, 2}}, {0xe0, 30, {}}, {0xe0, 99, BgpOctets(300, 1)}};
    attributes.partial = BGP_PARTIAL_AGGREGATOR | BGP_PARTIAL_COMMUNITIES |
                         BGP_PARTIAL_EXTENDED_COMMUNITIES | BGP_PARTIAL_LARGE_COMMUNITIES;
    for (const bool fourOctetAs : {true, false})
    {
        BgpCodecOptions options;
        options.internal = true;
        options.fourOctetAs = fourOctetAs;
        const auto octets = EncodeBgpUpdates(update, options);
        ASSERT_EQ(octets.size(), 1u);
        const auto result = BgpDecode(octets[0], options);
        EXPECT_EQ(result.outcome, BgpUpdateOutcome::NONE) << result.fault.reason;
        EXPECT_EQ(BgpOnlyUpdate(result), update);
    }
}

TEST(BgpUpdate, AttributesFollowByType)
{
    auto update = SampleIpv4();
    update.announced.resize(1);
    update.attributes.asPath.clear();
    update.attributes.med = 1;
    update.attributes.communities = {0x00010002};
    update.attributes.largeCommunities = {{1, 2, 3}};
    update.attributes.unknown = {{0xe0, 11, {1}}, {0xe0, 99, {}}};
    EXPECT_EQ(EncodeBgpUpdates(update, {}).at(0),
              BgpRawUpdate("",
                           "40 01 01 02  40 02 00  40 03 04 c0000201  80 04 04 00000001"
                           "c0 08 04 00010002  e0 0b 01 01"
                           "c0 20 0c 00000001 00000002 00000003  e0 63 00",
                           "10 0a01"));
}

TEST(BgpUpdate, UnknownAttributes)
{
    // Optional transitive is kept with Partial set, optional non-transitive is dropped.
    const auto raw = BgpRawUpdate("",
                                  "40 01 01 00  40 02 00  40 03 04 0a000001"
                                  "d0 63 0002 abcd  80 64 01 05",
                                  "08 0a");
    const auto result = BgpDecode(raw);
    EXPECT_EQ(result.outcome, BgpUpdateOutcome::NONE);
    const auto unknown = BgpOnlyUpdate(result).attributes.unknown;
    ASSERT_EQ(unknown.size(), 1u);
    EXPECT_EQ(unknown[0], (BgpUnknownAttribute{0xe0, 99, {0xab, 0xcd}}));
}

TEST(BgpUpdate, EndOfRib)
{
    const std::vector<std::pair<BgpFamily, BgpOctets>> markers = {
        {BGP_IPV4_UNICAST, BgpRawUpdate("", "", "")},
        {BGP_IPV6_UNICAST, BgpRawUpdate("", "80 0f 03 0002 01", "")},
        {BGP_L2VPN_EVPN, BgpRawUpdate("", "80 0f 03 0019 46", "")},
    };
    for (const auto& [family, raw] : markers)
    {
        BgpUpdateMessage update;
        update.endOfRib = family;
        const auto octets = EncodeBgpUpdates(update, {});
        ASSERT_EQ(octets.size(), 1u);
        EXPECT_EQ(octets[0], raw) << family;
        EXPECT_EQ(BgpOnlyUpdate(BgpDecode(raw)), update) << family;
    }
    EXPECT_FALSE(BgpOnlyUpdate(BgpDecode(BgpRawUpdate("08 0a", "", ""))).endOfRib);
}

TEST(BgpUpdate, OtherFamiliesAreCarriedAsTheyAre)
{
    BgpUpdateMessage update;
    update.attributes.Prepend(5, 1);
    update.opaqueAnnounced = {{BGP_L2VPN_EVPN, {10, 0, 0, 1}, {2, 3, 1, 2, 3}}};
    update.opaqueWithdrawn = {{BGP_L2VPN_EVPN, {}, {9, 9}}};
    const auto octets = EncodeBgpUpdates(update, {});
    ASSERT_EQ(octets.size(), 2u);
    EXPECT_EQ(octets[0], BgpRawUpdate("", "80 0f 05 0019 46 0909", ""));
    EXPECT_EQ(octets[1],
              BgpRawUpdate("",
                           "80 0e 0e 0019 46 04 0a000001 00 0203010203"
                           "40 01 01 00  40 02 06 02 01 00000005",
                           ""));
    const auto back = BgpOnlyUpdate(BgpDecode(octets[1]));
    EXPECT_EQ(back.opaqueAnnounced, update.opaqueAnnounced);
    EXPECT_EQ(back.attributes, update.attributes);
    EXPECT_EQ(BgpOnlyUpdate(BgpDecode(octets[0])).opaqueWithdrawn, update.opaqueWithdrawn);
}

TEST(BgpUpdate, ClassicAndMultiprotocolRoutesBecomeTwoValues)
{
    const auto raw = BgpRawUpdate("08 0b",
                                  "40 01 01 00  40 02 00  40 03 04 0a000001"
                                  "80 0e 1a 0002 01 10 fd000000000000000000000000000001 00"
                                  "20 fd000001",
                                  "08 0a");
    const auto result = BgpDecode(raw);
    EXPECT_EQ(result.outcome, BgpUpdateOutcome::NONE);
    ASSERT_EQ(result.messages.size(), 2u);
    const auto first = std::get<BgpUpdateMessage>(result.messages[0]);
    const auto second = std::get<BgpUpdateMessage>(result.messages[1]);
    EXPECT_EQ(first.withdrawn, BgpPrefixes({"11.0.0.0/8"}));
    EXPECT_EQ(first.announced, BgpPrefixes({"10.0.0.0/8"}));
    EXPECT_EQ(first.attributes.nextHop, IpAddress(Ipv4Address("10.0.0.1")));
    EXPECT_TRUE(second.withdrawn.empty());
    EXPECT_EQ(second.announced, BgpPrefixes({"fd00:1::/32"}));
    EXPECT_EQ(second.attributes.nextHop, IpAddress(Ipv6Address("fd00::1")));
}

TEST(BgpUpdate, Ipv4InMultiprotocolFields)
{
    const auto raw = BgpRawUpdate("",
                                  "80 0e 0b 0001 01 04 0a000001 00 08 0a"
                                  "40 01 01 00  40 02 00  80 0f 05 0001 01 08 0b",
                                  "");
    const auto update = BgpOnlyUpdate(BgpDecode(raw));
    EXPECT_EQ(update.announced, BgpPrefixes({"10.0.0.0/8"}));
    EXPECT_EQ(update.withdrawn, BgpPrefixes({"11.0.0.0/8"}));
    EXPECT_EQ(update.attributes.nextHop, IpAddress(Ipv4Address("10.0.0.1")));
}

TEST(BgpUpdate, NextHopBesideMultiprotocolRoutesIsIgnored)
{
    const auto raw = BgpRawUpdate("",
                                  "80 0e 1a 0002 01 10 fd000000000000000000000000000001 00"
                                  "20 fd000001  40 01 01 00  40 02 00  40 03 04 00000000",
                                  "");
    const auto result = BgpDecode(raw);
    EXPECT_EQ(result.outcome, BgpUpdateOutcome::NONE);
    EXPECT_EQ(BgpOnlyUpdate(result).attributes.nextHop, IpAddress(Ipv6Address("fd00::1")));
}

TEST(BgpUpdate, AnnouncedAndWithdrawnAtOnceIsAnnounced)
{
    const auto raw = BgpRawUpdate("08 0a 08 0b", IPV4_ATTRIBUTES, "08 0b 08 0c");
    const auto update = BgpOnlyUpdate(BgpDecode(raw));
    EXPECT_EQ(update.withdrawn, BgpPrefixes({"10.0.0.0/8"}));
    EXPECT_EQ(update.announced, BgpPrefixes({"11.0.0.0/8", "12.0.0.0/8"}));
}

TEST(BgpUpdate, MulticastPrefixesAreIgnoredAndHostBitsCleared)
{
    const auto raw = BgpRawUpdate("", IPV4_ATTRIBUTES, "04 e0  18 ef0101  0a 0aff  03 e0");
    const auto update = BgpOnlyUpdate(BgpDecode(raw));
    EXPECT_EQ(update.announced, BgpPrefixes({"10.192.0.0/10", "224.0.0.0/3"}));
}

TEST(BgpUpdate, AsTransAndAs4PathTowardsOldSpeakers)
{
    auto update = SampleIpv4();
    update.announced.resize(1);
    update.attributes.aggregator = BgpAggregator{70001, Ipv4Address("10.0.0.9")};
    const auto octets = EncodeBgpUpdates(update, TwoOctets()).at(0);
    EXPECT_EQ(octets,
              BgpRawUpdate("",
                           "40 01 01 02  40 02 06 02 02 fde9 5ba0  40 03 04 c0000201"
                           "c0 07 06 5ba0 0a000009  c0 11 0a 02 02 0000fde9 00011170"
                           "c0 12 08 00011171 0a000009",
                           "10 0a01"));
    EXPECT_EQ(BgpOnlyUpdate(BgpDecode(octets, TwoOctets())), update);
    // No AS number above 65535: neither of the two.
    update.attributes.asPath = {{SEQUENCE, {65001}}};
    update.attributes.aggregator->asn = 3;
    EXPECT_EQ(EncodeBgpUpdates(update, TwoOctets()).at(0),
              BgpRawUpdate("",
                           "40 01 01 02  40 02 04 02 01 fde9  40 03 04 c0000201"
                           "c0 07 06 0003 0a000009",
                           "10 0a01"));
}

TEST(BgpUpdate, As4PathIsMerged)
{
    // 65001 and AS_TRANS were put in front by an old speaker: 1 2 3 + {4-octet} of the two last.
    auto merged = MergePaths("08 02 03 0001 5ba0 5ba0", "c0 11 0a 02 02 00011170 00011171");
    EXPECT_EQ(merged.AsPathText(), "1 70000 70001");
    EXPECT_EQ(merged.asPath.size(), 1u);
    // AS4_PATH is longer: ignored.
    merged = MergePaths("04 02 01 5ba0", "c0 11 0a 02 02 00011170 00011171");
    EXPECT_EQ(merged.AsPathText(), "23456");
    // A SET in front counts one, and stays whole.
    merged = MergePaths("0a 01 02 0001 0002 02 01 5ba0", "c0 11 06 02 01 00011170");
    EXPECT_EQ(merged.AsPathText(), "{1,2} 70000");
    // One of two leading numbers, then a SET of the AS4_PATH.
    merged = MergePaths("0a 02 02 0001 0002 01 01 5ba0", "c0 11 0a 01 02 00011170 00011171");
    EXPECT_EQ(merged.AsPathText(), "1 2 {70000,70001}");
}

TEST(BgpUpdate, As4AggregatorIsMergedOrVoidsAs4Path)
{
    auto merged = MergePaths("04 02 01 5ba0",
                             "c0 07 06 5ba0 0a000009  c0 11 06 02 01 00011170"
                             "c0 12 08 00011171 0a00000a");
    EXPECT_EQ(merged.AsPathText(), "70000");
    EXPECT_EQ(merged.aggregator, (BgpAggregator{70001, Ipv4Address("10.0.0.10")}));
    // An old speaker aggregated anew: AGGREGATOR is not AS_TRANS, the other two are void.
    merged = MergePaths("04 02 01 5ba0",
                        "c0 07 06 0007 0a000009  c0 11 06 02 01 00011170"
                        "c0 12 08 00011171 0a00000a");
    EXPECT_EQ(merged.AsPathText(), "23456");
    EXPECT_EQ(merged.aggregator, (BgpAggregator{7, Ipv4Address("10.0.0.9")}));
}

TEST(BgpUpdate, CutsAt4096WithAsManyPrefixesAsFit)
{
    auto update = SampleIpv4();
    update.announced.clear();
    for (uint32_t i = 0; i < 2000; i++)
    {
        update.announced.push_back(IpPrefix::Host(Ipv4Address(0x0a000000 + i)));
        update.withdrawn.push_back(IpPrefix::Host(Ipv4Address(0x0b000000 + i)));
    }
    const auto octets = EncodeBgpUpdates(update, {});
    // Withdrawals: (4096 - 23) / 5 = 814 in a message, so 3; the attributes take 24: 809, so 3.
    ASSERT_EQ(octets.size(), 6u);
    EXPECT_EQ(octets[0].size(), 23u + 814 * 5);
    EXPECT_EQ(octets[2].size(), 23u + 372 * 5);
    EXPECT_EQ(octets[3].size(), 23u + 24 + 809 * 5);
    EXPECT_EQ(octets[5].size(), 23u + 24 + 382 * 5);
    EXPECT_EQ(Together(octets, {}, 4096), update);
    BgpCodecOptions extended;
    extended.extendedMessage = true;
    const auto large = EncodeBgpUpdates(update, extended);
    EXPECT_EQ(large.size(), 2u);
    EXPECT_EQ(Together(large, extended, 65535), update);
}

TEST(BgpUpdate, CutsIpv6)
{
    BgpUpdateMessage update;
    update.attributes.nextHop = Ipv6Address("fd00::1");
    for (int i = 0; i < 300; i++)
    {
        const std::string low = std::to_string(i);
        update.announced.push_back(IpPrefix::FromString("fd00:1::" + low + "/128"));
        update.withdrawn.push_back(IpPrefix::FromString("fd00:2::" + low + "/128"));
    }
    const auto octets = EncodeBgpUpdates(update, {});
    // Withdrawals: (4073 - 4 - 3) / 17 = 239, so 2; MP_REACH 4 + 21 and 7 others: 237, so 2.
    ASSERT_EQ(octets.size(), 4u);
    EXPECT_EQ(octets[0].size(), 23u + 7 + 239 * 17);
    EXPECT_EQ(octets[2].size(), 23u + 25 + 7 + 237 * 17);
    EXPECT_EQ(Together(octets, {}, 4096), update);
}

TEST(BgpUpdate, WhatHasNoRoomIsWithdrawn)
{
    auto update = SampleIpv4();
    update.announced = BgpPrefixes({"10.0.0.1/32", "0.0.0.0/0"});
    // 23 + 24 + 4 octets of header + 4044 leave 1 octet: the default route fits, the host does not.
    update.attributes.unknown = {{0xe0, 99, BgpOctets(4044, 1)}};
    auto octets = EncodeBgpUpdates(update, {});
    ASSERT_EQ(octets.size(), 2u);
    EXPECT_EQ(octets[0], BgpRawUpdate("20 0a000001", "", ""));
    EXPECT_EQ(octets[1].size(), 4096u);
    EXPECT_EQ(BgpOnlyUpdate(BgpDecode(octets[1])).announced, BgpPrefixes({"0.0.0.0/0"}));
    update.attributes.unknown[0].bytes.resize(70000);
    octets = EncodeBgpUpdates(update, {});
    ASSERT_EQ(octets.size(), 1u);
    EXPECT_EQ(octets[0], BgpRawUpdate("20 0a000001 00", "", ""));
    BgpUpdateMessage opaque;
    opaque.attributes = update.attributes;
    opaque.opaqueAnnounced = {{BGP_L2VPN_EVPN, {1, 2, 3, 4}, {7}}};
    octets = EncodeBgpUpdates(opaque, {});
    ASSERT_EQ(octets.size(), 1u);
    EXPECT_EQ(octets[0], BgpRawUpdate("", "80 0f 04 0019 46 07", ""));
}

TEST(BgpUpdate, WhatCannotBeEncodedThrows)
{
    auto update = SampleIpv4();
    update.announced.push_back(IpPrefix::FromString("fd00::/8"));
    EXPECT_THROW(EncodeBgpUpdates(update, {}), std::invalid_argument);
    update = SampleIpv4();
    update.attributes.nextHop = IpAddress();
    EXPECT_THROW(EncodeBgpUpdates(update, {}), std::invalid_argument);
    BgpUpdateMessage opaque;
    opaque.opaqueWithdrawn = {{BGP_L2VPN_EVPN, {}, BgpOctets(4067, 1)}};
    EXPECT_THROW(EncodeBgpUpdates(opaque, {}), std::length_error);
    opaque.opaqueWithdrawn[0].nlri.pop_back();
    EXPECT_EQ(EncodeBgpUpdates(opaque, {}).at(0).size(), 4096u);
    opaque = {};
    opaque.opaqueAnnounced = {{BGP_L2VPN_EVPN, BgpOctets(256, 1), {}}};
    EXPECT_THROW(EncodeBgpUpdates(opaque, {}), std::invalid_argument);
}
