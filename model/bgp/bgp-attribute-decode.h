// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_ATTRIBUTE_DECODE_H
#define VMM_BGP_ATTRIBUTE_DECODE_H

#include "ns3/bgp-codec.h"
#include "ns3/bgp-mp-decode.h"
#include "ns3/bgp-octets.h"

#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * Path attributes from octets. A part of the codec; nobody else includes it.
 */

namespace ns3
{
namespace vmm
{

/// The worst fault of an UPDATE so far; of equal ones the first (RFC 7606 section 3 h).
struct BgpUpdateFault
{
    BgpUpdateOutcome outcome = BgpUpdateOutcome::NONE; //!< what it means for the UPDATE
    BgpError error;                                    //!< what a NOTIFICATION would say

    /**
     * Notes a fault.
     * @param what outcome it asks for
     * @param subcode subcode of UPDATE
     * @param reason for people
     * @param data data field of a NOTIFICATION
     */
    void Raise(BgpUpdateOutcome what,
               uint8_t subcode,
               const std::string& reason,
               std::vector<uint8_t> data = {});
};

/// All that stands in a field of path attributes.
struct BgpDecodedAttributes
{
    BgpPathAttributes attributes;       //!< nextHop is the one of NEXT_HOP; AS4_PATH is merged in
    bool hasOrigin = false;             //!< a right ORIGIN came
    bool hasAsPath = false;             //!< a right AS_PATH came
    std::optional<BgpMpNlri> mpReach;   //!< MP_REACH_NLRI
    std::optional<BgpMpNlri> mpUnreach; //!< MP_UNREACH_NLRI
    size_t count = 0;                   //!< attributes in the field
    BgpUpdateFault fault;               //!< worst fault; after a SESSION_RESET nothing else counts
};

/**
 * @param field the path attributes of an UPDATE
 * @param options what the two sides agreed on
 * @return what they say
 */
BgpDecodedAttributes DecodeBgpAttributes(BgpReader field, const BgpCodecOptions& options);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_ATTRIBUTE_DECODE_H
