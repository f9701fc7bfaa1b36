// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_CSV_FILE_H
#define VMM_CSV_FILE_H

#include "ns3/nstime.h"

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A CSV file (RFC 4180, lines end with LF as every Unix tool expects) with a header and a fixed
 * number of fields a row. Fields are written one after another; EndRow() closes a row.
 *
 *     CsvFile file(folder + "/flows.csv", {"flow", "sent"});
 *     file.Field("probe").Field(uint64_t(100)).EndRow();
 */
class CsvFile
{
  public:
    /**
     * Creates the file and writes its header.
     * @param path where; an existing file is overwritten
     * @param columns their names
     * @throws std::runtime_error if the file cannot be written
     */
    CsvFile(const std::string& path, const std::vector<std::string>& columns);
    /**
     * Flushes.
     * @throws std::runtime_error if something could not be written, a full disk for instance
     */
    void Close();

    /// @param text a field, quoted as needed @return *this
    CsvFile& Field(const std::string& text);
    /// @param text a field, quoted as needed @return *this
    CsvFile& Field(const char* text);
    /// @param number a field @return *this
    CsvFile& Field(uint64_t number);
    /// @param number a field @return *this
    CsvFile& Field(uint32_t number);
    /// @param flag a field, true or false @return *this
    CsvFile& Field(bool flag);
    /// @param time a field in seconds with 9 decimals @return *this
    CsvFile& Field(Time time);
    /// @param ratio a field with 6 decimals @return *this
    CsvFile& Field(double ratio);
    /// An empty field: did not happen. @return *this
    CsvFile& Empty();

    /// @param value a field, empty if there is no value @return *this
    template <typename T>
    CsvFile& Field(const std::optional<T>& value)
    {
        return value ? Field(*value) : Empty();
    }

    /**
     * Ends a row.
     * @throws std::logic_error if it does not have as many fields as there are columns
     */
    void EndRow();

  private:
    /// Writes a field that needs no quotes.
    CsvFile& Raw(const std::string& text);

    std::string m_path;   //!< where
    std::ofstream m_file; //!< the file
    std::string m_row;    //!< the row so far
    size_t m_columns;     //!< fields a row must have
    size_t m_fields;      //!< fields the row has
};

/**
 * @param time a time
 * @return in seconds with 9 decimals, exact
 */
std::string FormatSeconds(Time time);
/**
 * @param text any text
 * @return as a CSV field: quoted if it has a comma, a quote or a line end
 */
std::string QuoteCsv(const std::string& text);

} // namespace vmm
} // namespace ns3

#endif // VMM_CSV_FILE_H
