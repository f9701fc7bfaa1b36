// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-framer.h"

#include "bgp/bgp-octets-util.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// OPEN of 29 octets, KEEPALIVE, NOTIFICATION of 23: 71 octets.
const std::vector<BgpOctets> MESSAGES = {
    BgpRaw(1, BgpOctets(10, 5)), EncodeBgpKeepalive(), BgpRaw(3, BgpOctets(4, 6))};

BgpOctets
Stream()
{
    BgpOctets all;
    for (const auto& message : MESSAGES)
    {
        all.insert(all.end(), message.begin(), message.end());
    }
    return all;
}

} // namespace

TEST(BgpFramer, SeveralMessagesInASegment)
{
    BgpFramer framer;
    const auto result = framer.Feed(Stream());
    EXPECT_EQ(result.messages, MESSAGES);
    EXPECT_FALSE(result.error);
    EXPECT_EQ(framer.GetPending(), 0u);
}

TEST(BgpFramer, OneMessageOverSeveralSegmentsOfAnySize)
{
    const auto stream = Stream();
    for (size_t piece = 1; piece <= stream.size(); piece++)
    {
        BgpFramer framer;
        std::vector<BgpOctets> got;
        for (size_t at = 0; at < stream.size(); at += piece)
        {
            const auto result =
                framer.Feed(stream.data() + at, std::min(piece, stream.size() - at));
            EXPECT_FALSE(result.error);
            got.insert(got.end(), result.messages.begin(), result.messages.end());
        }
        EXPECT_EQ(got, MESSAGES) << piece;
    }
}

TEST(BgpFramer, TheRestWaits)
{
    auto stream = Stream();
    stream.pop_back();
    BgpFramer framer;
    EXPECT_EQ(framer.Feed(stream).messages.size(), 2u);
    EXPECT_EQ(framer.GetPending(), 22u);
    EXPECT_TRUE(framer.Feed(nullptr, 0).messages.empty());
    EXPECT_EQ(framer.Feed({6}).messages, std::vector<BgpOctets>{MESSAGES[2]});
}

TEST(BgpFramer, MessagesBeforeAWrongHeaderAreDelivered)
{
    auto stream = Stream();
    stream[29 + 3] = 0; // marker of the KEEPALIVE
    BgpFramer framer;
    const auto result = framer.Feed(stream);
    EXPECT_EQ(result.messages, std::vector<BgpOctets>{MESSAGES[0]});
    EXPECT_EQ(result.error.code, BgpErrorCode::HEADER);
    EXPECT_EQ(result.error.subcode, BGP_NOT_SYNCHRONIZED);
    // Nothing after it counts, and it is told once.
    const auto later = framer.Feed(EncodeBgpKeepalive());
    EXPECT_TRUE(later.messages.empty());
    EXPECT_FALSE(later.error);
    framer.Reset();
    EXPECT_EQ(framer.Feed(EncodeBgpKeepalive()).messages.size(), 1u);
}

TEST(BgpFramer, LengthAndTypeAreJudgedBeforeTheBodyIsThere)
{
    auto header = BgpHex("ffffffff ffffffff ffffffff ffffffff 1001 02");
    auto result = BgpFramer().Feed(header);
    EXPECT_EQ(result.error.subcode, BGP_BAD_LENGTH);
    EXPECT_EQ(result.error.data, BgpHex("1001"));
    header = BgpHex("ffffffff ffffffff ffffffff ffffffff 0012 02");
    EXPECT_EQ(BgpFramer().Feed(header).error.subcode, BGP_BAD_LENGTH);
    header = BgpHex("ffffffff ffffffff ffffffff ffffffff 0050 06");
    result = BgpFramer().Feed(header);
    EXPECT_EQ(result.error.subcode, BGP_BAD_TYPE);
    EXPECT_EQ(result.error.data, BgpHex("06"));
}

TEST(BgpFramer, ExtendedMessages)
{
    const auto large = BgpRaw(2, BgpOctets(5000, 0));
    BgpFramer framer;
    framer.SetExtendedMessage(true);
    EXPECT_EQ(framer.Feed(large).messages, std::vector<BgpOctets>{large});
    framer.Reset();
    EXPECT_EQ(framer.Feed(large).error.subcode, BGP_BAD_LENGTH);
}
