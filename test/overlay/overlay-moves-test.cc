// SPDX-License-Identifier: GPL-2.0-only
// Moves in a row, moves at once, VMs at the old NVE, and disturbances, under the overlay.
#include "overlay-move-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class OverlayMovesTest : public OverlayMoveFixture
{
  protected:
    /// One probe of web from a VM, every 2 ms.
    void Probe(const std::string& from, const std::string& until)
    {
        files["traffic.csv"] += from + "," + from + ",web,udp-probe,500ms," + until + ",2ms,100B\n";
    }

    void ClearTraffic()
    {
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n";
    }

    /// Runs the scenario in every mode.
    void ForEachUpdate(const std::function<void()>& expect)
    {
        for (const std::string update : {"Push", "Pull", "Redirect"})
        {
            SCOPED_TRACE(update);
            RunOverlay(update);
            expect();
        }
    }
};

} // namespace

TEST_F(OverlayMovesTest, TwoMovesInARow)
{
    SetKey("duration", "8s");
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,2s,web,server-3-1\n";
    ClearTraffic();
    for (const std::string from : {"near", "rack", "one", "three"})
    {
        Probe(from, "7s");
    }
    ForEachUpdate(
        [this]()
        {
            EXPECT_EQ(Outcome("m1"), "completed");
            EXPECT_EQ(Outcome("m2"), "completed");
            EXPECT_EQ(Bound("web"), AddressOf("server-3-1"));
            EXPECT_EQ(Summary("lost_ttl"), 0);
            EXPECT_EQ(Summary("lost_stale-mapping"), 0);
            for (const std::string from : {"near", "rack", "one", "three"})
            {
                ExpectNoLossAfter(from, Move("m2", "source_route_s"));
            }
            // In flight from the first NVE they go by the second, told of the last place.
            EXPECT_EQ(WayTo("web", "server-0-0"), WayBy("server-2-0"));
            EXPECT_EQ(WayTo("web", "server-2-0"), WayBy("server-3-1"));
        });
}

TEST_F(OverlayMovesTest, ThereAndBack)
{
    SetKey("duration", "8s");
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,2s,web,server-0-0\n";
    ClearTraffic();
    for (const std::string from : {"near", "rack", "one", "three"})
    {
        Probe(from, "7s");
    }
    ForEachUpdate(
        [this]()
        {
            EXPECT_EQ(Outcome("m2"), "completed");
            EXPECT_EQ(Bound("web"), AddressOf("server-0-0"));
            EXPECT_EQ(Serving("web"), std::vector<std::string>{"server-0-0"});
            EXPECT_EQ(WayTo("web", "server-2-0"), WayBy("server-0-0"));
            EXPECT_EQ(Summary("lost_stale-mapping"), 0);
            for (const std::string from : {"near", "rack", "one", "three"})
            {
                ExpectNoLossAfter(from, Move("m2", "source_route_s"));
                // While web is copied back its old NVE still sends packets on to where it runs.
                for (double sent : LostAt(from))
                {
                    EXPECT_TRUE(sent < Move("m1", "source_route_s") ||
                                sent > Move("m2", "stop_s") - 0.002)
                        << from << " " << sent;
                }
            }
        });
}

TEST_F(OverlayMovesTest, TwoThatTalkMoveAtOnce)
{
    SetKey("duration", "6s");
    files["moves.csv"] = "migration,time,vm,to\nm1,1s,web,server-2-0\nm2,1s,one,server-3-1\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "there,one,web,udp-probe,500ms,5s,2ms,100B\n"
                           "back,web,one,udp-probe,500ms,5s,2ms,100B\n";
    ForEachUpdate(
        [this]()
        {
            EXPECT_EQ(Outcome("m1"), "completed");
            EXPECT_EQ(Outcome("m2"), "completed");
            const double told =
                std::max(Move("m1", "source_route_s"), Move("m2", "source_route_s"));
            const double ran = std::max(Move("m1", "resume_s"), Move("m2", "resume_s"));
            ExpectNoLossAfter("there", std::max(told, ran));
            ExpectNoLossAfter("back", std::max(told, ran));
            EXPECT_EQ(Summary("lost_ttl"), 0);
        });
}

TEST_F(OverlayMovesTest, VmsAtTheOldNveAreNotCutOffWhenTheInFlightTimeEnds)
{
    SetKey("duration", "6s");
    SetScheme("InFlightTunnelTime", "1s");
    ClearTraffic();
    Probe("near", "5s");
    RunOverlay("Push");
    ExpectNoLossAfter("near", Move("m1", "source_route_s"));
    EXPECT_EQ(Count("resolve-request", Move("m1", "stop_s")), 1U);
    const Route* route =
        Server("server-0-0")
            .nve->GetFibOf(0)
            .Find(IpPrefix::Host(VmDirectory::Find("web")->GetSpec().addresses.front()),
                  RouteOwner::MAPPING);
    ASSERT_NE(route, nullptr);
    EXPECT_EQ(route->ToString(), WayBy("server-2-0"));
}

TEST_F(OverlayMovesTest, AVmThatSendsToItsNewNeighbourIsServedLocally)
{
    SetKey("duration", "6s");
    files["vms.csv"] += "two,server-2-0,4MiB\n";
    ClearTraffic();
    Probe("two", "5s");
    ForEachUpdate(
        [this]()
        {
            // two's NVE had a mapping of web and forgets it when web comes.
            EXPECT_EQ(Outcome("m1"), "completed");
            EXPECT_EQ(WayTo("web", "server-2-0").find("vxlan"), std::string::npos);
            ExpectNoLossAfter("two", Move("m1", "resume_s"));
        });
}

TEST_F(OverlayMovesTest, RegistrarThatForgotItsUsersIsHelpedByTheOldNve)
{
    SetKey("duration", "12s");
    SetKey("ns3::vmm::Nve::Lifetime", "4s");
    files["moves.csv"] = "migration,time,vm,to\nm1,5s,web,server-2-0\n";
    ClearTraffic();
    Probe("one", "11s");
    SetScheme("Update", "Push");
    Build("nva-overlay");
    At(1,
       "mn",
       [this]()
       {
           run->GetMobility().GetNva()->Fail();
           run->GetMobility().GetNva()->Restart();
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(Outcome("m1"), "completed");
    // Nobody pushes; after RedirectInterval the old NVE tells the sender, which asks.
    EXPECT_EQ(WayTo("web", "server-1-0"), WayBy("server-2-0"));
    EXPECT_EQ(Count("mapping-request", 5), 1U);
    ExpectNoLossAfter("one", Move("m1", "source_route_s"));
}

TEST_F(OverlayMovesTest, OldNveThatNobodyTellsLetsGoInTheEnd)
{
    // The registrar restarts and the VM moves before it has heard of the VM again, so that it does
    // not know of server-0-0: nobody is told, senders and VMs there have to ask.
    SetKey("duration", "9s");
    SetKey("ns3::vmm::Nve::Lifetime", "4s");
    SetKey("ns3::vmm::Nve::Linger", "500ms");
    files["vms.csv"] += "local,server-0-0,64MiB\n";
    ClearTraffic();
    Probe("one", "8s");
    Probe("local", "8s");
    SetScheme("Update", "Redirect");
    Build("nva-overlay");
    At(0.8,
       "mn",
       [this]()
       {
           run->GetMobility().GetNva()->Fail();
           run->GetMobility().GetNva()->Restart();
       });
    EXPECT_EQ(Finish(), std::vector<std::string>());
    EXPECT_EQ(Outcome("m1"), "completed");
    EXPECT_GT(Summary("lost_departed"), 0);
    // A lifetime, and up to a linger time until that is noticed; then a withdrawal and a query, and
    // the next packets go straight.
    const double free = Move("m1", "resume_s") + 4 + 0.5 + 0.1;
    ExpectNoLossAfter("one", free);
    ExpectNoLossAfter("local", free);
    EXPECT_EQ(WayTo("web", "server-1-0"), WayBy("server-2-0"));
    EXPECT_EQ(WayTo("web", "server-0-0"), WayBy("server-2-0"));
}

TEST_F(OverlayMovesTest, EveryKindOfMessageMayBeLostOnce)
{
    SetKey("duration", "8s");
    ClearTraffic();
    Probe("one", "7s");
    using Type = RegistrationType;
    using Role = RecipientRole;
    for (const std::string update : {"Push", "Pull", "Redirect"})
    {
        SetScheme("Update", update);
        for (const MessageLoser::Kind kind : {MessageLoser::Kind{Type::REQUEST, Role::RESOLVER},
                                              {Type::REPLY, Role::RESOLVER},
                                              {Type::REQUEST, Role::SOURCE_NVE},
                                              {Type::REPLY, Role::SOURCE_NVE},
                                              {Type::REQUEST, Role::REMOTE_NVE},
                                              {Type::REPLY, Role::REMOTE_NVE}})
        {
            SCOPED_TRACE(update + " " + RecipientRoleName(kind.role) +
                         (kind.type == Type::REQUEST ? " request" : " reply"));
            Build("nva-overlay");
            auto loser = CreateObject<MessageLoser>(kind);
            const Topology& topology = run->GetFabric()->GetTopology();
            for (NodeId node = 0; node < topology.GetNodeCount(); ++node)
            {
                if (topology.GetNode(node).nve || topology.GetNode(node).name == "mn")
                {
                    PointerValue model;
                    run->GetFabric()
                        ->GetDevice(topology.GetLinks(node).front(), node)
                        ->GetAttribute("ReceiveErrorModel", model);
                    model.Get<LinkFailureErrorModel>()->SetInner(loser);
                }
            }
            EXPECT_EQ(Finish(), std::vector<std::string>());
            EXPECT_EQ(Summary("unaccounted"), 0);
            const bool sent = kind.role != Role::REMOTE_NVE || update != "Pull";
            EXPECT_EQ(loser->GetLost(), sent ? 1U : 0U);
            EXPECT_EQ(Outcome("m1"), "completed");
            EXPECT_EQ(Bound("web"), AddressOf("server-2-0"));
            // What is lost is sent again after a second, twice at most in a chain of two.
            ExpectNoLossAfter("one", Move("m1", "resume_s") + 1.1);
            if (update != "Pull")
            {
                EXPECT_EQ(WayTo("web", "server-1-0"), WayBy("server-2-0"));
            }
        }
    }
}

TEST_F(OverlayMovesTest, Ipv6)
{
    SetKey("family", "ipv6");
    for (const std::string update : {"Push", "Pull", "Redirect"})
    {
        SCOPED_TRACE(update);
        RunOverlay(update);
        EXPECT_EQ(Outcome("m1"), "completed");
        EXPECT_EQ(Summary("lost_stale-mapping"), 0);
        ExpectNoLossAfter("probe", Move("m1", "source_route_s"));
        const size_t more = update == "Push" ? 4 : update == "Pull" ? 0 : 8;
        EXPECT_EQ(CountAll(Move("m1", "stop_s")), 4 + more);
    }
}

TEST_F(OverlayMovesTest, OverheadIsThatOfVxlan)
{
    // From three to web without a move: every packet goes through one tunnel.
    files["moves.csv"] = "migration,time,vm,to\n";
    for (const std::string family : {"ipv4", "ipv6"})
    {
        SCOPED_TRACE(family);
        SetKey("family", family);
        RunOverlay("Push");
        EXPECT_EQ(Summary("header_bytes"),
                  Summary("delivered_packets") * (family == "ipv4" ? 50 : 70));
    }
}
