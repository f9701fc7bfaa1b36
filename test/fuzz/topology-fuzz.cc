// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer target of topology and flow files that others have written. Whatever the bytes are,
// they are read or refused in one line, and what is read can be written and read again.
#include "ns3/graphml-import.h"
#include "ns3/hpcc-import.h"

#include <cstdlib>
#include <cstring>
#include <sstream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// Stops the program unless an error is one line.
void
CheckLine(const ScenarioError& error)
{
    if (std::strchr(error.what(), '\n'))
    {
        std::abort();
    }
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    try
    {
        const ImportedTopology read = ImportGraphml("fuzz", bytes);
        std::ostringstream out;
        WriteGraphml(out, read.topology, read.losses);
        const ImportedTopology again = ImportGraphml("again", out.str());
        if (again.topology.GetNodeCount() != read.topology.GetNodeCount() ||
            again.topology.GetLinkCount() != read.topology.GetLinkCount())
        {
            std::abort();
        }
    }
    catch (const ScenarioError& error)
    {
        CheckLine(error);
        if (error.GetPosition().file == "again")
        {
            std::abort();
        }
    }
    const size_t cut = bytes.find('\f');
    try
    {
        const ImportedTopology read = ImportHpcc("fuzz", bytes.substr(0, cut));
        if (cut != std::string::npos)
        {
            ImportHpccFlows("fuzz", bytes.substr(cut + 1), read.topology);
        }
    }
    catch (const ScenarioError& error)
    {
        CheckLine(error);
    }
    return 0;
}
