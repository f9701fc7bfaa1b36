// SPDX-License-Identifier: GPL-2.0-only
// What a border router takes from NVEs, and what the management node's word does to it. The
// requests are sent by NVEs of the run, as they would send them.
#include "bgp-scenario-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class BorderRouterTest : public BgpScenarioTest
{
  protected:
    void SetUp() override
    {
        BgpScenarioTest::SetUp();
        SetInterDc();
        SetKey("ns3::vmm::BgpRouter::Profile", "Instant");
        files["moves.csv"] = "migration,time,vm,to\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "third,third,home,udp-probe,1500ms,2s,10ms,100B\n";
        border = "dc0-br-0";
    }

    // A request that an NVE may send to a border router: `web` is served by dc2-server-0-0.
    RegistrationMessage Notice(uint16_t epoch, uint16_t number, double lifetime = 100) const
    {
        RegistrationMessage request;
        request.role = RecipientRole::BORDER_ROUTER;
        request.flags = REGISTRATION_ADDRESS_KEPT;
        request.sequence = MakeSequence(epoch, number);
        request.lifetime = LifetimeToUnits(Seconds(lifetime));
        request.vmId = "web";
        request.addresses = {{IpAddress::FromString("10.0.0.1"), IpAddress()}};
        request.servingNve = AddressOf("dc2-server-0-0");
        request.nextHops = {request.servingNve};
        return request;
    }

    IpAddress AddressOf(const std::string& node) const
    {
        const NodeId id = run->GetFabric()->GetTopology().GetNodeId(node);
        return run->GetFabric()->GetAddress(id, IpFamily::IPV4);
    }

    // Has an NVE send a request at a time, and expects an answer.
    void
    Send(double at, const std::string& nve, RegistrationMessage request, RegistrationStatus status)
    {
        const auto& server = run->GetMobility().GetServer(nve);
        Simulator::ScheduleWithContext(
            server.nve->GetNode()->GetId(),
            Seconds(at),
            [this, endpoint = server.nve->GetEndpoint(), request, status, at]()
            {
                endpoint->Send(AddressOf(border),
                               request,
                               [this, status, at](const RequestOutcome& outcome)
                               {
                                   ++answers;
                                   ASSERT_TRUE(outcome.reply) << at;
                                   EXPECT_EQ(outcome.reply->status, status) << at;
                               });
            });
    }

    // Whether a node has a host route by BGP for the VM at a time.
    void ExpectKnown(double at, const std::string& node, bool known)
    {
        Simulator::Schedule(
            Seconds(at),
            [this, at, node, known]()
            {
                const NodeId id = run->GetFabric()->GetTopology().GetNodeId(node);
                const IpPrefix prefix = IpPrefix::FromString("10.0.0.1/32");
                EXPECT_EQ(run->GetFabric()->GetFib(id)->Find(prefix, RouteOwner::BGP) != nullptr,
                          known)
                    << node << " at " << at;
            });
    }

    std::string border; // the router that is told
    int answers = 0;    // so far
};

constexpr auto ACCEPTED = RegistrationStatus::ACCEPTED;
constexpr auto NOT_FROM_MN = RegistrationStatus::NOT_FROM_MN;
constexpr auto STALE = RegistrationStatus::STALE_SEQUENCE;

} // namespace

TEST_F(BorderRouterTest, TellsThoseOutsideForAsLongAsItIsTold)
{
    Build();
    Send(3, "dc0-server-0-0", Notice(2, 1, 4), ACCEPTED);
    ExpectKnown(3.5, "dc1-br-0", true);
    ExpectKnown(3.5, "dc2-br-0", true);
    ExpectKnown(3.5, "dc2-leaf-0", false); // it goes no further than border and WAN routers
    ExpectKnown(3.5, "dc0-spine-0", false);
    ExpectKnown(3.5, "dc0-br-0", false);
    Send(5, "dc0-server-0-0", Notice(2, 2, 4), ACCEPTED); // a refresh
    ExpectKnown(8.9, "dc1-br-0", true);
    ExpectKnown(9.1, "dc1-br-0", false);
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(answers, 2);
    EXPECT_EQ(RoutesAtTheEnd(), std::set<std::string>{"dc0-server-0-0 serving"});
}

TEST_F(BorderRouterTest, ListensToNvesOfItsDataCentreAlone)
{
    Build();
    Send(3, "dc1-server-0-0", Notice(2, 1), NOT_FROM_MN);
    RegistrationMessage path = Notice(2, 2);
    path.role = RecipientRole::PATH_ROUTER;
    Send(3.1, "dc0-server-0-0", path, NOT_FROM_MN);
    path.role = RecipientRole::DEFAULT_ROUTER;
    Send(3.2, "dc0-server-0-0", path, NOT_FROM_MN);
    ExpectKnown(4, "dc1-br-0", false);
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(answers, 3);
}

TEST_F(BorderRouterTest, ARouterOfTheFabricTakesNoNotice)
{
    Build();
    border = "dc0-leaf-0";
    Send(3, "dc0-server-0-0", Notice(2, 1), NOT_FROM_MN);
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(answers, 1);
}

TEST_F(BorderRouterTest, OldEpochsAndOldNumbersAreStale)
{
    Build();
    Send(3, "dc0-server-0-0", Notice(4, 2), ACCEPTED);
    Send(3.1, "dc0-server-0-0", Notice(4, 1), STALE);
    Send(3.2, "dc0-server-1-0", Notice(3, 9), STALE);
    Send(3.3, "dc0-server-1-0", Notice(4, 1), ACCEPTED); // numbers of two NVEs are not compared
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(answers, 4);
}

TEST_F(BorderRouterTest, OnlyWhoToldLastCanWithdraw)
{
    Build();
    Send(3, "dc0-server-0-0", Notice(2, 1), ACCEPTED);
    RegistrationMessage withdrawal = Notice(2, 2);
    withdrawal.flags |= REGISTRATION_WITHDRAW;
    withdrawal.nextHops.clear();
    Send(4, "dc0-server-1-0", withdrawal, ACCEPTED);
    ExpectKnown(4.5, "dc1-br-0", true);
    Send(5, "dc0-server-0-0", withdrawal, ACCEPTED);
    ExpectKnown(5.5, "dc1-br-0", false);
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(answers, 3);
}

// With Redirect=Path the management node has given the border router a route of its own.
TEST_F(BorderRouterTest, TheManagementNodeGoesBefore)
{
    SetKey("duration", "12s");
    files["moves.csv"] = "migration,time,vm,to\nm1,2s,web,dc2-server-0-0\n";
    Build("host-route:SettleTime=1s");
    Send(4, "dc0-server-1-0", Notice(2, 1), ACCEPTED);
    RegistrationMessage withdrawal = Notice(2, 2);
    withdrawal.flags |= REGISTRATION_WITHDRAW;
    withdrawal.nextHops.clear();
    Send(5, "dc0-server-1-0", withdrawal, ACCEPTED);
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(answers, 2);
    EXPECT_EQ(RoutesAtTheEnd().count("dc0-br-0 registration"), 1u);
    for (const double time : Updates("dc0-br-0", "dc1-br-0"))
    {
        EXPECT_LT(time, 4) << "the notice is no news";
    }
}
