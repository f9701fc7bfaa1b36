// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vxlan-header.h"

namespace ns3
{
namespace vmm
{

NS_OBJECT_ENSURE_REGISTERED(VxlanHeader);

namespace
{

constexpr uint8_t FLAG_I = 0x08;        //!< the VNI is valid
constexpr uint32_t VNI_MASK = 0xffffff; //!< 24 bits

} // namespace

VxlanHeader::VxlanHeader(uint32_t vni)
    : m_vni(vni & VNI_MASK),
      m_valid(true)
{
}

TypeId
VxlanHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::vmm::VxlanHeader")
                            .SetParent<Header>()
                            .SetGroupName("VmMobility")
                            .AddConstructor<VxlanHeader>();
    return tid;
}

TypeId
VxlanHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
VxlanHeader::GetSerializedSize() const
{
    return SIZE;
}

void
VxlanHeader::Serialize(Buffer::Iterator start) const
{
    start.WriteU8(m_valid ? FLAG_I : 0);
    start.WriteU8(0, 3);
    start.WriteHtonU32(m_vni << 8);
}

uint32_t
VxlanHeader::Deserialize(Buffer::Iterator start)
{
    m_valid = (start.ReadU8() & FLAG_I) != 0;
    start.Next(3);
    m_vni = start.ReadNtohU32() >> 8;
    return SIZE;
}

void
VxlanHeader::Print(std::ostream& os) const
{
    os << "vni " << m_vni << (m_valid ? "" : " (invalid)");
}

} // namespace vmm
} // namespace ns3
