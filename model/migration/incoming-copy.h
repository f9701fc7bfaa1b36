// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_INCOMING_COPY_H
#define VMM_INCOMING_COPY_H

#include "ns3/copy-record.h"
#include "ns3/event-id.h"
#include "ns3/hypervisor-listener.h"
#include "ns3/lease.h"
#include "ns3/management-message.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/outgoing-copy.h"
#include "ns3/post-copy-pager.h"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace ns3
{
namespace vmm
{

class Hypervisor;
class Vm;

/**
 * The destination's side of one move: holds the reservation, takes the records of the copy, and
 * resumes the VM when END or HANDOVER has come. See OutgoingCopy for who owns the VM when.
 *
 * After HANDOVER the VM runs here while pages are missing; a PostCopyPager lets it wait for those
 * that it touches. If the connection is lost before END, the VM is lost: it is destroyed, and the
 * manager is told (status LOST).
 *
 * A standby (warm move) becomes active on SWITCH_OVER with what its last checkpoint says.
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
        RESUMING,  //!< END, HANDOVER or SWITCH_OVER has come; the VM runs after ResumeDelay
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
        std::function<void(const CopyEvent&)> completed; //!< all pages are here, or the VM is lost
        std::function<void()> closeStreams;              //!< ends the copy's connections
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
     * @param ask sends a FAULT on this connection; kept if it is the stream for that
     * @return whether it does, and is the first one of its number
     */
    bool Accept(const CopyRecord& open, PostCopyPager::AskCallback ask);
    /// @param record a record of the accepted connection
    void Take(const CopyRecord& record);
    /// The accepted connection is lost. @param reason why
    void ConnectionLost(const std::string& reason);

    /**
     * The source has failed: the VM goes on here from the last checkpoint.
     * @return the answer to a SWITCH_OVER: OK, or BUSY if there is no checkpoint
     */
    ManagementStatus SwitchOver();
    /// @return the answer to a COMMIT: OK, or BUSY before the whole VM runs here. A suspended VM
    /// goes on.
    ManagementStatus Commit();
    /// @return the answer to an ABORT: OK, TOO_LATE, or LOST if the VM had begun to run here while
    /// pages were missing: it is destroyed
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
    /// A stream has a round. @param round its number
    void RoundArrived(uint32_t round);
    /// A stream has ended.
    void EndArrived();
    /// @return whether the streams of a post-copy are all open, that for faults too
    bool IsWholeOpen() const;
    /// The VM may run here. @param record a HANDOVER
    void HandedOver(const CopyRecord& record);
    /// The VM will run after ResumeDelay.
    void PlanResume();
    /// ResumeDelay is over.
    void Resume();
    void BeginLease();
    /// Suspends the VM if it runs. @return whether it did
    bool LeaseExpired();
    /// @return what the traces tell
    CopyEvent MakeEvent() const;
    /// @return a report of this type to the manager
    ManagementMessage MakeReport(ManagementType type) const;
    /// @return why the VM is attached here
    AttachReason GetAttachReason() const;
    /// No connection came.
    void ReserveTimedOut();
    /// The VM does not come and the manager is told.
    void GiveUp(ManagementStatus status, const std::string& reason);
    /// The VM, of which pages are missing, is destroyed. @param reason why
    void Lose(const std::string& reason);
    /// Looks how old the last checkpoint is.
    void MeasureLoss(Ptr<Vm> vm);

    Environment m_environment;                //!< see Environment
    State m_state{State::ENDED};              //!< where it is
    ManagementMessage m_order;                //!< the RESERVE
    uint64_t m_copied{0};                     //!< octets of virtual bodies received
    uint64_t m_storage{0};                    //!< of them, blocks of the disk
    uint32_t m_rounds{0};                     //!< rounds received on all streams
    std::set<uint8_t> m_streams;              //!< that are open
    uint32_t m_expected{1};                   //!< how many there are, the fault stream not counted
    uint32_t m_ends{0};                       //!< streams that have ended
    std::map<uint32_t, uint32_t> m_roundEnds; //!< how many streams have a round
    std::optional<Time> m_nextCheckpoint;     //!< VM's time of the one that comes in
    std::optional<Time> m_checkpoint;         //!< VM's time of the last one that is whole
    bool m_hasNewestState{false};             //!< the device state came after the checkpoint
    std::optional<CopyRecord> m_handover;     //!< HANDOVER
    bool m_complete{false};                   //!< END has come after it
    Ptr<PostCopyPager> m_pager;               //!< missing pages
    PostCopyPager::AskCallback m_ask;         //!< sends FAULT
    uint64_t m_early{0};                      //!< octets pushed before the VM runs
    Time m_lostTime;                          //!< see CopyEvent
    uint64_t m_lostOctets{0};                 //!< see CopyEvent
    EventId m_timer;                          //!< reserve timeout, then resume delay
    Lease m_lease;                            //!< see above
};

} // namespace vmm
} // namespace ns3

#endif // VMM_INCOMING_COPY_H
