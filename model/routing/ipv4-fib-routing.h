// SPDX-License-Identifier: GPL-2.0-only
#ifndef VMM_IPV4_FIB_ROUTING_H
#define VMM_IPV4_FIB_ROUTING_H

#include "ns3/fib-routing.h"
#include "ns3/ns3-compat.h"

namespace ns3
{
namespace vmm
{

/**
 * Puts the node's Fib into ns-3's IPv4 data path. It makes a Fib and aggregates it to the node if
 * there is none.
 *
 * Received packets: for the node's own addresses, for broadcasts and for multicast groups they are
 * delivered; multicast is never forwarded. Without any match RouteInput() returns false, so that
 * Ipv4L3Protocol drops with DROP_NO_ROUTE (or a list of protocols asks the next one); everything
 * else that loses a packet here fires the Fib's Drop trace.
 *
 * Sent packets: those for a tunnel or a punt route go once through the loopback device and are
 * treated there like received ones. A socket that is bound to a device sends from that device's
 * address, every other one from the node's router address. No packet is routed to a device or
 * interface that is down.
 *
 * The subnet of an interface address becomes an on-link route of owner CONNECTED (not for /32), of
 * the interface that had it first.
 */
class Ipv4FibRouting : public FibRouting<Ipv4Stack>
{
  public:
    /// What RouteInput() takes, which differs between releases of ns-3.
    using Types = RouteInputTypes<decltype(&Ipv4RoutingProtocol::RouteInput)>;

    /// @return the TypeId
    static TypeId GetTypeId();
    Ipv4FibRouting();
    ~Ipv4FibRouting() override;

    Ptr<Ipv4Route> RouteOutput(Ptr<Packet> p,
                               const Ipv4Header& header,
                               Ptr<NetDevice> oif,
                               Socket::SocketErrno& sockerr) override;
    bool RouteInput(Ptr<const Packet> p,
                    const Ipv4Header& header,
                    Ptr<const NetDevice> idev,
                    Types::Unicast ucb,
                    Types::Multicast mcb,
                    Types::Local lcb,
                    Types::Error ecb) override;
    void NotifyAddAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void NotifyRemoveAddress(uint32_t interface, Ipv4InterfaceAddress address) override;
    void SetIpv4(Ptr<Ipv4> ipv4) override;

  private:
    /// Tells the source of a packet that it is too large. @param mtu what would pass, octets
    void SendFragmentationNeeded(const Ipv4Header& header, Ptr<const Packet> p, uint32_t mtu) const;
    /// Sends a packet through a tunnel (RFC 2003 section 3, RFC 7348).
    void Encapsulate(const Fib::Found& found,
                     Ptr<const Packet> p,
                     const Ipv4Header& header,
                     const Types::Unicast& ucb);
};

} // namespace vmm
} // namespace ns3

#endif // VMM_IPV4_FIB_ROUTING_H
