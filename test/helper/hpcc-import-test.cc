// SPDX-License-Identifier: GPL-2.0-only
// The topology and flow files of the HPCC family, and scenarios that use them.
#include "helper/scenario-files.h"

#include "ns3/hpcc-import.h"

#include <gmock/gmock.h>

using namespace ns3;
using namespace ns3::vmm;
using namespace vmmtest;
using testing::ElementsAre;
using testing::HasSubstr;

namespace
{

const char* const TOPOLOGY = "4 1 3\n"
                             "3\n"
                             "0 3 100Gbps 1us 0\n"
                             "1 3 100Gbps 0.001ms 1e-3\n"
                             "3 2 25Gbps 1000ns 0.000000\n";

/// @return the error of a topology file
std::string
TopologyError(const std::string& bytes)
{
    return MessageOf<ScenarioError>(
        [&bytes]
        {
            ImportHpcc("t", bytes);
        });
}

/// @return the error of a flow file
std::string
FlowError(const std::string& bytes)
{
    return MessageOf<ScenarioError>(
        [&bytes]
        {
            ImportHpccFlows("f", bytes, ImportHpcc("t", TOPOLOGY).topology);
        });
}

/// A small scenario with both files.
class HpccScenarioTest : public testing::Test
{
  protected:
    HpccScenarioTest()
    {
        m_files.files["scenario.csv"] = "key,value\nfabric,hpcc\ntopology_file,t.txt\n"
                                        "flows,f.txt\nduration,10s\n";
        m_files.files["t.txt"] = TOPOLOGY;
        m_files.files["f.txt"] = "2\n0 1 3 100 1500 2\n1 2 3 100 1000000 2.0005\n";
        m_files.files["vms.csv"] = "vm,nve,memory\nweb,server-0,64MiB\nlate,server-0,64MiB\n";
        m_files.files["traffic.csv"] = "flow,from,to,application\n";
        m_files.files["moves.csv"] = "migration,time,vm,to\nm1,5s,web,server-2\n";
    }

    ScenarioFiles m_files; //!< the folder
};

} // namespace

TEST(HpccImportTest, Topology)
{
    ImportedTopology read = ImportHpcc("t", TOPOLOGY);
    const Topology& t = read.topology;
    ASSERT_EQ(t.GetNodeCount(), 4U);
    ASSERT_EQ(t.GetLinkCount(), 3U);
    EXPECT_EQ(t.GetNode(3).name, "switch-3");
    EXPECT_EQ(t.GetNode(3).role, NodeRole::SWITCH);
    EXPECT_FALSE(t.GetNode(3).bridged) << "the family's switches route";
    EXPECT_FALSE(t.GetNode(3).nve);
    EXPECT_EQ(t.GetNode(0).name, "server-0");
    EXPECT_EQ(t.GetNode(0).role, NodeRole::SERVER);
    EXPECT_EQ(t.GetNves(), (std::vector<NodeId>{0, 1, 2}));
    EXPECT_EQ(t.GetLink(0).rate, DataRate("100Gbps"));
    for (LinkId link = 0; link < 3; link++)
    {
        EXPECT_EQ(t.GetLink(link).delay, MicroSeconds(1)) << link;
    }
    EXPECT_EQ(t.GetLink(2).a, 3U);
    EXPECT_EQ(read.losses, (LinkLosses{{1, 0.001}}));
}

TEST(HpccImportTest, ErrorsOfTopologies)
{
    EXPECT_EQ(TopologyError(""), "t:1:1: found the end of the file, expected the number of nodes");
    EXPECT_EQ(TopologyError("2 1 x"),
              "t:1:5: found 'x', expected the number of links: a whole number from 0 to 458752");
    EXPECT_EQ(TopologyError("2 3 1"),
              "t:1:3: found '3', expected the number of switches: a whole number from 0 to 2");
    EXPECT_EQ(TopologyError("3 2 1\n2 2"),
              "t:2:3: found switch 2 again, expected a switch that is not listed yet");
    EXPECT_EQ(TopologyError("2 1 1\n1\n0 2 1Gbps 1us 0"),
              "t:3:3: found '2', expected its destination: a whole number from 0 to 1");
    EXPECT_EQ(TopologyError("2 1 1\n1\n1 1 1Gbps 1us 0"),
              "t:3:3: found a link of node 1 to itself, expected another node");
    EXPECT_EQ(TopologyError("2 1 1\n1\n0 1 100 1us 0"),
              "t:3:5: found '100', expected its rate: a rate above zero with its unit, such as "
              "10Gbps");
    EXPECT_EQ(TopologyError("2 1 1\n1\n0 1 1Gbps 1us 2"),
              "t:3:15: found '2', expected its error rate: a number from 0 to 1");
    EXPECT_EQ(TopologyError("2 1 1\n1\n0 1 1Gbps 1us 0\n0"),
              "t:4:1: found '0', expected the end of the file after 1 links");
    EXPECT_EQ(TopologyError("2 1 2\n1\n0 1 1Gbps 1us 0"),
              "t:3:16: found the end of the file, expected a link's source");
}

TEST(HpccImportTest, Flows)
{
    const Topology t = ImportHpcc("t", TOPOLOGY).topology;
    auto flows = ImportHpccFlows("f", "2\n0 1 3 100 1500 2\n1 2 0 65535 1 2.0005e-1\n", t);
    ASSERT_EQ(flows.size(), 2U);
    EXPECT_EQ(flows[0].source, 0U);
    EXPECT_EQ(flows[0].destination, 1U);
    EXPECT_EQ(flows[0].priority, 3U);
    EXPECT_EQ(flows[0].port, 100U);
    EXPECT_EQ(flows[0].bytes, 1500U);
    EXPECT_EQ(flows[0].start, Seconds(2));
    EXPECT_EQ(flows[1].start, MicroSeconds(200050));
    EXPECT_EQ(FlowError("1\n0 3 3 100 1 2"),
              "f:2:3: found node 3, expected its destination: a node of the topology that is no "
              "switch");
    EXPECT_EQ(FlowError("1\n0 0 3 100 1 2"),
              "f:2:3: found a flow of node 0 to itself, expected another node");
    EXPECT_EQ(FlowError("1\n0 1 3 100 0 2"),
              "f:2:11: found '0', expected its size in bytes: a whole number from 1 to "
              "1125899906842624");
    EXPECT_EQ(FlowError("1\n0 1 3 100 5 -2"),
              "f:2:13: found '-2', expected its start in seconds: a number from 0 to 1e+09");
    EXPECT_EQ(FlowError("2\n0 1 3 100 5 2\n"),
              "f:3:1: found the end of the file, expected a flow's source");
}

TEST_F(HpccScenarioTest, FlowsBecomeRows)
{
    Scenario scenario = m_files.Read();
    EXPECT_EQ(scenario.topology.GetNodeCount(), 5U) << "and mn";
    EXPECT_EQ(scenario.managementNode, "mn");
    EXPECT_EQ(scenario.linkLosses, (LinkLosses{{1, 0.001}}));
    ASSERT_EQ(scenario.vms.size(), 4U);
    EXPECT_EQ(scenario.vms[2].name, "vm-1");
    EXPECT_EQ(scenario.vms[2].nve, "server-1");
    EXPECT_EQ(scenario.vms[2].memory, 64U << 20);
    EXPECT_EQ(scenario.vms[3].name, "vm-2");
    ASSERT_EQ(scenario.flows.size(), 2U);
    EXPECT_EQ(scenario.flows[0].name, "hpcc-1");
    EXPECT_EQ(scenario.flows[0].application, FlowApplication::TCP_BULK);
    EXPECT_EQ(scenario.flows[0].from.name, "web") << "the first VM on server-0";
    EXPECT_EQ(scenario.flows[0].to.name, "vm-1");
    EXPECT_EQ(scenario.flows[0].bytes, 1500U);
    EXPECT_EQ(scenario.flows[0].start, Seconds(2));
    EXPECT_EQ(scenario.flows[1].start, MicroSeconds(2000500));
    EXPECT_THAT(scenario.importNotes,
                ElementsAre("added to the file's nodes (1): mn",
                            "without effect: priority and port of the 2 flows"));
    const std::string hash = scenario.scenarioHash;
    m_files.Replace("f.txt", "1500", "1501");
    EXPECT_NE(m_files.Read().scenarioHash, hash) << "all files count";
}

TEST_F(HpccScenarioTest, WithoutFlows)
{
    m_files.Replace("scenario.csv", "flows,f.txt\n", "");
    Scenario scenario = m_files.Read();
    EXPECT_EQ(scenario.vms.size(), 2U);
    EXPECT_TRUE(scenario.flows.empty());
}

TEST_F(HpccScenarioTest, ErrorsStandInTheirFiles)
{
    m_files.Replace("f.txt", "2.0005", "20");
    EXPECT_EQ(m_files.Error(),
              "f.txt:3:19: found start 20s, expected a time before 10s, the end of the run");
    m_files.Replace("f.txt", "20\n", "2\n");
    m_files.Append("traffic.csv", "hpcc-2,web,late,tcp-bulk\n");
    EXPECT_EQ(m_files.Error(),
              "f.txt:3:1: found flow hpcc-2 in traffic.csv too, expected no flow of that name "
              "there");
    m_files.files["traffic.csv"] = "flow,from,to,application\n";
    m_files.Replace("t.txt", "3 2 25Gbps", "0 2 25Gbps");
    EXPECT_EQ(m_files.Error(),
              "scenario.csv:3:15: found node server-2 out of reach of others in " +
                  m_files.Folder().Path("t.txt") + ", expected a connected topology");
    m_files.Replace("scenario.csv", "t.txt", "none.txt");
    EXPECT_EQ(m_files.Error(), "none.txt:1:1: found no file, expected a file");
    m_files.Replace("scenario.csv", "topology_file,none.txt\n", "");
    EXPECT_THAT(m_files.Error(), HasSubstr("found no key 'topology_file', expected a value"));
}
