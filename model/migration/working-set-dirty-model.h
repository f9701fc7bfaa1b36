// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_WORKING_SET_DIRTY_MODEL_H
#define VMM_WORKING_SET_DIRTY_MODEL_H

#include "ns3/dirty-model.h"

namespace ns3
{
namespace vmm
{

/**
 * A guest with a writable working set (Clark et al., NSDI 2005, section 4): some hot pages that are
 * written again and again, and the rest of the memory, which is written slowly.
 *
 * After t seconds the number of distinct hot pages written is, with N hot pages and w page writes a
 * second to them:
 * - Random: N (1 - exp(-w t / N)). Each write falls on a hot page drawn at random, so a page has
 *   escaped w t writes with probability (1 - 1/N)^(w t), for which the exponential is the limit of
 *   large N. The default: a server's writes to its heap are closer to this than to a sweep, and the
 *   bend that sampled curves show comes out.
 * - Sweep: min(w t, N). The hot pages are written one after another in a circle, as a copying
 *   collector or a video buffer does: the working set is met as early as it can be.
 *
 * The cold pages are never written twice: ColdRate t, up to the memory that is not hot. The sum is
 * given in whole pages, the nearest number. Longer intervals never say less, and two intervals that
 * follow each other never say less together than the whole, but for the rounding.
 */
class WorkingSetDirtyModel : public DirtyModel
{
  public:
    /// How writes are spread over the hot pages.
    enum Pattern
    {
        RANDOM, //!< each to any of them
        SWEEP   //!< one after another
    };

    /// @return the type of this class
    static TypeId GetTypeId();

    WorkingSetDirtyModel();
    ~WorkingSetDirtyModel() override;

  private:
    double DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const override;

    uint64_t m_hotSet;  //!< attribute, octets
    DataRate m_hotRate; //!< attribute
    DataRate m_cold;    //!< attribute
    Pattern m_pattern;  //!< attribute
};

} // namespace vmm
} // namespace ns3

#endif // VMM_WORKING_SET_DIRTY_MODEL_H
