// SPDX-License-Identifier: GPL-2.0-only
// A scenario of several data centres as a user writes it: keys, wan.csv, addresses, errors.
#include "helper/scenario-files.h"

#include "ns3/address-plan.h"

#include <random>
#include <set>

using namespace ns3;
using namespace ns3::vmm;
using vmmtest::ScenarioFiles;

namespace
{

/// A move from data centre 0 to 2, with a client outside.
class MultiDcFiles : public ScenarioFiles
{
  public:
    /// @param keys more rows of scenario.csv
    explicit MultiDcFiles(const std::string& keys = "")
    {
        files["scenario.csv"] = "key,value\n"
                                "fabric,multi-dc\n"
                                "duration,10s\n"
                                "dcs,3\n"
                                "leaves,2\n"
                                "spines,2\n"
                                "servers,1\n"
                                "hosts,client\n" +
                                keys;
        files["vms.csv"] = "vm,nve,memory\n"
                           "a,dc0-server-0-0,64MiB\n"
                           "b,dc1-server-1-0,64MiB\n";
        files["traffic.csv"] = "flow,from,to,application,period\n"
                               "probe,b,a,udp-probe,1ms\n"
                               "ext,host:client,a,udp-probe,1ms\n";
        files["moves.csv"] = "migration,time,vm,to\nm1,2s,a,dc2-server-0-0\n";
    }

    /// A listed WAN that is good.
    MultiDcFiles& List()
    {
        files["scenario.csv"] += "wan,csv\nborders,1\n";
        files["wan.csv"] = "a,b,distance_km,delay,rate,cost\n"
                           "dc0-br-0,wan-x,100.5,,,\n"
                           "wan-x,dc1-br-0,,7ms,1Gbps,3\n"
                           "wan-x,dc2-br-0,,,,\n";
        return *this;
    }
};

/// @return the link between two nodes
TopologyLink
Link(const Scenario& scenario, const std::string& a, const std::string& b)
{
    const Topology& t = scenario.topology;
    auto link = t.FindLink(t.GetNodeId(a), t.GetNodeId(b));
    EXPECT_TRUE(link) << a << " " << b;
    return link ? t.GetLink(*link) : TopologyLink();
}

} // namespace

TEST(MultiDcScenario, KeysAndDefaults)
{
    Scenario scenario = MultiDcFiles("fabric_delay,2us\n").Read();
    // 3 x (2 spines, 2 leaves, 2 servers, 2 border routers), mn, client.
    EXPECT_EQ(scenario.topology.GetNodeCount(), 26U);
    // 3 x (4 + 2 + 4), 3 pairs x 2, mn, client.
    EXPECT_EQ(scenario.topology.GetLinkCount(), 38U);
    EXPECT_EQ(scenario.managementNode, "mn");
    EXPECT_EQ(scenario.settings.at("wan"), "full-mesh");
    EXPECT_EQ(scenario.settings.at("borders"), "2");
    EXPECT_EQ(scenario.settings.at("dc_fabric"), "leaf-spine");
    EXPECT_EQ(scenario.settings.at("hosts_at"), "borders");
    EXPECT_EQ(scenario.settings.count("wan_distance"), 0U);
    EXPECT_EQ(scenario.settings.at("wan_delay"), "5ms");
    TopologyLink wan = Link(scenario, "dc0-br-1", "dc2-br-1");
    EXPECT_EQ(wan.rate, DataRate("100Gbps"));
    EXPECT_EQ(wan.delay, MilliSeconds(5));
    EXPECT_EQ(Link(scenario, "dc1-br-1", "dc1-spine-0").delay, MicroSeconds(2));
    EXPECT_EQ(Link(scenario, "client", "dc0-br-0").delay, MilliSeconds(1));
    EXPECT_EQ(Link(scenario, "client", "dc0-br-0").rate, DataRate("10Gbps"));

    scenario = MultiDcFiles("wan_distance,2000km\nwan_rate,1Gbps\nhost_delay,3ms\n"
                            "host_rate,50Mbps\nhosts_at,dc1-br-1\nmanagement_dc,2\nwan,ring\n")
                   .Read();
    wan = Link(scenario, "dc0-br-1", "dc2-br-1");
    EXPECT_EQ(wan.rate, DataRate("1Gbps"));
    EXPECT_EQ(wan.delay, MilliSeconds(10));
    EXPECT_EQ(Link(scenario, "client", "dc1-br-1").delay, MilliSeconds(3));
    EXPECT_EQ(Link(scenario, "client", "dc1-br-1").rate, DataRate("50Mbps"));
    EXPECT_EQ(Link(scenario, "mn", "dc2-leaf-0").delay, MicroSeconds(1));
    EXPECT_EQ(scenario.settings.at("management_delay"), "1us") << "as the servers'";
    EXPECT_EQ(scenario.settings.at("wan_distance"), "2000km");
    EXPECT_EQ(scenario.settings.at("wan_delay"), "10ms") << "what it comes to";
}

TEST(MultiDcScenario, CommandLine)
{
    MultiDcFiles files;
    files.overrides.set = {"wan_distance=400km", "leaves=3", "wan=ring", "management_delay=7ms"};
    Scenario scenario = files.Read();
    EXPECT_EQ(Link(scenario, "mn", "dc0-leaf-0").delay, MilliSeconds(7));
    EXPECT_EQ(Link(scenario, "dc0-server-0-0", "dc0-leaf-0").delay, MicroSeconds(1));
    EXPECT_EQ(Link(scenario, "dc0-br-0", "dc1-br-0").delay, MilliSeconds(2));
    EXPECT_EQ(scenario.differences.size(), 4U);
    MultiDcFiles listed;
    listed.List();
    listed.overrides.set = {"wan=full-mesh"};
    EXPECT_FALSE(listed.Read().topology.FindNode("wan-x")) << "then wan.csv is not read";
}

TEST(MultiDcScenario, ListedWan)
{
    MultiDcFiles files("wan_delay,4ms\nwan_rate,25Gbps\nmtu,1500\nhosts_at,wan-x\n");
    Scenario scenario = files.List().Read();
    EXPECT_EQ(scenario.topology.GetNodeCount(), 3 * 7 + 1 + 2U);
    TopologyLink first = Link(scenario, "dc0-br-0", "wan-x");
    EXPECT_EQ(first.delay, NanoSeconds(502500)) << "100.5 km at 5 us each";
    EXPECT_EQ(first.rate, DataRate("25Gbps"));
    EXPECT_EQ(first.cost, 1U);
    EXPECT_EQ(first.mtu, 1500);
    TopologyLink second = Link(scenario, "wan-x", "dc1-br-0");
    EXPECT_EQ(second.delay, MilliSeconds(7));
    EXPECT_EQ(second.rate, DataRate("1Gbps"));
    EXPECT_EQ(second.cost, 3U);
    EXPECT_EQ(Link(scenario, "wan-x", "dc2-br-0").delay, MilliSeconds(4));
    EXPECT_EQ(Link(scenario, "client", "wan-x").delay, MilliSeconds(1));
    // Another file is another scenario.
    std::string hash = scenario.scenarioHash;
    files.Replace("wan.csv", "100.5", "100.6");
    EXPECT_NE(files.Read().scenarioHash, hash);
}

TEST(MultiDcScenario, AddressesOfSeveralDataCentres)
{
    MultiDcFiles files("dc_fabric,leaf-spine fat-tree leaf-spine\n");
    Scenario scenario = files.Replace("vms.csv", "dc1-server-1-0", "dc1-server-1-0-0").Read();
    EXPECT_EQ(scenario.vms[0].address.ToString(), "10.0.0.1");
    // NVE 4 of the fat-tree: two edge switches of two servers in pod 0.
    EXPECT_EQ(scenario.vms[1].address.ToString(), "10.1.4.1");
    AddressPlan plan(scenario.topology);
    std::map<uint16_t, int> next;
    std::set<IpPrefix> prefixes;
    for (NodeId nve : scenario.topology.GetNves())
    {
        uint16_t dc = scenario.topology.GetNode(nve).dc;
        std::string d = std::to_string(dc);
        std::string n = std::to_string(next[dc]++);
        EXPECT_EQ(plan.GetVmPrefix(nve, IpFamily::IPV4).ToString(), "10." + d + "." + n + ".0/24");
        for (IpFamily family : {IpFamily::IPV4, IpFamily::IPV6})
        {
            IpPrefix prefix = plan.GetVmPrefix(nve, family);
            EXPECT_TRUE(prefixes.insert(prefix).second);
            EXPECT_EQ(plan.FindNve(prefix.At(7)), std::optional<NodeId>(nve));
        }
    }
    EXPECT_EQ(next, (std::map<uint16_t, int>{{0, 2}, {1, 16}, {2, 2}}));
    EXPECT_EQ(
        plan.GetVmPrefix(scenario.topology.GetNodeId("dc2-server-1-0"), IpFamily::IPV6).ToString(),
        "fd00:2:1::/64");
    std::set<std::string> addresses;
    for (const AddressPlanRow& row : plan.GetRows())
    {
        EXPECT_TRUE(addresses.insert(row.ipv4).second) << row.ipv4;
        EXPECT_TRUE(addresses.insert(row.ipv6).second) << row.ipv6;
    }
}

TEST(MultiDcScenario, ErrorsOfKeys)
{
    struct Case
    {
        const char* rows;
        const char* error;
    };

    for (const Case& bad :
         {Case{"borders,0\n",
               "scenario.csv:9:9: found borders \"0\", expected a whole number from 1 to 64"},
          Case{"management_dc,3\n",
               "scenario.csv:9:15: found management_dc \"3\", expected a whole number from 0 to "
               "2"},
          Case{"wan,star\n",
               "scenario.csv:9:5: found wan \"star\", expected full-mesh, ring or csv"},
          Case{"wan_delay,5\n",
               "scenario.csv:9:11: found '5', expected a time with its unit, such as 50us"},
          Case{"wan_rate,0bps\n",
               "scenario.csv:9:10: found '0bps', expected a rate above zero with its unit, such "
               "as 10Gbps"},
          Case{"wan_distance,500\n",
               "scenario.csv:9:14: found '500', expected a distance with its unit, such as 80km"},
          Case{"wan_distance,0.5m\n",
               "scenario.csv:9:14: found '0.5m', expected a whole number of metres"},
          Case{"wan_distance,1000001km\n",
               "scenario.csv:9:14: found '1000001km', expected a distance of at most 1000000km"},
          Case{"wan_delay,5ms\nwan_distance,500km\n",
               "scenario.csv:10:14: found '500km', expected no wan_distance where there is a "
               "wan_delay"},
          Case{"hosts_at,dc9-br-0\n",
               "scenario.csv:9:10: found hosts_at \"dc9-br-0\", expected borders, or border and "
               "WAN routers with blanks between"},
          Case{"k,4\n",
               "scenario.csv:9:3: found key \"k\" with dc_fabric \"leaf-spine\", expected it only "
               "with a data centre that is a fat-tree"},
          Case{"wan,csv\n", "wan.csv:1:1: found no file, expected a file with the columns a, b"}})
    {
        EXPECT_EQ(MultiDcFiles(bad.rows).Error(), bad.error);
    }
    EXPECT_EQ(MultiDcFiles().Replace("scenario.csv", "dcs,3", "dcs,0").Error(),
              "scenario.csv:4:5: found dcs \"0\", expected a whole number from 1 to 200");
    EXPECT_EQ(MultiDcFiles()
                  .Replace("scenario.csv", "hosts,client", "hosts,mn")
                  .Error()
                  .rfind("scenario.csv:8:7: ", 0),
              0U);
    ScenarioFiles single;
    EXPECT_EQ(single.Append("scenario.csv", "wan,ring\n")
                  .Error()
                  .rfind("scenario.csv:9:1: found key 'wan', expected one of ", 0),
              0U)
        << "only where there is a WAN";
}

TEST(MultiDcScenario, ErrorsOfWanFile)
{
    struct Case
    {
        const char* from;
        const char* to;
        const char* error;
    };

    for (const Case& bad :
         {Case{"wan-x,dc1-br-0",
               "wan-x,dc1-br-1",
               "wan.csv:3:7: found \"dc1-br-1\", expected a border router, such as dc0-br-0, or a "
               "WAN router, which is named wan-NAME"},
          Case{"wan-x,dc1-br-0",
               "x,dc1-br-0",
               "wan.csv:3:1: found \"x\", expected a border router, such as dc0-br-0, or a WAN "
               "router, which is named wan-NAME"},
          Case{"wan-x,dc1-br-0",
               "wan-x,wan-x",
               "wan.csv:3:7: found \"wan-x\", expected another router than a, and a link that no "
               "earlier line has"},
          Case{"wan-x,dc1-br-0",
               "wan-x,dc0-br-0",
               "wan.csv:3:7: found \"dc0-br-0\", expected another router than a, and a link that "
               "no earlier line has"},
          Case{"wan-x,dc1-br-0",
               "wan-y,dc1-br-0",
               "scenario.csv:9:5: found node \"dc1-spine-0\" out of reach of others, expected a "
               "WAN that joins all data centres"},
          Case{"100.5,,",
               "100.5,1ms,",
               "wan.csv:2:22: found '1ms', expected an empty field: distance_km is given"},
          Case{"100.5", "-1", "wan.csv:2:16: found '-1', expected a number from 0 to 1e+06"},
          Case{"100.5", "100km", "wan.csv:2:16: found '100km', expected a number from 0 to 1e+06"},
          Case{"7ms", "7", "wan.csv:3:17: found '7', expected a time with its unit, such as 50us"},
          Case{"1Gbps",
               "0Gbps",
               "wan.csv:3:21: found '0Gbps', expected a rate above zero with its unit, such as "
               "10Gbps"},
          Case{"1Gbps,3",
               "1Gbps,0",
               "wan.csv:3:27: found '0', expected a whole number from 1 to 16777215"},
          Case{"distance_km",
               "distance",
               "wan.csv:1:5: found column 'distance', expected one of a, b, distance_km, delay, "
               "rate, cost"}})
    {
        MultiDcFiles files;
        EXPECT_EQ(files.List().Replace("wan.csv", bad.from, bad.to).Error(), bad.error);
    }
}

TEST(MultiDcScenario, MutatedFilesNeverCrash)
{
    std::mt19937 random(8);
    MultiDcFiles base("hosts_at,wan-x\nwan_delay,4ms\nmanagement_dc,1\n");
    base.List();
    const std::string letters = ",\n\"0123456789bcdkmrsw-.";
    size_t accepted = 0;
    for (int i = 0; i < 5000; ++i)
    {
        auto files = base.files;
        std::string& text = files[i % 2 ? "wan.csv" : "scenario.csv"];
        for (size_t n = random() % 3 + 1; n > 0; --n)
        {
            size_t at = random() % text.size();
            text.replace(at, random() % 3, random() % 2, letters[random() % letters.size()]);
        }
        std::string error = vmmtest::MessageOf<ScenarioError>(
            [&]
            {
                ReadScenarioFiles(files, "folder", {}, vmmtest::Schemes());
            });
        accepted += error == "no error";
        ASSERT_TRUE(error == "no error" ||
                    (error.rfind("folder/", 0) == 0 && error.find('\n') == std::string::npos &&
                     error.find(": found ") != std::string::npos &&
                     error.find(", expected ") != std::string::npos))
            << error;
    }
    EXPECT_GT(accepted, 100U);
    EXPECT_LT(accepted, 4000U);
}
