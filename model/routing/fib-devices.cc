// SPDX-License-Identifier: GPL-2.0-only
// What the table knows of its node: devices, addresses, and the way back into the IP layer.
#include "ns3/fib.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{
namespace
{

constexpr uint8_t DOWN_DEVICE = 1; //!< SetDeviceUp(false)
constexpr uint8_t DOWN_IPV4 = 2;   //!< the IPv4 interface is down
constexpr uint8_t DOWN_IPV6 = 4;   //!< the IPv6 interface is down

/// @return the reason bit of a family
uint8_t
DownBit(IpFamily family)
{
    return family == IpFamily::IPV4 ? DOWN_IPV4 : DOWN_IPV6;
}

} // namespace

bool
Fib::IsUsable(IpFamily family, const NetDevice* device) const
{
    if (m_parent)
    {
        return m_parent->IsUsable(family, device);
    }
    auto it = m_down.find(device);
    return it == m_down.end() || !(it->second & (DOWN_DEVICE | DownBit(family)));
}

void
Fib::NoteInterface(IpFamily family, bool attached, const NetDevice* device)
{
    if (!attached)
    {
        return;
    }
    if (m_parent)
    {
        m_parent->NoteInterface(family, attached, device);
        return;
    }
    bool up;
    if (family == IpFamily::IPV4)
    {
        Ptr<Ipv4> ip = GetObject<Ipv4>();
        int32_t interface = ip->GetInterfaceForDevice(Ptr<const NetDevice>(device));
        up = interface >= 0 && ip->IsUp(interface);
    }
    else
    {
        Ptr<Ipv6> ip = GetObject<Ipv6>();
        int32_t interface = ip->GetInterfaceForDevice(Ptr<const NetDevice>(device));
        up = interface >= 0 && ip->IsUp(interface);
    }
    uint8_t& reasons = m_down[device];
    reasons = up ? reasons & ~DownBit(family) : reasons | DownBit(family);
}

void
Fib::SetDown(Ptr<NetDevice> device, uint8_t reason, bool down)
{
    uint8_t& reasons = m_down[PeekPointer(device)];
    reasons = down ? reasons | reason : reasons & ~reason;
    Refresh();
    for (auto& [vn, tenant] : m_tenants)
    {
        tenant->Refresh();
    }
}

void
Fib::Refresh()
{
    auto refresh = [this](auto& half)
    {
        half.groups.ForEach(
            [&](NextHopGroup& group)
            {
                group.Refresh(
                    [&](const NetDevice* d)
                    {
                        return IsUsable(half.family, d);
                    });
            });
    };
    refresh(m_ipv4);
    refresh(m_ipv6);
}

void
Fib::SetDeviceUp(Ptr<NetDevice> device, bool up)
{
    if (!device)
    {
        throw std::invalid_argument("found no device, expected one to set up or down");
    }
    Fib& root = GetRoot();
    if (root.IsDeviceUp(device) != up)
    {
        root.SetDown(device, DOWN_DEVICE, !up);
        root.m_deviceTrace(device, up);
    }
}

bool
Fib::IsDeviceUp(Ptr<NetDevice> device) const
{
    const auto& down = m_parent ? m_parent->m_down : m_down;
    auto it = down.find(PeekPointer(device));
    return it == down.end() || !(it->second & DOWN_DEVICE);
}

void
Fib::SetInterfaceUp(IpFamily family, Ptr<NetDevice> device, bool up)
{
    SetDown(device, DownBit(family), !up);
}

void
Fib::SetRouterAddress(const IpAddress& address)
{
    if (m_parent)
    {
        m_parent->SetRouterAddress(address);
        return;
    }
    (address.IsIpv6() ? m_routerIpv6 : m_routerIpv4) = address;
    ForgetRoutes();
}

IpAddress
Fib::GetRouterAddress(IpFamily family) const
{
    const Fib& root = m_parent ? *m_parent : *this;
    return family == IpFamily::IPV6 ? root.m_routerIpv6 : root.m_routerIpv4;
}

bool
Fib::IsLocal(const IpAddress& address) const
{
    const Entry* head = FindHead(IpPrefix::Host(address));
    return head && !head->IsRoute() && !head->group;
}

void
Fib::AddLocal(const IpAddress& address, Ptr<NetDevice> device)
{
    IpPrefix prefix = IpPrefix::Host(address);
    Entry* head = FindHead(prefix);
    if (head && !head->IsRoute())
    {
        ++head->route.epoch; // how many interfaces have the address
        return;
    }
    auto* entry = new Entry;
    entry->prefix = prefix;
    entry->route.epoch = 1;
    if (device)
    {
        entry->route.nextHops = {{IpAddress(), device}};
        Bind(*entry);
    }
    entry->kind = Kind::LOCAL;
    Link(entry);
    ForgetRoutes();
}

void
Fib::RemoveLocal(const IpAddress& address)
{
    Entry* head = FindHead(IpPrefix::Host(address));
    if (head && !head->IsRoute() && --head->route.epoch == 0)
    {
        Unlink(head);
    }
    ForgetRoutes();
}

void
Fib::SetAttached(IpFamily family)
{
    With(family,
         [](auto& half)
         {
             half.attached = true;
         });
    for (auto& [vn, tenant] : m_tenants)
    {
        tenant->SetAttached(family);
    }
}

void
Fib::ForgetRoutes()
{
    auto forget = [](NextHopGroup& group)
    {
        group.ForgetRoutes();
    };
    m_ipv4.groups.ForEach(forget);
    m_ipv6.groups.ForEach(forget);
    for (auto& [vn, tenant] : m_tenants)
    {
        tenant->ForgetRoutes();
    }
}

void
Fib::NotifyDrop(Ptr<const Packet> packet, DropCause cause)
{
    GetRoot().m_dropTrace(packet, cause);
}

void
Fib::NotifyEncapsulate(Ptr<const Packet> packet, const IpAddress& remote)
{
    GetRoot().m_encapsulateTrace(packet, remote);
}

void
Fib::NotifyDecapsulate(Ptr<const Packet> packet, const IpAddress& remote)
{
    GetRoot().m_decapsulateTrace(packet, remote);
}

void
Fib::Reinject(const PuntedPacket& packet)
{
    Address mac = packet.device->GetAddress();
    if (packet.family == IpFamily::IPV4)
    {
        GetRoot().GetObject<Ipv4L3Protocol>()->Receive(packet.device,
                                                       packet.datagram,
                                                       Ipv4L3Protocol::PROT_NUMBER,
                                                       mac,
                                                       mac,
                                                       NetDevice::PACKET_HOST);
    }
    else
    {
        GetRoot().GetObject<Ipv6L3Protocol>()->Receive(packet.device,
                                                       packet.datagram,
                                                       Ipv6L3Protocol::PROT_NUMBER,
                                                       mac,
                                                       mac,
                                                       NetDevice::PACKET_HOST);
    }
}

} // namespace vmm
} // namespace ns3
