// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-session-fsm.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

BgpSessionEnd
Local(BgpErrorCode code, uint8_t subcode, std::string text = "")
{
    return {BgpEndCause::LOCAL, code, subcode, std::move(text)};
}

/// Subcode of an FSM error (RFC 6608).
uint8_t
FsmSubcode(BgpSessionState state)
{
    switch (state)
    {
    case BgpSessionState::OPEN_SENT:
        return BGP_FSM_OPEN_SENT;
    case BgpSessionState::OPEN_CONFIRM:
        return BGP_FSM_OPEN_CONFIRM;
    case BgpSessionState::ESTABLISHED:
        return BGP_FSM_ESTABLISHED;
    default:
        return BGP_FSM_UNSPECIFIED;
    }
}

} // namespace

BgpSessionFsm::BgpSessionFsm(const BgpSessionConfig& config, BgpSessionHost& host)
    : m_config(config),
      m_host(host)
{
    CheckBgpSessionConfig(config);
}

// ---- what there is

size_t
BgpSessionFsm::SlotOf(const Track& track) const
{
    return &track - m_tracks.data();
}

BgpTimer
BgpSessionFsm::TimerOf(BgpTimer first, const Track& track) const
{
    return static_cast<BgpTimer>(static_cast<size_t>(first) + SlotOf(track));
}

const BgpSessionFsm::Track*
BgpSessionFsm::Find(BgpConnectionId connection) const
{
    for (const auto& track : m_tracks)
    {
        if (connection != 0 && track.id == connection)
        {
            return &track;
        }
    }
    return nullptr;
}

BgpSessionFsm::Track*
BgpSessionFsm::Find(BgpConnectionId connection)
{
    return const_cast<Track*>(std::as_const(*this).Find(connection));
}

BgpSessionFsm::Track*
BgpSessionFsm::Other(const Track& track)
{
    Track& other = m_tracks[1 - SlotOf(track)];
    return other.id != 0 ? &other : nullptr;
}

const BgpSessionFsm::Track*
BgpSessionFsm::Furthest() const
{
    const Track* furthest = nullptr;
    for (const auto& track : m_tracks)
    {
        if (track.id != 0 && (!furthest || track.state > furthest->state))
        {
            furthest = &track;
        }
    }
    return furthest;
}

BgpSessionFsm::Track*
BgpSessionFsm::Furthest()
{
    return const_cast<Track*>(std::as_const(*this).Furthest());
}

bool
BgpSessionFsm::WaitsBehindEstablished(const Track& track)
{
    const Track* other = Other(track);
    return !IsOpen(track.state) && other && other->state == BgpSessionState::ESTABLISHED;
}

BgpSessionState
BgpSessionFsm::GetState() const
{
    const Track* furthest = Furthest();
    return furthest ? furthest->state : m_base;
}

BgpConnectionId
BgpSessionFsm::GetEstablished() const
{
    const Track* furthest = Furthest();
    return furthest && furthest->state == BgpSessionState::ESTABLISHED ? furthest->id : 0;
}

const BgpNegotiated*
BgpSessionFsm::GetNegotiated(BgpConnectionId connection) const
{
    const Track* track = Find(connection);
    return track && track->state >= BgpSessionState::OPEN_CONFIRM ? &track->negotiated : nullptr;
}

bool
BgpSessionFsm::Knows(BgpConnectionId connection) const
{
    return connection != 0 && (connection == m_attempt || Find(connection));
}

// ---- timers

void
BgpSessionFsm::Set(BgpTimer timer, Time delay)
{
    m_set.set(static_cast<size_t>(timer));
    m_host.SetTimer(timer, delay);
}

void
BgpSessionFsm::Cancel(BgpTimer timer)
{
    if (IsSet(timer))
    {
        m_set.reset(static_cast<size_t>(timer));
        m_host.CancelTimer(timer);
    }
}

bool
BgpSessionFsm::IsSet(BgpTimer timer) const
{
    return m_set.test(static_cast<size_t>(timer));
}

// ---- states without a connection

void
BgpSessionFsm::Connect()
{
    m_base = BgpSessionState::CONNECT;
    Set(BgpTimer::CONNECT_RETRY, m_config.connectRetryTime * m_host.GetJitter());
    Report();
    m_attempt = m_host.Connect();
    if (m_attempt == 0)
    {
        GoIdle(true);
        Report();
    }
}

void
BgpSessionFsm::GoIdle(bool startAgain)
{
    if (m_attempt != 0)
    {
        m_host.Close(std::exchange(m_attempt, 0), BgpCloseMode::ABORT);
    }
    Cancel(BgpTimer::CONNECT_RETRY);
    m_base = BgpSessionState::IDLE;
    if (!startAgain || !m_config.automaticStart)
    {
        Cancel(BgpTimer::IDLE_HOLD);
        return;
    }
    Time delay = m_config.idleHoldTime;
    for (uint32_t i = 1; m_config.dampPeerOscillations && i < m_retries; ++i)
    {
        delay = std::min(delay + delay, m_config.maxIdleHoldTime);
    }
    Set(BgpTimer::IDLE_HOLD, delay * m_host.GetJitter());
}

void
BgpSessionFsm::EnterActive()
{
    m_base = BgpSessionState::ACTIVE;
    if (!m_config.passive)
    {
        Set(BgpTimer::CONNECT_RETRY, m_config.connectRetryTime * m_host.GetJitter());
    }
}

void
BgpSessionFsm::Report()
{
    const BgpSessionState state = GetState();
    if (state != m_reported)
    {
        m_host.StateChanged(std::exchange(m_reported, state), state);
    }
}

// ---- steps of a connection

void
BgpSessionFsm::SendOpen(Track& track, Time now)
{
    Cancel(TimerOf(BgpTimer::DELAY_OPEN, track));
    Cancel(BgpTimer::CONNECT_RETRY);
    track.state = BgpSessionState::OPEN_SENT;
    track.contends = true;
    track.lastReceived = now;
    Set(TimerOf(BgpTimer::HOLD, track), Seconds(BGP_LARGE_HOLD_SECONDS));
    m_host.Send(track.id, MakeBgpOpen(m_config));
}

void
BgpSessionFsm::SendKeepalive(Track& track, Time now)
{
    track.lastSent = now;
    if (!track.negotiated.keepaliveTime.IsZero())
    {
        track.keepaliveInterval = track.negotiated.keepaliveTime * m_host.GetJitter();
        Set(TimerOf(BgpTimer::KEEPALIVE, track), track.keepaliveInterval);
    }
    m_host.Send(track.id, BgpKeepaliveMessage());
}

void
BgpSessionFsm::Establish(Track& track, Time now)
{
    track.state = BgpSessionState::ESTABLISHED;
    m_upSince = now;
    if (m_attempt != 0)
    {
        m_host.Close(std::exchange(m_attempt, 0), BgpCloseMode::ABORT);
    }
    Cancel(BgpTimer::CONNECT_RETRY);
    Report();
    m_host.SessionUp(track.id, track.negotiated);
}

BgpSessionFsm::Track*
BgpSessionFsm::TakeSlot(BgpDirection direction, Time now)
{
    for (auto& track : m_tracks)
    {
        if (track.id == 0)
        {
            return &track;
        }
    }
    // A peer that connects anew has given up its earlier connection.
    for (auto& track : m_tracks)
    {
        if (direction == BgpDirection::INCOMING && track.direction == direction &&
            track.state != BgpSessionState::ESTABLISHED)
        {
            Drop(
                track, Local(BgpErrorCode::CEASE, BGP_CEASE_COLLISION, "replaced"), Count::NO, now);
            return &track;
        }
    }
    return nullptr;
}

/// Frees a slot. The caller has to settle what state that leaves.
void
BgpSessionFsm::Forget(Track& track, const BgpSessionEnd& end, BgpCloseMode mode)
{
    for (const auto timer : {BgpTimer::HOLD, BgpTimer::KEEPALIVE, BgpTimer::DELAY_OPEN})
    {
        Cancel(TimerOf(timer, track));
    }
    if (track.state == BgpSessionState::ESTABLISHED)
    {
        Cancel(BgpTimer::SEND_HOLD);
    }
    const BgpConnectionId id = track.id;
    track = Track();
    m_host.Close(id, mode);
    m_host.ConnectionEnded(id, end);
}

/// After Forget(): the state, the counter, and what waited behind.
void
BgpSessionFsm::Settle(
    const BgpSessionEnd& end, bool wasUp, Count count, Time now, BgpSessionState next)
{
    if (wasUp && now - m_upSince >= m_config.maxIdleHoldTime)
    {
        m_retries = 0;
    }
    if (Track* left = Furthest())
    {
        if (wasUp && !IsOpen(left->state))
        {
            SendOpen(*left, now);
        }
    }
    else
    {
        m_retries += count == Count::YES ? 1 : 0;
        if (m_attempt != 0)
        {
            // Our own attempt is another machine of the RFC, and goes on.
            m_base = BgpSessionState::CONNECT;
            Set(BgpTimer::CONNECT_RETRY, m_config.connectRetryTime * m_host.GetJitter());
        }
        else if (next == BgpSessionState::ACTIVE)
        {
            EnterActive();
        }
        else
        {
            GoIdle(true);
        }
    }
    Report();
    if (wasUp)
    {
        m_host.SessionDown(end);
    }
}

/// Ends a connection without a word.
void
BgpSessionFsm::Drop(Track& track, const BgpSessionEnd& end, Count count, Time now)
{
    const bool wasUp = track.state == BgpSessionState::ESTABLISHED;
    Forget(track, end, BgpCloseMode::FLUSH);
    Settle(end, wasUp, count, now, BgpSessionState::IDLE);
}

/// Ends a connection with a NOTIFICATION.
void
BgpSessionFsm::Refuse(Track& track, const BgpError& error, Time now)
{
    const bool wasUp = track.state == BgpSessionState::ESTABLISHED;
    const BgpSessionEnd end = Local(error.code, error.subcode, error.reason);
    if (IsOpen(track.state) || m_config.notifyWithoutOpen)
    {
        m_host.Send(track.id, BgpNotificationMessage(error));
    }
    Forget(track, end, BgpCloseMode::FLUSH);
    Settle(end, wasUp, Count::YES, now, BgpSessionState::IDLE);
}

/// "Any other event" of each state.
void
BgpSessionFsm::Unexpected(Track* track, const std::string& what, Time now)
{
    if (track && IsOpen(track->state))
    {
        Refuse(*track, {BgpErrorCode::FSM, FsmSubcode(track->state), {}, what}, now);
    }
    else if (track)
    {
        Drop(*track, Local(BgpErrorCode::FSM, BGP_FSM_UNSPECIFIED, what), Count::YES, now);
    }
    else if (m_base != BgpSessionState::IDLE)
    {
        ++m_retries;
        GoIdle(true);
        Report();
    }
}

/**
 * RFC 4271 section 6.8. Called with an OPEN on a connection that has none yet; ends the loser.
 */
bool
BgpSessionFsm::StaysAfterCollision(Track& track, const BgpOpenMessage& open)
{
    Track* other = Other(track);
    if (!other)
    {
        return true;
    }
    bool stays = track.serial > other->serial;
    if (track.direction != other->direction)
    {
        const bool ours = std::make_pair(m_config.routerId, m_config.localAs) >
                          std::make_pair(open.routerId, open.asn);
        stays = (track.direction == BgpDirection::OUTGOING) == ours;
    }
    if (other->state == BgpSessionState::ESTABLISHED)
    {
        const bool same = track.direction == other->direction;
        if (!m_config.collisionDetectEstablished && (same || !track.contends))
        {
            stays = false;
        }
    }
    if (!stays && other->state < BgpSessionState::OPEN_CONFIRM)
    {
        // The better connection may be dead: it loses nothing by waiting until its OPEN comes.
        return true;
    }
    Track& loser = stays ? *other : track;
    const bool wasUp = loser.state == BgpSessionState::ESTABLISHED;
    const BgpSessionEnd end = Local(BgpErrorCode::CEASE, BGP_CEASE_COLLISION, "collision");
    m_host.Send(loser.id, BgpNotificationMessage(end.code, end.subcode));
    Forget(loser, end, BgpCloseMode::FLUSH);
    if (wasUp)
    {
        m_host.SessionDown(end);
    }
    return stays;
}

Time
BgpSessionFsm::GetSendHoldTime(const Track& track) const
{
    const Time hold = track.negotiated.holdTime;
    if (hold.IsZero())
    {
        return Time();
    }
    return m_config.sendHoldTime.value_or(std::max(Time(Minutes(8)), hold + hold));
}

} // namespace vmm
} // namespace ns3
