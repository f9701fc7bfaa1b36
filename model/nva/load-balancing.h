// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_LOAD_BALANCING_H
#define VMM_LOAD_BALANCING_H

#include "ns3/vm-operation.h"

#include <optional>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Moves VMs from the fullest server to the emptiest ones until the spread of their loads is at most
 * `threshold`, or no move helps. The load of a server is the used share of its memory or its
 * processors, whichever is larger, as it will be when all ordered moves are over; the spread is the
 * largest load minus the smallest of the target's servers.
 *
 * One step: of the VMs of the fullest server, the one whose move to the emptiest server leaves the
 * fuller of the two least full, if that is less full than the fullest is now; else the next
 * emptiest server. At a tie the lower VM-ID. No VM moves twice, so it ends.
 */
class LoadBalancing : public VmOperation
{
  public:
    using VmOperation::VmOperation;

  protected:
    Time Begin() override;
    void PlanMore() override;
    bool IsComplete() const override;

  private:
    /// A server and what will be used of it.
    struct Load
    {
        OperationServer server; //!< the server
        uint64_t memory{0};     //!< used, octets
        uint32_t vcpus{0};      //!< used

        /// @return the used share with this much more, or less, of both
        double GetShare(int64_t memoryMore = 0, int64_t vcpusMore = 0) const;
    };

    /// A VM and where it should go.
    struct Step
    {
        std::string vm;          //!< VM-ID
        std::string destination; //!< name of a server
    };

    /// @return the target's servers that have said what they have, the fullest first
    std::vector<Load> GetLoads(const std::vector<OperationVm>& vms) const;
    /// @return the next step; none if the spread is small enough or no move helps
    std::optional<Step> FindStep() const;
    /// @return the best VM to go from the first to the second; none if no move helps
    std::optional<Step>
    FindStep(const Load& from, const Load& to, const std::vector<OperationVm>& vms) const;
};

} // namespace vmm
} // namespace ns3

#endif // VMM_LOAD_BALANCING_H
