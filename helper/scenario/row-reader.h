// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_ROW_READER_H
#define VMM_ROW_READER_H

#include "ns3/csv-table.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * @param text a name of a user
 * @return text
 * @throws ValueError unless it is 1 to 63 characters of [A-Za-z0-9._-]
 */
std::string ParseName(const std::string& text);

/**
 * @param text a word of a user
 * @param choices the words allowed
 * @return its place among them
 * @throws ValueError if it is none of them
 */
size_t ParseChoice(const std::string& text, const std::vector<std::string>& choices);

/// One row of a table, its fields as checked values. Errors point to the field.
class RowReader
{
  public:
    /**
     * @param table the file
     * @param row its row, from 0
     */
    RowReader(std::shared_ptr<const CsvTable> table, size_t row);

    /// @param column a column @return whether the field is there and not empty
    bool Has(const std::string& column) const;
    /// @param column a column @return the field, "" if the file lacks the column
    const std::string& GetText(const std::string& column) const;

    /**
     * @param column a column
     * @param parse from text to value, throws ValueError
     * @return the value
     * @throws ScenarioError at the field, for a ValueError
     */
    template <typename Parse>
    auto Get(const std::string& column, Parse parse) const
    {
        try
        {
            return parse(GetText(column));
        }
        catch (const ValueError& error)
        {
            throw ScenarioError(At(column), error.found, error.expected);
        }
    }

    /**
     * @param column a column
     * @param missing value of an empty field
     * @param parse from text to value, throws ValueError
     * @return the value
     * @throws ScenarioError at the field, for a ValueError
     */
    template <typename Parse, typename Value>
    Value Get(const std::string& column, const Value& missing, Parse parse) const
    {
        return Has(column) ? static_cast<Value>(Get(column, parse)) : missing;
    }

    /**
     * Reads the name of the row.
     * @param column a column
     * @param names names of the rows before, to which this one is added
     * @return the name
     * @throws ScenarioError if it is no name or not new
     */
    std::string GetNewName(const std::string& column, std::map<std::string, size_t>& names) const;

    /**
     * @param column a column that this kind of row has no use for
     * @param why completes "expected an empty field: "
     * @throws ScenarioError if it is not empty
     */
    void MustBeEmpty(const std::string& column, const std::string& why) const;

    /// Throws a ScenarioError. @param column of the field @param expected what should stand there
    [[noreturn]] void Fail(const std::string& column, const std::string& expected) const;

    /// @param column a column @return where the field starts
    SourcePosition At(const std::string& column) const;
    /// @return the row, to be kept
    RowSource GetSource() const;

  private:
    RowSource m_source; //!< the row
};

} // namespace vmm
} // namespace ns3

#endif // VMM_ROW_READER_H
