// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_SESSION_H
#define VMM_BGP_SESSION_H

#include "ns3/bgp-codec.h"
#include "ns3/bgp-framer.h"
#include "ns3/bgp-session-fsm.h"

#include <cstdint>
#include <map>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Who has the sockets, the clock and the tables of a BgpSession. From UpdateReceived(),
 * RouteRefreshReceived() and SessionUp() the owner may call SendUpdate(), SendRouteRefresh() and
 * Stop(); from the other functions it must not call the session, and Connect(), Write() and Close()
 * report nothing before they return.
 */
class BgpSessionOwner
{
  public:
    virtual ~BgpSessionOwner() = default;

    /// Begins to connect to the peer. @return the connection's name, 0 if it cannot even begin
    virtual BgpConnectionId Connect() = 0;
    /**
     * Closes a connection or gives up an attempt; nothing about it may be reported afterwards.
     * @param connection which one
     * @param mode FLUSH: what Write() took goes out before the end of the stream, in bounded time
     */
    virtual void Close(BgpConnectionId connection, BgpCloseMode mode) = 0;
    /**
     * Hands octets to TCP.
     * @param connection where
     * @param data octets
     * @param size how many, > 0
     * @return how many TCP took; if that is less than size, Writable() is to be called when there
     * is room again. An error is reported by TcpFailed() later.
     */
    virtual size_t Write(BgpConnectionId connection, const uint8_t* data, size_t size) = 0;
    /// Starts a timer, anew if it runs: TimerExpired(timer) is due in delay >= 0.
    virtual void SetTimer(BgpTimer timer, Time delay) = 0;
    /// Stops a timer; it must not expire any more.
    virtual void CancelTimer(BgpTimer timer) = 0;

    /// @return see BgpSessionHost::GetJitter()
    virtual double GetJitter()
    {
        return 1;
    }

    /// The state has changed.
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

    /// The octets of one message go out.
    virtual void MessageSent(BgpConnectionId connection, const std::vector<uint8_t>& octets)
    {
        (void)connection;
        (void)octets;
    }

    /// A message came, before it has an effect.
    virtual void MessageReceived(BgpConnectionId connection, const std::vector<uint8_t>& octets)
    {
        (void)connection;
        (void)octets;
    }

    /// An UPDATE had a fault that the session survives (RFC 7606).
    virtual void UpdateFault(BgpUpdateOutcome outcome, const BgpError& fault)
    {
        (void)outcome;
        (void)fault;
    }

    /// The session is established.
    virtual void SessionUp(const BgpNegotiated& negotiated) = 0;
    /// The session is not established any more: all that was learned from the peer is void.
    virtual void SessionDown(const BgpSessionEnd& end) = 0;
    /// An UPDATE; one that is to be treated as withdraw is a withdrawal already.
    virtual void UpdateReceived(const BgpUpdateMessage& update) = 0;

    /// The peer wants all routes of a negotiated family again.
    virtual void RouteRefreshReceived(const BgpRouteRefreshMessage& refresh)
    {
        (void)refresh;
    }
};

/**
 * A session with one peer: a BgpSessionFsm with the octets of its connections. What TCP does not
 * take at once is kept here.
 *
 * @code
 * BgpSession session(config, owner);
 * session.Start(now);                                   // owner.Connect() returns 1
 * session.TcpConnected(1, BgpDirection::OUTGOING, now); // owner.Write(1, octets of OPEN)
 * session.BytesReceived(1, data, size, now);            // ... owner.SessionUp(negotiated)
 * session.SendUpdate(update, now);
 * @endcode
 */
class BgpSession : private BgpSessionHost
{
  public:
    /**
     * @param config the peer's configuration
     * @param owner has sockets and clock; has to outlive this
     * @throws std::invalid_argument if config is bad, see CheckBgpSessionConfig()
     */
    BgpSession(const BgpSessionConfig& config, BgpSessionOwner& owner);

    /// Leaves Idle. @param now the time. @param kind see BgpSessionFsm::Start()
    void Start(Time now, BgpStart kind = BgpStart::MANUAL);
    /// Ends what there is. @param now the time. @param stop who and why
    void Stop(Time now, const BgpStop& stop = BgpStop());
    /**
     * A connection is there.
     * @param connection what Connect() returned, or a new name for an incoming one
     * @param direction who made it
     * @param now the time
     */
    void TcpConnected(BgpConnectionId connection, BgpDirection direction, Time now);
    /// An attempt failed or a connection ended. @param connection which one. @param now the time
    void TcpFailed(BgpConnectionId connection, Time now);
    /**
     * @param connection where octets came; ignored if it is not known
     * @param data octets
     * @param size how many
     * @param now the time
     */
    void BytesReceived(BgpConnectionId connection, const uint8_t* data, size_t size, Time now);
    /// There is room in TCP again. @param connection where. @param now the time
    void Writable(BgpConnectionId connection, Time now);
    /// A timer is due. @param timer which one. @param now the time
    void TimerExpired(BgpTimer timer, Time now);

    /**
     * @param update routes of negotiated families; is cut as need be
     * @param now the time
     * @return how many messages it made; none if the session is not established
     * @throws what EncodeBgpUpdates() throws; nothing is sent then
     */
    size_t SendUpdate(const BgpUpdateMessage& update, Time now);
    /**
     * @param family a negotiated family
     * @param now the time
     * @return whether it was sent: the session is established and the peer knows the message
     */
    bool SendRouteRefresh(const BgpFamily& family, Time now);

    /// @return the state
    BgpSessionState GetState() const;
    /// @return what was negotiated; null unless the session is established
    const BgpNegotiated* GetNegotiated() const;
    /// @return octets that wait for TCP on the established connection
    size_t GetQueued() const;

    /// @return the state machine, to look at
    const BgpSessionFsm& GetFsm() const
    {
        return m_fsm;
    }

  private:
    /// The octets of a connection.
    struct Stream
    {
        BgpFramer framer;             //!< of what comes in
        std::vector<uint8_t> waiting; //!< for TCP to take it
    };

    BgpCodecOptions OptionsOf(BgpConnectionId connection) const;
    bool Deliver(BgpConnectionId connection, const std::vector<uint8_t>& octets);
    void Put(BgpConnectionId connection, const std::vector<uint8_t>& octets);

    BgpConnectionId Connect() override;
    void Close(BgpConnectionId connection, BgpCloseMode mode) override;
    void Send(BgpConnectionId connection, const BgpMessage& message) override;
    void SetTimer(BgpTimer timer, Time delay) override;
    void CancelTimer(BgpTimer timer) override;
    double GetJitter() override;
    void StateChanged(BgpSessionState from, BgpSessionState to) override;
    void ConnectionEnded(BgpConnectionId connection, const BgpSessionEnd& end) override;
    void SessionUp(BgpConnectionId connection, const BgpNegotiated& negotiated) override;
    void SessionDown(const BgpSessionEnd& end) override;
    void UpdateReceived(const BgpUpdateMessage& update) override;
    void RouteRefreshReceived(const BgpRouteRefreshMessage& refresh) override;

    BgpSessionOwner& m_owner;                    //!< has sockets and clock
    BgpSessionFsm m_fsm;                         //!< decides
    std::map<BgpConnectionId, Stream> m_streams; //!< of connections that exist
    Time m_now;                                  //!< of the event that is handled
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_SESSION_H
