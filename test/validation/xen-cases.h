// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_XEN_CASES_H
#define VMM_XEN_CASES_H

#include "../migration/fluid-copy.h"
#include "validation-data.h"
#include "validation-row.h"
#include "validation-scenario.h"

#include "ns3/data-rate.h"
#include "ns3/pre-copy.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

constexpr char XEN_SOURCE[] = "Clark et al., NSDI 2005";

/// A live migration of the paper. Sizes in MB of 10^6 octets.
struct XenRun
{
    const char* file;   //!< what was written in each round
    double memory;      //!< of the VM
    double firstRound;  //!< sent in the first round
    double last;        //!< sent by the stopped VM
    double lastSeconds; //!< how long that took
    double resume;      //!< seconds from then on until it ran
};

/**
 * Replays a run: the rates of the paper's rule, the rounds as measured; what the stopped VM sends
 * goes at the rate that it went at.
 */
inline FluidResult
ReplayXen(const std::string& folder, const XenRun& run)
{
    constexpr double GIGABIT = 1e9; // the testbed's network: no round of theirs was limited by it
    auto method = CreateObject<PreCopy>();
    method->SetAttribute("RateRule", StringValue("Clark"));
    method->SetAttribute("MinBandwidth", StringValue("100Mbps"));
    method->SetAttribute("MaxBandwidth", StringValue("500Mbps"));
    method->SetAttribute("RateIncrement", StringValue("50Mbps"));
    const double lastRate = run.last * 8e6 / run.lastSeconds;
    method->SetAttribute("LastBandwidth", DataRateValue(DataRate(static_cast<uint64_t>(lastRate))));
    method->SetAttribute("MaxDowntime", TimeValue(Time(0)));
    method->SetAttribute("MinLeft", UintegerValue(0));
    method->SetAttribute("PageHeader", UintegerValue(0));
    auto model = MakeDirtyModel(ReadMeasured(folder, run.file, DirtyKind::ROUNDS));
    const auto unsent = static_cast<uint64_t>(std::llround((run.memory - run.firstRound) * 1e6));
    model->SetAttribute("ZeroMemory", UintegerValue(unsent));
    return RunFluid(
        method, model, static_cast<uint64_t>(run.memory * 1e6), std::max(GIGABIT, lastRate));
}

/// @return MB sent in all rounds
inline double
GetVolume(const FluidResult& result)
{
    double octets = 0;
    for (const auto& round : result.rounds)
    {
        octets += static_cast<double>(round.sent);
    }
    return octets / 1e6;
}

constexpr XenRun XEN_SPECWEB{"xen-specweb99.csv", 800, 676.8, 18.2, 0.201, 0.009};
constexpr XenRun XEN_QUAKE{"xen-quake3.csv", 64, 56.3, 0.148, 0.020, 0.040};

/// SPECweb99, Quake 3, and stop-and-copy at three rates.
inline ValidationTable
ValidateXen(const std::string& folder)
{
    ValidationTable table(XEN_SOURCE);
    const auto specweb = ReplayXen(folder, XEN_SPECWEB);
    table.Add("Xen SPECweb99: sent", "MB", 960, GetVolume(specweb), 0.01);
    table.Add("Xen SPECweb99: total", "s", 71, specweb.total, 0.04);
    table.Add(
        "Xen SPECweb99: downtime", "ms", 210, (specweb.last + XEN_SPECWEB.resume) * 1e3, 0.05);
    const auto quake = ReplayXen(folder, XEN_QUAKE);
    table.Add("Xen Quake 3: sent", "MB", 88, GetVolume(quake), 0.02);
    table.AddAbsolute("Xen Quake 3: downtime", "ms", 60, (quake.last + XEN_QUAKE.resume) * 1e3, 10);
    for (const int rate : {128, 256, 512})
    {
        auto method = CopyMethod::Create("stop-and-copy");
        method->SetAttribute("PageHeader", UintegerValue(0));
        method->SetAttribute("MaxBandwidth",
                             DataRateValue(DataRate(static_cast<uint64_t>(rate * 1e6))));
        const auto result =
            RunFluid(method, CreateObject<ConstantDirtyModel>(), 512 * 1000 * 1000, 1e9);
        table.Add("Xen stop-and-copy, 512 MB at " + ShowNumber(rate, "Mbit/s") + ": downtime",
                  "s",
                  4096.0 / rate,
                  result.last,
                  0.05);
    }
    return table;
}

/// A run as a move in the simulation, with the fluid transfer over 1 Gbit/s.
inline void
RunXenMove(ValidationScenario& scenario, const std::string& folder, const XenRun& run)
{
    std::string& file = scenario.files["rounds.csv"];
    file = "round,bytes\n";
    const auto rounds = ReadMeasured(folder, run.file, DirtyKind::ROUNDS).rounds;
    for (size_t i = 0; i < rounds.size(); ++i)
    {
        file += std::to_string(i + 1) + "," + std::to_string(rounds[i]) + "B\n";
    }
    const auto octets = [](double megabytes)
    {
        return std::to_string(std::llround(megabytes * 1e6)) + "B";
    };
    scenario.files["vms.csv"] = "vm,nve,memory,dirty_model,dirty_file,zero\nvm,a," +
                                octets(run.memory) + ",rounds,rounds.csv," +
                                octets(run.memory - run.firstRound) + "\n";
    scenario.files["moves.csv"] = "migration,time,vm,to,transfer\nm,1s,vm,b,fluid\n";
    const auto lastRate = static_cast<uint64_t>(run.last * 8e6 / run.lastSeconds);
    scenario.keys["duration"] = "2min";
    scenario.keys["ns3::vmm::PreCopy::RateRule"] = "Clark";
    scenario.keys["ns3::vmm::PreCopy::MaxBandwidth"] = "500Mbps";
    scenario.keys["ns3::vmm::PreCopy::LastBandwidth"] = std::to_string(lastRate) + "bps";
    scenario.keys["ns3::vmm::PreCopy::MaxDowntime"] = "0s";
    scenario.keys["ns3::vmm::PreCopy::PageHeader"] = "0";
    scenario.keys["ns3::vmm::MigrationAgent::DeviceStateBytes"] =
        "ns3::ConstantRandomVariable[Constant=0]";
    scenario.keys["ns3::vmm::MigrationAgent::ResumeDelay"] =
        "ns3::ConstantRandomVariable[Constant=" + std::to_string(run.resume) + "]";
    scenario.Run();
}

/// SPECweb99 and Quake 3 as whole moves.
inline ValidationTable
ValidateXenMoves(const std::string& folder)
{
    ValidationTable table(XEN_SOURCE);
    {
        ValidationScenario scenario("1Gbps");
        RunXenMove(scenario, folder, XEN_SPECWEB);
        const MoveHistory& move = scenario.GetMove();
        const std::string name = "Xen SPECweb99, simulated move: ";
        const Time total = move.rounds.back().end - move.rounds.front().start;
        table.Add(name + "sent", "MB", 960, static_cast<double>(move.copiedBytes) / 1e6, 0.01);
        table.Add(name + "total", "s", 71, total.GetSeconds(), 0.04);
        table.Add(name + "downtime", "ms", 210, move.GetDowntime()->GetSeconds() * 1e3, 0.05);
    }
    ValidationScenario scenario("1Gbps");
    RunXenMove(scenario, folder, XEN_QUAKE);
    const MoveHistory& move = scenario.GetMove();
    const std::string name = "Xen Quake 3, simulated move: ";
    table.Add(name + "sent", "MB", 88, static_cast<double>(move.copiedBytes) / 1e6, 0.02);
    table.AddAbsolute(name + "downtime", "ms", 60, move.GetDowntime()->GetSeconds() * 1e3, 10);
    return table;
}

/// @return goodput of a flow in [from, to), Mbit/s
inline double
GetGoodput(const ValidationScenario& scenario, const std::string& flow, Time from, Time to)
{
    const GoodputBins& goodput = *scenario.run->GetResults().goodput;
    const auto& bins = goodput.GetFlows().at(flow);
    const auto first =
        static_cast<size_t>(from.GetNanoSeconds() / goodput.GetBin().GetNanoSeconds());
    const auto last = static_cast<size_t>(to.GetNanoSeconds() / goodput.GetBin().GetNanoSeconds());
    double octets = 0;
    for (size_t i = first; i < last && i < bins.size(); ++i)
    {
        octets += static_cast<double>(bins[i]);
    }
    return octets * 8 / 1e6 / (goodput.GetBin().GetSeconds() * static_cast<double>(last - first));
}

/**
 * A web server, as one TCP connection to a client, on a link whose goodput is 870 Mbit/s; its VM is
 * moved over the same link. The first pass is at 100 Mbit/s. The VM is smaller than theirs, so that
 * the pass takes a second: what is compared does not depend on how long it is. How long their VM
 * stood, 165 ms, is an input.
 * @param kept packets for the stopped VM that its source keeps and passes on
 */
inline void
RunXenWebServer(ValidationScenario& scenario, int kept)
{
    scenario.files["vms.csv"] = "vm,nve,memory,dirty_model,dirty_file\n"
                                "web,a,12500000B,rounds,rounds.csv\n"
                                "client,c,1MiB,,\n";
    scenario.files["rounds.csv"] = "round,bytes\n1,0B\n";
    scenario.files["moves.csv"] = "migration,time,vm,to\nm,1500ms,web,b\n";
    scenario.files["traffic.csv"] = "flow,from,to,application,start,stop\n"
                                    "http,web,client,tcp-bulk,500ms,3800ms\n";
    scenario.keys["duration"] = "5s";
    scenario.keys["Redirect"] = "Tunnel";
    scenario.keys["ns3::vmm::Nve::DepartedBufferPackets"] = std::to_string(kept);
    scenario.keys["ns3::vmm::PreCopy::RateRule"] = "Clark";
    scenario.keys["ns3::vmm::PreCopy::MinBandwidth"] = "100Mbps";
    scenario.keys["ns3::vmm::PreCopy::MaxDowntime"] = "0s";
    scenario.keys["ns3::vmm::MigrationAgent::DeviceStateBytes"] =
        "ns3::ConstantRandomVariable[Constant=0]";
    scenario.keys["ns3::vmm::MigrationAgent::ResumeDelay"] =
        "ns3::ConstantRandomVariable[Constant=0.165]";
    scenario.Run();
}

/// Goodput before, in and after the move, and the gap.
inline ValidationTable
ValidateXenWebServer()
{
    // 1448 octets of payload in 1490 on the link.
    const auto rate = static_cast<uint64_t>(870e6 * 1490 / 1448);
    const Time margin = MilliSeconds(100); // for TCP to find its new share
    ValidationTable table(XEN_SOURCE);
    {
        ValidationScenario scenario(std::to_string(rate) + "bps");
        RunXenWebServer(scenario, 1000);
        const MoveHistory& move = scenario.GetMove();
        const RoundRecord& first = move.rounds.front();
        const auto goodput = [&scenario](Time from, Time to)
        {
            return GetGoodput(scenario, "http", from, to);
        };
        const std::string name = "Xen web server: ";
        table.Add(name + "goodput before", "Mbit/s", 870, goodput(Seconds(1), move.ordered), 0.01);
        table.Add(name + "goodput in the first pass",
                  "Mbit/s",
                  765,
                  goodput(first.start + margin, first.end),
                  0.03);
        table.Add(name + "gap", "ms", 165, scenario.GetOutage("http").GetSeconds() * 1e3, 0.05);
        table.Add(name + "goodput after",
                  "Mbit/s",
                  870,
                  goodput(*move.resume + Seconds(0.5), Seconds(3.7)),
                  0.01);
    }
    ValidationScenario scenario(std::to_string(rate) + "bps");
    RunXenWebServer(scenario, 0);
    ValidationTable own("ours: 165 ms and MinRto, 200 ms");
    own.Add("Xen web server, acknowledgements to the stopped VM lost: gap",
            "ms",
            365,
            scenario.GetOutage("http").GetSeconds() * 1e3,
            0.05);
    table.Append(own);
    return table;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_XEN_CASES_H
