// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/max-min-share.h"

#include <algorithm>
#include <numeric>

namespace ns3
{
namespace vmm
{

namespace
{
/// Links whose levels differ by no more than rounding are full at once.
constexpr double ROUNDING = 1e-12;
} // namespace

uint32_t
MaxMinShare::AddLink(double capacity)
{
    m_links.push_back({capacity, {}});
    return static_cast<uint32_t>(m_links.size() - 1);
}

uint32_t
MaxMinShare::AddFlow(const std::vector<uint32_t>& links, double weight, double limit)
{
    const auto flow = static_cast<uint32_t>(m_flows.size());
    m_flows.push_back({links, weight, limit});
    for (uint32_t link : links)
    {
        m_links[link].flows.push_back(flow);
    }
    return flow;
}

void
MaxMinShare::Rest(Filling& filling, uint32_t flow, double rate) const
{
    filling.rate[flow] = rate;
    filling.rests[flow] = true;
    for (uint32_t link : m_flows[flow].links)
    {
        filling.left[link] = std::max(0.0, filling.left[link] - rate);
        filling.weight[link] -= m_flows[flow].weight;
    }
}

std::vector<double>
MaxMinShare::Solve() const
{
    Filling filling;
    filling.rate.resize(m_flows.size(), UNLIMITED);
    filling.rests.resize(m_flows.size(), false);
    filling.weight.resize(m_links.size(), 0);
    std::vector<size_t> growing(m_links.size());
    std::vector<uint32_t> byLimit(m_flows.size());
    for (size_t link = 0; link < m_links.size(); ++link)
    {
        filling.left.push_back(m_links[link].capacity);
        growing[link] = m_links[link].flows.size();
        for (uint32_t flow : m_links[link].flows)
        {
            filling.weight[link] += m_flows[flow].weight;
        }
    }
    std::iota(byLimit.begin(), byLimit.end(), 0);
    auto level = [this](uint32_t flow)
    {
        return m_flows[flow].limit / m_flows[flow].weight;
    };
    std::stable_sort(byLimit.begin(),
                     byLimit.end(),
                     [&](uint32_t a, uint32_t b)
                     {
                         return level(a) < level(b);
                     });
    auto rest = [&](uint32_t flow, double rate)
    {
        Rest(filling, flow, rate);
        for (uint32_t link : m_flows[flow].links)
        {
            --growing[link];
        }
    };
    size_t next = 0;
    while (true)
    {
        while (next < byLimit.size() && filling.rests[byLimit[next]])
        {
            ++next;
        }
        const double limit = next < byLimit.size() ? level(byLimit[next]) : UNLIMITED;
        double full = UNLIMITED;
        for (size_t link = 0; link < m_links.size(); ++link)
        {
            if (growing[link] > 0)
            {
                full = std::min(full, filling.left[link] / filling.weight[link]);
            }
        }
        if (limit == UNLIMITED && full == UNLIMITED)
        {
            return filling.rate;
        }
        if (limit <= full)
        {
            rest(byLimit[next], m_flows[byLimit[next]].limit);
            continue;
        }
        for (size_t link = 0; link < m_links.size(); ++link)
        {
            if (growing[link] == 0 ||
                filling.left[link] / filling.weight[link] > full * (1 + ROUNDING))
            {
                continue;
            }
            for (uint32_t flow : m_links[link].flows)
            {
                if (!filling.rests[flow])
                {
                    rest(flow, full * m_flows[flow].weight);
                }
            }
        }
    }
}

} // namespace vmm
} // namespace ns3
