// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/placement-policy.h"
#include "ns3/server-inventory.h"

#include <gtest/gtest.h>
#include <stdexcept>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

using Names = std::vector<std::string>;

PlacementCandidate
Server(const std::string& name,
       const std::string& rack,
       uint16_t dc,
       uint64_t freeMemory,
       uint32_t freeVcpus)
{
    return {{name, rack, dc}, 100, freeMemory, 10, freeVcpus};
}

/// Six servers: three racks, the last one in another data centre.
std::vector<PlacementCandidate>
Servers()
{
    return {Server("a0", "a", 0, 40, 9),
            Server("a1", "a", 0, 90, 2),
            Server("b0", "b", 0, 60, 8),
            Server("b1", "b", 0, 10, 10),
            Server("c0", "c", 1, 80, 8),
            Server("c1", "c", 1, 60, 6)};
}

PlacementRequest
Vm(uint64_t memory, uint32_t vcpus)
{
    PlacementRequest request;
    request.vm = "v";
    request.memory = memory;
    request.vcpus = vcpus;
    return request;
}

Names
Rank(const std::string& policy, const PlacementRequest& request)
{
    return PlacementPolicy::Create(policy)->Rank(request, Servers());
}

} // namespace

TEST(Placement, FirstFitKeepsTheOrder)
{
    EXPECT_EQ(Rank("first-fit", Vm(10, 1)), (Names{"a0", "a1", "b0", "b1", "c0", "c1"}));
    EXPECT_EQ(Rank("first-fit", Vm(50, 3)), (Names{"b0", "c0", "c1"}));
    EXPECT_EQ(Rank("first-fit", Vm(90, 3)), Names());
    EXPECT_EQ(Rank("first-fit", Vm(90, 2)), (Names{"a1"})); // exactly what is left
}

TEST(Placement, SpreadTakesTheMostFree)
{
    // Free shares: 0.4, 0.2, 0.6, 0.1, 0.8, 0.6; the tie goes to the earlier one.
    EXPECT_EQ(Rank("spread", Vm(10, 1)), (Names{"c0", "b0", "c1", "a0", "a1", "b1"}));
    EXPECT_EQ(Rank("spread", Vm(61, 1)), (Names{"c0", "a1"}));
}

TEST(Placement, LocalityIsNearToPeersOrToWhereTheVmIs)
{
    auto vm = Vm(10, 1);
    vm.peers = {{"a0", "a", 0}};
    // Distances: 0, 1, 2, 2, 3, 3.
    EXPECT_EQ(Rank("locality", vm), (Names{"a0", "a1", "b0", "b1", "c0", "c1"}));
    // Two peers in c against one in a: c0 2 x 0 + 3, c1 2 x 1 + 3, a 2 x 3 + 0 or 1, b 2 x 3 + 2.
    vm.peers = {{"c0", "c", 1}, {"a0", "a", 0}, {"c0", "c", 1}};
    EXPECT_EQ(Rank("locality", vm), (Names{"c0", "c1", "a0", "a1", "b0", "b1"}));
    vm.peers.clear();
    vm.from = {"b1", "b", 0};
    EXPECT_EQ(Rank("locality", vm).front(), "b1");
    EXPECT_EQ(Rank("locality", vm).at(1), "b0");
    // A new VM that speaks to nobody goes where most is left.
    vm.from = ServerPlace();
    EXPECT_EQ(Rank("locality", vm), Rank("spread", vm));
    // No rack is no common rack.
    vm.peers = {{"x", "", 0}};
    EXPECT_EQ(Rank("locality", vm).front(), "b0");
}

TEST(Placement, Names)
{
    EXPECT_EQ(PlacementPolicy::GetNames(), (Names{"first-fit", "locality", "spread"}));
    EXPECT_NE(PlacementPolicy::Create("ns3::vmm::SpreadPlacement"), nullptr);
    EXPECT_THROW(PlacementPolicy::Create("magic"), std::invalid_argument);
    EXPECT_THROW(PlacementPolicy::Create("ns3::vmm::PlacementPolicy"), std::invalid_argument);
    EXPECT_THROW(PlacementPolicy::Create("ns3::Node"), std::invalid_argument);
    PlacementCandidate empty;
    EXPECT_EQ(GetFreeShare(empty), 0);
}

TEST(ServerInventory, BooksAVmWhereItIsAndWhereItMayBe)
{
    ServerInventory inventory;
    inventory.Add({"a0", "a", 0});
    inventory.Add({"a1", "a", 0});
    EXPECT_FALSE(inventory.IsComplete());
    inventory.Learn("a0", 100, 100, 10, 10);
    inventory.Learn("a1", 100, 100, 10, 10);
    EXPECT_TRUE(inventory.IsComplete());
    VmSpec spec;
    spec.id = "v";
    spec.memory = 30;
    spec.vcpus = 4;
    inventory.Book(spec, {"a0"});
    EXPECT_EQ(inventory.Find("a0")->GetFreeMemory(), 70u);
    inventory.Book(spec, {"a0", "a1"}); // it moves
    EXPECT_EQ(inventory.Find("a0")->GetFreeMemory(), 70u);
    EXPECT_EQ(inventory.Find("a1")->GetFreeVcpus(), 6u);
    inventory.Book(spec, {"a1"});
    EXPECT_EQ(inventory.Find("a0")->GetFreeMemory(), 100u);
    EXPECT_EQ(inventory.Find("a1")->GetFreeMemory(), 70u);
    inventory.Book(spec, {});
    EXPECT_EQ(inventory.Find("a1")->GetFreeVcpus(), 10u);
    EXPECT_EQ(inventory.Find("other"), nullptr);
}

TEST(ServerInventory, WhatIsNotBookedIsSomebodyElses)
{
    ServerInventory inventory;
    VmSpec spec;
    spec.id = "v";
    spec.memory = 30;
    spec.vcpus = 4;
    inventory.Book(spec, {"a"});
    inventory.Learn("a", 100, 100, 10, 10); // the order is on its way
    EXPECT_EQ(inventory.Find("a")->GetFreeMemory(), 70u);
    inventory.Learn("a", 100, 50, 10, 5); // 20 and 1 more than what was booked
    EXPECT_EQ(inventory.Find("a")->GetFreeMemory(), 50u);
    EXPECT_EQ(inventory.Find("a")->GetFreeVcpus(), 5u);
    spec.memory = 90;
    inventory.Book(spec, {"a"});
    EXPECT_EQ(inventory.Find("a")->GetFreeMemory(), 0u);
    // It refuses v: the 60 that it uses are not v's.
    inventory.Learn("a", 100, 40, 10, 6, "v");
    inventory.Book(spec, {});
    EXPECT_EQ(inventory.Find("a")->GetFreeMemory(), 40u);
    EXPECT_EQ(inventory.Find("a")->GetFreeVcpus(), 6u);
}

TEST(ServerInventory, TargetsAreServersRacksAndDataCentres)
{
    ServerInventory inventory;
    inventory.Add({"a0", "a", 0});
    inventory.Add({"b0", "b", 1});
    inventory.Add({"b1", "b", 1});
    inventory.Learn("stray", 1, 1, 1, 1);
    EXPECT_EQ(inventory.Resolve("b1"), (Names{"b1"}));
    EXPECT_EQ(inventory.Resolve("b"), (Names{"b0", "b1"}));
    EXPECT_EQ(inventory.Resolve("dc:0"), (Names{"a0", "stray"}));
    EXPECT_EQ(inventory.Resolve("dc:1"), (Names{"b0", "b1"}));
    EXPECT_EQ(inventory.Resolve("all"), (Names{"a0", "b0", "b1", "stray"}));
    EXPECT_EQ(inventory.Resolve(""), Names());
    EXPECT_EQ(inventory.Resolve("dc:2"), Names());
    inventory.Close("b0", true);
    inventory.Close("b0", true);
    inventory.Close("b0", false);
    EXPECT_EQ(inventory.Find("b0")->closed, 1u);
    inventory.Close("b0", false);
    inventory.Close("b0", false);
    EXPECT_EQ(inventory.Find("b0")->closed, 0u);
}
