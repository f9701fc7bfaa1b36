// SPDX-License-Identifier: GPL-2.0-only
// GraphML as the Topology Zoo publishes it, and as we write it.
#include "helper/scenario-test-util.h"
#include "topology/fabrics.h"

#include "ns3/geo-position.h"
#include "ns3/graphml-import.h"
#include "ns3/graphml-scan.h"
#include "ns3/graphml-writer.h"
#include "ns3/import-builder.h"
#include "ns3/import-names.h"
#include "ns3/link-speed.h"
#include "ns3/stretch-census.h"

#include <gmock/gmock.h>
#include <sstream>

using namespace ns3;
using namespace ns3::vmm;
using namespace vmmtest;
using testing::ElementsAre;
using testing::IsEmpty;

namespace
{

std::string
ReadAbilene()
{
    return ImportBuilder::ReadFile(std::string(VMM_SOURCE_DIR) +
                                   "/scenarios/abilene/abilene.graphml");
}

/// @return a file in the form of the Zoo, its graph as given
std::string
MakeZoo(const std::string& graph)
{
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?><graphml "
           "xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
           "  <key attr.name=\"LinkSpeedRaw\" attr.type=\"double\" for=\"edge\" id=\"d27\" />\n"
           "  <key attr.name=\"LinkSpeedUnits\" attr.type=\"string\" for=\"edge\" id=\"d26\" />\n"
           "  <key attr.name=\"LinkLabel\" attr.type=\"string\" for=\"edge\" id=\"d25\" />\n"
           "  <key attr.name=\"LinkSpeed\" attr.type=\"string\" for=\"edge\" id=\"d24\" />\n"
           "  <key attr.name=\"label\" attr.type=\"string\" for=\"node\" id=\"d23\" />\n"
           "  <key attr.name=\"Longitude\" attr.type=\"double\" for=\"node\" id=\"d22\" />\n"
           "  <key attr.name=\"Latitude\" attr.type=\"double\" for=\"node\" id=\"d21\" />\n"
           "  <key attr.name=\"Internal\" attr.type=\"int\" for=\"node\" id=\"d20\" />\n"
           "  <key attr.name=\"hyperedge\" attr.type=\"int\" for=\"node\" id=\"d19\" />\n"
           "  <key attr.name=\"id\" attr.type=\"int\" for=\"node\" id=\"d18\" />\n"
           "  <key attr.name=\"label\" attr.type=\"string\" for=\"graph\" id=\"d11\" />\n"
           "  <key attr.name=\"Testbed\" attr.type=\"int\" for=\"graph\" id=\"d10\" />\n"
           "  <graph edgedefault=\"undirected\" id=\"\">\n"
           "    <data key=\"d11\">Made up</data>\n"
           "    <data key=\"d10\"></data>\n" +
           graph + "  </graph>\n</graphml>\n";
}

std::string
MakeNode(const std::string& id, const std::string& label, const std::string& more = "")
{
    return "<node id=\"" + id + "\">" +
           (label.empty() ? "" : "<data key=\"d23\">" + label + "</data>") + more + "</node>\n";
}

std::string
MakeAt(const std::string& latitude, const std::string& longitude)
{
    return "<data key=\"d21\">" + latitude + "</data><data key=\"d22\">" + longitude + "</data>";
}

std::string
MakeEdge(const std::string& a, const std::string& b, const std::string& more = "")
{
    return "<edge source=\"" + a + "\" target=\"" + b + "\">" + more + "</edge>\n";
}

ImportedTopology
Import(const std::string& graph, const GraphmlOptions& options = {})
{
    return ImportGraphml("zoo.graphml", MakeZoo(graph), options);
}

/// @return the error of a whole file
std::string
ErrorOf(const std::string& bytes)
{
    return MessageOf<ScenarioError>(
        [&bytes]
        {
            ImportGraphml("f", bytes);
        });
}

/// Expects that two topologies are one, losses apart.
void
ExpectSame(const Topology& a, const Topology& b)
{
    ASSERT_EQ(a.GetNodeCount(), b.GetNodeCount());
    ASSERT_EQ(a.GetLinkCount(), b.GetLinkCount());
    for (NodeId id = 0; id < a.GetNodeCount(); id++)
    {
        const TopologyNode& x = a.GetNode(id);
        const TopologyNode& y = b.GetNode(id);
        EXPECT_EQ(x.name, y.name);
        EXPECT_EQ(x.role, y.role) << x.name;
        EXPECT_EQ(x.dc, y.dc) << x.name;
        EXPECT_EQ(x.asn, y.asn) << x.name;
        EXPECT_EQ(x.latitude, y.latitude) << x.name;
        EXPECT_EQ(x.longitude, y.longitude) << x.name;
        EXPECT_EQ(x.nve, y.nve) << x.name;
        EXPECT_EQ(x.bridged, y.bridged) << x.name;
    }
    for (LinkId id = 0; id < a.GetLinkCount(); id++)
    {
        const TopologyLink& x = a.GetLink(id);
        const TopologyLink& y = b.GetLink(id);
        EXPECT_EQ(x.a, y.a) << id;
        EXPECT_EQ(x.b, y.b) << id;
        EXPECT_EQ(x.index, y.index) << id;
        EXPECT_EQ(x.rate, y.rate) << id;
        EXPECT_EQ(x.delay, y.delay) << id;
        EXPECT_EQ(x.mtu, y.mtu) << id;
        EXPECT_EQ(x.cost, y.cost) << id;
        EXPECT_EQ(x.queue, y.queue) << id;
    }
}

std::string
Write(const Topology& topology, const LinkLosses& losses = {})
{
    std::ostringstream out;
    WriteGraphml(out, topology, losses);
    return out.str();
}

void
ExpectAbilene(const StretchCensus& census)
{
    EXPECT_EQ(census.triples, 990U);
    EXPECT_EQ(census.undefined, 0U);
    EXPECT_NEAR(census.mean, 3.1365, 0.5e-4);
    EXPECT_NEAR(census.median, 1.8320, 0.5e-4);
    EXPECT_NEAR(census.p90, 6.22, 0.5e-2);
    EXPECT_NEAR(census.max, 28.91, 0.5e-2);
    EXPECT_NEAR(census.meanExtra / 1e6, 11.524, 0.5e-3);
    EXPECT_NEAR(census.maxExtra / 1e6, 45.84, 0.5e-2);
}

StretchCensus
CountAll(const Topology& topology)
{
    std::vector<NodeId> nodes;
    for (NodeId node = 0; node < topology.GetNodeCount(); node++)
    {
        nodes.push_back(node);
    }
    return CountTriangles(topology, nodes, PathMetric::DELAY);
}

} // namespace

TEST(GraphmlImportTest, AbileneByPositions)
{
    ImportedTopology abilene = ImportGraphml("abilene.graphml", ReadAbilene());
    const Topology& t = abilene.topology;
    EXPECT_EQ(t.GetNodeCount(), 11U);
    EXPECT_EQ(t.GetLinkCount(), 14U);
    EXPECT_TRUE(t.IsConnected());
    // The published lengths have a decimal; in the order of the file.
    const std::vector<double> km = {1145.8,
                                    328.5,
                                    263.3,
                                    871.9,
                                    1138.6,
                                    1641.1,
                                    503.2,
                                    1503.6,
                                    2206.8,
                                    891.8,
                                    1041.9,
                                    730.6,
                                    1127.6,
                                    687.6};
    for (LinkId link = 0; link < t.GetLinkCount(); link++)
    {
        EXPECT_NEAR(t.GetLink(link).delay.GetNanoSeconds() / 5000.0, km[link], 0.05) << link;
        EXPECT_EQ(t.GetLink(link).rate, DataRate(9953280000)) << "192 x 51.84 Mbit/s";
        EXPECT_EQ(t.GetLink(link).cost, std::lround(t.GetLink(link).delay.GetNanoSeconds() / 1e3));
    }
    ExpectAbilene(CountAll(t));
    EXPECT_EQ(abilene.report.renamed.size(), 4U) << "labels with a blank";
    EXPECT_THAT(abilene.report.placed, IsEmpty());
    EXPECT_THAT(abilene.report.unrated, IsEmpty());
    EXPECT_THAT(abilene.report.unlong, IsEmpty());
}

TEST(GraphmlImportTest, AbileneByPublishedLengths)
{
    Topology published = MakeAbilene();
    ImportedTopology read = ImportGraphml("a", Write(published));
    ExpectSame(published, read.topology);
    ExpectAbilene(CountTriangles(read.topology, read.topology.GetNves(), PathMetric::DELAY));
}

TEST(GraphmlImportTest, WhatTheZooHas)
{
    ImportedTopology zoo =
        Import(MakeNode("0", "Z\xC3\xBCrich", MakeAt("4.73667E+01", "8.55")) +
               MakeNode("1", "Frankfurt/Main", MakeAt("50.11667", "8.68333")) +
               MakeNode("2", "Frankfurt/Main", MakeAt("50.11667", "8.68333")) + MakeNode("n3", "") +
               MakeNode("4", "&#26481;&#20140;") +
               MakeNode("5", "Peer &amp; Co", "<data key=\"d20\">0</data>") +
               MakeNode("6", "X", "<data key=\"d19\">1</data>") +
               MakeEdge("0", "1", "<data key=\"d27\">1e10</data><data key=\"d25\">2.5G</data>") +
               MakeEdge("1", "0", "<data key=\"d27\">2500000000.0</data>") +
               MakeEdge("1", "2", "<data key=\"d24\">155</data><data key=\"d26\">M</data>") +
               MakeEdge("2", "n3", "<data key=\"d25\">Lit Fibre</data>") + MakeEdge("n3", "4") +
               MakeEdge("4", "4") + MakeEdge("5", "0") + MakeEdge("6", "5"));
    const Topology& t = zoo.topology;
    EXPECT_EQ(t.GetNodeCount(), 7U);
    EXPECT_EQ(t.GetLinkCount(), 7U) << "eight, less the one to itself";
    EXPECT_EQ(t.GetNode(0).name, "Zurich");
    EXPECT_EQ(t.GetNode(1).name, "Frankfurt-Main");
    EXPECT_EQ(t.GetNode(2).name, "Frankfurt-Main-2");
    EXPECT_EQ(t.GetNode(3).name, "node-n3");
    EXPECT_EQ(t.GetNode(4).name, "node-4");
    EXPECT_EQ(t.GetNode(5).name, "Peer-Co");
    EXPECT_EQ(t.GetLink(0).rate, DataRate("10Gbps"));
    EXPECT_EQ(t.GetLink(1).rate, DataRate("2.5Gbps")) << "parallel links stay";
    EXPECT_EQ(t.GetLink(1).index, 1);
    EXPECT_EQ(t.GetLink(2).rate, DataRate("155Mbps"));
    EXPECT_EQ(t.GetLink(2).delay, MicroSeconds(1)) << "two sites of a city are not in one place";
    EXPECT_EQ(t.GetLink(3).rate, DataRate("40Gbps"));
    EXPECT_THAT(
        zoo.report.unrated,
        ElementsAre(
            "Frankfurt-Main-2 - node-n3", "node-n3 - node-4", "Peer-Co - Zurich", "X - Peer-Co"));
    EXPECT_THAT(zoo.report.loops, ElementsAre("node-4"));
    EXPECT_THAT(zoo.report.external, ElementsAre("Peer-Co", "X"));
    // node-n3 and Peer-Co have a neighbour with a position, node-4 and X get theirs from them.
    EXPECT_THAT(zoo.report.placed, ElementsAre("node-n3", "Peer-Co", "node-4", "X"));
    EXPECT_NEAR(*t.GetNode(4).latitude, 50.11667, 1e-9);
    EXPECT_THAT(zoo.report.unlong, IsEmpty());
}

TEST(GraphmlImportTest, MiddleOfTheNeighbours)
{
    // Between the equator at 0 and 20 degrees east, 10 degrees of 111.195 km from either.
    ImportedTopology zoo =
        Import(MakeNode("0", "west", MakeAt("0", "0")) + MakeNode("1", "mid") +
               MakeNode("2", "east", MakeAt("0", "20")) + MakeEdge("0", "1") + MakeEdge("1", "2"));
    EXPECT_NEAR(*zoo.topology.GetNode(1).longitude, 10, 1e-9);
    EXPECT_EQ(zoo.topology.GetLink(0).delay, NanoSeconds(5559754)) << "1111.9508 km of 5 us";
    EXPECT_EQ(zoo.topology.GetLink(0).delay, zoo.topology.GetLink(1).delay);
    GraphmlOptions detours;
    detours.usPerKm = 7.5;
    zoo = Import(MakeNode("0", "a", MakeAt("0", "0")) + MakeNode("1", "b", MakeAt("0", "10")) +
                     MakeEdge("0", "1"),
                 detours);
    EXPECT_EQ(zoo.topology.GetLink(0).delay, NanoSeconds(8339631));
}

TEST(GraphmlImportTest, NodeBetweenAntipodesWaits)
{
    // The middle of 0 and 180 degrees is undefined, until the third neighbour has its place.
    ImportedTopology zoo = Import(MakeNode("0", "middle") + MakeNode("1", "a", MakeAt("0", "0")) +
                                  MakeNode("2", "b", MakeAt("0", "180")) + MakeNode("3", "third") +
                                  MakeNode("4", "c", MakeAt("0", "90")) + MakeEdge("0", "1") +
                                  MakeEdge("0", "2") + MakeEdge("3", "0") + MakeEdge("4", "3"));
    EXPECT_THAT(zoo.report.placed, ElementsAre("third", "middle"));
    EXPECT_NEAR(*zoo.topology.GetNode(0).longitude, 90, 1e-9);
}

TEST(GraphmlImportTest, ComponentWithoutAnyPosition)
{
    GraphmlOptions options;
    options.unplacedDelay = MilliSeconds(3);
    ImportedTopology zoo = Import(MakeNode("0", "a", MakeAt("1", "2")) +
                                      MakeNode("1", "b", "<data key=\"d21\">1</data>") +
                                      MakeNode("2", "c", MakeAt("NaN", "NaN")) + MakeEdge("1", "2"),
                                  options);
    EXPECT_THAT(zoo.report.unplaced, ElementsAre("b", "c")) << "half a position is none";
    EXPECT_THAT(zoo.report.unlong, ElementsAre("b - c"));
    EXPECT_EQ(zoo.topology.GetLink(0).delay, MilliSeconds(3));
    EXPECT_FALSE(zoo.topology.IsConnected());
    EXPECT_THAT(zoo.report.GetLines(),
                ElementsAre("without a position near or far (2): b, c",
                            "links with the default rate (1): b - c",
                            "links with the default delay (1): b - c"));
}

TEST(GraphmlImportTest, ErrorsHavePlaces)
{
    EXPECT_EQ(ErrorOf(""), "f:1:1: found no graph, expected GraphML with one graph");
    EXPECT_EQ(ErrorOf("<graphml>\n <graph>\n</graphml>"),
              "f:3:1: found the end of 'graphml', expected that of 'graph'");
    EXPECT_EQ(ErrorOf("<graphml>\n <graph edgedefault=\"directed\"/>\n</graphml>"),
              "f:2:2: found edgedefault 'directed', expected undirected");
    EXPECT_EQ(ErrorOf("<a b='1>"), "f:1:6: found a quote without its end, expected '");
    EXPECT_EQ(ErrorOf("<a b>"), "f:1:5: found '>', expected one of =");
    EXPECT_EQ(ErrorOf("<a>\n"), "f:2:1: found the end of the file, expected </a>");
    EXPECT_EQ(ErrorOf(std::string("<a>\0</a>", 8)), "f:1:4: found a NUL character, expected text");
    EXPECT_EQ(ErrorOf("<a>\n\xC3\xA4<node id=\"\xFF\xFE\"/></a>"),
              "f:2:12: found byte 0xff that is not UTF-8, expected UTF-8 text");
    EXPECT_EQ(ErrorOf("<a>\xE2\x82</a>"),
              "f:1:4: found byte 0xe2 that is not UTF-8, expected UTF-8 text");
    EXPECT_EQ(ErrorOf("<!-- <a>"), "f:1:1: found '<!' without its end, expected -->");
    EXPECT_EQ(ErrorOf(MakeZoo(MakeNode("0", "a") + MakeNode("0", "b"))),
              "f:18:1: found a second node '0', expected an id that no other node has");
    EXPECT_EQ(ErrorOf(MakeZoo(MakeNode("0", "a") + MakeEdge("0", "7"))),
              "f:18:1: found target '7', expected the id of a node");
    EXPECT_EQ(ErrorOf(MakeZoo(MakeNode("0", "a", MakeAt("95", "0")))),
              "f:17:1: found Latitude '95', expected a number from -90 to 90");
    EXPECT_EQ(ErrorOf(MakeZoo(MakeNode("0", "a", MakeAt("north", "0")))),
              "f:17:1: found Latitude 'north', expected a number from -90 to 90");
    EXPECT_EQ(ErrorOf(MakeZoo(MakeNode("0", "a") + MakeNode("1", "b") +
                              MakeEdge("0", "1", "<data key=\"d27\">fast</data>"))),
              "f:19:1: found LinkSpeedRaw 'fast', expected a number from 0 to 1e+15");
    EXPECT_EQ(ErrorOf(MakeZoo("")), "f:1:1: found no node, expected at least one");
    // What Boost alone finds: a line, or no place.
    EXPECT_EQ(ErrorOf(MakeZoo(MakeNode("0", "5&#xZZ;"))), "f:17:1: found expected ;, expected XML");
    EXPECT_THAT(ErrorOf("<graphml>\n<key id=\"k\"/><graph edgedefault=\"undirected\"/></graphml>"),
                testing::MatchesRegex("f:1:1: found '.*', expected GraphML"));
    std::string deep;
    for (int i = 0; i < 200000; i++)
    {
        deep += "<a>";
    }
    EXPECT_EQ(ErrorOf(deep), "f:1:301: found elements nested more than 100 deep, expected a graph");
}

TEST(GraphmlImportTest, PositionsInAnyOrder)
{
    const std::string name = "f";
    const std::string bytes = "a\xC3\xA4z\n\nb\n";
    const std::vector<std::pair<uint32_t, uint32_t>> places = {
        {1, 1}, {1, 2}, {1, 3}, {1, 3}, {1, 4}, {2, 1}, {3, 1}, {3, 2}, {4, 1}};
    ASSERT_EQ(places.size(), bytes.size() + 1);
    for (size_t first = 0; first < places.size(); first++)
    {
        for (size_t second = 0; second < places.size(); second++)
        {
            PositionFinder positions(name, bytes);
            positions.Find(first);
            SourcePosition found = positions.Find(second);
            EXPECT_EQ(std::make_pair(found.line, found.column), places[second])
                << second << " after " << first;
        }
    }
    EXPECT_EQ(FindPosition(name, bytes, 1000).line, 4U) << "the end";
    // An edge between nodes, in a line of several elements.
    EXPECT_EQ(ErrorOf("<graphml><key id=\"c\" for=\"edge\" attr.name=\"cost\" attr.type=\"int\"/>"
                      "<graph edgedefault=\"undirected\">\n<node id=\"0\"/><node id=\"1\"/>"
                      "<edge source=\"0\" target=\"1\"><data key=\"c\">0</data></edge>"
                      "<node id=\"2\"/></graph></graphml>"),
              "f:2:29: found cost '0', expected a number from 1 to 1.67772e+07");
}

TEST(GraphmlImportTest, CommentsAreNotElements)
{
    ImportedTopology zoo =
        Import("<!-- <node id=\"9\"/> <x -->\n" + MakeNode("0", "<![CDATA[a <node id=\"1\">]]>"));
    EXPECT_EQ(zoo.topology.GetNodeCount(), 1U);
    EXPECT_EQ(zoo.topology.GetNode(0).name, "a-node-id-1");
}

TEST(GraphmlImportTest, ExportReadsBackAsTheSame)
{
    for (const Topology& t : {MakeLeafSpine(4, 2, 2),
                              MakeFatTree(4),
                              MakeFigureOne("bridged"),
                              MakeFigureOne("routed")})
    {
        ImportedTopology read = ImportGraphml("t", Write(t));
        ExpectSame(t, read.topology);
        EXPECT_THAT(read.report.GetLines(), IsEmpty());
    }
    Topology t;
    TopologyNode a{"a--b.c_", NodeRole::WAN, NO_DC};
    a.asn = 4200000000;
    a.latitude = -1.0 / 3;
    a.longitude = 179.99999999999997;
    t.AddNode(a);
    t.AddNode({"b", NodeRole::CORE, 7});
    for (uint16_t index = 0; index < 3; index++)
    {
        TopologyLink link{1, 0, DataRate(123456789012), NanoSeconds(index)};
        link.mtu = 576;
        link.cost = 77;
        link.queue = "64KiB";
        link.index = index;
        t.AddLink(link);
    }
    ImportedTopology read = ImportGraphml("t", Write(t, {{1, 0.001}}));
    Topology expected = read.topology;
    EXPECT_EQ(expected.GetLink(0).queue, "65536B") << "the same size";
    EXPECT_EQ(read.losses, (LinkLosses{{1, 0.001}}));
    EXPECT_EQ(Write(read.topology, read.losses),
              Write(ImportGraphml("t", Write(read.topology, read.losses)).topology, {{1, 0.001}}));
    EXPECT_EQ(*read.topology.GetNode(0).latitude, -1.0 / 3);
    EXPECT_EQ(*read.topology.GetNode(0).longitude, 179.99999999999997);
    EXPECT_EQ(*read.topology.GetNode(0).asn, 4200000000);
    EXPECT_FALSE(read.topology.GetNode(1).latitude);
    EXPECT_EQ(read.topology.GetNode(0).dc, NO_DC);
    EXPECT_EQ(read.topology.GetLink(2).rate, DataRate(123456789012));
    EXPECT_EQ(read.topology.GetLink(2).delay, NanoSeconds(2));
    EXPECT_EQ(read.topology.GetLink(2).index, 2);
}

TEST(GraphmlImportTest, FabricOfAFile)
{
    BuilderInput input;
    input.values["topology_file"] =
        std::string(VMM_SOURCE_DIR) + "/scenarios/abilene/abilene.graphml";
    input.values["servers_per_router"] = "2";
    input.values["management_at"] = "Denver";
    input.hosts = {"out"};
    input.managementDelay = MilliSeconds(7);
    Topology t = TopologyBuilder::Make("graphml", input);
    EXPECT_EQ(t.GetNodeCount(), 11U + 22 + 1 + 1);
    EXPECT_EQ(t.GetNves().size(), 22U);
    EXPECT_TRUE(t.GetNode(t.GetNodeId("server-New-York-1")).nve);
    auto management = t.FindLink(t.GetNodeId("mn"), t.GetNodeId("Denver"));
    ASSERT_TRUE(management);
    EXPECT_EQ(t.GetLink(*management).delay, MilliSeconds(7));
    EXPECT_TRUE(t.FindLink(t.GetNodeId("out"), t.GetNodeId("New-York")));
    input.values["management_at"] = "Boston";
    EXPECT_EQ(MessageOf<BuilderError>(
                  [&input]
                  {
                      TopologyBuilder::Make("graphml", input);
                  }),
              "found management_at 'Boston', expected a router of the topology");
    input.values["management_at"] = "first";
    input.values["us_per_km"] = "x";
    EXPECT_EQ(MessageOf<BuilderError>(
                  [&input]
                  {
                      TopologyBuilder::Make("graphml", input);
                  }),
              "found us_per_km 'x', expected a number from 0 to 1000");
}

TEST(GraphmlImportTest, NamesOfLabels)
{
    ImportNames names;
    EXPECT_EQ(names.Make("Gda\xC5\x84sk", "x"), "Gdansk");
    EXPECT_EQ(names.Make("Gdansk", "x"), "Gdansk-2");
    EXPECT_EQ(names.Make("\xC3\x85rhus, DK", "x"), "Arhus-DK");
    EXPECT_EQ(names.Make("\xC5\xBBilina \xC3\x9Fx\xC5\xBF", "x"), "Zilina-sxs");
    EXPECT_EQ(names.Make("\xFF\xFE(((", "x"), "x");
    EXPECT_EQ(names.Make("", "x"), "x-2");
    EXPECT_EQ(names.Make("a--b.", "x"), "a--b.") << "a name as it is";
    EXPECT_EQ(names.Make(std::string(64, 'a'), "x"), std::string(40, 'a'));
    EXPECT_EQ(names.Make(std::string(63, 'b'), "x"), std::string(63, 'b'));
    EXPECT_EQ(names.Make(std::string(63, 'b'), "x"), std::string(61, 'b') + "-2");
    EXPECT_EQ(names.Make("Gdansk-3", "x"), "Gdansk-3");
    EXPECT_EQ(names.Make("Gdansk", "x"), "Gdansk-4") << "3 is taken by a label";
    EXPECT_EQ(names.Make("Gdansk-2", "x"), "Gdansk-2-2");
    EXPECT_EQ(names.Make("Gdansk", "x"), "Gdansk-5");
}

TEST(GraphmlImportTest, RatesOfLabels)
{
    const std::map<std::string, uint64_t> rates = {{"10 Gbps", 10000000000},
                                                   {"2.5G", 2500000000},
                                                   {"10GE", 10000000000},
                                                   {"155-622 Mbps", 622000000},
                                                   {"<= 34 Mbit/s", 34000000},
                                                   {"1G Ethernet", 1000000000},
                                                   {"512 kbps", 512000},
                                                   {"OC-192c", 9953280000},
                                                   {"oc3", 155520000},
                                                   {"STM-16", 2488320000},
                                                   {"T1", 1544000},
                                                   {"DS-3 line", 44736000},
                                                   {"E1", 2048000},
                                                   {"GigE", 1000000000},
                                                   {"FE", 100000000}};
    for (const auto& [label, bps] : rates)
    {
        auto rate = ParseLinkLabel(label);
        ASSERT_TRUE(rate) << label;
        EXPECT_EQ(rate->GetBitRate(), bps) << label;
    }
    for (const char* label :
         {"", "Lit Fibre", "10", "0 Mbps", "99999999999999 G", "OC-", "Peering"})
    {
        EXPECT_FALSE(ParseLinkLabel(label)) << label;
    }
}
