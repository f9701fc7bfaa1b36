// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/rpc-client.h"

#include "ns3/packet.h"
#include "ns3/rpc-header.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(RpcClient);

TypeId
RpcClient::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::RpcClient")
                            .SetParent<Application>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<RpcClient>()
                            .AddAttribute("Local",
                                          "Address and port that it sends from; by default any",
                                          AddressValue(),
                                          MakeAddressAccessor(&RpcClient::m_local),
                                          MakeAddressChecker())
                            .AddAttribute("Remote",
                                          "Address and port of the server",
                                          AddressValue(),
                                          MakeAddressAccessor(&RpcClient::m_remote),
                                          MakeAddressChecker())
                            .AddAttribute("RequestSize",
                                          "Size of a request, its 8-octet header included (bytes)",
                                          UintegerValue(128),
                                          MakeUintegerAccessor(&RpcClient::m_requestSize),
                                          MakeUintegerChecker<uint32_t>(RpcHeader::SIZE))
                            .AddAttribute("ResponseSize",
                                          "Size of a response (bytes)",
                                          UintegerValue(1024),
                                          MakeUintegerAccessor(&RpcClient::m_responseSize),
                                          MakeUintegerChecker<uint32_t>(1))
                            .AddAttribute("ThinkTime",
                                          "Time from a complete response to the next request (s)",
                                          TimeValue(MilliSeconds(10)),
                                          MakeTimeAccessor(&RpcClient::m_thinkTime),
                                          MakeTimeChecker(Time()))
                            .AddTraceSource("Response",
                                            "A response has come completely",
                                            MakeTraceSourceAccessor(&RpcClient::m_latency),
                                            "ns3::vmm::RpcClient::ResponseTracedCallback");
    return tid;
}

RpcClient::RpcClient() = default;

RpcClient::~RpcClient() = default;

void
RpcClient::DoDispose()
{
    Simulator::Cancel(m_next);
    m_socket = nullptr;
    Application::DoDispose();
}

void
RpcClient::StartApplication()
{
    m_socket = Socket::CreateSocket(GetNode(), TcpSocketFactory::GetTypeId());
    if (!m_local.IsInvalid())
    {
        m_socket->Bind(m_local);
    }
    m_socket->SetConnectCallback(MakeCallback(&RpcClient::HandleConnected, this),
                                 MakeCallback(&RpcClient::HandleError, this));
    m_socket->SetCloseCallbacks(MakeNullCallback<void, Ptr<Socket>>(),
                                MakeCallback(&RpcClient::HandleError, this));
    m_socket->SetRecvCallback(MakeCallback(&RpcClient::HandleRead, this));
    m_socket->SetSendCallback(MakeCallback(&RpcClient::HandleSpace, this));
    m_socket->Connect(m_remote);
}

void
RpcClient::StopApplication()
{
    Simulator::Cancel(m_next);
    if (m_socket)
    {
        m_socket->Close();
    }
}

void
RpcClient::HandleConnected(Ptr<Socket>)
{
    SendRequest();
}

void
RpcClient::HandleError(Ptr<Socket>)
{
    m_failed = true;
    Simulator::Cancel(m_next);
}

void
RpcClient::SendRequest()
{
    m_sent = Simulator::Now();
    m_toSend = m_requestSize;
    m_toReceive = m_responseSize;
    SendPart();
}

void
RpcClient::SendPart()
{
    while (m_toSend > 0)
    {
        uint32_t available = m_socket->GetTxAvailable();
        bool first = m_toSend == m_requestSize;
        if (available < (first ? RpcHeader::SIZE : 1))
        {
            return;
        }
        uint32_t size = std::min(m_toSend, available);
        Ptr<Packet> packet;
        if (first)
        {
            packet = Create<Packet>(size - RpcHeader::SIZE);
            packet->AddHeader(RpcHeader(m_requestSize, m_responseSize));
        }
        else
        {
            packet = Create<Packet>(size);
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
RpcClient::HandleSpace(Ptr<Socket>, uint32_t)
{
    SendPart();
}

void
RpcClient::HandleRead(Ptr<Socket> socket)
{
    while (Ptr<Packet> packet = socket->Recv())
    {
        if (packet->GetSize() == 0)
        {
            return;
        }
        m_toReceive -= std::min(m_toReceive, packet->GetSize());
        if (m_toReceive == 0 && m_next.IsExpired())
        {
            ++m_responses;
            m_latency(Simulator::Now() - m_sent);
            m_next = Simulator::Schedule(m_thinkTime, &RpcClient::SendRequest, this);
        }
    }
}

} // namespace vmm
} // namespace ns3
