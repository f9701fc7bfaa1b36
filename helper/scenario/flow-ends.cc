// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/flow-ends.h"

#include "ns3/hash.h"
#include "ns3/rng-stream.h"
#include "ns3/scenario-fabric.h"

#include <algorithm>
#include <set>
#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

const std::string HOST = "host:";

/// Of the streams that the simulation uses, none is as high as these.
constexpr uint64_t STREAM_CHOICE = (uint64_t(1) << 63) + (uint64_t(1) << 48);

/// @return whether text begins with prefix
bool
Begins(const std::string& text, const std::string& prefix)
{
    return text.compare(0, prefix.size(), prefix) == 0;
}

/// @return the ends whose names begin as a word with `*` at its end says
std::vector<FlowEnd>
Expand(const std::string& word, const Scenario& scenario)
{
    std::vector<FlowEnd> ends;
    const bool host = Begins(word, HOST);
    const size_t begin = host ? HOST.size() : 0;
    const std::string prefix = word.substr(begin, word.size() - begin - 1);
    if (host)
    {
        for (NodeId node = 0; node < scenario.topology.GetNodeCount(); ++node)
        {
            const TopologyNode& info = scenario.topology.GetNode(node);
            if (IsPlainHost(info) && Begins(info.name, prefix))
            {
                ends.push_back({true, info.name});
            }
        }
        return ends;
    }
    for (const auto& vm : scenario.vms)
    {
        if (Begins(vm.name, prefix))
        {
            ends.push_back({false, vm.name});
        }
    }
    return ends;
}

/// @return the one end that a word without `*` names
FlowEnd
ReadEnd(const RowReader& row,
        const std::string& column,
        const std::string& word,
        const Scenario& scenario)
{
    if (Begins(word, HOST))
    {
        FlowEnd end{true, word.substr(HOST.size())};
        const TopologyNode* node = FindNode(scenario.topology, end.name);
        if (!node || !IsPlainHost(*node))
        {
            row.Fail(column, "host: and the name of a node that is a host without VMs");
        }
        return end;
    }
    FlowEnd end{false,
                row.Get(column,
                        [&word](const std::string&)
                        {
                            return ParseName(word);
                        })};
    if (!scenario.FindVm(end.name))
    {
        row.Fail(column, "a VM of vms.csv, or host:NAME");
    }
    return end;
}

} // namespace

bool
NamesGroup(const RowReader& row, const std::string& column)
{
    return row.GetText(column).find_first_of(" *") != std::string::npos;
}

std::vector<FlowEnd>
ReadFlowEnds(const RowReader& row, const std::string& column, const Scenario& scenario)
{
    std::istringstream in(row.GetText(column));
    std::vector<FlowEnd> ends;
    std::set<std::string> seen;
    for (std::string word; in >> word;)
    {
        std::vector<FlowEnd> found;
        if (word.back() == '*')
        {
            found = Expand(word, scenario);
            if (found.empty())
            {
                row.Fail(column, "at least one of that name before the *");
            }
        }
        else
        {
            found.push_back(ReadEnd(row, column, word, scenario));
        }
        for (const auto& end : found)
        {
            if (!seen.insert(end.ToString()).second)
            {
                row.Fail(column, "each end once, not " + ShowText(end.ToString()) + " again");
            }
            ends.push_back(end);
        }
    }
    if (ends.empty())
    {
        ends.push_back(ReadEnd(row, column, "", scenario));
    }
    return ends;
}

FlowPairs::FlowPairs(std::vector<FlowEnd> from, std::vector<FlowEnd> to)
    : m_from(std::move(from)),
      m_to(std::move(to)),
      m_starts{0}
{
    for (const auto& end : m_from)
    {
        const bool both = std::find(m_to.begin(), m_to.end(), end) != m_to.end();
        m_starts.push_back(m_starts.back() + m_to.size() - (both ? 1 : 0));
    }
}

std::pair<FlowEnd, FlowEnd>
FlowPairs::At(uint64_t index) const
{
    const auto next = std::upper_bound(m_starts.begin(), m_starts.end(), index);
    const size_t from = next - m_starts.begin() - 1;
    size_t to = index - m_starts[from];
    const auto self = std::find(m_to.begin(), m_to.end(), m_from[from]);
    to += size_t(self - m_to.begin()) <= to ? 1 : 0;
    return {m_from[from], m_to[to]};
}

std::vector<uint64_t>
ChooseIndices(uint64_t total, uint64_t count, const std::string& name, std::optional<uint64_t> seed)
{
    std::set<uint64_t> chosen;
    if (!seed || count == total)
    {
        for (uint64_t i = 0; i < count; ++i)
        {
            chosen.insert(i * total / count);
        }
    }
    else
    {
        // Floyd's algorithm: as many draws as numbers wanted.
        RngStream random(1, STREAM_CHOICE + Hash32(name), *seed);
        for (uint64_t last = total - count; last < total; ++last)
        {
            const auto drawn = static_cast<uint64_t>(random.RandU01() * double(last + 1));
            chosen.insert(chosen.count(drawn) != 0 ? last : drawn);
        }
    }
    return {chosen.begin(), chosen.end()};
}

} // namespace vmm
} // namespace ns3
