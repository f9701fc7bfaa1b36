// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/vm-spec.h"

#include <algorithm>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

void
VmSpec::Validate() const
{
    const auto refuse = [this](const std::string& what)
    {
        throw std::invalid_argument("VM \"" + id + "\": " + what);
    };
    if (id.empty() || id.size() > 63)
    {
        refuse("its id must have 1 to 63 octets, found " + std::to_string(id.size()));
    }
    if (vn >= (1U << 24))
    {
        refuse("its virtual network must be below 2^24, found " + std::to_string(vn));
    }
    if (mac.IsGroup() || mac == Mac48Address("00:00:00:00:00:00") || mac == GatewayMac())
    {
        refuse("its MAC address must be unicast and not the gateway's");
    }
    if (addresses.empty())
    {
        refuse("it needs an address");
    }
    for (auto i = addresses.begin(); i != addresses.end(); ++i)
    {
        if (!*i || std::find(addresses.begin(), i, *i) != i)
        {
            refuse("address " + i->ToString() + " is empty or there twice");
        }
    }
    if (memory == 0 || vcpus == 0)
    {
        refuse("memory and vcpus must not be 0");
    }
    if (mtu < 68)
    {
        refuse("its MTU must be at least 68, found " + std::to_string(mtu));
    }
}

Mac48Address
VmMac(uint32_t index)
{
    if (index >= (1U << 24))
    {
        throw std::invalid_argument("VM index must be below 2^24, found " + std::to_string(index));
    }
    const uint8_t bytes[6] = {0x02,
                              0x56,
                              0x4d,
                              static_cast<uint8_t>(index >> 16),
                              static_cast<uint8_t>(index >> 8),
                              static_cast<uint8_t>(index)};
    Mac48Address mac;
    mac.CopyFrom(bytes);
    return mac;
}

Mac48Address
GatewayMac()
{
    return Mac48Address("02:00:00:00:00:01");
}

Ipv4Address
GatewayIpv4()
{
    return Ipv4Address("169.254.1.1");
}

Ipv6Address
GatewayIpv6()
{
    return Ipv6Address("fe80::1");
}

} // namespace vmm
} // namespace ns3
