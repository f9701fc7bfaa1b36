// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vm-manager.h"

#include "ns3/boolean.h"
#include "ns3/copy-method.h"
#include "ns3/enum.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/ns3-compat.h"
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

namespace
{
constexpr size_t MAX_NAME = 63; //!< octets of a name in messages
} // namespace

const char*
ManagedVmStateName(ManagedVm::State state)
{
    static const char* const NAMES[] = {
        "creating", "running", "refused", "rejected", "destroying", "destroyed"};
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
            .AddTraceSource("Move",
                            "A move has entered a state or its outcome is decided.",
                            MakeTraceSourceAccessor(&VmManager::m_moveTrace),
                            "ns3::vmm::VmManager::MoveTracedCallback")
            .AddTraceSource("Vm",
                            "The record of a VM has changed.",
                            MakeTraceSourceAccessor(&VmManager::m_vmTrace),
                            "ns3::vmm::VmManager::VmTracedCallback")
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

VmManager::VmManager() = default;

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
    for (auto& order : m_orders)
    {
        order.Cancel();
    }
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

void
VmManager::HandleMessage(const std::string& server, const ManagementMessage& message)
{
    if (message.type == ManagementType::HELLO)
    {
        return;
    }
    if (!message.acknowledgement && message.type != ManagementType::PROGRESS)
    {
        GetChannel(server)->Answer(message.MakeAcknowledgement());
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
    if (message.type == ManagementType::CREATE && vm.state == ManagedVm::State::CREATING)
    {
        SetVmState(vm,
                   ok ? ManagedVm::State::RUNNING : ManagedVm::State::REFUSED,
                   ok ? "" : ManagementStatusName(message.status));
    }
    else if (message.type == ManagementType::DESTROY)
    {
        SetVmState(vm, ManagedVm::State::DESTROYED);
    }
    else if (message.type == ManagementType::REGISTERED && !ok &&
             (vm.state == ManagedVm::State::CREATING || vm.state == ManagedVm::State::RUNNING))
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
    m_vmTrace(vm);
}

void
VmManager::CreateVm(const VmSpec& spec, const std::string& server)
{
    spec.Validate();
    if (server.empty() || server.size() > MAX_NAME)
    {
        throw std::invalid_argument("found server name '" + server + "', expected 1 to 63 octets");
    }
    const auto found = m_vms.find(spec.id);
    if (found != m_vms.end() && found->second.state != ManagedVm::State::DESTROYED &&
        found->second.state != ManagedVm::State::REFUSED)
    {
        throw std::invalid_argument("VM '" + spec.id + "' exists");
    }
    ManagedVm& vm = m_vms[spec.id];
    vm.spec = spec;
    vm.server = server;
    ++vm.epoch; // 1, or what follows if a VM of that name was refused
    SetVmState(vm, ManagedVm::State::CREATING);
    ManagementMessage order;
    order.type = ManagementType::CREATE;
    order.epoch = vm.epoch;
    order.SetSpec(spec);
    Send(server, order);
}

bool
VmManager::DestroyVm(const std::string& id)
{
    const auto found = m_vms.find(id);
    if (found == m_vms.end() || found->second.state == ManagedVm::State::REFUSED ||
        found->second.state == ManagedVm::State::DESTROYING ||
        found->second.state == ManagedVm::State::DESTROYED)
    {
        return false;
    }
    ManagedVm& vm = found->second;
    SetVmState(vm, ManagedVm::State::DESTROYING);
    const auto waiting = vm.queue;
    vm.queue.clear();
    for (uint32_t move : waiting)
    {
        m_moves[move - 1]->Destroy();
    }
    if (vm.move != 0)
    {
        m_moves[vm.move - 1]->Destroy();
    }
    else
    {
        SendDestroy(vm);
    }
    return true;
}

void
VmManager::SendDestroy(const ManagedVm& vm)
{
    ManagementMessage order;
    order.type = ManagementType::DESTROY;
    order.epoch = vm.epoch;
    order.vm = vm.spec.id;
    Send(vm.server, order);
}

uint32_t
VmManager::OrderMove(const std::string& migration,
                     const std::string& vm,
                     const std::string& destination,
                     MoveType type,
                     const std::string& method)
{
    const bool used = std::any_of(m_moves.begin(),
                                  m_moves.end(),
                                  [&](const auto& move)
                                  {
                                      return move->GetRecord().migration == migration;
                                  });
    if (migration.empty() || migration.size() > MAX_NAME || used)
    {
        throw std::invalid_argument("found migration name '" + migration +
                                    "', expected 1 to 63 octets and not used before");
    }
    CopyMethod::Create(method); // throws
    MoveRecord record;
    record.id = static_cast<uint32_t>(m_moves.size()) + 1;
    record.migration = migration;
    record.vm = vm;
    record.type = type;
    record.method = method;
    record.destination = destination;
    record.order = Simulator::Now();
    const ManagedMove::Settings settings{
        m_answerTimeout, m_resumeTimeout, m_registrationTimeout, m_waitForRegistration};
    m_moves.push_back(std::unique_ptr<ManagedMove>(new ManagedMove(*this, settings, record)));
    ManagedMove& move = *m_moves.back();
    m_moveTrace(record);
    const auto found = m_vms.find(vm);
    if (found != m_vms.end() && found->second.move != 0 && m_overlapPolicy == QUEUE)
    {
        found->second.queue.push_back(record.id);
        return record.id;
    }
    BeginMove(move);
    return record.id;
}

std::string
VmManager::FindObstacle(const MoveRecord& record) const
{
    const auto found = m_vms.find(record.vm);
    if (found == m_vms.end())
    {
        return "no VM '" + record.vm + "'";
    }
    const ManagedVm& vm = found->second;
    if (vm.state != ManagedVm::State::RUNNING)
    {
        return std::string("the VM is ") + ManagedVmStateName(vm.state);
    }
    if (vm.move != 0)
    {
        return "the VM is being moved";
    }
    if (record.destination.empty() || record.destination.size() > MAX_NAME)
    {
        return "no server '" + record.destination + "'";
    }
    return vm.server == record.destination ? "the VM is there already" : "";
}

void
VmManager::BeginMove(ManagedMove& move)
{
    const std::string obstacle = FindObstacle(move.GetRecord());
    if (!obstacle.empty())
    {
        move.Refuse(MoveOutcome::REFUSED, obstacle);
        return;
    }
    ManagedVm& vm = m_vms.at(move.GetRecord().vm);
    vm.move = move.GetRecord().id;
    const auto epoch = static_cast<uint16_t>(vm.epoch + 1);
    vm.epoch = static_cast<uint16_t>(epoch + 1); // the second is the source's, if it resumes
    m_vmTrace(vm);
    move.Begin(vm.spec, vm.server, epoch);
}

void
VmManager::ScheduleMove(const Time& at,
                        const std::string& migration,
                        const std::string& vm,
                        const std::string& destination,
                        MoveType type,
                        const std::string& method)
{
    if (at < Simulator::Now())
    {
        throw std::invalid_argument("found a move in the past, expected a time from now on");
    }
    // Five arguments and no result: more than MakeEvent of all releases takes.
    PlannedMove plan{migration, vm, destination, type, method};
    m_orders.push_back(
        Simulator::Schedule(at - Simulator::Now(), &VmManager::OrderPlanned, this, plan));
}

void
VmManager::OrderPlanned(PlannedMove plan)
{
    OrderMove(plan.migration, plan.vm, plan.destination, plan.type, plan.method);
}

bool
VmManager::CancelMove(uint32_t id)
{
    if (id == 0 || id > m_moves.size() || !m_moves[id - 1]->Cancel())
    {
        return false;
    }
    const auto found = m_vms.find(m_moves[id - 1]->GetRecord().vm);
    if (found != m_vms.end())
    {
        auto& queue = found->second.queue;
        queue.erase(std::remove(queue.begin(), queue.end(), id), queue.end());
    }
    return true;
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
VmManager::MoveClosed(const MoveRecord& record)
{
    const auto found = m_vms.find(record.vm);
    if (found == m_vms.end() || found->second.move != record.id)
    {
        return; // it never began
    }
    ManagedVm& vm = found->second;
    vm.move = 0;
    m_vmTrace(vm);
    if (vm.state == ManagedVm::State::DESTROYING)
    {
        SendDestroy(vm);
    }
    while (vm.move == 0 && !vm.queue.empty())
    {
        const uint32_t next = vm.queue.front();
        vm.queue.pop_front();
        BeginMove(*m_moves[next - 1]);
    }
}

void
VmManager::CloseBooks()
{
    for (const auto& move : m_moves)
    {
        move->CloseBooks();
    }
}

const MoveRecord*
VmManager::GetMove(uint32_t move) const
{
    return move == 0 || move > m_moves.size() ? nullptr : &m_moves[move - 1]->GetRecord();
}

std::vector<MoveRecord>
VmManager::GetMoves() const
{
    std::vector<MoveRecord> records;
    for (const auto& move : m_moves)
    {
        records.push_back(move->GetRecord());
    }
    return records;
}

const ManagedVm*
VmManager::GetVm(const std::string& vm) const
{
    const auto found = m_vms.find(vm);
    return found == m_vms.end() ? nullptr : &found->second;
}

} // namespace vmm
} // namespace ns3
