// SPDX-License-Identifier: GPL-2.0-only
#include "helper/scenario-files.h"

#include "ns3/node-list.h"
#include "ns3/scenario-printer.h"

#include <random>
#include <sstream>

using namespace ns3;
using namespace ns3::vmm;
using vmmtest::ScenarioFiles;

TEST(ScenarioReader, ReadsAll)
{
    ScenarioFiles files;
    Scenario scenario = files.Read();
    EXPECT_EQ(scenario.name, std::filesystem::path(files.Folder().Path()).filename().string());
    EXPECT_EQ(scenario.fabric, "leaf-spine");
    EXPECT_EQ(scenario.duration, Seconds(10));
    EXPECT_EQ(scenario.scheme, "host-route");
    EXPECT_EQ(scenario.schemeType, vmmtest::FakeHostRoute::GetTypeId());
    EXPECT_EQ(scenario.seed, 1U);
    EXPECT_TRUE(scenario.randomness);
    EXPECT_EQ(scenario.family, FamilyKind::IPV4);
    EXPECT_TRUE(scenario.topology.FindNode("server-1-1"));
    EXPECT_FALSE(scenario.managementNode.empty());

    ASSERT_EQ(scenario.vms.size(), 3U);
    EXPECT_EQ(scenario.vms[0].name, "a");
    EXPECT_EQ(scenario.vms[0].nve, "server-0-0");
    EXPECT_EQ(scenario.vms[0].memory, 64U << 20);
    EXPECT_EQ(scenario.vms[0].vcpus, 1U);
    EXPECT_EQ(scenario.vms[0].address.ToString(), "10.0.0.1");
    EXPECT_FALSE(scenario.vms[0].address6) << "the family is ipv4";
    EXPECT_FALSE(scenario.vms[0].destroy);
    EXPECT_EQ(scenario.vms[0].dirty.kind, DirtyKind::CONSTANT);
    EXPECT_EQ(scenario.vms[0].dirty.rate.GetBitRate(), 0U);
    EXPECT_EQ(scenario.vms[0].zero, 0U);
    EXPECT_EQ(scenario.vms[0].storage, 0U);
    EXPECT_EQ(scenario.vms[1].address.ToString(), "10.0.1.9");
    EXPECT_EQ(scenario.vms[1].source.At("address").line, 3U);
    EXPECT_EQ(scenario.vms[1].source.At("address").column, 20U);
    EXPECT_EQ(scenario.vms[2].create, Seconds(1));
    EXPECT_EQ(*scenario.vms[2].destroy, Seconds(8));

    ASSERT_EQ(scenario.flows.size(), 3U);
    EXPECT_EQ(scenario.flows[0].application, FlowApplication::UDP_PROBE);
    EXPECT_EQ(*scenario.flows[0].period, MilliSeconds(1));
    EXPECT_EQ(scenario.flows[0].packetSize, 100U);
    EXPECT_EQ(scenario.flows[0].stop, Seconds(10)) << "end of the run";
    EXPECT_EQ(scenario.flows[1].application, FlowApplication::TCP_BULK);
    EXPECT_EQ(scenario.flows[1].stop, Seconds(9));
    EXPECT_FALSE(scenario.flows[1].rate);
    EXPECT_FALSE(scenario.flows[1].bytes);
    EXPECT_EQ(scenario.flows[2].application, FlowApplication::RPC);
    EXPECT_EQ(scenario.flows[2].thinkTime.mean, MilliSeconds(5));
    EXPECT_EQ(scenario.flows[2].responseSize, 1000U);
    EXPECT_EQ(scenario.flows[2].stop, Seconds(8)) << "end of c";

    ASSERT_EQ(scenario.moves.size(), 2U);
    EXPECT_EQ(scenario.moves[0].from, "server-0-0");
    EXPECT_EQ(scenario.moves[0].to, "server-1-1");
    EXPECT_EQ(scenario.moves[0].type, "hot");
    EXPECT_EQ(scenario.moves[0].method, "pre-copy");
    EXPECT_EQ(scenario.moves[0].expect, MoveOutcome::COMPLETED);
    EXPECT_EQ(scenario.moves[1].from, "server-1-1");
    EXPECT_TRUE(scenario.failures.empty());

    ASSERT_EQ(scenario.attributes.size(), 2U);
    EXPECT_EQ(scenario.attributes[0].name, "ns3::TcpSocketBase::MinRto");
    EXPECT_EQ(scenario.attributes[0].value, "200ms");
    EXPECT_EQ(scenario.attributes[1].name, "vmmtest::FakeHostRoute::Redirect");
    EXPECT_EQ(scenario.GetSchemeOption("Redirect"), "Path");
    EXPECT_EQ(scenario.GetSchemeOption("Linger"), "30s");
    EXPECT_EQ(scenario.GetSchemeOption("Common"), "3");
    EXPECT_EQ(scenario.GetSchemeOption("Nothing"), "");
    EXPECT_EQ(scenario.settings.at("leaves"), "2");
    EXPECT_EQ(scenario.settings.at("underlay"), "static");
    EXPECT_TRUE(scenario.differences.empty());
    EXPECT_EQ(scenario.settingsHash, "");
    EXPECT_EQ(scenario.scenarioHash.size(), 8U);
    EXPECT_EQ(NodeList::GetNNodes(), 0U) << "nothing of the simulation is created";
}

TEST(ScenarioReader, CsvFabric)
{
    ScenarioFiles files;
    files.UseCsvFabric();
    files.Append("nodes.csv", "dc1-gw,border,no\n");
    files.Append("links.csv", "dc1-gw,r,10Gbps,5ms\n");
    files.Append("traffic.csv", "ext,host:out,a,udp-probe,,,10ms,\n");
    Scenario scenario = files.Read();
    EXPECT_EQ(scenario.topology.GetNodeCount(), 8U);
    EXPECT_EQ(scenario.topology.GetNode(4).role, NodeRole::ROUTER);
    EXPECT_FALSE(scenario.topology.GetNode(4).nve);
    EXPECT_TRUE(scenario.topology.GetNode(0).nve);
    const TopologyLink& link = scenario.topology.GetLink(6);
    EXPECT_EQ(link.rate, DataRate("10Gbps"));
    EXPECT_EQ(link.delay, MilliSeconds(5));
    EXPECT_EQ(link.mtu, 9000);
    EXPECT_EQ(link.cost, 1U);
    EXPECT_EQ(link.queue, "100p");
    EXPECT_EQ(scenario.managementNode, "mgmt");
    EXPECT_TRUE(scenario.flows[3].from.host);
    EXPECT_EQ(scenario.flows[3].from.ToString(), "host:out");
}

TEST(ScenarioReader, BuilderKeys)
{
    ScenarioFiles files;
    files.Append("scenario.csv",
                 "server_rate,1Gbps\nfabric_delay,5us\nmtu,1500\nqueue,64KiB\n"
                 "hosts,out-0  out-1\n");
    files.Append("traffic.csv", "ext,host:out-1,a,udp-probe,,,10ms,\n");
    Scenario scenario = files.Read();
    auto server = *scenario.topology.FindNode("server-0-0");
    auto leaf = *scenario.topology.FindNode("leaf-0");
    auto spine = *scenario.topology.FindNode("spine-1");
    const TopologyLink& up = scenario.topology.GetLink(*scenario.topology.FindLink(server, leaf));
    EXPECT_EQ(up.rate, DataRate("1Gbps"));
    EXPECT_EQ(up.delay, MicroSeconds(1));
    EXPECT_EQ(up.mtu, 1500);
    EXPECT_EQ(up.queue, "65536B");
    const TopologyLink& fabric =
        scenario.topology.GetLink(*scenario.topology.FindLink(leaf, spine));
    EXPECT_EQ(fabric.rate, DataRate("40Gbps"));
    EXPECT_EQ(fabric.delay, MicroSeconds(5));
    EXPECT_EQ(scenario.settings.at("hosts"), "out-0 out-1");
    EXPECT_EQ(scenario.flows[3].from.name, "out-1");
}

TEST(ScenarioReader, CsvFabricColumns)
{
    ScenarioFiles files;
    files.UseCsvFabric();
    files.Replace("vms.csv", "10.0.1.9", "10.1.1.9"); // the servers are in data centre 1
    std::string& nodes = files.files["nodes.csv"];
    nodes = "node,role,dc,asn,latitude,longitude,nve\n";
    for (const char* name : {"server-0-0", "server-0-1", "server-1-0", "server-1-1"})
    {
        nodes += std::string(name) + ",server,1,,,,yes\n";
    }
    nodes += "r,leaf,1,65001,47.6,-122.33,\nout,host,,,,,\nmgmt,management,,,,,\n";
    files.files["links.csv"] = "queue,mtu,cost,a,b,rate,delay\n"
                               ",,,server-0-0,r,1Gbps,1us\n"
                               "64KiB,1500,5,server-0-1,r,1Gbps,1us\n"
                               "50p,,,server-1-0,r,1Gbps,0s\n"
                               ",,,server-1-1,r,1Gbps,1us\n"
                               ",,,out,r,1Gbps,1us\n"
                               ",,,mgmt,r,1Gbps,1us\n";
    Scenario scenario = files.Read();
    const TopologyNode& leaf = scenario.topology.GetNode(4);
    EXPECT_EQ(leaf.dc, 1);
    EXPECT_EQ(*leaf.asn, 65001U);
    EXPECT_DOUBLE_EQ(*leaf.latitude, 47.6);
    EXPECT_DOUBLE_EQ(*leaf.longitude, -122.33);
    EXPECT_EQ(scenario.topology.GetLink(1).mtu, 1500);
    EXPECT_EQ(scenario.topology.GetLink(1).cost, 5U);
    EXPECT_EQ(scenario.topology.GetLink(1).queue, "65536B");
    EXPECT_EQ(scenario.topology.GetLink(2).queue, "50p");
    EXPECT_EQ(scenario.topology.GetLink(2).delay, Time());
}

TEST(ScenarioReader, MovesAreSortedAndFollowed)
{
    ScenarioFiles files;
    files.files["moves.csv"] = "migration,time,vm,to,expect\n"
                               "late,6s,a,server-0-0,\n"
                               "early,1s,a,server-1-1,completed\n"
                               "lost,2s,a,server-0-1,rolled-back\n"
                               "same,2s,b,server-1-1,\n"
                               "mid,3s,a,server-1-0,unfinished\n";
    Scenario scenario = files.Read();
    std::string order;
    for (const auto& move : scenario.moves)
    {
        order += move.name + ":" + move.from + ">" + move.to + " ";
    }
    EXPECT_EQ(order,
              "early:server-0-0>server-1-1 lost:server-1-1>server-0-1 same:server-0-1>server-1-1 "
              "mid:server-1-1>server-1-0 late:server-1-1>server-0-0 ");
}

TEST(ScenarioReader, AddressesAreTheNextOfThePrefix)
{
    ScenarioFiles files;
    files.Append("scenario.csv", "family,dual\n");
    files.files["vms.csv"] = "vm,nve,memory,address,address6\n"
                             "a,server-0-0,64MiB,,\n"
                             "b,server-0-0,64MiB,10.0.0.1,\n"
                             "c,server-0-0,64MiB,,fd00:0:0::2\n"
                             "d,server-1-0,64MiB,,\n"
                             "e,server-0-0,64MiB,,\n";
    Scenario scenario = files.Read();
    std::string all;
    for (const auto& vm : scenario.vms)
    {
        all += vm.address.ToString() + "|" + vm.address6.ToString() + " ";
    }
    EXPECT_EQ(all,
              "10.0.0.2|fd00::1 10.0.0.1|fd00::3 10.0.0.3|fd00::2 10.0.2.1|fd00:0:2::1 "
              "10.0.0.4|fd00::4 ");
    files.files["vms.csv"] = "vm,nve,memory\n";
    for (int i = 0; i < 255; ++i)
    {
        files.files["vms.csv"] += "abc"[i % 3] + std::to_string(i) + ",server-0-0,1MiB\n";
    }
    EXPECT_EQ(files.Error(),
              "vms.csv:256:6: found 'server-0-0', expected an NVE with fewer than 254 VMs, or an "
              "address for each");
}

TEST(ScenarioReader, Failures)
{
    ScenarioFiles files;
    files.files["failures.csv"] = "time,what,target,until,value\n"
                                  "5s,link-down,leaf-0:spine-1,6s,\n"
                                  "1s,node-down,server-1-1,,\n"
                                  "2s,link-loss,spine-0:leaf-1,3s,0.25\n";
    Scenario scenario = files.Read();
    ASSERT_EQ(scenario.failures.size(), 3U);
    EXPECT_EQ(scenario.failures[0].what, FailureKind::NODE_DOWN);
    EXPECT_EQ(scenario.failures[0].node, "server-1-1");
    EXPECT_FALSE(scenario.failures[0].until);
    EXPECT_EQ(scenario.failures[1].what, FailureKind::LINK_LOSS);
    EXPECT_DOUBLE_EQ(scenario.failures[1].value, 0.25);
    EXPECT_EQ(scenario.failures[2].node, "leaf-0");
    EXPECT_EQ(scenario.failures[2].peer, "spine-1");
    EXPECT_EQ(*scenario.failures[2].until, Seconds(6));
}

TEST(ScenarioReader, FlowColumns)
{
    ScenarioFiles files;
    files.files["traffic.csv"] =
        "flow,from,to,application,rate,bytes,packet_size,period,response_size,think_time\n"
        "p,a,b,udp-probe,1Mbps,,125B,,,\n"
        "q,a,b,tcp-bulk,10Mbps,1MiB,500B,,,\n"
        "r,a,b,rpc,,,200B,,64KiB,\n";
    Scenario scenario = files.Read();
    EXPECT_EQ(*scenario.flows[0].period, MilliSeconds(1)) << "1000 bits at 1 Mbit/s";
    EXPECT_EQ(scenario.flows[1].rate->GetBitRate(), 10000000U);
    EXPECT_EQ(*scenario.flows[1].bytes, 1U << 20);
    EXPECT_EQ(scenario.flows[1].packetSize, 500U);
    EXPECT_EQ(scenario.flows[2].packetSize, 200U);
    EXPECT_EQ(scenario.flows[2].responseSize, 65536U);
    EXPECT_EQ(scenario.flows[2].thinkTime.mean, Time());
}

TEST(ScenarioReader, Print)
{
    ScenarioFiles files;
    files.files["failures.csv"] = "time,what,target\n5s,link-down,leaf-0:spine-1\n";
    files.overrides.set = {"Redirect=Tunnel", "ns3::vmm::Nva::PathRepairDelay=70ms"};
    Scenario scenario = files.Read();
    std::ostringstream os;
    PrintScenario(os,
                  scenario,
                  {[](std::ostream& out, const Scenario& s)
                   {
                       out << "\nPlan of " << s.fabric << "\n";
                   }});
    std::string text = os.str();
    for (const char* part :
         {"changed settings ",
          "  vmmtest::FakeHostRoute::Redirect   Tunnel",
          "--set\n",
          "scenario.csv:6:10\n",
          "\nAttributes (",
          "  ns3::vmm::Fabric::LinkDetectTime ",
          "  ns3::vmm::HostRouteAgent::InstallDelay ",
          "  ns3::vmm::Nva::PathRepairDelay ",
          " 70ms  ",
          "  ns3::vmm::Nve::Linger ",
          " 30s ",
          "  ns3::vmm::PreCopy::",
          "\nVMs (3)\n",
          "  b   server-0-1  64MiB   1      0   10.0.1.9  -         0s to end  constant 0bps  0B   "
          " shared\n",
          "  calls  c     a   rpc          2s     8s    100B    -       1kB       5ms    -     -   "
          "   -\n",
          "  m2         4s    a   server-1-1  server-0-0  hot   pre-copy  completed\n",
          "  5s    link-down  leaf-0:spine-1  -\n",
          "\nPlan of leaf-spine\n"})
    {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
    }
}

TEST(ScenarioReader, MutatedFoldersNeverCrash)
{
    std::mt19937 random(11);
    ScenarioFiles base;
    base.files["failures.csv"] = "time,what,target\n5s,link-down,leaf-0:spine-1\n";
    ScenarioFiles csv;
    csv.UseCsvFabric();
    size_t accepted = 0;
    const std::string letters = ",\n\"0123456789abcsMGiB/:.-=\xC3";
    for (int i = 0; i < 20000; ++i)
    {
        ScenarioFiles& source = i % 3 == 0 ? csv : base;
        auto saved = source.files;
        auto victim = source.files.begin();
        std::advance(victim, random() % source.files.size());
        std::string& text = victim->second;
        for (size_t n = random() % 3 + 1; n > 0 && !text.empty(); --n)
        {
            size_t at = random() % text.size();
            char letter = letters[random() % letters.size()];
            switch (random() % 4)
            {
            case 0:
                text[at] = letter;
                break;
            case 1:
                text.insert(at, 1, letter);
                break;
            case 2:
                text.erase(at, random() % 5 + 1);
                break;
            default:
                text.insert(at, text.substr(random() % text.size(), random() % 20));
            }
        }
        std::string error = vmmtest::MessageOf<ScenarioError>(
            [&]
            {
                ReadScenarioFiles(source.files, "folder", {}, vmmtest::Schemes());
            });
        accepted += error == "no error";
        ASSERT_EQ(error.find('\n'), std::string::npos) << error;
        ASSERT_TRUE(error == "no error" ||
                    (error.rfind("folder/", 0) == 0 && error.find(".csv:") != std::string::npos &&
                     error.find(": found ") != std::string::npos &&
                     error.find(", expected ") != std::string::npos))
            << error;
        source.files = saved;
    }
    EXPECT_GT(accepted, 100U);
    EXPECT_LT(accepted, 15000U);
}
