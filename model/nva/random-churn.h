// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RANDOM_CHURN_H
#define VMM_RANDOM_CHURN_H

#include "ns3/random-variable-stream.h"
#include "ns3/vm-operation.h"

namespace ns3
{
namespace vmm
{

/**
 * Moves random VMs at random times: orders come as a Poisson process of the given rate. Each takes
 * a running VM of the target's servers that is not being moved, all with the same chance, to
 * another of these servers: any that has room, or the one that a placement policy likes best. If
 * there is no such VM or server, or too many are under way, the order is skipped and counted.
 *
 * It has one random stream for the times and one for the choices, and draws as many numbers of each
 * for a skipped order: what happens to one move does not change which VMs are drawn after it from
 * among the same ones.
 */
class RandomChurn : public VmOperation
{
  public:
    /// Policy name for a destination at random.
    static constexpr const char* RANDOM = "random";

    /// Streams that SetStreams() uses.
    static constexpr int64_t STREAMS = 2;

    /**
     * @param environment outlives this
     * @param request what is ordered; rate is above 0
     * @param servers that the target means
     * @param maxRetries not used: a churn's move is not tried again
     */
    RandomChurn(Environment& environment,
                const OperationRequest& request,
                const std::vector<std::string>& servers,
                uint32_t maxRetries);

    /// @param stream the first of STREAMS; call before Start()
    void SetStreams(int64_t stream);

  protected:
    Time Begin() override;
    void PlanMore() override;
    bool IsComplete() const override;
    Time OnTime() override;
    void End() override;
    std::string GetLabel(const std::string& vm) override;

  private:
    /// @return the time to the next order, cut at `until`
    Time DrawGap();
    /// Draws a VM and a server and orders the move.
    void OrderOne();
    /// @return the servers of the target to which a VM may go, the best first
    std::vector<std::string> FindDestinations(const OperationVm& vm) const;

    Ptr<ExponentialRandomVariable> m_gap; //!< seconds between orders
    Ptr<UniformRandomVariable> m_choice;  //!< [0, 1)
    uint32_t m_number{0};                 //!< moves that were named
};

} // namespace vmm
} // namespace ns3

#endif // VMM_RANDOM_CHURN_H
