// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/quantities.h"
#include "ns3/row-reader.h"
#include "ns3/scenario-fabric.h"
#include "ns3/scenario-rows.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

const std::vector<std::string> APPLICATIONS = {"udp-probe", "tcp-bulk", "rpc"};

constexpr uint64_t MIN_PROBE = 12;        //!< room for a sequence number and a time
constexpr uint64_t MAX_PROBE = 65507;     //!< largest UDP payload in IPv4
constexpr uint64_t MAX_MESSAGE = 1 << 30; //!< largest request, response or write

Time
ParseAnyTime(const std::string& text)
{
    return ParseTime(text, Bound::NON_NEGATIVE);
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

FlowEnd
ReadEnd(const RowReader& row, const std::string& column, const Scenario& scenario)
{
    static const std::string prefix = "host:";
    const std::string& text = row.GetText(column);
    if (text.compare(0, prefix.size(), prefix) == 0)
    {
        FlowEnd end{true, text.substr(prefix.size())};
        const TopologyNode* node = FindNode(scenario.topology, end.name);
        if (!node || !IsPlainHost(*node))
        {
            row.Fail(column, "host: and the name of a node that is a host without VMs");
        }
        return end;
    }
    FlowEnd end{false, row.Get(column, ParseName)};
    if (!scenario.FindVm(end.name))
    {
        row.Fail(column, "a VM of vms.csv, or host:NAME");
    }
    return end;
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
        auto rate = row.Get("rate",
                            [](const std::string& text)
                            {
                                return ParseRate(text, Bound::POSITIVE);
                            });
        flow.period = NanoSeconds(static_cast<uint64_t>(flow.packetSize) * 8 * 1e9 /
                                  static_cast<double>(rate.GetBitRate()));
        if (flow.period->IsZero())
        {
            row.Fail("rate", "a rate with at least 1ns between two packets");
        }
        return;
    }
    flow.period = row.Get("period",
                          [](const std::string& text)
                          {
                              return ParseTime(text, Bound::POSITIVE);
                          });
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
        flow.rate = row.Get("rate",
                            [](const std::string& text)
                            {
                                return ParseRate(text, Bound::POSITIVE);
                            });
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

void
ReadRpc(const RowReader& row, FlowRow& flow)
{
    row.MustBeEmpty("period", "rpc has a think_time");
    row.MustBeEmpty("rate", "rpc has a think_time");
    row.MustBeEmpty("bytes", "rpc goes on until stop");
    flow.packetSize = row.Get("packet_size", uint32_t{100}, SizeBetween(1, MAX_MESSAGE));
    flow.responseSize = row.Get("response_size", uint32_t{1000}, SizeBetween(1, MAX_MESSAGE));
    flow.thinkTime = row.Get("think_time", Time(), ParseAnyTime);
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
                                       {"think_time", false}}};
    return file;
}

void
ReadFlows(std::shared_ptr<const CsvTable> table, Scenario& scenario)
{
    static void (*const readers[])(const RowReader&, FlowRow&) = {ReadProbe, ReadBulk, ReadRpc};
    std::map<std::string, size_t> names;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        RowReader row(table, i);
        FlowRow flow;
        flow.source = row.GetSource();
        flow.name = row.GetNewName("flow", names);
        flow.from = ReadEnd(row, "from", scenario);
        flow.to = ReadEnd(row, "to", scenario);
        if (flow.from == flow.to)
        {
            row.Fail("to", "another end than from");
        }
        size_t application = row.Get("application",
                                     [](const std::string& text)
                                     {
                                         return ParseChoice(text, APPLICATIONS);
                                     });
        flow.application = static_cast<FlowApplication>(application);
        ReadTimes(row, scenario, flow);
        readers[application](row, flow);
        scenario.flows.push_back(std::move(flow));
    }
}

} // namespace vmm
} // namespace ns3
