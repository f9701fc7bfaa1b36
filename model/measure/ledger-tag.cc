// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/ledger-tag.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(LedgerTag);

LedgerTag::LedgerTag(uint32_t id)
    : m_id(id)
{
}

TypeId
LedgerTag::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::LedgerTag")
                            .SetParent<Tag>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<LedgerTag>();
    return tid;
}

TypeId
LedgerTag::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
LedgerTag::GetSerializedSize() const
{
    return 4;
}

void
LedgerTag::Serialize(TagBuffer buffer) const
{
    buffer.WriteU32(m_id);
}

void
LedgerTag::Deserialize(TagBuffer buffer)
{
    m_id = buffer.ReadU32();
}

void
LedgerTag::Print(std::ostream& os) const
{
    os << "ledger id " << m_id;
}

} // namespace vmm
} // namespace ns3
