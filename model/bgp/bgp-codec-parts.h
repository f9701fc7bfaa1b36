// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_CODEC_PARTS_H
#define VMM_BGP_CODEC_PARTS_H

#include "ns3/bgp-codec.h"
#include "ns3/bgp-octets.h"

#include <vector>

/**
 * @file
 * What the files of the codec share. Nobody else includes it.
 */

namespace ns3
{
namespace vmm
{

/**
 * @param body what follows the header, at least 10 octets
 * @return an OPEN or an error OPEN (RFC 4271 section 6.2)
 */
BgpDecodeResult DecodeBgpOpen(BgpReader body);
/**
 * @param body what follows the header, at least 4 octets
 * @param options what the two sides agreed on
 * @return UPDATE with outcome, or an error UPDATE
 */
BgpDecodeResult DecodeBgpUpdate(BgpReader body, const BgpCodecOptions& options);

/// @return a header without length
std::vector<uint8_t> StartBgpMessage(BgpMessageType type);
/// @param out a whole message. @return it with its length
std::vector<uint8_t> FinishBgpMessage(std::vector<uint8_t> out);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_CODEC_PARTS_H
