// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_TEST_REGISTRATION_OCTETS_H
#define VMM_TEST_REGISTRATION_OCTETS_H

#include "ns3/registration-message.h"

#include <string>
#include <vector>

/// Parts of messages as octets, to put together by hand.
namespace ns3
{
namespace vmm
{

using Octets = std::vector<uint8_t>;

inline RegistrationDecoded
Decode(const Octets& octets, const std::string& key = "")
{
    return DecodeRegistration(octets.data(), octets.size(), key);
}

/// Header of 12 octets with a right total length, then options.
inline Octets
Message(Octets header, const Octets& options)
{
    header.insert(header.end(), options.begin(), options.end());
    header[2] = static_cast<uint8_t>(header.size() >> 8);
    header[3] = static_cast<uint8_t>(header.size());
    return header;
}

inline const Octets REQUEST = {0x11, 1, 0, 0, 0, 1, 0, 2, 0, 75, 0, 0};
inline const Octets VM_ID = {1, 3, 'v', 'm', '1'};
inline const Octets MAC = {2, 6, 2, 0, 0, 0, 0, 7};
inline const Octets IPV4 = {3, 4, 10, 0, 1, 5};
inline const Octets IPV6 = {4, 16, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5};
inline const Octets SERVING = {7, 4, 10, 0, 0, 2};
inline const Octets NEXT_HOP = {9, 4, 10, 9, 0, 1};
inline const Octets VN_ID = {10, 3, 0, 0, 7};
inline const Octets EPOCH = {14, 2, 1, 4};

inline Octets
Join(const std::vector<Octets>& parts)
{
    Octets all;
    for (const auto& part : parts)
    {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

inline const Octets GOOD = Join({VM_ID, MAC, IPV4});

} // namespace vmm
} // namespace ns3

#endif // VMM_TEST_REGISTRATION_OCTETS_H
