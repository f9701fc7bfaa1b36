// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-method.h"

#include "ns3/object-factory.h"

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
    TypeId type;
    if (!TypeId::LookupByNameFailSafe(name == "pre-copy" ? "ns3::vmm::PreCopy" : name, &type) ||
        !type.IsChildOf(CopyMethod::GetTypeId()) || !type.HasConstructor())
    {
        throw std::invalid_argument("found copy method '" + name + "', expected pre-copy");
    }
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory.Create<CopyMethod>();
}

} // namespace vmm
} // namespace ns3
