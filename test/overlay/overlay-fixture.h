// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_OVERLAY_FIXTURE_H
#define VMM_TEST_OVERLAY_FIXTURE_H

#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/ledger-tag.h"
#include "ns3/trace-collector.h"
#include "static-overlay.h"
#include "system/scenario-fixture.h"

namespace ns3
{
namespace vmm
{

/**
 * Scenarios over StaticOverlay. The default has two tenants, networks 7 and 8, each with a VM on
 * server-0-0 and one on server-1-0 that send to each other. Nobody asks for addresses: the VMs of
 * both tenants on one server have the same one.
 */
class OverlayTest : public ScenarioTest, public ::testing::WithParamInterface<FamilyKind>
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        StaticOverlay::Clear();
        crossed = 0;
        SetKey("duration", "3s");
        SetKey("family", Is4() ? "ipv4" : "ipv6");
        files["vms.csv"] = "vm,nve,memory,vn\n"
                           "a7,server-0-0,4MiB,7\n"
                           "b7,server-1-0,4MiB,7\n"
                           "a8,server-0-0,4MiB,8\n"
                           "b8,server-1-0,4MiB,8\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "to7,a7,b7,udp-probe,500ms,2s,2ms,100B\n"
                               "back7,b7,a7,udp-probe,500ms,2s,2ms,100B\n"
                               "to8,a8,b8,udp-probe,500ms,2s,2ms,100B\n"
                               "back8,b8,a8,udp-probe,500ms,2s,2ms,100B\n";
        files["moves.csv"] = "migration,time,vm,to\n";
    }

    void TearDown() override
    {
        ScenarioTest::TearDown();
        StaticOverlay::Clear();
    }

    bool Is4() const
    {
        return GetParam() == FamilyKind::IPV4;
    }

    /// Octets that a tunnel adds to a packet.
    double Overhead() const
    {
        return Is4() ? 50 : 70;
    }

    /// Builds the scenario, with its NVEs known to the scheme and its VMs watched.
    void BuildOverlay()
    {
        Build("test-overlay");
        for (const auto& [node, server] : run->GetMobility().GetServers())
        {
            StaticOverlay::nves.push_back(PeekPointer(server.nve));
        }
        for (const auto& vm : run->GetMobility().GetVms())
        {
            const uint32_t id = vm->GetNode()->GetId();
            if (auto ip = vm->GetNode()->GetObject<Ipv4L3Protocol>())
            {
                ip->TraceConnectWithoutContext("LocalDeliver",
                                               MakeCallback(&OverlayTest::Deliver4, this).Bind(id));
            }
            if (auto ip = vm->GetNode()->GetObject<Ipv6L3Protocol>())
            {
                ip->TraceConnectWithoutContext("LocalDeliver",
                                               MakeCallback(&OverlayTest::Deliver6, this).Bind(id));
            }
        }
    }

    /// BuildOverlay and Finish, expecting that the books balance and nothing has crossed.
    void RunOverlay()
    {
        BuildOverlay();
        EXPECT_EQ(Finish(), std::vector<std::string>());
        EXPECT_EQ(Summary("unaccounted"), 0);
        EXPECT_EQ(crossed, 0);
    }

    /// A number of the forward direction of a flow in flows.csv.
    double Flow(const std::string& flow, const std::string& column) const
    {
        return std::stod(Trace("flows").One({{"flow", flow}, {"direction", "forward"}})[column]);
    }

    int crossed = 0; //!< datagrams handed up in a VM that they were not sent to

  private:
    void Deliver4(uint32_t node, const Ipv4Header& header, Ptr<const Packet> p, uint32_t)
    {
        Check(node, header.GetProtocol(), p);
    }

    void Deliver6(uint32_t node, const Ipv6Header& header, Ptr<const Packet> p, uint32_t)
    {
        Check(node, header.GetNextHeader(), p);
    }

    void Check(uint32_t node, uint8_t protocol, Ptr<const Packet> p)
    {
        LedgerTag tag;
        auto ledger = run->GetCollector()->GetLedger();
        // An ICMP error carries the tag of the packet that it is about.
        if (protocol == 17 && p->PeekPacketTag(tag) && ledger->IsKnown(tag.GetId()))
        {
            crossed += ledger->GetReceiver(ledger->Get(tag.GetId()).book) != node;
        }
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_OVERLAY_FIXTURE_H
