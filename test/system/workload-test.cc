// SPDX-License-Identifier: GPL-2.0-only
// Every application across a hot move of the VM that it runs in or talks to: the books close, the
// stopped VM is silent, and it goes on afterwards.
#include "system/scenario-fixture.h"

namespace ns3
{
namespace vmm
{
namespace
{

class WorkloadSystemTest : public ScenarioTest
{
  protected:
    void SetUp() override
    {
        ScenarioTest::SetUp();
        SetKey("randomness", "on");
        SetKey("duration", "8s");
        SetKey("ns3::TcpSocketBase::MaxSegLifetime", "0.1");
        files["sizes.csv"] = "size,probability\n1000B,0.3\n10kB,0.8\n100kB,1\n";
        files["traffic.csv"] =
            "flow,from,to,application,start,stop,period,rate,packet_size,response_size,think_time,"
            "on,off,distribution,direction\n"
            "on-in,one,web,on-off,500ms,3s,,8Mbps,500B,,,exponential 20ms,exponential 20ms,,\n"
            "on-out,web,one,on-off,500ms,3s,,8Mbps,500B,,,pareto 20ms 1.5,exponential 20ms,,\n"
            "up,one,web,sized,500ms,3s,,4Mbps,,,,,,sizes,upload\n"
            "down,three,web,sized,500ms,3s,,4Mbps,100B,,,,,sizes,download\n"
            "mine,web,three,sized,500ms,3s,10ms,,,,,,,sizes,\n"
            "query,near rack one three,web,incast,500ms,3s,,,100B,20kB,exponential 5ms,,,,\n"
            "answer,web rack,three,incast,500ms,3s,,,100B,20kB,5ms,,,,\n"
            "calls,one,web,rpc,500ms,3s,,,100B,1kB,exponential 5ms,,,,\n"
            "bulk,rack,web,tcp-bulk,500ms,3s,,20Mbps,,,,,,,\n"
            "const,near,web,udp-probe,500ms,3s,,1Mbps,100B,,,,,,\n"
            "ew,* ,one three,udp-probe,500ms,3s,5ms,,,,,,,,\n";
    }

    // Runs, and expects every packet of every flow in the books, none of a VM that stands still.
    void CheckBooks()
    {
        Run();
        double stop = Move("m1", "stop_s");
        double resume = Move("m1", "resume_s");
        ASSERT_GT(resume, stop);
        auto flows = Trace("flows");
        std::set<std::string> names;
        for (const auto& row : flows.Where({{"direction", "forward"}}))
        {
            auto field = [&row](const char* column)
            {
                return std::stoull(row.at(column));
            };
            EXPECT_GT(field("sent"), 0U) << row.at("flow");
            EXPECT_EQ(field("sent"), field("delivered") + field("lost")) << row.at("flow");
            EXPECT_EQ(field("suppressed"), 0U) << row.at("flow");
            names.insert(row.at("flow"));
        }
        // 4 + 2 servers of the incasts, 5 VMs to each of two others without themselves.
        EXPECT_EQ(names.size(), 8U + 6U + 8U);
        EXPECT_EQ(names.count("query.4"), 1U);
        EXPECT_EQ(names.count("ew.8"), 1U);

        // A stopped VM sends nothing: no datagram begins in it.
        for (const auto& row : Trace("packets").rows)
        {
            double sent = std::stod(row.at("sent_s"));
            if (sent > stop && sent < resume)
            {
                EXPECT_NE(row.at("path").substr(0, 4), "web ") << row.at("flow") << " " << sent;
            }
            EXPECT_LT(sent, 5.0) << row.at("flow") << ": all is quiet 2 s after the stop";
        }
    }

    std::string Read(const std::string& name) const
    {
        std::ifstream in(folder + "/" + name, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
};

TEST_F(WorkloadSystemTest, BooksCloseOverEveryApplication)
{
    CheckBooks();
}

TEST_F(WorkloadSystemTest, BooksCloseOverEveryApplicationInIpv6)
{
    SetKey("family", "ipv6");
    CheckBooks();
}

TEST_F(WorkloadSystemTest, TransfersGoOnAfterTheMove)
{
    Run();
    double stop = Move("m1", "stop_s");
    double resume = Move("m1", "resume_s");
    std::map<std::string, int> before;
    std::map<std::string, int> after;
    for (const auto& row : Trace("transfers").rows)
    {
        const std::string flow = row.at("flow");
        if (row.at("outcome") == "completed")
        {
            EXPECT_NEAR(std::stod(row.at("fct_s")),
                        std::stod(row.at("end_s")) - std::stod(row.at("start_s")),
                        1e-9);
            ++(std::stod(row.at("end_s")) < resume ? before : after)[flow];
        }
        else
        {
            // Inside the VM that stood still it is 3 s later by its clock.
            bool inside = flow == "mine" || flow.compare(0, 5, "query") == 0;
            EXPECT_EQ(row.at("outcome"), "stopped");
            EXPECT_NEAR(std::stod(row.at("end_s")), inside ? 3 + resume - stop : 3, 1e-9) << flow;
        }
    }
    for (const char* flow :
         {"up", "down", "mine", "query", "query.1", "query.4", "answer", "answer.2", "calls"})
    {
        EXPECT_GT(before[flow], 10) << flow;
        EXPECT_GT(after[flow], 20) << flow;
    }
    EXPECT_EQ(before["query"], before["query.1"]);
    EXPECT_GT(Summary("transfers_completed"), 500);
    EXPECT_GT(Summary("transfer_time_p99"), Summary("transfer_time_p50"));
    auto flows = Trace("flows");
    auto up = flows.One({{"flow", "up"}, {"direction", "forward"}});
    EXPECT_EQ(std::stoi(up["transfers_completed"]), before["up"] + after["up"]);
    EXPECT_GT(std::stod(up["p99_fct_s"]), std::stod(up["mean_fct_s"]));
    EXPECT_EQ(flows.One({{"flow", "up"}, {"direction", "reverse"}})["transfers"], "");
    EXPECT_EQ(flows.One({{"flow", "bulk"}, {"direction", "forward"}})["transfers"], "");
    // What the application counts is what the packets carried.
    uint64_t uploaded = 0;
    for (const auto& row : Trace("transfers").Where({{"flow", "up"}, {"outcome", "completed"}}))
    {
        uploaded += std::stoull(row.at("bytes"));
    }
    uint64_t carried = 0;
    for (const auto& row : Trace("throughput").Where({{"flow", "up"}}))
    {
        carried += std::stoull(row.at("bytes"));
    }
    EXPECT_GE(carried, uploaded);
    // Answers of one octet, and at most a buffer of what was cut at the stop.
    EXPECT_LE(carried, uploaded + before["up"] + after["up"] + 200000);
}

TEST_F(WorkloadSystemTest, SameSeedSameBytes)
{
    Run();
    const std::vector<std::string> names{"transfers.csv", "flows.csv", "packets.csv", "losses.csv"};
    std::vector<std::string> first;
    for (const auto& name : names)
    {
        first.push_back(Read(name));
        EXPECT_GT(first.back().size(), 100U);
    }
    Run();
    for (size_t i = 0; i < names.size(); ++i)
    {
        EXPECT_EQ(Read(names[i]), first[i]) << names[i];
    }
    Run("host-route", 2);
    EXPECT_NE(Read("transfers.csv"), first[0]);
}

TEST_F(WorkloadSystemTest, ADrawDoesNotDependOnOtherFlows)
{
    auto sizes = [this]
    {
        std::vector<std::string> drawn;
        for (const auto& row : Trace("transfers").Where({{"flow", "mine"}}))
        {
            drawn.push_back(row.at("bytes"));
        }
        return drawn;
    };
    Run();
    auto all = sizes();
    ASSERT_GT(all.size(), 150U);
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,distribution\n"
                           "mine,web,three,sized,500ms,3s,10ms,sizes\n";
    Run();
    EXPECT_EQ(sizes(), all);
}

TEST_F(WorkloadSystemTest, WithoutRandomnessEverythingIsItsMean)
{
    SetKey("randomness", "off");
    files["traffic.csv"] = "flow,from,to,application,start,stop,rate,distribution,on,off,"
                           "packet_size\n"
                           "up,one,three,sized,500ms,3s,1Mbps,sizes,,,\n"
                           "on,one,three,on-off,500ms,3s,8Mbps,,exponential 100ms,"
                           "exponential 400ms,1kB\n";
    Run();
    // Mean: 0.3 x 1000 + 0.5 x 5500 + 0.2 x 55000 = 14050 bytes, every 112.4 ms.
    auto rows = Trace("transfers").rows;
    ASSERT_EQ(rows.size(), 22U);
    for (size_t i = 0; i < rows.size(); ++i)
    {
        EXPECT_EQ(rows[i]["bytes"], "14050");
        EXPECT_NEAR(std::stod(rows[i]["start_s"]), 0.5 + 0.1124 * double(i + 1), 1e-9);
    }
    // 5 on times of 100 ms with a packet a ms.
    auto sent = std::stoi(Trace("flows").One({{"flow", "on"}, {"direction", "forward"}})["sent"]);
    EXPECT_GE(sent, 495);
    EXPECT_LE(sent, 500);
}

} // namespace
} // namespace vmm
} // namespace ns3
