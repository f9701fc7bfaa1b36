// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/rpc-client.h"

#include "ns3/pointer.h"
#include "ns3/rpc-header.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
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
                                          StringValue("ns3::ConstantRandomVariable[Constant=0.01]"),
                                          MakePointerAccessor(&RpcClient::m_thinkTime),
                                          MakePointerChecker<RandomVariableStream>())
                            .AddTraceSource("Response",
                                            "A response has come completely",
                                            MakeTraceSourceAccessor(&RpcClient::m_latency),
                                            "ns3::vmm::RpcClient::ResponseTracedCallback")
                            .AddTraceSource("TransferBegin",
                                            "A request is sent; bytes of its response",
                                            MakeTraceSourceAccessor(&RpcClient::m_transferBegin),
                                            "ns3::vmm::TransferTracedCallback")
                            .AddTraceSource("TransferEnd",
                                            "A response is complete, or will not be any more",
                                            MakeTraceSourceAccessor(&RpcClient::m_transferEnd),
                                            "ns3::vmm::TransferTracedCallback");
    return tid;
}

RpcClient::RpcClient() = default;

RpcClient::~RpcClient() = default;

int64_t
RpcClient::AssignStreams(int64_t stream)
{
    m_thinkTime->SetStream(stream);
    return 1;
}

void
RpcClient::DoDispose()
{
    Simulator::Cancel(m_next);
    if (m_connection)
    {
        m_connection->Drop();
        m_connection = nullptr;
    }
    m_thinkTime = nullptr;
    Application::DoDispose();
}

void
RpcClient::StartApplication()
{
    m_connection = Create<RpcConnection>(0);
    m_connection->SetReports(MakeCallback(&RpcClient::HandleConnected, this),
                             MakeCallback(&RpcClient::HandleResponse, this),
                             MakeCallback(&RpcClient::HandleFailure, this));
    m_failed = !m_connection->Open(GetNode(), m_local, m_remote);
}

void
RpcClient::StopApplication()
{
    Simulator::Cancel(m_next);
    EndTransfer(TransferOutcome::STOPPED);
    if (m_connection)
    {
        m_connection->Close();
    }
}

void
RpcClient::HandleConnected(uint64_t)
{
    SendRequest();
}

void
RpcClient::HandleFailure(uint64_t)
{
    m_failed = true;
    Simulator::Cancel(m_next);
    EndTransfer(TransferOutcome::FAILED);
}

void
RpcClient::SendRequest()
{
    m_sent = Simulator::Now();
    m_transfer = {m_transfer.id + 1, 0, m_responseSize, TransferOutcome::UNFINISHED};
    m_transferBegin(m_transfer);
    m_connection->Ask(m_requestSize, m_responseSize);
}

void
RpcClient::HandleResponse(uint64_t)
{
    ++m_responses;
    m_latency(Simulator::Now() - m_sent);
    EndTransfer(TransferOutcome::COMPLETED);
    m_next = Simulator::Schedule(Seconds(m_thinkTime->GetValue()), &RpcClient::SendRequest, this);
}

void
RpcClient::EndTransfer(TransferOutcome outcome)
{
    if (m_transfer.id > 0 && m_transfer.outcome == TransferOutcome::UNFINISHED)
    {
        m_transfer.outcome = outcome;
        m_transferEnd(m_transfer);
    }
}

} // namespace vmm
} // namespace ns3
