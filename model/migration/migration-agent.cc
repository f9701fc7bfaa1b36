// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/migration-agent.h"

#include "ns3/copy-receiver.h"
#include "ns3/hypervisor.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/names.h"
#include "ns3/node.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmMigrationAgent");
NS_OBJECT_ENSURE_REGISTERED(MigrationAgent);

TypeId
MigrationAgent::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::MigrationAgent")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<MigrationAgent>()
            .AddAttribute("ServerName",
                          "Name that the VM Manager knows this server by; empty for the node's "
                          "name in Names, or node-ID.",
                          StringValue(""),
                          MakeStringAccessor(&MigrationAgent::m_serverName),
                          MakeStringChecker())
            .AddAttribute("CopyPort",
                          "TCP port at which copies are awaited.",
                          UintegerValue(49152),
                          MakeUintegerAccessor(&MigrationAgent::m_copyPort),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("StopDelay",
                          "From the decision to stop the VM until it stands; it still runs (s).",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&MigrationAgent::m_stopDelay),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("ResumeDelay",
                          "From the last octet at the destination until the VM runs (s).",
                          StringValue("ns3::ConstantRandomVariable[Constant=0.01]"),
                          MakePointerAccessor(&MigrationAgent::m_resumeDelay),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("DeviceStateBytes",
                          "State of processors and devices, sent while the VM stands and with "
                          "each checkpoint (octets).",
                          StringValue("ns3::ConstantRandomVariable[Constant=262144]"),
                          MakePointerAccessor(&MigrationAgent::m_deviceState),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute("Streams",
                          "Connections over which a copy is spread (1 to 64).",
                          UintegerValue(1),
                          MakeUintegerAccessor(&MigrationAgent::m_streams),
                          MakeUintegerChecker<uint32_t>(1, COPY_MAX_STREAMS))
            .AddAttribute("CommitTimeout",
                          "The source resumes a stopped VM if the end of the copy has not been "
                          "handed to TCP so long after the stop (time).",
                          TimeValue(Seconds(60)),
                          MakeTimeAccessor(&MigrationAgent::m_commitTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("ReserveTimeout",
                          "How long a reservation waits for its copy connection (time).",
                          TimeValue(Seconds(60)),
                          MakeTimeAccessor(&MigrationAgent::m_reserveTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("StallTimeout",
                          "The destination gives a copy up that brings nothing for so long (time).",
                          TimeValue(Seconds(20)),
                          MakeTimeAccessor(&MigrationAgent::m_stallTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("KeepAlive",
                          "HELLO is sent to the VM Manager when nothing was heard for so long "
                          "(time); 0 for never.",
                          TimeValue(Seconds(10)),
                          MakeTimeAccessor(&MigrationAgent::m_keepAlive),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("HoldTime",
                          "The management connection is given up, and made again, when nothing was "
                          "heard for so long (time).",
                          TimeValue(Seconds(30)),
                          MakeTimeAccessor(&MigrationAgent::m_holdTime),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("LeaseTime",
                          "How long a VM that has moved here runs without COMMIT when the VM "
                          "Manager does not answer, unless its RESERVE names another time (time).",
                          TimeValue(Seconds(90)),
                          MakeTimeAccessor(&MigrationAgent::m_lease),
                          MakeTimeChecker(MilliSeconds(1)))
            .AddTraceSource("CopyStart",
                            "Source: the copy connection is up and the first round begins.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_copyStart),
                            "ns3::vmm::MigrationAgent::CopyTracedCallback")
            .AddTraceSource("Round",
                            "Source: the destination has said that it has a round.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_round),
                            "ns3::vmm::MigrationAgent::RoundTracedCallback")
            .AddTraceSource("Stopped",
                            "Source: the VM stands; the last round begins.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_stopped),
                            "ns3::vmm::MigrationAgent::CopyTracedCallback")
            .AddTraceSource("Resumed",
                            "Destination: the VM runs here.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_resumed),
                            "ns3::vmm::MigrationAgent::CopyTracedCallback")
            .AddTraceSource("Suspended",
                            "Destination: the VM stands, for the VM Manager has not been heard for "
                            "LeaseTime; it waits for COMMIT or ABORT.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_suspended),
                            "ns3::vmm::MigrationAgent::CopyTracedCallback")
            .AddTraceSource("Completed",
                            "Destination: the last page of a VM that runs here has come, or the VM "
                            "is lost.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_completed),
                            "ns3::vmm::MigrationAgent::CopyTracedCallback")
            .AddTraceSource("RolledBack",
                            "Source: the VM was stopped for the move and runs here again.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_rolledBack),
                            "ns3::vmm::MigrationAgent::CopyTracedCallback")
            .AddTraceSource("Finished",
                            "Source: the copy is dropped (status OK), or the copying has ended "
                            "otherwise.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_finished),
                            "ns3::vmm::MigrationAgent::CopyTracedCallback")
            .AddTraceSource("MessageTx",
                            "A management message is handed to TCP.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_messageTx),
                            "ns3::vmm::ManagementChannel::EventTracedCallback")
            .AddTraceSource("MessageRx",
                            "A management message has arrived.",
                            MakeTraceSourceAccessor(&MigrationAgent::m_messageRx),
                            "ns3::vmm::ManagementChannel::EventTracedCallback");
    return tid;
}

MigrationAgent::MigrationAgent() = default;

MigrationAgent::~MigrationAgent() = default;

void
MigrationAgent::DoDispose()
{
    HostFailed();
    if (m_hypervisor)
    {
        m_hypervisor->RemoveListener(this);
        m_hypervisor->TraceDisconnectWithoutContext(
            "UsedMemory", MakeCallback(&MigrationAgent::MemoryChanged, this));
        m_hypervisor->TraceDisconnectWithoutContext(
            "UsedVcpus", MakeCallback(&MigrationAgent::VcpusChanged, this));
    }
    m_hypervisor = nullptr;
    m_outgoing.clear();
    m_incoming.clear();
    Application::DoDispose();
}

void
MigrationAgent::SetHypervisor(Ptr<Hypervisor> hypervisor)
{
    if (m_hypervisor)
    {
        m_hypervisor->RemoveListener(this);
    }
    m_hypervisor = hypervisor;
    m_hypervisor->AddListener(this);
    m_hypervisor->TraceConnectWithoutContext("UsedMemory",
                                             MakeCallback(&MigrationAgent::MemoryChanged, this));
    m_hypervisor->TraceConnectWithoutContext("UsedVcpus",
                                             MakeCallback(&MigrationAgent::VcpusChanged, this));
}

void
MigrationAgent::SetManager(const IpAddress& address, uint16_t port)
{
    m_manager = address;
    m_managerPort = port;
}

void
MigrationAgent::SetCopyAddress(const IpAddress& address)
{
    m_copyAddress = address;
}

int64_t
MigrationAgent::AssignStreams(int64_t stream)
{
    m_stopDelay->SetStream(stream);
    m_resumeDelay->SetStream(stream + 1);
    m_deviceState->SetStream(stream + 2);
    return 3;
}

std::string
MigrationAgent::GetServerName() const
{
    if (!m_serverName.empty())
    {
        return m_serverName;
    }
    const std::string name = GetNode() ? Names::FindName(GetNode()) : "";
    return !name.empty() ? name : "node-" + std::to_string(GetNode() ? GetNode()->GetId() : 0);
}

IpAddress
MigrationAgent::GetCopyAddress() const
{
    return m_copyAddress ? m_copyAddress : m_channel->GetLocalAddress();
}

bool
MigrationAgent::IsConnected() const
{
    return m_channel && m_channel->IsConnected();
}

Ptr<OutgoingCopy>
MigrationAgent::FindOutgoing(uint32_t move) const
{
    const auto found = m_outgoing.find(move);
    return found == m_outgoing.end() ? nullptr : found->second;
}

void
MigrationAgent::VisitUnfinishedCopies(const std::function<void(const CopyEvent&)>& visitor) const
{
    for (const auto& [move, copy] : m_outgoing)
    {
        if (copy->GetState() != OutgoingCopy::State::RELEASED)
        {
            visitor(copy->GetProgress());
        }
    }
}

Ptr<IncomingCopy>
MigrationAgent::FindIncoming(uint32_t move) const
{
    const auto found = m_incoming.find(move);
    return found == m_incoming.end() ? nullptr : found->second;
}

void
MigrationAgent::StartApplication()
{
    if (!m_hypervisor || !m_manager)
    {
        throw std::logic_error("a migration agent needs SetHypervisor and SetManager");
    }
    Listen();
    m_channel = CreateObject<ManagementChannel>();
    m_channel->TraceConnectWithoutContext(
        "Tx", MakeCallback(&TracedCallback<const ManagementEvent&>::operator(), &m_messageTx));
    m_channel->TraceConnectWithoutContext(
        "Rx", MakeCallback(&TracedCallback<const ManagementEvent&>::operator(), &m_messageRx));
    m_channel->SetHandler(
        [this](const ManagementMessage& m)
        {
            HandleMessage(m);
        });
    m_channel->SetStateHandler(
        [this](bool connected)
        {
            ChannelChanged(connected);
        });
    auto stream = CreateObject<MessageStream>();
    m_channel->SetStream(stream);
    stream->Connect(GetNode(), m_manager, m_managerPort);
}

void
MigrationAgent::StopApplication()
{
    // The server goes out of service in an orderly way: peers see their connections close.
    for (const auto& receiver : m_receivers)
    {
        receiver->Close();
    }
    if (m_channel)
    {
        m_channel->Close();
    }
    HostFailed();
}

void
MigrationAgent::HostFailed()
{
    for (const auto& [id, copy] : m_outgoing)
    {
        copy->Abandon();
    }
    for (const auto& [id, copy] : m_incoming)
    {
        copy->Abandon();
    }
    for (auto& [vm, timer] : m_holds)
    {
        timer.Cancel();
    }
    for (const auto& receiver : m_receivers)
    {
        receiver->Abandon();
    }
    m_receivers.clear();
    for (const auto& listener : m_listeners)
    {
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeNullCallback<void, Ptr<Socket>, const Address&>());
        listener->Close();
    }
    m_listeners.clear();
    if (m_channel)
    {
        m_channel->Abandon();
    }
}

void
MigrationAgent::Listen()
{
    if (GetNode()->GetObject<Ipv4>())
    {
        m_listeners.push_back(ListenOn(InetSocketAddress(Ipv4Address::GetAny(), m_copyPort)));
    }
    if (GetNode()->GetObject<Ipv6>())
    {
        m_listeners.push_back(ListenOn(Inet6SocketAddress(Ipv6Address::GetAny(), m_copyPort)));
    }
}

Ptr<Socket>
MigrationAgent::ListenOn(const Address& address)
{
    auto socket = Socket::CreateSocket(GetNode(), TcpSocketFactory::GetTypeId());
    if (socket->Bind(address) != 0 || socket->Listen() != 0)
    {
        throw std::logic_error("TCP port " + std::to_string(m_copyPort) + " of " + GetServerName() +
                               " is in use");
    }
    socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                              MakeCallback(&MigrationAgent::CopyAccepted, this));
    return socket;
}

void
MigrationAgent::CopyAccepted(Ptr<Socket> socket, const Address&)
{
    m_receivers.erase(std::remove_if(m_receivers.begin(),
                                     m_receivers.end(),
                                     [](const auto& r)
                                     {
                                         return r->IsClosed();
                                     }),
                      m_receivers.end());
    auto receiver = CreateObject<CopyReceiver>();
    m_receivers.push_back(receiver);
    receiver->Start(
        socket,
        m_stallTimeout,
        [this](CopyReceiver& from, const CopyRecord& r)
        {
            return CopyRecordArrived(from, r);
        },
        [this](CopyReceiver& from, const std::string& why)
        {
            CopyLost(from, why);
        });
}

bool
MigrationAgent::CopyRecordArrived(CopyReceiver& receiver, const CopyRecord& record)
{
    if (record.type == CopyRecordType::OPEN)
    {
        auto copy = FindIncoming(record.move);
        Ptr<CopyReceiver> stream(&receiver);
        const auto ask = [stream](uint32_t fault)
        {
            stream->SendFault(fault);
        };
        if (!copy || !copy->Accept(record, ask))
        {
            NS_LOG_INFO("refused a copy connection for move " << record.move);
            return false;
        }
        receiver.SetMove(record.move);
        return true;
    }
    m_incoming.at(receiver.GetMove())->Take(record);
    return true;
}

void
MigrationAgent::CopyLost(CopyReceiver& receiver, const std::string& reason)
{
    auto copy = FindIncoming(receiver.GetMove());
    if (copy)
    {
        copy->ConnectionLost(reason);
    }
}

void
MigrationAgent::CloseReceiver(uint32_t move)
{
    for (const auto& receiver : m_receivers)
    {
        if (receiver->GetMove() == move)
        {
            receiver->Close();
        }
    }
}

void
MigrationAgent::ChannelChanged(bool connected)
{
    if (connected)
    {
        m_channel->SetKeepAlive(MakeHello(), m_keepAlive, m_holdTime);
        Greet();
    }
}

ManagementMessage
MigrationAgent::MakeHello() const
{
    ManagementMessage hello;
    hello.type = ManagementType::HELLO;
    hello.server = GetServerName();
    hello.address = GetCopyAddress();
    hello.port = m_copyPort;
    AddResources(hello);
    return hello;
}

void
MigrationAgent::Greet()
{
    if (IsConnected())
    {
        m_channel->Send(MakeHello());
    }
}

void
MigrationAgent::VmArriving(const VmSpec&, uint32_t)
{
}

void
MigrationAgent::VmAttached(Ptr<Vm>, uint32_t, AttachReason)
{
}

void
MigrationAgent::VmLeaving(Ptr<Vm>)
{
}

void
MigrationAgent::VmStopped(Ptr<Vm>)
{
}

void
MigrationAgent::VmReleased(Ptr<Vm>)
{
}

void
MigrationAgent::ArrivalCancelled(const std::string&)
{
}

} // namespace vmm
} // namespace ns3
