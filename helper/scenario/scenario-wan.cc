// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-wan.h"

#include "ns3/quantities.h"
#include "ns3/row-reader.h"

#include <cmath>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr double MAX_KM = 1e6;               //!< far beyond any cable or satellite
constexpr uint64_t MAX_COST = (1 << 24) - 1; //!< sums of it stay far from overflow

DataRate
ReadRate(const std::string& text)
{
    return ParseRate(text, Bound::POSITIVE);
}

Time
ReadDelay(const std::string& text)
{
    return ParseTime(text, Bound::NON_NEGATIVE);
}

Time
ReadKilometres(const std::string& text)
{
    return NanoSeconds(std::llround(ParseNumber(text, 0, MAX_KM) *
                                    static_cast<double>(GetFibreDelay(1000).GetNanoSeconds())));
}

} // namespace

const std::vector<CsvColumn>&
GetWanColumns()
{
    static const std::vector<CsvColumn> columns = {{"a", true},
                                                   {"b", true},
                                                   {"distance_km", false},
                                                   {"delay", false},
                                                   {"rate", false},
                                                   {"cost", false}};
    return columns;
}

bool
HasWan(const ScenarioSettings& settings)
{
    const TopologyBuilder* builder = TopologyBuilder::Find(settings.GetText("fabric"));
    return builder && builder->HasWan();
}

bool
NeedsWanFile(const ScenarioSettings& settings)
{
    return HasWan(settings) && settings.GetText("wan") == "csv";
}

Time
GetWanDelay(const ScenarioSettings& settings)
{
    if (!settings.Has("wan_distance"))
    {
        return settings.Has("wan_delay") ? settings.Get("wan_delay", ReadDelay)
                                         : BuilderInput().wanDelay;
    }
    if (settings.Has("wan_delay"))
    {
        throw ScenarioError(settings.At("wan_distance"),
                            ShowText(settings.GetText("wan_distance")),
                            "no wan_distance where there is a wan_delay");
    }
    return GetFibreDelay(settings.Get("wan_distance", ParseDistance));
}

void
ReadWanSettings(const ScenarioSettings& settings, BuilderInput& input)
{
    input.wanRate = settings.Get("wan_rate", ReadRate);
    input.wanDelay = GetWanDelay(settings);
    input.siteRate = settings.Get("host_rate", ReadRate);
    input.siteDelay = settings.Get("host_delay", ReadDelay);
}

void
ReadWanLinks(std::shared_ptr<const CsvTable> table, BuilderInput& input)
{
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        RowReader row(table, i);
        NamedLink wan{row.Get("a", ParseName), row.Get("b", ParseName), {}};
        wan.link.delay = row.Get("delay", input.wanDelay, ReadDelay);
        if (row.Has("distance_km"))
        {
            row.MustBeEmpty("delay", "distance_km is given");
            wan.link.delay = row.Get("distance_km", ReadKilometres);
        }
        wan.link.rate = row.Get("rate", input.wanRate, ReadRate);
        wan.link.cost = row.Get("cost",
                                wan.link.cost,
                                [](const std::string& text)
                                {
                                    return ParseCount(text, 1, MAX_COST);
                                });
        wan.link.mtu = input.mtu;
        wan.link.queue = input.queue;
        input.wanLinks.push_back(wan);
    }
}

} // namespace vmm
} // namespace ns3
