// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/locality-placement.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(LocalityPlacement);

namespace
{

/// @return how far two servers are apart, 0 to 3
uint32_t
GetDistance(const ServerPlace& a, const ServerPlace& b)
{
    if (a.server == b.server)
    {
        return 0;
    }
    if (a.dc != b.dc)
    {
        return 3;
    }
    return a.rack.empty() || a.rack != b.rack ? 2 : 1;
}

/// @return the sum of the distances from a server to what the VM is to be near
uint32_t
GetDistanceToAll(const ServerPlace& place, const PlacementRequest& request)
{
    if (request.peers.empty())
    {
        return request.from.server.empty() ? 0 : GetDistance(place, request.from);
    }
    uint32_t sum = 0;
    for (const auto& peer : request.peers)
    {
        sum += GetDistance(place, peer);
    }
    return sum;
}

} // namespace

TypeId
LocalityPlacement::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::LocalityPlacement")
                            .SetParent<PlacementPolicy>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<LocalityPlacement>();
    return tid;
}

LocalityPlacement::LocalityPlacement() = default;

LocalityPlacement::~LocalityPlacement() = default;

void
LocalityPlacement::Order(const PlacementRequest& request,
                         std::vector<PlacementCandidate>& fitting) const
{
    std::stable_sort(fitting.begin(),
                     fitting.end(),
                     [&request](const PlacementCandidate& a, const PlacementCandidate& b)
                     {
                         const uint32_t toA = GetDistanceToAll(a.place, request);
                         const uint32_t toB = GetDistanceToAll(b.place, request);
                         return toA != toB ? toA < toB : GetFreeShare(a) > GetFreeShare(b);
                     });
}

} // namespace vmm
} // namespace ns3
