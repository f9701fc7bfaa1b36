// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_TIMING_H
#define VMM_BGP_TIMING_H

#include "ns3/nstime.h"

#include <cstddef>
#include <functional>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * How long the things take that a router does. A route goes through: processing (UPDATEs one after
 * the other), the selection delay (changes are collected, so that a withdrawal and an announcement
 * of one prefix merge), selection, which takes no time; then, side by side, the install delay into
 * the forwarding table and the advertisement to each neighbour, when its interval allows it.
 */
struct BgpTiming
{
    Time processPerUpdate; //!< for an UPDATE
    Time processPerPrefix; //!< and for each prefix in it, announced or withdrawn
    /// Replaces both: the number of prefixes in, the time out; may be random.
    std::function<Time(size_t)> processingTime;
    Time selectionDelay; //!< from the first change to the selection, also of originated routes
    Time installDelay;   //!< from the selection to the forwarding table
    /// Replaces installDelay; may be random. Installation stays in order.
    std::function<Time()> installTime;
    Time advertiseStartDelay; //!< from the start of a session to the first UPDATE to it
    /// MinRouteAdvertisementInterval (RFC 4271 section 9.2.1.1) to external neighbours, kept per
    /// neighbour as daemons do.
    Time externalInterval;
    Time internalInterval;        //!< the same to internal neighbours
    bool withdrawalsWait = false; //!< whether withdrawals obey the interval too

    /**
     * @param prefixes announced and withdrawn ones in an UPDATE
     * @return how long the UPDATE takes; not negative
     */
    Time GetProcessingTime(size_t prefixes) const;
    /// @return how long an installation takes now; not negative
    Time GetInstallTime() const;

    /// @return everything at once
    static BgpTiming Instant();
    /// @return what BIRD does: acts at once, 0.3 ms for an UPDATE
    static BgpTiming Bird();
    /// @return what FRR does: selects 50 ms after the first change, at the originator too, and
    /// installs in 10 ms while it advertises; no advertisement interval, as its data centre profile
    static BgpTiming Frr();
    /**
     * @param name "Instant", "Bird" or "Frr"
     * @return the profile
     * @throws std::invalid_argument for another name
     */
    static BgpTiming FromProfile(const std::string& name);
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_TIMING_H
