// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fluid-path.h"

#include "ns3/bridge-net-device.h"
#include "ns3/channel.h"
#include "ns3/fib.h"
#include "ns3/ipv4-routing-protocol.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6-routing-protocol.h"
#include "ns3/ipv6.h"
#include "ns3/node.h"

namespace ns3
{
namespace vmm
{

namespace
{

constexpr size_t MAX_HOPS = 64; //!< as the TTL of an ns-3 packet

/// What a node does with the packets.
struct Step
{
    Ptr<NetDevice> device; //!< where they leave; null if they do not
    IpAddress target;      //!< who takes them there
};

/// @return whether an interface of the node has the address
bool
IsLocal(Ptr<Node> node, const IpAddress& address)
{
    if (Ptr<Fib> fib = node->GetObject<Fib>())
    {
        return fib->IsLocal(address);
    }
    if (address.IsIpv4())
    {
        Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
        return ipv4 && ipv4->GetInterfaceForAddress(address.ToIpv4()) >= 0;
    }
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    return ipv6 && ipv6->GetInterfaceForAddress(address.ToIpv6()) >= 0;
}

/// @return what the Fib of a node does with a packet of the flow
Step
AskFib(Ptr<Fib> fib, const FlowKey& key)
{
    const NextHop* hop = fib->GetNextHop(key);
    if (!hop)
    {
        return {};
    }
    return {hop->device, hop->gateway ? hop->gateway : key.destination};
}

/// @return what the IPv4 routing protocol of a node does
Step
AskIpv4(Ptr<Node> node, const FlowKey& key)
{
    Ptr<Ipv4> ipv4 = node->GetObject<Ipv4>();
    Ptr<Ipv4RoutingProtocol> routing = ipv4 ? ipv4->GetRoutingProtocol() : nullptr;
    Ipv4Header header;
    header.SetSource(key.source.ToIpv4());
    header.SetDestination(key.destination.ToIpv4());
    header.SetProtocol(key.protocol);
    Socket::SocketErrno error;
    Ptr<Ipv4Route> route =
        routing ? routing->RouteOutput(nullptr, header, nullptr, error) : nullptr;
    if (!route)
    {
        return {};
    }
    const Ipv4Address gateway = route->GetGateway();
    const bool onLink = gateway == Ipv4Address::GetZero() || gateway == Ipv4Address::GetAny();
    return {route->GetOutputDevice(), onLink ? key.destination : IpAddress(gateway)};
}

/// @return what the IPv6 routing protocol of a node does
Step
AskIpv6(Ptr<Node> node, const FlowKey& key)
{
    Ptr<Ipv6> ipv6 = node->GetObject<Ipv6>();
    Ptr<Ipv6RoutingProtocol> routing = ipv6 ? ipv6->GetRoutingProtocol() : nullptr;
    Ipv6Header header;
    header.SetSource(key.source.ToIpv6());
    header.SetDestination(key.destination.ToIpv6());
    header.SetNextHeader(key.protocol);
    Socket::SocketErrno error;
    Ptr<Ipv6Route> route =
        routing ? routing->RouteOutput(nullptr, header, nullptr, error) : nullptr;
    if (!route)
    {
        return {};
    }
    const Ipv6Address gateway = route->GetGateway();
    return {route->GetOutputDevice(), gateway.IsAny() ? key.destination : IpAddress(gateway)};
}

/// @return what a node does with a packet of the flow
Step
Ask(Ptr<Node> node, const FlowKey& key)
{
    if (Ptr<Fib> fib = node->GetObject<Fib>())
    {
        return AskFib(fib, key);
    }
    return key.destination.IsIpv4() ? AskIpv4(node, key) : AskIpv6(node, key);
}

/// @return the other end of a device's link, null if there is not exactly one
Ptr<NetDevice>
OtherEnd(Ptr<NetDevice> device)
{
    Ptr<Channel> channel = device->GetChannel();
    if (!channel || channel->GetNDevices() != 2)
    {
        return nullptr;
    }
    return channel->GetDevice(channel->GetDevice(0) == device ? 1 : 0);
}

/// @return the bridge that a device is a port of, null if none
Ptr<BridgeNetDevice>
FindBridge(Ptr<NetDevice> port)
{
    Ptr<Node> node = port->GetNode();
    for (uint32_t i = 0; i < node->GetNDevices(); ++i)
    {
        Ptr<BridgeNetDevice> bridge = DynamicCast<BridgeNetDevice>(node->GetDevice(i));
        for (uint32_t j = 0; bridge && j < bridge->GetNBridgePorts(); ++j)
        {
            if (bridge->GetBridgePort(j) == port)
            {
                return bridge;
            }
        }
    }
    return nullptr;
}

/// Goes over a link and the bridges behind it to the target. @return whether it is there
bool
Cross(Ptr<NetDevice> sender, const IpAddress& target, std::vector<FluidHop>& hops)
{
    Ptr<NetDevice> receiver = OtherEnd(sender);
    if (!receiver || hops.size() >= MAX_HOPS)
    {
        return false;
    }
    hops.push_back({sender, receiver});
    Ptr<BridgeNetDevice> bridge = FindBridge(receiver);
    if (!bridge && (sender->IsPointToPoint() || IsLocal(receiver->GetNode(), target)))
    {
        return true;
    }
    for (uint32_t i = 0; bridge && i < bridge->GetNBridgePorts(); ++i)
    {
        Ptr<NetDevice> port = bridge->GetBridgePort(i);
        if (port != receiver && Cross(port, target, hops))
        {
            return true;
        }
    }
    hops.pop_back();
    return false;
}

} // namespace

FluidPath
FindFluidPath(Ptr<Node> source, const FlowKey& key)
{
    FluidPath path;
    Ptr<Node> node = source;
    while (path.hops.size() < MAX_HOPS)
    {
        path.nodes.push_back(node);
        if (IsLocal(node, key.destination))
        {
            path.complete = true;
            break;
        }
        const Step step = Ask(node, key);
        if (!step.device || !Cross(step.device, step.target, path.hops))
        {
            break;
        }
        node = path.hops.back().receiver->GetNode();
    }
    return path;
}

} // namespace vmm
} // namespace ns3
