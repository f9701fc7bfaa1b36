// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FIB_ROUTE_H
#define VMM_FIB_ROUTE_H

#include "ns3/drop-cause.h"
#include "ns3/ip-prefix.h"
#include "ns3/net-device.h"
#include "ns3/packet.h"
#include "ns3/ptr.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Who put a route into the table; at equal prefix the later of two in this list wins.
enum class RouteOwner : uint8_t
{
    STATIC,       //!< computed from the graph of the fabric, or given by hand
    BGP,          //!< learnt from a BGP neighbour
    MAPPING,      //!< an overlay's mapping of a VM that another NVE serves
    REGISTRATION, //!< told by a registration message
    SERVING,      //!< a node that serves the prefix itself (discard, punt, tunnel at an NVE)
    CONNECTED     //!< an interface's own subnet or an attached VM
};

/// How many owners there are.
constexpr int ROUTE_OWNER_COUNT = static_cast<int>(RouteOwner::CONNECTED) + 1;

/**
 * @param owner an owner
 * @return its name in the traces, for instance "registration"
 */
const char* RouteOwnerName(RouteOwner owner);

/// What happens to a packet whose longest match is the route.
enum class RouteAction : uint8_t
{
    FORWARD, //!< leaves by one of the next hops, chosen per flow
    DISCARD, //!< is dropped with Route::cause
    TUNNEL,  //!< is put into an IP packet to Route::tunnelRemote
    PUNT     //!< is handed to Route::punt
};

/**
 * @param action an action
 * @return "forward", "discard", "tunnel" or "punt"
 */
const char* RouteActionName(RouteAction action);

/// What a TUNNEL route puts around a packet.
enum class Encapsulation : uint8_t
{
    IP_IN_IP, //!< an IP header of the same family (RFC 2003, RFC 2473)
    VXLAN     //!< Ethernet, VXLAN, UDP and an IP header (RFC 7348)
};

/// A place to send a packet to.
struct NextHop
{
    IpAddress gateway;     //!< none: on-link, the destination itself is resolved
    Ptr<NetDevice> device; //!< a device of the table's node

    /// @return whether this equals other
    bool operator==(const NextHop& other) const
    {
        return gateway == other.gateway && device == other.device;
    }
};

/// A packet taken out of the forwarding path.
struct PuntedPacket
{
    Ptr<Packet> datagram;             //!< complete, with its IP header as received
    IpFamily family = IpFamily::NONE; //!< family of the header
    Ptr<NetDevice> device;            //!< where it arrived; the loopback device if sent here

    /// @return the destination in the IP header
    IpAddress GetDestination() const;
};

/// Gets punted packets.
using PuntHandler = std::function<void(const PuntedPacket&)>;

/// What the table knows about a prefix from one owner.
struct Route
{
    RouteAction action = RouteAction::DISCARD; //!< what to do
    std::vector<NextHop> nextHops;             //!< FORWARD: equal-cost next hops, at least one
    IpAddress tunnelRemote;                    //!< TUNNEL: the other end
    Encapsulation encapsulation = Encapsulation::IP_IN_IP; //!< TUNNEL: with what
    uint32_t vni = 0;                                      //!< VXLAN: network identifier, 24 bits
    DropCause cause = DropCause::NO_ROUTE;                 //!< DISCARD: why its packets are lost
    uint32_t epoch = 0; //!< registration epoch it belongs to, 0 for none
    PuntHandler punt;   //!< PUNT: who takes the packets

    /**
     * @param nextHops at least one
     * @param epoch registration epoch
     * @return a forwarding route
     */
    static Route Forward(std::vector<NextHop> nextHops, uint32_t epoch = 0);
    /**
     * @param cause why the packets are lost
     * @param epoch registration epoch
     * @return a route that loses packets
     */
    static Route Discard(DropCause cause = DropCause::NO_ROUTE, uint32_t epoch = 0);
    /**
     * @param remote the other end, of the prefix's family
     * @param epoch registration epoch
     * @return a route into an IP-in-IP tunnel (RFC 2003, RFC 2473)
     */
    static Route Tunnel(const IpAddress& remote, uint32_t epoch = 0);
    /**
     * @param remote the other VXLAN tunnel end point, an NVE
     * @param vni VXLAN network identifier, the VN-ID, 24 bits
     * @param epoch registration epoch
     * @return a route into a VXLAN tunnel (RFC 7348)
     */
    static Route Vxlan(const IpAddress& remote, uint32_t vni, uint32_t epoch = 0);
    /**
     * @param handler who takes the packets
     * @param epoch registration epoch
     * @return a route out of the forwarding path
     */
    static Route Punt(PuntHandler handler, uint32_t epoch = 0);

    /**
     * @param other a route
     * @return whether packets fare alike on both; epoch and handler are not compared
     */
    bool ForwardsLike(const Route& other) const;
    /**
     * @return for the traces: next hops joined by ';', each "gateway" or "link%<interface index>";
     *         "tunnel:<remote>", "vxlan:<vni>:<remote>", "discard:<cause>" or "punt"
     */
    std::string ToString() const;
};

/// What happened to a route.
enum class FibAction : uint8_t
{
    ADD,     //!< the owner had no route for the prefix
    REPLACE, //!< the owner had another one
    REMOVE   //!< the owner took it back
};

/**
 * @param action what happened
 * @return "add", "replace" or "remove"
 */
const char* FibActionName(FibAction action);

/// One change of a table.
struct FibChange
{
    uint32_t node = 0;                              //!< node id; 0 if the table has no node
    std::optional<uint32_t> vn;                     //!< VN-ID of the table; none: the node's own
    IpPrefix prefix;                                //!< which prefix
    FibAction action = FibAction::ADD;              //!< what happened
    RouteOwner owner = RouteOwner::STATIC;          //!< whose route
    RouteAction routeAction = RouteAction::DISCARD; //!< of the new route, of the old one if removed
    std::vector<NextHop> nextHops;                  //!< likewise
    std::string text;                               //!< Route::ToString(), likewise
    uint32_t epoch = 0;                             //!< likewise
    bool effective = false; //!< whether packets to the prefix fare otherwise
};

} // namespace vmm
} // namespace ns3

#endif // VMM_FIB_ROUTE_H
