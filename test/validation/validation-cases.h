// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VALIDATION_CASES_H
#define VMM_VALIDATION_CASES_H

#include "achelous-cases.h"
#include "qemu-cases.h"
#include "series-cases.h"
#include "validation-row.h"
#include "xen-cases.h"

#include <string>
#include <vector>

namespace ns3
{
namespace vmm
{

/// Cases that belong together.
struct ValidationGroup
{
    const char* name;                                    //!< of the test
    ValidationTable (*run)(const std::string& measured); //!< @param measured scenarios/validation
};

/// @return all groups: what the tests check and what the table of doc/validation.md shows
inline const std::vector<ValidationGroup>&
GetValidationGroups()
{
    static const std::vector<ValidationGroup> groups = {
        {"QemuPredictor", &ValidateQemu},
        {"QemuFluid", &ValidateQemuFluid},
        {"QemuOverTcp", &ValidateQemuOverTcp},
        {"XenRounds", &ValidateXen},
        {"XenMoves", &ValidateXenMoves},
        {"XenWebServer",
         [](const std::string&)
         {
             return ValidateXenWebServer();
         }},
        {"GeometricSeries",
         [](const std::string&)
         {
             return ValidateSeries();
         }},
        {"AchelousRedirect",
         [](const std::string&)
         {
             return ValidateAchelous();
         }},
    };
    return groups;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_VALIDATION_CASES_H
