// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-settings.h"

#include "ns3/attribute-value.h"
#include "ns3/scenario-keys.h"

namespace ns3
{
namespace vmm
{

namespace
{

bool
IsAttributeKey(const std::string& key)
{
    return key.find("::") != std::string::npos;
}

/// @return option and setting for error messages, on one line
std::string
NameSetting(const std::string& option, const std::string& text)
{
    std::string shown = ShowText(text);
    return text.empty() ? option : option + " " + shown.substr(1, shown.size() - 2);
}

} // namespace

std::vector<std::string>
SplitSettings(const std::string& joined)
{
    std::vector<std::string> settings;
    if (joined.empty())
    {
        return settings;
    }
    settings.emplace_back();
    for (size_t i = 0; i < joined.size(); ++i)
    {
        if (joined[i] == ',')
        {
            settings.emplace_back();
            continue;
        }
        i += joined[i] == '\\' && i + 1 < joined.size();
        settings.back() += joined[i];
    }
    return settings;
}

const std::vector<CsvColumn>&
ScenarioSettings::GetColumns()
{
    static const std::vector<CsvColumn> columns = {{"key", true}, {"value", true}};
    return columns;
}

ScenarioSettings::ScenarioSettings(const CsvTable& table, const SchemeTypes& schemes)
    : m_schemes(schemes),
      m_start(table.GetStart())
{
    // The keys that are known depend on the fabric and the scheme, wherever they stand.
    for (bool base : {true, false})
    {
        for (size_t row = 0; row < table.GetRowCount(); ++row)
        {
            const std::string& written = table.Get(row, "key");
            if ((written == "fabric" || written == "scheme") != base)
            {
                continue;
            }
            std::string key;
            try
            {
                key = GetKey(written);
            }
            catch (const ValueError& error)
            {
                throw ScenarioError(table.At(row, "key"), error.found, error.expected);
            }
            SettingText setting{
                table.Get(row, "value"), table.At(row, "key"), table.At(row, "value")};
            if (!m_settings.emplace(key, setting).second)
            {
                throw ScenarioError(
                    setting.keyAt, "key " + ShowText(written) + " a second time", "each key once");
            }
        }
        if (base)
        {
            CheckBase();
        }
    }
}

void
ScenarioSettings::CheckBase() const
{
    if (Has("fabric"))
    {
        Get("fabric", FindScenarioKey("fabric", "")->spell);
    }
    Get("scheme",
        [this](const std::string& text)
        {
            std::vector<std::string> names;
            for (const auto& scheme : m_schemes)
            {
                names.push_back(scheme.first);
            }
            return SpellWord(text, names);
        });
}

std::string
ScenarioSettings::GetKey(const std::string& written) const
{
    // Without a fabric every builder's keys pass: the missing fabric is the error to report.
    std::string fabric = GetFabric();
    if (FindScenarioKey(written, fabric))
    {
        return written;
    }
    if (IsAttributeKey(written))
    {
        return AttributeHandle::Resolve(written).GetFullName();
    }
    std::string attribute = GetSchemeKey(written);
    if (!attribute.empty())
    {
        return AttributeHandle::Resolve(attribute).GetFullName();
    }
    std::string known;
    for (const auto& key : GetScenarioKeys(fabric))
    {
        known += key.name + ", ";
    }
    if (m_schemes.count(GetText("scheme")))
    {
        for (const auto& option : AttributeHandle::List(GetSchemeType()))
        {
            known += option.GetName() + ", ";
        }
    }
    throw ValueError("key " + ShowText(written),
                     "one of " + known + "or an attribute such as ns3::TcpSocket::SegmentSize");
}

ScenarioSettings
ScenarioSettings::Override(const ScenarioOverrides& overrides) const
{
    ScenarioSettings result = *this;
    // First what the meaning of the other keys depends on.
    size_t cut = overrides.scheme.find(':');
    if (!overrides.scheme.empty())
    {
        result.Assign("--scheme", "scheme=" + overrides.scheme.substr(0, cut));
    }
    for (const auto& text : overrides.set)
    {
        if (text.compare(0, 7, "fabric=") == 0 || text.compare(0, 7, "scheme=") == 0)
        {
            result.Assign(NameSetting("--set", text), text);
        }
    }
    result.CheckBase();
    for (auto it = result.m_settings.begin(); it != result.m_settings.end();)
    {
        bool applies = IsAttributeKey(it->first) || FindScenarioKey(it->first, result.GetFabric());
        it = applies ? std::next(it) : result.m_settings.erase(it);
    }
    while (cut != std::string::npos)
    {
        size_t next = overrides.scheme.find(':', cut + 1);
        std::string option = overrides.scheme.substr(cut + 1, next - cut - 1);
        std::string name = option.substr(0, option.find('='));
        if (result.GetSchemeKey(name).empty())
        {
            std::string known;
            for (const auto& other : AttributeHandle::List(result.GetSchemeType()))
            {
                known += (known.empty() ? "" : ", ") + other.GetName();
            }
            throw ScenarioError({"--scheme", 0, 0},
                                "option " + ShowText(name),
                                known.empty() ? "none: " + result.GetText("scheme") + " has none"
                                              : "one of " + known);
        }
        result.Assign(NameSetting("--scheme", option), option);
        cut = next;
    }
    if (!overrides.seed.empty())
    {
        result.Assign("--seed", "seed=" + overrides.seed);
    }
    for (const auto& text : overrides.set)
    {
        if (text.compare(0, 7, "fabric=") != 0 && text.compare(0, 7, "scheme=") != 0)
        {
            result.Assign(NameSetting("--set", text), text);
        }
    }
    return result;
}

void
ScenarioSettings::Assign(const std::string& from, const std::string& text)
{
    SourcePosition position{from, 0, 0};
    size_t equal = text.find('=');
    if (equal == std::string::npos || equal == 0)
    {
        throw ScenarioError(position, ShowText(text), "KEY=VALUE");
    }
    std::string key;
    try
    {
        key = GetKey(text.substr(0, equal));
    }
    catch (const ValueError& error)
    {
        throw ScenarioError(position, error.found, error.expected);
    }
    m_settings[key] = {text.substr(equal + 1), position, position};
}

void
ScenarioSettings::FillIn()
{
    std::string key = GetSchemeKey("Optimize");
    if (!key.empty() && !Has(key) && GetText("underlay") == "bgp")
    {
        m_settings[key] = {"Bgp", At("underlay"), At("underlay")};
    }
}

bool
ScenarioSettings::Has(const std::string& key) const
{
    auto found = m_settings.find(key);
    return found != m_settings.end() && !found->second.text.empty();
}

std::string
ScenarioSettings::GetFabric() const
{
    auto found = m_settings.find("fabric");
    return found == m_settings.end() ? "" : found->second.text;
}

std::string
ScenarioSettings::GetText(const std::string& key) const
{
    auto found = m_settings.find(key);
    if (found != m_settings.end() && !found->second.text.empty())
    {
        return found->second.text;
    }
    auto info = FindScenarioKey(key, GetFabric());
    if (!info || !info->standard)
    {
        throw ScenarioError(At(key),
                            found == m_settings.end() ? "no key " + ShowText(key)
                                                      : "no value for " + ShowText(key),
                            "a value for it");
    }
    return *info->standard;
}

SourcePosition
ScenarioSettings::At(const std::string& key) const
{
    auto found = m_settings.find(key);
    return found == m_settings.end() ? m_start : found->second.valueAt;
}

TypeId
ScenarioSettings::GetSchemeType() const
{
    return m_schemes.at(GetText("scheme"));
}

std::string
ScenarioSettings::GetSchemeKey(const std::string& attribute) const
{
    auto type = m_schemes.find(GetText("scheme"));
    if (type == m_schemes.end())
    {
        return "";
    }
    auto handle = AttributeHandle::Find(type->second, attribute);
    return handle ? handle->GetFullName() : "";
}

std::map<std::string, std::string>
ScenarioSettings::Resolve() const
{
    std::map<std::string, std::string> resolved;
    std::string fabric = Get("fabric", FindScenarioKey("fabric", "")->spell);
    for (const auto& key : GetScenarioKeys(fabric))
    {
        if (Has(key.name) || !key.standard || !key.standard->empty())
        {
            resolved[key.name] = Get(key.name, key.spell);
        }
    }
    for (const auto& option : AttributeHandle::List(GetSchemeType()))
    {
        resolved[option.GetFullName()] = option.GetDefault();
    }
    for (const auto& setting : m_settings)
    {
        if (IsAttributeKey(setting.first) && Has(setting.first))
        {
            auto handle = AttributeHandle::Resolve(setting.first);
            resolved[setting.first] = Get(setting.first,
                                          [&handle](const std::string& text)
                                          {
                                              return handle.Check(text);
                                          });
        }
    }
    return resolved;
}

std::map<std::string, std::string>
ScenarioSettings::GetDifferences(const ScenarioSettings& own) const
{
    // A scenario may leave to the command line what it must not leave out: then all of it differs.
    std::map<std::string, std::string> before;
    try
    {
        before = own.Resolve();
    }
    catch (const ScenarioError&)
    {
    }
    std::map<std::string, std::string> differences;
    auto now = Resolve();
    for (const auto& setting : now)
    {
        auto old = before.find(setting.first);
        std::string value = old != before.end() ? old->second
                            : IsAttributeKey(setting.first)
                                ? AttributeHandle::Resolve(setting.first).GetDefault()
                                : "";
        if (value != setting.second && setting.first != "scheme" && setting.first != "seed")
        {
            differences.insert(setting);
        }
    }
    for (const auto& setting : own.m_settings)
    {
        if (own.Has(setting.first) && !now.count(setting.first) && setting.first != "scheme" &&
            setting.first != "seed")
        {
            differences[setting.first] = "";
        }
    }
    return differences;
}

} // namespace vmm
} // namespace ns3
