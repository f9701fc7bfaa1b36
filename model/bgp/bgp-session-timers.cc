// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-session-fsm.h"

#include <string>
#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

const BgpSessionEnd LOST{BgpEndCause::LOST, BgpErrorCode::NONE, 0, ""};

} // namespace

// ---- timers

void
BgpSessionFsm::TimerExpired(BgpTimer timer, Time now)
{
    const bool wasSet = IsSet(timer);
    m_set.reset(static_cast<size_t>(timer));
    if (timer == BgpTimer::CONNECT_RETRY)
    {
        ConnectRetryExpired(now);
        return;
    }
    if (timer == BgpTimer::IDLE_HOLD)
    {
        if (GetState() != BgpSessionState::IDLE)
        {
            Unexpected(Furthest(), "IdleHoldTimer", now);
        }
        else if (wasSet)
        {
            Start(now, BgpStart::AUTOMATIC);
        }
        return;
    }
    if (timer == BgpTimer::SEND_HOLD)
    {
        if (wasSet)
        {
            SendHoldExpired(now);
        }
        return;
    }
    const size_t offset = static_cast<size_t>(timer) - static_cast<size_t>(BgpTimer::HOLD);
    Track& track = m_tracks[offset % m_tracks.size()];
    if (track.id == 0)
    {
        Unexpected(Furthest(), BgpTimerName(timer), now);
    }
    else if (offset / m_tracks.size() == 0)
    {
        HoldExpired(track, now);
    }
    else if (offset / m_tracks.size() == 1)
    {
        KeepaliveExpired(track, now);
    }
    else
    {
        DelayOpenExpired(track, now);
    }
}

void
BgpSessionFsm::ConnectRetryExpired(Time now)
{
    const BgpSessionState state = GetState();
    if (IsOpen(state))
    {
        Unexpected(Furthest(), "ConnectRetryTimer", now);
        return;
    }
    if (state == BgpSessionState::IDLE || m_config.passive)
    {
        return;
    }
    for (auto& track : m_tracks)
    {
        if (track.id != 0)
        {
            Forget(track, LOST, BgpCloseMode::FLUSH);
        }
    }
    if (m_attempt != 0)
    {
        m_host.Close(std::exchange(m_attempt, 0), BgpCloseMode::ABORT);
    }
    Connect();
}

void
BgpSessionFsm::HoldExpired(Track& track, Time now)
{
    if (WaitsBehindEstablished(track))
    {
        Drop(track, LOST, Count::NO, now);
        return;
    }
    if (!IsOpen(track.state))
    {
        Unexpected(&track, "HoldTimer", now);
        return;
    }
    const Time hold = track.state == BgpSessionState::OPEN_SENT
                          ? Time(Seconds(BGP_LARGE_HOLD_SECONDS))
                          : track.negotiated.holdTime;
    if (now < track.lastReceived + hold)
    {
        Set(TimerOf(BgpTimer::HOLD, track), track.lastReceived + hold - now);
        return;
    }
    Refuse(track,
           {BgpErrorCode::HOLD_TIMER_EXPIRED,
            0,
            {},
            "nothing for " + std::to_string(static_cast<int64_t>(hold.GetSeconds())) + " s"},
           now);
}

void
BgpSessionFsm::KeepaliveExpired(Track& track, Time now)
{
    if (track.state < BgpSessionState::OPEN_CONFIRM)
    {
        Unexpected(&track, "KeepaliveTimer", now);
        return;
    }
    const Time due = track.lastSent + track.keepaliveInterval;
    if (now < due)
    {
        Set(TimerOf(BgpTimer::KEEPALIVE, track), due - now);
        return;
    }
    SendKeepalive(track, now);
}

void
BgpSessionFsm::DelayOpenExpired(Track& track, Time now)
{
    if (IsOpen(track.state))
    {
        Unexpected(&track, "DelayOpenTimer", now);
    }
    else if (!WaitsBehindEstablished(track))
    {
        SendOpen(track, now);
        Report();
    }
}

// ---- a peer that does not read

void
BgpSessionFsm::SendStalled(BgpConnectionId connection, Time now)
{
    const Track* track = Find(connection);
    if (!track || track->state != BgpSessionState::ESTABLISHED || IsSet(BgpTimer::SEND_HOLD))
    {
        return;
    }
    const Time limit = GetSendHoldTime(*track);
    m_lastProgress = now;
    if (!limit.IsZero())
    {
        Set(BgpTimer::SEND_HOLD, limit);
    }
}

void
BgpSessionFsm::SendProgress(BgpConnectionId connection, bool drained, Time now)
{
    if (connection == 0 || connection != GetEstablished())
    {
        return;
    }
    m_lastProgress = now;
    if (drained)
    {
        Cancel(BgpTimer::SEND_HOLD);
    }
}

void
BgpSessionFsm::SendHoldExpired(Time now)
{
    Track* track = Find(GetEstablished());
    if (!track)
    {
        return;
    }
    const Time due = m_lastProgress + GetSendHoldTime(*track);
    if (now < due)
    {
        Set(BgpTimer::SEND_HOLD, due - now);
        return;
    }
    const BgpSessionEnd end{BgpEndCause::LOCAL, BGP_SEND_HOLD_EXPIRED, 0, "the peer reads nothing"};
    Forget(*track, end, BgpCloseMode::ABORT);
    Settle(end, true, Count::YES, now, BgpSessionState::IDLE);
}

void
BgpSessionFsm::UpdateSent(Time now)
{
    if (Track* track = Find(GetEstablished()))
    {
        track->lastSent = now;
    }
}

} // namespace vmm
} // namespace ns3
