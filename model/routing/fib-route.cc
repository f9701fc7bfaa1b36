// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/fib-route.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"

#include <array>

namespace ns3
{
namespace vmm
{

const char*
RouteOwnerName(RouteOwner owner)
{
    static constexpr std::array<const char*, ROUTE_OWNER_COUNT> NAMES{
        "static", "bgp", "mapping", "registration", "serving", "connected"};
    return NAMES[static_cast<size_t>(owner)];
}

const char*
RouteActionName(RouteAction action)
{
    static constexpr std::array<const char*, 4> NAMES{"forward", "discard", "tunnel", "punt"};
    return NAMES[static_cast<size_t>(action)];
}

const char*
FibActionName(FibAction action)
{
    static constexpr std::array<const char*, 3> NAMES{"add", "replace", "remove"};
    return NAMES[static_cast<size_t>(action)];
}

IpAddress
PuntedPacket::GetDestination() const
{
    if (family == IpFamily::IPV4)
    {
        Ipv4Header header;
        datagram->PeekHeader(header);
        return header.GetDestination();
    }
    Ipv6Header header;
    datagram->PeekHeader(header);
    return header.GetDestination();
}

Route
Route::Forward(std::vector<NextHop> nextHops, uint32_t epoch)
{
    Route route;
    route.action = RouteAction::FORWARD;
    route.nextHops = std::move(nextHops);
    route.epoch = epoch;
    return route;
}

Route
Route::Discard(DropCause cause, uint32_t epoch)
{
    Route route;
    route.action = RouteAction::DISCARD;
    route.cause = cause;
    route.epoch = epoch;
    return route;
}

Route
Route::Tunnel(const IpAddress& remote, uint32_t epoch)
{
    Route route;
    route.action = RouteAction::TUNNEL;
    route.tunnelRemote = remote;
    route.epoch = epoch;
    return route;
}

Route
Route::Vxlan(const IpAddress& remote, uint32_t vni, uint32_t epoch)
{
    Route route = Tunnel(remote, epoch);
    route.encapsulation = Encapsulation::VXLAN;
    route.vni = vni;
    return route;
}

Route
Route::Punt(PuntHandler handler, uint32_t epoch)
{
    Route route;
    route.action = RouteAction::PUNT;
    route.punt = std::move(handler);
    route.epoch = epoch;
    return route;
}

bool
Route::ForwardsLike(const Route& other) const
{
    return action == other.action && nextHops == other.nextHops &&
           tunnelRemote == other.tunnelRemote && encapsulation == other.encapsulation &&
           vni == other.vni && cause == other.cause;
}

std::string
Route::ToString() const
{
    switch (action)
    {
    case RouteAction::DISCARD:
        return std::string("discard:") + DropCauseName(cause);
    case RouteAction::TUNNEL:
        return (encapsulation == Encapsulation::VXLAN ? "vxlan:" + std::to_string(vni) + ":"
                                                      : "tunnel:") +
               tunnelRemote.ToString();
    case RouteAction::PUNT:
        return "punt";
    case RouteAction::FORWARD:
        break;
    }
    std::string text;
    for (const auto& hop : nextHops)
    {
        text += text.empty() ? "" : ";";
        text += hop.gateway ? hop.gateway.ToString()
                            : "link%" + std::to_string(hop.device ? hop.device->GetIfIndex() : 0);
    }
    return text;
}

} // namespace vmm
} // namespace ns3
