// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-policy.h"

#include <gtest/gtest.h>

#include <stdexcept>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class BgpPolicyTest : public testing::Test
{
  protected:
    BgpPolicyTest()
    {
        m_context.prefix = IpPrefix::FromString("10.1.2.3/32");
        m_context.source = BgpRouteSource::EBGP;
        m_context.neighbor = 3;
        m_context.neighborAs = 65001;
        m_context.localAs = 65000;
        m_attributes.asPath = {{BgpAsSegmentType::SEQUENCE, {65001, 65002, 65003}}};
        m_attributes.communities = {MakeBgpCommunity(65000, 1), MakeBgpCommunity(65000, 2)};
        m_attributes.largeCommunities = {{1, 2, 3}};
        m_attributes.med = 7;
    }

    BgpAttributesPtr Apply(const BgpPolicy& policy)
    {
        return policy.Apply(m_context, m_pool.Intern(m_attributes), m_pool);
    }

    /// @return whether the conditions hold
    bool Holds(const BgpPolicyMatch& match)
    {
        BgpPolicy policy = BgpPolicy::RejectAll();
        policy.rules.push_back({"", match, {}, BgpVerdict::ACCEPT});
        return Apply(policy) != nullptr;
    }

    BgpAttributePool m_pool;
    BgpPolicyContext m_context;
    BgpPathAttributes m_attributes;
};

} // namespace

TEST_F(BgpPolicyTest, EmptyPolicyPassesTheSamePointer)
{
    BgpAttributesPtr before = m_pool.Intern(m_attributes);
    EXPECT_EQ(Apply(BgpPolicy::AcceptAll()), before);
    EXPECT_EQ(Apply(BgpPolicy::RejectAll()), nullptr);
}

TEST_F(BgpPolicyTest, PrefixRanges)
{
    auto range = [](const std::string& prefix, uint8_t least, uint8_t most)
    {
        BgpPolicyMatch match;
        match.prefixes = {{IpPrefix::FromString(prefix), least, most}};
        return match;
    };
    EXPECT_TRUE(Holds(range("10.1.0.0/16", 24, 32)));
    EXPECT_FALSE(Holds(range("10.1.0.0/16", 16, 31)));
    EXPECT_FALSE(Holds(range("10.2.0.0/16", 16, 32)));
    EXPECT_FALSE(Holds(range("::/0", 0, 128)));
    BgpPolicyMatch match;
    match.prefixes = {BgpPrefixMatch::HostRoutes(IpFamily::IPV4)};
    EXPECT_TRUE(Holds(match));
    match.prefixes = {BgpPrefixMatch::HostRoutes(IpFamily::IPV6)};
    EXPECT_FALSE(Holds(match));
    match.prefixes.push_back(BgpPrefixMatch::Exactly(m_context.prefix));
    EXPECT_TRUE(Holds(match));
    BgpPrefixMatch inside = BgpPrefixMatch::OrLonger(IpPrefix::FromString("10.0.0.0/8"));
    EXPECT_TRUE(inside.Matches(IpPrefix::FromString("10.0.0.0/8")));
    EXPECT_TRUE(inside.Matches(IpPrefix::FromString("10.200.0.0/32")));
    EXPECT_FALSE(inside.Matches(IpPrefix::FromString("8.0.0.0/7")));
}

TEST_F(BgpPolicyTest, Communities)
{
    BgpPolicyMatch match;
    match.anyOfCommunities = {MakeBgpCommunity(65000, 2), MakeBgpCommunity(65000, 9)};
    EXPECT_TRUE(Holds(match));
    match.allOfCommunities = match.anyOfCommunities;
    EXPECT_FALSE(Holds(match));
    match.allOfCommunities = {MakeBgpCommunity(65000, 1), MakeBgpCommunity(65000, 2)};
    EXPECT_TRUE(Holds(match));
    match.noneOfCommunities = {MakeBgpCommunity(65000, 2)};
    EXPECT_FALSE(Holds(match));
    match = BgpPolicyMatch();
    match.anyOfLarge = {{1, 2, 3}};
    EXPECT_TRUE(Holds(match));
    match.anyOfLarge = {{1, 2, 4}};
    EXPECT_FALSE(Holds(match));
}

TEST_F(BgpPolicyTest, AsPath)
{
    BgpPolicyMatch match;
    match.anyOfAsPath = {65002};
    match.firstAs = 65001;
    match.originAs = 65003;
    match.minAsPathLength = 3;
    match.maxAsPathLength = 3;
    EXPECT_TRUE(Holds(match));
    match.maxAsPathLength = 2;
    EXPECT_FALSE(Holds(match));
    match = BgpPolicyMatch();
    match.anyOfAsPath = {65009};
    EXPECT_FALSE(Holds(match));
    match = BgpPolicyMatch();
    match.originAs = 0; // AS_PATH is empty: our own
    EXPECT_FALSE(Holds(match));
    m_attributes.asPath.clear();
    EXPECT_TRUE(Holds(match));
}

TEST_F(BgpPolicyTest, NeighborAndSource)
{
    BgpPolicyMatch match;
    match.neighbors = {1, 3};
    match.neighborAs = {65001};
    match.sources = {BgpRouteSource::EBGP};
    match.origin = BgpOrigin::IGP;
    EXPECT_TRUE(Holds(match));
    match.sources = {BgpRouteSource::LOCAL, BgpRouteSource::IBGP};
    EXPECT_FALSE(Holds(match));
    match = BgpPolicyMatch();
    match.neighbors = {2};
    EXPECT_FALSE(Holds(match));
    match = BgpPolicyMatch();
    match.origin = BgpOrigin::EGP;
    EXPECT_FALSE(Holds(match));
}

TEST_F(BgpPolicyTest, Actions)
{
    BgpPolicyRule rule;
    rule.actions.setLocalPref = 200;
    rule.actions.clearMed = true;
    rule.actions.setOrigin = BgpOrigin::INCOMPLETE;
    rule.actions.removeCommunities = {MakeBgpCommunity(65000, 1)};
    rule.actions.addCommunities = {BGP_NO_EXPORT, MakeBgpCommunity(1, 1)};
    rule.actions.addLarge = {{1, 1, 1}};
    rule.actions.addExtended = {9, 8, 9};
    rule.actions.prepend = 2;
    rule.actions.setNextHop = IpAddress(Ipv4Address("10.0.0.9"));
    BgpPolicy policy;
    policy.rules = {rule};
    BgpAttributesPtr after = Apply(policy);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->localPref, 200u);
    EXPECT_FALSE(after->med);
    EXPECT_EQ(after->origin, BgpOrigin::INCOMPLETE);
    EXPECT_EQ(
        after->communities,
        (std::vector<uint32_t>{MakeBgpCommunity(1, 1), MakeBgpCommunity(65000, 2), BGP_NO_EXPORT}));
    EXPECT_EQ(after->largeCommunities, (std::vector<BgpLargeCommunity>{{1, 1, 1}, {1, 2, 3}}));
    EXPECT_EQ(after->extendedCommunities, (std::vector<uint64_t>{8, 9}));
    EXPECT_EQ(after->AsPathText(), "65000 65000 65001 65002 65003");
    EXPECT_EQ(after->nextHop, IpAddress(Ipv4Address("10.0.0.9")));
    policy.rules[0].actions = BgpPolicyActions();
    policy.rules[0].actions.clearCommunities = true;
    policy.rules[0].actions.setMed = 0;
    policy.rules[0].actions.prepend = 1;
    policy.rules[0].actions.prependAs = 64999;
    policy.rules[0].actions.setNextHop = IpAddress(Ipv6Address("fd00::1")); // other family
    after = Apply(policy);
    EXPECT_TRUE(after->communities.empty());
    EXPECT_EQ(after->med, 0u);
    EXPECT_EQ(after->FirstAs(), 64999u);
    EXPECT_FALSE(after->nextHop);
}

TEST_F(BgpPolicyTest, LaterRulesSeeWhatContinueChanged)
{
    BgpPolicyRule tag;
    tag.actions.addCommunities = {MakeBgpCommunity(1, 1)};
    tag.verdict = BgpVerdict::CONTINUE;
    BgpPolicyRule refuse;
    refuse.match.anyOfCommunities = {MakeBgpCommunity(1, 1)};
    refuse.verdict = BgpVerdict::REJECT;
    BgpPolicy policy;
    policy.rules = {tag, refuse};
    EXPECT_EQ(Apply(policy), nullptr);
    policy.rules = {refuse, tag};
    ASSERT_TRUE(Apply(policy));
    EXPECT_TRUE(Apply(policy)->HasCommunity(MakeBgpCommunity(1, 1)));
    policy.otherwise = BgpVerdict::REJECT;
    EXPECT_EQ(Apply(policy), nullptr);
    policy.rules[1].verdict = BgpVerdict::ACCEPT;
    EXPECT_TRUE(Apply(policy));
}

TEST_F(BgpPolicyTest, TheFirstVerdictEndsTheMatter)
{
    BgpPolicyRule first;
    first.actions.setLocalPref = 1;
    BgpPolicyRule second;
    second.actions.setLocalPref = 2;
    BgpPolicy policy;
    policy.rules = {first, second};
    EXPECT_EQ(Apply(policy)->localPref, 1u);
}

TEST_F(BgpPolicyTest, KnowsWhetherThePrefixMatters)
{
    BgpPolicy policy;
    policy.rules.resize(1);
    EXPECT_FALSE(policy.LooksAtPrefix());
    policy.rules[0].match.prefixes = {BgpPrefixMatch::HostRoutes(IpFamily::IPV4)};
    EXPECT_TRUE(policy.LooksAtPrefix());
}

TEST_F(BgpPolicyTest, ImpossibleRulesAreRefused)
{
    BgpPolicy policy;
    policy.rules.resize(1);
    EXPECT_NO_THROW(policy.Check());
    policy.rules[0].actions.prepend = 256;
    EXPECT_THROW(policy.Check(), std::invalid_argument);
    policy.rules[0].actions.prepend = 255;
    policy.rules[0].match.prefixes = {{IpPrefix::FromString("10.0.0.0/8"), 0, 33}};
    EXPECT_THROW(policy.Check(), std::invalid_argument);
    policy.rules[0].match.prefixes = {{IpPrefix::FromString("10.0.0.0/8"), 0, 7}};
    EXPECT_THROW(policy.Check(), std::invalid_argument);
    policy.rules[0].match.prefixes = {{IpPrefix::FromString("10.0.0.0/8"), 0, 8}};
    EXPECT_NO_THROW(policy.Check());
}
