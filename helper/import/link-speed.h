// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_LINK_SPEED_H
#define VMM_LINK_SPEED_H

#include "ns3/data-rate.h"

#include <optional>
#include <string>

namespace ns3
{
namespace vmm
{

/**
 * Reads a rate out of what people write on links: a number with k, M, G or T behind it (`10 Gbps`,
 * `2.5G`, `10GE`, `155-622 Mbps`: the first that has a unit), `OC-n` and `STM-n` (n x 51.84 and
 * n x 155.52 Mbit/s, ITU-T G.707), `T1`, `DS1`, `T3`, `DS3`, `E1`, `E3` (ITU-T G.702), `FE`, `GE`
 * and `GigE` (IEEE 802.3).
 *
 * @param label any text, of which the first 200 characters count
 * @return the rate, none if there is none in it
 */
std::optional<DataRate> ParseLinkLabel(const std::string& label);

} // namespace vmm
} // namespace ns3

#endif // VMM_LINK_SPEED_H
