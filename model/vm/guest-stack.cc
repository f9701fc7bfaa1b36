// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/guest-stack.h"

#include "ns3/arp-cache.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/boolean.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv4-static-routing.h"
#include "ns3/ipv6-extension-demux.h"
#include "ns3/ipv6-extension-header.h"
#include "ns3/ipv6-extension.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ipv6-static-routing.h"
#include "ns3/ndisc-cache.h"
#include "ns3/object-factory.h"
#include "ns3/packet-socket-factory.h"
#include "ns3/simulator.h"
#include "ns3/traffic-control-layer.h"
#include "ns3/vm-spec.h"

namespace ns3
{
namespace vmm
{

namespace
{

/// Makes an object of the named type and aggregates it to the node.
void
Aggregate(Ptr<Node> node, const char* type)
{
    ObjectFactory factory;
    factory.SetTypeId(type);
    node->AggregateObject(factory.Create<Object>());
}

/// Adds and configures the IPv4 interface.
void
ConfigureIpv4(Ptr<NetDevice> device, const IpAddressList& addresses, bool permanentGateway)
{
    Ptr<Ipv4L3Protocol> ipv4 = device->GetNode()->GetObject<Ipv4L3Protocol>();
    const uint32_t interface = ipv4->AddInterface(device);
    for (const auto& address : addresses)
    {
        if (address.IsIpv4())
        {
            ipv4->AddAddress(interface, {address.ToIpv4(), Ipv4Mask::GetOnes()});
        }
    }
    ipv4->SetUp(interface);
    auto routing = DynamicCast<Ipv4StaticRouting>(ipv4->GetRoutingProtocol());
    routing->SetDefaultRoute(GatewayIpv4(), interface);
    if (permanentGateway)
    {
        AddPermanentNeighbour(device, GatewayIpv4(), GatewayMac());
    }
}

/// Adds and configures the IPv6 interface.
void
ConfigureIpv6(Ptr<NetDevice> device, const IpAddressList& addresses)
{
    Ptr<Ipv6L3Protocol> ipv6 = device->GetNode()->GetObject<Ipv6L3Protocol>();
    const uint32_t index = ipv6->AddInterface(device);
    ipv6->SetUp(index);
    // ns-3 solicits routers as soon as a link-local address is found good. One that is not is
    // passed over, and made good right after.
    Ptr<Ipv6Interface> interface = ipv6->GetInterface(index);
    const Ipv6Address linkLocal = interface->GetLinkLocalAddress().GetAddress();
    interface->SetState(linkLocal, Ipv6InterfaceAddress::INVALID);
    Simulator::ScheduleNow(
        &Ipv6Interface::SetState, interface, linkLocal, Ipv6InterfaceAddress::PREFERRED);
    for (const auto& address : addresses)
    {
        if (address.IsIpv6())
        {
            ipv6->AddAddress(index, {address.ToIpv6(), Ipv6Prefix::GetOnes()});
        }
    }
    auto routing = DynamicCast<Ipv6StaticRouting>(ipv6->GetRoutingProtocol());
    routing->SetDefaultRoute(GatewayIpv6(), index);
    AddPermanentNeighbour(device, GatewayIpv6(), GatewayMac());
}

} // namespace

void
InstallGuestStack(Ptr<Node> node)
{
    Aggregate(node, "ns3::ArpL3Protocol");
    Aggregate(node, "ns3::Ipv4L3Protocol");
    Aggregate(node, "ns3::Icmpv4L4Protocol");
    node->GetObject<Ipv4>()->SetRoutingProtocol(CreateObject<Ipv4StaticRouting>());
    Aggregate(node, "ns3::Ipv6L3Protocol");
    Aggregate(node, "ns3::Icmpv6L4Protocol");
    node->GetObject<Icmpv6L4Protocol>()->SetAttribute("DAD", BooleanValue(false));
    Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>();
    ipv6->SetRoutingProtocol(CreateObject<Ipv6StaticRouting>());
    ipv6->RegisterExtensions();
    ipv6->RegisterOptions();
    Aggregate(node, "ns3::TrafficControlLayer");
    Aggregate(node, "ns3::UdpL4Protocol");
    Aggregate(node, "ns3::TcpL4Protocol");
    node->AggregateObject(CreateObject<PacketSocketFactory>());
    node->GetObject<ArpL3Protocol>()->SetTrafficControl(node->GetObject<TrafficControlLayer>());
}

void
ConfigureGuestInterface(Ptr<NetDevice> device,
                        const IpAddressList& addresses,
                        bool permanentGateway)
{
    bool v4 = false;
    bool v6 = false;
    for (const auto& address : addresses)
    {
        v4 = v4 || address.IsIpv4();
        v6 = v6 || address.IsIpv6();
    }
    if (v4)
    {
        ConfigureIpv4(device, addresses, permanentGateway);
    }
    if (v6)
    {
        ConfigureIpv6(device, addresses);
    }
}

void
AddPermanentNeighbour(Ptr<NetDevice> device, const IpAddress& address, Address mac)
{
    Ptr<Node> node = device->GetNode();
    if (address.IsIpv4())
    {
        Ptr<Ipv4L3Protocol> ipv4 = node->GetObject<Ipv4L3Protocol>();
        Ptr<Ipv4Interface> interface = ipv4->GetInterface(ipv4->GetInterfaceForDevice(device));
        Ptr<ArpCache> cache = interface->GetArpCache();
        ArpCache::Entry* entry = cache->Lookup(address.ToIpv4());
        entry = entry ? entry : cache->Add(address.ToIpv4());
        entry->SetMacAddress(mac);
        entry->MarkPermanent();
        for (auto p = entry->DequeuePending(); p.first; p = entry->DequeuePending())
        {
            interface->Send(p.first, p.second, address.ToIpv4());
        }
    }
    else
    {
        Ptr<Ipv6L3Protocol> ipv6 = node->GetObject<Ipv6L3Protocol>();
        Ptr<Ipv6Interface> interface = ipv6->GetInterface(ipv6->GetInterfaceForDevice(device));
        Ptr<NdiscCache> cache = interface->GetNdiscCache();
        NdiscCache::Entry* entry = cache->Lookup(address.ToIpv6());
        entry = entry ? entry : cache->Add(address.ToIpv6());
        entry->StopNudTimer();
        const auto waiting = entry->MarkReachable(mac);
        entry->ClearWaitingPacket();
        entry->MarkPermanent();
        for (const auto& p : waiting)
        {
            interface->Send(p.first, p.second, address.ToIpv6());
        }
    }
}

int64_t
AssignStackStreams(Ptr<Node> node, int64_t stream)
{
    int64_t next = stream;
    if (auto arp = node->GetObject<ArpL3Protocol>())
    {
        next += arp->AssignStreams(next);
    }
    if (auto icmp = node->GetObject<Icmpv6L4Protocol>())
    {
        next += icmp->AssignStreams(next);
    }
    if (auto demux = node->GetObject<Ipv6ExtensionDemux>())
    {
        next += demux->GetExtension(Ipv6ExtensionFragment::EXT_NUMBER)->AssignStreams(next);
    }
    return next - stream;
}

} // namespace vmm
} // namespace ns3
