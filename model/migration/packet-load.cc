// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/packet-load.h"

#include <algorithm>
#include <functional>

namespace ns3
{
namespace vmm
{

namespace
{
/// A rate that falls is the mean of what it was and what it is: a TCP flow may rest for a window.
constexpr double MEMORY = 0.5;
/// A flow with less than this part of the load is forgotten.
constexpr double NEGLIGIBLE = 1e-3;
/// A flow competes if it has at least this part of the mean of those with more.
constexpr double COMPARABLE = 0.25;

/// @return the new value of a rate that rises at once and falls slowly
double
Follow(double old, double now)
{
    return std::max(now, MEMORY * old + (1 - MEMORY) * now);
}
} // namespace

PacketLoad::PacketLoad(Rules rules)
    : m_rules(rules)
{
}

void
PacketLoad::Add(uint32_t octets, uint64_t flow, bool shares)
{
    m_octets += octets;
    if (!shares)
    {
        m_rest += octets;
        return;
    }
    const auto [place, isNew] = m_index.emplace(flow, m_flows.size());
    if (isNew)
    {
        m_flows.push_back({flow, 0, 0});
    }
    m_flows[place->second].octets += octets;
}

bool
PacketLoad::IsEmpty() const
{
    return m_octets == 0;
}

void
PacketLoad::UpdateFlows(double seconds)
{
    double sum = 0;
    for (Flow& flow : m_flows)
    {
        flow.rate = Follow(flow.rate, flow.octets * 8 / seconds);
        flow.octets = 0;
        sum += flow.rate;
    }
    const auto last = std::remove_if(m_flows.begin(),
                                     m_flows.end(),
                                     [&](const Flow& flow)
                                     {
                                         return flow.rate < NEGLIGIBLE * sum;
                                     });
    if (last != m_flows.end())
    {
        m_flows.erase(last, m_flows.end());
        m_index.clear();
        for (size_t i = 0; i < m_flows.size(); ++i)
        {
            m_index[m_flows[i].hash] = i;
        }
    }
}

double
PacketLoad::FindCompetitors(uint32_t& count) const
{
    std::vector<double> rates;
    for (const Flow& flow : m_flows)
    {
        rates.push_back(flow.rate);
    }
    std::sort(rates.begin(), rates.end(), std::greater<>());
    count = 0;
    double sum = 0;
    for (double rate : rates)
    {
        if (count > 0 && rate < COMPARABLE * sum / count)
        {
            break;
        }
        sum += rate;
        ++count;
    }
    return count > 0 ? rates[count - 1] : 0;
}

void
PacketLoad::Close(double seconds, double offered)
{
    const bool filled = m_octets >= m_rules.saturation * offered;
    m_rate = m_octets * 8 / seconds;
    m_restRate = Follow(m_restRate, m_rest * 8 / seconds);
    m_octets = 0;
    m_rest = 0;
    UpdateFlows(seconds);
    uint32_t competitors = 0;
    const double least = FindCompetitors(competitors);
    double light = 0;
    double heavy = 0;
    for (const Flow& flow : m_flows)
    {
        (flow.rate < least ? light : heavy) += flow.rate;
    }
    m_demand = PacketDemand();
    m_demand.weight = competitors;
    m_demand.reserved = (m_restRate + light) * (1 + m_rules.headroom);
    if (!filled)
    {
        m_demand.limit = heavy * (1 + m_rules.headroom);
    }
}

void
PacketLoad::Clear()
{
    m_flows.clear();
    m_index.clear();
    m_octets = 0;
    m_rest = 0;
    m_restRate = 0;
    m_rate = 0;
    m_demand = PacketDemand();
}

const PacketDemand&
PacketLoad::GetDemand() const
{
    return m_demand;
}

double
PacketLoad::GetRate() const
{
    return m_rate;
}

} // namespace vmm
} // namespace ns3
