// SPDX-License-Identifier: GPL-2.0-only
// Tables of the virtual networks of a node.
#include "ns3/fib.h"
#include "ns3/ipv4.h"
#include "ns3/ipv6.h"
#include "ns3/node.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// Enters the addresses of a device's interface as local. @param ip IP layer, may be null
template <typename Ip, typename AddressOf>
void
AddLocals(Fib& table, Ptr<Ip> ip, Ptr<NetDevice> device, AddressOf addressOf)
{
    const int32_t interface = ip ? ip->GetInterfaceForDevice(device) : -1;
    for (uint32_t i = 0; interface >= 0 && i < ip->GetNAddresses(interface); ++i)
    {
        table.AddLocal(IpAddress(addressOf(ip->GetAddress(interface, i))));
    }
}

} // namespace

Fib&
Fib::GetRoot()
{
    return m_parent ? *m_parent : *this;
}

Ptr<Fib>
Fib::AddTenant(uint32_t vn, Ptr<NetDevice> device)
{
    if (m_parent || m_tenants.count(vn) || !device || m_byDevice.count(PeekPointer(device)))
    {
        throw std::invalid_argument("found no device of its own for virtual network " +
                                    std::to_string(vn) + " or a table of it, expected a new one");
    }
    Ptr<Fib> tenant = CreateObject<Fib>();
    tenant->m_parent = this;
    tenant->m_vn = vn;
    tenant->m_device = device;
    tenant->m_node = m_node;
    tenant->m_salt = m_salt;
    tenant->m_ipv4.attached = m_ipv4.attached;
    tenant->m_ipv6.attached = m_ipv6.attached;
    m_tenants[vn] = tenant;
    m_byDevice[PeekPointer(device)] = PeekPointer(tenant);
    Ptr<Node> node = device->GetNode();
    AddLocals(*tenant,
              node->GetObject<Ipv4>(),
              device,
              [](const Ipv4InterfaceAddress& address)
              {
                  return address.GetLocal();
              });
    AddLocals(*tenant,
              node->GetObject<Ipv6>(),
              device,
              [](const Ipv6InterfaceAddress& address)
              {
                  return address.GetAddress();
              });
    return tenant;
}

Ptr<Fib>
Fib::GetTenant(uint32_t vn) const
{
    auto found = m_tenants.find(vn);
    return found == m_tenants.end() ? nullptr : found->second;
}

} // namespace vmm
} // namespace ns3
