// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MESSAGE_STREAM_H
#define VMM_MESSAGE_STREAM_H

#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/socket.h"
#include "ns3/vmm-ip-address.h"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace ns3
{

class Node;

namespace vmm
{

/**
 * Framed messages over one ns-3 TCP connection, IPv4 or IPv6. A frame carries its own length in
 * octets 2 and 3; several may share a segment and one may span several. Nothing polls: writing goes
 * on when the socket says that it has space again.
 *
 * The side that calls Connect() connects again after a loss, waiting InitialBackoff and doubling
 * up to MaxBackoff; the side that calls Accept() ends with its connection. What was queued when a
 * connection ends is lost: ManagementChannel sends again what was not acknowledged.
 */
class MessageStream : public Object
{
  public:
    /// Gets the octets of each received frame.
    using ReceiveCallback = std::function<void(const std::vector<uint8_t>& frame)>;
    /// Gets true when the connection is up, false when it is lost, and why.
    using StateCallback = std::function<void(bool connected, const std::string& reason)>;

    /// @return the type of this class
    static TypeId GetTypeId();

    MessageStream();
    ~MessageStream() override;

    /**
     * Connects now, and again whenever the connection is lost, until Close().
     * @param node the node whose TCP is used
     * @param remote the peer
     * @param port the peer's TCP port
     */
    void Connect(Ptr<Node> node, const IpAddress& remote, uint16_t port);

    /**
     * Takes over a connection that a listening socket accepted.
     * @param socket the connected socket
     */
    void Accept(Ptr<Socket> socket);

    /// Ends the connection, after what is queued in TCP, and connects no more. No callback comes.
    void Close();
    /// Gives the connection up as lost. @param reason why; the owner is told and connects again
    void Drop(const std::string& reason);
    /// Ends as a crashed host does: the peer is not told, and nothing that arrives is read.
    void Abandon();

    /**
     * @param frame a whole message, its length in octets 2 and 3
     * @return false, and nothing is queued, if there is no connection
     */
    bool Send(std::vector<uint8_t> frame);

    /// @param callback called for each frame
    void SetReceiveCallback(ReceiveCallback callback);
    /// @param callback called when the connection comes up or is lost
    void SetStateCallback(StateCallback callback);

    /// @return whether frames can be sent
    bool IsConnected() const;
    /// @return the address of this end, none if not connected
    IpAddress GetLocalAddress() const;
    /// @return the address of the other end, none if not connected
    IpAddress GetRemoteAddress() const;

  protected:
    void DoDispose() override;

  private:
    /// Opens a socket and starts to connect.
    void StartConnecting();
    /// The connection attempt took too long.
    void ConnectTimedOut();
    /// @param socket connected now
    void Connected(Ptr<Socket> socket);
    /// @param socket could not connect
    void ConnectFailed(Ptr<Socket> socket);
    /// @param socket closed by the peer
    void PeerClosed(Ptr<Socket> socket);
    /// @param socket reset, or given up by TCP
    void PeerFailed(Ptr<Socket> socket);
    /// @param socket has data
    void Readable(Ptr<Socket> socket);
    /// @param socket has space
    /// @param space octets of it
    void Writable(Ptr<Socket> socket, uint32_t space);

    /// Sets the callbacks of m_socket.
    void Watch();
    /// Forgets m_socket. @param silent without closing it
    void Release(bool silent = false);
    /// The connection is gone: tells the owner and connects again if this is the connecting side.
    void Lose(const std::string& reason);
    /// Hands out the whole frames in m_input. @return false if the input is no sequence of frames
    bool TakeFrames();
    /// Writes queued frames as far as the socket has space.
    void Flush();

    Ptr<Node> m_node;                          //!< node, on the connecting side
    IpAddress m_remote;                        //!< peer, on the connecting side
    uint16_t m_port{0};                        //!< peer's port, on the connecting side
    Ptr<Socket> m_socket;                      //!< the connection or the attempt at one
    bool m_connected{false};                   //!< whether m_socket is connected
    std::vector<uint8_t> m_input;              //!< received octets that are no whole frame yet
    std::deque<std::vector<uint8_t>> m_output; //!< frames that TCP has not taken yet
    size_t m_written{0};                       //!< octets of the first of them that TCP has taken
    ReceiveCallback m_receive;                 //!< gets frames
    StateCallback m_state;                     //!< gets changes
    Time m_initialBackoff;                     //!< first wait
    Time m_maxBackoff;                         //!< longest wait
    Time m_connectTimeout;                     //!< longest attempt
    Time m_backoff;                            //!< next wait
    EventId m_timer;                           //!< wait or attempt
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MESSAGE_STREAM_H
