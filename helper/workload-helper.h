// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_WORKLOAD_HELPER_H
#define VMM_WORKLOAD_HELPER_H

#include "ns3/application.h"
#include "ns3/data-rate.h"
#include "ns3/flow-book.h"
#include "ns3/node.h"
#include "ns3/random-variable-stream.h"
#include "ns3/vm.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Where a flow begins or ends: a VM, or a plain node of the fabric.
struct WorkloadEnd
{
    std::string name;        //!< for the traces
    Ptr<Node> node;          //!< runs the application
    Ptr<Vm> vm;              //!< the VM that the node is, or null
    IpAddressList addresses; //!< of the node, one per family at most

    /**
     * @param vm a VM
     * @return the end that it is
     */
    static WorkloadEnd OfVm(Ptr<Vm> vm);
    /**
     * @param name for the traces
     * @param node a plain node
     * @param addresses its addresses, one per family at most
     * @return the end that it is
     */
    static WorkloadEnd OfHost(const std::string& name, Ptr<Node> node, IpAddressList addresses);
};

/// One flow: what is sent, between whom, when.
struct WorkloadFlow
{
    std::string name;                     //!< unique
    WorkloadEnd from;                     //!< sender, or client
    WorkloadEnd to;                       //!< receiver, or server
    IpFamily family = IpFamily::IPV4;     //!< which of the ends' addresses
    Time start;                           //!< first packet, or connect
    Time stop;                            //!< no new data from here on
    uint32_t packetSize = 0;              //!< payload of a datagram, a write, or a request (bytes)
    Time period;                          //!< udp-probe: between two datagrams
    std::optional<DataRate> rate;         //!< tcp-bulk: limit of what the application writes;
                                          //!< on-off: while on
    std::optional<uint64_t> bytes;        //!< tcp-bulk: total; none: until stop
    uint32_t responseSize = 0;            //!< rpc, incast: bytes of a response
    Time thinkTime;                       //!< rpc, incast: from a response to the next request
    Ptr<RandomVariableStream> thinkTimes; //!< rpc, incast: instead of thinkTime, drawn (s)
    Ptr<RandomVariableStream> onTime;     //!< on-off: how long it sends (s)
    Ptr<RandomVariableStream> offTime;    //!< on-off: how long it does not, first of all (s)
    Ptr<RandomVariableStream> interval;   //!< sized: between the beginnings of two (s)
    Ptr<RandomVariableStream> sizes;      //!< sized: bytes, at least 8 for an upload
    bool download = false;                //!< sized: from server to client
    std::optional<int64_t> stream;        //!< first of its random streams; none: automatic
};

/// The two applications of a flow, and what the ledger has to know of it.
struct WorkloadApplications
{
    Ptr<Application> client; //!< at from
    Ptr<Application> server; //!< at to
    FlowInfo info;           //!< addresses, ports, period
};

/**
 * Installs traffic in VMs and plain hosts, all of it ns-3 applications over ns3 sockets:
 *
 *     WorkloadHelper workload;
 *     WorkloadFlow flow;
 *     flow.name = "probe";
 *     flow.from = WorkloadEnd::OfVm(a);
 *     flow.to = WorkloadEnd::OfVm(b);
 *     flow.start = Seconds(1);
 *     flow.stop = Seconds(9);
 *     flow.packetSize = 100;
 *     flow.period = MilliSeconds(1);
 *     ledger->AddFlow(workload.InstallUdpProbe(flow).info);
 *
 * The servers start at time 0 and never stop; each flow has a server port of its own.
 */
class WorkloadHelper
{
  public:
    /**
     * A datagram every period (ProbeClient to PacketSink).
     * @param flow packetSize is at least 12, the header of ProbeClient
     * @return its applications
     */
    WorkloadApplications InstallUdpProbe(const WorkloadFlow& flow);
    /**
     * One TCP connection, as fast as it goes (BulkSendApplication) or at a rate
     * (OnOffApplication), to a PacketSink.
     * @param flow the flow
     * @return its applications
     */
    WorkloadApplications InstallTcpBulk(const WorkloadFlow& flow);
    /**
     * Requests and responses over one TCP connection (RpcClient, RpcServer).
     * @param flow packetSize is the request's size
     * @return its applications
     */
    WorkloadApplications InstallRpc(const WorkloadFlow& flow);
    /**
     * Datagrams at a rate during on times, none during off times (OnOffApplication to PacketSink).
     * @param flow rate, onTime and offTime are there
     * @return its applications
     */
    WorkloadApplications InstallOnOff(const WorkloadFlow& flow);
    /**
     * A TCP connection for each flow of a size that is drawn (SizedClient, RpcServer). The ledger
     * knows these connections by the server's port.
     * @param flow interval and sizes are there; packetSize is the size of the request for a
     *        download
     * @return its applications
     */
    WorkloadApplications InstallSized(const WorkloadFlow& flow);
    /**
     * Many servers answer one client at the same time (IncastClient, an RpcServer each).
     * @param flows from each server to the client, which is the same in all of them, as are start,
     *        stop, packetSize (the request's), responseSize and think time
     * @return the applications of each, with the same client
     * @throws std::invalid_argument if there is no flow
     */
    std::vector<WorkloadApplications> InstallIncast(const std::vector<WorkloadFlow>& flows);

  private:
    /// @return the port of the next server @throws std::invalid_argument if there are too many
    uint16_t TakePort();
    WorkloadApplications Install(const WorkloadFlow& flow,
                                 Ptr<Application> client,
                                 Ptr<Application> server,
                                 const std::string& application,
                                 uint8_t protocol);

    uint16_t m_nextPort = 20000; //!< of the next server
};

} // namespace vmm
} // namespace ns3

#endif // VMM_WORKLOAD_HELPER_H
