// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_MP_DECODE_H
#define VMM_BGP_MP_DECODE_H

#include "ns3/bgp-codec.h"
#include "ns3/bgp-octets.h"

#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 4760) from octets. A part of the codec; nobody else
 * includes it.
 */

namespace ns3
{
namespace vmm
{

/// Value of MP_REACH_NLRI or MP_UNREACH_NLRI.
struct BgpMpNlri
{
    BgpFamily family;                   //!< which routes
    std::vector<uint8_t> nextHopOctets; //!< next hop as it came
    IpAddress nextHop;                  //!< next hop of IPv4 and IPv6 unicast
    std::optional<IpAddress> linkLocal; //!< RFC 2545
    std::vector<IpPrefix> prefixes;     //!< routes of IPv4 and IPv6 unicast
    std::vector<uint8_t> opaque;        //!< routes of other families
    /// TREAT_AS_WITHDRAW: the routes are known, the next hop is none. SESSION_RESET: the routes
    /// cannot be known (RFC 7606 sections 5.3, 7.11, 7.12).
    BgpUpdateOutcome outcome = BgpUpdateOutcome::NONE;
    std::string reason; //!< of an outcome that is not NONE

    /// @return whether there are no routes
    bool IsEmpty() const
    {
        return prefixes.empty() && opaque.empty();
    }
};

/// @param value value of MP_REACH_NLRI. @return what it says
BgpMpNlri DecodeBgpMpReach(BgpReader value);
/// @param value value of MP_UNREACH_NLRI. @return what it says
BgpMpNlri DecodeBgpMpUnreach(BgpReader value);

/**
 * @param address next hop, either family
 * @return whether it can be one host's: not 0.0.0.0/8, not ::, not multicast or reserved (RFC 4271
 * section 6.3)
 */
bool IsBgpHostAddress(const IpAddress& address);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_MP_DECODE_H
