// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SAMPLED_DIRTY_MODEL_H
#define VMM_SAMPLED_DIRTY_MODEL_H

#include "ns3/dirty-model.h"

#include <vector>

namespace ns3
{
namespace vmm
{

/// A point of a measured curve.
struct DirtySample
{
    Time period;     //!< after the start of watching, above 0
    double pages{0}; //!< distinct pages written by then
};

/**
 * A guest whose writing has been measured: so many distinct pages were written after so long. The
 * curve is piecewise linear through its points and through 0 at 0; to the right it goes on as its
 * last piece does, up to all pages that hold something (the ones that are not zero when the copy
 * begins). This is how QEMU's pre-copy predictor uses a curve (A. Gudkov, qemu-devel, April 2023).
 * A guest is taken to write as in the measurement at all times; only the length of an interval
 * counts. In whole pages, the nearest number.
 */
class SampledDirtyModel : public DirtyModel
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    SampledDirtyModel();
    ~SampledDirtyModel() override;

    /**
     * @param curve the measured points, by period
     * @throws std::invalid_argument if there is none, the periods do not increase from above 0, or
     * the pages decrease or are negative
     */
    void SetCurve(const std::vector<DirtySample>& curve);

  private:
    double DoGetDirtied(const Time& from, const Time& to, uint64_t memory) const override;

    std::vector<DirtySample> m_curve; //!< from 0 on; empty until set
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SAMPLED_DIRTY_MODEL_H
