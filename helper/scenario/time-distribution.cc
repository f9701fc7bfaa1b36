// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/time-distribution.h"

#include "ns3/double.h"

#include <sstream>
#include <vector>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the decimal number of a shape, without zeros behind it
std::string
ShowShape(double shape)
{
    std::ostringstream os;
    os << shape;
    return os.str();
}

} // namespace

std::string
TimeDistribution::ToString() const
{
    switch (kind)
    {
    case Kind::EXPONENTIAL:
        return "exponential " + FormatTime(mean);
    case Kind::PARETO:
        return "pareto " + FormatTime(mean) + " " + ShowShape(shape);
    default:
        return FormatTime(mean);
    }
}

Ptr<RandomVariableStream>
TimeDistribution::MakeVariable(bool random) const
{
    const double seconds = mean.GetSeconds();
    if (random && kind == Kind::EXPONENTIAL)
    {
        auto variable = CreateObject<ExponentialRandomVariable>();
        variable->SetAttribute("Mean", DoubleValue(seconds));
        return variable;
    }
    if (random && kind == Kind::PARETO)
    {
        auto variable = CreateObject<ParetoRandomVariable>();
        variable->SetAttribute("Scale", DoubleValue(seconds * (shape - 1) / shape));
        variable->SetAttribute("Shape", DoubleValue(shape));
        return variable;
    }
    auto variable = CreateObject<ConstantRandomVariable>();
    variable->SetAttribute("Constant", DoubleValue(seconds));
    return variable;
}

TimeDistribution
ParseTimeDistribution(const std::string& text, Bound bound)
{
    std::vector<std::string> words;
    std::istringstream in(text);
    for (std::string word; in >> word;)
    {
        words.push_back(word);
    }
    TimeDistribution result;
    if (words.size() < 2)
    {
        result.mean = ParseTime(text, bound);
        return result;
    }
    const bool exponential = words[0] == "exponential" && words.size() == 2;
    const bool pareto = words[0] == "pareto" && words.size() == 3;
    if (!exponential && !pareto)
    {
        throw ValueError(ShowText(text),
                         "a time such as 10ms, 'exponential 10ms', or 'pareto 10ms 1.5' with the "
                         "shape");
    }
    result.kind =
        exponential ? TimeDistribution::Kind::EXPONENTIAL : TimeDistribution::Kind::PARETO;
    result.mean = ParseTime(words[1], Bound::POSITIVE);
    if (pareto)
    {
        result.shape = ParseNumber(words[2], 1, 100);
        if (result.shape == 1)
        {
            throw ValueError(ShowText(text), "a shape above 1, for there is no mean else");
        }
    }
    return result;
}

} // namespace vmm
} // namespace ns3
