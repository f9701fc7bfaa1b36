// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/next-hop-group.h"

namespace ns3
{
namespace vmm
{

NextHopGroup::NextHopGroup(const std::vector<NextHop>& nextHops,
                           const std::function<bool(const NetDevice*)>& isUp)
{
    for (const auto& nextHop : nextHops)
    {
        Hop hop;
        hop.nextHop = nextHop;
        m_hops.push_back(hop);
    }
    Refresh(isUp);
}

const NextHopGroup::Hop*
NextHopGroup::FindOver(const Ptr<NetDevice>& device) const
{
    for (const Hop* hop : m_live)
    {
        if (hop->nextHop.device == device)
        {
            return hop;
        }
    }
    return nullptr;
}

void
NextHopGroup::Refresh(const std::function<bool(const NetDevice*)>& isUp)
{
    m_live.clear();
    for (auto& hop : m_hops)
    {
        hop.up = isUp(PeekPointer(hop.nextHop.device));
        if (hop.up)
        {
            m_live.push_back(&hop);
        }
    }
}

void
NextHopGroup::ForgetRoutes()
{
    for (auto& hop : m_hops)
    {
        hop.ipv4Route = nullptr;
        hop.ipv6Route = nullptr;
    }
}

NextHopGroups::Key
NextHopGroups::MakeKey(const std::vector<NextHop>& nextHops)
{
    Key key;
    key.reserve(nextHops.size());
    for (const auto& hop : nextHops)
    {
        key.emplace_back(hop.gateway, hop.device->GetIfIndex());
    }
    return key;
}

NextHopGroups::Handle
NextHopGroups::Get(const std::vector<NextHop>& nextHops,
                   const std::function<bool(const NetDevice*)>& isUp)
{
    auto& handle = m_groups[MakeKey(nextHops)];
    if (!handle)
    {
        handle = std::make_shared<NextHopGroup>(nextHops, isUp);
        if (m_free.empty())
        {
            m_free.push_back(static_cast<uint32_t>(m_byIndex.size()));
            m_byIndex.push_back(nullptr);
        }
        handle->m_index = m_free.back();
        m_byIndex[handle->m_index] = handle.get();
        m_free.pop_back();
    }
    return handle;
}

void
NextHopGroups::Release(const std::vector<NextHop>& nextHops, Handle& handle)
{
    if (handle.use_count() == 2)
    {
        m_byIndex[handle->m_index] = nullptr;
        m_free.push_back(handle->m_index);
        m_groups.erase(MakeKey(nextHops));
    }
    handle.reset();
}

void
NextHopGroups::ForEach(const std::function<void(NextHopGroup&)>& visit)
{
    for (auto& item : m_groups)
    {
        visit(*item.second);
    }
}

void
NextHopGroups::Clear()
{
    m_groups.clear();
    m_byIndex = {nullptr};
    m_free.clear();
}

} // namespace vmm
} // namespace ns3
