// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_RUN_MANIFEST_H
#define VMM_RUN_MANIFEST_H

#include "ns3/nstime.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Names and values, in order.
using SettingList = std::vector<std::pair<std::string, std::string>>;

/**
 * What a run was: enough to make it again. Goes to run.json, the only output that differs between
 * two equal runs (by wall time and memory). Holds no path of this machine but what the user gave on
 * the command line.
 */
struct RunManifest
{
    std::vector<std::string> commandLine; //!< as given
    std::string scenario;                 //!< name
    std::string scheme;                   //!< name and options
    uint64_t seed = 0;                    //!< of the run
    std::string scenarioHash;             //!< over the scenario's files
    std::string buildId;                  //!< of the program
    SettingList settings;                 //!< all, resolved
    SettingList attributes;               //!< see ListNonDefaultAttributes
    SettingList flowApplications;         //!< application of each flow
    Time duration;                        //!< simulated
    uint64_t events = 0;                  //!< executed
    double wallSeconds = 0;               //!< the run took
    std::string moduleVersion;            //!< of vm-mobility
    std::vector<std::string> violations;  //!< why the run failed; empty if it did not
    std::vector<std::string> warnings;    //!< what is worth a look and no reason to fail
};

/**
 * @return the ns-3 attributes whose initial value is not the one they were compiled with, as
 *         "ns3::Class::Name" and value, sorted by name
 */
SettingList ListNonDefaultAttributes();
/// @return ns-3's version, for instance "3.37"
std::string GetNs3Version();
/// @return name and version of the compiler of this library
std::string GetCompilerVersion();
/// @return the most memory this process has had, octets
uint64_t GetPeakMemory();
/**
 * @param text UTF-8
 * @return text as a JSON string with its quotes (RFC 8259 section 7)
 */
std::string QuoteJson(const std::string& text);
/**
 * @param manifest what a run was
 * @return run.json as text
 */
std::string FormatRunJson(const RunManifest& manifest);
/**
 * Writes run.json, with versions and peak memory of this process.
 * @param path where
 * @param manifest what a run was
 * @throws std::runtime_error if it cannot be written
 */
void WriteRunJson(const std::string& path, const RunManifest& manifest);

} // namespace vmm
} // namespace ns3

#endif // VMM_RUN_MANIFEST_H
