// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_TYPES_H
#define VMM_BGP_TYPES_H

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <tuple>
#include <vector>

/**
 * @file
 * The numbers of BGP-4.
 *
 * bgp/ is divided into: the values (bgp-types, bgp-path-attributes, bgp-message: no octets, no
 * state), the octets (bgp-codec and its parts, bgp-framer), the session (state machine of RFC 4271
 * section 8), the tables (RIBs, decision, policy, update packing), and the ns-3 Application around
 * them, the only one that knows sockets and the simulator. On the way in, a segment of TCP goes to
 * the framer, each complete message to DecodeBgpMessage(), the value to the session and from there
 * to the tables; on the way out, an UPDATE of any size goes to EncodeBgpUpdates(), which cuts it.
 *
 * Supported: RFC 4271, 1997, 2545, 2918, 4360, 4456, 4486, 4760, 5492, 6286, 6608, 6793, 7313
 * (subtype kept only), 7606, 7607, 8092, 8654, 9003, 9072. EVPN (AFI 25, SAFI 70) and other
 * families are carried as opaque octets.
 */

namespace ns3
{
namespace vmm
{

/// An autonomous system number, 4 octets (RFC 6793).
using BgpAsn = uint32_t;
/// A BGP identifier in host order: 10.0.0.1 is 0x0a000001 (RFC 4271 section 4.2, RFC 6286).
using BgpRouterId = uint32_t;

/// TCP port of BGP.
constexpr uint16_t BGP_PORT = 179;
/// Octets of the fixed header: marker 16, length 2, type 1 (RFC 4271 section 4.1).
constexpr size_t BGP_HEADER_SIZE = 19;
/// Octets of the largest message (RFC 4271 section 4.1).
constexpr size_t BGP_MAX_SIZE = 4096;
/// Octets of the largest message when both sides have the capability of RFC 8654.
constexpr size_t BGP_MAX_EXTENDED_SIZE = 65535;
/// Stands for an AS number above 65535 towards a 2-octet speaker (RFC 6793 section 9).
constexpr BgpAsn BGP_AS_TRANS = 23456;

/// Address family identifier (IANA). Other values occur on the wire and are kept as they are.
enum class BgpAfi : uint16_t
{
    IPV4 = 1,  //!< IPv4
    IPV6 = 2,  //!< IPv6
    L2VPN = 25 //!< layer 2 VPN, of which EVPN is one
};

/// Subsequent address family identifier (IANA). Other values occur on the wire.
enum class BgpSafi : uint8_t
{
    UNICAST = 1, //!< unicast forwarding
    EVPN = 70    //!< Ethernet VPN (RFC 7432)
};

/// What kind of routes a session carries.
struct BgpFamily
{
    BgpAfi afi = BgpAfi::IPV4;       //!< address family
    BgpSafi safi = BgpSafi::UNICAST; //!< subsequent address family

    /// @return whether this equals other
    bool operator==(const BgpFamily& other) const
    {
        return afi == other.afi && safi == other.safi;
    }

    /// @return whether this differs from other
    bool operator!=(const BgpFamily& other) const
    {
        return !(*this == other);
    }

    /// @return whether this sorts before other
    bool operator<(const BgpFamily& other) const
    {
        return std::tie(afi, safi) < std::tie(other.afi, other.safi);
    }

    /// @return "ipv4-unicast", "ipv6-unicast", "l2vpn-evpn", or "afi-3-safi-2"
    std::string ToString() const;
};

/// IPv4 unicast: what a session without the multiprotocol capability carries.
constexpr BgpFamily BGP_IPV4_UNICAST{BgpAfi::IPV4, BgpSafi::UNICAST};
/// IPv6 unicast (RFC 2545).
constexpr BgpFamily BGP_IPV6_UNICAST{BgpAfi::IPV6, BgpSafi::UNICAST};
/// Ethernet VPN (RFC 7432), carried as opaque octets.
constexpr BgpFamily BGP_L2VPN_EVPN{BgpAfi::L2VPN, BgpSafi::EVPN};

/// Message types (RFC 4271 section 4.1, RFC 2918).
enum class BgpMessageType : uint8_t
{
    OPEN = 1,         //!< opens a session
    UPDATE = 2,       //!< routes
    NOTIFICATION = 3, //!< an error; the session ends
    KEEPALIVE = 4,    //!< the header alone
    ROUTE_REFRESH = 5 //!< asks for all routes of a family again
};

/// Values of ORIGIN (RFC 4271 section 5.1.1). Lower is preferred.
enum class BgpOrigin : uint8_t
{
    IGP = 0,       //!< inside the originating AS
    EGP = 1,       //!< by the protocol of RFC 904
    INCOMPLETE = 2 //!< by other means, for instance redistributed
};

/// Types of a segment of AS_PATH (RFC 4271 section 4.3).
enum class BgpAsSegmentType : uint8_t
{
    SET = 1,     //!< unordered
    SEQUENCE = 2 //!< ordered, the latest AS first
};

/// Path attribute type codes (IANA).
enum BgpAttributeType : uint8_t
{
    BGP_ORIGIN = 1,                //!< RFC 4271
    BGP_AS_PATH = 2,               //!< RFC 4271
    BGP_NEXT_HOP = 3,              //!< RFC 4271
    BGP_MULTI_EXIT_DISC = 4,       //!< RFC 4271
    BGP_LOCAL_PREF = 5,            //!< RFC 4271
    BGP_ATOMIC_AGGREGATE = 6,      //!< RFC 4271
    BGP_AGGREGATOR = 7,            //!< RFC 4271
    BGP_COMMUNITIES = 8,           //!< RFC 1997
    BGP_ORIGINATOR_ID = 9,         //!< RFC 4456
    BGP_CLUSTER_LIST = 10,         //!< RFC 4456
    BGP_MP_REACH_NLRI = 14,        //!< RFC 4760
    BGP_MP_UNREACH_NLRI = 15,      //!< RFC 4760
    BGP_EXTENDED_COMMUNITIES = 16, //!< RFC 4360
    BGP_AS4_PATH = 17,             //!< RFC 6793
    BGP_AS4_AGGREGATOR = 18,       //!< RFC 6793
    BGP_LARGE_COMMUNITIES = 32     //!< RFC 8092
};

/// Attribute flags (RFC 4271 section 4.3).
enum BgpAttributeFlag : uint8_t
{
    BGP_FLAG_OPTIONAL = 0x80,       //!< not well-known
    BGP_FLAG_TRANSITIVE = 0x40,     //!< passed on by those who do not know it
    BGP_FLAG_PARTIAL = 0x20,        //!< someone on the way did not know it
    BGP_FLAG_EXTENDED_LENGTH = 0x10 //!< the length has two octets
};

/// Capability codes (IANA, RFC 5492).
enum BgpCapabilityCode : uint8_t
{
    BGP_CAPABILITY_MULTIPROTOCOL = 1,    //!< RFC 4760
    BGP_CAPABILITY_ROUTE_REFRESH = 2,    //!< RFC 2918
    BGP_CAPABILITY_EXTENDED_MESSAGE = 6, //!< RFC 8654
    BGP_CAPABILITY_FOUR_OCTET_AS = 65    //!< RFC 6793
};

/// A large community (RFC 8092): global administrator and two local parts.
struct BgpLargeCommunity
{
    uint32_t a = 0; //!< global administrator, an AS number
    uint32_t b = 0; //!< local data, part 1
    uint32_t c = 0; //!< local data, part 2

    /// @return whether this equals other
    bool operator==(const BgpLargeCommunity& other) const
    {
        return std::tie(a, b, c) == std::tie(other.a, other.b, other.c);
    }

    /// @return whether this sorts before other
    bool operator<(const BgpLargeCommunity& other) const
    {
        return std::tie(a, b, c) < std::tie(other.a, other.b, other.c);
    }
};

/// Well-known communities (RFC 1997; RFC 7999 for BLACKHOLE, RFC 8326 for GRACEFUL_SHUTDOWN).
enum BgpWellKnownCommunity : uint32_t
{
    BGP_GRACEFUL_SHUTDOWN = 0xffff0000,   //!< the path goes away soon
    BGP_BLACKHOLE = 0xffff029a,           //!< discard the traffic
    BGP_NO_EXPORT = 0xffffff01,           //!< not out of the AS (or confederation)
    BGP_NO_ADVERTISE = 0xffffff02,        //!< to no other peer
    BGP_NO_EXPORT_SUBCONFED = 0xffffff03, //!< to no external peer
    BGP_NO_PEER = 0xffffff04              //!< not to bilateral peers (RFC 3765)
};

/**
 * @param asn AS number, 0 to 65535
 * @param value local value
 * @return the standard community asn:value (RFC 1997)
 */
constexpr uint32_t
MakeBgpCommunity(uint16_t asn, uint16_t value)
{
    return uint32_t(asn) << 16 | value;
}

/**
 * @param text "65000:100", "no-export", "no-advertise", "no-export-subconfed", "no-peer",
 * "blackhole" or "graceful-shutdown"
 * @return the standard community
 * @throws std::invalid_argument if text is no community
 */
uint32_t BgpCommunityFromString(const std::string& text);
/// @return "65000:100", or the name of a well-known community
std::string BgpCommunityName(uint32_t community);

/// Error codes of a NOTIFICATION (RFC 4271 section 4.5; RFC 7313 for ROUTE_REFRESH).
enum class BgpErrorCode : uint8_t
{
    NONE = 0,               //!< no error
    HEADER = 1,             //!< message header
    OPEN = 2,               //!< OPEN message
    UPDATE = 3,             //!< UPDATE message
    HOLD_TIMER_EXPIRED = 4, //!< nothing came in time
    FSM = 5,                //!< a message in the wrong state
    CEASE = 6,              //!< ended on purpose
    ROUTE_REFRESH = 7       //!< ROUTE-REFRESH message
};

/// Subcodes of HEADER (RFC 4271 section 6.1).
enum BgpHeaderError : uint8_t
{
    BGP_NOT_SYNCHRONIZED = 1, //!< the marker is not all ones
    BGP_BAD_LENGTH = 2,       //!< data: the length field
    BGP_BAD_TYPE = 3          //!< data: the type field
};

/// Subcodes of OPEN (RFC 4271 section 6.2, RFC 5492).
enum BgpOpenError : uint8_t
{
    BGP_OPEN_UNSPECIFIC = 0,        //!< malformed in some other way
    BGP_UNSUPPORTED_VERSION = 1,    //!< data: 2 octets, the version that is supported
    BGP_BAD_PEER_AS = 2,            //!< not the configured one, or 0
    BGP_BAD_IDENTIFIER = 3,         //!< 0, or our own within an AS
    BGP_UNSUPPORTED_PARAMETER = 4,  //!< an optional parameter that is not known
    BGP_UNACCEPTABLE_HOLD_TIME = 6, //!< 1 or 2 seconds, or refused
    BGP_UNSUPPORTED_CAPABILITY = 7  //!< data: the capabilities that are required
};

/// Subcodes of UPDATE (RFC 4271 section 6.3).
enum BgpUpdateError : uint8_t
{
    BGP_MALFORMED_ATTRIBUTE_LIST = 1, //!< lengths conflict, or an attribute comes twice
    BGP_UNKNOWN_WELL_KNOWN = 2,       //!< data: the attribute
    BGP_MISSING_WELL_KNOWN = 3,       //!< data: its type code
    BGP_ATTRIBUTE_FLAGS = 4,          //!< data: the attribute
    BGP_ATTRIBUTE_LENGTH = 5,         //!< data: the attribute
    BGP_INVALID_ORIGIN = 6,           //!< data: the attribute
    BGP_INVALID_NEXT_HOP = 8,         //!< data: the attribute
    BGP_OPTIONAL_ATTRIBUTE = 9,       //!< data: the attribute
    BGP_INVALID_NETWORK = 10,         //!< NLRI
    BGP_MALFORMED_AS_PATH = 11        //!< AS_PATH
};

/// Subcodes of FSM (RFC 6608).
enum BgpFsmError : uint8_t
{
    BGP_FSM_UNSPECIFIED = 0,  //!< elsewhere
    BGP_FSM_OPEN_SENT = 1,    //!< in OpenSent
    BGP_FSM_OPEN_CONFIRM = 2, //!< in OpenConfirm
    BGP_FSM_ESTABLISHED = 3   //!< in Established
};

/// Subcodes of CEASE (RFC 4486, 8538, 9003).
enum BgpCease : uint8_t
{
    BGP_CEASE_MAX_PREFIXES = 1,        //!< more prefixes than allowed
    BGP_CEASE_SHUTDOWN = 2,            //!< by the administrator; data may hold a text (RFC 9003)
    BGP_CEASE_DECONFIGURED = 3,        //!< the peer was taken out of the configuration
    BGP_CEASE_RESET = 4,               //!< by the administrator, comes back
    BGP_CEASE_CONNECTION_REJECTED = 5, //!< not now
    BGP_CEASE_CONFIG_CHANGE = 6,       //!< other change of configuration
    BGP_CEASE_COLLISION = 7,           //!< lost to the other connection (RFC 4271 section 6.8)
    BGP_CEASE_OUT_OF_RESOURCES = 8,    //!< memory, for instance
    BGP_CEASE_HARD_RESET = 9           //!< RFC 8538
};

/// What went wrong, and what a NOTIFICATION about it says.
struct BgpError
{
    BgpErrorCode code = BgpErrorCode::NONE; //!< error code
    uint8_t subcode = 0;                    //!< meaning depends on code
    std::vector<uint8_t> data;              //!< data field of the NOTIFICATION
    std::string reason;                     //!< for people; not sent

    /// @return whether there is an error
    explicit operator bool() const
    {
        return code != BgpErrorCode::NONE;
    }
};

/// @return "3/1 malformed-attribute-list": numbers and, where there is one, the name
std::string BgpErrorName(BgpErrorCode code, uint8_t subcode);

/// @return "igp", "egp", "incomplete"
std::string BgpOriginName(BgpOrigin origin);
/// @return "open", "update", "notification", "keepalive", "route-refresh"; "type-9" for others
std::string BgpMessageTypeName(BgpMessageType type);
/// @return the identifier in dotted notation
std::string BgpRouterIdName(BgpRouterId id);

/// Writes ToString(). @return os
std::ostream& operator<<(std::ostream& os, const BgpFamily& family);
/// Writes "a:b:c". @return os
std::ostream& operator<<(std::ostream& os, const BgpLargeCommunity& community);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_TYPES_H
