// SPDX-License-Identifier: GPL-2.0-only
// Runs a scenario folder: what `./vmm run` and `./vmm check` start.
#include "ns3/command-line.h"
#include "ns3/mobility-scheme.h"
#include "ns3/result-folder.h"
#include "ns3/run-manifest.h"
#include "ns3/scenario-forecast.h"
#include "ns3/scenario-printer.h"
#include "ns3/scenario-reader.h"
#include "ns3/scenario-run.h"

#include <chrono>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// What the command line says.
struct Options
{
    std::string scenario;
    ScenarioOverrides overrides;
    std::string out;
    bool force = false;
    bool pcap = false;
    bool packets = false;
    bool check = false;
    bool progress = false;
    bool schemes = false;
    std::vector<std::string> words;
};

/// Takes all of the value of an option over: ns-3 ends a text at its first blank.
void
TakeWhole(const std::vector<std::string>& words, const std::string& name, std::string& value)
{
    const std::string start = "--" + name + "=";
    for (const auto& word : words)
    {
        if (word.compare(0, start.size(), start) == 0)
        {
            value = word.substr(start.size());
        }
    }
}

Options
Parse(int argc, char* argv[])
{
    Options options;
    options.words.assign(argv, argv + argc);
    for (const auto& word : options.words)
    {
        if (word.compare(0, 2, "--") == 0 && word.find('=') == word.size() - 1)
        {
            throw std::invalid_argument(word + ": found no value, expected one");
        }
    }
    std::string set;
    CommandLine command(__FILE__);
    command.Usage("Runs a scenario folder of CSV files and writes a folder of traces.");
    command.AddValue("scenario", "Scenario folder", options.scenario);
    command.AddValue("scheme", "Scheme, NAME or NAME:Option=Value:...", options.overrides.scheme);
    command.AddValue("seed", "Run number of the random streams", options.overrides.seed);
    command.AddValue("set", "KEY=VALUE settings, commas between them", set);
    command.AddValue("out", "Folder for the results; default results/...", options.out);
    command.AddValue("force", "Replace results that are there", options.force);
    command.AddValue("pcap", "Capture the packets of every device", options.pcap);
    command.AddValue("packets", "Write packets.csv", options.packets);
    command.AddValue("check", "Print the resolved scenario and what it predicts", options.check);
    command.AddValue("progress", "Report progress on standard error", options.progress);
    command.AddValue("schemes", "List the schemes", options.schemes);
    command.Parse(argc, argv);
    TakeWhole(options.words, "scenario", options.scenario);
    TakeWhole(options.words, "scheme", options.overrides.scheme);
    TakeWhole(options.words, "set", set);
    TakeWhole(options.words, "out", options.out);
    options.overrides.set = SplitSettings(set);
    return options;
}

SchemeTypes
GetSchemes()
{
    SchemeTypes types;
    for (const auto& [name, summary] : SchemeRegistry::List())
    {
        types[name] = *SchemeRegistry::Find(name);
    }
    return types;
}

/// @return a hash over the library's file and this program's: a result belongs to the build that
/// made it, and a scheme may be in either
std::string
GetBuildId()
{
    Dl_info info;
    if (dladdr(reinterpret_cast<void*>(&ShortHash), &info) == 0 || !info.dli_fname)
    {
        return "";
    }
    std::stringstream bytes;
    for (const std::string path : {info.dli_fname, "/proc/self/exe"})
    {
        bytes << std::ifstream(path, std::ios::binary).rdbuf();
    }
    return ShortHash(bytes.str());
}

RunManifest
Describe(const Options& options, const Scenario& scenario, const ScenarioRun& run)
{
    RunManifest manifest;
    manifest.commandLine = options.words;
    // The program's own path says where it was built, which is nobody's business.
    manifest.commandLine.front() =
        std::filesystem::path(manifest.commandLine.front()).filename().string();
    manifest.scenario = scenario.name;
    manifest.scheme = scenario.scheme;
    manifest.seed = scenario.seed;
    manifest.scenarioHash = scenario.scenarioHash;
    manifest.buildId = GetBuildId();
    manifest.moduleVersion = "0.1.0";
    manifest.settings.assign(scenario.settings.begin(), scenario.settings.end());
    manifest.attributes = ListNonDefaultAttributes();
    manifest.flowApplications = run.GetFlowApplications();
    manifest.duration = scenario.duration;
    manifest.violations = run.GetViolations();
    manifest.warnings = run.GetWarnings();
    return manifest;
}

/// @return what the run was
RunManifest
WriteTo(const std::string& folder, const Options& options, const Scenario& scenario)
{
    auto started = std::chrono::steady_clock::now();
    ScenarioRun run(scenario);
    if (options.progress)
    {
        double end = scenario.duration.GetSeconds();
        run.SetProgress(
            [end](Time now)
            {
                std::cerr << "progress: " << now.GetSeconds() << " " << end << std::endl;
            });
    }
    run.Build();
    if (options.pcap)
    {
        std::filesystem::create_directory(folder + "/pcap");
        run.EnablePcap(folder + "/pcap/");
    }
    run.Simulate();
    run.Finish();
    run.WriteTraces(folder, options.packets);
    RunManifest manifest = Describe(options, scenario, run);
    manifest.events = Simulator::GetEventCount();
    std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
    manifest.wallSeconds = wall.count();
    WriteRunJson(folder + "/run.json", manifest);
    return manifest;
}

int
Run(const Options& options)
{
    if (options.scenario.empty())
    {
        throw std::invalid_argument("--scenario: found no folder, expected a scenario folder");
    }
    Scenario scenario = ReadScenario(options.scenario, options.overrides, GetSchemes());
    if (options.check)
    {
        PrintScenario(std::cout, scenario, GetForecastSections());
        return 0;
    }
    std::string path = options.out;
    if (path.empty())
    {
        path = ResultFolder::MakePath(
            "results", scenario.name, scenario.scheme, scenario.settingsHash, scenario.seed);
    }
    ResultFolder folder(path, options.force);
    RunManifest manifest = WriteTo(folder.GetWorkPath(), options, scenario);
    folder.Commit();
    for (const auto& warning : manifest.warnings)
    {
        std::cerr << "warning: " << warning << std::endl;
    }
    for (const auto& violation : manifest.violations)
    {
        std::cerr << violation << std::endl;
    }
    std::cout << "output: " << folder.GetPath() << std::endl;
    return manifest.violations.empty() ? 0 : 1;
}

} // namespace

int
main(int argc, char* argv[])
{
    try
    {
        Options options = Parse(argc, argv);
        if (options.schemes)
        {
            for (const auto& [name, summary] : SchemeRegistry::List())
            {
                std::cout << name << "\t" << summary << std::endl;
            }
            return 0;
        }
        return Run(options);
    }
    catch (const std::exception& error)
    {
        std::cerr << error.what() << std::endl;
        return 2;
    }
}
