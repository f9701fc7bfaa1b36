// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_CSV_TEXT_H
#define VMM_CSV_TEXT_H

#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * Checks the bytes of a CSV file before any of them is taken for text: UTF-8 throughout, no NUL or
 * other control character (a tab, and CR before LF, may stand), no line above CsvTable::MAX_LINE.
 *
 * @param name the path to show in errors
 * @param bytes content of the file; a byte-order mark in front is skipped
 * @throws ScenarioError at the first offending character
 */
void CheckCsvText(const std::string& name, const std::string& bytes);

/**
 * @param begin first byte of a UTF-8 text
 * @param end behind its last byte
 * @return the number of characters
 */
uint32_t CountCharacters(const char* begin, const char* end);

/**
 * @param byte at which a text stops being UTF-8
 * @return how an error names it
 */
std::string NameNonUtf8(char byte);

} // namespace vmm
} // namespace ns3

#endif // VMM_CSV_TEXT_H
