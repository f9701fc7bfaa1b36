// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_REGISTRATION_ENDPOINT_H
#define VMM_REGISTRATION_ENDPOINT_H

#include "ns3/event-id.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/packet.h"
#include "ns3/random-variable-stream.h"
#include "ns3/registration-message.h"
#include "ns3/request-tracker.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"
#include "ns3/traced-value.h"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace ns3
{
namespace vmm
{

/// How a request ended.
struct RequestOutcome
{
    std::optional<RegistrationMessage> reply; //!< none: given up
    uint32_t transmissions = 0;               //!< how often it was sent

    /// @return whether it was answered with status 0
    bool IsAccepted() const
    {
        return reply && reply->IsAccepted();
    }
};

/**
 * Sends and receives Registration Requests and Replies on one node: the sockets and timers around
 * the codec, RequestTracker and DuplicateCache.
 *
 * Every datagram that is received passes a queue with one server (ServiceTime) before it has an
 * effect. A request is sent again until it is answered or given up; a duplicate of a received
 * request gets the same reply again, and the handler sees it once. Nothing answers a reply. A
 * broken request is answered with status 134 or 135 here and never reaches the handler.
 *
 * @code
 * endpoint->Open(node, {nveAddress});
 * endpoint->SetRequestHandler([](const RegistrationMessage& request, const IpAddress& from,
 *                                const RegistrationEndpoint::Responder& respond) {
 *     respond(MakeReply(request, RegistrationStatus::ACCEPTED, request.lifetime));
 * });
 * endpoint->Send(mnAddress, request, [](const RequestOutcome& outcome) { ... });
 * @endcode
 */
class RegistrationEndpoint : public Object
{
  public:
    /// Told once how a request ended. Never called from within Send().
    using ReplyCallback = std::function<void(const RequestOutcome&)>;
    /**
     * Answers one received request, at once or later; copies share the request. Sequence number,
     * flags, role, VN-ID and, where the request has one, VM-ID are set from the request, and the
     * lifetime is cut to what was asked: the caller gives status, lifetime and further options. A
     * second call, and a call after Close(), do nothing. If all copies go without a call, the
     * request counts as never received.
     */
    using Responder = std::function<void(const RegistrationMessage& reply)>;
    /// Given each whole request that is no duplicate, with the address that it came from.
    using RequestHandler = std::function<void(
        const RegistrationMessage& request, const IpAddress& from, const Responder& respond)>;

    /**
     * Signature of the trace sources Tx and Rx.
     * @param message the message
     * @param from source address; none if the socket is not bound to one (Tx)
     * @param to destination address; none if the socket is not bound to one (Rx)
     * @param bytes UDP payload, octets
     */
    typedef void (*MessageTracedCallback)(const RegistrationMessage& message,
                                          const IpAddress& from,
                                          const IpAddress& to,
                                          uint32_t bytes);
    /**
     * Signature of the trace source Discard.
     * @param why name of a RegistrationFault, or "duplicate-in-progress", "unexpected-reply",
     * "no-handler", "not-sent", "queue-full"
     * @param from source address
     * @param bytes UDP payload, octets
     */
    typedef void (*DiscardTracedCallback)(const std::string& why,
                                          const IpAddress& from,
                                          uint32_t bytes);
    /**
     * Signature of the trace source GiveUp.
     * @param request the request
     * @param to its recipient
     * @param transmissions how often it was sent
     */
    typedef void (*GiveUpTracedCallback)(const RegistrationMessage& request,
                                         const IpAddress& to,
                                         uint32_t transmissions);

    /// @return the object TypeId
    static TypeId GetTypeId();
    RegistrationEndpoint();
    ~RegistrationEndpoint() override;

    /**
     * Opens a socket for each family that the node's stack has, or only for the families of local
     * if it is not empty.
     *
     * @param node a node with an internet stack
     * @param local source addresses, at most one per family; also the only addresses at which
     * messages are then received
     * @throws std::invalid_argument if local has two of a family or one that the node cannot use,
     * the node has no internet stack, the port is taken, InitialTimeout is above MaxTimeout, or the
     * endpoint was disposed of
     * @throws std::logic_error if the endpoint is open
     */
    void Open(Ptr<Node> node, const IpAddressList& local = IpAddressList());
    /**
     * Closes the sockets and forgets everything, as a crash of the node does: requests, received
     * messages that wait for service, remembered replies. No callback is called. Does nothing if
     * the endpoint is not open; it may be opened again.
     */
    void Close();

    /// @return whether the endpoint is open
    bool IsOpen() const
    {
        return m_node != nullptr;
    }

    /// @return the source address of a family; none if its socket has none
    IpAddress GetLocalAddress(IpFamily family) const;

    /**
     * Sends a request until it is answered or given up. The timers run in the simulator context of
     * the caller, which has to be that of the node, not that of a VM, whose clock may stand still.
     *
     * @param to the recipient
     * @param request the request, with its sequence number
     * @param callback told how it ended; may be null
     * @return handle for Cancel(), never 0
     * @throws std::invalid_argument if it is no request, lacks a mandatory option, has no encoding,
     * or goes to a family that has no socket
     * @throws std::logic_error if the endpoint is not open
     */
    uint32_t
    Send(const IpAddress& to, const RegistrationMessage& request, ReplyCallback callback = nullptr);
    /// Forgets a request, its callback included. @return whether it was pending
    bool Cancel(uint32_t handle);
    /// @param handler given the requests; null: they are discarded
    void SetRequestHandler(RequestHandler handler);

    /// @return requests sent and not yet answered or given up
    size_t GetPendingCount() const
    {
        return m_sent.size();
    }

    /// @return messages discarded since construction
    uint64_t GetDiscardCount() const
    {
        return m_discards;
    }

    /**
     * @param stream first stream index
     * @return streams used
     */
    int64_t AssignStreams(int64_t stream);

  protected:
    void DoDispose() override;

  private:
    /// A request that waits for its reply.
    struct Sent
    {
        IpAddress to;                //!< recipient
        RegistrationMessage request; //!< what was asked
        std::vector<uint8_t> octets; //!< and its encoding
        ReplyCallback callback;      //!< told how it ended
    };

    /// A message that waits for service.
    struct Received
    {
        IpAddress from;              //!< source
        uint16_t port;               //!< source port
        RegistrationDecoded decoded; //!< what it says
        std::vector<uint8_t> octets; //!< and its encoding
    };

    struct Exchange;

    Ptr<Socket> OpenSocket(Ptr<Node> node, const IpAddress& local);
    void Readable(Ptr<Socket> socket);
    void Arrived(Received message);
    void ServeNext();
    void Served();
    bool ServeFront();
    void Handle(const Received& message);
    void HandleRequest(const Received& message);
    void HandleReply(const Received& message);
    uint32_t FindSent(const RegistrationMessage& reply, const IpAddress& from) const;
    void Forget(uint32_t handle);
    void Respond(Exchange& exchange, RegistrationMessage reply);
    void Advance();
    void SetTimer();
    void GiveUp(uint32_t handle, uint32_t transmissions);
    void Transmit(const RegistrationMessage& message,
                  const std::vector<uint8_t>& octets,
                  const IpAddress& to,
                  uint16_t port);
    void Discard(const std::string& why, const IpAddress& from, size_t bytes);
    Ptr<Socket> GetSocket(IpFamily family) const;

    Ptr<Node> m_node;                //!< null: not open
    Ptr<Socket> m_socket4;           //!< IPv4
    Ptr<Socket> m_socket6;           //!< IPv6
    IpAddress m_local4;              //!< its source address
    IpAddress m_local6;              //!< its source address
    RequestHandler m_handler;        //!< given the requests
    std::map<uint32_t, Sent> m_sent; //!< by handle
    /// The same by recipient, sequence number, VM and handle.
    std::set<std::tuple<IpAddress, uint32_t, VmKey, uint32_t>> m_index;
    std::unique_ptr<RequestTracker> m_tracker;    //!< while open
    std::unique_ptr<DuplicateCache> m_duplicates; //!< while open
    std::shared_ptr<bool> m_session;              //!< a new one at each Open(); for Responders
    std::deque<Received> m_queue;                 //!< waits for service; the front one is served
    EventId m_timer;                              //!< the tracker's next time
    EventId m_service;                            //!< end of the present service
    uint64_t m_discards = 0;                      //!< messages discarded

    uint16_t m_port;                         //!< attribute Port
    Time m_initialTimeout;                   //!< attribute InitialTimeout
    Time m_maxTimeout;                       //!< attribute MaxTimeout
    uint32_t m_maxRetransmissions;           //!< attribute MaxRetransmissions
    uint32_t m_maxRate;                      //!< attribute MaxRate
    uint32_t m_queueSize;                    //!< attribute QueueSize
    uint32_t m_duplicateEntries;             //!< attribute DuplicateCacheSize
    Time m_duplicateHold;                    //!< attribute DuplicateCacheTime
    std::string m_key;                       //!< attribute Key
    Ptr<RandomVariableStream> m_serviceTime; //!< attribute ServiceTime

    TracedValue<uint32_t> m_queueLength; //!< trace source QueueLength
    /// trace source Tx
    TracedCallback<const RegistrationMessage&, const IpAddress&, const IpAddress&, uint32_t> m_tx;
    /// trace source Rx
    TracedCallback<const RegistrationMessage&, const IpAddress&, const IpAddress&, uint32_t> m_rx;
    /// trace source Discard
    TracedCallback<const std::string&, const IpAddress&, uint32_t> m_discard;
    /// trace source GiveUp
    TracedCallback<const RegistrationMessage&, const IpAddress&, uint32_t> m_giveUp;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_REGISTRATION_ENDPOINT_H
