// SPDX-License-Identifier: GPL-2.0-only
#include "fib-chain.h"
#include "ns3/fib.h"
#include "ns3/prefix-table.h"
#include "ns3/simple-net-device.h"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <random>
#include <set>
#include <stdexcept>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// A table on a node with four devices and no IP layer.
class FibTableTest : public FibTest
{
  protected:
    void SetUp() override
    {
        FibTest::SetUp();
        node = CreateObject<Node>();
        fib = CreateObject<Fib>();
        node->AggregateObject(fib);
        for (int i = 0; i < 4; ++i)
        {
            devices.push_back(CreateObject<SimpleNetDevice>());
            node->AddDevice(devices.back());
        }
    }

    void TearDown() override
    {
        fib = nullptr;
        devices.clear();
        node = nullptr;
        FibTest::TearDown();
    }

    /// A route over devices, on-link.
    Route Over(const std::vector<int>& which, uint32_t epoch = 0)
    {
        std::vector<NextHop> hops;
        for (int i : which)
        {
            hops.push_back({IpAddress(), devices[i]});
        }
        return Route::Forward(hops, epoch);
    }

    /// The device number that Lookup() finds first, -1 for none.
    int Found(const std::string& address)
    {
        const Route* route = fib->Lookup(V4(address));
        return !route ? -1
               : route->nextHops.empty()
                   ? -2
                   : static_cast<int>(route->nextHops[0].device->GetIfIndex());
    }

    Ptr<Node> node;                            //!< of the case
    Ptr<Fib> fib;                              //!< its table
    std::vector<Ptr<SimpleNetDevice>> devices; //!< its devices
};

FlowKey
Flow(uint32_t n, const std::string& destination = "10.1.0.1")
{
    FlowKey key;
    key.source = Ipv4Address(0x0a000000 + n / 50);
    key.destination = IpAddress::FromString(destination);
    key.protocol = 17;
    key.ports = (1024 + n) << 16 | 80;
    return key;
}

} // namespace

TEST_F(FibTableTest, LongestPrefixWins)
{
    EXPECT_EQ(Found("10.1.2.3"), -1);
    fib->SetRoute(P("0.0.0.0/0"), RouteOwner::STATIC, Over({0}));
    fib->SetRoute(P("10.0.0.0/8"), RouteOwner::STATIC, Over({1}));
    fib->SetRoute(P("10.1.2.0/24"), RouteOwner::STATIC, Over({2}));
    fib->SetRoute(P("10.1.2.3"), RouteOwner::STATIC, Over({3}));
    EXPECT_EQ(Found("10.1.2.3"), 3);
    EXPECT_EQ(Found("10.1.2.4"), 2);
    EXPECT_EQ(Found("10.1.3.3"), 1);
    EXPECT_EQ(Found("11.1.2.3"), 0);
    EXPECT_EQ(Found("fd00::1"), -1);
    fib->SetRoute(P("fd00::/16"), RouteOwner::STATIC, Over({1}));
    fib->SetRoute(P("fd00:0:0:7::/64"), RouteOwner::STATIC, Over({2}));
    fib->SetRoute(P("fd00:0:0:7::/96"), RouteOwner::STATIC, Over({0}));
    fib->SetRoute(P("fd00:0:0:7::9"), RouteOwner::STATIC, Over({3}));
    EXPECT_EQ(Found("fd00:0:0:7::9"), 3);
    EXPECT_EQ(Found("fd00:0:0:7::8"), 0);
    EXPECT_EQ(Found("fd00:0:0:7:1::"), 2);
    EXPECT_EQ(Found("fd00:0:0:8::"), 1);
    EXPECT_EQ(Found("fd01::"), -1);
    fib->RemoveRoute(P("10.1.2.3"), RouteOwner::STATIC);
    EXPECT_EQ(Found("10.1.2.3"), 2);
    fib->RemoveRoute(P("0.0.0.0/0"), RouteOwner::STATIC);
    EXPECT_EQ(Found("11.1.2.3"), -1);
}

TEST_F(FibTableTest, PreferredOwnerWinsAndTheOthersWait)
{
    auto prefix = P("10.1.2.3");
    fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over({2}));
    fib->SetRoute(prefix, RouteOwner::STATIC, Over({0}));
    fib->SetRoute(prefix, RouteOwner::CONNECTED, Over({3}));
    fib->SetRoute(prefix, RouteOwner::BGP, Over({1}));
    fib->SetRoute(prefix, RouteOwner::SERVING, Route::Discard(DropCause::DEPARTED));
    EXPECT_EQ(Found("10.1.2.3"), 3);
    EXPECT_TRUE(fib->RemoveRoute(prefix, RouteOwner::CONNECTED));
    EXPECT_FALSE(fib->RemoveRoute(prefix, RouteOwner::CONNECTED));
    EXPECT_EQ(Found("10.1.2.3"), -2);
    EXPECT_EQ(fib->Lookup(V4("10.1.2.3"))->cause, DropCause::DEPARTED);
    EXPECT_TRUE(fib->RemoveRoute(prefix, RouteOwner::SERVING));
    EXPECT_EQ(Found("10.1.2.3"), 2);
    EXPECT_TRUE(fib->RemoveRoute(prefix, RouteOwner::BGP)); // out of the middle of the list
    EXPECT_TRUE(fib->RemoveRoute(prefix, RouteOwner::REGISTRATION));
    EXPECT_EQ(Found("10.1.2.3"), 0);
    EXPECT_EQ(fib->Find(prefix, RouteOwner::BGP), nullptr);
    ASSERT_NE(fib->Find(prefix, RouteOwner::STATIC), nullptr);
}

TEST_F(FibTableTest, CountsRoutesAndListsThemInOrder)
{
    fib->SetRoute(P("10.2.0.0/16"), RouteOwner::STATIC, Over({0}));
    fib->SetRoute(P("10.1.0.1"), RouteOwner::REGISTRATION, Over({0}));
    fib->SetRoute(P("10.1.0.1"), RouteOwner::STATIC, Over({1}));
    fib->SetRoute(P("fd00::1"), RouteOwner::REGISTRATION, Over({0}));
    EXPECT_EQ(fib->GetRouteCount(RouteOwner::STATIC), 2u);
    EXPECT_EQ(fib->GetHostRouteCount(RouteOwner::STATIC), 1u);
    EXPECT_EQ(fib->GetRouteCount(RouteOwner::REGISTRATION), 2u);
    EXPECT_EQ(fib->GetHostRouteCount(RouteOwner::REGISTRATION), 2u);
    std::vector<std::string> listed;
    for (const auto& entry : fib->GetEntries())
    {
        listed.push_back(entry.prefix.ToString() + " " + RouteOwnerName(entry.owner) +
                         (entry.best ? " best" : ""));
    }
    EXPECT_THAT(listed,
                testing::ElementsAre("10.1.0.1/32 registration best",
                                     "10.1.0.1/32 static",
                                     "10.2.0.0/16 static best",
                                     "fd00::1/128 registration best"));
    EXPECT_EQ(fib->RemoveRoutes(RouteOwner::REGISTRATION), 2u);
    EXPECT_EQ(fib->GetRouteCount(RouteOwner::REGISTRATION), 0u);
    EXPECT_EQ(fib->GetHostRouteCount(RouteOwner::REGISTRATION), 0u);
    EXPECT_EQ(fib->GetEntries().size(), 2u);
}

TEST_F(FibTableTest, TracesChangesAndOnlyChanges)
{
    FibProbe probe(fib);
    auto prefix = P("10.1.2.3");
    fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over({0}, 5));
    fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over({0}, 6)); // told again
    fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over({0}, 6)); // a refresh
    fib->SetRoute(prefix, RouteOwner::STATIC, Over({1}));          // behind the registration
    fib->SetRoute(prefix, RouteOwner::REGISTRATION, Route::Tunnel(V4("10.9.9.9"), 7));
    fib->RemoveRoute(prefix, RouteOwner::REGISTRATION);
    std::vector<std::string> seen;
    for (const auto& c : probe.changes)
    {
        EXPECT_EQ(c.node, node->GetId());
        EXPECT_EQ(c.prefix, prefix);
        seen.push_back(std::string(FibActionName(c.action)) + " " + RouteOwnerName(c.owner) + " " +
                       c.text + " " + std::to_string(c.epoch) + (c.effective ? " effective" : ""));
    }
    EXPECT_THAT(seen,
                testing::ElementsAre("add registration link%0 5 effective",
                                     "replace registration link%0 6",
                                     "add static link%1 0",
                                     "replace registration tunnel:10.9.9.9 7 effective",
                                     "remove registration tunnel:10.9.9.9 7 effective"));
    fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over({0}, 8));
    EXPECT_EQ(fib->Find(prefix, RouteOwner::REGISTRATION)->epoch, 8u);
    fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over({0}, 9));
    EXPECT_EQ(fib->Find(prefix, RouteOwner::REGISTRATION)->epoch, 9u);
}

TEST_F(FibTableTest, LastUseBelongsToTheRouteAndOutlivesTableGrowthAndOtherOwners)
{
    auto prefix = P("10.1.2.3");
    auto use = [&]
    {
        fib->Match(Ipv4Address("10.1.2.3")).Use();
    };
    auto lastUse = [&](RouteOwner owner)
    {
        return fib->GetLastUse(prefix, owner).GetSeconds();
    };
    auto at = [&](double t, std::function<void()> what)
    {
        Simulator::Schedule(Seconds(t), what);
    };
    EXPECT_LT(lastUse(RouteOwner::STATIC), 0);
    at(1,
       [&]
       {
           fib->SetRoute(prefix, RouteOwner::STATIC, Over({0}));
       });
    at(2, use);
    at(3,
       [&]
       {
           fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over({1}));
       });
    at(4, use);
    at(5,
       [&]
       {
           EXPECT_EQ(lastUse(RouteOwner::STATIC), 2);
           EXPECT_EQ(lastUse(RouteOwner::REGISTRATION), 4);
           for (uint32_t i = 0; i < 1000; ++i)
           {
               fib->SetRoute(
                   IpPrefix::Host(Ipv4Address(0x0b000000 + i)), RouteOwner::BGP, Over({2}));
           }
           EXPECT_EQ(lastUse(RouteOwner::REGISTRATION), 4);
           fib->SetRoute(prefix, RouteOwner::REGISTRATION, Over({2}));
           EXPECT_EQ(lastUse(RouteOwner::REGISTRATION), 4);
           fib->RemoveRoute(prefix, RouteOwner::REGISTRATION);
           EXPECT_EQ(lastUse(RouteOwner::STATIC), 2);
       });
    at(6, use);
    at(7,
       [&]
       {
           EXPECT_EQ(lastUse(RouteOwner::STATIC), 6);
           EXPECT_LT(lastUse(RouteOwner::REGISTRATION), 0);
       });
    Simulator::Run();
    EXPECT_EQ(Simulator::Now(), Seconds(7));
}

TEST_F(FibTableTest, RefusesRoutesThatMakeNoSense)
{
    auto prefix = P("10.1.2.3");
    auto set = [&](const IpPrefix& p, const Route& r)
    {
        fib->SetRoute(p, RouteOwner::STATIC, r);
    };
    EXPECT_THROW(set(IpPrefix(), Over({0})), std::invalid_argument);
    EXPECT_THROW(set(prefix, Route::Forward({})), std::invalid_argument);
    EXPECT_THROW(set(prefix, Route::Forward({{V4("10.0.0.1"), nullptr}})), std::invalid_argument);
    EXPECT_THROW(set(prefix, Route::Forward({{V4("fd00::1"), devices[0]}})), std::invalid_argument);
    EXPECT_THROW(set(prefix, Route::Tunnel(V4("fd00::1"))), std::invalid_argument);
    EXPECT_THROW(set(prefix, Route::Tunnel(IpAddress())), std::invalid_argument);
    EXPECT_THROW(set(prefix, Route::Punt(nullptr)), std::invalid_argument);
    auto stranger = CreateObject<SimpleNetDevice>();
    EXPECT_THROW(set(prefix, Route::Forward({{IpAddress(), stranger}})), std::invalid_argument);
    CreateObject<Node>()->AddDevice(stranger);
    EXPECT_THROW(set(prefix, Route::Forward({{IpAddress(), stranger}})), std::invalid_argument);
    EXPECT_THROW(fib->SetDeviceUp(nullptr, false), std::invalid_argument);
    EXPECT_TRUE(fib->GetEntries().empty());
}

TEST_F(FibTableTest, SpreadsFlowsEvenlyAndKeepsEachOnItsPath)
{
    auto prefix = P("10.1.0.0/16");
    fib->SetRoute(prefix, RouteOwner::STATIC, Over({0, 1, 2, 3}));
    constexpr int FLOWS = 40000;
    std::array<int, 4> count{};
    std::vector<uint32_t> first;
    for (int n = 0; n < FLOWS; ++n)
    {
        first.push_back(fib->GetNextHop(Flow(n))->device->GetIfIndex());
        count[first.back()]++;
    }
    // Binomial with mean 10000: sigma is 86.6, and five of them are not met by chance.
    for (int c : count)
    {
        EXPECT_NEAR(c, FLOWS / 4, 433);
    }
    fib->SetDeviceUp(devices[2], false);
    std::array<int, 4> moved{};
    for (int n = 0; n < FLOWS; ++n)
    {
        uint32_t now = fib->GetNextHop(Flow(n))->device->GetIfIndex();
        ASSERT_NE(now, 2u);
        if (first[n] == 2)
        {
            moved[now]++;
        }
        else
        {
            ASSERT_EQ(now, first[n]) << "a flow moved off a link that works";
        }
    }
    for (int i : {0, 1, 3})
    {
        EXPECT_NEAR(moved[i], count[2] / 3, 5 * std::sqrt(count[2] * 2 / 9.0));
    }
    fib->SetDeviceUp(devices[2], true);
    for (int n = 0; n < FLOWS; ++n)
    {
        ASSERT_EQ(fib->GetNextHop(Flow(n))->device->GetIfIndex(), first[n]);
    }
}

TEST_F(FibTableTest, SaltIsPerNodeSoThatTiersDoNotPolarise)
{
    auto other = CreateObject<Node>();
    auto otherFib = CreateObject<Fib>();
    other->AggregateObject(otherFib);
    std::vector<NextHop> hops;
    for (int i = 0; i < 4; ++i)
    {
        auto device = CreateObject<SimpleNetDevice>();
        other->AddDevice(device);
        hops.push_back({IpAddress(), device});
    }
    auto prefix = P("10.1.0.0/16");
    fib->SetRoute(prefix, RouteOwner::STATIC, Over({0, 1, 2, 3}));
    otherFib->SetRoute(prefix, RouteOwner::STATIC, Route::Forward(hops));
    EXPECT_NE(fib->GetSalt(), otherFib->GetSalt());
    // Flows that the first tier sends to its link 0 use all four links of the second tier.
    std::array<int, 4> count{};
    int total = 0;
    for (int n = 0; n < 40000; ++n)
    {
        if (fib->GetNextHop(Flow(n))->device->GetIfIndex() == 0)
        {
            count[otherFib->GetNextHop(Flow(n))->device->GetIfIndex()]++;
            ++total;
        }
    }
    for (int c : count)
    {
        EXPECT_NEAR(c, total / 4, 5 * std::sqrt(total * 3 / 16.0));
    }
    // With one salt for both tiers three links of the second tier would stay idle.
    otherFib->SetAttribute("EcmpSalt", UintegerValue(fib->GetSalt()));
    for (int n = 0; n < 1000; ++n)
    {
        ASSERT_EQ(fib->GetNextHop(Flow(n))->device->GetIfIndex(),
                  otherFib->GetNextHop(Flow(n))->device->GetIfIndex());
    }
}

TEST_F(FibTableTest, RouteWithoutUsableDeviceDoesNotFallBack)
{
    fib->SetRoute(P("0.0.0.0/0"), RouteOwner::STATIC, Over({0}));
    fib->SetRoute(P("10.1.0.0/16"), RouteOwner::STATIC, Over({1}));
    EXPECT_EQ(fib->GetNextHop(Flow(1))->device, devices[1]);
    fib->SetDeviceUp(devices[1], false);
    EXPECT_FALSE(fib->IsDeviceUp(devices[1]));
    EXPECT_EQ(fib->GetNextHop(Flow(1)), nullptr);
    EXPECT_EQ(fib->GetNextHop(Flow(1, "10.2.0.1"))->device, devices[0]);
    // Routes that come while the device is down know it as well.
    fib->SetRoute(P("10.3.0.0/16"), RouteOwner::STATIC, Over({1, 2}));
    for (int n = 0; n < 100; ++n)
    {
        ASSERT_EQ(fib->GetNextHop(Flow(n, "10.3.0.1"))->device, devices[2]);
    }
    fib->SetDeviceUp(devices[1], true);
    EXPECT_EQ(fib->GetNextHop(Flow(1))->device, devices[1]);
}

TEST_F(FibTableTest, HandlesHundredThousandHostRoutes)
{
    constexpr uint32_t COUNT = 100000;
    std::mt19937 random(7);
    std::map<uint32_t, int> expected;
    while (expected.size() < COUNT)
    {
        uint32_t bits = random();
        int device = static_cast<int>(bits % 4);
        if (expected.emplace(bits, device).second)
        {
            fib->SetRoute(
                IpPrefix::Host(Ipv4Address(bits)), RouteOwner::REGISTRATION, Over({device}));
        }
    }
    EXPECT_EQ(fib->GetHostRouteCount(RouteOwner::REGISTRATION), COUNT);
    for (const auto& [bits, device] : expected)
    {
        const Route* route = fib->Lookup(Ipv4Address(bits));
        ASSERT_NE(route, nullptr);
        ASSERT_EQ(route->nextHops[0].device, devices[device]);
    }
    int absent = 0;
    for (int i = 0; i < 100000; ++i)
    {
        uint32_t bits = random();
        absent += !expected.count(bits);
        ASSERT_EQ(fib->Lookup(Ipv4Address(bits)) != nullptr, expected.count(bits) == 1);
    }
    EXPECT_GT(absent, 99000);
    for (auto it = expected.begin(); it != expected.end(); ++it)
    {
        ASSERT_TRUE(
            fib->RemoveRoute(IpPrefix::Host(Ipv4Address(it->first)), RouteOwner::REGISTRATION));
    }
    EXPECT_TRUE(fib->GetEntries().empty());
}

TEST(PrefixTable, AgreesWithAScanOverRandomPrefixesThatComeAndGo)
{
    std::mt19937_64 random(3);
    PrefixTable<Ipv6Key, int> table;
    std::map<std::pair<int, std::pair<uint64_t, uint64_t>>, int*> expected;
    std::vector<int> values(5000);
    auto key = [&]
    {
        // Few different bits, so that prefixes nest and keys meet again.
        return Ipv6Key{(random() & 0x3) << 62 | (random() & 0x3), (random() & 0x3) << 62};
    };
    for (auto& value : values)
    {
        int length = std::array{0, 1, 2, 63, 64, 65, 66, 128}[random() % 8];
        Ipv6Key k = key().And(Ipv6Key::Mask(length));
        int* v = random() % 3 ? &value : nullptr;
        v ? table.Set(k, length, v, 1 + length, random()) : table.Remove(k, length);
        expected[{length, {k.high, k.low}}] = v;
        Ipv6Key probe = key();
        int* best = nullptr;
        for (const auto& [where, what] : expected) // ascending in length
        {
            Ipv6Key m = probe.And(Ipv6Key::Mask(where.first));
            if (what && m.high == where.second.first && m.low == where.second.second)
            {
                best = what;
            }
        }
        auto hit = table.Longest(probe);
        ASSERT_EQ(hit ? *hit.value : nullptr, best);
    }
    size_t visited = 0;
    table.ForEach(
        [&](int&)
        {
            ++visited;
        });
    size_t kept = 0;
    for (const auto& item : expected)
    {
        kept += item.second != nullptr;
    }
    EXPECT_EQ(visited, kept);
    table.Clear();
    EXPECT_FALSE(table.Longest(key()));
}

TEST(FlowHash, FragmentsHideThePortsAndTunnelsShowTheInnerFlow)
{
    uint8_t ports[4] = {0x04, 0x00, 0x00, 0x50};
    Ptr<Packet> payload = Create<Packet>(ports, 4);
    Ipv4Header header;
    header.SetSource(Ipv4Address("10.0.0.1"));
    header.SetDestination(Ipv4Address("10.0.0.2"));
    header.SetProtocol(6);
    EXPECT_EQ(MakeFlowKey(header, payload).ports, 0x04000050u);
    EXPECT_EQ(MakeFlowKey(header, nullptr).ports, 0u);
    header.SetProtocol(1);
    EXPECT_EQ(MakeFlowKey(header, payload).ports, 0u);
    header.SetProtocol(17);
    header.SetMoreFragments();
    EXPECT_EQ(MakeFlowKey(header, payload).ports, 0u);
    header.SetLastFragment();
    header.SetFragmentOffset(8);
    EXPECT_EQ(MakeFlowKey(header, payload).ports, 0u);

    Ipv4Header inner;
    inner.SetSource(Ipv4Address("10.1.0.1"));
    inner.SetDestination(Ipv4Address("10.1.0.2"));
    inner.SetProtocol(17);
    inner.SetPayloadSize(4);
    Ptr<Packet> datagram = payload->Copy();
    datagram->AddHeader(inner);
    Ipv4Header outer;
    outer.SetSource(Ipv4Address("10.0.0.1"));
    outer.SetDestination(Ipv4Address("10.0.0.2"));
    outer.SetProtocol(4);
    FlowKey key = MakeFlowKey(outer, datagram);
    EXPECT_EQ(key.innerSource.ToString(), "10.1.0.1");
    EXPECT_EQ(key.innerDestination.ToString(), "10.1.0.2");
    EXPECT_EQ(key.innerProtocol, 17);
    EXPECT_EQ(key.innerPorts, 0x04000050u);
    FlowKey otherFlow = key;
    otherFlow.innerPorts++;
    EXPECT_NE(HashFlow(key, 1), HashFlow(otherFlow, 1));
    inner.SetMoreFragments();
    Ptr<Packet> fragment = payload->Copy();
    fragment->AddHeader(inner);
    EXPECT_EQ(MakeFlowKey(outer, fragment).innerPorts, 0u);
    EXPECT_EQ(MakeFlowKey(outer, fragment).innerDestination.ToString(), "10.1.0.2");

    Ipv6Header inner6;
    inner6.SetSource(Ipv6Address("fd00::1"));
    inner6.SetDestination(Ipv6Address("fd00::2"));
    inner6.SetNextHeader(6);
    inner6.SetPayloadLength(4);
    datagram = payload->Copy();
    datagram->AddHeader(inner6);
    Ipv6Header outer6;
    outer6.SetNextHeader(41);
    key = MakeFlowKey(outer6, datagram);
    EXPECT_EQ(key.innerSource.ToString(), "fd00::1");
    EXPECT_EQ(key.innerPorts, 0x04000050u);
}

TEST(FlowHash, ReadsAnyPayloadOfATunnelWithoutHarm)
{
    std::mt19937 random(11);
    std::vector<uint8_t> bytes(80);
    uint64_t sum = 0;
    for (int i = 0; i < 100000; ++i)
    {
        for (auto& b : bytes)
        {
            b = static_cast<uint8_t>(random());
        }
        bytes[0] = (bytes[0] & 0x1f) | 0x40; // often an IPv4 header of some length
        Ptr<Packet> payload = Create<Packet>(bytes.data(), random() % 81);
        Ipv4Header outer;
        outer.SetProtocol(4);
        sum += HashFlow(MakeFlowKey(outer, payload), 1);
        outer.SetProtocol(41);
        sum += HashFlow(MakeFlowKey(outer, payload), 1);
    }
    EXPECT_NE(sum, 0u);
}

TEST(FlowHash, IsTheSameOnEveryMachine)
{
    FlowKey key;
    key.source = Ipv4Address("10.0.0.1");
    key.destination = Ipv4Address("10.0.0.2");
    key.protocol = 6;
    key.ports = 0x04000050;
    EXPECT_EQ(HashFlow(key, 0), HashFlow(key, 0));
    EXPECT_NE(HashFlow(key, 0), HashFlow(key, 1));
    EXPECT_EQ(PickByHash(0, 5), 0u);
    EXPECT_EQ(PickByHash(~uint64_t(0), 5), 4u);
    EXPECT_EQ(PickByHash(uint64_t(1) << 63, 4), 2u);
}
