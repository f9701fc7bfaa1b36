// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOOLS_BGP_PEER_H
#define VMM_TOOLS_BGP_PEER_H

#include "ns3/bgp-session.h"

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <poll.h>
#include <random>
#include <set>
#include <string>
#include <sys/socket.h>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A signal wants the program to end.
extern volatile std::sig_atomic_t g_bgpPeerQuit;

/// What the command line says.
struct BgpPeerOptions
{
    std::string listen;         //!< ADDR:PORT, or ""
    std::string connect;        //!< ADDR:PORT, or ""
    std::string source;         //!< local address of outgoing connections, or ""
    uint32_t localAs = 0;       //!< own AS
    uint32_t peerAs = 0;        //!< the peer's
    std::string routerId;       //!< own identifier
    uint32_t holdTime = 90;     //!< seconds
    uint32_t connectRetry = 5;  //!< seconds
    std::string announce;       //!< prefixes
    std::string community;      //!< standard communities
    std::string largeCommunity; //!< large communities
    std::string nextHop;        //!< at most one address of each family
    double duration = 0;        //!< seconds; 0: until a signal comes
};

/// An address and a port for the socket calls.
struct Endpoint
{
    sockaddr_storage storage{}; //!< the address
    socklen_t size = 0;         //!< octets of it

    Endpoint() = default;
    /// @param address an address. @param port a port
    Endpoint(const IpAddress& address, uint16_t port);
    /**
     * @param text "192.0.2.1:179" or "[2001:db8::1]:179"
     * @return the endpoint
     * @throws std::invalid_argument if it is none
     */
    static Endpoint FromString(const std::string& text);

    /// @return for socket calls
    const sockaddr* Get() const
    {
        return reinterpret_cast<const sockaddr*>(&storage);
    }
};

/// One session, its sockets and its clock.
class BgpPeer : public BgpSessionOwner
{
  public:
    explicit BgpPeer(const BgpPeerOptions& options);
    ~BgpPeer() override;
    BgpPeer(const BgpPeer&) = delete;
    BgpPeer& operator=(const BgpPeer&) = delete;

    /// Returns after the duration, or when told to quit.
    void Run();

    BgpConnectionId Connect() override;
    void Close(BgpConnectionId connection, BgpCloseMode mode) override;
    size_t Write(BgpConnectionId connection, const uint8_t* data, size_t size) override;
    void SetTimer(BgpTimer timer, Time delay) override;
    void CancelTimer(BgpTimer timer) override;
    double GetJitter() override;
    void StateChanged(BgpSessionState from, BgpSessionState to) override;
    void ConnectionEnded(BgpConnectionId connection, const BgpSessionEnd& end) override;
    void UpdateFault(BgpUpdateOutcome outcome, const BgpError& fault) override;
    void SessionUp(const BgpNegotiated& negotiated) override;
    void SessionDown(const BgpSessionEnd& end) override;
    void UpdateReceived(const BgpUpdateMessage& update) override;
    void RouteRefreshReceived(const BgpRouteRefreshMessage& refresh) override;

  private:
    /// A TCP connection.
    struct Connection
    {
        int fd = -1;             //!< its socket
        bool connecting = false; //!< not there yet
        bool full = false;       //!< waits for room to write
    };

    Time Now() const;
    void Listen(const Endpoint& at);
    int Poll(std::vector<pollfd>& fds, std::vector<BgpConnectionId>& names);
    void Accept();
    void Ready(BgpConnectionId connection, short events);
    void Read(BgpConnectionId connection);
    void Drain(int fd);
    void ExpireTimers();
    void ReadCommands();
    void Command(const std::string& line);
    void Announce(const std::vector<IpPrefix>& prefixes);
    void Withdraw(const std::vector<IpPrefix>& prefixes);
    void Fail(BgpConnectionId connection);

    BgpPeerOptions m_options;                            //!< the command line
    std::unique_ptr<BgpSession> m_session;               //!< the core
    std::chrono::steady_clock::time_point m_began;       //!< time 0
    int m_listener = -1;                                 //!< accepts connections
    std::map<BgpConnectionId, Connection> m_connections; //!< of interest to the session
    std::map<int, Time> m_closing;      //!< sockets that wait for the peer's end, and until when
    std::set<BgpConnectionId> m_broken; //!< a write failed: to be told to the session
    BgpConnectionId m_last = 0;         //!< last name given
    std::map<BgpTimer, Time> m_timers;  //!< when they are due
    std::set<IpPrefix> m_own;           //!< announced
    std::set<IpPrefix> m_learned;       //!< from the peer
    std::map<IpFamily, IpAddress> m_nextHops;      //!< of what is announced
    std::string m_input;                           //!< the begin of a command
    bool m_hasInput = true;                        //!< standard input has not ended
    std::mt19937 m_random{std::random_device()()}; //!< for jitter
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TOOLS_BGP_PEER_H
