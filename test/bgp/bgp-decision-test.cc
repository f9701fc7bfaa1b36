// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-decision.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// Two or more candidates that tie in everything but the neighbour.
class BgpDecisionTest : public testing::Test
{
  protected:
    BgpDecisionTest()
    {
        Add(BgpRouteSource::EBGP, {65001, 65009});
        Add(BgpRouteSource::EBGP, {65002, 65009});
    }

    BgpPathAttributes& Add(BgpRouteSource source, const std::vector<BgpAsn>& path)
    {
        m_attributes.emplace_back();
        BgpPathAttributes& a = m_attributes.back();
        if (!path.empty())
        {
            a.asPath = {{BgpAsSegmentType::SEQUENCE, path}};
        }
        BgpCandidate candidate;
        candidate.attributes = &a;
        candidate.source = source;
        candidate.peer = m_candidates.size();
        candidate.routerId = 10 + candidate.peer;
        candidate.peerAddress = Ipv4Address(0x0a000001 + candidate.peer);
        candidate.arrival = candidate.peer;
        m_candidates.push_back(candidate);
        return a;
    }

    /// Decides twice, the second time with the candidates in reverse: the outcome is the same.
    BgpDecision Decide()
    {
        BgpDecision decision = DecideBgpRoute(m_candidates, m_options);
        std::vector<BgpCandidate> reversed(m_candidates.rbegin(), m_candidates.rend());
        BgpDecision other = DecideBgpRoute(reversed, m_options);
        EXPECT_EQ(other.step, decision.step);
        for (uint32_t& i : other.paths)
        {
            i = m_candidates.size() - 1 - i;
        }
        EXPECT_EQ(other.paths, decision.paths);
        return decision;
    }

    void ExpectSecond(BgpDecisionStep step)
    {
        BgpDecision decision = Decide();
        ASSERT_FALSE(decision.paths.empty());
        EXPECT_EQ(decision.paths.front(), 1u);
        EXPECT_STREQ(BgpDecisionStepName(decision.step), BgpDecisionStepName(step));
    }

    std::deque<BgpPathAttributes> m_attributes;
    std::vector<BgpCandidate> m_candidates;
    BgpDecisionOptions m_options;
};

} // namespace

TEST_F(BgpDecisionTest, NothingAndOnlyOne)
{
    EXPECT_TRUE(DecideBgpRoute({}, m_options).paths.empty());
    EXPECT_EQ(DecideBgpRoute({}, m_options).step, BgpDecisionStep::NONE);
    m_candidates.resize(1);
    EXPECT_EQ(Decide().paths, (std::vector<uint32_t>{0}));
    EXPECT_EQ(Decide().step, BgpDecisionStep::ONLY);
}

TEST_F(BgpDecisionTest, HighestLocalPrefFirst)
{
    m_attributes[1].localPref = 101; // the other has none: 100
    m_attributes[1].Prepend(65001, 5);
    ExpectSecond(BgpDecisionStep::LOCAL_PREF);
    m_attributes[0].localPref = 300;
    EXPECT_EQ(Decide().paths.front(), 0u);
    m_options.defaultLocalPref = 200;
    m_attributes[0].localPref.reset();
    EXPECT_EQ(Decide().paths.front(), 0u);
}

TEST_F(BgpDecisionTest, LocalBeforeLearnt)
{
    m_candidates[1].source = BgpRouteSource::LOCAL;
    ExpectSecond(BgpDecisionStep::LOCAL_ORIGIN);
    EXPECT_EQ(Decide().paths.size(), 1u);
    m_attributes[0].localPref = 101;
    EXPECT_EQ(Decide().paths.front(), 0u);
}

TEST_F(BgpDecisionTest, ShortestAsPathASetCountsOne)
{
    m_attributes[0].Prepend(65001, 1);                                    // length 3
    m_attributes[1].asPath.push_back({BgpAsSegmentType::SET, {1, 2, 3}}); // length 3
    m_attributes[1].asPath.front().asns = {65002};                        // length 2
    m_attributes[1].origin = BgpOrigin::INCOMPLETE;
    ExpectSecond(BgpDecisionStep::AS_PATH);
}

TEST_F(BgpDecisionTest, LowestOrigin)
{
    m_attributes[0].origin = BgpOrigin::INCOMPLETE;
    m_attributes[1].origin = BgpOrigin::EGP;
    m_attributes[1].med = 1000;
    ExpectSecond(BgpDecisionStep::ORIGIN);
}

TEST_F(BgpDecisionTest, MedCountsWithinANeighbouringAs)
{
    m_attributes[0].med = 10;
    m_attributes[1].med = 5;
    EXPECT_EQ(Decide().paths, (std::vector<uint32_t>{0, 1}));
    m_options.alwaysCompareMed = true;
    ExpectSecond(BgpDecisionStep::MED);
    m_options.alwaysCompareMed = false;
    m_attributes[1].asPath = m_attributes[0].asPath;
    ExpectSecond(BgpDecisionStep::MED);
    m_attributes[1].med.reset(); // none is 0
    ExpectSecond(BgpDecisionStep::MED);
    m_options.missingMedIsWorst = true;
    EXPECT_EQ(Decide().paths, (std::vector<uint32_t>{0}));
}

TEST_F(BgpDecisionTest, MedDoesNotDependOnTheOrder)
{
    // By pairs, 0 beats 1, 1 beats 2, 2 beats 0: by elimination 2 is out, then 0 wins.
    m_attributes[0].med = 0;
    m_candidates[0].routerId = 20; // AS 65001
    m_candidates[1].routerId = 30; // AS 65002, MED 0
    m_attributes[1].med = 0;
    BgpPathAttributes& third = Add(BgpRouteSource::EBGP, {65002, 65009});
    third.med = 10;
    m_candidates[2].routerId = 10;
    std::vector<uint32_t> order{0, 1, 2};
    do
    {
        std::vector<BgpCandidate> candidates;
        for (uint32_t i : order)
        {
            candidates.push_back(m_candidates[i]);
        }
        BgpDecision decision = DecideBgpRoute(candidates, m_options);
        EXPECT_EQ(candidates[decision.paths.front()].peer, 0u);
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(BgpDecisionTest, ExternalBeforeInternal)
{
    m_candidates[0].source = BgpRouteSource::IBGP;
    m_candidates[1].igpCost = 100;
    ExpectSecond(BgpDecisionStep::EXTERNAL);
}

TEST_F(BgpDecisionTest, LowestInteriorCost)
{
    m_candidates[0].igpCost = 11;
    m_candidates[1].igpCost = 10;
    m_candidates[1].routerId = 99;
    ExpectSecond(BgpDecisionStep::IGP_COST);
    EXPECT_EQ(Decide().paths.size(), 1u);
}

TEST_F(BgpDecisionTest, LowestIdentifierAndOriginatorInItsPlace)
{
    m_candidates[1].routerId = 9;
    ExpectSecond(BgpDecisionStep::ROUTER_ID);
    m_attributes[0].originatorId = 8;
    EXPECT_EQ(Decide().paths.front(), 0u);
    EXPECT_EQ(Decide().step, BgpDecisionStep::ROUTER_ID);
}

TEST_F(BgpDecisionTest, OldestExternalWhereAskedFor)
{
    m_candidates[0].arrival = 7;
    m_candidates[1].arrival = 3;
    EXPECT_EQ(Decide().paths.front(), 0u);
    m_options.preferOldest = true;
    ExpectSecond(BgpDecisionStep::OLDEST);
    m_candidates[0].source = m_candidates[1].source = BgpRouteSource::IBGP;
    EXPECT_EQ(Decide().paths.front(), 0u);
}

TEST_F(BgpDecisionTest, ShortestClusterListBetweenIdentifierAndAddress)
{
    m_candidates[1].routerId = m_candidates[0].routerId;
    m_attributes[0].clusterList = {1, 2};
    m_attributes[1].clusterList = {1};
    ExpectSecond(BgpDecisionStep::CLUSTER_LIST);
    m_attributes[0].clusterList = {2};
    EXPECT_EQ(Decide().paths.front(), 0u);
    EXPECT_EQ(Decide().step, BgpDecisionStep::PEER_ADDRESS);
}

TEST_F(BgpDecisionTest, LowestAddressThenLowestNumber)
{
    m_candidates[1].routerId = m_candidates[0].routerId;
    m_candidates[1].peerAddress = Ipv4Address("10.0.0.0");
    ExpectSecond(BgpDecisionStep::PEER_ADDRESS);
    m_candidates[1].peerAddress = m_candidates[0].peerAddress;
    EXPECT_EQ(Decide().paths.front(), 0u);
    EXPECT_EQ(Decide().step, BgpDecisionStep::PEER);
}

TEST_F(BgpDecisionTest, MultipathTakesEqualLengthsOrEqualPaths)
{
    Add(BgpRouteSource::EBGP, {65001, 65009});
    Add(BgpRouteSource::EBGP, {65003, 65008, 65009}); // longer
    Add(BgpRouteSource::IBGP, {65001, 65009});        // internal
    EXPECT_EQ(Decide().paths, (std::vector<uint32_t>{0, 1, 2}));
    m_options.relaxAsPath = false;
    EXPECT_EQ(Decide().paths, (std::vector<uint32_t>{0, 2}));
}

TEST_F(BgpDecisionTest, MultipathIsLimitedByKindAndTakesTheFirstByTieBreak)
{
    Add(BgpRouteSource::EBGP, {65003, 65009});
    m_candidates[0].routerId = 50;
    m_options.maxPathsEbgp = 2;
    EXPECT_EQ(Decide().paths, (std::vector<uint32_t>{1, 2}));
    m_options.maxPathsEbgp = 1;
    EXPECT_EQ(Decide().paths, (std::vector<uint32_t>{1}));
    for (BgpCandidate& candidate : m_candidates)
    {
        candidate.source = BgpRouteSource::IBGP;
    }
    EXPECT_EQ(Decide().paths.size(), 3u);
    m_options.maxPathsIbgp = 2;
    EXPECT_EQ(Decide().paths, (std::vector<uint32_t>{1, 2}));
}

TEST_F(BgpDecisionTest, AnyOrderOfRandomCandidatesGivesTheSameOutcome)
{
    std::mt19937 random(1);
    for (int round = 0; round < 2000; round++)
    {
        m_attributes.clear();
        m_candidates.clear();
        for (size_t i = 0; i < 2 + random() % 8; i++)
        {
            BgpPathAttributes& a = Add(random() % 2 ? BgpRouteSource::EBGP : BgpRouteSource::IBGP,
                                       {BgpAsn(65001 + random() % 3), BgpAsn(65009)});
            a.med = random() % 3;
            m_candidates.back().igpCost = random() % 2;
            m_candidates.back().routerId = random() % 4;
        }
        m_options.alwaysCompareMed = random() % 2;
        m_options.relaxAsPath = random() % 2;
        m_options.maxPathsEbgp = 1 + random() % 3;
        BgpDecision decision = DecideBgpRoute(m_candidates, m_options);
        std::vector<BgpCandidate> shuffled = m_candidates;
        std::shuffle(shuffled.begin(), shuffled.end(), random);
        BgpDecision other = DecideBgpRoute(shuffled, m_options);
        ASSERT_EQ(decision.paths.size(), other.paths.size());
        for (size_t i = 0; i < decision.paths.size(); i++)
        {
            EXPECT_EQ(m_candidates[decision.paths[i]].peer, shuffled[other.paths[i]].peer);
        }
    }
}
