// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/csv-file.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

std::string
FormatSeconds(Time time)
{
    const int64_t ns = time.GetNanoSeconds();
    const uint64_t magnitude = ns < 0 ? 0 - static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
    char text[40];
    std::snprintf(text,
                  sizeof text,
                  "%s%" PRIu64 ".%09" PRIu64,
                  ns < 0 ? "-" : "",
                  magnitude / 1000000000U,
                  magnitude % 1000000000U);
    return text;
}

std::string
QuoteCsv(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
    {
        return text;
    }
    std::string quoted = "\"";
    for (char c : text)
    {
        quoted += c;
        if (c == '"')
        {
            quoted += c;
        }
    }
    return quoted + '"';
}

CsvFile::CsvFile(const std::string& path, const std::vector<std::string>& columns)
    : m_path(path),
      m_file(path, std::ios::binary | std::ios::trunc),
      m_columns(columns.size()),
      m_fields(0)
{
    if (!m_file)
    {
        throw std::runtime_error("cannot write " + path);
    }
    for (const std::string& column : columns)
    {
        Field(column);
    }
    EndRow();
}

void
CsvFile::Close()
{
    m_file.close();
    if (!m_file)
    {
        throw std::runtime_error("cannot write " + m_path);
    }
}

CsvFile&
CsvFile::Raw(const std::string& text)
{
    if (m_fields++ > 0)
    {
        m_row += ',';
    }
    m_row += text;
    return *this;
}

CsvFile&
CsvFile::Field(const std::string& text)
{
    return Raw(QuoteCsv(text));
}

CsvFile&
CsvFile::Field(const char* text)
{
    return Raw(QuoteCsv(text));
}

CsvFile&
CsvFile::Field(uint64_t number)
{
    return Raw(std::to_string(number));
}

CsvFile&
CsvFile::Field(uint32_t number)
{
    return Raw(std::to_string(number));
}

CsvFile&
CsvFile::Field(bool flag)
{
    return Raw(flag ? "true" : "false");
}

CsvFile&
CsvFile::Field(Time time)
{
    return Raw(FormatSeconds(time));
}

CsvFile&
CsvFile::Field(double ratio)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.6f", ratio);
    return Raw(text);
}

CsvFile&
CsvFile::Empty()
{
    return Raw("");
}

void
CsvFile::EndRow()
{
    if (m_fields != m_columns)
    {
        throw std::logic_error(m_path + ": found " + std::to_string(m_fields) +
                               " fields, expected " + std::to_string(m_columns));
    }
    m_row += '\n';
    m_file << m_row;
    m_row.clear();
    m_fields = 0;
}

} // namespace vmm
} // namespace ns3
