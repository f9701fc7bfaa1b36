// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-session.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace vmm
{

BgpSession::BgpSession(const BgpSessionConfig& config, BgpSessionOwner& owner)
    : m_owner(owner),
      m_fsm(config, *this)
{
}

// ---- events

void
BgpSession::Start(Time now, BgpStart kind)
{
    m_now = now;
    m_fsm.Start(now, kind);
}

void
BgpSession::Stop(Time now, const BgpStop& stop)
{
    m_now = now;
    m_fsm.Stop(now, stop);
}

void
BgpSession::TcpConnected(BgpConnectionId connection, BgpDirection direction, Time now)
{
    m_now = now;
    Stream& stream = m_streams[connection];
    // Ours may be larger as soon as our OPEN has said so.
    stream.framer.SetExtendedMessage(m_fsm.GetConfig().capabilities.extendedMessage);
    m_fsm.TcpConnected(connection, direction, now);
}

void
BgpSession::TcpFailed(BgpConnectionId connection, Time now)
{
    m_now = now;
    m_streams.erase(connection);
    m_fsm.TcpFailed(connection, now);
}

void
BgpSession::BytesReceived(BgpConnectionId connection, const uint8_t* data, size_t size, Time now)
{
    m_now = now;
    const auto stream = m_streams.find(connection);
    if (stream == m_streams.end())
    {
        return;
    }
    const BgpFramer::Result result = stream->second.framer.Feed(data, size);
    for (const auto& octets : result.messages)
    {
        if (!Deliver(connection, octets))
        {
            return;
        }
    }
    if (result.error)
    {
        m_fsm.ReceivedError(connection, result.error, now);
    }
}

/// Hands one message to the state machine. @return whether the connection still exists
bool
BgpSession::Deliver(BgpConnectionId connection, const std::vector<uint8_t>& octets)
{
    const Time now = m_now;
    m_owner.MessageReceived(connection, octets);
    const BgpDecodeResult decoded =
        DecodeBgpMessage(octets.data(), octets.size(), OptionsOf(connection));
    if (decoded.error)
    {
        m_fsm.ReceivedError(connection, decoded.error, now);
    }
    else if (decoded.outcome != BgpUpdateOutcome::NONE && connection == m_fsm.GetEstablished())
    {
        m_owner.UpdateFault(decoded.outcome, decoded.fault);
    }
    for (const auto& message : decoded.messages)
    {
        m_fsm.Received(connection, message, now);
    }
    return m_streams.count(connection) > 0;
}

void
BgpSession::Writable(BgpConnectionId connection, Time now)
{
    m_now = now;
    const auto found = m_streams.find(connection);
    if (found == m_streams.end() || found->second.waiting.empty())
    {
        return;
    }
    std::vector<uint8_t>& waiting = found->second.waiting;
    const size_t taken = m_owner.Write(connection, waiting.data(), waiting.size());
    waiting.erase(waiting.begin(), waiting.begin() + taken);
    if (taken > 0)
    {
        m_fsm.SendProgress(connection, waiting.empty(), now);
    }
}

void
BgpSession::TimerExpired(BgpTimer timer, Time now)
{
    m_now = now;
    m_fsm.TimerExpired(timer, now);
}

// ---- requests

size_t
BgpSession::SendUpdate(const BgpUpdateMessage& update, Time now)
{
    m_now = now;
    const BgpConnectionId connection = m_fsm.GetEstablished();
    if (connection == 0)
    {
        return 0;
    }
    const auto messages = EncodeBgpUpdates(update, OptionsOf(connection));
    for (const auto& octets : messages)
    {
        Put(connection, octets);
    }
    if (!messages.empty())
    {
        m_fsm.UpdateSent(now);
    }
    return messages.size();
}

bool
BgpSession::SendRouteRefresh(const BgpFamily& family, Time now)
{
    m_now = now;
    const BgpNegotiated* negotiated = GetNegotiated();
    if (!negotiated || !negotiated->routeRefresh)
    {
        return false;
    }
    Put(m_fsm.GetEstablished(), EncodeBgpRouteRefresh({family, 0}));
    return true;
}

BgpSessionState
BgpSession::GetState() const
{
    return m_fsm.GetState();
}

const BgpNegotiated*
BgpSession::GetNegotiated() const
{
    return m_fsm.GetNegotiated(m_fsm.GetEstablished());
}

size_t
BgpSession::GetQueued() const
{
    const auto found = m_streams.find(m_fsm.GetEstablished());
    return found != m_streams.end() ? found->second.waiting.size() : 0;
}

// ---- octets

BgpCodecOptions
BgpSession::OptionsOf(BgpConnectionId connection) const
{
    BgpCodecOptions options;
    if (const BgpNegotiated* negotiated = m_fsm.GetNegotiated(connection))
    {
        options.fourOctetAs = negotiated->fourOctetAs;
        options.extendedMessage = negotiated->extendedMessage;
        options.internal = negotiated->internal;
    }
    return options;
}

void
BgpSession::Put(BgpConnectionId connection, const std::vector<uint8_t>& octets)
{
    const auto found = m_streams.find(connection);
    if (found == m_streams.end())
    {
        return;
    }
    m_owner.MessageSent(connection, octets);
    std::vector<uint8_t>& waiting = found->second.waiting;
    size_t taken = 0;
    if (waiting.empty())
    {
        taken = m_owner.Write(connection, octets.data(), octets.size());
    }
    if (taken < octets.size())
    {
        waiting.insert(waiting.end(), octets.begin() + taken, octets.end());
        m_fsm.SendStalled(connection, m_now);
    }
}

// ---- what the state machine wants

BgpConnectionId
BgpSession::Connect()
{
    return m_owner.Connect();
}

void
BgpSession::Close(BgpConnectionId connection, BgpCloseMode mode)
{
    // What waits behind a peer that does not read is lost, a NOTIFICATION too.
    m_streams.erase(connection);
    m_owner.Close(connection, mode);
}

void
BgpSession::Send(BgpConnectionId connection, const BgpMessage& message)
{
    for (const auto& octets : EncodeBgpMessage(message, OptionsOf(connection)))
    {
        Put(connection, octets);
    }
}

void
BgpSession::SetTimer(BgpTimer timer, Time delay)
{
    m_owner.SetTimer(timer, delay);
}

void
BgpSession::CancelTimer(BgpTimer timer)
{
    m_owner.CancelTimer(timer);
}

double
BgpSession::GetJitter()
{
    return m_owner.GetJitter();
}

void
BgpSession::StateChanged(BgpSessionState from, BgpSessionState to)
{
    m_owner.StateChanged(from, to);
}

void
BgpSession::ConnectionEnded(BgpConnectionId connection, const BgpSessionEnd& end)
{
    m_owner.ConnectionEnded(connection, end);
}

void
BgpSession::SessionUp(BgpConnectionId connection, const BgpNegotiated& negotiated)
{
    (void)connection;
    m_owner.SessionUp(negotiated);
}

void
BgpSession::SessionDown(const BgpSessionEnd& end)
{
    m_owner.SessionDown(end);
}

void
BgpSession::UpdateReceived(const BgpUpdateMessage& update)
{
    const BgpNegotiated& negotiated = *GetNegotiated();
    const bool ipv4 = negotiated.Carries(BGP_IPV4_UNICAST);
    const bool ipv6 = negotiated.Carries(BGP_IPV6_UNICAST);
    if (ipv4 && ipv6)
    {
        m_owner.UpdateReceived(update);
        return;
    }
    // Routes of a family that was not agreed on are ignored.
    const auto unwanted = [ipv4, ipv6](const IpPrefix& prefix)
    {
        return prefix.GetAddress().IsIpv4() ? !ipv4 : !ipv6;
    };
    BgpUpdateMessage rest = update;
    for (auto* list : {&rest.withdrawn, &rest.announced})
    {
        list->erase(std::remove_if(list->begin(), list->end(), unwanted), list->end());
    }
    if (!rest.IsEmpty())
    {
        m_owner.UpdateReceived(rest);
    }
}

void
BgpSession::RouteRefreshReceived(const BgpRouteRefreshMessage& refresh)
{
    m_owner.RouteRefreshReceived(refresh);
}

} // namespace vmm
} // namespace ns3
