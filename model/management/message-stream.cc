// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/message-stream.h"

#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmMessageStream");
NS_OBJECT_ENSURE_REGISTERED(MessageStream);

namespace
{
constexpr size_t LENGTH_END = 4; //!< octets of a frame after which its length is known
constexpr size_t MIN_FRAME = 4;  //!< shortest frame
} // namespace

TypeId
MessageStream::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::MessageStream")
                            .SetParent<Object>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<MessageStream>()
                            .AddAttribute("InitialBackoff",
                                          "Wait before the first attempt to connect again (time).",
                                          TimeValue(MilliSeconds(500)),
                                          MakeTimeAccessor(&MessageStream::m_initialBackoff),
                                          MakeTimeChecker(NanoSeconds(1)))
                            .AddAttribute("MaxBackoff",
                                          "Longest wait between two attempts to connect (time).",
                                          TimeValue(Seconds(16)),
                                          MakeTimeAccessor(&MessageStream::m_maxBackoff),
                                          MakeTimeChecker(NanoSeconds(1)))
                            .AddAttribute("ConnectTimeout",
                                          "How long one attempt to connect may take (time).",
                                          TimeValue(Seconds(4)),
                                          MakeTimeAccessor(&MessageStream::m_connectTimeout),
                                          MakeTimeChecker(NanoSeconds(1)));
    return tid;
}

MessageStream::MessageStream() = default;

MessageStream::~MessageStream() = default;

void
MessageStream::DoDispose()
{
    Abandon(); // the stack below may be gone
    m_receive = nullptr;
    m_state = nullptr;
    m_node = nullptr;
    Object::DoDispose();
}

void
MessageStream::Connect(Ptr<Node> node, const IpAddress& remote, uint16_t port)
{
    Close();
    m_node = node;
    m_remote = remote;
    m_port = port;
    m_backoff = m_initialBackoff;
    StartConnecting();
}

void
MessageStream::Accept(Ptr<Socket> socket)
{
    Close();
    m_socket = socket;
    m_connected = true;
    Watch();
    Readable(socket);
}

void
MessageStream::Close()
{
    m_timer.Cancel();
    m_node = nullptr;
    Release();
}

void
MessageStream::Drop(const std::string& reason)
{
    Lose(reason);
}

void
MessageStream::Abandon()
{
    Release(true);
    Close();
}

void
MessageStream::StartConnecting()
{
    m_socket = Socket::CreateSocket(m_node, TcpSocketFactory::GetTypeId());
    m_socket->SetConnectCallback(MakeCallback(&MessageStream::Connected, this),
                                 MakeCallback(&MessageStream::ConnectFailed, this));
    // ns-3's TCP may report a refused connection as a close; often it does not report it at all.
    m_socket->SetCloseCallbacks(MakeCallback(&MessageStream::PeerClosed, this),
                                MakeCallback(&MessageStream::PeerFailed, this));
    m_timer = Simulator::Schedule(m_connectTimeout, &MessageStream::ConnectTimedOut, this);
    if (m_socket->Connect(m_remote.ToSocketAddress(m_port)) != 0)
    {
        Lose("no route");
    }
}

void
MessageStream::ConnectTimedOut()
{
    Lose("no answer");
}

void
MessageStream::Connected(Ptr<Socket> socket)
{
    if (socket != m_socket)
    {
        return;
    }
    m_timer.Cancel();
    m_connected = true;
    m_backoff = m_initialBackoff;
    Watch();
    if (m_state)
    {
        m_state(true, "");
    }
}

void
MessageStream::ConnectFailed(Ptr<Socket> socket)
{
    if (socket == m_socket)
    {
        Lose("refused");
    }
}

void
MessageStream::PeerClosed(Ptr<Socket> socket)
{
    if (socket == m_socket)
    {
        Readable(socket);
        Lose("closed by the peer");
    }
}

void
MessageStream::PeerFailed(Ptr<Socket> socket)
{
    if (socket == m_socket)
    {
        Lose("reset or timed out");
    }
}

void
MessageStream::Watch()
{
    m_socket->SetCloseCallbacks(MakeCallback(&MessageStream::PeerClosed, this),
                                MakeCallback(&MessageStream::PeerFailed, this));
    m_socket->SetRecvCallback(MakeCallback(&MessageStream::Readable, this));
    m_socket->SetSendCallback(MakeCallback(&MessageStream::Writable, this));
}

void
MessageStream::Release(bool silent)
{
    if (m_socket)
    {
        Ptr<Socket> socket = m_socket;
        m_socket = nullptr;
        socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                                   MakeNullCallback<void, Ptr<Socket>>());
        socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                  MakeNullCallback<void, Ptr<Socket>>());
        socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
        socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
        if (!silent)
        {
            socket->Close();
        }
    }
    m_connected = false;
    m_input.clear();
    m_output.clear();
    m_written = 0;
}

void
MessageStream::Lose(const std::string& reason)
{
    if (!m_socket)
    {
        return; // a callback from within Release()
    }
    NS_LOG_INFO("connection lost: " << reason);
    const bool wasConnected = m_connected;
    m_timer.Cancel();
    Release();
    if (m_node)
    {
        m_timer = Simulator::Schedule(m_backoff, &MessageStream::StartConnecting, this);
        m_backoff = Min(m_backoff + m_backoff, m_maxBackoff);
    }
    const auto state = m_state; // it may replace itself
    if (wasConnected && state)
    {
        state(false, reason);
    }
}

void
MessageStream::Readable(Ptr<Socket> socket)
{
    Ptr<MessageStream> keep(this); // a handler may drop the last reference
    while (socket == m_socket)
    {
        Ptr<Packet> packet = socket->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        const size_t had = m_input.size();
        m_input.resize(had + packet->GetSize());
        packet->CopyData(m_input.data() + had, packet->GetSize());
        if (!TakeFrames())
        {
            Lose("what the peer sends has no frames");
        }
    }
}

bool
MessageStream::TakeFrames()
{
    Ptr<Socket> socket = m_socket;
    size_t at = 0;
    while (m_input.size() - at >= LENGTH_END)
    {
        const size_t length = m_input[at + 2] << 8 | m_input[at + 3];
        if (length < MIN_FRAME)
        {
            return false;
        }
        if (m_input.size() - at < length)
        {
            break;
        }
        const std::vector<uint8_t> frame(m_input.begin() + at, m_input.begin() + at + length);
        at += length;
        const auto receive = m_receive; // it may replace itself
        if (receive)
        {
            receive(frame);
        }
        if (m_socket != socket)
        {
            return true; // the handler closed the stream; m_input is not ours any more
        }
    }
    m_input.erase(m_input.begin(), m_input.begin() + at);
    return true;
}

bool
MessageStream::Send(std::vector<uint8_t> frame)
{
    if (!m_connected)
    {
        return false;
    }
    m_output.push_back(std::move(frame));
    Flush();
    return true;
}

void
MessageStream::Writable(Ptr<Socket> socket, uint32_t)
{
    if (socket == m_socket)
    {
        Flush();
    }
}

void
MessageStream::Flush()
{
    while (m_connected && !m_output.empty())
    {
        const auto& frame = m_output.front();
        const uint32_t count =
            std::min<uint32_t>(m_socket->GetTxAvailable(), frame.size() - m_written);
        if (count == 0 || m_socket->Send(Create<Packet>(frame.data() + m_written, count)) < 0)
        {
            return; // Writable() goes on
        }
        m_written += count;
        if (m_written == frame.size())
        {
            m_output.pop_front();
            m_written = 0;
        }
    }
}

void
MessageStream::SetReceiveCallback(ReceiveCallback callback)
{
    m_receive = std::move(callback);
}

void
MessageStream::SetStateCallback(StateCallback callback)
{
    m_state = std::move(callback);
}

bool
MessageStream::IsConnected() const
{
    return m_connected;
}

IpAddress
MessageStream::GetLocalAddress() const
{
    Address address;
    if (!m_connected || m_socket->GetSockName(address) != 0)
    {
        return {};
    }
    return IpAddress::FromAddress(address);
}

IpAddress
MessageStream::GetRemoteAddress() const
{
    Address address;
    if (!m_connected || m_socket->GetPeerName(address) != 0)
    {
        return {};
    }
    return IpAddress::FromAddress(address);
}

} // namespace vmm
} // namespace ns3
