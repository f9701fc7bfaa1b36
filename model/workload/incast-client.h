// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_INCAST_CLIENT_H
#define VMM_INCAST_CLIENT_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/ns3-compat.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rpc-connection.h"
#include "ns3/traced-callback.h"
#include "ns3/transfer-event.h"

#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Asks many servers at the same instant, each over a TCP connection of its own that stays open, and
 * asks again some time after the last answer is complete: partition and aggregate, whose answers
 * meet at the client's link. The first question waits until every connection is there, or has
 * failed. A server whose connection is lost is not asked any more.
 */
class IncastClient : public Application
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    IncastClient();
    ~IncastClient() override;

    /**
     * Add a server, before the start.
     * @param local address and port of the connection at the client; invalid: any
     * @param remote address and port of the server
     */
    void AddServer(const Address& local, const Address& remote);

    /// @return how many questions all servers have answered
    uint64_t GetAnswered() const
    {
        return m_answered;
    }

    /// @return how many connections were lost
    size_t GetLost() const
    {
        return m_lost;
    }

    /**
     * Fix the random stream of the think time.
     * @param stream the stream
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream) VMM_APPLICATION_OVERRIDE;

  protected:
    void DoDispose() override;

  private:
    /// One server.
    struct Server
    {
        Address local;                 //!< of the client
        Address remote;                //!< of the server
        Ptr<RpcConnection> connection; //!< null before the start and when it is lost
        bool connected = false;        //!< the connection is there
        bool waiting = false;          //!< for its answer
    };

    void StartApplication() override;
    void StopApplication() override;
    /// Asks all servers that there are.
    void Ask();
    /// Asks for the first time once no connection is being set up.
    void AskIfReady();
    void HandleConnected(uint64_t index);
    void HandleDone(uint64_t index);
    void HandleFailure(uint64_t index);
    /// A server will not answer this question any more, or has done so.
    void EndPart(size_t index, TransferOutcome outcome);
    /// @return whether an answer is still to come
    bool IsWaiting() const;

    uint32_t m_requestSize;                //!< attribute
    uint32_t m_responseSize;               //!< attribute
    Ptr<RandomVariableStream> m_thinkTime; //!< attribute

    std::vector<Server> m_servers;                        //!< in the order of AddServer
    EventId m_next;                                       //!< next question
    TransferEvent m_question;                             //!< the last one
    bool m_asking = false;                                //!< the first question was sent
    uint64_t m_answered = 0;                              //!< questions
    size_t m_lost = 0;                                    //!< connections
    TracedCallback<const TransferEvent&> m_transferBegin; //!< trace
    TracedCallback<const TransferEvent&> m_transferEnd;   //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_INCAST_CLIENT_H
