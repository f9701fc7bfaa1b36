// SPDX-License-Identifier: GPL-2.0-only
// Malformed UPDATEs: each gets its outcome by RFC 7606.
#include "bgp/bgp-octets-util.h"

#include <gtest/gtest.h>

#include <ostream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr auto NONE = BgpUpdateOutcome::NONE;
constexpr auto DISCARD = BgpUpdateOutcome::ATTRIBUTE_DISCARD;
constexpr auto WITHDRAW = BgpUpdateOutcome::TREAT_AS_WITHDRAW;
constexpr auto RESET = BgpUpdateOutcome::SESSION_RESET;

const std::string ORIGIN = "40 01 01 00";
const std::string AS_PATH = "40 02 06 02 01 0000fde9";
const std::string NEXT_HOP = "40 03 04 0a000001";
const std::string ALL = ORIGIN + AS_PATH + NEXT_HOP;
const std::string REACH = "80 0e 1a 0002 01 10 fd000000000000000000000000000001 00 20 fd000001";

/// Who sent it.
enum Peer
{
    EXTERNAL,
    INTERNAL,
    OLD //!< external, 2-octet AS numbers
};

/// An UPDATE and what becomes of it.
struct Fault
{
    const char* name;         //!< of the case
    std::string attributes;   //!< path attributes in hex
    std::string nlri;         //!< NLRI in hex
    BgpUpdateOutcome outcome; //!< expected
    uint8_t subcode;          //!< expected, 0 if there is no fault
    std::string data;         //!< expected data field in hex
    Peer peer = EXTERNAL;     //!< who sent it
};

std::ostream&
operator<<(std::ostream& os, const Fault& fault)
{
    return os << fault.name;
}

BgpCodecOptions
OptionsOf(Peer peer)
{
    BgpCodecOptions options;
    options.internal = peer == INTERNAL;
    options.fourOctetAs = peer != OLD;
    return options;
}

const std::vector<Fault> FAULTS = {
    {"right", ALL, "08 0a", NONE, 0, ""},

    // Section 7.1.
    {"OriginTooLong",
     "40 01 02 0000" + AS_PATH + NEXT_HOP,
     "08 0a",
     WITHDRAW,
     BGP_ATTRIBUTE_LENGTH,
     "40 01 02 0000"},
    {"OriginEmpty",
     "40 01 00" + AS_PATH + NEXT_HOP,
     "08 0a",
     WITHDRAW,
     BGP_ATTRIBUTE_LENGTH,
     "40 01 00"},
    {"OriginUndefined",
     "40 01 01 03" + AS_PATH + NEXT_HOP,
     "08 0a",
     WITHDRAW,
     BGP_INVALID_ORIGIN,
     "40 01 01 03"},

    // Section 7.2 and RFC 7607.
    {"AsPathSegmentType", "40 02 06 03 01 00000001" + ORIGIN + NEXT_HOP, "08 0a", WITHDRAW, 11, ""},
    {"AsPathSegmentOverrun",
     "40 02 06 02 02 00000001" + ORIGIN + NEXT_HOP,
     "08 0a",
     WITHDRAW,
     11,
     ""},
    {"AsPathSegmentUnderrun",
     "40 02 07 02 01 00000001 02" + ORIGIN + NEXT_HOP,
     "08 0a",
     WITHDRAW,
     11,
     ""},
    {"AsPathSegmentEmpty", "40 02 02 02 00" + ORIGIN + NEXT_HOP, "08 0a", WITHDRAW, 11, ""},
    {"AsPathWithAsZero", "40 02 06 02 01 00000000" + ORIGIN + NEXT_HOP, "08 0a", WITHDRAW, 11, ""},
    {"AsPathEmptyIsRight", "40 02 00" + ORIGIN + NEXT_HOP, "08 0a", NONE, 0, ""},
    {"AsPathOfFourOctetsFromOld", ALL, "08 0a", WITHDRAW, 11, "", OLD},

    // Section 7.3 and RFC 4271 section 6.3.
    {"NextHopLength",
     ORIGIN + AS_PATH + "40 03 03 0a0000",
     "08 0a",
     WITHDRAW,
     BGP_ATTRIBUTE_LENGTH,
     "40 03 03 0a0000"},
    {"NextHopZero",
     ORIGIN + AS_PATH + "40 03 04 00000000",
     "08 0a",
     WITHDRAW,
     BGP_INVALID_NEXT_HOP,
     "40 03 04 00000000"},
    {"NextHopMulticast",
     ORIGIN + AS_PATH + "40 03 04 e0000001",
     "08 0a",
     WITHDRAW,
     BGP_INVALID_NEXT_HOP,
     "40 03 04 e0000001"},

    // Sections 7.4 and 7.5.
    {"MedLength",
     ALL + "80 04 03 000001",
     "08 0a",
     WITHDRAW,
     BGP_ATTRIBUTE_LENGTH,
     "80 04 03 000001"},
    {"LocalPrefFromExternal",
     ALL + "40 05 04 00000064",
     "08 0a",
     DISCARD,
     BGP_MALFORMED_ATTRIBUTE_LIST,
     "40 05 04 00000064"},
    {"LocalPrefFromExternalOfAnyLength", ALL + "40 05 01 64", "08 0a", DISCARD, 1, "40 05 01 64"},
    {"LocalPrefLength", ALL + "40 05 01 64", "08 0a", WITHDRAW, 5, "40 05 01 64", INTERNAL},
    {"LocalPrefRight", ALL + "40 05 04 00000064", "08 0a", NONE, 0, "", INTERNAL},

    // Sections 7.6 and 7.7, RFC 7607.
    {"AtomicAggregateLength", ALL + "40 06 01 00", "08 0a", DISCARD, 5, "40 06 01 00"},
    {"AggregatorLength",
     ALL + "c0 07 06 0001 0a000001",
     "08 0a",
     DISCARD,
     5,
     "c0 07 06 0001 0a000001"},
    {"AggregatorLengthFromOld",
     ORIGIN + "40 02 00" + NEXT_HOP + "c0 07 08 00000001 0a000001",
     "08 0a",
     DISCARD,
     5,
     "c0 07 08 00000001 0a000001",
     OLD},
    {"AggregatorAsZero",
     ALL + "c0 07 08 00000000 0a000001",
     "08 0a",
     DISCARD,
     9,
     "c0 07 08 00000000 0a000001"},

    // Section 7.8, 7.14, RFC 8092 section 5.
    {"CommunitiesLength", ALL + "c0 08 03 000001", "08 0a", WITHDRAW, 5, "c0 08 03 000001"},
    {"CommunitiesEmpty", ALL + "c0 08 00", "08 0a", WITHDRAW, 5, "c0 08 00"},
    {"ExtendedCommunitiesLength",
     ALL + "c0 10 04 00000001",
     "08 0a",
     WITHDRAW,
     5,
     "c0 10 04 00000001"},
    {"ExtendedCommunitiesEmpty", ALL + "c0 10 00", "08 0a", WITHDRAW, 5, "c0 10 00"},
    {"LargeCommunitiesLength",
     ALL + "c0 20 08 0000000100000002",
     "08 0a",
     WITHDRAW,
     5,
     "c0 20 08 0000000100000002"},
    {"LargeCommunitiesEmpty", ALL + "c0 20 00", "08 0a", WITHDRAW, 5, "c0 20 00"},

    // Sections 7.9 and 7.10.
    {"OriginatorFromExternal", ALL + "80 09 04 01020304", "08 0a", DISCARD, 1, "80 09 04 01020304"},
    {"OriginatorLength",
     ALL + "80 09 03 010203",
     "08 0a",
     WITHDRAW,
     5,
     "80 09 03 010203",
     INTERNAL},
    {"ClusterListFromExternal",
     ALL + "80 0a 04 01020304",
     "08 0a",
     DISCARD,
     1,
     "80 0a 04 01020304"},
    {"ClusterListLength",
     ALL + "80 0a 03 010203",
     "08 0a",
     WITHDRAW,
     5,
     "80 0a 03 010203",
     INTERNAL},
    {"ClusterListEmpty", ALL + "80 0a 00", "08 0a", WITHDRAW, 5, "80 0a 00", INTERNAL},

    // Sections 7.11 and 7.12, 5.3.
    {"ReachTooShort", ALL + "80 0e 04 0002 01 00", "08 0a", RESET, 9, "80 0e 04 0002 01 00"},
    {"ReachNextHopOverrun",
     ALL + "80 0e 05 0002 01 10 fd",
     "08 0a",
     RESET,
     9,
     "80 0e 05 0002 01 10 fd"},
    {"ReachNextHopLength",
     ALL + "80 0e 0a 0002 01 04 0a000001 00 00",
     "08 0a",
     RESET,
     9,
     "80 0e 0a 0002 01 04 0a000001 00 00"},
    {"ReachNlriOverrun",
     ORIGIN + AS_PATH + "80 0e 0b 0001 01 04 0a000001 00 10 0a",
     "",
     RESET,
     9,
     "80 0e 0b 0001 01 04 0a000001 00 10 0a"},
    {"ReachNlriLength",
     ORIGIN + AS_PATH + "80 0e 0f 0001 01 04 0a000001 00 21 0a00000000",
     "",
     RESET,
     9,
     "80 0e 0f 0001 01 04 0a000001 00 21 0a00000000"},
    {"ReachTwice", ORIGIN + AS_PATH + REACH + REACH, "", RESET, 1, ""},
    {"ReachFlags",
     ORIGIN + AS_PATH + "c0" + REACH.substr(2),
     "",
     WITHDRAW,
     BGP_ATTRIBUTE_FLAGS,
     "c0" + REACH.substr(2)},
    {"ReachNextHopUnspecified",
     ORIGIN + AS_PATH + "80 0e 16 0002 01 10 00000000000000000000000000000000 00 00",
     "",
     WITHDRAW,
     9,
     "80 0e 16 0002 01 10 00000000000000000000000000000000 00 00"},
    {"UnreachTooShort", "80 0f 02 0002", "", RESET, 9, "80 0f 02 0002"},
    {"UnreachNlri", "80 0f 04 0002 01 81", "", RESET, 9, "80 0f 04 0002 01 81"},
    {"UnreachTwice", "80 0f 03 0002 01 80 0f 03 0002 01", "", RESET, 1, ""},
    {"UnreachTwiceBesideRoutes", ALL + "80 0f 03 0002 01 80 0f 03 0002 01", "08 0a", RESET, 1, ""},

    // Section 3 c: Optional or Transitive flag wrong.
    {"OriginFlags", "c0 01 01 00" + AS_PATH + NEXT_HOP, "08 0a", WITHDRAW, 4, "c0 01 01 00"},
    {"AsPathFlags", ORIGIN + "00 02 00" + NEXT_HOP, "08 0a", WITHDRAW, 4, "00 02 00"},
    {"MedFlags", ALL + "c0 04 04 00000001", "08 0a", WITHDRAW, 4, "c0 04 04 00000001"},
    {"AtomicAggregateFlags", ALL + "c0 06 00", "08 0a", WITHDRAW, 4, "c0 06 00"},
    {"AggregatorFlags",
     ALL + "80 07 08 00000001 0a000001",
     "08 0a",
     WITHDRAW,
     4,
     "80 07 08 00000001 0a000001"},
    {"CommunitiesFlags", ALL + "40 08 04 00010001", "08 0a", WITHDRAW, 4, "40 08 04 00010001"},
    {"PartialAndLengthFlagsDoNotCount", ALL + "f0 08 0004 00010001", "08 0a", NONE, 0, ""},

    // Section 3 d: mandatory attributes.
    {"OriginMissing", AS_PATH + NEXT_HOP, "08 0a", WITHDRAW, BGP_MISSING_WELL_KNOWN, "01"},
    {"AsPathMissing", ORIGIN + NEXT_HOP, "08 0a", WITHDRAW, BGP_MISSING_WELL_KNOWN, "02"},
    {"NextHopMissing", ORIGIN + AS_PATH, "08 0a", WITHDRAW, BGP_MISSING_WELL_KNOWN, "03"},
    {"AllMissing", "", "08 0a", WITHDRAW, BGP_MISSING_WELL_KNOWN, "01"},
    {"OriginMissingBesideReach", AS_PATH + REACH, "", WITHDRAW, BGP_MISSING_WELL_KNOWN, "01"},
    {"NextHopNotNeededBesideReach", ORIGIN + AS_PATH + REACH, "", NONE, 0, ""},

    // Section 3 g: duplicates; RFC 4271 section 6.3: unknown well-known.
    {"OriginTwice", ALL + "40 01 01 02", "08 0a", DISCARD, 1, "40 01 01 02"},
    {"UnknownTwice", ALL + "c0 63 01 01 c0 63 01 02", "08 0a", DISCARD, 1, "c0 63 01 02"},
    {"UnknownWellKnown",
     ALL + "40 63 01 01",
     "08 0a",
     RESET,
     BGP_UNKNOWN_WELL_KNOWN,
     "40 63 01 01"},

    // Section 4: attribute lengths and the field's.
    {"AttributeOverrunsTheField", ALL + "c0 08 05 00010001", "08 0a", WITHDRAW, 1, ""},
    {"OneOctetIsLeft", ALL + "c0", "08 0a", WITHDRAW, 1, ""},
    {"TwoOctetsAreLeft", ALL + "c0 08", "08 0a", WITHDRAW, 1, ""},
    {"ThreeOctetsAreLeftOfAnExtendedOne", ALL + "d0 08 00", "08 0a", WITHDRAW, 1, ""},

    // Section 5.2: faults and no route.
    {"OriginTooLongAndNoRoute", "40 01 02 0000", "", RESET, 5, "40 01 02 0000"},
    {"CutShortAndNoRoute", ALL + "c0", "", RESET, 1, ""},
    {"FaultBesideEmptyReach",
     "40 01 02 0000 80 0e 09 0001 01 04 0a000001 00",
     "",
     RESET,
     5,
     "40 01 02 0000"},
    {"DiscardAndNoRouteStays", "40 06 01 00", "", DISCARD, 5, "40 06 01 00"},
    {"AttributesAndNoRoute", ORIGIN, "", NONE, 0, ""},

    // Section 5.3: classic NLRI.
    {"NlriLength", ALL, "21 0a00000000", RESET, BGP_INVALID_NETWORK, ""},
    {"NlriOverrun", ALL, "08 0a 18 0a00", RESET, BGP_INVALID_NETWORK, ""},

    // RFC 6793 section 6 and 4.1.
    {"As4PathFromNew",
     ALL + "c0 11 06 02 01 00011170",
     "08 0a",
     DISCARD,
     9,
     "c0 11 06 02 01 00011170"},
    {"As4AggregatorFromNew",
     ALL + "c0 12 08 00011170 0a000001",
     "08 0a",
     DISCARD,
     9,
     "c0 12 08 00011170 0a000001"},
    {"As4PathMalformed",
     ORIGIN + "40 02 04 02 01 5ba0" + NEXT_HOP + "c0 11 06 02 02 00011170",
     "08 0a",
     DISCARD,
     9,
     "c0 11 06 02 02 00011170",
     OLD},
    {"As4PathEmpty",
     ORIGIN + "40 02 04 02 01 5ba0" + NEXT_HOP + "c0 11 00",
     "08 0a",
     DISCARD,
     9,
     "c0 11 00",
     OLD},
    {"As4PathFlags",
     ORIGIN + "40 02 04 02 01 5ba0" + NEXT_HOP + "40 11 06 02 01 00011170",
     "08 0a",
     DISCARD,
     4,
     "40 11 06 02 01 00011170",
     OLD},
    {"As4AggregatorLength",
     ORIGIN + "40 02 00" + NEXT_HOP + "c0 12 06 0001 0a000001",
     "08 0a",
     DISCARD,
     5,
     "c0 12 06 0001 0a000001",
     OLD},
    {"As4AggregatorAsZero",
     ORIGIN + "40 02 00" + NEXT_HOP + "c0 12 08 00000000 0a000001",
     "08 0a",
     DISCARD,
     9,
     "c0 12 08 00000000 0a000001",
     OLD},

    // Section 3 h: the strongest wins, wherever it stands.
    {"WithdrawBeforeDiscard", ALL + "80 04 01 00 40 06 01 00", "08 0a", WITHDRAW, 5, "80 04 01 00"},
    {"DiscardBeforeWithdraw", ALL + "40 06 01 00 80 04 01 00", "08 0a", WITHDRAW, 5, "80 04 01 00"},
    {"WithdrawBeforeReset",
     "40 01 01 09 80 0f 02 0002" + AS_PATH + NEXT_HOP,
     "08 0a",
     RESET,
     9,
     "80 0f 02 0002"},
};

class BgpUpdateFaults : public testing::TestWithParam<Fault>
{
};

} // namespace

TEST_P(BgpUpdateFaults, GetTheirOutcome)
{
    const Fault& fault = GetParam();
    // Something is withdrawn besides, unless the case is about an UPDATE without routes.
    const std::string withdrawn = fault.nlri.empty() ? "" : "08 0b";
    const auto result =
        BgpDecode(BgpRawUpdate(withdrawn, fault.attributes, fault.nlri), OptionsOf(fault.peer));
    EXPECT_EQ(BgpUpdateOutcomeName(result.outcome), BgpUpdateOutcomeName(fault.outcome))
        << result.fault.reason;
    EXPECT_EQ(result.fault.subcode, fault.subcode) << result.fault.reason;
    EXPECT_EQ(result.fault.data, BgpHex(fault.data));
    EXPECT_EQ(result.fault.code, fault.outcome == NONE ? BgpErrorCode::NONE : BgpErrorCode::UPDATE);
    EXPECT_EQ(bool(result.error), fault.outcome == RESET);
    if (fault.outcome == RESET)
    {
        EXPECT_TRUE(result.messages.empty());
        EXPECT_EQ(result.error.subcode, fault.subcode);
        EXPECT_EQ(result.error.data, BgpHex(fault.data));
        return;
    }
    const auto update = BgpOnlyUpdate(result);
    if (fault.nlri.empty())
    {
        return;
    }
    // The one route is announced or, with the fault, withdrawn like the other.
    const bool gone = fault.outcome == WITHDRAW;
    EXPECT_EQ(update.announced, gone ? BgpPrefixes({}) : BgpPrefixes({"10.0.0.0/8"}));
    EXPECT_EQ(update.withdrawn,
              gone ? BgpPrefixes({"11.0.0.0/8", "10.0.0.0/8"}) : BgpPrefixes({"11.0.0.0/8"}));
}

INSTANTIATE_TEST_SUITE_P(Rfc7606,
                         BgpUpdateFaults,
                         testing::ValuesIn(FAULTS),
                         [](const auto& info)
                         {
                             return std::string(info.param.name);
                         });

TEST(BgpUpdateFault, LengthsOfTheFieldsReset)
{
    // Withdrawn routes of 9 octets in a message that has 4; attributes of 9 where there are 2.
    for (const char* body : {"0009 0000 08 0a", "0003 08 0a 00", "0000 0009 08 0a"})
    {
        const auto result = BgpDecode(BgpRaw(2, BgpHex(body)));
        EXPECT_EQ(result.outcome, RESET) << body;
        EXPECT_EQ(result.error.subcode, BGP_MALFORMED_ATTRIBUTE_LIST) << body;
    }
}

TEST(BgpUpdateFault, WithdrawnRoutesAreCheckedLikeNlri)
{
    for (const char* withdrawn : {"21 0a00000000", "08 0a 10 0a"})
    {
        const auto result = BgpDecode(BgpRawUpdate(withdrawn, "", ""));
        EXPECT_EQ(result.outcome, RESET) << withdrawn;
        EXPECT_EQ(result.error.subcode, BGP_INVALID_NETWORK) << withdrawn;
    }
}

TEST(BgpUpdateFault, WithdrawTakesMultiprotocolRoutesAlong)
{
    const auto raw = BgpRawUpdate("", "40 01 01 07" + AS_PATH + NEXT_HOP + REACH, "08 0a");
    const auto update = BgpOnlyUpdate(BgpDecode(raw));
    EXPECT_EQ(update.withdrawn, BgpPrefixes({"10.0.0.0/8", "fd00:1::/32"}));
    EXPECT_EQ(update.attributes, BgpPathAttributes());
    const auto evpn =
        BgpRawUpdate("", "40 01 01 07" + AS_PATH + "80 0e 0b 0019 46 04 0a000001 00 0900", "");
    EXPECT_EQ(BgpOnlyUpdate(BgpDecode(evpn)).opaqueWithdrawn,
              (std::vector<BgpOpaqueNlri>{{BGP_L2VPN_EVPN, {}, {9, 0}}}));
}

TEST(BgpUpdateFault, DiscardLeavesTheRest)
{
    const auto raw = BgpRawUpdate("",
                                  ALL + "40 05 04 00000064 e0 07 06 0001 0a000001"
                                        "40 06 01 00 40 01 01 02 80 04 04 00000007",
                                  "08 0a");
    const auto result = BgpDecode(raw);
    EXPECT_EQ(result.outcome, DISCARD);
    BgpPathAttributes expected;
    expected.asPath = {{BgpAsSegmentType::SEQUENCE, {65001}}};
    expected.nextHop = Ipv4Address("10.0.0.1");
    expected.med = 7;
    EXPECT_EQ(BgpOnlyUpdate(result).attributes, expected);
}

TEST(BgpUpdateFault, ReasonNamesTheAttribute)
{
    const auto result = BgpDecode(BgpRawUpdate("", ALL + "80 04 01 00", "08 0a"));
    EXPECT_EQ(result.fault.reason, "attribute 4: 1 octets");
}
