// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-session-fsm.h"

#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

const BgpSessionEnd LOST{BgpEndCause::LOST, BgpErrorCode::NONE, 0, ""};

} // namespace

// ---- administrative events

void
BgpSessionFsm::Start(Time now, BgpStart kind)
{
    (void)now;
    if (GetState() != BgpSessionState::IDLE)
    {
        return;
    }
    if (kind == BgpStart::MANUAL || !m_config.dampPeerOscillations)
    {
        m_retries = 0;
    }
    Cancel(BgpTimer::IDLE_HOLD);
    if (m_config.passive)
    {
        m_base = BgpSessionState::ACTIVE;
        Report();
        return;
    }
    Connect();
}

void
BgpSessionFsm::Stop(Time now, const BgpStop& stop)
{
    (void)now;
    if (GetState() == BgpSessionState::IDLE)
    {
        if (stop.manual)
        {
            Cancel(BgpTimer::IDLE_HOLD);
        }
        return;
    }
    const bool wasUp = GetEstablished() != 0;
    const BgpSessionEnd end{BgpEndCause::LOCAL, BgpErrorCode::CEASE, stop.subcode, stop.text};
    for (auto& track : m_tracks)
    {
        if (track.id == 0)
        {
            continue;
        }
        const bool delaysOpen = IsSet(TimerOf(BgpTimer::DELAY_OPEN, track));
        if (IsOpen(track.state) || (delaysOpen && m_config.notifyWithoutOpen))
        {
            const bool text = stop.subcode == BGP_CEASE_SHUTDOWN || stop.subcode == BGP_CEASE_RESET;
            m_host.Send(track.id,
                        text ? BgpNotificationMessage::Cease(stop.subcode, stop.text)
                             : BgpNotificationMessage(BgpErrorCode::CEASE, stop.subcode));
        }
        Forget(track, end, BgpCloseMode::FLUSH);
    }
    m_retries = stop.manual ? 0 : m_retries + 1;
    GoIdle(!stop.manual);
    Report();
    if (wasUp)
    {
        m_host.SessionDown(end);
    }
}

// ---- TCP

void
BgpSessionFsm::TcpConnected(BgpConnectionId connection, BgpDirection direction, Time now)
{
    const bool ours = direction == BgpDirection::OUTGOING;
    const bool stale = ours && connection != m_attempt;
    if (!ours && IsSet(BgpTimer::IDLE_HOLD) && !m_config.dampPeerOscillations)
    {
        // Event 5. Two sides that wait and retry in step would refuse each other for ever.
        Cancel(BgpTimer::IDLE_HOLD);
        m_base = BgpSessionState::ACTIVE;
    }
    const bool idle = GetState() == BgpSessionState::IDLE;
    if (ours && !stale)
    {
        m_attempt = 0;
    }
    Track* track = stale || idle ? nullptr : TakeSlot(direction, now);
    if (!track)
    {
        if (!ours && m_config.notifyWithoutOpen && !IsSet(BgpTimer::IDLE_HOLD))
        {
            // So that the peer tries again after its IdleHoldTime, not its ConnectRetryTime. With
            // damping it had better listen for us meanwhile.
            m_host.Send(connection,
                        BgpNotificationMessage(BgpErrorCode::CEASE, BGP_CEASE_CONNECTION_REJECTED));
        }
        m_host.Close(connection, BgpCloseMode::FLUSH);
        return;
    }
    track->id = connection;
    track->direction = direction;
    track->state = m_base;
    track->serial = ++m_serial;
    Cancel(BgpTimer::CONNECT_RETRY);
    if (WaitsBehindEstablished(*track))
    {
        track->lastReceived = now;
        Set(TimerOf(BgpTimer::HOLD, *track), Seconds(BGP_LARGE_HOLD_SECONDS));
    }
    else if (m_config.delayOpenTime)
    {
        Set(TimerOf(BgpTimer::DELAY_OPEN, *track), *m_config.delayOpenTime);
    }
    else
    {
        SendOpen(*track, now);
    }
    Report();
}

void
BgpSessionFsm::TcpFailed(BgpConnectionId connection, Time now)
{
    if (connection != 0 && connection == m_attempt)
    {
        m_attempt = 0;
        if (!Furthest())
        {
            GoIdle(true);
        }
        Report();
        return;
    }
    Track* track = Find(connection);
    if (!track)
    {
        return;
    }
    const bool wasUp = track->state == BgpSessionState::ESTABLISHED;
    const bool opening =
        track->state == BgpSessionState::OPEN_SENT || track->state == BgpSessionState::CONNECT;
    Forget(*track, LOST, BgpCloseMode::ABORT);
    Settle(LOST,
           wasUp,
           opening ? Count::NO : Count::YES,
           now,
           opening ? BgpSessionState::ACTIVE : BgpSessionState::IDLE);
}

// ---- messages

void
BgpSessionFsm::Received(BgpConnectionId connection, const BgpMessage& message, Time now)
{
    Track* track = Find(connection);
    if (!track)
    {
        return;
    }
    if (!WaitsBehindEstablished(*track))
    {
        track->lastReceived = now;
    }
    if (const auto* update = std::get_if<BgpUpdateMessage>(&message))
    {
        if (track->state == BgpSessionState::ESTABLISHED)
        {
            m_host.UpdateReceived(*update);
            return;
        }
        Unexpected(track, "UPDATE before the session is established", now);
    }
    else if (std::holds_alternative<BgpKeepaliveMessage>(message))
    {
        KeepaliveReceived(*track, now);
    }
    else if (const auto* open = std::get_if<BgpOpenMessage>(&message))
    {
        OpenReceived(*track, *open, now);
    }
    else if (const auto* notification = std::get_if<BgpNotificationMessage>(&message))
    {
        NotificationReceived(*track, *notification, now);
    }
    else if (const auto* refresh = std::get_if<BgpRouteRefreshMessage>(&message))
    {
        RefreshReceived(*track, *refresh, now);
    }
}

void
BgpSessionFsm::OpenReceived(Track& track, const BgpOpenMessage& open, Time now)
{
    if (track.state >= BgpSessionState::OPEN_CONFIRM)
    {
        Unexpected(&track, "second OPEN", now);
        return;
    }
    if (const BgpError error = CheckBgpOpen(m_config, open))
    {
        Refuse(track, error, now);
        return;
    }
    if (!StaysAfterCollision(track, open))
    {
        Report();
        return;
    }
    if (!IsOpen(track.state))
    {
        SendOpen(track, now);
    }
    track.state = BgpSessionState::OPEN_CONFIRM;
    track.negotiated = NegotiateBgp(m_config, open);
    track.negotiated.direction = track.direction;
    Cancel(BgpTimer::CONNECT_RETRY);
    if (track.negotiated.holdTime.IsZero())
    {
        Cancel(TimerOf(BgpTimer::HOLD, track));
    }
    else
    {
        Set(TimerOf(BgpTimer::HOLD, track), track.negotiated.holdTime);
    }
    SendKeepalive(track, now);
    Report();
}

void
BgpSessionFsm::KeepaliveReceived(Track& track, Time now)
{
    if (track.state == BgpSessionState::OPEN_CONFIRM)
    {
        Establish(track, now);
    }
    else if (track.state != BgpSessionState::ESTABLISHED)
    {
        Unexpected(&track, "KEEPALIVE before OPEN", now);
    }
}

void
BgpSessionFsm::NotificationReceived(Track& track, const BgpNotificationMessage& message, Time now)
{
    BgpSessionEnd end{BgpEndCause::REMOTE, message.code, message.subcode, ""};
    end.text = message.GetShutdownText();
    const bool delaysOpen = IsSet(TimerOf(BgpTimer::DELAY_OPEN, track));
    const bool version =
        message.code == BgpErrorCode::OPEN && message.subcode == BGP_UNSUPPORTED_VERSION &&
        track.state != BgpSessionState::ESTABLISHED && (IsOpen(track.state) || delaysOpen);
    Drop(track, end, version ? Count::NO : Count::YES, now);
}

void
BgpSessionFsm::RefreshReceived(Track& track, const BgpRouteRefreshMessage& refresh, Time now)
{
    if (track.state != BgpSessionState::ESTABLISHED)
    {
        Unexpected(&track, "ROUTE-REFRESH before the session is established", now);
    }
    else if (m_config.capabilities.routeRefresh && track.negotiated.Carries(refresh.family))
    {
        m_host.RouteRefreshReceived(refresh);
    }
}

void
BgpSessionFsm::ReceivedError(BgpConnectionId connection, const BgpError& error, Time now)
{
    Track* track = Find(connection);
    if (!track)
    {
        return;
    }
    const bool up = track->state == BgpSessionState::ESTABLISHED;
    // OPEN errors belong to the states before Established, those of UPDATE and ROUTE-REFRESH to it.
    if (error.code == BgpErrorCode::HEADER || (error.code == BgpErrorCode::OPEN) != up)
    {
        Refuse(*track, error, now);
        return;
    }
    Unexpected(track, error.reason, now);
}

} // namespace vmm
} // namespace ns3
