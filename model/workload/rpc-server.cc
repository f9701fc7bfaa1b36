// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/rpc-server.h"

#include "ns3/packet.h"
#include "ns3/rpc-header.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/trace-source-accessor.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(RpcServer);

TypeId
RpcServer::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::RpcServer")
                            .SetParent<Application>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<RpcServer>()
                            .AddAttribute("Local",
                                          "Address and port to listen on",
                                          AddressValue(),
                                          MakeAddressAccessor(&RpcServer::m_local),
                                          MakeAddressChecker())
                            .AddTraceSource("Socket",
                                            "A client's connection was accepted",
                                            MakeTraceSourceAccessor(&RpcServer::m_socketTrace),
                                            "ns3::vmm::RpcServer::SocketTracedCallback");
    return tid;
}

RpcServer::RpcServer() = default;

RpcServer::~RpcServer() = default;

void
RpcServer::DoDispose()
{
    m_connections.clear();
    m_listener = nullptr;
    Application::DoDispose();
}

void
RpcServer::StartApplication()
{
    m_listener = Socket::CreateSocket(GetNode(), TcpSocketFactory::GetTypeId());
    m_listener->Bind(m_local);
    m_listener->Listen();
    m_listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                  MakeCallback(&RpcServer::HandleAccept, this));
}

void
RpcServer::StopApplication()
{
    if (m_listener)
    {
        m_listener->Close();
    }
}

void
RpcServer::HandleAccept(Ptr<Socket> socket, const Address&)
{
    m_connections[socket].received = Create<Packet>();
    socket->SetRecvCallback(MakeCallback(&RpcServer::HandleRead, this));
    socket->SetSendCallback(MakeCallback(&RpcServer::HandleSpace, this));
    socket->SetCloseCallbacks(MakeCallback(&RpcServer::HandleClose, this),
                              MakeCallback(&RpcServer::HandleClose, this));
    m_socketTrace(socket);
}

void
RpcServer::HandleClose(Ptr<Socket> socket)
{
    m_connections.erase(socket);
    socket->Close();
}

void
RpcServer::HandleRead(Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            return;
        }
        // What a client that has gone left behind is read and forgotten.
        auto connection = m_connections.find(socket);
        if (connection != m_connections.end())
        {
            Receive(socket, connection->second, packet);
        }
    }
}

void
RpcServer::Receive(Ptr<Socket> socket, Connection& connection, Ptr<Packet> packet)
{
    while (packet->GetSize() > 0)
    {
        if (connection.toReceive == 0)
        {
            uint32_t missing = RpcHeader::SIZE - connection.received->GetSize();
            uint32_t size = std::min(missing, packet->GetSize());
            connection.received->AddAtEnd(packet->CreateFragment(0, size));
            packet->RemoveAtStart(size);
            if (connection.received->GetSize() < RpcHeader::SIZE)
            {
                return;
            }
            RpcHeader header;
            connection.received->RemoveHeader(header);
            // A peer that announces less than a header is taken to mean the header alone.
            connection.toReceive =
                std::max(header.GetRequestSize(), RpcHeader::SIZE) - RpcHeader::SIZE;
            connection.response = header.GetResponseSize();
        }
        uint32_t size = std::min(connection.toReceive, packet->GetSize());
        packet->RemoveAtStart(size);
        connection.toReceive -= size;
        if (connection.toReceive == 0)
        {
            ++m_requests;
            connection.toSend += connection.response;
            SendPart(socket, connection);
        }
    }
}

void
RpcServer::HandleSpace(Ptr<Socket> socket, uint32_t)
{
    auto connection = m_connections.find(socket);
    if (connection != m_connections.end())
    {
        SendPart(socket, connection->second);
    }
}

void
RpcServer::SendPart(Ptr<Socket> socket, Connection& connection)
{
    while (connection.toSend > 0 && socket->GetTxAvailable() > 0)
    {
        auto size =
            static_cast<uint32_t>(std::min<uint64_t>(connection.toSend, socket->GetTxAvailable()));
        int sent = socket->Send(Create<Packet>(size));
        if (sent <= 0)
        {
            return;
        }
        connection.toSend -= sent;
    }
}

} // namespace vmm
} // namespace ns3
