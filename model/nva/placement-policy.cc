// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/placement-policy.h"

#include "ns3/object-factory.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(PlacementPolicy);

namespace
{

/// @return the types behind the short names
const std::map<std::string, std::string>&
Types()
{
    static const std::map<std::string, std::string> types = {
        {"first-fit", "ns3::vmm::FirstFitPlacement"},
        {"locality", "ns3::vmm::LocalityPlacement"},
        {"spread", "ns3::vmm::SpreadPlacement"}};
    return types;
}

} // namespace

TypeId
PlacementPolicy::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::PlacementPolicy").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

PlacementPolicy::PlacementPolicy() = default;

PlacementPolicy::~PlacementPolicy() = default;

std::vector<std::string>
PlacementPolicy::Rank(const PlacementRequest& request,
                      const std::vector<PlacementCandidate>& candidates) const
{
    std::vector<PlacementCandidate> fitting;
    for (const auto& candidate : candidates)
    {
        if (candidate.freeMemory >= request.memory && candidate.freeVcpus >= request.vcpus)
        {
            fitting.push_back(candidate);
        }
    }
    Order(request, fitting);
    std::vector<std::string> names;
    for (const auto& candidate : fitting)
    {
        names.push_back(candidate.place.server);
    }
    return names;
}

const std::vector<std::string>&
PlacementPolicy::GetNames()
{
    static const std::vector<std::string> names = []
    {
        std::vector<std::string> all;
        for (const auto& [name, type] : Types())
        {
            all.push_back(name);
        }
        return all;
    }();
    return names;
}

Ptr<PlacementPolicy>
PlacementPolicy::Create(const std::string& name)
{
    const auto known = Types().find(name);
    TypeId type;
    if (!TypeId::LookupByNameFailSafe(known == Types().end() ? name : known->second, &type) ||
        !type.IsChildOf(GetTypeId()) || !type.HasConstructor())
    {
        throw std::invalid_argument("found placement policy '" + name +
                                    "', expected first-fit, locality or spread");
    }
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory.Create<PlacementPolicy>();
}

double
GetFreeShare(const PlacementCandidate& candidate)
{
    if (candidate.memory == 0 || candidate.vcpus == 0)
    {
        return 0;
    }
    return std::min(double(candidate.freeMemory) / double(candidate.memory),
                    double(candidate.freeVcpus) / double(candidate.vcpus));
}

} // namespace vmm
} // namespace ns3
