// SPDX-License-Identifier: GPL-2.0-only
// Moves that a second of CPU time simulates while VMs churn, and whether that depends on how large
// the VMs are. Exits with 1 when a bar is missed.
#include "ns3/mobility-scheme.h"
#include "ns3/scenario-reader.h"
#include "ns3/scenario-run.h"
#include "support/paired-runner.h"

#include <cstdio>
#include <map>
#include <string>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr size_t PAIRS = 6; //!< of runs that are compared

/// @param memory of each VM @param transfer of the copies @return the files of a scenario: 64 VMs
/// on 32 servers, which move 200 times in 200 s
std::map<std::string, std::string>
MakeFiles(const std::string& memory, const std::string& transfer)
{
    std::map<std::string, std::string> files;
    files["scenario.csv"] = "key,value\n"
                            "fabric,leaf-spine\nleaves,8\nspines,4\nservers,4\n"
                            "server_rate,25Gbps\nfabric_rate,100Gbps\nduration,240s\n"
                            "scheme,host-route\n"
                            "ns3::vmm::Hypervisor::Memory,274877906944\n"
                            "ns3::vmm::PreCopy::MaxDowntime,100ms\n"
                            "ns3::TcpSocketBase::MinRto,200ms\n"
                            "ns3::TcpSocketBase::Timestamp,false\n"
                            "ns3::TcpSocket::DelAckTimeout,40ms\n"
                            "ns3::TcpSocket::SegmentSize,8900\n"
                            "ns3::TcpSocket::SndBufSize,1048576\n"
                            "ns3::TcpSocket::RcvBufSize,1048576\n";
    files["vms.csv"] = "vm,nve,memory,dirty_rate\n";
    for (int leaf = 0; leaf < 8; ++leaf)
    {
        for (int server = 0; server < 4; ++server)
        {
            const std::string name = std::to_string(leaf) + "-" + std::to_string(server);
            for (const char* which : {"a", "b"})
            {
                files["vms.csv"] +=
                    "vm-" + name + which + ",server-" + name + "," + memory + ",5MiB/s\n";
            }
        }
    }
    files["traffic.csv"] = "flow,from,to,application,start,stop,period\n";
    files["moves.csv"] = "migration,time,vm,to\n";
    files["orders.csv"] = "order,time,what,target,until,rate,placement,transfer,expect\n"
                          "churn,10s,churn,all,210s,3600/h,random," +
                          transfer + ",done\n";
    return files;
}

/// @return CPU time of a move, s
double
MeasureMove(const std::string& memory, const std::string& transfer)
{
    SchemeTypes schemes;
    for (const auto& [name, summary] : SchemeRegistry::List())
    {
        schemes[name] = *SchemeRegistry::Find(name);
    }
    const Scenario scenario =
        ReadScenarioFiles(MakeFiles(memory, transfer), "churn", ScenarioOverrides(), schemes);
    ScenarioRun run(scenario);
    run.Build();
    const double start = bench::CpuSeconds();
    run.Simulate();
    const double seconds = bench::CpuSeconds() - start;
    size_t completed = 0;
    for (const auto& move : run.GetMobility().GetVmManager()->GetMoves())
    {
        completed += move.outcome == MoveOutcome::COMPLETED;
    }
    return completed > 150 ? seconds / completed : 0; // 0 is no measurement, and an error
}

} // namespace

int
main(int argc, char**)
{
    if (argc > 1)
    {
        std::printf("usage: bench-churn\n"
                    "Simulated moves per second of CPU time, with VMs of 64 GiB, 1 GiB and, over "
                    "packets, 4 MiB.\n");
        return 0;
    }
    bench::Comparison memory;
    memory.name = "memory";
    // No bar: copies of 64 GiB last so long that some twenty share the links, where those of 1 GiB
    // are alone. What a round costs by itself is in bench-fluid.
    memory.description = "a move of 64 GiB, of some twenty at once, against a lone one of 1 GiB";
    memory.subject = []
    {
        return MeasureMove("64GiB", "fluid");
    };
    memory.reference = []
    {
        return MeasureMove("1GiB", "fluid");
    };
    memory.unit = "ms";
    memory.scale = 1000;
    bench::Comparison transfer;
    transfer.name = "transfer";
    transfer.description = "a move of 1 GiB, fluid, against one of 4 MiB in packets";
    transfer.subject = memory.reference;
    transfer.reference = []
    {
        return MeasureMove("4MiB", "tcp");
    };
    transfer.bar = 1;
    transfer.unit = "ms";
    transfer.scale = 1000;
    const double fluid = bench::RunInChild(memory.reference);
    std::printf("churn: %.0f moves of 1 GiB per second of CPU time (fluid)\n", 1 / fluid);
    std::fflush(stdout);
    return bench::RunAndPrint({memory, transfer}, PAIRS);
}
