// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SERIES_CASES_H
#define VMM_SERIES_CASES_H

#include "../migration/fluid-copy.h"
#include "validation-row.h"

#include "ns3/pre-copy.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace vmm
{

/// Constant dirty rate D on bandwidth R: round i carries V (D/R)^(i-1).
inline ValidationTable
ValidateSeries()
{
    constexpr uint64_t MEMORY = 1 << 30;
    auto method = CreateObject<PreCopy>();
    method->SetAttribute("MaxDowntime", TimeValue(Time(0)));
    method->SetAttribute("MinLeft", UintegerValue(1 << 20));
    method->SetAttribute("PageHeader", UintegerValue(0));
    auto model = CreateObject<ConstantDirtyModel>();
    model->SetAttribute("Rate", StringValue("250Mbps"));
    const auto result = RunFluid(method, model, MEMORY, 1e9);
    double left = MEMORY;
    double live = 0;
    int rounds = 0;
    for (; left > (1 << 20); left /= 4)
    {
        live += left * 8 / 1e9;
        ++rounds;
    }
    ValidationTable table("geometric series");
    const std::string name = "1 GiB, 250 Mbit/s written, 1 Gbit/s, stop at 1 MiB: ";
    table.AddAbsolute(name + "rounds", "", rounds, result.rounds.size() - 1, 0);
    table.Add(name + "until the stop", "s", live, result.live, 0.001);
    table.Add(name + "last round", "ms", left * 8 / 1e6, result.last * 1e3, 0.001);
    return table;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_SERIES_CASES_H
