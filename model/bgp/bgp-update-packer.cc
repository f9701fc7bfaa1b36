// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-update-packer.h"

namespace ns3
{
namespace vmm
{

void
BgpUpdatePacker::Withdraw(const IpPrefix& prefix)
{
    m_withdrawn[prefix.GetAddress().IsIpv4() ? 0 : 1].push_back(prefix);
}

void
BgpUpdatePacker::Announce(const IpPrefix& prefix, const BgpAttributesPtr& attributes)
{
    if (!m_groups.empty() && m_groups.back().first == attributes)
    {
        m_groups.back().second.push_back(prefix);
        return;
    }
    auto [it, added] = m_index.try_emplace(attributes.get(), m_groups.size());
    if (added)
    {
        m_groups.emplace_back(attributes, std::vector<IpPrefix>());
    }
    m_groups[it->second].second.push_back(prefix);
}

std::vector<BgpUpdateMessage>
BgpUpdatePacker::Take()
{
    std::vector<BgpUpdateMessage> messages;
    for (auto& withdrawn : m_withdrawn)
    {
        if (!withdrawn.empty())
        {
            messages.emplace_back();
            messages.back().withdrawn = std::move(withdrawn);
            withdrawn.clear();
        }
    }
    for (auto& [attributes, prefixes] : m_groups)
    {
        messages.emplace_back();
        messages.back().attributes = *attributes;
        messages.back().announced = std::move(prefixes);
    }
    m_groups.clear();
    m_index.clear();
    return messages;
}

} // namespace vmm
} // namespace ns3
