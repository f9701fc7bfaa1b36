// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-route-rules.h"

#include <gtest/gtest.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

BgpPathAttributes
WithPath(const std::vector<BgpAsn>& path)
{
    BgpPathAttributes a;
    a.asPath = {{BgpAsSegmentType::SEQUENCE, path}};
    a.nextHop = Ipv4Address("10.0.0.1");
    return a;
}

/// We are AS 65000, identifier 1, cluster 99; the neighbour is external (65001) or internal.
class BgpRouteRulesTest : public testing::Test
{
  protected:
    BgpRouteRulesTest()
    {
        m_self = {65000, 1, 99};
        m_peer.localIpv4 = Ipv4Address("10.0.0.100");
        m_peer.localIpv6 = Ipv6Address("fd00::100");
        m_session.asn = 65001;
        m_session.routerId = 2;
        m_route.family = IpFamily::IPV4;
    }

    BgpImportFault Check(const BgpPathAttributes& a)
    {
        return CheckBgpImport({m_self, m_peer, m_session}, a);
    }

    bool MayExport(const BgpPathAttributes& a)
    {
        return MayExportBgpRoute({m_self, m_peer, m_session}, m_route, a);
    }

    BgpAttributesPtr Export(const BgpPathAttributes& a, bool keep = false)
    {
        return MakeBgpExport({m_self, m_peer, m_session}, m_route, a, 100, keep, m_pool);
    }

    BgpRouterIdentity m_self;
    BgpPeerConfig m_peer;
    BgpPeerSession m_session;
    BgpExportRoute m_route;
    BgpAttributePool m_pool;
};

} // namespace

TEST_F(BgpRouteRulesTest, LoopsAreSeen)
{
    EXPECT_EQ(Check(WithPath({65001, 65002})), BgpImportFault::NONE);
    EXPECT_EQ(Check(WithPath({65001, 65000})), BgpImportFault::AS_LOOP);
    m_peer.allowOwnAs = 1;
    EXPECT_EQ(Check(WithPath({65001, 65000})), BgpImportFault::NONE);
    EXPECT_EQ(Check(WithPath({65001, 65000, 65000})), BgpImportFault::AS_LOOP);
    EXPECT_EQ(Check(WithPath({65002, 65001})), BgpImportFault::FIRST_AS);
    m_peer.enforceFirstAs = false;
    EXPECT_EQ(Check(WithPath({65002, 65001})), BgpImportFault::NONE);
    m_session.asn = 65000;
    BgpPathAttributes a = WithPath({65002});
    a.originatorId = 1;
    EXPECT_EQ(Check(a), BgpImportFault::ORIGINATOR);
    a.originatorId = 7;
    a.clusterList = {98, 99};
    EXPECT_EQ(Check(a), BgpImportFault::CLUSTER);
    a.clusterList = {98};
    EXPECT_EQ(Check(a), BgpImportFault::NONE);
}

TEST_F(BgpRouteRulesTest, ExternalNeighboursHaveNoSayInInternalThings)
{
    BgpPathAttributes a = WithPath({65001});
    a.localPref = 500;
    a.originatorId = 1;
    a.clusterList = {99};
    EXPECT_EQ(Check(a), BgpImportFault::NONE);
    BgpAttributesPtr shared = m_pool.Intern(a);
    BgpAttributesPtr clean = CleanBgpImport({m_self, m_peer, m_session}, shared, m_pool);
    EXPECT_EQ(*clean, WithPath({65001}));
    m_session.asn = 65000;
    EXPECT_EQ(CleanBgpImport({m_self, m_peer, m_session}, shared, m_pool), shared);
}

TEST_F(BgpRouteRulesTest, WhoHearsWhat)
{
    BgpPathAttributes a = WithPath({65002});
    EXPECT_TRUE(MayExport(a));
    m_route.source = BgpRouteSource::IBGP;
    EXPECT_TRUE(MayExport(a)); // internal to external
    m_session.asn = 65000;
    EXPECT_FALSE(MayExport(a)); // internal to internal
    m_peer.routeReflectorClient = true;
    EXPECT_TRUE(MayExport(a)); // to a client
    m_peer.routeReflectorClient = false;
    m_route.fromClient = true;
    EXPECT_TRUE(MayExport(a)); // from a client
    m_route = BgpExportRoute();
    m_route.source = BgpRouteSource::EBGP;
    EXPECT_TRUE(MayExport(a)); // external to internal
}

TEST_F(BgpRouteRulesTest, WellKnownCommunities)
{
    for (uint32_t community : {BGP_NO_EXPORT, BGP_NO_EXPORT_SUBCONFED, BGP_NO_ADVERTISE})
    {
        BgpPathAttributes a = WithPath({65002});
        a.AddCommunity(community);
        m_session.asn = 65001;
        EXPECT_FALSE(MayExport(a));
        m_session.asn = 65000;
        EXPECT_EQ(MayExport(a), community != BGP_NO_ADVERTISE);
    }
}

TEST_F(BgpRouteRulesTest, SenderMaySkipLoops)
{
    EXPECT_TRUE(MayExport(WithPath({65002, 65001})));
    m_peer.skipLoops = true;
    EXPECT_FALSE(MayExport(WithPath({65002, 65001})));
    EXPECT_TRUE(MayExport(WithPath({65002, 65003})));
}

TEST_F(BgpRouteRulesTest, ToAnExternalNeighbour)
{
    BgpPathAttributes a = WithPath({65002});
    a.localPref = 200;
    a.originatorId = 5;
    a.clusterList = {6};
    a.communities = {7};
    a.extendedCommunities = {uint64_t{0x40} << 56 | 1, 2};
    a.unknown = {{BGP_FLAG_OPTIONAL | BGP_FLAG_TRANSITIVE, 200, {1}}};
    m_route.source = BgpRouteSource::EBGP;
    BgpAttributesPtr out = Export(a);
    EXPECT_EQ(out->AsPathText(), "65000 65002");
    EXPECT_EQ(out->nextHop, m_peer.localIpv4);
    EXPECT_FALSE(out->localPref);
    EXPECT_FALSE(out->originatorId);
    EXPECT_TRUE(out->clusterList.empty());
    EXPECT_EQ(out->communities, a.communities);
    EXPECT_EQ(out->extendedCommunities, (std::vector<uint64_t>{2}));
    EXPECT_EQ(out->unknown[0].flags, BGP_FLAG_OPTIONAL | BGP_FLAG_TRANSITIVE | BGP_FLAG_PARTIAL);
    EXPECT_EQ(Export(a, true)->nextHop, a.nextHop);
    m_peer.nextHopUnchanged = true;
    EXPECT_EQ(Export(a)->nextHop, a.nextHop);
    a.nextHop = IpAddress();
    EXPECT_EQ(Export(a)->nextHop, m_peer.localIpv4);
}

TEST_F(BgpRouteRulesTest, MedDoesNotReachAThirdAs)
{
    BgpPathAttributes a = WithPath({65002});
    a.med = 9;
    BgpAttributesPtr shared = m_pool.Intern(a);
    m_route.source = BgpRouteSource::EBGP;
    EXPECT_FALSE(CleanBgpExport({m_self, m_peer, m_session}, m_route, shared, m_pool)->med);
    m_route.source = BgpRouteSource::LOCAL;
    EXPECT_EQ(CleanBgpExport({m_self, m_peer, m_session}, m_route, shared, m_pool), shared);
    m_route.source = BgpRouteSource::EBGP;
    m_session.asn = 65000;
    EXPECT_EQ(CleanBgpExport({m_self, m_peer, m_session}, m_route, shared, m_pool), shared);
}

TEST_F(BgpRouteRulesTest, ToAnInternalNeighbour)
{
    m_session.asn = 65000;
    BgpPathAttributes a = WithPath({65002});
    a.med = 9;
    m_route.source = BgpRouteSource::EBGP;
    BgpAttributesPtr out = Export(a);
    EXPECT_EQ(out->AsPathText(), "65002");
    EXPECT_EQ(out->nextHop, a.nextHop);
    EXPECT_EQ(out->localPref, 100u);
    EXPECT_EQ(out->med, 9u);
    EXPECT_FALSE(out->originatorId);
    m_peer.nextHopSelf = true;
    EXPECT_EQ(Export(a)->nextHop, m_peer.localIpv4);
    a.localPref = 300;
    EXPECT_EQ(Export(a)->localPref, 300u);
}

TEST_F(BgpRouteRulesTest, ReflectionChangesNothingButItsOwnAttributes)
{
    m_session.asn = 65000;
    m_peer.routeReflectorClient = true;
    m_peer.nextHopSelf = true;
    m_route.source = BgpRouteSource::IBGP;
    m_route.fromRouterId = 42;
    BgpPathAttributes a = WithPath({65002});
    a.localPref = 300;
    BgpPathAttributes expected = a;
    expected.originatorId = 42;
    expected.clusterList = {99};
    EXPECT_EQ(*Export(a), expected);
    a.originatorId = 41;
    a.clusterList = {98};
    expected.originatorId = 41;
    expected.clusterList = {99, 98};
    EXPECT_EQ(*Export(a), expected);
}

TEST_F(BgpRouteRulesTest, NextHopOfTheFamily)
{
    BgpPathAttributes own;
    m_route.family = IpFamily::IPV6;
    m_peer.localLinkLocal = Ipv6Address("fe80::100");
    EXPECT_EQ(Export(own)->nextHop, m_peer.localIpv6);
    EXPECT_EQ(Export(own)->linkLocalNextHop, m_peer.localLinkLocal);
    m_session.asn = 65000;
    EXPECT_FALSE(Export(own)->linkLocalNextHop);
    m_peer.localIpv6 = IpAddress();
    EXPECT_EQ(Export(own), nullptr);
}
