// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_NEIGHBOR_H
#define VMM_BGP_NEIGHBOR_H

#include "ns3/bgp-peer-config.h"
#include "ns3/bgp-session.h"
#include "ns3/event-id.h"
#include "ns3/net-device.h"
#include "ns3/random-variable-stream.h"
#include "ns3/socket.h"

#include <array>
#include <map>
#include <string>

namespace ns3
{
namespace vmm
{

class BgpRouter;

/// What a BgpRouter is told about a neighbour.
struct BgpNeighborConfig
{
    BgpPeerConfig peer;       //!< name, address, next hops, policies
    Ptr<NetDevice> device;    //!< of the link to it; null if it is not on a link
    IpAddress localAddress;   //!< of this end of the session
    BgpAsn asn = 0;           //!< its AS; 0: any
    bool passive = false;     //!< never connects by itself
    IpAddressList peerSource; //!< other addresses that it may connect from
};

/**
 * The session with one neighbour of a BgpRouter: its TCP sockets and its timers. The router owns it
 * and hears of what happens.
 */
class BgpNeighbor : public BgpSessionOwner
{
  public:
    /**
     * @param router whose neighbour
     * @param id its number at the router's speaker
     * @param config what is known of it
     * @param session what the session is configured with
     * @throws std::invalid_argument as BgpSession
     */
    BgpNeighbor(BgpRouter& router,
                BgpPeerId id,
                const BgpNeighborConfig& config,
                const BgpSessionConfig& session);
    ~BgpNeighbor() override;
    BgpNeighbor(const BgpNeighbor&) = delete;
    BgpNeighbor& operator=(const BgpNeighbor&) = delete;

    /// Lets the session come up, and come up again, from now on.
    void Start();
    /// Ends the session with a Cease. @param subcode of it (RFC 4486) @param text for people
    void Stop(uint8_t subcode, const std::string& text);
    /// Ends the session as if its link was cut: the neighbour is told nothing.
    void Break();
    /// Drops sockets and timers without any further call.
    void Abandon();
    /// The neighbour has connected. @param socket the connection
    void Accept(Ptr<Socket> socket);
    /// @param update for the neighbour; nothing happens unless the session is established
    void SendUpdate(const BgpUpdateMessage& update);
    /// @param family that it is to send again @return whether it was asked
    bool SendRouteRefresh(const BgpFamily& family);

    /// @return its number
    BgpPeerId GetId() const
    {
        return m_id;
    }

    /// @return what is known of it
    const BgpNeighborConfig& GetConfig() const
    {
        return m_config;
    }

    /// @return the session
    const BgpSession& GetSession() const
    {
        return m_session;
    }

    // BgpSessionOwner
    BgpConnectionId Connect() override;
    void Close(BgpConnectionId connection, BgpCloseMode mode) override;
    size_t Write(BgpConnectionId connection, const uint8_t* data, size_t size) override;
    void SetTimer(BgpTimer timer, Time delay) override;
    void CancelTimer(BgpTimer timer) override;
    double GetJitter() override;
    void StateChanged(BgpSessionState from, BgpSessionState to) override;
    void ConnectionEnded(BgpConnectionId connection, const BgpSessionEnd& end) override;
    void MessageSent(BgpConnectionId connection, const std::vector<uint8_t>& octets) override;
    void MessageReceived(BgpConnectionId connection, const std::vector<uint8_t>& octets) override;
    void UpdateFault(BgpUpdateOutcome outcome, const BgpError& fault) override;
    void SessionUp(const BgpNegotiated& negotiated) override;
    void SessionDown(const BgpSessionEnd& end) override;
    void UpdateReceived(const BgpUpdateMessage& update) override;
    void RouteRefreshReceived(const BgpRouteRefreshMessage& refresh) override;

  private:
    /// A socket of the session, or an attempt to connect.
    struct Connection
    {
        Ptr<Socket> socket;     //!< TCP
        bool connected = false; //!< the handshake is over
    };

    /// @return the connection of a socket, 0 if it is none of the session any more
    BgpConnectionId Find(Ptr<Socket> socket) const;
    void Watch(Ptr<Socket> socket);
    /// Hears no more of a connection. @return its socket, null if there is none
    Ptr<Socket> Detach(BgpConnectionId connection);
    /// Closes a connection and hears no more of it.
    void Release(BgpConnectionId connection);
    void Connected(Ptr<Socket> socket);
    void Failed(Ptr<Socket> socket);
    void PeerClosed(Ptr<Socket> socket);
    void Readable(Ptr<Socket> socket);
    void Writable(Ptr<Socket> socket, uint32_t space);
    void Expire(BgpTimer timer);
    /// The neighbour takes octets again, or does not.
    void NoteQueue();

    BgpRouter& m_router;                                 //!< whose neighbour
    BgpPeerId m_id;                                      //!< number
    BgpNeighborConfig m_config;                          //!< as given
    BgpSession m_session;                                //!< decides
    std::map<BgpConnectionId, Connection> m_connections; //!< at most two and an attempt
    BgpConnectionId m_nextConnection = 1;                //!< never used again
    std::array<EventId, BGP_TIMER_COUNT> m_timers;       //!< of the session
    bool m_congested = false;                            //!< more than TCP takes is queued
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_NEIGHBOR_H
