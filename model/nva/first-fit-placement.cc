// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/first-fit-placement.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(FirstFitPlacement);

TypeId
FirstFitPlacement::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::FirstFitPlacement")
                            .SetParent<PlacementPolicy>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<FirstFitPlacement>();
    return tid;
}

FirstFitPlacement::FirstFitPlacement() = default;

FirstFitPlacement::~FirstFitPlacement() = default;

void
FirstFitPlacement::Order(const PlacementRequest&, std::vector<PlacementCandidate>&) const
{
    // They are in the order of the inventory already.
}

} // namespace vmm
} // namespace ns3
