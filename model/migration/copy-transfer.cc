// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/copy-transfer.h"

#include "ns3/object-factory.h"

#include <map>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(CopyTransfer);

TypeId
CopyTransfer::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::vmm::CopyTransfer").SetParent<Object>().SetGroupName("VmMobility");
    return tid;
}

CopyTransfer::CopyTransfer() = default;

CopyTransfer::~CopyTransfer() = default;

void
CopyTransfer::DoDispose()
{
    m_onConnected = nullptr;
    m_onWritten = nullptr;
    m_onReceive = nullptr;
    m_onFailed = nullptr;
    Object::DoDispose();
}

void
CopyTransfer::SetConnectedCallback(Callback callback)
{
    m_onConnected = std::move(callback);
}

void
CopyTransfer::SetWrittenCallback(Callback callback)
{
    m_onWritten = std::move(callback);
}

void
CopyTransfer::SetReceiveCallback(ReceiveCallback callback)
{
    m_onReceive = std::move(callback);
}

void
CopyTransfer::SetFailedCallback(FailCallback callback)
{
    m_onFailed = std::move(callback);
}

bool
CopyTransfer::CarriesVirtualOctets() const
{
    return true;
}

Ptr<CopyTransfer>
CopyTransfer::Create(const std::string& name)
{
    static const std::map<std::string, std::string> types = {{"tcp", "ns3::vmm::TcpTransfer"},
                                                             {"fluid", "ns3::vmm::FluidTransfer"}};
    const auto known = types.find(name);
    TypeId type;
    if (!TypeId::LookupByNameFailSafe(known == types.end() ? name : known->second, &type) ||
        !type.IsChildOf(CopyTransfer::GetTypeId()) || !type.HasConstructor())
    {
        throw std::invalid_argument("found transfer '" + name + "', expected tcp or fluid");
    }
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory.Create<CopyTransfer>();
}

} // namespace vmm
} // namespace ns3
