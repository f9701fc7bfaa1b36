// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_COPY_SENDER_H
#define VMM_COPY_SENDER_H

#include "ns3/copy-record.h"
#include "ns3/copy-transfer.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * The streams of one copy at the source: turns records into octets, spreads the bodies of PAGES and
 * STORAGE over the streams, and hands on what the destination answers when all streams have it.
 * What one stream loses, the copy has lost.
 */
class CopySender : public Object
{
  public:
    /// How a copy is carried.
    struct Settings
    {
        std::string transfer{"tcp"}; //!< see CopyTransfer::Create
        uint8_t streams{1};          //!< 1 to COPY_MAX_STREAMS
        bool faultStream{false};     //!< whether there is one for pages that the VM waits for; TCP
    };

    /// Told without argument.
    using Callback = std::function<void()>;
    /// Gets a record that the destination has sent: ROUND_END and END when all streams have said
    /// so, FAULT at once.
    using ReplyCallback = std::function<void(const CopyRecord& record)>;
    /// Told why.
    using FailCallback = std::function<void(const std::string& reason)>;

    /// @return the type of this class
    static TypeId GetTypeId();

    CopySender();
    ~CopySender() override;

    /// @param callback called when all streams are up
    void SetConnectedCallback(Callback callback);
    /// @param callback called whenever all that was queued has been handed to the network
    void SetWrittenCallback(Callback callback);
    /// @param callback gets replies
    void SetReplyCallback(ReplyCallback callback);
    /// @param callback called once if a stream cannot be made or is lost; not after Close()
    void SetFailedCallback(FailCallback callback);

    /**
     * Connects, and sends OPEN on each stream.
     * @param node the node that sends
     * @param remote the destination
     * @param port its TCP port
     * @param settings how
     * @param open the record OPEN; stream and streams are filled in
     * @throws std::invalid_argument for an unknown transfer
     */
    void Open(Ptr<Node> node,
              const IpAddress& remote,
              uint16_t port,
              const Settings& settings,
              const CopyRecord& open);
    /**
     * Queues a record.
     * @param record what to send; FAULT_PAGE goes to the fault stream
     * @param rate limit for its body in bit/s over all streams, 0 for none
     */
    void Send(const CopyRecord& record, uint64_t rate = 0);
    /// @param due whether an answer to what was queued so far is awaited
    void ExpectReply(bool due);
    /// Ends all streams. No callback comes.
    void Close();
    /// Ends as a crashed host does: the peer is not told.
    void Abandon();

    /// @return whether all that was queued has been handed to the network
    bool IsWritten() const;
    /// @return see CopyTransfer::GetWireOctets, all streams
    uint64_t GetWireOctets() const;
    /// @return octets of virtual bodies that have been sent at least once, all streams
    uint64_t GetSentVirtualOctets() const;

  protected:
    void DoDispose() override;

  private:
    /// One stream.
    struct Stream
    {
        Ptr<CopyTransfer> transfer;  //!< its connection
        std::vector<uint8_t> answer; //!< received octets that are no whole record yet
        bool connected{false};       //!< it is up
    };

    /// Makes the transfer of stream i.
    void AddStream(const std::string& transfer);
    /// Queues a record on stream i.
    void SendOn(size_t i, CopyRecord record, uint64_t rate);
    /// A stream is up.
    void Connected(size_t i);
    /// A stream has handed all to the network.
    void Written();
    /// The peer has sent something on stream i.
    void Received(size_t i, Ptr<const Packet> data);
    /// A record from the peer. @param stream on which
    void Answered(size_t stream, const CopyRecord& record);
    /// A stream is lost.
    void Failed(const std::string& reason);

    Callback m_onConnected;                 //!< see SetConnectedCallback
    Callback m_onWritten;                   //!< see SetWrittenCallback
    ReplyCallback m_onReply;                //!< see SetReplyCallback
    FailCallback m_onFailed;                //!< see SetFailedCallback
    std::vector<Stream> m_streams;          //!< data streams, then the fault stream if there is one
    size_t m_dataStreams{0};                //!< without the fault stream
    std::map<uint32_t, size_t> m_roundEnds; //!< how many streams have confirmed a round
    size_t m_ends{0};                       //!< how many streams have confirmed END
    bool m_open{false};                     //!< between Open() and the end
    bool m_sending{false};                  //!< a record is being spread over the streams
};

} // namespace vmm
} // namespace ns3

#endif // VMM_COPY_SENDER_H
