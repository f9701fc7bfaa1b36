// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_SCENARIO_READINGS_H
#define VMM_SCENARIO_READINGS_H

#include "ns3/scenario-settings.h"

namespace ns3
{
namespace vmm
{

/**
 * Refuses settings of Redirect and Optimize that the scheme may know one by one but that make no
 * sense together with each other, with the underlay or with the address family, and readings of
 * the draft that have a name but are not there yet. The table, for a native fabric:
 *
 * | setting                   | makes sense with                                         |
 * |---------------------------|----------------------------------------------------------|
 * | Redirect=SourceOnly       | everything (a loop where routers lie between, counted)   |
 * | Redirect=Path             | everything                                               |
 * | Redirect=Tunnel           | everything                                               |
 * | Redirect=Fabric           | underlay=bgp, as only BGP carries the route to everyone  |
 * | Redirect=SourceRoute      | family=ipv6, as ns-3's IPv4 header has no options        |
 * | Redirect=LocatorRewrite   | no native fabric: it rewrites an overlay's outer address |
 * | Optimize=None             | everything                                               |
 * | Optimize=DefaultRouter    | everything but Redirect=Fabric, which tells it anyway    |
 * | Optimize=Bgp              | underlay=bgp                                             |
 * | Announcer=Nve             | underlay=bgp, bgp_servers=on                             |
 * | scheme=bgp-host-route     | underlay=bgp, bgp_servers=on                             |
 * | bgp_..., host_route_dcs   | underlay=bgp                                             |
 *
 * @param settings the settings of a run
 * @throws ScenarioError at the setting that does not fit
 */
void CheckReadings(const ScenarioSettings& settings);

} // namespace vmm
} // namespace ns3

#endif // VMM_SCENARIO_READINGS_H
