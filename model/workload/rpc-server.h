// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RPC_SERVER_H
#define VMM_RPC_SERVER_H

#include "ns3/address.h"
#include "ns3/application.h"
#include "ns3/ptr.h"
#include "ns3/traced-callback.h"

#include <map>

namespace ns3
{

class Packet;
class Socket;

namespace vmm
{

/// Answers the requests of any number of RpcClient connections.
class RpcServer : public Application
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();

    RpcServer();
    ~RpcServer() override;

    /// @return how many requests were answered
    uint64_t GetRequests() const
    {
        return m_requests;
    }

    /// Trace of a socket that was accepted.
    typedef void (*SocketTracedCallback)(Ptr<Socket> socket);

  protected:
    void DoDispose() override;

  private:
    /// One client.
    struct Connection
    {
        Ptr<Packet> received;   //!< header octets that have come so far
        uint32_t toReceive = 0; //!< bytes of the request still to come
        uint32_t response = 0;  //!< size of the response to it
        uint64_t toSend = 0;    //!< bytes of responses not yet in the socket
    };

    void StartApplication() override;
    void StopApplication() override;
    void HandleAccept(Ptr<Socket> socket, const Address& from);
    void HandleRead(Ptr<Socket> socket);
    void HandleSpace(Ptr<Socket> socket, uint32_t available);
    void HandleClose(Ptr<Socket> socket);
    /// Takes octets of a client in.
    void Receive(Ptr<Socket> socket, Connection& connection, Ptr<Packet> packet);
    void SendPart(Ptr<Socket> socket, Connection& connection);

    Address m_local;                                 //!< attribute
    Ptr<Socket> m_listener;                          //!< accepts
    std::map<Ptr<Socket>, Connection> m_connections; //!< only searched, never iterated over
    uint64_t m_requests = 0;                         //!< answered
    TracedCallback<Ptr<Socket>> m_socketTrace;       //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_RPC_SERVER_H
