// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_ERROR_H
#define VMM_SCENARIO_ERROR_H

#include <cstdint>
#include <stdexcept>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * Where a text stands that a user wrote: a field of a file, or an option of the command line.
 */
struct SourcePosition
{
    std::string file;    //!< path as the user gave it, or the option ("--set")
    uint32_t line = 0;   //!< from 1; 0: an option, which has no lines
    uint32_t column = 0; //!< character (not byte) at which the field starts, from 1

    /// @return "file:line:column", or the option's name alone
    std::string ToString() const;
};

/**
 * A scenario that cannot be used. what() is exactly one line,
 * `file:line:column: found X, expected Y`.
 */
class ScenarioError : public std::runtime_error
{
  public:
    /**
     * @param position where
     * @param found what stands there; a user's own text goes through ShowText() first
     * @param expected what should stand there
     */
    ScenarioError(const SourcePosition& position,
                  const std::string& found,
                  const std::string& expected);

    /**
     * @param position where
     * @param found "found X, expected Y"
     */
    ScenarioError(const SourcePosition& position, const std::string& found);

    /// @return where the offending text stands
    const SourcePosition& GetPosition() const
    {
        return m_position;
    }

  private:
    SourcePosition m_position; //!< where
};

/**
 * A text that is not the value it should be, before anybody has said where it stands. what() is
 * "found X, expected Y".
 */
class ValueError : public std::invalid_argument
{
  public:
    /**
     * @param found the text as shown
     * @param expected what should stand there
     */
    ValueError(const std::string& found, const std::string& expected);

    std::string found;    //!< the text as shown
    std::string expected; //!< what should stand there
};

/**
 * @param text any bytes of a user
 * @return them in single quotes for a one-line message: cut after 60 bytes, control and non-ASCII
 *         bytes as \\xNN, and "an empty field" for an empty text
 */
std::string ShowText(const std::string& text);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_ERROR_H
