// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BENCH_PAIRED_RUNNER_H
#define VMM_BENCH_PAIRED_RUNNER_H

#include <functional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{
namespace bench
{

/// A measurement: runs in a process of its own and returns one positive number.
using Measure = std::function<double()>;

/// Two things to compare.
struct Comparison
{
    std::string name;        //!< one word
    std::string description; //!< what is divided by what
    Measure subject;         //!< the numerator
    Measure reference;       //!< the denominator
    double bar = 0;          //!< the ratio must not be above it; 0: no bar
    std::string unit;        //!< of what both return, for the reader
    double scale = 1;        //!< what a returned number is multiplied with to be in that unit
};

/// What came out.
struct Outcome
{
    double ratio = 0;     //!< median of the pairs
    double low = 0;       //!< interval of the median
    double high = 0;      //!< interval of the median
    double subject = 0;   //!< median of the numerators
    double reference = 0; //!< median of the denominators
    bool missed = false;  //!< the whole interval lies above the bar
};

/// @return the CPU time of this process until now, s
double CpuSeconds();

/**
 * Runs a measurement in a child process, so that no run sees the memory that another has left.
 * @param measure what
 * @param count how many numbers it returns
 * @return them
 * @throws std::runtime_error if the child fails
 */
std::vector<double> CollectInChild(const std::function<std::vector<double>()>& measure,
                                   size_t count);
/**
 * Runs a measurement in a child process, as CollectInChild() does.
 * @param measure what
 * @return its result
 * @throws std::runtime_error if the child fails
 */
double RunInChild(const Measure& measure);

/**
 * @param count how many values there are
 * @return k such that the k-th smallest and the k-th largest (from 1) bound the median with at
 *         least 95 % confidence, whatever the distribution
 */
size_t MedianRank(size_t count);

/**
 * Runs subject and reference in turn, the order of the two alternating from pair to pair.
 * @param comparison what
 * @param pairs how many, at least 6
 * @return the outcome
 */
Outcome RunPairs(const Comparison& comparison, size_t pairs);

/**
 * Runs comparisons and prints a table.
 * @param comparisons which
 * @param pairs how many of each
 * @return 0; 1 if a bar was missed
 */
int RunAndPrint(const std::vector<Comparison>& comparisons, size_t pairs);

} // namespace bench
} // namespace vmm
} // namespace ns3

#endif // VMM_BENCH_PAIRED_RUNNER_H
