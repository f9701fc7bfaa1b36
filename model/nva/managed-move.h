// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MANAGED_MOVE_H
#define VMM_MANAGED_MOVE_H

#include "ns3/management-message.h"
#include "ns3/move-record.h"
#include "ns3/vm-spec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * The VM Manager's side of one move: a state machine that gets messages and time-outs and answers
 * with orders. It does no I/O.
 *
 *     RESERVING -> ORDERED -> COPYING -> STOPPED -> RESUMED -> COMMITTING -> CLOSED (completed)
 *     RESUMED -> FILLING -> COMMITTING, if pages are missing when the VM resumes (post-copy)
 *     any before RESUMED -> ABORTING_DESTINATION -> ABORTING_SOURCE -> CLOSED
 *     RESUMED, registration rejected -> ABORTING_DESTINATION -> ABORTING_SOURCE -> CLOSED
 *
 * The destination is always aborted first: only when it has promised not to run the VM may the
 * source be told to (ABORT of kind ROLLBACK). If the destination does not answer within
 * AnswerTimeout, the source gets an ABORT of kind CANCEL, which it obeys if it has not sent the end
 * of the copy: then the destination cannot run the VM. If it has, the lease decides: a destination
 * without COMMIT does not run the VM any more when it has not been heard for LeaseTime (see
 * IncomingCopy), and the source is told to resume it. A late answer is still acted on. So every
 * move ends, and in the end at most one side runs the VM.
 *
 * A warm move stays in COPYING until its switch-over, which is ordered of the source at its time,
 * or of the destination when the source has not been heard for LeaseTime: by then the source has
 * stopped the VM (see OutgoingCopy).
 *
 * A VM that was resumed while pages were missing has no way back: what breaks before COPIED, or is
 * aborted, loses it, and the outcome is failed.
 *
 * In the copy both servers must be heard, by whatever message, every ServerTimeout, and so must the
 * destination as long as the registrar's answer is awaited.
 */
class ManagedMove
{
  public:
    /// What a move needs from the manager.
    class Environment
    {
      public:
        virtual ~Environment() = default;
        /// @param server name @param message an order for it
        virtual void Send(const std::string& server, const ManagementMessage& message) = 0;
        /// Replaces the timer of a move. @param move its id @param delay until TimedOut(); 0: none
        virtual void SetTimer(uint32_t move, const Time& delay) = 0;
        /// @param record a move that has changed
        virtual void MoveChanged(const MoveRecord& record) = 0;
        /// The VM runs at the destination and stays there. @param record the move
        virtual void MoveCommitted(const MoveRecord& record) = 0;
        /// The source says that the VM does not exist any more. @param record the move
        virtual void MoveLostVm(const MoveRecord& record) = 0;
        /// @return the time
        virtual Time Now() const = 0;
        /// @param server name @return when it was heard last; a negative time for never
        virtual Time LastHeard(const std::string& server) const = 0;
    };

    /// Settings of the manager.
    struct Settings
    {
        Time answerTimeout;             //!< for each order
        Time resumeTimeout;             //!< from STOPPED to RESUMED
        Time registrationTimeout;       //!< from RESUMED to REGISTERED
        bool waitForRegistration{true}; //!< false: commit when the VM runs
        Time leaseTime{Seconds(90)};    //!< see above
        Time serverTimeout{0};          //!< see above; 0 for none
    };

    /**
     * @param environment outlives this
     * @param settings of the manager
     * @param record id, migration, vm, type, method, destination, order time
     */
    ManagedMove(Environment& environment, const Settings& settings, const MoveRecord& record);

    /// @return what is known
    const MoveRecord& GetRecord() const;
    /// @return whether it waits for its turn
    bool IsQueued() const;
    /// @return whether nothing is awaited any more
    bool IsClosed() const;

    /**
     * Begins.
     * @param spec the VM
     * @param source where it is
     * @param epoch for the destination; epoch + 1 is the source's if it has to resume the VM
     */
    void Begin(const VmSpec& spec, const std::string& source, uint16_t epoch);
    /// Ends a move that has not begun. @param outcome REFUSED or CANCELLED @param reason why
    void Refuse(MoveOutcome outcome, const std::string& reason);
    /**
     * Calls the move off.
     * @return false, and nothing happens, once the VM is known to run at the destination or the
     * outcome is decided
     */
    bool Cancel();
    /// The VM is to be destroyed: no copy is begun any more, and the source is told to destroy it.
    void Destroy();
    /**
     * @param server who sent it
     * @param message of this move
     */
    void Handle(const std::string& server, const ManagementMessage& message);
    /// The timer has run out.
    void TimedOut();
    /// The simulation ends.
    void CloseBooks();

  private:
    /// @name Acknowledgements
    /// @{
    void HandleReserved(const ManagementMessage& answer);
    void HandleMoveAnswer(const ManagementMessage& answer);
    void HandleCommitted(bool fromSource, const ManagementMessage& answer);
    void HandleDestinationAborted(const ManagementMessage& answer);
    void HandleSourceAborted(const ManagementMessage& answer);
    void HandleDestroyed(const ManagementMessage& answer);
    /// @}
    /// @name Reports
    /// @{
    void HandleReport(bool fromSource, const ManagementMessage& report);
    void HandleRegistered(const ManagementMessage& report);
    void HandleSourceFailed(const ManagementMessage& report);
    void HandleDestinationFailed(const ManagementMessage& report);
    void HandleStopped(const ManagementMessage& report);
    /// @}
    /// The answer to a SWITCH_OVER.
    void HandleSwitchedOver(bool fromSource, const ManagementMessage& answer);
    /// The source of a warm move is silent: the standby becomes active.
    void FailOver();
    /// Orders the switch-over of the source.
    void OrderSwitchOver();
    /// @return the time for which this state may last, 0 for any
    Time GetLimit() const;
    /// @return the outcome of a move that breaks now
    MoveOutcome GetBrokenOutcome() const;
    /// The VM runs at the destination: waits for its registration, commits or rolls back.
    void Proceed();
    /// Tells both sides that the move is final.
    void Commit();
    /// Calls the destination off first. @param kind how far it obeys
    void Abort(AbortKind kind, MoveOutcome outcome, const std::string& reason);
    /// Calls the source off. @param kind ROLLBACK if the destination has promised
    void AbortSource(AbortKind kind);
    /// The destination does not answer an ABORT.
    void DestinationSilent();
    /// The source does not answer an ABORT.
    void SourceSilent();
    /// @return how long the destination may still run the VM without COMMIT, 0 if not any more
    Time GetLeaseLeft() const;
    /// @return the servers that have to be heard in this state, and how often
    std::vector<std::pair<std::string, Time>> GetWatched() const;
    /// Looks whether a server is silent. @return false if the state's own time is over
    bool CheckServers();
    /// @return the server that has not been heard for ServerTimeout; empty if none
    std::string FindSilent() const;
    /// Sets the timer to when a server may be silent for too long, but not later than the deadline.
    void WatchServers();
    /// Decides the outcome if it is not decided.
    void Decide(MoveOutcome outcome, const std::string& reason);
    /// Nothing is awaited any more.
    void Close();
    /// @param state the new one
    void Enter(MoveState state);
    /// @return an order of this move
    ManagementMessage MakeOrder(ManagementType type) const;
    /// @return whether an abort is under way
    bool IsAborting() const;

    Environment& m_environment;               //!< the manager
    Settings m_settings;                      //!< of the manager
    MoveRecord m_record;                      //!< what is known
    std::optional<Time> m_deadline;           //!< of the state, if servers are watched in it
    bool m_moveSent{false};                   //!< MOVE has been sent
    bool m_stopped{false};                    //!< the source has stopped the VM
    bool m_resumed{false};                    //!< the destination runs the VM
    bool m_filling{false};                    //!< pages were missing then
    bool m_copied{false};                     //!< they are there
    bool m_lost{false};                       //!< the VM is lost
    bool m_failedOver{false};                 //!< the standby was told to become active
    bool m_switchOverSent{false};             //!< the source was told to switch over
    bool m_resumesFirst{false};               //!< the VM may run there while pages are missing
    bool m_sourceEnded{false};                //!< the source has the VM back, or has destroyed it
    bool m_destinationEnded{false};           //!< the destination has promised not to run the VM
    bool m_destinationTooLate{false};         //!< the destination has refused to give up
    bool m_sourceAsked{false};                //!< the source has had an ABORT of kind CANCEL
    bool m_destroying{false};                 //!< the VM is to be destroyed
    bool m_sourceCommitted{false};            //!< the source has acknowledged COMMIT
    bool m_destinationCommitted{false};       //!< the destination has acknowledged COMMIT
    AbortKind m_abortKind{AbortKind::CANCEL}; //!< of the ABORT to the destination
    AbortKind m_sourceAbortKind{AbortKind::CANCEL};  //!< of the last ABORT to the source
    std::optional<bool> m_registered;                //!< the registrar's answer
    MoveOutcome m_plannedOutcome{MoveOutcome::NONE}; //!< of the abort under way
    std::string m_plannedReason;                     //!< of the abort under way
    std::string m_registrationReason;                //!< why the registrar refused
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MANAGED_MOVE_H
