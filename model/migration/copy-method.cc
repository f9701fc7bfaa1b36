// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-method.h"

#include "ns3/object-factory.h"

#include <map>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(CopyMethod);

TypeId
CopyMethod::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::CopyMethod").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

CopyMethod::~CopyMethod() = default;

Ptr<CopyMethod>
CopyMethod::Create(const std::string& name)
{
    static const std::map<std::string, std::string> types = {
        {"pre-copy", "ns3::vmm::PreCopy"},
        {"post-copy", "ns3::vmm::PostCopy"},
        {"hybrid", "ns3::vmm::HybridCopy"},
        {"stop-and-copy", "ns3::vmm::StopAndCopy"},
        {"checkpoint", "ns3::vmm::Checkpoint"}};
    const auto known = types.find(name);
    TypeId type;
    if (!TypeId::LookupByNameFailSafe(known == types.end() ? name : known->second, &type) ||
        !type.IsChildOf(CopyMethod::GetTypeId()) || !type.HasConstructor())
    {
        throw std::invalid_argument("found copy method '" + name +
                                    "', expected pre-copy, post-copy, hybrid, stop-and-copy or "
                                    "checkpoint");
    }
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory.Create<CopyMethod>();
}

} // namespace vmm
} // namespace ns3
