// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_COPY_METHOD_H
#define VMM_COPY_METHOD_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

/// What a round of a copy is for.
enum class CopyPhase : uint8_t
{
    STORAGE, //!< the image of the VM's disk, while the VM runs
    MEMORY,  //!< memory, while the VM runs
    MIRROR,  //!< a checkpoint for a standby
    LAST,    //!< all that is left, while the VM stands
    PUSH     //!< the rest of the memory, while the VM runs at the destination
};

/// @param phase a phase @return its name in rounds.csv, for instance "memory"
const char* CopyPhaseName(CopyPhase phase);

/// One round of a copy, as it went. The last one, sent while the VM is stopped, has stopped set.
struct CopyRound
{
    std::string migration; //!< name of the move
    uint32_t move{0};      //!< its id
    uint32_t round{0};     //!< from 1
    Time start;            //!< first octet handed to the transfer
    Time end;              //!< the destination has said that it has the round
    uint64_t sent{0};      //!< octets: pages with their headers and blocks of the disk, without
                           //!< record headers
    uint64_t dirtied{0};   //!< octets of memory written by the VM from start to end
    double rate{0};        //!< sent / (end - start), bit/s
    bool stopped{false};   //!< the VM did not run
    CopyPhase phase{CopyPhase::MEMORY}; //!< what it was for
    uint64_t storage{0};                //!< octets of sent that are blocks of the disk
    uint64_t written{0};                //!< octets of the disk written from start to end, which
                                        //!< are sent with what follows
    double speed{1};                    //!< of the guest's clock
    bool ends{false};                   //!< the copy of the running VM ends here, whatever its
                                        //!< method would do (DirtyModel::EndsAfter())
};

/// What a copy method wants next.
struct CopyStep
{
    /// What to do.
    enum class Action
    {
        SEND,     //!< send so many octets while the VM runs
        WAIT,     //!< do nothing for delay, then call WaitDone()
        STOP,     //!< stop the VM, then ask for the last round with Stopped()
        LAST,     //!< the VM is stopped: send so many octets, then the device state and the end
        HANDOVER, //!< the VM is stopped: let it run at the destination, then send so many octets
        GIVE_UP   //!< the copy does not converge: the VM stays where it is
    };

    Action action{Action::GIVE_UP}; //!< what to do
    uint64_t octets{0};             //!< what to send: pages with their headers
    uint64_t rate{0};               //!< limit in bit/s, 0 for none
    double speed{1};                //!< of the guest's clock from now on, above 0, at most 1
    bool checkpoint{false};         //!< SEND: with the device state this makes a whole VM; LAST:
                                    //!< the destination goes on from the last such one
    Time pause;                     //!< SEND: the VM stands for so long at the beginning
    Time delay;                     //!< WAIT: how long
};

/**
 * The plan of a copy: decides after each round what comes next. It knows neither sockets nor
 * timers, so that the same object drives a TCP connection, a fluid model and a test.
 *
 *     step = method->Begin(memory, zeros);
 *     while step is SEND: send step.octets; step = method->RoundDone(round);
 *     while step is WAIT: wait; step = method->WaitDone(octets written since the last round);
 *     if step is STOP: stop the VM; step = method->Stopped(octets written since the last round);
 *     send step.octets (LAST), or hand the VM over and send step.octets (HANDOVER)
 *
 * Memory is sent in whole pages of PageSize, each with PageHeader octets. One object serves one
 * copy.
 */
class CopyMethod : public Object
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();

    ~CopyMethod() override;

    /**
     * @param memory the VM's memory in octets
     * @param zeros octets of it in pages of zeros
     * @return the first step
     */
    virtual CopyStep Begin(uint64_t memory, uint64_t zeros) = 0;

    /**
     * @param round how the round went that a SEND asked for; round.dirtied is what must be sent
     * again
     * @return the next step
     */
    virtual CopyStep RoundDone(const CopyRound& round) = 0;

    /**
     * @param dirtied octets of memory written between the end of the last round and the stop
     * @return the last round
     */
    virtual CopyStep Stopped(uint64_t dirtied) = 0;

    /**
     * @param dirtied octets of memory written since the end of the last round
     * @return the next step; unless overridden to give up
     */
    virtual CopyStep WaitDone(uint64_t dirtied);
    /**
     * The switch-over to the standby is ordered.
     * @return whether the method obeys: the next step it returns, or WaitDone() that is called at
     * once if it waits, is STOP. Unless overridden it does not.
     */
    virtual bool SwitchOver();

    /// @return octets still to send, with page headers, if the VM stopped now
    virtual uint64_t GetLeft() const = 0;
    /// @return whether the VM stands before anything is sent, its disk too; not unless overridden
    virtual bool StopsFirst() const;
    /// @return whether the VM runs at the destination before all is there; not unless overridden
    virtual bool ResumesFirst() const;

    /**
     * @param memory octets of memory
     * @return octets on the wire: whole pages with their headers
     */
    uint64_t GetWireSize(uint64_t memory) const;
    /**
     * @param memory octets of memory
     * @param zeros octets of it in pages of zeros, of which only the headers are sent
     * @return octets on the wire
     */
    uint64_t GetWireSize(uint64_t memory, uint64_t zeros) const;
    /// @return octets of a page
    uint32_t GetPageSize() const;
    /// @return octets of a page with its header
    uint32_t GetPageWireSize() const;

    /**
     * @param name "pre-copy", "post-copy", "hybrid", "stop-and-copy" or "checkpoint", or the name
     * of a TypeId that derives from CopyMethod
     * @return a new method with the attributes' defaults
     * @throws std::invalid_argument if there is none of that name
     */
    static Ptr<CopyMethod> Create(const std::string& name);

  protected:
    CopyMethod();

    /// @return the attribute MaxBandwidth, bit/s, 0 for none
    uint64_t GetMaxBandwidth() const;

  private:
    uint32_t m_pageSize{0};   //!< attribute
    uint32_t m_pageHeader{0}; //!< attribute
    DataRate m_maxBandwidth;  //!< attribute
};

} // namespace vmm
} // namespace ns3

#endif // VMM_COPY_METHOD_H
