// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_COPY_METHOD_H
#define VMM_COPY_METHOD_H

#include "ns3/nstime.h"
#include "ns3/object.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

/// One round of a copy, as it went. The last one, sent while the VM is stopped, has stopped set.
struct CopyRound
{
    std::string migration; //!< name of the move
    uint32_t move{0};      //!< its id
    uint32_t round{0};     //!< from 1
    Time start;            //!< first octet handed to the transfer
    Time end;              //!< the destination has said that it has the round
    uint64_t sent{0};      //!< octets: pages with their headers, without record headers
    uint64_t dirtied{0};   //!< octets of memory written by the VM from start to end
    double rate{0};        //!< sent / (end - start), bit/s
    bool stopped{false};   //!< the VM did not run
};

/// What a copy method wants next.
struct CopyStep
{
    /// What to do.
    enum class Action
    {
        SEND,   //!< send so many octets while the VM runs
        STOP,   //!< stop the VM, then ask for the last round with Stopped()
        LAST,   //!< the VM is stopped: send so many octets, then the device state and the end
        GIVE_UP //!< the copy does not converge: the VM stays where it is
    };

    Action action{Action::GIVE_UP}; //!< what to do
    uint64_t octets{0};             //!< what to send: pages with their headers
    uint64_t rate{0};               //!< limit in bit/s, 0 for none
    double speed{1};                //!< of the guest's clock from now on, above 0, at most 1
};

/**
 * The plan of a copy: decides after each round what comes next. It knows neither sockets nor
 * timers, so that the same object drives a TCP connection, a fluid model and a test.
 *
 *     step = method->Begin(memory, zeros);
 *     while step is SEND: send step.octets; step = method->RoundDone(round);
 *     if step is STOP: stop the VM; step = method->Stopped(octets written since the last round);
 *     send step.octets (LAST)
 *
 * One object serves one copy.
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

    /// @return octets still to send, with page headers, if the VM stopped now
    virtual uint64_t GetLeft() const = 0;

    /**
     * @param name "pre-copy", "post-copy", "hybrid", "stop-and-copy" or "checkpoint", or the name
     * of a TypeId that derives from CopyMethod
     * @return a new method with the attributes' defaults
     * @throws std::invalid_argument if there is none of that name
     */
    static Ptr<CopyMethod> Create(const std::string& name);
};

} // namespace vmm
} // namespace ns3

#endif // VMM_COPY_METHOD_H
