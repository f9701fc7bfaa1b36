// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_CODEC_H
#define VMM_BGP_CODEC_H

#include "ns3/bgp-message.h"

#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * From messages to octets and back.
 *
 *     BgpCodecOptions options;
 *     for (const auto& octets : EncodeBgpMessage(update, options)) { Send(octets); }
 *     BgpDecodeResult result = DecodeBgpMessage(octets.data(), octets.size(), options);
 *     if (result.error) { Send(EncodeBgpNotification(BgpNotificationMessage(result.error))); }
 *     else for (const BgpMessage& message : result.messages) { ... }
 *
 * The parts: bgp-codec.cc (header, small messages), bgp-open-codec.cc, bgp-update-decode.cc (the
 * frame of an UPDATE and its outcome), bgp-attribute-decode (path attributes), bgp-mp-decode (the
 * two of RFC 4760), bgp-as-path-codec (AS_PATH and its 4-octet twin), bgp-nlri-codec (prefixes),
 * bgp-update-encode.cc.
 */

namespace ns3
{
namespace vmm
{

/// What the two sides agreed on.
struct BgpCodecOptions
{
    /// AS numbers have 4 octets in AS_PATH and AGGREGATOR: both sides have the capability
    /// (RFC 6793). Otherwise 2, with AS_TRANS and AS4_PATH.
    bool fourOctetAs = true;
    /// UPDATE, NOTIFICATION and ROUTE-REFRESH may have 65535 octets (RFC 8654) instead of 4096.
    bool extendedMessage = false;
    /// The peer is in our AS. From others LOCAL_PREF, ORIGINATOR_ID and CLUSTER_LIST are discarded
    /// when decoding (RFC 7606 sections 7.5, 7.9, 7.10).
    bool internal = false;
};

/// How much of an UPDATE survived its errors (RFC 7606 section 2), in order of severity.
enum class BgpUpdateOutcome : uint8_t
{
    NONE,              //!< no error
    ATTRIBUTE_DISCARD, //!< an attribute was left out
    TREAT_AS_WITHDRAW, //!< all announced routes became withdrawn ones
    SESSION_RESET      //!< nothing can be used; the session is to end with a NOTIFICATION
};

/// @return "none", "attribute-discard", "treat-as-withdraw", "session-reset"
std::string BgpUpdateOutcomeName(BgpUpdateOutcome outcome);

/// What octets mean.
struct BgpDecodeResult
{
    /// One; two for an UPDATE that announces with NEXT_HOP and with MP_REACH_NLRI at once; none if
    /// error is set. For TREAT_AS_WITHDRAW the message is already the withdrawal.
    std::vector<BgpMessage> messages;
    /// Set if the session is to end with this NOTIFICATION.
    BgpError error;
    /// Of an UPDATE; SESSION_RESET if and only if error is set.
    BgpUpdateOutcome outcome = BgpUpdateOutcome::NONE;
    /// Of an UPDATE: the worst fault, which is not sent unless as error. No error if NONE.
    BgpError fault;
};

/**
 * Checks a message header (RFC 4271 section 6.1, RFC 8654 section 4).
 * @param header 19 octets
 * @param extendedMessage whether lengths up to 65535 are allowed
 * @return an error HEADER with its subcode and data, or none
 */
BgpError CheckBgpHeader(const uint8_t* header, bool extendedMessage);

/**
 * Decodes one message. What is optional transitive and not known is kept with the Partial flag set;
 * what is optional non-transitive and not known is dropped (RFC 4271 section 9). Prefixes of
 * multicast addresses are ignored (RFC 4271 section 6.3). A prefix both withdrawn and announced in
 * one UPDATE counts as announced (RFC 4271 section 4.3).
 * @param data the message with its header
 * @param size as many octets as the header says
 * @param options what the two sides agreed on
 * @return the message, or what the peer did wrong; never throws for octets of a peer
 */
BgpDecodeResult DecodeBgpMessage(const uint8_t* data, size_t size, const BgpCodecOptions& options);

/**
 * @param message OPEN. An AS number above 65535 is sent as AS_TRANS in the fixed field, and the
 * real one in the capability if fourOctetAs is set (RFC 6793 section 3). More than 255 octets of
 * parameters take the form of RFC 9072.
 * @return its octets
 * @throws std::invalid_argument if a capability has more than 255 octets, or all more than 4000
 */
std::vector<uint8_t> EncodeBgpOpen(const BgpOpenMessage& message);
/**
 * @param message NOTIFICATION; data is cut to what 4096 octets hold
 * @return its octets
 */
std::vector<uint8_t> EncodeBgpNotification(const BgpNotificationMessage& message);
/// @return the octets of a KEEPALIVE
std::vector<uint8_t> EncodeBgpKeepalive();
/// @param message ROUTE-REFRESH. @return its octets
std::vector<uint8_t> EncodeBgpRouteRefresh(const BgpRouteRefreshMessage& message);
/**
 * Cuts an UPDATE into messages that fit: first withdrawals, then announcements, then end-of-RIB,
 * each message with one kind and one family (RFC 7606 section 5.1), as many prefixes in each as
 * there is room. MP_REACH_NLRI is the first attribute, the others follow by type.
 * @param message what to send; families in any order. Routes whose attributes leave no room for a
 * prefix are sent as withdrawn instead (RFC 4271 section 9.2: they are not to be advertised)
 * @param options what the two sides agreed on; internal does not matter, the attributes are encoded
 * as they are
 * @return the octets of no, one or more messages
 * @throws std::invalid_argument if an announced prefix has not the family of attributes.nextHop
 * @throws std::length_error if opaque NLRI, which cannot be cut, do not fit
 */
std::vector<std::vector<uint8_t>> EncodeBgpUpdates(const BgpUpdateMessage& message,
                                                   const BgpCodecOptions& options);
/**
 * @param message any message
 * @param options what the two sides agreed on
 * @return its octets: one message, except for UPDATE
 * @throws as the functions above
 */
std::vector<std::vector<uint8_t>> EncodeBgpMessage(const BgpMessage& message,
                                                   const BgpCodecOptions& options);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_CODEC_H
