// SPDX-License-Identifier: GPL-2.0-only
#include "fib-chain.h"

#include <gmock/gmock.h>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// Node 1 has two networks, 7 and 8, on its devices towards 0 and 2, and a third link to 3.
class FibTenantTest : public FibTest
{
  protected:
    void SetUp() override
    {
        FibTest::SetUp();
        MakeNodes(4);
        for (uint32_t i : {0, 2, 3})
        {
            Link(i, 1);
        }
        seven = fibs[1]->AddTenant(7, Device(1, 0));
        eight = fibs[1]->AddTenant(8, Device(1, 1));
    }

    void TearDown() override
    {
        seven = nullptr;
        eight = nullptr;
        FibTest::TearDown();
    }

    /// Route of node 1 to its device k.
    Route By(uint32_t k) const
    {
        return Route::Forward({{IpAddress(), Device(1, k)}});
    }

    Ptr<Fib> seven; //!< table of network 7
    Ptr<Fib> eight; //!< table of network 8
};

} // namespace

TEST_F(FibTenantTest, PacketIsLookedUpInTheTableOfItsDevice)
{
    const IpAddress to = V4("10.1.0.1");
    AddAddress(2, to);
    AddAddress(3, to);
    Listen(2);
    Listen(3);
    Set(0, "10.1.0.1", Route::Forward({{IpAddress(), Device(0, 0)}}));
    Set(3, "10.0.0.0/24", Route::Forward({{IpAddress(), Device(3, 0)}}));
    Set(1, "10.1.0.1", By(2)); // the node's own way, to node 3
    SendAt(Seconds(1), 0, to);
    Simulator::Run();
    EXPECT_TRUE(received[3].empty()); // network 7 knows no way
    seven->SetRoute(P("10.1.0.1/32"), RouteOwner::MAPPING, By(1));
    SendAt(Seconds(1), 0, to);
    Simulator::Run();
    EXPECT_EQ(received[2].size(), 1u);
    EXPECT_TRUE(received[3].empty());
}

TEST_F(FibTenantTest, SharesDeviceStatesAndSalt)
{
    seven->SetRoute(P("10.1.0.1/32"), RouteOwner::SERVING, By(1));
    FlowKey key;
    key.destination = V4("10.1.0.1");
    ASSERT_NE(seven->GetNextHop(key), nullptr);
    fibs[1]->SetDeviceUp(Device(1, 1), false);
    EXPECT_EQ(seven->GetNextHop(key), nullptr);
    EXPECT_FALSE(eight->IsDeviceUp(Device(1, 1)));
    seven->SetDeviceUp(Device(1, 1), true);
    EXPECT_TRUE(fibs[1]->IsDeviceUp(Device(1, 1)));
    EXPECT_NE(seven->GetNextHop(key), nullptr);
    nodes[1]->GetObject<Ipv4>()->SetDown(2);
    EXPECT_EQ(seven->GetNextHop(key), nullptr);
    fibs[1]->SetAttribute("EcmpSalt", UintegerValue(99));
    EXPECT_EQ(seven->GetSalt(), fibs[1]->GetSalt());
    fibs[1]->SetRouterAddress(V4("10.0.0.1"));
    EXPECT_EQ(eight->GetRouterAddress(IpFamily::IPV4), V4("10.0.0.1"));
}

TEST_F(FibTenantTest, NodeTellsOfItsChangesAndLosses)
{
    FibProbe node(fibs[1]);
    FibProbe network(seven);
    seven->SetRoute(P("10.1.0.1/32"), RouteOwner::MAPPING, Route::Vxlan(V4("10.0.0.3"), 7, 4));
    fibs[1]->SetRoute(P("10.1.0.1/32"), RouteOwner::STATIC, By(2));
    ASSERT_EQ(node.changes.size(), 2u);
    EXPECT_EQ(node.changes[0].vn, 7u);
    EXPECT_EQ(node.changes[0].node, nodes[1]->GetId());
    EXPECT_EQ(node.changes[0].text, "vxlan:7:10.0.0.3");
    EXPECT_EQ(node.changes[0].epoch, 4u);
    EXPECT_FALSE(node.changes[1].vn.has_value());
    EXPECT_TRUE(network.changes.empty());
    EXPECT_EQ(fibs[1]->GetRouteCount(RouteOwner::MAPPING), 0u);
    EXPECT_EQ(seven->GetRouteCount(RouteOwner::MAPPING), 1u);
    seven->NotifyDrop(Create<Packet>(), DropCause::STALE_MAPPING);
    EXPECT_THAT(node.drops, testing::ElementsAre(testing::Pair("stale-mapping", 1)));
}

TEST_F(FibTenantTest, OnlyTheAddressesOfTheDeviceAreLocal)
{
    AddAddress(1, V4("10.9.0.1")); // on the first link, which is network 7's, but later
    EXPECT_TRUE(fibs[1]->IsLocal(V4("10.0.0.1")));
    EXPECT_TRUE(seven->IsLocal(V4("10.0.0.1")));
    EXPECT_FALSE(seven->IsLocal(V4("10.9.0.1")));
    EXPECT_FALSE(seven->IsLocal(V4("127.0.0.1")));
}

TEST_F(FibTenantTest, RefusesASecondTableAndWhatDoesNotFit)
{
    EXPECT_THROW(fibs[1]->AddTenant(7, Device(1, 2)), std::invalid_argument);
    EXPECT_THROW(fibs[1]->AddTenant(9, Device(1, 0)), std::invalid_argument);
    EXPECT_THROW(fibs[1]->AddTenant(9, nullptr), std::invalid_argument);
    EXPECT_THROW(seven->AddTenant(9, Device(1, 2)), std::invalid_argument);
    EXPECT_EQ(fibs[1]->GetTenant(7), seven);
    EXPECT_EQ(fibs[1]->GetTenant(9), nullptr);
    EXPECT_THROW(seven->SetRoute(
                     P("10.1.0.1/32"), RouteOwner::MAPPING, Route::Vxlan(V4("10.0.0.3"), 1 << 24)),
                 std::invalid_argument);
    EXPECT_THROW(
        seven->SetRoute(P("10.1.0.1/32"), RouteOwner::MAPPING, Route::Vxlan(IpAddress(), 7)),
        std::invalid_argument);
    seven->SetRoute(P("10.1.0.1/32"), RouteOwner::MAPPING, Route::Vxlan(V4("fd00::3"), 7));
}
