// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_ROWS_H
#define VMM_SCENARIO_ROWS_H

#include "ns3/dirty-files.h"
#include "ns3/row-reader.h"
#include "ns3/scenario.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// A file of a scenario folder.
struct ScenarioFile
{
    const char* name;               //!< "vms.csv"
    std::vector<CsvColumn> columns; //!< the columns it may have
};

/// @return vms.csv
const ScenarioFile& GetVmsFile();
/// @return traffic.csv
const ScenarioFile& GetTrafficFile();
/// @return moves.csv
const ScenarioFile& GetMovesFile();
/// @return orders.csv
const ScenarioFile& GetOrdersFile();
/// @return failures.csv
const ScenarioFile& GetFailuresFile();

/**
 * @param row a row with the columns method and transfer
 * @param type `hot`, `warm` or `cold`
 * @return the copy method: one that goes with the type, or the type's default
 * @throws ScenarioError if it is none of these
 */
std::string ReadCopyMethod(const RowReader& row, const std::string& type);
/**
 * @param row a row with the columns method and transfer
 * @param scenario its own transfer is the default
 * @return what carries the copy
 * @throws ScenarioError if there is none of that name
 */
std::string ReadTransfer(const RowReader& row, const Scenario& scenario);

/*
 * Each of these reads one file into a scenario whose earlier parts are there already: settings and
 * topology, then VMs, then the rest. All of them throw a ScenarioError at the first field that is
 * wrong in itself or does not fit what was read before.
 */

/**
 * Fills scenario.vms.
 * @param tables vms.csv, and others that are like it; names are unique over all
 * @param read reads the files that they name
 * @param scenario with its topology
 */
void ReadVms(const std::vector<std::shared_ptr<const CsvTable>>& tables,
             const FolderFileReader& read,
             Scenario& scenario);
/**
 * Opens a file of flow sizes.
 * @param name of the file
 * @return its table, null if there is no such file
 */
using FlowSizesLoader = std::function<std::shared_ptr<const CsvTable>(const std::string& name)>;

/// Where a distribution lies that is not in the scenario's own folder, relative to that.
constexpr const char* DISTRIBUTIONS_FOLDER = "../distributions";

/**
 * Adds to scenario.flows.
 * @param table traffic.csv, or another that is like it
 * @param scenario with its VMs
 * @param load opens the distributions that rows name
 */
void
ReadFlows(std::shared_ptr<const CsvTable> table, Scenario& scenario, const FlowSizesLoader& load);
/// @param table moves.csv @param scenario gets its moves, each with where its VM is by then
void ReadMoves(std::shared_ptr<const CsvTable> table, Scenario& scenario);
/// @param table orders.csv @param scenario gets its orders
void ReadOrders(std::shared_ptr<const CsvTable> table, Scenario& scenario);
/// @param table failures.csv @param scenario gets its failures
void ReadFailures(std::shared_ptr<const CsvTable> table, Scenario& scenario);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_ROWS_H
