// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_REGISTRATION_LINK_H
#define VMM_TEST_REGISTRATION_LINK_H

#include "ns3/boolean.h"
#include "ns3/channel.h"
#include "ns3/config.h"
#include "ns3/double.h"
#include "ns3/error-model.h"
#include "ns3/inet-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-interface-address.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-interface-address.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/pointer.h"
#include "ns3/registration-endpoint.h"
#include "ns3/string.h"
#include "ns3/udp-header.h"
#include "ns3/udp-socket-factory.h"

#include "sim-fixture.h"

#include <list>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * An NVE and a management node at the two ends of a 1 Gbit/s link, both with both families, an
 * endpoint at each, and a record of what happens.
 */
class RegistrationLink : public SimTest
{
  protected:
    /// A traced message.
    struct Traced
    {
        Time at;                     //!< when
        RegistrationMessage message; //!< what
        IpAddress from;              //!< source
        IpAddress to;                //!< destination
        uint32_t bytes;              //!< UDP payload
    };

    /// A message as the IP layer sent it.
    struct OnWire
    {
        RegistrationMessage message; //!< what
        IpAddress from;              //!< source
        IpAddress to;                //!< destination
        uint16_t sourcePort;         //!< UDP
        uint16_t destinationPort;    //!< UDP
        uint32_t bytes;              //!< UDP payload
    };

    /// Who a crafted message says that it is from.
    enum Sender
    {
        TRUE_SENDER,   //!< the registrar's address and port
        OTHER_ADDRESS, //!< another address
        OTHER_PORT     //!< another port
    };

    void SetUp() override
    {
        SimTest::SetUp();
        Build();
    }

    void TearDown() override
    {
        m_nve->Dispose();
        m_mn->Dispose();
        SimTest::TearDown();
    }

    /// @return addresses of NVE and MN
    static std::pair<IpAddress, IpAddress> Ipv4Pair()
    {
        return {Ipv4Address("10.0.0.1"), Ipv4Address("10.0.0.2")};
    }

    /// @return addresses of NVE and MN
    static std::pair<IpAddress, IpAddress> Ipv6Pair()
    {
        return {Ipv6Address("fd00::1"), Ipv6Address("fd00::2")};
    }

    void Build()
    {
        // Nothing but our messages on the link: error models count packets.
        Config::SetDefault("ns3::Icmpv6L4Protocol::DAD", BooleanValue(false));
        Config::SetDefault("ns3::Ipv6::IpForward", BooleanValue(true));
        m_nveNode = CreateObject<Node>();
        m_mnNode = CreateObject<Node>();
        NodeContainer nodes(m_nveNode, m_mnNode);
        PointToPointHelper link;
        link.SetDeviceAttribute("DataRate", StringValue("1Gbps"));
        m_devices = link.Install(nodes);
        InternetStackHelper stack;
        stack.Install(nodes);
        stack.AssignStreams(nodes, 100);
        Address(m_nveNode, m_devices.Get(0), {"10.0.0.1"}, {"fd00::1"});
        Address(m_mnNode, m_devices.Get(1), {"10.0.0.2", "10.0.0.3"}, {"fd00::2"});
        m_nve = CreateObject<RegistrationEndpoint>();
        m_mn = CreateObject<RegistrationEndpoint>();
        Trace();
    }

    void Open(const std::pair<IpAddress, IpAddress>& pair, Time delay = MilliSeconds(1))
    {
        m_devices.Get(0)->GetChannel()->SetAttribute("Delay", TimeValue(delay));
        m_nveAddress = pair.first;
        m_mnAddress = pair.second;
        m_nve->Open(m_nveNode, {m_nveAddress});
        m_mn->Open(m_mnNode, {m_mnAddress});
    }

    static void Run(Time until)
    {
        Simulator::Stop(until);
        Simulator::Run();
    }

    /// Loses the packets that the registrar's device receives, by number from 0.
    void LoseAtMn(const std::list<uint32_t>& numbers)
    {
        Lose(m_devices.Get(1), numbers);
    }

    /// Loses the packets that the NVE's device receives, by number from 0.
    void LoseAtNve(const std::list<uint32_t>& numbers)
    {
        Lose(m_devices.Get(0), numbers);
    }

    /// Sends octets to the registrar from port 40000 of the NVE's node.
    void InjectAtMn(Time at, const std::vector<uint8_t>& octets)
    {
        Simulator::Schedule(
            at,
            [this, octets]
            {
                if (!m_injector)
                {
                    m_injector = Socket::CreateSocket(m_nveNode, UdpSocketFactory::GetTypeId());
                    m_injector->Bind(m_nveAddress.ToSocketAddress(40000));
                    m_injector->SetRecvCallback(MakeCallback(&RegistrationLink::Collect, this));
                }
                m_injector->SendTo(Create<Packet>(octets.data(), octets.size()),
                                   0,
                                   m_mnAddress.ToSocketAddress(REGISTRATION_PORT));
            });
    }

    /// Sends octets to the NVE's endpoint from the registrar's node, whose endpoint is closed.
    void InjectAtNve(Time at, const std::vector<uint8_t>& octets, Sender sender = TRUE_SENDER)
    {
        Simulator::Schedule(at,
                            [this, octets, sender]
                            {
                                const auto from = sender == OTHER_ADDRESS
                                                      ? IpAddress(Ipv4Address("10.0.0.3"))
                                                      : m_mnAddress;
                                auto socket =
                                    Socket::CreateSocket(m_mnNode, UdpSocketFactory::GetTypeId());
                                ASSERT_EQ(socket->Bind(from.ToSocketAddress(
                                              sender == OTHER_PORT ? 40000 : REGISTRATION_PORT)),
                                          0);
                                socket->SendTo(Create<Packet>(octets.data(), octets.size()),
                                               0,
                                               m_nveAddress.ToSocketAddress(REGISTRATION_PORT));
                                socket->Close();
                            });
    }

    Ptr<Node> m_nveNode;                                 //!< node 0
    Ptr<Node> m_mnNode;                                  //!< node 1
    NetDeviceContainer m_devices;                        //!< of the link
    Ptr<RegistrationEndpoint> m_nve;                     //!< at the NVE
    Ptr<RegistrationEndpoint> m_mn;                      //!< at the registrar
    IpAddress m_nveAddress;                              //!< of the NVE
    IpAddress m_mnAddress;                               //!< of the registrar
    std::vector<Traced> m_nveTx;                         //!< trace
    std::vector<Traced> m_nveRx;                         //!< trace
    std::vector<Traced> m_mnTx;                          //!< trace
    std::vector<Traced> m_mnRx;                          //!< trace
    std::vector<std::string> m_nveDiscards;              //!< why
    std::vector<std::string> m_mnDiscards;               //!< why
    std::vector<OnWire> m_wire;                          //!< IPv4 packets
    std::vector<std::vector<uint8_t>> m_injectedReplies; //!< to InjectAtMn()
    uint32_t m_giveUps = 0;                              //!< of the NVE
    uint32_t m_maxQueue = 0;                             //!< of the registrar

  private:
    static void Address(Ptr<Node> node,
                        Ptr<NetDevice> device,
                        const std::vector<std::string>& ipv4,
                        const std::vector<std::string>& ipv6)
    {
        auto stack4 = node->GetObject<Ipv4>();
        const uint32_t interface4 = stack4->AddInterface(device);
        for (const auto& text : ipv4)
        {
            stack4->AddAddress(interface4,
                               Ipv4InterfaceAddress(Ipv4Address(text.c_str()), "255.255.255.0"));
        }
        stack4->SetUp(interface4);
        auto stack6 = node->GetObject<Ipv6>();
        const uint32_t interface6 = stack6->AddInterface(device);
        for (const auto& text : ipv6)
        {
            stack6->AddAddress(interface6,
                               Ipv6InterfaceAddress(Ipv6Address(text.c_str()), Ipv6Prefix(64)));
        }
        stack6->SetUp(interface6);
    }

    static void Lose(Ptr<NetDevice> device, const std::list<uint32_t>& numbers)
    {
        auto model = CreateObject<ReceiveListErrorModel>();
        model->SetList(numbers);
        device->SetAttribute("ReceiveErrorModel", PointerValue(model));
    }

    void Trace()
    {
        using Self = RegistrationLink;
        m_nve->TraceConnectWithoutContext("Tx", MakeCallback(&Self::NveTx, this));
        m_nve->TraceConnectWithoutContext("Rx", MakeCallback(&Self::NveRx, this));
        m_mn->TraceConnectWithoutContext("Tx", MakeCallback(&Self::MnTx, this));
        m_mn->TraceConnectWithoutContext("Rx", MakeCallback(&Self::MnRx, this));
        m_nve->TraceConnectWithoutContext("Discard", MakeCallback(&Self::NveDiscard, this));
        m_mn->TraceConnectWithoutContext("Discard", MakeCallback(&Self::MnDiscard, this));
        m_nve->TraceConnectWithoutContext("GiveUp", MakeCallback(&Self::NveGiveUp, this));
        m_mn->TraceConnectWithoutContext("QueueLength", MakeCallback(&Self::MnQueue, this));
        for (const auto& node : {m_nveNode, m_mnNode})
        {
            node->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                "SendOutgoing", MakeCallback(&Self::Outgoing, this));
        }
    }

    void NveTx(const RegistrationMessage& m, const IpAddress& from, const IpAddress& to, uint32_t n)
    {
        m_nveTx.push_back({Simulator::Now(), m, from, to, n});
    }

    void NveRx(const RegistrationMessage& m, const IpAddress& from, const IpAddress& to, uint32_t n)
    {
        m_nveRx.push_back({Simulator::Now(), m, from, to, n});
    }

    void MnTx(const RegistrationMessage& m, const IpAddress& from, const IpAddress& to, uint32_t n)
    {
        m_mnTx.push_back({Simulator::Now(), m, from, to, n});
    }

    void MnRx(const RegistrationMessage& m, const IpAddress& from, const IpAddress& to, uint32_t n)
    {
        m_mnRx.push_back({Simulator::Now(), m, from, to, n});
    }

    void NveDiscard(const std::string& why, const IpAddress&, uint32_t)
    {
        m_nveDiscards.push_back(why);
    }

    void MnDiscard(const std::string& why, const IpAddress&, uint32_t)
    {
        m_mnDiscards.push_back(why);
    }

    void NveGiveUp(const RegistrationMessage&, const IpAddress&, uint32_t)
    {
        m_giveUps++;
    }

    void MnQueue(uint32_t, uint32_t length)
    {
        m_maxQueue = std::max(m_maxQueue, length);
    }

    void Outgoing(const Ipv4Header& ip, Ptr<const Packet> packet, uint32_t)
    {
        auto copy = packet->Copy();
        UdpHeader udp;
        if (ip.GetProtocol() != 17 || copy->RemoveHeader(udp) == 0)
        {
            return;
        }
        std::vector<uint8_t> octets(copy->GetSize());
        copy->CopyData(octets.data(), octets.size());
        m_wire.push_back({DecodeRegistration(octets.data(), octets.size()).message,
                          ip.GetSource(),
                          ip.GetDestination(),
                          udp.GetSourcePort(),
                          udp.GetDestinationPort(),
                          copy->GetSize()});
    }

    void Collect(Ptr<Socket> socket)
    {
        while (auto packet = socket->Recv())
        {
            m_injectedReplies.emplace_back(packet->GetSize());
            packet->CopyData(m_injectedReplies.back().data(), packet->GetSize());
        }
    }

    Ptr<Socket> m_injector; //!< of InjectAtMn()
};

/// Registrar that accepts everything, and an NVE that keeps the outcomes.
class RegistrationEndpointTest : public RegistrationLink
{
  protected:
    /// The registrar accepts everything.
    void AcceptAll()
    {
        m_mn->SetRequestHandler(
            [this](const RegistrationMessage& request,
                   const IpAddress&,
                   const RegistrationEndpoint::Responder& respond)
            {
                m_handled.push_back(request);
                // An accepted query would need a mapping.
                const bool query = request.role == RecipientRole::RESOLVER;
                respond(
                    MakeReply(request,
                              query ? RegistrationStatus::UNKNOWN_VM : RegistrationStatus::ACCEPTED,
                              m_grant));
            });
    }

    /// Sends from the NVE at a time, and keeps the outcome.
    void SendAt(Time at, const RegistrationMessage& request)
    {
        Simulator::Schedule(at,
                            [this, request]
                            {
                                m_nve->Send(m_mnAddress,
                                            request,
                                            [this](const RequestOutcome& outcome)
                                            {
                                                m_outcomes.emplace_back(Simulator::Now(), outcome);
                                            });
                            });
    }

    std::vector<RegistrationMessage> m_handled;              //!< at the registrar
    std::vector<std::pair<Time, RequestOutcome>> m_outcomes; //!< at the NVE
    uint16_t m_grant = 0xffff;                               //!< lifetime
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_REGISTRATION_LINK_H
