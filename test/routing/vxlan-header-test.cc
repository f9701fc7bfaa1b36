// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/packet.h"
#include "ns3/vxlan-header.h"
#include "ns3/vxlan-tunnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

std::vector<uint8_t>
OctetsOf(const VxlanHeader& header)
{
    Ptr<Packet> p = Create<Packet>();
    p->AddHeader(header);
    std::vector<uint8_t> octets(p->GetSize());
    p->CopyData(octets.data(), octets.size());
    return octets;
}

VxlanHeader
Read(const std::vector<uint8_t>& octets)
{
    VxlanHeader header;
    Create<Packet>(octets.data(), octets.size())->RemoveHeader(header);
    return header;
}

} // namespace

TEST(VxlanHeaderTest, OctetsAreThoseOfTheFigure)
{
    // RFC 7348 section 5: flags RRRRIRRR, 24 reserved bits, 24 bits VNI, 8 reserved bits.
    EXPECT_THAT(OctetsOf(VxlanHeader(0x123456)),
                testing::ElementsAre(0x08, 0, 0, 0, 0x12, 0x34, 0x56, 0));
    EXPECT_THAT(OctetsOf(VxlanHeader(0xffffff)),
                testing::ElementsAre(0x08, 0, 0, 0, 0xff, 0xff, 0xff, 0));
    EXPECT_THAT(OctetsOf(VxlanHeader(0)), testing::ElementsAre(0x08, 0, 0, 0, 0, 0, 0, 0));
}

TEST(VxlanHeaderTest, ReservedBitsAreIgnored)
{
    VxlanHeader header = Read({0xff, 0xab, 0xcd, 0xef, 0x12, 0x34, 0x56, 0xff});
    EXPECT_TRUE(header.IsValid());
    EXPECT_EQ(header.GetVni(), 0x123456u);
    EXPECT_THAT(OctetsOf(header), testing::ElementsAre(0x08, 0, 0, 0, 0x12, 0x34, 0x56, 0));
}

TEST(VxlanHeaderTest, WithoutTheFlagTheVniIsNotValid)
{
    VxlanHeader header = Read({0xf7, 0, 0, 0, 0, 0, 7, 0});
    EXPECT_FALSE(header.IsValid());
    EXPECT_EQ(header.GetVni(), 7u);
}

TEST(VxlanTunnelPortTest, FlowsSpreadOverTheDynamicPorts)
{
    std::mt19937_64 random(1);
    std::set<uint16_t> ports;
    for (int i = 0; i < 1000; ++i)
    {
        ports.insert(VxlanTunnel::GetSourcePort(random()));
    }
    EXPECT_GE(*ports.begin(), 49152); // RFC 6335: 49152 to 65535
    // 16384 (1 - (1 - 1 / 16384) ^ 1000) = 970 different ones are expected, standard deviation 5.
    EXPECT_NEAR(ports.size(), 970, 25);
    EXPECT_EQ(VxlanTunnel::GetSourcePort(0), 49152);
    EXPECT_EQ(VxlanTunnel::GetSourcePort(UINT64_MAX), 65535);
}

TEST(VxlanTunnelPortTest, OverheadIsThatOfTheHeaders)
{
    // Ethernet 14, VXLAN 8, UDP 8, and IPv4 20 or IPv6 40.
    EXPECT_EQ(VxlanTunnel::GetOverhead(IpFamily::IPV4), 50u);
    EXPECT_EQ(VxlanTunnel::GetOverhead(IpFamily::IPV6), 70u);
}
