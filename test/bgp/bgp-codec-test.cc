// SPDX-License-Identifier: GPL-2.0-only
#include "bgp/bgp-octets-util.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

BgpOpenMessage
SampleOpen()
{
    BgpOpenMessage open;
    open.asn = 4200000001; // 0xfa56ea01
    open.holdTime = 180;
    open.routerId = 0x0a000001;
    open.capabilities.families = {BGP_IPV4_UNICAST, BGP_IPV6_UNICAST};
    open.capabilities.fourOctetAs = true;
    open.capabilities.routeRefresh = true;
    return open;
}

const char* const OPEN_BODY = "04 5ba0 00b4 0a000001 16"
                              "02 14 01 04 0001 00 01  01 04 0002 00 01  02 00  41 04 fa56ea01";

/// An error and the data that its NOTIFICATION has.
void
ExpectError(const BgpDecodeResult& result, BgpErrorCode code, uint8_t subcode, const char* data)
{
    EXPECT_TRUE(result.messages.empty());
    EXPECT_EQ(result.error.code, code) << result.error.reason;
    EXPECT_EQ(result.error.subcode, subcode) << result.error.reason;
    EXPECT_EQ(result.error.data, BgpHex(data));
    EXPECT_FALSE(result.error.reason.empty());
}

/// An OPEN with these optional parameters, their length in front.
BgpDecodeResult
OpenWith(const std::string& parameters)
{
    return BgpDecode(BgpRaw(1, BgpHex("04 0001 00b4 0a000001" + parameters)));
}

} // namespace

TEST(BgpCodec, OpenOctetByOctet)
{
    const auto octets = EncodeBgpOpen(SampleOpen());
    EXPECT_EQ(octets, BgpRaw(1, BgpHex(OPEN_BODY)));
    EXPECT_EQ(octets.size(), 51u);
    const auto result = BgpDecode(octets);
    ASSERT_EQ(result.messages.size(), 1u);
    EXPECT_EQ(std::get<BgpOpenMessage>(result.messages[0]), SampleOpen());
}

TEST(BgpCodec, OpenWithoutCapabilities)
{
    BgpOpenMessage open;
    open.asn = 65000;
    open.routerId = 1;
    const auto octets = EncodeBgpOpen(open);
    EXPECT_EQ(octets, BgpRaw(1, BgpHex("04 fde8 005a 00000001 00")));
    const auto back = std::get<BgpOpenMessage>(BgpDecode(octets).messages.at(0));
    EXPECT_EQ(back, open);
    EXPECT_TRUE(back.capabilities.Supports(BGP_IPV4_UNICAST));
}

TEST(BgpCodec, OpenKeepsUnknownCapabilitiesAndReadsSeveralParameters)
{
    // Two parameters; an unknown capability 73 of 3 octets; IPv4 comes twice.
    const auto result = OpenWith("13 02 0b 49 03 616263 01 04 0001 00 01 02 06 01 04 0001 00 01");
    EXPECT_TRUE(result.error); // the length says 19, there are 21
    const auto right = OpenWith("15 02 0b 49 03 616263 01 04 0001 00 01 02 06 01 04 0001 00 01");
    ASSERT_EQ(right.messages.size(), 1u) << right.error.reason;
    const auto open = std::get<BgpOpenMessage>(right.messages[0]);
    ASSERT_EQ(open.capabilities.unknown.size(), 1u);
    EXPECT_EQ(open.capabilities.unknown[0].code, 73);
    EXPECT_EQ(open.capabilities.unknown[0].bytes, BgpHex("616263"));
    EXPECT_EQ(open.capabilities.families, std::vector<BgpFamily>{BGP_IPV4_UNICAST});
    EXPECT_EQ(open.asn, 1u);
}

TEST(BgpCodec, OpenWithMoreThan255OctetsOfParameters)
{
    auto open = SampleOpen();
    open.capabilities.unknown = {{200, BgpOctets(250, 7)}, {201, {}}};
    const auto octets = EncodeBgpOpen(open);
    // Fixed part 29, extended header 3, parameter header 3, capabilities 20 + 252 + 2.
    EXPECT_EQ(octets.size(), 309u);
    EXPECT_EQ(BgpOctets(octets.begin() + 28, octets.begin() + 35), BgpHex("ff ff 0115 02 0112"));
    EXPECT_EQ(std::get<BgpOpenMessage>(BgpDecode(octets).messages.at(0)), open);
    open.capabilities.unknown = {{200, BgpOctets(256, 7)}};
    EXPECT_THROW(EncodeBgpOpen(open), std::invalid_argument);
    open.capabilities.unknown.assign(16, {200, BgpOctets(255, 7)});
    EXPECT_THROW(EncodeBgpOpen(open), std::invalid_argument);
}

TEST(BgpCodec, OpenErrors)
{
    const auto decode = [](const char* body)
    {
        return BgpDecode(BgpRaw(1, BgpHex(body)));
    };
    constexpr auto OPEN = BgpErrorCode::OPEN;
    ExpectError(decode("03 0001 00b4 0a000001 00"), OPEN, BGP_UNSUPPORTED_VERSION, "0004");
    ExpectError(decode("04 0000 00b4 0a000001 00"), OPEN, BGP_BAD_PEER_AS, "");
    ExpectError(decode("04 0001 0001 0a000001 00"), OPEN, BGP_UNACCEPTABLE_HOLD_TIME, "");
    ExpectError(decode("04 0001 0002 0a000001 00"), OPEN, BGP_UNACCEPTABLE_HOLD_TIME, "");
    ExpectError(decode("04 0001 00b4 00000000 00"), OPEN, BGP_BAD_IDENTIFIER, "");
    EXPECT_FALSE(decode("04 0001 0000 0a000001 00").error);
    EXPECT_FALSE(decode("04 0001 0003 0a000001 00").error);
    // AS 0 in the capability (RFC 7607).
    ExpectError(OpenWith("08 02 06 41 04 00000000"), OPEN, BGP_BAD_PEER_AS, "");
    ExpectError(OpenWith("03 01 01 00"), OPEN, BGP_UNSUPPORTED_PARAMETER, "");
    ExpectError(OpenWith("03 02 02 41"), OPEN, BGP_OPEN_UNSPECIFIC, "");
    ExpectError(OpenWith("03 02 01 41"), OPEN, BGP_OPEN_UNSPECIFIC, "");
    ExpectError(OpenWith("04 02 02 41 04"), OPEN, BGP_OPEN_UNSPECIFIC, "");
    ExpectError(OpenWith("01 02"), OPEN, BGP_OPEN_UNSPECIFIC, "");
    ExpectError(OpenWith("00 02"), OPEN, BGP_OPEN_UNSPECIFIC, "");
    ExpectError(OpenWith("05 02 03 02 01 00"), OPEN, BGP_OPEN_UNSPECIFIC, "");
    ExpectError(OpenWith("07 02 05 01 03 000100"), OPEN, BGP_OPEN_UNSPECIFIC, "");
}

TEST(BgpCodec, KeepaliveIsTheHeader)
{
    EXPECT_EQ(EncodeBgpKeepalive(), BgpHex("ffffffff ffffffff ffffffff ffffffff 0013 04"));
    const auto result = BgpDecode(EncodeBgpKeepalive());
    ASSERT_EQ(result.messages.size(), 1u);
    EXPECT_TRUE(std::holds_alternative<BgpKeepaliveMessage>(result.messages[0]));
}

TEST(BgpCodec, Notification)
{
    const BgpNotificationMessage message(BgpErrorCode::CEASE, BGP_CEASE_SHUTDOWN, {1, 'x'});
    const auto octets = EncodeBgpNotification(message);
    EXPECT_EQ(octets, BgpRaw(3, BgpHex("06 02 01 78")));
    EXPECT_EQ(std::get<BgpNotificationMessage>(BgpDecode(octets).messages.at(0)), message);
    const BgpNotificationMessage large(BgpErrorCode::UPDATE, 1, BgpOctets(5000, 1));
    EXPECT_EQ(EncodeBgpNotification(large).size(), 4096u);
}

TEST(BgpCodec, RouteRefresh)
{
    const BgpRouteRefreshMessage message{BGP_IPV6_UNICAST, 0};
    const auto octets = EncodeBgpRouteRefresh(message);
    EXPECT_EQ(octets, BgpRaw(5, BgpHex("0002 00 01")));
    EXPECT_EQ(std::get<BgpRouteRefreshMessage>(BgpDecode(octets).messages.at(0)), message);
    const auto wrong = BgpRaw(5, BgpHex("0002 00 01 00"));
    ExpectError(BgpDecode(wrong), BgpErrorCode::HEADER, BGP_BAD_LENGTH, "0018");
    const auto marked = BgpRaw(5, BgpHex("0002 01 01 00"));
    const auto result = BgpDecode(marked);
    EXPECT_EQ(result.error.code, BgpErrorCode::ROUTE_REFRESH);
    EXPECT_EQ(result.error.subcode, 1);
    EXPECT_EQ(result.error.data, marked);
}

TEST(BgpCodec, HeaderErrors)
{
    constexpr auto HEADER = BgpErrorCode::HEADER;
    auto octets = EncodeBgpKeepalive();
    octets[5] = 0xfe;
    ExpectError(BgpDecode(octets), HEADER, BGP_NOT_SYNCHRONIZED, "");
    octets = BgpRaw(9, {});
    ExpectError(BgpDecode(octets), HEADER, BGP_BAD_TYPE, "09");
    ExpectError(BgpDecode(BgpRaw(0, {})), HEADER, BGP_BAD_TYPE, "00");
    octets = EncodeBgpKeepalive();
    octets[17] = 18;
    ExpectError(BgpDecode(octets), HEADER, BGP_BAD_LENGTH, "0012");
    // The least and the greatest length of each type.
    ExpectError(BgpDecode(BgpRaw(1, BgpOctets(9))), HEADER, BGP_BAD_LENGTH, "001c");
    ExpectError(BgpDecode(BgpRaw(2, BgpOctets(3))), HEADER, BGP_BAD_LENGTH, "0016");
    ExpectError(BgpDecode(BgpRaw(3, BgpOctets(1))), HEADER, BGP_BAD_LENGTH, "0014");
    ExpectError(BgpDecode(BgpRaw(4, BgpOctets(1))), HEADER, BGP_BAD_LENGTH, "0014");
    ExpectError(BgpDecode(BgpRaw(5, BgpOctets(3))), HEADER, BGP_BAD_LENGTH, "0016");
    ExpectError(BgpDecode(BgpRaw(3, BgpOctets(4078))), HEADER, BGP_BAD_LENGTH, "1001");
    EXPECT_FALSE(BgpDecode(BgpRaw(3, BgpOctets(4077))).error);
    // Octets and length field differ, or the header itself is cut.
    octets = EncodeBgpKeepalive();
    octets.push_back(0);
    ExpectError(BgpDecode(octets), HEADER, BGP_BAD_LENGTH, "0013");
    octets.resize(7);
    ExpectError(BgpDecode(octets), HEADER, BGP_BAD_LENGTH, "0007");
}

TEST(BgpCodec, ExtendedMessagesAreForAllButOpenAndKeepalive)
{
    BgpCodecOptions extended;
    extended.extendedMessage = true;
    EXPECT_FALSE(BgpDecode(BgpRaw(3, BgpOctets(60000)), extended).error);
    ExpectError(BgpDecode(BgpRaw(1, BgpOctets(4078)), extended),
                BgpErrorCode::HEADER,
                BGP_BAD_LENGTH,
                "1001");
}

TEST(BgpCodec, AnyMessageEncodes)
{
    const std::vector<BgpMessage> messages = {SampleOpen(),
                                              BgpNotificationMessage(BgpErrorCode::FSM, 1),
                                              BgpKeepaliveMessage(),
                                              BgpRouteRefreshMessage{BGP_IPV4_UNICAST, 2}};
    for (const auto& message : messages)
    {
        const auto octets = EncodeBgpMessage(message, {});
        ASSERT_EQ(octets.size(), 1u);
        EXPECT_EQ(BgpDecode(octets[0]).messages.at(0), message);
    }
    EXPECT_TRUE(EncodeBgpMessage(BgpUpdateMessage(), {}).empty());
}

TEST(BgpCodec, OutcomeNames)
{
    EXPECT_EQ(BgpUpdateOutcomeName(BgpUpdateOutcome::NONE), "none");
    EXPECT_EQ(BgpUpdateOutcomeName(BgpUpdateOutcome::ATTRIBUTE_DISCARD), "attribute-discard");
    EXPECT_EQ(BgpUpdateOutcomeName(BgpUpdateOutcome::TREAT_AS_WITHDRAW), "treat-as-withdraw");
    EXPECT_EQ(BgpUpdateOutcomeName(BgpUpdateOutcome::SESSION_RESET), "session-reset");
}
