// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/host-route-installer.h"

#include "ns3/simulator.h"

namespace ns3
{
namespace vmm
{

void
HostRouteInstaller::Attach(Ptr<Fib> fib, Ptr<RandomVariableStream> delay)
{
    m_fib = fib;
    m_delay = delay;
}

void
HostRouteInstaller::Detach()
{
    for (auto& [number, change] : m_changes)
    {
        Simulator::Cancel(change.event);
    }
    m_changes.clear();
    m_versions.clear();
    m_fib = nullptr;
}

void
HostRouteInstaller::Install(const IpAddressList& addresses,
                            const std::vector<Route>& routes,
                            std::function<void()> done)
{
    Begin({addresses, routes, 0, std::move(done), {}});
}

void
HostRouteInstaller::Remove(const IpAddressList& addresses,
                           uint32_t epoch,
                           std::function<void()> done)
{
    Begin({addresses, {}, epoch, std::move(done), {}});
}

void
HostRouteInstaller::RemoveNow(const IpAddressList& addresses, uint32_t epoch)
{
    for (const auto& address : addresses)
    {
        m_versions.erase(address);
        m_fib->RemoveRoute(IpPrefix::Host(address), m_owner, epoch);
    }
}

void
HostRouteInstaller::Begin(Change change)
{
    uint64_t number = m_next++;
    for (const auto& address : change.addresses)
    {
        m_versions[address] = number;
    }
    Time delay = m_delay ? Seconds(m_delay->GetValue()) : Time();
    change.event = Simulator::Schedule(delay, &HostRouteInstaller::Apply, this, number);
    m_changes.emplace(number, std::move(change));
}

void
HostRouteInstaller::Apply(uint64_t number)
{
    Change change = std::move(m_changes.extract(number).mapped());
    for (size_t i = 0; i < change.addresses.size(); ++i)
    {
        auto version = m_versions.find(change.addresses[i]);
        if (version == m_versions.end() || version->second != number)
        {
            continue;
        }
        m_versions.erase(version);
        IpPrefix prefix = IpPrefix::Host(change.addresses[i]);
        if (change.routes.empty())
        {
            m_fib->RemoveRoute(prefix, m_owner, change.epoch);
        }
        else
        {
            m_fib->SetRoute(prefix, m_owner, change.routes[i]);
        }
    }
    if (change.done)
    {
        change.done();
    }
}

} // namespace vmm
} // namespace ns3
