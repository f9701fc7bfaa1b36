// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-neighbor.h"

#include "ns3/bgp-router.h"
#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the place of a timer
size_t
IndexOf(BgpTimer timer)
{
    return static_cast<size_t>(timer);
}

} // namespace

BgpNeighbor::BgpNeighbor(BgpRouter& router,
                         BgpPeerId id,
                         const BgpNeighborConfig& config,
                         const BgpSessionConfig& session)
    : m_router(router),
      m_id(id),
      m_config(config),
      m_session(session, *this)
{
}

BgpNeighbor::~BgpNeighbor()
{
    Abandon();
}

void
BgpNeighbor::Start()
{
    m_session.Start(Simulator::Now());
}

void
BgpNeighbor::Stop(uint8_t subcode, const std::string& text)
{
    m_session.Stop(Simulator::Now(), {true, subcode, text});
}

void
BgpNeighbor::Break()
{
    std::vector<BgpConnectionId> open;
    for (const auto& [id, connection] : m_connections)
    {
        open.push_back(id);
    }
    for (BgpConnectionId id : open)
    {
        Release(id);
        m_session.TcpFailed(id, Simulator::Now());
    }
    m_session.Stop(Simulator::Now()); // nobody is there to be told; it stays down until Start()
}

void
BgpNeighbor::Abandon()
{
    while (!m_connections.empty())
    {
        Detach(m_connections.begin()->first);
    }
    for (EventId& timer : m_timers)
    {
        timer.Cancel();
    }
}

void
BgpNeighbor::Accept(Ptr<Socket> socket)
{
    BgpConnectionId id = m_nextConnection++;
    m_connections[id] = {socket, true};
    Watch(socket);
    m_session.TcpConnected(id, BgpDirection::INCOMING, Simulator::Now());
    Readable(socket);
}

void
BgpNeighbor::SendUpdate(const BgpUpdateMessage& update)
{
    m_session.SendUpdate(update, Simulator::Now());
    NoteQueue();
}

bool
BgpNeighbor::SendRouteRefresh(const BgpFamily& family)
{
    return m_session.SendRouteRefresh(family, Simulator::Now());
}

// ---- what the session wants done

BgpConnectionId
BgpNeighbor::Connect()
{
    Ptr<Socket> socket = Socket::CreateSocket(m_router.GetNode(), TcpSocketFactory::GetTypeId());
    BgpRouter::PrepareSocket(socket);
    if (m_config.device)
    {
        socket->BindToNetDevice(m_config.device);
    }
    socket->SetConnectCallback(MakeCallback(&BgpNeighbor::Connected, this),
                               MakeCallback(&BgpNeighbor::Failed, this));
    // ns-3's TCP may report a refused connection as a close.
    socket->SetCloseCallbacks(MakeCallback(&BgpNeighbor::Failed, this),
                              MakeCallback(&BgpNeighbor::Failed, this));
    BgpConnectionId id = m_nextConnection++;
    m_connections[id] = {socket, false};
    if (socket->Connect(m_config.peer.address.ToSocketAddress(m_router.GetPort())) != 0)
    {
        Release(id);
        return 0;
    }
    return id;
}

void
BgpNeighbor::Close(BgpConnectionId connection, BgpCloseMode)
{
    // ns-3's TCP sends what it has taken before its FIN in either case; it has no other way to end.
    Release(connection);
}

size_t
BgpNeighbor::Write(BgpConnectionId connection, const uint8_t* data, size_t size)
{
    auto it = m_connections.find(connection);
    if (it == m_connections.end())
    {
        return 0;
    }
    Ptr<Socket> socket = it->second.socket;
    size_t count = std::min<size_t>(size, socket->GetTxAvailable());
    if (count == 0)
    {
        return 0;
    }
    int sent = socket->Send(Create<Packet>(data, count));
    return sent < 0 ? 0 : sent;
}

void
BgpNeighbor::SetTimer(BgpTimer timer, Time delay)
{
    EventId& event = m_timers[IndexOf(timer)];
    event.Cancel();
    event = Simulator::Schedule(delay, &BgpNeighbor::Expire, this, timer);
}

void
BgpNeighbor::CancelTimer(BgpTimer timer)
{
    m_timers[IndexOf(timer)].Cancel();
}

void
BgpNeighbor::Expire(BgpTimer timer)
{
    m_session.TimerExpired(timer, Simulator::Now());
}

double
BgpNeighbor::GetJitter()
{
    return m_router.DrawJitter();
}

void
BgpNeighbor::StateChanged(BgpSessionState from, BgpSessionState to)
{
    m_router.NoteState(m_id, from, to);
}

void
BgpNeighbor::ConnectionEnded(BgpConnectionId, const BgpSessionEnd& end)
{
    m_router.NoteEnd(m_id, end);
}

void
BgpNeighbor::MessageSent(BgpConnectionId, const std::vector<uint8_t>& octets)
{
    m_router.NoteMessage(m_id, octets, true);
}

void
BgpNeighbor::MessageReceived(BgpConnectionId, const std::vector<uint8_t>& octets)
{
    m_router.NoteMessage(m_id, octets, false);
}

void
BgpNeighbor::UpdateFault(BgpUpdateOutcome outcome, const BgpError& fault)
{
    m_router.NoteFault(m_id, outcome, fault);
}

void
BgpNeighbor::SessionUp(const BgpNegotiated& negotiated)
{
    m_congested = false;
    m_router.SessionUp(m_id, negotiated);
}

void
BgpNeighbor::SessionDown(const BgpSessionEnd&)
{
    m_router.SessionDown(m_id);
}

void
BgpNeighbor::UpdateReceived(const BgpUpdateMessage& update)
{
    m_router.UpdateReceived(m_id, update);
}

void
BgpNeighbor::RouteRefreshReceived(const BgpRouteRefreshMessage& refresh)
{
    m_router.RouteRefreshReceived(m_id, refresh.family);
}

void
BgpNeighbor::NoteQueue()
{
    bool congested = m_session.GetQueued() > 0;
    if (congested != m_congested)
    {
        m_congested = congested;
        m_router.NoteCongestion(m_id, congested);
    }
}

// ---- what TCP reports

BgpConnectionId
BgpNeighbor::Find(Ptr<Socket> socket) const
{
    for (const auto& [id, connection] : m_connections)
    {
        if (connection.socket == socket)
        {
            return id;
        }
    }
    return 0;
}

void
BgpNeighbor::Watch(Ptr<Socket> socket)
{
    socket->SetCloseCallbacks(MakeCallback(&BgpNeighbor::PeerClosed, this),
                              MakeCallback(&BgpNeighbor::Failed, this));
    socket->SetRecvCallback(MakeCallback(&BgpNeighbor::Readable, this));
    socket->SetSendCallback(MakeCallback(&BgpNeighbor::Writable, this));
}

Ptr<Socket>
BgpNeighbor::Detach(BgpConnectionId connection)
{
    auto node = m_connections.extract(connection);
    if (!node)
    {
        return nullptr;
    }
    Ptr<Socket> socket = node.mapped().socket;
    socket->SetConnectCallback(MakeNullCallback<void, Ptr<Socket>>(),
                               MakeNullCallback<void, Ptr<Socket>>());
    socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                              MakeNullCallback<void, Ptr<Socket>>());
    socket->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
    socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    return socket;
}

void
BgpNeighbor::Release(BgpConnectionId connection)
{
    if (Ptr<Socket> socket = Detach(connection))
    {
        socket->Close();
    }
}

void
BgpNeighbor::Connected(Ptr<Socket> socket)
{
    if (BgpConnectionId id = Find(socket))
    {
        m_connections[id].connected = true;
        Watch(socket);
        m_session.TcpConnected(id, BgpDirection::OUTGOING, Simulator::Now());
    }
}

void
BgpNeighbor::Failed(Ptr<Socket> socket)
{
    if (BgpConnectionId id = Find(socket))
    {
        Release(id);
        m_session.TcpFailed(id, Simulator::Now());
    }
}

void
BgpNeighbor::PeerClosed(Ptr<Socket> socket)
{
    Readable(socket); // a NOTIFICATION may stand before the end
    Failed(socket);
}

void
BgpNeighbor::Readable(Ptr<Socket> socket)
{
    std::vector<uint8_t> octets;
    while (BgpConnectionId id = Find(socket))
    {
        Ptr<Packet> packet = socket->Recv();
        if (!packet || packet->GetSize() == 0)
        {
            return;
        }
        octets.resize(packet->GetSize());
        packet->CopyData(octets.data(), octets.size());
        m_session.BytesReceived(id, octets.data(), octets.size(), Simulator::Now());
    }
}

void
BgpNeighbor::Writable(Ptr<Socket> socket, uint32_t)
{
    if (BgpConnectionId id = Find(socket))
    {
        m_session.Writable(id, Simulator::Now());
        NoteQueue();
    }
}

} // namespace vmm
} // namespace ns3
