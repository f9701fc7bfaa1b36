// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_LOCALITY_PLACEMENT_H
#define VMM_LOCALITY_PLACEMENT_H

#include "ns3/placement-policy.h"

namespace ns3
{
namespace vmm
{

/**
 * The server that is nearest to the VMs that this one speaks to: the sum over them of 0 for the
 * same server, 1 for the same rack, 2 for the same data centre, 3 for another. A VM that speaks to
 * none stays near to where it is. At a tie the server with the most left, as SpreadPlacement.
 */
class LocalityPlacement : public PlacementPolicy
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    LocalityPlacement();
    ~LocalityPlacement() override;

  protected:
    void Order(const PlacementRequest& request,
               std::vector<PlacementCandidate>& fitting) const override;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_LOCALITY_PLACEMENT_H
