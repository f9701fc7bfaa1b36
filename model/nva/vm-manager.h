// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VM_MANAGER_H
#define VMM_VM_MANAGER_H

#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/managed-move.h"
#include "ns3/management-channel.h"
#include "ns3/migration-agent.h"
#include "ns3/move-queue.h"
#include "ns3/operation-record.h"
#include "ns3/server-inventory.h"
#include "ns3/traced-callback.h"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ns3
{

class Socket;

namespace vmm
{

class OperationDesk;

/// What the VM Manager knows of a VM.
struct ManagedVm
{
    /// Where the VM is in its life, as far as the manager has heard.
    enum class State
    {
        CREATING,   //!< CREATE is out, or a server is looked for
        CONFIRMING, //!< the server holds its resources; CONFIRM is out
        RUNNING,    //!< runs on server
        REFUSED,    //!< no server took it
        REJECTED,   //!< runs, but the registrar refused it: it has no service
        DESTROYING, //!< DESTROY is out, or waits for the end of a move
        DESTROYED   //!< gone
    };

    VmSpec spec;                       //!< what it is
    std::string server;                //!< where it is; empty while a server is looked for
    State state{State::CREATING};      //!< see State
    uint16_t epoch{0};                 //!< the last epoch that was given
    uint32_t move{0};                  //!< id of the move under way, 0 if none
    std::string reason;                //!< why it was refused or rejected
    std::deque<uint32_t> open;         //!< ids of moves that are not over, in order of their orders
    std::optional<std::string> policy; //!< that places it; none: its server was ordered
    std::set<std::string> refusedBy;   //!< servers that did not take it, or did not answer
    Time order;                        //!< when its creation was ordered
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
 * A VM is created in the three steps of draft -04 section 8.1: CREATE asks a server for the
 * resources and the interface, its acknowledgement says that they are held, CONFIRM has the VM run
 * there. PlaceVm() lets a PlacementPolicy choose the server, and the next one if that refuses or
 * does not answer. The manager's own books of servers (ServerInventory) hold what it has given
 * away and what the servers say in their HELLOs; each hypervisor's admission is the last word.
 *
 * A move that would exceed MaxMoves, MaxMovesPerHost or MaxMovesPerRack waits (MoveQueue).
 * OrderOperation() moves many VMs: see Evacuation, LoadBalancing and RandomChurn.
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

    /// Which placement policy is the default.
    enum PlacementChoice
    {
        FIRST_FIT, //!< FirstFitPlacement
        LOCALITY,  //!< LocalityPlacement
        SPREAD     //!< SpreadPlacement
    };

    /// Signature of the trace source Move: a move has entered a state or its outcome is decided.
    typedef void (*MoveTracedCallback)(const MoveRecord& record);
    /// Signature of the trace source Vm: the record of a VM has changed.
    typedef void (*VmTracedCallback)(const ManagedVm& vm);
    /// Signature of the trace source Operation: the record of an operation has changed.
    typedef void (*OperationTracedCallback)(const OperationRecord& record);
    /// Signature of the trace source Placement: a server is asked to take a new VM, or answers.
    typedef void (*PlacementTracedCallback)(const PlacementRecord& record);

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
     * Runs a VM where a policy wants it. It waits up to PlacementWait until all servers of the
     * inventory have said what they have, and up to PlacementTimeout for one that has room.
     * @param spec what it is
     * @param policy name of a placement policy; empty: the attribute's
     * @throws std::invalid_argument as CreateVm, or if there is no such policy
     */
    void PlaceVm(const VmSpec& spec, const std::string& policy = "");
    /**
     * Enters a server in the inventory.
     * @param place its name and where it stands
     */
    void AddServer(const ServerPlace& place);
    /**
     * Says which VMs a VM speaks to: an operator's knowledge, for placement by locality.
     * @param vm VM-ID, created or not yet
     * @param peers VM-IDs
     */
    void SetPeers(const std::string& vm, const std::vector<std::string>& peers);
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
    /**
     * Orders an operation now.
     * @param request what is ordered
     * @throws std::invalid_argument for a bad or used name, a target that means no server, a rate
     * that is not above 0, a time that is past, and what OrderMove refuses
     */
    void OrderOperation(const OperationRequest& request);
    /**
     * Orders an operation at a time.
     * @param at simulated time, not in the past
     * @param request see OrderOperation
     * @throws std::invalid_argument if the time is past; the rest of OrderOperation at that time
     */
    void ScheduleOperation(const Time& at, const OperationRequest& request);
    /// Gives every move and operation without outcome the outcome unfinished; call it when the
    /// simulation ends.
    void CloseBooks();
    /**
     * Fixes the random streams of the operations.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream);

    /// @param move id @return what is known, null if there is none
    const MoveRecord* GetMove(uint32_t move) const;
    /// @return all moves in order of their orders
    std::vector<MoveRecord> GetMoves() const;
    /// @param vm VM-ID @return what is known, null if it was never created
    const ManagedVm* GetVm(const std::string& vm) const;
    /// @param migration name @return what is known of that move, null if there is none
    const MoveRecord* FindMove(const std::string& migration) const;
    /// @return all operations in order of their orders
    std::vector<OperationRecord> GetOperations() const;
    /// @param server name @return whether it is connected
    bool IsConnected(const std::string& server) const;

    /// @return all VMs that were ever created, by VM-ID
    const std::map<std::string, ManagedVm>& GetVms() const
    {
        return m_vms;
    }

    /// @return the servers
    const ServerInventory& GetInventory() const
    {
        return m_inventory;
    }

    /// @param server a name @param closed whether one more, or one less, wants no VM placed there
    void CloseServer(const std::string& server, bool closed);
    /// @param server a name @return whether a policy may place VMs there now
    bool IsOpen(const std::string& server) const;
    /**
     * @param vm a VM that was created
     * @param policy name of a placement policy; empty: the attribute's
     * @return the open servers that have room for it, without its own, the best first
     */
    std::vector<std::string> RankServers(const ManagedVm& vm, const std::string& policy) const;

    /// @return the attribute MaxRetries
    uint32_t GetMaxRetries() const
    {
        return m_maxRetries;
    }

    /// Tells the trace source Operation. @param record what has changed
    void OperationChanged(const OperationRecord& record);
    /**
     * @param request see OrderMove
     * @throws std::invalid_argument as OrderMove does, apart from used names
     */
    static void CheckOrder(const MoveRequest& request);

  protected:
    void DoDispose() override;

  private:
    static constexpr size_t MAX_NAME = 63; //!< octets of a name in messages

    void StartApplication() override;
    void StopApplication() override;

    void Send(const std::string& server, const ManagementMessage& message) override;
    void SetTimer(uint32_t move, const Time& delay) override;
    void MoveChanged(const MoveRecord& record) override;
    void MoveCommitted(const MoveRecord& record) override;
    void MoveLostVm(const MoveRecord& record) override;
    Time Now() const override;
    Time LastHeard(const std::string& server) const override;

    /// @name Setters of attributes @param limit see the attribute
    /// @{
    void SetMaxMoves(uint32_t limit);
    void SetMaxMovesPerHost(uint32_t limit);
    void SetMaxMovesPerRack(uint32_t limit);
    void SetMaxOvertakes(uint32_t limit);
    /// @}
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
    /// A server has answered CREATE or CONFIRM.
    void HandleCreated(ManagedVm& vm, const ManagementMessage& answer);
    /// Enters a VM. @return it, with its next epoch
    ManagedVm& EnterVm(const VmSpec& spec);
    /// Asks a server to hold the resources of a VM. @param candidates servers that had room
    void AskServer(ManagedVm& vm, const std::string& server, uint32_t candidates);
    /// The server that was asked has not taken the VM. @param why for humans
    void ServerRefused(ManagedVm& vm, const std::string& why);
    /// The server that was asked to take a VM with this epoch has not answered.
    void CreateTimedOut(std::string vm, uint16_t epoch);
    /// @return the name of the policy, or of the default one if it is empty
    std::string GetPolicyName(const std::string& policy) const;
    /// A server has said, in this message, what it has and what of it is free.
    void LearnResources(const std::string& server, const ManagementMessage& message);
    /// Looks for servers for the VMs that wait for one.
    void PlaceWaiting();
    /// Tells the trace source Placement.
    void TracePlacement(const ManagedVm& vm, uint32_t candidates, const std::string& result);
    /// @return the servers that a VM is on, comes from or goes to
    std::set<std::string> GetPlaces(const ManagedVm& vm) const;
    /// Books a VM where it is, comes from and goes to.
    void Book(const ManagedVm& vm);
    /// @return why a move cannot begin now, empty if it can
    std::string FindObstacle(const MoveRecord& record) const;
    /// Makes the state machine of a move. @return it, state QUEUED
    ManagedMove& AddMove(const MoveRequest& request);
    /// Orders a move that was planned.
    void OrderPlanned(MoveRequest request);
    /// Orders an operation that was planned.
    void OperatePlanned(OperationRequest request);
    /// @return where a waiting move goes from and to, none if its VM is being moved
    std::optional<MoveEnds> LocateMove(uint32_t move) const;
    /// Begins the moves that need not wait any more.
    void StartWaiting();
    /// Notes the servers of a move that did not complete which are silent.
    void NoteSilent(const MoveRecord& record);
    /// Begins a move.
    void BeginMove(ManagedMove& move);
    /// The timer of a move has run out.
    void MoveTimedOut(uint32_t move);
    /// A move is over: the VM is destroyed if that was ordered, or the next move begins.
    void MoveClosed(const MoveRecord& record);
    /// Sends DESTROY to where the VM is.
    void SendDestroy(ManagedVm& vm);
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
    MoveLimits m_limits;                                      //!< attributes MaxMoves...
    uint32_t m_maxRetries{0};                                 //!< attribute
    PlacementChoice m_placement{SPREAD};                      //!< attribute
    Time m_placementWait;                                     //!< attribute
    Time m_placementTimeout;                                  //!< attribute
    std::vector<Ptr<Socket>> m_listeners;                     //!< of both families
    std::vector<Ptr<MessageStream>> m_strangers;              //!< connections without HELLO
    std::map<std::string, Ptr<ManagementChannel>> m_channels; //!< by server
    std::map<std::string, ManagedVm> m_vms;                   //!< by VM-ID
    std::vector<std::unique_ptr<ManagedMove>> m_moves;        //!< the move of id i is at i - 1
    std::map<uint32_t, EventId> m_timers;                     //!< by move
    std::map<std::string, uint32_t> m_migrations;             //!< ids of moves by name
    MoveQueue m_queue;                                        //!< moves that wait
    bool m_starting{false};                                   //!< within StartWaiting()
    ServerInventory m_inventory;                              //!< servers
    std::map<std::string, std::vector<std::string>> m_peers;  //!< see SetPeers
    std::deque<std::string> m_unplaced;                       //!< VMs without a server
    EventId m_placementTimer;                                 //!< next look at them
    std::unique_ptr<OperationDesk> m_desk;                    //!< operations
    bool m_stopped{false};                         //!< planned moves are not ordered any more
    TracedCallback<const MoveRecord&> m_moveTrace; //!< trace
    TracedCallback<const ManagedVm&> m_vmTrace;    //!< trace
    TracedCallback<const OperationRecord&> m_operationTrace; //!< trace
    TracedCallback<const PlacementRecord&> m_placementTrace; //!< trace
    TracedCallback<const ManagementEvent&> m_messageTx;      //!< trace
    TracedCallback<const ManagementEvent&> m_messageRx;      //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VM_MANAGER_H
