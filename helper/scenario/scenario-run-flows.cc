// SPDX-License-Identifier: GPL-2.0-only
// The flows of a scenario: what ScenarioRun installs in VMs and hosts.
#include "ns3/double.h"
#include "ns3/hash.h"
#include "ns3/scenario-run.h"

namespace ns3
{
namespace vmm
{

namespace
{

const Time FLOW_OFFSET = MilliSeconds(1); //!< a flow without a period starts within this

/// A flow draws from streams of its own, whatever others there are.
constexpr int64_t STREAM_FLOWS = int64_t(1) << 40;
constexpr int64_t STREAMS_PER_FLOW = 16;

/// @return a variable of the times between flows of a size: Poisson, or evenly without randomness
Ptr<RandomVariableStream>
MakeInterval(Time mean, bool random)
{
    TimeDistribution interval;
    interval.kind = random ? TimeDistribution::Kind::EXPONENTIAL : TimeDistribution::Kind::CONSTANT;
    interval.mean = mean;
    return interval.MakeVariable(random);
}

} // namespace

WorkloadFlow
ScenarioRun::MakeFlow(const FlowRow& row)
{
    const bool random = m_scenario.randomness;
    WorkloadFlow flow;
    flow.name = row.name;
    flow.from = GetEnd(row.from);
    flow.to = GetEnd(row.to);
    flow.family = m_scenario.family == FamilyKind::IPV6 ? IpFamily::IPV6 : IpFamily::IPV4;
    flow.start = row.start + Draw(row.period.value_or(FLOW_OFFSET));
    flow.stop = row.stop;
    flow.packetSize = row.packetSize;
    flow.period = row.period.value_or(Time());
    flow.rate = row.rate;
    flow.bytes = row.bytes;
    flow.responseSize = row.responseSize;
    flow.thinkTimes = row.thinkTime.MakeVariable(random);
    flow.onTime = row.on.MakeVariable(random);
    flow.offTime = row.off.MakeVariable(random);
    flow.interval = MakeInterval(row.interval, random);
    flow.sizes = row.sizes ? row.sizes->MakeVariable(random) : nullptr;
    flow.download = row.download;
    flow.stream = STREAM_FLOWS + STREAMS_PER_FLOW * int64_t(Hash32(row.name));
    return flow;
}

size_t
ScenarioRun::BuildRow(size_t first)
{
    const FlowRow& row = m_scenario.flows[first];
    size_t last = first + 1;
    std::vector<WorkloadFlow> flows{MakeFlow(row)};
    std::vector<std::string> names{row.name};
    std::vector<WorkloadApplications> made;
    switch (row.application)
    {
    case FlowApplication::UDP_PROBE:
        made.push_back(m_workload.InstallUdpProbe(flows[0]));
        break;
    case FlowApplication::TCP_BULK:
        made.push_back(m_workload.InstallTcpBulk(flows[0]));
        break;
    case FlowApplication::RPC:
        made.push_back(m_workload.InstallRpc(flows[0]));
        break;
    case FlowApplication::ON_OFF:
        made.push_back(m_workload.InstallOnOff(flows[0]));
        break;
    case FlowApplication::SIZED:
        made.push_back(m_workload.InstallSized(flows[0]));
        break;
    case FlowApplication::INCAST:
        names.insert(names.begin(), row.row);
        for (; last < m_scenario.flows.size() && m_scenario.flows[last].row == row.row; ++last)
        {
            flows.push_back(MakeFlow(m_scenario.flows[last]));
            names.push_back(flows.back().name);
        }
        made = m_workload.InstallIncast(flows);
        break;
    }
    for (size_t i = 0; i < made.size(); ++i)
    {
        m_collector->AddFlow(made[i].info);
        m_flowInfos.push_back(made[i].info);
        m_clients[flows[i].name] = made[i].client;
        m_applications.emplace_back(flows[i].name, FlowApplicationName(row.application));
    }
    m_collector->AddTransfers(names, made.front().client, made.front().server);
    return last;
}

void
ScenarioRun::BuildFlows()
{
    for (size_t i = 0; i < m_scenario.flows.size();)
    {
        i = BuildRow(i);
    }
}

} // namespace vmm
} // namespace ns3
