// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/import-names.h"

#include <algorithm>
#include <boost/locale/utf.hpp>
#include <cstdint>

namespace ns3
{
namespace vmm
{

namespace
{

using Utf8 = boost::locale::utf::utf_traits<char>;

constexpr size_t MAX_NAME = 63;  //!< of any node
constexpr size_t MAX_CLEAN = 40; //!< leaves room for what is added to it, as in server-NAME-0

/// Base letters of U+00C0 to U+017F; '-' where there is none.
constexpr char LETTERS[] = "AAAAAAACEEEEIIIIDNOOOOO-OUUUUYTsaaaaaaaceeeeiiiidnooooo-ouuuuyty"
                           "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLl"
                           "LlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

static_assert(sizeof(LETTERS) == 0x180 - 0xc0 + 1, "a letter for each of them");

/// @return the character that stands for a code point in a name
char
GetLetter(boost::locale::utf::code_point code)
{
    if ((code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z') ||
        (code >= '0' && code <= '9') || code == '.' || code == '_')
    {
        return static_cast<char>(code);
    }
    return code >= 0xc0 && code < 0x180 ? LETTERS[code - 0xc0] : '-';
}

/// @return the name that a label gives, if it were free
std::string
Clean(const std::string& label)
{
    std::string name;
    const char* at = label.data();
    const char* end = at + label.size();
    while (at < end && name.size() < MAX_CLEAN)
    {
        char letter = GetLetter(Utf8::decode(at, end));
        if (letter != '-' || (!name.empty() && name.back() != '-'))
        {
            name += letter;
        }
    }
    while (!name.empty() && name.back() == '-')
    {
        name.pop_back();
    }
    return name;
}

/// @return whether a label can stay as it is
bool
IsName(const std::string& label)
{
    return !label.empty() && label.size() <= MAX_NAME &&
           std::all_of(label.begin(),
                       label.end(),
                       [](char c)
                       {
                           return c == '-' ||
                                  (static_cast<unsigned char>(c) < 0x80 && GetLetter(c) != '-');
                       });
}

} // namespace

std::string
ImportNames::Make(const std::string& label, const std::string& other)
{
    std::string name = IsName(label) ? label : Clean(label);
    name = name.empty() ? other : name;
    if (m_taken.insert(name).second)
    {
        return name;
    }
    uint32_t& number = m_next.try_emplace(name, 2).first->second;
    std::string free;
    do
    {
        const std::string end = "-" + std::to_string(number++);
        free = name.substr(0, MAX_NAME - end.size()) + end;
    } while (!m_taken.insert(free).second);
    return free;
}

} // namespace vmm
} // namespace ns3
