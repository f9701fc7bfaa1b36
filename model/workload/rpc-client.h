// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RPC_CLIENT_H
#define VMM_RPC_CLIENT_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/socket.h"
#include "ns3/traced-callback.h"

namespace ns3
{

class Packet;

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

    /// @return whether the connection was reset or timed out
    bool HasFailed() const
    {
        return m_failed;
    }

    /// @return the socket, null before the start
    Ptr<Socket> GetSocket() const
    {
        return m_socket;
    }

    /// Trace of a complete response: the time since its request was sent.
    typedef void (*ResponseTracedCallback)(Time latency);

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;
    void SendRequest();
    void SendPart();
    void HandleConnected(Ptr<Socket> socket);
    void HandleSpace(Ptr<Socket> socket, uint32_t available);
    void HandleRead(Ptr<Socket> socket);
    void HandleError(Ptr<Socket> socket);

    Address m_local;         //!< attribute
    Address m_remote;        //!< attribute
    uint32_t m_requestSize;  //!< attribute
    uint32_t m_responseSize; //!< attribute
    Time m_thinkTime;        //!< attribute

    Ptr<Socket> m_socket;           //!< the connection
    EventId m_next;                 //!< the next request
    uint32_t m_toSend = 0;          //!< bytes of the request not yet in the socket
    uint32_t m_toReceive = 0;       //!< bytes of the response still to come
    Time m_sent;                    //!< when the request was sent
    uint64_t m_responses = 0;       //!< complete ones
    bool m_failed = false;          //!< connection lost
    TracedCallback<Time> m_latency; //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_RPC_CLIENT_H
