// SPDX-License-Identifier: GPL-2.0-only
// One speaker: when it does what it does.
#include "bgp-speaker-fixture.h"

using namespace ns3;
using namespace ns3::vmm;
using namespace ns3::vmm::bgp_test;

namespace
{

class BgpSpeakerTimingTest : public BgpSpeakerFixture
{
};

} // namespace

TEST_F(BgpSpeakerTimingTest, UpdatesAreProcessedOneAfterTheOther)
{
    BgpTiming timing;
    timing.processPerUpdate = MilliSeconds(2);
    timing.processPerPrefix = MilliSeconds(1);
    Make(timing);
    Up(AddPeer(65001));
    Up(AddPeer(65002));
    Do(10,
       [this]
       {
           Announce(0, {"10.1.0.0/16", "10.2.0.0/16"}, {65001}); // done at 14
           Announce(1, {"10.3.0.0/16"}, {65002});                // done at 17
           Withdraw(0, "10.1.0.0/16");                           // done at 20
           EXPECT_FALSE(m_speaker->IsIdle());
       });
    m_queue.Run();
    EXPECT_EQ(Log(),
              (Lines{"14ms fib 10.1.0.0/16 10.0.0.1",
                     "14ms fib 10.2.0.0/16 10.0.0.1",
                     "14ms p1 +10.1.0.0/16 +10.2.0.0/16[65000 65001]",
                     "17ms fib 10.3.0.0/16 10.0.0.2",
                     "17ms p0 +10.3.0.0/16[65000 65002]",
                     "20ms fib -10.1.0.0/16",
                     "20ms p1 -10.1.0.0/16"}));
    EXPECT_TRUE(m_speaker->IsIdle());
}

TEST_F(BgpSpeakerTimingTest, UpdatesThatWaitGoWithTheirSession)
{
    BgpTiming timing;
    timing.processPerUpdate = MilliSeconds(5);
    Make(timing);
    Up(AddPeer(65001));
    Up(AddPeer(65002));
    Announce(0, {"10.1.0.0/16"}, {65001}); // in service until 5
    Announce(0, {"10.2.0.0/16"}, {65001}); // takes no time once the session is gone
    Announce(1, {"10.3.0.0/16"}, {65002});
    Do(1,
       [this]
       {
           m_speaker->PeerDown(0);
           Up(0);
       });
    m_queue.Run();
    EXPECT_EQ(Log(), (Lines{"10ms fib 10.3.0.0/16 10.0.0.2", "10ms p0 +10.3.0.0/16[65000 65002]"}));
}

TEST_F(BgpSpeakerTimingTest, ChangesWithinTheSelectionDelayMerge)
{
    BgpTiming timing;
    timing.selectionDelay = MilliSeconds(50);
    timing.installDelay = MilliSeconds(10);
    Make(timing);
    Up(AddPeer(65001));
    Up(AddPeer(65002));
    Up(AddPeer(65003));
    Do(100,
       [this]
       {
           Announce(0, {"10.1.0.0/16"}, {65001});
       });
    m_queue.Run();
    EXPECT_EQ(Log(),
              (Lines{"150ms p1 +10.1.0.0/16[65000 65001]",
                     "150ms p2 +10.1.0.0/16[65000 65001]",
                     "160ms fib 10.1.0.0/16 10.0.0.1"}));
    Do(200,
       [this]
       {
           Withdraw(0, "10.1.0.0/16");
           m_speaker->Originate(P("10.2.0.0/16"), {});
       });
    Do(249,
       [this]
       {
           Announce(1, {"10.1.0.0/16"}, {65002});
           m_speaker->Withdraw(P("10.2.0.0/16"));
       });
    m_queue.Run();
    EXPECT_EQ(Log(),
              (Lines{"250ms p0 +10.1.0.0/16[65000 65002]",
                     "250ms p1 -10.1.0.0/16",
                     "250ms p2 +10.1.0.0/16[65000 65002]",
                     "260ms fib 10.1.0.0/16 10.0.0.2"}));
    EXPECT_EQ(m_speaker->GetPrefixCount(), 1u);
}

TEST_F(BgpSpeakerTimingTest, InstallationsKeepTheirOrderAndMerge)
{
    BgpTiming timing;
    std::vector<int> delays{30, 10, 5};
    size_t drawn = 0;
    timing.installTime = [&delays, &drawn]
    {
        return MilliSeconds(delays[drawn++ % delays.size()]);
    };
    Make(timing);
    Up(AddPeer(65001));
    Announce(0, {"10.1.0.0/16", "10.2.0.0/16"}, {65001}); // 30, and 10 but not before 30
    Do(20,
       [this]
       {
           Withdraw(0, "10.2.0.0/16"); // merges: was never installed
           Announce(0, {"10.3.0.0/16"}, {65001});
       });
    m_queue.Run();
    EXPECT_EQ(Log(), (Lines{"30ms fib 10.1.0.0/16 10.0.0.1", "30ms fib 10.3.0.0/16 10.0.0.1"}));
}

TEST_F(BgpSpeakerTimingTest, AdvertisementIntervalMergesAnnouncementsNotWithdrawals)
{
    BgpTiming timing;
    timing.externalInterval = Seconds(30);
    Make(timing);
    m_jitter = 0.8;
    Up(AddPeer(65001));
    m_speaker->Originate(P("10.1.0.0/16"), {}); // at once; then 24 s of silence
    EXPECT_EQ(Log(), (Lines{"0ms p0 +10.1.0.0/16[65000]"}));
    Do(1000,
       [this]
       {
           m_speaker->Originate(P("10.2.0.0/16"), {});
           m_speaker->Originate(P("10.3.0.0/16"), {});
           m_speaker->Withdraw(P("10.1.0.0/16"));
       });
    Do(2000,
       [this]
       {
           m_speaker->Withdraw(P("10.2.0.0/16"));
       });
    m_queue.Run(Seconds(47));
    EXPECT_EQ(Log(), (Lines{"1000ms p0 -10.1.0.0/16", "24000ms p0 +10.3.0.0/16[65000]"}));
    EXPECT_FALSE(m_speaker->IsIdle());
    m_queue.Run(Seconds(49));
    EXPECT_TRUE(m_speaker->IsIdle());
    m_speaker->Withdraw(P("10.3.0.0/16")); // withdrawals alone start no interval
    EXPECT_TRUE(m_speaker->IsIdle());
}

TEST_F(BgpSpeakerTimingTest, WithdrawalsMayWaitToo)
{
    BgpTiming timing;
    timing.internalInterval = Seconds(5);
    timing.withdrawalsWait = true;
    Make(timing);
    BgpPeerConfig fast;
    fast.advertisementInterval = Seconds(1);
    Up(AddPeer(65000));
    Up(AddPeer(65000, fast));
    Up(AddPeer(65001));
    m_speaker->Originate(P("10.1.0.0/16"), {});
    m_speaker->Originate(P("10.2.0.0/16"), {});
    Log();
    m_speaker->Withdraw(P("10.1.0.0/16"));
    EXPECT_EQ(Log(), (Lines{"0ms p2 -10.1.0.0/16"}));
    m_queue.Run();
    EXPECT_EQ(Log(),
              (Lines{"1000ms p1 -10.1.0.0/16",
                     "1000ms p1 +10.2.0.0/16[]",
                     "5000ms p0 -10.1.0.0/16",
                     "5000ms p0 +10.2.0.0/16[]"}));
}

TEST_F(BgpSpeakerTimingTest, NothingIsAdvertisedBeforeTheStartDelay)
{
    BgpTiming timing;
    timing.advertiseStartDelay = Seconds(2);
    m_config.sendEndOfRib = true;
    Make(timing);
    AddPeer(65001);
    m_speaker->Originate(P("10.1.0.0/16"), {});
    Do(1000,
       [this]
       {
           Up(0, {BGP_IPV4_UNICAST});
           m_speaker->Originate(P("10.2.0.0/16"), {});
           m_speaker->Withdraw(P("10.1.0.0/16"));
       });
    m_queue.Run();
    EXPECT_EQ(Log(), (Lines{"3000ms p0 +10.2.0.0/16[65000]", "3000ms p0 end ipv4-unicast"}));
    m_speaker->PeerDown(0);
    Up(0);
    m_speaker->PeerDown(0); // the timer goes with the session
    EXPECT_TRUE(m_timers.empty());
    EXPECT_TRUE(m_speaker->IsIdle());
}
