// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/quantities.h"

#include <charconv>
#include <limits>
#include <locale>
#include <optional>
#include <sstream>
#include <vector>

namespace ns3
{
namespace vmm
{

namespace
{

__extension__ typedef unsigned __int128 Wide; //!< product of a mantissa and a unit

/// A unit and how many of the smallest one it is.
struct Unit
{
    const char* name; //!< as written behind the number
    uint64_t factor;  //!< in the smallest unit
};

constexpr uint64_t K = 1000;
constexpr uint64_t KI = 1024;

const std::vector<Unit> SIZES = {{"B", 1},
                                 {"kB", K},
                                 {"MB", K* K},
                                 {"GB", K* K* K},
                                 {"TB", K* K* K* K},
                                 {"KiB", KI},
                                 {"MiB", KI* KI},
                                 {"GiB", KI* KI* KI},
                                 {"TiB", KI* KI* KI* KI}};

const std::vector<Unit> RATES = {{"bps", 1},
                                 {"kbps", K},
                                 {"Mbps", K* K},
                                 {"Gbps", K* K* K},
                                 {"Tbps", K* K* K* K},
                                 {"B/s", 8},
                                 {"kB/s", 8 * K},
                                 {"MB/s", 8 * K* K},
                                 {"GB/s", 8 * K* K* K},
                                 {"KiB/s", 8 * KI},
                                 {"MiB/s", 8 * KI* KI},
                                 {"GiB/s", 8 * KI* KI* KI}};

const std::vector<Unit> TIMES = {{"ns", 1},
                                 {"us", K},
                                 {"ms", K* K},
                                 {"s", K* K* K},
                                 {"min", 60 * K* K* K},
                                 {"h", 3600 * K* K* K}};

const std::vector<Unit> DISTANCES = {{"m", 1}, {"km", K}};

/// Names for the messages about one kind of quantity.
struct Kind
{
    const std::vector<Unit>& units; //!< its units
    const char* name;               //!< "a size"
    const char* example;            //!< "4GiB"
    const char* smallest;           //!< "bytes"
};

const Kind SIZE{SIZES, "a size", "4GiB", "bytes"};
const Kind RATE{RATES, "a rate", "10Gbps", "bits per second"};
const Kind TIME{TIMES, "a time", "50us", "nanoseconds"};
const Kind DISTANCE{DISTANCES, "a distance", "80km", "metres"};

/// An unsigned decimal fraction, digits / 10^places.
struct Decimal
{
    uint64_t digits; //!< all digits as one number
    uint32_t places; //!< how many of them stand behind the point
};

/**
 * Reads the number in front of a text.
 * @param text `1.5s`
 * @param end set behind the number
 * @return nothing if no number of at most 19 significant digits stands there
 */
std::optional<Decimal>
ReadDecimal(const std::string& text, size_t& end)
{
    auto isDigit = [&text](size_t at)
    {
        return at < text.size() && text[at] >= '0' && text[at] <= '9';
    };
    std::string digits;
    size_t at = 0;
    for (; isDigit(at); ++at)
    {
        digits += text[at];
    }
    size_t whole = digits.size();
    if (whole == 0)
    {
        return std::nullopt;
    }
    if (at < text.size() && text[at] == '.')
    {
        for (++at; isDigit(at); ++at)
        {
            digits += text[at];
        }
        if (digits.size() == whole)
        {
            return std::nullopt;
        }
    }
    end = at;
    while (digits.size() > whole && digits.back() == '0')
    {
        digits.pop_back();
    }
    Decimal decimal{0, static_cast<uint32_t>(digits.size() - whole)};
    auto result = std::from_chars(digits.data(), digits.data() + digits.size(), decimal.digits);
    if (result.ec != std::errc() || decimal.places > 19)
    {
        return std::nullopt;
    }
    return decimal;
}

uint64_t
ParseWithUnit(const std::string& text, Bound bound, const Kind& kind)
{
    auto fail = [&text](const std::string& expected)
    {
        throw ValueError(ShowText(text), expected);
    };
    std::string form = std::string(kind.name) + (bound == Bound::POSITIVE ? " above zero" : "") +
                       " with its unit, such as " + kind.example;
    size_t end = 0;
    auto decimal = ReadDecimal(text, end);
    if (!decimal)
    {
        fail(form);
    }
    uint64_t factor = 0;
    for (const auto& unit : kind.units)
    {
        if (text.compare(end, std::string::npos, unit.name) == 0)
        {
            factor = unit.factor;
        }
    }
    if (factor == 0 || (bound == Bound::POSITIVE && decimal->digits == 0))
    {
        fail(form);
    }
    Wide scale = 1;
    for (uint32_t i = 0; i < decimal->places; ++i)
    {
        scale *= 10;
    }
    Wide product = static_cast<Wide>(decimal->digits) * factor;
    if (product % scale != 0)
    {
        fail(std::string("a whole number of ") + kind.smallest);
    }
    if (product / scale > static_cast<Wide>(std::numeric_limits<int64_t>::max()))
    {
        fail(std::string("at most 2^63-1 ") + kind.smallest);
    }
    return static_cast<uint64_t>(product / scale);
}

/// @return value in the unit that makes it the smallest whole number
std::string
FormatWithUnit(uint64_t value, const std::vector<Unit>& units)
{
    const Unit* best = &units.front();
    for (const auto& unit : units)
    {
        if (value != 0 && value % unit.factor == 0 && unit.factor > best->factor)
        {
            best = &unit;
        }
    }
    return std::to_string(value / best->factor) + best->name;
}

std::string
ShowNumber(double value)
{
    std::ostringstream os;
    os.imbue(std::locale::classic());
    os << value;
    return os.str();
}

} // namespace

uint64_t
ParseSize(const std::string& text, Bound bound)
{
    return ParseWithUnit(text, bound, SIZE);
}

DataRate
ParseRate(const std::string& text, Bound bound)
{
    return DataRate(ParseWithUnit(text, bound, RATE));
}

Time
ParseTime(const std::string& text, Bound bound)
{
    return NanoSeconds(ParseWithUnit(text, bound, TIME));
}

uint64_t
ParseDistance(const std::string& text)
{
    constexpr uint64_t most = K * K * K;
    uint64_t metres = ParseWithUnit(text, Bound::NON_NEGATIVE, DISTANCE);
    if (metres > most)
    {
        throw ValueError(ShowText(text), "a distance of at most " + FormatDistance(most));
    }
    return metres;
}

uint64_t
ParseCount(const std::string& text, uint64_t least, uint64_t most)
{
    uint64_t value = 0;
    const char* end = text.data() + text.size();
    auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc() || result.ptr != end || value < least || value > most)
    {
        throw ValueError(ShowText(text),
                         "a whole number from " + std::to_string(least) + " to " +
                             std::to_string(most));
    }
    return value;
}

double
ParseNumber(const std::string& text, double least, double most)
{
    size_t end = 0;
    bool negative = !text.empty() && text[0] == '-';
    std::string digits = text.substr(negative ? 1 : 0);
    double value = 0;
    bool valid = ReadDecimal(digits, end) && end == digits.size();
    if (valid)
    {
        std::istringstream in(text);
        in.imbue(std::locale::classic());
        valid = static_cast<bool>(in >> value);
    }
    if (!valid || value < least || value > most)
    {
        throw ValueError(ShowText(text),
                         "a number from " + ShowNumber(least) + " to " + ShowNumber(most));
    }
    return value;
}

std::string
ParseQueue(const std::string& text)
{
    constexpr uint64_t most = 1 << 30;
    try
    {
        if (!text.empty() && text.back() == 'p')
        {
            return std::to_string(ParseCount(text.substr(0, text.size() - 1), 1, most)) + "p";
        }
        uint64_t bytes = ParseSize(text, Bound::POSITIVE);
        if (bytes <= most)
        {
            return std::to_string(bytes) + "B";
        }
    }
    catch (const ValueError&)
    {
    }
    throw ValueError(ShowText(text), "a queue size above zero, such as 100p or 64KiB");
}

std::string
FormatSize(uint64_t bytes)
{
    return FormatWithUnit(bytes, SIZES);
}

std::string
FormatRate(const DataRate& rate)
{
    static const std::vector<Unit> decimal(RATES.begin(), RATES.begin() + 5);
    return FormatWithUnit(rate.GetBitRate(), decimal);
}

std::string
FormatDistance(uint64_t metres)
{
    return FormatWithUnit(metres, DISTANCES);
}

std::string
FormatTime(const Time& time)
{
    static const std::vector<Unit> decimal(TIMES.begin(), TIMES.begin() + 4);
    if (time.IsZero())
    {
        return "0s";
    }
    return FormatWithUnit(static_cast<uint64_t>(time.GetNanoSeconds()), decimal);
}

} // namespace vmm
} // namespace ns3
