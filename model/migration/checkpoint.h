// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_CHECKPOINT_H
#define VMM_CHECKPOINT_H

#include "ns3/copy-method.h"

namespace ns3
{
namespace vmm
{

/**
 * Checkpoints for a standby, as Remus has them (Cully et al., NSDI 2008): all memory is sent once;
 * then, every Interval, what was written since, with the state of processors and devices, so that
 * the destination has the whole VM as it was at that instant. This is the warm move of the draft:
 * state is mirrored at a fixed interval, and at the switch-over the standby becomes active.
 *
 * At each checkpoint the VM stands for PauseTime, in which its dirty pages are taken aside. A
 * checkpoint that takes longer than Interval delays the next one.
 *
 * A switch-over that is ordered stops the VM. With FinalDelta what was written since the last
 * checkpoint is sent then and nothing is lost; without, or when the source has failed, the standby
 * goes on from the last checkpoint, and at most one interval and the time of sending it is lost.
 */
class Checkpoint : public CopyMethod
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    Checkpoint();
    ~Checkpoint() override;

    CopyStep Begin(uint64_t memory, uint64_t zeros) override;
    CopyStep RoundDone(const CopyRound& round) override;
    CopyStep WaitDone(uint64_t dirtied) override;
    CopyStep Stopped(uint64_t dirtied) override;
    bool SwitchOver() override;
    uint64_t GetLeft() const override;

  private:
    /// @return a step that sends what is left
    CopyStep MakeStep(CopyStep::Action action) const;

    Time m_interval;             //!< attribute
    Time m_pauseTime;            //!< attribute
    bool m_finalDelta{true};     //!< attribute
    uint64_t m_memory{0};        //!< octets of the VM
    uint64_t m_left{0};          //!< octets of memory that the standby does not have
    uint64_t m_zeros{0};         //!< octets of m_left that are zero pages
    bool m_complete{false};      //!< all memory has been sent once
    bool m_hasCheckpoint{false}; //!< the standby could go on from what it has
    bool m_switchOver{false};    //!< ordered
};

} // namespace vmm
} // namespace ns3

#endif // VMM_CHECKPOINT_H
