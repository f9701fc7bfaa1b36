// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/import-builder.h"

#include "ns3/csv-table.h"
#include "ns3/graphml-import.h"
#include "ns3/hpcc-import.h"
#include "ns3/quantities.h"

#include <utility>

namespace ns3
{
namespace vmm
{

namespace
{

const BuilderKey FILE_KEY = {"topology_file", "", "path of the file, from the scenario's folder"};
const BuilderKey MANAGEMENT_KEY = {
    "management_at",
    "first",
    "router that the management node is attached to; first: the first of the file"};

/// @return a value; throws BuilderError for a ValueError
template <typename Parse>
auto
ParseKey(const std::string& key, const std::string& text, Parse parse)
{
    try
    {
        return parse(text);
    }
    catch (const ValueError& error)
    {
        throw BuilderError(key,
                           "found " + key + " " + error.found + ", expected " + error.expected);
    }
}

/// GraphML: WANs of the Topology Zoo, and whatever was exported.
class GraphmlBuilder : public ImportBuilder
{
  public:
    std::string GetName() const override
    {
        return "graphml";
    }

    std::vector<BuilderKey> GetKeys() const override
    {
        return {FILE_KEY,
                MANAGEMENT_KEY,
                {"servers_per_router", "1", "NVEs of each router, if the file has none; 0 to 1024"},
                {"us_per_km", "5", "propagation along the great circle; 0 to 1000"},
                {"unplaced_delay", "5ms", "propagation where an end has no position"},
                {"routing", "delay", "what a link costs: its delay in microseconds, or hops: 1"}};
    }

    ImportedTopology Read(const std::string& name,
                          const std::string& bytes,
                          const BuilderInput& input) const override
    {
        GraphmlOptions options;
        options.usPerKm = ParseKey("us_per_km",
                                   GetText(input, "us_per_km"),
                                   [](const std::string& text)
                                   {
                                       return ParseNumber(text, 0, 1000);
                                   });
        options.unplacedDelay = ParseKey("unplaced_delay",
                                         GetText(input, "unplaced_delay"),
                                         [](const std::string& text)
                                         {
                                             return ParseTime(text, Bound::NON_NEGATIVE);
                                         });
        const std::string routing = GetText(input, "routing");
        if (routing != "delay" && routing != "hops")
        {
            throw BuilderError(
                "routing", "found routing " + ShowText(routing) + ", expected one of delay, hops");
        }
        options.costIsDelay = routing == "delay";
        options.leastDelay = input.fabricDelay;
        options.defaultRate = input.fabricRate;
        options.mtu = input.mtu;
        options.queue = input.queue;
        return ImportGraphml(name, bytes, options);
    }

  protected:
    uint32_t GetServers(const BuilderInput& input) const override
    {
        return GetCount(input, "servers_per_router", 0, 1024);
    }
};

/// The topology file of HPCC and its descendants.
class HpccBuilder : public ImportBuilder
{
  public:
    std::string GetName() const override
    {
        return "hpcc";
    }

    std::vector<BuilderKey> GetKeys() const override
    {
        return {FILE_KEY,
                MANAGEMENT_KEY,
                {"flows", "none", "path of a flow file, from the scenario's folder"},
                {"flows_stop", "end", "when they write nothing more; end: with the run"}};
    }

    ImportedTopology Read(const std::string& name,
                          const std::string& bytes,
                          const BuilderInput& input) const override
    {
        return ImportHpcc(name, bytes, input);
    }

  protected:
    uint32_t GetServers(const BuilderInput&) const override
    {
        return 0;
    }
};

const GraphmlBuilder g_graphml;                       //!< a builder
const TopologyBuilderEntry g_graphmlEntry{g_graphml}; //!< its entry in the registry
const HpccBuilder g_hpcc;                             //!< a builder
const TopologyBuilderEntry g_hpccEntry{g_hpcc};       //!< its entry in the registry

} // namespace

Topology
ImportBuilder::Build(const BuilderInput& input) const
{
    const std::string path = GetText(input, "topology_file");
    return std::move(Import(path, ReadFile(path), input).topology);
}

ImportedTopology
ImportBuilder::Import(const std::string& name,
                      const std::string& bytes,
                      const BuilderInput& input) const
{
    ImportedTopology imported = Read(name, bytes, input);
    CompleteFabric(imported, input, GetServers(input), GetText(input, "management_at"));
    if (std::optional<NodeId> node = imported.topology.FindUnreachable())
    {
        throw BuilderError("topology_file",
                           "found node " + imported.topology.GetNode(*node).name +
                               " out of reach of others in " + name +
                               ", expected a connected topology");
    }
    return imported;
}

std::string
ImportBuilder::ReadFile(const std::string& path)
{
    return CsvTable::ReadFile(path, {});
}

const ImportBuilder*
ImportBuilder::Find(const std::string& name)
{
    return dynamic_cast<const ImportBuilder*>(TopologyBuilder::Find(name));
}

} // namespace vmm
} // namespace ns3
