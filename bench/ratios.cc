// SPDX-License-Identifier: GPL-2.0-only
// What this module costs, as ratios of CPU time that do not depend on the machine. Exits with 1
// when a bar is missed.
#include "support/chain.h"
#include "support/memory.h"
#include "support/paired-runner.h"

#include "ns3/fib.h"
#include "ns3/packet-ledger.h"
#include "ns3/trace-collector.h"
#include "ns3/trace-writer.h"

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

using namespace ns3;
using namespace ns3::vmm;
using namespace ns3::vmm::bench;

namespace
{

constexpr uint32_t MANY = 100000; //!< host routes
constexpr uint32_t FEW = 10;      //!< host routes

/// @return CPU seconds of a packet-hop to one destination
double
ToTheEnd(const Chain& chain)
{
    return MeasurePacketHop(chain,
                            [&chain]
                            {
                                return chain.destination;
                            });
}

/// @return CPU seconds of a packet-hop with so many host routes, of uniformly random present keys
double
WithHostRoutes(uint32_t count)
{
    Chain chain = MakeFabricChain();
    auto addresses = AddHostRoutes(chain, count);
    Shuffle shuffle;
    return MeasurePacketHop(chain,
                            [&]
                            {
                                return addresses[(shuffle.Next() >> 32) % addresses.size()];
                            });
}

/**
 * @return CPU seconds of what the table does for a packet, among so many host routes. Each look-up
 *         waits for the one before it, and the keys are random: so the memory is as cold as it can
 *         be, colder than between two packets of a simulation.
 */
double
LookUp(uint32_t count)
{
    Chain chain = MakeFabricChain();
    auto addresses = AddHostRoutes(chain, count);
    Ptr<Fib> fib = chain.fabric->GetFib(1);
    Shuffle shuffle;
    std::vector<Ipv4Address> keys;
    constexpr uint32_t TIMES = 2000000;
    for (uint32_t i = 0; i < TIMES; ++i)
    {
        keys.push_back(addresses[(shuffle.Next() >> 32) % addresses.size()]);
    }
    double start = CpuSeconds();
    size_t i = 0;
    while (i < TIMES)
    {
        Fib::Found found = fib->Match(keys[i]);
        found.Use();
        const auto* hop = found.GetGroup()->Pick(0);
        i += hop ? 1 : 2;
    }
    return (CpuSeconds() - start) / TIMES;
}

/// @return CPU seconds of a packet-hop with all that a scenario traces by default, files included
double
WithTraces()
{
    Chain chain = MakeFabricChain();
    FlowInfo flow;
    flow.name = "flow";
    flow.from = "host-0";
    flow.to = "host-1";
    flow.application = "udp-probe";
    flow.fromNode = chain.nodes.front()->GetId();
    flow.toNode = chain.nodes.back()->GetId();
    flow.protocol = PROTOCOL;
    Ptr<TraceCollector> collector = CreateObject<TraceCollector>();
    collector->SetTopology(chain.fabric->GetTopology());
    for (NodeId node = 0; node < chain.nodes.size(); ++node)
    {
        collector->AddFabricNode(chain.nodes[node], node);
    }
    collector->AddFlow(flow);
    char folder[] = "/tmp/vmm-bench-XXXXXX";
    if (!mkdtemp(folder))
    {
        return 0; // a failed measurement
    }
    double seconds = MeasurePacketHop(chain,
                                      {},
                                      [&]
                                      {
                                          TraceWriter(folder, collector->Finish()).WriteAll();
                                      });
    std::filesystem::remove_all(folder);
    const FlowBook& book = collector->GetLedger()->GetBooks()[0];
    return book.delivered == bench::PACKETS + WARM_UP ? seconds : 0;
}

std::vector<Comparison>
MakeComparisons()
{
    auto fabric = []
    {
        return ToTheEnd(MakeFabricChain());
    };
    return {
        {"host-routes",
         "packet-hop, 100,000 host routes / 10 (random present keys)",
         []
         {
             return WithHostRoutes(MANY);
         },
         []
         {
             return WithHostRoutes(FEW);
         },
         1.1,
         "ns",
         1e9},
        {"look-up",
         "look-up / packet-hop, 100,000 host routes",
         []
         {
             return LookUp(MANY);
         },
         []
         {
             return WithHostRoutes(MANY);
         },
         0.05,
         "ns",
         1e9},
        {"global-routing",
         "packet-hop, fabric / Ipv4GlobalRouting without queue discs",
         fabric,
         []
         {
             return ToTheEnd(MakeGlobalChain());
         },
         1.05,
         "ns",
         1e9},
        {"ns3-defaults",
         "packet-hop, fabric / what ns-3's helpers install",
         fabric,
         []
         {
             return ToTheEnd(MakeDefaultChain());
         },
         0.7,
         "ns",
         1e9},
        {"traces", "packet-hop, default traces on / off", WithTraces, fabric, 1.5, "ns", 1e9},
        {"vm-memory",
         "memory of a VM / of a node with a point-to-point device, one application each",
         MeasureVmBytes,
         MeasureNodeBytes,
         0,
         "KiB",
         1.0 / 1024},
    };
}

int
Usage(int status)
{
    (status ? std::cerr : std::cout)
        << "usage: bench-ratios [--pairs N] [NAME]...\n"
           "Runs the comparisons whose names are given, or all. N is at least 9 (default 11).\n";
    return status;
}

} // namespace

int
main(int argc, char** argv)
{
    size_t pairs = 11;
    std::vector<std::string> wanted;
    for (int i = 1; i < argc; ++i)
    {
        std::string word = argv[i];
        if (word == "--help")
        {
            return Usage(0);
        }
        if (word == "--pairs" && i + 1 < argc)
        {
            pairs = std::strtoul(argv[++i], nullptr, 10);
            continue;
        }
        wanted.push_back(word);
    }
    std::vector<Comparison> chosen;
    for (const auto& comparison : MakeComparisons())
    {
        bool asked = wanted.empty();
        for (const auto& word : wanted)
        {
            asked = asked || word == comparison.name;
        }
        if (asked)
        {
            chosen.push_back(comparison);
        }
    }
    if (pairs < 9 || chosen.empty())
    {
        return Usage(2);
    }
    try
    {
        return RunAndPrint(chosen, pairs);
    }
    catch (const std::exception& error)
    {
        std::cerr << "bench-ratios: " << error.what() << "\n";
        return 2;
    }
}
