// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/link-speed.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <regex>

namespace ns3
{
namespace vmm
{

namespace
{

constexpr size_t MAX_LABEL = 200; //!< std::regex needs stack for every character
constexpr double MAX_BPS = 1e15;  //!< beyond any link

/// @return a rate, none if it is no sensible one
std::optional<DataRate>
MakeRate(double bps)
{
    if (!(bps >= 1 && bps <= MAX_BPS))
    {
        return std::nullopt;
    }
    return DataRate(static_cast<uint64_t>(std::llround(bps)));
}

/// @return the bit/s of a decimal number times a unit, through its digits: no locale
double
Scale(const std::string& whole, const std::string& fraction, double unit)
{
    double value = 0;
    for (char digit : whole)
    {
        value = value * 10 + (digit - '0');
    }
    double place = 1;
    double rest = 0;
    for (char digit : fraction)
    {
        rest = rest * 10 + (digit - '0');
        place *= 10;
    }
    return (value * place + rest) * unit / place;
}

} // namespace

std::optional<DataRate>
ParseLinkLabel(const std::string& label)
{
    static const std::regex number("(?:^|[^0-9.])([0-9]{1,9})(?:\\.([0-9]{1,9}))?\\s*([kKMGT])"
                                   "(?=b|B|E|i|$|[^A-Za-z0-9])");
    static const std::regex carrier("\\b(OC|STM)-?([0-9]{1,4})c?(?![0-9])", std::regex::icase);
    static const std::regex name("\\b(T1|DS-?1|T3|DS-?3|E1|E3|FE|GE|GigE)(?![A-Za-z0-9])",
                                 std::regex::icase);
    static const std::map<char, double> units = {
        {'k', 1e3}, {'K', 1e3}, {'M', 1e6}, {'G', 1e9}, {'T', 1e12}};
    static const std::map<std::string, double> names = {{"T1", 1.544e6},
                                                        {"DS1", 1.544e6},
                                                        {"T3", 44.736e6},
                                                        {"DS3", 44.736e6},
                                                        {"E1", 2.048e6},
                                                        {"E3", 34.368e6},
                                                        {"FE", 100e6},
                                                        {"GE", 1e9},
                                                        {"GIGE", 1e9}};
    const std::string text = label.substr(0, MAX_LABEL);
    std::smatch match;
    if (std::regex_search(text, match, number))
    {
        return MakeRate(Scale(match[1], match[2], units.at(match.str(3)[0])));
    }
    if (std::regex_search(text, match, carrier))
    {
        bool oc = match.str(1)[0] == 'O' || match.str(1)[0] == 'o';
        return MakeRate(Scale(match[2], "", oc ? 51.84e6 : 155.52e6));
    }
    if (std::regex_search(text, match, name))
    {
        std::string key;
        for (char c : match.str(1))
        {
            key += c == '-' ? "" : std::string(1, static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c));
        }
        return MakeRate(names.at(key));
    }
    return std::nullopt;
}

} // namespace vmm
} // namespace ns3
