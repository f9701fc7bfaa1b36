// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-session-types.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// Families of an OPEN without the multiprotocol capability: IPv4 unicast (RFC 4760 section 8).
std::vector<BgpFamily>
FamiliesOf(const BgpCapabilities& capabilities)
{
    return capabilities.families.empty() ? std::vector<BgpFamily>{BGP_IPV4_UNICAST}
                                         : capabilities.families;
}

std::vector<BgpFamily>
CommonFamilies(const BgpCapabilities& ours, const BgpCapabilities& theirs)
{
    std::vector<BgpFamily> result;
    const auto other = FamiliesOf(theirs);
    for (const auto& family : FamiliesOf(ours))
    {
        if (std::find(other.begin(), other.end(), family) != other.end())
        {
            result.push_back(family);
        }
    }
    std::sort(result.begin(), result.end());
    return result;
}

/// The capabilities that would have made the session possible, as in an OPEN.
std::vector<uint8_t>
MultiprotocolData(const std::vector<BgpFamily>& families)
{
    std::vector<uint8_t> data;
    for (const auto& family : families)
    {
        const auto afi = static_cast<uint16_t>(family.afi);
        for (const uint8_t octet : {uint8_t(BGP_CAPABILITY_MULTIPROTOCOL),
                                    uint8_t(4),
                                    uint8_t(afi >> 8),
                                    uint8_t(afi & 0xff),
                                    uint8_t(0),
                                    static_cast<uint8_t>(family.safi)})
        {
            data.push_back(octet);
        }
    }
    return data;
}

/// The peer's AS as a side without the capability of RFC 6793 sees it.
BgpAsn
PeerAsOf(const BgpSessionConfig& config, const BgpOpenMessage& open)
{
    return config.capabilities.fourOctetAs || open.asn <= 0xffff ? open.asn : BGP_AS_TRANS;
}

BgpError
OpenError(uint8_t subcode, std::vector<uint8_t> data, std::string reason)
{
    return {BgpErrorCode::OPEN, subcode, std::move(data), std::move(reason)};
}

void
Require(bool good, const char* what)
{
    if (!good)
    {
        throw std::invalid_argument(std::string("BGP session: ") + what);
    }
}

} // namespace

bool
BgpNegotiated::Carries(const BgpFamily& family) const
{
    return std::binary_search(families.begin(), families.end(), family);
}

std::string
BgpSessionEnd::ToString() const
{
    const std::string tail = text.empty() ? "" : ": " + text;
    if (cause == BgpEndCause::LOST)
    {
        return "lost" + tail;
    }
    const std::string who = cause == BgpEndCause::LOCAL ? "local " : "received ";
    return who + BgpErrorName(code, subcode) + tail;
}

void
CheckBgpSessionConfig(const BgpSessionConfig& config)
{
    Require(config.localAs != 0, "localAs must not be 0");
    Require(config.routerId != 0, "routerId must not be 0");
    const Time hold = config.holdTime;
    Require(hold.IsZero() || (hold >= Seconds(3) && hold <= Seconds(65535)),
            "holdTime must be 0 or 3 s to 65535 s");
    Require(hold == Seconds(static_cast<int64_t>(hold.GetSeconds())),
            "holdTime must be whole seconds");
    Require(!config.minHoldTime.IsStrictlyNegative(), "minHoldTime must not be negative");
    Require(config.keepaliveFraction > 0 && config.keepaliveFraction < 1,
            "keepaliveFraction must lie between 0 and 1");
    Require(config.connectRetryTime.IsStrictlyPositive(), "connectRetryTime must be above 0");
    Require(!config.delayOpenTime || !config.delayOpenTime->IsStrictlyNegative(),
            "delayOpenTime must not be negative");
    Require(!config.idleHoldTime.IsStrictlyNegative(), "idleHoldTime must not be negative");
    Require(config.maxIdleHoldTime >= config.idleHoldTime,
            "maxIdleHoldTime must not be below idleHoldTime");
    Require(!config.sendHoldTime || !config.sendHoldTime->IsStrictlyNegative(),
            "sendHoldTime must not be negative");
}

BgpOpenMessage
MakeBgpOpen(const BgpSessionConfig& config)
{
    BgpOpenMessage open;
    open.asn = config.localAs;
    open.holdTime = static_cast<uint16_t>(config.holdTime.GetSeconds());
    open.routerId = config.routerId;
    open.capabilities = config.capabilities;
    return open;
}

BgpError
CheckBgpOpen(const BgpSessionConfig& config, const BgpOpenMessage& open)
{
    const BgpAsn asn = PeerAsOf(config, open);
    if (asn == 0 || (config.peerAs != 0 && asn != config.peerAs))
    {
        return OpenError(BGP_BAD_PEER_AS,
                         {},
                         "AS " + std::to_string(asn) + ", expected " +
                             std::to_string(config.peerAs));
    }
    if (open.routerId == 0 || (asn == config.localAs && open.routerId == config.routerId))
    {
        return OpenError(BGP_BAD_IDENTIFIER, {}, "identifier " + BgpRouterIdName(open.routerId));
    }
    if (open.holdTime != 0 && (open.holdTime < 3 || Seconds(open.holdTime) < config.minHoldTime))
    {
        return OpenError(
            BGP_UNACCEPTABLE_HOLD_TIME, {}, "hold time " + std::to_string(open.holdTime) + " s");
    }
    if (CommonFamilies(config.capabilities, open.capabilities).empty())
    {
        return OpenError(BGP_UNSUPPORTED_CAPABILITY,
                         MultiprotocolData(FamiliesOf(config.capabilities)),
                         "no common address family");
    }
    return {};
}

BgpNegotiated
NegotiateBgp(const BgpSessionConfig& config, const BgpOpenMessage& open)
{
    const BgpCapabilities& ours = config.capabilities;
    const BgpCapabilities& theirs = open.capabilities;
    BgpNegotiated result;
    result.peerAs = PeerAsOf(config, open);
    result.peerRouterId = open.routerId;
    result.internal = result.peerAs == config.localAs;
    result.holdTime = std::min(config.holdTime, Time(Seconds(open.holdTime)));
    result.keepaliveTime = Seconds(result.holdTime.GetSeconds() * config.keepaliveFraction);
    result.families = CommonFamilies(ours, theirs);
    result.fourOctetAs = ours.fourOctetAs && theirs.fourOctetAs;
    result.routeRefresh = theirs.routeRefresh;
    result.extendedMessage = ours.extendedMessage && theirs.extendedMessage;
    result.peerCapabilities = theirs;
    return result;
}

std::string
BgpSessionStateName(BgpSessionState state)
{
    static const std::array<const char*, 7> names = {
        "?", "Idle", "Connect", "Active", "OpenSent", "OpenConfirm", "Established"};
    return names.at(static_cast<size_t>(state));
}

std::string
BgpTimerName(BgpTimer timer)
{
    static const std::array<const char*, BGP_TIMER_COUNT> names = {"ConnectRetry",
                                                                   "IdleHold",
                                                                   "SendHold",
                                                                   "Hold",
                                                                   "HoldSecond",
                                                                   "Keepalive",
                                                                   "KeepaliveSecond",
                                                                   "DelayOpen",
                                                                   "DelayOpenSecond"};
    return names.at(static_cast<size_t>(timer));
}

std::ostream&
operator<<(std::ostream& os, BgpSessionState state)
{
    return os << BgpSessionStateName(state);
}

std::ostream&
operator<<(std::ostream& os, BgpTimer timer)
{
    return os << BgpTimerName(timer);
}

} // namespace vmm
} // namespace ns3
