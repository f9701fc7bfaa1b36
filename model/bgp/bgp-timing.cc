// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-timing.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

Time
BgpTiming::GetProcessingTime(size_t prefixes) const
{
    Time time = processingTime
                    ? processingTime(prefixes)
                    : processPerUpdate + processPerPrefix * static_cast<int64_t>(prefixes);
    return std::max(time, Time());
}

Time
BgpTiming::GetInstallTime() const
{
    return std::max(installTime ? installTime() : installDelay, Time());
}

BgpTiming
BgpTiming::Instant()
{
    return BgpTiming();
}

BgpTiming
BgpTiming::Bird()
{
    BgpTiming timing;
    timing.processPerUpdate = MicroSeconds(300);
    return timing;
}

BgpTiming
BgpTiming::Frr()
{
    BgpTiming timing;
    timing.selectionDelay = MilliSeconds(50);
    timing.installDelay = MilliSeconds(10);
    return timing;
}

BgpTiming
BgpTiming::FromProfile(const std::string& name)
{
    if (name == "Instant")
    {
        return Instant();
    }
    if (name == "Bird")
    {
        return Bird();
    }
    if (name == "Frr")
    {
        return Frr();
    }
    throw std::invalid_argument("BGP profile: found \"" + name +
                                "\", expected \"Instant\", \"Bird\" or \"Frr\"");
}

} // namespace vmm
} // namespace ns3
