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

/// All cells of the published table, and the rounds that its text names.
inline ValidationTable
ValidateQemu(const std::string& folder)
{
    constexpr double UNLIMITED = 1e6;
    const double limits[] = {125, 250, 500, 1000, 5000, UNLIMITED};

    const struct
    {
        double bandwidth;
        int seconds[6];
    } rows[] = {
        {5, {48, 46, 31, 28, 25, 20}}, {10, {13, 12, 12, 12, 12, 10}}, {25, {5, 5, 5, 5, 4, 4}}};

    ValidationTable table(QEMU_SOURCE);
    for (const auto& row : rows)
    {
        for (size_t i = 0; i < std::size(limits); ++i)
        {
            const auto result = PredictQemu(folder, row.bandwidth * QEMU_G, limits[i]);
            const std::string limit =
                limits[i] == UNLIMITED ? "unlimited" : ShowNumber(limits[i], "ms");
            table.AddAbsolute("QEMU " + ShowNumber(row.bandwidth, "Gbit/s") + ", downtime " +
                                  limit + ": total, rounded up",
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
    for (const double limit : limits)
    {
        if (limit != UNLIMITED)
        {
            table.AddText("QEMU 1 Gbit/s, downtime " + ShowNumber(limit, "ms"),
                          "does not converge",
                          PredictQemu(folder, QEMU_G, limit).gaveUp ? "does not converge"
                                                                    : "converges");
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
    scenario.AddFile(folder, "qemu-memcached.csv");
    // The scaled curve goes through the same reader and model.
    const auto curve = ReadMeasured(folder, "qemu-memcached.csv", DirtyKind::SAMPLED).curve;
    std::string& file = scenario.files["qemu-memcached.csv"];
    file = "period,pages\n";
    for (const auto& point : curve)
    {
        file += std::to_string(point.period.GetNanoSeconds()) + "ns," +
                std::to_string(point.pages / SCALE) + "\n";
    }
    scenario.files["vms.csv"] = "vm,nve,memory,dirty_model,dirty_file,zero\nvm,a," +
                                std::to_string(QemuGuest::GetMemory(SCALE)) +
                                "B,sampled,qemu-memcached.csv," +
                                std::to_string(QemuGuest::ZEROS / SCALE * QemuGuest::PAGE) + "B\n";
    scenario.files["moves.csv"] = "migration,time,vm,to\nm,1s,vm,b\n";
    scenario.keys["duration"] = "60s";
    scenario.keys["ns3::vmm::PreCopy::MaxDowntime"] = std::to_string(limitMs) + "ms";
    scenario.keys["ns3::vmm::PreCopy::MaxRounds"] = "200";
    scenario.keys["ns3::vmm::PreCopy::NotConverged"] = "Fail";
    scenario.keys["ns3::vmm::MigrationAgent::DeviceStateBytes"] =
        "ns3::ConstantRandomVariable[Constant=0]";
    scenario.Run();

    const auto& rounds = scenario.GetMove().rounds;
    const RoundRecord& first = rounds.front();
    const double goodput = first.sentBytes * 8 / (first.end - first.start).GetSeconds();
    const auto predicted = PredictQemu(folder, goodput, limitMs, SCALE);
    const double total = (rounds.back().end - first.start).GetSeconds();
    const std::string name = "QEMU " + std::to_string(bandwidth) + " Gbit/s, " +
                             std::to_string(limitMs) + " ms, 1/256 over TCP, goodput " +
                             ShowNumber(goodput / 1e6, "Mbit/s");
    table.Add(name + ": total", "s", predicted.total, total, 0.07);
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
