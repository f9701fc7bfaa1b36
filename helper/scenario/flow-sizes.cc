// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/flow-sizes.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/quantities.h"
#include "ns3/row-reader.h"
#include "ns3/rpc-header.h"

namespace ns3
{
namespace vmm
{

double
FlowSizes::GetMean() const
{
    double mean = points.front().probability * double(points.front().size);
    for (size_t i = 1; i < points.size(); ++i)
    {
        mean += (points[i].probability - points[i - 1].probability) *
                (double(points[i].size) + double(points[i - 1].size)) / 2;
    }
    return mean;
}

Ptr<RandomVariableStream>
FlowSizes::MakeVariable(bool random) const
{
    if (!random)
    {
        auto constant = CreateObject<ConstantRandomVariable>();
        constant->SetAttribute("Constant", DoubleValue(GetMean()));
        return constant;
    }
    auto variable = CreateObject<EmpiricalRandomVariable>();
    variable->SetAttribute("Interpolate", BooleanValue(true));
    for (const auto& point : points)
    {
        variable->CDF(double(point.size), point.probability);
    }
    return variable;
}

const std::vector<CsvColumn>&
GetFlowSizesColumns()
{
    static const std::vector<CsvColumn> columns = {{"size", true}, {"probability", true}};
    return columns;
}

std::shared_ptr<const FlowSizes>
ReadFlowSizes(std::shared_ptr<const CsvTable> table, const std::string& name)
{
    auto sizes = std::make_shared<FlowSizes>();
    sizes->name = name;
    for (size_t i = 0; i < table->GetRowCount(); ++i)
    {
        RowReader row(table, i);
        FlowSizes::Point point;
        point.size = row.Get("size",
                             [](const std::string& text)
                             {
                                 return ParseSize(text, Bound::POSITIVE);
                             });
        point.probability = row.Get("probability",
                                    [](const std::string& text)
                                    {
                                        return ParseNumber(text, 0, 1);
                                    });
        const uint64_t least = i == 0 ? RpcHeader::SIZE : sizes->points.back().size;
        if (point.size < least || point.size > UINT32_MAX)
        {
            row.Fail("size",
                     "a size from " + std::to_string(least) + "B to " + std::to_string(UINT32_MAX) +
                         "B");
        }
        if (point.probability <= (i == 0 ? 0 : sizes->points.back().probability))
        {
            row.Fail("probability", i == 0 ? "one above 0" : "one above that of the line before");
        }
        sizes->points.push_back(point);
    }
    if (sizes->points.empty())
    {
        throw ScenarioError(table->GetStart(), "no row", "points of a distribution");
    }
    if (sizes->points.back().probability != 1)
    {
        RowReader(table, table->GetRowCount() - 1).Fail("probability", "1 in the last line");
    }
    return sizes;
}

} // namespace vmm
} // namespace ns3
