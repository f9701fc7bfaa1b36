// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_SESSION_FSM_H
#define VMM_BGP_SESSION_FSM_H

#include "ns3/bgp-session-types.h"

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>

namespace ns3
{
namespace vmm
{

/**
 * What a BgpSessionFsm needs done. Apart from UpdateReceived(), RouteRefreshReceived() and
 * SessionUp(), from which Stop() may be called, no function may call back into events of the state
 * machine; a connection or failure is reported later, not from within Connect().
 */
class BgpSessionHost
{
  public:
    virtual ~BgpSessionHost() = default;

    /// Begins to connect to the peer. @return the connection's name, 0 if it cannot even begin
    virtual BgpConnectionId Connect() = 0;
    /// Closes a connection or gives up an attempt; nothing about it may be reported afterwards.
    virtual void Close(BgpConnectionId connection, BgpCloseMode mode) = 0;
    /// Sends a message; OPEN, KEEPALIVE, NOTIFICATION only come from here.
    virtual void Send(BgpConnectionId connection, const BgpMessage& message) = 0;
    /// Starts a timer, anew if it runs: TimerExpired(timer) is due in delay >= 0.
    virtual void SetTimer(BgpTimer timer, Time delay) = 0;
    /// Stops a timer; it must not expire any more.
    virtual void CancelTimer(BgpTimer timer) = 0;

    /**
     * @return what the next KeepaliveTimer, ConnectRetryTimer or IdleHoldTimer is multiplied with,
     * (0, 1]; RFC 4271 section 10 asks for 0.75 to 1
     */
    virtual double GetJitter()
    {
        return 1;
    }

    /// The state as GetState() tells it has changed.
    virtual void StateChanged(BgpSessionState from, BgpSessionState to)
    {
        (void)from;
        (void)to;
    }

    /// A connection that had been made has ended, established or not.
    virtual void ConnectionEnded(BgpConnectionId connection, const BgpSessionEnd& end)
    {
        (void)connection;
        (void)end;
    }

    /// The session is established on connection.
    virtual void SessionUp(BgpConnectionId connection, const BgpNegotiated& negotiated) = 0;
    /// The session is not established any more: all that was learned from the peer is void.
    virtual void SessionDown(const BgpSessionEnd& end) = 0;
    /// An UPDATE of the established session.
    virtual void UpdateReceived(const BgpUpdateMessage& update) = 0;

    /// The peer of the established session asks for a family, which is a negotiated one.
    virtual void RouteRefreshReceived(const BgpRouteRefreshMessage& refresh)
    {
        (void)refresh;
    }
};

/// Who starts a session (RFC 4271 events 1 and 3 to 7, as configured).
enum class BgpStart : uint8_t
{
    MANUAL,   //!< the administrator
    AUTOMATIC //!< the system
};

/// Who stops a session, and what the Cease says.
struct BgpStop
{
    bool manual = true; //!< event 2, stays down; else event 8, starts again by IdleHoldTime
    uint8_t subcode = BGP_CEASE_SHUTDOWN; //!< of the Cease (RFC 4486)
    std::string text;                     //!< RFC 9003, with BGP_CEASE_SHUTDOWN and BGP_CEASE_RESET
};

/**
 * The state machine of RFC 4271 section 8 for one peer. Events and time come in through the public
 * functions, actions go out through a BgpSessionHost: there is no socket, no clock and no tick.
 *
 * The RFC has one machine per connection. Here one object has up to two connections, which share
 * what the RFC has per peer; GetState() is that of the one that got furthest. When the OPEN of one
 * arrives, the one that the peer with the higher identifier made is to stay (section 6.8; equal
 * identifiers: the higher AS, RFC 6286 section 2.3; of two made by the same side the later one).
 * The other one is closed with 6/7 then, or as soon as an OPEN has come on the better one, which
 * might be dead. A connection that comes when the session is established waits for its OPEN and is
 * then closed with 6/7, and takes over if the session ends before. One that had sent its OPEN
 * before the other was established takes part in the decision even so: otherwise the two sides,
 * each established on another connection, would close both.
 *
 * HoldTimer and KeepaliveTimer are not moved with each message: when they expire and a message went
 * by meanwhile, they are set for the exact rest.
 *
 * Where the text of section 8.2.2 conflicts with section 6, section 6 holds: a header error when
 * established is answered with code 1, and a NOTIFICATION is never answered. The end of a
 * connection that loses a collision does not count in ConnectRetryCounter as long as the other one
 * lives.
 *
 * @code
 * BgpSessionFsm fsm(config, host);
 * fsm.Start(now);                                   // host.Connect() returns 1
 * fsm.TcpConnected(1, BgpDirection::OUTGOING, now); // host.Send(1, OPEN)
 * fsm.Received(1, open, now);                       // host.Send(1, KEEPALIVE)
 * fsm.Received(1, keepalive, now);                  // host.SessionUp(1, negotiated)
 * @endcode
 */
class BgpSessionFsm
{
  public:
    /**
     * @param config the peer's configuration
     * @param host does what is to be done; has to outlive this
     * @throws std::invalid_argument if config is bad, see CheckBgpSessionConfig()
     */
    BgpSessionFsm(const BgpSessionConfig& config, BgpSessionHost& host);
    BgpSessionFsm(const BgpSessionFsm&) = delete;
    BgpSessionFsm& operator=(const BgpSessionFsm&) = delete;

    /**
     * Events 1 and 3 to 7: leaves Idle, at once. Ignored in other states.
     * @param now the time
     * @param kind MANUAL ends the row of failures that damping counts
     */
    void Start(Time now, BgpStart kind = BgpStart::MANUAL);
    /**
     * Events 2 and 8: ends what there is with a Cease.
     * @param now the time
     * @param stop who and why
     */
    void Stop(Time now, const BgpStop& stop = BgpStop());
    /**
     * Events 16 and 17: a connection is there. Idle refuses it, with 6/5 if nothing is going
     * to start the session. But one from a peer while IdleHoldTimer runs is reason for an automatic
     * passive start (event 5), except with damping.
     * @param connection what Connect() returned, or the host's new name for an incoming one
     * @param direction who made it
     * @param now the time
     */
    void TcpConnected(BgpConnectionId connection, BgpDirection direction, Time now);
    /**
     * Event 18: an attempt failed, or the peer closed a connection, or it broke. Ignored if the
     * connection is not known (any more).
     * @param connection which one
     * @param now the time
     */
    void TcpFailed(BgpConnectionId connection, Time now);
    /**
     * Events 19, 20 and 24 to 27, and ROUTE-REFRESH. Ignored if the connection is not known.
     * @param connection where it came
     * @param message what came
     * @param now the time
     */
    void Received(BgpConnectionId connection, const BgpMessage& message, Time now);
    /**
     * Events 21, 22 and 28: something came that is no message. Ignored if the connection is not
     * known.
     * @param connection where it came
     * @param error what to tell the peer; the code decides about the event
     * @param now the time
     */
    void ReceivedError(BgpConnectionId connection, const BgpError& error, Time now);
    /**
     * Events 9 to 13 and 29.
     * @param timer which one
     * @param now the time
     */
    void TimerExpired(BgpTimer timer, Time now);
    /**
     * TCP takes no more, and octets wait (RFC 9687).
     * @param connection where
     * @param now the time
     */
    void SendStalled(BgpConnectionId connection, Time now);
    /**
     * TCP took octets again.
     * @param connection where
     * @param drained whether none waits any more
     * @param now the time
     */
    void SendProgress(BgpConnectionId connection, bool drained, Time now);

    /// The owner has sent an UPDATE on the established session: the next KEEPALIVE has time.
    void UpdateSent(Time now);

    /// @return the state
    BgpSessionState GetState() const;
    /// @return the established connection, 0 if there is none
    BgpConnectionId GetEstablished() const;
    /**
     * @param connection a connection
     * @return what was negotiated on it; null if it is not known or its OPEN has not come
     */
    const BgpNegotiated* GetNegotiated(BgpConnectionId connection) const;

    /// @return whether the connection, or an attempt of this name, is still of interest
    bool Knows(BgpConnectionId connection) const;

    /// @return "ConnectRetryCounter": failures since the last start that ended the row
    uint32_t GetConnectRetryCounter() const
    {
        return m_retries;
    }

    /// @return the configuration
    const BgpSessionConfig& GetConfig() const
    {
        return m_config;
    }

  private:
    /// One connection.
    struct Track
    {
        BgpConnectionId id = 0;                           //!< 0: none
        BgpDirection direction = BgpDirection::OUTGOING;  //!< who made it
        BgpSessionState state = BgpSessionState::CONNECT; //!< CONNECT, ACTIVE: OPEN not yet sent
        uint64_t serial = 0;                              //!< order in which they were made
        bool contends = false;    //!< its OPEN was sent before the other one was established
        Time lastReceived;        //!< what HoldTimer counts from
        Time lastSent;            //!< what KeepaliveTimer counts from
        Time keepaliveInterval;   //!< with jitter
        BgpNegotiated negotiated; //!< from OPEN_CONFIRM on
    };

    /// What happens to ConnectRetryCounter.
    enum class Count : uint8_t
    {
        NO, //!< stays
        YES //!< plus one
    };

    /// @return whether this side has sent its OPEN
    static bool IsOpen(BgpSessionState state)
    {
        return state >= BgpSessionState::OPEN_SENT;
    }

    size_t SlotOf(const Track& track) const;
    BgpTimer TimerOf(BgpTimer first, const Track& track) const;
    Track* Find(BgpConnectionId connection);
    const Track* Find(BgpConnectionId connection) const;
    Track* Other(const Track& track);
    Track* Furthest();
    const Track* Furthest() const;
    bool WaitsBehindEstablished(const Track& track);

    void Set(BgpTimer timer, Time delay);
    void Cancel(BgpTimer timer);
    bool IsSet(BgpTimer timer) const;

    void Connect();
    void GoIdle(bool startAgain);
    void EnterActive();
    void Report();
    void SendOpen(Track& track, Time now);
    void SendKeepalive(Track& track, Time now);
    void Establish(Track& track, Time now);
    Track* TakeSlot(BgpDirection direction, Time now);
    void Forget(Track& track, const BgpSessionEnd& end, BgpCloseMode mode);
    void Settle(const BgpSessionEnd& end, bool wasUp, Count count, Time now, BgpSessionState next);
    void Drop(Track& track, const BgpSessionEnd& end, Count count, Time now);
    void Refuse(Track& track, const BgpError& error, Time now);
    void Unexpected(Track* track, const std::string& what, Time now);
    bool StaysAfterCollision(Track& track, const BgpOpenMessage& open);

    void OpenReceived(Track& track, const BgpOpenMessage& open, Time now);
    void KeepaliveReceived(Track& track, Time now);
    void NotificationReceived(Track& track, const BgpNotificationMessage& message, Time now);
    void RefreshReceived(Track& track, const BgpRouteRefreshMessage& refresh, Time now);
    void ConnectRetryExpired(Time now);
    void HoldExpired(Track& track, Time now);
    void KeepaliveExpired(Track& track, Time now);
    void DelayOpenExpired(Track& track, Time now);
    void SendHoldExpired(Time now);
    Time GetSendHoldTime(const Track& track) const;

    BgpSessionConfig m_config;                          //!< the peer's configuration
    BgpSessionHost& m_host;                             //!< does what is to be done
    std::array<Track, 2> m_tracks;                      //!< the connections
    BgpSessionState m_base = BgpSessionState::IDLE;     //!< the state without connections
    BgpSessionState m_reported = BgpSessionState::IDLE; //!< what the host knows
    BgpConnectionId m_attempt = 0;                      //!< being connected; 0: none
    std::bitset<BGP_TIMER_COUNT> m_set;                 //!< timers that run
    uint64_t m_serial = 0;                              //!< connections so far
    uint32_t m_retries = 0;                             //!< ConnectRetryCounter
    Time m_upSince;                                     //!< when the session was last established
    Time m_lastProgress;                                //!< when TCP last took octets
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_SESSION_FSM_H
