// SPDX-License-Identifier: GPL-2.0-only
// How FluidNetwork hears of routes, devices and servers.
#include "ns3/fib.h"
#include "ns3/fluid-network.h"
#include "ns3/hypervisor.h"
#include "ns3/node.h"

namespace ns3
{
namespace vmm
{

FluidNetwork::Watch&
FluidNetwork::GetWatch(Ptr<Node> node)
{
    auto& watch = m_watches[node->GetId()];
    if (!watch)
    {
        watch = std::make_unique<Watch>();
        watch->network = this;
        watch->node = node;
        watch->Connect();
    }
    return *watch;
}

void
FluidNetwork::Watch::Connect()
{
    fib = node->GetObject<Fib>();
    if (fib)
    {
        fib->TraceConnectWithoutContext("Change", MakeCallback(&Watch::RouteChanged, this));
        fib->TraceConnectWithoutContext("DeviceState", MakeCallback(&Watch::DeviceChanged, this));
    }
    for (uint32_t i = 0; i < node->GetNApplications() && !hypervisor; ++i)
    {
        hypervisor = DynamicCast<Hypervisor>(node->GetApplication(i));
    }
    if (hypervisor)
    {
        crashed = hypervisor->HasFailed();
        hypervisor->TraceConnectWithoutContext("Event",
                                               MakeCallback(&Watch::HypervisorChanged, this));
    }
}

void
FluidNetwork::Watch::Disconnect()
{
    if (fib)
    {
        fib->TraceDisconnectWithoutContext("Change", MakeCallback(&Watch::RouteChanged, this));
        fib->TraceDisconnectWithoutContext("DeviceState",
                                           MakeCallback(&Watch::DeviceChanged, this));
    }
    if (hypervisor)
    {
        hypervisor->TraceDisconnectWithoutContext("Event",
                                                  MakeCallback(&Watch::HypervisorChanged, this));
    }
}

void
FluidNetwork::Watch::RouteChanged(const FibChange& change)
{
    for (uint32_t id : flows)
    {
        FluidFlow& flow = *network->m_flows.at(id);
        if (change.effective && !change.vn && change.prefix.Contains(flow.m_spec.key.destination))
        {
            flow.m_moved = true;
            network->Touch();
        }
    }
}

void
FluidNetwork::Watch::DeviceChanged(Ptr<const NetDevice>, bool)
{
    for (uint32_t id : flows)
    {
        network->m_flows.at(id)->m_moved = true;
        network->Touch();
    }
}

void
FluidNetwork::Watch::HypervisorChanged(HypervisorEvent event, const std::string&, uint32_t)
{
    if (event == HypervisorEvent::FAILED && !crashed)
    {
        crashed = true;
        for (uint32_t id : flows)
        {
            network->TouchFlow(*network->m_flows.at(id));
        }
    }
}

} // namespace vmm
} // namespace ns3
