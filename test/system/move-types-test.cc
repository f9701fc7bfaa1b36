// SPDX-License-Identifier: GPL-2.0-only
// Cold, warm and post-copy moves in whole scenarios, with the schemes host-route and ideal.
#include "scenario-fixture.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class MoveTypesTest : public ScenarioTest
{
  protected:
    /// The probe arrives again at its period once the VM runs: nothing is lost after the resume.
    void ExpectFlowsGoOn(const std::string& move)
    {
        EXPECT_EQ(MoveFlow(move, "probe", "survived"), "true");
        EXPECT_GE(Move(move, "outage_s"), Move(move, "downtime_s") - 0.001);
    }
};

} // namespace

// A chain of hot moves and then one more, hot or cold: 2 + 2k messages, where k is all previous
// NVEs after a hot move, and the last one and the owner of the prefix after a cold one.
TEST_F(MoveTypesTest, ColdMoveTellsTheImmediateSourceAndTheOwnerOfThePrefix)
{
    SetKey("duration", "6s");
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms,5.5s,1ms,100B\n";
    for (std::string type : {"hot", "cold"})
    {
        files["moves.csv"] = "migration,time,vm,to,type\n"
                             "m1,1s,web,server-1-0,hot\n"
                             "m2,2s,web,server-2-0,hot\n"
                             "m3,3s,web,server-3-0," +
                             type +
                             "\n"
                             "m4,4s,web,server-2-1,hot\n";
        Run("host-route:Redirect=Tunnel");
        EXPECT_EQ(Move("m2", "control_messages"), 2 + 2 * 2);
        EXPECT_EQ(Move("m3", "control_messages"), type == "hot" ? 2 + 2 * 3 : 2 + 2 * 2) << type;
        // The earlier NVE is forgotten for good.
        EXPECT_EQ(Move("m4", "control_messages"), type == "hot" ? 2 + 2 * 4 : 2 + 2 * 3) << type;
        auto orders = Trace("messages").Where({{"kind", "registration"}, {"to", "server-1-0"}});
        size_t late = 0;
        for (const auto& row : orders)
        {
            late += row.at("vm") == "web" && std::stod(row.at("time_s")) > Move("m3", "order_s");
        }
        EXPECT_EQ(late > 0, type == "hot");
        ExpectFlowsGoOn("m3");
    }
}

TEST_F(MoveTypesTest, ColdMoveStandsForTheWholeCopy)
{
    files["moves.csv"] = "migration,time,vm,to,type\nm1,1s,web,server-2-0,cold\n";
    for (std::string scheme : {"host-route", "ideal"})
    {
        Run(scheme);
        auto row = Trace("migrations").One({{"migration", "m1"}});
        EXPECT_EQ(row["type"], "cold");
        EXPECT_EQ(row["method"], "stop-and-copy");
        EXPECT_EQ(row["rounds"], "1");
        // 1024 pages of 4104 octets and 256 KiB of device state at 1 Gbit/s, 1448 in 1502; 10 ms
        // until the VM runs.
        const double octets = 1024 * 4104 + (1 << 18);
        EXPECT_NEAR(Move("m1", "downtime_s"), 0.01 + octets * 8 / 1e9 * 1502 / 1448, 0.003);
        EXPECT_EQ(Move("m1", "copied_bytes"), octets);
        ExpectFlowsGoOn("m1");
        // A guest that stands sends nothing; what is sent to it while it stands is lost.
        EXPECT_NEAR(Move("m1", "lost_packets"), Move("m1", "downtime_s") / 0.001, 3);
    }
}

TEST_F(MoveTypesTest, WarmStandbyTakesOverWhenTheServerCrashes)
{
    SetKey("duration", "12s");
    SetKey("ns3::vmm::VmManager::LeaseTime", "1s");
    SetKey("ns3::vmm::VmManager::ServerTimeout", "1s");
    SetKey("ns3::vmm::MigrationAgent::KeepAlive", "250ms");
    SetKey("ns3::vmm::Checkpoint::Interval", "200ms");
    files["vms.csv"] = "vm,nve,memory,dirty_rate\n"
                       "web,server-0-0,4MiB,1MiB/s\n"
                       "one,server-1-0,4MiB,0MiB/s\n";
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms,11s,1ms,100B\n";
    files["moves.csv"] = "migration,time,vm,to,type\nm1,1s,web,server-2-0,warm\n";
    files["failures.csv"] = "time,what,target\n5.1s,server-crash,server-0-0\n";
    for (std::string scheme : {"host-route", "ideal"})
    {
        Run(scheme);
        auto row = Trace("migrations").One({{"migration", "m1"}});
        EXPECT_EQ(row["outcome"], "completed");
        EXPECT_EQ(row["method"], "checkpoint");
        EXPECT_EQ(Move("m1", "stop_s"), 5.1);
        // At most one interval and the time of sending a checkpoint.
        EXPECT_GT(Move("m1", "lost_state_s"), 0);
        EXPECT_LT(Move("m1", "lost_state_s"), 0.2 + 0.01);
        EXPECT_NEAR(Move("m1", "lost_state_bytes"), Move("m1", "lost_state_s") * (1 << 20), 2);
        // The lease of 1 s, less the HELLO that was heard last; then 10 ms until the VM runs.
        EXPECT_GT(Move("m1", "downtime_s"), 0.74);
        EXPECT_LT(Move("m1", "downtime_s"), 1.05);
        ExpectFlowsGoOn("m1");
    }
}

TEST_F(MoveTypesTest, WarmSwitchOverLosesNothing)
{
    SetKey("duration", "6s");
    files["traffic.csv"] = "flow,from,to,application,start,stop,period,packet_size\n"
                           "probe,one,web,udp-probe,500ms,5s,1ms,100B\n";
    files["moves.csv"] = "migration,time,vm,to,type,switch_over\n"
                         "m1,1s,web,server-2-0,warm,3s\n";
    for (std::string scheme : {"host-route", "ideal"})
    {
        Run(scheme);
        EXPECT_EQ(Move("m1", "lost_state_s"), -1);
        EXPECT_GT(Move("m1", "stop_s"), 3);
        EXPECT_LT(Move("m1", "stop_s"), 3.01);
        ExpectFlowsGoOn("m1");
        auto rounds = Trace("rounds").Where({{"migration", "m1"}, {"phase", "mirror"}});
        // One at once when all memory is there, then every 500 ms.
        EXPECT_EQ(rounds.size(), 4u);
    }
}

TEST_F(MoveTypesTest, PostCopyStandsShortlyAndStallsLater)
{
    files["vms.csv"] = "vm,nve,memory,dirty_rate\n"
                       "web,server-0-0,32MiB,8MiB/s\n"
                       "one,server-1-0,4MiB,0MiB/s\n";
    files["moves.csv"] = "migration,time,vm,to,method\nm1,1s,web,server-2-0,post-copy\n";
    for (std::string scheme : {"host-route", "ideal"})
    {
        Run(scheme);
        EXPECT_LT(Move("m1", "downtime_s"), 0.015);
        EXPECT_GT(Move("m1", "faults"), 100);
        EXPECT_GT(Move("m1", "stall_s"), 0);
        EXPECT_NEAR(Move("m1", "copied_bytes"), 8192 * 4104 + (1 << 18) + 1024, 2 * 4104);
        ExpectFlowsGoOn("m1");
    }
}

// The same move over packets and as a flow: what is told of it is the same to a few per mille.
TEST_F(MoveTypesTest, EveryMethodRunsOverTheFluidTransferToo)
{
    files["vms.csv"] = "vm,nve,memory,dirty_rate\n"
                       "web,server-0-0,32MiB,8MiB/s\n"
                       "one,server-1-0,4MiB,0MiB/s\n";
    for (std::string method : {"pre-copy", "post-copy", "hybrid", "stop-and-copy"})
    {
        std::map<std::string, double> copied;
        for (std::string transfer : {"tcp", "fluid"})
        {
            files["moves.csv"] = "migration,time,vm,to,method,transfer\nm1,1s,web,server-2-0," +
                                 method + "," + transfer + "\n";
            Run();
            EXPECT_EQ(Trace("migrations").One({{"migration", "m1"}})["transfer"], transfer);
            copied[transfer] = Move("m1", "copied_bytes");
        }
        EXPECT_NEAR(copied["fluid"], copied["tcp"], 0.01 * copied["tcp"]) << method;
    }
}
