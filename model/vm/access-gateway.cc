// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/access-gateway.h"

#include "ns3/access-device.h"
#include "ns3/access-switch.h"
#include "ns3/arp-cache.h"
#include "ns3/arp-header.h"
#include "ns3/arp-l3-protocol.h"
#include "ns3/boolean.h"
#include "ns3/guest-stack.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv4-interface.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-interface.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/log.h"
#include "ns3/ndisc-cache.h"
#include "ns3/node.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/vm-spec.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_LOG_COMPONENT_DEFINE("AccessGateway");
NS_OBJECT_ENSURE_REGISTERED(AccessGateway);

namespace
{

/// @return the ARP cache of a device
Ptr<ArpCache>
GetArpCache(Ptr<NetDevice> device)
{
    Ptr<Ipv4L3Protocol> ipv4 = device->GetNode()->GetObject<Ipv4L3Protocol>();
    return ipv4->GetInterface(ipv4->GetInterfaceForDevice(device))->GetArpCache();
}

/// @return the neighbour discovery cache of a device
Ptr<NdiscCache>
GetNdiscCache(Ptr<NetDevice> device)
{
    Ptr<Ipv6L3Protocol> ipv6 = device->GetNode()->GetObject<Ipv6L3Protocol>();
    return ipv6->GetInterface(ipv6->GetInterfaceForDevice(device))->GetNdiscCache();
}

} // namespace

TypeId
AccessGateway::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::AccessGateway")
            .SetParent<Object>()
            .SetGroupName("VmMobility")
            .AddConstructor<AccessGateway>()
            .AddAttribute("PermanentNeighbours",
                          "Whether the MAC address of an attached VM is entered at once; if not, "
                          "IPv4 neighbours are found by ARP.",
                          BooleanValue(true),
                          MakeBooleanAccessor(&AccessGateway::m_permanent),
                          MakeBooleanChecker())
            .AddAttribute("AcceptGratuitousArp",
                          "Whether a gratuitous ARP makes or changes an entry of the ARP cache. "
                          "ns-3 by itself ignores it.",
                          BooleanValue(false),
                          MakeBooleanAccessor(&AccessGateway::m_acceptGratuitous),
                          MakeBooleanChecker())
            .AddTraceSource("GratuitousArp",
                            "A gratuitous ARP has had its effect on the ARP cache.",
                            MakeTraceSourceAccessor(&AccessGateway::m_gratuitousArp),
                            "ns3::vmm::AccessGateway::GratuitousArpTracedCallback");
    return tid;
}

AccessGateway::AccessGateway() = default;
AccessGateway::~AccessGateway() = default;

void
AccessGateway::DoDispose()
{
    m_node = nullptr;
    m_switch = nullptr;
    m_device = nullptr;
    Object::DoDispose();
}

Ptr<AccessSwitch>
AccessGateway::GetSwitch() const
{
    return m_switch;
}

Ptr<AccessDevice>
AccessGateway::GetDevice() const
{
    return m_device;
}

void
AccessGateway::SetUp(Ptr<Node> node)
{
    const bool v4 = node->GetObject<Ipv4L3Protocol>() != nullptr;
    const bool v6 = node->GetObject<Ipv6L3Protocol>() != nullptr;
    if (!v4 && !v6)
    {
        throw std::invalid_argument("node " + std::to_string(node->GetId()) +
                                    " needs an IP stack before it can have an access switch");
    }
    m_node = node;
    m_switch = CreateObject<AccessSwitch>();
    m_device = CreateObject<AccessDevice>();
    m_device->SetAddress(GatewayMac());
    node->AddDevice(m_device);
    m_switch->AttachNve(m_device);
    if (v4)
    {
        AddIpv4Interface();
    }
    if (v6)
    {
        AddIpv6Interface();
    }
}

void
AccessGateway::AddIpv4Interface()
{
    Ptr<Ipv4L3Protocol> ipv4 = m_node->GetObject<Ipv4L3Protocol>();
    const uint32_t interface = ipv4->AddInterface(m_device);
    ipv4->AddAddress(interface, {GatewayIpv4(), Ipv4Mask::GetOnes()});
    ipv4->SetForwarding(interface, true);
    ipv4->SetUp(interface);
    m_node->RegisterProtocolHandler(
        MakeCallback(&AccessGateway::ReceiveArp, this), ArpL3Protocol::PROT_NUMBER, m_device);
}

void
AccessGateway::AddIpv6Interface()
{
    Ptr<Ipv6L3Protocol> ipv6 = m_node->GetObject<Ipv6L3Protocol>();
    m_node->GetObject<Icmpv6L4Protocol>()->SetAttribute("DAD", BooleanValue(false));
    ipv6->SetAttribute("SendIcmpv6Redirect", BooleanValue(false));
    const uint32_t interface = ipv6->AddInterface(m_device);
    ipv6->SetForwarding(interface, true);
    ipv6->SetUp(interface);
    ipv6->AddAddress(interface, {GatewayIpv6(), Ipv6Prefix(64)});
}

void
AccessGateway::AddNeighbour(const IpAddress& address, Mac48Address mac)
{
    if (m_permanent || address.IsIpv6())
    {
        AddPermanentNeighbour(m_device, address, mac);
    }
}

void
AccessGateway::RemoveNeighbour(const IpAddress& address)
{
    if (address.IsIpv4())
    {
        Ptr<ArpCache> cache = GetArpCache(m_device);
        if (ArpCache::Entry* entry = cache->Lookup(address.ToIpv4()))
        {
            for (auto p = entry->DequeuePending(); p.first; p = entry->DequeuePending())
            {
                m_device->NotifyDrop(p.first, DropCause::ARP);
            }
            cache->Remove(entry);
        }
    }
    else
    {
        Ptr<NdiscCache> cache = GetNdiscCache(m_device);
        if (NdiscCache::Entry* entry = cache->Lookup(address.ToIpv6()))
        {
            entry->StopNudTimer();
            for (const auto& p : entry->MarkReachable(m_device->GetAddress()))
            {
                m_device->NotifyDrop(p.first, DropCause::ARP);
            }
            cache->Remove(entry);
        }
    }
}

void
AccessGateway::ReceiveArp(Ptr<NetDevice> /* device */,
                          Ptr<const Packet> packet,
                          uint16_t /* protocol */,
                          const Address& /* from */,
                          const Address& /* to */,
                          NetDevice::PacketType /* type */)
{
    ArpHeader arp;
    if (!m_acceptGratuitous || packet->Copy()->RemoveHeader(arp) == 0)
    {
        return;
    }
    if (arp.GetSourceIpv4Address() == arp.GetDestinationIpv4Address())
    {
        Learn(arp.GetSourceIpv4Address(),
              Mac48Address::ConvertFrom(arp.GetSourceHardwareAddress()));
    }
}

void
AccessGateway::Learn(Ipv4Address address, Mac48Address mac)
{
    Ptr<ArpCache> cache = GetArpCache(m_device);
    ArpCache::Entry* entry = cache->Lookup(address);
    if (entry && entry->IsWaitReply())
    {
        entry->MarkAlive(mac);
        Ptr<Ipv4L3Protocol> ipv4 = m_node->GetObject<Ipv4L3Protocol>();
        auto interface = ipv4->GetInterface(ipv4->GetInterfaceForDevice(m_device));
        for (auto p = entry->DequeuePending(); p.first; p = entry->DequeuePending())
        {
            interface->Send(p.first, p.second, address);
        }
    }
    else
    {
        if (entry && entry->IsDead())
        {
            cache->Remove(entry);
            entry = nullptr;
        }
        entry = entry ? entry : cache->Add(address);
        entry->SetMacAddress(mac);
        entry->UpdateSeen();
    }
    m_gratuitousArp(address, mac);
}

} // namespace vmm
} // namespace ns3
