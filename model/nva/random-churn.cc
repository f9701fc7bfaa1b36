// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/random-churn.h"

#include "ns3/double.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @param part from [0, 1) @param count above 0 @return a place below count
size_t
PlaceOf(double part, size_t count)
{
    return std::min(static_cast<size_t>(part * double(count)), count - 1);
}

} // namespace

RandomChurn::RandomChurn(Environment& environment,
                         const OperationRequest& request,
                         const std::vector<std::string>& servers,
                         uint32_t maxRetries)
    : VmOperation(environment, request, servers, maxRetries),
      m_gap(CreateObject<ExponentialRandomVariable>()),
      m_choice(CreateObject<UniformRandomVariable>())
{
    m_gap->SetAttribute("Mean", DoubleValue(1 / request.rate));
}

void
RandomChurn::SetStreams(int64_t stream)
{
    m_gap->SetStream(stream);
    m_choice->SetStream(stream + 1);
}

Time
RandomChurn::DrawGap()
{
    const Time gap = Seconds(m_gap->GetValue());
    return m_request.until ? Min(gap, *m_request.until - m_environment.Now()) : gap;
}

Time
RandomChurn::Begin()
{
    return DrawGap();
}

Time
RandomChurn::OnTime()
{
    OrderOne();
    return DrawGap();
}

void
RandomChurn::End()
{
    m_environment.SetTimer(*this, Seconds(-1));
}

std::string
RandomChurn::GetLabel(const std::string&)
{
    return std::to_string(++m_number);
}

std::vector<std::string>
RandomChurn::FindDestinations(const OperationVm& vm) const
{
    const bool random = m_request.placement == RANDOM;
    auto servers = m_environment.Rank(vm, random ? "first-fit" : m_request.placement);
    servers.erase(std::remove_if(servers.begin(),
                                 servers.end(),
                                 [this](const std::string& server)
                                 {
                                     return !IsInside(server);
                                 }),
                  servers.end());
    return servers;
}

void
RandomChurn::OrderOne()
{
    const double which = m_choice->GetValue();
    const double where = m_choice->GetValue();
    auto vms = m_environment.GetVms();
    vms.erase(std::remove_if(vms.begin(),
                             vms.end(),
                             [this](const OperationVm& vm)
                             {
                                 return !vm.running || !vm.destination.empty() ||
                                        !IsInside(vm.server);
                             }),
              vms.end());
    const bool none = vms.empty() || !HasRoom();
    const OperationVm vm = none ? OperationVm() : vms[PlaceOf(which, vms.size())];
    const auto servers = none ? std::vector<std::string>() : FindDestinations(vm);
    if (servers.empty())
    {
        ++m_record.skipped;
        m_environment.OperationChanged(m_record);
        return;
    }
    Order(vm.vm,
          m_request.placement == RANDOM ? servers[PlaceOf(where, servers.size())]
                                        : servers.front());
}

void
RandomChurn::PlanMore()
{
    // Time alone brings moves.
}

bool
RandomChurn::IsComplete() const
{
    return false;
}

} // namespace vmm
} // namespace ns3
