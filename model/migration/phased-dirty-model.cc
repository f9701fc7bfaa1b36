// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/phased-dirty-model.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(PhasedDirtyModel);

TypeId
PhasedDirtyModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::PhasedDirtyModel")
                            .SetParent<DirtyModel>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<PhasedDirtyModel>();
    return tid;
}

PhasedDirtyModel::PhasedDirtyModel() = default;

PhasedDirtyModel::~PhasedDirtyModel() = default;

void
PhasedDirtyModel::DoDispose()
{
    m_phases.clear();
    DirtyModel::DoDispose();
}

void
PhasedDirtyModel::SetPhases(const std::vector<DirtyPhase>& phases)
{
    bool good = !phases.empty() && !phases.front().start.IsStrictlyNegative();
    for (size_t i = 0; i < phases.size(); ++i)
    {
        good = good && phases[i].model && (i == 0 || phases[i - 1].start < phases[i].start);
    }
    if (!good)
    {
        throw std::invalid_argument("phases have increasing starts and a model each");
    }
    m_phases = phases;
}

double
PhasedDirtyModel::DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const
{
    double octets = 0;
    for (size_t i = 0; i < m_phases.size(); ++i)
    {
        const Time begin = Max(from, m_phases[i].start);
        const Time end = i + 1 < m_phases.size() ? Min(to, m_phases[i + 1].start) : to;
        octets += static_cast<double>(m_phases[i].model->GetDirtied(begin, end, memory));
    }
    return octets;
}

} // namespace vmm
} // namespace ns3
