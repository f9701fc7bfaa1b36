// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vm-manager.h"

#include "ns3/boolean.h"
#include "ns3/enum.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/ns3-compat.h"
#include "ns3/operation-desk.h"
#include "ns3/simulator.h"
#include "ns3/tcp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmVmManager");
NS_OBJECT_ENSURE_REGISTERED(VmManager);

const char*
ManagedVmStateName(ManagedVm::State state)
{
    static const char* const NAMES[] = {
        "creating", "confirming", "running", "refused", "rejected", "destroying", "destroyed"};
    return NAMES[static_cast<size_t>(state)];
}

TypeId
VmManager::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::VmManager")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<VmManager>()
            .AddAttribute("Port",
                          "TCP port at which servers connect.",
                          UintegerValue(MigrationAgent::MANAGER_PORT),
                          MakeUintegerAccessor(&VmManager::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("OverlapPolicy",
                          "An order to move a VM that is being moved: Refuse or Queue.",
                          EnumValue(REFUSE),
                          MakeEnumAccessorFor<OverlapPolicy>(&VmManager::m_overlapPolicy),
                          MakeEnumChecker(REFUSE, "Refuse", QUEUE, "Queue"))
            .AddAttribute("AnswerTimeout",
                          "How long the answer to an order may take (time).",
                          TimeValue(Seconds(60)),
                          MakeTimeAccessor(&VmManager::m_answerTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("ResumeTimeout",
                          "From the stop of a VM until the destination says that it runs (time).",
                          TimeValue(Seconds(120)),
                          MakeTimeAccessor(&VmManager::m_resumeTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("RegistrationTimeout",
                          "From the resume of a VM until its registration is accepted or rejected; "
                          "then the move is rolled back (time).",
                          TimeValue(Seconds(300)),
                          MakeTimeAccessor(&VmManager::m_registrationTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("WaitForRegistration",
                          "Whether a move is committed only when the VM's registration at the "
                          "destination is accepted; else as soon as the VM runs.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&VmManager::m_waitForRegistration),
                          MakeBooleanChecker())
            .AddAttribute("LeaseTime",
                          "A destination that has had no COMMIT, and no answer to its HELLO for "
                          "so long, does not run the VM any more: then the source may (time).",
                          TimeValue(Seconds(90)),
                          MakeTimeAccessor(&VmManager::m_leaseTime),
                          MakeTimeChecker(MilliSeconds(1), MilliSeconds(UINT32_MAX)))
            .AddAttribute("ServerTimeout",
                          "A move is called off in its copy when nothing was heard from one of its "
                          "servers for so long, longer than their KeepAlive (time); 0 for never.",
                          TimeValue(Seconds(90)),
                          MakeTimeAccessor(&VmManager::m_serverTimeout),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("MaxMoves",
                          "Moves under way at once; more wait. 0 for any number.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&VmManager::SetMaxMoves),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("MaxMovesPerHost",
                          "Moves that leave a server at once, and moves that come to one: each way "
                          "of its link; more wait. 0 for any number.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&VmManager::SetMaxMovesPerHost),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("MaxMovesPerRack",
                          "Moves that leave a rack at once, and moves that come to one: each way "
                          "of its uplinks; more wait. 0 for any number.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&VmManager::SetMaxMovesPerRack),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("MaxOvertakes",
                          "How many later moves may use a link that a waiting move needs, while it "
                          "waits for another one; 0 for none (moves).",
                          UintegerValue(16),
                          MakeUintegerAccessor(&VmManager::SetMaxOvertakes),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("MaxRetries",
                          "How often an operation orders another move of a VM whose move has not "
                          "completed, to another server (moves).",
                          UintegerValue(3),
                          MakeUintegerAccessor(&VmManager::m_maxRetries),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute(
                "Placement",
                "Policy that chooses servers: first-fit, spread or locality.",
                EnumValue(SPREAD),
                MakeEnumAccessorFor<PlacementChoice>(&VmManager::m_placement),
                MakeEnumChecker(FIRST_FIT, "first-fit", LOCALITY, "locality", SPREAD, "spread"))
            .AddAttribute("PlacementWait",
                          "How long a VM that is placed by a policy waits for servers that have "
                          "not said yet what they have (time).",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&VmManager::m_placementWait),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("PlacementTimeout",
                          "How long a VM that is placed by a policy waits for a server that has "
                          "room (time).",
                          TimeValue(Seconds(60)),
                          MakeTimeAccessor(&VmManager::m_placementTimeout),
                          MakeTimeChecker(Time(0)))
            .AddTraceSource("Move",
                            "A move has entered a state or its outcome is decided.",
                            MakeTraceSourceAccessor(&VmManager::m_moveTrace),
                            "ns3::vmm::VmManager::MoveTracedCallback")
            .AddTraceSource("Vm",
                            "The record of a VM has changed.",
                            MakeTraceSourceAccessor(&VmManager::m_vmTrace),
                            "ns3::vmm::VmManager::VmTracedCallback")
            .AddTraceSource("Operation",
                            "The record of an operation has changed.",
                            MakeTraceSourceAccessor(&VmManager::m_operationTrace),
                            "ns3::vmm::VmManager::OperationTracedCallback")
            .AddTraceSource("Placement",
                            "A server is asked to take a new VM, or answers.",
                            MakeTraceSourceAccessor(&VmManager::m_placementTrace),
                            "ns3::vmm::VmManager::PlacementTracedCallback")
            .AddTraceSource("MessageTx",
                            "A management message is handed to TCP.",
                            MakeTraceSourceAccessor(&VmManager::m_messageTx),
                            "ns3::vmm::ManagementChannel::EventTracedCallback")
            .AddTraceSource("MessageRx",
                            "A management message has arrived.",
                            MakeTraceSourceAccessor(&VmManager::m_messageRx),
                            "ns3::vmm::ManagementChannel::EventTracedCallback");
    return tid;
}

VmManager::VmManager()
    : m_desk(std::make_unique<OperationDesk>(*this))
{
}

VmManager::~VmManager() = default;

void
VmManager::DoDispose()
{
    for (const auto& [server, channel] : m_channels)
    {
        channel->Dispose();
    }
    StopApplication();
    m_channels.clear();
    m_moves.clear();
    m_vms.clear();
    Application::DoDispose();
}

void
VmManager::StartApplication()
{
    if (GetNode()->GetObject<Ipv4>())
    {
        Listen(InetSocketAddress(Ipv4Address::GetAny(), m_port));
    }
    if (GetNode()->GetObject<Ipv6>())
    {
        Listen(Inet6SocketAddress(Ipv6Address::GetAny(), m_port));
    }
}

void
VmManager::StopApplication()
{
    for (const auto& listener : m_listeners)
    {
        listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                                    MakeNullCallback<void, Ptr<Socket>, const Address&>());
        listener->Close();
    }
    m_listeners.clear();
    for (const auto& stream : m_strangers)
    {
        stream->Dispose();
    }
    m_strangers.clear();
    for (const auto& [server, channel] : m_channels)
    {
        channel->Close();
    }
    for (auto& [move, timer] : m_timers)
    {
        timer.Cancel();
    }
    m_placementTimer.Cancel();
    m_desk->Stop();
    m_stopped = true;
}

void
VmManager::Listen(const Address& address)
{
    auto socket = Socket::CreateSocket(GetNode(), TcpSocketFactory::GetTypeId());
    if (socket->Bind(address) != 0 || socket->Listen() != 0)
    {
        throw std::logic_error("TCP port " + std::to_string(m_port) +
                               " of the VM Manager is in use");
    }
    socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address&>(),
                              MakeCallback(&VmManager::Accepted, this));
    m_listeners.push_back(socket);
}

void
VmManager::Accepted(Ptr<Socket> socket, const Address&)
{
    m_strangers.erase(std::remove_if(m_strangers.begin(),
                                     m_strangers.end(),
                                     [](const auto& s)
                                     {
                                         return !s->IsConnected();
                                     }),
                      m_strangers.end());
    auto stream = CreateObject<MessageStream>();
    m_strangers.push_back(stream);
    auto* raw = PeekPointer(stream); // a Ptr in its own callback would never be freed
    stream->SetReceiveCallback(
        [this, raw](const std::vector<uint8_t>& frame)
        {
            Greeted(Ptr<MessageStream>(raw), frame);
        });
    stream->Accept(socket);
}

void
VmManager::Greeted(Ptr<MessageStream> stream, const std::vector<uint8_t>& frame)
{
    m_strangers.erase(std::remove(m_strangers.begin(), m_strangers.end(), stream),
                      m_strangers.end());
    const auto decoding = DecodeManagement(frame.data(), frame.size());
    if (decoding.result != ManagementDecoding::Result::OK ||
        decoding.message.type != ManagementType::HELLO || decoding.message.acknowledgement)
    {
        NS_LOG_INFO("a connection that does not begin with HELLO is closed");
        stream->Close();
        return;
    }
    auto channel = GetChannel(decoding.message.server);
    channel->SetStream(stream);
    channel->Receive(frame);
}

Ptr<ManagementChannel>
VmManager::GetChannel(const std::string& server)
{
    auto& channel = m_channels[server];
    if (!channel)
    {
        channel = CreateObject<ManagementChannel>();
        channel->TraceConnectWithoutContext(
            "Tx", MakeCallback(&TracedCallback<const ManagementEvent&>::operator(), &m_messageTx));
        channel->TraceConnectWithoutContext(
            "Rx", MakeCallback(&TracedCallback<const ManagementEvent&>::operator(), &m_messageRx));
        channel->SetHandler(
            [this, server](const ManagementMessage& m)
            {
                HandleMessage(server, m);
            });
    }
    return channel;
}

bool
VmManager::IsConnected(const std::string& server) const
{
    const auto found = m_channels.find(server);
    return found != m_channels.end() && found->second->IsConnected();
}

void
VmManager::Send(const std::string& server, const ManagementMessage& message)
{
    GetChannel(server)->Send(message);
}

void
VmManager::SetTimer(uint32_t move, const Time& delay)
{
    EventId& timer = m_timers[move];
    timer.Cancel();
    if (delay > Time(0))
    {
        timer = Simulator::Schedule(delay, &VmManager::MoveTimedOut, this, move);
    }
}

void
VmManager::MoveTimedOut(uint32_t move)
{
    m_moves.at(move - 1)->TimedOut();
}

Time
VmManager::Now() const
{
    return Simulator::Now();
}

Time
VmManager::LastHeard(const std::string& server) const
{
    const auto found = m_channels.find(server);
    return found == m_channels.end() ? NanoSeconds(-1) : found->second->GetLastHeard();
}

void
VmManager::HandleMessage(const std::string& server, const ManagementMessage& message)
{
    if (!message.acknowledgement && message.type != ManagementType::PROGRESS)
    {
        GetChannel(server)->Answer(message.MakeAcknowledgement());
    }
    LearnResources(server, message);
    if (message.type == ManagementType::HELLO)
    {
        PlaceWaiting();
        return;
    }
    if (message.move == 0)
    {
        HandleVmMessage(server, message);
    }
    else if (message.move <= m_moves.size())
    {
        m_moves[message.move - 1]->Handle(server, message);
    }
}

void
VmManager::HandleVmMessage(const std::string& server, const ManagementMessage& message)
{
    const auto found = m_vms.find(message.vm);
    if (found == m_vms.end() || found->second.server != server)
    {
        return;
    }
    ManagedVm& vm = found->second;
    const bool ok = message.status == ManagementStatus::OK;
    if (message.type == ManagementType::CREATE || message.type == ManagementType::CONFIRM)
    {
        HandleCreated(vm, message);
    }
    else if (message.type == ManagementType::DESTROY)
    {
        SetVmState(vm, ManagedVm::State::DESTROYED);
        PlaceWaiting(); // there is room now
    }
    else if (message.type == ManagementType::REGISTERED && !ok &&
             (vm.state == ManagedVm::State::CONFIRMING || vm.state == ManagedVm::State::RUNNING))
    {
        SetVmState(vm,
                   ManagedVm::State::REJECTED,
                   "registration status " +
                       std::to_string(message.registrationStatus.value_or(128)));
    }
    else if (message.type == ManagementType::REGISTERED && ok &&
             vm.state == ManagedVm::State::REJECTED)
    {
        SetVmState(vm, ManagedVm::State::RUNNING);
    }
}

void
VmManager::SetVmState(ManagedVm& vm, ManagedVm::State state, const std::string& reason)
{
    vm.state = state;
    vm.reason = reason;
    Book(vm);
    m_vmTrace(vm);
}

void
VmManager::MoveChanged(const MoveRecord& record)
{
    m_moveTrace(record);
    if (record.state == MoveState::CLOSED)
    {
        MoveClosed(record);
    }
}

void
VmManager::MoveCommitted(const MoveRecord& record)
{
    ManagedVm& vm = m_vms.at(record.vm);
    vm.server = record.destination;
    m_vmTrace(vm);
}

void
VmManager::MoveLostVm(const MoveRecord& record)
{
    SetVmState(m_vms.at(record.vm), ManagedVm::State::DESTROYED);
}

void
VmManager::CloseBooks()
{
    for (const auto& move : m_moves)
    {
        move->CloseBooks();
    }
    m_desk->CloseBooks();
}

} // namespace vmm
} // namespace ns3
