// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/drop-cause.h"

#include <array>
#include <cstddef>

namespace ns3
{
namespace vmm
{

const char*
DropCauseName(DropCause cause)
{
    static constexpr std::array<const char*, DROP_CAUSE_COUNT> NAMES{
        "vm-stopped", "unplugged",     "no-route", "source-released", "departed",
        "early",      "ttl",           "queue",    "queue-disc",      "arp",
        "link-down",  "stale-mapping", "mtu",      "corrupted",       "fragment",
        "port",       "host",          "checksum", "rx-ring",         "other"};
    return NAMES[static_cast<size_t>(cause)];
}

} // namespace vmm
} // namespace ns3
