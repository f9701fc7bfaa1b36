// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RESULT_FOLDER_H
#define VMM_RESULT_FOLDER_H

#include <cstdint>
#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * The folder that one run writes its results to. They are written into a temporary folder beside
 * it, which takes its place when the run is over; a run that fails leaves nothing behind.
 *
 * The same holds for a process that SIGINT, SIGTERM or SIGHUP ends, one folder at a time.
 *
 * A folder that is there already is only replaced when forced, and only if it is a result folder,
 * which is one that holds a run.json (or nothing at all).
 *
 * @code
 *   ResultFolder folder(ResultFolder::MakePath("results", "chain", "host-route", "", 1), false);
 *   WriteEverythingTo(folder.GetWorkPath());
 *   folder.Commit();
 * @endcode
 */
class ResultFolder
{
  public:
    /**
     * @param root folder of all results
     * @param scenario its name
     * @param scheme its name
     * @param settingsHash hash over the settings that differ from the scenario's own, or ""
     * @param seed the seed
     * @return root/scenario/scheme[-hash]/seed-N
     */
    static std::string MakePath(const std::string& root,
                                const std::string& scenario,
                                const std::string& scheme,
                                const std::string& settingsHash,
                                uint64_t seed);

    /**
     * Creates the temporary folder.
     * @param path where the results are to be
     * @param force whether results that are there already are replaced
     * @throws ScenarioError `path: found X, expected Y` if path exists and must stay, or if no
     *         folder can be created there
     */
    ResultFolder(const std::string& path, bool force);
    /// Removes the temporary folder, and parents that were created for it, unless committed.
    ~ResultFolder();
    ResultFolder(const ResultFolder&) = delete;
    ResultFolder& operator=(const ResultFolder&) = delete;

    /// @return the folder to write to until Commit()
    const std::string& GetWorkPath() const
    {
        return m_work;
    }

    /// @return where the results are after Commit()
    const std::string& GetPath() const
    {
        return m_path;
    }

    /**
     * Moves the results to their place, in the stead of earlier ones if forced.
     * @throws ScenarioError if that fails or something else stands there by now
     */
    void Commit();

  private:
    /// Throws unless m_path is free or may be replaced.
    void CheckTarget() const;
    /// Removes the temporary folder and the parents that were created.
    void Discard();

    std::string m_path;                 //!< final place
    std::string m_work;                 //!< temporary folder beside it; empty when gone
    std::vector<std::string> m_parents; //!< parents that were created, innermost first
    bool m_force;                       //!< whether earlier results are replaced
};

} // namespace vmm
} // namespace ns3

#endif // VMM_RESULT_FOLDER_H
