// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_BGP_AS_PATH_CODEC_H
#define VMM_BGP_AS_PATH_CODEC_H

#include "ns3/bgp-path-attributes.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace ns3
{
namespace vmm
{

/// AS_PATH as a value.
using BgpAsPath = std::vector<BgpAsPathSegment>;

/**
 * @param data value of AS_PATH or AS4_PATH
 * @param size its octets
 * @param asnOctets 2 or 4
 * @return the path; none if it is malformed: an unknown type of segment (those of confederations
 * included), an empty segment, octets missing or left over (RFC 7606 section 7.2), AS 0 (RFC 7607)
 */
std::optional<BgpAsPath> DecodeBgpAsPath(const uint8_t* data, size_t size, size_t asnOctets);
/**
 * @param path a path; segments of more than 255 are cut, empty ones left out
 * @param asnOctets 4, or 2 with AS_TRANS for what is above 65535
 * @return value of AS_PATH or AS4_PATH
 */
std::vector<uint8_t> EncodeBgpAsPath(const BgpAsPath& path, size_t asnOctets);
/// @return whether an AS number above 65535 is in it
bool NeedsBgpAs4Path(const BgpAsPath& path);
/**
 * Rebuilds the path that went through 2-octet speakers (RFC 6793 section 4.2.3): as many leading
 * numbers of asPath as as4Path is shorter, then as4Path.
 * @param asPath with AS_TRANS in it
 * @param as4Path the 4-octet numbers
 * @return the path; asPath itself if as4Path is the longer one
 */
BgpAsPath MergeBgpAs4Path(const BgpAsPath& asPath, const BgpAsPath& as4Path);

} // namespace vmm
} // namespace ns3

#endif // VMM_BGP_AS_PATH_CODEC_H
