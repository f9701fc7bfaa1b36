// SPDX-License-Identifier: GPL-2.0-only
// A node that swallows a packet without a word: the books must show it.
#include "scenario-fixture.h"

#include "ns3/ipv4-l3-protocol.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class SwallowTest : public ScenarioTest
{
  protected:
    // Puts itself between leaf-1's devices and its IP layer.
    void InterceptLeaf()
    {
        Ptr<Fabric> fabric = run->GetFabric();
        const Topology& topology = fabric->GetTopology();
        NodeId leaf = topology.GetNodeId("leaf-1");
        m_ip = fabric->GetNode(leaf)->GetObject<Ipv4L3Protocol>();
        for (LinkId link : topology.GetLinks(leaf))
        {
            fabric->GetDevice(link, leaf)
                ->SetReceiveCallback(MakeCallback(&SwallowTest::Receive, this));
        }
    }

    // Hands on all but the n-th probe, which is 100 + 8 + 20 octets.
    bool
    Receive(Ptr<NetDevice> device, Ptr<const Packet> packet, uint16_t protocol, const Address& from)
    {
        if (packet->GetSize() == 128 && ++m_probes == swallowed)
        {
            return true;
        }
        m_ip->Receive(device, packet, protocol, from, device->GetAddress(), NetDevice::PACKET_HOST);
        return true;
    }

    uint32_t swallowed = 0; // which probe; 0 for none

  private:
    Ptr<Ipv4L3Protocol> m_ip;
    uint32_t m_probes = 0;
};

} // namespace

TEST_F(SwallowTest, OnePacketIsUnaccounted)
{
    swallowed = 100;
    Build();
    InterceptLeaf();
    auto violations = Finish();
    ASSERT_EQ(violations.size(), 1u);
    EXPECT_NE(violations[0].find("probe"), std::string::npos) << violations[0];
    EXPECT_EQ(Summary("unaccounted"), 1);
    EXPECT_EQ(Summary("in_flight_packets"), 0);
    // Sent = delivered + lost + the one that is nowhere.
    auto flow = Trace("flows").One({{"flow", "probe"}, {"direction", "forward"}});
    EXPECT_EQ(std::stoi(flow["sent"]), std::stoi(flow["delivered"]) + std::stoi(flow["lost"]) + 1);
    EXPECT_EQ(Trace("packets").Where({{"flow", "probe"}, {"state", "unaccounted"}}).size(), 1u);
}

TEST_F(SwallowTest, NoneIsMissingWithoutIt)
{
    Build();
    InterceptLeaf();
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(Summary("unaccounted"), 0);
}
