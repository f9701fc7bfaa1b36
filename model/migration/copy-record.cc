// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-record.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr uint8_t OPEN_VERSION = 1; //!< first octet of OPEN's body
constexpr uint32_t OPEN_FIXED = 7;  //!< octets of OPEN's body before the VM-ID

/// Appends the low octets of a number, most significant first.
void
Put(std::vector<uint8_t>& out, uint64_t value, int octets)
{
    for (int i = octets; i-- > 0;)
    {
        out.push_back(static_cast<uint8_t>(value >> (8 * i)));
    }
}

/// @return a number of so many octets
uint64_t
Get(const uint8_t* data, int octets)
{
    uint64_t value = 0;
    for (int i = 0; i < octets; ++i)
    {
        value = value << 8 | data[i];
    }
    return value;
}

} // namespace

std::vector<uint8_t>
EncodeCopyRecord(const CopyRecord& record)
{
    std::vector<uint8_t> out;
    const bool open = record.type == CopyRecordType::OPEN;
    if (open && (record.vm.empty() || record.vm.size() > COPY_OPEN_MAX_SIZE - OPEN_FIXED))
    {
        throw std::invalid_argument("found a VM-ID of " + std::to_string(record.vm.size()) +
                                    " octets, expected 1 to 63");
    }
    Put(out, static_cast<uint8_t>(record.type), 1);
    Put(out, 0, 3);
    Put(out, record.round, 4);
    Put(out, open ? OPEN_FIXED + record.vm.size() : record.length, 8);
    if (open)
    {
        Put(out, OPEN_VERSION, 1);
        Put(out, record.epoch, 2);
        Put(out, record.move, 4);
        out.insert(out.end(), record.vm.begin(), record.vm.end());
    }
    return out;
}

std::optional<CopyRecord>
DecodeCopyReply(const uint8_t* octets)
{
    CopyRecord record;
    record.type = static_cast<CopyRecordType>(octets[0]);
    record.round = static_cast<uint32_t>(Get(octets + 4, 4));
    const bool known =
        record.type == CopyRecordType::ROUND_END || record.type == CopyRecordType::END;
    if (!known || Get(octets + 1, 3) != 0 || Get(octets + 8, 8) != 0)
    {
        return std::nullopt;
    }
    return record;
}

CopyRecordReader::CopyRecordReader(Handler handler)
    : m_handler(std::move(handler))
{
}

uint64_t
CopyRecordReader::GetOctets() const
{
    return m_octets;
}

bool
CopyRecordReader::HasStopped() const
{
    return m_stopped;
}

bool
CopyRecordReader::ReadHeader()
{
    m_record = CopyRecord();
    const uint8_t type = m_bytes[0];
    if (type < static_cast<uint8_t>(CopyRecordType::OPEN) ||
        type > static_cast<uint8_t>(CopyRecordType::END) || Get(&m_bytes[1], 3) != 0)
    {
        return false;
    }
    m_record.type = static_cast<CopyRecordType>(type);
    m_record.round = static_cast<uint32_t>(Get(&m_bytes[4], 4));
    m_record.length = Get(&m_bytes[8], 8);
    m_bodyLeft = m_record.length;
    switch (m_record.type)
    {
    case CopyRecordType::OPEN:
        return !m_opened && m_record.length > OPEN_FIXED && m_record.length <= COPY_OPEN_MAX_SIZE;
    case CopyRecordType::PAGES:
    case CopyRecordType::ROUND_END:
        return m_opened && m_last != CopyRecordType::DEVICE_STATE &&
               m_last != CopyRecordType::END &&
               (m_record.type == CopyRecordType::PAGES || m_record.length == 0);
    case CopyRecordType::DEVICE_STATE:
        return m_opened && m_last == CopyRecordType::ROUND_END;
    default:
        return m_last == CopyRecordType::DEVICE_STATE && m_record.length == 0;
    }
}

bool
CopyRecordReader::ReadOpen()
{
    const uint8_t* body = &m_bytes[COPY_RECORD_HEADER_SIZE];
    m_record.epoch = static_cast<uint16_t>(Get(body + 1, 2));
    m_record.move = static_cast<uint32_t>(Get(body + 3, 4));
    m_record.vm.assign(body + OPEN_FIXED, body + m_record.length);
    m_opened = true;
    return body[0] == OPEN_VERSION;
}

bool
CopyRecordReader::Read(Ptr<const Packet> packet)
{
    uint32_t at = 0;
    const uint32_t size = packet->GetSize();
    m_octets += size;
    while (!m_stopped && at < size)
    {
        const bool real = !m_inBody || m_record.type == CopyRecordType::OPEN;
        const uint64_t want = m_inBody ? m_bodyLeft : COPY_RECORD_HEADER_SIZE - m_bytes.size();
        const auto count = static_cast<uint32_t>(std::min<uint64_t>(want, size - at));
        if (real)
        {
            const size_t had = m_bytes.size();
            m_bytes.resize(had + count);
            packet->CreateFragment(at, count)->CopyData(&m_bytes[had], count);
        }
        at += count;
        if (m_inBody)
        {
            m_bodyLeft -= count;
        }
        else if (m_bytes.size() == COPY_RECORD_HEADER_SIZE)
        {
            m_inBody = true;
            if (!ReadHeader())
            {
                return false;
            }
        }
        if (m_inBody && m_bodyLeft == 0)
        {
            if (m_record.type == CopyRecordType::OPEN && !ReadOpen())
            {
                return false;
            }
            m_last = m_record.type;
            m_inBody = false;
            m_bytes.clear();
            m_stopped = !m_handler(m_record);
        }
    }
    return true;
}

} // namespace vmm
} // namespace ns3
