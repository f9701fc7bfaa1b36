// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/probe-client.h"

#include "ns3/inet6-socket-address.h"
#include "ns3/packet.h"
#include "ns3/seq-ts-header.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(ProbeClient);

namespace
{
constexpr uint32_t SEQ_TS_SIZE = 12; //!< octets of SeqTsHeader
}

TypeId
ProbeClient::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::ProbeClient")
            .SetParent<Application>()
            .SetGroupName("VmMobility")
            .AddConstructor<ProbeClient>()
            .AddAttribute("Local",
                          "Address and port that it sends from; by default any",
                          AddressValue(),
                          MakeAddressAccessor(&ProbeClient::m_local),
                          MakeAddressChecker())
            .AddAttribute("Remote",
                          "Address and port of the receiver",
                          AddressValue(),
                          MakeAddressAccessor(&ProbeClient::m_remote),
                          MakeAddressChecker())
            .AddAttribute("Period",
                          "Time between two datagrams (s)",
                          TimeValue(MilliSeconds(1)),
                          MakeTimeAccessor(&ProbeClient::m_period),
                          MakeTimeChecker(NanoSeconds(1)))
            .AddAttribute(
                "PacketSize",
                "UDP payload, the 12 octets of the number and time stamp included (bytes)",
                UintegerValue(100),
                MakeUintegerAccessor(&ProbeClient::m_packetSize),
                MakeUintegerChecker<uint32_t>(SEQ_TS_SIZE, 65507))
            .AddTraceSource("Tx",
                            "A datagram was handed to the socket",
                            MakeTraceSourceAccessor(&ProbeClient::m_tx),
                            "ns3::Packet::TracedCallback");
    return tid;
}

ProbeClient::ProbeClient() = default;

ProbeClient::~ProbeClient() = default;

void
ProbeClient::DoDispose()
{
    Simulator::Cancel(m_next);
    m_socket = nullptr;
    Application::DoDispose();
}

void
ProbeClient::StartApplication()
{
    m_socket = Socket::CreateSocket(GetNode(), UdpSocketFactory::GetTypeId());
    if (!m_local.IsInvalid())
    {
        m_socket->Bind(m_local);
    }
    else if (Inet6SocketAddress::IsMatchingType(m_remote))
    {
        m_socket->Bind6();
    }
    else
    {
        m_socket->Bind();
    }
    m_socket->Connect(m_remote);
    m_socket->ShutdownRecv();
    Send();
}

void
ProbeClient::StopApplication()
{
    Simulator::Cancel(m_next);
    if (m_socket)
    {
        m_socket->Close();
    }
}

void
ProbeClient::Send()
{
    m_next = Simulator::Schedule(m_period, &ProbeClient::Send, this);
    Ptr<Packet> packet = Create<Packet>(m_packetSize - SEQ_TS_SIZE);
    SeqTsHeader header;
    header.SetSeq(m_sequence++);
    packet->AddHeader(header);
    m_tx(packet);
    if (m_socket->Send(packet) >= 0)
    {
        ++m_sent;
    }
}

} // namespace vmm
} // namespace ns3
