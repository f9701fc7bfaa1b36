// SPDX-License-Identifier: GPL-2.0-only
#include "support/paired-runner.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <stdexcept>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

namespace ns3
{
namespace vmm
{
namespace bench
{
namespace
{

/// @return the middle of the values
double
Median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    size_t half = values.size() / 2;
    return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

/// Prints what follows "name" in a row of the table.
void
PrintRow(const Comparison& comparison, const Outcome& outcome)
{
    char interval[40];
    char bar[24] = "-";
    std::snprintf(interval, sizeof(interval), "[%.3f, %.3f]", outcome.low, outcome.high);
    if (comparison.bar > 0)
    {
        std::snprintf(bar, sizeof(bar), "%.2f", comparison.bar);
    }
    std::printf("%-20s %7.3f  %-16s %5s  %-7s %8.1f %8.1f %-4s %s\n",
                comparison.name.c_str(),
                outcome.ratio,
                interval,
                bar,
                comparison.bar <= 0 ? "-"
                : outcome.missed    ? "MISSED"
                                    : "ok",
                outcome.subject * comparison.scale,
                outcome.reference * comparison.scale,
                comparison.unit.c_str(),
                comparison.description.c_str());
    std::fflush(stdout);
}

} // namespace

double
CpuSeconds()
{
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

std::vector<double>
CollectInChild(const std::function<std::vector<double>()>& measure, size_t count)
{
    int ends[2];
    if (pipe(ends) != 0)
    {
        throw std::runtime_error("no pipe");
    }
    std::fflush(nullptr);
    pid_t child = fork();
    if (child < 0)
    {
        throw std::runtime_error("no child process");
    }
    const size_t size = count * sizeof(double);
    if (child == 0)
    {
        bool written = false;
        try
        {
            std::vector<double> results = measure();
            written = results.size() == count &&
                      write(ends[1], results.data(), size) == static_cast<ssize_t>(size);
        }
        catch (const std::exception& error)
        {
            std::fprintf(stderr, "found %s\n", error.what());
        }
        _exit(written ? 0 : 1);
    }
    close(ends[1]);
    std::vector<double> results(count);
    // So few numbers are written and read at once (PIPE_BUF).
    bool got = read(ends[0], results.data(), size) == static_cast<ssize_t>(size);
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (!got || status != 0)
    {
        throw std::runtime_error("a measurement failed");
    }
    return results;
}

double
RunInChild(const Measure& measure)
{
    auto collect = [&]()
    {
        return std::vector<double>{measure()};
    };
    double result = CollectInChild(collect, 1)[0];
    if (!(result > 0))
    {
        throw std::runtime_error("a measurement failed");
    }
    return result;
}

size_t
MedianRank(size_t count)
{
    // Below the k-th smallest lies the median with probability P(Binomial(count, 1/2) < k).
    double term = std::pow(0.5, static_cast<double>(count));
    double below = 0;
    size_t k = 0;
    while (k < count / 2 && below + term <= 0.025)
    {
        below += term;
        term *= static_cast<double>(count - k) / static_cast<double>(k + 1);
        ++k;
    }
    return std::max<size_t>(k, 1);
}

Outcome
RunPairs(const Comparison& comparison, size_t pairs)
{
    std::vector<double> subjects;
    std::vector<double> references;
    std::vector<double> ratios;
    for (size_t i = 0; i < pairs; ++i)
    {
        bool subjectFirst = i % 2 == 0;
        double first = RunInChild(subjectFirst ? comparison.subject : comparison.reference);
        double second = RunInChild(subjectFirst ? comparison.reference : comparison.subject);
        subjects.push_back(subjectFirst ? first : second);
        references.push_back(subjectFirst ? second : first);
        ratios.push_back(subjects.back() / references.back());
    }
    Outcome outcome;
    outcome.subject = Median(subjects);
    outcome.reference = Median(references);
    outcome.ratio = Median(ratios);
    std::sort(ratios.begin(), ratios.end());
    size_t rank = MedianRank(pairs);
    outcome.low = ratios[rank - 1];
    outcome.high = ratios[pairs - rank];
    outcome.missed = comparison.bar > 0 && outcome.low > comparison.bar;
    return outcome;
}

int
RunAndPrint(const std::vector<Comparison>& comparisons, size_t pairs)
{
    std::printf("%zu pairs each; ratio: median, interval of the median with >= 95 %% confidence\n",
                pairs);
    std::printf("%-20s %7s  %-16s %5s  %-7s %8s %8s %-4s %s\n",
                "name",
                "ratio",
                "interval",
                "bar",
                "verdict",
                "subject",
                "refer.",
                "unit",
                "what");
    int status = 0;
    for (const auto& comparison : comparisons)
    {
        Outcome outcome = RunPairs(comparison, pairs);
        PrintRow(comparison, outcome);
        status |= outcome.missed ? 1 : 0;
    }
    return status;
}

} // namespace bench
} // namespace vmm
} // namespace ns3
