// SPDX-License-Identifier: GPL-2.0-only
// What a hypervisor plugs its VMs into: a gateway for each virtual network.
#include "ns3/access-device.h"
#include "ns3/access-gateway.h"
#include "ns3/access-switch.h"
#include "ns3/crash-gate.h"
#include "ns3/hypervisor.h"
#include "ns3/node.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

Ptr<AccessGateway>
Hypervisor::GetGateway(uint32_t vn)
{
    if (!GetNode())
    {
        throw std::logic_error("add the hypervisor to its node first");
    }
    Ptr<AccessGateway>& gateway = m_gateways[vn];
    if (!gateway)
    {
        gateway = CreateObject<AccessGateway>();
        gateway->SetUp(GetNode());
        if (m_failed)
        {
            gateway->GetDevice()->Halt(DropCause::HOST);
        }
        m_accessDevice(vn, gateway->GetDevice());
    }
    return gateway;
}

Ptr<CrashGate>
Hypervisor::GetCrashGate() const
{
    return m_gate;
}

Ptr<AccessDevice>
Hypervisor::GetAccessDevice(uint32_t vn)
{
    return GetGateway(vn)->GetDevice();
}

Ptr<AccessSwitch>
Hypervisor::GetAccessSwitch(uint32_t vn)
{
    return GetGateway(vn)->GetSwitch();
}

void
Hypervisor::AddNeighbour(const IpAddress& address, Mac48Address mac, uint32_t vn)
{
    GetGateway(vn)->AddNeighbour(address, mac);
}

void
Hypervisor::RemoveNeighbour(const IpAddress& address, uint32_t vn)
{
    GetGateway(vn)->RemoveNeighbour(address);
}

void
Hypervisor::SetNeighbours(const VmSpec& spec, bool present)
{
    for (const IpAddress& address : spec.addresses)
    {
        if (present)
        {
            AddNeighbour(address, spec.mac, spec.vn);
        }
        else
        {
            RemoveNeighbour(address, spec.vn);
        }
    }
}

} // namespace vmm
} // namespace ns3
