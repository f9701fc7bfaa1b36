// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_INCOMING_COPY_H
#define VMM_INCOMING_COPY_H

#include "ns3/copy-record.h"
#include "ns3/event-id.h"
#include "ns3/management-message.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/outgoing-copy.h"

#include <functional>
#include <string>

namespace ns3
{
namespace vmm
{

class Hypervisor;

/**
 * The destination's side of one move: holds the reservation, takes the records of the copy, and
 * resumes the VM when END has come. See OutgoingCopy for who owns the VM when.
 *
 * Until END has come it gives up by itself when the copy connection is lost or no connection comes
 * within ReserveTimeout; it reports that, and will not take an END any more. After END it gives up
 * on ABORT of kind ROLLBACK only, and after COMMIT not at all.
 *
 * The VM Manager may find that it cannot reach the destination any more, and gives the VM back to
 * the source. So that two copies never run, the VM runs here without COMMIT only under a lease
 * (interpretation): for the time that RESERVE names, from the sending of the last HELLO that the
 * manager has answered. When it is over, the VM is suspended until COMMIT or ABORT comes. If it is
 * over already at the end of the copy, the VM is not started and the manager is told.
 */
class IncomingCopy : public Object
{
  public:
    /// Where the copy is.
    enum class State
    {
        RESERVED,  //!< no copy connection yet
        RECEIVING, //!< the copy comes in
        RESUMING,  //!< END has come; the VM will run after ResumeDelay
        RUNNING,   //!< the VM runs here
        SUSPENDED, //!< the VM stands here: the lease is over
        COMMITTED, //!< for good
        ENDED      //!< the VM will not run, or does not run any more, here by this move
    };

    /// What the destination's agent gives to the copy.
    struct Environment
    {
        Ptr<Hypervisor> hypervisor; //!< of the server
        Time resumeDelay;           //!< from END until the VM runs
        Time reserveTimeout;        //!< how long a reservation waits for its copy
        Time defaultLease;          //!< if RESERVE names none
        std::function<void(ManagementMessage)> report;   //!< to the VM Manager
        std::function<void()> greet;                     //!< sends HELLO to it
        std::function<Time()> confirmed;                 //!< ManagementChannel::GetLastConfirmed
        std::function<void(const CopyEvent&)> resumed;   //!< the VM runs here
        std::function<void(const CopyEvent&)> suspended; //!< the VM stands: the lease is over
    };

    /// @return the type of this class
    static TypeId GetTypeId();

    IncomingCopy();
    ~IncomingCopy() override;

    /**
     * Begins.
     * @param environment what it works with
     * @param order a RESERVE: the VM's spec, move, epoch, migration
     * @return OK; NO_RESOURCES; BUSY if the VM is here already; UNSPECIFIED if the server has
     * failed or the spec is not valid
     */
    ManagementStatus Start(Environment environment, const ManagementMessage& order);

    /**
     * A copy connection says that it belongs here.
     * @param open the record OPEN
     * @return whether it does, and is the first one
     */
    bool Accept(const CopyRecord& open);
    /// @param record a record of the accepted connection
    void Take(const CopyRecord& record);
    /// The accepted connection is lost. @param reason why
    void ConnectionLost(const std::string& reason);

    /// @return the answer to a COMMIT: OK, or BUSY before the VM runs here. A suspended VM goes on.
    ManagementStatus Commit();
    /// @return the answer to an ABORT: OK, or TOO_LATE
    ManagementStatus Abort(AbortKind kind);
    /// Someone has destroyed the VM here.
    void VmGone();
    /// The server has failed: nothing more is sent or done.
    void Abandon();

    /// @return where the copy is
    State GetState() const;
    /// @return the VM-ID
    const std::string& GetVmId() const;
    /// @return the epoch of the VM here
    uint16_t GetEpoch() const;

  protected:
    void DoDispose() override;

  private:
    /// ResumeDelay is over.
    void Resume();
    /// @return the end of the lease
    Time GetLeaseEnd() const;
    /// Renews the lease in time, or suspends the VM at its end.
    void CheckLease();
    /// @return what the traces tell
    CopyEvent MakeEvent() const;
    /// No connection came.
    void ReserveTimedOut();
    /// The VM does not come and the manager is told.
    void GiveUp(ManagementStatus status, const std::string& reason);

    Environment m_environment;   //!< see Environment
    State m_state{State::ENDED}; //!< where it is
    ManagementMessage m_order;   //!< the RESERVE
    uint64_t m_copied{0};        //!< octets of bodies received
    uint32_t m_rounds{0};        //!< rounds received
    EventId m_timer;             //!< reserve timeout, then resume delay
    Time m_lease;                //!< see above
    EventId m_leaseTimer;        //!< next look at it
};

} // namespace vmm
} // namespace ns3

#endif // VMM_INCOMING_COPY_H
