// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_OUTGOING_COPY_H
#define VMM_OUTGOING_COPY_H

#include "ns3/copy-method.h"
#include "ns3/copy-sender.h"
#include "ns3/event-id.h"
#include "ns3/lease.h"
#include "ns3/management-message.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/vmm-ip-address.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{

class Node;

namespace vmm
{

class DirtyModel;
class DiskModel;
class Hypervisor;
class Vm;

/// What happened to a copy, for the traces of MigrationAgent.
struct CopyEvent
{
    uint32_t move{0};                              //!< id of the move
    std::string migration;                         //!< its name
    std::string vm;                                //!< VM-ID
    uint16_t epoch{0};                             //!< epoch at the destination
    ManagementStatus status{ManagementStatus::OK}; //!< how it ended
    std::string reason;                            //!< the same for humans, empty if OK
    uint32_t rounds{0};                            //!< rounds done so far, the last one included
    uint64_t copied{0};                            //!< octets of pages and device state sent,
                                                   //!< each counted once
    uint64_t wire{0};       //!< octets of IP datagrams sent, see CopyTransfer
    uint64_t storage{0};    //!< octets of copied that are blocks of the disk
    Time throttled;         //!< time that the guest lost by being slowed down
    uint32_t faults{0};     //!< destination: pages that the VM had to wait for
    Time stalled;           //!< destination: how long it stood because of them
    Time lostTime;          //!< destination: of the VM's run that the standby does not know of
    uint64_t lostOctets{0}; //!< destination: octets of memory that the VM wrote in it
};

/**
 * The source's side of one move: runs the copy method over a CopySender, stops the VM, sends the
 * last round, the device state and the end, then waits for the word of the VM Manager.
 *
 * Who owns the VM: until the record END has been handed to the network the source does. Whatever
 * happens before (the connection breaks or stalls, the method gives up, CommitTimeout passes since
 * the stop), the source resumes the VM by itself, ends the connection so that no END can ever
 * follow, and reports it. Once END has been handed over the destination may be running the VM: the
 * source keeps its stopped copy and waits. COMMIT lets it drop the copy. Only ABORT lets it resume,
 * and the VM Manager sends an ABORT of kind ROLLBACK only after the destination has acknowledged
 * its own ABORT; an ABORT of kind CANCEL is refused with TOO_LATE from then on.
 *
 * In a post-copy HANDOVER stands where END does otherwise, and there is no way back: the VM has run
 * at the destination with pages that the source does not know. What breaks before END loses the VM.
 *
 * A standby may become active when the source is not heard any more. So that the VM never runs
 * twice, the source of a warm move runs it under a lease as IncomingCopy does: when the manager has
 * not answered for so long, it stops the VM and waits for ABORT or COMMIT. A connection that is
 * lost does not end the lease: only the manager knows what becomes of the standby.
 *
 * The disk, unless it is shared, is sent first while the VM runs; what is written meanwhile follows
 * with each round, and the rest with the last one (draft section 6).
 *
 * A VM that resumes at the source after it was stopped gets epoch + 1, so that its registration
 * beats one that the destination may have sent with epoch.
 */
class OutgoingCopy : public Object
{
  public:
    /// Where the copy is.
    enum class State
    {
        CONNECTING, //!< the copy connection is not up yet
        COPYING,    //!< rounds while the VM runs
        WAITING,    //!< between two checkpoints
        STOPPING,   //!< the VM will stop after StopDelay
        CUT,        //!< the standby cannot be reached: the VM runs, under its lease
        FENCED,     //!< the lease is over: the VM stands
        LAST,       //!< stopped; END or HANDOVER has not been handed to the network
        PUSHING,    //!< HANDOVER has been handed to it: the destination owns the VM
        SENT,       //!< END has been handed to it: the destination owns the VM
        RELEASED,   //!< committed
        ENDED       //!< the VM stays here, or is destroyed
    };

    /// What the source's agent gives to the copy.
    struct Environment
    {
        Ptr<Node> node;                  //!< the server
        Ptr<Hypervisor> hypervisor;      //!< its hypervisor
        Time stopDelay;                  //!< from the decision to stop until the VM stands
        Time commitTimeout;              //!< see the class
        uint64_t deviceState{0};         //!< octets
        uint8_t streams{1};              //!< see CopySender::Settings
        std::function<void()> greet;     //!< sends HELLO to the VM Manager
        std::function<Time()> confirmed; //!< ManagementChannel::GetLastConfirmed
        std::function<void(ManagementMessage)> report;    //!< to the VM Manager
        std::function<void(const CopyEvent&)> started;    //!< connection is up
        std::function<void(const CopyRound&)> round;      //!< a round is done
        std::function<void(const CopyEvent&)> stopped;    //!< the VM stands
        std::function<void(const CopyEvent&)> rolledBack; //!< the VM runs here again
        std::function<void(const CopyEvent&)> finished;   //!< released or ended
    };

    /// @return the type of this class
    static TypeId GetTypeId();

    OutgoingCopy();
    ~OutgoingCopy() override;

    /**
     * Begins.
     * @param environment what it works with
     * @param order a MOVE: vm, move, epoch, migration, method, transfer, address, port, and lease
     * for a warm move
     * @return OK; UNKNOWN_VM, BUSY if the VM does not run, STALE; UNSPECIFIED for an unknown method
     * or transfer
     */
    ManagementStatus Start(Environment environment, const ManagementMessage& order);

    /// @return the answer to a SWITCH_OVER: OK, or BUSY if the method knows none or it is too late
    ManagementStatus SwitchOver();
    /// @return the answer to a COMMIT: OK, or BUSY before END has been sent
    ManagementStatus Commit();
    /**
     * @param kind CANCEL: unless END or HANDOVER has been sent; ROLLBACK: the destination has given
     * up before the VM ran there; DISCARD: the VM is lost, unless it was never handed over
     * @return the answer to an ABORT: OK; TOO_LATE; BUSY to DISCARD if the VM runs here again
     */
    ManagementStatus Abort(AbortKind kind);
    /// @return the answer to a DESTROY: OK, or TOO_LATE if END has been sent
    ManagementStatus Destroy();
    /// Someone else has destroyed the VM.
    void VmGone();
    /// The server has failed: nothing more is sent or done.
    void Abandon();

    /// @return where the copy is
    State GetState() const;
    /// @return the VM-ID
    const std::string& GetVmId() const;
    /// @return how far the copy is; what TCP still sends after the end counts
    CopyEvent GetProgress() const;

  protected:
    void DoDispose() override;

  private:
    /// Makes the sender and connects.
    void Connect();
    /// All streams are up.
    void Connected();
    /// The network has taken all that was queued.
    void Written();
    /// The destination has answered.
    void Answered(const CopyRecord& record);
    /// The destination has the round under way.
    void RoundArrived();
    /// The destination has everything: the connection is not needed any more.
    void EndArrived();
    /// The VM at the destination waits for a page.
    void PageWanted(uint32_t fault);
    /// The connection is lost. @param reason why
    void Failed(const std::string& reason);
    /// Begins with the memory.
    void BeginMemory();
    /// Does what the copy method wants.
    void Execute(const CopyStep& step);
    /// Queues a round: its pages, what was written to the disk, and its end.
    void SendRound(const CopyStep& step, CopyPhase phase);
    /// Begins a round. @param octets of pages @param phase what it is for
    void OpenRound(uint64_t octets, CopyPhase phase);
    /// Queues what was written to the disk since it was sent. @param rate limit, bit/s
    void SendStorage(uint64_t rate);
    /// Queues a record with a virtual body.
    void SendBody(CopyRecordType type, uint64_t length, uint64_t rate = 0);
    /// Queues the device state and the record that makes it count.
    void SendCheckpoint();
    /// Completes the round under way and tells of it. @return the round
    CopyRound EndRound();
    /// Waits between two checkpoints.
    void Wait(const Time& delay);
    /// The wait is over.
    void WaitDone();
    /// The pause at the beginning of a checkpoint is over.
    void PauseDone();
    /// StopDelay is over.
    void StopVm();
    /// Queues all that is left while the VM stands.
    void SendLast(const CopyStep& step);
    /// Queues the device state and lets the VM run at the destination.
    void HandOver(const CopyStep& step);
    /// Queues the next part of the pages that are missing, or END.
    void Push();
    /// Tells of what was pushed as of a round.
    void ReportPush();
    /// Lets the guest go on at full speed.
    void Ease();
    /// Slows the guest down, or lets it run at full speed. @param speed of its clock
    void SetSpeed(double speed);
    /// The manager's word did not come.
    void CommitTimedOut();
    void BeginLease();
    /// The lease is over.
    void Fence();
    /// The VM stays here and the manager is told.
    void GiveUp(ManagementStatus status, const std::string& reason);
    /// Ends the connection and lets the VM run here. @return false if it runs elsewhere
    bool RollBack();
    /// Ends all activity. @param state RELEASED or ENDED
    void End(State state, ManagementStatus status, const std::string& reason);
    /// @return octets of memory written since the last round was taken aside
    uint64_t GetDirtied() const;
    /// @return octets written to the disk that the destination does not have
    uint64_t GetUnsentStorage() const;
    /// @return a report of this type to the manager
    ManagementMessage MakeReport(ManagementType type) const;

    Environment m_environment;        //!< see Environment
    State m_state{State::CONNECTING}; //!< where it is
    ManagementMessage m_order;        //!< the MOVE
    Ptr<Vm> m_vm;                     //!< the VM
    Ptr<DirtyModel> m_dirty;          //!< how it writes to its memory, null for not at all
    Ptr<DiskModel> m_disk;            //!< its disk, null if that is shared
    Ptr<CopyMethod> m_method;         //!< the plan
    Ptr<CopySender> m_sender;         //!< the connection
    CopyRound m_round;                //!< the round under way
    uint32_t m_rounds{0};             //!< rounds done
    uint32_t m_earlier{0};            //!< of these, before the first one of memory
    Time m_taken;                     //!< VM's time when the last round was taken aside
    std::optional<Time> m_diskTaken;  //!< likewise of the disk; none: nothing was sent
    uint64_t m_storage{0};            //!< octets of the disk that were sent
    bool m_endQueued{false};          //!< END is on its way to the network
    bool m_handedOver{false};         //!< HANDOVER has been handed to it
    Time m_pushStart;                 //!< when that was
    uint64_t m_pushTotal{0};          //!< octets of pages that were missing then
    uint64_t m_pushLeft{0};           //!< octets of them to push
    uint64_t m_pushPart{0};           //!< octets pushed at once
    uint64_t m_pushRate{0};           //!< limit, bit/s
    double m_speed{1};                //!< of the guest's clock
    Time m_slowSince;                 //!< when it was slowed down
    Time m_throttled;                 //!< time that the guest has lost
    EventId m_timer;                  //!< stop delay or wait, then commit timeout
    EventId m_pauseTimer;             //!< end of the pause of a checkpoint
    Lease m_lease;                    //!< see above
};

} // namespace vmm
} // namespace ns3

#endif // VMM_OUTGOING_COPY_H
