// SPDX-License-Identifier: GPL-2.0-only
// Runs the validation cases and prints them as a Markdown table: what `./vmm validate` starts.
// Exits with status 1 if a figure is not within its tolerance.
#include "../../test/validation/validation-cases.h"

#include "ns3/command-line.h"

#include <exception>
#include <iostream>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

/// Prints a row of the table.
void
Print(const std::vector<std::string>& fields)
{
    for (const auto& field : fields)
    {
        std::cout << "| " << field << " ";
    }
    std::cout << "|" << std::endl;
}

} // namespace

int
main(int argc, char* argv[])
{
    std::string measured = "scenarios/validation";
    std::string filter;
    CommandLine command(__FILE__);
    command.Usage("Compares published results with ours and prints a Markdown table.");
    command.AddValue("measured", "Folder of the measured guests", measured);
    command.AddValue("filter", "Run only groups whose name contains this", filter);
    command.Parse(argc, argv);
    bool good = true;
    try
    {
        Print({"case", "source", "published", "ours", "difference", "tolerance", "within"});
        Print({"---", "---", "---", "---", "---", "---", "---"});
        for (const auto& group : GetValidationGroups())
        {
            if (std::string(group.name).find(filter) == std::string::npos)
            {
                continue;
            }
            const ValidationTable table = group.run(measured);
            for (const auto& row : table.GetRows())
            {
                good = good && row.within;
                Print({row.name,
                       row.source,
                       row.expected,
                       row.ours,
                       row.difference,
                       row.tolerance,
                       row.within ? "yes" : "**no**"});
            }
        }
    }
    catch (const std::exception& error)
    {
        std::cerr << "vmm-validate: " << error.what() << std::endl;
        return 2;
    }
    return good ? 0 : 1;
}
