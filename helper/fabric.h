// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FABRIC_H
#define VMM_FABRIC_H

#include "ns3/address-plan.h"
#include "ns3/event-id.h"
#include "ns3/fib.h"
#include "ns3/link-failure-error-model.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/object.h"
#include "ns3/random-variable-stream.h"
#include "ns3/topology.h"
#include "ns3/traced-callback.h"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A topology that has become ns-3 nodes, links and routes; FabricHelper makes it. It keeps the one
 * Topology that describes the fabric, up to date with link failures as far as routers have noticed
 * them, and the way between its NodeId and ns-3's nodes.
 *
 * Failures. FailLink() makes a link lose every packet at once, in both directions. After
 * LinkDetectTime both ends take their device out of use and every static route of the fabric is
 * computed anew at the same moment [interpretation: an idealised link-state protocol]. Where no
 * path is left, the static routes lose their packets with cause link-down. A link that comes back
 * before the time is up goes unnoticed.
 */
class Fabric : public Object
{
  public:
    /// @return the TypeId
    static TypeId GetTypeId();
    Fabric();
    ~Fabric() override;

    /**
     * Makes nodes, links, addresses and routes. FabricHelper::Build() calls it.
     *
     * @param topology the fabric; copied
     * @throws std::invalid_argument if the address plan has no room, neither family is on, or there
     *         is a fabric in it already
     */
    void Build(const Topology& topology);

    /// @return the graph, links that were noticed as failed being down
    const Topology& GetTopology() const;
    /// @return the addresses
    const AddressPlan& GetPlan() const;
    /// @param family IPv4 or IPv6 @return whether the fabric has it
    bool HasFamily(IpFamily family) const;
    /// @param node a node @return it in ns-3
    Ptr<Node> GetNode(NodeId node) const;
    /// @param name a name @return the node in ns-3 @throws std::invalid_argument if unknown
    Ptr<Node> GetNode(const std::string& name) const;
    /// @param node a node of ns-3 @return what it is in the topology, if it is part of it
    std::optional<NodeId> FindNode(Ptr<const Node> node) const;
    /// @param node a node @return its routing table; null for a bridge
    Ptr<Fib> GetFib(NodeId node) const;
    /// @param link a link @param node an end @return the node's device; null if pruned
    Ptr<NetDevice> GetDevice(LinkId link, NodeId node) const;
    /**
     * @param node a node
     * @param family IPv4 or IPv6
     * @return the address by which others reach it
     */
    IpAddress GetAddress(NodeId node, IpFamily family) const;
    /**
     * @param node a node
     * @param neighbour a layer 3 neighbour
     * @param family IPv4 or IPv6
     * @return how the node sends to the neighbour: one next hop for each link between them that is
     *         not known to be down
     */
    std::vector<NextHop> GetNeighbourHops(NodeId node, NodeId neighbour, IpFamily family) const;
    /**
     * @param node a node
     * @param destination another
     * @param family IPv4 or IPv6
     * @return the equal-cost next hops, in the order of Topology::GetEqualCostNextHops()
     */
    std::vector<NextHop> GetNextHops(NodeId node, NodeId destination, IpFamily family) const;

    /// Cuts a link now; no effect if it is cut. @param link a link
    void FailLink(LinkId link);
    /// Mends a link now; no effect if it is whole. @param link a link
    void RestoreLink(LinkId link);
    /**
     * Makes a link lose packets at random, in both directions, while it is up.
     * @param link a link
     * @param probability of each packet to be lost, 0 to 1; 0 for none
     */
    void SetLinkLoss(LinkId link, double probability);
    /**
     * Cuts a link, or all parallel ones, at a time.
     *
     * @param at simulated time, not in the past
     * @param a name of one end
     * @param b name of the other end
     * @throws std::invalid_argument if there is no such link or at is past
     */
    void FailLinkAt(Time at, const std::string& a, const std::string& b);
    /**
     * Mends a link, or all parallel ones, at a time.
     *
     * @param at simulated time, not in the past
     * @param a name of one end
     * @param b name of the other end
     * @throws std::invalid_argument if there is no such link or at is past
     */
    void RestoreLinkAt(Time at, const std::string& a, const std::string& b);
    /// @param link a link @return whether it carries packets, noticed or not
    bool IsLinkUp(LinkId link) const;

    /**
     * Fixes the random streams of the fabric: the ECMP salts, drawn anew if RandomSalts is set, and
     * whatever the IP stacks draw.
     *
     * @param stream first stream index to use
     * @return number of streams used
     */
    int64_t AssignStreams(int64_t stream);

    /// Signature of LinkState and LinkDetected. @param link a LinkId @param up whether it is up
    typedef void (*LinkCallback)(uint32_t link, bool up);

  protected:
    void DoDispose() override;

  private:
    /// One physical link in ns-3; devices and models are of ends a and b. Null if pruned.
    struct LinkParts
    {
        std::array<Ptr<NetDevice>, 2> devices;            //!< the two ends
        std::array<Ptr<LinkFailureErrorModel>, 2> models; //!< of their receivers
        bool up = true;                                   //!< carries packets
    };

    /// Makes the nodes with their stacks and tables.
    void MakeNodes();
    /// Makes the devices of a link. @param link which
    void MakeLink(LinkId link);
    /// Joins the ports of every bridge.
    void MakeBridges();
    /// Gives a link's ends their interfaces and addresses. @param link which
    void MakeInterfaces(LinkId link);
    /// Makes an interface. @param link a link @param node an end of it @param peer the other end
    void MakeInterface(LinkId link, NodeId node, NodeId peer);
    /// Gives a node its loopback address. @param node which
    void MakeLoopback(NodeId node);
    /// Enters the stations of all segments in each other's neighbour caches.
    void MakeNeighbours();
    /// Sets the salts of all tables.
    void SetSalts();
    /// Cuts or mends a link. @param link which @param up whether it is whole from now on
    void SetLink(LinkId link, bool up);
    /// The ends of a link notice its state. @param link which
    void Detect(LinkId link);
    /// @return the link and its parallel ones; throws std::invalid_argument if there is none
    std::vector<LinkId> FindLinks(const std::string& a, const std::string& b) const;
    /// Schedules SetLink().
    void SetLinkAt(Time at, const std::string& a, const std::string& b, bool up);

    bool m_ipv4 = true;                //!< attribute Ipv4
    bool m_ipv6 = true;                //!< attribute Ipv6
    bool m_staticUnderlay = true;      //!< attribute StaticUnderlay
    bool m_randomSalts = false;        //!< attribute RandomSalts
    bool m_permanentNeighbours = true; //!< attribute PermanentNeighbours
    Time m_linkDetectTime;             //!< attribute LinkDetectTime

    Topology m_topology;                   //!< the graph
    std::unique_ptr<AddressPlan> m_plan;   //!< its addresses
    std::vector<Ptr<Node>> m_nodes;        //!< by NodeId
    std::map<uint32_t, NodeId> m_byNodeId; //!< NodeId of an ns-3 node id
    std::vector<LinkParts> m_links;        //!< by LinkId
    Ptr<UniformRandomVariable> m_saltRng;  //!< draws the salts
    Ptr<UniformRandomVariable> m_lossRng;  //!< draws the packets that links lose

    TracedCallback<uint32_t, bool> m_linkStateTrace;    //!< a link was cut or mended
    TracedCallback<uint32_t, bool> m_linkDetectedTrace; //!< it was noticed and routes are anew
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FABRIC_H
