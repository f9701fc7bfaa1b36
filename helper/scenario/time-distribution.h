// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TIME_DISTRIBUTION_H
#define VMM_TIME_DISTRIBUTION_H

#include "ns3/nstime.h"
#include "ns3/ptr.h"
#include "ns3/quantities.h"
#include "ns3/random-variable-stream.h"

#include <string>

namespace ns3
{
namespace vmm
{

/// A time that is drawn again and again, as a field of a scenario gives it.
struct TimeDistribution
{
    /// Its form.
    enum class Kind : uint8_t
    {
        CONSTANT,    //!< always the mean
        EXPONENTIAL, //!< memoryless
        PARETO       //!< heavy tail, bounded below by mean x (shape - 1) / shape
    };

    Kind kind = Kind::CONSTANT; //!< form
    Time mean;                  //!< expected value
    double shape = 0;           //!< of PARETO, above 1 so that there is a mean

    /// @return as in a file: `10ms`, `exponential 10ms`, `pareto 10ms 1.5`
    std::string ToString() const;
    /**
     * @param random false: the mean, always
     * @return a variable of these times, in seconds
     */
    Ptr<RandomVariableStream> MakeVariable(bool random) const;
};

/**
 * @param text `10ms`, `exponential 10ms`, or `pareto 10ms 1.5` with the shape, above 1 to 100
 * @param bound whether a mean of zero is fine; only a constant may have it
 * @return the distribution
 * @throws ValueError if text is no such distribution
 */
TimeDistribution ParseTimeDistribution(const std::string& text, Bound bound);

} // namespace vmm
} // namespace ns3

#endif // VMM_TIME_DISTRIBUTION_H
