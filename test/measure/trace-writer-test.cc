// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/trace-writer.h"

#include "one-move.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace ns3
{
namespace vmm
{
namespace
{

/// @return the lines of a file
std::vector<std::string>
Lines(const std::filesystem::path& path)
{
    std::ifstream in(path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
    {
        lines.push_back(line);
    }
    return lines;
}

/// @return the fields of a line without quotes
std::vector<std::string>
Split(const std::string& line)
{
    std::vector<std::string> fields;
    std::stringstream in(line + ",");
    for (std::string field; std::getline(in, field, ',');)
    {
        fields.push_back(field);
    }
    return fields;
}

/// A folder with the files of the hand-made move.
class TraceWriterTest : public ::testing::Test
{
  protected:
    void SetUp() override
    {
        folder = std::filesystem::path(::testing::TempDir()) /
                 (std::string("vmm-writer-") +
                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder);
        run.Move();
        run.Packets();
        run.timeline.OnMessage(
            {MilliSeconds(151), "registration", "request", "n2", "mn", "vm-a", 60, 2, false});
        run.timeline.OnBindingUpdates(OneMove::N1, 1, MilliSeconds(100));
        run.timeline.OnBindings(9, 2, Time(0));
        run.timeline.OnRibs(9, {3, 2, 0}, Time(0));
        goodput.OnReceived("bulk", MilliSeconds(25), 1448);
        results.ledger = PeekPointer(run.ledger);
        results.timeline = &run.timeline;
        results.stretch = &run.stretch;
        results.goodput = &goodput;
        results.moves = run.Analyse();
        results.movesPlanned = 1;
        results.end = MilliSeconds(400);
    }

    void TearDown() override
    {
        std::filesystem::remove_all(folder);
    }

    /// @return the second row of a file by the names of its columns
    std::map<std::string, std::string> FirstRow(const std::string& name) const
    {
        const std::vector<std::string> lines = Lines(folder / name);
        const std::vector<std::string> columns = Split(lines.at(0));
        const std::vector<std::string> fields = Split(lines.at(1));
        std::map<std::string, std::string> row;
        for (size_t i = 0; i < columns.size(); ++i)
        {
            row[columns[i]] = fields.at(i);
        }
        return row;
    }

    std::filesystem::path folder; //!< where
    OneMove run;                  //!< what
    GoodputBins goodput;          //!< of one flow
    RunResults results;           //!< together
};

TEST_F(TraceWriterTest, MigrationsHaveEveryColumnAndTheFigures)
{
    TraceWriter(folder.string(), results).WriteAll();
    EXPECT_EQ(
        Lines(folder / "migrations.csv").at(0),
        "migration,vm,type,method,transfer,scheme,source_nve,destination_nve,order_s,copy_start_s,"
        "stop_s,resume_s,register_s,mn_updated_s,source_route_s,path_ready_s,first_packet_s,"
        "control_converged_s,data_converged_s,source_released_s,rounds,copied_bytes,"
        "wire_bytes,storage_bytes,throttled_s,faults,stall_s,lost_state_s,lost_state_bytes,"
        "downtime_s,outage_s,outage_censored,detect_s,register_delay_s,inform_s,"
        "install_s,propagate_s,alignment_s,lost_packets,triangle_packets,via_source_packets,"
        "triangle_s,"
        "max_hop_stretch,max_delay_stretch,control_messages,control_bytes,outcome,begin_s,end_s,"
        "queue_s,operation");
    auto row = FirstRow("migrations.csv");
    EXPECT_EQ(row["migration"], "m1");
    EXPECT_EQ(row["stop_s"], "0.100000000");
    EXPECT_EQ(row["first_packet_s"], "0.154090000");
    EXPECT_EQ(row["source_released_s"], "");
    EXPECT_EQ(row["downtime_s"], "0.050000000");
    EXPECT_EQ(row["outage_s"], "0.054040000");
    EXPECT_EQ(row["outage_censored"], "no");
    EXPECT_EQ(row["propagate_s"], "0.000090000");
    EXPECT_EQ(row["alignment_s"], "-0.000050000");
    EXPECT_EQ(row["data_converged_s"], "0.300000000");
    EXPECT_EQ(row["lost_packets"], "54");
    EXPECT_EQ(row["max_hop_stretch"], "2.000000");
    EXPECT_EQ(row["control_messages"], "1");
    EXPECT_EQ(row["control_bytes"], "60");
    EXPECT_EQ(row["outcome"], "completed");
}

TEST_F(TraceWriterTest, TheOtherFilesHoldWhatTheyShould)
{
    const TraceWriter writer(folder.string(), results);
    writer.WriteAll();
    writer.WritePackets();
    EXPECT_EQ(FirstRow("move_flows.csv")["turning_point"], "n1");
    EXPECT_EQ(FirstRow("move_flows.csv")["survived"], "true");
    EXPECT_EQ(FirstRow("move_flows.csv")["first_arrival_s"], "0.154090000");
    const std::vector<std::string> state = Lines(folder / "state.csv");
    ASSERT_EQ(state.size(), 4U);
    EXPECT_EQ(state[0],
              "node,host_routes_peak,host_routes_integral_s,binding_updates_peak,"
              "binding_updates_integral_s,bindings_peak,bindings_integral_s,adj_rib_in_peak,"
              "adj_rib_in_integral_s,loc_rib_peak,loc_rib_integral_s,adj_rib_out_peak,"
              "adj_rib_out_integral_s,vm_routes_peak,vm_routes_integral_s");
    // The route of the spine: 299.5 to 400 ms; of n1: 154 to 400 ms, with a binding from 0.1 s on.
    EXPECT_EQ(state[1],
              "spine,1,0.100500,0,0.000000,0,0.000000,0,0.000000,0,0.000000,0,0.000000,1,0.100500");
    EXPECT_EQ(state[2],
              "n1,1,0.246000,1,0.300000,0,0.000000,0,0.000000,0,0.000000,0,0.000000,1,0.246000");
    EXPECT_EQ(
        state[3],
        "node-9,0,0.000000,0,0.000000,2,0.800000,3,1.200000,2,0.800000,0,0.000000,0,0.000000");
    const std::vector<std::string> flows = Lines(folder / "flows.csv");
    EXPECT_EQ(flows.at(0),
              "flow,direction,from,to,sent,delivered,lost,in_flight,suppressed,duplicated,"
              "reordered,mean_delay_s,p99_delay_s,mean_hop_stretch,max_hop_stretch,transfers,"
              "transfers_completed,mean_fct_s,p99_fct_s");
    // 346 packets: 200 take 50 us, 146 take 90 us and have stretch 2.
    EXPECT_EQ(flows.at(1),
              "probe,forward,cn,vm-a,400,346,54,0,0,0,0,0.000066878,0.000090000,1.421965,2.000000,"
              ",,,");
    EXPECT_EQ(flows.at(2), "probe,reverse,vm-a,cn,0,0,0,0,0,0,0,,,,,,,,");
    EXPECT_EQ(Lines(folder / "losses.csv").size(), 55U);
    EXPECT_EQ(Lines(folder / "losses.csv").at(1),
              "0.100050000,probe,forward,101,vm-stopped,n1,0.100000000,4");
    const std::vector<std::string> stretch = Lines(folder / "stretch.csv");
    ASSERT_EQ(stretch.size(), 4U);
    EXPECT_EQ(stretch[2],
              "0.154090000,probe,forward,8,4,0.000080000,0.000040000,4,0.000040000,2.000000,"
              "2.000000,node-21 a leaf-a spine leaf-1 n1 leaf-1 spine leaf-2 n2 node-20");
    EXPECT_EQ(Lines(folder / "rounds.csv").at(1),
              "m1,1,0.011000000,0.090000000,1000,100,101265,memory,0.000000");
    EXPECT_EQ(Lines(folder / "routes.csv").at(1),
              "0.154000000,n1,10.0.4.7/32,add,registration,10.9.9.1,2,");
    EXPECT_EQ(Lines(folder / "messages.csv").at(1),
              "0.151000000,registration,request,n2,mn,vm-a,60");
    EXPECT_EQ(Lines(folder / "throughput.csv").back(), "0.020000000,bulk,1448");
    EXPECT_EQ(Lines(folder / "packets.csv").size(), 401U);
}

TEST_F(TraceWriterTest, SummaryHasTheWholeVocabulary)
{
    std::map<std::string, std::string> value;
    for (const SummaryRow& row : Summarize(results))
    {
        EXPECT_TRUE(value.emplace(row.metric, row.value).second) << row.metric;
    }
    const std::set<std::string> wanted{"moves_planned",
                                       "moves_completed",
                                       "moves_failed",
                                       "downtime_mean",
                                       "outage_mean",
                                       "outage_p50",
                                       "outage_p99",
                                       "outage_max",
                                       "lost_packets",
                                       "lost_ttl",
                                       "lost_vm-stopped",
                                       "lost_source-released",
                                       "suppressed_packets",
                                       "triangle_packets",
                                       "via_source_packets",
                                       "triangle_time_max",
                                       "hop_stretch_mean",
                                       "hop_stretch_max",
                                       "delay_stretch_max",
                                       "control_convergence_mean",
                                       "control_convergence_max",
                                       "data_convergence_mean",
                                       "data_convergence_max",
                                       "control_messages",
                                       "control_bytes",
                                       "host_routes_peak",
                                       "announcements",
                                       "binding_updates_peak",
                                       "bindings_peak",
                                       "header_bytes",
                                       "copied_bytes",
                                       "moves_rolled_back",
                                       "moves_cancelled",
                                       "moves_queued_max",
                                       "moves_concurrent_max",
                                       "queue_time_max",
                                       "vms_lost",
                                       "unaccounted"};
    for (const std::string& metric : wanted)
    {
        EXPECT_EQ(value.count(metric), 1U) << metric;
    }
    EXPECT_EQ(value["moves_completed"], "1");
    EXPECT_EQ(value["moves_failed"], "0");
    EXPECT_EQ(value["downtime_mean"], "0.050000000");
    EXPECT_EQ(value["outage_p99"], "0.054040000");
    EXPECT_EQ(value["lost_vm-stopped"], "50");
    EXPECT_EQ(value["lost_departed"], "4");
    EXPECT_EQ(value["control_convergence_max"], "0.149500000");
    EXPECT_EQ(value["data_convergence_max"], "0.150000000");
    EXPECT_EQ(value["hop_stretch_mean"], "1.421965");
    EXPECT_EQ(value["host_routes_peak"], "2");
    EXPECT_EQ(value["vm_routes_peak"], "2");
    EXPECT_EQ(value["move_messages_mean"], "1.000000");
    EXPECT_EQ(value["move_bytes_mean"], "60.000000");
    EXPECT_EQ(value["copied_bytes"], "1100");
    EXPECT_EQ(value["unaccounted"], "0");
}

TEST_F(TraceWriterTest, CheckFindsUnexpectedOutcomesAndLostBooks)
{
    EXPECT_TRUE(CheckResults(results).empty());
    run.timeline.OnOrder(OneMove::Order("m2"), MilliSeconds(350));
    run.ledger->Open(0, OneMove::CN, MilliSeconds(399), 100, 0);
    EXPECT_EQ(
        CheckResults(results),
        (std::vector<std::string>{"flow probe forward: 1 packets unaccounted",
                                  "migration m2 of vm-a: outcome unfinished, expected completed"}));
}

} // namespace
} // namespace vmm
} // namespace ns3
