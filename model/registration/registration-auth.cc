// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/registration-auth.h"

#include <algorithm>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdexcept>

namespace ns3
{
namespace vmm
{

RegistrationMac
ComputeRegistrationMac(const std::string& key, const uint8_t* data, size_t size)
{
    std::array<uint8_t, EVP_MAX_MD_SIZE> digest;
    unsigned int length = 0;
    if (!HMAC(EVP_sha256(),
              key.data(),
              static_cast<int>(key.size()),
              data,
              size,
              digest.data(),
              &length) ||
        length != 32)
    {
        throw std::runtime_error("HMAC-SHA-256 failed");
    }
    RegistrationMac mac;
    std::copy_n(digest.begin(), mac.size(), mac.begin());
    return mac;
}

bool
RegistrationMacEqual(const RegistrationMac& a, const uint8_t* b)
{
    return CRYPTO_memcmp(a.data(), b, a.size()) == 0;
}

} // namespace vmm
} // namespace ns3
