// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_EVACUATION_H
#define VMM_EVACUATION_H

#include "ns3/vm-operation.h"

namespace ns3
{
namespace vmm
{

/**
 * Empties servers: each VM there goes to the server that the placement policy likes best, never to
 * one that is being emptied. From its order on no policy places a VM there, until `until` if that
 * is given, otherwise for good: the servers are on their way out of service.
 *
 * A VM whose move was refused or rolled back goes elsewhere, to a server that was not tried for it,
 * up to MaxRetries times. One that finds no room is looked at again whenever a move is over; if
 * nothing is under way any more it stays, counts as unplaced, and the outcome is `partial`. A VM
 * that is being moved by somebody else is left alone until that is over. The largest VMs are placed
 * first, since they are the hardest to place; among equals the order is that of their VM-IDs.
 */
class Evacuation : public VmOperation
{
  public:
    using VmOperation::VmOperation;

  protected:
    Time Begin() override;
    void PlanMore() override;
    bool IsComplete() const override;
    void End() override;
    void AfterEnd() override;

  private:
    /// Lets VMs be placed on the servers again, or not any more. @param closed not any more
    void Close(bool closed);

    bool m_pending{false}; //!< a VM there is being moved, by this operation or somebody else
    bool m_closed{false};  //!< no policy places a VM on the servers
};

} // namespace vmm
} // namespace ns3

#endif // VMM_EVACUATION_H
