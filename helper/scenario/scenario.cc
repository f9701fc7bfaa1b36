// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/scenario.h"

#include "ns3/attribute-value.h"

namespace ns3
{
namespace vmm
{

const char*
DirtyKindName(DirtyKind kind)
{
    switch (kind)
    {
    case DirtyKind::CONSTANT:
        return "constant";
    case DirtyKind::WORKING_SET:
        return "working-set";
    case DirtyKind::SAMPLED:
        return "sampled";
    case DirtyKind::ROUNDS:
        return "rounds";
    case DirtyKind::PHASES:
        return "phases";
    }
    return "?";
}

std::string
Scenario::GetSchemeOption(const std::string& attribute) const
{
    auto handle = AttributeHandle::Find(schemeType, attribute);
    auto found = handle ? settings.find(handle->GetFullName()) : settings.end();
    return found == settings.end() ? "" : found->second;
}

const VmRow*
Scenario::FindVm(const std::string& name) const
{
    auto found = vmPlaces.find(name);
    return found == vmPlaces.end() ? nullptr : &vms[found->second];
}

} // namespace vmm
} // namespace ns3
