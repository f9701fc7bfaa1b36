// SPDX-License-Identifier: GPL-2.0-only
// How a Fabric is made: nodes, links, bridges, interfaces and addresses.
#include "ns3/boolean.h"
#include "ns3/bridge-net-device.h"
#include "ns3/data-rate.h"
#include "ns3/drop-tail-queue.h"
#include "ns3/fabric.h"
#include "ns3/fib-install.h"
#include "ns3/guest-stack.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/internet-stack-helper.h"
#include "ns3/ipv4-static-routing-helper.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-static-routing-helper.h"
#include "ns3/ipv6.h"
#include "ns3/mac48-address.h"
#include "ns3/point-to-point-channel.h"
#include "ns3/point-to-point-net-device.h"
#include "ns3/pointer.h"
#include "ns3/queue-size.h"
#include "ns3/simple-channel.h"
#include "ns3/simple-net-device.h"
#include "ns3/static-underlay.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// @param size as TopologyLink::queue @return an empty queue
Ptr<Queue<Packet>>
MakeQueue(const std::string& size)
{
    Ptr<DropTailQueue<Packet>> queue = CreateObject<DropTailQueue<Packet>>();
    queue->SetMaxSize(QueueSize(size));
    return queue;
}

/// @return the device of one end of a point-to-point link
Ptr<NetDevice>
MakePointToPoint(const TopologyLink& link, Ptr<PointToPointChannel> channel)
{
    Ptr<PointToPointNetDevice> device = CreateObject<PointToPointNetDevice>();
    device->SetAddress(Mac48Address::Allocate());
    device->SetDataRate(link.rate);
    device->SetQueue(MakeQueue(link.queue));
    device->Attach(channel);
    return device;
}

/// @return the device of one end of a link that bridges can use
Ptr<NetDevice>
MakeSimple(const TopologyLink& link, Ptr<SimpleChannel> channel)
{
    Ptr<SimpleNetDevice> device = CreateObject<SimpleNetDevice>();
    device->SetAddress(Mac48Address::Allocate());
    device->SetAttribute("DataRate", DataRateValue(link.rate));
    device->SetQueue(MakeQueue(link.queue));
    device->SetChannel(channel);
    return device;
}

/// @return the largest datagram on a link: what all links of its segment carry
uint16_t
GetMtu(const Topology& topology, LinkId link)
{
    uint16_t mtu = topology.GetLink(link).mtu;
    for (const BridgedSegment& segment : topology.GetSegments())
    {
        if (std::binary_search(segment.links.begin(), segment.links.end(), link))
        {
            for (LinkId other : segment.links)
            {
                mtu = std::min(mtu, topology.GetLink(other).mtu);
            }
        }
    }
    return mtu;
}

/// Adds an address to an interface of a node's IP layer of the address's family.
void
AddAddress(Ptr<Node> node, Ptr<NetDevice> device, const IpAddress& address, uint8_t length)
{
    if (address.IsIpv4())
    {
        Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
        int32_t interface = ipv4->GetInterfaceForDevice(device);
        interface = interface < 0 ? ipv4->AddInterface(device) : interface;
        Ipv4Mask mask(length == 0 ? 0 : ~uint32_t{0} << (32 - length));
        ipv4->AddAddress(interface, Ipv4InterfaceAddress(address.ToIpv4(), mask));
        ipv4->SetMetric(interface, 1);
        ipv4->SetUp(interface);
        return;
    }
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    int32_t interface = ipv6->GetInterfaceForDevice(device);
    interface = interface < 0 ? ipv6->AddInterface(device) : interface;
    ipv6->SetMetric(interface, 1);
    ipv6->SetUp(interface);
    ipv6->AddAddress(interface, Ipv6InterfaceAddress(address.ToIpv6(), Ipv6Prefix(length)));
}

} // namespace

void
Fabric::Build(const Topology& topology)
{
    if (!m_nodes.empty())
    {
        throw std::invalid_argument("found a fabric that is built, expected an empty one");
    }
    if (!m_ipv4 && !m_ipv6)
    {
        throw std::invalid_argument("found neither Ipv4 nor Ipv6, expected one of them");
    }
    m_plan = std::make_unique<AddressPlan>(topology);
    m_topology = topology;
    m_links.resize(topology.GetLinkCount());
    MakeNodes();
    for (LinkId link = 0; link < m_links.size(); link++)
    {
        if (!m_topology.IsBlocked(link))
        {
            MakeLink(link);
        }
    }
    MakeBridges();
    for (LinkId link = 0; link < m_links.size(); link++)
    {
        if (!m_topology.IsBlocked(link))
        {
            MakeInterfaces(link);
        }
    }
    if (m_permanentNeighbours)
    {
        MakeNeighbours();
    }
    if (m_staticUnderlay)
    {
        ApplyStaticUnderlay(*this);
    }
}

void
Fabric::MakeNodes()
{
    InternetStackHelper stack;
    stack.SetRoutingHelper(Ipv4StaticRoutingHelper());
    stack.SetRoutingHelper(Ipv6StaticRoutingHelper());
    stack.SetIpv4StackInstall(m_ipv4);
    stack.SetIpv6StackInstall(m_ipv6);
    stack.SetIpv4ArpJitter(false);
    stack.SetIpv6NsRsJitter(false);
    for (NodeId id = 0; id < m_topology.GetNodeCount(); id++)
    {
        Ptr<Node> node = CreateObject<Node>();
        m_nodes.push_back(node);
        m_byNodeId[node->GetId()] = id;
        if (m_topology.GetNode(id).bridged)
        {
            continue;
        }
        stack.Install(node);
        if (Ptr<Icmpv6L4Protocol> icmpv6 = node->GetObject<Icmpv6L4Protocol>())
        {
            icmpv6->SetAttribute("DAD", BooleanValue(false));
            // The attribute is younger than the oldest ns-3 in use.
            icmpv6->SetAttributeFailSafe("RsMaxRetransmissionCount", UintegerValue(1));
        }
        InstallFib(node)->SetAttribute("EcmpSalt", UintegerValue(id + 1));
        MakeLoopback(id);
    }
}

void
Fabric::MakeLoopback(NodeId id)
{
    Ptr<Node> node = m_nodes[id];
    for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
    {
        if (HasFamily(family))
        {
            IpAddress address = m_plan->GetLoopback(id, family);
            Ptr<NetDevice> device = family == IpFamily::IPV4
                                        ? node->GetObject<Ipv4>()->GetNetDevice(0)
                                        : node->GetObject<Ipv6>()->GetNetDevice(0);
            AddAddress(node, device, address, address.GetBits());
            GetFib(id)->SetRouterAddress(address);
        }
    }
}

void
Fabric::MakeLink(LinkId link)
{
    const TopologyLink& l = m_topology.GetLink(link);
    LinkParts& parts = m_links[link];
    if (m_topology.GetNode(l.a).bridged || m_topology.GetNode(l.b).bridged)
    {
        Ptr<SimpleChannel> channel = CreateObject<SimpleChannel>();
        channel->SetAttribute("Delay", TimeValue(l.delay));
        parts.devices = {MakeSimple(l, channel), MakeSimple(l, channel)};
    }
    else
    {
        Ptr<PointToPointChannel> channel = CreateObject<PointToPointChannel>();
        channel->SetAttribute("Delay", TimeValue(l.delay));
        parts.devices = {MakePointToPoint(l, channel), MakePointToPoint(l, channel)};
    }
    for (size_t end = 0; end < 2; end++)
    {
        parts.models[end] = CreateObject<LinkFailureErrorModel>();
        parts.models[end]->SetDown(!l.up);
        parts.devices[end]->SetMtu(GetMtu(m_topology, link));
        parts.devices[end]->SetAttribute("ReceiveErrorModel", PointerValue(parts.models[end]));
        m_nodes[end == 0 ? l.a : l.b]->AddDevice(parts.devices[end]);
    }
    parts.up = l.up;
}

void
Fabric::MakeBridges()
{
    for (const BridgedSegment& segment : m_topology.GetSegments())
    {
        for (NodeId node : segment.bridges)
        {
            Ptr<BridgeNetDevice> bridge = CreateObject<BridgeNetDevice>();
            m_nodes[node]->AddDevice(bridge);
            for (LinkId link : m_topology.GetLinks(node))
            {
                if (!m_topology.IsBlocked(link))
                {
                    bridge->AddBridgePort(GetDevice(link, node));
                }
            }
        }
    }
}

void
Fabric::MakeInterfaces(LinkId link)
{
    const TopologyLink l = m_topology.GetLink(link);
    MakeInterface(link, l.a, l.b);
    MakeInterface(link, l.b, l.a);
}

void
Fabric::MakeInterface(LinkId link, NodeId node, NodeId peer)
{
    if (m_topology.GetNode(node).bridged)
    {
        return;
    }
    Ptr<NetDevice> device = GetDevice(link, node);
    Ptr<Fib> fib = GetFib(node);
    for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
    {
        if (!HasFamily(family))
        {
            continue;
        }
        IpAddress address = m_plan->GetLinkAddress(link, node, family);
        if (m_topology.GetNode(peer).bridged)
        {
            AddAddress(
                m_nodes[node], device, address, m_plan->GetLinkPrefix(link, family).GetLength());
            continue;
        }
        // Of a /31 ns-3 takes the upper address for a broadcast address. So an end has its address
        // as a host address, and a route to the other one.
        AddAddress(m_nodes[node], device, address, address.GetBits());
        fib->SetRoute(IpPrefix::Host(m_plan->GetLinkAddress(link, peer, family)),
                      RouteOwner::CONNECTED,
                      Route::Forward({NextHop{IpAddress(), device}}));
    }
    if (!m_topology.GetLink(link).up)
    {
        fib->SetDeviceUp(device, false);
    }
}

void
Fabric::MakeNeighbours()
{
    for (const BridgedSegment& segment : m_topology.GetSegments())
    {
        for (const SegmentStation& station : segment.stations)
        {
            for (const SegmentStation& other : segment.stations)
            {
                for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
                {
                    if (station.node != other.node && HasFamily(family))
                    {
                        AddPermanentNeighbour(
                            GetDevice(station.link, station.node),
                            m_plan->GetLinkAddress(other.link, other.node, family),
                            GetDevice(other.link, other.node)->GetAddress());
                    }
                }
            }
        }
    }
}

} // namespace vmm
} // namespace ns3
