// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_PEER_CONFIG_H
#define VMM_BGP_PEER_CONFIG_H

#include "ns3/bgp-message.h"
#include "ns3/bgp-policy.h"
#include "ns3/nstime.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What a speaker is told about a neighbour before there is a session with it.
struct BgpPeerConfig
{
    std::string name;                  //!< for traces
    IpAddress address;                 //!< the neighbour's address: the last tie-break
    IpAddress localIpv4;               //!< NEXT_HOP of IPv4 routes; none: no IPv4 route is sent
    IpAddress localIpv6;               //!< NEXT_HOP of IPv6 routes; none: no IPv6 route is sent
    IpAddress localLinkLocal;          //!< second next hop towards an external neighbour (RFC 2545)
    bool routeReflectorClient = false; //!< the neighbour is a client of ours (RFC 4456)
    bool nextHopSelf = false;          //!< towards an internal neighbour, for external routes
    bool nextHopUnchanged = false;     //!< towards an external neighbour (RFC 4271 section 5.1.3)
    uint32_t allowOwnAs = 0;           //!< how often our AS may be in what the neighbour sends
    bool enforceFirstAs = true;        //!< AS_PATH of an external neighbour begins with its AS
    bool skipLoops = false;            //!< a route with the neighbour's AS in it is not sent to it
    /// A route is not sent to the neighbour that it is from. RFC 4271 leaves this open; BIRD holds
    /// it back, FRR mostly sends it, and then a loop is found by the neighbour, at the pace of the
    /// advertisement interval instead of a withdrawal's.
    bool splitHorizon = true;
    std::optional<Time> advertisementInterval; //!< instead of the one of the neighbour's kind
    BgpPolicy importPolicy;                    //!< of what it sends
    BgpPolicy exportPolicy; //!< of what it is sent, before our AS goes into AS_PATH
};

/// What a session has found out about the neighbour.
struct BgpPeerSession
{
    BgpAsn asn = 0;                  //!< its AS
    BgpRouterId routerId = 0;        //!< its BGP identifier
    std::vector<BgpFamily> families; //!< negotiated; routes of others are neither sent nor taken
};

/// Who a speaker is.
struct BgpRouterIdentity
{
    BgpAsn asn = 0;                       //!< its AS, not 0
    BgpRouterId routerId = 0;             //!< its BGP identifier, not 0, unique in the AS
    std::optional<BgpRouterId> clusterId; //!< as route reflector; the identifier if not given

    /// @return the cluster that its clients are in
    BgpRouterId GetClusterId() const
    {
        return clusterId.value_or(routerId);
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_PEER_CONFIG_H
