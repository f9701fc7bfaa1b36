// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/rpc-header.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(RpcHeader);

RpcHeader::RpcHeader(uint32_t requestSize, uint32_t responseSize)
    : m_requestSize(requestSize),
      m_responseSize(responseSize)
{
}

TypeId
RpcHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::RpcHeader")
                            .SetParent<Header>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<RpcHeader>();
    return tid;
}

TypeId
RpcHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
RpcHeader::GetSerializedSize() const
{
    return SIZE;
}

void
RpcHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteHtonU32(m_requestSize);
    start.WriteHtonU32(m_responseSize);
}

uint32_t
RpcHeader::Deserialize(Buffer::Iterator start)
{
    m_requestSize = start.ReadNtohU32();
    m_responseSize = start.ReadNtohU32();
    return SIZE;
}

void
RpcHeader::Print(std::ostream& os) const
{
    os << "request " << m_requestSize << " response " << m_responseSize;
}

} // namespace vmm
} // namespace ns3
