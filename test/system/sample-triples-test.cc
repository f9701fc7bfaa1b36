// SPDX-License-Identifier: GPL-2.0-only
// Random triples of correspondent, source and destination NVE, moved in whole scenarios: each
// packet's path is one that the walk over the graph predicts.
#include "scenario-fixture.h"

#include "ns3/forwarding-walk.h"

#include <algorithm>
#include <random>

using namespace ns3::vmm;

namespace
{

struct Triple
{
    NodeId correspondent;
    NodeId source;
    NodeId destination;
};

class SampleTriplesTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("duration", "3s");
        Topology topology = Read().topology;
        std::vector<NodeId> servers;
        for (NodeId node = 0; node < topology.GetNodeCount(); ++node)
        {
            if (topology.GetNode(node).nve)
            {
                servers.push_back(node);
            }
        }
        ASSERT_EQ(servers.size(), 8u);
        files["vms.csv"] = "vm,nve,memory\n";
        files["moves.csv"] = "migration,time,vm,to\n";
        files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n";
        std::mt19937 random(20141112);
        for (int i = 0; i < 8; ++i)
        {
            // Not std::shuffle, whose order the standard leaves open.
            for (size_t k = servers.size() - 1; k > 0; --k)
            {
                std::swap(servers[k], servers[random() % (k + 1)]);
            }
            m_triples.push_back({servers[0], servers[1], servers[2]});
            auto name = [&](size_t k)
            {
                return topology.GetNode(servers[k]).name;
            };
            std::string n = std::to_string(i);
            files["vms.csv"] += "cn" + n + "," + name(0) + ",1MiB\n";
            files["vms.csv"] += "vm" + n + "," + name(1) + ",1MiB\n";
            files["moves.csv"] += "m" + n + ",1s,vm" + n + "," + name(2) + "\n";
            files["traffic.csv"] +=
                "f" + n + ",cn" + n + ",vm" + n + ",udp-probe,500ms,2s,4ms,100B\n";
        }
    }

    // Runs all moves and compares the path at the end with the walks.
    void Compare(const std::string& options, RedirectReading reading)
    {
        Run("host-route:" + options);
        EXPECT_EQ(Summary("moves_completed"), m_triples.size());
        const Topology& topology = run->GetFabric()->GetTopology();
        for (size_t i = 0; i < m_triples.size(); ++i)
        {
            const Triple& triple = m_triples[i];
            auto state = MakeForwardingState(
                topology, reading, triple.source, triple.destination, {triple.source});
            std::string n = std::to_string(i);
            auto last =
                Trace("stretch").Where({{"flow", "f" + n}, {"direction", "forward"}}).back();
            std::set<std::string> paths;
            std::set<std::string> hops;
            for (const auto& walk : GetAllWalks(topology, state, triple.correspondent))
            {
                EXPECT_EQ(walk.outcome, WalkOutcome::DELIVERED);
                std::string path = "cn" + n;
                for (NodeId node : walk.nodes)
                {
                    path += " " + topology.GetNode(node).name;
                }
                paths.insert(path + " vm" + n);
                hops.insert(std::to_string(walk.hops));
            }
            EXPECT_TRUE(paths.count(last["path"])) << options << ": " << last["path"];
            EXPECT_TRUE(hops.count(last["hops"])) << options << ": " << last["hops"];
            EXPECT_EQ(MoveFlow("m" + n, "f" + n, "hops_after"), last["hops"]);
        }
    }

  private:
    std::vector<Triple> m_triples;
};

} // namespace

TEST_F(SampleTriplesTest, Tunnel)
{
    Compare("Redirect=Tunnel", RedirectReading::TUNNEL);
}

TEST_F(SampleTriplesTest, PathSingle)
{
    Compare("Redirect=Path", RedirectReading::PATH_SINGLE);
    EXPECT_LE(Summary("hop_stretch_max"), 1.5);
}

TEST_F(SampleTriplesTest, PathAllEqualCost)
{
    Compare("Redirect=Path:PathSet=AllEqualCost", RedirectReading::PATH_ALL_EQUAL_COST);
    EXPECT_EQ(Summary("hop_stretch_max"), 1);
}
