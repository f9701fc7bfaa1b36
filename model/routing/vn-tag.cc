// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vn-tag.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(VnTag);

VnTag::VnTag(uint32_t vn)
    : m_vn(vn)
{
}

TypeId
VnTag::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::VnTag")
                            .SetParent<Tag>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<VnTag>();
    return tid;
}

TypeId
VnTag::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
VnTag::GetSerializedSize() const
{
    return 4;
}

void
VnTag::Serialize(TagBuffer buffer) const
{
    buffer.WriteU32(m_vn);
}

void
VnTag::Deserialize(TagBuffer buffer)
{
    m_vn = buffer.ReadU32();
}

void
VnTag::Print(std::ostream& os) const
{
    os << "virtual network " << m_vn;
}

} // namespace vmm
} // namespace ns3
