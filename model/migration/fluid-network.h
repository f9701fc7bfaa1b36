// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLUID_NETWORK_H
#define VMM_FLUID_NETWORK_H

#include "ns3/fib-route.h"
#include "ns3/fluid-flow.h"
#include "ns3/fluid-link.h"
#include "ns3/hypervisor-event.h"
#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

class Fib;
class Hypervisor;

/**
 * The fluid flows of a simulation and the links that they use. There is one; it begins with the
 * first Get() and ends with the simulation.
 *
 *     Ptr<FluidNetwork> network = FluidNetwork::Get();
 *     Ptr<FluidFlow> flow = network->Open(spec);
 *     network->Start(flow, 1 << 30, limit); // spec.delivered() is called at the end
 *     network->Close(flow);
 *
 * Path. The links that the FIBs choose for the connection's addresses and ports (FindFluidPath),
 * found again when a route to the destination or a device changes at a node on the path, or a link
 * on it fails or returns. Nodes without a Fib are asked once.
 *
 * Rates. Weighted max-min fair on the wire (MaxMinShare) over all links, with each flow's limit,
 * computed anew for the flows and links that are connected with what changed: a flow starts, ends
 * or gets another limit, a path or a link changes, the load of packets on a link changes markedly.
 * All changes of one moment are computed once. A flow without a path, over a link that has failed,
 * or to or from a server that has crashed, has the rate 0.
 *
 * Packets. See FluidLink and PacketLoad: the flows get what packets do not claim, and the packets
 * get what the flows leave.
 *
 * What it costs. A start, an end or another change of rate is an event or two and a computation;
 * the octets carried cost nothing.
 */
class FluidNetwork : public Object
{
  public:
    /// @return the type of this class
    static TypeId GetTypeId();
    /// @return the network of this simulation
    static Ptr<FluidNetwork> Get();

    FluidNetwork();
    ~FluidNetwork() override;

    /// @param spec of a new flow @return it, with a path if there is one, without octets
    Ptr<FluidFlow> Open(FluidFlow::Spec spec);
    /**
     * Gives a flow octets to carry.
     * @param flow one that carries none
     * @param octets of content, more than 0
     * @param limit in bit/s of content; infinity for none
     */
    void Start(Ptr<FluidFlow> flow, uint64_t octets, double limit);
    /// @param flow a flow @param limit in bit/s of content; infinity for none
    void SetLimit(Ptr<FluidFlow> flow, double limit);
    /// Ends a flow; no callback comes. @param flow a flow, may be closed
    void Close(Ptr<FluidFlow> flow);
    /// @param flow a flow @return octets of content that have left its sender
    uint64_t GetDelivered(Ptr<const FluidFlow> flow) const;

    /**
     * @param sender a device
     * @return octets of fluid flows, headers included, that have crossed its link from there
     */
    double GetFluidOctets(Ptr<const NetDevice> sender) const;
    /// @param sender a device @return bit/s of fluid flows on its link from there
    double GetFluidRate(Ptr<const NetDevice> sender) const;

    /// Signature of FlowStarted, FlowEnded. @param flow which @param octets of content
    typedef void (*FlowCallback)(Ptr<const FluidFlow> flow, uint64_t octets);
    /// Signature of FlowRate. @param flow which @param rate bit/s of content
    typedef void (*RateCallback)(Ptr<const FluidFlow> flow, double rate);
    /// Signature of LinkRate. @param node id of the sending node @param device that sends @param
    /// rate bit/s of fluid flows on the wire @param load bit/s of packets in the last window
    typedef void (*LinkCallback)(uint32_t node,
                                 Ptr<const NetDevice> device,
                                 double rate,
                                 double load);

  protected:
    void DoDispose() override;

  private:
    /// A node that flows go through, and how its changes are heard.
    struct Watch
    {
        FluidNetwork* network{nullptr}; //!< this
        Ptr<Node> node;                 //!< the node
        Ptr<Fib> fib;                   //!< its table, if it has one
        Ptr<Hypervisor> hypervisor;     //!< if it is a server
        bool crashed{false};            //!< the server has failed
        std::vector<uint32_t> flows;    //!< whose path goes through it, ids

        /// A route has changed.
        void RouteChanged(const FibChange& change);
        /// A device was marked up or down.
        void DeviceChanged(Ptr<const NetDevice> device, bool up);
        /// Something has happened to a VM or the server.
        void HypervisorChanged(HypervisorEvent event, const std::string& vm, uint32_t epoch);
        /// Begins to listen.
        void Connect();
        /// Ends that.
        void Disconnect();
    };

    /// What is computed at once: links and flows that depend on each other.
    struct Region
    {
        std::vector<uint32_t> links; //!< in order of their numbers
        std::vector<uint32_t> flows; //!< likewise, the active ones
    };

    /// Has rates computed at the end of this moment.
    void Touch();
    /// A flow has changed.
    void TouchFlow(FluidFlow& flow);
    /// A link has changed.
    void LinkChanged(FluidLink& link);
    /// Computes what has changed.
    void Update();
    /// Finds a flow's path again.
    void Reroute(FluidFlow& flow);
    /// Takes a flow off its path.
    void LeavePath(FluidFlow& flow);
    /// @return the node's watch
    Watch& GetWatch(Ptr<Node> node);
    /// @return the link's number
    uint32_t GetLink(const FluidHop& hop);
    /// @return what depends on what has changed, which is forgotten
    Region TakeChanged();
    /// @return rates on the wire, per flow of the region
    std::vector<double> ComputeRates(const Region& region);
    /// @return whether a flow can carry anything
    bool IsOpen(const FluidFlow& flow) const;
    /// Sets a flow's rate on the wire.
    void SetRate(FluidFlow& flow, double rate);
    /// Counts what a flow has carried until now.
    void Advance(FluidFlow& flow);
    /// The last octet of a flow has left.
    void Ended(uint32_t id);
    /// The simulation is over.
    static void Clear();

    Time m_window;                                   //!< attribute
    double m_headroom{0};                            //!< attribute
    double m_saturation{0};                          //!< attribute
    double m_least{0};                               //!< attribute
    double m_markedly{0};                            //!< attribute
    FluidLink::Settings m_settings;                  //!< the attributes, for links
    std::map<uint32_t, Ptr<FluidFlow>> m_flows;      //!< open ones by id
    uint32_t m_lastFlow{0};                          //!< id
    std::vector<std::unique_ptr<FluidLink>> m_links; //!< by number
    /// Number of a link; by node id and interface index of its sender.
    std::map<std::pair<uint32_t, uint32_t>, uint32_t> m_linkIndex;
    std::map<uint32_t, std::unique_ptr<Watch>> m_watches; //!< by node id
    std::vector<uint32_t> m_changedLinks;                 //!< since the last computation
    std::vector<uint32_t> m_changedFlows;                 //!< likewise
    EventId m_update;                                     //!< computes at the end of this moment
    bool m_updating{false};                               //!< it computes

    TracedCallback<Ptr<const FluidFlow>, uint64_t> m_flowStarted;              //!< trace
    TracedCallback<Ptr<const FluidFlow>, double> m_flowRate;                   //!< trace
    TracedCallback<Ptr<const FluidFlow>, uint64_t> m_flowEnded;                //!< trace
    TracedCallback<uint32_t, Ptr<const NetDevice>, double, double> m_linkRate; //!< trace
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FLUID_NETWORK_H
