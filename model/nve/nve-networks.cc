// SPDX-License-Identifier: GPL-2.0-only
// The virtual networks of an NVE: their tables, and the tunnels that join those of all NVEs.
#include "ns3/access-device.h"
#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/loopback-net-device.h"
#include "ns3/nve.h"
#include "ns3/vm-spec.h"
#include "ns3/vn-tag.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the loopback device of a node, null if it has none
Ptr<NetDevice>
FindLoopback(const Node& node)
{
    for (uint32_t i = 0; i < node.GetNDevices(); ++i)
    {
        if (DynamicCast<LoopbackNetDevice>(node.GetDevice(i)))
        {
            return node.GetDevice(i);
        }
    }
    return nullptr;
}

/// @return whether one of the prefixes has the address
bool
Contain(const std::vector<IpPrefix>& prefixes, const IpAddress& address)
{
    return std::any_of(prefixes.begin(),
                       prefixes.end(),
                       [&address](const IpPrefix& prefix)
                       {
                           return prefix.Contains(address);
                       });
}

/// @return whether packets of a tunnel may take the route: to a VM here, or one that is awaited
bool
IsServing(const Fib::Listed& listed)
{
    return listed.prefix.IsHost() &&
           (listed.owner == RouteOwner::SERVING || listed.owner == RouteOwner::STATIC);
}

/// @return whether the route follows a VM that has left to where it is now
bool
IsInFlight(const Fib::Listed& listed)
{
    return listed.prefix.IsHost() && listed.owner == RouteOwner::REGISTRATION &&
           listed.route->action == RouteAction::TUNNEL;
}

} // namespace

void
Nve::SetFabricPrefixes(const std::vector<IpPrefix>& prefixes)
{
    m_fabricPrefixes = prefixes;
}

bool
Nve::OwnsPrefixOf(const IpAddress& address) const
{
    return Contain(m_prefixes, address);
}

Ptr<NetDevice>
Nve::GetAccessDevice(uint32_t vn) const
{
    return m_hypervisor->GetAccessDevice(vn);
}

Ptr<Fib>
Nve::MakeTable(uint32_t vn)
{
    Ptr<Fib> table = Shared().GetFib().GetTenant(vn);
    if (table)
    {
        return table;
    }
    table = m_fib->AddTenant(vn, GetAccessDevice(vn));
    auto punt = [this, vn](const PuntedPacket& packet)
    {
        HandleUnmapped(vn, packet);
    };
    if (GetNode()->GetObject<Ipv4>())
    {
        table->SetRoute(IpPrefix(Ipv4Address::GetZero(), 0), RouteOwner::STATIC, Route::Punt(punt));
    }
    if (GetNode()->GetObject<Ipv6>())
    {
        table->SetRoute(IpPrefix(Ipv6Address::GetZero(), 0), RouteOwner::STATIC, Route::Punt(punt));
    }
    auto& network = m_networks[vn];
    if (network)
    {
        // What was told before the first VM came.
        network->Close();
        for (const auto& told : network->GetFib().GetEntries())
        {
            table->SetRoute(told.prefix, told.owner, *told.route);
        }
    }
    network = std::make_unique<TenantNetwork>(table, m_installDelay);
    return table;
}

TenantNetwork&
Nve::Shared()
{
    if (!m_shared)
    {
        m_fib = GetNode()->GetObject<Fib>();
        m_shared = std::make_unique<TenantNetwork>(m_fib, m_installDelay);
    }
    return *m_shared;
}

TenantNetwork&
Nve::NetworkOf(uint32_t vn)
{
    TenantNetwork& shared = Shared();
    if (!m_isolates)
    {
        return shared;
    }
    auto& network = m_networks[vn];
    if (!network)
    {
        // No VM of it has been here: a message speaks of it. No packet will ever see this table,
        // and no device is made for it, since the node may be receiving (see
        // Hypervisor::GetGateway).
        network = std::make_unique<TenantNetwork>(CreateObject<Fib>(), m_installDelay);
    }
    return *network;
}

void
Nve::OpenTunnel()
{
    MakeTable(0);
    m_tunnel = GetNode()->GetObject<VxlanTunnel>();
    if (!m_tunnel)
    {
        m_tunnel = CreateObject<VxlanTunnel>();
        GetNode()->AggregateObject(m_tunnel);
    }
    m_tunnel->SetFragmentation(m_overlayMtu == OUTER_FRAGMENTATION);
    m_tunnel->Open(m_addresses,
                   GatewayMac(),
                   [this](const VxlanTunnel::Received& received)
                   {
                       HandleTunnelled(received);
                   });
}

void
Nve::HandleTunnelled(const VxlanTunnel::Received& received)
{
    if (Contain(m_fabricPrefixes, received.remote))
    {
        // A VM of network 0, which reaches NVEs as any host outside does, is no NVE.
        m_fib->NotifyDrop(received.datagram, DropCause::OTHER);
        return;
    }
    Ptr<Fib> table = m_fib->GetTenant(received.vni);
    if (!table)
    {
        m_fib->NotifyDrop(received.datagram, DropCause::STALE_MAPPING);
        return;
    }
    TenantNetwork& network = NetworkOf(received.vni);
    PuntedPacket packet{received.datagram, received.family, table->GetTenantDevice()};
    const IpAddress destination = packet.GetDestination();
    const auto listed = table->LookupListed(destination);
    if (listed && IsServing(*listed))
    {
        m_fib->Reinject(packet);
        return;
    }
    // A VM that is on its way back here still runs where it left for.
    const bool goesOn = listed && IsInFlight(*listed);
    if (!goesOn && network.IsExpected(destination))
    {
        network.HoldOrDrop(packet, m_earlyBufferPackets, DropCause::EARLY);
        return;
    }
    m_scheme->StrayPacket(*this, received.vni, destination, received.remote);
    if (goesOn)
    {
        m_fib->Reinject(packet);
    }
    else
    {
        m_fib->NotifyDrop(packet.datagram, DropCause::STALE_MAPPING);
    }
}

void
Nve::HandleUnmapped(uint32_t vn, const PuntedPacket& packet)
{
    const IpAddress destination = packet.GetDestination();
    if (vn == 0 && !Contain(m_fabricPrefixes, destination) && !OwnsPrefixOf(destination))
    {
        if (m_fib->IsLocal(destination))
        {
            // What comes by the loopback device is taken for the node's own: a VM could say
            // anything to it.
            m_fib->NotifyDrop(packet.datagram, DropCause::NO_ROUTE);
            return;
        }
        PuntedPacket leaving = packet;
        leaving.device = FindLoopback(*GetNode());
        // An error message that this node sends has a note of the network that it is for. From
        // here on it is in no network.
        VnTag tag;
        leaving.datagram->RemovePacketTag(tag);
        m_fib->Reinject(leaving);
        return;
    }
    if (!m_scheme->UnknownDestination(*this, vn, packet))
    {
        DropUnknown(NetworkOf(vn), packet);
    }
}

void
Nve::HandleUnknown(const PuntedPacket& packet)
{
    PuntedPacket inside = packet;
    if (m_isolates)
    {
        inside.device = GetAccessDevice(0);
    }
    if (!m_scheme->UnknownDestination(*this, std::nullopt, inside))
    {
        DropUnknown(NetworkOf(0), packet);
    }
}

void
Nve::DropUnknown(const TenantNetwork& network, const PuntedPacket& packet)
{
    // An overlay asks where a VM is; that it was here once says nothing.
    const bool released = !m_isolates && network.IsReleased(packet.GetDestination());
    m_fib->NotifyDrop(packet.datagram, released ? DropCause::SOURCE_RELEASED : DropCause::NO_ROUTE);
}

void
Nve::VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const
{
    if (m_shared)
    {
        m_shared->VisitHeldPackets(visit);
    }
    for (const auto& [vn, network] : m_networks)
    {
        network->VisitHeldPackets(visit);
    }
    m_scheme->VisitHeldPackets(visit);
}

Fib&
Nve::GetFibOf(uint32_t vn)
{
    return NetworkOf(vn).GetFib();
}

void
Nve::InstallMappings(uint32_t vn,
                     const IpAddressList& addresses,
                     const std::vector<Route>& routes,
                     std::function<void()> done)
{
    NetworkOf(vn).GetInstaller().Install(addresses, routes, std::move(done));
}

void
Nve::RemoveMappings(uint32_t vn,
                    const IpAddressList& addresses,
                    uint32_t epoch,
                    std::function<void()> done)
{
    NetworkOf(vn).GetInstaller().Remove(addresses, epoch, std::move(done));
}

} // namespace vmm
} // namespace ns3
