// SPDX-License-Identifier: GPL-2.0-only
// After a withdrawal no router keeps a route, in every fabric and every AS numbering, also where
// the route of another router becomes best first.
#include "helper/bgp-fabric.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// A fabric, a numbering and a profile.
struct WithdrawalCase
{
    std::string name;                          //!< of the test
    std::string builder;                       //!< of the fabric
    std::map<std::string, std::string> values; //!< its keys
    BgpNumbering numbering;                    //!< of the routers
    std::string profile;                       //!< how long they take
};

class BgpWithdrawalTest : public BgpFabricTest, public testing::WithParamInterface<WithdrawalCase>
{
  protected:
    void SetUp() override
    {
        BgpFabricTest::SetUp();
        bgp.SetNumbering(GetParam().numbering);
        bgp.SetAttribute("Profile", StringValue(GetParam().profile));
        Build(GetParam().builder, GetParam().values, true, true);
        RunUntil(Seconds(10));
        ASSERT_TRUE(bgp.AreAllEstablished());
        for (const auto& [node, router] : bgp.GetRouters())
        {
            m_routers.push_back(router);
            m_sizes.push_back(router->GetRibSizes());
        }
        ASSERT_GE(m_routers.size(), 4u);
    }

    /// The routers that have a route to a prefix in their Fib.
    size_t CountRoutes(const IpPrefix& prefix) const
    {
        size_t found = 0;
        for (const auto& [node, router] : bgp.GetRouters())
        {
            found += fabric->GetFib(node)->Find(prefix, RouteOwner::BGP) != nullptr;
        }
        return found;
    }

    /// Every table is as large as before.
    void ExpectSizesAsBefore() const
    {
        for (size_t i = 0; i < m_routers.size(); ++i)
        {
            const BgpRibSizes sizes = m_routers[i]->GetRibSizes();
            EXPECT_EQ(sizes.adjRibIn, m_sizes[i].adjRibIn) << i;
            EXPECT_EQ(sizes.locRib, m_sizes[i].locRib) << i;
            EXPECT_EQ(sizes.adjRibOut, m_sizes[i].adjRibOut) << i;
        }
    }

    std::vector<Ptr<BgpRouter>> m_routers; //!< all
    std::vector<BgpRibSizes> m_sizes;      //!< of their tables at first
};

std::vector<WithdrawalCase>
MakeCases()
{
    const std::vector<WithdrawalCase> fabrics = {
        {"LeafSpine", "leaf-spine", {{"leaves", "4"}, {"spines", "2"}, {"servers", "1"}}, {}, ""},
        {"FatTree", "fat-tree", {{"k", "4"}}, {}, ""},
        {"FigureOne", "figure-1", {{"switches", "routed"}}, {}, ""},
        {"Mesh", "multi-dc", {{"dcs", "3"}, {"leaves", "2"}, {"spines", "2"}}, {}, ""},
        {"Ring", "multi-dc", {{"dcs", "4"}, {"wan", "ring"}, {"leaves", "2"}}, {}, ""}};
    std::vector<WithdrawalCase> cases;
    for (WithdrawalCase one : fabrics)
    {
        const std::string name = one.name;
        for (BgpNumbering numbering : {BgpNumbering::CLOS, BgpNumbering::PER_ROUTER})
        {
            for (const std::string profile : {"Instant", "Bird", "Frr"})
            {
                one.numbering = numbering;
                one.profile = profile;
                one.name =
                    name + (numbering == BgpNumbering::CLOS ? "Clos" : "PerRouter") + profile;
                cases.push_back(one);
            }
        }
    }
    return cases;
}

} // namespace

TEST_P(BgpWithdrawalTest, OnePrefixOfEachFamily)
{
    const IpPrefix four = IpPrefix::FromString("10.77.0.0/16");
    const IpPrefix six = IpPrefix::FromString("fd77::/32");
    m_routers.front()->Announce(four);
    m_routers.front()->Announce(six);
    RunUntil(Seconds(20));
    EXPECT_GE(CountRoutes(four), m_routers.size() / 2);
    EXPECT_EQ(CountRoutes(six), CountRoutes(four));
    m_routers.front()->Withdraw(four);
    m_routers.front()->Withdraw(six);
    RunUntil(Seconds(30));
    ExpectForgotten(four);
    ExpectForgotten(six);
    ExpectSizesAsBefore();
}

// Two announce; the route of the second becomes best when the first withdraws, and goes then.
TEST_P(BgpWithdrawalTest, TheOthersRouteBecomesBestAndGoesToo)
{
    const IpPrefix prefix = IpPrefix::FromString("10.77.0.0/16");
    m_routers.front()->Announce(prefix);
    m_routers.back()->Announce(prefix);
    RunUntil(Seconds(20));
    m_routers.front()->Withdraw(prefix);
    RunUntil(Seconds(30));
    EXPECT_GE(CountRoutes(prefix), m_routers.size() / 2);
    m_routers.back()->Withdraw(prefix);
    RunUntil(Seconds(40));
    ExpectForgotten(prefix);
    ExpectSizesAsBefore();
}

// Both withdraw at once, so that each is told of a route that is gone already.
TEST_P(BgpWithdrawalTest, BothAtOnce)
{
    const IpPrefix prefix = IpPrefix::FromString("10.77.0.0/16");
    m_routers.front()->Announce(prefix);
    m_routers.back()->Announce(prefix);
    RunUntil(Seconds(20));
    m_routers.front()->Withdraw(prefix);
    m_routers.back()->Withdraw(prefix);
    RunUntil(Seconds(30));
    ExpectForgotten(prefix);
    ExpectSizesAsBefore();
}

INSTANTIATE_TEST_SUITE_P(Fabrics,
                         BgpWithdrawalTest,
                         testing::ValuesIn(MakeCases()),
                         [](const testing::TestParamInfo<WithdrawalCase>& info)
                         {
                             return info.param.name;
                         });
