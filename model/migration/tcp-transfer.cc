// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/tcp-transfer.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmTcpTransfer");
NS_OBJECT_ENSURE_REGISTERED(TcpTransfer);

namespace
{
constexpr uint32_t IPV4_HEADER = 20; //!< octets
constexpr uint32_t IPV6_HEADER = 40; //!< octets
/// A window below SendBuffer is refilled in pieces of at least this part of it.
constexpr uint32_t WINDOW_PIECES = 16;
} // namespace

TypeId
TcpTransfer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::TcpTransfer")
            .SetParent<CopyTransfer>()
            .SetGroupName("VmMobility")
            .AddConstructor<TcpTransfer>()
            .AddAttribute("SendBuffer",
                          "Send buffer of the socket (octets).",
                          UintegerValue(1 << 20),
                          MakeUintegerAccessor(&TcpTransfer::m_sendBuffer),
                          MakeUintegerChecker<uint32_t>(4096))
            .AddAttribute("ChunkSize",
                          "The socket is written in pieces of this size, at most a quarter of "
                          "SendBuffer (octets).",
                          UintegerValue(1 << 16),
                          MakeUintegerAccessor(&TcpTransfer::m_chunk),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("ConnectTimeout",
                          "How long the connection may take to come up (time).",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&TcpTransfer::m_connectTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("StallTimeout",
                          "The connection has failed when nothing was acknowledged, or no answer "
                          "came that is due, for so long (time).",
                          TimeValue(Seconds(20)),
                          MakeTimeAccessor(&TcpTransfer::m_stallTimeout),
                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

TcpTransfer::TcpTransfer() = default;

TcpTransfer::~TcpTransfer()
{
    ForgetClosed();
}

void
TcpTransfer::DoDispose()
{
    Abandon(); // the stack below may be gone
    CopyTransfer::DoDispose();
}

void
TcpTransfer::Connect(Ptr<Node> node, const IpAddress& remote, uint16_t port)
{
    Close();
    m_chunk = std::min(m_chunk, m_sendBuffer / 4);
    m_ipv6 = remote.IsIpv6();
    m_socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    m_socket->SetAttribute("SndBufSize", UintegerValue(m_sendBuffer));
    m_socket->TraceConnectWithoutContext("Tx", MakeCallback(&TcpTransfer::SegmentSent, this));
    m_window = 0;
    m_socket->TraceConnectWithoutContext("RWND", MakeCallback(&TcpTransfer::WindowChanged, this));
    m_socket->SetConnectCallback(MakeCallback(&TcpTransfer::Connected, this),
                                 MakeCallback(&TcpTransfer::ConnectFailed, this));
    m_socket->SetCloseCallbacks(MakeCallback(&TcpTransfer::PeerClosed, this),
                                MakeCallback(&TcpTransfer::PeerFailed, this));
    m_timer = Simulator::Schedule(m_connectTimeout, &TcpTransfer::ConnectTimedOut, this);
    if (m_socket->Connect(remote.ToSocketAddress(port)) != 0)
    {
        // Not from within the caller's call.
        m_timer.Cancel();
        m_timer = Simulator::ScheduleNow(&TcpTransfer::ConnectTimedOut, this);
    }
}

void
TcpTransfer::Close()
{
    m_timer.Cancel();
    m_paceTimer.Cancel();
    m_queue.clear();
    Release();
}

void
TcpTransfer::Abandon()
{
    Release(true);
    Close();
    ForgetClosed();
}

void
TcpTransfer::Release(bool silent)
{
    if (m_socket)
    {
        m_acknowledged = GetAcknowledgedOctets();
        Ptr<Socket> socket = m_socket;
        m_socket = nullptr;
        socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                   MakeNullCallback<void, Ptr<Socket>>());
        socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                  MakeNullCallback<void, Ptr<Socket>>());
        socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        ForgetClosed();
        m_closed = socket;
        if (!silent)
        {
            socket->Close();
        }
        socket->TraceDisconnectWithoutContext("RWND",
                                              MakeCallback(&TcpTransfer::WindowChanged, this));
    }
    m_connected = false;
}

void
TcpTransfer::ForgetClosed()
{
    if (m_closed)
    {
        m_closed->TraceDisconnectWithoutContext("Tx",
                                                MakeCallback(&TcpTransfer::SegmentSent, this));
        m_closed = nullptr;
    }
}

void
TcpTransfer::Connected(Ptr<Socket> socket)
{
    if (socket != m_socket)
    {
        return;
    }
    m_timer.Cancel();
    m_connected = true;
    m_lastProgress = Simulator::Now();
    m_socket->SetSendCallback(MakeCallback(&TcpTransfer::Writable, this));
    m_socket->SetRecvCallback(MakeCallback(&TcpTransfer::Readable, this));
    if (m_onConnected)
    {
        m_onConnected();
    }
    Flush();
}

void
TcpTransfer::ConnectFailed(Ptr<Socket> socket)
{
    if (socket == m_socket)
    {
        Fail("connection refused");
    }
}

void
TcpTransfer::ConnectTimedOut()
{
    Fail("no connection");
}

void
TcpTransfer::PeerClosed(Ptr<Socket> socket)
{
    if (socket == m_socket)
    {
        Readable(socket);
    }
    if (socket == m_socket) // still, after what it said at last
    {
        Fail("closed by the destination");
    }
}

void
TcpTransfer::PeerFailed(Ptr<Socket> socket)
{
    if (socket == m_socket)
    {
        Fail("connection reset or timed out");
    }
}

void
TcpTransfer::Fail(const std::string& reason)
{
    NS_LOG_INFO("transfer failed: " << reason);
    Close();
    if (m_onFailed)
    {
        const auto told = m_onFailed; // its owner may replace it
        told(reason);
    }
}

void
TcpTransfer::CheckStall()
{
    if (!IsAwaiting())
    {
        return; // WatchStall() starts the timer again
    }
    const Time limit = m_lastProgress + m_stallTimeout;
    if (Simulator::Now() >= limit)
    {
        Fail("stalled");
        return;
    }
    m_timer = Simulator::Schedule(limit - Simulator::Now(), &TcpTransfer::CheckStall, this);
}

void
TcpTransfer::WatchStall()
{
    if (m_timer.IsExpired() && IsAwaiting())
    {
        m_lastProgress = Simulator::Now();
        m_timer = Simulator::Schedule(m_stallTimeout, &TcpTransfer::CheckStall, this);
    }
}

void
TcpTransfer::NoteIdle()
{
    if (!IsAwaiting())
    {
        m_lastProgress = Simulator::Now();
    }
}

bool
TcpTransfer::IsAwaiting() const
{
    return m_connected && (GetOutstanding() > 0 || (m_replyDue && m_queue.empty()));
}

void
TcpTransfer::ExpectReply(bool due)
{
    NoteIdle();
    m_replyDue = due;
    WatchStall();
}

void
TcpTransfer::Send(const std::vector<uint8_t>& real, uint64_t virtualOctets, uint64_t rate)
{
    NoteIdle();
    m_queue.push_back({real, virtualOctets, rate});
    m_bodies.emplace_back(m_queued + real.size(), virtualOctets);
    m_queued += real.size() + virtualOctets;
    Flush();
}

uint64_t
TcpTransfer::GetOutstanding() const
{
    return m_connected ? m_sendBuffer - std::min(m_sendBuffer, m_socket->GetTxAvailable()) : 0;
}

void
TcpTransfer::WindowChanged(uint32_t, uint32_t window)
{
    m_window = window;
}

uint32_t
TcpTransfer::GetSpace() const
{
    const uint64_t allowed = m_window - std::min<uint64_t>(m_window, GetOutstanding());
    return static_cast<uint32_t>(std::min<uint64_t>(m_socket->GetTxAvailable(), allowed));
}

void
TcpTransfer::Writable(Ptr<Socket> socket, uint32_t)
{
    if (socket != m_socket)
    {
        return;
    }
    m_lastProgress = Simulator::Now();
    Flush();
}

void
TcpTransfer::Readable(Ptr<Socket> socket)
{
    Ptr<TcpTransfer> keep(this); // a callback may drop the last reference
    m_lastProgress = Simulator::Now();
    while (socket == m_socket)
    {
        Ptr<Packet> packet = socket->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        if (m_onReceive)
        {
            m_onReceive(packet);
        }
    }
}

uint32_t
TcpTransfer::WritePiece(uint32_t space)
{
    Item& item = m_queue.front();
    Ptr<Packet> packet;
    if (!item.real.empty())
    {
        const auto count = std::min<uint32_t>(space, item.real.size());
        packet = ns3::Create<Packet>(item.real.data(), count);
    }
    else
    {
        const auto count = std::min<uint64_t>({space, m_chunk, item.virtualOctets});
        packet = ns3::Create<Packet>(static_cast<uint32_t>(count));
    }
    const uint32_t count = packet->GetSize();
    if (count == 0 || m_socket->Send(packet) < 0)
    {
        return 0;
    }
    if (!item.real.empty())
    {
        item.real.erase(item.real.begin(), item.real.begin() + count);
    }
    else
    {
        item.virtualOctets -= count;
    }
    if (item.rate > 0)
    {
        const Time duration = NanoSeconds(std::llround(count * 8e9 / item.rate));
        m_nextWrite = Max(m_nextWrite, Simulator::Now()) + duration;
    }
    return count;
}

void
TcpTransfer::Flush()
{
    if (!m_connected || m_queue.empty())
    {
        return;
    }
    while (!m_queue.empty())
    {
        const Item& item = m_queue.front();
        if (item.real.empty() && item.virtualOctets == 0)
        {
            m_queue.pop_front();
            continue;
        }
        if (item.rate > 0 && m_nextWrite > Simulator::Now())
        {
            m_paceTimer.Cancel();
            m_paceTimer =
                Simulator::Schedule(m_nextWrite - Simulator::Now(), &TcpTransfer::Flush, this);
            break;
        }
        const uint32_t space = GetSpace();
        // Small pieces of a large body would cost an event each.
        const uint64_t whole = item.real.empty() ? item.virtualOctets : item.real.size();
        if (space < std::min<uint64_t>(GetPiece(), whole))
        {
            break;
        }
        const uint32_t count = WritePiece(space);
        m_written += count;
        if (count == 0)
        {
            break;
        }
    }
    WatchStall();
    if (m_queue.empty() && m_onWritten)
    {
        m_onWritten();
    }
}

void
TcpTransfer::SegmentSent(Ptr<const Packet> payload,
                         const TcpHeader& header,
                         Ptr<const TcpSocketBase>)
{
    m_wire +=
        payload->GetSize() + header.GetSerializedSize() + (m_ipv6 ? IPV6_HEADER : IPV4_HEADER);
    const uint32_t sequence = header.GetSequenceNumber().GetValue();
    if (header.GetFlags() & TcpHeader::SYN)
    {
        m_first = sequence + 1;
        return;
    }
    // Sequence numbers wrap; the stream of a large VM is longer than 2^32.
    const uint32_t expected = m_first + static_cast<uint32_t>(m_sent);
    const auto ahead = static_cast<int32_t>(sequence + payload->GetSize() - expected);
    m_sent += payload->GetSize() > 0 && ahead > 0 ? ahead : 0;
}

uint64_t
TcpTransfer::GetSentVirtualOctets() const
{
    uint64_t octets = 0;
    for (const auto& [start, length] : m_bodies)
    {
        octets += m_sent > start ? std::min(m_sent - start, length) : 0;
    }
    return octets;
}

bool
TcpTransfer::IsWritten() const
{
    return m_queue.empty();
}

uint64_t
TcpTransfer::GetWrittenOctets() const
{
    return m_written;
}

uint64_t
TcpTransfer::GetAcknowledgedOctets() const
{
    return m_socket ? m_written - GetOutstanding() : m_acknowledged;
}

Ptr<Socket>
TcpTransfer::GetSocket() const
{
    return m_socket;
}

uint32_t
TcpTransfer::GetPeerWindow() const
{
    return m_window;
}

uint32_t
TcpTransfer::GetPiece() const
{
    return std::min(m_chunk, m_window / WINDOW_PIECES);
}

uint64_t
TcpTransfer::GetWireOctets() const
{
    return m_wire;
}

} // namespace vmm
} // namespace ns3
