// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_SETTINGS_H
#define VMM_SCENARIO_SETTINGS_H

#include "ns3/csv-table.h"
#include "ns3/scenario-error.h"
#include "ns3/type-id.h"

#include <map>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// What the command line changes about a scenario.
struct ScenarioOverrides
{
    std::string scheme;           //!< `--scheme`: NAME or NAME:Option=Value:...; "" if not given
    std::string seed;             //!< `--seed`; "" if not given
    std::vector<std::string> set; //!< `--set`: KEY=VALUE each, later ones win; no VALUE: default
};

/**
 * @param joined settings with commas between them; a backslash makes the next character
 *        part of a setting, whatever it is
 * @return the settings
 */
std::vector<std::string> SplitSettings(const std::string& joined);

/// The schemes that there are, by name.
using SchemeTypes = std::map<std::string, TypeId>;

/// A setting as somebody wrote it.
struct SettingText
{
    std::string text;       //!< the value
    SourcePosition keyAt;   //!< where the key stands
    SourcePosition valueAt; //!< where the value stands
};

/**
 * The settings of one run by name, from scenario.csv and the command line: keys of the scenario,
 * keys of its fabric's builder, and ns-3 attributes, always by their full names, so that
 * `Redirect` and `ns3::vmm::HostRouteScheme::Redirect` are one setting.
 */
class ScenarioSettings
{
  public:
    /// @return the columns of scenario.csv
    static const std::vector<CsvColumn>& GetColumns();

    /**
     * Reads the rows of scenario.csv.
     * @param table scenario.csv
     * @param schemes the schemes that there are
     * @throws ScenarioError for an unknown or repeated key, or an unknown scheme or fabric
     */
    ScenarioSettings(const CsvTable& table, const SchemeTypes& schemes);

    /**
     * @param overrides of the command line
     * @return these settings with the overrides; a key of another fabric's builder is dropped
     * @throws ScenarioError for an unknown key, scheme or fabric
     */
    ScenarioSettings Override(const ScenarioOverrides& overrides) const;

    /**
     * Sets what was not set and has a default that depends on other settings: the scheme's Optimize
     * is Bgp with underlay=bgp.
     */
    void FillIn();

    /// @param key a key @return whether it was set, to anything but nothing
    bool Has(const std::string& key) const;
    /**
     * @param key a key
     * @return the text, or the default of the key
     * @throws ScenarioError if it was not set and has no default
     */
    std::string GetText(const std::string& key) const;
    /// @param key a key @return where its value stands; the start of scenario.csv if nowhere
    SourcePosition At(const std::string& key) const;

    /**
     * @param key a key
     * @param parse from text to value, throws ValueError
     * @return the value of the key or of its default
     * @throws ScenarioError at the value
     */
    template <typename Parse>
    auto Get(const std::string& key, Parse parse) const
    {
        try
        {
            return parse(GetText(key));
        }
        catch (const ValueError& error)
        {
            throw ScenarioError(At(key), error.found, error.expected);
        }
    }

    /// @return the class of the scheme
    TypeId GetSchemeType() const;
    /**
     * @param attribute attribute of the scheme
     * @return its full name, "" if the scheme has no such attribute
     */
    std::string GetSchemeKey(const std::string& attribute) const;

    /// @return every setting that was made
    const std::map<std::string, SettingText>& GetAll() const
    {
        return m_settings;
    }

    /**
     * @return key and value of every key that applies, each value in its one canonical spelling;
     *         among them all attributes of the scheme and all attributes that were set
     * @throws ScenarioError at the first value that is refused
     */
    std::map<std::string, std::string> Resolve() const;

    /**
     * @param own settings of the scenario itself
     * @return what Resolve() says otherwise than own's, apart from scheme and seed, which name the
     *         result folder
     */
    std::map<std::string, std::string> GetDifferences(const ScenarioSettings& own) const;

  private:
    /// @return the fabric's name, "" if none was set
    std::string GetFabric() const;
    /// @return the key under which a setting is kept; throws ValueError
    std::string GetKey(const std::string& written) const;
    /// Takes over a setting. @param from what of the command line @param text KEY=VALUE
    void Assign(const std::string& from, const std::string& text);
    /// Checks fabric and scheme, on which the other keys depend.
    void CheckBase() const;

    SchemeTypes m_schemes;                         //!< the schemes that there are
    SourcePosition m_start;                        //!< start of scenario.csv
    std::map<std::string, SettingText> m_settings; //!< by key
};

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_SETTINGS_H
