// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_KEYS_H
#define VMM_SCENARIO_KEYS_H

#include <optional>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// From a value as written to its canonical spelling; throws ValueError.
using Spell = std::string (*)(const std::string&);

/// A key of scenario.csv.
struct KeyInfo
{
    std::string name;                    //!< as written
    std::optional<std::string> standard; //!< default, "" if the fabric decides; none: must be set
    Spell spell;                         //!< check and canonical spelling
};

/**
 * @param text a word of a user
 * @param words the words allowed
 * @return text
 * @throws ValueError if it is none of them
 */
std::string SpellWord(const std::string& text, const std::vector<std::string>& words);

/**
 * @param fabric value of the key `fabric`
 * @return the keys of a scenario on that fabric, those of all fabrics if there is none of that name
 */
std::vector<KeyInfo> GetScenarioKeys(const std::string& fabric);

/**
 * @param name a key
 * @param fabric value of the key `fabric`
 * @return the key, if a scenario on that fabric has it
 */
std::optional<KeyInfo> FindScenarioKey(const std::string& name, const std::string& fabric);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_KEYS_H
