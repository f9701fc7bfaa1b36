// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/topology-builder.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return all builders by name
std::map<std::string, const TopologyBuilder*>&
GetRegistry()
{
    static std::map<std::string, const TopologyBuilder*> registry;
    return registry;
}

/// @param names a list @return "a, b, c"
std::string
Join(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
    {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

/// @param keys keys @param name a name @return the key of that name, or null
const BuilderKey*
FindKey(const std::vector<BuilderKey>& keys, const std::string& name)
{
    auto it = std::find_if(keys.begin(),
                           keys.end(),
                           [&name](const BuilderKey& key)
                           {
                               return key.name == name;
                           });
    return it == keys.end() ? nullptr : &*it;
}

} // namespace

TopologyBuilderEntry::TopologyBuilderEntry(const TopologyBuilder& builder)
{
    GetRegistry()[builder.GetName()] = &builder;
}

const TopologyBuilder*
TopologyBuilder::Find(const std::string& name)
{
    auto it = GetRegistry().find(name);
    return it == GetRegistry().end() ? nullptr : it->second;
}

std::vector<std::string>
TopologyBuilder::GetNames()
{
    std::vector<std::string> names;
    for (const auto& [name, builder] : GetRegistry())
    {
        names.push_back(name);
    }
    return names;
}

Topology
TopologyBuilder::Make(const std::string& name, const BuilderInput& input)
{
    const TopologyBuilder* builder = Find(name);
    if (!builder)
    {
        throw BuilderError("fabric",
                           "found fabric \"" + name + "\", expected one of " + Join(GetNames()));
    }
    std::vector<BuilderKey> keys = builder->GetKeys();
    for (const auto& [key, value] : input.values)
    {
        if (!FindKey(keys, key))
        {
            std::vector<std::string> known;
            for (const BuilderKey& k : keys)
            {
                known.push_back(k.name);
            }
            throw BuilderError(key,
                               "found key \"" + key + "\", expected " +
                                   (known.empty() ? "none" : "one of " + Join(known)));
        }
    }
    return builder->Build(input);
}

bool
TopologyBuilder::HasWan() const
{
    return false;
}

std::string
TopologyBuilder::GetText(const BuilderInput& input, const std::string& key) const
{
    auto it = input.values.find(key);
    if (it != input.values.end() && !it->second.empty())
    {
        return it->second;
    }
    std::vector<BuilderKey> keys = GetKeys();
    const BuilderKey* info = FindKey(keys, key);
    if (!info || info->standard.empty())
    {
        throw BuilderError(key, "found no value of " + key + ", expected one");
    }
    return info->standard;
}

uint32_t
TopologyBuilder::GetCount(const BuilderInput& input,
                          const std::string& key,
                          uint32_t least,
                          uint32_t most) const
{
    std::string text = GetText(input, key);
    bool digits = text.find_first_not_of("0123456789") == std::string::npos && text.size() <= 9;
    uint32_t value = digits ? static_cast<uint32_t>(std::stoul(text)) : 0;
    if (!digits || value < least || value > most)
    {
        throw BuilderError(key,
                           "found " + key + " \"" + text + "\", expected a whole number from " +
                               std::to_string(least) + " to " + std::to_string(most));
    }
    return value;
}

void
TopologyBuilder::LinkServer(Topology& topology,
                            const BuilderInput& input,
                            NodeId node,
                            NodeId router)
{
    TopologyLink link{node, router, input.serverRate, input.serverDelay};
    link.mtu = input.mtu;
    link.queue = input.queue;
    topology.AddLink(link);
}

void
TopologyBuilder::LinkFabric(
    Topology& topology, const BuilderInput& input, NodeId a, NodeId b, uint16_t index)
{
    TopologyLink link{a, b, input.fabricRate, input.fabricDelay};
    link.mtu = input.mtu;
    link.queue = input.queue;
    link.index = index;
    topology.AddLink(link);
}

void
TopologyBuilder::AddManagement(Topology& topology, const BuilderInput& input, NodeId router)
{
    TopologyNode node{"mn", NodeRole::MANAGEMENT, topology.GetNode(router).dc};
    BuilderInput own = input;
    own.serverDelay = input.managementDelay.value_or(input.serverDelay);
    LinkServer(topology, own, topology.AddNode(node), router);
}

void
TopologyBuilder::AddOutside(Topology& topology,
                            const BuilderInput& input,
                            NodeId management,
                            const std::vector<NodeId>& hosts)
{
    AddManagement(topology, input, management);
    for (size_t i = 0; i < input.hosts.size(); i++)
    {
        NodeId host = topology.AddNode({input.hosts[i], NodeRole::HOST});
        LinkServer(topology, input, host, hosts[i % hosts.size()]);
    }
}

} // namespace vmm
} // namespace ns3
