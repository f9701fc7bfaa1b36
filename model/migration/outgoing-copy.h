// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_OUTGOING_COPY_H
#define VMM_OUTGOING_COPY_H

#include "ns3/copy-method.h"
#include "ns3/copy-transfer.h"
#include "ns3/event-id.h"
#include "ns3/management-message.h"
#include "ns3/nstime.h"
#include "ns3/object.h"
#include "ns3/vmm-ip-address.h"

#include <functional>
#include <string>
#include <vector>

namespace ns3
{

class Node;

namespace vmm
{

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
    uint64_t wire{0}; //!< octets of IP datagrams sent, see CopyTransfer
};

/**
 * The source's side of one move: runs the copy method over a CopyTransfer, stops the VM, sends the
 * last round, the device state and the end, then waits for the word of the VM Manager.
 *
 * Who owns the VM: until the record END has been handed to TCP the source does. Whatever happens
 * before (the connection breaks or stalls, the method gives up, CommitTimeout passes since the
 * stop), the source resumes the VM by itself, ends the connection so that no END can ever follow,
 * and reports it. Once END has been handed to TCP the destination may be running the VM: the source
 * keeps its stopped copy and waits. COMMIT lets it drop the copy. Only ABORT lets it resume, and
 * the VM Manager sends an ABORT of kind ROLLBACK only after the destination has acknowledged its
 * own ABORT; an ABORT of kind CANCEL is refused with TOO_LATE from then on.
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
        STOPPING,   //!< the VM will stop after StopDelay
        LAST,       //!< stopped; END has not been handed to TCP
        SENT,       //!< END has been handed to TCP: the destination owns the VM
        RELEASED,   //!< committed
        ENDED       //!< the VM stays here, or is destroyed
    };

    /// What the source's agent gives to the copy.
    struct Environment
    {
        Ptr<Node> node;             //!< the server
        Ptr<Hypervisor> hypervisor; //!< its hypervisor
        Time stopDelay;             //!< from the decision to stop until the VM stands
        Time commitTimeout;         //!< see the class
        uint64_t deviceState{0};    //!< octets
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
     * @param order a MOVE: vm, move, epoch, migration, method, address, port
     * @return OK; UNKNOWN_VM, BUSY if the VM does not run, STALE; UNSPECIFIED for an unknown method
     */
    ManagementStatus Start(Environment environment, const ManagementMessage& order);

    /// @return the answer to a COMMIT: OK, or BUSY before END has been sent
    ManagementStatus Commit();
    /**
     * @param kind CANCEL: unless END has been sent; ROLLBACK: the destination has given up
     * @return the answer to an ABORT: OK, or TOO_LATE
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
    /// The copy connection is up.
    void Connected();
    /// TCP has taken all that was queued.
    void Written();
    /// The destination has sent something back.
    void Received(Ptr<const Packet> data);
    /// The destination has the round under way.
    void RoundArrived();
    /// The destination has everything: the connection is not needed any more.
    void EndArrived();
    /// The connection is lost. @param reason why
    void Failed(const std::string& reason);
    /// Does what the copy method wants.
    void Execute(const CopyStep& step);
    /// Queues the pages of a round and its end.
    void SendRound(const CopyStep& step);
    /// Completes the round under way and tells of it. @return the round
    CopyRound EndRound();
    /// StopDelay is over.
    void StopVm();
    /// The manager's word did not come.
    void CommitTimedOut();
    /// The VM stays here and the manager is told.
    void GiveUp(ManagementStatus status, const std::string& reason);
    /// Ends the connection and lets the VM run here. @return false if it runs elsewhere
    bool RollBack();
    /// Ends all activity. @param state RELEASED or ENDED
    void End(State state, ManagementStatus status, const std::string& reason);
    /// @return octets written by the VM in an interval
    uint64_t GetDirtied(const Time& from, const Time& to) const;
    /// @return a report of this type to the manager
    ManagementMessage MakeReport(ManagementType type) const;

    Environment m_environment;        //!< see Environment
    State m_state{State::CONNECTING}; //!< where it is
    ManagementMessage m_order;        //!< the MOVE
    Ptr<Vm> m_vm;                     //!< the VM
    Ptr<CopyMethod> m_method;         //!< the plan
    Ptr<CopyTransfer> m_transfer;     //!< the connection
    CopyRound m_round;                //!< the round under way
    uint32_t m_rounds{0};             //!< rounds done
    bool m_endQueued{false};          //!< END is on its way to TCP
    std::vector<uint8_t> m_reply;     //!< received octets that are no whole record yet
    EventId m_timer;                  //!< stop delay, then commit timeout
};

} // namespace vmm
} // namespace ns3

#endif // VMM_OUTGOING_COPY_H
