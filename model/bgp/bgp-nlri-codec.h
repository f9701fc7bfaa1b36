// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_NLRI_CODEC_H
#define VMM_BGP_NLRI_CODEC_H

#include "ns3/ip-prefix.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3
{
namespace vmm
{

/**
 * Decodes a field of prefixes (RFC 4271 section 4.3). Host bits are cleared.
 * @param data first octet
 * @param size octets of the field
 * @param addressSize 4 or 16
 * @return the prefixes; none if a length is above that of an address or the last prefix is cut
 * short (RFC 7606 section 5.3)
 */
std::optional<std::vector<IpPrefix>>
DecodeBgpNlri(const uint8_t* data, size_t size, size_t addressSize);
/// @return how many octets the prefix takes in an NLRI field: 1 to 17
size_t GetBgpNlriSize(const IpPrefix& prefix);
/**
 * Appends a prefix.
 * @param out NLRI field
 * @param prefix either family
 */
void PutBgpNlri(std::vector<uint8_t>& out, const IpPrefix& prefix);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_NLRI_CODEC_H
