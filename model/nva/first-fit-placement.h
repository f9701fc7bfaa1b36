// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FIRST_FIT_PLACEMENT_H
#define VMM_FIRST_FIT_PLACEMENT_H

#include "ns3/placement-policy.h"

namespace ns3
{
namespace vmm
{

/// The first server of the inventory that has room: fills one server after the other.
class FirstFitPlacement : public PlacementPolicy
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    FirstFitPlacement();
    ~FirstFitPlacement() override;

  protected:
    void Order(const PlacementRequest& request,
               std::vector<PlacementCandidate>& fitting) const override;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FIRST_FIT_PLACEMENT_H
