// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_SESSION_TYPES_H
#define VMM_BGP_SESSION_TYPES_H

#include "ns3/bgp-message.h"
#include "ns3/nstime.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * What a session with one peer is configured with, what comes out of its negotiation, and why it
 * ends.
 */

namespace ns3
{
namespace vmm
{

/// States of RFC 4271 section 8.2.2, in the order in which a session goes through them.
enum class BgpSessionState : uint8_t
{
    IDLE = 1,         //!< refuses connections
    CONNECT = 2,      //!< waits for its own attempt to connect
    ACTIVE = 3,       //!< waits for the peer to connect
    OPEN_SENT = 4,    //!< waits for the peer's OPEN
    OPEN_CONFIRM = 5, //!< waits for the KEEPALIVE that answers its own OPEN
    ESTABLISHED = 6   //!< routes flow
};

/// Who made a TCP connection.
enum class BgpDirection : uint8_t
{
    OUTGOING, //!< this side
    INCOMING  //!< the peer
};

/// Names a TCP connection between a session and its host; never 0, never used again.
using BgpConnectionId = uint32_t;

/// How a connection is to be closed.
enum class BgpCloseMode : uint8_t
{
    FLUSH, //!< after what was sent has left, in bounded time
    ABORT  //!< at once; an attempt to connect is given up
};

/**
 * The timers of a session, each running at most once. There may be two connections until a
 * collision is resolved (RFC 4271 section 6.8), so those of a connection exist twice.
 */
enum class BgpTimer : uint8_t
{
    CONNECT_RETRY,    //!< ConnectRetryTimer
    IDLE_HOLD,        //!< IdleHoldTimer
    SEND_HOLD,        //!< SendHoldTimer of RFC 9687
    HOLD,             //!< HoldTimer of the first connection
    HOLD_SECOND,      //!< HoldTimer of the second connection
    KEEPALIVE,        //!< KeepaliveTimer of the first connection
    KEEPALIVE_SECOND, //!< KeepaliveTimer of the second connection
    DELAY_OPEN,       //!< DelayOpenTimer of the first connection
    DELAY_OPEN_SECOND //!< DelayOpenTimer of the second connection
};

/// Number of values of BgpTimer.
constexpr size_t BGP_TIMER_COUNT = 9;
/// HoldTimer until the peer's OPEN says otherwise (RFC 4271 section 8.2.2 suggests 4 minutes).
constexpr uint32_t BGP_LARGE_HOLD_SECONDS = 240;
/// Error code "Send Hold Timer Expired" (RFC 9687).
constexpr BgpErrorCode BGP_SEND_HOLD_EXPIRED = BgpErrorCode(8);

/// The configuration of one peer; the names in quotes are the session attributes of RFC 4271.
struct BgpSessionConfig
{
    BgpAsn localAs = 0;       //!< own AS, not 0
    BgpAsn peerAs = 0;        //!< the peer's; 0: accept any
    BgpRouterId routerId = 0; //!< own BGP identifier, not 0

    Time holdTime = Seconds(90);   //!< proposed "HoldTime": 0, or 3 s to 65535 s, whole seconds
    Time minHoldTime = Seconds(0); //!< refuse a shorter one, except 0, with 2/6
    double keepaliveFraction = 1.0 / 3;   //!< "KeepaliveTime" over the negotiated hold time, (0, 1)
    Time connectRetryTime = Seconds(120); //!< "ConnectRetryTime", > 0
    std::optional<Time> delayOpenTime;    //!< "DelayOpenTime"; none: "DelayOpen" is FALSE
    Time idleHoldTime = Seconds(1);      //!< "IdleHoldTime": from Idle to the automatic start, >= 0
    Time maxIdleHoldTime = Seconds(120); //!< it doubles up to this with damping
    /// "DampPeerOscillations": idleHoldTime doubles with each failure in a row; a session that
    /// lasted maxIdleHoldTime ends the row.
    bool dampPeerOscillations = false;
    bool automaticStart = true; //!< "AllowAutomaticStart": start again after a failure
    /// "PassiveTcpEstablishment". Interpretation: such a session never connects on its own, while
    /// the text would have it try after a ConnectRetryTime.
    bool passive = false;
    bool collisionDetectEstablished = false; //!< "CollisionDetectEstablishedState"
    bool notifyWithoutOpen = true;           //!< "SendNOTIFICATIONwithoutOPEN"
    /// RFC 9687: end the session if TCP takes nothing for this long. None: the larger of 8 min and
    /// twice the negotiated hold time. 0: never. A negotiated hold time of 0 disables it as well.
    std::optional<Time> sendHoldTime;

    /// What the OPEN announces.
    BgpCapabilities capabilities{{BGP_IPV4_UNICAST}, true, true, false, {}};
};

/// What two OPENs agreed on.
struct BgpNegotiated
{
    BgpAsn peerAs = 0;                //!< the peer's AS
    BgpRouterId peerRouterId = 0;     //!< its BGP identifier
    bool internal = false;            //!< whether both are of one AS
    Time holdTime;                    //!< 0: no HoldTimer, no KEEPALIVE
    Time keepaliveTime;               //!< longest silence of this side; 0 if holdTime is
    std::vector<BgpFamily> families;  //!< what routes may be exchanged, sorted
    bool fourOctetAs = false;         //!< both sides have RFC 6793
    bool routeRefresh = false;        //!< the peer takes ROUTE-REFRESH
    bool extendedMessage = false;     //!< both sides have RFC 8654
    BgpCapabilities peerCapabilities; //!< all that the peer's OPEN said
    BgpDirection direction = BgpDirection::OUTGOING; //!< who made the connection

    /// @return whether routes of family are exchanged
    bool Carries(const BgpFamily& family) const;
};

/// Who ended a connection.
enum class BgpEndCause : uint8_t
{
    LOCAL,  //!< this side, for the reason in code and subcode
    REMOTE, //!< the peer, by the NOTIFICATION in code and subcode
    LOST    //!< TCP: it was closed or broke, or could not be made
};

/// Why a connection ended.
struct BgpSessionEnd
{
    BgpEndCause cause = BgpEndCause::LOST;  //!< who
    BgpErrorCode code = BgpErrorCode::NONE; //!< NONE if there was no NOTIFICATION
    uint8_t subcode = 0;                    //!< meaning depends on code
    std::string text;                       //!< for people

    /// @return "sent 2/2 bad-peer-as: text", "received ...", or "lost"
    std::string ToString() const;
};

/**
 * @param config a configuration
 * @throws std::invalid_argument that names the member that is out of range
 */
void CheckBgpSessionConfig(const BgpSessionConfig& config);

/// @return the OPEN that a session with this configuration sends
BgpOpenMessage MakeBgpOpen(const BgpSessionConfig& config);

/**
 * Checks what depends on the configuration (RFC 4271 section 6.2; the codec has checked the form).
 * @param config own side
 * @param open the peer's
 * @return no error, or: 2/2 if the AS is 0 (RFC 7607) or not the configured one; 2/3 if the
 * identifier is 0, or equals ours inside the AS (RFC 6286 section 2.2); 2/6 if the hold time is 1 s
 * or 2 s or below minHoldTime; 2/7 if there is no family that both sides have (RFC 5492 section 5)
 */
BgpError CheckBgpOpen(const BgpSessionConfig& config, const BgpOpenMessage& open);

/**
 * @param config own side
 * @param open the peer's, without error
 * @return what a session between the two uses: the smaller hold time (RFC 4271 section 4.2), the
 * common families and capabilities. direction is left as it is.
 */
BgpNegotiated NegotiateBgp(const BgpSessionConfig& config, const BgpOpenMessage& open);

/// @return "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"
std::string BgpSessionStateName(BgpSessionState state);
/// @return "ConnectRetry", "Hold" and so on
std::string BgpTimerName(BgpTimer timer);
/// Writes BgpSessionStateName(). @return os
std::ostream& operator<<(std::ostream& os, BgpSessionState state);
/// Writes BgpTimerName(). @return os
std::ostream& operator<<(std::ostream& os, BgpTimer timer);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_SESSION_TYPES_H
