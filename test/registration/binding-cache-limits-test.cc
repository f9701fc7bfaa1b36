// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/binding-cache.h"

#include "registration-samples.h"

#include <gtest/gtest.h>
#include <random>

namespace ns3
{
namespace vmm
{
namespace
{

using V = BindingVerdict;
using S = RegistrationStatus;

const IpAddress N1 = Ipv4Address("10.1.0.1");
const IpAddress N2 = Ipv4Address("10.1.0.2");
const IpAddress N3 = Ipv4Address("10.1.0.3");
const VmKey VM1{0, "vm1"};

RegistrationMessage
Request(uint32_t epoch, uint16_t counter, uint8_t flags = REGISTRATION_ADDRESS_KEPT)
{
    auto request = SampleRequest("vm1", epoch, counter);
    request.flags = flags;
    request.lifetime = flags & REGISTRATION_DEREGISTER ? 0 : 75;
    return request;
}

const uint8_t END = REGISTRATION_DEREGISTER;

IpAddressList
Previous(const BindingCache& cache)
{
    IpAddressList list;
    for (const auto& nve : cache.Find(VM1)->previous)
    {
        list.push_back(nve.address);
    }
    return list;
}

TEST(BindingCache, LifetimeEndsTheBinding)
{
    BindingCache cache;
    EXPECT_FALSE(cache.GetNextExpiry());
    EXPECT_EQ(cache.Process(Request(1, 0), N1, Seconds(10)).lifetime, 75);
    EXPECT_EQ(*cache.GetNextExpiry(), Seconds(310));
    EXPECT_TRUE(cache.Expire(Seconds(309.9)).empty());
    // What is over counts as gone even before Expire() was called.
    EXPECT_EQ(cache.Decide(Request(1, 1, END), N1, Seconds(309.9)).verdict, V::DEREGISTERED);
    EXPECT_EQ(cache.Decide(Request(1, 1, END), N1, Seconds(310)).verdict, V::UNKNOWN_VM);
    EXPECT_EQ(cache.Decide(Request(1, 0), N2, Seconds(310)).verdict, V::CREATED);
    const auto gone = cache.Expire(Seconds(310));
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].vm, VM1);
    EXPECT_FALSE(gone[0].held);
    EXPECT_EQ(cache.GetBoundCount(), 0U);
    EXPECT_FALSE(cache.Find(VM1));
    EXPECT_FALSE(cache.FindByAddress(IpAddress::FromString("10.0.1.5")));
}

TEST(BindingCache, ExpiredEntryIsReplacedWithoutItsHistory)
{
    BindingCache cache;
    cache.Process(Request(1, 0), N1, Seconds(0));
    cache.Process(Request(2, 0), N2, Seconds(1));
    const auto decision = cache.Process(Request(1, 1), N1, Seconds(1000));
    EXPECT_EQ(decision.verdict, V::CREATED);
    EXPECT_TRUE(Previous(cache).empty());
    EXPECT_EQ(cache.GetBoundCount(), 1U);
    EXPECT_EQ(*cache.GetNextExpiry(), Seconds(1300));
}

TEST(BindingCache, RefreshProlongsAndARepetitionDoesNot)
{
    BindingCache cache;
    cache.Process(Request(1, 0), N1, Seconds(0));
    cache.Process(Request(1, 1), N1, Seconds(150));
    EXPECT_EQ(*cache.GetNextExpiry(), Seconds(450));
    EXPECT_EQ(cache.Process(Request(1, 1), N1, Seconds(200)).lifetime, 75);
    EXPECT_EQ(*cache.GetNextExpiry(), Seconds(450));
    cache.Process(Request(1, 2, END), N1, Seconds(201));
    EXPECT_EQ(*cache.GetNextExpiry(), Seconds(211));
    const auto gone = cache.Expire(Seconds(211));
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_TRUE(gone[0].held);
}

TEST(BindingCache, GrantsAtMostWhatIsAskedAndAllowed)
{
    BindingPolicy policy;
    policy.maxLifetime = 50;
    BindingCache cache(policy);
    EXPECT_EQ(cache.Process(Request(1, 0), N1, Seconds(0)).lifetime, 50);
    EXPECT_EQ(*cache.GetNextExpiry(), Seconds(200));
    auto less = Request(1, 1);
    less.lifetime = 20;
    EXPECT_EQ(cache.Process(less, N1, Seconds(0)).lifetime, 20);
    EXPECT_EQ(cache.Process(less, N1, Seconds(0)).lifetime, 20);
    policy.maxLifetime = 0;
    EXPECT_THROW(BindingCache{policy}, std::invalid_argument);
    policy = BindingPolicy();
    policy.hold = Seconds(-1);
    EXPECT_THROW(BindingCache{policy}, std::invalid_argument);
}

TEST(BindingCache, MoveInformsAllPreviousNvesAndAColdOneTheLast)
{
    BindingCache cache;
    cache.Process(Request(1, 0), N1, Seconds(0));
    EXPECT_EQ(cache.Process(Request(2, 0), N2, Seconds(1)).inform, (IpAddressList{N1}));
    EXPECT_EQ(cache.Decide(Request(3, 0), N3, Seconds(2)).inform, (IpAddressList{N1, N2}));
    EXPECT_EQ(cache.Decide(Request(3, 0), N3, Seconds(2)).oldServingNve, N2);
    EXPECT_EQ(cache.Decide(Request(3, 0, REGISTRATION_COLD), N3, Seconds(2)).inform,
              (IpAddressList{N2}));
    EXPECT_EQ(cache.Decide(Request(3, 0), N1, Seconds(2)).inform, (IpAddressList{N2}));
    EXPECT_TRUE(cache.Decide(Request(2, 1), N2, Seconds(2)).inform.empty());
    EXPECT_TRUE(cache.Decide(Request(2, 0), N2, Seconds(2)).inform.empty());
}

TEST(BindingCache, PreviousNveStatesStartAnewWithEachMove)
{
    BindingCache cache;
    cache.Process(Request(1, 0), N1, Seconds(0));
    cache.Process(Request(2, 0), N2, Seconds(1));
    EXPECT_TRUE(cache.SetPreviousState(VM1, N1, PreviousNveState::ACKNOWLEDGED));
    EXPECT_FALSE(cache.SetPreviousState(VM1, N2, PreviousNveState::TOLD));
    EXPECT_FALSE(cache.SetPreviousState({0, "x"}, N1, PreviousNveState::TOLD));
    EXPECT_EQ(cache.Find(VM1)->previous[0].state, PreviousNveState::ACKNOWLEDGED);
    cache.Process(Request(2, 1), N2, Seconds(2));
    EXPECT_EQ(cache.Find(VM1)->previous[0].state, PreviousNveState::ACKNOWLEDGED);
    cache.Process(Request(3, 0), N3, Seconds(3));
    ASSERT_EQ(cache.Find(VM1)->previous.size(), 2U);
    EXPECT_EQ(cache.Find(VM1)->previous[0].state, PreviousNveState::TO_TELL);
    EXPECT_TRUE(cache.RemovePrevious(VM1, N1));
    EXPECT_FALSE(cache.RemovePrevious(VM1, N1));
    EXPECT_FALSE(cache.RemovePrevious({0, "x"}, N1));
    EXPECT_EQ(Previous(cache), (IpAddressList{N2}));
}

TEST(BindingCache, FirstRequestMayNamePreviousNves)
{
    BindingCache cache;
    auto request = Request(3, 4);
    request.previousNves = {N1, N2, N3, N1};
    cache.Process(request, N3, Seconds(0));
    EXPECT_EQ(Previous(cache), (IpAddressList{N1, N2}));
    // Later ones are the registrar's own matter.
    request = Request(3, 5);
    request.previousNves = {Ipv4Address("10.9.9.9")};
    cache.Process(request, N3, Seconds(0));
    EXPECT_EQ(Previous(cache), (IpAddressList{N1, N2}));
}

TEST(BindingCache, OwnNumbersFollowTheEpoch)
{
    BindingCache cache;
    EXPECT_THROW(cache.TakeSequence(VM1), std::out_of_range);
    cache.Process(Request(5, 9), N1, Seconds(0));
    EXPECT_EQ(cache.TakeSequence(VM1), 0x00050000U);
    EXPECT_EQ(cache.TakeSequence(VM1), 0x00050001U);
    cache.Process(Request(5, 10), N1, Seconds(0));
    EXPECT_EQ(cache.TakeSequence(VM1), 0x00050002U);
    cache.Process(Request(6, 0), N2, Seconds(0));
    EXPECT_EQ(cache.TakeSequence(VM1), 0x00060000U);
    for (int i = 1; i < 65536; i++)
    {
        cache.TakeSequence(VM1);
    }
    EXPECT_THROW(cache.TakeSequence(VM1), std::overflow_error);
}

TEST(BindingCache, UnknownVmsAreRefusedOnDemand)
{
    BindingPolicy policy;
    policy.onlyKnown = true;
    BindingCache cache(policy);
    auto decision = cache.Process(Request(1, 0), N1, Seconds(0));
    EXPECT_EQ(decision.verdict, V::UNKNOWN_VM);
    EXPECT_EQ(decision.status, S::UNKNOWN_VM);
    EXPECT_FALSE(cache.Find(VM1));
    cache.AddKnown(VM1);
    EXPECT_EQ(cache.Process(Request(1, 0), N1, Seconds(0)).verdict, V::CREATED);
    auto other = Request(1, 0);
    other.vnId = 1;
    EXPECT_EQ(cache.Process(other, N1, Seconds(0)).verdict, V::UNKNOWN_VM);
    cache.RemoveKnown(VM1);
    EXPECT_EQ(cache.Process(Request(1, 1), N1, Seconds(0)).verdict, V::UNKNOWN_VM);
    EXPECT_TRUE(cache.Find(VM1));
}

TEST(BindingCache, FullCache)
{
    BindingPolicy policy;
    policy.maxEntries = 2;
    BindingCache cache(policy);
    const auto request = [](const std::string& vm, const char* address, uint16_t counter)
    {
        auto message = SampleRequest(vm, 1, counter);
        message.SetVmAddresses({IpAddress::FromString(address)});
        return message;
    };
    EXPECT_TRUE(cache.Process(request("a", "10.0.0.1", 0), N1, Seconds(0)).IsAccepted());
    EXPECT_TRUE(cache.Process(request("b", "10.0.0.2", 0), N1, Seconds(0)).IsAccepted());
    const auto decision = cache.Process(request("c", "10.0.0.3", 0), N1, Seconds(0));
    EXPECT_EQ(decision.verdict, V::NO_ROOM);
    EXPECT_EQ(decision.status, S::NO_RESOURCES);
    EXPECT_TRUE(cache.Process(request("b", "10.0.0.2", 1), N1, Seconds(0)).IsAccepted());
    EXPECT_EQ(cache.GetEntries().size(), 2U);
}

TEST(BindingCache, AddressesBelongToOneVmOfAVirtualNetwork)
{
    BindingCache cache;
    auto request = SampleRequest("a");
    request.addresses = {{IpAddress::FromString("10.0.0.1"), IpAddress::FromString("10.0.9.1")},
                         {IpAddress::FromString("fd00::1"), IpAddress()}};
    EXPECT_EQ(cache.Process(request, N1, Seconds(0)).verdict, V::CREATED);
    for (const char* address : {"10.0.0.1", "10.0.9.1", "fd00::1"})
    {
        auto other = SampleRequest("b");
        other.SetVmAddresses({IpAddress::FromString("10.0.0.7"), IpAddress::FromString(address)});
        const auto decision = cache.Process(other, N2, Seconds(0));
        EXPECT_EQ(decision.verdict, V::ADDRESS_TAKEN);
        EXPECT_EQ(decision.status, S::PROHIBITED);
        EXPECT_TRUE(decision.alarm);
        EXPECT_EQ(cache.FindByAddress(IpAddress::FromString(address))->vm, (VmKey{0, "a"}));
        other.vnId = 5;
        EXPECT_TRUE(cache.Decide(other, N2, Seconds(0)).IsAccepted());
    }
    EXPECT_FALSE(cache.FindByAddress(IpAddress::FromString("10.0.0.7")));
    EXPECT_FALSE(cache.FindByAddress(IpAddress::FromString("10.0.0.1"), 5));
    // What a deregistered or changed VM no longer has is free.
    request.sequence = MakeSequence(1, 1);
    request.SetVmAddresses({IpAddress::FromString("10.0.9.1")});
    EXPECT_TRUE(cache.Process(request, N1, Seconds(1)).changed);
    auto other = SampleRequest("b");
    other.SetVmAddresses({IpAddress::FromString("10.0.0.1")});
    EXPECT_TRUE(cache.Process(other, N2, Seconds(1)).IsAccepted());
    request.sequence = MakeSequence(1, 2);
    request.flags = END;
    request.lifetime = 0;
    EXPECT_EQ(cache.Process(request, N1, Seconds(2)).verdict, V::DEREGISTERED);
    EXPECT_FALSE(cache.FindByAddress(IpAddress::FromString("10.0.9.1")));
    EXPECT_EQ(cache.GetBoundCount(), 1U);
    EXPECT_EQ(cache.GetEntries().size(), 2U);
}

TEST(BindingCache, AddressesThatNoHostHas)
{
    BindingCache cache;
    for (const char* address : {"0.0.0.0",
                                "0.1.2.3",
                                "127.0.0.1",
                                "224.0.0.1",
                                "255.255.255.255",
                                "::",
                                "::1",
                                "ff02::1"})
    {
        auto request = Request(1, 0);
        request.SetVmAddresses({IpAddress::FromString(address)});
        const auto decision = cache.Process(request, N1, Seconds(0));
        EXPECT_EQ(decision.verdict, V::BAD_ADDRESS) << address;
        EXPECT_EQ(decision.status, S::PROHIBITED) << address;
    }
    EXPECT_TRUE(cache.GetEntries().empty());
}

TEST(BindingCache, ChangedSaysWhetherRoutesMustFollow)
{
    BindingCache cache;
    EXPECT_TRUE(cache.Process(Request(1, 0), N1, Seconds(0)).changed);
    EXPECT_FALSE(cache.Process(Request(1, 1), N1, Seconds(0)).changed);
    auto request = Request(1, 2);
    request.addresses.push_back({IpAddress::FromString("fd00::5"), IpAddress()});
    EXPECT_TRUE(cache.Process(request, N1, Seconds(0)).changed);
    EXPECT_EQ(cache.FindByAddress(IpAddress::FromString("fd00::5"))->vm, VM1);
    request.sequence++;
    request.mac = Mac48Address("02:00:00:00:00:08");
    EXPECT_TRUE(cache.Process(request, N1, Seconds(0)).changed);
    EXPECT_EQ(cache.Find(VM1)->mac, Mac48Address("02:00:00:00:00:08"));
}

TEST(BindingCache, BadUseThrows)
{
    BindingCache cache;
    EXPECT_THROW(cache.Decide(Request(1, 0), IpAddress(), Seconds(0)), std::invalid_argument);
    auto wrong = Request(1, 0);
    wrong.mac.reset();
    EXPECT_THROW(cache.Process(wrong, N1, Seconds(0)), std::invalid_argument);
    wrong = Request(1, 0);
    wrong.role = RecipientRole::SOURCE_NVE;
    wrong.servingNve = N1;
    EXPECT_THROW(cache.Process(wrong, N1, Seconds(0)), std::invalid_argument);
    EXPECT_THROW(cache.Process(MakeReply(Request(1, 0), S::ACCEPTED), N1, Seconds(0)),
                 std::invalid_argument);
}

TEST(BindingCache, ListsInOrderOfVms)
{
    BindingCache cache;
    std::vector<VmKey> expected;
    for (const uint32_t vn : {0U, 1U, 2U})
    {
        for (const char* vm : {"a", "b", "vm1", "vm10", "vm2"})
        {
            expected.push_back({vn, vm});
        }
    }
    auto shuffled = expected;
    std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(1));
    for (size_t i = 0; i < shuffled.size(); i++)
    {
        auto request = SampleRequest(shuffled[i].vmId);
        request.vnId = shuffled[i].vnId;
        request.SetVmAddresses({Ipv4Address(0x0a000000U + static_cast<uint32_t>(i))});
        EXPECT_TRUE(cache.Process(request, N1, Seconds(0)).IsAccepted());
    }
    std::vector<VmKey> listed;
    for (const auto& [vm, entry] : cache.GetEntries())
    {
        EXPECT_EQ(entry.vm, vm);
        listed.push_back(vm);
    }
    EXPECT_EQ(listed, expected);
    std::vector<VmKey> gone;
    for (const auto& entry : cache.Expire(Seconds(300)))
    {
        gone.push_back(entry.vm);
    }
    EXPECT_EQ(gone, expected);
    cache.Process(Request(1, 0), N1, Seconds(0));
    cache.Clear();
    EXPECT_EQ(cache.GetBoundCount(), 0U);
    EXPECT_FALSE(cache.GetNextExpiry());
    EXPECT_FALSE(cache.Remove(VM1));
}

/// Whatever comes in whatever order: the books of the cache agree, and a binding never goes back.
TEST(BindingCache, RandomHistoriesKeepTheInvariants)
{
    std::mt19937 random(5);
    const IpAddress nves[] = {N1, N2, N3};
    for (int history = 0; history < 300; history++)
    {
        BindingPolicy policy;
        policy.maxLifetime = 5;
        BindingCache cache(policy);
        double at = 0;
        for (int i = 0; i < 60; i++)
        {
            at += random() % 40 / 10.0;
            auto request =
                SampleRequest("vm" + std::to_string(random() % 2), random() % 4, random() % 4);
            request.SetVmAddresses({Ipv4Address(0x0a000001U + random() % 3)});
            if (random() % 5 == 0)
            {
                request.flags = END;
                request.lifetime = 0;
            }
            const Time now = Seconds(at);
            if (random() % 2)
            {
                cache.Expire(now);
            }
            const BindingEntry* found = cache.Find(request.GetVmKey());
            const bool live = found && found->expires > now;
            const BindingEntry before = found ? *found : BindingEntry();
            const auto decision = cache.Process(request, nves[random() % 3], now);
            const BindingEntry* after = cache.Find(request.GetVmKey());
            if (live)
            {
                ASSERT_TRUE(after);
                ASSERT_FALSE(SequenceNewer(before.sequence, after->sequence));
                ASSERT_TRUE(after->servingNve == before.servingNve ||
                            EpochNewer(EpochOf(after->sequence), EpochOf(before.sequence)));
            }
            ASSERT_EQ(CheckRegistration(decision.MakeReplyTo(request)), RegistrationFault::NONE);
            size_t bound = 0;
            for (const auto& [vm, entry] : cache.GetEntries())
            {
                bound += !entry.held;
                std::set<IpAddress> seen;
                for (const auto& nve : entry.previous)
                {
                    ASSERT_NE(nve.address, entry.servingNve);
                    ASSERT_TRUE(seen.insert(nve.address).second);
                }
            }
            ASSERT_EQ(bound, cache.GetBoundCount());
        }
    }
}

} // namespace
} // namespace vmm
} // namespace ns3
