// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TCP_TRANSFER_H
#define VMM_TCP_TRANSFER_H

#include "ns3/copy-transfer.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/socket.h"

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{

class TcpHeader;
class TcpSocketBase;

namespace vmm
{

/**
 * A copy over one ns-3 TCP connection, packet by packet, written as the socket has space, at a
 * limited rate if one is given.
 *
 * A connection that does not come up within ConnectTimeout, is closed by the peer, is reset, or on
 * which something is awaited and nothing comes for StallTimeout, has failed: told once, then all is
 * over.
 *
 * No more is handed to TCP than the peer's window takes. ns-3 before 3.41 crashes when octets that
 * were sent fill the window exactly, more wait in the socket, and one of the sent is lost
 * (TcpTxBuffer::NextSeg gives a segment without octets).
 */
class TcpTransfer : public CopyTransfer
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    TcpTransfer();
    ~TcpTransfer() override;

    void Connect(Ptr<Node> node, const IpAddress& remote, uint16_t port) override;
    void Send(const std::vector<uint8_t>& real, uint64_t virtualOctets, uint64_t rate) override;
    void ExpectReply(bool due) override;
    void Close() override;
    void Abandon() override;

    bool IsWritten() const override;
    uint64_t GetWireOctets() const override;
    uint64_t GetSentVirtualOctets() const override;
    /// @return octets that TCP has taken
    uint64_t GetWrittenOctets() const;
    /// @return octets that the peer's TCP has acknowledged
    uint64_t GetAcknowledgedOctets() const;
    /// @return the connection's socket, null if there is none
    Ptr<Socket> GetSocket() const;
    /// @return what the peer's TCP takes, octets
    uint32_t GetPeerWindow() const;
    /// @return octets that have to be free before a large body goes on
    uint32_t GetPiece() const;

  protected:
    void DoDispose() override;

  private:
    /// Something that waits to be written.
    struct Item
    {
        std::vector<uint8_t> real; //!< octets with content, first
        uint64_t virtualOctets{0}; //!< then these
        uint64_t rate{0};          //!< limit in bit/s
    };

    /// The socket is connected.
    void Connected(Ptr<Socket> socket);
    /// The socket could not connect.
    void ConnectFailed(Ptr<Socket> socket);
    /// The peer has closed.
    void PeerClosed(Ptr<Socket> socket);
    /// The connection was reset or given up.
    void PeerFailed(Ptr<Socket> socket);
    /// The peer has sent something.
    void Readable(Ptr<Socket> socket);
    /// Something was acknowledged.
    void Writable(Ptr<Socket> socket, uint32_t space);
    /// The connection attempt took too long.
    void ConnectTimedOut();
    /// Looks whether the connection has stalled.
    void CheckStall();
    /// Starts to look, if something is awaited and nobody looks yet.
    void WatchStall();
    /// Before something is awaited: if nothing was, the time without progress begins now.
    void NoteIdle();
    /// @return whether an acknowledgement or an answer is awaited
    bool IsAwaiting() const;
    /// Connection trace of the socket: the peer's window.
    void WindowChanged(uint32_t before, uint32_t window);
    /// @return octets that TCP takes and the peer's window allows
    uint32_t GetSpace() const;
    /// Connection trace of the socket: a segment is sent.
    void SegmentSent(Ptr<const Packet> payload,
                     const TcpHeader& header,
                     Ptr<const TcpSocketBase> socket);

    /// Writes as much as socket and rate allow.
    void Flush();
    /// Writes a piece of the first item. @return octets written
    uint32_t WritePiece(uint32_t space);
    /// @return octets in the socket's buffer
    uint64_t GetOutstanding() const;
    /// Tells of the failure and ends.
    void Fail(const std::string& reason);
    /// Forgets the socket. @param silent without closing it
    void Release(bool silent = false);
    /// Hears no more of a socket that was closed.
    void ForgetClosed();

    /// Octets without content: where they begin in the stream, and how many.
    using Body = std::pair<uint64_t, uint64_t>;

    Ptr<Socket> m_socket;       //!< the connection
    Ptr<Socket> m_closed;       //!< what it was before it was closed; may still send
    bool m_connected{false};    //!< it is up
    bool m_ipv6{false};         //!< its family
    std::deque<Item> m_queue;   //!< waits to be written
    uint64_t m_written{0};      //!< octets TCP has taken
    uint64_t m_acknowledged{0}; //!< final count once the socket is gone
    uint64_t m_wire{0};         //!< octets of datagrams
    uint32_t m_window{0};       //!< of the peer, octets
    bool m_replyDue{false};     //!< see ExpectReply
    uint64_t m_queued{0};       //!< octets of the stream, written or not
    uint64_t m_sent{0};         //!< octets of the stream that were in a segment
    uint32_t m_first{0};        //!< sequence number of the stream's first octet
    std::vector<Body> m_bodies; //!< in order
    Time m_lastProgress;        //!< when something was acknowledged or answered
    Time m_nextWrite;           //!< rate limit: not before
    EventId m_paceTimer;        //!< goes on writing
    EventId m_timer;            //!< connect, then stall
    uint32_t m_sendBuffer{0};   //!< attribute
    uint32_t m_chunk{0};        //!< attribute
    Time m_connectTimeout;      //!< attribute
    Time m_stallTimeout;        //!< attribute
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TCP_TRANSFER_H
