// SPDX-License-Identifier: GPL-2.0-only
// Whole moves with IPv6 and with both families, and a tunnel that has to fragment.
#include "scenario-fixture.h"

#include "ns3/ipv4-header.h"
#include "ns3/ppp-header.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class FamilyTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "3s");
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "rack,rack,web,udp-probe,500ms,2s,2ms,100B\n"
                               "far-a,one,web,udp-probe,500ms,2s,2ms,100B\n"
                               "far-b,one,web,udp-probe,500ms,2s,2ms,100B\n"
                               "far-c,three,web,udp-probe,500ms,2s,2ms,100B\n"
                               "far-d,three,web,udp-probe,500ms,2s,2ms,100B\n"
                               "inside,web,one,udp-probe,500ms,2s,2ms,100B\n";
    }

    // Stretch as in every leaf-spine fabric: 4 links over the told spine, 6 over the other one.
    void ExpectPathStretch() const
    {
        EXPECT_EQ(MoveFlow("m1", "rack", "hops_after"), "4");
        for (const std::string flow : {"far-a", "far-b", "far-c", "far-d"})
        {
            auto first = Trace("stretch").Where({{"flow", flow}, {"direction", "forward"}}).front();
            bool told = first["path"].find(" spine-0 ") != std::string::npos;
            EXPECT_EQ(MoveFlow("m1", flow, "hops_after"), told ? "4" : "6") << flow;
            EXPECT_EQ(MoveFlow("m1", flow, "max_hop_stretch"), told ? "1.000000" : "1.500000");
        }
        EXPECT_EQ(Summary("lost_ttl"), 0);
        EXPECT_EQ(MoveFlow("m1", "inside", "lost"), "0");
    }

    // Whether leaf-0 was given a host route to an address by the protocol.
    bool Told(const std::string& prefix) const
    {
        return !Trace("routes")
                    .Where({{"node", "leaf-0"}, {"prefix", prefix}, {"owner", "registration"}})
                    .empty();
    }

    // Counts fragments of IPv4-in-IPv4 datagrams that leave server-0-0.
    void CountFragments()
    {
        Ptr<Fabric> fabric = run->GetFabric();
        const Topology& topology = fabric->GetTopology();
        NodeId source = topology.GetNodeId("server-0-0");
        fabric->GetDevice(topology.GetLinks(source).front(), source)
            ->TraceConnectWithoutContext("MacTx", MakeCallback(&FamilyTest::Sent, this));
    }

    void Sent(Ptr<const Packet> frame)
    {
        Ptr<Packet> packet = frame->Copy();
        PppHeader ppp;
        Ipv4Header header;
        packet->RemoveHeader(ppp);
        packet->RemoveHeader(header);
        if (header.GetProtocol() == 4)
        {
            fragments += !header.IsLastFragment() || header.GetFragmentOffset() != 0;
            whole += header.IsLastFragment() && header.GetFragmentOffset() == 0;
        }
    }

    uint32_t fragments = 0;
    uint32_t whole = 0;
};

} // namespace

TEST_F(FamilyTest, PathWithIpv6)
{
    SetKey("family", "ipv6");
    Run("host-route:Redirect=Path");
    ExpectPathStretch();
    // The first address of server-0-0's prefix.
    EXPECT_TRUE(Told("fd00::1/128"));
    EXPECT_FALSE(Told("10.0.0.1/32"));
}

TEST_F(FamilyTest, TunnelWithIpv6)
{
    SetKey("family", "ipv6");
    Run("host-route:Redirect=Tunnel");
    EXPECT_EQ(MoveFlow("m1", "rack", "max_hop_stretch"), "1.500000");
    EXPECT_EQ(MoveFlow("m1", "far-a", "max_hop_stretch"), "2.000000");
}

TEST_F(FamilyTest, BothFamiliesTakeOneRequestAndTwoHostRoutes)
{
    Run("host-route:Redirect=Path");
    double messages = Summary("control_messages");
    SetKey("family", "dual");
    Run("host-route:Redirect=Path");
    ExpectPathStretch();
    EXPECT_EQ(Summary("control_messages"), messages);
    EXPECT_TRUE(Told("fd00::1/128"));
    EXPECT_TRUE(Told("10.0.0.1/32"));
}

TEST_F(FamilyTest, TunnelFragmentsWhereItDoesNotFit)
{
    // Datagrams of 1472 + 8 + 20 = 1500 octets; with another header 1520.
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "full,one,web,udp-probe,500ms,2s,2ms,1472B\n";
    SetKey("mtu", "1500");
    Build("host-route:Redirect=Tunnel");
    CountFragments();
    EXPECT_EQ(Finish(), std::vector<std::string>());
    double redirected = std::stod(MoveFlow("m1", "full", "triangle_packets"));
    EXPECT_GT(redirected, 400);
    EXPECT_EQ(fragments, 2 * redirected);
    EXPECT_EQ(whole, 0u);
    // Lost are only those that met the stopped VM.
    for (const auto& loss : Trace("losses").rows)
    {
        EXPECT_LT(std::stod(loss.at("sent_s")), Move("m1", "source_route_s"));
        EXPECT_EQ(loss.at("cause"), "vm-stopped");
    }
    EXPECT_EQ(Summary("unaccounted"), 0);
}

TEST_F(FamilyTest, TunnelFitsTheDefaultMtu)
{
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "full,one,web,udp-probe,500ms,2s,2ms,1472B\n";
    Build("host-route:Redirect=Tunnel");
    CountFragments();
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(fragments, 0u);
    EXPECT_EQ(whole, std::stod(MoveFlow("m1", "full", "triangle_packets")));
}
