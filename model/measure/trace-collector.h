// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TRACE_COLLECTOR_H
#define VMM_TRACE_COLLECTOR_H

#include "ns3/bgp-router.h"
#include "ns3/fib-route.h"
#include "ns3/goodput-bins.h"
#include "ns3/host-route-agent.h"
#include "ns3/in-flight-census.h"
#include "ns3/migration-agent.h"
#include "ns3/migration-timeline.h"
#include "ns3/node.h"
#include "ns3/nva.h"
#include "ns3/nve.h"
#include "ns3/object.h"
#include "ns3/packet-ledger.h"
#include "ns3/path-stretch.h"
#include "ns3/registration-endpoint.h"
#include "ns3/run-results.h"
#include "ns3/topology-oracle.h"
#include "ns3/transfer-book.h"
#include "ns3/vm-manager.h"
#include "ns3/vm.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Listens to a whole simulation: hands packets to the ledger and everything else to the timeline,
 * and puts the results together at the end. It only listens; nothing below it knows of it.
 *
 *     Ptr<TraceCollector> collector = CreateObject<TraceCollector>();
 *     collector->SetTopology(topology);
 *     collector->AddFabricNode(node, id);        // every fabric node, its stack and FIB installed
 *     collector->AddVm(vm);                      // every VM
 *     collector->AddNve(nve);                    // every NVE
 *     collector->AddRouterAgent(agent);          // every router's
 *     collector->AddNva(nva);
 *     collector->AddVmManager(manager);
 *     collector->AddAgent(agent);                // every server's
 *     collector->AddFlow(info);
 *     Simulator::Run();
 *     const RunResults& results = collector->Finish();
 *     TraceWriter(folder, results).WriteAll();
 *
 * It must be kept until the simulation has been destroyed: trace sources point to it.
 *
 * What is read out of the messages themselves: a destination NVE's first request to the management
 * node is the `register` time; the management node's first accepting reply is sent the moment it
 * has the new binding, so it is the `MN updated` time; the arrival of the first request at a source
 * NVE or router is the `request` time of that node.
 */
class TraceCollector : public Object
{
  public:
    /// @return the type
    static TypeId GetTypeId();
    TraceCollector();
    ~TraceCollector() override;

    /**
     * Call first.
     * @param topology the fabric; copied
     * @throws std::logic_error if it was called before
     */
    void SetTopology(const Topology& topology);
    /**
     * Listens to a node of the fabric.
     * @param node with its stack, devices and Fib
     * @param fabric which node of the topology it is
     * @throws std::logic_error before SetTopology
     */
    void AddFabricNode(Ptr<Node> node, NodeId fabric);
    /**
     * Listens to a VM.
     * @param vm that is built
     * @throws std::logic_error before SetTopology
     */
    void AddVm(Ptr<Vm> vm);
    /**
     * @param flow to trace, both directions
     * @throws std::invalid_argument if a flow of that name exists
     */
    void AddFlow(const FlowInfo& flow);
    /**
     * Listens to the transfers of a flow's applications, and to the retransmission timeouts of the
     * sockets that these report.
     * @param flows the flow that AddFlow was given; several that share a client: first the name of
     *        all of them together, then theirs
     * @param client that may have the traces TransferBegin, TransferEnd and Socket
     * @param server that may have the trace Socket
     */
    void AddTransfers(const std::vector<std::string>& flows,
                      Ptr<Application> client,
                      Ptr<Application> server);
    /**
     * Listens to registration messages.
     * @param endpoint open or not yet
     * @param node its node
     */
    void AddEndpoint(Ptr<RegistrationEndpoint> endpoint, Ptr<Node> node);
    /// Listens to an NVE, its endpoint and its buffers. @param nve on a node
    void AddNve(Ptr<Nve> nve);
    /// Listens to a router's agent. @param agent on a node
    void AddRouterAgent(Ptr<HostRouteAgent> agent);
    /// Listens to the messages of a BGP router. @param router on a node
    void AddBgpRouter(Ptr<BgpRouter> router);
    /// Listens to the registrar. @param nva on a node
    void AddNva(Ptr<Nva> nva);
    /**
     * Listens to the orders and outcomes of moves, and to the manager's messages.
     * @param manager started or not yet
     */
    void AddVmManager(Ptr<VmManager> manager);
    /**
     * Listens to the copies that a server makes and takes, and to its messages.
     * @param agent started or not yet
     */
    void AddAgent(Ptr<MigrationAgent> agent);
    /// @param enumerator of a buffer that may hold packets at the end
    void AddBuffer(PacketEnumerator enumerator);
    /// @param scheme name for the `scheme` column
    void SetScheme(const std::string& scheme);
    /**
     * One more move is planned.
     * @param migration its name
     * @param outcome the expected one; empty: any
     */
    void PlanMove(const std::string& migration, const std::string& outcome);

    /// @return the books
    Ptr<PacketLedger> GetLedger() const;
    /// @return the timeline; for the glue of components that this class does not know
    MigrationTimeline& GetTimeline();
    /**
     * Counts what is in flight and puts the results together, once, after the run.
     * @return them; valid as long as this
     */
    const RunResults& Finish();

    /**
     * @param address of a node
     * @return the node's name, or the address as text
     */
    std::string NameOf(const IpAddress& address);
    /**
     * @param name of a fabric node
     * @return its ns-3 node id; 0 if there is none of that name
     */
    uint32_t FindNode(const std::string& name) const;

  protected:
    void DoDispose() override;

  private:
    /// @return the oracle @throws std::logic_error before SetTopology
    TopologyOracle& Oracle();
    /// Notes the addresses that nodes have now.
    void LearnAddresses();
    /// @return the VM that a message is about, by its address if it has no VM-ID; may be empty
    std::string VmOf(const RegistrationMessage& message) const;
    /// Trace sink of Fib::Change.
    void FibChanged(const FibChange& change);
    /// Trace sinks of RegistrationEndpoint; the first argument is the endpoint's node.
    static void MessageSent(TraceCollector* self,
                            uint32_t node,
                            const RegistrationMessage& message,
                            const IpAddress& from,
                            const IpAddress& to,
                            uint32_t bytes);
    static void MessageReceived(TraceCollector* self,
                                uint32_t node,
                                const RegistrationMessage& message,
                                const IpAddress& from,
                                const IpAddress& to,
                                uint32_t bytes);
    /// Trace sink of Nve::SourceReleased; the second argument is the NVE's node.
    static void
    SourceReleased(TraceCollector* self, uint32_t node, const VmKey& vm, uint32_t epoch);
    /// Trace sinks of Nve::BindingCount and Nva::BindingCount; the second argument is the node.
    static void
    BindingUpdatesChanged(TraceCollector* self, uint32_t node, uint32_t before, uint32_t now);
    static void BindingsChanged(TraceCollector* self, uint32_t node, uint32_t before, uint32_t now);
    /// Trace sink of Hypervisor::AccessDevice.
    static void AccessDeviceMade(TraceCollector* self, uint32_t vn, Ptr<AccessDevice> device);
    /// Trace sink of GratuitousAnnouncer::Tx; the second argument is the VM.
    static void Announced(TraceCollector* self,
                          std::string vm,
                          Ptr<const Packet> packet,
                          const IpAddress& address);
    /// Takes over how far the copies have come that are not complete.
    void CountUnfinishedCopies();
    /// Trace sink of BgpRouter::Tx.
    void BgpMessageSent(const BgpMessageTrace& message);
    /// Trace sinks of BgpRouter::AdjRibIn, AdjRibOut and BestPath; the second argument is it.
    static void AdjRibChanged(TraceCollector* self,
                              Ptr<BgpRouter> router,
                              const std::string& neighbor,
                              const IpPrefix& prefix,
                              const BgpAttributesPtr& attributes);
    static void LocRibChanged(TraceCollector* self,
                              Ptr<BgpRouter> router,
                              const IpPrefix& prefix,
                              const BgpBestPath& before,
                              const BgpBestPath& after);
    void CountRibs(const BgpRouter& router);
    /// @return the VMs that an UPDATE is about, with blanks between
    std::string FindVms(const std::vector<uint8_t>& update) const;
    /// Trace sinks of VmManager.
    void MoveChanged(const MoveRecord& record);
    void OperationChanged(const OperationRecord& record);
    void VmPlaced(const PlacementRecord& record);
    void VmRecordChanged(const ManagedVm& vm);
    /// Finds the VMs that do not run any more though nobody wanted that.
    void FindLostVms();
    /// Trace sink of MessageTx of VmManager and MigrationAgent.
    void ManagementSent(const ManagementEvent& event);
    /// Trace sinks of MigrationAgent.
    void CopyStarted(const CopyEvent& event);
    void RoundDone(const CopyRound& round);
    void VmStopped(const CopyEvent& event);
    void VmResumed(const CopyEvent& event);
    void EffectsSeen(const CopyEvent& event);
    static void VmStateChanged(TraceCollector* self, Ptr<const Vm> vm, VmState from, VmState to);
    void CopyFinished(const CopyEvent& event);
    /// Trace sink of the ledger: a flow has begun, so its TCP socket is there.
    void FlowStarted(uint32_t book);
    /// Trace sink of Socket of an application; the second argument is the flow.
    static void SocketMade(TraceCollector* self, uint32_t flow, Ptr<Socket> socket);
    /// Trace sink of a TCP socket's RTO.
    static void RtoChanged(TraceCollector* self, uint32_t flow, Time before, Time now);

    Time m_bin;                                //!< attribute ThroughputBin
    Ptr<PacketLedger> m_ledger;                //!< the books
    MigrationTimeline m_timeline;              //!< the moves
    std::unique_ptr<GoodputBins> m_goodput;    //!< of all flows
    Ptr<TransferBook> m_transfers;             //!< of all applications
    std::unique_ptr<TopologyOracle> m_oracle;  //!< the fabric
    std::unique_ptr<PathStretch> m_stretch;    //!< weighs paths
    std::vector<Ptr<Node>> m_nodes;            //!< all of them
    std::vector<PacketEnumerator> m_buffers;   //!< of components
    std::vector<Ptr<MigrationAgent>> m_agents; //!< all of them
    /// VM-ID of the VM that has an address in a virtual network.
    std::map<std::pair<uint32_t, IpAddress>, std::string> m_vmByAddress;
    std::vector<Ptr<Vm>> m_vms;                        //!< all of them
    std::set<std::string> m_unwanted;                  //!< VMs that somebody ordered to destroy
    std::map<std::string, uint32_t> m_vmNodes;         //!< node id by VM name
    std::map<std::string, uint32_t> m_nodeIds;         //!< node id by name of a fabric node
    std::map<IpAddress, uint32_t> m_addresses;         //!< node id
    std::vector<std::pair<uint32_t, Time>> m_timeouts; //!< flow and time
    std::set<uint32_t> m_reportingSockets;             //!< flows whose applications report them
    std::map<std::string, std::string> m_expected;     //!< outcome by migration
    std::set<uint32_t> m_seenMoves;                    //!< ids of moves with an order
    std::string m_scheme;                              //!< name
    bool m_finished = false;                           //!< m_results is filled in
    RunResults m_results;                              //!< together
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TRACE_COLLECTOR_H
