// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/row-reader.h"

#include <algorithm>

namespace ns3
{
namespace vmm
{

std::string
ParseName(const std::string& text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    if (text.empty() || text.size() > 63 || text.find_first_not_of(allowed) != std::string::npos)
    {
        throw ValueError(ShowText(text), "a name of 1 to 63 characters A-Z a-z 0-9 . _ -");
    }
    return text;
}

size_t
ParseChoice(const std::string& text, const std::vector<std::string>& choices)
{
    auto found = std::find(choices.begin(), choices.end(), text);
    if (found == choices.end())
    {
        std::string list;
        for (const auto& choice : choices)
        {
            list += (list.empty() ? "" : ", ") + choice;
        }
        throw ValueError(ShowText(text), (choices.size() > 1 ? "one of " : "") + list);
    }
    return found - choices.begin();
}

RowReader::RowReader(std::shared_ptr<const CsvTable> table, size_t row)
    : m_source{std::move(table), row}
{
}

bool
RowReader::Has(const std::string& column) const
{
    return !GetText(column).empty();
}

const std::string&
RowReader::GetText(const std::string& column) const
{
    return m_source.table->Get(m_source.row, column);
}

std::string
RowReader::GetNewName(const std::string& column, std::map<std::string, size_t>& names) const
{
    std::string name = Get(column, ParseName);
    auto added = names.emplace(name, m_source.row);
    if (!added.second)
    {
        auto first = m_source.table->At(added.first->second, column);
        Fail(column, "a name that line " + std::to_string(first.line) + " does not have already");
    }
    return name;
}

void
RowReader::MustBeEmpty(const std::string& column, const std::string& why) const
{
    if (Has(column))
    {
        Fail(column, "an empty field: " + why);
    }
}

void
RowReader::Fail(const std::string& column, const std::string& expected) const
{
    throw ScenarioError(At(column), ShowText(GetText(column)), expected);
}

SourcePosition
RowReader::At(const std::string& column) const
{
    return m_source.At(column);
}

RowSource
RowReader::GetSource() const
{
    return m_source;
}

} // namespace vmm
} // namespace ns3
