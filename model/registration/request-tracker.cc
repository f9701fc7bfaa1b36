// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/request-tracker.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// Over which pacing counts.
const int64_t PACING_SECONDS = 1;

} // namespace

RequestTracker::RequestTracker(const RequestTimers& timers)
    : m_timers(timers)
{
    if (!timers.initialTimeout.IsStrictlyPositive() || timers.maxTimeout < timers.initialTimeout)
    {
        throw std::invalid_argument(
            "registration: expected 0 < initial timeout <= maximum timeout");
    }
    if (timers.maxRate == 0)
    {
        throw std::invalid_argument("registration: found rate 0, expected 1 or more a second");
    }
}

RequestTracker::Added
RequestTracker::Add(const RequestPath& path, Time now)
{
    while (m_nextHandle == 0 || m_pending.count(m_nextHandle))
    {
        m_nextHandle++;
    }
    const uint32_t handle = m_nextHandle++;
    Pending& pending = m_pending[handle];
    pending = {path, now, m_timers.initialTimeout, 0};
    const bool transmit = TryTransmit(handle, pending, now);
    ForgetOldPaths(now);
    return {handle, transmit};
}

bool
RequestTracker::Remove(uint32_t handle)
{
    const auto it = m_pending.find(handle);
    if (it == m_pending.end())
    {
        return false;
    }
    m_agenda.erase({it->second.due, handle});
    m_pending.erase(it);
    return true;
}

std::vector<RequestAction>
RequestTracker::Advance(Time now)
{
    std::vector<RequestAction> actions;
    while (!m_agenda.empty() && m_agenda.begin()->first <= now)
    {
        const uint32_t handle = m_agenda.begin()->second;
        m_agenda.erase(m_agenda.begin());
        Pending& pending = m_pending.at(handle);
        if (pending.transmissions > m_timers.maxRetransmissions)
        {
            actions.push_back({RequestAction::GIVE_UP, handle, pending.transmissions});
            m_pending.erase(handle);
            continue;
        }
        if (TryTransmit(handle, pending, now))
        {
            actions.push_back({RequestAction::TRANSMIT, handle, pending.transmissions});
        }
    }
    ForgetOldPaths(now);
    return actions;
}

/// Counts a transmission unless pacing forbids it; enters the next due time. @return whether to
/// send
bool
RequestTracker::TryTransmit(uint32_t handle, Pending& pending, Time now)
{
    const auto blocked = GetBlockedUntil(pending.path, now);
    if (blocked)
    {
        pending.due = *blocked;
    }
    else
    {
        m_recent[pending.path].push_back(now);
        pending.transmissions++;
        pending.due = now + pending.timeout;
        pending.timeout = std::min(pending.timeout + pending.timeout, m_timers.maxTimeout);
    }
    m_agenda.emplace(pending.due, handle);
    return !blocked;
}

std::optional<Time>
RequestTracker::GetNextTime() const
{
    return m_agenda.empty() ? std::nullopt : std::optional<Time>(m_agenda.begin()->first);
}

uint32_t
RequestTracker::GetTransmissions(uint32_t handle) const
{
    const auto it = m_pending.find(handle);
    return it == m_pending.end() ? 0 : it->second.transmissions;
}

/// @return when the path may be used again; none if it may be used now
std::optional<Time>
RequestTracker::GetBlockedUntil(const RequestPath& path, Time now)
{
    const auto it = m_recent.find(path);
    if (it == m_recent.end())
    {
        return std::nullopt;
    }
    auto& times = it->second;
    while (!times.empty() && times.front() + Seconds(PACING_SECONDS) <= now)
    {
        times.pop_front();
    }
    if (times.size() < m_timers.maxRate)
    {
        return std::nullopt;
    }
    return times.front() + Seconds(PACING_SECONDS);
}

/// Keeps m_recent from growing with every path ever used; linear in its size, but rarely done.
void
RequestTracker::ForgetOldPaths(Time now)
{
    if (m_recent.size() < m_sweepAt)
    {
        return;
    }
    for (auto it = m_recent.begin(); it != m_recent.end();)
    {
        const bool old = it->second.back() + Seconds(PACING_SECONDS) <= now;
        it = old ? m_recent.erase(it) : std::next(it);
    }
    m_sweepAt = std::max<size_t>(1024, 2 * m_recent.size());
}

DuplicateCache::DuplicateCache(size_t maxEntries, Time holdTime)
    : m_maxEntries(maxEntries),
      m_holdTime(holdTime)
{
}

std::string
DuplicateCache::MakeKey(const IpAddress& from, uint16_t port, const std::vector<uint8_t>& octets)
{
    std::string key;
    key.reserve(20 + octets.size());
    key.push_back(static_cast<char>(from.GetSize()));
    key.append(from.GetBytes(), from.GetBytes() + from.GetSize());
    key.push_back(static_cast<char>(port >> 8));
    key.push_back(static_cast<char>(port & 0xff));
    key.append(octets.begin(), octets.end());
    return key;
}

DuplicateCache::Finding
DuplicateCache::Check(const std::string& key, Time now)
{
    while (!m_order.empty() && m_order.front().first <= now)
    {
        Forget(std::string(m_order.front().second));
    }
    const auto it = m_entries.find(key);
    if (it != m_entries.end())
    {
        const auto& reply = it->second.reply;
        return reply ? Finding{ANSWERED, &*reply} : Finding{IN_PROGRESS, nullptr};
    }
    if (m_entries.size() >= m_maxEntries && !m_order.empty())
    {
        Forget(std::string(m_order.front().second));
    }
    m_order.emplace_back(now + m_holdTime, key);
    m_entries[key] = {std::prev(m_order.end()), std::nullopt};
    return {FRESH, nullptr};
}

void
DuplicateCache::Answer(const std::string& key, const Reply& reply)
{
    const auto it = m_entries.find(key);
    if (it != m_entries.end())
    {
        it->second.reply = reply;
    }
}

void
DuplicateCache::Forget(const std::string& key)
{
    const auto it = m_entries.find(key);
    if (it != m_entries.end())
    {
        m_order.erase(it->second.place);
        m_entries.erase(it);
    }
}

void
DuplicateCache::Clear()
{
    m_order.clear();
    m_entries.clear();
}

} // namespace vmm
} // namespace ns3
