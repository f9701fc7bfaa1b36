// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_REGISTRATION_OPTIONS_H
#define VMM_REGISTRATION_OPTIONS_H

#include "ns3/registration-auth.h"

#include <cstdint>
#include <string>
#include <tuple>

/**
 * @file
 * What the two halves of the registration codec share.
 */

namespace ns3
{
namespace vmm
{

/// Option types of a registration message.
enum RegistrationOption : uint8_t
{
    REGISTRATION_OPTION_VM_ID = 1,          //!< 1..63 octets of UTF-8
    REGISTRATION_OPTION_MAC = 2,            //!< 6 octets
    REGISTRATION_OPTION_IPV4 = 3,           //!< an address of the VM
    REGISTRATION_OPTION_IPV6 = 4,           //!< an address of the VM
    REGISTRATION_OPTION_NEW_IPV4 = 5,       //!< takes the place of the option 3 before it
    REGISTRATION_OPTION_NEW_IPV6 = 6,       //!< takes the place of the option 4 before it
    REGISTRATION_OPTION_SERVING_NVE = 7,    //!< 4 or 16 octets
    REGISTRATION_OPTION_PREVIOUS_NVE = 8,   //!< 4 or 16 octets
    REGISTRATION_OPTION_NEXT_HOP = 9,       //!< 4 or 16 octets
    REGISTRATION_OPTION_VN_ID = 10,         //!< 3 octets
    REGISTRATION_OPTION_DATA_CENTER = 11,   //!< 2 octets
    REGISTRATION_OPTION_TIMESTAMP = 12,     //!< 8 octets, ns
    REGISTRATION_OPTION_AUTHENTICATOR = 13, //!< 16 octets, last
    REGISTRATION_OPTION_BINDING_EPOCH = 14  //!< 2 octets
};

/// Version in the high 4 bits of octet 0.
constexpr uint8_t REGISTRATION_VERSION = 1;
/// Unknown options from this type on are skipped.
constexpr uint8_t REGISTRATION_FIRST_SKIPPED_OPTION = 128;
/// Octets of option 13.
constexpr size_t REGISTRATION_MAC_SIZE = std::tuple_size<RegistrationMac>::value;

/// @return whether text is well-formed UTF-8 (RFC 3629: shortest form, no surrogates)
bool IsVmIdText(const std::string& text);

} // namespace vmm
} // namespace ns3

#endif // VMM_REGISTRATION_OPTIONS_H
