// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOPOLOGY_TYPES_H
#define VMM_TOPOLOGY_TYPES_H

#include "ns3/data-rate.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace ns3
{
namespace vmm
{

/// Index of a node of a Topology: its place in the order of addition, from 0.
using NodeId = uint32_t;
/// Index of a link of a Topology: its place in the order of addition, from 0.
using LinkId = uint32_t;

/// No node.
constexpr NodeId NO_NODE = std::numeric_limits<NodeId>::max();
/// No link.
constexpr LinkId NO_LINK = std::numeric_limits<LinkId>::max();
/// TopologyNode::dc of what lies in no data centre: WAN routers and outside sites.
constexpr uint16_t NO_DC = std::numeric_limits<uint16_t>::max();

/// What a node is. Servers, hosts and the management node never carry other nodes' traffic.
enum class NodeRole : uint8_t
{
    SERVER,      //!< runs VMs; hypervisor and, with the NVE in the server, NVE
    LEAF,        //!< top-of-rack of a leaf-spine fabric
    SPINE,       //!< upper tier of a leaf-spine fabric
    EDGE,        //!< top-of-rack of a fat-tree
    AGGREGATION, //!< middle tier
    CORE,        //!< upper tier of a fat-tree
    BORDER,      //!< border router of a data centre
    WAN,         //!< router between data centres
    SWITCH,      //!< switch; a router unless TopologyNode::bridged is set
    ROUTER,      //!< any other router
    HOST,        //!< plain host without VMs, for instance an outside correspondent
    MANAGEMENT   //!< runs the NVA and the VM Manager
};

/**
 * @param role a role
 * @return its name in nodes.csv, for instance "aggregation"
 */
const char* NodeRoleName(NodeRole role);
/**
 * @param name a name as NodeRoleName() gives it
 * @return the role
 * @throws std::invalid_argument if there is no such role
 */
NodeRole ParseNodeRole(const std::string& name);

/// One node of a fabric.
struct TopologyNode
{
    std::string name;                  //!< [A-Za-z0-9._-]+, unique in the topology
    NodeRole role = NodeRole::ROUTER;  //!< what it is
    uint16_t dc = 0;                   //!< data centre, from 0, or NO_DC
    std::optional<uint32_t> asn{};     //!< autonomous system number, if given
    std::optional<double> latitude{};  //!< degrees, -90 to 90, if given
    std::optional<double> longitude{}; //!< degrees, -180 to 180, if given
    bool nve = false;                  //!< whether it is an NVE and so owns a VM prefix
    bool bridged = false;              //!< whether it forwards frames and not datagrams
};

/// One full-duplex link of a fabric.
struct TopologyLink
{
    NodeId a = NO_NODE;         //!< one end
    NodeId b = NO_NODE;         //!< other end
    DataRate rate;              //!< in each direction; more than 0 bit/s
    Time delay;                 //!< propagation, one way; not negative
    uint16_t mtu = 9000;        //!< largest IP datagram in octets, 576 or more
    uint32_t cost = 1;          //!< routing metric, both directions; 1 or more
    std::string queue = "100p"; //!< size of each sending queue, as ns-3's QueueSize reads it
    bool up = true;             //!< whether it carries traffic
    uint16_t index = 0;         //!< tells parallel links between the same nodes apart
};

/// What a distance counts.
enum class PathMetric : uint8_t
{
    COST, //!< sum of TopologyLink::cost: what routing minimises
    HOPS, //!< number of physical links
    DELAY //!< sum of propagation delays, nanoseconds
};

/// A distance to a node that cannot be reached.
constexpr uint64_t UNREACHABLE_DISTANCE = std::numeric_limits<uint64_t>::max();

} // namespace vmm
} // namespace ns3

#endif // VMM_TOPOLOGY_TYPES_H
