// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_CHAIN_NETWORK_H
#define VMM_CHAIN_NETWORK_H

#include "ns3/drop-tail-queue.h"
#include "ns3/in-flight-census.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/ledger-tap.h"
#include "ns3/packet-ledger.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/udp-socket-factory.h"
#include "ns3/uinteger.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Sender, two routers and receiver in a line, over FIFO links built by hand: node i has 10.0.i.1
 * towards node i+1, which has 10.0.i.2. 100 Mbps and 1 ms each.
 */
class ChainNetwork
{
  public:
    static constexpr uint32_t NODES = 4; //!< sender, two routers, receiver

    ChainNetwork()
    {
        for (uint32_t i = 0; i < NODES; ++i)
        {
            nodes.push_back(CreateObject<Node>());
        }
        InternetStackHelper stack;
        stack.SetIpv6StackInstall(false);
        for (const Ptr<Node>& node : nodes)
        {
            stack.Install(node);
        }
        for (uint32_t i = 0; i + 1 < NODES; ++i)
        {
            Connect(i);
        }
        SetDefault(0, "10.0.0.2", 1);
        SetDefault(1, "10.0.1.2", 2);
        SetDefault(2, "10.0.2.2", 2);
        Routes(2)->AddNetworkRouteTo("10.0.0.0", "255.255.255.0", "10.0.1.1", 1);
        SetDefault(3, "10.0.2.1", 1);
    }

    /// Registers the flow from the first to the last node, UDP port 9, and watches all.
    void Watch()
    {
        FlowInfo flow;
        flow.name = "probe";
        flow.fromNode = nodes.front()->GetId();
        flow.toNode = nodes.back()->GetId();
        flow.protocol = 17;
        flow.toPort = 9;
        ledger->AddFlow(flow);
        for (const Ptr<Node>& node : nodes)
        {
            LedgerTap::Watch(ledger, node);
        }
    }

    /// Sends count packets of size payload octets at one instant, with a TTL unless it is 0.
    void Send(Time at, uint32_t count, uint32_t size, uint8_t ttl = 0)
    {
        SendTo(at, count, size, "10.0.2.2", ttl);
    }

    /// As Send, to another address.
    void SendTo(Time at, uint32_t count, uint32_t size, const char* to, uint8_t ttl = 0)
    {
        Ptr<Socket> socket = Socket::CreateSocket(nodes[0], UdpSocketFactory::GetTypeId());
        socket->Connect(InetSocketAddress(to, 9));
        if (ttl != 0)
        {
            socket->SetIpTtl(ttl);
        }
        Simulator::ScheduleWithContext(nodes[0]->GetId(),
                                       at,
                                       [socket, count, size]
                                       {
                                           for (uint32_t i = 0; i < count; ++i)
                                           {
                                               socket->Send(Create<Packet>(size));
                                           }
                                       });
    }

    /// Runs the simulation until a time and counts what is in flight.
    void Run(Time until)
    {
        Simulator::Stop(until);
        Simulator::Run();
        InFlightCensus census(ledger);
        for (const Ptr<Node>& node : nodes)
        {
            census.AddNode(node);
        }
        census.Run();
    }

    /// @return the device of node i towards node i+1
    Ptr<PointToPointNetDevice> Right(uint32_t i) const
    {
        return right[i];
    }

    /// @return the device of node i towards node i-1
    Ptr<PointToPointNetDevice> Left(uint32_t i) const
    {
        return left[i];
    }

    /// @return the static routes of node i
    Ptr<Ipv4StaticRouting> Routes(uint32_t i) const
    {
        Ipv4StaticRoutingHelper helper;
        return helper.GetStaticRouting(nodes[i]->GetObject<Ipv4>());
    }

    /// Shortens the queue of a device.
    static void SetQueueSize(Ptr<PointToPointNetDevice> device, uint32_t packets)
    {
        device->GetQueue()->SetMaxSize(QueueSize(QueueSizeUnit::PACKETS, packets));
    }

    /// @return the forward book
    const FlowBook& Book() const
    {
        return ledger->GetBooks()[0];
    }

    /// @return forward packets lost from a cause
    uint64_t Lost(DropCause cause) const
    {
        return Book().lost[static_cast<int>(cause)];
    }

    std::vector<Ptr<Node>> nodes;                            //!< in order
    Ptr<PacketLedger> ledger = CreateObject<PacketLedger>(); //!< the books

  private:
    /// Connects node i and i+1.
    void Connect(uint32_t i)
    {
        Ptr<PointToPointChannel> channel = CreateObject<PointToPointChannel>();
        channel->SetAttribute("Delay", TimeValue(MilliSeconds(1)));
        const std::string network = "10.0." + std::to_string(i) + ".";
        left.resize(NODES);
        right.resize(NODES);
        right[i] = AddDevice(i, channel, network + "1");
        left[i + 1] = AddDevice(i + 1, channel, network + "2");
    }

    /// Gives node i a device on the channel.
    Ptr<PointToPointNetDevice>
    AddDevice(uint32_t i, Ptr<PointToPointChannel> channel, const std::string& address)
    {
        Ptr<PointToPointNetDevice> device = CreateObject<PointToPointNetDevice>();
        device->SetDataRate(DataRate("100Mbps"));
        device->SetQueue(CreateObject<DropTailQueue<Packet>>());
        device->SetAddress(Mac48Address::Allocate());
        nodes[i]->AddDevice(device);
        device->Attach(channel);
        Ptr<Ipv4> ipv4 = nodes[i]->GetObject<Ipv4>();
        const uint32_t interface = ipv4->AddInterface(device);
        ipv4->AddAddress(interface, Ipv4InterfaceAddress(address.c_str(), "255.255.255.0"));
        ipv4->SetUp(interface);
        return device;
    }

    /// Gives node i a default route.
    void SetDefault(uint32_t i, const char* gateway, uint32_t interface)
    {
        Routes(i)->SetDefaultRoute(gateway, interface);
    }

    std::vector<Ptr<PointToPointNetDevice>> left;  //!< by node
    std::vector<Ptr<PointToPointNetDevice>> right; //!< by node
};

} // namespace vmm
} // namespace ns3

#endif // VMM_CHAIN_NETWORK_H
