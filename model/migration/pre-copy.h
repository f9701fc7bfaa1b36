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
 * takes at most MaxDowntime at the rate that the last round reached, or is at most MinLeft; after
 * MaxRounds rounds; when more than MaxTotal times the memory has been sent; or, with
 * RateRule=Clark, when the VM writes faster than MaxBandwidth allows to send. The last two are the
 * rules of Xen.
 *
 * RateRule=Clark: the first round is sent at MinBandwidth, each further one at the rate at which
 * memory was written in the one before and RateIncrement more, up to MaxBandwidth.
 *
 * AutoConverge slows a guest down that writes too fast, as QEMU does: when a round has dirtied more
 * than ThrottleTrigger of what it sent, for the second time, the guest loses ThrottleInitial of its
 * time, then ThrottleIncrement more each time, up to ThrottleMax.
 *
 * A VM whose memory is written faster than it is sent never gets below MaxDowntime: at MaxRounds it
 * is stopped anyway, or the copy is given up, as NotConverged says.
 */
class PreCopy : public CopyMethod
{
  public:
    /// What to do at MaxRounds and at MaxTotal.
    enum NotConvergedPolicy
    {
        STOP, //!< stop the VM and send what is left
        FAIL  //!< give the copy up
    };

    /// How fast a round is sent.
    enum RateRule
    {
        FIXED, //!< as fast as it goes, up to MaxBandwidth
        CLARK  //!< see the class
    };

    /// @return the type of this class
    static TypeId GetTypeId();

    PreCopy();
    ~PreCopy() override;

    CopyStep Begin(uint64_t memory, uint64_t zeros) override;
    CopyStep RoundDone(const CopyRound& round) override;
    CopyStep Stopped(uint64_t dirtied) override;
    uint64_t GetLeft() const override;

  protected:
    /// @return octets of memory that the destination does not have
    uint64_t GetLeftMemory() const;
    /// @return octets of it that are zero pages
    uint64_t GetLeftZeros() const;
    /// @return a step of this kind with what is left and the present rate and speed
    CopyStep MakeStep(CopyStep::Action action) const;

  private:
    /// @return the next step, given a rate in bit/s (0: not known yet) @param extra octets more
    CopyStep Decide(double rate, uint64_t extra) const;
    /// @return whether nothing but a stop will end the copy
    bool IsHopeless() const;
    /// Sets the rate of the next round.
    void ChooseRate(const CopyRound& round);
    /// Slows the guest down if the round has not gained enough.
    void Throttle(const CopyRound& round);

    Time m_maxDowntime;                      //!< attribute
    uint32_t m_maxRounds{0};                 //!< attribute
    uint64_t m_minLeft{0};                   //!< attribute
    double m_maxTotal{0};                    //!< attribute
    NotConvergedPolicy m_notConverged{STOP}; //!< attribute
    RateRule m_rateRule{FIXED};              //!< attribute
    DataRate m_minBandwidth;                 //!< attribute
    DataRate m_rateIncrement;                //!< attribute
    DataRate m_lastBandwidth;                //!< attribute
    DataRate m_expectedBandwidth;            //!< attribute
    bool m_autoConverge{false};              //!< attribute
    double m_throttleTrigger{0};             //!< attribute
    double m_throttleInitial{0};             //!< attribute
    double m_throttleIncrement{0};           //!< attribute
    double m_throttleMax{0};                 //!< attribute
    uint64_t m_memory{0};                    //!< octets of the VM
    uint64_t m_left{0};                      //!< octets of memory to send
    uint64_t m_zeros{0};                     //!< octets of m_left that are zero pages
    uint64_t m_total{0};                     //!< octets sent
    uint32_t m_rounds{0};                    //!< rounds done
    uint64_t m_rate{0};                      //!< of the next round, bit/s, 0 for no limit
    bool m_tooFast{false};                   //!< writing is too fast for Clark et al., or the end
    uint32_t m_highRounds{0};                //!< rounds above the trigger since the last throttling
    double m_throttle{0};                    //!< part of its time that the guest loses
};

} // namespace vmm
} // namespace ns3

#endif // VMM_PRE_COPY_H
