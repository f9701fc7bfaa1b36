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

/// One request in a history.
struct Step
{
    double at;              //!< seconds
    IpAddress from;         //!< sender
    uint32_t epoch;         //!< of the request
    uint16_t counter;       //!< of the request
    uint8_t flags;          //!< of the request
    V verdict;              //!< expected
    S status;               //!< expected
    IpAddress serving;      //!< expected afterwards; none: no entry
    IpAddressList previous; //!< expected afterwards
};

void
Play(const std::string& name, const std::vector<Step>& steps, BindingPolicy policy = {})
{
    SCOPED_TRACE(name);
    BindingCache cache(policy);
    int number = 0;
    for (const auto& step : steps)
    {
        SCOPED_TRACE("step " + std::to_string(number++));
        const Time now = Seconds(step.at);
        cache.Expire(now);
        const auto request = Request(step.epoch, step.counter, step.flags);
        const auto foreseen = cache.Decide(request, step.from, now);
        const auto decision = cache.Process(request, step.from, now);
        EXPECT_EQ(foreseen.verdict, decision.verdict);
        EXPECT_STREQ(BindingVerdictName(decision.verdict), BindingVerdictName(step.verdict));
        EXPECT_EQ(decision.status, step.status);
        EXPECT_EQ(decision.alarm, step.verdict == V::DOUBLE_CLAIM);
        const auto reply = decision.MakeReplyTo(request);
        EXPECT_EQ(CheckRegistration(reply), RegistrationFault::NONE);
        EXPECT_LE(reply.lifetime, request.lifetime);
        if (step.status == S::STALE_SEQUENCE)
        {
            EXPECT_EQ(reply.servingNve, step.serving);
        }
        const BindingEntry* entry = cache.Find(VM1);
        ASSERT_EQ(entry != nullptr, static_cast<bool>(step.serving));
        if (entry)
        {
            EXPECT_EQ(entry->servingNve, step.serving);
            EXPECT_EQ(Previous(cache), step.previous);
        }
    }
}

TEST(BindingCache, CreateRefreshDeregister)
{
    Play("life",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {100, N1, 1, 1, 9, V::REFRESHED, S::ACCEPTED, N1, {}},
          {350, N1, 1, 2, 9, V::REFRESHED, S::ACCEPTED, N1, {}},
          {360, N1, 1, 3, END, V::DEREGISTERED, S::ACCEPTED, N1, {}},
          {370, N1, 1, 4, END, V::UNKNOWN_VM, S::UNKNOWN_VM, {}, {}}});
}

TEST(BindingCache, RefreshCreatesWhereNothingIsKnown)
{
    Play("registrar restarted",
         {{0, N2, 7, 12, 9, V::CREATED, S::ACCEPTED, N2, {}},
          {1, N1, 6, 900, 9, V::STALE, S::STALE_SEQUENCE, N2, {}}});
    Play("the late one first",
         {{0, N1, 6, 900, 9, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 7, 12, 9, V::MOVED, S::ACCEPTED, N2, {N1}}});
}

TEST(BindingCache, DeregistrationOfNothing)
{
    Play("nothing", {{0, N1, 1, 0, END, V::UNKNOWN_VM, S::UNKNOWN_VM, {}, {}}});
}

TEST(BindingCache, ChainAndReturn)
{
    Play("N1 N2 N3 N1",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 2, 0, 1, V::MOVED, S::ACCEPTED, N2, {N1}},
          {2, N3, 3, 0, 1, V::MOVED, S::ACCEPTED, N3, {N1, N2}},
          {3, N1, 4, 0, 1, V::MOVED, S::ACCEPTED, N1, {N2, N3}}});
    Play("N1 N2 N1",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 2, 0, 1, V::MOVED, S::ACCEPTED, N2, {N1}},
          {2, N1, 3, 0, 1, V::MOVED, S::ACCEPTED, N1, {N2}},
          {3, N2, 4, 0, 1, V::MOVED, S::ACCEPTED, N2, {N1}}});
}

TEST(BindingCache, FirstRequestOfANewEpochBeatsAnyCounter)
{
    Play("counter",
         {{0, N1, 1, 0xffff, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 2, 0, 1, V::MOVED, S::ACCEPTED, N2, {N1}}});
    Play("epoch wraps",
         {{0, N1, 0xffff, 5, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 0x10000, 0, 1, V::MOVED, S::ACCEPTED, N2, {N1}},
          {2, N1, 0xffff, 6, 9, V::STALE, S::STALE_SEQUENCE, N2, {N1}}});
}

TEST(BindingCache, LateRefreshStealsNothing)
{
    Play("late",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 2, 0, 1, V::MOVED, S::ACCEPTED, N2, {N1}},
          {2, N1, 1, 1, 9, V::STALE, S::STALE_SEQUENCE, N2, {N1}},
          {3, N1, 1, 2, END, V::STALE, S::STALE_SEQUENCE, N2, {N1}},
          {4, N2, 2, 1, 9, V::REFRESHED, S::ACCEPTED, N2, {N1}}});
}

TEST(BindingCache, ReorderedRefreshesOfTheServingNve)
{
    Play("reordered",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N1, 1, 2, 9, V::REFRESHED, S::ACCEPTED, N1, {}},
          {2, N1, 1, 1, 9, V::STALE, S::STALE_SEQUENCE, N1, {}},
          {3, N1, 1, 2, 9, V::REPEATED, S::ACCEPTED, N1, {}}});
}

TEST(BindingCache, TwoNvesClaimOneVm)
{
    Play("double claim",
         {{0, N1, 1, 5, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 1, 0, 1, V::DOUBLE_CLAIM, S::PROHIBITED, N1, {}},
          {2, N2, 1, 5, 1, V::DOUBLE_CLAIM, S::PROHIBITED, N1, {}},
          {3, N2, 1, 9, 9, V::DOUBLE_CLAIM, S::PROHIBITED, N1, {}},
          {4, N2, 1, 10, END, V::DOUBLE_CLAIM, S::PROHIBITED, N1, {}},
          {5, N1, 1, 6, 9, V::REFRESHED, S::ACCEPTED, N1, {}}});
}

TEST(BindingCache, OnlyTheServingNveDeregisters)
{
    Play("not serving",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 2, 0, END, V::NOT_SERVING, S::PROHIBITED, N1, {}},
          {2, N1, 1, 1, 9, V::REFRESHED, S::ACCEPTED, N1, {}}});
}

TEST(BindingCache, HoldAfterDeregistration)
{
    Play("late request of the same NVE",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N1, 1, 2, END, V::DEREGISTERED, S::ACCEPTED, N1, {}},
          {2, N1, 1, 1, 9, V::STALE, S::STALE_SEQUENCE, N1, {}},
          {3, N1, 1, 2, END, V::REPEATED, S::ACCEPTED, N1, {}},
          {4, N1, 1, 3, END, V::DEREGISTERED, S::ACCEPTED, N1, {}},
          {13.9, N1, 1, 1, 9, V::STALE, S::STALE_SEQUENCE, N1, {}},
          {14, N1, 1, 1, 9, V::CREATED, S::ACCEPTED, N1, {}}});
    Play("registered again",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N1, 1, 1, END, V::DEREGISTERED, S::ACCEPTED, N1, {}},
          {2, N1, 1, 2, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {12, N1, 1, 3, 9, V::REFRESHED, S::ACCEPTED, N1, {}}});
    Play("handover by deregistration",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N1, 1, 1, END, V::DEREGISTERED, S::ACCEPTED, N1, {}},
          {2, N2, 1, 2, 1, V::DOUBLE_CLAIM, S::PROHIBITED, N1, {}},
          {3, N2, 2, 0, 1, V::MOVED, S::ACCEPTED, N2, {N1}}});
    BindingPolicy none;
    none.hold = Seconds(0);
    Play("no hold",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N1, 1, 1, END, V::DEREGISTERED, S::ACCEPTED, N1, {}},
          {1, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}}},
         none);
}

TEST(BindingCache, RollBackAfterPreRegistration)
{
    const uint8_t pre = REGISTRATION_ADDRESS_KEPT | REGISTRATION_PRE_REGISTER;
    Play("aborted",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N2, 2, 0, pre, V::MOVED, S::ACCEPTED, N2, {N1}},
          {2, N1, 3, 0, 1, V::MOVED, S::ACCEPTED, N1, {N2}},
          {3, N2, 2, 1, 1, V::STALE, S::STALE_SEQUENCE, N1, {N2}}});
    BindingCache cache;
    cache.Process(Request(1, 0), N1, Seconds(0));
    cache.Process(Request(2, 0, pre), N2, Seconds(1));
    EXPECT_TRUE(cache.Find(VM1)->preRegistered);
    const auto decision = cache.Process(Request(2, 1), N2, Seconds(2));
    EXPECT_EQ(decision.verdict, V::REFRESHED);
    EXPECT_TRUE(decision.changed);
    EXPECT_FALSE(cache.Find(VM1)->preRegistered);
    EXPECT_FALSE(cache.Process(Request(2, 2), N2, Seconds(3)).changed);
}

TEST(BindingCache, PreviousNveThatIsAdded)
{
    BindingCache cache;
    EXPECT_FALSE(cache.AddPrevious(VM1, N1)); // no such VM
    cache.Process(Request(2, 0), N2, Seconds(0));
    EXPECT_FALSE(cache.AddPrevious(VM1, N2)); // serves it
    EXPECT_TRUE(cache.AddPrevious(VM1, N1));
    EXPECT_FALSE(cache.AddPrevious(VM1, N1));
    // It is told of the next move, and is off the list when the VM is there.
    EXPECT_EQ(cache.Process(Request(4, 0), N3, Seconds(1)).inform, (IpAddressList{N1, N2}));
    EXPECT_EQ(cache.Process(Request(6, 0), N1, Seconds(2)).inform, (IpAddressList{N2, N3}));
}

TEST(BindingCache, NewEpochAtTheSameNve)
{
    Play("rolled back before anything was registered",
         {{0, N1, 1, 0, 1, V::CREATED, S::ACCEPTED, N1, {}},
          {1, N1, 3, 0, 1, V::REFRESHED, S::ACCEPTED, N1, {}},
          {2, N2, 2, 0, 1, V::STALE, S::STALE_SEQUENCE, N1, {}}});
}

} // namespace
} // namespace vmm
} // namespace ns3
