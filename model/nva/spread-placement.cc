// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/spread-placement.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(SpreadPlacement);

TypeId
SpreadPlacement::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::SpreadPlacement")
                            .SetParent<PlacementPolicy>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<SpreadPlacement>();
    return tid;
}

SpreadPlacement::SpreadPlacement() = default;

SpreadPlacement::~SpreadPlacement() = default;

void
SpreadPlacement::Order(const PlacementRequest&, std::vector<PlacementCandidate>& fitting) const
{
    std::stable_sort(fitting.begin(),
                     fitting.end(),
                     [](const PlacementCandidate& a, const PlacementCandidate& b)
                     {
                         return GetFreeShare(a) > GetFreeShare(b);
                     });
}

} // namespace vmm
} // namespace ns3
