// SPDX-License-Identifier: GPL-2.0-only
// N1 to N2 to N3 and back to N1: server-0-0, server-1-0, server-2-0, server-0-0.
#include "scenario-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

using Next = std::map<std::string, std::string>; // next hops of the host route, by node

class ChainTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "5s");
        files["moves.csv"] = "migration,time,vm,to\n"
                             "out,1s,web,server-1-0\n"
                             "on,2s,web,server-2-0\n"
                             "home,3s,web,server-0-0\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                               "probe,three,web,udp-probe,500ms,900ms,10ms,100B\n";
    }

    // Registration messages on the wire about the VM from the order of a move to 0.9 s later.
    size_t CountMessages(const std::string& move) const
    {
        double order = Move(move, "order_s");
        size_t count = 0;
        for (const auto& row : Trace("messages").Where({{"kind", "registration"}, {"vm", "web"}}))
        {
            double time = std::stod(row.at("time_s"));
            count += time >= order && time < order + 0.9;
        }
        return count;
    }

    // Nodes with a route of the protocol to the VM at a time, replayed from routes.csv.
    Next RoutesAt(double time) const
    {
        // The first address of server-0-0's prefix.
        auto rows = Trace("routes").Where({{"prefix", "10.0.0.1/32"}, {"owner", "registration"}});
        Next routes;
        for (const auto& row : rows)
        {
            if (std::stod(row.at("time_s")) > time)
            {
                break;
            }
            if (row.at("action") == "remove")
            {
                routes.erase(row.at("node"));
            }
            else
            {
                routes[row.at("node")] = row.at("next_hops");
            }
        }
        return routes;
    }

    std::set<std::string> HoldersAt(double time) const
    {
        std::set<std::string> nodes;
        for (const auto& [node, next] : RoutesAt(time))
        {
            nodes.insert(node);
        }
        return nodes;
    }

    std::string TunnelTo(const std::string& node) const
    {
        Ptr<Fabric> fabric = run->GetFabric();
        NodeId id = fabric->GetTopology().GetNodeId(node);
        return "tunnel:" + fabric->GetAddress(id, IpFamily::IPV4).ToString();
    }
};

} // namespace

TEST_F(ChainTest, TunnelPointsStraightAtTheLastNve)
{
    Run("host-route:Redirect=Tunnel");
    EXPECT_EQ(RoutesAt(1.9), (Next{{"server-0-0", TunnelTo("server-1-0")}}));
    EXPECT_EQ(
        RoutesAt(2.9),
        (Next{{"server-0-0", TunnelTo("server-2-0")}, {"server-1-0", TunnelTo("server-2-0")}}));
    EXPECT_EQ(
        RoutesAt(5),
        (Next{{"server-1-0", TunnelTo("server-0-0")}, {"server-2-0", TunnelTo("server-0-0")}}));
}

TEST_F(ChainTest, NoRouterKeepsARouteAfterTheReturn)
{
    Run("host-route:Redirect=Path");
    // Shortest paths over spine-0, back to the leaf of each previous NVE.
    EXPECT_EQ(HoldersAt(1.9), (std::set<std::string>{"leaf-1", "spine-0", "leaf-0", "server-0-0"}));
    EXPECT_EQ(HoldersAt(2.9),
              (std::set<std::string>{
                  "leaf-2", "spine-0", "leaf-1", "leaf-0", "server-0-0", "server-1-0"}));
    EXPECT_EQ(HoldersAt(5), (std::set<std::string>{"server-1-0", "server-2-0"}));
}

TEST_F(ChainTest, TwoMessagesAndTwoForEachPreviousNve)
{
    for (std::string redirect : {"SourceOnly", "Tunnel"})
    {
        Run("host-route:Redirect=" + redirect);
        // 2 + 2k; k is 1, then 2, and 2 again: N1 is off the list when the VM is back there.
        EXPECT_EQ(CountMessages("out"), 4u) << redirect;
        EXPECT_EQ(CountMessages("on"), 6u) << redirect;
        EXPECT_EQ(CountMessages("home"), 6u) << redirect;
        EXPECT_EQ(Move("out", "control_messages"), 4) << redirect;
        EXPECT_EQ(Move("on", "control_messages"), 6) << redirect;
        EXPECT_EQ(Move("home", "control_messages"), 6) << redirect;
    }
}

TEST_F(ChainTest, TwoMoreForEachRouterTold)
{
    Run("host-route:Redirect=Path");
    // Routers: leaf-1, spine-0, leaf-0; then leaf-2, spine-0, leaf-1, leaf-0; all four withdrawn.
    EXPECT_EQ(CountMessages("out"), 2 + 2 * 1 + 2 * 3u);
    EXPECT_EQ(CountMessages("on"), 2 + 2 * 2 + 2 * 4u);
    EXPECT_EQ(CountMessages("home"), 2 + 2 * 2 + 2 * 4u);
}

TEST_F(ChainTest, LingerIsNoConvergence)
{
    // No packet comes after the first move, so that server-0-0 lets go 500 ms after its route.
    SetKey("ns3::vmm::Nve::Linger", "500ms");
    Run("host-route");
    for (const char* move : {"out", "on", "home"})
    {
        // Ten to fourteen messages over links of 5 us.
        EXPECT_LT(Move(move, "control_converged_s") - Move(move, "resume_s"), 0.001) << move;
        EXPECT_GE(Move(move, "control_converged_s"), Move(move, "resume_s")) << move;
    }
    EXPECT_NEAR(Move("out", "source_released_s"), Move("out", "control_converged_s") + 0.5, 1e-6);
    // web and four others from their boot on; at server-1-0 also `one`.
    EXPECT_EQ(Summary("bindings_peak"), 5);
    auto state = Trace("state");
    EXPECT_EQ(state.One({{"node", "mn"}}).at("bindings_peak"), "5");
    EXPECT_EQ(state.One({{"node", "server-1-0"}}).at("binding_updates_peak"), "2");
    EXPECT_EQ(state.One({{"node", "server-2-0"}}).at("binding_updates_peak"), "1");
    // The second gratuitous ARP of a move would come 2 s later: the VM has moved on, or the run is
    // over.
    EXPECT_EQ(Summary("announcements"), 3);
}
