// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BENCH_INSTRUCTIONS_H
#define VMM_BENCH_INSTRUCTIONS_H

#include <cstdint>
#include <optional>
#include <string>

namespace ns3
{
namespace vmm
{
namespace bench
{

/// @return whether valgrind is installed
bool CanCountInstructions();
/**
 * Runs this program with callgrind.
 * @param arguments what follows its name, as in a shell
 * @return how many instructions it took
 * @throws std::runtime_error if it failed or told no number
 */
uint64_t CountInstructions(const std::string& arguments);
/// @param line of callgrind @return the number of instructions in it, if it tells that
std::optional<uint64_t> ParseCollected(const std::string& line);

} // namespace bench
} // namespace vmm
} // namespace ns3

#endif // VMM_BENCH_INSTRUCTIONS_H
