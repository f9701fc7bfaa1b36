// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/registration-message.h"
#include "ns3/registration-options.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

bool
IsVmIdText(const std::string& text)
{
    size_t i = 0;
    while (i < text.size())
    {
        const auto lead = static_cast<uint8_t>(text[i]);
        const size_t more = lead < 0x80                    ? 0
                            : lead >= 0xc2 && lead <= 0xdf ? 1
                            : lead >= 0xe0 && lead <= 0xef ? 2
                            : lead >= 0xf0 && lead <= 0xf4 ? 3
                                                           : text.size();
        if (more >= text.size() - i)
        {
            return false;
        }
        for (size_t k = 1; k <= more; k++)
        {
            const auto next = static_cast<uint8_t>(text[i + k]);
            // The octet after the lead has a narrower range where 80-BF would allow an overlong
            // form, a surrogate or a value above 10FFFF.
            const uint8_t low = k == 1 && lead == 0xe0   ? 0xa0
                                : k == 1 && lead == 0xf0 ? 0x90
                                                         : 0x80;
            const uint8_t high = k == 1 && lead == 0xed   ? 0x9f
                                 : k == 1 && lead == 0xf4 ? 0x8f
                                                          : 0xbf;
            if (next < low || next > high)
            {
                return false;
            }
        }
        i += more + 1;
    }
    return true;
}

namespace
{

/// Writes octets, network order.
class Writer
{
  public:
    /// Appends the low octets of value.
    void Put(uint64_t value, size_t octets)
    {
        while (octets-- > 0)
        {
            m_octets.push_back(static_cast<uint8_t>(value >> (8 * octets)));
        }
    }

    /// Appends an option.
    void PutOption(uint8_t type, const void* value, size_t size)
    {
        Put(type, 1);
        Put(size, 1);
        const auto* octets = static_cast<const uint8_t*>(value);
        m_octets.insert(m_octets.end(), octets, octets + size);
    }

    /// Appends an option that holds an integer.
    void PutOption(uint8_t type, uint64_t value, size_t octets)
    {
        Put(type, 1);
        Put(octets, 1);
        Put(value, octets);
    }

    /// Appends an option that holds an address.
    void PutOption(uint8_t type, const IpAddress& address)
    {
        if (!address)
        {
            throw std::invalid_argument("registration: found no address in an address option");
        }
        PutOption(type, address.GetBytes(), address.GetSize());
    }

    std::vector<uint8_t> m_octets; //!< what was written
};

/// @throws std::invalid_argument for fields that have no encoding
void
CheckFields(const RegistrationMessage& message)
{
    if (message.vmId.size() > REGISTRATION_MAX_VM_ID || !IsVmIdText(message.vmId))
    {
        throw std::invalid_argument("registration: found a VM-ID of " +
                                    std::to_string(message.vmId.size()) +
                                    " octets, expected at most 63 octets of UTF-8");
    }
    if (message.vnId > 0xffffff)
    {
        throw std::invalid_argument("registration: found VN-ID " + std::to_string(message.vnId) +
                                    ", expected at most 16777215");
    }
}

/// Writes options 3 to 6.
void
PutAddresses(Writer& writer, const std::vector<RegistrationAddress>& addresses)
{
    for (const auto& item : addresses)
    {
        writer.PutOption(item.address.IsIpv4() ? REGISTRATION_OPTION_IPV4
                                               : REGISTRATION_OPTION_IPV6,
                         item.address);
        if (!item.newAddress)
        {
            continue;
        }
        if (item.newAddress.GetFamily() != item.address.GetFamily())
        {
            throw std::invalid_argument("registration: found new address " +
                                        item.newAddress.ToString() + " for " +
                                        item.address.ToString() + ", expected the same family");
        }
        writer.PutOption(item.newAddress.IsIpv4() ? REGISTRATION_OPTION_NEW_IPV4
                                                  : REGISTRATION_OPTION_NEW_IPV6,
                         item.newAddress);
    }
}

/// Writes all options but the authenticator.
void
PutOptions(Writer& writer, const RegistrationMessage& message)
{
    if (!message.vmId.empty())
    {
        writer.PutOption(REGISTRATION_OPTION_VM_ID, message.vmId.data(), message.vmId.size());
    }
    if (message.mac)
    {
        std::array<uint8_t, 6> mac;
        message.mac->CopyTo(mac.data());
        writer.PutOption(REGISTRATION_OPTION_MAC, mac.data(), mac.size());
    }
    PutAddresses(writer, message.addresses);
    if (message.servingNve)
    {
        writer.PutOption(REGISTRATION_OPTION_SERVING_NVE, message.servingNve);
    }
    for (const auto& nve : message.previousNves)
    {
        writer.PutOption(REGISTRATION_OPTION_PREVIOUS_NVE, nve);
    }
    for (const auto& hop : message.nextHops)
    {
        writer.PutOption(REGISTRATION_OPTION_NEXT_HOP, hop);
    }
    if (message.vnId != 0)
    {
        writer.PutOption(REGISTRATION_OPTION_VN_ID, message.vnId, 3);
    }
    if (message.dataCenter)
    {
        writer.PutOption(REGISTRATION_OPTION_DATA_CENTER, *message.dataCenter, 2);
    }
    if (message.timestamp)
    {
        writer.PutOption(REGISTRATION_OPTION_TIMESTAMP, *message.timestamp, 8);
    }
    if (message.bindingEpoch)
    {
        writer.PutOption(REGISTRATION_OPTION_BINDING_EPOCH, *message.bindingEpoch, 2);
    }
}

} // namespace

std::vector<uint8_t>
EncodeRegistration(const RegistrationMessage& message, const std::string& key)
{
    CheckFields(message);
    const bool reply = message.type == RegistrationType::REPLY;
    Writer writer;
    writer.Put(REGISTRATION_VERSION << 4 | static_cast<uint8_t>(message.type), 1);
    writer.Put(message.flags & REGISTRATION_ALL_FLAGS, 1);
    writer.Put(0, 2);
    writer.Put(message.sequence, 4);
    writer.Put(message.lifetime, 2);
    writer.Put(reply ? static_cast<uint8_t>(message.status) : 0, 1);
    writer.Put(static_cast<uint8_t>(message.role), 1);
    PutOptions(writer, message);
    if (!key.empty())
    {
        const RegistrationMac zero{};
        writer.PutOption(REGISTRATION_OPTION_AUTHENTICATOR, zero.data(), zero.size());
    }
    auto& octets = writer.m_octets;
    if (octets.size() > REGISTRATION_MAX_SIZE)
    {
        throw std::invalid_argument("registration: found a message of " +
                                    std::to_string(octets.size()) +
                                    " octets, expected at most 65507");
    }
    octets[2] = static_cast<uint8_t>(octets.size() >> 8);
    octets[3] = static_cast<uint8_t>(octets.size());
    if (!key.empty())
    {
        const auto mac = ComputeRegistrationMac(key, octets.data(), octets.size());
        std::copy(mac.begin(), mac.end(), octets.end() - REGISTRATION_MAC_SIZE);
    }
    return std::move(octets);
}

} // namespace vmm
} // namespace ns3
