// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/registration-endpoint.h"

#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/log.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("RegistrationEndpoint");

NS_OBJECT_ENSURE_REGISTERED(RegistrationEndpoint);

TypeId
RegistrationEndpoint::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::RegistrationEndpoint")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<RegistrationEndpoint>()
            .AddAttribute("Port",
                          "UDP port that messages are received at and sent from.",
                          UintegerValue(REGISTRATION_PORT),
                          MakeUintegerAccessor(&RegistrationEndpoint::m_port),
                          MakeUintegerChecker<uint16_t>(1))
            .AddAttribute("InitialTimeout",
                          "Time from the first transmission of a request to the second one.",
                          TimeValue(Seconds(1)),
                          MakeTimeAccessor(&RegistrationEndpoint::m_initialTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("MaxTimeout",
                          "Upper bound of the time between transmissions, which doubles each time.",
                          TimeValue(Seconds(32)),
                          MakeTimeAccessor(&RegistrationEndpoint::m_maxTimeout),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute("MaxRetransmissions",
                          "Transmissions of a request after the first one, then it is given up.",
                          UintegerValue(8),
                          MakeUintegerAccessor(&RegistrationEndpoint::m_maxRetransmissions),
                          MakeUintegerChecker<uint32_t>())
            .AddAttribute("MaxRate",
                          "Request transmissions in any one second about one VM to one recipient.",
                          UintegerValue(3),
                          MakeUintegerAccessor(&RegistrationEndpoint::m_maxRate),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("ServiceTime",
                          "Time to process a received message, in seconds; one at a time, in order "
                          "of arrival. A negative value counts as 0.",
                          StringValue("ns3::ConstantRandomVariable[Constant=0]"),
                          MakePointerAccessor(&RegistrationEndpoint::m_serviceTime),
                          MakePointerChecker<RandomVariableStream>())
            .AddAttribute(
                "QueueSize",
                "Received messages that may wait, with the one in service; 0: any number.",
                UintegerValue(0),
                MakeUintegerAccessor(&RegistrationEndpoint::m_queueSize),
                MakeUintegerChecker<uint32_t>())
            .AddAttribute("DuplicateCacheSize",
                          "Requests that are remembered to answer their duplicates the same way.",
                          UintegerValue(4096),
                          MakeUintegerAccessor(&RegistrationEndpoint::m_duplicateEntries),
                          MakeUintegerChecker<uint32_t>(1))
            .AddAttribute("DuplicateCacheTime",
                          "How long they are remembered; the default covers all retransmissions.",
                          TimeValue(Seconds(160)),
                          MakeTimeAccessor(&RegistrationEndpoint::m_duplicateHold),
                          MakeTimeChecker(Time(0)))
            .AddAttribute("Key",
                          "Key of the HMAC-SHA-256 authenticator; empty: no authentication.",
                          StringValue(""),
                          MakeStringAccessor(&RegistrationEndpoint::m_key),
                          MakeStringChecker())
            .AddTraceSource("Tx",
                            "A message was sent, retransmissions included.",
                            MakeTraceSourceAccessor(&RegistrationEndpoint::m_tx),
                            "ns3::vmm::RegistrationEndpoint::MessageTracedCallback")
            .AddTraceSource("Rx",
                            "A whole and right message arrived, before its service; duplicates "
                            "included.",
                            MakeTraceSourceAccessor(&RegistrationEndpoint::m_rx),
                            "ns3::vmm::RegistrationEndpoint::MessageTracedCallback")
            .AddTraceSource("Discard",
                            "A message had no effect on the binding state; a broken request was "
                            "answered with status 134 or 135.",
                            MakeTraceSourceAccessor(&RegistrationEndpoint::m_discard),
                            "ns3::vmm::RegistrationEndpoint::DiscardTracedCallback")
            .AddTraceSource("GiveUp",
                            "A request stays unanswered.",
                            MakeTraceSourceAccessor(&RegistrationEndpoint::m_giveUp),
                            "ns3::vmm::RegistrationEndpoint::GiveUpTracedCallback")
            .AddTraceSource("QueueLength",
                            "Received messages that wait or are in service.",
                            MakeTraceSourceAccessor(&RegistrationEndpoint::m_queueLength),
                            "ns3::TracedValueCallback::Uint32");
    return tid;
}

RegistrationEndpoint::RegistrationEndpoint() = default;

RegistrationEndpoint::~RegistrationEndpoint() = default;

void
RegistrationEndpoint::DoDispose()
{
    Close();
    m_handler = nullptr;
    m_serviceTime = nullptr;
    Object::DoDispose();
}

int64_t
RegistrationEndpoint::AssignStreams(int64_t stream)
{
    m_serviceTime->SetStream(stream);
    return 1;
}

void
RegistrationEndpoint::Open(Ptr<Node> node, const IpAddressList& local)
{
    if (IsOpen())
    {
        throw std::logic_error("registration: the endpoint is open already");
    }
    IpAddress address4;
    IpAddress address6;
    for (const auto& address : local)
    {
        IpAddress& place = address.IsIpv4() ? address4 : address6;
        if (!address || place)
        {
            throw std::invalid_argument("registration: found source address " + address.ToString() +
                                        ", expected one per family");
        }
        place = address;
    }
    const bool has4 = node->GetObject<Ipv4>() != nullptr;
    const bool has6 = node->GetObject<Ipv6>() != nullptr;
    if ((address4 && !has4) || (address6 && !has6) || (!has4 && !has6))
    {
        throw std::invalid_argument("registration: node " + std::to_string(node->GetId()) +
                                    " lacks the internet stack for the endpoint");
    }
    if (!m_serviceTime)
    {
        throw std::invalid_argument("registration: the endpoint was disposed of");
    }
    RequestTimers timers;
    timers.initialTimeout = m_initialTimeout;
    timers.maxTimeout = m_maxTimeout;
    timers.maxRetransmissions = m_maxRetransmissions;
    timers.maxRate = m_maxRate;
    auto tracker = std::make_unique<RequestTracker>(timers);
    Ptr<Socket> socket4;
    if (local.empty() ? has4 : static_cast<bool>(address4))
    {
        socket4 = OpenSocket(node, address4 ? address4 : IpAddress(Ipv4Address::GetAny()));
    }
    Ptr<Socket> socket6;
    if (local.empty() ? has6 : static_cast<bool>(address6))
    {
        socket6 = OpenSocket(node, address6 ? address6 : IpAddress(Ipv6Address::GetAny()));
    }
    m_socket4 = socket4;
    m_socket6 = socket6;
    m_local4 = address4;
    m_local6 = address6;
    m_tracker = std::move(tracker);
    m_duplicates = std::make_unique<DuplicateCache>(m_duplicateEntries, m_duplicateHold);
    m_session = std::make_shared<bool>(true);
    m_node = node;
}

/// @return a socket that is bound to local. @throws std::invalid_argument if the port is taken
Ptr<Socket>
RegistrationEndpoint::OpenSocket(Ptr<Node> node, const IpAddress& local)
{
    Ptr<Socket> socket = Socket::CreateSocket(node, UdpSocketFactory::GetTypeId());
    if (socket->Bind(local.ToSocketAddress(m_port)) != 0)
    {
        throw std::invalid_argument("registration: port " + std::to_string(m_port) + " of node " +
                                    std::to_string(node->GetId()) + " is taken");
    }
    socket->SetRecvCallback(MakeCallback(&RegistrationEndpoint::Readable, this));
    return socket;
}

void
RegistrationEndpoint::Close()
{
    if (!IsOpen())
    {
        return;
    }
    m_session.reset();
    m_timer.Cancel();
    m_service.Cancel();
    for (auto socket : {&m_socket4, &m_socket6})
    {
        if (*socket)
        {
            (*socket)->SetRecvCallback(MakeNullCallback<void, Ptr<Socket>>());
            (*socket)->Close();
            *socket = nullptr;
        }
    }
    m_local4 = IpAddress();
    m_local6 = IpAddress();
    m_index.clear();
    m_queue.clear();
    m_queueLength = 0;
    m_tracker.reset();
    m_duplicates.reset();
    m_node = nullptr;
    // Last, and from a copy: what the callbacks hold may lead back here when it goes.
    auto sent = std::move(m_sent);
    m_sent.clear();
}

IpAddress
RegistrationEndpoint::GetLocalAddress(IpFamily family) const
{
    return family == IpFamily::IPV4 ? m_local4 : family == IpFamily::IPV6 ? m_local6 : IpAddress();
}

Ptr<Socket>
RegistrationEndpoint::GetSocket(IpFamily family) const
{
    return family == IpFamily::IPV4   ? m_socket4
           : family == IpFamily::IPV6 ? m_socket6
                                      : Ptr<Socket>();
}

void
RegistrationEndpoint::SetRequestHandler(RequestHandler handler)
{
    m_handler = std::move(handler);
}

namespace
{

/// @return what a request is paced by: its VM; where it names none, as a query, its address
VmKey
GetPacedKey(const RegistrationMessage& request)
{
    return request.vmId.empty() ? VmKey{request.vnId, request.addresses.front().address.ToString()}
                                : request.GetVmKey();
}

} // namespace

uint32_t
RegistrationEndpoint::Send(const IpAddress& to,
                           const RegistrationMessage& request,
                           ReplyCallback callback)
{
    if (!IsOpen())
    {
        throw std::logic_error("registration: the endpoint is not open");
    }
    if (!GetSocket(to.GetFamily()))
    {
        throw std::invalid_argument("registration: no socket to send to " + to.ToString());
    }
    const RegistrationFault fault = CheckRegistration(request);
    if (request.type != RegistrationType::REQUEST || fault != RegistrationFault::NONE)
    {
        throw std::invalid_argument("registration: found " + request.ToString() + " (" +
                                    RegistrationFaultName(fault) + "), expected a request");
    }
    auto octets = EncodeRegistration(request, m_key);
    const auto added = m_tracker->Add({GetPacedKey(request), to}, Simulator::Now());
    m_sent[added.handle] = {to, request, octets, std::move(callback)};
    m_index.emplace(to, request.sequence, request.GetVmKey(), added.handle);
    SetTimer();
    if (added.transmit)
    {
        Transmit(request, octets, to, m_port);
    }
    return added.handle;
}

bool
RegistrationEndpoint::Cancel(uint32_t handle)
{
    if (!m_sent.count(handle))
    {
        return false;
    }
    Forget(handle);
    SetTimer();
    return true;
}

/// Takes a request out of all tables; precondition: it is there.
void
RegistrationEndpoint::Forget(uint32_t handle)
{
    const auto it = m_sent.find(handle);
    const auto& request = it->second.request;
    m_index.erase(std::make_tuple(it->second.to, request.sequence, request.GetVmKey(), handle));
    m_tracker->Remove(handle);
    m_sent.erase(it);
}

/// Has Advance() called at the tracker's next time.
void
RegistrationEndpoint::SetTimer()
{
    const auto next = m_tracker->GetNextTime();
    const bool runs = !m_timer.IsExpired();
    if (runs && next && m_timer.GetTs() == static_cast<uint64_t>(next->GetTimeStep()))
    {
        return;
    }
    m_timer.Cancel();
    if (next)
    {
        const Time now = Simulator::Now();
        m_timer =
            Simulator::Schedule(std::max(*next, now) - now, &RegistrationEndpoint::Advance, this);
    }
}

void
RegistrationEndpoint::Advance()
{
    // Trace sinks and callbacks may cancel requests, or close and open the endpoint.
    const std::weak_ptr<bool> session = m_session;
    for (const auto& action : m_tracker->Advance(Simulator::Now()))
    {
        const auto it = m_sent.find(action.handle);
        if (session.expired() || it == m_sent.end())
        {
            continue;
        }
        if (action.kind == RequestAction::GIVE_UP)
        {
            GiveUp(action.handle, action.transmissions);
            continue;
        }
        const Sent sent = it->second;
        Transmit(sent.request, sent.octets, sent.to, m_port);
    }
    if (!session.expired())
    {
        SetTimer();
    }
}

void
RegistrationEndpoint::GiveUp(uint32_t handle, uint32_t transmissions)
{
    const Sent sent = m_sent.at(handle);
    Forget(handle);
    NS_LOG_INFO("node " << m_node->GetId() << " gives up " << sent.request);
    m_giveUp(sent.request, sent.to, transmissions);
    if (sent.callback)
    {
        sent.callback({std::nullopt, transmissions});
    }
}

void
RegistrationEndpoint::Transmit(const RegistrationMessage& message,
                               const std::vector<uint8_t>& octets,
                               const IpAddress& to,
                               uint16_t port)
{
    Ptr<Packet> packet = Create<Packet>(octets.data(), octets.size());
    const int sent = GetSocket(to.GetFamily())->SendTo(packet, 0, to.ToSocketAddress(port));
    if (sent < 0)
    {
        Discard("not-sent", GetLocalAddress(to.GetFamily()), octets.size());
        return;
    }
    m_tx(message, GetLocalAddress(to.GetFamily()), to, octets.size());
}

void
RegistrationEndpoint::Discard(const std::string& why, const IpAddress& from, size_t bytes)
{
    NS_LOG_INFO("discards " << bytes << " octets from " << from << ": " << why);
    m_discards++;
    m_discard(why, from, bytes);
}

} // namespace vmm
} // namespace ns3
