// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VXLAN_HEADER_H
#define VMM_VXLAN_HEADER_H

#include "ns3/header.h"

#include <cstdint>

namespace ns3
{
namespace vmm
{

/**
 * The VXLAN header (RFC 7348 section 5): 8 octets, of which one has flags and three the VXLAN
 * network identifier. All reserved bits are sent as zero and ignored when received.
 *
 *     |R|R|R|R|I|R|R|R|            Reserved                           |
 *     |                VXLAN Network Identifier (VNI) |   Reserved    |
 */
class VxlanHeader : public Header
{
  public:
    static constexpr uint16_t PORT = 4789;   //!< UDP port (RFC 7348 section 8)
    static constexpr uint32_t SIZE = 8;      //!< octets
    static constexpr uint32_t OVERHEAD = 30; //!< octets with inner Ethernet and UDP header

    /// @param vni VXLAN network identifier, 24 bits
    explicit VxlanHeader(uint32_t vni = 0);

    /// @return the type
    static TypeId GetTypeId();
    TypeId GetInstanceTypeId() const override;
    uint32_t GetSerializedSize() const override;
    void Serialize(Buffer::Iterator start) const override;
    uint32_t Deserialize(Buffer::Iterator start) override;
    void Print(std::ostream& os) const override;

    /// @return the VXLAN network identifier
    uint32_t GetVni() const
    {
        return m_vni;
    }

    /// @return the I flag, without which the VNI is not valid; true in a header made here
    bool IsValid() const
    {
        return m_valid;
    }

  private:
    uint32_t m_vni; //!< 24 bits
    bool m_valid;   //!< flag I
};

} // namespace vmm
} // namespace ns3

#endif // VMM_VXLAN_HEADER_H
