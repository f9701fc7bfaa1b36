// SPDX-License-Identifier: GPL-2.0-only
// The overlay's three ways to update mappings: messages, losses and outages of one move.
#include "overlay-move-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class OverlayUpdateTest : public OverlayMoveFixture
{
  protected:
    /// Both senders end up with the right mapping, and nothing is lost once N1 sends packets on.
    void ExpectUpdated()
    {
        EXPECT_EQ(Outcome("m1"), "completed");
        EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
        EXPECT_EQ(WayTo("web", "server-1-0"), WayBy("server-2-0"));
        EXPECT_EQ(WayTo("web", "server-3-0"), WayBy("server-2-0"));
        EXPECT_EQ(Summary("lost_stale-mapping"), 0);
        EXPECT_EQ(Summary("lost_ttl"), 0);
        // A packet needs less than 1 ms from its sender to N1.
        ExpectNoLossAfter("probe", Move("m1", "source_route_s"));
        ExpectNoLossAfter("other", Move("m1", "source_route_s"));
    }
};

} // namespace

TEST_F(OverlayUpdateTest, PushTellsTheSourceAndEachTalkingNve)
{
    RunOverlay("Push");
    const double stop = Move("m1", "stop_s");
    EXPECT_EQ(Count("request", stop), 2U) << "registration, and to the source";
    EXPECT_EQ(Count("reply", stop), 2U);
    EXPECT_EQ(Count("mapping-request", stop), 2U);
    EXPECT_EQ(Count("mapping-reply", stop), 2U);
    EXPECT_EQ(CountAll(stop), 8U);
    EXPECT_EQ(Move("m1", "control_messages"), 8);
    ExpectUpdated();
}

TEST_F(OverlayUpdateTest, PushToTheNetworkTellsThoseWithoutAMappingToo)
{
    SetScheme("PushTo", "Network");
    // near is at N1 and has no say; rack, one and three are at an NVE each.
    RunOverlay("Push");
    EXPECT_EQ(Count("mapping-request", Move("m1", "stop_s")), 3U);
    EXPECT_EQ(WayTo("web", "server-0-1"), WayBy("server-2-0"));
    ExpectUpdated();
}

TEST_F(OverlayUpdateTest, RedirectTellsEachTalkingNveWhichAsks)
{
    RunOverlay("Redirect");
    const double stop = Move("m1", "stop_s");
    EXPECT_EQ(Count("request", stop), 2U);
    EXPECT_EQ(Count("mapping-request", stop), 2U);
    EXPECT_EQ(Count("resolve-request", stop), 2U);
    EXPECT_EQ(CountAll(stop), 12U);
    EXPECT_EQ(Move("m1", "control_messages"), 12);
    ExpectUpdated();
}

TEST_F(OverlayUpdateTest, PullTellsTheSourceAndMappingsAge)
{
    SetKey("duration", "20s");
    SetScheme("MappingLifetime", "4s");
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms,18s,10ms,100B\n"
                           "other,three,web,udp-probe,500ms,18s,10ms,100B\n";
    RunOverlay("Pull");
    const double stop = Move("m1", "stop_s");
    EXPECT_EQ(Count("request", stop), 2U);
    EXPECT_EQ(Count("mapping-request", stop), 0U);
    // Learnt at 0.5 s, and after each 4 s at the next packet: 4.5, 8.5, 12.5 and 16.5 s.
    EXPECT_EQ(Count("resolve-request", stop), 8U);
    EXPECT_EQ(Move("m1", "control_messages"), 4) << "what ages is none of the move's";
    ExpectUpdated();
}

TEST_F(OverlayUpdateTest, PullWithoutInFlightTunnelIsOutForAMappingLifetime)
{
    SetScheme("MappingLifetime", "4s");
    SetScheme("InFlightTunnelTime", "0s");
    SetKey("duration", "8s");
    RunOverlay("Pull");
    const double stop = Move("m1", "stop_s");
    // The worst that can be: the mapping is learnt right before the stop.
    const double period = 0.001;
    const double start = stop - 3 * period;
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe," +
                           std::to_string(start) + "s,7s,1ms,100B\n";
    RunOverlay("Pull");
    ASSERT_EQ(Move("m1", "stop_s"), stop);
    // A query crosses 4 links of 5 us and back; no message is longer than 200 octets, which take
    // 1.6 us on a server's link, and a packet as long again to the VM.
    const double query = 100e-6;
    EXPECT_NEAR(Move("m1", "outage_s"), 4.0, 2 * period + query + 3 * period);
    EXPECT_GE(Move("m1", "outage_s"), 4.0 - 3 * period);
    EXPECT_EQ(WayTo("web", "server-1-0"), WayBy("server-2-0"));
    EXPECT_GT(Summary("lost_stale-mapping"), 3000) << "one a millisecond, but for the downtime";
    ExpectNoLossAfter("probe", start + 4.0 + period);
}
