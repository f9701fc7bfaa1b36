// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_COPY_TRANSFER_H
#define VMM_COPY_TRANSFER_H

#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ns3
{

class Node;
class Packet;

namespace vmm
{

/**
 * The sending end of a copy: what carries records and pages to the destination. Real octets (record
 * headers) and virtual ones (the content of pages) go out in the order in which they were queued;
 * what the destination sends back is handed on.
 *
 * A connection that cannot be made, is closed by the peer, or does not go on for too long has
 * failed: told once, then all is over.
 */
class CopyTransfer : public Object
{
  public:
    /// Told without argument.
    using Callback = std::function<void()>;
    /// Gets what the peer has sent.
    using ReceiveCallback = std::function<void(Ptr<const Packet> data)>;
    /// Told why.
    using FailCallback = std::function<void(const std::string& reason)>;

    /// @return the type of this class
    static TypeId GetTypeId();

    CopyTransfer();
    ~CopyTransfer() override;

    /// @param callback called when the connection is up
    void SetConnectedCallback(Callback callback);
    /// @param callback called whenever the last queued octet has been handed to the network
    void SetWrittenCallback(Callback callback);
    /// @param callback gets what the peer sends
    void SetReceiveCallback(ReceiveCallback callback);
    /// @param callback called once if the connection cannot be made or is lost; not after Close()
    void SetFailedCallback(FailCallback callback);

    /**
     * @param node the node that sends
     * @param remote the peer
     * @param port the peer's TCP port
     */
    virtual void Connect(Ptr<Node> node, const IpAddress& remote, uint16_t port) = 0;
    /**
     * Queues octets; they go out in order.
     * @param real octets with content
     * @param virtualOctets how many octets without content follow
     * @param rate limit for them in bit/s, 0 for none
     */
    virtual void Send(const std::vector<uint8_t>& real, uint64_t virtualOctets, uint64_t rate) = 0;
    /**
     * The peer owes an answer, or not: an answer that does not come is a failure as an
     * acknowledgement that does not come is.
     * @param due whether an answer to what was queued so far is awaited
     */
    virtual void ExpectReply(bool due) = 0;
    /**
     * Ends the connection; what was handed to the network still arrives if the path works, and
     * counts in what was sent. No callback comes.
     */
    virtual void Close() = 0;
    /// Ends as a crashed host does: the peer is not told, and nothing that arrives is read.
    virtual void Abandon() = 0;

    /**
     * @return whether virtual octets come to the peer in the stream, between the real ones. If not,
     * the peer sees the real ones alone, none of them before the virtual ones that were queued
     * before it have arrived.
     */
    virtual bool CarriesVirtualOctets() const;
    /// @return whether all that was queued has been handed to the network
    virtual bool IsWritten() const = 0;
    /// @return octets of IP datagrams sent: payload, TCP and IP headers, retransmissions, SYN, FIN
    virtual uint64_t GetWireOctets() const = 0;
    /// @return virtual octets that have been sent at least once
    virtual uint64_t GetSentVirtualOctets() const = 0;

    /**
     * @param name "tcp" or "fluid", or the name of a TypeId that derives from CopyTransfer
     * @return a new transfer with the attributes' defaults
     * @throws std::invalid_argument if there is none of that name
     */
    static Ptr<CopyTransfer> Create(const std::string& name);

  protected:
    void DoDispose() override;

    Callback m_onConnected;      //!< see SetConnectedCallback
    Callback m_onWritten;        //!< see SetWrittenCallback
    ReceiveCallback m_onReceive; //!< see SetReceiveCallback
    FailCallback m_onFailed;     //!< see SetFailedCallback
};

} // namespace vmm
} // namespace ns3

#endif // VMM_COPY_TRANSFER_H
