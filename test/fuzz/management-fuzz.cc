// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer target of what hypervisors and the VM Manager read from TCP: management messages, the
// records of a copy, and the replies to them. What decodes must encode to something that decodes
// to the same. The first octet chooses the decoder and the size of the pieces that arrive.
#include "ns3/copy-record.h"
#include "ns3/management-message.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

void
Require(bool holds)
{
    if (!holds)
    {
        std::abort();
    }
}

void
ReadManagement(std::vector<uint8_t> octets, bool repairLength)
{
    if (repairLength && octets.size() >= MANAGEMENT_HEADER_SIZE)
    {
        octets[2] = static_cast<uint8_t>(octets.size() >> 8);
        octets[3] = static_cast<uint8_t>(octets.size());
    }
    const auto decoding = DecodeManagement(octets.data(), octets.size());
    if (decoding.result == ManagementDecoding::Result::OK)
    {
        const auto again = EncodeManagement(decoding.message);
        Require(again.size() <= octets.size());
        const auto back = DecodeManagement(again.data(), again.size());
        Require(back.result == ManagementDecoding::Result::OK);
        Require(EncodeManagement(back.message) == again);
        decoding.message.GetSpec();
    }
    else
    {
        Require(!decoding.error.empty());
        if (decoding.result == ManagementDecoding::Result::MALFORMED)
        {
            EncodeManagement(decoding.message.MakeAcknowledgement(ManagementStatus::MALFORMED));
        }
    }
}

void
ReadCopy(const std::vector<uint8_t>& octets, size_t piece)
{
    uint64_t bodies = 0;
    bool ended = false;
    CopyRecordReader reader(
        [&](const CopyRecord& record)
        {
            Require(!ended);
            ended = record.type == CopyRecordType::END;
            bodies += record.length;
            return true;
        });
    bool good = true;
    for (size_t at = 0; good && at < octets.size(); at += piece)
    {
        good = reader.Read(Create<Packet>(octets.data() + at, std::min(piece, octets.size() - at)));
    }
    Require(bodies <= octets.size());
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0 || size > 0xffff)
    {
        return 0;
    }
    // A copy of exactly the size, so that the sanitizer sees a read past the end.
    const std::vector<uint8_t> octets(data + 1, data + size);
    switch (data[0] & 3)
    {
    case 0:
    case 1:
        ReadManagement(octets, data[0] & 1);
        break;
    case 2:
        ReadCopy(octets, 1 + (data[0] >> 2));
        break;
    default:
        if (octets.size() >= COPY_RECORD_HEADER_SIZE)
        {
            const std::vector<uint8_t> reply(octets.begin(),
                                             octets.begin() + COPY_RECORD_HEADER_SIZE);
            if (const auto record = DecodeCopyReply(reply.data()))
            {
                Require(EncodeCopyRecord(*record) == reply);
            }
        }
    }
    return 0;
}
