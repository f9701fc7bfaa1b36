// SPDX-License-Identifier: GPL-2.0-only
// Whole runs on topologies that were read from files: scenarios/abilene and scenarios/hpcc-import.
#include "shipped-fixture.h"

#include "ns3/graphml-import.h"
#include "ns3/import-builder.h"

using namespace ns3;
using namespace ns3::vmm;

namespace
{

class ImportRunTest : public ShippedRunTest
{
  protected:
    // The column of the last path of a flow.
    std::string LastPath(const std::string& flow, const std::string& column) const
    {
        return Trace("stretch").Where({{"flow", flow}, {"direction", "forward"}}).back()[column];
    }
};

} // namespace

TEST_F(ImportRunTest, AbileneTriangleOverAtlanta)
{
    RunShipped("abilene");
    // By the published lengths: Seattle to Atlanta 3951.1 km and on to Los Angeles 3334.4 instead
    // of 1641.8; at 5 us/km 28.2185 ms more, and the link of the server in Atlanta twice: 10 us.
    EXPECT_NEAR(std::stod(LastPath("from-seattle", "extra_delay_s")), 28.2285e-3, 1e-6);
    // Both ways begin and end with a server link: (7285.5 x 5 + 20) / (1641.8 x 5 + 10) us.
    EXPECT_NEAR(std::stod(LastPath("from-seattle", "delay_stretch")), 36447.5 / 8219, 1e-4 * 4.43);
    // Denver: 2310.0 + 3334.4 instead of 2006.8. Houston: 1127.6 + 3334.4 instead of 2206.8.
    EXPECT_NEAR(std::stod(LastPath("from-denver", "extra_delay_s")), 18.198e-3, 1e-6);
    EXPECT_NEAR(std::stod(LastPath("from-houston", "extra_delay_s")), 11.286e-3, 1e-6);
    // New York reaches Los Angeles over Atlanta anyway: nothing but the server's link.
    EXPECT_EQ(LastPath("from-new-york", "extra_delay_s"), "0.000010000");
    EXPECT_EQ(LastPath("from-inside", "hop_stretch"), "1.000000");
    EXPECT_EQ(LastPath("from-seattle", "path"),
              "seattle server-Seattle-0 Seattle Denver Kansas-City Indianapolis Atlanta "
              "server-Atlanta-0 Atlanta Houston Los-Angeles server-Los-Angeles-0 web");
}

TEST_F(ImportRunTest, RunWritesItsTopology)
{
    RunShipped("abilene");
    ImportedTopology read =
        ImportGraphml("topology.graphml", ImportBuilder::ReadFile(folder + "/topology.graphml"));
    EXPECT_EQ(read.topology.GetNodeCount(), 23U) << "11 cities, 11 servers, mn";
    EXPECT_EQ(read.topology.GetLinkCount(), 26U);
    EXPECT_EQ(read.topology.GetNves().size(), 11U);
    EXPECT_TRUE(read.report.GetLines().empty());
}

TEST_F(ImportRunTest, HpccFlowsArrive)
{
    RunShipped("hpcc-import");
    // Every octet of the flow file's four flows is delivered, whatever is lost on the way.
    const std::map<std::string, uint64_t> bytes = {
        {"hpcc-1", 1000000}, {"hpcc-2", 2000000}, {"hpcc-3", 500000}, {"hpcc-4", 3000000}};
    std::map<std::string, uint64_t> delivered;
    for (const auto& row : Trace("throughput").rows)
    {
        delivered[row.at("flow")] += std::stoull(row.at("bytes"));
    }
    for (const auto& [flow, size] : bytes)
    {
        EXPECT_EQ(delivered[flow], size) << flow;
    }
    // The link of server-5 loses, and it alone: packets of hpcc-2 and their acknowledgements.
    EXPECT_GT(Summary("lost_corrupted"), 0);
    for (const auto& row : Trace("losses").Where({{"cause", "corrupted"}}))
    {
        EXPECT_EQ(row.at("flow"), "hpcc-2");
    }
    EXPECT_EQ(Trace("stretch").Where({{"flow", "probe"}}).front()["hops"], "4");
}
