// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/sized-client.h"

#include "ns3/boolean.h"
#include "ns3/pointer.h"
#include "ns3/rpc-header.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(SizedClient);

TypeId
SizedClient::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::SizedClient")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<SizedClient>()
            .AddAttribute("Remote",
                          "Address and port of the server",
                          AddressValue(),
                          MakeAddressAccessor(&SizedClient::m_remote),
                          MakeAddressChecker())
            .AddAttribute("Interval",
                          "Time between the beginnings of two flows (s)",
                          StringValue("ns3::ExponentialRandomVariable[Mean=0.1]"),
                          MakePointerAccessor(&SizedClient::m_interval),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("Size",
                          "Size of a flow, at least 8 towards the server (bytes)",
                          StringValue("ns3::ConstantRandomVariable[Constant=10000]"),
                          MakePointerAccessor(&SizedClient::m_size),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("Download",
                          "Whether flows go from the server to the client",
                          BooleanValue(false),
                          MakeBooleanAccessor(&SizedClient::m_download),
                          MakeBooleanChecker())
            .AddAttribute("RequestSize",
                          "Size of the request for a download, its 8-octet header included (bytes)",
                          UintegerValue(100),
                          MakeUintegerAccessor(&SizedClient::m_requestSize),
                          MakeUintegerChecker<uint32_t>(RpcHeader::SIZE))
            .AddTraceSource("TransferBegin",
                            "A flow begins",
                            MakeTraceSourceAccessor(&SizedClient::m_transferBegin),
                            "ns3::vmm::TransferTracedCallback")
            .AddTraceSource("TransferEnd",
                            "A flow is complete, or will not be any more",
                            MakeTraceSourceAccessor(&SizedClient::m_transferEnd),
                            "ns3::vmm::TransferTracedCallback")
            .AddTraceSource("Socket",
                            "A socket of a flow is about to connect",
                            MakeTraceSourceAccessor(&SizedClient::m_socketTrace),
                            "ns3::vmm::SizedClient::SocketTracedCallback");
    return tid;
}

SizedClient::SizedClient() = default;

SizedClient::~SizedClient() = default;

int64_t
SizedClient::AssignStreams(int64_t stream)
{
    m_interval->SetStream(stream);
    m_size->SetStream(stream + 1);
    return 2;
}

void
SizedClient::DoDispose()
{
    Simulator::Cancel(m_next);
    for (auto& [id, flow] : m_flows)
    {
        flow.connection->Drop();
    }
    m_flows.clear();
    m_interval = nullptr;
    m_size = nullptr;
    Application::DoDispose();
}

void
SizedClient::StartApplication()
{
    ScheduleNext();
}

void
SizedClient::StopApplication()
{
    Simulator::Cancel(m_next);
    while (!m_flows.empty())
    {
        End(m_flows.begin()->first, TransferOutcome::STOPPED);
    }
}

void
SizedClient::ScheduleNext()
{
    m_next = Simulator::Schedule(Seconds(m_interval->GetValue()), &SizedClient::Begin, this);
}

void
SizedClient::Begin()
{
    ScheduleNext();
    const double least = m_download ? 1 : RpcHeader::SIZE;
    const double size = std::clamp<double>(std::round(m_size->GetValue()), least, UINT32_MAX);
    const uint64_t id = ++m_begun;
    Flow& flow = m_flows[id];
    flow.connection = Create<RpcConnection>(id);
    flow.event = {id, 0, static_cast<uint64_t>(size), TransferOutcome::UNFINISHED};
    flow.connection->SetReports(MakeCallback(&SizedClient::HandleConnected, this),
                                MakeCallback(&SizedClient::HandleDone, this),
                                MakeCallback(&SizedClient::HandleFailure, this));
    m_transferBegin(flow.event);
    if (!flow.connection->Open(GetNode(), Address(), m_remote))
    {
        End(id, TransferOutcome::FAILED);
        return;
    }
    m_socketTrace(flow.connection->GetSocket());
}

void
SizedClient::HandleConnected(uint64_t id)
{
    Flow& flow = m_flows.at(id);
    const auto size = static_cast<uint32_t>(flow.event.bytes);
    flow.connection->Ask(m_download ? m_requestSize : size, m_download ? size : 1);
}

void
SizedClient::HandleDone(uint64_t id)
{
    ++m_completed;
    End(id, TransferOutcome::COMPLETED);
}

void
SizedClient::HandleFailure(uint64_t id)
{
    End(id, TransferOutcome::FAILED);
}

void
SizedClient::End(uint64_t id, TransferOutcome outcome)
{
    Flow flow = m_flows.at(id);
    m_flows.erase(id);
    flow.connection->Close();
    flow.event.outcome = outcome;
    m_transferEnd(flow.event);
}

} // namespace vmm
} // namespace ns3
