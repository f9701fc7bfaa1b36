// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_PRE_COPY_H
#define VMM_PRE_COPY_H

#include "ns3/copy-method.h"
#include "ns3/data-rate.h"

namespace ns3
{
namespace vmm
{

/**
 * Pre-copy (Clark et al., NSDI 2005; QEMU): the first round sends all memory while the VM runs,
 * each further one what was written during the one before. The VM is stopped when what is left
 * takes at most MaxDowntime at the rate that the last round reached, or is at most MinLeft, or
 * after MaxRounds rounds.
 *
 * Whole pages are sent: PageSize octets and PageHeader octets each. A VM whose memory is written
 * faster than it is sent never gets below MaxDowntime: at MaxRounds it is stopped anyway, or the
 * copy is given up, as NotConverged says.
 */
class PreCopy : public CopyMethod
{
  public:
    /// What to do at MaxRounds.
    enum NotConvergedPolicy
    {
        STOP, //!< stop the VM and send what is left
        FAIL  //!< give the copy up
    };

    /// @return the type of this class
    static TypeId GetTypeId();

    PreCopy();
    ~PreCopy() override;

    CopyStep Begin(uint64_t memory, uint64_t zeros) override;
    CopyStep RoundDone(const CopyRound& round) override;
    CopyStep Stopped(uint64_t dirtied) override;
    uint64_t GetLeft() const override;

    /**
     * @param memory octets of memory
     * @return octets on the wire: whole pages with their headers
     */
    uint64_t GetWireSize(uint64_t memory) const;

  private:
    /// @return the next step, given a rate in bit/s (0: not known yet)
    CopyStep Decide(double rate) const;

    Time m_maxDowntime;                      //!< stop if the rest takes at most this
    uint32_t m_maxRounds{0};                 //!< rounds while the VM runs
    uint64_t m_minLeft{0};                   //!< octets of memory
    uint32_t m_pageSize{0};                  //!< octets
    uint32_t m_pageHeader{0};                //!< octets
    NotConvergedPolicy m_notConverged{STOP}; //!< at m_maxRounds
    DataRate m_maxBandwidth;                 //!< limit, 0 for none
    DataRate m_expectedBandwidth;            //!< before the first round, 0 for not known
    uint64_t m_memory{0};                    //!< octets of the VM
    uint64_t m_left{0};                      //!< octets of memory to send
    uint64_t m_zeros{0};                     //!< octets of m_left that are zero pages
    uint32_t m_rounds{0};                    //!< rounds done
};

} // namespace vmm
} // namespace ns3

#endif // VMM_PRE_COPY_H
