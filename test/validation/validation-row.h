// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VALIDATION_ROW_H
#define VMM_VALIDATION_ROW_H

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A published figure beside ours: a line of the table of doc/validation.md.
struct ValidationRow
{
    std::string name;       //!< the case
    std::string source;     //!< who published it
    std::string expected;   //!< their figure, with its unit
    std::string ours;       //!< ours
    std::string difference; //!< ours against theirs
    std::string tolerance;  //!< how much may be between the two
    bool within{false};     //!< whether it is not more
};

/// @param value a number @param unit its unit @return both, five digits
inline std::string
ShowNumber(double value, const std::string& unit)
{
    char text[64];
    std::snprintf(text, sizeof(text), "%.5g", value);
    return unit.empty() ? text : text + (" " + unit);
}

/// Cases of one source.
class ValidationTable
{
  public:
    /// @param source who published the figures
    explicit ValidationTable(const std::string& source)
        : m_source(source)
    {
    }

    /// Compares numbers. @param tolerance part of what is expected
    void Add(const std::string& name,
             const std::string& unit,
             double expected,
             double ours,
             double tolerance)
    {
        const std::string text = "+-" + ShowNumber(tolerance * 100, "%");
        AddWithin(name, unit, expected, ours, tolerance * std::abs(expected), text);
    }

    /// Compares numbers. @param tolerance in the unit of the figure, 0 for exactly
    void AddAbsolute(const std::string& name,
                     const std::string& unit,
                     double expected,
                     double ours,
                     double tolerance)
    {
        const std::string text = tolerance > 0 ? "+-" + ShowNumber(tolerance, unit) : "exact";
        AddWithin(name, unit, expected, ours, tolerance, text);
    }

    /// Says that ours must not be above a figure. @param tolerance part of it, in addition
    void AddAtMost(const std::string& name,
                   const std::string& unit,
                   double most,
                   double ours,
                   double tolerance)
    {
        ValidationRow row = Start(name);
        row.expected = "<= " + ShowNumber(most, unit);
        row.ours = ShowNumber(ours, unit);
        row.difference = ShowDifference(most, ours);
        row.tolerance = "+" + ShowNumber(tolerance * 100, "%");
        row.within = ours <= most * (1 + tolerance);
        m_rows.push_back(row);
    }

    /// Compares words.
    void AddText(const std::string& name, const std::string& expected, const std::string& ours)
    {
        ValidationRow row = Start(name);
        row.expected = expected;
        row.ours = ours;
        row.difference = expected == ours ? "none" : "other";
        row.tolerance = "exact";
        row.within = expected == ours;
        m_rows.push_back(row);
    }

    /// Adds the lines of another source.
    void Append(const ValidationTable& other)
    {
        m_rows.insert(m_rows.end(), other.m_rows.begin(), other.m_rows.end());
    }

    /// @return all lines
    const std::vector<ValidationRow>& GetRows() const
    {
        return m_rows;
    }

  private:
    static std::string ShowDifference(double expected, double ours)
    {
        if (expected == ours)
        {
            return "0";
        }
        char text[64];
        std::snprintf(text, sizeof(text), "%+.2f %%", (ours - expected) / expected * 100);
        return expected == 0 ? "-" : text;
    }

    ValidationRow Start(const std::string& name) const
    {
        ValidationRow row;
        row.name = name;
        row.source = m_source;
        return row;
    }

    void AddWithin(const std::string& name,
                   const std::string& unit,
                   double expected,
                   double ours,
                   double most,
                   const std::string& tolerance)
    {
        ValidationRow row = Start(name);
        row.expected = ShowNumber(expected, unit);
        row.ours = ShowNumber(ours, unit);
        row.difference = ShowDifference(expected, ours);
        row.tolerance = tolerance;
        row.within = std::abs(ours - expected) <= most;
        m_rows.push_back(row);
    }

    std::string m_source;              //!< who published the figures
    std::vector<ValidationRow> m_rows; //!< lines
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VALIDATION_ROW_H
