// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VM_OPERATION_H
#define VMM_VM_OPERATION_H

#include "ns3/operation-record.h"
#include "ns3/placement-policy.h"
#include "ns3/simple-ref-count.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A VM as an operation sees it.
struct OperationVm
{
    std::string vm;          //!< VM-ID
    uint64_t memory{0};      //!< octets
    uint32_t vcpus{0};       //!< virtual processors
    std::string server;      //!< where it is
    std::string destination; //!< where its last ordered move goes; empty if none is under way
    bool running{false};     //!< whether it can be moved
};

/// A server as an operation sees it.
struct OperationServer
{
    PlacementCandidate candidate; //!< what it has left when all that is ordered is booked
    uint64_t foreignMemory{0};    //!< used by what the manager did not place, octets
    uint32_t foreignVcpus{0};     //!< likewise
    bool open{false};             //!< whether VMs may be placed there now
};

/**
 * Moves many VMs by ordering one move after the other of the VM Manager. It does no I/O and reads
 * no clock, so that a test can drive it: whoever runs it calls Start(), then MoveEnded() for each
 * of its moves, Look() when a move of somebody else is over, and TimedOut().
 *
 * A subclass says in PlanMore() which moves to order now; it is asked whenever something has
 * changed. The operation is over when it has nothing under way and IsComplete().
 */
class VmOperation : public SimpleRefCount<VmOperation>
{
  public:
    /// What an operation needs from the manager.
    class Environment
    {
      public:
        virtual ~Environment() = default;
        /// @return all VMs that live, by VM-ID
        virtual std::vector<OperationVm> GetVms() const = 0;
        /// @return all servers, in the order of the inventory
        virtual std::vector<OperationServer> GetServers() const = 0;
        /**
         * @param vm a VM
         * @param policy name of a placement policy; empty for the manager's
         * @return the open servers that have room for it, the best first, without its own
         */
        virtual std::vector<std::string> Rank(const OperationVm& vm,
                                              const std::string& policy) const = 0;
        /**
         * Orders a move. If it is over at once, MoveEnded() comes within the call.
         * @param request the operation's, its name and label put together as MakeMoveName() does
         */
        virtual void Order(const MoveRequest& request) = 0;
        /// @param migration a move of this operation, to be called off if it waits still
        virtual void CancelWaiting(const std::string& migration) = 0;
        /// @param server a name @param closed whether the operation wants no VM placed there
        virtual void Close(const std::string& server, bool closed) = 0;
        /// @return a name that no move has @param name the wanted one
        virtual std::string MakeMoveName(const std::string& name) const = 0;
        /// Calls TimedOut() later, in place of an earlier call. @param operation whose @param delay
        /// how much later; negative: never
        virtual void SetTimer(VmOperation& operation, const Time& delay) = 0;
        /// @param record what has changed
        virtual void OperationChanged(const OperationRecord& record) = 0;
        /// @return the time
        virtual Time Now() const = 0;
    };

    /**
     * @param environment outlives this
     * @param request what is ordered
     * @param servers that the target means
     * @param maxRetries of each VM, if the request names none
     */
    VmOperation(Environment& environment,
                const OperationRequest& request,
                const std::vector<std::string>& servers,
                uint32_t maxRetries);
    virtual ~VmOperation();

    /// Begins.
    void Start();
    /// @param record one of its moves, which is over
    void MoveEnded(const MoveRecord& record);
    /// Something has changed that is not its own doing.
    void Look();
    /// The timer has run out.
    void TimedOut();
    /// No move is ordered any more, and those that wait are called off. @param reason for humans
    void Cancel(const std::string& reason);
    /// The simulation ends.
    void CloseBooks();

    /// @return what is known
    const OperationRecord& GetRecord() const;
    /// @return whether it is over
    bool IsOver() const;

  protected:
    /// The operation begins. @return when TimedOut() is wanted first; negative: never
    virtual Time Begin() = 0;
    /// Orders what should move now, as far as HasRoom().
    virtual void PlanMore() = 0;
    /// @return whether nothing more will be ordered even if time goes on
    virtual bool IsComplete() const = 0;
    /// The timer has run out. @return when it is wanted again, from now; negative: never
    virtual Time OnTime();
    /// The operation is over: brings the record up to date and undoes what Begin() did.
    virtual void End();
    /// The timer has run out after the end.
    virtual void AfterEnd();
    /// @param vm VM-ID @return what follows the operation's name in the name of its next move
    virtual std::string GetLabel(const std::string& vm);

    /// @return whether one more move may be ordered
    bool HasRoom() const;
    /// Orders a move. @param vm VM-ID @param destination name of a server
    void Order(const std::string& vm, const std::string& destination);
    /// @param vm VM-ID @return whether it may be tried (again)
    bool MayTry(const std::string& vm) const;
    /// @param vm VM-ID @param server a name @return whether that was tried without success
    bool HasTried(const std::string& vm, const std::string& server) const;
    /// @param server a name @return whether the target means it
    bool IsInside(const std::string& server) const;
    /// @param name of a server @return whether VMs may be placed there now
    bool IsOpen(const std::string& name) const;

    Environment& m_environment; //!< the manager
    OperationRequest m_request; //!< what was ordered
    OperationRecord m_record;   //!< what is known

  private:
    /// Asks for more moves until there are none, then sees whether all is over.
    void Plan();
    /// It is over.
    void Finish();
    /// Counts the outcome of a move.
    void Count(MoveOutcome outcome);

    std::set<std::string> m_servers;                      //!< that the target means
    uint32_t m_maxRetries;                                //!< of each VM
    std::map<std::string, std::set<std::string>> m_tried; //!< destinations that failed, by VM-ID
    std::map<std::string, uint32_t> m_orders;             //!< moves ordered, by VM-ID
    std::set<std::string> m_done;  //!< VMs that have moved, or must not be tried again
    std::set<std::string> m_under; //!< names of moves that are not over
    bool m_ended{false};           //!< no move is ordered any more
    bool m_planning{false};        //!< within Plan()
    bool m_again{false};           //!< asked to plan meanwhile
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VM_OPERATION_H
