// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/move-queue.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return whether two sets have something in common
bool
Overlap(const std::set<std::string>& a, const std::set<std::string>& b)
{
    return std::any_of(a.begin(),
                       a.end(),
                       [&b](const std::string& name)
                       {
                           return b.count(name) != 0;
                       });
}

const char HOST[] = "host "; //!< begins the name of a server's link
const char RACK[] = "rack "; //!< begins the name of a rack's uplinks

} // namespace

void
MoveQueue::SetLimits(const MoveLimits& limits)
{
    m_limits = limits;
}

void
MoveQueue::Push(uint32_t move)
{
    m_waiting.push_back({move, 0});
}

bool
MoveQueue::Remove(uint32_t move)
{
    const auto found = std::find_if(m_waiting.begin(),
                                    m_waiting.end(),
                                    [move](const Waiting& waiting)
                                    {
                                        return waiting.move == move;
                                    });
    if (found == m_waiting.end())
    {
        return false;
    }
    m_waiting.erase(found);
    return true;
}

MoveQueue::Links
MoveQueue::GetLinks(const MoveEnds& ends) const
{
    Links links;
    if (m_limits.perHost != 0)
    {
        links.insert(HOST + ends.source.server + " out");
        links.insert(HOST + ends.destination.server + " in");
    }
    if (m_limits.perRack != 0 && ends.source.rack != ends.destination.rack)
    {
        if (!ends.source.rack.empty())
        {
            links.insert(RACK + ends.source.rack + " out");
        }
        if (!ends.destination.rack.empty())
        {
            links.insert(RACK + ends.destination.rack + " in");
        }
    }
    return links;
}

bool
MoveQueue::Admits(const Links& links) const
{
    return std::all_of(links.begin(),
                       links.end(),
                       [this](const std::string& link)
                       {
                           const auto used = m_used.find(link);
                           const bool host = link.compare(0, sizeof(HOST) - 1, HOST) == 0;
                           return used == m_used.end() ||
                                  used->second < (host ? m_limits.perHost : m_limits.perRack);
                       });
}

void
MoveQueue::CountOvertaking(const std::map<uint32_t, Links>& before, const Links& links)
{
    for (auto& waiting : m_waiting)
    {
        const auto found = before.find(waiting.move);
        if (found != before.end() && Overlap(found->second, links))
        {
            ++waiting.overtaken;
        }
    }
}

std::optional<uint32_t>
MoveQueue::Next(const Locator& locate)
{
    if (m_limits.total != 0 && m_running.size() >= m_limits.total)
    {
        return std::nullopt;
    }
    Links held;                       // by those that may not be overtaken any more
    std::map<uint32_t, Links> before; // what those need that are passed over
    for (auto waiting = m_waiting.begin(); waiting != m_waiting.end(); ++waiting)
    {
        const auto ends = locate(waiting->move);
        if (!ends)
        {
            continue;
        }
        const Links links = GetLinks(*ends);
        if (Admits(links) && !Overlap(links, held))
        {
            const uint32_t move = waiting->move;
            m_waiting.erase(waiting);
            CountOvertaking(before, links);
            for (const auto& link : links)
            {
                ++m_used[link];
            }
            m_running[move] = links;
            return move;
        }
        if (waiting->overtaken >= m_limits.overtakes)
        {
            held.insert(links.begin(), links.end());
        }
        before[waiting->move] = links;
    }
    return std::nullopt;
}

void
MoveQueue::Closed(uint32_t move)
{
    const auto found = m_running.find(move);
    if (found == m_running.end())
    {
        return;
    }
    for (const auto& link : found->second)
    {
        --m_used[link];
    }
    m_running.erase(found);
}

size_t
MoveQueue::GetWaiting() const
{
    return m_waiting.size();
}

size_t
MoveQueue::GetRunning() const
{
    return m_running.size();
}

} // namespace vmm
} // namespace ns3
