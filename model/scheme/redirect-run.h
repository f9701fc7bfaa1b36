// SPDX-License-Identifier: GPL-2.0-only
#ifndef REDIRECT_RUN_H
#define REDIRECT_RUN_H

#include "ns3/mobility-scheme.h"

#include <functional>
#include <optional>
#include <vector>

namespace ns3
{
namespace vmm
{

/// One Registration Request that a management node is to send.
struct RedirectOrder
{
    IpAddress to;                //!< the recipient
    RegistrationMessage request; //!< complete but for the counter
    /// Called with the answer, or with nothing when retransmission was given up.
    std::function<void(std::optional<RegistrationStatus>)> answered;
};

/**
 * Sends orders stage by stage: those of one stage in parallel, the next stage when every order of
 * the one before is answered or given up. Starting a new run abandons the one that is under way.
 */
class RedirectRun
{
  public:
    /// The orders of one stage.
    using Stage = std::vector<RedirectOrder>;

    RedirectRun() = default;
    RedirectRun(const RedirectRun&) = delete;
    RedirectRun& operator=(const RedirectRun&) = delete;

    /**
     * @param registrar sends the requests; must outlive the run
     * @param stages in the order in which they are sent; empty stages are passed over
     * @param done called after the last stage
     */
    void Start(RegistrarContext& registrar, std::vector<Stage> stages, std::function<void()> done);
    /**
     * Gives up what is not answered yet; done is not called.
     * @param registrar the one that Start was given
     */
    void Abandon(RegistrarContext& registrar);

    /// @return whether a stage is under way
    bool IsRunning() const
    {
        return m_pending > 0;
    }

  private:
    void SendStage(RegistrarContext& registrar);
    void Answered(RegistrarContext& registrar,
                  uint64_t run,
                  size_t order,
                  std::optional<RegistrationStatus> status);

    std::vector<Stage> m_stages;     //!< all of them
    size_t m_stage = 0;              //!< the one under way
    size_t m_pending = 0;            //!< orders of it that are not answered
    uint64_t m_run = 0;              //!< tells answers to an abandoned run
    std::vector<uint64_t> m_handles; //!< of the stage under way
    std::function<void()> m_done;    //!< called at the end
};

} // namespace vmm
} // namespace ns3

#endif // REDIRECT_RUN_H
