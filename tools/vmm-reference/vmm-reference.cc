// SPDX-License-Identifier: GPL-2.0-only
// Prints what the library says of itself: attributes and trace sources of all its classes as a page
// of the documentation, or with --inputs what a scenario folder may hold, to compare pages with.
#include "ns3/command-line.h"
#include "ns3/data-rate.h"
#include "ns3/nstime.h"
#include "ns3/quantities.h"
#include "ns3/scenario-fabric.h"
#include "ns3/scenario-keys.h"
#include "ns3/scenario-rows.h"
#include "ns3/scenario-settings.h"
#include "ns3/scenario-wan.h"
#include "ns3/type-id.h"

#include <algorithm>
#include <iostream>
#include <map>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

const std::string PREFIX = "ns3::vmm::"; //!< of the module's classes

/// @return text that stands in a cell of a table
std::string
Cell(const std::string& text)
{
    std::string cell;
    for (char c : text)
    {
        cell += c == '|' ? "\\|" : c == '<' ? "&lt;" : c == '\n' ? " " : std::string(1, c);
    }
    return cell;
}

/// @return text as code in a cell, "none" if there is none
std::string
Code(const std::string& text)
{
    std::string code;
    for (char c : text)
    {
        code += c == '|' ? "\\|" : std::string(1, c);
    }
    return code.empty() ? "none" : "`" + code + "`";
}

/// @return all without what comes first, if it comes first
std::string
Without(const std::string& all, const std::string& first)
{
    return all.compare(0, first.size(), first) == 0 ? all.substr(first.size()) : all;
}

/// @return the default as a scenario may write it
std::string
DefaultOf(const TypeId::AttributeInformation& info)
{
    if (auto time = DynamicCast<const TimeValue>(info.originalInitialValue))
    {
        return time->Get().IsNegative() ? "-" + FormatTime(Time(0) - time->Get())
                                        : FormatTime(time->Get());
    }
    if (auto rate = DynamicCast<const DataRateValue>(info.originalInitialValue))
    {
        return FormatRate(rate->Get());
    }
    const bool null = info.checker->GetValueTypeName() == "ns3::PointerValue";
    const std::string text = info.originalInitialValue->SerializeToString(info.checker);
    return null && text == "0" ? "" : text;
}

/// @return what a value may be: the words of an enumeration, else its type
std::string
TypeOf(const TypeId::AttributeInformation& info)
{
    std::string type = info.checker->GetValueTypeName();
    if (type == "ns3::EnumValue" || type.compare(0, 14, "ns3::EnumValue") == 0)
    {
        std::string words = info.checker->GetUnderlyingTypeInformation();
        words = words.substr(words.find(' ') == std::string::npos ? 0 : words.find(' ') + 1);
        std::replace(words.begin(), words.end(), '|', ' ');
        return words;
    }
    type = Without(type, "ns3::");
    return type.substr(0, type.rfind("Value"));
}

/// @return the page of a class in the API reference
std::string
ApiPage(const std::string& name)
{
    std::string file = "class";
    for (char c : name)
    {
        file += c == ':' ? "_1" : std::string(1, c);
    }
    return "../api/" + file + ".html";
}

/// Prints one class, if there is anything to print of it.
void
PrintClass(const TypeId& type)
{
    if (type.GetAttributeN() == 0 && type.GetTraceSourceN() == 0)
    {
        return;
    }
    const std::string name = type.GetName();
    std::cout << "\n## " << Without(name, PREFIX) << "\n\n"
              << "<a href=\"" << ApiPage(name) << "\"><code>" << name << "</code></a>";
    const std::string parent = type.GetParent().GetName();
    if (parent.compare(0, PREFIX.size(), PREFIX) == 0)
    {
        std::cout << ", and all of `" << parent << "`";
    }
    std::cout << ".\n";
    if (type.GetAttributeN() > 0)
    {
        std::cout << "\n| attribute | values | default | |\n|---|---|---|---|\n";
    }
    for (size_t i = 0; i < type.GetAttributeN(); ++i)
    {
        const TypeId::AttributeInformation info = type.GetAttribute(i);
        std::cout << "| `" << info.name << "` | " << Cell(TypeOf(info)) << " | "
                  << Code(DefaultOf(info)) << " | " << Cell(info.help) << " |\n";
    }
    if (type.GetTraceSourceN() > 0)
    {
        std::cout << "\n| trace source | |\n|---|---|\n";
    }
    for (size_t i = 0; i < type.GetTraceSourceN(); ++i)
    {
        const TypeId::TraceSourceInformation info = type.GetTraceSource(i);
        std::cout << "| `" << info.name << "` | " << Cell(info.help) << " |\n";
    }
}

/// Prints the page of all classes.
void
PrintAttributes()
{
    std::map<std::string, TypeId> types;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type.GetName().compare(0, PREFIX.size(), PREFIX) == 0)
        {
            types[type.GetName()] = type;
        }
    }
    std::cout
        << "# Attributes and trace sources\n\n"
        << "Made by `./vmm doc` from the TypeIds of the library. A scenario sets an attribute "
        << "by its full name in `scenario.csv`, a program with `Config::SetDefault`.\n";
    for (const auto& entry : types)
    {
        PrintClass(entry.second);
    }
}

/// Prints a file of a scenario: a line "file, column, required or optional" for each column.
void
PrintFile(const std::string& name, const std::vector<CsvColumn>& columns)
{
    for (const CsvColumn& column : columns)
    {
        std::cout << name << "\t" << column.name << "\t"
                  << (column.required ? "required" : "optional") << "\n";
    }
}

/// Prints what a scenario may hold: its files, then a line "key, name, default" for each key.
void
PrintInputs()
{
    PrintFile("scenario.csv", ScenarioSettings::GetColumns());
    for (const ScenarioFile* file :
         {&GetVmsFile(), &GetTrafficFile(), &GetMovesFile(), &GetOrdersFile(), &GetFailuresFile()})
    {
        PrintFile(file->name, file->columns);
    }
    PrintFile("nodes.csv", GetNodeColumns());
    PrintFile("links.csv", GetLinkColumns());
    PrintFile("wan.csv", GetWanColumns());
    for (const KeyInfo& key : GetScenarioKeys(""))
    {
        std::cout << "key\t" << key.name << "\t" << key.standard.value_or("required") << "\n";
    }
}

} // namespace

int
main(int argc, char* argv[])
{
    bool inputs = false;
    CommandLine command(__FILE__);
    command.Usage("Prints attributes and trace sources of the library as a Markdown page.");
    command.AddValue("inputs", "Print files, columns and keys of scenarios instead", inputs);
    command.Parse(argc, argv);
    inputs ? PrintInputs() : PrintAttributes();
    return 0;
}
