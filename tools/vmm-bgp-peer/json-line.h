// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TOOLS_JSON_LINE_H
#define VMM_TOOLS_JSON_LINE_H

#include "ns3/nstime.h"

#include <cstdint>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// @return text as a JSON string; octets beyond ASCII as if they were Latin-1
inline std::string
Quoted(const std::string& text)
{
    std::ostringstream out;
    out << '"';
    for (const unsigned char letter : text)
    {
        if (letter == '"' || letter == '\\')
        {
            out << '\\' << letter;
        }
        else if (letter < 0x20 || letter >= 0x7f)
        {
            char code[8];
            std::snprintf(code, sizeof(code), "\\u%04x", letter);
            out << code;
        }
        else
        {
            out << letter;
        }
    }
    out << '"';
    return out.str();
}

/// One JSON object, which its end writes to standard output as a line.
class JsonLine
{
  public:
    JsonLine(Time now, const std::string& event)
    {
        m_out << "{\"time\": " << now.GetSeconds() << ", \"event\": " << Quoted(event);
    }

    JsonLine& Text(const std::string& name, const std::string& value)
    {
        m_out << ", " << Quoted(name) << ": " << Quoted(value);
        return *this;
    }

    JsonLine& Number(const std::string& name, uint64_t value)
    {
        m_out << ", " << Quoted(name) << ": " << value;
        return *this;
    }

    JsonLine& List(const std::string& name, const std::vector<std::string>& values)
    {
        m_out << ", " << Quoted(name) << ": [";
        for (size_t i = 0; i < values.size(); ++i)
        {
            m_out << (i ? ", " : "") << Quoted(values[i]);
        }
        m_out << "]";
        return *this;
    }

    ~JsonLine()
    {
        std::cout << m_out.str() << "}" << std::endl;
    }

  private:
    std::ostringstream m_out; //!< so far
};

} // namespace vmm
} // namespace ns3

#endif // VMM_TOOLS_JSON_LINE_H
