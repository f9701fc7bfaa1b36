// SPDX-License-Identifier: GPL-2.0-only
// What is done about the octets that VXLAN adds, on a fabric without room for them.
#include "ns3/access-device.h"
#include "overlay-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class OverlayMtuTest : public OverlayTest
{
  protected:
    void SetUp() override
    {
        OverlayTest::SetUp();
        SetKey("mtu", "1500");
    }

    /// Two flows of network 7 whose inner packets just fit, and are one octet too large.
    void SendAtTheEdge(const std::string& mode)
    {
        if (!mode.empty())
        {
            SetKey("ns3::vmm::Nve::OverlayMtu", mode);
        }
        // 1500 less 14 + 8 + 8 + 20 or 40 is 1450 or 1430; the probes have UDP and IP inside.
        const int most = (Is4() ? 1450 - 20 : 1430 - 40) - 8;
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "fits,a7,b7,udp-probe,500ms,600ms,10ms," +
                               std::to_string(most) + "B\n" +
                               "large,a8,b8,udp-probe,500ms,600ms,10ms," +
                               std::to_string(most + 1) + "B\n";
    }
};

INSTANTIATE_TEST_SUITE_P(Families,
                         OverlayMtuTest,
                         testing::Values(FamilyKind::IPV4, FamilyKind::IPV6),
                         [](const auto& info)
                         {
                             return info.param == FamilyKind::IPV4 ? "IPv4" : "IPv6";
                         });

} // namespace

TEST_P(OverlayMtuTest, LargerUnderlayHasRoom)
{
    SetKey("mtu", "");
    SendAtTheEdge("");
    RunOverlay();
    EXPECT_EQ(Flow("fits", "delivered"), 10);
    EXPECT_EQ(Flow("large", "delivered"), 10);
    EXPECT_EQ(Summary("header_bytes"), 20 * Overhead());
}

TEST_P(OverlayMtuTest, WithoutRoomItIsLost)
{
    SendAtTheEdge("Underlay");
    RunOverlay();
    EXPECT_EQ(Flow("fits", "delivered"), 10);
    EXPECT_EQ(Summary("lost_mtu"), Flow("large", "lost"));
    if (Is4())
    {
        EXPECT_EQ(Flow("large", "lost"), 10);
    }
    else
    {
        // An IPv6 VM that is told so cuts the following ones (RFC 8201): 10 ms are a round trip.
        EXPECT_EQ(Flow("large", "lost"), 1);
        EXPECT_EQ(Flow("large", "delivered"), 9);
    }
}

TEST_P(OverlayMtuTest, SmallerInnerHasTheVmCut)
{
    SendAtTheEdge("SmallerInner");
    RunOverlay();
    EXPECT_EQ(run->GetMobility().GetVms()[0]->GetDevice()->GetMtu(), 1500 - Overhead());
    EXPECT_EQ(Flow("fits", "delivered"), 10);
    EXPECT_EQ(Flow("large", "delivered"), 10);
    EXPECT_EQ(Summary("header_bytes"),
              (10 + 2 * 10) * Overhead()); // a tunnel header for each piece
}

TEST_P(OverlayMtuTest, OuterFragmentationCutsTheOuterPacket)
{
    SendAtTheEdge("OuterFragmentation");
    RunOverlay();
    EXPECT_EQ(run->GetMobility().GetVms()[0]->GetDevice()->GetMtu(), 1500);
    EXPECT_EQ(Flow("fits", "delivered"), 10);
    EXPECT_EQ(Flow("large", "delivered"), 10);
    EXPECT_EQ(Summary("header_bytes"), 20 * Overhead()); // one tunnel header, in two pieces
}
