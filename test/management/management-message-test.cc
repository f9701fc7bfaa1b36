// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/management-message.h"

#include <gtest/gtest.h>
#include <random>
#include <stdexcept>

using namespace ns3::vmm;
using Result = ManagementDecoding::Result;

namespace
{

ManagementMessage
FullMessage()
{
    ManagementMessage m;
    m.type = ManagementType::MOVE;
    m.status = ManagementStatus::OK;
    m.move = 0x01020304;
    m.epoch = 0x0a0b;
    m.vm = "vm-1";
    m.server = "server-0-1";
    m.migration = "m1";
    m.method = "pre-copy";
    m.reason = "because";
    m.address = IpAddress::FromString("fd00::7");
    m.moveType = 0;
    m.memory = 1ULL << 40;
    m.vcpus = 4;
    m.vn = 0xabcdef;
    m.port = 49152;
    m.round = 3;
    m.sent = 123456789012ULL;
    m.left = 4096;
    m.registrationStatus = 130;
    m.abortKind = AbortKind::ROLLBACK;
    m.owner = VmOwner::DESTINATION;
    m.mac = ns3::Mac48Address("02:00:00:00:00:07");
    m.addresses = {IpAddress::FromString("10.0.0.1"),
                   IpAddress::FromString("10.0.0.2"),
                   IpAddress::FromString("fd00::1")};
    m.mtu = 1500;
    m.lease = 90000;
    m.freeMemory = 1ULL << 39;
    m.freeVcpus = 3;
    return m;
}

ManagementDecoding
Decode(const std::vector<uint8_t>& bytes)
{
    return DecodeManagement(bytes.data(), bytes.size());
}

/// A header of this type with the right length, and these options.
std::vector<uint8_t>
Crafted(uint8_t type, const std::vector<uint8_t>& options, uint8_t flags = 0)
{
    std::vector<uint8_t> out{0x10, type, 0, 0, 0, 0, 0, 9, 0, 2, flags, 0};
    for (uint8_t octet : options)
    {
        out.push_back(octet);
    }
    out[2] = static_cast<uint8_t>(out.size() >> 8);
    out[3] = static_cast<uint8_t>(out.size());
    return out;
}

constexpr uint8_t DESTROY = static_cast<uint8_t>(ManagementType::DESTROY);

} // namespace

TEST(ManagementMessage, ExactOctets)
{
    ManagementMessage m;
    m.type = ManagementType::COMMIT;
    m.move = 7;
    m.epoch = 0x0102;
    m.vm = "ab";
    const std::vector<uint8_t> expected{0x10, 8, 0, 16, 0, 0, 0, 7, 1, 2, 0, 0, 1, 2, 'a', 'b'};
    EXPECT_EQ(EncodeManagement(m), expected);
    m.acknowledgement = true;
    m.status = ManagementStatus::TOO_LATE;
    EXPECT_EQ(EncodeManagement(m)[10], 1);
    EXPECT_EQ(EncodeManagement(m)[11], 137);
}

TEST(ManagementMessage, EveryFieldSurvives)
{
    const auto in = FullMessage();
    const auto decoding = Decode(EncodeManagement(in));
    ASSERT_EQ(decoding.result, Result::OK) << decoding.error;
    const auto& out = decoding.message;
    EXPECT_EQ(out.type, in.type);
    EXPECT_FALSE(out.acknowledgement);
    EXPECT_EQ(out.move, in.move);
    EXPECT_EQ(out.epoch, in.epoch);
    EXPECT_EQ(out.vm, in.vm);
    EXPECT_EQ(out.server, in.server);
    EXPECT_EQ(out.migration, in.migration);
    EXPECT_EQ(out.method, in.method);
    EXPECT_EQ(out.reason, in.reason);
    EXPECT_EQ(out.address, in.address);
    EXPECT_EQ(out.moveType, in.moveType);
    EXPECT_EQ(out.memory, in.memory);
    EXPECT_EQ(out.vcpus, in.vcpus);
    EXPECT_EQ(out.vn, in.vn);
    EXPECT_EQ(out.port, in.port);
    EXPECT_EQ(out.round, in.round);
    EXPECT_EQ(out.sent, in.sent);
    EXPECT_EQ(out.left, in.left);
    EXPECT_EQ(out.registrationStatus, in.registrationStatus);
    EXPECT_EQ(out.abortKind, in.abortKind);
    EXPECT_EQ(out.owner, in.owner);
    EXPECT_EQ(out.mac, in.mac);
    EXPECT_EQ(out.addresses, in.addresses);
    EXPECT_EQ(out.mtu, in.mtu);
    EXPECT_EQ(out.lease, in.lease);
    EXPECT_EQ(out.freeMemory, in.freeMemory);
    EXPECT_EQ(out.freeVcpus, in.freeVcpus);
    EXPECT_EQ(EncodeManagement(out), EncodeManagement(in));
}

TEST(ManagementMessage, EveryTypeAndItsAcknowledgement)
{
    for (int t = static_cast<int>(ManagementType::HELLO);
         t <= static_cast<int>(ManagementType::FAILED);
         ++t)
    {
        auto m = FullMessage();
        m.type = static_cast<ManagementType>(t);
        EXPECT_EQ(Decode(EncodeManagement(m)).result, Result::OK) << t;
        const auto answer = m.MakeAcknowledgement(ManagementStatus::BUSY);
        const auto decoding = Decode(EncodeManagement(answer));
        ASSERT_EQ(decoding.result, Result::OK) << decoding.error;
        EXPECT_TRUE(decoding.message.acknowledgement);
        EXPECT_EQ(decoding.message.type, m.type);
        EXPECT_EQ(decoding.message.status, ManagementStatus::BUSY);
        EXPECT_EQ(decoding.message.move, m.move);
        EXPECT_EQ(decoding.message.epoch, m.epoch);
        EXPECT_EQ(decoding.message.vm, m.vm);
        EXPECT_STRNE(ManagementTypeName(m.type), "unknown");
    }
    EXPECT_STREQ(ManagementTypeName(static_cast<ManagementType>(99)), "unknown");
}

TEST(ManagementMessage, StepsOfCreation)
{
    for (auto type : {ManagementType::CONFIRM, ManagementType::WITHDRAW})
    {
        ManagementMessage m;
        m.type = type;
        m.epoch = 1;
        m.vm = "ab";
        const std::vector<uint8_t> expected{
            0x10, static_cast<uint8_t>(type), 0, 16, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 'a', 'b'};
        EXPECT_EQ(EncodeManagement(m), expected);
        EXPECT_EQ(Decode(expected).result, Result::OK);
        m.vm.clear();
        EXPECT_EQ(Decode(EncodeManagement(m)).error, "no VM-ID");
    }
    EXPECT_STREQ(ManagementTypeName(ManagementType::CONFIRM), "confirm");
    EXPECT_STREQ(ManagementTypeName(ManagementType::WITHDRAW), "withdraw");
    // What a HELLO says of the server: options 24 and 25.
    ManagementMessage hello;
    hello.server = "s";
    hello.freeMemory = 0x0102030405060708ULL;
    hello.freeVcpus = 9;
    EXPECT_EQ(EncodeManagement(hello),
              (std::vector<uint8_t>{0x10, 1, 0, 31, 0, 0, 0, 0, 0, 0,  0, 0, 2, 1, 's', 24,
                                    8,    1, 2, 3,  4, 5, 6, 7, 8, 25, 4, 0, 0, 0, 9}));
}

TEST(ManagementMessage, CarriesTheSpecOfAVm)
{
    VmSpec spec;
    spec.id = "vm-9";
    spec.vn = 77;
    spec.mac = ns3::Mac48Address("02:00:00:00:00:09");
    spec.addresses = {IpAddress::FromString("10.0.0.9"), IpAddress::FromString("fd00::9")};
    spec.memory = 123456;
    spec.vcpus = 3;
    spec.mtu = 1400;
    ManagementMessage m;
    m.type = ManagementType::RESERVE;
    m.SetSpec(spec);
    const auto decoding = Decode(EncodeManagement(m));
    ASSERT_EQ(decoding.result, Result::OK) << decoding.error;
    const auto out = decoding.message.GetSpec();
    EXPECT_EQ(out.id, spec.id);
    EXPECT_EQ(out.vn, spec.vn);
    EXPECT_EQ(out.mac, spec.mac);
    EXPECT_EQ(out.addresses, spec.addresses);
    EXPECT_EQ(out.memory, spec.memory);
    EXPECT_EQ(out.vcpus, spec.vcpus);
    EXPECT_EQ(out.mtu, spec.mtu);
    m.addresses.resize(20000, spec.addresses[0]);
    EXPECT_THROW(EncodeManagement(m), std::invalid_argument);
}

TEST(ManagementMessage, RefusesLongNames)
{
    auto m = FullMessage();
    m.vm = std::string(63, 'x');
    EXPECT_EQ(Decode(EncodeManagement(m)).message.vm.size(), 63u);
    m.vm = std::string(64, 'x');
    EXPECT_THROW(EncodeManagement(m), std::invalid_argument);
    m = FullMessage();
    m.vn = 1u << 24;
    EXPECT_THROW(EncodeManagement(m), std::invalid_argument);
    m = FullMessage();
    m.reason = std::string(300, 'r');
    EXPECT_EQ(Decode(EncodeManagement(m)).message.reason.size(), 255u);
}

TEST(ManagementMessage, UnknownOptions)
{
    // 200 is skipped, 100 is not; 0 and 23 are unknown too.
    EXPECT_EQ(Decode(Crafted(DESTROY, {200, 1, 0, 1, 1, 'v'})).result, Result::OK);
    for (uint8_t option : {0, 23, 100, 127})
    {
        const auto decoding = Decode(Crafted(DESTROY, {1, 1, 'v', option, 0}));
        EXPECT_EQ(decoding.result, Result::MALFORMED);
        EXPECT_EQ(decoding.message.move, 9u);
        EXPECT_EQ(decoding.message.epoch, 2);
        EXPECT_EQ(decoding.message.vm, "v");
    }
}

TEST(ManagementMessage, Malformed)
{
    EXPECT_EQ(Decode(Crafted(DESTROY, {})).result, Result::MALFORMED);          // no VM-ID
    EXPECT_EQ(Decode(Crafted(DESTROY, {1, 0})).result, Result::MALFORMED);      // empty
    EXPECT_EQ(Decode(Crafted(DESTROY, {1, 2, 'v'})).result, Result::MALFORMED); // past the end
    EXPECT_EQ(Decode(Crafted(DESTROY, {1})).result, Result::MALFORMED);         // no length
    EXPECT_EQ(Decode(Crafted(DESTROY, {1, 1, 'v', 1, 1, 'v'})).result, Result::MALFORMED);
    EXPECT_EQ(Decode(Crafted(DESTROY, {1, 1, 'v', 7, 3, 0, 0, 0})).result, Result::MALFORMED);
    EXPECT_EQ(Decode(Crafted(DESTROY, {1, 1, 'v', 9, 5, 0, 0, 0, 0, 0})).result, Result::MALFORMED);
    EXPECT_EQ(Decode(Crafted(DESTROY, {1, 1, 'v', 16, 1, 3})).result, Result::MALFORMED);
    // A VM-ID of 64 octets: the answer must be one that can be written.
    std::vector<uint8_t> longName{1, 64};
    longName.resize(66, 'v');
    const auto tooLong = Decode(Crafted(DESTROY, longName));
    EXPECT_EQ(tooLong.result, Result::MALFORMED);
    EXPECT_NO_THROW(EncodeManagement(tooLong.message.MakeAcknowledgement()));
    auto wrongLength = Crafted(DESTROY, {1, 1, 'v'});
    wrongLength[3] += 1;
    EXPECT_EQ(Decode(wrongLength).result, Result::MALFORMED);
}

TEST(ManagementMessage, MandatoryOptions)
{
    for (auto type : {ManagementType::CREATE,
                      ManagementType::RESERVE,
                      ManagementType::MOVE,
                      ManagementType::ABORT,
                      ManagementType::FAILED})
    {
        EXPECT_EQ(Decode(Crafted(static_cast<uint8_t>(type), {1, 1, 'v'})).result,
                  Result::MALFORMED)
            << ManagementTypeName(type);
    }
    EXPECT_EQ(Decode(Crafted(1, {1, 1, 'v'})).result, Result::MALFORMED); // HELLO, no server
    EXPECT_EQ(Decode(Crafted(1, {2, 1, 's'})).result, Result::OK);
}

TEST(ManagementMessage, NeverAnswered)
{
    EXPECT_EQ(DecodeManagement(nullptr, 0).result, Result::DISCARD);
    auto m = Crafted(DESTROY, {1, 1, 'v'});
    m[0] = 0x20;
    EXPECT_EQ(Decode(m).result, Result::DISCARD); // wrong version
    EXPECT_EQ(Decode(Crafted(0, {1, 1, 'v'})).result, Result::DISCARD);
    EXPECT_EQ(Decode(Crafted(99, {1, 1, 'v'})).result, Result::DISCARD);
    EXPECT_EQ(Decode(Crafted(DESTROY, {100, 0}, 1)).result, Result::DISCARD); // bad answer
}

TEST(ManagementMessage, SurvivesRandomOctets)
{
    std::mt19937 random(1);
    const auto whole = EncodeManagement(FullMessage());
    size_t good = 0;
    for (int i = 0; i < 200000; ++i)
    {
        std::vector<uint8_t> bytes;
        if (i % 2)
        {
            bytes.resize(random() % 160);
            for (auto& b : bytes)
            {
                b = static_cast<uint8_t>(random());
            }
            if (i % 4 == 1 && bytes.size() >= MANAGEMENT_HEADER_SIZE)
            {
                bytes[0] = 0x10;
                bytes[1] = static_cast<uint8_t>(random() % 14);
                bytes[2] = 0;
                bytes[3] = static_cast<uint8_t>(bytes.size());
            }
        }
        else
        {
            bytes = whole;
            bytes.resize(random() % (whole.size() + 1));
            for (int k = random() % 4; k > 0 && !bytes.empty(); --k)
            {
                bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
            }
        }
        const auto decoding = Decode(bytes);
        if (decoding.result == Result::OK)
        {
            ++good;
            // What was understood is written and understood again.
            const auto again = EncodeManagement(decoding.message);
            ASSERT_EQ(EncodeManagement(Decode(again).message), again);
        }
        else
        {
            ASSERT_FALSE(decoding.error.empty());
            ASSERT_NO_THROW(EncodeManagement(decoding.message.MakeAcknowledgement()));
        }
    }
    EXPECT_GT(good, 100u);
}
