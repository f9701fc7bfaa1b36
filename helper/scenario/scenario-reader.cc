// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-reader.h"

#include "ns3/address-plan.h"
#include "ns3/quantities.h"
#include "ns3/scenario-fabric.h"
#include "ns3/scenario-import.h"
#include "ns3/scenario-readings.h"
#include "ns3/scenario-rows.h"
#include "ns3/scenario-wan.h"

#include <filesystem>
#include <openssl/sha.h>
#include <set>
#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

namespace fs = std::filesystem;

/// The files of one folder, and a digest over what was read of them.
class FolderReader
{
  public:
    /// @param folder its path @param memory the files by name, null if they are on the disk
    FolderReader(const std::string& folder, const std::map<std::string, std::string>* memory)
        : m_folder(folder),
          m_memory(memory)
    {
    }

    /// @return whether there is a file of that name
    bool Has(const std::string& name) const
    {
        std::error_code error;
        return m_memory ? m_memory->count(name) > 0
                        : fs::exists(fs::symlink_status(fs::path(m_folder) / name, error));
    }

    /// @return one file; throws ScenarioError
    std::shared_ptr<const CsvTable> Read(const std::string& name,
                                         const std::vector<CsvColumn>& columns)
    {
        std::string path = GetPath(name);
        std::string bytes = Load(name, path, columns);
        m_bytes += name + " " + std::to_string(bytes.size()) + "\n" + bytes;
        return std::make_shared<const CsvTable>(CsvTable::Parse(path, bytes, columns));
    }

    /// @return one file; throws ScenarioError
    std::shared_ptr<const CsvTable> Read(const ScenarioFile& file)
    {
        return Read(file.name, file.columns);
    }

    /// @return the path of a file @param name of it
    std::string GetPath(const std::string& name) const
    {
        return (fs::path(m_folder) / name).string();
    }

    /// @return the bytes of one file that is no table; throws ScenarioError
    std::string ReadBytes(const std::string& name)
    {
        std::string bytes = Load(name, GetPath(name), {});
        m_bytes += name + " " + std::to_string(bytes.size()) + "\n" + bytes;
        return bytes;
    }

    /// @return hash over all that was read
    std::string GetHash() const
    {
        return ShortHash(m_bytes);
    }

  private:
    /// @return the bytes of a file
    std::string Load(const std::string& name,
                     const std::string& path,
                     const std::vector<CsvColumn>& columns) const
    {
        if (!m_memory)
        {
            return CsvTable::ReadFile(path, columns);
        }
        if (!Has(name))
        {
            throw ScenarioError({path, 1, 1}, "no file", "one of that name");
        }
        return m_memory->at(name);
    }

    std::string m_folder;                               //!< path as given
    const std::map<std::string, std::string>* m_memory; //!< the files, if not on the disk
    std::string m_bytes; //!< name, size and bytes of every file so far
};

/// Takes the resolved settings over into their typed fields.
void
FillSettings(const ScenarioSettings& settings, Scenario& scenario)
{
    auto& resolved = scenario.settings;
    scenario.fabric = resolved.at("fabric");
    scenario.duration = ParseTime(resolved.at("duration"), Bound::POSITIVE);
    scenario.scheme = resolved.at("scheme");
    scenario.schemeType = settings.GetSchemeType();
    scenario.seed = ParseCount(resolved.at("seed"), 1, UINT64_MAX);
    scenario.underlay =
        static_cast<UnderlayKind>(ParseChoice(resolved.at("underlay"), {"static", "bgp"}));
    scenario.bgpNumbering = static_cast<BgpNumbering>(
        ParseChoice(resolved.at("bgp_numbering"), {"clos", "per-router"}));
    scenario.bgpServers = resolved.at("bgp_servers") == "on";
    scenario.family =
        static_cast<FamilyKind>(ParseChoice(resolved.at("family"), {"ipv4", "ipv6", "dual"}));
    scenario.randomness = resolved.at("randomness") == "on";
    scenario.transfer = resolved.at("transfer");
    for (const auto& setting : settings.GetAll())
    {
        if (!settings.Has(setting.first))
        {
            continue;
        }
        SourcePosition& source = scenario.sources[setting.first];
        source = setting.second.valueAt;
        if (source.line == 0)
        {
            source.file = source.file.substr(0, source.file.find(' ')); // the option alone
        }
        if (setting.first.find("::") != std::string::npos)
        {
            scenario.attributes.push_back(
                {setting.first, resolved.at(setting.first), setting.second.valueAt});
        }
    }
}

/// Takes over which data centres want host routes; @throws ScenarioError if there is no such one.
void
FillHostRouteDcs(const ScenarioSettings& settings, Scenario& scenario)
{
    const std::string& text = scenario.settings.at("host_route_dcs");
    if (text == "none")
    {
        scenario.hostRouteDcs = {NO_DC};
    }
    std::set<uint16_t> known;
    for (NodeId node = 0; node < scenario.topology.GetNodeCount(); ++node)
    {
        known.insert(scenario.topology.GetNode(node).dc);
    }
    std::istringstream words(text);
    for (uint16_t dc; words >> dc;)
    {
        if (!known.count(dc))
        {
            throw ScenarioError(settings.At("host_route_dcs"),
                                "data centre " + std::to_string(dc),
                                "data centres of the fabric");
        }
        scenario.hostRouteDcs.insert(dc);
    }
}

/// Makes the graph. @return the tables of VMs and of flows that came with it, if any
ImportedWorkload
ReadTopology(FolderReader& files, const ScenarioSettings& settings, Scenario& scenario)
{
    if (scenario.fabric == "csv")
    {
        auto nodes = files.Read("nodes.csv", GetNodeColumns());
        scenario.topology = ReadFabric(nodes, files.Read("links.csv", GetLinkColumns()));
        return {};
    }
    if (!IsImported(settings))
    {
        auto wan = NeedsWanFile(settings) ? files.Read("wan.csv", GetWanColumns()) : nullptr;
        scenario.topology = BuildFabric(settings, wan);
        return {};
    }
    const std::string file = settings.GetText("topology_file");
    ImportedTopology imported = ImportFabric(settings, files.GetPath(file), files.ReadBytes(file));
    scenario.topology = std::move(imported.topology);
    scenario.linkLosses = std::move(imported.losses);
    scenario.importNotes = imported.report.GetLines();
    const std::string flows = GetFlowFile(settings);
    return flows.empty()
               ? ImportedWorkload()
               : ImportFlows(settings, files.GetPath(flows), files.ReadBytes(flows), scenario);
}

/// @return last part of a folder's path, also of "scenarios/chain/" and "."
std::string
NameOfFolder(const std::string& folder)
{
    std::error_code error;
    fs::path path = fs::absolute(folder, error).lexically_normal();
    return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

/// Reads all files of a folder, each against what the earlier ones said.
Scenario
ReadAll(FolderReader files,
        const std::string& folder,
        const ScenarioOverrides& overrides,
        const SchemeTypes& schemes)
{
    Scenario scenario;
    scenario.folder = folder;
    scenario.name = NameOfFolder(folder);
    ScenarioSettings own(*files.Read("scenario.csv", ScenarioSettings::GetColumns()), schemes);
    ScenarioSettings settings = own.Override(overrides);
    own.FillIn();
    settings.FillIn();
    CheckReadings(settings);
    scenario.settings = settings.Resolve();
    FillSettings(settings, scenario);
    ImportedWorkload workload = ReadTopology(files, settings, scenario);
    try
    {
        AddressPlan plan(scenario.topology);
    }
    catch (const std::invalid_argument& error)
    {
        throw ScenarioError(settings.At("fabric"), error.what());
    }
    FillHostRouteDcs(settings, scenario);
    scenario.managementNode = ChooseManagementNode(settings, scenario.topology);
    scenario.settings["management_node"] = scenario.managementNode;
    if (scenario.fabric != "csv" && !settings.Has("management_delay"))
    {
        scenario.settings["management_delay"] = scenario.settings.at("server_delay");
    }
    if (HasWan(settings))
    {
        scenario.settings["wan_delay"] = FormatTime(GetWanDelay(settings));
    }

    auto vms = files.Read(GetVmsFile());
    ReadVms(
        workload.MakeVms(vms),
        [&files](const std::string& name, const std::vector<CsvColumn>& columns)
        {
            return files.Read(name, columns);
        },
        scenario);
    auto sizes = [&files](const std::string& name) -> std::shared_ptr<const CsvTable>
    {
        for (const std::string& place : {name, std::string(DISTRIBUTIONS_FOLDER) + "/" + name})
        {
            if (files.Has(place))
            {
                return files.Read(place, GetFlowSizesColumns());
            }
        }
        return nullptr;
    };
    ReadFlows(files.Read(GetTrafficFile()), scenario, sizes);
    workload.CheckFlows(scenario);
    if (auto table = workload.MakeFlows(vms))
    {
        ReadFlows(table, scenario, sizes);
    }
    ReadMoves(files.Read(GetMovesFile()), scenario);
    if (files.Has(GetOrdersFile().name))
    {
        ReadOrders(files.Read(GetOrdersFile()), scenario);
    }
    if (files.Has(GetFailuresFile().name))
    {
        ReadFailures(files.Read(GetFailuresFile()), scenario);
    }
    scenario.scenarioHash = files.GetHash();
    scenario.differences = settings.GetDifferences(own);
    std::string text;
    for (const auto& setting : scenario.differences)
    {
        text += setting.first + "=" + setting.second + "\n";
    }
    scenario.settingsHash = text.empty() ? "" : ShortHash(text);
    return scenario;
}

} // namespace

std::string
ShortHash(const std::string& text)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
    std::string hex;
    for (int i = 0; i < 4; ++i)
    {
        hex += digits[digest[i] >> 4];
        hex += digits[digest[i] & 15];
    }
    return hex;
}

Scenario
ReadScenario(const std::string& folder,
             const ScenarioOverrides& overrides,
             const SchemeTypes& schemes)
{
    return ReadAll(FolderReader(folder, nullptr), folder, overrides, schemes);
}

Scenario
ReadScenarioFiles(const std::map<std::string, std::string>& files,
                  const std::string& folder,
                  const ScenarioOverrides& overrides,
                  const SchemeTypes& schemes)
{
    return ReadAll(FolderReader(folder, &files), folder, overrides, schemes);
}

} // namespace vmm
} // namespace ns3
