// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SPREAD_PLACEMENT_H
#define VMM_SPREAD_PLACEMENT_H

#include "ns3/placement-policy.h"

namespace ns3
{
namespace vmm
{

/**
 * The server that has the most left: the largest free share of memory or processors, whichever is
 * scarcer there. At a tie the earlier one of the inventory.
 */
class SpreadPlacement : public PlacementPolicy
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    SpreadPlacement();
    ~SpreadPlacement() override;

  protected:
    void Order(const PlacementRequest& request,
               std::vector<PlacementCandidate>& fitting) const override;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SPREAD_PLACEMENT_H
