// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/flow-ends.h"
#include "ns3/quantities.h"
#include "ns3/row-reader.h"
#include "ns3/rpc-header.h"
#include "ns3/scenario-networks.h"
#include "ns3/scenario-rows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace ns3
{
namespace vmm
{

namespace
{

const std::vector<std::string> APPLICATIONS = {
    "udp-probe", "tcp-bulk", "rpc", "on-off", "sized", "incast"};

constexpr uint64_t MIN_PROBE = 12;        //!< room for a sequence number and a time
constexpr uint64_t MAX_PROBE = 65507;     //!< largest UDP payload in IPv4
constexpr uint64_t MAX_MESSAGE = 1 << 30; //!< largest request, response or write
constexpr size_t MAX_FLOWS = 9000;        //!< as many as WorkloadHelper has ports for
constexpr size_t MAX_GROUP_NAME = 58;     //!< room for the number of a flow

Time
ParseAnyTime(const std::string& text)
{
    return ParseTime(text, Bound::NON_NEGATIVE);
}

Time
ParsePositiveTime(const std::string& text)
{
    return ParseTime(text, Bound::POSITIVE);
}

DataRate
ParsePositiveRate(const std::string& text)
{
    return ParseRate(text, Bound::POSITIVE);
}

TimeDistribution
ParsePositiveTimes(const std::string& text)
{
    return ParseTimeDistribution(text, Bound::POSITIVE);
}

/// @return a parser of sizes within limits
auto
SizeBetween(uint64_t least, uint64_t most)
{
    return [least, most](const std::string& text)
    {
        uint64_t size = ParseSize(text, Bound::POSITIVE);
        if (size < least || size > most)
        {
            throw ValueError(ShowText(text),
                             "a size from " + std::to_string(least) + "B to " +
                                 std::to_string(most) + "B");
        }
        return static_cast<uint32_t>(size);
    };
}

/// Checks that a flow lies in the life of one of its ends, and cuts an open end.
void
CheckLife(const RowReader& row, const FlowEnd& end, const Scenario& scenario, FlowRow& flow)
{
    if (end.host)
    {
        return;
    }
    const VmRow& vm = *scenario.FindVm(end.name);
    if (flow.start < vm.create)
    {
        row.Fail("start",
                 "a time from " + FormatTime(vm.create) + ", when VM " + ShowText(vm.name) +
                     " is created");
    }
    if (vm.destroy && flow.stop > *vm.destroy)
    {
        if (row.Has("stop"))
        {
            row.Fail("stop",
                     "a time up to " + FormatTime(*vm.destroy) + ", when VM " + ShowText(vm.name) +
                         " is destroyed");
        }
        flow.stop = *vm.destroy;
    }
}

void
ReadTimes(const RowReader& row, const Scenario& scenario, FlowRow& flow)
{
    flow.start = row.Get("start", Time(), ParseAnyTime);
    flow.stop = row.Get("stop", scenario.duration, ParseAnyTime);
    if (flow.start >= scenario.duration)
    {
        row.Fail("start",
                 "a time before " + FormatTime(scenario.duration) + ", the end of the run");
    }
    if (flow.stop > scenario.duration)
    {
        row.Fail("stop", "a time up to " + FormatTime(scenario.duration) + ", the end of the run");
    }
    CheckLife(row, flow.from, scenario, flow);
    CheckLife(row, flow.to, scenario, flow);
    if (flow.stop <= flow.start)
    {
        row.Fail(row.Has("stop") ? "stop" : "start",
                 row.Has("stop") ? "a time after the start at " + FormatTime(flow.start)
                                 : "a time before " + FormatTime(flow.stop) + ", when it stops");
    }
}

void
ReadProbe(const RowReader& row, FlowRow& flow)
{
    row.MustBeEmpty("bytes", "a udp-probe sends until stop");
    row.MustBeEmpty("response_size", "a udp-probe has no response");
    row.MustBeEmpty("think_time", "a udp-probe has a period");
    flow.packetSize = row.Get("packet_size", uint32_t{100}, SizeBetween(MIN_PROBE, MAX_PROBE));
    if (row.Has("rate"))
    {
        row.MustBeEmpty("period", "the rate and packet_size give it");
        auto rate = row.Get("rate", ParsePositiveRate);
        flow.period = NanoSeconds(static_cast<uint64_t>(flow.packetSize) * 8 * 1e9 /
                                  static_cast<double>(rate.GetBitRate()));
        if (flow.period->IsZero())
        {
            row.Fail("rate", "a rate with at least 1ns between two packets");
        }
        return;
    }
    flow.period = row.Get("period", ParsePositiveTime);
}

void
ReadBulk(const RowReader& row, FlowRow& flow)
{
    row.MustBeEmpty("period", "tcp-bulk has a rate");
    row.MustBeEmpty("response_size", "tcp-bulk has no response");
    row.MustBeEmpty("think_time", "tcp-bulk does not wait");
    flow.packetSize = row.Get("packet_size", uint32_t{1400}, SizeBetween(1, MAX_MESSAGE));
    if (row.Has("rate"))
    {
        flow.rate = row.Get("rate", ParsePositiveRate);
    }
    if (row.Has("bytes"))
    {
        flow.bytes = row.Get("bytes",
                             [](const std::string& text)
                             {
                                 return ParseSize(text, Bound::POSITIVE);
                             });
    }
}

/// Reads requests, responses, and the time between.
void
ReadQuestions(const RowReader& row, FlowRow& flow)
{
    const bool incast = flow.application == FlowApplication::INCAST;
    flow.packetSize =
        row.Get("packet_size", uint32_t{100}, SizeBetween(RpcHeader::SIZE, MAX_MESSAGE));
    flow.responseSize =
        row.Get("response_size", uint32_t{incast ? 20000U : 1000U}, SizeBetween(1, MAX_MESSAGE));
    flow.thinkTime = row.Get("think_time",
                             TimeDistribution(),
                             [](const std::string& text)
                             {
                                 return ParseTimeDistribution(text, Bound::NON_NEGATIVE);
                             });
}

void
ReadRpc(const RowReader& row, FlowRow& flow)
{
    row.MustBeEmpty("period", "rpc has a think_time");
    row.MustBeEmpty("rate", "rpc has a think_time");
    row.MustBeEmpty("bytes", "rpc goes on until stop");
    ReadQuestions(row, flow);
}

void
ReadOnOff(const RowReader& row, FlowRow& flow)
{
    row.MustBeEmpty("bytes", "on-off sends until stop");
    row.MustBeEmpty("period", "on-off has a rate");
    row.MustBeEmpty("response_size", "on-off has no response");
    row.MustBeEmpty("think_time", "on-off has an off time");
    flow.packetSize = row.Get("packet_size", uint32_t{1400}, SizeBetween(1, MAX_PROBE));
    flow.rate = row.Get("rate", ParsePositiveRate);
    flow.on = row.Get("on", ParsePositiveTimes);
    flow.off = row.Get("off", ParsePositiveTimes);
}

void
ReadSized(const RowReader& row, FlowRow& flow)
{
    row.MustBeEmpty("bytes", "the distribution has the sizes");
    row.MustBeEmpty("response_size", "the distribution has the sizes");
    row.MustBeEmpty("think_time", "sized does not wait");
    flow.download = row.Get("direction",
                            size_t{0},
                            [](const std::string& text)
                            {
                                return ParseChoice(text, {"upload", "download"});
                            }) == 1;
    if (!flow.download)
    {
        row.MustBeEmpty("packet_size", "an upload is a request of the size that is drawn");
    }
    flow.packetSize =
        row.Get("packet_size", uint32_t{100}, SizeBetween(RpcHeader::SIZE, MAX_MESSAGE));
    if (row.Has("period"))
    {
        row.MustBeEmpty("rate", "the period and the distribution give it");
        flow.interval = row.Get("period", ParsePositiveTime);
        return;
    }
    flow.rate = row.Get("rate", ParsePositiveRate);
    flow.interval =
        NanoSeconds(std::llround(flow.sizes->GetMean() * 8e9 / double(flow.rate->GetBitRate())));
    if (flow.interval.IsZero())
    {
        row.Fail("rate", "a rate with at least 1ns between two flows");
    }
}

void
ReadIncast(const RowReader& row, FlowRow& flow)
{
    row.MustBeEmpty("period", "incast has a think_time");
    row.MustBeEmpty("rate", "incast has a think_time");
    row.MustBeEmpty("bytes", "incast has a response_size");
    ReadQuestions(row, flow);
}

/// Refuses the columns of one application in a row of another.
void
CheckOwnColumns(const RowReader& row, FlowApplication application)
{
    static const struct
    {
        const char* column;    //!< its name
        FlowApplication owner; //!< the application that has it
    } columns[] = {{"on", FlowApplication::ON_OFF},
                   {"off", FlowApplication::ON_OFF},
                   {"distribution", FlowApplication::SIZED},
                   {"direction", FlowApplication::SIZED}};

    for (const auto& own : columns)
    {
        if (application != own.owner)
        {
            row.MustBeEmpty(own.column,
                            std::string(FlowApplicationName(own.owner)) + " alone has it");
        }
    }
}

/// The distributions that rows name, each read once.
class SizesKeeper
{
  public:
    explicit SizesKeeper(const FlowSizesLoader& load)
        : m_load(load)
    {
    }

    /// @return the distribution that a row names; throws ScenarioError
    std::shared_ptr<const FlowSizes> Get(const RowReader& row)
    {
        const std::string name = row.Get("distribution", ParseName);
        auto& sizes = m_known[name];
        if (!sizes)
        {
            auto table = m_load(name + ".csv");
            if (!table)
            {
                row.Fail("distribution",
                         "the name of a file " + name + ".csv in this folder or in " +
                             DISTRIBUTIONS_FOLDER);
            }
            sizes = ReadFlowSizes(table, name);
        }
        return sizes;
    }

  private:
    const FlowSizesLoader& m_load;                                   //!< opens files
    std::map<std::string, std::shared_ptr<const FlowSizes>> m_known; //!< by name
};

/// Reads what all flows of a row have in common.
FlowRow
ReadCommon(const RowReader& row, SizesKeeper& sizes)
{
    static void (*const readers[])(const RowReader&, FlowRow&) = {
        ReadProbe, ReadBulk, ReadRpc, ReadOnOff, ReadSized, ReadIncast};
    FlowRow flow;
    flow.source = row.GetSource();
    size_t application = row.Get("application",
                                 [](const std::string& text)
                                 {
                                     return ParseChoice(text, APPLICATIONS);
                                 });
    flow.application = static_cast<FlowApplication>(application);
    CheckOwnColumns(row, flow.application);
    if (flow.application == FlowApplication::SIZED)
    {
        flow.sizes = sizes.Get(row);
    }
    readers[application](row, flow);
    return flow;
}

/// @return the pairs of ends of a row, as many as it wants
std::vector<std::pair<FlowEnd, FlowEnd>>
ReadPairs(const RowReader& row, bool incast, const Scenario& scenario)
{
    auto from = ReadFlowEnds(row, "from", scenario);
    auto to = ReadFlowEnds(row, "to", scenario);
    if (incast && to.size() != 1)
    {
        row.Fail("to", "the one end that an incast goes to");
    }
    FlowPairs pairs(from, to);
    if (pairs.GetCount() == 0)
    {
        row.Fail("to", "another end than from");
    }
    const uint64_t count = row.Get("count",
                                   pairs.GetCount(),
                                   [&pairs](const std::string& text)
                                   {
                                       return ParseCount(text, 1, pairs.GetCount());
                                   });
    if (scenario.flows.size() + count > MAX_FLOWS)
    {
        row.Fail(row.Has("count") ? "count" : "from",
                 "at most " + std::to_string(MAX_FLOWS) + " flows in all, not " +
                     std::to_string(scenario.flows.size() + count));
    }
    std::vector<std::pair<FlowEnd, FlowEnd>> chosen;
    auto seed = scenario.randomness ? std::make_optional(scenario.seed) : std::nullopt;
    for (uint64_t index : ChooseIndices(pairs.GetCount(), count, row.GetText("flow"), seed))
    {
        chosen.push_back(pairs.At(index));
    }
    return chosen;
}

} // namespace

const char*
FlowApplicationName(FlowApplication application)
{
    return APPLICATIONS[static_cast<size_t>(application)].c_str();
}

const ScenarioFile&
GetTrafficFile()
{
    static const ScenarioFile file = {"traffic.csv",
                                      {{"flow", true},
                                       {"from", true},
                                       {"to", true},
                                       {"application", true},
                                       {"start", false},
                                       {"stop", false},
                                       {"rate", false},
                                       {"bytes", false},
                                       {"packet_size", false},
                                       {"period", false},
                                       {"response_size", false},
                                       {"think_time", false},
                                       {"on", false},
                                       {"off", false},
                                       {"distribution", false},
                                       {"direction", false},
                                       {"count", false}}};
    return file;
}

void
ReadFlows(std::shared_ptr<const CsvTable> table, Scenario& scenario, const FlowSizesLoader& load)
{
    SizesKeeper sizes(load);
    std::map<std::string, size_t> names;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        RowReader row(table, i);
        const std::string name = row.GetNewName("flow", names);
        const bool incast = row.GetText("application") == "incast";
        const auto pairs = ReadPairs(row, incast, scenario);
        FlowRow flow = ReadCommon(row, sizes);
        flow.row = name;
        const bool group = incast || NamesGroup(row, "from") || NamesGroup(row, "to");
        if (group && name.size() > MAX_GROUP_NAME)
        {
            row.Fail("flow",
                     "at most " + std::to_string(MAX_GROUP_NAME) +
                         " characters, to which numbers are added");
        }
        for (size_t k = 0; k < pairs.size(); ++k)
        {
            flow.name = group ? name + "." + std::to_string(k + 1) : name;
            if (group && !names.emplace(flow.name, i).second)
            {
                row.Fail("flow", "a name with no " + ShowText(flow.name) + " besides");
            }
            std::tie(flow.from, flow.to) = pairs[k];
            CheckNetworks(row, scenario, flow);
            ReadTimes(row, scenario, flow);
            scenario.flows.push_back(flow);
        }
    }
    // All rows are read, so that what is wrong in one is told whatever the limit.
    const std::string& most = scenario.settings["max_flows"];
    if (!most.empty() && scenario.flows.size() > std::stoul(most))
    {
        scenario.flows.resize(std::stoul(most));
    }
}

} // namespace vmm
} // namespace ns3
