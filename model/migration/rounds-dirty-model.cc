// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/rounds-dirty-model.h"

#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(RoundsDirtyModel);

TypeId
RoundsDirtyModel::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::RoundsDirtyModel")
                            .SetParent<DirtyModel>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<RoundsDirtyModel>();
    return tid;
}

RoundsDirtyModel::RoundsDirtyModel() = default;

RoundsDirtyModel::~RoundsDirtyModel() = default;

void
RoundsDirtyModel::SetRounds(const std::vector<uint64_t>& octets)
{
    if (octets.empty())
    {
        throw std::invalid_argument("a list of rounds has at least one");
    }
    m_rounds = octets;
}

bool
RoundsDirtyModel::EndsAfter(uint32_t round) const
{
    return round >= m_rounds.size();
}

double
RoundsDirtyModel::DoGetDirtied(const Time&, const Time&, uint64_t) const
{
    return 0;
}

uint64_t
RoundsDirtyModel::DoGetRoundDirtied(uint32_t round, const Time&, const Time&, uint64_t) const
{
    return round >= 1 && round <= m_rounds.size() ? m_rounds[round - 1] : 0;
}

} // namespace vmm
} // namespace ns3
