// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VN_TAG_H
#define VMM_VN_TAG_H

#include "ns3/tag.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * Packet tag with the virtual network that a packet of the node itself belongs to, on its way
 * through the loopback device: an ICMP error for a VM, which leaves by a tunnel.
 */
class VnTag : public Tag
{
  public:
    /// @param vn VN-ID
    explicit VnTag(uint32_t vn = 0);

    /// @return the type
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(TagBuffer buffer) const override;
    void Deserialize(TagBuffer buffer) override;
    void Print(std::ostream& os) const override;

    /// @return the VN-ID
    uint32_t GetVn() const
    {
        return m_vn;
    }

  private:
    uint32_t m_vn; //!< VN-ID
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VN_TAG_H
