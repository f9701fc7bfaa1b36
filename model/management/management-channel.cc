// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/management-channel.h"

#include "ns3/log.h"
#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmManagementChannel");
NS_OBJECT_ENSURE_REGISTERED(ManagementChannel);

namespace
{
/// @return whether a message goes without acknowledgement
bool
IsUnacknowledged(ManagementType type)
{
    return type == ManagementType::PROGRESS || type == ManagementType::HELLO;
}
} // namespace

TypeId
ManagementChannel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::ManagementChannel")
                            .SetParent<Object>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<ManagementChannel>()
                            .AddTraceSource("Tx",
                                            "A management message is handed to TCP.",
                                            MakeTraceSourceAccessor(&ManagementChannel::m_tx),
                                            "ns3::vmm::ManagementChannel::EventTracedCallback")
                            .AddTraceSource("Rx",
                                            "A management message has arrived and is readable.",
                                            MakeTraceSourceAccessor(&ManagementChannel::m_rx),
                                            "ns3::vmm::ManagementChannel::EventTracedCallback")
                            .AddTraceSource("Discard",
                                            "A message is malformed; the argument says how.",
                                            MakeTraceSourceAccessor(&ManagementChannel::m_discard),
                                            "ns3::vmm::ManagementChannel::DiscardTracedCallback");
    return tid;
}

ManagementChannel::ManagementChannel() = default;

ManagementChannel::~ManagementChannel() = default;

void
ManagementChannel::DoDispose()
{
    Abandon(); // the stack below may be gone
    m_handler = nullptr;
    m_stateHandler = nullptr;
    m_outstanding.clear();
    Object::DoDispose();
}

void
ManagementChannel::SetHandler(Handler handler)
{
    m_handler = std::move(handler);
}

void
ManagementChannel::SetStateHandler(StateHandler handler)
{
    m_stateHandler = std::move(handler);
}

void
ManagementChannel::SetStream(Ptr<MessageStream> stream)
{
    Close();
    m_stream = stream;
    m_stream->SetReceiveCallback(
        [this](const std::vector<uint8_t>& frame)
        {
            Receive(frame);
        });
    m_stream->SetStateCallback(
        [this](bool connected, const std::string&)
        {
            StreamChanged(connected);
        });
    if (m_stream->IsConnected())
    {
        StreamChanged(true);
    }
}

void
ManagementChannel::Close()
{
    m_aliveTimer.Cancel();
    if (m_stream)
    {
        Ptr<MessageStream> stream = m_stream;
        m_stream = nullptr;
        stream->SetReceiveCallback(nullptr);
        stream->SetStateCallback(nullptr);
        stream->Close();
    }
}

void
ManagementChannel::Abandon()
{
    if (m_stream)
    {
        m_stream->Abandon();
    }
    Close();
    m_outstanding.clear();
}

void
ManagementChannel::SetKeepAlive(const ManagementMessage& probe, Time interval, Time hold)
{
    m_probe = probe;
    m_interval = interval;
    m_hold = hold;
}

void
ManagementChannel::SetProbe(const ManagementMessage& probe)
{
    m_probe = probe;
}

void
ManagementChannel::CheckAlive()
{
    const Time silence = Simulator::Now() - m_lastHeard;
    if (silence >= m_hold)
    {
        m_stream->Drop("nothing heard");
        return;
    }
    Time next = m_interval;
    if (silence >= m_interval)
    {
        Transmit(m_probe);
        next = Min(next, m_hold - silence);
    }
    else
    {
        next -= silence;
    }
    m_aliveTimer = Simulator::Schedule(next, &ManagementChannel::CheckAlive, this);
}

void
ManagementChannel::StreamChanged(bool connected)
{
    m_aliveTimer.Cancel();
    m_lastHeard = Simulator::Now();
    m_greetings.clear();
    if (m_stateHandler)
    {
        m_stateHandler(connected);
    }
    if (connected && m_interval > Time(0))
    {
        m_aliveTimer = Simulator::Schedule(m_interval, &ManagementChannel::CheckAlive, this);
    }
    if (connected)
    {
        const auto again = m_outstanding; // an answer can only come later, but copies are safe
        for (const auto& message : again)
        {
            Transmit(message);
        }
    }
}

void
ManagementChannel::Send(const ManagementMessage& message)
{
    if (!IsUnacknowledged(message.type))
    {
        m_outstanding.push_back(message);
    }
    Transmit(message);
}

void
ManagementChannel::Answer(const ManagementMessage& message)
{
    Transmit(message);
}

void
ManagementChannel::Transmit(const ManagementMessage& message)
{
    auto frame = EncodeManagement(message);
    if (!IsConnected())
    {
        return;
    }
    if (message.type == ManagementType::HELLO && !message.acknowledgement)
    {
        m_greetings.push_back(Simulator::Now());
    }
    const ManagementEvent event{m_stream->GetLocalAddress(),
                                m_stream->GetRemoteAddress(),
                                message.type,
                                message.acknowledgement,
                                message.vm,
                                message.move,
                                message.epoch,
                                static_cast<uint32_t>(frame.size())};
    m_tx(event);
    m_stream->Send(std::move(frame));
}

bool
ManagementChannel::Acknowledge(const ManagementMessage& answer)
{
    const auto found = std::find_if(
        m_outstanding.begin(),
        m_outstanding.end(),
        [&answer](const ManagementMessage& order)
        {
            return order.type == answer.type && order.move == answer.move &&
                   order.epoch == answer.epoch &&
                   (order.vm == answer.vm || answer.status == ManagementStatus::MALFORMED);
        });
    if (found == m_outstanding.end())
    {
        return false;
    }
    m_outstanding.erase(found);
    return true;
}

void
ManagementChannel::Receive(const std::vector<uint8_t>& frame)
{
    Ptr<ManagementChannel> keep(this); // a handler may drop the last reference
    m_lastHeard = Simulator::Now();
    const auto decoding = DecodeManagement(frame.data(), frame.size());
    if (decoding.result != ManagementDecoding::Result::OK)
    {
        NS_LOG_INFO("message dropped: " << decoding.error);
        m_discard(decoding.error);
        if (decoding.result == ManagementDecoding::Result::MALFORMED)
        {
            Answer(decoding.message.MakeAcknowledgement(ManagementStatus::MALFORMED));
        }
        return;
    }
    const auto& message = decoding.message;
    m_lastMessage = Simulator::Now();
    if (message.type == ManagementType::HELLO && message.acknowledgement && !m_greetings.empty())
    {
        m_lastConfirmed = m_greetings.front();
        m_greetings.pop_front();
    }
    m_rx({m_stream ? m_stream->GetRemoteAddress() : IpAddress(),
          m_stream ? m_stream->GetLocalAddress() : IpAddress(),
          message.type,
          message.acknowledgement,
          message.vm,
          message.move,
          message.epoch,
          static_cast<uint32_t>(frame.size())});
    if (message.acknowledgement && !IsUnacknowledged(message.type) && !Acknowledge(message))
    {
        return; // a second answer, to an order that was sent twice
    }
    if (m_handler)
    {
        m_handler(message);
    }
}

bool
ManagementChannel::IsConnected() const
{
    return m_stream && m_stream->IsConnected();
}

IpAddress
ManagementChannel::GetLocalAddress() const
{
    return m_stream ? m_stream->GetLocalAddress() : IpAddress();
}

Time
ManagementChannel::GetLastHeard() const
{
    return m_lastMessage;
}

Time
ManagementChannel::GetLastConfirmed() const
{
    return m_lastConfirmed;
}

size_t
ManagementChannel::GetOutstandingCount() const
{
    return m_outstanding.size();
}

} // namespace vmm
} // namespace ns3
