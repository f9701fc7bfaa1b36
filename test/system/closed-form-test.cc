// SPDX-License-Identifier: GPL-2.0-only
// What a redirect takes in an unloaded fabric, against sums of link delays and sending times that
// are worked out by hand: server and management links 1 Gbit/s, fabric links 10 Gbit/s, 5 us each.
#include "scenario-fixture.h"

#include <cmath>

using namespace ns3::vmm;

namespace
{

// Sizes of registration messages about "web": a header of 12 and options of 2 + length.
constexpr double REGISTRATION = 12 + (2 + 3) + (2 + 6) + (2 + 4); // VM-ID, MAC, address
constexpr double REPLY = 12 + (2 + 3);                            // VM-ID
constexpr double ORDER = 12 + (2 + 3) + 3 * (2 + 4); // VM-ID, address, serving NVE, next hop
constexpr double OVERHEAD = 8 + 20 + 2;              // UDP, IP, PPP
constexpr double INSTALL = 0.02;

// Time that a message takes over links of 1 Gbit/s and of 10 Gbit/s, stored and forwarded at each.
double
Transit(double bytes, int slow, int fast)
{
    double bits = (bytes + OVERHEAD) * 8;
    return slow * (5e-6 + bits / 1e9) + fast * (5e-6 + bits / 10e9);
}

// The management node's order waits until its reply to the registration is on the link.
const double WAIT = (REPLY + OVERHEAD) * 8 / 1e9;
// server-2-0 to mn, which is on leaf-0: server, leaf-2, a spine, leaf-0, mn.
const double TO_MN = Transit(REGISTRATION, 2, 2);

class ClosedFormTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "3s");
        std::string install = "ns3::ConstantRandomVariable[Constant=0.02]";
        SetKey("ns3::vmm::Nve::InstallDelay", install);
        SetKey("ns3::vmm::HostRouteAgent::InstallDelay", install);
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "rack,rack,web,udp-probe,500ms,2s,1ms,100B\n"
                               "far-a,one,web,udp-probe,500ms,2s,1ms,100B\n"
                               "far-b,one,web,udp-probe,500ms,2s,1ms,100B\n"
                               "far-c,three,web,udp-probe,500ms,2s,1ms,100B\n"
                               "far-d,three,web,udp-probe,500ms,2s,1ms,100B\n";
    }

    void ExpectSizes() const
    {
        double resume = Move("m1", "resume_s");
        for (const auto& row : Trace("messages").Where({{"kind", "registration"}, {"vm", "web"}}))
        {
            if (std::stod(row.at("time_s")) >= resume)
            {
                double bytes = std::stod(row.at("bytes"));
                bool ofNve = row.at("from") == "server-2-0";
                EXPECT_EQ(bytes, row.at("type") == "reply" ? REPLY : ofNve ? REGISTRATION : ORDER);
            }
        }
    }

    // Rate times (route at the turning point - stop), within one packet: what is sent before is
    // in front of a stopped VM, what comes later is on its way.
    void ExpectLosses() const
    {
        double stop = Move("m1", "stop_s");
        for (const std::string flow : {"rack", "far-a", "far-b", "far-c", "far-d"})
        {
            std::string turn = MoveFlow("m1", flow, "turning_point");
            auto route = Trace("routes").One({{"node", turn},
                                              {"prefix", "10.0.0.1/32"},
                                              {"owner", "registration"},
                                              {"action", "add"}});
            double expected = 1000 * (std::stod(route["time_s"]) - stop);
            EXPECT_NEAR(std::stod(MoveFlow("m1", flow, "lost")), expected, 1) << flow;
        }
    }
};

} // namespace

TEST_F(ClosedFormTest, RouteAtTheSourceNve)
{
    // Registered as soon as it runs; server-2-0 to mn; mn to server-0-0 by leaf-0; installed.
    double expected = TO_MN + WAIT + Transit(ORDER, 2, 0) + INSTALL;
    for (std::string redirect : {"SourceOnly", "Tunnel"})
    {
        Run("host-route:Redirect=" + redirect);
        ExpectSizes();
        EXPECT_EQ(Move("m1", "register_s"), Move("m1", "resume_s"));
        EXPECT_NEAR(Move("m1", "mn_updated_s") - Move("m1", "resume_s"), TO_MN, 10e-9);
        EXPECT_NEAR(Move("m1", "source_route_s") - Move("m1", "resume_s"), expected, 10e-9);
        EXPECT_NEAR(Move("m1", "control_converged_s") - Move("m1", "resume_s"), expected, 10e-9);
    }
}

TEST_F(ClosedFormTest, LevelAfterLevelOfThePath)
{
    Run("host-route:Redirect=Path");
    ExpectSizes();
    // One router a level: leaf-2, spine-0 and leaf-0 are 3, 2 and 1 links from mn.
    double ready = TO_MN + WAIT + Transit(ORDER, 1, 2) + INSTALL + Transit(REPLY, 1, 2) +
                   Transit(ORDER, 1, 1) + INSTALL + Transit(REPLY, 1, 1) + Transit(ORDER, 1, 0) +
                   INSTALL;
    double source = ready + Transit(REPLY, 1, 0) + Transit(ORDER, 2, 0) + INSTALL;
    EXPECT_NEAR(Move("m1", "path_ready_s") - Move("m1", "resume_s"), ready, 20e-9);
    EXPECT_NEAR(Move("m1", "source_route_s") - Move("m1", "resume_s"), source, 20e-9);
    ExpectLosses();
}

TEST_F(ClosedFormTest, LossOfATunnel)
{
    Run("host-route:Redirect=Tunnel");
    ExpectLosses();
}

TEST_F(ClosedFormTest, TriangleOfOnePacket)
{
    Run("host-route:Redirect=Tunnel");
    // 100 + 8 + 20 + 2 octets over 4 links before the move; after it, the same to server-0-0, and
    // from there 4 links with 20 octets more.
    auto packets = Trace("packets").Where({{"flow", "far-a"}, {"state", "delivered"}});
    auto delay = [](const TraceTable::Row& row)
    {
        return std::stod(row.at("ended_s")) - std::stod(row.at("sent_s"));
    };
    EXPECT_NEAR(delay(packets.back()) - delay(packets.front()), Transit(120, 2, 2), 10e-9);
    // Propagation alone: 4 + 4 links against 4.
    auto rows = Trace("stretch").Where({{"flow", "far-a"}, {"direction", "forward"}});
    EXPECT_EQ(rows.front()["delay_s"], "0.000020000");
    EXPECT_EQ(rows.back()["delay_s"], "0.000040000");
    EXPECT_EQ(rows.back()["shortest_delay_s"], "0.000020000");
}
