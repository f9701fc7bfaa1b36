// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RPC_CONNECTION_H
#define VMM_RPC_CONNECTION_H

#include "ns3/address.h"
#include "ns3/callback.h"
#include "ns3/ptr.h"
#include "ns3/simple-ref-count.h"
#include "ns3/socket.h"

#include <cstdint>

namespace ns3
{

class Node;

namespace vmm
{

/**
 * The client's end of one TCP connection to an RpcServer: sends a request at a time and tells when
 * its response is complete. The clients of this folder are made of these.
 *
 *     auto connection = Create<RpcConnection>(1);
 *     connection->SetReports(connected, done, failed);
 *     connection->Open(GetNode(), Address(), server);
 *     connection->Ask(100, 20000);      // once connected; done is called at the last octet
 *     connection->Close();
 *
 * The socket keeps the connection alive as long as it may call it. After Close() or Drop() it
 * reports nothing; what still comes is read and forgotten, so that the peer can close too.
 */
class RpcConnection : public SimpleRefCount<RpcConnection>
{
  public:
    /// What the owner is told. @param number of the connection
    using Report = Callback<void, uint64_t>;

    /// @param number that the reports carry
    explicit RpcConnection(uint64_t number);

    /**
     * @param connected the connection is there
     * @param done the response to the last request is complete
     * @param failed it was refused, reset, timed out, or closed by the server; the last report
     */
    void SetReports(Report connected, Report done, Report failed);
    /**
     * Connect. Reports come later, never from within.
     * @param node the client
     * @param local address and port to send from; invalid: any
     * @param remote address and port of the server
     * @return whether the connection is on its way; false if there is no port or no way
     */
    bool Open(Ptr<Node> node, const Address& local, const Address& remote);
    /**
     * Send a request. The one before must have been answered.
     * @param requestSize bytes of the request, at least RpcHeader::SIZE
     * @param responseSize bytes of the response, at least 1
     */
    void Ask(uint32_t requestSize, uint32_t responseSize);
    /// Close the connection: what was written before still arrives.
    void Close();
    /// Forget the socket without closing it, when the simulation ends.
    void Drop();

    /// @return the socket, null before Open and after Close
    Ptr<Socket> GetSocket() const
    {
        return m_socket;
    }

  private:
    void SendPart();
    void HandleConnected(Ptr<Socket> socket);
    void HandleSpace(Ptr<Socket> socket, uint32_t available);
    void HandleRead(Ptr<Socket> socket);
    void HandleEnd(Ptr<Socket> socket);

    uint64_t m_number;        //!< for the reports
    Ptr<Socket> m_socket;     //!< null: not in use
    uint32_t m_request = 0;   //!< size of the request under way
    uint32_t m_response = 0;  //!< size of its response
    uint32_t m_toSend = 0;    //!< bytes of the request not yet in the socket
    uint64_t m_toReceive = 0; //!< bytes of the response still to come
    Report m_connected;       //!< to the owner
    Report m_done;            //!< to the owner
    Report m_failed;          //!< to the owner
};

} // namespace vmm
} // namespace ns3

#endif // VMM_RPC_CONNECTION_H
