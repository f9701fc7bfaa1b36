// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VM_MANAGER_H
#define VMM_VM_MANAGER_H

#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/managed-move.h"
#include "ns3/management-channel.h"
#include "ns3/migration-agent.h"
#include "ns3/traced-callback.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{

class Socket;

namespace vmm
{

/// What the VM Manager knows of a VM.
struct ManagedVm
{
    /// Where the VM is in its life, as far as the manager has heard.
    enum class State
    {
        CREATING,   //!< CREATE is out
        RUNNING,    //!< runs on server
        REFUSED,    //!< the hypervisor did not take it
        REJECTED,   //!< runs, but the registrar refused it: it has no service
        DESTROYING, //!< DESTROY is out, or waits for the end of a move
        DESTROYED   //!< gone
    };

    VmSpec spec;                  //!< what it is
    std::string server;           //!< where it is
    State state{State::CREATING}; //!< see State
    uint16_t epoch{0};            //!< the last epoch that was given
    uint32_t move{0};             //!< id of the move under way, 0 if none
    std::string reason;           //!< why it was refused or rejected
    std::deque<uint32_t> queue;   //!< ids of moves that wait
};

/// @param state a state @return its name, for instance "running"
const char* ManagedVmStateName(ManagedVm::State state);

/**
 * Creates, moves and destroys VMs by messages to the MigrationAgents of the servers, and keeps its
 * own record of where they are: it looks into no other node. Agents connect to it over TCP; what is
 * ordered of a server that is not connected waits for its connection.
 *
 *     auto manager = CreateObject<VmManager>();
 *     node->AddApplication(manager);
 *     manager->CreateVm(spec, "server-0-0");
 *     manager->ScheduleMove(Seconds(5), {"m1", spec.id, "server-1-0"});
 *
 * It gives each VM its epochs: 1 at creation; each move takes two, the first for the destination,
 * the second for the source should it have to resume the VM. See ManagedMove for the course of a
 * move and MigrationAgent for the messages.
 */
class VmManager : public Application, private ManagedMove::Environment
{
  public:
    /// What becomes of an order to move a VM that is being moved.
    enum OverlapPolicy
    {
        REFUSE, //!< outcome refused
        QUEUE   //!< it waits
    };

    /// Signature of the trace source Move: a move has entered a state or its outcome is decided.
    typedef void (*MoveTracedCallback)(const MoveRecord& record);
    /// Signature of the trace source Vm: the record of a VM has changed.
    typedef void (*VmTracedCallback)(const ManagedVm& vm);

    /// @return the type of this class
    static TypeId GetTypeId();

    VmManager();
    ~VmManager() override;

    /**
     * Runs a VM. Its Vm object is in the VmDirectory, in state DEFINED.
     * @param spec what it is
     * @param server name of the server
     * @throws std::invalid_argument if the spec is not valid or a VM of that id lives
     */
    void CreateVm(const VmSpec& spec, const std::string& server);
    /**
     * Ends a VM. During a move: before the end of the copy has been sent the move is cancelled,
     * afterwards the VM is destroyed when the move is over.
     * @param vm VM-ID
     * @return false, and nothing happens, if it does not live
     */
    bool DestroyVm(const std::string& vm);
    /**
     * Orders a move now. An order that cannot begin ends at once with outcome refused.
     * @param request what is ordered
     * @return its id
     * @throws std::invalid_argument for a bad or used migration name, a copy method or a transfer
     * that there is not
     */
    uint32_t OrderMove(const MoveRequest& request);
    /**
     * Orders a move at a time.
     * @param at simulated time, not in the past
     * @param request see OrderMove
     * @throws std::invalid_argument if the time is past, or as OrderMove; a name that is used by
     * then throws at that time
     * @throws std::logic_error before this is added to its node
     */
    void ScheduleMove(const Time& at, const MoveRequest& request);
    /**
     * Calls a move off.
     * @param move its id
     * @return false, and nothing happens, if there is none, its outcome is decided, or the VM is
     * known to run at the destination. With true, the move is completed all the same if the end of
     * the copy has overtaken the order.
     */
    bool CancelMove(uint32_t move);
    /// Gives every move without outcome the outcome unfinished; call it when the simulation ends.
    void CloseBooks();

    /// @param move id @return what is known, null if there is none
    const MoveRecord* GetMove(uint32_t move) const;
    /// @return all moves in order of their orders
    std::vector<MoveRecord> GetMoves() const;
    /// @param vm VM-ID @return what is known, null if it was never created
    const ManagedVm* GetVm(const std::string& vm) const;
    /// @param server name @return whether it is connected
    bool IsConnected(const std::string& server) const;

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    void Send(const std::string& server, const ManagementMessage& message) override;
    void SetTimer(uint32_t move, const Time& delay) override;
    void MoveChanged(const MoveRecord& record) override;
    void MoveCommitted(const MoveRecord& record) override;
    void MoveLostVm(const MoveRecord& record) override;
    Time Now() const override;
    Time LastHeard(const std::string& server) const override;

    /// Opens a listening socket. @param address any address of a family, and the port
    void Listen(const Address& address);
    /// A server connects.
    void Accepted(Ptr<Socket> socket, const Address& from);
    /// The first frame of a connection.
    void Greeted(Ptr<MessageStream> stream, const std::vector<uint8_t>& frame);
    /// @return the channel to a server, made if there is none
    Ptr<ManagementChannel> GetChannel(const std::string& server);
    /// A message from a server.
    void HandleMessage(const std::string& server, const ManagementMessage& message);
    /// A message that belongs to no move.
    void HandleVmMessage(const std::string& server, const ManagementMessage& message);
    /// @return why a move cannot begin now, empty if it can
    std::string FindObstacle(const MoveRecord& record) const;
    /// @throws std::invalid_argument as OrderMove does, apart from used names
    static void CheckOrder(const MoveRequest& request);
    /// Orders a move that was planned.
    void OrderPlanned(MoveRequest request);
    /// Begins a move.
    void BeginMove(ManagedMove& move);
    /// The timer of a move has run out.
    void MoveTimedOut(uint32_t move);
    /// A move is over: the VM is destroyed if that was ordered, or the next move begins.
    void MoveClosed(const MoveRecord& record);
    /// Sends DESTROY to where the VM is.
    void SendDestroy(const ManagedVm& vm);
    /// Enters a VM's state. @param reason for humans
    void SetVmState(ManagedVm& vm, ManagedVm::State state, const std::string& reason = "");

    uint16_t m_port{0};                                       //!< attribute
    OverlapPolicy m_overlapPolicy{REFUSE};                    //!< attribute
    Time m_answerTimeout;                                     //!< attribute
    Time m_resumeTimeout;                                     //!< attribute
    Time m_registrationTimeout;                               //!< attribute
    bool m_waitForRegistration{true};                         //!< attribute
    Time m_leaseTime;                                         //!< attribute
    Time m_serverTimeout;                                     //!< attribute
    std::vector<Ptr<Socket>> m_listeners;                     //!< of both families
    std::vector<Ptr<MessageStream>> m_strangers;              //!< connections without HELLO
    std::map<std::string, Ptr<ManagementChannel>> m_channels; //!< by server
    std::map<std::string, ManagedVm> m_vms;                   //!< by VM-ID
    std::vector<std::unique_ptr<ManagedMove>> m_moves;        //!< the move of id i is at i - 1
    std::map<uint32_t, EventId> m_timers;                     //!< by move
    bool m_stopped{false};                              //!< planned moves are not ordered any more
    TracedCallback<const MoveRecord&> m_moveTrace;      //!< trace
    TracedCallback<const ManagedVm&> m_vmTrace;         //!< trace
    TracedCallback<const ManagementEvent&> m_messageTx; //!< trace
    TracedCallback<const ManagementEvent&> m_messageRx; //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VM_MANAGER_H
