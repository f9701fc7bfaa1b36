// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-keys.h"

#include "ns3/quantities.h"
#include "ns3/row-reader.h"
#include "ns3/topology-builder.h"

#include <algorithm>
#include <limits>
#include <sstream>

namespace ns3
{
namespace vmm
{

std::string
SpellWord(const std::string& text, const std::vector<std::string>& words)
{
    return words[ParseChoice(text, words)];
}

namespace
{

template <uint64_t LEAST, uint64_t MOST>
std::string
SpellCount(const std::string& text)
{
    return std::to_string(ParseCount(text, LEAST, MOST));
}

std::string
SpellRate(const std::string& text)
{
    return FormatRate(ParseRate(text, Bound::POSITIVE));
}

std::string
SpellDelay(const std::string& text)
{
    return FormatTime(ParseTime(text, Bound::NON_NEGATIVE));
}

std::string
SpellDuration(const std::string& text)
{
    return FormatTime(ParseTime(text, Bound::POSITIVE));
}

std::string
SpellDistance(const std::string& text)
{
    return FormatDistance(ParseDistance(text));
}

std::string
SpellFabric(const std::string& text)
{
    return SpellWord(text, TopologyBuilder::GetNames());
}

std::string
SpellUnderlay(const std::string& text)
{
    return SpellWord(text, {"static", "bgp"});
}

std::string
SpellNumbering(const std::string& text)
{
    return SpellWord(text, {"clos", "per-router"});
}

/// Numbers of data centres with blanks between, all or none.
std::string
SpellDataCentres(const std::string& text)
{
    std::string numbers;
    std::istringstream words(text);
    for (std::string word; words >> word;)
    {
        if (text == word && (word == "all" || word == "none"))
        {
            return word;
        }
        numbers += (numbers.empty() ? "" : " ") + std::to_string(ParseCount(word, 0, NO_DC - 1));
    }
    return numbers;
}

std::string
SpellFamily(const std::string& text)
{
    return SpellWord(text, {"ipv4", "ipv6", "dual"});
}

std::string
SpellTransfer(const std::string& text)
{
    return SpellWord(text, {"tcp", "fluid"});
}

std::string
SpellHosts(const std::string& text)
{
    std::string hosts;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ' ');)
    {
        hosts += word.empty() ? "" : (hosts.empty() ? "" : " ") + ParseName(word);
    }
    return hosts;
}

std::string
SpellSwitch(const std::string& text)
{
    return SpellWord(text, {"on", "off"});
}

/// A value that the builder of the fabric checks when it builds.
std::string
SpellForBuilder(const std::string& text)
{
    return text;
}

const std::vector<KeyInfo> GENERAL_KEYS = {
    {"fabric", std::nullopt, SpellFabric},
    {"duration", std::nullopt, SpellDuration},
    {"scheme", "host-route", ParseName},
    {"seed", "1", SpellCount<1, std::numeric_limits<int64_t>::max()>},
    {"underlay", "static", SpellUnderlay},
    {"bgp_numbering", "clos", SpellNumbering},
    {"bgp_servers", "off", SpellSwitch},
    {"host_route_dcs", "all", SpellDataCentres},
    {"family", "ipv4", SpellFamily},
    {"management_node", "", ParseName},
    {"randomness", "on", SpellSwitch},
    {"transfer", "tcp", SpellTransfer},
    {"max_flows", "", SpellCount<1, std::numeric_limits<uint32_t>::max()>},
};

/// Keys of every fabric that is not given by nodes.csv and links.csv.
const std::vector<KeyInfo> BUILT_KEYS = {
    {"server_rate", "10Gbps", SpellRate},
    {"server_delay", "1us", SpellDelay},
    {"management_delay", "", SpellDelay},
    {"fabric_rate", "40Gbps", SpellRate},
    {"fabric_delay", "1us", SpellDelay},
    {"mtu", "9000", SpellCount<576, 65535>},
    {"queue", "100p", ParseQueue},
    {"hosts", "", SpellHosts},
};

/// Keys of every fabric with a WAN.
const std::vector<KeyInfo> WAN_KEYS = {
    {"wan_rate", "100Gbps", SpellRate},
    {"wan_delay", "", SpellDelay},
    {"wan_distance", "", SpellDistance},
    {"host_rate", "10Gbps", SpellRate},
    {"host_delay", "1ms", SpellDelay},
};

/// Adds keys that are not there yet: builders may share some.
void
AddKeys(std::vector<KeyInfo>& keys, const std::vector<KeyInfo>& more)
{
    for (const auto& key : more)
    {
        bool there = std::any_of(keys.begin(),
                                 keys.end(),
                                 [&key](const KeyInfo& other)
                                 {
                                     return other.name == key.name;
                                 });
        if (!there)
        {
            keys.push_back(key);
        }
    }
}

} // namespace

std::vector<KeyInfo>
GetScenarioKeys(const std::string& fabric)
{
    std::vector<KeyInfo> keys = GENERAL_KEYS;
    auto names = TopologyBuilder::GetNames();
    bool known = std::find(names.begin(), names.end(), fabric) != names.end();
    for (const auto& name : names)
    {
        if (known && name != fabric)
        {
            continue;
        }
        const TopologyBuilder* builder = TopologyBuilder::Find(name);
        std::vector<KeyInfo> own;
        for (const auto& key : builder->GetKeys())
        {
            own.push_back({key.name,
                           key.standard.empty() ? std::nullopt : std::make_optional(key.standard),
                           SpellForBuilder});
        }
        AddKeys(keys, own);
        AddKeys(keys, builder->HasWan() ? WAN_KEYS : std::vector<KeyInfo>());
    }
    AddKeys(keys, fabric == "csv" ? std::vector<KeyInfo>() : BUILT_KEYS);
    return keys;
}

std::optional<KeyInfo>
FindScenarioKey(const std::string& name, const std::string& fabric)
{
    for (const auto& key : GetScenarioKeys(fabric))
    {
        if (name == key.name)
        {
            return key;
        }
    }
    return std::nullopt;
}

} // namespace vmm
} // namespace ns3
