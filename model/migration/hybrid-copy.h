// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_HYBRID_COPY_H
#define VMM_HYBRID_COPY_H

#include "ns3/pre-copy.h"

namespace ns3
{
namespace vmm
{

/**
 * Pre-copy, then post-copy: rounds while the VM runs at the source, at most PreCopyRounds of them,
 * then the VM runs at the destination and what it had written since is pushed after it. A copy that
 * would not converge ends all the same, and only the last part of the memory can be missing. See
 * PreCopy for the rounds and PostCopy for what the hand-over means.
 */
class HybridCopy : public PreCopy
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    HybridCopy();
    ~HybridCopy() override;

    CopyStep RoundDone(const CopyRound& round) override;
    CopyStep Stopped(uint64_t dirtied) override;
    bool ResumesFirst() const override;

  private:
    uint32_t m_preCopyRounds{0}; //!< attribute
    uint32_t m_done{0};          //!< rounds of memory that were sent
};

} // namespace vmm
} // namespace ns3

#endif // VMM_HYBRID_COPY_H
