// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/csv-table.h"

#include "ns3/csv-text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#define CSV_IO_NO_THREAD
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored \
    "-Wstringop-truncation" // the library cuts long file names on purpose
#endif
#include <libfccp/csv.h>

namespace ns3
{
namespace vmm
{

namespace
{

using Quotes = io::double_quote_escape<',', '"'>;
using Blanks = io::trim_chars<' ', '\t'>;

std::string
JoinNames(const std::vector<CsvColumn>& columns, bool requiredOnly)
{
    std::string text;
    for (const auto& column : columns)
    {
        if (column.required || !requiredOnly)
        {
            text += (text.empty() ? "" : ", ") + column.name;
        }
    }
    return text;
}

/// @return whether [begin, end), which starts with a quote, is one well-formed quoted field
bool
IsQuotedField(const char* begin, const char* end)
{
    if (end - begin < 2 || end[-1] != '"')
    {
        return false;
    }
    for (const char* at = begin + 1; at < end - 1; ++at)
    {
        if (*at == '"' && (++at == end - 1 || *at != '"'))
        {
            return false;
        }
    }
    return true;
}

} // namespace

void
CsvTable::Fail(uint32_t line,
               uint32_t column,
               const std::string& found,
               const std::string& expected) const
{
    throw ScenarioError({m_name, line, column}, found, expected);
}

std::string
CsvTable::ReadFile(const std::string& path, const std::vector<CsvColumn>& columns)
{
    namespace fs = std::filesystem;
    SourcePosition start{path, 1, 1};
    std::string wanted =
        columns.empty() ? "a file" : "a file with the columns " + JoinNames(columns, true);
    std::error_code error;
    auto status = fs::status(path, error);
    if (!fs::exists(status))
    {
        throw ScenarioError(start, "no file", wanted);
    }
    if (!fs::is_regular_file(status))
    {
        throw ScenarioError(start, "something that is no regular file", wanted);
    }
    auto size = fs::file_size(path, error);
    if (!error && size > MAX_FILE)
    {
        throw ScenarioError(start,
                            "a file of " + std::to_string(size) + " bytes",
                            "at most " + std::to_string(MAX_FILE));
    }
    std::ifstream in(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in.is_open() || in.bad())
    {
        throw ScenarioError(start, "a file that cannot be read", wanted);
    }
    return bytes;
}

CsvTable
CsvTable::Read(const std::string& path, const std::vector<CsvColumn>& columns)
{
    return Parse(path, ReadFile(path, columns), columns);
}

CsvTable
CsvTable::Parse(const std::string& name,
                const std::string& bytes,
                const std::vector<CsvColumn>& columns)
{
    if (bytes.size() > MAX_FILE)
    {
        throw ScenarioError({name, 1, 1},
                            "a file of " + std::to_string(bytes.size()) + " bytes",
                            "at most " + std::to_string(MAX_FILE));
    }
    CheckCsvText(name, bytes);
    CsvTable table;
    table.m_name = name;
    // io::LineReader looks one byte beyond a last line that has no end, so give it one.
    std::string text = bytes + "\n";
    io::LineReader lines(name, text.data(), text.data() + text.size());
    bool header = true;
    while (char* line = lines.next_line())
    {
        if (io::empty_line_comment::is_comment(line))
        {
            continue;
        }
        uint32_t end = CountCharacters(line, line + std::strlen(line)) + 1;
        Row row = table.SplitLine(line, lines.get_file_line());
        if (header)
        {
            table.ReadHeader(row, columns);
            header = false;
            continue;
        }
        table.CheckWidth(row, end);
        table.m_rows.push_back(std::move(row));
    }
    if (header)
    {
        table.Fail(1, 1, "an empty file", "a header with the columns " + JoinNames(columns, true));
    }
    return table;
}

CsvTable::Row
CsvTable::SplitLine(char* text, uint32_t line) const
{
    Row row;
    row.line = line;
    // The library cuts and unquotes in place: characters are counted in a copy.
    const std::string original(text);
    const char* const start = text;
    size_t counted = 0;
    uint32_t column = 1;
    auto columnOf = [&](const char* at)
    {
        size_t offset = at - start;
        column += CountCharacters(original.data() + counted, original.data() + offset);
        counted = offset;
        return column;
    };
    while (text)
    {
        char* begin = text;
        char* end = nullptr;
        columnOf(begin);
        try
        {
            io::detail::chop_next_column<Quotes>(text, begin, end);
        }
        catch (const io::error::escaped_string_not_closed&)
        {
            Fail(line,
                 column,
                 "a quoted field without its closing quote",
                 "the quote to close on the same line");
        }
        Blanks::trim(begin, end);
        columnOf(begin);
        if (static_cast<size_t>(end - begin) > MAX_FIELD)
        {
            Fail(line,
                 column,
                 "a field of " + std::to_string(end - begin) + " bytes",
                 "at most " + std::to_string(MAX_FIELD));
        }
        bool quoted = begin < end && *begin == '"';
        if (quoted ? !IsQuotedField(begin, end) : std::find(begin, end, '"') != end)
        {
            Fail(line,
                 column,
                 ShowText(std::string(begin, end)),
                 "a field wholly in quotes, each quote inside it doubled");
        }
        Quotes::unescape(begin, end);
        row.fields.push_back({std::string(begin, end), column});
    }
    return row;
}

void
CsvTable::ReadHeader(const Row& header, const std::vector<CsvColumn>& columns)
{
    for (const auto& field : header.fields)
    {
        auto known = std::find_if(columns.begin(),
                                  columns.end(),
                                  [&field](const auto& column)
                                  {
                                      return column.name == field.text;
                                  });
        if (known == columns.end())
        {
            Fail(header.line,
                 field.column,
                 field.text.empty() ? "a column without a name" : "column " + ShowText(field.text),
                 "one of " + JoinNames(columns, false));
        }
        if (FindColumn(field.text) >= 0)
        {
            Fail(header.line,
                 field.column,
                 "column " + ShowText(field.text) + " a second time",
                 "each column once");
        }
        m_header.push_back(field.text);
    }
    for (const auto& column : columns)
    {
        if (column.required && FindColumn(column.name) < 0)
        {
            Fail(header.line,
                 1,
                 "no column " + ShowText(column.name),
                 "the columns " + JoinNames(columns, true));
        }
    }
}

void
CsvTable::CheckWidth(const Row& row, uint32_t end) const
{
    size_t width = m_header.size();
    if (row.fields.size() != width)
    {
        Fail(row.line,
             row.fields.size() < width ? end : row.fields[width].column,
             std::to_string(row.fields.size()) + (row.fields.size() == 1 ? " field" : " fields"),
             std::to_string(width) + " as in the header");
    }
}

int
CsvTable::FindColumn(const std::string& column) const
{
    auto found = std::find(m_header.begin(), m_header.end(), column);
    return found == m_header.end() ? -1 : static_cast<int>(found - m_header.begin());
}

const std::string&
CsvTable::Get(size_t row, const std::string& column) const
{
    static const std::string none;
    int place = FindColumn(column);
    return place < 0 ? none : m_rows.at(row).fields[place].text;
}

SourcePosition
CsvTable::At(size_t row, const std::string& column) const
{
    int place = FindColumn(column);
    const Row& r = m_rows.at(row);
    return {m_name, r.line, place < 0 ? 1 : r.fields[place].column};
}

SourcePosition
CsvTable::GetStart() const
{
    return {m_name, 1, 1};
}

} // namespace vmm
} // namespace ns3
