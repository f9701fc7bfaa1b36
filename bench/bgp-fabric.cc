// SPDX-License-Identifier: GPL-2.0-only
// What BGP costs: fabrics that start, one router with many host routes, instructions per UPDATE.
#include "support/bgp-fabric.h"
#include "support/instructions.h"
#include "support/lone-router.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

using namespace ns3::vmm::bench;

namespace
{

constexpr double MIB = 1024 * 1024; //!< octets

/// Prints what the start of a fabric took.
void
PrintFabric(const char* name,
            const std::string& builder,
            const std::map<std::string, std::string>& values)
{
    FabricCost cost = MeasureFabric(builder, values);
    std::printf("bgp: %s, %.0f routers, %.0f sessions: %.0f routes after %.1f us and %.0f UPDATEs; "
                "built in %.2f s, ran %.2f s, %.0f events, %.1f MiB at the peak\n",
                name,
                cost.routers,
                cost.sessions,
                cost.routes,
                cost.simSeconds * 1e6,
                cost.updates,
                cost.buildSeconds,
                cost.runSeconds,
                cost.events,
                cost.peakBytes / MIB);
    std::fflush(stdout);
}

/// Prints what one router takes for host routes of eight neighbours.
void
PrintTable(uint32_t batch)
{
    TableCost cost = MeasureTable(8, 100000, batch);
    std::printf("bgp: 100000 host routes from each of 8 peers, %u in an UPDATE: %.2f s, "
                "%.1f octets a route, %.0f octets a peer, %.0f attribute sets\n",
                batch,
                cost.wallSeconds,
                cost.bytesPerRoute,
                cost.bytesPerPeer,
                cost.attributeSets);
    std::fflush(stdout);
}

/// Prints what an UPDATE takes: the difference between many and half as many.
void
PrintInstructions(const char* kind, uint32_t prefixes)
{
    uint32_t many = prefixes == 1 ? 2000 : 40;
    auto count = [&](uint32_t handled)
    {
        return static_cast<double>(
            CountInstructions(std::string("--updates ") + kind + " " + std::to_string(prefixes) +
                              " " + std::to_string(handled) + " " + std::to_string(many)));
    };
    double each = (count(many) - count(many / 2)) / (many - many / 2);
    std::printf(
        "bgp: %.0f instructions for an UPDATE that %ss %u host route%s, decoded and told to "
        "7 peers\n",
        each,
        kind,
        prefixes,
        prefixes == 1 ? "" : "s");
    std::fflush(stdout);
}

void
PrintAll()
{
    PrintFabric("leaf-spine 16x8 with 128 servers",
                "leaf-spine",
                {{"leaves", "16"}, {"spines", "8"}, {"servers", "8"}});
    PrintFabric("fat-tree k=8 with 128 servers", "fat-tree", {{"k", "8"}});
    PrintTable(100);
    PrintTable(1);
    if (!CanCountInstructions())
    {
        std::printf("bgp: instructions per UPDATE are not counted without valgrind\n");
        return;
    }
    PrintInstructions("announce", 1);
    PrintInstructions("announce", 100);
    PrintInstructions("withdraw", 1);
}

} // namespace

int
main(int argc, char** argv)
{
    try
    {
        std::string word = argc > 1 ? argv[1] : "";
        std::string kind = argc > 2 ? argv[2] : "";
        if (argc == 6 && word == "--updates" && (kind == "announce" || kind == "withdraw"))
        {
            auto number = [&](int i)
            {
                return static_cast<uint32_t>(std::strtoul(argv[i], nullptr, 10));
            };
            HandleUpdates(kind == "withdraw", number(3), number(4), number(5));
            return 0;
        }
        if (argc != 1)
        {
            std::fprintf(
                word == "--help" ? stdout : stderr,
                "usage: bench-bgp-fabric [--updates announce|withdraw PREFIXES COUNT "
                "PREPARED]\nPrints what BGP costs; with --updates only handles UPDATEs.\n");
            return word == "--help" ? 0 : 2;
        }
        PrintAll();
    }
    catch (const std::exception& error)
    {
        std::fprintf(stderr, "bench-bgp-fabric: %s\n", error.what());
        return 2;
    }
    return 0;
}
