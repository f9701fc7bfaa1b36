// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/dc-fabric-builder.h"

#include <algorithm>
#include <sstream>

namespace ns3
{
namespace vmm
{

namespace
{

/// What the address plan has room for; a check while building, so that no mistake fills the memory.
constexpr size_t MAX_NODES = 65534;

/// Names in front of which a WAN router's begins.
const std::string WAN_PREFIX = "wan-";

/// @param text words with blanks between @return the words
std::vector<std::string>
SplitWords(const std::string& text)
{
    std::vector<std::string> words;
    std::istringstream stream(text);
    for (std::string word; stream >> word;)
    {
        words.push_back(word);
    }
    return words;
}

/**
 * Several data centres and the WAN between them. Data centre D is a fabric as another builder lays
 * it, every name with dcD- in front, and border routers dcD-br-B, each linked to every spine or
 * core. The WAN joins border routers: those of equal B of any two data centres (full-mesh), of each
 * data centre and the next (ring), or as BuilderInput::wanLinks lists them (csv), which may name
 * routers wan-NAME between data centres too: they come to be where they are first named.
 *
 * The management node mn is on the first rack of one data centre. Outside hosts are attached to
 * border or WAN routers. They and WAN routers belong to no data centre (NO_DC).
 */
class MultiDcBuilder : public TopologyBuilder
{
  public:
    std::string GetName() const override
    {
        return "multi-dc";
    }

    std::vector<BuilderKey> GetKeys() const override
    {
        std::vector<BuilderKey> keys = {
            {"dcs", "2", "number of data centres, 1 to 200"},
            {"dc_fabric", "leaf-spine", "fabric of the data centres, one for all or one for each"},
            {"borders", "2", "number of border routers of each data centre, 1 to 64"},
            {"wan", "full-mesh", "links between border routers: full-mesh, ring or csv"},
            {"management_dc", "0", "data centre of the management node, from 0"},
            {"hosts_at",
             "borders",
             "what outside hosts are attached to in turn: border and WAN "
             "routers, or borders for all border routers"}};
        for (const auto& [name, builder] : GetFabrics())
        {
            std::vector<BuilderKey> own = builder->GetKeys();
            keys.insert(keys.end(), own.begin(), own.end());
        }
        return keys;
    }

    bool HasWan() const override
    {
        return true;
    }

    Topology Build(const BuilderInput& input) const override
    {
        Topology topology;
        uint32_t dcs = GetCount(input, "dcs", 1, 200);
        uint32_t managementDc = GetCount(input, "management_dc", 0, dcs - 1);
        std::vector<const DcFabricBuilder*> fabrics = ChooseFabrics(input, dcs);
        Sites sites;
        NodeId management = NO_NODE;
        for (uint16_t dc = 0; dc < dcs; dc++)
        {
            NodeId rack = AddDc(topology, input, dc, *fabrics[dc], sites);
            management = dc == managementDc ? rack : management;
            if (topology.GetNodeCount() > MAX_NODES)
            {
                throw BuilderError("dcs",
                                   "found dcs \"" + std::to_string(dcs) + "\" of more than " +
                                       std::to_string(MAX_NODES) +
                                       " nodes in all, expected fewer or smaller ones");
            }
        }
        AddWan(topology, input, sites);
        AddManagement(topology, input, management);
        AddHosts(topology, input, sites);
        return topology;
    }

  private:
    /// The border routers of each data centre.
    using Sites = std::vector<std::vector<NodeId>>;

    /// @return builders of which a data centre can be made, by name
    static std::map<std::string, const DcFabricBuilder*> GetFabrics()
    {
        std::map<std::string, const DcFabricBuilder*> fabrics;
        for (const std::string& name : GetNames())
        {
            if (auto builder = dynamic_cast<const DcFabricBuilder*>(Find(name)))
            {
                fabrics[name] = builder;
            }
        }
        return fabrics;
    }

    /// @return the keys of a builder that were given, which are all that it may see
    static BuilderInput SelectKeys(const BuilderInput& input, const TopologyBuilder& builder)
    {
        BuilderInput own = input;
        own.values.clear();
        for (const BuilderKey& key : builder.GetKeys())
        {
            auto value = input.values.find(key.name);
            if (value != input.values.end())
            {
                own.values.insert(*value);
            }
        }
        return own;
    }

    /// @return the builder of each data centre @throws BuilderError also for a key that none has
    std::vector<const DcFabricBuilder*> ChooseFabrics(const BuilderInput& input, uint32_t dcs) const
    {
        std::map<std::string, const DcFabricBuilder*> fabrics = GetFabrics();
        std::string text = GetText(input, "dc_fabric");
        std::vector<std::string> words = SplitWords(text);
        bool known = std::all_of(words.begin(),
                                 words.end(),
                                 [&fabrics](const std::string& word)
                                 {
                                     return fabrics.count(word) > 0;
                                 });
        if (!known || (words.size() != 1 && words.size() != dcs))
        {
            std::string names;
            for (const auto& [name, builder] : fabrics)
            {
                names += (names.empty() ? "" : ", ") + name;
            }
            throw BuilderError("dc_fabric",
                               "found dc_fabric \"" + text + "\", expected one of " + names +
                                   ", or one for each of the " + std::to_string(dcs) +
                                   " data centres");
        }
        for (const auto& [name, builder] : fabrics)
        {
            BuilderInput own = SelectKeys(input, *builder);
            if (std::find(words.begin(), words.end(), name) == words.end() && !own.values.empty())
            {
                const std::string& key = own.values.begin()->first;
                throw BuilderError(key,
                                   "found key \"" + key + "\" with dc_fabric \"" + text +
                                       "\", expected it only with a data centre that is a " + name);
            }
        }
        std::vector<const DcFabricBuilder*> chosen;
        for (uint32_t dc = 0; dc < dcs; dc++)
        {
            chosen.push_back(fabrics.at(words[dc % words.size()]));
        }
        return chosen;
    }

    /// Adds a data centre with its border routers. @return its first rack
    NodeId AddDc(Topology& topology,
                 const BuilderInput& input,
                 uint16_t dc,
                 const DcFabricBuilder& fabric,
                 Sites& sites) const
    {
        FabricPlace place{"dc" + std::to_string(dc) + "-", dc};
        LaidFabric laid = fabric.Lay(topology, SelectKeys(input, fabric), place);
        uint32_t borders = GetCount(input, "borders", 1, 64);
        sites.emplace_back();
        for (uint32_t b = 0; b < borders; b++)
        {
            NodeId border =
                topology.AddNode(place.Make("br-" + std::to_string(b), NodeRole::BORDER));
            sites.back().push_back(border);
            for (NodeId top : laid.top)
            {
                LinkFabric(topology, input, border, top);
            }
        }
        return laid.first;
    }

    /// Links the border routers of the data centres.
    void AddWan(Topology& topology, const BuilderInput& input, const Sites& sites) const
    {
        std::string kind = GetText(input, "wan");
        if (kind == "csv")
        {
            AddListedWan(topology, input);
            return;
        }
        if (kind != "full-mesh" && kind != "ring")
        {
            throw BuilderError("wan",
                               "found wan \"" + kind + "\", expected full-mesh, ring or csv");
        }
        TopologyLink link{NO_NODE, NO_NODE, input.wanRate, input.wanDelay};
        link.mtu = input.mtu;
        link.queue = input.queue;
        for (size_t a = 0; a < sites.size(); a++)
        {
            for (size_t b = a + 1; b < sites.size(); b++)
            {
                bool next = b == a + 1 || (a == 0 && b == sites.size() - 1);
                for (size_t i = 0; (kind == "full-mesh" || next) && i < sites[a].size(); i++)
                {
                    link.a = sites[a][i];
                    link.b = sites[b][i];
                    topology.AddLink(link);
                }
            }
        }
    }

    /// Adds the links of a WAN that is listed, and the WAN routers that they name.
    static void AddListedWan(Topology& topology, const BuilderInput& input)
    {
        for (size_t row = 0; row < input.wanLinks.size(); row++)
        {
            TopologyLink link = input.wanLinks[row].link;
            link.a = FindWanEnd(topology, row, "a", input.wanLinks[row].a);
            link.b = FindWanEnd(topology, row, "b", input.wanLinks[row].b);
            if (link.a == link.b || topology.FindLink(link.a, link.b))
            {
                throw BuilderError(row,
                                   "b",
                                   "found \"" + input.wanLinks[row].b +
                                       "\", expected another router than a, and a link that no "
                                       "earlier line has");
            }
            topology.AddLink(link);
        }
        if (std::optional<NodeId> node = topology.FindUnreachable())
        {
            throw BuilderError("wan",
                               "found node \"" + topology.GetNode(*node).name +
                                   "\" out of reach of others, expected a WAN that joins all "
                                   "data centres");
        }
    }

    /// @return a border router, or a WAN router, which is added if it is new
    static NodeId
    FindWanEnd(Topology& topology, size_t row, const std::string& column, const std::string& name)
    {
        if (std::optional<NodeId> node = topology.FindNode(name))
        {
            NodeRole role = topology.GetNode(*node).role;
            if (role == NodeRole::BORDER || role == NodeRole::WAN)
            {
                return *node;
            }
        }
        else if (name.compare(0, WAN_PREFIX.size(), WAN_PREFIX) == 0)
        {
            return topology.AddNode({name, NodeRole::WAN, NO_DC});
        }
        throw BuilderError(row,
                           column,
                           "found \"" + name +
                               "\", expected a border router, such as dc0-br-0, or a WAN router, "
                               "which is named wan-NAME");
    }

    /// Attaches the outside hosts.
    void AddHosts(Topology& topology, const BuilderInput& input, const Sites& sites) const
    {
        std::string text = GetText(input, "hosts_at");
        std::vector<NodeId> routers;
        for (size_t b = 0; text == "borders" && b < sites.front().size(); b++)
        {
            for (const std::vector<NodeId>& borders : sites)
            {
                routers.push_back(borders[b]);
            }
        }
        for (const std::string& name :
             text == "borders" ? std::vector<std::string>() : SplitWords(text))
        {
            std::optional<NodeId> node = topology.FindNode(name);
            NodeRole role = node ? topology.GetNode(*node).role : NodeRole::HOST;
            if (role != NodeRole::BORDER && role != NodeRole::WAN)
            {
                throw BuilderError("hosts_at",
                                   "found hosts_at \"" + name +
                                       "\", expected borders, or border and WAN routers with "
                                       "blanks between");
            }
            routers.push_back(*node);
        }
        if (routers.empty())
        {
            throw BuilderError("hosts_at",
                               "found hosts_at without a name, expected borders, or border and "
                               "WAN routers with blanks between");
        }
        for (size_t i = 0; i < input.hosts.size(); i++)
        {
            NodeId host = topology.AddNode({input.hosts[i], NodeRole::HOST, NO_DC});
            TopologyLink link{host, routers[i % routers.size()], input.siteRate, input.siteDelay};
            link.mtu = input.mtu;
            link.queue = input.queue;
            topology.AddLink(link);
        }
    }
};

const MultiDcBuilder g_builder;                //!< the builder
const TopologyBuilderEntry g_entry{g_builder}; //!< its entry in the registry

} // namespace

} // namespace vmm
} // namespace ns3
