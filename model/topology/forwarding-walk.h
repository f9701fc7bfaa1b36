// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FORWARDING_WALK_H
#define VMM_FORWARDING_WALK_H

#include "ns3/redirect-plan.h"
#include "ns3/topology.h"

#include <functional>
#include <map>
#include <optional>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * What the nodes of a fabric know about one VM at one moment: enough to say where its packets go,
 * without a simulation. A node that knows nothing follows the underlay to the owner of the covering
 * prefix, over the equal-cost sets of the topology.
 */
struct ForwardingState
{
    NodeId owner = NO_NODE;                           //!< NVE whose prefix covers the VM
    NodeId serving = NO_NODE;                         //!< NVE that has the VM; NO_NODE if none
    std::map<NodeId, std::vector<NodeId>> hostRoutes; //!< told nodes: their next hops
    std::map<NodeId, NodeId> tunnels;                 //!< tunnel heads: the remote NVE
};

/// How the packets of a moved VM get to its new NVE.
enum class RedirectReading : uint8_t
{
    SOURCE_ONLY,         //!< a host route at the previous NVEs and nowhere else
    TUNNEL,              //!< previous NVEs encapsulate
    PATH_SINGLE,         //!< host routes along one shortest path
    PATH_ALL_EQUAL_COST, //!< host routes along all shortest paths
    IDEAL                //!< every node knows
};

/**
 * @param topology the fabric
 * @param reading how packets are redirected
 * @param owner NVE whose prefix covers the VM
 * @param serving NVE that has the VM now
 * @param previous previous NVEs that still have a route; may hold the owner
 * @param defaultRouters whether the default routers of the previous NVEs are told too
 *        (Optimize=DefaultRouter): with TUNNEL they become tunnel heads, with SOURCE_ONLY they
 *        have the host route
 * @return what all nodes know after the move
 */
ForwardingState MakeForwardingState(const Topology& topology,
                                    RedirectReading reading,
                                    NodeId owner,
                                    NodeId serving,
                                    const std::vector<NodeId>& previous,
                                    bool defaultRouters = false);

/// How a walk ends.
enum class WalkOutcome : uint8_t
{
    DELIVERED, //!< at the serving NVE
    LOOP,      //!< the hop limit was reached
    NO_ROUTE,  //!< at the owner of the prefix, which has neither VM nor host route
    NO_PATH    //!< the underlay is cut
};

/// Name of an outcome: "delivered", "loop", "no-route", "no-path". @param outcome it @return name
const char* WalkOutcomeName(WalkOutcome outcome);

/// The way of one packet.
struct ForwardingWalk
{
    std::vector<NodeId> nodes;                  //!< nodes that handle it, bridges left out
    uint64_t hops = 0;                          //!< physical links crossed
    Time delay;                                 //!< sum of their propagation delays
    WalkOutcome outcome = WalkOutcome::NO_PATH; //!< how it ends
    std::optional<NodeId> turningPoint;         //!< first node that used a host route or a tunnel
    double probability = 1;                     //!< with every choice of a node equally likely
};

/// A node with several next hops for a packet.
struct EcmpQuestion
{
    NodeId node = NO_NODE;       //!< the node
    size_t count = 0;            //!< number of next hops, 2 or more
    NodeId target = NO_NODE;     //!< NVE that they lead to: owner, tunnel's remote, or serving NVE
    NodeId tunnelHead = NO_NODE; //!< who encapsulated the packet; NO_NODE outside of tunnels
};

/**
 * Chooses among next hops: an index below count. The next hops are in the order of
 * Topology::GetEqualCostNextHops(), or of the host route.
 */
using EcmpChoice = std::function<size_t(const EcmpQuestion& question)>;

/**
 * Follows one packet for the VM.
 *
 * @param topology the fabric
 * @param state what the nodes know
 * @param from where it starts: the NVE of the sender, or an outside host
 * @param choice what each node chooses of several next hops
 * @param hopLimit forwarding nodes after which it is given up
 * @return its way
 */
ForwardingWalk WalkFlow(const Topology& topology,
                        const ForwardingState& state,
                        NodeId from,
                        const EcmpChoice& choice,
                        uint32_t hopLimit = 64);
/**
 * Follows every way that a packet may take. A walk that comes to a node a second time in the same
 * state ends there with LOOP.
 *
 * @param topology the fabric
 * @param state what the nodes know
 * @param from where it starts
 * @param limit most walks to return
 * @return the walks, in the order of the next hops; their probabilities add up to 1 if there are
 *         no more than limit
 */
std::vector<ForwardingWalk> GetAllWalks(const Topology& topology,
                                        const ForwardingState& state,
                                        NodeId from,
                                        size_t limit = 4096);

/// What can be said about all ways of a packet.
struct WalkSummary
{
    double meanHops = 0;  //!< links; every choice of every node equally likely
    uint64_t minHops = 0; //!< links
    uint64_t maxHops = 0; //!< links
    bool mayLoop = false; //!< whether some choice loops; then the other members say nothing
    bool mayFail = false; //!< whether some choice ends without delivery; likewise
};

/**
 * Summaries for one state, from any sender: the same as over GetAllWalks(), but each node is
 * looked at once, so that it suits large fabrics.
 */
class WalkAnalysis
{
  public:
    /**
     * @param topology the fabric; must live as long and not change
     * @param state what the nodes know
     */
    WalkAnalysis(const Topology& topology, const ForwardingState& state);

    /// @param node where a packet starts @return what can be said about its ways
    const WalkSummary& From(NodeId node);

  private:
    /// A node, plain or inside the tunnel to a remote.
    using Place = std::pair<NodeId, NodeId>;

    /// @param place a place @return what can be said about the ways from it
    const WalkSummary& Visit(const Place& place);

    const Topology& m_topology;             //!< the fabric
    const ForwardingState m_state;          //!< what the nodes know
    std::map<Place, WalkSummary> m_done;    //!< finished places
    std::map<Place, WalkSummary> m_current; //!< places whose ways are being looked at
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FORWARDING_WALK_H
