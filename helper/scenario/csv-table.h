// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_CSV_TABLE_H
#define VMM_CSV_TABLE_H

#include "ns3/scenario-error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A column that a CSV file may have.
struct CsvColumn
{
    std::string name;      //!< as in the header line
    bool required = false; //!< whether a file without it is refused
};

/**
 * One CSV file (RFC 4180) in memory, by named columns, with the place of every field.
 *
 * Accepted: columns in any order, LF or CRLF, a UTF-8 byte-order mark, quoted fields with doubled
 * quotes, blanks around unquoted fields, blank lines, a last line without its end. A quoted field
 * ends on its line. Everything else is refused with one ScenarioError.
 *
 * @code
 *   auto table = CsvTable::Read("links.csv", {{"a", true}, {"b", true}, {"mtu", false}});
 *   for (size_t row = 0; row < table.GetRowCount(); ++row)
 *       Use(table.Get(row, "a"), table.Get(row, "mtu"));   // "" where the file has no mtu
 * @endcode
 */
class CsvTable
{
  public:
    static constexpr size_t MAX_FILE = 16 << 20; //!< bytes of one file
    static constexpr size_t MAX_LINE = 64 << 10; //!< bytes of one line
    static constexpr size_t MAX_FIELD = 4096;    //!< bytes of one field

    /**
     * @param path a file
     * @param columns every column that the file may have, used in the message of a missing file;
     *        none for a file of another kind
     * @return its bytes
     * @throws ScenarioError if it is missing, no regular file, unreadable or above MAX_FILE
     */
    static std::string ReadFile(const std::string& path, const std::vector<CsvColumn>& columns);

    /**
     * @param name the path to show in errors
     * @param bytes content of the file
     * @param columns every column that the file may have
     * @return the table
     * @throws ScenarioError at the first thing wrong
     */
    static CsvTable
    Parse(const std::string& name, const std::string& bytes, const std::vector<CsvColumn>& columns);

    /**
     * @param path a file
     * @param columns every column that the file may have
     * @return Parse() of ReadFile()
     * @throws ScenarioError as both
     */
    static CsvTable Read(const std::string& path, const std::vector<CsvColumn>& columns);

    /// @return the number of rows below the header
    size_t GetRowCount() const
    {
        return m_rows.size();
    }

    /**
     * @param row from 0
     * @param column one of the columns given to Parse()
     * @return the field, "" if the file lacks the column
     */
    const std::string& Get(size_t row, const std::string& column) const;

    /**
     * @param row from 0
     * @param column one of the columns given to Parse()
     * @return where the field starts; the start of the line if the file lacks the column
     */
    SourcePosition At(size_t row, const std::string& column) const;

    /// @return the first character of the file, for errors about all of it
    SourcePosition GetStart() const;

    /// @return the path as shown in errors
    const std::string& GetName() const
    {
        return m_name;
    }

  private:
    /// One field.
    struct Field
    {
        std::string text;    //!< unquoted, blanks trimmed
        uint32_t column = 1; //!< character at which it starts
    };

    /// One row.
    struct Row
    {
        uint32_t line = 1;         //!< its line in the file
        std::vector<Field> fields; //!< in the order of the header
    };

    /// @return the fields of a line that LineReader gave, which is overwritten
    Row SplitLine(char* text, uint32_t line) const;
    /// Checks the header and remembers which column stands where.
    void ReadHeader(const Row& header, const std::vector<CsvColumn>& columns);
    /// Refuses a row whose number of fields is not the header's.
    void CheckWidth(const Row& row, uint32_t end) const;
    /// @return place of a column in the rows, or -1
    int FindColumn(const std::string& column) const;
    /// Throws a ScenarioError in this file.
    [[noreturn]] void Fail(uint32_t line,
                           uint32_t column,
                           const std::string& found,
                           const std::string& expected) const;

    std::string m_name;                //!< path shown in errors
    std::vector<std::string> m_header; //!< column names in the order of the file
    std::vector<Row> m_rows;           //!< rows below the header
};

/// The row of a file that something was read from, for errors found later.
struct RowSource
{
    std::shared_ptr<const CsvTable> table; //!< the file
    size_t row = 0;                        //!< its row, from 0

    /// @param column name of a column @return where that field starts
    SourcePosition At(const std::string& column) const
    {
        return table->At(row, column);
    }
};

} // namespace vmm
} // namespace ns3

#endif // VMM_CSV_TABLE_H
