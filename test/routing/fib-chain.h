// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_FIB_CHAIN_H
#define VMM_TEST_FIB_CHAIN_H

#include "ns3/boolean.h"
#include "ns3/config.h"
#include "ns3/data-rate.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/fib-install.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/node.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/udp-socket-factory.h"
#include "sim-fixture.h"

#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Nodes, links and tables for the tests of this folder. Node i has the router addresses 10.0.0.i
 * and fd00::i on its first link's device; links have no subnets.
 */
class FibTest : public SimTest
{
  protected:
    struct Seen
    {
        uint32_t size;  //!< payload octets
        uint8_t ttl;    //!< of the IP header
        uint8_t tos;    //!< of the IP header
        Time time;      //!< of arrival at the transport layer
        IpAddress from; //!< source
    };

    void TearDown() override
    {
        nodes.clear();
        fibs.clear();
        received.clear();
        sockets.clear();
        SimTest::TearDown();
    }

    static IpAddress V4(const std::string& text)
    {
        return IpAddress::FromString(text);
    }

    static IpPrefix P(const std::string& text)
    {
        return IpPrefix::FromString(text);
    }

    IpAddress Router(IpFamily family, uint32_t i) const
    {
        return V4((family == IpFamily::IPV4 ? "10.0.0." : "fd00::") + std::to_string(i));
    }

    void MakeNodes(uint32_t count)
    {
        Config::SetDefault("ns3::Icmpv6L4Protocol::DAD", BooleanValue(false));
        InternetStackHelper stack;
        for (uint32_t i = 0; i < count; ++i)
        {
            nodes.push_back(CreateObject<Node>());
            stack.Install(nodes.back());
            fibs.push_back(InstallFib(nodes.back()));
        }
    }

    /// @return the device of a; that of b is the channel's other one
    Ptr<PointToPointNetDevice> Link(uint32_t a, uint32_t b, uint16_t mtu = 9000)
    {
        auto channel = CreateObject<PointToPointChannel>();
        channel->SetAttribute("Delay", TimeValue(MicroSeconds(10)));
        Ptr<PointToPointNetDevice> first;
        for (uint32_t i : {a, b})
        {
            auto device = CreateObject<PointToPointNetDevice>();
            device->SetAddress(Mac48Address::Allocate());
            device->SetDataRate(DataRate("1Gbps"));
            device->SetQueue(CreateObject<DropTailQueue<Packet>>());
            device->SetMtu(mtu);
            nodes[i]->AddDevice(device);
            device->Attach(channel);
            auto ipv4 = nodes[i]->GetObject<Ipv4>();
            uint32_t interface = ipv4->AddInterface(device);
            ipv4->AddAddress(interface,
                             Ipv4InterfaceAddress(Router(IpFamily::IPV4, i).ToIpv4(),
                                                  Ipv4Mask("255.255.255.255")));
            ipv4->SetUp(interface);
            auto ipv6 = nodes[i]->GetObject<Ipv6>();
            interface = ipv6->AddInterface(device);
            ipv6->AddAddress(
                interface,
                Ipv6InterfaceAddress(Router(IpFamily::IPV6, i).ToIpv6(), Ipv6Prefix(128)));
            ipv6->SetUp(interface);
            first = first ? first : device;
        }
        return first;
    }

    /// Device k of node i, without the loopback device, which comes first.
    Ptr<NetDevice> Device(uint32_t i, uint32_t k) const
    {
        return nodes[i]->GetDevice(k + 1);
    }

    /// Nodes in a row, each knowing the router addresses of all, of both families.
    void MakeChain(uint32_t count, uint16_t mtu = 9000)
    {
        MakeNodes(count);
        for (uint32_t i = 0; i + 1 < count; ++i)
        {
            Link(i, i + 1, mtu);
        }
        for (auto family : {IpFamily::IPV4, IpFamily::IPV6})
        {
            for (uint32_t i = 0; i < count; ++i)
            {
                for (uint32_t j = 0; j < count; ++j)
                {
                    if (i != j)
                    {
                        Set(i, IpPrefix::Host(Router(family, j)).ToString(), Towards(i, j));
                    }
                }
            }
        }
    }

    /// In a chain: the route of node i towards node j.
    Route Towards(uint32_t i, uint32_t j) const
    {
        return Route::Forward({{IpAddress(), Device(i, i == 0 || j < i ? 0 : 1)}});
    }

    void Set(uint32_t i, const std::string& prefix, const Route& route)
    {
        fibs[i]->SetRoute(P(prefix), RouteOwner::STATIC, route);
    }

    /// Gives the node an address on its first link, as a destination of packets.
    void AddAddress(uint32_t i, const IpAddress& address)
    {
        if (address.IsIpv4())
        {
            nodes[i]->GetObject<Ipv4>()->AddAddress(
                1, Ipv4InterfaceAddress(address.ToIpv4(), Ipv4Mask("255.255.255.255")));
        }
        else
        {
            nodes[i]->GetObject<Ipv6>()->AddAddress(
                1, Ipv6InterfaceAddress(address.ToIpv6(), Ipv6Prefix(128)));
        }
    }

    /// Listens at UDP port 9 of node i and notes what arrives.
    void Listen(uint32_t i, IpFamily family = IpFamily::IPV4)
    {
        auto socket = Socket::CreateSocket(nodes[i], UdpSocketFactory::GetTypeId());
        if (family == IpFamily::IPV4)
        {
            socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 9));
            socket->SetIpRecvTtl(true);
            socket->SetIpRecvTos(true);
        }
        else
        {
            socket->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), 9));
            socket->SetIpv6RecvHopLimit(true);
            socket->SetIpv6RecvTclass(true);
        }
        socket->SetRecvCallback(MakeCallback(&FibTest::Read, this).Bind(i));
        sockets.push_back(socket);
    }

    /// Sends a UDP datagram at a time; the source port tells flows apart.
    void SendAt(Time at,
                uint32_t i,
                const IpAddress& to,
                uint32_t size = 100,
                uint16_t sourcePort = 1000,
                uint8_t tos = 0)
    {
        Simulator::ScheduleWithContext(
            nodes[i]->GetId(), at, &FibTest::Send, this, i, to, size, sourcePort, tos);
    }

    void Send(uint32_t i, IpAddress to, uint32_t size, uint16_t sourcePort, uint8_t tos)
    {
        auto socket = Socket::CreateSocket(nodes[i], UdpSocketFactory::GetTypeId());
        if (to.IsIpv4())
        {
            socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), sourcePort));
        }
        else
        {
            socket->Bind(Inet6SocketAddress(Ipv6Address::GetAny(), sourcePort));
            socket->SetIpv6Tclass(tos);
        }
        Ptr<Packet> packet = Create<Packet>(size);
        if (to.IsIpv4() && tos != 0)
        {
            SocketIpTosTag tag; // sending to an address ignores SetIpTos()
            tag.SetTos(tos);
            packet->AddPacketTag(tag);
        }
        sent = socket->SendTo(packet, 0, to.ToSocketAddress(9));
        socket->Close();
    }

    std::vector<Ptr<Node>> nodes;                   //!< of the case
    std::vector<Ptr<Fib>> fibs;                     //!< theirs
    std::map<uint32_t, std::vector<Seen>> received; //!< by node
    int sent = 0;                                   //!< what the last SendTo() said

  private:
    void Read(uint32_t i, Ptr<Socket> socket)
    {
        Address from;
        while (auto packet = socket->RecvFrom(from))
        {
            Seen seen{packet->GetSize(), 0, 0, Simulator::Now(), IpAddress::FromAddress(from)};
            SocketIpTtlTag ttl;
            SocketIpTosTag tos;
            SocketIpv6HopLimitTag hopLimit;
            SocketIpv6TclassTag tclass;
            seen.ttl = packet->PeekPacketTag(ttl)        ? ttl.GetTtl()
                       : packet->PeekPacketTag(hopLimit) ? hopLimit.GetHopLimit()
                                                         : 0;
            seen.tos = packet->PeekPacketTag(tos)      ? tos.GetTos()
                       : packet->PeekPacketTag(tclass) ? tclass.GetTclass()
                                                       : 0;
            received[i].push_back(seen);
        }
    }

    std::vector<Ptr<Socket>> sockets; //!< listening
};

/// Counts what a table tells.
struct FibProbe
{
    explicit FibProbe(Ptr<Fib> fib)
    {
        fib->TraceConnectWithoutContext("Drop", MakeCallback(&FibProbe::Drop, this));
        fib->TraceConnectWithoutContext("Change", MakeCallback(&FibProbe::Change, this));
        fib->TraceConnectWithoutContext("Encapsulate", MakeCallback(&FibProbe::Encapsulate, this));
        fib->TraceConnectWithoutContext("Decapsulate", MakeCallback(&FibProbe::Decapsulate, this));
    }

    void Drop(Ptr<const Packet>, DropCause cause)
    {
        drops[DropCauseName(cause)]++;
    }

    void Change(const FibChange& change)
    {
        changes.push_back(change);
    }

    void Encapsulate(Ptr<const Packet> packet, IpAddress remote)
    {
        encapsulated.emplace_back(packet->GetSize(), remote.ToString());
    }

    void Decapsulate(Ptr<const Packet> packet, IpAddress remote)
    {
        decapsulated.emplace_back(packet->GetSize(), remote.ToString());
    }

    std::map<std::string, int> drops;                           //!< by cause
    std::vector<FibChange> changes;                             //!< in order
    std::vector<std::pair<uint32_t, std::string>> encapsulated; //!< inner size, remote
    std::vector<std::pair<uint32_t, std::string>> decapsulated; //!< inner size, remote
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_FIB_CHAIN_H
