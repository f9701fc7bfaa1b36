// SPDX-License-Identifier: GPL-2.0-only
#include "registration-octets.h"
#include "registration-samples.h"

#include <gtest/gtest.h>
#include <random>

namespace ns3
{
namespace vmm
{
namespace
{

TEST(RegistrationMessage, GoldenRequest)
{
    RegistrationMessage request;
    request.sequence = MakeSequence(1, 2);
    request.lifetime = LifetimeToUnits(Seconds(300));
    request.flags = REGISTRATION_ADDRESS_KEPT;
    request.vmId = "vm1";
    request.mac = Mac48Address("02:00:00:00:00:07");
    request.SetVmAddresses({IpAddress::FromString("10.0.1.5")});
    const Octets golden = {0x11, 0x01, 0x00, 0x1f, 0x00, 0x01, 0x00, 0x02, 0x00, 0x4b, 0x00,
                           0x00, 0x01, 0x03, 0x76, 0x6d, 0x31, 0x02, 0x06, 0x02, 0x00, 0x00,
                           0x00, 0x00, 0x07, 0x03, 0x04, 0x0a, 0x00, 0x01, 0x05};
    EXPECT_EQ(EncodeRegistration(request), golden);
    const auto decoded = Decode(golden);
    EXPECT_EQ(decoded.verdict, RegistrationVerdict::OK);
    EXPECT_EQ(decoded.message, request);
}

TEST(RegistrationMessage, GoldenReply)
{
    RegistrationMessage request;
    request.sequence = 0xfffe8001;
    request.lifetime = 0x1234;
    request.flags = REGISTRATION_REFRESH | REGISTRATION_WARM;
    request.vmId = "a";
    request.vnId = 0x010203;
    auto reply = MakeReply(request, RegistrationStatus::STALE_SEQUENCE, 0xffff);
    reply.servingNve = IpAddress::FromString("10.0.0.2");
    const Octets golden = {0x12, 0x0c, 0x00, 0x1a, 0xff, 0xfe, 0x80, 0x01, 0x12,
                           0x34, 0x83, 0x00, 0x01, 0x01, 0x61, 0x07, 0x04, 0x0a,
                           0x00, 0x00, 0x02, 0x0a, 0x03, 0x01, 0x02, 0x03};
    EXPECT_EQ(EncodeRegistration(reply), golden);
    EXPECT_EQ(Decode(golden).message, reply);
}

TEST(RegistrationMessage, GoldenQueryAndAnswer)
{
    RegistrationMessage query;
    query.role = RecipientRole::RESOLVER;
    query.sequence = MakeSequence(0, 9);
    query.lifetime = LifetimeToUnits(Seconds(20));
    query.vnId = 7;
    query.SetVmAddresses({IpAddress::FromString("10.0.1.5")});
    EXPECT_EQ(EncodeRegistration(query),
              Message({0x11, 0, 0, 0, 0, 0, 0, 9, 0, 5, 0, 6}, Join({IPV4, VN_ID})));
    auto answer = MakeReply(query, RegistrationStatus::ACCEPTED, 5);
    answer.vmId = "vm1";
    answer.mac = Mac48Address("02:00:00:00:00:07");
    answer.addresses = query.addresses;
    answer.servingNve = IpAddress::FromString("10.0.0.2");
    answer.bindingEpoch = 0x0104;
    const Octets golden = Message({0x12, 0, 0, 0, 0, 0, 0, 9, 0, 5, 0, 6},
                                  Join({VM_ID, MAC, IPV4, SERVING, VN_ID, EPOCH}));
    EXPECT_EQ(golden.size(), 46U);
    EXPECT_EQ(EncodeRegistration(answer), golden);
    EXPECT_EQ(Decode(golden).message, answer);
}

TEST(RegistrationMessage, GoldenEveryOption)
{
    RegistrationMessage request;
    request.sequence = 0x00010000;
    request.lifetime = 1;
    request.flags = REGISTRATION_COLD | REGISTRATION_PRE_REGISTER;
    request.role = RecipientRole::BORDER_ROUTER;
    request.vmId = "v";
    request.mac = Mac48Address("02:00:00:00:00:07");
    request.addresses = {{IpAddress::FromString("10.0.1.5"), IpAddress::FromString("10.0.2.5")},
                         {IpAddress::FromString("fd00::5"), IpAddress::FromString("fd00::6")}};
    request.servingNve = IpAddress::FromString("10.0.0.2");
    request.previousNves = {IpAddress::FromString("10.0.0.1"), IpAddress::FromString("fd00::1")};
    request.nextHops = {IpAddress::FromString("10.9.0.1"), IpAddress::FromString("10.9.0.2")};
    request.vnId = 7;
    request.dataCenter = 0x0203;
    request.timestamp = 0x0102030405060708;
    request.bindingEpoch = 0x0104;
    const Octets fdOne = {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    const Octets golden = Message({0x11, 0x22, 0, 0, 0, 1, 0, 0, 0, 1, 0, 4},
                                  Join({{1, 1, 'v'},
                                        MAC,
                                        IPV4,
                                        {5, 4, 10, 0, 2, 5},
                                        IPV6,
                                        {6, 16, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6},
                                        SERVING,
                                        {8, 4, 10, 0, 0, 1},
                                        {8, 16},
                                        fdOne,
                                        NEXT_HOP,
                                        {9, 4, 10, 9, 0, 2},
                                        VN_ID,
                                        {11, 2, 2, 3},
                                        {12, 8, 1, 2, 3, 4, 5, 6, 7, 8},
                                        EPOCH}));
    EXPECT_EQ(golden.size(), 136U);
    EXPECT_EQ(EncodeRegistration(request), golden);
    const auto decoded = Decode(golden);
    EXPECT_EQ(decoded.verdict, RegistrationVerdict::OK);
    EXPECT_EQ(decoded.message, request);
}

TEST(RegistrationMessage, FieldsWithoutAnEncodingThrow)
{
    auto bad = SampleRequest();
    bad.vmId = std::string(64, 'x');
    EXPECT_THROW(EncodeRegistration(bad), std::invalid_argument);
    bad.vmId = "\xff";
    EXPECT_THROW(EncodeRegistration(bad), std::invalid_argument);
    bad = SampleRequest();
    bad.vnId = 0x1000000;
    EXPECT_THROW(EncodeRegistration(bad), std::invalid_argument);
    bad = SampleRequest();
    bad.nextHops = {IpAddress()};
    EXPECT_THROW(EncodeRegistration(bad), std::invalid_argument);
    bad = SampleRequest();
    bad.addresses = {{IpAddress(), IpAddress()}};
    EXPECT_THROW(EncodeRegistration(bad), std::invalid_argument);
    bad.addresses = {{IpAddress::FromString("10.0.0.1"), IpAddress::FromString("fd00::1")}};
    EXPECT_THROW(EncodeRegistration(bad), std::invalid_argument);
    bad = SampleRequest();
    // 31 octets without, 6 each: 10912 fit in 65507, one more does not.
    bad.previousNves.assign(10912, IpAddress::FromString("10.0.0.1"));
    EXPECT_EQ(EncodeRegistration(bad).size(), 65503U);
    EXPECT_EQ(Decode(EncodeRegistration(bad)).message, bad);
    bad.previousNves.push_back(IpAddress::FromString("10.0.0.1"));
    EXPECT_THROW(EncodeRegistration(bad), std::invalid_argument);
}

TEST(RegistrationMessage, FlagBit7IsSentAsZeroAndIgnored)
{
    auto request = SampleRequest();
    request.flags = 0x81;
    auto octets = EncodeRegistration(request);
    EXPECT_EQ(octets[1], 0x01);
    octets[1] = 0x81;
    const auto decoded = Decode(octets);
    EXPECT_EQ(decoded.verdict, RegistrationVerdict::OK);
    EXPECT_EQ(decoded.message.flags, 0x01);
}

TEST(RegistrationMessage, ReplyGrantsAtMostWhatWasAsked)
{
    const auto request = SampleRequest();
    EXPECT_EQ(MakeReply(request, RegistrationStatus::ACCEPTED, 74).lifetime, 74);
    EXPECT_EQ(MakeReply(request, RegistrationStatus::ACCEPTED, 75).lifetime, 75);
    EXPECT_EQ(MakeReply(request, RegistrationStatus::ACCEPTED, 76).lifetime, 75);
}

TEST(RegistrationMessage, SequenceArithmetic)
{
    EXPECT_EQ(MakeSequence(1, 2), 0x00010002U);
    EXPECT_EQ(MakeSequence(0x12345, 0xffff), 0x2345ffffU);
    EXPECT_EQ(EpochOf(0xabcd1234), 0xabcd);
    EXPECT_EQ(CounterOf(0xabcd1234), 0x1234);
    EXPECT_TRUE(SequenceNewer(1, 0));
    EXPECT_FALSE(SequenceNewer(0, 1));
    EXPECT_FALSE(SequenceNewer(5, 5));
    EXPECT_TRUE(SequenceNewer(0, 0xffffffff));
    EXPECT_TRUE(SequenceNewer(0x7fffffff, 0));
    EXPECT_FALSE(SequenceNewer(0x80000000, 0));
    EXPECT_FALSE(SequenceNewer(0, 0x80000000));
    EXPECT_TRUE(SequenceNewer(0x80000001, 2));
    EXPECT_FALSE(SequenceNewer(0x80000001, 1));
    // A first request of the next epoch beats the last counter of the one before.
    EXPECT_TRUE(SequenceNewer(MakeSequence(2, 0), MakeSequence(1, 0xffff)));
    EXPECT_TRUE(SequenceNewer(MakeSequence(0, 0), MakeSequence(0xffff, 0xffff)));
    EXPECT_TRUE(EpochNewer(2, 1));
    EXPECT_FALSE(EpochNewer(1, 1));
    EXPECT_TRUE(EpochNewer(0, 0xffff));
    EXPECT_FALSE(EpochNewer(0x8000, 0));
    EXPECT_FALSE(EpochNewer(0, 0x8000));
}

TEST(RegistrationMessage, LifetimeUnits)
{
    EXPECT_EQ(LifetimeToUnits(Seconds(0)), 0);
    EXPECT_EQ(LifetimeToUnits(Seconds(-5)), 0);
    EXPECT_EQ(LifetimeToUnits(NanoSeconds(1)), 1);
    EXPECT_EQ(LifetimeToUnits(Seconds(4)), 1);
    EXPECT_EQ(LifetimeToUnits(Seconds(7.999)), 1);
    EXPECT_EQ(LifetimeToUnits(Seconds(8)), 2);
    EXPECT_EQ(LifetimeToUnits(Seconds(262140)), 65535);
    EXPECT_EQ(LifetimeToUnits(Seconds(300000)), 65535);
    EXPECT_EQ(LifetimeFromUnits(75), Seconds(300));
    EXPECT_EQ(LifetimeFromUnits(65535), Seconds(262140));
}

TEST(RegistrationMessage, RandomMessagesRoundTrip)
{
    std::mt19937 random(7);
    for (int i = 0; i < 20000; i++)
    {
        const auto message = RandomMessage(random);
        const std::string key = i % 3 == 0 ? "key" : "";
        const auto octets = EncodeRegistration(message, key);
        const auto decoded = Decode(octets, key);
        ASSERT_EQ(decoded.verdict, RegistrationVerdict::OK) << message;
        ASSERT_EQ(decoded.message, message);
        ASSERT_EQ(EncodeRegistration(decoded.message, key), octets);
        // Whoever can ask can be refused.
        if (message.type == RegistrationType::REQUEST)
        {
            const auto refusal = MakeReply(message, RegistrationStatus::UNSPECIFIED);
            ASSERT_EQ(CheckRegistration(refusal), RegistrationFault::NONE) << message;
        }
    }
}

/// Whatever it was, what decodes must survive another round.
void
CheckAny(const Octets& octets, const std::string& key)
{
    // A copy of exactly that size lets a sanitizer see a read past the end.
    const auto decoded = Decode(Octets(octets), key);
    if (decoded.verdict == RegistrationVerdict::OK)
    {
        const auto again = EncodeRegistration(decoded.message, key);
        ASSERT_LE(again.size(), std::max(octets.size(), size_t(0)));
        ASSERT_EQ(Decode(again, key).message, decoded.message);
    }
    else if (decoded.verdict == RegistrationVerdict::ANSWER)
    {
        const auto reply = MakeReply(decoded.message, decoded.status);
        const auto back = Decode(EncodeRegistration(reply, key), key);
        const bool role = decoded.message.role <= RecipientRole::RESOLVER;
        ASSERT_EQ(back.verdict, role ? RegistrationVerdict::OK : RegistrationVerdict::DISCARD);
    }
    else
    {
        ASSERT_NE(decoded.fault, RegistrationFault::NONE);
    }
}

TEST(RegistrationMessage, RandomOctetsDecode)
{
    std::mt19937 random(11);
    for (int i = 0; i < 200000; i++)
    {
        Octets octets(random() % 100);
        for (auto& octet : octets)
        {
            octet = static_cast<uint8_t>(random());
        }
        if (octets.size() >= 12 && i % 2)
        {
            octets[0] = 0x11 + random() % 2;
            octets[2] = 0;
            octets[3] = static_cast<uint8_t>(octets.size());
        }
        CheckAny(octets, i % 4 == 0 ? "key" : "");
        ASSERT_FALSE(HasFatalFailure()) << i;
    }
}

TEST(RegistrationMessage, MutatedMessagesDecode)
{
    std::mt19937 random(13);
    size_t ok = 0;
    for (int i = 0; i < 200000; i++)
    {
        const std::string key = i % 8 == 0 ? "key" : "";
        auto octets = EncodeRegistration(RandomMessage(random), key);
        for (uint32_t k = 1 + random() % 3; k > 0; k--)
        {
            const size_t at = random() % octets.size();
            switch (random() % 4)
            {
            case 0:
                octets[at] ^= static_cast<uint8_t>(1 << random() % 8);
                break;
            case 1:
                octets[at] = static_cast<uint8_t>(random());
                break;
            case 2:
                octets.insert(octets.begin() + at, static_cast<uint8_t>(random()));
                break;
            default:
                octets.erase(octets.begin() + at);
                break;
            }
            if (octets.size() >= 4 && random() % 2)
            {
                octets[2] = static_cast<uint8_t>(octets.size() >> 8);
                octets[3] = static_cast<uint8_t>(octets.size());
            }
        }
        ok += Decode(octets, key).verdict == RegistrationVerdict::OK;
        CheckAny(octets, key);
        ASSERT_FALSE(HasFatalFailure()) << i;
    }
    EXPECT_GT(ok, 1000U);
}

} // namespace
} // namespace vmm
} // namespace ns3
