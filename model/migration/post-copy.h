// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_POST_COPY_H
#define VMM_POST_COPY_H

#include "ns3/copy-method.h"

namespace ns3
{
namespace vmm
{

/**
 * Post-copy (Hines and Gopalan, VEE 2009): the VM is stopped, the state of its processors and
 * devices is sent, and it runs at the destination at once. Its memory is pushed after it; a page
 * that it touches before it is there is asked for, and the VM stands until it comes, one round trip
 * at least (see PostCopyPager). Every page is sent once.
 *
 * From the hand-over on the VM exists in two halves: if either server is lost, or the connection,
 * the VM is lost.
 */
class PostCopy : public CopyMethod
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    PostCopy();
    ~PostCopy() override;

    CopyStep Begin(uint64_t memory, uint64_t zeros) override;
    CopyStep RoundDone(const CopyRound& round) override;
    CopyStep Stopped(uint64_t dirtied) override;
    uint64_t GetLeft() const override;
    bool ResumesFirst() const override;

  private:
    uint64_t m_left{0}; //!< octets to push
};

} // namespace vmm
} // namespace ns3

#endif // VMM_POST_COPY_H
