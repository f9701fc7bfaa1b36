// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-record.h"

#include <gtest/gtest.h>
#include <random>
#include <stdexcept>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

CopyRecord
Record(CopyRecordType type, uint32_t round = 0, uint64_t length = 0)
{
    CopyRecord record;
    record.type = type;
    record.round = round;
    record.length = length;
    if (type == CopyRecordType::OPEN)
    {
        record.vm = "vm-1";
        record.move = 0x01020304;
        record.epoch = 0x0a0b;
    }
    return record;
}

/// Appends a record and its body.
void
Append(std::vector<uint8_t>& stream, const CopyRecord& record)
{
    const auto bytes = EncodeCopyRecord(record);
    stream.insert(stream.end(), bytes.begin(), bytes.end());
    if (bytes.size() == COPY_RECORD_HEADER_SIZE)
    {
        stream.resize(stream.size() + record.length, 0xcc);
    }
}

std::vector<uint8_t>
WholeStream()
{
    std::vector<uint8_t> stream;
    Append(stream, Record(CopyRecordType::OPEN));
    Append(stream, Record(CopyRecordType::PAGES, 1, 5000));
    Append(stream, Record(CopyRecordType::ROUND_END, 1));
    Append(stream, Record(CopyRecordType::PAGES, 2, 0));
    Append(stream, Record(CopyRecordType::ROUND_END, 2));
    Append(stream, Record(CopyRecordType::DEVICE_STATE, 0, 300));
    Append(stream, Record(CopyRecordType::END));
    return stream;
}

/// Reads a stream in pieces. @return what was read
std::vector<CopyRecord>
Read(const std::vector<uint8_t>& stream, size_t piece, bool& good)
{
    std::vector<CopyRecord> records;
    CopyRecordReader reader(
        [&records](const CopyRecord& r)
        {
            records.push_back(r);
            return true;
        });
    good = true;
    for (size_t at = 0; good && at < stream.size(); at += piece)
    {
        good = reader.Read(Create<Packet>(stream.data() + at, std::min(piece, stream.size() - at)));
    }
    return records;
}

/// @return whether a reader takes these records in this order
bool
Takes(const std::vector<CopyRecord>& records)
{
    std::vector<uint8_t> stream;
    for (const auto& record : records)
    {
        Append(stream, record);
    }
    bool good;
    Read(stream, 100000, good);
    return good;
}

} // namespace

TEST(CopyRecord, ExactOctets)
{
    const std::vector<uint8_t> open{1,  0, 0,    0,    0, 0, 0, 0, 0, 0, 0,   0,   0,   0,  0,
                                    13, 2, 0x0a, 0x0b, 1, 2, 3, 4, 0, 1, 'v', 'm', '-', '1'};
    EXPECT_EQ(EncodeCopyRecord(Record(CopyRecordType::OPEN)), open);
    const std::vector<uint8_t> pages{2, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2};
    EXPECT_EQ(EncodeCopyRecord(Record(CopyRecordType::PAGES, 7, (1ULL << 32) + 2)), pages);
    auto bad = Record(CopyRecordType::OPEN);
    bad.vm = "";
    EXPECT_THROW(EncodeCopyRecord(bad), std::invalid_argument);
    bad.vm = std::string(64, 'v');
    EXPECT_THROW(EncodeCopyRecord(bad), std::invalid_argument);
}

TEST(CopyRecord, PiecesOfAnySize)
{
    const auto stream = WholeStream();
    for (size_t piece : {1, 3, 15, 16, 17, 100, 5016, 100000})
    {
        bool good;
        const auto records = Read(stream, piece, good);
        ASSERT_TRUE(good) << piece;
        ASSERT_EQ(records.size(), 7u) << piece;
        EXPECT_EQ(records[0].vm, "vm-1");
        EXPECT_EQ(records[0].move, 0x01020304u);
        EXPECT_EQ(records[0].epoch, 0x0a0b);
        EXPECT_EQ(records[1].length, 5000u);
        EXPECT_EQ(records[2].round, 1u);
        EXPECT_EQ(records[5].length, 300u);
        EXPECT_EQ(records[6].type, CopyRecordType::END);
    }
}

TEST(CopyRecord, Order)
{
    const auto open = Record(CopyRecordType::OPEN);
    const auto pages = Record(CopyRecordType::PAGES, 1, 10);
    const auto round = Record(CopyRecordType::ROUND_END, 1);
    const auto device = Record(CopyRecordType::DEVICE_STATE, 0, 10);
    const auto end = Record(CopyRecordType::END);
    EXPECT_TRUE(Takes({open, pages, round, device, end}));
    EXPECT_TRUE(Takes({open, pages, round, pages, round, device, end}));
    EXPECT_FALSE(Takes({pages}));
    EXPECT_FALSE(Takes({end}));
    EXPECT_FALSE(Takes({open, open}));
    EXPECT_FALSE(Takes({open, end}));
    EXPECT_TRUE(Takes({open, pages, device}));
    EXPECT_FALSE(Takes({open, pages, device, round}));
    EXPECT_FALSE(Takes({open, pages, round, end}));
    EXPECT_FALSE(Takes({open, pages, round, device, pages}));
    EXPECT_FALSE(Takes({open, pages, round, device, device}));
    EXPECT_FALSE(Takes({open, pages, round, device, end, pages}));
    EXPECT_FALSE(Takes({open, pages, round, device, end, end}));
    EXPECT_FALSE(Takes({open, Record(CopyRecordType::ROUND_END, 1, 1)}));
}

TEST(CopyRecord, OrderOfCheckpointsAndHandover)
{
    const auto open = Record(CopyRecordType::OPEN);
    const auto pages = Record(CopyRecordType::PAGES, 1, 10);
    const auto storage = Record(CopyRecordType::STORAGE, 1, 20);
    const auto round = Record(CopyRecordType::ROUND_END, 1);
    const auto device = Record(CopyRecordType::DEVICE_STATE, 0, 10);
    const auto checkpoint = Record(CopyRecordType::CHECKPOINT, 1);
    const auto pause = Record(CopyRecordType::PAUSE, 500);
    auto handover = Record(CopyRecordType::HANDOVER);
    handover.missing = uint64_t(5) << 32;
    handover.pageSize = 4104;
    const auto missing = Record(CopyRecordType::MISSING, 0, 64);
    const auto push = Record(CopyRecordType::PUSH, 0, 8208);
    const auto fault = Record(CopyRecordType::FAULT, 1);
    const auto page = Record(CopyRecordType::FAULT_PAGE, 1, 4104);
    const auto end = Record(CopyRecordType::END);
    EXPECT_TRUE(Takes({open, storage, round, pages, storage, device, checkpoint, round, pause}));
    EXPECT_FALSE(Takes({open, pages, checkpoint}));
    EXPECT_FALSE(Takes({open, pages, device, pause}));
    EXPECT_TRUE(Takes({open, missing, device, handover, push, push, end}));
    EXPECT_FALSE(Takes({open, device, push}));
    EXPECT_FALSE(Takes({open, device, handover, pages}));
    EXPECT_FALSE(Takes({open, handover}));
    EXPECT_FALSE(Takes({open, device, handover, round}));
    EXPECT_FALSE(Takes({open, device, handover, device}));
    EXPECT_FALSE(Takes({open, device, handover, page}));
    EXPECT_FALSE(Takes({open, fault}));
}

TEST(CopyRecord, StreamsBesideTheFirst)
{
    auto open = Record(CopyRecordType::OPEN);
    open.stream = 1;
    open.streams = 2;
    const auto pages = Record(CopyRecordType::PAGES, 1, 10);
    const auto round = Record(CopyRecordType::ROUND_END, 1);
    const auto device = Record(CopyRecordType::DEVICE_STATE, 0, 10);
    const auto page = Record(CopyRecordType::FAULT_PAGE, 1, 4104);
    const auto end = Record(CopyRecordType::END);
    EXPECT_TRUE(Takes({open, pages, round, end}));
    EXPECT_TRUE(Takes({open, end}));
    EXPECT_FALSE(Takes({open, device}));
    EXPECT_FALSE(Takes({open, page}));
    open.stream = COPY_FAULT_STREAM;
    EXPECT_TRUE(Takes({open, page, page, end}));
    EXPECT_FALSE(Takes({open, pages}));
    open.stream = 2; // there are 0 and 1
    EXPECT_FALSE(Takes({open}));
    open.stream = 0;
    open.streams = 0;
    EXPECT_FALSE(Takes({open}));
}

// The body of a record that a fluid transfer carries is not awaited in the stream.
TEST(CopyRecord, BodiesElsewhere)
{
    std::vector<uint8_t> stream;
    Append(stream, Record(CopyRecordType::OPEN));
    for (CopyRecordType type : {CopyRecordType::PAGES, CopyRecordType::ROUND_END})
    {
        auto record = Record(type, 1, type == CopyRecordType::PAGES ? uint64_t(64) << 30 : 0);
        record.elsewhere = type == CopyRecordType::PAGES;
        const auto bytes = EncodeCopyRecord(record);
        stream.insert(stream.end(), bytes.begin(), bytes.end());
    }
    bool good;
    const auto records = Read(stream, 100, good);
    EXPECT_TRUE(good);
    ASSERT_EQ(records.size(), 3u);
    EXPECT_EQ(records[1].length, uint64_t(64) << 30);
    EXPECT_TRUE(records[1].elsewhere);
    stream[stream.size() - 15] = 1; // the flag on ROUND_END
    Read(stream, 100, good);
    EXPECT_FALSE(good);
}

TEST(CopyRecord, CheckpointTellsTheTime)
{
    auto record = Record(CopyRecordType::CHECKPOINT, 4);
    record.time = 0x0102030405060708;
    std::vector<uint8_t> stream;
    Append(stream, Record(CopyRecordType::OPEN));
    Append(stream, Record(CopyRecordType::DEVICE_STATE));
    const auto bytes = EncodeCopyRecord(record);
    ASSERT_EQ(bytes.size(), 24u);
    stream.insert(stream.end(), bytes.begin(), bytes.end());
    for (size_t piece : {1, 7, 100})
    {
        bool good;
        const auto records = Read(stream, piece, good);
        ASSERT_TRUE(good);
        ASSERT_EQ(records.size(), 3u);
        EXPECT_EQ(records[2].time, 0x0102030405060708);
        EXPECT_EQ(records[2].round, 4u);
    }
}

TEST(CopyRecord, HandlerStops)
{
    int count = 0;
    CopyRecordReader reader(
        [&count](const CopyRecord&)
        {
            ++count;
            return false;
        });
    const auto stream = WholeStream();
    EXPECT_TRUE(reader.Read(Create<Packet>(stream.data(), stream.size())));
    EXPECT_EQ(count, 1);
    EXPECT_EQ(reader.GetOctets(), stream.size());
}

TEST(CopyRecord, SurvivesRandomOctets)
{
    std::mt19937 random(2);
    const auto whole = WholeStream();
    size_t good = 0;
    for (int i = 0; i < 100000; ++i)
    {
        std::vector<uint8_t> stream;
        if (i % 2)
        {
            stream.resize(random() % 64);
            for (auto& b : stream)
            {
                b = static_cast<uint8_t>(random() % (i % 4 == 1 ? 256 : 7));
            }
        }
        else
        {
            stream = whole;
            for (int k = random() % 4; k > 0; --k)
            {
                // Headers lie at the beginning and in the last 400 octets.
                const size_t at = random() % 2 ? random() % 60 : whole.size() - 1 - random() % 400;
                stream[at] = static_cast<uint8_t>(random());
            }
        }
        bool ok;
        const auto records = Read(stream, 1 + random() % 6000, ok);
        good += ok;
        for (const auto& record : records)
        {
            ASSERT_LE(record.vm.size(), 63u);
        }
    }
    EXPECT_GT(good, 10000u);
}
