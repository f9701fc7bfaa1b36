// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_MESSAGE_H
#define VMM_BGP_MESSAGE_H

#include "ns3/bgp-path-attributes.h"
#include "ns3/bgp-types.h"
#include "ns3/ip-prefix.h"

#include <optional>
#include <ostream>
#include <string>
#include <variant>
#include <vector>

/**
 * @file
 * The five messages of BGP as values. They know no octets; bgp-codec.h has those.
 */

namespace ns3
{
namespace vmm
{

/// A capability that is not known here.
struct BgpUnknownCapability
{
    uint8_t code = 0;           //!< capability code
    std::vector<uint8_t> bytes; //!< value, at most 255 octets

    /// @return whether this equals other
    bool operator==(const BgpUnknownCapability& other) const
    {
        return code == other.code && bytes == other.bytes;
    }
};

/// The capabilities of an OPEN (RFC 5492).
struct BgpCapabilities
{
    /// Multiprotocol (RFC 4760), sorted, no duplicates. Empty: the capability is absent, and the
    /// session carries IPv4 unicast alone.
    std::vector<BgpFamily> families;
    bool fourOctetAs = false;                  //!< RFC 6793
    bool routeRefresh = false;                 //!< RFC 2918
    bool extendedMessage = false;              //!< RFC 8654
    std::vector<BgpUnknownCapability> unknown; //!< all others, in their order

    /// @return whether routes of family may be sent to who announced these capabilities
    bool Supports(const BgpFamily& family) const;
    /// @return whether this equals other
    bool operator==(const BgpCapabilities& other) const;
};

/// OPEN (RFC 4271 section 4.2).
struct BgpOpenMessage
{
    BgpAsn asn = 0;               //!< the real AS number, also if it needs 4 octets
    uint16_t holdTime = 90;       //!< seconds: 0 or 3 to 65535
    BgpRouterId routerId = 0;     //!< BGP identifier, not 0
    BgpCapabilities capabilities; //!< what the sender is able to do

    /// @return whether this equals other
    bool operator==(const BgpOpenMessage& other) const;
};

/// Routes of a family whose NLRI is not looked into, for instance EVPN.
struct BgpOpaqueNlri
{
    BgpFamily family;             //!< which one
    std::vector<uint8_t> nextHop; //!< next hop field of MP_REACH_NLRI; empty in withdrawals
    std::vector<uint8_t> nlri;    //!< NLRI field

    /// @return whether this equals other
    bool operator==(const BgpOpaqueNlri& other) const
    {
        return family == other.family && nextHop == other.nextHop && nlri == other.nlri;
    }
};

/**
 * UPDATE (RFC 4271 section 4.3, RFC 4760). As a value it may hold more than fits in one message of
 * 4096 octets: the encoder cuts it. All announced prefixes have attributes.nextHop and so are of
 * its family (an UPDATE on the wire that has both NEXT_HOP and an MP_REACH_NLRI with routes is
 * decoded into two values). IPv4 goes into the classic fields, IPv6 into MP_REACH_NLRI and
 * MP_UNREACH_NLRI. Withdrawals are processed before announcements; attributes mean nothing if
 * nothing is announced.
 */
struct BgpUpdateMessage
{
    std::vector<IpPrefix> withdrawn;            //!< of either family
    std::vector<IpPrefix> announced;            //!< all of the family of attributes.nextHop
    BgpPathAttributes attributes;               //!< of what is announced
    std::vector<BgpOpaqueNlri> opaqueWithdrawn; //!< other families
    std::vector<BgpOpaqueNlri> opaqueAnnounced; //!< other families
    /// End-of-RIB marker of a family (RFC 4724 section 2); then all else is empty.
    std::optional<BgpFamily> endOfRib;

    /// @return whether it says nothing: no routes, no end-of-RIB
    bool IsEmpty() const;
    /// @return whether this equals other
    bool operator==(const BgpUpdateMessage& other) const;
};

/// NOTIFICATION (RFC 4271 section 4.5).
struct BgpNotificationMessage
{
    BgpErrorCode code = BgpErrorCode::NONE; //!< error code; values without a name occur
    uint8_t subcode = 0;                    //!< see the enums of subcodes
    std::vector<uint8_t> data;              //!< what is wrong

    BgpNotificationMessage() = default;
    /// @param error what to tell the peer
    explicit BgpNotificationMessage(const BgpError& error);
    /**
     * @param code error code
     * @param subcode error subcode
     * @param data data field
     */
    BgpNotificationMessage(BgpErrorCode code, uint8_t subcode, std::vector<uint8_t> data = {});
    /**
     * @param subcode BGP_CEASE_SHUTDOWN or BGP_CEASE_RESET
     * @param text UTF-8, cut to 255 octets (RFC 9003 section 2)
     * @return a Cease that says why
     */
    static BgpNotificationMessage Cease(uint8_t subcode, const std::string& text = "");
    /// @return the text of a Cease by RFC 9003, "" if there is none or its length is wrong
    std::string GetShutdownText() const;
    /// @return whether this equals other
    bool operator==(const BgpNotificationMessage& other) const;
};

/// KEEPALIVE (RFC 4271 section 4.4).
struct BgpKeepaliveMessage
{
    /// @return true: one is as good as another
    bool operator==(const BgpKeepaliveMessage&) const
    {
        return true;
    }
};

/// ROUTE-REFRESH (RFC 2918).
struct BgpRouteRefreshMessage
{
    BgpFamily family;    //!< routes of this family, please
    uint8_t subtype = 0; //!< 0 a request; 1 and 2 begin and end of a refresh (RFC 7313)

    /// @return whether this equals other
    bool operator==(const BgpRouteRefreshMessage& other) const
    {
        return family == other.family && subtype == other.subtype;
    }
};

/// Any message.
using BgpMessage = std::variant<BgpOpenMessage,
                                BgpUpdateMessage,
                                BgpNotificationMessage,
                                BgpKeepaliveMessage,
                                BgpRouteRefreshMessage>;

/// @return its type
BgpMessageType GetBgpMessageType(const BgpMessage& message);
/**
 * @param prefix a prefix
 * @return IPv4 or IPv6 unicast
 */
BgpFamily BgpFamilyOf(const IpPrefix& prefix);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_MESSAGE_H
