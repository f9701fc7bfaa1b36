// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/incast-client.h"

#include "ns3/pointer.h"
#include "ns3/rpc-header.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(IncastClient);

TypeId
IncastClient::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::IncastClient")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<IncastClient>()
            .AddAttribute("RequestSize",
                          "Size of a request, its 8-octet header included (bytes)",
                          UintegerValue(100),
                          MakeUintegerAccessor(&IncastClient::m_requestSize),
                          MakeUintegerChecker<uint32_t>(RpcHeader::SIZE))
            .AddAttribute("ResponseSize",
                          "Size of the answer of each server (bytes)",
                          UintegerValue(20000),
                          MakeUintegerAccessor(&IncastClient::m_responseSize),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("ThinkTime",
                          "Time from the last complete answer to the next question (s)",
                          StringValue("ns3::ConstantRandomVariable[Constant=0.01]"),
                          MakePointerAccessor(&IncastClient::m_thinkTime),
                          MakePointerChecker<RandomVariableStream>())
            .AddTraceSource("TransferBegin",
                            "A question is asked, of all servers (part 0) and of each",
                            MakeTraceSourceAccessor(&IncastClient::m_transferBegin),
                            "ns3::vmm::TransferTracedCallback")
            .AddTraceSource("TransferEnd",
                            "The answer of a server, or of all, is complete or will not be",
                            MakeTraceSourceAccessor(&IncastClient::m_transferEnd),
                            "ns3::vmm::TransferTracedCallback");
    return tid;
}

IncastClient::IncastClient() = default;

IncastClient::~IncastClient() = default;

void
IncastClient::AddServer(const Address& local, const Address& remote)
{
    Server server;
    server.local = local;
    server.remote = remote;
    m_servers.push_back(server);
}

int64_t
IncastClient::AssignStreams(int64_t stream)
{
    m_thinkTime->SetStream(stream);
    return 1;
}

void
IncastClient::DoDispose()
{
    Simulator::Cancel(m_next);
    for (auto& server : m_servers)
    {
        if (server.connection)
        {
            server.connection->Drop();
        }
    }
    m_servers.clear();
    m_thinkTime = nullptr;
    Application::DoDispose();
}

void
IncastClient::StartApplication()
{
    for (size_t i = 0; i < m_servers.size(); ++i)
    {
        Server& server = m_servers[i];
        server.connection = Create<RpcConnection>(i);
        server.connection->SetReports(MakeCallback(&IncastClient::HandleConnected, this),
                                      MakeCallback(&IncastClient::HandleDone, this),
                                      MakeCallback(&IncastClient::HandleFailure, this));
    }
    for (size_t i = 0; i < m_servers.size(); ++i)
    {
        Server& server = m_servers[i];
        if (!server.connection->Open(GetNode(), server.local, server.remote))
        {
            server.connection->Close();
            HandleFailure(i);
        }
    }
}

void
IncastClient::StopApplication()
{
    Simulator::Cancel(m_next);
    m_asking = true; // and never again
    for (size_t i = 0; i < m_servers.size(); ++i)
    {
        if (m_servers[i].connection)
        {
            m_servers[i].connection->Close();
            EndPart(i, TransferOutcome::STOPPED);
        }
    }
    Simulator::Cancel(m_next);
}

void
IncastClient::HandleConnected(uint64_t index)
{
    m_servers[index].connected = true;
    AskIfReady();
}

void
IncastClient::HandleFailure(uint64_t index)
{
    ++m_lost;
    m_servers[index].connection = nullptr;
    EndPart(index, TransferOutcome::FAILED);
    AskIfReady();
}

void
IncastClient::HandleDone(uint64_t index)
{
    EndPart(index, TransferOutcome::COMPLETED);
}

void
IncastClient::AskIfReady()
{
    const bool ready = std::all_of(m_servers.begin(),
                                   m_servers.end(),
                                   [](const Server& server)
                                   {
                                       return server.connected || !server.connection;
                                   });
    if (ready && !m_asking)
    {
        m_asking = true;
        Ask();
    }
}

void
IncastClient::Ask()
{
    const auto there = std::count_if(m_servers.begin(),
                                     m_servers.end(),
                                     [](const Server& server)
                                     {
                                         return bool(server.connection);
                                     });
    if (there == 0)
    {
        return;
    }
    m_question = {m_question.id + 1,
                  0,
                  static_cast<uint64_t>(there) * m_responseSize,
                  TransferOutcome::UNFINISHED};
    m_transferBegin(m_question);
    for (size_t i = 0; i < m_servers.size(); ++i)
    {
        if (m_servers[i].connection)
        {
            m_servers[i].waiting = true;
            m_transferBegin({m_question.id,
                             static_cast<uint32_t>(i + 1),
                             m_responseSize,
                             TransferOutcome::UNFINISHED});
        }
    }
    for (auto& server : m_servers)
    {
        if (server.connection)
        {
            server.connection->Ask(m_requestSize, m_responseSize);
        }
    }
}

bool
IncastClient::IsWaiting() const
{
    return std::any_of(m_servers.begin(),
                       m_servers.end(),
                       [](const Server& server)
                       {
                           return server.waiting;
                       });
}

void
IncastClient::EndPart(size_t index, TransferOutcome outcome)
{
    if (!m_servers[index].waiting)
    {
        return;
    }
    m_servers[index].waiting = false;
    m_transferEnd({m_question.id, static_cast<uint32_t>(index + 1), m_responseSize, outcome});
    // What is worst of the parts is the outcome of all of it.
    m_question.outcome = std::max(m_question.outcome, outcome);
    if (IsWaiting())
    {
        return;
    }
    m_answered += m_question.outcome == TransferOutcome::COMPLETED;
    m_transferEnd(m_question);
    m_next = Simulator::Schedule(Seconds(m_thinkTime->GetValue()), &IncastClient::Ask, this);
}

} // namespace vmm
} // namespace ns3
