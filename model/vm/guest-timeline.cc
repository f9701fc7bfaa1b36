// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/guest-timeline.h"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace vmm
{

int64_t
GuestTimeline::Run(int64_t now) const
{
    const int64_t passed = now - m_since;
    // long double holds every count of steps exactly where it has 64 bits of mantissa.
    return m_guest +
           (m_speed == 1 ? passed : std::llround(static_cast<long double>(passed) * m_speed));
}

int64_t
GuestTimeline::GetTime(int64_t now) const
{
    return m_frozen ? m_held : Run(now);
}

int64_t
GuestTimeline::GetWhen(int64_t due) const
{
    const int64_t left = due - m_guest;
    if (m_speed == 1)
    {
        return m_since + left;
    }
    constexpr int64_t NEVER = std::numeric_limits<int64_t>::max();
    const long double wait = static_cast<long double>(left) / m_speed;
    return wait < static_cast<long double>(NEVER - m_since) ? m_since + std::llround(wait) : NEVER;
}

void
GuestTimeline::Freeze(int64_t now)
{
    if (!m_frozen)
    {
        m_held = Run(now);
        m_frozen = true;
    }
}

void
GuestTimeline::Thaw(int64_t now)
{
    if (m_frozen)
    {
        m_guest = m_held;
        m_since = now;
        m_frozen = false;
    }
}

void
GuestTimeline::CatchUp()
{
    m_frozen = false;
}

void
GuestTimeline::SetSpeed(int64_t now, double speed)
{
    if (!(speed > 0 && speed <= 1))
    {
        throw std::invalid_argument("a guest's speed is above 0 and at most 1, not " +
                                    std::to_string(speed));
    }
    m_guest = Run(now);
    m_since = now;
    m_speed = speed;
}

} // namespace vmm
} // namespace ns3
