// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IMPORT_NAMES_H
#define VMM_IMPORT_NAMES_H

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * Makes node names, 1 to 63 of [A-Za-z0-9._-] and unique, of labels that are any text. A label that
 * is such a name stays. Of others, letters with marks of European languages lose them, every other
 * run of characters becomes a hyphen, and at most 40 characters are kept. A name that is taken gets
 * the next free number: `Frankfurt-2`.
 */
class ImportNames
{
  public:
    /**
     * @param label UTF-8 text; bytes that are none count as other characters
     * @param other the name to use if nothing of the label is left
     * @return a name that was not given before
     */
    std::string Make(const std::string& label, const std::string& other);

  private:
    std::set<std::string> m_taken;          //!< names given
    std::map<std::string, uint32_t> m_next; //!< by a name: lower numbers of it are taken
};

} // namespace vmm
} // namespace ns3

#endif // VMM_IMPORT_NAMES_H
