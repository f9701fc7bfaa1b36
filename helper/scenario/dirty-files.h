// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_DIRTY_FILES_H
#define VMM_DIRTY_FILES_H

#include "ns3/csv-table.h"
#include "ns3/row-reader.h"
#include "ns3/scenario.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Reads one file of a scenario folder. @param name within the folder @param columns it may have
using FolderFileReader = std::function<std::shared_ptr<const CsvTable>(
    const std::string& name, const std::vector<CsvColumn>& columns)>;

/**
 * Reads the columns of a row that say how a VM writes to its memory, for the models that need
 * nothing but numbers: `constant` and `working-set`.
 * @param row of vms.csv or of a file of phases
 * @param rateColumn name of the column with the constant or cold rate
 * @param dirty gets the values; dirty.kind is set already
 * @throws ScenarioError at a field that is missing, wrong or not wanted
 */
void ReadDirtyNumbers(const RowReader& row, const std::string& rateColumn, DirtyRow& dirty);

/**
 * The files that vms.csv names in its column dirty_file: measured curves, lists of rounds, phases.
 * Each is read once, whatever the number of VMs that name it.
 *
 * | dirty_model | columns of the file |
 * |---|---|
 * | sampled | period,pages: distinct pages written that long after the start of watching |
 * | rounds | round,bytes: from 1 on; memory written during that round of a copy |
 * | phases | start,model; rate,hot_set,hot_rate,hot_pattern,file: as in vms.csv, from start on |
 */
class DirtyFiles
{
  public:
    /// @param read reads a file of the folder
    explicit DirtyFiles(FolderFileReader read);

    /**
     * Fills in what the file of a row says.
     * @param row of vms.csv or of a file of phases
     * @param fileColumn name of the column with the file's name
     * @param dirty its kind is SAMPLED, ROUNDS or PHASES
     * @throws ScenarioError at a wrong name, or in the file
     */
    void Fill(const RowReader& row, const std::string& fileColumn, DirtyRow& dirty);

  private:
    /// @param name of a file @return its rows as a curve; throws ScenarioError
    std::vector<DirtySample> ReadCurve(const std::string& name) const;
    /// @param name of a file @return its rows as rounds; throws ScenarioError
    std::vector<uint64_t> ReadRounds(const std::string& name) const;
    /// @param name of a file @return its rows as phases; throws ScenarioError
    std::vector<DirtyPhaseRow> ReadPhases(const std::string& name);

    FolderFileReader m_read;                                    //!< reads a file
    std::map<std::string, std::vector<DirtySample>> m_curves;   //!< by name
    std::map<std::string, std::vector<uint64_t>> m_rounds;      //!< by name
    std::map<std::string, std::vector<DirtyPhaseRow>> m_phases; //!< by name
};

} // namespace vmm
} // namespace ns3

#endif // VMM_DIRTY_FILES_H
