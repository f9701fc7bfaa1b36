// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_STOP_AND_COPY_H
#define VMM_STOP_AND_COPY_H

#include "ns3/copy-method.h"

namespace ns3
{
namespace vmm
{

/**
 * Stop-and-copy: the VM is stopped or suspended first, then all of it is sent, its disk too if that
 * is not shared, and it starts at the destination: the cold move of RFC 7365 section 3.3.
 */
class StopAndCopy : public CopyMethod
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    StopAndCopy();
    ~StopAndCopy() override;

    CopyStep Begin(uint64_t memory, uint64_t zeros) override;
    CopyStep RoundDone(const CopyRound& round) override;
    CopyStep Stopped(uint64_t dirtied) override;
    uint64_t GetLeft() const override;
    bool StopsFirst() const override;

  private:
    uint64_t m_left{0}; //!< octets of the only round
};

} // namespace vmm
} // namespace ns3

#endif // VMM_STOP_AND_COPY_H
