// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/rpc-connection.h"

#include "ns3/node.h"
#include "ns3/packet.h"
#include "ns3/rpc-header.h"
#include "ns3/tcp-socket-factory.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

RpcConnection::RpcConnection(uint64_t number)
    : m_number(number)
{
}

void
RpcConnection::SetReports(Report connected, Report done, Report failed)
{
    m_connected = connected;
    m_done = done;
    m_failed = failed;
}

bool
RpcConnection::Open(Ptr<Node> node, const Address& local, const Address& remote)
{
    m_socket = Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
    // Bound to a Ptr: the socket may outlive the owner, in TIME-WAIT for instance.
    Ptr<RpcConnection> self = this;
    m_socket->SetConnectCallback(MakeCallback(&RpcConnection::HandleConnected, self),
                                 MakeCallback(&RpcConnection::HandleEnd, self));
    m_socket->SetCloseCallbacks(MakeCallback(&RpcConnection::HandleEnd, self),
                                MakeCallback(&RpcConnection::HandleEnd, self));
    m_socket->SetRecvCallback(MakeCallback(&RpcConnection::HandleRead, self));
    m_socket->SetSendCallback(MakeCallback(&RpcConnection::HandleSpace, self));
    if (!local.IsInvalid() && m_socket->Bind(local) != 0)
    {
        return false;
    }
    return m_socket->Connect(remote) == 0;
}

void
RpcConnection::Ask(uint32_t requestSize, uint32_t responseSize)
{
    m_request = requestSize;
    m_response = responseSize;
    m_toSend = requestSize;
    m_toReceive = responseSize;
    SendPart();
}

void
RpcConnection::Close()
{
    Ptr<Socket> socket = m_socket;
    Drop();
    if (socket)
    {
        socket->Close();
    }
}

void
RpcConnection::Drop()
{
    m_socket = nullptr;
    m_connected.Nullify();
    m_done.Nullify();
    m_failed.Nullify();
}

void
RpcConnection::SendPart()
{
    while (m_socket && m_toSend > 0)
    {
        uint32_t available = m_socket->GetTxAvailable();
        bool first = m_toSend == m_request;
        if (available < (first ? RpcHeader::SIZE : 1))
        {
            return;
        }
        uint32_t size = std::min(m_toSend, available);
        Ptr<Packet> packet = Create<Packet>(first ? size - RpcHeader::SIZE : size);
        if (first)
        {
            packet->AddHeader(RpcHeader(m_request, m_response));
        }
        int sent = m_socket->Send(packet);
        if (sent <= 0)
        {
            return;
        }
        m_toSend -= sent;
    }
}

void
RpcConnection::HandleConnected(Ptr<Socket>)
{
    if (!m_connected.IsNull())
    {
        m_connected(m_number);
    }
}

void
RpcConnection::HandleSpace(Ptr<Socket>, uint32_t)
{
    SendPart();
}

void
RpcConnection::HandleRead(Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            return;
        }
        const uint64_t size = std::min<uint64_t>(m_toReceive, packet->GetSize());
        m_toReceive -= size;
        if (size > 0 && m_toReceive == 0 && !m_done.IsNull())
        {
            Report done = m_done;
            done(m_number);
        }
    }
}

void
RpcConnection::HandleEnd(Ptr<Socket>)
{
    Report failed = m_failed;
    Close();
    if (!failed.IsNull())
    {
        failed(m_number);
    }
}

} // namespace vmm
} // namespace ns3
