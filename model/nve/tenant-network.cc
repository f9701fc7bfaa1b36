// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/tenant-network.h"

namespace ns3
{
namespace vmm
{

TenantNetwork::TenantNetwork(Ptr<Fib> fib, Ptr<RandomVariableStream> installDelay)
    : m_fib(fib)
{
    m_installer.Attach(fib, installDelay);
}

void
TenantNetwork::Close()
{
    m_installer.Detach();
}

void
TenantNetwork::Expect(const VmSpec& spec)
{
    for (const auto& address : spec.addresses)
    {
        m_arriving[address] = spec.id;
    }
}

IpAddressList
TenantNetwork::ForgetArrival(const std::string& vmId)
{
    IpAddressList addresses;
    for (auto arriving = m_arriving.begin(); arriving != m_arriving.end();)
    {
        if (arriving->second == vmId)
        {
            addresses.push_back(arriving->first);
            arriving = m_arriving.erase(arriving);
        }
        else
        {
            ++arriving;
        }
    }
    return addresses;
}

bool
TenantNetwork::IsExpected(const IpAddress& address) const
{
    return m_arriving.count(address) > 0;
}

void
TenantNetwork::SetServingRoutes(const IpAddressList& addresses,
                                Ptr<NetDevice> device,
                                uint32_t epoch)
{
    for (const auto& address : addresses)
    {
        NextHop onLink{IpAddress(), device};
        m_fib->SetRoute(
            IpPrefix::Host(address), RouteOwner::SERVING, Route::Forward({onLink}, epoch));
        m_released.erase(address);
    }
}

void
TenantNetwork::RemoveServingRoutes(const IpAddressList& addresses, uint32_t epoch)
{
    for (const auto& address : addresses)
    {
        m_fib->RemoveRoute(IpPrefix::Host(address), RouteOwner::SERVING, epoch);
    }
}

void
TenantNetwork::Hold(const IpAddressList& addresses, uint32_t limit)
{
    auto punt = [this, limit](const PuntedPacket& packet)
    {
        HoldOrDrop(packet, limit, DropCause::DEPARTED);
    };
    for (const auto& address : addresses)
    {
        m_fib->SetRoute(IpPrefix::Host(address), RouteOwner::STATIC, Route::Punt(punt));
    }
}

void
TenantNetwork::Unhold(const IpAddressList& addresses)
{
    for (const auto& address : addresses)
    {
        m_fib->RemoveRoute(IpPrefix::Host(address), RouteOwner::STATIC);
        auto held = m_held.extract(address);
        if (!held.empty())
        {
            for (const auto& packet : held.mapped().Take())
            {
                m_fib->Reinject(packet);
            }
        }
    }
}

void
TenantNetwork::HoldOrDrop(const PuntedPacket& packet, uint32_t limit, DropCause cause)
{
    if (limit == 0 || !m_held[packet.GetDestination()].Push(packet, limit))
    {
        m_fib->NotifyDrop(packet.datagram, cause);
    }
}

void
TenantNetwork::LoseHeld(DropCause cause)
{
    for (auto& [address, buffer] : m_held)
    {
        for (const auto& packet : buffer.Take())
        {
            m_fib->NotifyDrop(packet.datagram, cause);
        }
    }
    m_held.clear();
}

void
TenantNetwork::VisitHeldPackets(const std::function<void(Ptr<const Packet>)>& visit) const
{
    for (const auto& [address, buffer] : m_held)
    {
        for (const auto& packet : buffer.GetPackets())
        {
            visit(packet.datagram);
        }
    }
}

void
TenantNetwork::NoteReleased(const IpAddress& address)
{
    m_released.insert(address);
}

void
TenantNetwork::ForgetReleased(const IpAddress& address)
{
    m_released.erase(address);
}

bool
TenantNetwork::IsReleased(const IpAddress& address) const
{
    return m_released.count(address) > 0;
}

} // namespace vmm
} // namespace ns3
