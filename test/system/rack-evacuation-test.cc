// SPDX-License-Identifier: GPL-2.0-only
// The shipped scenario rack-evacuation, over its traces; and with a server that crashes in it.
#include "scenario-fixture.h"

#include "ns3/hypervisor.h"
#include "ns3/vm-directory.h"

#include <algorithm>

using namespace ns3;
using namespace ns3::vmm;

class RackEvacuationTest : public ScenarioTest
{
  protected:
    using Row = TraceTable::Row;

    /// Takes the shipped files, with these settings in the place of theirs or added.
    void Load(const std::map<std::string, std::string>& changes)
    {
        const auto folder = std::filesystem::path(VMM_SOURCE_DIR) / "scenarios/rack-evacuation";
        for (const char* name : {"vms.csv", "traffic.csv", "moves.csv", "orders.csv"})
        {
            std::ifstream file(folder / name);
            files[name] = {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        }
        for (const auto& row : TraceTable((folder / "scenario.csv").string()).rows)
        {
            SetKey(row.at("key"), row.at("value"));
        }
        SetKey("randomness", ""); // as shipped
        for (const auto& [key, value] : changes)
        {
            SetKey(key, value);
        }
    }

    /// Builds it and watches where each VM runs.
    void BuildWatched()
    {
        Build();
        for (const auto& vm : run->GetMobility().GetVms())
        {
            vm->TraceConnectWithoutContext("State",
                                           MakeCallback(&RackEvacuationTest::StateChanged, this));
        }
    }

    void StateChanged(Ptr<const Vm> vm, VmState, VmState to)
    {
        const bool runs = to == VmState::RUNNING || to == VmState::MIGRATING;
        auto& at = m_runsAt[vm->GetId()];
        twice += runs && at && at != vm->GetHost();
        at = runs ? vm->GetHost() : nullptr;
    }

    static std::string RackOf(const std::string& server)
    {
        return server.substr(0, server.rfind('-')); // server-2 of server-2-1
    }

    /// The most moves of migrations.csv at once, of those that a rule picks.
    template <typename Rule>
    static int MostAtOnce(const TraceTable& moves, Rule rule)
    {
        std::vector<std::pair<std::string, int>> steps; // 9 decimals: sorts as the numbers do
        for (const auto& row : moves.rows)
        {
            if (!row.at("begin_s").empty() && rule(row))
            {
                steps.emplace_back(Padded(row.at("begin_s")), 1);
                steps.emplace_back(Padded(row.at("end_s")), -1);
            }
        }
        std::sort(steps.begin(), steps.end());
        int now = 0;
        int most = 0;
        for (const auto& step : steps)
        {
            now += step.second;
            most = std::max(most, now);
        }
        return most;
    }

    static std::string Padded(const std::string& seconds)
    {
        return seconds.size() >= 20 ? seconds : std::string(20 - seconds.size(), '0') + seconds;
    }

    /// The limits of the scenario hold at every instant.
    static void ExpectLimits(const TraceTable& moves)
    {
        EXPECT_EQ(MostAtOnce(moves,
                             [](const Row&)
                             {
                                 return true;
                             }),
                  12); // of one rack's uplinks: the limit that binds
        std::set<std::string> servers;
        std::set<std::string> racks;
        for (const auto& row : moves.rows)
        {
            for (const char* end : {"source_nve", "destination_nve"})
            {
                servers.insert(row.at(end));
                racks.insert(RackOf(row.at(end)));
            }
        }
        for (const char* end : {"source_nve", "destination_nve"})
        {
            for (const auto& server : servers)
            {
                EXPECT_LE(MostAtOnce(moves,
                                     [&](const Row& row)
                                     {
                                         return row.at(end) == server;
                                     }),
                          4)
                    << end << " " << server;
            }
            for (const auto& rack : racks)
            {
                EXPECT_LE(MostAtOnce(moves,
                                     [&](const Row& row)
                                     {
                                         return RackOf(row.at(end)) == rack;
                                     }),
                          12)
                    << end << " " << rack;
            }
        }
    }

    /// Each VM of the rack runs outside it, or is among `lost`, and none ever ran twice.
    void ExpectAllAreElsewhere(const std::set<std::string>& lost)
    {
        for (const auto& vm : run->GetMobility().GetVms())
        {
            const std::string& name = vm->GetId();
            const auto* known = run->GetMobility().GetVmManager()->GetVm(name);
            EXPECT_NE(RackOf(known->server), "server-0") << name;
            int places = 0;
            for (const auto& [node, server] : run->GetMobility().GetServers())
            {
                places += server.hypervisor->Find(name) != nullptr;
            }
            EXPECT_EQ(places, lost.count(name) ? 0 : 1) << name;
            EXPECT_EQ(vm->GetState(), lost.count(name) ? VmState::STOPPED : VmState::RUNNING)
                << name;
        }
        EXPECT_EQ(twice, 0);
    }

    int twice = 0;

  private:
    std::map<std::string, Ptr<Node>> m_runsAt;
};

TEST_F(RackEvacuationTest, LimitsHoldAndEveryVmArrives)
{
    Load({});
    BuildWatched();
    EXPECT_EQ(Finish(), std::vector<std::string>());
    const auto moves = Trace("migrations");
    EXPECT_EQ(moves.rows.size(), 200u);
    EXPECT_EQ(moves.Where({{"outcome", "completed"}, {"operation", "evacuate-1"}}).size(), 200u);
    EXPECT_EQ(moves.Where({{"migration", "evacuate-1.vm-3-49"}}).size(), 1u);
    ExpectLimits(moves);
    ExpectAllAreElsewhere({});
    const auto operation = Trace("operations").One({{"operation", "evacuate-1"}});
    EXPECT_EQ(operation.at("outcome"), "done");
    EXPECT_EQ(operation.at("moves"), "200");
    EXPECT_EQ(operation.at("completed"), "200");
    EXPECT_EQ(operation.at("peak_concurrency"), "12");
    EXPECT_EQ(Summary("moves_planned"), 200);
    EXPECT_EQ(Summary("moves_concurrent_max"), 12);
    EXPECT_EQ(Summary("moves_queued_max"), 188);
    EXPECT_GT(Summary("queue_time_max"), Summary("queue_time_mean"));
    EXPECT_EQ(Summary("vms_lost"), 0);
    EXPECT_EQ(Summary("unaccounted"), 0);
    EXPECT_EQ(Summary("in_flight_packets"), 0);
    // 204 creations of three steps.
    EXPECT_EQ(Trace("placements").Where({{"result", "running"}}).size(), 204u);
    // Every flow of a VM that moved goes on after it.
    for (const auto& flow : Trace("move_flows").Where({{"direction", "forward"}}))
    {
        EXPECT_EQ(flow.at("survived"), "true") << flow.at("flow");
    }
}

// server-1-1 crashes while it receives. What had arrived there is lost with it; what was on its way
// runs at the source again, goes elsewhere, and its flows recover.
TEST_F(RackEvacuationTest, DestinationThatCrashesHalfWay)
{
    Load({{"duration", "30s"},
          {"ns3::vmm::MigrationAgent::KeepAlive", "1s"},
          {"ns3::vmm::MigrationAgent::HoldTime", "3s"},
          {"ns3::vmm::VmManager::ServerTimeout", "4s"},
          {"ns3::vmm::VmManager::AnswerTimeout", "2s"},
          {"ns3::vmm::VmManager::LeaseTime", "5s"}});
    files["failures.csv"] = "time,what,target\n5.6s,server-crash,server-1-1\n";
    // The flows go on until all is over.
    for (size_t at = 0; (at = files["traffic.csv"].find(",14s,", at)) != std::string::npos;)
    {
        files["traffic.csv"].replace(at, 5, ",24s,");
    }
    BuildWatched();
    EXPECT_EQ(Finish(), std::vector<std::string>());
    const auto moves = Trace("migrations");
    ExpectLimits(moves);
    std::set<std::string> lost;
    std::set<std::string> broken;
    for (const auto& row : moves.Where({{"destination_nve", "server-1-1"}}))
    {
        (row.at("outcome") == "completed" ? lost : broken).insert(row.at("vm"));
    }
    EXPECT_GE(broken.size(), 1u);
    EXPECT_EQ(Summary("vms_lost"), double(lost.size()));
    ExpectAllAreElsewhere(lost);
    for (const auto& vm : broken)
    {
        EXPECT_EQ(moves.Where({{"vm", vm}, {"outcome", "completed"}}).size(), 1u) << vm;
        for (const auto& row : moves.Where({{"vm", vm}, {"destination_nve", "server-1-1"}}))
        {
            EXPECT_TRUE(row.at("outcome") == "failed" || row.at("outcome") == "rolled-back") << vm;
            // Whatever flow it has is served again before it moves once more.
            for (const auto& flow : Trace("move_flows").Where({{"migration", row.at("migration")}}))
            {
                EXPECT_NE(flow.at("delivered"), "0") << flow.at("flow");
            }
        }
    }
    const auto operation = Trace("operations").One({{"operation", "evacuate-1"}});
    EXPECT_EQ(operation.at("outcome"), "done");
    EXPECT_EQ(operation.at("retries"), std::to_string(broken.size()));
    EXPECT_EQ(operation.at("completed"), "200");
    for (const auto& flow : Trace("move_flows").Where({{"direction", "forward"}}))
    {
        const auto move = moves.One({{"migration", flow.at("migration")}});
        if (!lost.count(move.at("vm")) && move.at("outcome") == "completed")
        {
            EXPECT_EQ(flow.at("survived"), "true") << flow.at("flow");
        }
    }
    EXPECT_EQ(Summary("unaccounted"), 0);
}
