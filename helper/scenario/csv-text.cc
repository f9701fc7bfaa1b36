// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/csv-text.h"

#include "ns3/csv-table.h"

#include <algorithm>
#include <boost/locale/utf.hpp>
#include <cstdio>

namespace ns3
{
namespace vmm
{

namespace
{

using Utf8 = boost::locale::utf::utf_traits<char>;

std::string
Hex(unsigned char byte)
{
    char text[8];
    std::snprintf(text, sizeof(text), "0x%02x", byte);
    return text;
}

/// Refuses a line above the limit, at the first field that is above its own.
void
CheckLineLength(const std::string& name, uint32_t line, const char* begin, const char* end)
{
    if (static_cast<size_t>(end - begin) <= CsvTable::MAX_LINE)
    {
        return;
    }
    for (const char* field = begin; field < end;)
    {
        const char* comma = std::find(field, end, ',');
        if (static_cast<size_t>(comma - field) > CsvTable::MAX_FIELD)
        {
            throw ScenarioError({name, line, CountCharacters(begin, field) + 1},
                                "a field of " + std::to_string(comma - field) + " bytes",
                                "at most " + std::to_string(CsvTable::MAX_FIELD));
        }
        field = comma + 1;
    }
    throw ScenarioError({name, line, 1},
                        "a line of " + std::to_string(end - begin) + " bytes",
                        "at most " + std::to_string(CsvTable::MAX_LINE));
}

/// Refuses a line with a byte that is no text.
void
CheckLine(const std::string& name, uint32_t line, const char* begin, const char* end)
{
    uint32_t column = 1;
    for (const char* at = begin; at < end; ++column)
    {
        const char* character = at;
        auto code = Utf8::decode(at, end);
        SourcePosition here{name, line, column};
        if (code == boost::locale::utf::illegal || code == boost::locale::utf::incomplete)
        {
            throw ScenarioError(here, NameNonUtf8(*character), "UTF-8 text");
        }
        if (code == 0)
        {
            throw ScenarioError(here, "a NUL byte", "UTF-8 text");
        }
        bool lineEnd = code == '\r' && character + 1 == end;
        if ((code < 0x20 && code != '\t' && !lineEnd) || (code >= 0x7f && code < 0xa0))
        {
            throw ScenarioError(here, "control character " + Hex(code), "UTF-8 text");
        }
    }
}

} // namespace

uint32_t
CountCharacters(const char* begin, const char* end)
{
    return std::count_if(begin,
                         end,
                         [](char c)
                         {
                             return Utf8::is_lead(c);
                         });
}

std::string
NameNonUtf8(char byte)
{
    return "byte " + Hex(byte) + " that is not UTF-8";
}

void
CheckCsvText(const std::string& name, const std::string& bytes)
{
    const char* at = bytes.data();
    const char* end = at + bytes.size();
    if (bytes.compare(0, 3, "\xEF\xBB\xBF") == 0)
    {
        at += 3;
    }
    for (uint32_t line = 1; at < end; ++line)
    {
        const char* lineEnd = std::find(at, end, '\n');
        CheckLineLength(name, line, at, lineEnd);
        CheckLine(name, line, at, lineEnd);
        at = lineEnd == end ? end : lineEnd + 1;
    }
}

} // namespace vmm
} // namespace ns3
