// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PHASED_DIRTY_MODEL_H
#define VMM_PHASED_DIRTY_MODEL_H

#include "ns3/dirty-model.h"

#include <vector>

namespace ns3
{
namespace vmm
{

/// From some time on a guest writes as a model says.
struct DirtyPhase
{
    Time start;            //!< guest time, not negative
    Ptr<DirtyModel> model; //!< until the next phase
};

/**
 * A guest that is busy, then idle: one model after another. Before the first phase nothing is
 * written. The phases of an interval are taken to write to different pages: their amounts add up,
 * to at most all memory. Zero pages are those of this model, not of the phases' ones.
 *
 * Starts are guest times, which begin with the simulation: a VM that boots at 10 s has guest time
 * 10 s then.
 */
class PhasedDirtyModel : public DirtyModel
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    PhasedDirtyModel();
    ~PhasedDirtyModel() override;

    /**
     * @param phases by start
     * @throws std::invalid_argument if there is none, one has no model, or the starts do not
     * increase from 0 or above
     */
    void SetPhases(const std::vector<DirtyPhase>& phases);

  protected:
    void DoDispose() override;

  private:
    double DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const override;

    std::vector<DirtyPhase> m_phases; //!< by start; empty until set
};

} // namespace vmm
} // namespace ns3

#endif // VMM_PHASED_DIRTY_MODEL_H
