// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/registration-auth.h"
#include "ns3/registration-message.h"

#include "registration-samples.h"

#include <cstdio>
#include <gtest/gtest.h>

namespace ns3
{
namespace vmm
{
namespace
{

std::string
Hex(const RegistrationMac& mac)
{
    std::string text;
    for (const auto octet : mac)
    {
        char digits[3];
        std::snprintf(digits, sizeof(digits), "%02x", octet);
        text += digits;
    }
    return text;
}

std::string
Mac(const std::string& key, const std::string& data)
{
    return Hex(
        ComputeRegistrationMac(key, reinterpret_cast<const uint8_t*>(data.data()), data.size()));
}

RegistrationDecoded
Decode(const std::vector<uint8_t>& octets, const std::string& key)
{
    return DecodeRegistration(octets.data(), octets.size(), key);
}

/// The test cases of RFC 4231 section 4, first 128 bits of HMAC-SHA-256.
TEST(RegistrationAuth, Rfc4231)
{
    EXPECT_EQ(Mac(std::string(20, '\x0b'), "Hi There"), "b0344c61d8db38535ca8afceaf0bf12b");
    EXPECT_EQ(Mac("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c7");
    EXPECT_EQ(Mac(std::string(20, '\xaa'), std::string(50, '\xdd')),
              "773ea91e36800e46854db8ebd09181a7");
    std::string key4;
    for (char c = 1; c <= 25; c++)
    {
        key4.push_back(c);
    }
    EXPECT_EQ(Mac(key4, std::string(50, '\xcd')), "82558a389a443c0ea4cc819899f2083a");
    EXPECT_EQ(Mac(std::string(20, '\x0c'), "Test With Truncation"),
              "a3b6167473100ee06e0c796c2955552b");
    EXPECT_EQ(
        Mac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
        "60e431591ee0b67f0d8a26aacbf5b77f");
    EXPECT_EQ(Mac(std::string(131, '\xaa'),
                  "This is a test using a larger than block-size key and a larger than block-size "
                  "data. The key needs to be hashed before being used by the HMAC algorithm."),
              "9b09ffa71b942fcb27635fbcd5b0e944");
}

TEST(RegistrationAuth, OptionIsLastAndCoversTheMessageWithItsValueZero)
{
    const auto octets = EncodeRegistration(SampleRequest(), "secret");
    ASSERT_EQ(octets.size(), 31U + 18U);
    EXPECT_EQ(octets[3], 49);
    EXPECT_EQ(octets[31], 13);
    EXPECT_EQ(octets[32], 16);
    auto zeroed = octets;
    std::fill(zeroed.begin() + 33, zeroed.end(), 0);
    const auto mac = ComputeRegistrationMac("secret", zeroed.data(), zeroed.size());
    EXPECT_TRUE(RegistrationMacEqual(mac, octets.data() + 33));
    EXPECT_EQ(Decode(octets, "secret").verdict, RegistrationVerdict::OK);
    EXPECT_EQ(Decode(octets, "secret").message, SampleRequest());
    // Without a key the option is read over.
    EXPECT_EQ(Decode(octets, "").message, SampleRequest());
}

TEST(RegistrationAuth, EveryFlippedBitIsFound)
{
    const auto octets = EncodeRegistration(SampleRequest(), "secret");
    for (size_t bit = 0; bit < octets.size() * 8; bit++)
    {
        auto forged = octets;
        forged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
        EXPECT_NE(Decode(forged, "secret").verdict, RegistrationVerdict::OK) << bit;
    }
    auto forged = octets;
    forged.back() ^= 1;
    const auto decoded = Decode(forged, "secret");
    EXPECT_EQ(decoded.verdict, RegistrationVerdict::ANSWER);
    EXPECT_EQ(decoded.status, RegistrationStatus::AUTHENTICATION_FAILED);
    EXPECT_EQ(decoded.fault, RegistrationFault::AUTHENTICATOR_WRONG);
    EXPECT_EQ(Decode(octets, "another").fault, RegistrationFault::AUTHENTICATOR_WRONG);
}

TEST(RegistrationAuth, MandatoryAndLastWithAKey)
{
    const auto plain = EncodeRegistration(SampleRequest());
    auto decoded = Decode(plain, "secret");
    EXPECT_EQ(decoded.verdict, RegistrationVerdict::ANSWER);
    EXPECT_EQ(decoded.status, RegistrationStatus::MALFORMED);
    EXPECT_EQ(decoded.fault, RegistrationFault::AUTHENTICATOR_MISSING);

    auto notLast = EncodeRegistration(SampleRequest(), "secret");
    for (const uint8_t octet : {8, 4, 1, 2, 3, 4})
    {
        notLast.push_back(octet);
    }
    notLast[3] = static_cast<uint8_t>(notLast.size());
    std::fill_n(notLast.begin() + 33, 16, 0);
    const auto mac = ComputeRegistrationMac("secret", notLast.data(), notLast.size());
    std::copy(mac.begin(), mac.end(), notLast.begin() + 33);
    decoded = Decode(notLast, "secret");
    EXPECT_EQ(decoded.status, RegistrationStatus::MALFORMED);
    EXPECT_EQ(decoded.fault, RegistrationFault::AUTHENTICATOR_MISSING);

    // A skipped option after it does not make it last either.
    notLast[49] = 200;
    EXPECT_EQ(Decode(notLast, "secret").fault, RegistrationFault::AUTHENTICATOR_MISSING);
}

TEST(RegistrationAuth, ForgedReplyIsNeverAnswered)
{
    const auto reply = MakeReply(SampleRequest(), RegistrationStatus::ACCEPTED, 75);
    EXPECT_EQ(Decode(EncodeRegistration(reply, "k"), "k").verdict, RegistrationVerdict::OK);
    EXPECT_EQ(Decode(EncodeRegistration(reply, "x"), "k").verdict, RegistrationVerdict::DISCARD);
    EXPECT_EQ(Decode(EncodeRegistration(reply), "k").verdict, RegistrationVerdict::DISCARD);
}

} // namespace
} // namespace vmm
} // namespace ns3
