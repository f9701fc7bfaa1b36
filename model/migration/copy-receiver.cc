// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-receiver.h"

#include "ns3/packet.h"
#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(CopyReceiver);

namespace
{
/// Reads for an owner that has closed the connection: until the peer hears of it, it goes on
/// sending, and must not find the window shut.
void
ReadOut(Ptr<Socket> socket)
{
    Ptr<Packet> packet = socket->Recv();
    while (packet && packet->GetSize() > 0)
    {
        packet = socket->Recv();
    }
}
} // namespace

TypeId
CopyReceiver::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::CopyReceiver").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

CopyReceiver::CopyReceiver()
    : m_reader(
          [this](const CopyRecord& record)
          {
              return HandleRecord(record);
          })
{
}

CopyReceiver::~CopyReceiver() = default;

void
CopyReceiver::DoDispose()
{
    Abandon(); // the stack below may be gone
    m_record = nullptr;
    m_lost = nullptr;
    Object::DoDispose();
}

void
CopyReceiver::Start(Ptr<Socket> socket, Time stallTimeout, RecordCallback record, LostCallback lost)
{
    m_socket = socket;
    m_stallTimeout = stallTimeout;
    m_record = std::move(record);
    m_lost = std::move(lost);
    m_lastData = Simulator::Now();
    m_timer = Simulator::Schedule(m_stallTimeout, &CopyReceiver::CheckStall, this);
    m_socket->SetCloseCallbacks(MakeCallback(&CopyReceiver::PeerClosed, this),
                                MakeCallback(&CopyReceiver::PeerFailed, this));
    m_socket->SetRecvCallback(MakeCallback(&CopyReceiver::Readable, this));
    Readable(m_socket);
}

void
CopyReceiver::Close()
{
    Release(false);
}

void
CopyReceiver::Abandon()
{
    Release(true);
}

void
CopyReceiver::Release(bool silent)
{
    m_timer.Cancel();
    if (m_socket)
    {
        Ptr<Socket> socket = m_socket;
        m_socket = nullptr;
        socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                  MakeNullCallback<void, Ptr<Socket>>());
        socket->SetRecvCallback(silent ? MakeNullCallback<void, Ptr<Socket>>()
                                       : MakeCallback(&ReadOut));
        if (!silent)
        {
            socket->Close();
        }
    }
}

void
CopyReceiver::SetMove(uint32_t move)
{
    m_move = move;
}

uint32_t
CopyReceiver::GetMove() const
{
    return m_move;
}

bool
CopyReceiver::IsClosed() const
{
    return !m_socket;
}

void
CopyReceiver::Reply(const CopyRecord& record)
{
    const auto octets = EncodeCopyRecord(record);
    m_socket->Send(Create<Packet>(octets.data(), octets.size()));
}

void
CopyReceiver::SendFault(uint32_t fault)
{
    if (m_socket)
    {
        CopyRecord record;
        record.type = CopyRecordType::FAULT;
        record.round = fault;
        Reply(record);
    }
}

void
CopyReceiver::SetPatience(const CopyRecord& record)
{
    m_faults =
        m_faults || (record.type == CopyRecordType::OPEN && record.stream == COPY_FAULT_STREAM);
    m_oneOfMany = m_oneOfMany || (record.type == CopyRecordType::OPEN && record.streams > 1);
    const bool waits = m_oneOfMany && record.type == CopyRecordType::ROUND_END;
    m_endless = m_faults || record.elsewhere || waits;
    m_pause = record.type == CopyRecordType::PAUSE ? MilliSeconds(record.round) : Time(0);
    if (!m_endless && m_timer.IsExpired())
    {
        m_timer = Simulator::Schedule(m_stallTimeout, &CopyReceiver::CheckStall, this);
    }
}

bool
CopyReceiver::HandleRecord(const CopyRecord& record)
{
    m_ended = m_ended || record.type == CopyRecordType::END;
    SetPatience(record);
    if (m_held)
    {
        const CopyRecord whole = *m_held;
        m_held.reset();
        if (!m_record(*this, whole))
        {
            return false;
        }
    }
    if (record.elsewhere)
    {
        m_held = record;
        return true;
    }
    if (record.type == CopyRecordType::ROUND_END || record.type == CopyRecordType::END)
    {
        Reply(record);
    }
    return m_record(*this, record);
}

void
CopyReceiver::Readable(Ptr<Socket> socket)
{
    Ptr<CopyReceiver> keep(this); // a callback may drop the last reference
    m_lastData = Simulator::Now();
    while (socket == m_socket)
    {
        Ptr<Packet> packet = socket->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        if (!m_reader.Read(packet))
        {
            Lose("what arrives is no copy");
        }
        else if (m_reader.HasStopped())
        {
            Close();
        }
    }
}

void
CopyReceiver::PeerClosed(Ptr<Socket> socket)
{
    if (socket == m_socket)
    {
        Readable(socket);
        Lose("closed by the source");
    }
}

void
CopyReceiver::PeerFailed(Ptr<Socket> socket)
{
    if (socket == m_socket)
    {
        Lose("connection reset or timed out");
    }
}

void
CopyReceiver::CheckStall()
{
    if (m_endless)
    {
        return; // the next record starts the timer again
    }
    const Time limit = m_lastData + m_pause + m_stallTimeout;
    if (Simulator::Now() >= limit)
    {
        Lose("stalled");
        return;
    }
    m_timer = Simulator::Schedule(limit - Simulator::Now(), &CopyReceiver::CheckStall, this);
}

void
CopyReceiver::Lose(const std::string& reason)
{
    if (!m_socket)
    {
        return;
    }
    Close();
    if (!m_ended && m_lost)
    {
        m_lost(*this, reason);
    }
}

} // namespace vmm
} // namespace ns3
