// SPDX-License-Identifier: GPL-2.0-only
// The receiving half of RegistrationEndpoint: queue, duplicates, requests, replies.
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/registration-endpoint.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

/// What a Responder shares with its copies.
struct RegistrationEndpoint::Exchange
{
    /// A request that was not answered is forgotten: its next copy counts as fresh.
    ~Exchange()
    {
        if (!answered && session.lock())
        {
            endpoint->m_duplicates->Forget(key);
        }
    }

    RegistrationEndpoint* endpoint; //!< valid while session is
    std::weak_ptr<bool> session;    //!< of the endpoint when the request came
    std::string key;                //!< in the duplicate cache
    RegistrationMessage request;    //!< what is answered
    IpAddress from;                 //!< whom
    uint16_t port;                  //!< at which port
    bool answered = false;          //!< already
};

void
RegistrationEndpoint::Readable(Ptr<Socket> socket)
{
    const std::weak_ptr<bool> session = m_session;
    Address source;
    while (!session.expired())
    {
        Ptr<Packet> packet = socket->RecvFrom(source);
        if (!packet)
        {
            return;
        }
        Received message;
        message.from = IpAddress::FromAddress(source);
        message.port = InetSocketAddress::IsMatchingType(source)
                           ? InetSocketAddress::ConvertFrom(source).GetPort()
                           : Inet6SocketAddress::ConvertFrom(source).GetPort();
        message.octets.resize(packet->GetSize());
        packet->CopyData(message.octets.data(), message.octets.size());
        message.decoded = DecodeRegistration(message.octets.data(), message.octets.size(), m_key);
        Arrived(std::move(message));
    }
}

void
RegistrationEndpoint::Arrived(Received message)
{
    if (m_queueSize != 0 && m_queue.size() >= m_queueSize)
    {
        Discard("queue-full", message.from, message.octets.size());
        return;
    }
    const std::weak_ptr<bool> session = m_session;
    if (message.decoded.verdict == RegistrationVerdict::OK)
    {
        m_rx(message.decoded.message,
             message.from,
             GetLocalAddress(message.from.GetFamily()),
             message.octets.size());
    }
    if (session.expired())
    {
        return;
    }
    m_queue.push_back(std::move(message));
    m_queueLength = m_queue.size();
    if (m_queue.size() == 1)
    {
        ServeNext();
    }
}

/// Starts the service of the first message that waits; what takes no time is done at once.
void
RegistrationEndpoint::ServeNext()
{
    while (IsOpen() && !m_queue.empty())
    {
        const Time service = Seconds(std::max(0.0, m_serviceTime->GetValue()));
        if (service.IsStrictlyPositive())
        {
            m_service = Simulator::Schedule(service, &RegistrationEndpoint::Served, this);
            return;
        }
        if (!ServeFront())
        {
            return;
        }
    }
}

void
RegistrationEndpoint::Served()
{
    if (ServeFront())
    {
        ServeNext();
    }
}

/// Handles the first message. @return false if the endpoint was closed thereby
bool
RegistrationEndpoint::ServeFront()
{
    const std::weak_ptr<bool> session = m_session;
    // The place stays taken meanwhile: what arrives during the handling waits behind it.
    const Received message = std::move(m_queue.front());
    Handle(message);
    if (session.expired())
    {
        return false;
    }
    m_queue.pop_front();
    m_queueLength = m_queue.size();
    return true;
}

void
RegistrationEndpoint::Handle(const Received& message)
{
    const RegistrationDecoded& decoded = message.decoded;
    if (decoded.verdict == RegistrationVerdict::OK)
    {
        decoded.message.type == RegistrationType::REQUEST ? HandleRequest(message)
                                                          : HandleReply(message);
        return;
    }
    const std::weak_ptr<bool> session = m_session;
    Discard(RegistrationFaultName(decoded.fault), message.from, message.octets.size());
    if (decoded.verdict == RegistrationVerdict::ANSWER && !session.expired())
    {
        const auto reply = MakeReply(decoded.message, decoded.status);
        Transmit(reply, EncodeRegistration(reply, m_key), message.from, message.port);
    }
}

void
RegistrationEndpoint::HandleRequest(const Received& message)
{
    if (!m_handler)
    {
        Discard("no-handler", message.from, message.octets.size());
        return;
    }
    const std::string key = DuplicateCache::MakeKey(message.from, message.port, message.octets);
    const auto finding = m_duplicates->Check(key, Simulator::Now());
    if (finding.verdict == DuplicateCache::ANSWERED)
    {
        const DuplicateCache::Reply reply = *finding.reply;
        Transmit(reply.message, reply.octets, message.from, message.port);
        return;
    }
    if (finding.verdict == DuplicateCache::IN_PROGRESS)
    {
        Discard("duplicate-in-progress", message.from, message.octets.size());
        return;
    }
    auto exchange = std::make_shared<Exchange>();
    exchange->endpoint = this;
    exchange->session = m_session;
    exchange->key = key;
    exchange->request = message.decoded.message;
    exchange->from = message.from;
    exchange->port = message.port;
    const RequestHandler handler = m_handler;
    handler(message.decoded.message,
            message.from,
            [exchange](const RegistrationMessage& reply)
            {
                if (!exchange->answered && !exchange->session.expired())
                {
                    exchange->endpoint->Respond(*exchange, reply);
                }
            });
}

void
RegistrationEndpoint::Respond(Exchange& exchange, RegistrationMessage reply)
{
    const auto echo = MakeReply(exchange.request, reply.status, reply.lifetime);
    reply.type = echo.type;
    reply.sequence = echo.sequence;
    reply.flags = echo.flags;
    reply.role = echo.role;
    reply.vnId = echo.vnId;
    // A query names no VM; its answer does.
    reply.vmId = echo.vmId.empty() ? reply.vmId : echo.vmId;
    reply.lifetime = echo.lifetime;
    if (CheckRegistration(reply) != RegistrationFault::NONE)
    {
        throw std::invalid_argument("registration: found " + reply.ToString() +
                                    ", expected the options that a reply of its status has");
    }
    auto octets = EncodeRegistration(reply, m_key);
    exchange.answered = true;
    m_duplicates->Answer(exchange.key, {reply, octets});
    Transmit(reply, octets, exchange.from, exchange.port);
}

/// @return handle of the request that is answered; 0 if there is none, or no telling which
uint32_t
RegistrationEndpoint::FindSent(const RegistrationMessage& reply, const IpAddress& from) const
{
    uint32_t found = 0;
    auto it = m_index.lower_bound(std::make_tuple(from, reply.sequence, VmKey(), 0U));
    // The VM that a query is answered with was not in the query.
    const bool named = !reply.vmId.empty() && reply.role != RecipientRole::RESOLVER;
    if (named)
    {
        it = m_index.lower_bound(std::make_tuple(from, reply.sequence, reply.GetVmKey(), 0U));
    }
    for (; it != m_index.end(); ++it)
    {
        const auto& [to, sequence, vm, handle] = *it;
        if (to != from || sequence != reply.sequence || (named && vm != reply.GetVmKey()))
        {
            break;
        }
        if (m_sent.at(handle).request.role != reply.role)
        {
            continue;
        }
        if (named)
        {
            return handle;
        }
        if (found != 0)
        {
            return 0;
        }
        found = handle;
    }
    return found;
}

void
RegistrationEndpoint::HandleReply(const Received& message)
{
    RegistrationMessage reply = message.decoded.message;
    const uint32_t handle = message.port == m_port ? FindSent(reply, message.from) : 0;
    if (handle == 0)
    {
        Discard("unexpected-reply", message.from, message.octets.size());
        return;
    }
    const uint32_t transmissions = m_tracker->GetTransmissions(handle);
    const Sent& sent = m_sent.at(handle);
    reply.lifetime = std::min(reply.lifetime, sent.request.lifetime);
    const ReplyCallback callback = sent.callback;
    Forget(handle);
    SetTimer();
    if (callback)
    {
        callback({reply, transmissions});
    }
}

} // namespace vmm
} // namespace ns3
