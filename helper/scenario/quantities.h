// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_QUANTITIES_H
#define VMM_QUANTITIES_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/scenario-error.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

/// Whether a quantity may be zero. None may be negative.
enum class Bound : uint8_t
{
    NON_NEGATIVE, //!< zero is fine
    POSITIVE      //!< zero is refused
};

/*
 * Numbers are decimal, without exponent, independent of the locale, and exact: what is no whole
 * number of the smallest unit (byte, bit per second, nanosecond) is refused, and so is what does
 * not fit. A unit follows without a blank and is never left out, for zero neither. k, M, G, T are
 * powers of 1000; Ki, Mi, Gi, Ti of 1024.
 */

/**
 * @param text bytes: `1500B`, `64KiB`, `4GiB`, `1.5MB`
 * @param bound whether zero is fine
 * @return bytes, below 2^63
 * @throws ValueError if text is no such size
 */
uint64_t ParseSize(const std::string& text, Bound bound);
/**
 * @param text bits per second `10Gbps` or bytes per second `10MiB/s`
 * @param bound whether zero is fine
 * @return the rate, below 2^63 bit/s
 * @throws ValueError if text is no such rate
 */
DataRate ParseRate(const std::string& text, Bound bound);
/**
 * @param text `5ns`, `50us`, `10ms`, `1.5s`, `2min`, `1h`
 * @param bound whether zero is fine
 * @return the time
 * @throws ValueError if text is no such time
 */
Time ParseTime(const std::string& text, Bound bound);
/**
 * @param text length of a way: `80km`, `350m`, `328.5km`
 * @return metres, at most 10^9
 * @throws ValueError if text is no such length
 */
uint64_t ParseDistance(const std::string& text);
/**
 * @param text decimal digits
 * @param least smallest value allowed
 * @param most largest value allowed
 * @return the number
 * @throws ValueError if text is no such number
 */
uint64_t ParseCount(const std::string& text, uint64_t least, uint64_t most);
/**
 * @param text a decimal fraction, `-12.5` or `3`
 * @param least smallest value allowed
 * @param most largest value allowed
 * @return the number
 * @throws ValueError if text is no such number
 */
double ParseNumber(const std::string& text, double least, double most);

/**
 * @param text size of a queue: packets `100p`, or bytes `64KiB`
 * @return it as ns-3's QueueSize reads it, `100p` or `65536B`
 * @throws ValueError if text is no such size, or zero
 */
std::string ParseQueue(const std::string& text);

/// @param bytes a size @return it with the largest unit that leaves a whole number, `4GiB`
std::string FormatSize(uint64_t bytes);
/// @param rate a rate @return it with the largest unit that leaves a whole number, `10Gbps`
std::string FormatRate(const DataRate& rate);
/// @param time not negative @return it with the largest of ns, us, ms, s that leaves a whole number
std::string FormatTime(const Time& time);
/// @param metres a length @return it with the largest of m, km that leaves a whole number
std::string FormatDistance(uint64_t metres);

} // namespace vmm
} // namespace ns3

#endif // VMM_QUANTITIES_H
