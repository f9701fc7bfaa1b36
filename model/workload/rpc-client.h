// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RPC_CLIENT_H
#define VMM_RPC_CLIENT_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/ns3-compat.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rpc-connection.h"
#include "ns3/traced-callback.h"
#include "ns3/transfer-event.h"

namespace ns3
{
namespace vmm
{

/**
 * Sends requests over one TCP connection and waits for each response before it thinks and sends
 * the next: what a remote procedure call or a database client looks like to the network.
 */
class RpcClient : public Application
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    RpcClient();
    ~RpcClient() override;

    /// @return how many responses have come completely
    uint64_t GetResponses() const
    {
        return m_responses;
    }

    /// @return whether the connection was refused, reset or timed out
    bool HasFailed() const
    {
        return m_failed;
    }

    /// @return the socket, null before the start and after the end
    Ptr<Socket> GetSocket() const
    {
        return m_connection ? m_connection->GetSocket() : nullptr;
    }

    /**
     * Fix the random stream of the think time.
     * @param stream the stream
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream) VMM_APPLICATION_OVERRIDE;

    /// Trace of a complete response: the time since its request was sent.
    typedef void (*ResponseTracedCallback)(Time latency);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void SendRequest();
    void HandleConnected(uint64_t number);
    void HandleResponse(uint64_t number);
    void HandleFailure(uint64_t number);
    /// Reports the end of the request that is under way, if one is.
    void EndTransfer(TransferOutcome outcome);

    Address m_local;                       //!< attribute
    Address m_remote;                      //!< attribute
    uint32_t m_requestSize;                //!< attribute
    uint32_t m_responseSize;               //!< attribute
    Ptr<RandomVariableStream> m_thinkTime; //!< attribute

    Ptr<RpcConnection> m_connection;                      //!< to the server
    EventId m_next;                                       //!< the next request
    TransferEvent m_transfer;                             //!< the last request
    Time m_sent;                                          //!< when it was sent
    uint64_t m_responses = 0;                             //!< complete ones
    bool m_failed = false;                                //!< connection lost
    TracedCallback<Time> m_latency;                       //!< trace
    TracedCallback<const TransferEvent&> m_transferBegin; //!< trace
    TracedCallback<const TransferEvent&> m_transferEnd;   //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_RPC_CLIENT_H
