// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vm-directory.h"

#include "ns3/simulator.h"
#include "ns3/vm.h"

#include <map>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// @return the table
std::map<std::string, Ptr<Vm>>&
Table()
{
    static std::map<std::string, Ptr<Vm>> table;
    return table;
}

} // namespace

void
VmDirectory::Add(Ptr<Vm> vm)
{
    if (Table().empty())
    {
        Simulator::ScheduleDestroy(&VmDirectory::Clear);
    }
    if (!Table().emplace(vm->GetId(), vm).second)
    {
        throw std::invalid_argument("there are two VMs with the id \"" + vm->GetId() + "\"");
    }
}

Ptr<Vm>
VmDirectory::Find(const std::string& id)
{
    const auto found = Table().find(id);
    return found == Table().end() ? nullptr : found->second;
}

std::vector<Ptr<Vm>>
VmDirectory::GetAll()
{
    std::vector<Ptr<Vm>> all;
    for (const auto& entry : Table())
    {
        all.push_back(entry.second);
    }
    return all;
}

void
VmDirectory::Clear()
{
    std::map<std::string, Ptr<Vm>> old;
    old.swap(Table());
    for (const auto& entry : old)
    {
        entry.second->Dispose();
    }
}

} // namespace vmm
} // namespace ns3
