// SPDX-License-Identifier: GPL-2.0-only
// Tenants with the same addresses on the same servers: none of their packets may cross.
#include "ns3/udp-socket-factory.h"
#include "overlay-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class TenantsTest : public OverlayTest
{
};

INSTANTIATE_TEST_SUITE_P(Families,
                         TenantsTest,
                         testing::Values(FamilyKind::IPV4, FamilyKind::IPV6),
                         [](const auto& info)
                         {
                             return info.param == FamilyKind::IPV4 ? "IPv4" : "IPv6";
                         });

} // namespace

TEST_P(TenantsTest, SameAddressesTrafficBothWays)
{
    RunOverlay();
    const auto& vms = run->GetMobility().GetVms();
    EXPECT_EQ(vms[0]->GetSpec().addresses, vms[2]->GetSpec().addresses);
    EXPECT_EQ(vms[1]->GetSpec().addresses, vms[3]->GetSpec().addresses);
    for (const std::string flow : {"to7", "back7", "to8", "back8"})
    {
        EXPECT_EQ(Flow(flow, "sent"), 750) << flow; // 1.5 s at 2 ms
        EXPECT_EQ(Flow(flow, "delivered"), 750) << flow;
        // Server, leaf, spine, leaf, server, as without an overlay.
        EXPECT_EQ(Flow(flow, "max_hop_stretch"), 1) << flow;
    }
    EXPECT_EQ(Summary("header_bytes"), 4 * 750 * Overhead());
}

TEST_P(TenantsTest, OneNetworkMoves)
{
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,a7,server-2-0\n";
    StaticOverlay::delay = MilliSeconds(20);
    BuildOverlay();
    StaticOverlay::delay = MilliSeconds(20);
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(Summary("unaccounted"), 0);
    EXPECT_EQ(crossed, 0);
    // The copy shares the server's link: nothing else stands in the way of the other network.
    for (const std::string flow : {"to8", "back8"})
    {
        const auto full = Trace("losses").Where({{"flow", flow}, {"cause", "queue"}});
        EXPECT_LE(full.size(), 2u);
        EXPECT_EQ(Flow(flow, "delivered"), 750 - double(full.size())) << flow;
    }
    EXPECT_GT(Flow("back7", "delivered"), 700);
    // For 20 ms the old NVE sends on what comes for a7: these packets are encapsulated twice.
    double twice = 0;
    for (const auto& row : Trace("packets").Where({{"flow", "back7"}, {"state", "delivered"}}))
    {
        twice += row.at("path").find(" server-0-0 ") != std::string::npos &&
                 row.at("path").find(" server-2-0 ") != std::string::npos;
    }
    EXPECT_GE(twice, 1);
    EXPECT_LE(twice, 10);
    double tunnelled = 0;
    for (const std::string flow : {"to7", "back7", "to8", "back8"})
    {
        tunnelled += Flow(flow, "sent");
    }
    EXPECT_EQ(Summary("header_bytes"), (tunnelled + twice) * Overhead());
}

TEST_P(TenantsTest, BothOnOneServer)
{
    files["vms.csv"] = "vm,nve,memory,vn\n"
                       "a7,server-0-0,4MiB,7\n"
                       "b7,server-0-0,4MiB,7\n"
                       "a8,server-0-0,4MiB,8\n"
                       "b8,server-0-0,4MiB,8\n";
    RunOverlay();
    for (const std::string flow : {"to7", "back7", "to8", "back8"})
    {
        EXPECT_EQ(Flow(flow, "delivered"), 750) << flow;
    }
    EXPECT_EQ(Summary("header_bytes"), 0); // the NVE routes between its own VMs
}

TEST_P(TenantsTest, AddressOfAnotherTenantLeadsNowhere)
{
    // Network 8 has no VM on server-1-0; what a8 sends to the address of b7 is lost.
    files["vms.csv"] = "vm,nve,memory,vn\n"
                       "a7,server-0-0,4MiB,7\n"
                       "b7,server-1-0,4MiB,7\n"
                       "a8,server-0-0,4MiB,8\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "to7,a7,b7,udp-probe,500ms,2s,2ms,100B\n";
    BuildOverlay();
    Ptr<Vm> a8 = run->GetMobility().GetVms()[2];
    Ptr<Socket> socket = Socket::CreateSocket(a8->GetNode(), UdpSocketFactory::GetTypeId());
    const IpAddress b7 = run->GetMobility().GetVms()[1]->GetSpec().addresses.front();
    socket->Bind(a8->GetSpec().addresses.front().ToSocketAddress(50000));
    Simulator::ScheduleWithContext(a8->GetNode()->GetId(),
                                   Seconds(1),
                                   [socket, b7]
                                   {
                                       socket->SendTo(Create<Packet>(10), 0, b7.ToSocketAddress(9));
                                   });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(StaticOverlay::unknown[8], 1);
    EXPECT_EQ(StaticOverlay::unknown[7], 0);
    EXPECT_EQ(Flow("to7", "delivered"), 750);
}

TEST_P(TenantsTest, CrashTakesTheVmsOfAllNetworksAlong)
{
    files["failures.csv"] = "time,what,target\n1s,server-crash,server-1-0\n";
    BuildOverlay();
    Finish();
    EXPECT_EQ(crossed, 0);
    EXPECT_EQ(Summary("unaccounted"), 0);
    for (const std::string flow : {"to7", "to8"})
    {
        EXPECT_EQ(Flow(flow, "delivered"), 250) << flow; // 0.5 s at 2 ms
    }
    EXPECT_EQ(Flow("back7", "sent"), 250);
}

TEST_P(TenantsTest, MappingsAreInRoutesWithTheirNetwork)
{
    RunOverlay();
    const std::string b = run->GetMobility().GetVms()[1]->GetSpec().addresses.front().ToString();
    auto rows = Trace("routes").Where(
        {{"node", "server-0-0"}, {"prefix", b + (Is4() ? "/32" : "/128")}, {"owner", "mapping"}});
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0]["vn"], "7");
    EXPECT_EQ(rows[1]["vn"], "8");
    EXPECT_EQ(rows[1]["next_hops"].substr(0, 8), "vxlan:8:");
    EXPECT_FALSE(Trace("routes").Where({{"vn", ""}}).empty());
    // Only the two NVEs with VMs of the networks have tables of them: each VM is in the other's.
    EXPECT_EQ(Summary("host_routes_peak"), 4);
}
