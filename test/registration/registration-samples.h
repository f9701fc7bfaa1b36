// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_REGISTRATION_SAMPLES_H
#define VMM_TEST_REGISTRATION_SAMPLES_H

#include "ns3/registration-message.h"

#include <random>

namespace ns3
{
namespace vmm
{

/// @return a request of an NVE for vm1, epoch 1, counter 0, 300 s
inline RegistrationMessage
SampleRequest(const std::string& vmId = "vm1", uint32_t epoch = 1, uint16_t counter = 0)
{
    RegistrationMessage request;
    request.sequence = MakeSequence(epoch, counter);
    request.lifetime = 75;
    request.flags = REGISTRATION_ADDRESS_KEPT;
    request.vmId = vmId;
    request.mac = Mac48Address("02:00:00:00:00:07");
    request.SetVmAddresses({IpAddress::FromString("10.0.1.5")});
    return request;
}

/// @return an address of either family
inline IpAddress
RandomAddress(std::mt19937& random)
{
    std::array<uint8_t, 16> octets;
    for (auto& octet : octets)
    {
        octet = static_cast<uint8_t>(random());
    }
    return IpAddress::FromBytes(octets.data(), random() % 2 ? 4 : 16);
}

/// @return some addresses
inline IpAddressList
RandomAddresses(std::mt19937& random, uint32_t atLeast)
{
    IpAddressList list;
    for (uint32_t n = atLeast + random() % 3; n > 0; n--)
    {
        list.push_back(RandomAddress(random));
    }
    return list;
}

/// @return a right message, request or reply, of any role
inline RegistrationMessage
RandomMessage(std::mt19937& random)
{
    RegistrationMessage message;
    const bool reply = random() % 3 == 0;
    message.type = reply ? RegistrationType::REPLY : RegistrationType::REQUEST;
    message.flags = random() & REGISTRATION_ALL_FLAGS;
    message.sequence = random();
    message.lifetime = message.HasFlag(REGISTRATION_DEREGISTER) ? 0 : 1 + random() % 65535;
    message.status = static_cast<RegistrationStatus>(reply ? random() % 256 : 0);
    message.role = static_cast<RecipientRole>(random() % 7);
    message.vnId = random() % 2 ? random() & 0xffffff : 0;
    message.vmId = std::string(1 + random() % 63, static_cast<char>('a' + random() % 26));
    uint8_t mac[6] = {2, 0, 0, 0, 0, static_cast<uint8_t>(random())};
    message.mac.emplace();
    message.mac->CopyFrom(mac);
    for (const auto& address : RandomAddresses(random, 1))
    {
        IpAddress other = RandomAddress(random);
        const bool change = random() % 3 == 0 && other.GetFamily() == address.GetFamily();
        message.addresses.push_back({address, change ? other : IpAddress()});
    }
    message.servingNve = RandomAddress(random);
    message.previousNves = RandomAddresses(random, 0);
    message.nextHops = RandomAddresses(random, 1);
    if (random() % 2)
    {
        message.dataCenter = static_cast<uint16_t>(random());
        message.timestamp = static_cast<uint64_t>(random()) << 32 | random();
    }
    if (random() % 2 || (reply && message.role == RecipientRole::RESOLVER))
    {
        message.bindingEpoch = static_cast<uint16_t>(random());
    }
    if (!reply && message.role == RecipientRole::RESOLVER)
    {
        message.addresses.resize(1);
        message.vmId.clear();
    }
    if (message.role == RecipientRole::REMOTE_NVE && message.HasFlag(REGISTRATION_WITHDRAW) &&
        random() % 2)
    {
        message.vmId.clear();
    }
    return message;
}

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_REGISTRATION_SAMPLES_H
