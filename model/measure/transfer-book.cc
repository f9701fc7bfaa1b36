// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/transfer-book.h"

#include "ns3/simulator.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(TransferBook);

std::optional<Time>
Transfer::GetCompletionTime() const
{
    return outcome == TransferOutcome::COMPLETED ? std::optional<Time>(*end - start) : std::nullopt;
}

TypeId
TransferBook::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::TransferBook")
                            .SetParent<Object>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<TransferBook>();
    return tid;
}

void
TransferBook::Watch(Ptr<Application> application, const std::vector<std::string>& names)
{
    const auto source = static_cast<uint32_t>(m_names.size());
    m_names.push_back(names);
    if (application->GetInstanceTypeId().LookupTraceSourceByName("TransferBegin"))
    {
        application->TraceConnectWithoutContext(
            "TransferBegin", MakeBoundCallback(&TransferBook::Begin, this, source));
        application->TraceConnectWithoutContext(
            "TransferEnd", MakeBoundCallback(&TransferBook::End, this, source));
    }
}

void
TransferBook::Begin(TransferBook* self, uint32_t source, const TransferEvent& event)
{
    Transfer transfer;
    transfer.flow = self->m_names[source].at(event.part);
    transfer.id = event.id;
    transfer.part = event.part != 0;
    transfer.start = Simulator::Now();
    transfer.bytes = event.bytes;
    self->m_open[{source, event.part, event.id}] = self->m_transfers.size();
    self->m_transfers.push_back(transfer);
}

void
TransferBook::End(TransferBook* self, uint32_t source, const TransferEvent& event)
{
    const auto open = self->m_open.find({source, event.part, event.id});
    if (open == self->m_open.end())
    {
        return;
    }
    Transfer& transfer = self->m_transfers[open->second];
    transfer.end = Simulator::Now();
    transfer.outcome = event.outcome;
    self->m_open.erase(open);
}

CompletionFigures
TransferBook::Summarize(const std::string& flow) const
{
    CompletionFigures figures;
    std::vector<int64_t> times;
    int64_t sum = 0;
    for (const Transfer& transfer : m_transfers)
    {
        if (flow.empty() ? transfer.part : transfer.flow != flow)
        {
            continue;
        }
        ++figures.begun;
        if (const std::optional<Time> time = transfer.GetCompletionTime())
        {
            times.push_back(time->GetNanoSeconds());
            sum += times.back();
        }
    }
    figures.completed = times.size();
    if (times.empty())
    {
        return figures;
    }
    std::sort(times.begin(), times.end());
    const auto rank = [&times](size_t percent)
    {
        return NanoSeconds(times[(times.size() * percent + 99) / 100 - 1]);
    };
    figures.mean = NanoSeconds(sum / static_cast<int64_t>(times.size()));
    figures.p50 = rank(50);
    figures.p99 = rank(99);
    figures.max = NanoSeconds(times.back());
    return figures;
}

} // namespace vmm
} // namespace ns3
