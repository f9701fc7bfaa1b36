// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_MIGRATION_AGENT_H
#define VMM_MIGRATION_AGENT_H

#include "ns3/application.h"
#include "ns3/event-id.h"
#include "ns3/hypervisor-listener.h"
#include "ns3/incoming-copy.h"
#include "ns3/management-channel.h"
#include "ns3/ns3-compat.h"
#include "ns3/outgoing-copy.h"
#include "ns3/random-variable-stream.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace ns3
{

class Socket;

namespace vmm
{

class CopyReceiver;

/**
 * The hand of the VM Manager on a server. It keeps a TCP connection to the manager, carries out its
 * orders on the Hypervisor of the same node, and copies VMs to and from the agents of other servers
 * over TCP connections of their own, on the servers' addresses: a copy competes with all other
 * traffic of the server's link.
 *
 *     agent->SetHypervisor(hypervisor);
 *     agent->SetAttribute("ServerName", StringValue("server-0-1"));
 *     agent->SetManager(managerAddress);
 *     server->AddApplication(agent);
 *
 * One hot move, messages over the management connections, the copy between the servers:
 *
 *     manager                 source                        destination
 *        | RESERVE ------------------------------------------> | Hypervisor::Reserve
 *        | <--------------------------- acknowledged: address | listens
 *        | MOVE ---------------> | BeginMigration              |
 *        | <------- acknowledged | OPEN, PAGES, ROUND_END ...> |
 *        | <----- PROGRESS, each round                         |
 *        | <------------ STOPPED | StopAtSource                |
 *        |                       | PAGES, DEVICE_STATE, END -> |
 *        | <------------------------------------------ RESUMED | ResumeHere
 *        | <--------------------------------------- REGISTERED | the NVE says RegistrationResult
 *        | COMMIT -------------> | Release          COMMIT --> |
 *
 * Every order is carried out once and answered as often as it comes. Who owns the VM when something
 * fails is told in OutgoingCopy and IncomingCopy. All of it is an interpretation: the draft asks
 * for TCP between the hypervisors and leaves the rest open.
 */
class MigrationAgent : public Application, public HypervisorListener
{
  public:
    /// Signature of the trace sources CopyStart, Stopped, Resumed, Suspended, Completed, RolledBack
    /// and Finished.
    typedef void (*CopyTracedCallback)(const CopyEvent& event);
    /// Signature of the trace source Round.
    typedef void (*RoundTracedCallback)(const CopyRound& round);
    // MessageTx and MessageRx: ManagementChannel::EventTracedCallback, (const ManagementEvent&)

    /// Default TCP port of the VM Manager.
    static constexpr uint16_t MANAGER_PORT = 50365;

    /// @return the type of this class
    static TypeId GetTypeId();

    MigrationAgent();
    ~MigrationAgent() override;

    /// @param hypervisor the one of this server; call before the application starts
    void SetHypervisor(Ptr<Hypervisor> hypervisor);
    /**
     * @param address of the VM Manager; call before the application starts
     * @param port its TCP port
     */
    void SetManager(const IpAddress& address, uint16_t port = MANAGER_PORT);
    /**
     * @param address where other servers reach this one; none, the default, for the address from
     * which it speaks to the manager
     */
    void SetCopyAddress(const IpAddress& address);
    /// @return the name that the manager knows this server by
    std::string GetServerName() const;

    /**
     * The NVE has had the registrar's answer for a VM here, or has given up asking. Told to the VM
     * Manager, which commits the move, or rolls it back.
     * @param vmId VM-ID
     * @param epoch the attachment that was registered
     * @param accepted whether the VM has service
     * @param status of the registration reply; 128 if none came
     */
    void RegistrationResult(const std::string& vmId, uint32_t epoch, bool accepted, uint8_t status);

    /**
     * Fixes the random streams of delays and of the device state.
     * @param stream the first
     * @return how many are used
     */
    int64_t AssignStreams(int64_t stream) VMM_APPLICATION_OVERRIDE;

    /// @return whether the manager can be spoken to
    bool IsConnected() const;
    /// @param move id of a move @return its copy away from here, null if there is none
    Ptr<OutgoingCopy> FindOutgoing(uint32_t move) const;
    /// @param visitor is told how far each copy away from here is that was not committed
    void VisitUnfinishedCopies(const std::function<void(const CopyEvent&)>& visitor) const;
    /// @param move id of a move @return its copy to here, null if there is none
    Ptr<IncomingCopy> FindIncoming(uint32_t move) const;

    /// The server has crashed: connections end without a word.
    void HostFailed() override;
    void VmArriving(const VmSpec& spec, uint32_t epoch) override;
    void VmAttached(Ptr<Vm> vm, uint32_t epoch, AttachReason reason) override;
    void VmLeaving(Ptr<Vm> vm) override;
    void VmStopped(Ptr<Vm> vm) override;
    void VmReleased(Ptr<Vm> vm) override;
    /// Ends a copy of the VM that is under way.
    void VmDestroyed(Ptr<Vm> vm) override;
    void ArrivalCancelled(const std::string& vmId) override;

  protected:
    void DoDispose() override;

  private:
    void StartApplication() override;
    void StopApplication() override;

    /// Opens the listening sockets of copies, both families.
    void Listen();
    /// @return a listening socket bound to an address, null if the node has not that family
    Ptr<Socket> ListenOn(const Address& address);
    /// A copy connection comes in.
    void CopyAccepted(Ptr<Socket> socket, const Address& from);
    /// A record comes in. @return whether to go on
    bool CopyRecordArrived(CopyReceiver& receiver, const CopyRecord& record);
    /// A copy connection is lost.
    void CopyLost(CopyReceiver& receiver, const std::string& reason);
    /// Closes the copy connection of a move that is over.
    void CloseReceiver(uint32_t move);

    /// @return the message that says that this server is there
    ManagementMessage MakeHello() const;
    /// Sends it to the manager.
    void Greet();
    /// The management connection is up or lost.
    void ChannelChanged(bool connected);
    /// A message from the manager.
    void HandleMessage(const ManagementMessage& message);
    /// Does what an order says. @return the status of its acknowledgement
    ManagementStatus CarryOut(const ManagementMessage& order);
    /// @name Orders: each returns the status of its acknowledgement
    /// @{
    ManagementStatus HandleCreate(const ManagementMessage& order);
    ManagementStatus HandleConfirm(const ManagementMessage& order);
    ManagementStatus HandleWithdraw(const ManagementMessage& order);
    ManagementStatus HandleReserve(const ManagementMessage& order);
    ManagementStatus HandleMove(const ManagementMessage& order);
    ManagementStatus HandleCommit(const ManagementMessage& order);
    ManagementStatus HandleAbort(const ManagementMessage& order);
    ManagementStatus HandleDestroy(const ManagementMessage& order);
    ManagementStatus HandleSwitchOver(const ManagementMessage& order);
    /// @}
    /// Resources that are held for a VM have not been asked for in time.
    void HoldTimedOut(std::string vmId);
    /// Says in a message what the server has and what of it is free.
    void AddResources(ManagementMessage& message) const;
    /// What the server has left is told with the next HELLO.
    void RefreshHello();
    /// Trace sinks of Hypervisor::UsedMemory and UsedVcpus.
    void MemoryChanged(uint64_t before, uint64_t now);
    void VcpusChanged(uint32_t before, uint32_t now);
    /// @return the address at which copies are awaited
    IpAddress GetCopyAddress() const;

    std::string m_serverName;                           //!< attribute
    uint16_t m_copyPort{0};                             //!< attribute
    Ptr<RandomVariableStream> m_stopDelay;              //!< attribute, s
    Ptr<RandomVariableStream> m_resumeDelay;            //!< attribute, s
    Time m_commitTimeout;                               //!< attribute
    Time m_reserveTimeout;                              //!< attribute
    Time m_keepAlive;                                   //!< attribute
    Time m_holdTime;                                    //!< attribute
    Time m_lease;                                       //!< attribute
    Time m_stallTimeout;                                //!< attribute
    Ptr<RandomVariableStream> m_deviceState;            //!< attribute, octets
    uint32_t m_streams{1};                              //!< attribute
    Ptr<Hypervisor> m_hypervisor;                       //!< of this server
    IpAddress m_manager;                                //!< address
    uint16_t m_managerPort{MANAGER_PORT};               //!< TCP port
    IpAddress m_copyAddress;                            //!< see SetCopyAddress
    Ptr<ManagementChannel> m_channel;                   //!< to the manager
    std::map<std::string, EventId> m_holds;             //!< ends of what is held, by VM-ID
    std::vector<Ptr<Socket>> m_listeners;               //!< for copies
    std::vector<Ptr<CopyReceiver>> m_receivers;         //!< copy connections here
    std::map<uint32_t, Ptr<OutgoingCopy>> m_outgoing;   //!< by move
    std::map<uint32_t, Ptr<IncomingCopy>> m_incoming;   //!< by move
    TracedCallback<const CopyEvent&> m_copyStart;       //!< trace
    TracedCallback<const CopyRound&> m_round;           //!< trace
    TracedCallback<const CopyEvent&> m_stopped;         //!< trace
    TracedCallback<const CopyEvent&> m_resumed;         //!< trace
    TracedCallback<const CopyEvent&> m_suspended;       //!< trace
    TracedCallback<const CopyEvent&> m_completed;       //!< trace
    TracedCallback<const CopyEvent&> m_rolledBack;      //!< trace
    TracedCallback<const CopyEvent&> m_finished;        //!< trace
    TracedCallback<const ManagementEvent&> m_messageTx; //!< trace
    TracedCallback<const ManagementEvent&> m_messageRx; //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_MIGRATION_AGENT_H
