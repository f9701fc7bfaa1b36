// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_SPEAKER_HOST_H
#define VMM_BGP_SPEAKER_HOST_H

#include "ns3/bgp-message.h"
#include "ns3/bgp-rib.h"
#include "ns3/bgp-route-rules.h"
#include "ns3/nstime.h"

#include <tuple>

namespace ns3
{
namespace vmm
{

/// What a timer of a speaker is for.
enum class BgpSpeakerTimerKind : uint8_t
{
    PROCESS,  //!< the UPDATE in service is processed
    SELECT,   //!< the selection delay is over
    INSTALL,  //!< the next installation is done
    START,    //!< the start delay of a neighbour is over
    ADVERTISE //!< the advertisement interval of a neighbour is over
};

/// A timer of a speaker; each runs once at a time.
struct BgpSpeakerTimer
{
    BgpSpeakerTimerKind kind = BgpSpeakerTimerKind::PROCESS; //!< what for
    BgpPeerId peer = 0;                                      //!< START and ADVERTISE: whose; else 0

    /// @return whether this sorts before other
    bool operator<(const BgpSpeakerTimer& other) const
    {
        return std::tie(kind, peer) < std::tie(other.kind, other.peer);
    }

    /// @return whether this equals other
    bool operator==(const BgpSpeakerTimer& other) const
    {
        return kind == other.kind && peer == other.peer;
    }
};

/**
 * The world around a speaker: clock, sessions, forwarding table, observers. From SendUpdate(),
 * InstallRoute() and RemoveRoute() the speaker may be called again; from the others it must not.
 */
class BgpSpeakerHost
{
  public:
    virtual ~BgpSpeakerHost() = default;
    /// @return the time
    virtual Time GetNow() const = 0;
    /**
     * Has BgpSpeaker::TimerExpired(timer) called, once; not from within this call.
     *
     * @param timer not running
     * @param delay from now, not negative
     */
    virtual void SetTimer(const BgpSpeakerTimer& timer, Time delay) = 0;
    /// @param timer that runs, or not, and now does not
    virtual void CancelTimer(const BgpSpeakerTimer& timer) = 0;
    /**
     * @param peer with a session
     * @param update of any size, in the order of the calls
     */
    virtual void SendUpdate(BgpPeerId peer, const BgpUpdateMessage& update) = 0;
    /**
     * Puts a route into the forwarding table, or replaces it.
     *
     * @param prefix where to
     * @param nextHops sorted; empty: packets are discarded (RFC 4271 section 9.2.2.2 aggregate)
     */
    virtual void InstallRoute(const IpPrefix& prefix, const BgpNextHopSet& nextHops) = 0;
    /// @param prefix whose route goes out of the forwarding table
    virtual void RemoveRoute(const IpPrefix& prefix) = 0;

    /// @return what an advertisement interval is multiplied by, 0.75 to 1 (RFC 4271 section 10)
    virtual double DrawJitter()
    {
        return 1;
    }

    /**
     * An Adj-RIB-In changed.
     * @param peer whose, or a BGP_LOCAL_ number
     * @param prefix of the route
     * @param attributes as received; null: withdrawn
     */
    virtual void AdjRibInChanged([[maybe_unused]] BgpPeerId peer,
                                 [[maybe_unused]] const IpPrefix& prefix,
                                 [[maybe_unused]] const BgpAttributesPtr& attributes)
    {
    }

    /**
     * A route that came is not kept.
     * @param peer who sent it
     * @param prefix of the route
     * @param fault why
     */
    virtual void RouteRefused([[maybe_unused]] BgpPeerId peer,
                              [[maybe_unused]] const IpPrefix& prefix,
                              [[maybe_unused]] BgpImportFault fault)
    {
    }

    /**
     * An Adj-RIB-Out changed: the neighbour is being told.
     * @param peer whose
     * @param prefix of the route
     * @param attributes as sent; null: withdrawn
     */
    virtual void AdjRibOutChanged([[maybe_unused]] BgpPeerId peer,
                                  [[maybe_unused]] const IpPrefix& prefix,
                                  [[maybe_unused]] const BgpAttributesPtr& attributes)
    {
    }

    /**
     * The Loc-RIB changed: another best path, or other next hops beside it.
     * @param prefix of the routes
     * @param before no attributes: there was none
     * @param after no attributes: there is none
     * @param step what decided
     */
    virtual void BestPathChanged([[maybe_unused]] const IpPrefix& prefix,
                                 [[maybe_unused]] const BgpBestPath& before,
                                 [[maybe_unused]] const BgpBestPath& after,
                                 [[maybe_unused]] BgpDecisionStep step)
    {
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_SPEAKER_HOST_H
