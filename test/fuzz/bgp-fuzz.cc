// SPDX-License-Identifier: GPL-2.0-only
// libFuzzer target of the BGP codec and framer. Any octets decode without a crash; what decodes
// encodes to octets that decode to the same. The first octet chooses what the two sides agreed on
// and whether the rest is one message with its header, a type and a body (the header is made
// right), or a stream.
#include "../bgp/bgp-round-trip.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

using namespace ns3::vmm;

namespace
{

void
Require(const std::string& wrong)
{
    if (!wrong.empty())
    {
        std::fprintf(stderr, "%s\n", wrong.c_str());
        std::abort();
    }
}

/// @return a message of body, whose first octet is the type
std::vector<uint8_t>
WithHeader(const uint8_t* body, size_t size)
{
    std::vector<uint8_t> octets(16, 0xff);
    octets.push_back((size + 18) >> 8);
    octets.push_back(size + 18);
    octets.insert(octets.end(), body, body + size);
    return octets;
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    if (size < 2 || size > 8192)
    {
        return 0;
    }
    BgpCodecOptions options;
    options.fourOctetAs = data[0] & 1;
    options.extendedMessage = data[0] & 2;
    options.internal = data[0] & 4;
    if ((data[0] & 0x18) == 0x08)
    {
        Require(CheckBgpOctets(std::vector<uint8_t>(data + 1, data + size), options));
    }
    else if ((data[0] & 0x18) == 0x18)
    {
        // Several messages: each begins with its length, so that headers can be made right.
        std::vector<uint8_t> stream;
        for (size_t at = 2; at + 1 < size;)
        {
            const size_t length = std::min<size_t>(std::max<size_t>(data[at], 1), size - at - 1);
            const auto message = WithHeader(data + at + 1, length);
            stream.insert(stream.end(), message.begin(), message.end());
            at += 1 + length;
        }
        Require(CheckBgpFraming(stream, 1 + data[1]));
        Require(CheckBgpFraming(std::vector<uint8_t>(data + 1, data + size), 1 + data[1]));
    }
    else
    {
        Require(CheckBgpOctets(WithHeader(data + 1, size - 1), options));
    }
    return 0;
}
