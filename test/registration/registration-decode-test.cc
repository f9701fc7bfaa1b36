// SPDX-License-Identifier: GPL-2.0-only
#include "registration-octets.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace vmm
{
namespace
{

void
ExpectAnswer(const Octets& octets, RegistrationFault fault, const std::string& why)
{
    const auto decoded = Decode(octets);
    EXPECT_EQ(decoded.verdict, RegistrationVerdict::ANSWER) << why;
    EXPECT_EQ(decoded.status, RegistrationStatus::MALFORMED) << why;
    EXPECT_STREQ(RegistrationFaultName(decoded.fault), RegistrationFaultName(fault)) << why;
}

void
ExpectDiscard(const Octets& octets, RegistrationFault fault, const std::string& why)
{
    const auto decoded = Decode(octets);
    EXPECT_EQ(decoded.verdict, RegistrationVerdict::DISCARD) << why;
    EXPECT_STREQ(RegistrationFaultName(decoded.fault), RegistrationFaultName(fault)) << why;
}

TEST(RegistrationDecode, TotalLengthRule)
{
    const Octets good = Message(REQUEST, GOOD);
    EXPECT_EQ(Decode(good).verdict, RegistrationVerdict::OK);
    for (size_t size = 0; size < 12; size++)
    {
        ExpectDiscard(Octets(good.begin(), good.begin() + size),
                      RegistrationFault::TOO_SHORT,
                      std::to_string(size));
    }
    for (size_t size = 12; size < good.size(); size++)
    {
        ExpectAnswer(Octets(good.begin(), good.begin() + size),
                     RegistrationFault::LENGTH_MISMATCH,
                     std::to_string(size));
    }
    auto longer = good;
    longer.push_back(0);
    ExpectAnswer(longer, RegistrationFault::LENGTH_MISMATCH, "one octet more");
    auto small = good;
    small[3] = 11;
    ExpectAnswer(small, RegistrationFault::LENGTH_MISMATCH, "total length below 12");
    EXPECT_EQ(DecodeRegistration(nullptr, 0).verdict, RegistrationVerdict::DISCARD);
}

TEST(RegistrationDecode, VersionAndType)
{
    for (int first = 0; first < 256; first++)
    {
        auto octets = Message(REQUEST, GOOD);
        octets[0] = static_cast<uint8_t>(first);
        const auto decoded = Decode(octets);
        if (first == 0x11 || first == 0x12)
        {
            EXPECT_EQ(decoded.verdict, RegistrationVerdict::OK);
            continue;
        }
        EXPECT_EQ(decoded.verdict, RegistrationVerdict::DISCARD);
        EXPECT_EQ(decoded.fault,
                  first >> 4 != 1 ? RegistrationFault::WRONG_VERSION
                                  : RegistrationFault::WRONG_TYPE);
    }
}

TEST(RegistrationDecode, EveryRoleAndStatusByte)
{
    for (int byte = 0; byte < 256; byte++)
    {
        auto octets = Message(REQUEST, Join({GOOD, SERVING, NEXT_HOP}));
        octets[11] = static_cast<uint8_t>(byte);
        const auto decoded = Decode(octets);
        EXPECT_EQ(decoded.verdict,
                  byte <= 6 ? RegistrationVerdict::OK : RegistrationVerdict::ANSWER);
        EXPECT_EQ(decoded.fault,
                  byte <= 6 ? RegistrationFault::NONE : RegistrationFault::UNKNOWN_ROLE);
        octets[11] = 0;
        octets[0] = 0x12;
        octets[10] = static_cast<uint8_t>(byte);
        const auto reply = Decode(octets);
        EXPECT_EQ(reply.verdict, RegistrationVerdict::OK);
        EXPECT_EQ(static_cast<int>(reply.message.status), byte);
        EXPECT_EQ(reply.message.IsAccepted(), byte == 0);
        EXPECT_EQ(EncodeRegistration(reply.message)[10], byte);
    }
    EXPECT_EQ(RegistrationStatusName(RegistrationStatus::NOT_FROM_MN), "not-from-mn");
    EXPECT_EQ(RegistrationStatusName(static_cast<RegistrationStatus>(77)), "status-77");
    EXPECT_EQ(RecipientRoleName(RecipientRole::PATH_ROUTER), "path-router");
    EXPECT_EQ(RecipientRoleName(RecipientRole::REMOTE_NVE), "remote-nve");
    EXPECT_EQ(RecipientRoleName(RecipientRole::RESOLVER), "resolver");
}

TEST(RegistrationDecode, MandatoryOptionsByRole)
{
    using Parts = std::vector<Octets>;

    struct Case
    {
        uint8_t role;
        uint8_t flags;
        Parts parts;
        bool good;
    };

    const Case cases[] = {
        {0, 1, {VM_ID, MAC, IPV4}, true},
        {0, 1, {VM_ID, MAC, IPV6}, true},
        {0, 1, {VM_ID, MAC, IPV4, IPV6}, true},
        {0, 1, {IPV6, MAC, VM_ID}, true},
        {0, 1, {MAC, IPV4}, false},
        {0, 1, {VM_ID, IPV4}, false},
        {0, 1, {VM_ID, MAC}, false},
        {0, 1, {}, false},
        {1, 1, {VM_ID, IPV4, SERVING}, true},
        {1, 1, {VM_ID, IPV4}, false},
        {1, 1, {VM_ID, SERVING}, false},
        {1, 1, {IPV4, SERVING}, false},
        {2, 1, {VM_ID, IPV4, NEXT_HOP}, true},
        {2, 1, {VM_ID, IPV4, NEXT_HOP, NEXT_HOP}, true},
        {2, 1, {VM_ID, IPV4}, false},
        {2, 0x41, {VM_ID, IPV4}, true},
        {2, 0x40, {VM_ID}, false},
        {2, 0x40, {IPV4}, false},
        {3, 1, {VM_ID, IPV4, NEXT_HOP}, true},
        {3, 1, {VM_ID, IPV4, SERVING}, false},
        {3, 1, {VM_ID, NEXT_HOP}, false},
        {3, 0x40, {VM_ID, IPV6}, true},
        {4, 1, {VM_ID, IPV6, NEXT_HOP}, true},
        {4, 1, {VM_ID, IPV6}, false},
        {4, 0x40, {VM_ID, IPV6}, true},
        {5, 1, {VM_ID, IPV4, SERVING}, true},
        {5, 1, {VM_ID, IPV4}, false},
        {5, 1, {VM_ID, SERVING}, false},
        {5, 1, {IPV4, SERVING}, false},
        {5, 0x40, {IPV4}, true},
        {5, 0x40, {VM_ID, IPV4, SERVING}, true},
        {5, 0x40, {VM_ID, SERVING}, false},
        {6, 0, {IPV4}, true},
        {6, 0, {VN_ID, IPV6}, true},
        {6, 0, {VM_ID, IPV4}, true},
        {6, 0, {VN_ID}, false},
    };
    int number = 0;
    for (const auto& item : cases)
    {
        auto header = REQUEST;
        header[1] = item.flags;
        header[11] = item.role;
        const auto decoded = Decode(Message(header, Join(item.parts)));
        EXPECT_EQ(decoded.verdict,
                  item.good ? RegistrationVerdict::OK : RegistrationVerdict::ANSWER)
            << number;
        EXPECT_EQ(decoded.fault,
                  item.good ? RegistrationFault::NONE : RegistrationFault::OPTION_MISSING)
            << number;
        number++;
    }
}

TEST(RegistrationDecode, RepliesNeedVmIdAndServingNve)
{
    const auto reply = [](uint8_t status)
    {
        Octets header = REQUEST;
        header[0] = 0x12;
        header[10] = status;
        return header;
    };
    EXPECT_EQ(Decode(Message(reply(0), VM_ID)).verdict, RegistrationVerdict::OK);
    ExpectDiscard(Message(reply(0), {}), RegistrationFault::OPTION_MISSING, "no VM-ID");
    EXPECT_EQ(Decode(Message(reply(134), {})).verdict, RegistrationVerdict::OK);
    EXPECT_EQ(Decode(Message(reply(135), {})).verdict, RegistrationVerdict::OK);
    ExpectDiscard(Message(reply(131), VM_ID), RegistrationFault::OPTION_MISSING, "no serving NVE");
    EXPECT_EQ(Decode(Message(reply(131), Join({VM_ID, SERVING}))).verdict, RegistrationVerdict::OK);
    // A broken reply is never answered.
    ExpectDiscard(Message(reply(0), Join({VM_ID, {77, 0}})),
                  RegistrationFault::OPTION_UNKNOWN,
                  "reply with an unknown option");
    auto shorter = Message(reply(0), VM_ID);
    shorter.pop_back();
    ExpectDiscard(shorter, RegistrationFault::LENGTH_MISMATCH, "truncated reply");
}

TEST(RegistrationDecode, AQueryIsForOneAddress)
{
    auto header = REQUEST;
    header[11] = 6;
    ExpectAnswer(Message(header, Join({IPV4, IPV6})), RegistrationFault::OPTION_REPEATED, "two");
}

TEST(RegistrationDecode, RepliesOfResolverAndRemoteNve)
{
    const auto reply = [](uint8_t role, uint8_t status, uint8_t flags, const Octets& options)
    {
        Octets header = REQUEST;
        header[0] = 0x12;
        header[1] = flags;
        header[10] = status;
        header[11] = role;
        return Message(header, options);
    };
    const Octets parts[] = {VM_ID, MAC, IPV4, SERVING, EPOCH};
    const auto whole = Decode(reply(6, 0, 0, Join({VM_ID, MAC, IPV4, SERVING, EPOCH})));
    EXPECT_EQ(whole.verdict, RegistrationVerdict::OK);
    EXPECT_EQ(whole.message.bindingEpoch, 0x0104);
    for (const auto& left : parts)
    {
        Octets options;
        for (const auto& part : parts)
        {
            options = part == left ? options : Join({options, part});
        }
        ExpectDiscard(reply(6, 0, 0, options), RegistrationFault::OPTION_MISSING, "one less");
    }
    // Unknown VM: there is none to name.
    EXPECT_EQ(Decode(reply(6, 132, 0, {})).verdict, RegistrationVerdict::OK);
    EXPECT_EQ(Decode(reply(5, 0, 0x40, {})).verdict, RegistrationVerdict::OK);
    EXPECT_EQ(Decode(reply(5, 132, 0, VM_ID)).verdict, RegistrationVerdict::OK);
    ExpectDiscard(reply(5, 0, 0, {}), RegistrationFault::OPTION_MISSING, "no VM-ID");
}

TEST(RegistrationDecode, OnlySomeOptionsMayRepeat)
{
    const Octets once[] = {VM_ID,
                           MAC,
                           SERVING,
                           {10, 3, 0, 0, 1},
                           {11, 2, 0, 1},
                           {12, 8, 0, 0, 0, 0, 0, 0, 0, 1},
                           {13, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
                           EPOCH};
    for (const auto& option : once)
    {
        const bool there = option == VM_ID || option == MAC;
        const auto first = there ? GOOD : Join({GOOD, option});
        EXPECT_EQ(Decode(Message(REQUEST, first)).verdict, RegistrationVerdict::OK);
        ExpectAnswer(Message(REQUEST, Join({first, option})),
                     RegistrationFault::OPTION_REPEATED,
                     std::to_string(option[0]));
    }
    const Octets often[] = {IPV4, IPV6, {8, 4, 1, 2, 3, 4}, {9, 4, 1, 2, 3, 4}};
    for (const auto& option : often)
    {
        EXPECT_EQ(Decode(Message(REQUEST, Join({GOOD, option, option, option}))).verdict,
                  RegistrationVerdict::OK);
    }
}

TEST(RegistrationDecode, UnknownOptions)
{
    for (int type = 0; type < 256; type++)
    {
        if (type >= 1 && type <= 14)
        {
            continue;
        }
        const auto octets =
            Message(REQUEST, Join({GOOD, {static_cast<uint8_t>(type), 3, 1, 2, 3}}));
        if (type < 128)
        {
            ExpectAnswer(octets, RegistrationFault::OPTION_UNKNOWN, std::to_string(type));
        }
        else
        {
            const auto decoded = Decode(octets);
            EXPECT_EQ(decoded.verdict, RegistrationVerdict::OK);
            EXPECT_EQ(EncodeRegistration(decoded.message), Message(REQUEST, GOOD));
        }
    }
    // Skipped means skipped: it may repeat, be empty, and stand before a new address.
    EXPECT_EQ(
        Decode(Message(REQUEST, Join({{200, 0}, VM_ID, MAC, IPV4, {200, 0}, {5, 4, 1, 2, 3, 4}})))
            .message.addresses[0]
            .newAddress,
        IpAddress::FromString("1.2.3.4"));
    ExpectAnswer(Message(REQUEST, Join({GOOD, {200, 1}})),
                 RegistrationFault::OPTION_TRUNCATED,
                 "a skipped option must fit too");
}

TEST(RegistrationDecode, EveryLengthOfEveryOption)
{
    for (uint8_t type = 1; type <= 14; type++)
    {
        for (int length = 0; length < 256; length++)
        {
            Octets option = {type, static_cast<uint8_t>(length)};
            option.resize(2 + length, 'a');
            const bool both = length == 4 || length == 16;
            const bool fits[] = {false,
                                 length >= 1 && length <= 63,
                                 length == 6,
                                 length == 4,
                                 length == 16,
                                 length == 4,
                                 length == 16,
                                 both,
                                 both,
                                 both,
                                 length == 3,
                                 length == 2,
                                 length == 8,
                                 length == 16,
                                 length == 2};
            const Octets before = type == 5 ? IPV4 : type == 6 ? IPV6 : Octets();
            const Octets vm = type == 1 ? Octets() : VM_ID;
            const Octets mac = type == 2 ? Octets() : MAC;
            const auto octets = Message(REQUEST, Join({vm, mac, IPV4, before, option}));
            if (fits[type])
            {
                EXPECT_EQ(Decode(octets).verdict, RegistrationVerdict::OK)
                    << +type << " " << length;
            }
            else
            {
                ExpectAnswer(octets,
                             RegistrationFault::OPTION_LENGTH,
                             std::to_string(type) + " of " + std::to_string(length));
            }
        }
    }
}

TEST(RegistrationDecode, OptionBeyondTheEnd)
{
    ExpectAnswer(
        Message(REQUEST, Join({GOOD, {8}})), RegistrationFault::OPTION_TRUNCATED, "no length");
    ExpectAnswer(Message(REQUEST, Join({GOOD, {8, 4, 1, 2, 3}})),
                 RegistrationFault::OPTION_TRUNCATED,
                 "one octet less");
    ExpectAnswer(Message(REQUEST, Join({GOOD, {8, 255}})),
                 RegistrationFault::OPTION_TRUNCATED,
                 "length 255, nothing there");
}

TEST(RegistrationDecode, NewAddressFollowsItsOldOne)
{
    const Octets new4 = {5, 4, 10, 0, 2, 5};
    const Octets new6 = {6, 16, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6};
    const auto decoded = Decode(Message(REQUEST, Join({VM_ID, MAC, IPV4, new4, IPV6, new6, IPV4})));
    ASSERT_EQ(decoded.verdict, RegistrationVerdict::OK);
    ASSERT_EQ(decoded.message.addresses.size(), 3U);
    EXPECT_EQ(decoded.message.addresses[0].newAddress, IpAddress::FromString("10.0.2.5"));
    EXPECT_EQ(decoded.message.addresses[1].newAddress, IpAddress::FromString("fd00::6"));
    EXPECT_FALSE(decoded.message.addresses[2].newAddress);
    for (const auto& bad : {Join({VM_ID, MAC, new4, IPV4}),
                            Join({VM_ID, MAC, IPV4, new4, new4}),
                            Join({VM_ID, MAC, IPV4, new6}),
                            Join({VM_ID, MAC, IPV6, new4}),
                            Join({VM_ID, IPV4, MAC, new4})})
    {
        ExpectAnswer(Message(REQUEST, bad), RegistrationFault::NEW_ADDRESS_MISPLACED, "");
    }
}

TEST(RegistrationDecode, DeregisterMeansFlagAndLifetimeZero)
{
    for (const bool flag : {false, true})
    {
        for (const bool zero : {false, true})
        {
            auto header = REQUEST;
            header[1] = flag ? 0x11 : 0x01;
            header[9] = zero ? 0 : 75;
            const auto octets = Message(header, GOOD);
            if (flag == zero)
            {
                EXPECT_EQ(Decode(octets).verdict, RegistrationVerdict::OK);
            }
            else
            {
                ExpectAnswer(octets, RegistrationFault::DEREGISTER_LIFETIME, "");
            }
        }
    }
    // A reply may grant 0 and keep the flags of its request.
    auto header = REQUEST;
    header[0] = 0x12;
    header[9] = 0;
    header[10] = 129;
    EXPECT_EQ(Decode(Message(header, VM_ID)).verdict, RegistrationVerdict::OK);
}

TEST(RegistrationDecode, VmIdIsUtf8)
{
    const std::pair<Octets, bool> cases[] = {
        {{'v', 'm'}, true},
        {{0xc3, 0xa4}, true},
        {{0xe2, 0x82, 0xac}, true},
        {{0xf0, 0x9f, 0x98, 0x80}, true},
        {{0xf4, 0x8f, 0xbf, 0xbf}, true},
        {{0xed, 0x9f, 0xbf}, true},
        {{0xee, 0x80, 0x80}, true},
        {{0x80}, false},
        {{0xff}, false},
        {{0xc0, 0xaf}, false},
        {{0xc1, 0xbf}, false},
        {{0xc3}, false},
        {{0xc3, 0x28}, false},
        {{0xe0, 0x9f, 0xbf}, false},
        {{0xed, 0xa0, 0x80}, false},
        {{0xe2, 0x82}, false},
        {{0xf0, 0x8f, 0xbf, 0xbf}, false},
        {{0xf4, 0x90, 0x80, 0x80}, false},
        {{0xf5, 0x80, 0x80, 0x80}, false},
        {{'a', 0xe2, 0x82, 'b'}, false},
    };
    int number = 0;
    for (const auto& [text, good] : cases)
    {
        const Octets option = Join({{1, static_cast<uint8_t>(text.size())}, text});
        const auto decoded = Decode(Message(REQUEST, Join({option, MAC, IPV4})));
        EXPECT_EQ(decoded.verdict, good ? RegistrationVerdict::OK : RegistrationVerdict::ANSWER)
            << number;
        EXPECT_EQ(decoded.fault, good ? RegistrationFault::NONE : RegistrationFault::INVALID_VM_ID)
            << number;
        number++;
    }
}

TEST(RegistrationDecode, AnswerEchoesWhatWasReadable)
{
    const auto broken = Message({0x11, 0x29, 0, 0, 0, 9, 0, 8, 0, 7, 0, 1},
                                Join({{77, 1, 0}, {10, 3, 0, 0, 4}, VM_ID, {8, 200}}));
    const auto decoded = Decode(broken);
    ASSERT_EQ(decoded.verdict, RegistrationVerdict::ANSWER);
    EXPECT_EQ(decoded.fault, RegistrationFault::OPTION_UNKNOWN);
    const auto reply = MakeReply(decoded.message, decoded.status, 99);
    EXPECT_EQ(
        EncodeRegistration(reply),
        Message({0x12, 0x29, 0, 0, 0, 9, 0, 8, 0, 7, 134, 1}, Join({VM_ID, {10, 3, 0, 0, 4}})));
}

} // namespace
} // namespace vmm
} // namespace ns3
