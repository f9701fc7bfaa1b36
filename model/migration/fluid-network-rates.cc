// SPDX-License-Identifier: GPL-2.0-only
// What FluidNetwork computes anew, and how.
#include "ns3/fluid-network.h"
#include "ns3/max-min-share.h"
#include "ns3/node.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

FluidNetwork::Region
FluidNetwork::TakeChanged()
{
    Region region;
    std::vector<bool> seen(m_links.size(), false);
    std::vector<bool> met(m_lastFlow + 1, false);
    std::vector<uint32_t> links;
    std::vector<uint32_t> flows;
    links.swap(m_changedLinks);
    flows.swap(m_changedFlows);
    while (!links.empty() || !flows.empty())
    {
        if (!flows.empty())
        {
            const uint32_t id = flows.back();
            flows.pop_back();
            const auto found = m_flows.find(id);
            if (met[id] || found == m_flows.end())
            {
                continue;
            }
            met[id] = true;
            region.flows.push_back(id);
            links.insert(links.end(), found->second->m_links.begin(), found->second->m_links.end());
            continue;
        }
        const uint32_t link = links.back();
        links.pop_back();
        if (!seen[link])
        {
            seen[link] = true;
            region.links.push_back(link);
            for (uint32_t id : m_links[link]->GetFlows())
            {
                if (m_flows.at(id)->m_active)
                {
                    flows.push_back(id);
                }
            }
        }
    }
    std::sort(region.links.begin(), region.links.end());
    std::sort(region.flows.begin(), region.flows.end());
    return region;
}

bool
FluidNetwork::IsOpen(const FluidFlow& flow) const
{
    if (!flow.m_active || !flow.m_complete)
    {
        return false;
    }
    for (uint32_t link : flow.m_links)
    {
        if (!m_links[link]->IsUp())
        {
            return false;
        }
    }
    for (uint32_t node : flow.m_nodes)
    {
        if (m_watches.at(node)->crashed)
        {
            return false;
        }
    }
    return true;
}

std::vector<double>
FluidNetwork::ComputeRates(const Region& region)
{
    MaxMinShare share;
    std::vector<uint32_t> number(m_links.size());
    for (uint32_t link : region.links)
    {
        const PacketDemand& demand = m_links[link]->TakeDemand();
        const double capacity = m_links[link]->GetCapacity();
        number[link] = share.AddLink(std::max(capacity - demand.reserved, capacity * m_least));
    }
    std::vector<size_t> place;
    size_t count = 0;
    for (uint32_t id : region.flows)
    {
        const FluidFlow& flow = *m_flows.at(id);
        place.push_back(IsOpen(flow) ? count++ : m_flows.size());
        if (place.back() == m_flows.size())
        {
            continue;
        }
        std::vector<uint32_t> links;
        for (uint32_t link : flow.m_links)
        {
            links.push_back(number[link]);
        }
        share.AddFlow(links, flow.m_spec.weight, flow.m_limit / flow.m_spec.efficiency);
    }
    for (uint32_t link : region.links)
    {
        const PacketDemand& demand = m_links[link]->GetTakenDemand();
        if (demand.weight > 0)
        {
            share.AddFlow({number[link]}, demand.weight, demand.limit);
        }
    }
    const std::vector<double> shares = share.Solve();
    std::vector<double> rates;
    for (size_t i : place)
    {
        rates.push_back(i < m_flows.size() ? shares[i] : 0);
    }
    return rates;
}

void
FluidNetwork::Update()
{
    m_updating = true;
    for (const auto& [id, flow] : m_flows)
    {
        if (flow->m_moved)
        {
            Reroute(*flow);
        }
    }
    const Region region = TakeChanged();
    const std::vector<double> rates = ComputeRates(region);
    std::map<uint32_t, double> sums;
    std::vector<Ptr<FluidFlow>> told;
    for (size_t i = 0; i < region.flows.size(); ++i)
    {
        Ptr<FluidFlow> flow = m_flows.at(region.flows[i]);
        const bool news = flow->m_started || flow->m_rate != rates[i];
        flow->m_started = false;
        if (news)
        {
            SetRate(*flow, rates[i]);
            told.push_back(flow);
        }
        for (uint32_t link : flow->m_links)
        {
            sums[link] += rates[i];
        }
    }
    for (uint32_t link : region.links)
    {
        FluidLink& l = *m_links[link];
        if (l.SetFluidRate(sums[link]))
        {
            m_linkRate(
                l.GetSender()->GetNode()->GetId(), l.GetSender(), sums[link], l.GetPacketRate());
        }
    }
    m_updating = false;
    for (const auto& flow : told)
    {
        m_flowRate(flow, flow->GetRate());
        const auto callback = flow->m_spec.rateSet; // it may close the flow
        if (callback)
        {
            callback();
        }
    }
    if (!m_changedFlows.empty() || !m_changedLinks.empty())
    {
        Touch();
    }
}

} // namespace vmm
} // namespace ns3
