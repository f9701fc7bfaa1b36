// SPDX-License-Identifier: GPL-2.0-only
// Says what a topology is, and what stretch its triangles have: `vmm-topology FILE --stretch`. FILE
// is GraphML, a topology file of the HPCC family, or a scenario folder.
#include "ns3/graphml-import.h"
#include "ns3/hpcc-import.h"
#include "ns3/import-builder.h"
#include "ns3/mobility-scheme.h"
#include "ns3/quantities.h"
#include "ns3/scenario-printer.h"
#include "ns3/scenario-reader.h"
#include "ns3/topology-summary.h"

#include "ns3/command-line.h"

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <sstream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

constexpr size_t MAX_CENSUS = 500; //!< nodes; each triple is held in memory

/// What the command line says.
struct Options
{
    std::string file;     //!< what to read
    bool stretch = false; //!< whether to look at triangles
    bool nodes = false;   //!< whether to list nodes and links
    std::string graphml;  //!< where to export to, "" for nowhere
    std::string usPerKm;  //!< propagation, "" for the default
};

/// A topology, and what was guessed about it.
struct Loaded
{
    ImportedTopology imported;      //!< it
    std::vector<std::string> notes; //!< lines for a reader
};

/// @return the fabric of a scenario folder
Loaded
LoadScenario(const Options& options)
{
    if (!options.usPerKm.empty())
    {
        throw std::invalid_argument(
            "--us_per_km: found a scenario folder, expected a GraphML file with it");
    }
    SchemeTypes schemes;
    for (const auto& [name, summary] : SchemeRegistry::List())
    {
        schemes[name] = *SchemeRegistry::Find(name);
    }
    Scenario scenario = ReadScenario(options.file, {}, schemes);
    Loaded loaded;
    loaded.imported.topology = scenario.topology;
    loaded.imported.losses = scenario.linkLosses;
    loaded.notes = scenario.importNotes;
    return loaded;
}

/// @return what a file or folder holds
Loaded
Load(const Options& options)
{
    if (std::filesystem::is_directory(options.file))
    {
        return LoadScenario(options);
    }
    const std::string bytes = ImportBuilder::ReadFile(options.file);
    const size_t first = bytes.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    Loaded loaded;
    if (first != std::string::npos && bytes[first] == '<')
    {
        GraphmlOptions graphml;
        if (!options.usPerKm.empty())
        {
            try
            {
                graphml.usPerKm = ParseNumber(options.usPerKm, 0, 1000);
            }
            catch (const ValueError& error)
            {
                throw std::invalid_argument(std::string("--us_per_km: ") + error.what());
            }
        }
        loaded.imported = ImportGraphml(options.file, bytes, graphml);
    }
    else
    {
        loaded.imported = ImportHpcc(options.file, bytes);
    }
    loaded.notes = loaded.imported.report.GetLines();
    return loaded;
}

/// @return a number with some decimals
std::string
Show(double value, int decimals)
{
    std::ostringstream os;
    os << std::fixed << std::setprecision(decimals) << value;
    return os.str();
}

/// @return nanoseconds as milliseconds
std::string
ShowMs(double nanoseconds)
{
    return Show(nanoseconds / 1e6, 6) + " ms";
}

/// Prints the stretch of the triangles.
void
PrintStretch(const Topology& topology, const TopologySummary& summary)
{
    if (summary.participants.size() < 3)
    {
        std::cout << "\nTriangles: fewer than three nodes that reach each other\n";
        return;
    }
    if (summary.participants.size() > MAX_CENSUS)
    {
        throw std::invalid_argument("--stretch: found " +
                                    std::to_string(summary.participants.size()) +
                                    " nodes, expected at most " + std::to_string(MAX_CENSUS));
    }
    std::vector<std::vector<std::string>> table = {
        {"measure", "triples", "mean", "median", "p90", "max", "mean extra", "max extra"}};
    for (PathMetric metric : {PathMetric::HOPS, PathMetric::DELAY})
    {
        const bool hops = metric == PathMetric::HOPS;
        const StretchCensus census = CountTriangles(topology, summary.participants, metric);
        table.push_back({hops ? "links" : "delay",
                         std::to_string(census.triples - census.undefined),
                         Show(census.mean, 4),
                         Show(census.median, 4),
                         Show(census.p90, 4),
                         Show(census.max, 4),
                         hops ? Show(census.meanExtra, 4) : ShowMs(census.meanExtra),
                         hops ? Show(census.maxExtra, 0) : ShowMs(census.maxExtra)});
        if (census.undefined > 0)
        {
            table.back()[1] += " (" + std::to_string(census.undefined) + " of distance 0 left out)";
        }
    }
    std::cout << "\nTriangles: (correspondent to source + source to destination) / "
                 "correspondent to destination\n";
    PrintTable(std::cout, table);
}

/// Prints nodes and links.
void
PrintParts(const Topology& topology)
{
    std::vector<std::vector<std::string>> nodes = {
        {"node", "role", "nve", "latitude", "longitude"}};
    for (NodeId id = 0; id < topology.GetNodeCount(); id++)
    {
        const TopologyNode& node = topology.GetNode(id);
        nodes.push_back({node.name,
                         NodeRoleName(node.role),
                         node.nve ? "yes" : "no",
                         node.latitude ? Show(*node.latitude, 5) : "-",
                         node.longitude ? Show(*node.longitude, 5) : "-"});
    }
    std::vector<std::vector<std::string>> links = {{"a", "b", "rate", "delay", "cost"}};
    for (LinkId id = 0; id < topology.GetLinkCount(); id++)
    {
        const TopologyLink& link = topology.GetLink(id);
        links.push_back({topology.GetNode(link.a).name,
                         topology.GetNode(link.b).name,
                         FormatRate(link.rate),
                         FormatTime(link.delay),
                         std::to_string(link.cost)});
    }
    std::cout << "\nNodes\n";
    PrintTable(std::cout, nodes);
    std::cout << "\nLinks\n";
    PrintTable(std::cout, links);
}

/// Prints what the options ask for.
void
Print(const Options& options, const Loaded& loaded)
{
    const Topology& topology = loaded.imported.topology;
    const TopologySummary summary = Summarize(topology);
    std::cout << options.file << "\n  nodes     " << topology.GetNodeCount() << "\n  edges     "
              << topology.GetLinkCount() << "\n  parts     " << summary.parts << "\n  between   "
              << summary.participants.size() << " " << (summary.nves ? "NVEs" : "nodes")
              << (summary.parts > 1 ? " of the largest part" : "") << "\n  diameter  "
              << summary.diameterHops << " links, "
              << ShowMs(static_cast<double>(summary.diameterDelay.GetNanoSeconds())) << "\n";
    if (!loaded.notes.empty())
    {
        std::cout << "\nGuessed\n";
    }
    for (const auto& note : loaded.notes)
    {
        std::cout << "  " << note << "\n";
    }
    if (options.nodes)
    {
        PrintParts(topology);
    }
    if (options.stretch)
    {
        PrintStretch(topology, summary);
    }
}

/// @return what the command line says; throws std::invalid_argument
Options
Parse(int argc, char* argv[])
{
    Options options;
    CommandLine command(__FILE__);
    command.Usage("Says what a topology is: GraphML, a topology file of the HPCC family, or a "
                  "scenario folder.");
    command.AddNonOption("file", "What to read", options.file);
    command.AddValue("stretch", "Stretch of the triangles over all triples", options.stretch);
    command.AddValue("nodes", "List nodes and links", options.nodes);
    command.AddValue("graphml", "Write the topology as GraphML to this file", options.graphml);
    command.AddValue("us_per_km", "Propagation between positions; default 5", options.usPerKm);
    // ns-3 takes --name=value alone; a file name may also follow the option.
    std::vector<std::string> words(argv, argv + argc);
    for (size_t i = 1; i + 1 < words.size(); i++)
    {
        if (words[i] == "--graphml" || words[i] == "--us_per_km")
        {
            words[i] += "=" + words[i + 1];
            words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        }
    }
    command.Parse(words);
    if (options.file.empty() || command.GetNExtraNonOptions() > 0)
    {
        throw std::invalid_argument(options.file.empty()
                                        ? "found no file, expected one (see --help)"
                                        : "found more than one file, expected one");
    }
    return options;
}

} // namespace

int
main(int argc, char* argv[])
{
    try
    {
        const Options options = Parse(argc, argv);
        const Loaded loaded = Load(options);
        Print(options, loaded);
        if (!options.graphml.empty())
        {
            std::ofstream out(options.graphml, std::ios::binary);
            WriteGraphml(out, loaded.imported.topology, loaded.imported.losses);
            out.close();
            if (!out)
            {
                throw std::runtime_error(options.graphml + ": cannot be written");
            }
        }
    }
    catch (const std::exception& error)
    {
        std::cerr << error.what() << std::endl;
        return 2;
    }
    return 0;
}
