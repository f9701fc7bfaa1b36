// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/request-tracker.h"

#include "registration-samples.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace vmm
{
namespace
{

RequestPath
Path(const std::string& vm, const std::string& recipient = "10.0.0.9")
{
    return {{0, vm}, IpAddress::FromString(recipient)};
}

/// Runs the tracker until nothing is due. @return times of the transmissions, and of giving up
std::vector<double>
RunToEnd(RequestTracker& tracker, double* gaveUp)
{
    std::vector<double> times;
    while (const auto next = tracker.GetNextTime())
    {
        for (const auto& action : tracker.Advance(*next))
        {
            if (action.kind == RequestAction::TRANSMIT)
            {
                times.push_back(next->GetSeconds());
            }
            else if (gaveUp)
            {
                *gaveUp = next->GetSeconds();
            }
        }
    }
    return times;
}

TEST(RequestTracker, DoublesFromOneTo32SecondsAndStopsAfterEight)
{
    RequestTracker tracker;
    const auto added = tracker.Add(Path("a"), Seconds(10));
    EXPECT_NE(added.handle, 0U);
    EXPECT_TRUE(added.transmit);
    EXPECT_EQ(tracker.GetTransmissions(added.handle), 1U);
    double gaveUp = 0;
    const std::vector<double> expected = {11, 13, 17, 25, 41, 73, 105, 137};
    EXPECT_EQ(RunToEnd(tracker, &gaveUp), expected);
    EXPECT_EQ(gaveUp, 169);
    EXPECT_EQ(tracker.GetSize(), 0U);
    EXPECT_EQ(tracker.GetTransmissions(added.handle), 0U);
}

TEST(RequestTracker, NothingIsDueEarly)
{
    RequestTracker tracker;
    tracker.Add(Path("a"), Seconds(0));
    EXPECT_TRUE(tracker.Advance(NanoSeconds(999999999)).empty());
    const auto actions = tracker.Advance(Seconds(1));
    ASSERT_EQ(actions.size(), 1U);
    EXPECT_EQ(actions[0].kind, RequestAction::TRANSMIT);
    EXPECT_EQ(actions[0].transmissions, 2U);
    EXPECT_EQ(*tracker.GetNextTime(), Seconds(3));
}

TEST(RequestTracker, OtherTimers)
{
    RequestTimers timers;
    timers.initialTimeout = MilliSeconds(500);
    timers.maxTimeout = MilliSeconds(1500);
    timers.maxRetransmissions = 3;
    RequestTracker tracker(timers);
    tracker.Add(Path("a"), Seconds(0));
    double gaveUp = 0;
    const std::vector<double> expected = {0.5, 1.5, 3};
    EXPECT_EQ(RunToEnd(tracker, &gaveUp), expected);
    EXPECT_EQ(gaveUp, 4.5);
    timers.maxRetransmissions = 0;
    RequestTracker once(timers);
    EXPECT_TRUE(once.Add(Path("a"), Seconds(0)).transmit);
    EXPECT_TRUE(RunToEnd(once, &gaveUp).empty());
    EXPECT_EQ(gaveUp, 0.5);
}

TEST(RequestTracker, BadTimersThrow)
{
    RequestTimers timers;
    timers.initialTimeout = Seconds(0);
    EXPECT_THROW(RequestTracker{timers}, std::invalid_argument);
    timers.initialTimeout = Seconds(33);
    EXPECT_THROW(RequestTracker{timers}, std::invalid_argument);
    timers = RequestTimers();
    timers.maxRate = 0;
    EXPECT_THROW(RequestTracker{timers}, std::invalid_argument);
}

TEST(RequestTracker, AnsweredRequestIsForgotten)
{
    RequestTracker tracker;
    const auto first = tracker.Add(Path("a"), Seconds(0)).handle;
    const auto second = tracker.Add(Path("a"), Seconds(0)).handle;
    EXPECT_TRUE(tracker.Remove(first));
    EXPECT_FALSE(tracker.Remove(first));
    const auto actions = tracker.Advance(Seconds(1));
    ASSERT_EQ(actions.size(), 1U);
    EXPECT_EQ(actions[0].handle, second);
    EXPECT_TRUE(tracker.Remove(second));
    EXPECT_FALSE(tracker.GetNextTime());
    EXPECT_TRUE(tracker.Advance(Seconds(100)).empty());
}

TEST(RequestTracker, AtMostThreeASecondForOneVmAndRecipient)
{
    RequestTracker tracker;
    for (int i = 0; i < 3; i++)
    {
        EXPECT_TRUE(tracker.Add(Path("a"), MilliSeconds(100 * i)).transmit);
    }
    const auto fourth = tracker.Add(Path("a"), MilliSeconds(300));
    EXPECT_FALSE(fourth.transmit);
    EXPECT_EQ(tracker.GetTransmissions(fourth.handle), 0U);
    // Neither another VM nor another recipient is paced against it.
    EXPECT_TRUE(tracker.Add(Path("b"), MilliSeconds(300)).transmit);
    EXPECT_TRUE(tracker.Add(Path("a", "fd00::9"), MilliSeconds(300)).transmit);
    RequestPath otherNetwork = Path("a");
    otherNetwork.vm.vnId = 5;
    EXPECT_TRUE(tracker.Add(otherNetwork, MilliSeconds(300)).transmit);
    EXPECT_EQ(*tracker.GetNextTime(), Seconds(1));
    // At 1 s both the first one's retransmission and the fourth one are due; one slot is free.
    const auto actions = tracker.Advance(Seconds(1));
    ASSERT_EQ(actions.size(), 1U);
    EXPECT_EQ(actions[0].transmissions, 2U);
}

TEST(RequestTracker, NoWindowOfASecondHoldsMoreThanTheRate)
{
    RequestTracker tracker;
    std::vector<Time> sent;
    for (int i = 0; i < 40; i++)
    {
        const Time now = MilliSeconds(37 * i);
        for (size_t n = tracker.Advance(now).size(); n > 0; n--)
        {
            sent.push_back(now);
        }
        if (tracker.Add(Path("a"), now).transmit)
        {
            sent.push_back(now);
        }
    }
    while (const auto next = tracker.GetNextTime())
    {
        for (const auto& action : tracker.Advance(*next))
        {
            if (action.kind == RequestAction::TRANSMIT)
            {
                sent.push_back(*next);
            }
        }
    }
    // 40 requests, all transmitted 9 times.
    ASSERT_EQ(sent.size(), 360U);
    for (size_t i = 3; i < sent.size(); i++)
    {
        EXPECT_GE(sent[i] - sent[i - 3], Seconds(1)) << i;
    }
}

TEST(RequestTracker, ManyPathsAreForgottenAgain)
{
    RequestTracker tracker;
    for (int i = 0; i < 5000; i++)
    {
        const auto added = tracker.Add(Path("vm" + std::to_string(i)), MilliSeconds(10 * i));
        EXPECT_TRUE(added.transmit);
        tracker.Remove(added.handle);
    }
    EXPECT_EQ(tracker.GetSize(), 0U);
    EXPECT_LE(tracker.GetPathCount(), 1024U);
}

TEST(DuplicateCache, SameReplyAgain)
{
    DuplicateCache cache(10, Seconds(160));
    const auto octets = EncodeRegistration(SampleRequest());
    const auto from = IpAddress::FromString("10.0.0.1");
    const auto key = DuplicateCache::MakeKey(from, 50364, octets);
    EXPECT_EQ(cache.Check(key, Seconds(0)).verdict, DuplicateCache::FRESH);
    EXPECT_EQ(cache.Check(key, Seconds(1)).verdict, DuplicateCache::IN_PROGRESS);
    const auto reply = MakeReply(SampleRequest(), RegistrationStatus::NO_RESOURCES);
    cache.Answer(key, {reply, EncodeRegistration(reply)});
    const auto finding = cache.Check(key, Seconds(2));
    ASSERT_EQ(finding.verdict, DuplicateCache::ANSWERED);
    EXPECT_EQ(finding.reply->message, reply);
    EXPECT_EQ(finding.reply->octets, EncodeRegistration(reply));
    // The time counts from the first copy.
    EXPECT_EQ(cache.Check(key, Seconds(159.9)).verdict, DuplicateCache::ANSWERED);
    EXPECT_EQ(cache.Check(key, Seconds(160)).verdict, DuplicateCache::FRESH);
}

TEST(DuplicateCache, OtherSenderPortOrOctetsIsAnotherRequest)
{
    DuplicateCache cache(10, Seconds(160));
    const auto one = EncodeRegistration(SampleRequest());
    const auto two = EncodeRegistration(SampleRequest("vm1", 1, 1));
    const auto a = IpAddress::FromString("10.0.0.1");
    const auto b = IpAddress::FromString("10.0.0.2");
    for (const auto& key : {DuplicateCache::MakeKey(a, 50364, one),
                            DuplicateCache::MakeKey(b, 50364, one),
                            DuplicateCache::MakeKey(a, 50365, one),
                            DuplicateCache::MakeKey(a, 50364, two)})
    {
        EXPECT_EQ(cache.Check(key, Seconds(0)).verdict, DuplicateCache::FRESH);
    }
    EXPECT_EQ(cache.GetSize(), 4U);
}

TEST(DuplicateCache, BoundedAndForgetful)
{
    DuplicateCache cache(3, Seconds(160));
    for (const char* key : {"a", "b", "c", "d"})
    {
        EXPECT_EQ(cache.Check(key, Seconds(0)).verdict, DuplicateCache::FRESH);
    }
    EXPECT_EQ(cache.GetSize(), 3U);
    EXPECT_EQ(cache.Check("d", Seconds(0)).verdict, DuplicateCache::IN_PROGRESS);
    EXPECT_EQ(cache.Check("a", Seconds(0)).verdict, DuplicateCache::FRESH);
    cache.Forget("a");
    cache.Forget("a");
    EXPECT_EQ(cache.Check("a", Seconds(0)).verdict, DuplicateCache::FRESH);
    // The one that made room is gone: an answer to it is lost, not kept.
    cache.Answer("b", {});
    EXPECT_EQ(cache.Check("b", Seconds(0)).verdict, DuplicateCache::FRESH);
    cache.Clear();
    EXPECT_EQ(cache.GetSize(), 0U);
}

} // namespace
} // namespace vmm
} // namespace ns3
