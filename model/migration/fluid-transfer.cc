// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fluid-transfer.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/fluid-network.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/log.h"
#include "ns3/node.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/tcp-transfer.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("VmmFluidTransfer");
NS_OBJECT_ENSURE_REGISTERED(FluidTransfer);

namespace
{

constexpr uint8_t TCP = 6;             //!< protocol number
constexpr uint32_t IPV4_HEADER = 20;   //!< octets
constexpr uint32_t IPV6_HEADER = 40;   //!< octets
constexpr uint32_t TCP_HEADER = 20;    //!< octets
constexpr uint32_t TCP_TIMESTAMP = 12; //!< octets of the option, padded
constexpr uint32_t PPP_HEADER = 2;     //!< octets that a point-to-point link adds
constexpr double NONE = std::numeric_limits<double>::infinity(); //!< no limit

/// @return an unsigned attribute
uint64_t
GetUnsigned(Ptr<const Object> object, const std::string& name)
{
    UintegerValue value;
    object->GetAttribute(name, value);
    return value.Get();
}

/// @return the port of a socket address
uint16_t
GetPort(const Address& address)
{
    return InetSocketAddress::IsMatchingType(address)
               ? InetSocketAddress::ConvertFrom(address).GetPort()
               : Inet6SocketAddress::ConvertFrom(address).GetPort();
}

} // namespace

TypeId
FluidTransfer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::FluidTransfer")
            .SetParent<CopyTransfer>()
            .SetGroupName("VmMobility")
            .AddConstructor<FluidTransfer>()
            .AddAttribute("Efficiency",
                          "Octets of content per octet on the wire; 0 takes what TCP has, from "
                          "ns3::TcpSocket::SegmentSize, the headers of TCP (with or without "
                          "timestamps) and IP, and 2 octets of PPP. Set it for another framing "
                          "than the simulated one.",
                          DoubleValue(0),
                          MakeDoubleAccessor(&FluidTransfer::m_efficiency),
                          MakeDoubleChecker<double>(0, 1))
            .AddAttribute("MaxWindow",
                          "What one connection may have in flight (octets); 0 takes the smaller "
                          "one of TcpTransfer's SendBuffer and the peer's receive window, so that "
                          "the rate over a long path is what TCP reaches.",
                          UintegerValue(0),
                          MakeUintegerAccessor(&FluidTransfer::m_maxWindow),
                          MakeUintegerChecker<uint64_t>())
            .AddAttribute("SlowStartGrowth",
                          "Factor by which the window grows in a round trip after the connection "
                          "has come up: 2 as TCP that counts octets (RFC 3465), as ns-3's does; 1 "
                          "for no slow start. It matters over long paths.",
                          DoubleValue(2),
                          MakeDoubleAccessor(&FluidTransfer::m_growth),
                          MakeDoubleChecker<double>(1, 4))
            .AddAttribute("Streams",
                          "Parallel connections that the content is spread over: so many windows, "
                          "and the share of so many where links are contended. They take the path "
                          "of the one that carries the records.",
                          UintegerValue(1),
                          MakeUintegerAccessor(&FluidTransfer::m_streams),
                          MakeUintegerChecker<uint32_t>(1, 1024))
            .AddAttribute("RateCap",
                          "Limit of the rate of content (bit/s), as an operator sets it for all "
                          "copies; 0 for none.",
                          DataRateValue(DataRate(uint64_t{0})),
                          MakeDataRateAccessor(&FluidTransfer::m_rateCap),
                          MakeDataRateChecker());
    return tid;
}

FluidTransfer::FluidTransfer() = default;

FluidTransfer::~FluidTransfer() = default;

void
FluidTransfer::DoDispose()
{
    Abandon();
    if (m_tcp)
    {
        m_tcp->Dispose();
        m_tcp = nullptr;
    }
    m_network = nullptr;
    m_node = nullptr;
    CopyTransfer::DoDispose();
}

void
FluidTransfer::Connect(Ptr<Node> node, const IpAddress& remote, uint16_t port)
{
    Close();
    m_node = node;
    m_network = FluidNetwork::Get();
    m_tcp = CreateObject<TcpTransfer>();
    m_tcp->SetConnectedCallback(
        [this]
        {
            m_up = true;
            if (m_onConnected)
            {
                m_onConnected();
            }
            Pump();
        });
    m_tcp->SetWrittenCallback(
        [this]
        {
            Written();
        });
    m_tcp->SetReceiveCallback(
        [this](Ptr<const Packet> data)
        {
            if (m_onReceive)
            {
                m_onReceive(data);
            }
        });
    m_tcp->SetFailedCallback(
        [this](const std::string& reason)
        {
            Fail(reason);
        });
    m_tcp->Connect(node, remote, port);
    OpenFlow(remote, port);
}

void
FluidTransfer::OpenFlow(const IpAddress& remote, uint16_t port)
{
    Ptr<Socket> socket = m_tcp->GetSocket();
    BooleanValue timestamp(false);
    socket->GetAttributeFailSafe("Timestamp", timestamp);
    m_segment = static_cast<uint32_t>(GetUnsigned(socket, "SegmentSize"));
    m_header = TCP_HEADER + (timestamp.Get() ? TCP_TIMESTAMP : 0) +
               (remote.IsIpv6() ? IPV6_HEADER : IPV4_HEADER);
    const uint32_t frame = m_segment + m_header + PPP_HEADER;
    m_wireEfficiency = m_efficiency > 0 ? m_efficiency : static_cast<double>(m_segment) / frame;
    m_initialWindow = static_cast<double>(GetUnsigned(socket, "InitialCwnd")) * m_segment;
    m_slowWindow = m_growth > 1 ? m_initialWindow : NONE;
    m_socket = socket;
    m_socket->TraceConnectWithoutContext("RWND", MakeCallback(&FluidTransfer::WindowChanged, this));
    Address local;
    socket->GetSockName(local);
    FluidFlow::Spec spec;
    spec.node = m_node;
    spec.key.source = IpAddress::FromAddress(local);
    spec.key.destination = remote;
    spec.key.protocol = TCP;
    spec.key.ports = uint32_t{GetPort(local)} << 16 | port;
    spec.weight = m_streams;
    spec.efficiency = m_wireEfficiency;
    spec.frame = frame;
    spec.delivered = [this]
    {
        Delivered();
    };
    spec.rateSet = [this]
    {
        RateSet();
    };
    spec.pathSet = [this]
    {
        StartGrowing();
        UpdateLimit();
    };
    m_flow = m_network->Open(std::move(spec));
}

void
FluidTransfer::Send(const std::vector<uint8_t>& real, uint64_t virtualOctets, uint64_t rate)
{
    m_queue.push_back({real, virtualOctets, rate});
    if (m_tcp)
    {
        m_tcp->ExpectReply(false); // not before it has what it will answer to
    }
    Pump();
}

void
FluidTransfer::ExpectReply(bool due)
{
    m_replyDue = due;
    if (m_tcp)
    {
        m_tcp->ExpectReply(due && m_queue.empty());
    }
}

void
FluidTransfer::Pump()
{
    Ptr<FluidTransfer> keep(this); // a callback may drop the last reference
    while (m_up && !m_carrying && !m_queue.empty())
    {
        Item& item = m_queue.front();
        const std::vector<uint8_t> real = std::move(item.real);
        const uint64_t rate = item.rate;
        m_carrying = item.virtualOctets > 0;
        if (m_carrying)
        {
            BeginBody(real.size() + item.virtualOctets);
            m_network->Start(m_flow, item.virtualOctets, GetLimit());
            StartGrowing();
        }
        else
        {
            m_queue.pop_front();
        }
        if (!real.empty())
        {
            m_tcp->Send(real, 0, rate);
        }
    }
    if (m_up && m_queue.empty())
    {
        m_tcp->ExpectReply(m_replyDue);
    }
}

void
FluidTransfer::Written()
{
    if (m_up && IsWritten() && m_onWritten)
    {
        m_onWritten();
    }
}

void
FluidTransfer::Delivered()
{
    m_stallTimer.Cancel();
    EndBody();
    m_lagTimer = Simulator::Schedule(m_flow->GetLag(), &FluidTransfer::BodyDone, this);
}

void
FluidTransfer::BodyDone()
{
    Ptr<FluidTransfer> keep(this); // a callback may drop the last reference
    m_carrying = false;
    m_queue.pop_front();
    const bool last = m_queue.empty();
    Pump();
    if (last)
    {
        Written(); // else TCP tells it
    }
}

void
FluidTransfer::RateSet()
{
    TimeValue timeout;
    m_tcp->GetAttribute("StallTimeout", timeout);
    const bool stands = m_flow && m_flow->IsActive() &&
                        m_flow->GetRate() * timeout.Get().GetSeconds() < m_segment * 8;
    if (!stands)
    {
        m_stallTimer.Cancel();
    }
    else if (m_stallTimer.IsExpired())
    {
        m_stallTimer = Simulator::Schedule(timeout.Get(), &FluidTransfer::Stalled, this);
    }
}

void
FluidTransfer::Stalled()
{
    Fail("stalled");
}

void
FluidTransfer::Fail(const std::string& reason)
{
    NS_LOG_INFO("transfer failed: " << reason);
    Ptr<FluidTransfer> keep(this);
    Close();
    if (m_onFailed)
    {
        const auto told = m_onFailed; // its owner may replace it
        told(reason);
    }
}

void
FluidTransfer::EndFlow()
{
    m_growTimer.Cancel();
    m_stallTimer.Cancel();
    m_lagTimer.Cancel();
    m_queue.clear();
    m_carrying = false;
    m_up = false;
    if (m_socket)
    {
        m_socket->TraceDisconnectWithoutContext("RWND",
                                                MakeCallback(&FluidTransfer::WindowChanged, this));
        m_socket = nullptr;
    }
    if (m_flow)
    {
        m_network->Close(m_flow);
        m_sent += m_network->GetDelivered(m_flow);
        m_flow = nullptr;
    }
}

void
FluidTransfer::Close()
{
    EndFlow();
    if (m_tcp)
    {
        m_tcp->Close();
    }
}

void
FluidTransfer::Abandon()
{
    EndFlow();
    if (m_tcp)
    {
        m_tcp->Abandon();
    }
}

bool
FluidTransfer::CarriesVirtualOctets() const
{
    return false;
}

bool
FluidTransfer::IsWritten() const
{
    return m_queue.empty() && (!m_tcp || m_tcp->IsWritten());
}

uint64_t
FluidTransfer::GetSentVirtualOctets() const
{
    return m_sent + (m_flow ? m_network->GetDelivered(m_flow) : 0);
}

uint64_t
FluidTransfer::GetWireOctets() const
{
    const uint64_t sent = GetSentVirtualOctets();
    const uint64_t records = m_tcp ? m_tcp->GetWireOctets() : 0;
    if (m_efficiency > 0)
    {
        return records + static_cast<uint64_t>(std::llround(sent / m_efficiency));
    }
    return records + sent + (sent + m_segment - 1) / m_segment * m_header;
}

Ptr<const FluidFlow>
FluidTransfer::GetFlow() const
{
    return m_flow;
}

double
FluidTransfer::GetEfficiency() const
{
    return m_wireEfficiency;
}

} // namespace vmm
} // namespace ns3
