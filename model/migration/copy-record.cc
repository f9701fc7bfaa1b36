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

constexpr uint8_t OPEN_VERSION = 2;      //!< first octet of OPEN's body
constexpr uint32_t OPEN_FIXED = 9;       //!< octets of OPEN's body before the VM-ID
constexpr uint32_t CHECKPOINT_SIZE = 8;  //!< octets of CHECKPOINT's body
constexpr uint32_t HANDOVER_SIZE = 12;   //!< octets of HANDOVER's body
constexpr uint8_t FLAG_ELSEWHERE = 0x01; //!< the body does not come in this stream

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

bool
HasVirtualBody(CopyRecordType type)
{
    switch (type)
    {
    case CopyRecordType::PAGES:
    case CopyRecordType::DEVICE_STATE:
    case CopyRecordType::STORAGE:
    case CopyRecordType::FAULT_PAGE:
    case CopyRecordType::MISSING:
    case CopyRecordType::PUSH:
        return true;
    default:
        return false;
    }
}

std::vector<uint8_t>
EncodeCopyRecord(const CopyRecord& record)
{
    std::vector<uint8_t> body;
    if (record.type == CopyRecordType::OPEN)
    {
        if (record.vm.empty() || record.vm.size() > COPY_OPEN_MAX_SIZE - OPEN_FIXED)
        {
            throw std::invalid_argument("found a VM-ID of " + std::to_string(record.vm.size()) +
                                        " octets, expected 1 to 63");
        }
        Put(body, OPEN_VERSION, 1);
        Put(body, record.epoch, 2);
        Put(body, record.move, 4);
        Put(body, record.stream, 1);
        Put(body, record.streams, 1);
        body.insert(body.end(), record.vm.begin(), record.vm.end());
    }
    else if (record.type == CopyRecordType::CHECKPOINT)
    {
        Put(body, static_cast<uint64_t>(record.time), CHECKPOINT_SIZE);
    }
    else if (record.type == CopyRecordType::HANDOVER)
    {
        Put(body, record.missing, 8);
        Put(body, record.pageSize, 4);
    }
    std::vector<uint8_t> out;
    Put(out, static_cast<uint8_t>(record.type), 1);
    Put(out, record.elsewhere ? FLAG_ELSEWHERE : 0, 1);
    Put(out, 0, 2);
    Put(out, record.round, 4);
    Put(out, body.empty() ? record.length : body.size(), 8);
    out.insert(out.end(), body.begin(), body.end());
    return out;
}

std::optional<CopyRecord>
DecodeCopyReply(const uint8_t* octets)
{
    CopyRecord record;
    record.type = static_cast<CopyRecordType>(octets[0]);
    record.round = static_cast<uint32_t>(Get(octets + 4, 4));
    const bool known = record.type == CopyRecordType::ROUND_END ||
                       record.type == CopyRecordType::END || record.type == CopyRecordType::FAULT;
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
CopyRecordReader::IsWithinRecord() const
{
    return m_inBody || !m_bytes.empty() || m_octets == 0;
}

bool
CopyRecordReader::MayFollow(CopyRecordType type) const
{
    if (m_ended || m_opened == (type == CopyRecordType::OPEN))
    {
        return false;
    }
    if (m_stream != 0)
    {
        const bool fault = m_stream == COPY_FAULT_STREAM;
        return type == CopyRecordType::OPEN || type == CopyRecordType::END ||
               (fault ? type == CopyRecordType::FAULT_PAGE
                      : type == CopyRecordType::PAGES || type == CopyRecordType::STORAGE ||
                            type == CopyRecordType::PUSH || type == CopyRecordType::ROUND_END);
    }
    const bool afterState = m_last == CopyRecordType::DEVICE_STATE;
    switch (type)
    {
    case CopyRecordType::CHECKPOINT:
    case CopyRecordType::HANDOVER:
        return afterState;
    case CopyRecordType::END:
        return afterState || m_handedOver;
    case CopyRecordType::PUSH:
        return m_handedOver;
    case CopyRecordType::FAULT:
    case CopyRecordType::FAULT_PAGE:
        return false; // the one goes the other way, the other comes by its own stream
    default:
        return !afterState && !m_handedOver;
    }
}

bool
CopyRecordReader::ReadHeader()
{
    m_record = CopyRecord();
    const uint8_t type = m_bytes[0];
    if (type < static_cast<uint8_t>(CopyRecordType::OPEN) ||
        type > static_cast<uint8_t>(CopyRecordType::PUSH) || m_bytes[1] > FLAG_ELSEWHERE ||
        Get(&m_bytes[2], 2) != 0)
    {
        return false;
    }
    m_record.type = static_cast<CopyRecordType>(type);
    m_record.elsewhere = m_bytes[1] & FLAG_ELSEWHERE;
    m_record.round = static_cast<uint32_t>(Get(&m_bytes[4], 4));
    m_record.length = Get(&m_bytes[8], 8);
    m_bodyLeft = m_record.elsewhere ? 0 : m_record.length;
    if (!MayFollow(m_record.type))
    {
        return false;
    }
    m_handedOver = m_handedOver || m_record.type == CopyRecordType::HANDOVER;
    switch (m_record.type)
    {
    case CopyRecordType::OPEN:
        return m_record.length > OPEN_FIXED && m_record.length <= COPY_OPEN_MAX_SIZE &&
               !m_record.elsewhere;
    case CopyRecordType::CHECKPOINT:
        return m_record.length == CHECKPOINT_SIZE && !m_record.elsewhere;
    case CopyRecordType::HANDOVER:
        return m_record.length == HANDOVER_SIZE && !m_record.elsewhere;
    default:
        return HasVirtualBody(m_record.type) || (m_record.length == 0 && !m_record.elsewhere);
    }
}

bool
CopyRecordReader::ReadBody()
{
    const uint8_t* body = &m_bytes[COPY_RECORD_HEADER_SIZE];
    if (m_record.type == CopyRecordType::CHECKPOINT)
    {
        m_record.time = static_cast<int64_t>(Get(body, CHECKPOINT_SIZE));
        return m_record.time >= 0;
    }
    if (m_record.type == CopyRecordType::HANDOVER)
    {
        m_record.missing = Get(body, 8);
        m_record.pageSize = static_cast<uint32_t>(Get(body + 8, 4));
        return m_record.pageSize > 0;
    }
    m_record.epoch = static_cast<uint16_t>(Get(body + 1, 2));
    m_record.move = static_cast<uint32_t>(Get(body + 3, 4));
    m_record.stream = body[7];
    m_record.streams = body[8];
    m_record.vm.assign(body + OPEN_FIXED, body + m_record.length);
    m_opened = true;
    m_stream = m_record.stream;
    const bool place = m_stream < m_record.streams || m_stream == COPY_FAULT_STREAM;
    return body[0] == OPEN_VERSION && m_record.streams >= 1 &&
           m_record.streams <= COPY_MAX_STREAMS && place;
}

bool
CopyRecordReader::IsReal() const
{
    return !m_inBody || !HasVirtualBody(m_record.type);
}

bool
CopyRecordReader::Read(Ptr<const Packet> packet)
{
    uint32_t at = 0;
    const uint32_t size = packet->GetSize();
    m_octets += size;
    while (!m_stopped && at < size)
    {
        const uint64_t want = m_inBody ? m_bodyLeft : COPY_RECORD_HEADER_SIZE - m_bytes.size();
        const auto count = static_cast<uint32_t>(std::min<uint64_t>(want, size - at));
        if (IsReal())
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
            const bool hasRealBody = m_record.length > 0 && IsReal();
            if (hasRealBody && !ReadBody())
            {
                return false;
            }
            m_last = m_record.type;
            m_ended = m_last == CopyRecordType::END;
            m_inBody = false;
            m_bytes.clear();
            m_stopped = !m_handler(m_record);
        }
    }
    return true;
}

} // namespace vmm
} // namespace ns3
