// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario-error.h"

namespace ns3
{
namespace vmm
{

std::string
SourcePosition::ToString() const
{
    if (line == 0)
    {
        return file;
    }
    return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

ScenarioError::ScenarioError(const SourcePosition& position,
                             const std::string& found,
                             const std::string& expected)
    : ScenarioError(position, "found " + found + ", expected " + expected)
{
}

ScenarioError::ScenarioError(const SourcePosition& position, const std::string& found)
    : std::runtime_error(position.ToString() + ": " + found),
      m_position(position)
{
}

ValueError::ValueError(const std::string& found, const std::string& expected)
    : std::invalid_argument("found " + found + ", expected " + expected),
      found(found),
      expected(expected)
{
}

std::string
ShowText(const std::string& text)
{
    constexpr size_t longest = 60;
    static const char digits[] = "0123456789abcdef";
    if (text.empty())
    {
        return "an empty field";
    }
    std::string shown = "'";
    for (size_t i = 0; i < text.size() && i < longest; ++i)
    {
        auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte < 0x7f)
        {
            shown += text[i];
        }
        else
        {
            shown += "\\x";
            shown += digits[byte >> 4];
            shown += digits[byte & 15];
        }
    }
    return shown + (text.size() > longest ? "...'" : "'");
}

} // namespace vmm
} // namespace ns3
