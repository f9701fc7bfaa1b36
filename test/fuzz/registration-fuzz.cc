// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer target of the registration decoder. What decodes must encode to something that decodes
// to the same; what is to be answered must have an encodable answer. The first octet chooses
// whether a key is configured and, if so, whether the authenticator is made right first.
#include "ns3/binding-cache.h"
#include "ns3/registration-auth.h"
#include "ns3/registration-message.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

using namespace ns3;
using namespace ns3::vmm;

namespace
{

void
Require(bool holds)
{
    if (!holds)
    {
        std::abort();
    }
}

/// Makes the total length right, and the last 16 octets an authenticator over the rest.
void
Repair(std::vector<uint8_t>& octets, const std::string& key)
{
    if (octets.size() < REGISTRATION_HEADER_SIZE + 18)
    {
        return;
    }
    octets[2] = static_cast<uint8_t>(octets.size() >> 8);
    octets[3] = static_cast<uint8_t>(octets.size());
    octets[octets.size() - 18] = 13;
    octets[octets.size() - 17] = 16;
    std::fill(octets.end() - 16, octets.end(), 0);
    const auto mac = ComputeRegistrationMac(key, octets.data(), octets.size());
    std::copy(mac.begin(), mac.end(), octets.end() - 16);
}

/// A right request must find a registrar that neither throws nor loses count.
void
Register(const RegistrationMessage& request)
{
    BindingCache cache;
    const IpAddress from = Ipv4Address("10.0.0.1");
    for (int i = 0; i < 2; i++)
    {
        const auto decision = cache.Process(request, from, Seconds(i));
        Require(CheckRegistration(decision.MakeReplyTo(request)) == RegistrationFault::NONE);
        Require(decision.lifetime <= request.lifetime);
    }
    Require(cache.Expire(Seconds(1000000)).size() <= 1 && !cache.GetNextExpiry());
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size == 0 || size > 0xffff)
    {
        return 0;
    }
    const std::string key = data[0] & 1 ? "key" : "";
    // A copy of exactly the size, so that the sanitizer sees a read past the end.
    std::vector<uint8_t> octets(data + 1, data + size);
    if ((data[0] & 3) == 3)
    {
        Repair(octets, key);
    }
    else if (data[0] & 4 && octets.size() >= REGISTRATION_HEADER_SIZE)
    {
        octets[2] = static_cast<uint8_t>(octets.size() >> 8);
        octets[3] = static_cast<uint8_t>(octets.size());
    }
    const auto decoded = DecodeRegistration(octets.data(), octets.size(), key);
    if (decoded.verdict == RegistrationVerdict::OK)
    {
        const auto again = EncodeRegistration(decoded.message, key);
        Require(again.size() <= octets.size());
        const auto back = DecodeRegistration(again.data(), again.size(), key);
        Require(back.verdict == RegistrationVerdict::OK && back.message == decoded.message);
        const bool request = decoded.message.type == RegistrationType::REQUEST;
        if (request)
        {
            const auto refusal = MakeReply(decoded.message, RegistrationStatus::UNSPECIFIED);
            Require(CheckRegistration(refusal) == RegistrationFault::NONE);
        }
        if (request && decoded.message.role == RecipientRole::MANAGEMENT_NODE)
        {
            Register(decoded.message);
        }
    }
    else if (decoded.verdict == RegistrationVerdict::ANSWER)
    {
        Require(!octets.empty() && octets[0] == 0x11);
        EncodeRegistration(MakeReply(decoded.message, decoded.status), key);
    }
    else
    {
        Require(decoded.fault != RegistrationFault::NONE);
    }
    return 0;
}
