// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_QEMU_CASES_H
#define VMM_QEMU_CASES_H

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

constexpr char QEMU_SOURCE[] = "Gudkov, qemu-devel 2023";
constexpr double QEMU_G = 1 << 30; //!< bit/s: the predictor's G

/// @return the predictor's pre-copy; unlimited downtime is a limit that is never reached
inline Ptr<CopyMethod>
MakeQemuMethod(double bandwidth, double limitMs)
{
    auto method = CreateObject<PreCopy>();
    method->SetAttribute("MaxDowntime", TimeValue(MilliSeconds(static_cast<uint64_t>(limitMs))));
    method->SetAttribute("MinLeft", UintegerValue(0));
    method->SetAttribute("PageHeader", UintegerValue(8));
    method->SetAttribute("MaxRounds", UintegerValue(200));
    method->SetAttribute("NotConverged", StringValue("Fail"));
    method->SetAttribute("ExpectedBandwidth",
                         DataRateValue(DataRate(static_cast<uint64_t>(bandwidth))));
    return method;
}

/// The memcached VM, or one smaller by a factor, over a link that carries exactly bandwidth bit/s.
inline FluidResult
PredictQemu(const std::string& folder, double bandwidth, double limitMs, uint64_t scale = 1)
{
    return RunFluid(MakeQemuMethod(bandwidth, limitMs),
                    QemuGuest::MakeModel(folder, scale),
                    QemuGuest::GetMemory(scale),
                    bandwidth);
}

/// Seconds that the predictor gives, rounded up.
struct QemuCells
{
    double bandwidth; //!< G
    int seconds[6];   //!< for each of QEMU_LIMITS
};

constexpr double QEMU_UNLIMITED = 1e6; //!< ms
constexpr double QEMU_LIMITS[] = {125, 250, 500, 1000, 5000, QEMU_UNLIMITED};
constexpr QemuCells QEMU_TABLE[] = {
    {5, {48, 46, 31, 28, 25, 20}}, {10, {13, 12, 12, 12, 12, 10}}, {25, {5, 5, 5, 5, 4, 4}}};

/// @param bandwidth G @param limit ms @return both in words
inline std::string
NameQemuCell(double bandwidth, double limit)
{
    return ShowNumber(bandwidth, "Gbit/s") + ", downtime " +
           (limit == QEMU_UNLIMITED ? "unlimited" : ShowNumber(limit, "ms"));
}

/// All cells of the published table, and the rounds that its text names.
inline ValidationTable
ValidateQemu(const std::string& folder)
{
    ValidationTable table(QEMU_SOURCE);
    for (const auto& row : QEMU_TABLE)
    {
        for (size_t i = 0; i < std::size(QEMU_LIMITS); ++i)
        {
            const auto result = PredictQemu(folder, row.bandwidth * QEMU_G, QEMU_LIMITS[i]);
            table.AddAbsolute("QEMU " + NameQemuCell(row.bandwidth, QEMU_LIMITS[i]) +
                                  ": total, rounded up",
                              "s",
                              row.seconds[i],
                              result.gaveUp ? 0 : std::ceil(result.total),
                              0);
        }
    }
    const auto ten = PredictQemu(folder, 10 * QEMU_G, 250);
    const auto five = PredictQemu(folder, 5 * QEMU_G, 1000);
    table.AddAbsolute("QEMU 10 Gbit/s, 250 ms: rounds", "", 4, ten.rounds.size(), 0);
    table.AddAbsolute("QEMU 10 Gbit/s, 250 ms: last round", "ms", 213, ten.last * 1e3, 0.5);
    table.AddAbsolute("QEMU 5 Gbit/s, 1000 ms: rounds", "", 4, five.rounds.size(), 0);
    table.AddAbsolute("QEMU 5 Gbit/s, 1000 ms: last round", "ms", 966, five.last * 1e3, 0.5);
    for (const double limit : QEMU_LIMITS)
    {
        if (limit != QEMU_UNLIMITED)
        {
            const bool converges = !PredictQemu(folder, QEMU_G, limit).gaveUp;
            table.AddText("QEMU " + NameQemuCell(1, limit),
                          "does not converge",
                          converges ? "converges" : "does not converge");
        }
    }
    return table;
}

/// A move of the memcached VM, all of it in the simulation.
struct QemuMove
{
    uint64_t rate;         //!< bit/s of the links
    uint64_t scale;        //!< VM and curve are smaller by this factor
    double limitMs;        //!< longest downtime
    std::string transfer;  //!< "tcp" or "fluid"
    bool converges = true; //!< whether it is expected to
};

/// Runs it.
inline void
RunQemuMove(ValidationScenario& scenario, const std::string& folder, const QemuMove& move)
{
    // The curve goes through the same reader and model, whatever the scale.
    std::string& file = scenario.files["curve.csv"];
    file = "period,pages\n";
    for (const auto& point : ReadMeasured(folder, "qemu-memcached.csv", DirtyKind::SAMPLED).curve)
    {
        file += std::to_string(point.period.GetNanoSeconds()) + "ns," +
                std::to_string(point.pages / static_cast<double>(move.scale)) + "\n";
    }
    scenario.files["vms.csv"] =
        "vm,nve,memory,dirty_model,dirty_file,zero\nvm,a," +
        std::to_string(QemuGuest::GetMemory(move.scale)) + "B,sampled,curve.csv," +
        std::to_string(QemuGuest::ZEROS / move.scale * QemuGuest::PAGE) + "B\n";
    scenario.files["moves.csv"] = "migration,time,vm,to,transfer,expect\nm,1s,vm,b," +
                                  move.transfer +
                                  (move.converges ? ",completed\n" : ",not-converged\n");
    scenario.keys["duration"] = move.converges ? "60s" : "2h";
    scenario.keys["ns3::vmm::PreCopy::MaxDowntime"] =
        std::to_string(static_cast<uint64_t>(move.limitMs)) + "ms";
    scenario.keys["ns3::vmm::PreCopy::MaxRounds"] = "200";
    scenario.keys["ns3::vmm::PreCopy::NotConverged"] = "Fail";
    scenario.keys["ns3::vmm::PreCopy::ExpectedBandwidth"] = std::to_string(move.rate) + "bps";
    scenario.keys["ns3::vmm::MigrationAgent::DeviceStateBytes"] =
        "ns3::ConstantRandomVariable[Constant=0]";
    scenario.Run();
}

/// @return from the first octet of a copy to the last, s
inline double
GetCopyTime(const ValidationScenario& scenario)
{
    const auto& rounds = scenario.GetMove().rounds;
    return (rounds.back().end - rounds.front().start).GetSeconds();
}

/// All cells with the fluid transfer: a whole move over links that carry exactly the bandwidth.
inline ValidationTable
ValidateQemuFluid(const std::string& folder)
{
    ValidationTable table(QEMU_SOURCE);
    const auto run = [&folder](ValidationScenario& scenario, double bandwidth, double limit)
    {
        scenario.keys["ns3::vmm::FluidTransfer::Efficiency"] = "1";
        scenario.keys["ns3::vmm::FluidTransfer::SlowStartGrowth"] = "1";
        const auto rate = static_cast<uint64_t>(bandwidth * QEMU_G);
        RunQemuMove(scenario, folder, {rate, 1, limit, "fluid", bandwidth > 1});
    };
    const auto rateOf = [](double bandwidth)
    {
        return std::to_string(static_cast<uint64_t>(bandwidth * QEMU_G)) + "bps";
    };
    for (const auto& row : QEMU_TABLE)
    {
        for (size_t i = 0; i < std::size(QEMU_LIMITS); ++i)
        {
            ValidationScenario scenario(rateOf(row.bandwidth));
            run(scenario, row.bandwidth, QEMU_LIMITS[i]);
            table.AddAbsolute("QEMU, fluid transfer, " +
                                  NameQemuCell(row.bandwidth, QEMU_LIMITS[i]) +
                                  ": total, rounded up",
                              "s",
                              row.seconds[i],
                              std::ceil(GetCopyTime(scenario)),
                              0);
            const bool ten = row.bandwidth == 10 && QEMU_LIMITS[i] == 250;
            if (ten || (row.bandwidth == 5 && QEMU_LIMITS[i] == 1000))
            {
                const auto& rounds = scenario.GetMove().rounds;
                const std::string name =
                    "QEMU, fluid transfer, " + NameQemuCell(row.bandwidth, QEMU_LIMITS[i]);
                table.AddAbsolute(name + ": rounds", "", 4, rounds.size(), 0);
                table.AddAbsolute(name + ": last round",
                                  "ms",
                                  ten ? 213 : 966,
                                  (rounds.back().end - rounds.back().start).GetSeconds() * 1e3,
                                  1);
            }
        }
    }
    for (const double limit : QEMU_LIMITS)
    {
        if (limit != QEMU_UNLIMITED)
        {
            ValidationScenario slow(rateOf(1));
            run(slow, 1, limit);
            table.AddText("QEMU, fluid transfer, " + NameQemuCell(1, limit),
                          "not-converged",
                          slow.GetMove().outcome);
        }
    }
    return table;
}

/**
 * A cell over simulated TCP: VM, curve and bandwidth smaller by 256, so that all times stay as they
 * are. The prediction is with the goodput that the first round reached.
 */
inline void
AddQemuOverTcp(ValidationTable& table, const std::string& folder, int bandwidth, int limitMs)
{
    constexpr uint64_t SCALE = 256;
    const auto rate = static_cast<uint64_t>(bandwidth * QEMU_G / SCALE);
    ValidationScenario scenario(std::to_string(rate) + "bps");
    RunQemuMove(scenario, folder, {rate, SCALE, double(limitMs), "tcp"});
    const auto& rounds = scenario.GetMove().rounds;
    const RoundRecord& first = rounds.front();
    const double goodput = first.sentBytes * 8 / (first.end - first.start).GetSeconds();
    const auto predicted = PredictQemu(folder, goodput, limitMs, SCALE);
    const std::string name = "QEMU 1/256 over TCP, " + NameQemuCell(bandwidth, limitMs) +
                             ", goodput " + ShowNumber(goodput / 1e6, "Mbit/s");
    table.Add(name + ": total", "s", predicted.total, GetCopyTime(scenario), 0.07);
    table.AddAbsolute(name + ": rounds", "", predicted.rounds.size(), rounds.size(), 0);
    table.Add(name + ": last round",
              "ms",
              predicted.last * 1e3,
              (rounds.back().end - rounds.back().start).GetSeconds() * 1e3,
              0.07);
}

/// The two cells over simulated TCP.
inline ValidationTable
ValidateQemuOverTcp(const std::string& folder)
{
    ValidationTable table(QEMU_SOURCE);
    AddQemuOverTcp(table, folder, 10, 250);
    AddQemuOverTcp(table, folder, 5, 1000);
    return table;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_QEMU_CASES_H
