// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/run-manifest.h"

#include "ns3/csv-file.h"
#include "ns3/type-id.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#if __has_include("ns3/version-defines.h")
#include "ns3/version-defines.h"
#endif

namespace ns3
{
namespace vmm
{

namespace
{

/// Writes the members of one JSON object, one a line.
class JsonObject
{
  public:
    /// @param os where @param indent blanks before each member
    JsonObject(std::ostream& os, int indent)
        : m_os(os),
          m_indent(indent)
    {
        m_os << "{";
    }

    /// Begins a member. @return where its value goes
    std::ostream& Member(const std::string& name)
    {
        m_os << (m_empty ? "\n" : ",\n") << std::string(m_indent, ' ') << QuoteJson(name) << ": ";
        m_empty = false;
        return m_os;
    }

    /// A member that is text.
    void Text(const std::string& name, const std::string& value)
    {
        Member(name) << QuoteJson(value);
    }

    /// A member that is a list of texts.
    void Texts(const std::string& name, const std::vector<std::string>& values)
    {
        Member(name) << "[";
        for (size_t i = 0; i < values.size(); ++i)
        {
            m_os << (i == 0 ? "" : ", ") << QuoteJson(values[i]);
        }
        m_os << "]";
    }

    /// A member that is an object of texts.
    void Settings(const std::string& name, const SettingList& values)
    {
        JsonObject inner(Member(name), m_indent + 2);
        for (const auto& value : values)
        {
            inner.Text(value.first, value.second);
        }
        inner.End();
    }

    /// Closes the object.
    void End()
    {
        m_os << "\n" << std::string(m_indent - 2, ' ') << "}";
    }

  private:
    std::ostream& m_os;  //!< where
    int m_indent;        //!< blanks
    bool m_empty = true; //!< no member yet
};

/// @return the words with blanks between, those with blanks in quotes
std::string
Join(const std::vector<std::string>& words)
{
    std::string text;
    for (const std::string& word : words)
    {
        const bool plain = !word.empty() && word.find_first_of(" \t\n'\"\\") == std::string::npos;
        text += (text.empty() ? "" : " ") + (plain ? word : QuoteJson(word));
    }
    return text;
}

/// @return seconds with three decimals
std::string
FormatWall(double seconds)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.3f", seconds);
    return text;
}

} // namespace

SettingList
ListNonDefaultAttributes()
{
    SettingList list;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        for (size_t j = 0; j < type.GetAttributeN(); ++j)
        {
            const TypeId::AttributeInformation info = type.GetAttribute(j);
            // An object, a callback or a container is not written as text.
            if (!info.initialValue || !info.originalInitialValue || !info.checker ||
                info.initialValue == info.originalInitialValue)
            {
                continue;
            }
            const std::string now = info.initialValue->SerializeToString(info.checker);
            if (now != info.originalInitialValue->SerializeToString(info.checker))
            {
                list.emplace_back(type.GetName() + "::" + info.name, now);
            }
        }
    }
    std::sort(list.begin(), list.end());
    return list;
}

std::string
GetNs3Version()
{
#if defined(NS3_VERSION_MAJOR) && defined(NS3_VERSION_MINOR)
    return std::to_string(NS3_VERSION_MAJOR) + "." + std::to_string(NS3_VERSION_MINOR);
#else
    return "unknown";
#endif
}

std::string
GetCompilerVersion()
{
#if defined(__clang__)
    return std::string("clang ") + __clang_version__;
#elif defined(__GNUC__)
    return std::string("gcc ") + __VERSION__;
#else
    return "unknown";
#endif
}

uint64_t
GetPeakMemory()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
    return static_cast<uint64_t>(usage.ru_maxrss);
#else
    return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
#endif
}

std::string
QuoteJson(const std::string& text)
{
    std::string quoted = "\"";
    for (char c : text)
    {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
        {
            quoted += '\\';
            quoted += c;
        }
        else if (code < 0x20)
        {
            char escape[8];
            std::snprintf(escape, sizeof escape, "\\u%04x", code);
            quoted += escape;
        }
        else
        {
            quoted += c;
        }
    }
    return quoted + '"';
}

std::string
FormatRunJson(const RunManifest& manifest)
{
    std::ostringstream os;
    JsonObject run(os, 2);
    run.Text("command", Join(manifest.commandLine));
    run.Texts("command_line", manifest.commandLine);
    run.Text("scenario", manifest.scenario);
    run.Text("scheme", manifest.scheme);
    run.Member("seed") << manifest.seed;
    run.Text("scenario_hash", manifest.scenarioHash);
    run.Text("build_id", manifest.buildId);
    run.Member("duration_s") << FormatSeconds(manifest.duration);
    run.Settings("settings", manifest.settings);
    run.Settings("attributes", manifest.attributes);
    run.Settings("flow_applications", manifest.flowApplications);
    run.Settings("versions",
                 {{"vm-mobility", manifest.moduleVersion},
                  {"ns-3", GetNs3Version()},
                  {"compiler", GetCompilerVersion()}});
    run.Texts("violations", manifest.violations);
    run.Texts("warnings", manifest.warnings);
    run.Member("events") << manifest.events;
    run.Member("wall_time_s") << FormatWall(manifest.wallSeconds);
    run.Member("peak_memory_bytes") << GetPeakMemory();
    run.End();
    os << "\n";
    return os.str();
}

void
WriteRunJson(const std::string& path, const RunManifest& manifest)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << FormatRunJson(manifest);
    file.close();
    if (!file)
    {
        throw std::runtime_error("cannot write " + path);
    }
}

} // namespace vmm
} // namespace ns3
