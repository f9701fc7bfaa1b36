// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_DECISION_H
#define VMM_BGP_DECISION_H

#include "ns3/bgp-next-hop.h"
#include "ns3/bgp-path-attributes.h"

#include <cstddef>
#include <cstdint>
#include <vector>

/**
 * @file
 * The choice between the routes to one prefix: RFC 4271 section 9.1.2 with the additions of
 * RFC 4456 section 9, as a function of the candidates alone. Candidates are eliminated in steps
 * rather than compared in pairs, because MULTI_EXIT_DISC counts between routes of one neighbouring
 * AS only, which makes comparison in pairs depend on the order of the candidates.
 *
 * Not in the RFCs, and common practice: a locally originated route beats others of its degree of
 * preference; the multipath set; the oldest external route where that is asked for (RFC 5004).
 */

namespace ns3
{
namespace vmm
{

/// Where a route comes from.
enum class BgpRouteSource : uint8_t
{
    LOCAL, //!< originated, redistributed or aggregated by this router
    EBGP,  //!< from a neighbour in another AS
    IBGP   //!< from a neighbour in this AS
};

/// A route to the prefix, as far as the decision looks at it.
struct BgpCandidate
{
    const BgpPathAttributes* attributes = nullptr; //!< after the import policy; never null
    BgpRouteSource source = BgpRouteSource::LOCAL; //!< where it comes from
    uint32_t igpCost = 0;                          //!< interior cost to its next hop
    BgpRouterId routerId = 0;                      //!< BGP identifier of the neighbour
    IpAddress peerAddress;                         //!< address of the neighbour
    BgpPeerId peer = 0;                            //!< number of the neighbour
    uint32_t arrival = 0;                          //!< lower: came earlier
};

/// What may be chosen about the decision.
struct BgpDecisionOptions
{
    uint32_t defaultLocalPref = 100; //!< degree of preference of a route without LOCAL_PREF
    bool alwaysCompareMed = false;   //!< MED counts between neighbouring ASes too
    bool missingMedIsWorst = false;  //!< a route without MED has the highest, rather than 0
    bool preferOldest = false;       //!< among external routes the oldest wins (RFC 5004)
    bool relaxAsPath = true;         //!< paths of equal length are equal enough for multipath
    uint32_t maxPathsEbgp = 128;     //!< most next hops when the best route is external, from 1
    uint32_t maxPathsIbgp = 128;     //!< most next hops when the best route is internal, from 1
};

/// The step that left one route over, for traces.
enum class BgpDecisionStep : uint8_t
{
    NONE,         //!< there was no candidate
    ONLY,         //!< there was one candidate
    LOCAL_PREF,   //!< highest degree of preference (RFC 4271 section 9.1.2)
    LOCAL_ORIGIN, //!< originated here
    AS_PATH,      //!< shortest AS_PATH (section 9.1.2.2 a)
    ORIGIN,       //!< lowest ORIGIN (b)
    MED,          //!< lowest MED of a neighbouring AS (c)
    EXTERNAL,     //!< external before internal (d)
    IGP_COST,     //!< lowest interior cost (e)
    OLDEST,       //!< oldest external route (RFC 5004)
    ROUTER_ID,    //!< lowest BGP identifier, or ORIGINATOR_ID (f)
    CLUSTER_LIST, //!< shortest CLUSTER_LIST (RFC 4456 section 9)
    PEER_ADDRESS, //!< lowest neighbour address (g)
    PEER          //!< lowest neighbour number: two sessions between the same addresses
};

/**
 * @param step a step
 * @return its name, for instance "as-path"
 */
const char* BgpDecisionStepName(BgpDecisionStep step);

/// The outcome.
struct BgpDecision
{
    std::vector<uint32_t> paths; //!< indices of candidates: the best, then those used beside it
    BgpDecisionStep step = BgpDecisionStep::NONE; //!< what decided
};

/**
 * Chooses. The result depends on the set of candidates, not on their order, except that
 * preferOldest looks at arrival.
 *
 * The multipath set holds the candidates that tie with the best in all of (a) to (e); without
 * relaxAsPath those among them that have the AS_PATH of the best. Where it is larger than allowed,
 * the later steps say who is in it. A local route has no others beside it.
 *
 * @param candidates eligible routes: next hop reachable, no loop, admitted by policy
 * @param options what may be chosen
 * @return the best and those used beside it; empty if there are no candidates
 */
BgpDecision DecideBgpRoute(const std::vector<BgpCandidate>& candidates,
                           const BgpDecisionOptions& options);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_DECISION_H
