// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/graphml-import.h"

#include "ns3/geo-position.h"
#include "ns3/graphml-document.h"
#include "ns3/import-names.h"
#include "ns3/link-speed.h"
#include "ns3/quantities.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr double MAX_COST = (1 << 24) - 1; //!< sums of it stay far from overflow
constexpr double MAX_BPS = 1e15;           //!< beyond any link
constexpr double MAX_NS = 1e13;            //!< beyond any link: hours
constexpr size_t MAX_PARALLEL = 65536;     //!< as many as TopologyLink::index tells apart

using Data = std::map<std::string, std::string>;

/// @return a value, "" if there is none or it is no number on purpose
std::string
GetText(const Data& data, const std::string& key)
{
    auto found = data.find(key);
    bool none = found == data.end() || found->second == "NaN" || found->second == "nan";
    return none ? "" : found->second;
}

/// Makes a topology of one file.
class GraphmlImport
{
  public:
    GraphmlImport(const GraphmlDocument& document, const GraphmlOptions& options)
        : m_document(document),
          m_options(options)
    {
    }

    /// @return the topology; throws ScenarioError
    ImportedTopology Make()
    {
        for (const GraphmlNode& node : m_document.nodes)
        {
            ReadNode(node);
        }
        FindPositions();
        for (const TopologyNode& node : m_nodes)
        {
            m_result.topology.AddNode(node);
        }
        for (const GraphmlEdge& edge : m_document.edges)
        {
            ReadLink(edge);
        }
        return std::move(m_result);
    }

  private:
    /**
     * @param at place of the element
     * @param data its values
     * @param key one of them
     * @param least smallest value allowed
     * @param most largest value allowed
     * @return the number, if there is one
     */
    static std::optional<double> GetNumber(const SourcePosition& at,
                                           const Data& data,
                                           const std::string& key,
                                           double least,
                                           double most)
    {
        std::string text = GetText(data, key);
        if (text.empty())
        {
            return std::nullopt;
        }
        try
        {
            return ParseScientific(text, least, most);
        }
        catch (const ValueError& error)
        {
            throw ScenarioError(at, key + " " + error.found, error.expected);
        }
    }

    /// As GetNumber(), for whole numbers.
    static std::optional<int64_t> GetWhole(const SourcePosition& at,
                                           const Data& data,
                                           const std::string& key,
                                           double least,
                                           double most)
    {
        std::optional<double> number = GetNumber(at, data, key, least, most);
        if (number && std::floor(*number) != *number)
        {
            throw ScenarioError(at, key + " " + ShowText(GetText(data, key)), "a whole number");
        }
        return number ? std::make_optional(static_cast<int64_t>(*number)) : std::nullopt;
    }

    void ReadNode(const GraphmlNode& row)
    {
        TopologyNode node;
        std::string label = GetText(row.data, "label");
        std::string wish = label.empty() ? "node-" + row.id : label;
        node.name = m_names.Make(wish, "node-" + std::to_string(m_nodes.size()));
        if (node.name != wish)
        {
            m_result.report.renamed.emplace_back(wish, node.name);
        }
        std::string role = GetText(row.data, "role");
        try
        {
            node.role = role.empty() ? NodeRole::ROUTER : ParseNodeRole(role);
        }
        catch (const std::invalid_argument&)
        {
            throw ScenarioError(row.at, "role " + ShowText(role), "a role as in nodes.csv");
        }
        int64_t dc = GetWhole(row.at, row.data, "dc", -1, NO_DC - 1).value_or(0);
        node.dc = dc < 0 ? NO_DC : static_cast<uint16_t>(dc);
        int64_t asn = GetWhole(row.at, row.data, "asn", 0, UINT32_MAX - 1.0).value_or(0);
        node.asn = asn == 0 ? std::nullopt : std::make_optional(static_cast<uint32_t>(asn));
        node.nve = GetWhole(row.at, row.data, "nve", 0, 1) == 1;
        node.bridged = GetWhole(row.at, row.data, "bridged", 0, 1) == 1;
        node.latitude = GetNumber(row.at, row.data, "Latitude", -90, 90);
        node.longitude = GetNumber(row.at, row.data, "Longitude", -180, 180);
        if (GetText(row.data, "Internal") == "0" || GetText(row.data, "hyperedge") == "1")
        {
            m_result.report.external.push_back(node.name);
        }
        CheckRole(row, node);
        m_nodes.push_back(node);
    }

    /// Refuses a node that Topology would refuse, with its place.
    static void CheckRole(const GraphmlNode& row, const TopologyNode& node)
    {
        Topology alone;
        try
        {
            alone.AddNode(node);
        }
        catch (const std::invalid_argument& error)
        {
            throw ScenarioError(row.at, error.what());
        }
    }

    /// @return whether a node of the file has a position
    bool HasPosition(size_t node) const
    {
        return m_nodes[node].latitude && m_nodes[node].longitude;
    }

    /// Gives nodes without a position the middle of their neighbours, round by round.
    void FindPositions()
    {
        std::vector<std::vector<size_t>> neighbours(m_nodes.size());
        for (const GraphmlEdge& edge : m_document.edges)
        {
            neighbours[edge.source].push_back(edge.target);
            neighbours[edge.target].push_back(edge.source);
        }
        if (std::none_of(m_document.edges.begin(),
                         m_document.edges.end(),
                         [](const GraphmlEdge& edge)
                         {
                             return edge.data.count("delay_ns") == 0;
                         }))
        {
            return; // nobody asks where the nodes are
        }
        std::set<size_t> round; // whose neighbours have changed
        for (size_t node = 0; node < m_nodes.size(); node++)
        {
            round.insert(round.end(), node);
        }
        while (!round.empty())
        {
            std::vector<std::pair<size_t, GeoPosition>> found;
            for (size_t node : round)
            {
                if (std::optional<GeoPosition> middle = FindMiddle(node, neighbours[node]))
                {
                    found.emplace_back(node, *middle);
                }
            }
            round.clear();
            for (const auto& [node, position] : found)
            {
                round.insert(neighbours[node].begin(), neighbours[node].end());
                m_nodes[node].latitude = position.latitude;
                m_nodes[node].longitude = position.longitude;
                m_result.report.placed.push_back(m_nodes[node].name);
            }
        }
        for (size_t node = 0; node < m_nodes.size(); node++)
        {
            if (!HasPosition(node))
            {
                m_result.report.unplaced.push_back(m_nodes[node].name);
            }
        }
    }

    /// @return where a node goes in this round, if it has no position but neighbours that have
    std::optional<GeoPosition> FindMiddle(size_t node, const std::vector<size_t>& neighbours) const
    {
        std::vector<GeoPosition> places;
        for (size_t neighbour : neighbours)
        {
            if (!HasPosition(node) && HasPosition(neighbour))
            {
                places.push_back({*m_nodes[neighbour].latitude, *m_nodes[neighbour].longitude});
            }
        }
        return GetMiddle(places);
    }

    /// @return how a report names a link
    std::string NameLink(const GraphmlEdge& row) const
    {
        return m_nodes[row.source].name + " - " + m_nodes[row.target].name;
    }

    DataRate GetRate(const GraphmlEdge& row)
    {
        std::optional<double> raw = GetNumber(row.at, row.data, "LinkSpeedRaw", 0, MAX_BPS);
        if (raw && *raw >= 1)
        {
            return DataRate(static_cast<uint64_t>(std::llround(*raw)));
        }
        for (const std::string& text :
             {GetText(row.data, "LinkSpeed") + GetText(row.data, "LinkSpeedUnits"),
              GetText(row.data, "LinkLabel"),
              GetText(row.data, "LinkType")})
        {
            if (std::optional<DataRate> rate = ParseLinkLabel(text))
            {
                return *rate;
            }
        }
        m_result.report.unrated.push_back(NameLink(row));
        return m_options.defaultRate;
    }

    Time GetDelay(const GraphmlEdge& row)
    {
        if (auto given = GetWhole(row.at, row.data, "delay_ns", 0, MAX_NS))
        {
            return NanoSeconds(*given);
        }
        if (!HasPosition(row.source) || !HasPosition(row.target))
        {
            m_result.report.unlong.push_back(NameLink(row));
            return m_options.unplacedDelay;
        }
        const TopologyNode& a = m_nodes[row.source];
        const TopologyNode& b = m_nodes[row.target];
        double km = GetGreatCircleKm({*a.latitude, *a.longitude}, {*b.latitude, *b.longitude});
        return std::max(NanoSeconds(std::llround(km * m_options.usPerKm * 1000)),
                        m_options.leastDelay);
    }

    uint32_t GetCost(const GraphmlEdge& row, Time delay) const
    {
        if (auto given = GetWhole(row.at, row.data, "cost", 1, MAX_COST))
        {
            return static_cast<uint32_t>(*given);
        }
        double microseconds = std::round(static_cast<double>(delay.GetNanoSeconds()) / 1000);
        return m_options.costIsDelay
                   ? static_cast<uint32_t>(std::clamp(microseconds, 1.0, MAX_COST))
                   : 1;
    }

    void ReadLink(const GraphmlEdge& row)
    {
        if (row.source == row.target)
        {
            m_result.report.loops.push_back(m_nodes[row.source].name);
            return;
        }
        TopologyLink link;
        link.a = static_cast<NodeId>(row.source);
        link.b = static_cast<NodeId>(row.target);
        link.rate = GetRate(row);
        link.delay = GetDelay(row);
        link.cost = GetCost(row, link.delay);
        link.mtu = static_cast<uint16_t>(
            GetWhole(row.at, row.data, "mtu", 576, 65535).value_or(m_options.mtu));
        std::string queue = GetText(row.data, "queue");
        size_t& parallel = m_parallel[std::minmax(row.source, row.target)];
        if (parallel == MAX_PARALLEL)
        {
            throw ScenarioError(row.at, "one more link of these nodes", "at most 65536");
        }
        link.index = static_cast<uint16_t>(parallel++);
        try
        {
            link.queue = queue.empty() ? m_options.queue : ParseQueue(queue);
        }
        catch (const ValueError& error)
        {
            throw ScenarioError(row.at, "queue " + error.found, error.expected);
        }
        LinkId id = m_result.topology.AddLink(link);
        if (auto loss = GetNumber(row.at, row.data, "loss", 0, 1); loss && *loss > 0)
        {
            m_result.losses[id] = *loss;
        }
    }

    const GraphmlDocument& m_document;                      //!< what the file says
    const GraphmlOptions& m_options;                        //!< what it does not say
    ImportNames m_names;                                    //!< of nodes
    std::vector<TopologyNode> m_nodes;                      //!< as in the file
    std::map<std::pair<size_t, size_t>, size_t> m_parallel; //!< links so far between two nodes
    ImportedTopology m_result;                              //!< so far
};

} // namespace

ImportedTopology
ImportGraphml(const std::string& name, const std::string& bytes, const GraphmlOptions& options)
{
    GraphmlDocument document = ReadGraphml(name, bytes);
    if (document.nodes.empty())
    {
        throw ScenarioError({name, 1, 1}, "no node", "at least one");
    }
    return GraphmlImport(document, options).Make();
}

} // namespace vmm
} // namespace ns3
