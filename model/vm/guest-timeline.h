// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_GUEST_TIMELINE_H
#define VMM_GUEST_TIMELINE_H

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * Guest time as a piecewise linear function of simulated time: it stands still in a freeze and
 * else runs at a speed of at most 1. All times are in time steps; simulated time must not go back
 * from call to call.
 *
 * Rounding is to the nearest step. As no speed is above 1, each instant of guest time is met by an
 * instant of simulated time, so that a guest's periodic timer does not drift.
 */
class GuestTimeline
{
  public:
    /// @param now simulated time @return guest time
    int64_t GetTime(int64_t now) const;
    /**
     * @param due an instant of guest time
     * @return when it comes, in simulated time, if the clock runs on as it does; the largest value
     * there is if that is too far away. Not to be asked in a freeze.
     */
    int64_t GetWhen(int64_t due) const;
    /// Stops the clock. No effect while it is stopped. @param now simulated time
    void Freeze(int64_t now);
    /// Lets the clock run on from where it stopped. No effect if it runs. @param now simulated time
    void Thaw(int64_t now);
    /// Lets the clock run on as if the freeze had not been. No effect if it runs.
    void CatchUp();
    /**
     * Changes the speed, also in a freeze.
     * @param now simulated time
     * @param speed guest time per simulated time, above 0, at most 1
     * @throws std::invalid_argument if the speed is none
     */
    void SetSpeed(int64_t now, double speed);

    /// @return the speed, also in a freeze
    double GetSpeed() const
    {
        return m_speed;
    }

    /// @return whether the clock stands still
    bool IsFrozen() const
    {
        return m_frozen;
    }

  private:
    /// @param now simulated time @return guest time without regard to a freeze under way
    int64_t Run(int64_t now) const;

    int64_t m_since = 0;   //!< simulated time from which the present speed counts
    int64_t m_guest = 0;   //!< guest time at m_since
    int64_t m_held = 0;    //!< guest time of the freeze under way
    double m_speed = 1;    //!< guest time per simulated time
    bool m_frozen = false; //!< the clock stands still
};

} // namespace vmm
} // namespace ns3

#endif // VMM_GUEST_TIMELINE_H
