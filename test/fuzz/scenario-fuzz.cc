// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer target of what a user writes: a scenario folder. The input is the text of the files in
// the order below, each ended by a form feed. Whatever it is, it is read or refused in one line.
#include "ns3/mobility-scheme.h"
#include "ns3/scenario-reader.h"

#include <cstdlib>
#include <cstring>

using namespace ns3;
using namespace ns3::vmm;

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const char* const names[] = {"scenario.csv",
                                        "vms.csv",
                                        "traffic.csv",
                                        "moves.csv",
                                        "failures.csv",
                                        "nodes.csv",
                                        "links.csv",
                                        "wan.csv",
                                        "orders.csv"};
    static const SchemeTypes schemes = []
    {
        SchemeTypes types;
        for (const auto& [name, summary] : SchemeRegistry::List())
        {
            types[name] = *SchemeRegistry::Find(name);
        }
        return types;
    }();
    std::map<std::string, std::string> files;
    std::string text(reinterpret_cast<const char*>(data), size);
    size_t begin = 0;
    for (const char* name : names)
    {
        size_t end = text.find('\f', begin);
        files[name] = text.substr(begin, end - begin);
        if (end == std::string::npos)
        {
            break;
        }
        begin = end + 1;
    }
    try
    {
        ReadScenarioFiles(files, "fuzz", {}, schemes);
    }
    catch (const ScenarioError& error)
    {
        if (std::strchr(error.what(), '\n'))
        {
            std::abort();
        }
    }
    return 0;
}
