// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IPV6_FIB_ROUTING_H
#define VMM_IPV6_FIB_ROUTING_H

#include "ns3/fib-routing.h"
#include "ns3/ns3-compat.h"

namespace ns3
{
namespace vmm
{

/**
 * Puts the node's Fib into ns-3's IPv6 data path. It makes a Fib and aggregates it to the node if
 * there is none.
 *
 * Ipv6L3Protocol delivers local packets itself; what comes here is to be forwarded. Without any
 * match, and for a link-local destination, the error callback is called, so that Ipv6L3Protocol
 * drops with DROP_ROUTE_ERROR and tells the source; RouteInput() returns false never, since
 * ns-3 loses such a packet without a trace. Everything else that loses a packet here fires the
 * Fib's Drop trace, also for the two cases that Ipv6L3Protocol loses without a trace itself: a
 * packet that is larger than the next link (mtu; it still sends the ICMPv6 error), and a
 * link-local source (other). A multicast packet is never forwarded.
 *
 * Sent packets: those for a tunnel or a punt route go once through the loopback device and are
 * treated there like received ones. Link-local and multicast destinations need the output device
 * to be given, as neighbour discovery does. No packet is routed to a device or interface that is
 * down.
 *
 * A tunnel fragments an outer packet that is larger than the first link, or than the path MTU that
 * an ICMPv6 error has told, as the source of that packet. RFC 2473 section 7.1 would have it send
 * the inner packet back as too big instead if that is above 1280 octets; not doing so keeps a move
 * from changing the MTU that VMs see (interpretation). IPv4 tunnels fragment likewise, but not what
 * must not be fragmented (RFC 2003 section 3.1): that is dropped (mtu) with an ICMP error.
 *
 * The subnet of a global interface address becomes an on-link route of owner CONNECTED (not for
 * /128), of the interface that had it first.
 */
class Ipv6FibRouting : public FibRouting<Ipv6Stack>
{
  public:
    /// What RouteInput() takes, which differs between releases of ns-3.
    using Types = RouteInputTypes<decltype(&Ipv6RoutingProtocol::RouteInput)>;

    /// @return the TypeId
    static TypeId GetTypeId();
    Ipv6FibRouting();
    ~Ipv6FibRouting() override;

    Ptr<Ipv6Route> RouteOutput(Ptr<Packet> p,
                               const Ipv6Header& header,
                               Ptr<NetDevice> oif,
                               Socket::SocketErrno& sockerr) override;
    bool RouteInput(Ptr<const Packet> p,
                    const Ipv6Header& header,
                    Ptr<const NetDevice> idev,
                    Types::Unicast ucb,
                    Types::Multicast mcb,
                    Types::Local lcb,
                    Types::Error ecb) override;
    void NotifyAddAddress(uint32_t interface, Ipv6InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv6InterfaceAddress address) override;
    void NotifyAddRoute(Ipv6Address dst,
                        Ipv6Prefix mask,
                        Ipv6Address nextHop,
                        uint32_t interface,
                        Ipv6Address prefixToUse = Ipv6Address::GetZero()) override;
    void NotifyRemoveRoute(Ipv6Address dst,
                           Ipv6Prefix mask,
                           Ipv6Address nextHop,
                           uint32_t interface,
                           Ipv6Address prefixToUse = Ipv6Address::GetZero()) override;
    void SetIpv6(Ptr<Ipv6> ipv6) override;

  private:
    /// Tells the source of a packet that it is too big. @param mtu what would pass, octets
    void SendTooBig(const Ipv6Header& header, Ptr<const Packet> p, uint32_t mtu) const;
    /// Sends a packet through a tunnel (RFC 2473 section 3, RFC 7348).
    void Encapsulate(const Fib::Found& found,
                     Ptr<const Packet> p,
                     const Ipv6Header& header,
                     Ptr<const NetDevice> idev,
                     const Types::Unicast& ucb);
    /// Sends a packet to one of the next hops of a route.
    void Forward(const Fib::Found& found,
                 Ptr<const Packet> p,
                 const Ipv6Header& header,
                 Ptr<const NetDevice> idev,
                 const Types::Unicast& ucb);
};

} // namespace vmm
} // namespace ns3

#endif // VMM_IPV6_FIB_ROUTING_H
