// SPDX-License-Identifier: GPL-2.0-only
#include "ns3/bgp-mp-decode.h"

#include "ns3/bgp-nlri-codec.h"

namespace ns3
{
namespace vmm
{

namespace
{

/// @return octets of an address of the family if its NLRI is looked into, 0 otherwise
size_t
AddressSizeOf(const BgpFamily& family)
{
    return family == BGP_IPV4_UNICAST ? 4 : family == BGP_IPV6_UNICAST ? 16 : 0;
}

BgpMpNlri
Unusable(const std::string& reason)
{
    BgpMpNlri routes;
    routes.outcome = BgpUpdateOutcome::SESSION_RESET;
    routes.reason = reason;
    return routes;
}

/// Takes the family off value. Precondition: 3 octets are there.
BgpFamily
TakeFamily(BgpReader& value)
{
    BgpFamily family;
    family.afi = static_cast<BgpAfi>(value.Take(2));
    family.safi = static_cast<BgpSafi>(value.Take(1));
    return family;
}

void
ReadNextHop(BgpMpNlri& reach, size_t addressSize)
{
    reach.nextHop = IpAddress::FromBytes(reach.nextHopOctets.data(), addressSize);
    if (!IsBgpHostAddress(reach.nextHop))
    {
        reach.outcome = BgpUpdateOutcome::TREAT_AS_WITHDRAW;
        reach.reason = "next hop " + reach.nextHop.ToString();
    }
    if (reach.nextHopOctets.size() == 32)
    {
        const auto second = IpAddress::FromBytes(reach.nextHopOctets.data() + 16, 16);
        if (second.ToIpv6().IsLinkLocal())
        {
            reach.linkLocal = second;
        }
    }
}

void
ReadRoutes(BgpMpNlri& routes, BgpReader field)
{
    const size_t addressSize = AddressSizeOf(routes.family);
    if (addressSize == 0)
    {
        routes.opaque = field.Copy();
        return;
    }
    auto prefixes = DecodeBgpNlri(field.GetData(), field.GetLeft(), addressSize);
    if (!prefixes)
    {
        routes.outcome = BgpUpdateOutcome::SESSION_RESET;
        routes.reason = "malformed NLRI";
        return;
    }
    routes.prefixes = std::move(*prefixes);
}

} // namespace

BgpMpNlri
DecodeBgpMpReach(BgpReader value)
{
    if (value.GetLeft() < 5)
    {
        return Unusable(std::to_string(value.GetLeft()) + " octets");
    }
    BgpMpNlri reach;
    reach.family = TakeFamily(value);
    const size_t nextHopSize = value.Take(1);
    const size_t addressSize = AddressSizeOf(reach.family);
    // The routes stand behind the next hop: with a wrong length of it they cannot be found.
    const bool fits = nextHopSize < value.GetLeft();
    const bool known =
        addressSize == 0 || nextHopSize == addressSize || (addressSize == 16 && nextHopSize == 32);
    if (!fits || !known)
    {
        return Unusable("next hop of " + std::to_string(nextHopSize) + " octets");
    }
    reach.nextHopOctets = value.Cut(nextHopSize).Copy();
    value.Take(1); // reserved
    if (addressSize > 0)
    {
        ReadNextHop(reach, addressSize);
    }
    ReadRoutes(reach, value);
    return reach;
}

BgpMpNlri
DecodeBgpMpUnreach(BgpReader value)
{
    if (value.GetLeft() < 3)
    {
        return Unusable(std::to_string(value.GetLeft()) + " octets");
    }
    BgpMpNlri unreach;
    unreach.family = TakeFamily(value);
    ReadRoutes(unreach, value);
    return unreach;
}

bool
IsBgpHostAddress(const IpAddress& address)
{
    const uint8_t first = address.GetBytes()[0];
    if (address.IsIpv4())
    {
        return first != 0 && first < 224;
    }
    return first != 0xff && !address.ToIpv6().IsAny();
}

} // namespace vmm
} // namespace ns3
