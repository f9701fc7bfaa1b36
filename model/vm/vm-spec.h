// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_VM_SPEC_H
#define VMM_VM_SPEC_H

#include "ns3/mac48-address.h"
#include "ns3/vmm-ip-address.h"

#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * What everyone who deals with a VM may know of it: the part that management messages carry. It
 * does not change while the VM lives.
 */
struct VmSpec
{
    std::string id;                      //!< VM-ID, 1 to 63 octets, unique in a simulation
    uint32_t vn = 0;                     //!< virtual network, 24 bits
    Mac48Address mac;                    //!< of its network card
    IpAddressList addresses;             //!< at least one, of either family
    uint64_t memory = uint64_t(1) << 30; //!< octets, not 0
    uint32_t vcpus = 1;                  //!< virtual processors, not 0
    uint16_t mtu = 1500;                 //!< of its network card, octets, at least 68

    /// @throws std::invalid_argument with what is wrong, if anything is
    void Validate() const;
};

/**
 * @param index 0 to 2^24 - 1
 * @return a fixed MAC address for that VM, locally administered (02:56:4d:..)
 * @throws std::invalid_argument if index is out of range
 */
Mac48Address VmMac(uint32_t index);
/// @return the MAC address of the gateway, the same at every NVE
Mac48Address GatewayMac();
/// @return the IPv4 address of the gateway, 169.254.1.1, the same at every NVE
Ipv4Address GatewayIpv4();
/// @return the IPv6 address of the gateway, fe80::1, the same at every NVE
Ipv6Address GatewayIpv6();

} // namespace vmm
} // namespace ns3

#endif // VMM_VM_SPEC_H
