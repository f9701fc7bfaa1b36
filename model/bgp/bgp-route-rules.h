// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_ROUTE_RULES_H
#define VMM_BGP_ROUTE_RULES_H

#include "ns3/bgp-peer-config.h"

/**
 * @file
 * What the RFCs themselves say about routes that come from and go to neighbours, apart from any
 * policy: loops, who hears what, and how attributes change on the way (RFC 4271 sections 5 and 9,
 * RFC 1997, RFC 2545, RFC 4360, RFC 4456).
 */

namespace ns3
{
namespace vmm
{

/// Why a route that came is not used.
enum class BgpImportFault : uint8_t
{
    NONE,       //!< it may be used
    AS_LOOP,    //!< our AS is in AS_PATH too often (RFC 4271 section 9.1.2)
    FIRST_AS,   //!< AS_PATH begins with another AS (section 6.3)
    ORIGINATOR, //!< ORIGINATOR_ID is ours (RFC 4456 section 8)
    CLUSTER     //!< our cluster is in CLUSTER_LIST (RFC 4456 section 8)
};

/// The two ends of a session.
struct BgpSessionEnds
{
    const BgpRouterIdentity& self; //!< we
    const BgpPeerConfig& config;   //!< the neighbour as configured
    const BgpPeerSession& session; //!< the neighbour as found

    /// @return whether the neighbour is in another AS
    bool IsExternal() const
    {
        return session.asn != self.asn;
    }
};

/// The route that is to be sent.
struct BgpExportRoute
{
    BgpRouteSource source = BgpRouteSource::LOCAL; //!< where it comes from
    bool fromClient = false;                       //!< IBGP: from a client of ours
    BgpRouterId fromRouterId = 0;                  //!< identifier of the neighbour it is from
    IpFamily family = IpFamily::NONE;              //!< of its prefix
};

/**
 * @param ends who sent the route to whom
 * @param attributes as received
 * @return why the route must not be used
 */
BgpImportFault CheckBgpImport(const BgpSessionEnds& ends, const BgpPathAttributes& attributes);

/**
 * Takes away what an external neighbour has no say in: LOCAL_PREF, ORIGINATOR_ID, CLUSTER_LIST
 * (RFC 4271 section 5.1.5, RFC 7606 sections 7.9 and 7.10).
 *
 * @param ends who sent the route to whom
 * @param attributes as received
 * @param pool where changed attributes go
 * @return the attributes that policy sees; the same pointer if unchanged
 */
BgpAttributesPtr CleanBgpImport(const BgpSessionEnds& ends,
                                const BgpAttributesPtr& attributes,
                                BgpAttributePool& pool);

/**
 * Who hears what: internal routes go to internal neighbours by reflection only (RFC 4271
 * section 9.2, RFC 4456 section 6); NO_ADVERTISE, NO_EXPORT, NO_EXPORT_SUBCONFED (RFC 1997).
 *
 * @param ends who would send the route to whom
 * @param route where it comes from
 * @param attributes in the Loc-RIB
 * @return whether the neighbour may hear of it
 */
bool MayExportBgpRoute(const BgpSessionEnds& ends,
                       const BgpExportRoute& route,
                       const BgpPathAttributes& attributes);

/**
 * Takes away, before the export policy may set it, a MED that must not travel to a third AS
 * (RFC 4271 section 5.1.4).
 *
 * @param ends who sends the route to whom
 * @param route where it comes from
 * @param attributes in the Loc-RIB
 * @param pool where changed attributes go
 * @return the attributes that policy sees; the same pointer if unchanged
 */
BgpAttributesPtr CleanBgpExport(const BgpSessionEnds& ends,
                                const BgpExportRoute& route,
                                const BgpAttributesPtr& attributes,
                                BgpAttributePool& pool);

/**
 * Makes the attributes that go out, after the export policy: AS_PATH, NEXT_HOP, LOCAL_PREF,
 * ORIGINATOR_ID and CLUSTER_LIST, non-transitive communities, the Partial flag.
 *
 * @param ends who sends the route to whom
 * @param route where it comes from
 * @param attributes after the policy
 * @param defaultLocalPref LOCAL_PREF towards an internal neighbour where the route has none
 * @param keepNextHop whether policy has set NEXT_HOP
 * @param pool where the attributes go
 * @return the attributes to send; null if there is no next hop of the prefix's family
 */
BgpAttributesPtr MakeBgpExport(const BgpSessionEnds& ends,
                               const BgpExportRoute& route,
                               const BgpPathAttributes& attributes,
                               uint32_t defaultLocalPref,
                               bool keepNextHop,
                               BgpAttributePool& pool);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_ROUTE_RULES_H
