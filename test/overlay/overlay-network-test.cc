// SPDX-License-Identifier: GPL-2.0-only
// The overlay with tenants whose addresses are the same, with hosts outside it, and without tunnels
// for packets in flight.
#include "overlay-move-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class OverlayNetworkTest : public OverlayMoveFixture
{
};

} // namespace

TEST_F(OverlayNetworkTest, AMoveOfATenantsVmIsNoneOfTheOthers)
{
    // Nobody asks for addresses: a7 and a8 have the same one, and b7 and b8.
    files["vms.csv"] = "vm,nve,memory,vn\n"
                       "a7,server-0-0,4MiB,7\n"
                       "b7,server-1-0,4MiB,7\n"
                       "a8,server-0-0,4MiB,8\n"
                       "b8,server-1-0,4MiB,8\n";
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,a7,server-2-0\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "seven,b7,a7,udp-probe,500ms,3s,2ms,100B\n"
                           "eight,b8,a8,udp-probe,500ms,3s,2ms,100B\n";
    for (const std::string update : {"Push", "Pull", "Redirect"})
    {
        SCOPED_TRACE(update);
        RunOverlay(update);
        EXPECT_EQ(Outcome("m1"), "completed");
        const IpAddress address = VmDirectory::Find("a7")->GetSpec().addresses.front();
        ASSERT_EQ(VmDirectory::Find("a8")->GetSpec().addresses.front(), address);
        auto wayIn = [&](uint32_t vn)
        {
            return Server("server-1-0").nve->GetFibOf(vn).Lookup(address)->ToString();
        };
        EXPECT_EQ(wayIn(8), "vxlan:8:" + AddressOf("server-0-0").ToString());
        if (update != "Pull")
        {
            EXPECT_EQ(wayIn(7), "vxlan:7:" + AddressOf("server-2-0").ToString());
        }
        // 2.5 s at 500 Hz.
        EXPECT_EQ(Delivered("eight"), 1250);
        EXPECT_LT(Delivered("seven"), 1250);
        ExpectNoLossAfter("seven", Move("m1", "source_route_s"));
    }
}

TEST_F(OverlayNetworkTest, OutsideTrafficEntersAtTheOwnerOfThePrefix)
{
    SetKey("hosts", "ext");
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "in,host:ext,web,udp-probe,500ms,3s,1ms,100B\n"
                           "out,web,host:ext,udp-probe,500ms,3s,1ms,100B\n";
    SetScheme("InFlightTunnelTime", "500ms");
    RunOverlay("Push");
    ExpectNoLossAfter("in", Move("m1", "source_route_s"));
    ExpectNoLossAfter("out", Move("m1", "resume_s"));
    // The owner of the prefix asks when packets have no way any more.
    EXPECT_EQ(Count("resolve-request", Move("m1", "stop_s")), 1U);
    EXPECT_EQ(WayTo("web", "server-0-0"), WayBy("server-2-0"));
    // At home a packet is in no tunnel. From the resume at the latest to the end each is in one,
    // none before the stop.
    const double tunnelled = Summary("header_bytes") / 50;
    EXPECT_GE(tunnelled, std::floor((3 - Move("m1", "source_route_s")) * 1000));
    EXPECT_LE(tunnelled, std::ceil((3 - Move("m1", "stop_s")) * 1000));
}

TEST_F(OverlayNetworkTest, HostOutsideHearsThatItsPacketsAreTooLarge)
{
    // 1420 + 8 + 40 octets fit a link, and with 70 more they do not: once the VM is away, the owner
    // of its prefix has to refuse them, and its error message has to leave the network again.
    SetKey("hosts", "ext");
    SetKey("family", "ipv6");
    SetKey("mtu", "1500");
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "in,host:ext,web,udp-probe,500ms,3s,10ms,1420B\n";
    RunOverlay("Push");
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_GE(Summary("lost_mtu"), 1);
    EXPECT_EQ(Summary("unaccounted"), 0);
    EXPECT_EQ(Summary("lost_ttl"), 0);
}

TEST_F(OverlayNetworkTest, RedirectWithoutInFlightTunnelCostsAQuery)
{
    SetScheme("InFlightTunnelTime", "0s");
    RunOverlay("Redirect");
    EXPECT_EQ(Outcome("m1"), "completed");
    const double stop = Move("m1", "stop_s");
    EXPECT_EQ(Count("mapping-request", stop), 2U);
    EXPECT_EQ(Count("resolve-request", stop), 2U);
    EXPECT_EQ(CountAll(stop), 12U);
    // Of each sender one packet strays after N1 has been told, which takes 2 messages after the
    // resume; a second one may be on its way when the answer to the first comes. The messages are
    // there within 100 us each.
    EXPECT_LE(Summary("lost_stale-mapping"), 4);
    EXPECT_GE(Summary("lost_stale-mapping"), 2);
    const double told = Move("m1", "resume_s") + 3e-4;
    ExpectNoLossAfter("probe", told + 0.002);
    ExpectNoLossAfter("other", told + 0.002);
}
