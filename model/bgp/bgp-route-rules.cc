// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-route-rules.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// Bit of an extended community that keeps it inside the AS (RFC 4360 section 2).
constexpr uint64_t NON_TRANSITIVE = uint64_t{0x40} << 56;

/// @return how often asn is in AS_PATH
uint32_t
CountAs(const BgpPathAttributes& attributes, BgpAsn asn)
{
    uint32_t count = 0;
    for (const BgpAsPathSegment& segment : attributes.asPath)
    {
        count += std::count(segment.asns.begin(), segment.asns.end(), asn);
    }
    return count;
}

/**
 * @param a attributes that leave the AS
 * @param ends who sends them to whom
 */
void
LeaveAs(BgpPathAttributes& a, const BgpSessionEnds& ends)
{
    a.Prepend(ends.self.asn, 1);
    a.localPref.reset();
    a.originatorId.reset();
    a.clusterList.clear();
    auto& extended = a.extendedCommunities;
    extended.erase(std::remove_if(extended.begin(),
                                  extended.end(),
                                  [](uint64_t community)
                                  {
                                      return (community & NON_TRANSITIVE) != 0;
                                  }),
                   extended.end());
}

/**
 * @param a attributes of an internal route that goes to another internal neighbour
 * @param ends who sends them to whom
 * @param route where it comes from
 */
void
Reflect(BgpPathAttributes& a, const BgpSessionEnds& ends, const BgpExportRoute& route)
{
    if (!a.originatorId)
    {
        a.originatorId = route.fromRouterId;
    }
    a.clusterList.insert(a.clusterList.begin(), ends.self.GetClusterId());
}

/**
 * @param ends who sends the route to whom
 * @param route where it comes from
 * @param a its attributes
 * @return whether NEXT_HOP becomes ours
 */
bool
IsNextHopSelf(const BgpSessionEnds& ends, const BgpExportRoute& route, const BgpPathAttributes& a)
{
    if (!a.nextHop || a.nextHop.GetFamily() != route.family)
    {
        return true;
    }
    if (ends.IsExternal())
    {
        return !ends.config.nextHopUnchanged;
    }
    return route.source == BgpRouteSource::EBGP && ends.config.nextHopSelf;
}

} // namespace

BgpImportFault
CheckBgpImport(const BgpSessionEnds& ends, const BgpPathAttributes& attributes)
{
    if (CountAs(attributes, ends.self.asn) > ends.config.allowOwnAs)
    {
        return BgpImportFault::AS_LOOP;
    }
    if (ends.IsExternal())
    {
        return ends.config.enforceFirstAs && attributes.FirstAs() != ends.session.asn
                   ? BgpImportFault::FIRST_AS
                   : BgpImportFault::NONE;
    }
    if (attributes.originatorId == ends.self.routerId)
    {
        return BgpImportFault::ORIGINATOR;
    }
    const auto& clusters = attributes.clusterList;
    bool seen =
        std::find(clusters.begin(), clusters.end(), ends.self.GetClusterId()) != clusters.end();
    return seen ? BgpImportFault::CLUSTER : BgpImportFault::NONE;
}

BgpAttributesPtr
CleanBgpImport(const BgpSessionEnds& ends,
               const BgpAttributesPtr& attributes,
               BgpAttributePool& pool)
{
    if (!ends.IsExternal() ||
        (!attributes->localPref && !attributes->originatorId && attributes->clusterList.empty()))
    {
        return attributes;
    }
    BgpPathAttributes changed = *attributes;
    changed.localPref.reset();
    changed.originatorId.reset();
    changed.clusterList.clear();
    return pool.Intern(std::move(changed));
}

bool
MayExportBgpRoute(const BgpSessionEnds& ends,
                  const BgpExportRoute& route,
                  const BgpPathAttributes& attributes)
{
    if (attributes.HasCommunity(BGP_NO_ADVERTISE))
    {
        return false;
    }
    if (ends.IsExternal())
    {
        return !attributes.HasCommunity(BGP_NO_EXPORT) &&
               !attributes.HasCommunity(BGP_NO_EXPORT_SUBCONFED) &&
               !(ends.config.skipLoops && attributes.ContainsAs(ends.session.asn));
    }
    return route.source != BgpRouteSource::IBGP || route.fromClient ||
           ends.config.routeReflectorClient;
}

BgpAttributesPtr
CleanBgpExport(const BgpSessionEnds& ends,
               const BgpExportRoute& route,
               const BgpAttributesPtr& attributes,
               BgpAttributePool& pool)
{
    if (!ends.IsExternal() || route.source == BgpRouteSource::LOCAL || !attributes->med)
    {
        return attributes;
    }
    BgpPathAttributes changed = *attributes;
    changed.med.reset();
    return pool.Intern(std::move(changed));
}

BgpAttributesPtr
MakeBgpExport(const BgpSessionEnds& ends,
              const BgpExportRoute& route,
              const BgpPathAttributes& attributes,
              uint32_t defaultLocalPref,
              bool keepNextHop,
              BgpAttributePool& pool)
{
    BgpPathAttributes a = attributes;
    if (!keepNextHop && IsNextHopSelf(ends, route, a))
    {
        const BgpPeerConfig& config = ends.config;
        a.nextHop = route.family == IpFamily::IPV4 ? config.localIpv4 : config.localIpv6;
        a.linkLocalNextHop.reset();
        if (ends.IsExternal() && route.family == IpFamily::IPV6 && config.localLinkLocal)
        {
            a.linkLocalNextHop = config.localLinkLocal;
        }
        if (!a.nextHop)
        {
            return nullptr;
        }
    }
    if (!ends.IsExternal())
    {
        a.linkLocalNextHop.reset();
    }
    if (ends.IsExternal())
    {
        LeaveAs(a, ends);
    }
    else
    {
        a.localPref = a.localPref.value_or(defaultLocalPref);
        if (route.source == BgpRouteSource::IBGP)
        {
            Reflect(a, ends, route);
        }
    }
    for (BgpUnknownAttribute& unknown : a.unknown)
    {
        unknown.flags |= BGP_FLAG_PARTIAL;
    }
    return pool.Intern(std::move(a));
}

} // namespace vmm
} // namespace ns3
