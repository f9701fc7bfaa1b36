// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-sender.h"

#include "ns3/node.h"
#include "ns3/packet.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(CopySender);

namespace
{
/// Bodies up to this size are not spread (octets).
constexpr uint64_t MIN_SPREAD = 1 << 16;
} // namespace

TypeId
CopySender::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::CopySender").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

CopySender::CopySender() = default;

CopySender::~CopySender() = default;

void
CopySender::DoDispose()
{
    m_onConnected = nullptr;
    m_onWritten = nullptr;
    m_onReply = nullptr;
    m_onFailed = nullptr;
    for (const auto& stream : m_streams)
    {
        stream.transfer->Dispose();
    }
    m_streams.clear();
    Object::DoDispose();
}

void
CopySender::SetConnectedCallback(Callback callback)
{
    m_onConnected = std::move(callback);
}

void
CopySender::SetWrittenCallback(Callback callback)
{
    m_onWritten = std::move(callback);
}

void
CopySender::SetReplyCallback(ReplyCallback callback)
{
    m_onReply = std::move(callback);
}

void
CopySender::SetFailedCallback(FailCallback callback)
{
    m_onFailed = std::move(callback);
}

void
CopySender::AddStream(const std::string& transfer)
{
    const size_t i = m_streams.size();
    Stream stream;
    stream.transfer = CopyTransfer::Create(transfer);
    stream.transfer->SetConnectedCallback(
        [this, i]
        {
            Connected(i);
        });
    stream.transfer->SetWrittenCallback(
        [this]
        {
            Written();
        });
    stream.transfer->SetReceiveCallback(
        [this, i](Ptr<const Packet> data)
        {
            Received(i, data);
        });
    stream.transfer->SetFailedCallback(
        [this](const std::string& reason)
        {
            Failed(reason);
        });
    m_streams.push_back(stream);
}

void
CopySender::Open(Ptr<Node> node,
                 const IpAddress& remote,
                 uint16_t port,
                 const Settings& settings,
                 const CopyRecord& open)
{
    m_dataStreams = std::clamp<size_t>(settings.streams, 1, COPY_MAX_STREAMS);
    for (size_t i = 0; i < m_dataStreams; ++i)
    {
        AddStream(settings.transfer);
    }
    if (settings.faultStream)
    {
        AddStream("tcp");
    }
    m_open = true;
    for (size_t i = 0; i < m_streams.size(); ++i)
    {
        CopyRecord record = open;
        record.type = CopyRecordType::OPEN;
        record.stream = i < m_dataStreams ? static_cast<uint8_t>(i) : COPY_FAULT_STREAM;
        record.streams = static_cast<uint8_t>(m_dataStreams);
        m_streams[i].transfer->Connect(node, remote, port);
        m_streams[i].transfer->Send(EncodeCopyRecord(record), 0, 0);
    }
}

void
CopySender::SendOn(size_t i, CopyRecord record, uint64_t rate)
{
    CopyTransfer& transfer = *m_streams[i].transfer;
    const bool body = HasVirtualBody(record.type) && record.length > 0;
    record.elsewhere = body && !transfer.CarriesVirtualOctets();
    transfer.Send(EncodeCopyRecord(record), body ? record.length : 0, rate);
}

void
CopySender::Send(const CopyRecord& record, uint64_t rate)
{
    if (record.type == CopyRecordType::FAULT_PAGE)
    {
        SendOn(m_dataStreams, record, rate);
        return;
    }
    const bool everywhere =
        record.type == CopyRecordType::ROUND_END || record.type == CopyRecordType::END;
    const bool spreadable = record.type == CopyRecordType::PAGES ||
                            record.type == CopyRecordType::STORAGE ||
                            record.type == CopyRecordType::PUSH;
    const bool spread = spreadable && record.length > MIN_SPREAD;
    const size_t count = everywhere || spread ? m_dataStreams : 1;
    m_sending = true;
    for (size_t i = 0; i < count; ++i)
    {
        CopyRecord part = record;
        if (spread)
        {
            part.length = record.length * (i + 1) / count - record.length * i / count;
        }
        SendOn(i, part, rate / count);
    }
    if (record.type == CopyRecordType::END && m_streams.size() > m_dataStreams)
    {
        SendOn(m_dataStreams, record, 0);
    }
    m_sending = false;
    Written();
}

void
CopySender::Connected(size_t i)
{
    m_streams[i].connected = true;
    const bool all = std::all_of(m_streams.begin(),
                                 m_streams.end(),
                                 [](const Stream& stream)
                                 {
                                     return stream.connected;
                                 });
    if (all && m_onConnected)
    {
        m_onConnected();
    }
}

void
CopySender::Written()
{
    if (m_open && !m_sending && m_onWritten && IsWritten())
    {
        m_onWritten();
    }
}

bool
CopySender::IsWritten() const
{
    return std::all_of(m_streams.begin(),
                       m_streams.end(),
                       [](const Stream& stream)
                       {
                           return stream.transfer->IsWritten();
                       });
}

void
CopySender::Received(size_t i, Ptr<const Packet> data)
{
    Ptr<CopySender> keep(this); // a callback may drop the last reference
    auto& answer = m_streams[i].answer;
    const size_t had = answer.size();
    answer.resize(had + data->GetSize());
    data->CopyData(answer.data() + had, data->GetSize());
    while (m_open && answer.size() >= COPY_RECORD_HEADER_SIZE)
    {
        const auto record = DecodeCopyReply(answer.data());
        answer.erase(answer.begin(), answer.begin() + COPY_RECORD_HEADER_SIZE);
        if (!record)
        {
            Failed("what the destination sends is no reply");
            return;
        }
        Answered(i, *record);
    }
}

void
CopySender::Answered(size_t stream, const CopyRecord& record)
{
    bool whole = true;
    if (record.type == CopyRecordType::ROUND_END)
    {
        whole = ++m_roundEnds[record.round] == m_dataStreams;
        if (!whole)
        {
            // This one waits for the others.
            m_streams[stream].transfer->ExpectReply(false);
        }
    }
    else if (record.type == CopyRecordType::END)
    {
        whole = ++m_ends == m_streams.size();
    }
    if (whole && m_onReply)
    {
        m_roundEnds.erase(record.type == CopyRecordType::ROUND_END ? record.round : UINT32_MAX);
        m_onReply(record);
    }
}

void
CopySender::Failed(const std::string& reason)
{
    if (!m_open)
    {
        return;
    }
    Close();
    if (m_onFailed)
    {
        const auto told = m_onFailed; // its owner may replace it
        told(reason);
    }
}

void
CopySender::ExpectReply(bool due)
{
    for (size_t i = 0; i < m_dataStreams; ++i)
    {
        m_streams[i].transfer->ExpectReply(due);
    }
}

void
CopySender::Close()
{
    m_open = false;
    for (const auto& stream : m_streams)
    {
        stream.transfer->Close();
    }
}

void
CopySender::Abandon()
{
    m_open = false;
    for (const auto& stream : m_streams)
    {
        stream.transfer->Abandon();
    }
}

uint64_t
CopySender::GetWireOctets() const
{
    uint64_t octets = 0;
    for (const auto& stream : m_streams)
    {
        octets += stream.transfer->GetWireOctets();
    }
    return octets;
}

uint64_t
CopySender::GetSentVirtualOctets() const
{
    uint64_t octets = 0;
    for (const auto& stream : m_streams)
    {
        octets += stream.transfer->GetSentVirtualOctets();
    }
    return octets;
}

} // namespace vmm
} // namespace ns3
