// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_FLOW_SIZES_H
#define VMM_FLOW_SIZES_H

#include "ns3/csv-table.h"
#include "ns3/ptr.h"
#include "ns3/random-variable-stream.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * A distribution of flow sizes: points of its cumulative distribution function, straight lines
 * between them, as ns-3's EmpiricalRandomVariable interpolates. A share of flows as large as the
 * first point's probability has exactly the first point's size.
 */
struct FlowSizes
{
    /// One point.
    struct Point
    {
        uint64_t size = 0;      //!< bytes
        double probability = 0; //!< of a flow of at most this size, above 0 to 1
    };

    std::string name;          //!< of the file, without `.csv`
    std::vector<Point> points; //!< both rising, the last with probability 1

    /// @return the expected size (bytes)
    double GetMean() const;
    /**
     * @param random false: the mean, always
     * @return a variable of sizes in bytes
     */
    Ptr<RandomVariableStream> MakeVariable(bool random) const;
};

/// @return the columns of a file of sizes: `size,probability`
const std::vector<CsvColumn>& GetFlowSizesColumns();

/**
 * @param table a file with these columns; sizes from 8B, the header of a request, to 4294967295B
 * @param name of the distribution
 * @return the distribution
 * @throws ScenarioError at the first field that is wrong
 */
std::shared_ptr<const FlowSizes> ReadFlowSizes(std::shared_ptr<const CsvTable> table,
                                               const std::string& name);

} // namespace vmm
} // namespace ns3

#endif // VMM_FLOW_SIZES_H
