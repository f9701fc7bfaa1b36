// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MANAGEMENT_CHANNEL_H
#define VMM_MANAGEMENT_CHANNEL_H

#include "ns3/event-id.h"
#include "ns3/management-message.h"
#include "ns3/message-stream.h"
#include "ns3/nstime.h"
#include "ns3/traced-callback.h"

#include <deque>
#include <functional>
#include <string>

namespace ns3
{
namespace vmm
{

/// A management message on the wire, for traces.
struct ManagementEvent
{
    IpAddress from;                             //!< sender
    IpAddress to;                               //!< receiver
    ManagementType type{ManagementType::HELLO}; //!< what it is
    bool acknowledgement{false};                //!< an order, or the answer to one
    std::string vm;                             //!< VM-ID, may be empty
    uint32_t move{0};                           //!< move id, 0 for none
    uint16_t epoch{0};                          //!< epoch
    uint32_t bytes{0};                          //!< octets of the message, without TCP and IP
};

/**
 * One end of the conversation between the VM Manager and a hypervisor. TCP heals loss while a
 * connection lives; this class heals the loss of a connection: an order stays here until its
 * acknowledgement has come and is sent again, in order, on the next connection. So an order can
 * arrive twice and its receiver must answer the second as the first. PROGRESS and HELLO are sent
 * at most once.
 *
 * A malformed order is answered here; what cannot be answered is traced and dropped.
 */
class ManagementChannel : public Object
{
  public:
    /// Gets each message once: orders, and the acknowledgements of orders that were outstanding.
    using Handler = std::function<void(const ManagementMessage& message)>;
    /// Gets true when a connection is up (before outstanding orders are sent), false when lost.
    using StateHandler = std::function<void(bool connected)>;

    /// @return the type of this class
    static TypeId GetTypeId();

    ManagementChannel();
    ~ManagementChannel() override;

    /// @param handler gets the messages
    void SetHandler(Handler handler);
    /// @param handler gets the changes of the connection
    void SetStateHandler(StateHandler handler);

    /**
     * Speaks over this stream from now on; an earlier one is closed. If it is connected already,
     * outstanding orders are sent at once.
     * @param stream the stream
     */
    void SetStream(Ptr<MessageStream> stream);

    /**
     * Finds out when the peer has lost the connection without our knowing, which TCP never does as
     * long as we have nothing to send.
     * @param probe sent when nothing has been heard for interval; its receiver answers it
     * @param interval see probe; 0 for no probes
     * @param hold the connection is given up when nothing has been heard for so long
     */
    void SetKeepAlive(const ManagementMessage& probe, Time interval, Time hold);

    /// @param probe sent from now on, see SetKeepAlive
    void SetProbe(const ManagementMessage& probe);

    /// Closes the stream. Outstanding orders stay.
    void Close();
    /// Ends as a crashed host does: the peer is not told.
    void Abandon();

    /// @param message an order or report; kept until it is acknowledged
    void Send(const ManagementMessage& message);

    /// @param message an acknowledgement; lost if there is no connection (the order comes again)
    void Answer(const ManagementMessage& message);

    /// @param frame what a stream received, if it was read before SetStream()
    void Receive(const std::vector<uint8_t>& frame);

    /// @return whether there is a connection
    bool IsConnected() const;
    /// @return the address of this end, none if not connected
    IpAddress GetLocalAddress() const;
    /// @return when the last message came; a negative time if none has come yet
    Time GetLastHeard() const;
    /**
     * Until when the peer has heard of this end for certain, in both directions: the peer's own
     * GetLastHeard() is not earlier.
     * @return when the last HELLO was sent that the peer has acknowledged; a negative time if there
     * is none
     */
    Time GetLastConfirmed() const;

    /// @return how many orders wait for their acknowledgement
    size_t GetOutstandingCount() const;

    /// Signature of the trace sources Tx and Rx.
    typedef void (*EventTracedCallback)(const ManagementEvent& event);
    /// Signature of the trace source Discard: why a message was dropped.
    typedef void (*DiscardTracedCallback)(const std::string& reason);

  protected:
    void DoDispose() override;

  private:
    static constexpr int64_t NEVER = -1; //!< ns, before all time

    /// @param connected whether the stream has a connection now
    void StreamChanged(bool connected);
    /// Writes a message to the stream if it is connected.
    void Transmit(const ManagementMessage& message);
    /// Looks how long nothing has been heard.
    void CheckAlive();
    /// Takes the order that this acknowledges off the list. @return whether there was one
    bool Acknowledge(const ManagementMessage& message);

    Ptr<MessageStream> m_stream;                  //!< the connection, may be null
    std::deque<ManagementMessage> m_outstanding;  //!< orders without acknowledgement
    ManagementMessage m_probe;                    //!< see SetKeepAlive
    Time m_interval;                              //!< see SetKeepAlive
    Time m_hold;                                  //!< see SetKeepAlive
    Time m_lastHeard;                             //!< when a message came, or the connection
    Time m_lastMessage{NEVER};                    //!< when a message came
    Time m_lastConfirmed{NEVER};                  //!< see GetLastConfirmed
    std::deque<Time> m_greetings;                 //!< when HELLOs without answer were sent
    EventId m_aliveTimer;                         //!< next look
    Handler m_handler;                            //!< gets messages
    StateHandler m_stateHandler;                  //!< gets changes
    TracedCallback<const ManagementEvent&> m_tx;  //!< message sent
    TracedCallback<const ManagementEvent&> m_rx;  //!< message received
    TracedCallback<const std::string&> m_discard; //!< message dropped
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MANAGEMENT_CHANNEL_H
