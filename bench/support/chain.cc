// SPDX-License-Identifier: GPL-2.0-only
#include "support/chain.h"

#include "support/paired-runner.h"

#include "ns3/data-rate.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/fabric-helper.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-address-helper.h"
#include "ns3/ipv4-global-routing-helper.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-route.h"
#include "ns3/mac48-address.h"
#include "ns3/net-device-container.h"
#include "ns3/node-container.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-helper.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/simulator.h"
#include "ns3/socket.h"
#include "ns3/string.h"

#include <stdexcept>
#include <string>

namespace ns3
{
namespace vmm
{
namespace bench
{
namespace
{

const char* const RATE = "10Gbps";
const Time DELAY = MicroSeconds(1);
const Time GAP = MicroSeconds(20); //!< between packets; longer than the way through the chain

/// Sends packets with a gap between them.
class Source
{
  public:
    Source(const Chain& chain, const std::function<Ipv4Address()>& next)
        : m_ipv4(chain.nodes.front()->GetObject<Ipv4L3Protocol>()),
          m_next(next)
    {
        m_header.SetDestination(chain.destination);
        m_header.SetProtocol(PROTOCOL);
        m_header.SetTtl(64);
        m_header.SetPayloadSize(PAYLOAD);
        Socket::SocketErrno error;
        m_route = m_ipv4->GetRoutingProtocol()->RouteOutput(nullptr, m_header, nullptr, error);
        m_header.SetSource(m_route->GetSource());
    }

    /// Sends so many packets, the first now.
    void Send(uint32_t packets)
    {
        if (m_next)
        {
            m_header.SetDestination(m_next());
            m_ipv4->SendWithHeader(Create<Packet>(PAYLOAD), m_header, m_route);
        }
        else
        {
            m_ipv4->Send(Create<Packet>(PAYLOAD),
                         m_header.GetSource(),
                         m_header.GetDestination(),
                         PROTOCOL,
                         m_route);
        }
        if (packets > 1)
        {
            Simulator::Schedule(GAP, &Source::Send, this, packets - 1);
        }
    }

  private:
    Ptr<Ipv4L3Protocol> m_ipv4;                 //!< sends
    Ipv4Header m_header;                        //!< of all packets
    Ptr<Ipv4Route> m_route;                     //!< of all packets
    const std::function<Ipv4Address()>& m_next; //!< where to
};

/// Connects two nodes like a link of a fabric. @return the devices
NetDeviceContainer
Connect(Ptr<Node> a, Ptr<Node> b)
{
    auto channel = CreateObject<PointToPointChannel>();
    channel->SetAttribute("Delay", TimeValue(DELAY));
    NetDeviceContainer devices;
    for (const auto& node : {a, b})
    {
        auto device = CreateObject<PointToPointNetDevice>();
        device->SetAddress(Mac48Address::Allocate());
        device->SetDataRate(DataRate(RATE));
        device->SetQueue(CreateObject<DropTailQueue<Packet>>());
        device->Attach(channel);
        node->AddDevice(device);
        devices.Add(device);
    }
    return devices;
}

/// Gives the links of a chain subnets and global routes.
Chain
Finish(const NodeContainer& nodes, const std::vector<NetDeviceContainer>& links)
{
    Ipv4AddressHelper addresses("10.0.0.0", "255.255.255.252");
    for (const auto& link : links)
    {
        addresses.Assign(link);
        addresses.NewNetwork();
    }
    Ipv4GlobalRoutingHelper::PopulateRoutingTables();
    Chain chain;
    chain.nodes.assign(nodes.Begin(), nodes.End());
    chain.destination = chain.nodes.back()->GetObject<Ipv4>()->GetAddress(1, 0).GetLocal();
    return chain;
}

} // namespace

Chain
MakeFabricChain()
{
    Topology topology;
    NodeId last = topology.AddNode({"host-0", NodeRole::HOST});
    for (uint32_t i = 0; i <= ROUTERS; ++i)
    {
        bool host = i == ROUTERS;
        NodeId node = topology.AddNode({host ? "host-1" : "router-" + std::to_string(i),
                                        host ? NodeRole::HOST : NodeRole::ROUTER});
        topology.AddLink({last, node, DataRate(RATE), DELAY});
        last = node;
    }
    Chain chain;
    chain.fabric = FabricHelper().Build(topology);
    for (NodeId node = 0; node <= last; ++node)
    {
        chain.nodes.push_back(chain.fabric->GetNode(node));
    }
    chain.destination = chain.fabric->GetAddress(last, IpFamily::IPV4).ToIpv4();
    return chain;
}

Chain
MakeGlobalChain()
{
    NodeContainer nodes;
    nodes.Create(ROUTERS + 2);
    InternetStackHelper stack;
    stack.SetRoutingHelper(Ipv4GlobalRoutingHelper());
    stack.Install(nodes);
    std::vector<NetDeviceContainer> links;
    for (uint32_t i = 0; i < LINKS; ++i)
    {
        links.push_back(Connect(nodes.Get(i), nodes.Get(i + 1)));
    }
    return Finish(nodes, links);
}

Chain
MakeDefaultChain()
{
    NodeContainer nodes;
    nodes.Create(ROUTERS + 2);
    InternetStackHelper stack;
    stack.Install(nodes);
    PointToPointHelper pointToPoint;
    pointToPoint.SetDeviceAttribute("DataRate", StringValue(RATE));
    pointToPoint.SetChannelAttribute("Delay", TimeValue(DELAY));
    std::vector<NetDeviceContainer> links;
    for (uint32_t i = 0; i < LINKS; ++i)
    {
        links.push_back(pointToPoint.Install(nodes.Get(i), nodes.Get(i + 1)));
    }
    return Finish(nodes, links);
}

double
MeasurePacketHop(const Chain& chain,
                 const std::function<Ipv4Address()>& next,
                 const std::function<void()>& afterwards)
{
    Source source(chain, next);
    Simulator::ScheduleWithContext(
        chain.nodes.front()->GetId(), Seconds(1), &Source::Send, &source, WARM_UP + PACKETS);
    Simulator::Stop(Seconds(1) + GAP * int64_t(WARM_UP) - NanoSeconds(1));
    Simulator::Run();
    double start = CpuSeconds();
    Simulator::Run();
    if (afterwards)
    {
        afterwards();
    }
    double used = CpuSeconds() - start;
    return used / PACKETS / LINKS;
}

std::vector<Ipv4Address>
AddHostRoutes(const Chain& chain, uint32_t count)
{
    Shuffle shuffle;
    std::vector<Ipv4Address> addresses;
    while (addresses.size() < count)
    {
        // 11.0.0.0/8 is not in use; its 24 free bits are more than enough to meet few twice.
        addresses.emplace_back(0x0b000000 | static_cast<uint32_t>(shuffle.Next() >> 40));
    }
    NodeId last = static_cast<NodeId>(chain.nodes.size() - 1);
    for (NodeId node = 0; node <= last; ++node)
    {
        Ptr<Fib> fib = chain.fabric->GetFib(node);
        if (node == 0 || node == last)
        {
            fib->SetRoute(IpPrefix::FromString("11.0.0.0/8"),
                          RouteOwner::STATIC,
                          node == 0
                              ? Route::Forward(chain.fabric->GetNextHops(0, last, IpFamily::IPV4))
                              : Route::Discard());
            continue;
        }
        Route route = Route::Forward(chain.fabric->GetNextHops(node, last, IpFamily::IPV4));
        for (const auto& address : addresses)
        {
            fib->SetRoute(IpPrefix::Host(address), RouteOwner::REGISTRATION, route);
        }
    }
    return addresses;
}

uint64_t
Shuffle::Next()
{
    m_state ^= m_state << 13;
    m_state ^= m_state >> 7;
    m_state ^= m_state << 17;
    return m_state * 0x9e3779b97f4a7c15ULL;
}

} // namespace bench
} // namespace vmm
} // namespace ns3
