// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/topology-types.h"

#include <array>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

namespace
{

/// Names in the order of the enumeration.
const std::array<const char*, 12> ROLE_NAMES = {"server",
                                                "leaf",
                                                "spine",
                                                "edge",
                                                "aggregation",
                                                "core",
                                                "border",
                                                "wan",
                                                "switch",
                                                "router",
                                                "host",
                                                "management"};

} // namespace

const char*
NodeRoleName(NodeRole role)
{
    return ROLE_NAMES.at(static_cast<size_t>(role));
}

NodeRole
ParseNodeRole(const std::string& name)
{
    for (size_t i = 0; i < ROLE_NAMES.size(); i++)
    {
        if (name == ROLE_NAMES[i])
        {
            return static_cast<NodeRole>(i);
        }
    }
    std::string known;
    for (const char* role : ROLE_NAMES)
    {
        known += known.empty() ? role : std::string(", ") + role;
    }
    throw std::invalid_argument("found role \"" + name + "\", expected one of " + known);
}

} // namespace vmm
} // namespace ns3
