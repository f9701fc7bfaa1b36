// SPDX-License-Identifier: GPL-2.0-only
#include "support/instructions.h"

#include <cstdio>
#include <cstdlib>
#include <limits.h>
#include <stdexcept>
#include <unistd.h>

namespace ns3
{
namespace vmm
{
namespace bench
{
namespace
{

/// @return the path of this program, in quotes for a shell
std::string
QuoteProgram()
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path));
    if (length <= 0)
    {
        throw std::runtime_error("no path of this program");
    }
    std::string quoted = "'";
    for (char c : std::string(path, static_cast<size_t>(length)))
    {
        quoted += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return quoted + "'";
}

} // namespace

bool
CanCountInstructions()
{
    return std::system("command -v valgrind >/dev/null 2>&1") == 0;
}

uint64_t
CountInstructions(const std::string& arguments)
{
    std::string command = "valgrind --tool=callgrind --callgrind-out-file=/dev/null " +
                          QuoteProgram() + " " + arguments + " 2>&1";
    FILE* output = popen(command.c_str(), "r");
    if (!output)
    {
        throw std::runtime_error("valgrind does not start");
    }
    std::optional<uint64_t> count;
    std::string last;
    char line[4096];
    while (std::fgets(line, sizeof(line), output))
    {
        last = line;
        auto collected = ParseCollected(last);
        count = collected ? collected : count;
    }
    int status = pclose(output);
    if (status != 0 || !count)
    {
        throw std::runtime_error("valgrind counted no instructions: " + last);
    }
    return *count;
}

std::optional<uint64_t>
ParseCollected(const std::string& line)
{
    unsigned long long count = 0;
    int pid = 0;
    if (std::sscanf(line.c_str(), "==%d== Collected : %llu", &pid, &count) != 2)
    {
        return std::nullopt;
    }
    return count;
}

} // namespace bench
} // namespace vmm
} // namespace ns3
