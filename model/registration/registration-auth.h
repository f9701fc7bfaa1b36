// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_REGISTRATION_AUTH_H
#define VMM_REGISTRATION_AUTH_H

#include <array>
#include <cstdint>
#include <string>

namespace ns3
{
namespace vmm
{

/// HMAC-SHA-256-128: the first 16 octets of an HMAC-SHA-256 (RFC 2104, RFC 4868).
using RegistrationMac = std::array<uint8_t, 16>;

/**
 * @param key the shared key, any octets
 * @param data what is authenticated
 * @param size octets of data
 * @return the authenticator
 * @throws std::runtime_error if the cryptographic library fails
 */
RegistrationMac ComputeRegistrationMac(const std::string& key, const uint8_t* data, size_t size);

/**
 * Compares in a time that does not depend on where the two differ.
 *
 * @param a an authenticator
 * @param b 16 octets
 * @return whether they are equal
 */
bool RegistrationMacEqual(const RegistrationMac& a, const uint8_t* b);

} // namespace vmm
} // namespace ns3

#endif // VMM_REGISTRATION_AUTH_H
